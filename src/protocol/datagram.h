/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwAnswer:
 *
 * What a place says of itself to somebody who looks for places.
 */
typedef struct
{
  char *probe; /* what the probe carried */
  char *id;
  char *name;
  guint16 port;
  gboolean compatible; /* it speaks HW_PROTOCOL_VERSION */
  guint users;
  guint rooms;
  char *fingerprint;
} HwAnswer;

void hw_answer_clear (HwAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HwAnswer, hw_answer_clear)

char *hw_probe_write (const char *probe);
char *hw_probe_read (const void *datagram, gsize length);
GString *hw_answer_write (const HwAnswer *answer, gsize length_max);
gboolean hw_answer_read (HwAnswer *answer, const void *datagram, gsize length);

G_END_DECLS
