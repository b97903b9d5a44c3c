/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The entries of a log that a filter lets through, as positions in a list. Only HwHistory uses it.
 */

#pragma once

#include "entry.h"

G_BEGIN_DECLS

typedef struct _HwHistoryPick HwHistoryPick;

/* Entries that are wished for at a time. */
#define HW_HISTORY_PICK_PAGE 200

/* Something in the list is other than before: as GListModel::items-changed. */
typedef void (*HwHistoryPickChanged) (guint position,
                                      guint removed,
                                      guint added,
                                      gpointer user_data);
/* Entries that match are wanted: the first ones with a seq over @from or, @backward, the last ones
 * with a seq under it. Only one wish is under way at a time. */
typedef void (*HwHistoryPickAsk) (gboolean backward, guint64 from, gpointer user_data);

HwHistoryPick *
hw_history_pick_new (HwHistoryPickChanged changed, HwHistoryPickAsk ask, gpointer user_data);
void hw_history_pick_free (HwHistoryPick *self);

void hw_history_pick_set_range (HwHistoryPick *self, guint64 low, guint64 high);
void hw_history_pick_set_total (HwHistoryPick *self, guint total, gboolean exact);
gboolean hw_history_pick_is_exact (HwHistoryPick *self);
guint hw_history_pick_get_n (HwHistoryPick *self);
HwEntry *hw_history_pick_peek (HwHistoryPick *self, guint position); /* (nullable) */
void hw_history_pick_wish (HwHistoryPick *self, guint position);
guint hw_history_pick_find (HwHistoryPick *self, guint64 seq);
void hw_history_pick_take (
    HwHistoryPick *self, gboolean backward, guint64 from, GPtrArray *entries, gboolean more);
void hw_history_pick_fail (HwHistoryPick *self);
void hw_history_pick_retry (HwHistoryPick *self);

G_END_DECLS
