/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HwOutboxItem:
 * @key: by which the server knows it again: 128 random bits in hexadecimal
 * @room: the folded name of the room it is for
 * @text: what was said
 * @at: when, milliseconds since 1970 UTC
 *
 * A message that is not known to be saved. Read-only; owned by the outbox.
 */
typedef struct
{
  char *key;
  char *room;
  char *text;
  gint64 at;
} HwOutboxItem;

#define HW_TYPE_OUTBOX (hw_outbox_get_type ())
/**
 * HwOutbox:
 *
 * What was said at one place and is not known to be saved there, in the order it was said. It holds
 * names and texts, no objects of a running session, so that it can be kept on disk. Main thread
 * only.
 */
G_DECLARE_FINAL_TYPE (HwOutbox, hw_outbox, HW, OUTBOX, GObject)

HwOutbox *hw_outbox_new (void);
const HwOutboxItem *hw_outbox_add (HwOutbox *self, const char *room, const char *text);
void hw_outbox_add_again (HwOutbox *self, const char *room, const char *text, const char *key);
const HwOutboxItem *hw_outbox_find (HwOutbox *self, const char *key);
const HwOutboxItem *hw_outbox_find_next (HwOutbox *self,
                                         gboolean (*may_go) (const char *room, gpointer user_data),
                                         gpointer user_data);
gboolean hw_outbox_remove (HwOutbox *self, const char *key);
guint hw_outbox_get_size (HwOutbox *self);

char *hw_outbox_make_key (void);

G_END_DECLS
