/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwHistoryWishes:
 *
 * Which pages are wished, under way, or failed; and when the next one is to be asked for.
 */
typedef struct _HwHistoryWishes HwHistoryWishes;

/* Asks for @page; FALSE: nothing of it is missing any more. */
typedef gboolean (*HwHistoryAskFunc) (guint64 page, gpointer user_data);

HwHistoryWishes *hw_history_wishes_new (HwHistoryAskFunc ask, gpointer user_data);
void hw_history_wishes_free (HwHistoryWishes *self);
void hw_history_wishes_clear (HwHistoryWishes *self);
void hw_history_wishes_add (HwHistoryWishes *self, guint64 page, gboolean looked_at);
gboolean hw_history_wishes_is_asked (HwHistoryWishes *self, guint64 page);
void hw_history_wishes_done (HwHistoryWishes *self, guint64 page);
void hw_history_wishes_failed (HwHistoryWishes *self, guint64 page);
void hw_history_wishes_retry (HwHistoryWishes *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwHistoryWishes, hw_history_wishes_free)

G_END_DECLS
