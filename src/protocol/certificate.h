/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Loads a server's or client's own certificate from @directory (certificate.pem, private-key.pem,
 * mode 0600), or makes a self-signed one (ECDSA P-256, GnuTLS) if there is none. (transfer full).
 * Blocks: for the start. */
GTlsCertificate *hw_certificate_load (const char *directory, GError **error);

G_END_DECLS
