/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <sys/uio.h>

G_BEGIN_DECLS

typedef struct _HwTlsContext HwTlsContext;
typedef struct _HwTls HwTls;

typedef enum
{
  HW_TLS_DONE,
  HW_TLS_WANTS_READ,
  HW_TLS_WANTS_WRITE,
  HW_TLS_FAILED,
} HwTlsResult;

HwTlsContext *hw_tls_context_new (GTlsCertificate *certificate, GError **error);
void hw_tls_context_free (HwTlsContext *self);

HwTls *hw_tls_new (HwTlsContext *context, int fd);
void hw_tls_free (HwTls *self);
HwTlsResult hw_tls_handshake (HwTls *self);
gssize hw_tls_read (HwTls *self, void *bytes, gsize length);
gssize hw_tls_write (HwTls *self, const struct iovec *pieces, int n_pieces);
gboolean hw_tls_has_pending (HwTls *self);
HwTlsResult hw_tls_bye (HwTls *self);

G_END_DECLS
