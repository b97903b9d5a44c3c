/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For HwOutbox alone. */

#pragma once

#include "outbox.h"

G_BEGIN_DECLS

/**
 * HwOutboxLine:
 * @item: what others see of it
 * @number: of its line in the journal
 *
 * A message in the outbox.
 */
typedef struct
{
  HwOutboxItem item;
  guint64 number;
} HwOutboxLine;

HwOutboxLine *
hw_outbox_line_new (gboolean whisper, const char *name, const char *text, char *key, gint64 at);
void hw_outbox_line_free (HwOutboxLine *self);
gsize hw_outbox_line_get_weight (const HwOutboxLine *self);
void hw_outbox_line_write (const HwOutboxLine *self, const char *author, GString *line);
void hw_outbox_lines_read (GPtrArray *lines, GQueue *items);

G_END_DECLS
