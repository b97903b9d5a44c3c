/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwUnread:
 *
 * Which messages of a room were not read yet, so that counts stay exact when some are read, and
 * when older ones are learned of after newer ones.
 */
typedef struct _HwUnread HwUnread;

HwUnread *hw_unread_new (void);
void hw_unread_free (HwUnread *self);
void hw_unread_clear (HwUnread *self);
void hw_unread_add (HwUnread *self, guint64 seq, gboolean mention);
void hw_unread_read (HwUnread *self, guint64 seq);
guint hw_unread_get_count (HwUnread *self);
guint hw_unread_get_mentions (HwUnread *self);

G_END_DECLS
