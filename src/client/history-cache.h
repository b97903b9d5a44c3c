/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "entry.h"

G_BEGIN_DECLS

/**
 * HwHistoryCache:
 *
 * What of a log is in memory, in pages of HW_HISTORY_PAGE entries. Bounded. Page n holds the
 * entries with seq n * HW_HISTORY_PAGE + 1 and on.
 */
typedef struct _HwHistoryCache HwHistoryCache;

HwHistoryCache *hw_history_cache_new (void);
void hw_history_cache_free (HwHistoryCache *self);
void hw_history_cache_clear (HwHistoryCache *self);
HwEntry *hw_history_cache_look (HwHistoryCache *self, guint64 seq);
HwEntry *hw_history_cache_peek (HwHistoryCache *self, guint64 seq);
gboolean hw_history_cache_put (HwHistoryCache *self, HwEntry *entry);
gboolean hw_history_cache_find_missing (
    HwHistoryCache *self, guint64 page, guint64 last, guint64 *after, guint *count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwHistoryCache, hw_history_cache_free)

G_END_DECLS
