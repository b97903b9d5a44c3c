/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/log-filter.h"
#include "client/place.h"

G_BEGIN_DECLS

#define HW_TYPE_LOG_SEARCH (hw_log_search_get_type ())
/**
 * HwLogSearch:
 *
 * Looks for words in a log, on the server: the newest hit first, then from hit to hit, older and
 * newer. Hits are fetched by pages as they are gone to.
 *
 * Signals:
 * changed (search): something that the getters tell has changed
 */
G_DECLARE_FINAL_TYPE (HwLogSearch, hw_log_search, HW, LOG_SEARCH, GObject)

HwLogSearch *hw_log_search_new_for_room (HwRoom *room);
HwLogSearch *hw_log_search_new_for_log (HwPlace *place, gint64 log);
void
hw_log_search_set_filter (HwLogSearch *self, const HwLogFilter *filter, guint64 low, guint64 high);
void hw_log_search_start (HwLogSearch *self, const char *words);
void hw_log_search_go (HwLogSearch *self, int step);
guint64 hw_log_search_get_seq (HwLogSearch *self);   /* of the hit one is at, 0: none */
guint hw_log_search_get_index (HwLogSearch *self);   /* of it, from 1, the newest is the first */
guint hw_log_search_get_n_hits (HwLogSearch *self);  /* as far as known */
gboolean hw_log_search_get_more (HwLogSearch *self); /* there are more than that */
gboolean hw_log_search_get_busy (HwLogSearch *self);
const gint64 *hw_log_search_get_times (HwLogSearch *self, gsize *n);
const char *hw_log_search_get_problem (HwLogSearch *self);      /* (nullable) */
const char *const *hw_log_search_get_words (HwLogSearch *self); /* (nullable) */

G_END_DECLS
