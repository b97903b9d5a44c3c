/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "entry.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define HW_TYPE_HISTORY (hw_history_get_type ())
/**
 * HwHistory:
 *
 * A room's whole log as a GListModel of HwEntry: an item for each entry by its seq, whether it is
 * loaded or not; between them what is in no log (hw_history_add_local()); after the last one the
 * person's own messages that are not saved yet. Only pages around what is looked at are kept, in a
 * bounded cache.
 *
 * g_list_model_get_item() never blocks: for an entry that is not there it returns a placeholder
 * (HW_ENTRY_LOADING) and asks for the page; when that arrives, items-changed (first, n, n) tells.
 *
 * It knows no server: whoever owns it connects to #HwHistory::fetch and answers with
 * hw_history_add_page(). Main thread only.
 *
 * Signals:
 * fetch (history, guint64 after, guint count): entries after + 1 … after + count are wanted. At
 * most HW_HISTORY_FETCHES_MAX are under way at once, newest wish first, older wishes are dropped.
 * pick (history, gboolean backward, guint64 from): of a picked history: the next entries that
 * match, before or after that seq, are wanted; answered by hw_history_add_picked(), one at a time.
 *
 * A picked history (hw_history_new_picked()) has those entries only that a filter lets through:
 * item i is the i-th of these, and its length may be a guess until both of its ends were seen.
 */
G_DECLARE_FINAL_TYPE (HwHistory, hw_history, HW, HISTORY, GObject)

/* Entries asked for at a time. */
#define HW_HISTORY_PAGE 100
/* Pages kept in memory beside those just looked at: 32 pages are a MiB or two of talk. */
#define HW_HISTORY_PAGES_MAX   32
#define HW_HISTORY_FETCHES_MAX 2
/* Milliseconds a wish for a page must rest before it is sent, but for the first one after a pause,
 * which goes at once: a dragged scroll bar wishes 60 pages a second, a server grants 10 requests.
 */
#define HW_HISTORY_REST 80

HwHistory *hw_history_new (guint64 last);

HwHistory *hw_history_new_picked (void);
gboolean hw_history_is_picked (HwHistory *self);
gboolean hw_history_is_exact (HwHistory *self); /* its length is known, not guessed */
void
hw_history_set_picked (HwHistory *self, guint64 low, guint64 high, guint64 total, gboolean exact);
void hw_history_add_picked (
    HwHistory *self, gboolean backward, guint64 from, GPtrArray *entries, gboolean more);
guint hw_history_find (HwHistory *self, guint64 seq);               /* position */
guint64 hw_history_get_seq (HwHistory *self, guint position);       /* 0: not known, or not saved */
guint64 hw_history_get_seq_until (HwHistory *self, guint position); /* the last one up to there */

guint64 hw_history_get_last (HwHistory *self);            /* seq of the last saved entry, 0: none */
void hw_history_set_last (HwHistory *self, guint64 last); /* the log has grown; only upwards */
guint64 hw_history_get_contiguous (HwHistory *self); /* for resuming: the last seq up to which, from
                                                        the newest loaded run, nothing is missing */

HwEntry *hw_history_peek (HwHistory *self,
                          guint position); /* (transfer none) (nullable): loads nothing */
gboolean hw_history_is_loaded (HwHistory *self, guint64 seq);
void hw_history_prefetch (HwHistory *self,
                          guint position); /* asks for its page, if it is not there */

void hw_history_add_page (HwHistory *self, GPtrArray *entries); /* consecutive, saved HwEntry */
void hw_history_fetch_failed (HwHistory *self, guint64 after);  /* may be wished again later */
void hw_history_append (HwHistory *self,
                        HwEntry *entry); /* a live entry; a hole before it is
                                            filled when it is looked at; one
                                            that is there already changes nothing */

/* What is in no log and stands in it all the same, for those who look at it here. */
void hw_history_add_local (HwHistory *self, HwEntry *entry, guint64 after);
void hw_history_local_changed (HwHistory *self, HwEntry *entry);
guint hw_history_get_n_local (HwHistory *self);
HwEntry *hw_history_get_local (HwHistory *self, guint index); /* (transfer none) */

void hw_history_add_unsaved (HwHistory *self, HwEntry *entry);
guint hw_history_get_n_unsaved (HwHistory *self);
HwEntry *hw_history_find_unsaved (HwHistory *self,
                                  const char *key); /* (transfer none) (nullable) */
void hw_history_remove_unsaved (HwHistory *self, HwEntry *entry);
void hw_history_set_failed (HwHistory *self, HwEntry *entry, const char *problem);
void hw_history_set_unsaved (HwHistory *self, HwEntry *entry); /* to be tried again */

G_END_DECLS
