/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-db.h"

G_BEGIN_DECLS

/* In the index an entry's number: its log's above, its seq below, so that the entries of a log are
 * together. */
#define HW_WORDS_SEQ_BITS      36
#define HW_WORDS_ROW(log, seq) ((gint64) (log) << HW_WORDS_SEQ_BITS | (gint64) (seq))

/**
 * HwFeed:
 *
 * Puts entries into the index: their words, and all counters, from reading each of them once.
 * Belongs to the follower.
 */
typedef struct _HwFeed HwFeed;

HwFeed *hw_feed_new (HwDb *db);
void hw_feed_free (HwFeed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwFeed, hw_feed_free)

gboolean hw_feed_batch (HwFeed *self, gint64 first, gint64 *last, GError **error);

/* "a" and what an author is found by, for FTS5. (transfer full) */
char *hw_feed_dup_author_tag (const char *folded);

G_END_DECLS
