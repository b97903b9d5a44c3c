/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-db.h"
#include "store-follower.h"
#include "store-job.h"
#include "store-keys.h"
#include "store-rows.h"
#include "store.h"

G_BEGIN_DECLS

/**
 * HwWriter:
 *
 * The one thread that changes the database. While it has no thread, at the start, its functions
 * belong to whoever opened it.
 */
typedef struct _HwWriter HwWriter;

/* Milliseconds since 1970 UTC; tests have their own. Called on the storage thread. */
typedef gint64 (*HwClock) (gpointer user_data);

/* Takes a list of jobs that are done, on the storage thread. */
typedef void (*HwJobsDone) (HwJob *first, HwJob *last, gpointer user_data);

HwWriter *hw_writer_new (const char *path, HwClock clock, gpointer clock_data, GError **error);
void hw_writer_free (HwWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwWriter, hw_writer_free)
gboolean hw_writer_run (HwWriter *self, HwJob *jobs, GError **error);
void hw_writer_start (HwWriter *self, HwFollower *follower, HwJobsDone done, gpointer user_data);
void hw_writer_push (HwWriter *self, HwJob *first, HwJob *last);
void hw_writer_stop (HwWriter *self);
void hw_writer_get_stats (HwWriter *self, HwStoreStats *stats);

/* For jobs, inside a transaction. */
HwDb *hw_writer_get_db (HwWriter *self);
gint64 hw_writer_get_now (HwWriter *self);
HwKeys *hw_writer_get_keys (HwWriter *self);
GHashTable *hw_writer_get_logs (HwWriter *self);
const char *hw_writer_fold (HwWriter *self, const char *name);
gint64 hw_writer_add_last_entry (HwWriter *self);
HwRows *hw_writer_get_rows (HwWriter *self);

G_END_DECLS
