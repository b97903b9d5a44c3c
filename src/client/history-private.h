/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only rooms and logs do with a history. */

#pragma once

#include "history-cache.h"
#include "history-locals.h"
#include "history-pick.h"
#include "history-wishes.h"
#include "history.h"

G_BEGIN_DECLS

/* Entries that are shown at most: item positions are guints, and whoever shows them keeps some
 * bytes for each. A hundred times more than any log we know of. */
#define HW_HISTORY_ENTRIES_MAX (G_GUINT64_CONSTANT (1) << 28)

struct _HwHistory
{
  GObject parent_instance;

  guint64 last;
  HwEntry *tail; /* the entry with the highest seq that was ever here */
  HwHistoryCache *cache;
  HwHistoryWishes *wishes;
  HwHistoryLocals *locals; /* nullable: none yet */
  HwHistoryPick *pick;     /* nullable: then it is in place of the cache, and nothing is unsaved */
  GPtrArray *unsaved;      /* of HwEntry, in the order they were typed */
};

/* history.c */
guint hw_history_get_n_logged (HwHistory *self);
void hw_history_changed (HwHistory *self, guint position, guint removed, guint added);
void hw_history_settle (HwHistory *self, guint64 last);

void hw_history_acknowledge (HwHistory *self, HwEntry *entry, guint64 seq, gint64 at);
void hw_history_retry_failed (HwHistory *self);
gboolean hw_history_agrees (HwHistory *self, GPtrArray *entries);
void hw_history_reset (HwHistory *self);
HwEntry *hw_history_get_unsaved (HwHistory *self, guint index);

G_END_DECLS
