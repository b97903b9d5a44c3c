/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-db.h"

G_BEGIN_DECLS

/**
 * HwFollower:
 *
 * A thread that does, some time after a commit, what must not slow it: it feeds the index (words,
 * counters) with the new entries, and moves the WAL's pages into the database.
 */
typedef struct _HwFollower HwFollower;

/* @delay: microseconds that a new entry may wait for others */
HwFollower *
hw_follower_new (const char *path, const char *index_path, gint64 delay, GError **error);
void hw_follower_start (HwFollower *self);
void hw_follower_free (HwFollower *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwFollower, hw_follower_free)

/* Any thread. */
void hw_follower_wake (HwFollower *self, gint64 last_entry, int wal_pages);

G_END_DECLS
