/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The storage thread. It takes all that is queued and makes one transaction of it; while the disk
 * flushes that, the next one fills: the slower the disk, the larger the groups. What a transaction
 * keeps in memory (numbers, keys) is thrown away when it fails, and read again. */

#include "store-writer.h"

#include "store-fold.h"
#include "store-schema.h"

#include "protocol/error.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Pages of the WAL at which this thread itself moves them into the database, between two
 * transactions: only so can the file begin anew while writes never pause. The follower does most of
 * that work long before. */
#define WAL_PAGES_MAX 8192

/* Microseconds between two lines that say that the disk fails or works again. */
#define SAY_INTERVAL (5 * G_TIME_SPAN_SECOND)

/* Commits whose times are kept for the statistics, and for how long they count. */
#define COMMITS_KEPT   4096
#define COMMITS_WINDOW (60 * G_USEC_PER_SEC)

typedef struct
{
  gint64 when;  /* monotonic */
  gint64 taken; /* microseconds */
} Commit;

struct _HwWriter
{
  char *path;
  HwDb *db; /* NULL: could not be opened again after an error of the disk */
  HwJobQueue queue;
  GThread *thread;

  HwClock clock;
  gpointer clock_data;
  HwFollower *follower;
  HwJobsDone done;
  gpointer done_data;

  gint64 now;
  GHashTable *logs; /* gint64 → the state of a log, see store-log.c */
  HwKeys *keys;
  HwFoldCache *folds;
  HwRows *rows;
  gint64 last_entry;
  _Atomic gint64 last_committed;
  int wal_pages;
  int wal_pages_due;
  gboolean said_failing;
  gint64 say_again_at; /* monotonic */

  GMutex stats_lock;
  Commit *commits; /* a ring */
  guint64 n_commits;
};

static gint64
real_clock (gpointer user_data)
{
  return g_get_real_time () / 1000;
}

static int
on_wal_grew (void *user_data, sqlite3 *handle, const char *name, int n_pages)
{
  HwWriter *self = user_data;

  self->wal_pages = n_pages;
  return SQLITE_OK;
}

static gboolean
open_db (HwWriter *self, GError **error)
{
  self->db = hw_schema_open (self->path, error);
  if (self->db)
    sqlite3_wal_hook (hw_db_get_handle (self->db), on_wal_grew, self);
  return self->db != NULL;
}

/**
 * hw_writer_new:
 * @path: the database
 * @clock: (nullable): gives the time, else the system does
 * @clock_data: for @clock
 * @error: one line for the operator
 *
 * Opens the database. It has no thread yet.
 *
 * Returns: (transfer full) (nullable): the writer
 */
HwWriter *
hw_writer_new (const char *path, HwClock clock, gpointer clock_data, GError **error)
{
  g_autoptr (HwWriter) self = g_new0 (HwWriter, 1);
  gint64 seed = 0;
  gint64 last = 0;

  self->path = g_strdup (path);
  self->clock = clock ? clock : real_clock;
  self->clock_data = clock_data;
  self->folds = hw_fold_cache_new ();
  self->rows = hw_rows_new ();
  self->logs = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->commits = g_new0 (Commit, COMMITS_KEPT);
  self->wal_pages_due = WAL_PAGES_MAX;
  hw_job_queue_init (&self->queue);
  g_mutex_init (&self->stats_lock);

  if (!open_db (self, error)
      || !hw_db_get_int (self->db, &seed, error, "SELECT value FROM meta WHERE name = 'seed'", "")
      || !hw_db_get_int (self->db, &last, error, "SELECT max (id) FROM entries", ""))
    return NULL;
  self->last_entry = last;
  self->last_committed = last;
  self->keys = hw_keys_new ((guint64) seed);
  if (!hw_keys_load (self->keys, self->db, self->clock (self->clock_data), error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hw_writer_free:
 * @self: (transfer full): a writer whose thread does not run
 */
void
hw_writer_free (HwWriter *self)
{
  g_assert (!self->thread);

  if (self->db)
    {
      hw_db_adopt (self->db);
      hw_db_close (self->db);
    }
  g_clear_pointer (&self->keys, hw_keys_free);
  hw_fold_cache_free (self->folds);
  hw_rows_free (self->rows);
  g_hash_table_unref (self->logs);
  hw_job_queue_clear (&self->queue);
  g_mutex_clear (&self->stats_lock);
  g_free (self->commits);
  g_free (self->path);
  g_free (self);
}

static gboolean
run_jobs (HwWriter *self, HwJob *jobs, GError **error)
{
  if (!hw_db_run (self->db, error, "BEGIN IMMEDIATE", ""))
    return FALSE;
  for (HwJob *job = jobs; job; job = job->next)
    {
      GError *problem = NULL;

      if (job->kind->run (job, self, &problem))
        continue;
      if (g_error_matches (problem, HW_ERROR, HW_ERROR_STORAGE))
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      job->error = problem;
    }
  return hw_rows_flush (self->rows, self->db, error)
         && hw_keys_before_commit (self->keys, self->db, self->last_entry, self->now, error)
         && hw_db_run (self->db, error, "COMMIT", "");
}

/* A full disk may have room in the WAL, whose pages can be used again once they are in the
 * database. After other errors SQLite may hold on to them: a new connection starts afresh. */
static void
roll_back (HwWriter *self)
{
  int code = sqlite3_errcode (hw_db_get_handle (self->db));

  if (!sqlite3_get_autocommit (hw_db_get_handle (self->db)))
    hw_db_run (self->db, NULL, "ROLLBACK", "");
  if (code == SQLITE_FULL)
    sqlite3_wal_checkpoint_v2 (hw_db_get_handle (self->db), "main", SQLITE_CHECKPOINT_PASSIVE, NULL,
                               NULL);
  else
    g_clear_pointer (&self->db, hw_db_close);
  hw_rows_forget (self->rows);
  hw_keys_rolled_back (self->keys);
  g_hash_table_remove_all (self->logs);
  self->last_entry = self->last_committed;
}

/**
 * hw_writer_run:
 * @self: a writer
 * @jobs: a list of jobs
 * @error: why nothing of it was kept
 *
 * One transaction of @jobs. A job that was refused for itself has its own error.
 *
 * Returns: whether it is on disk
 */
gboolean
hw_writer_run (HwWriter *self, HwJob *jobs, GError **error)
{
  if (!self->db && !open_db (self, error))
    return FALSE;
  self->now = self->clock (self->clock_data);
  if (!run_jobs (self, jobs, error))
    {
      roll_back (self);
      return FALSE;
    }
  hw_keys_committed (self->keys);
  self->last_committed = self->last_entry;
  return TRUE;
}

static void
fail_jobs (HwJob *jobs, const GError *error)
{
  for (HwJob *job = jobs; job; job = job->next)
    {
      g_clear_error (&job->error);
      job->error = g_error_copy (error);
    }
}

static void
note_commit (HwWriter *self, gint64 started)
{
  gint64 now = g_get_monotonic_time ();
  Commit commit = { now, now - started };

  g_mutex_lock (&self->stats_lock);
  self->commits[self->n_commits++ % COMMITS_KEPT] = commit;
  g_mutex_unlock (&self->stats_lock);
}

/* A reader of an old state may keep the WAL from being emptied: then not again until it has grown
 * as much once more. */
static void
shorten_wal (HwWriter *self)
{
  int n_pages = 0, n_moved = 0;

  if (self->wal_pages < WAL_PAGES_MAX)
    self->wal_pages_due = WAL_PAGES_MAX;
  if (self->wal_pages < self->wal_pages_due || !self->db)
    return;
  sqlite3_wal_checkpoint_v2 (hw_db_get_handle (self->db), "main", SQLITE_CHECKPOINT_PASSIVE,
                             &n_pages, &n_moved);
  self->wal_pages_due = self->wal_pages + WAL_PAGES_MAX;
}

/* On the edge of a full disk this changes all the time. */
static void
say_whether_it_works (HwWriter *self, const GError *error)
{
  gint64 now = g_get_monotonic_time ();

  if ((error != NULL) == self->said_failing || now < self->say_again_at)
    return;
  if (error)
    g_warning ("Nothing is saved at the moment: %s", error->message);
  else
    g_message ("The storage works again");
  self->said_failing = error != NULL;
  self->say_again_at = now + SAY_INTERVAL;
}

static gpointer
run_thread (gpointer data)
{
  HwWriter *self = data;
  HwJob *jobs;

  if (self->db)
    hw_db_adopt (self->db);
  while ((jobs = hw_job_queue_take (&self->queue)))
    {
      g_autoptr (GError) error = NULL;
      gint64 started = g_get_monotonic_time ();
      gint64 last_before = self->last_committed;
      HwJob *last = jobs;

      if (hw_writer_run (self, jobs, &error))
        {
          if (self->last_committed > last_before)
            note_commit (self, started);
        }
      else
        {
          fail_jobs (jobs, error);
        }
      say_whether_it_works (self, error);

      while (last->next)
        last = last->next;
      last->ends_commit = TRUE;
      self->done (jobs, last, self->done_data);
      if (!error)
        {
          hw_follower_wake (self->follower, self->last_committed, self->wal_pages);
          shorten_wal (self);
        }
    }
  return NULL;
}

/**
 * hw_writer_start:
 * @self: a writer
 * @follower: is told of every commit
 * @done: takes the jobs of a transaction, the last one marked
 * @user_data: for @done
 *
 * Gives the writer its thread.
 */
void
hw_writer_start (HwWriter *self, HwFollower *follower, HwJobsDone done, gpointer user_data)
{
  self->follower = follower;
  self->done = done;
  self->done_data = user_data;
  self->thread = g_thread_new ("hw-writer", run_thread, self);
}

/**
 * hw_writer_push:
 * @self: a writer
 * @first: (transfer full): a list of jobs for the next transaction
 * @last: its last one
 */
void
hw_writer_push (HwWriter *self, HwJob *first, HwJob *last)
{
  hw_job_queue_push (&self->queue, first, last);
}

/**
 * hw_writer_stop:
 * @self: a writer
 *
 * Commits what is queued and ends the thread. Blocks.
 */
void
hw_writer_stop (HwWriter *self)
{
  hw_job_queue_close (&self->queue);
  g_clear_pointer (&self->thread, g_thread_join);
}

static int
compare_times (const void *a, const void *b)
{
  gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

/**
 * hw_writer_get_stats:
 * @self: a writer
 * @stats: (inout): gets entries and commit times
 *
 * Any thread.
 */
void
hw_writer_get_stats (HwWriter *self, HwStoreStats *stats)
{
  g_autofree gint64 *times = g_new (gint64, COMMITS_KEPT);
  gint64 since = g_get_monotonic_time () - COMMITS_WINDOW;
  guint n = 0;

  g_mutex_lock (&self->stats_lock);
  for (guint i = 0; i < MIN (self->n_commits, COMMITS_KEPT); i++)
    if (self->commits[i].when >= since)
      times[n++] = self->commits[i].taken;
  g_mutex_unlock (&self->stats_lock);

  qsort (times, n, sizeof *times, compare_times);
  stats->commit_p50 = n ? times[n / 2] / 1000.0 : 0;
  stats->commit_p99 = n ? times[n - 1 - n / 100] / 1000.0 : 0;
  stats->entries = self->last_committed;
}

/**
 * hw_writer_get_db:
 * @self: a writer in a transaction
 *
 * Returns: (transfer none): its connection, until the end of the transaction
 */
HwDb *
hw_writer_get_db (HwWriter *self)
{
  return self->db;
}

/**
 * hw_writer_get_now:
 * @self: a writer in a transaction
 *
 * Returns: the transaction's time, milliseconds since 1970 UTC
 */
gint64
hw_writer_get_now (HwWriter *self)
{
  return self->now;
}

/**
 * hw_writer_get_keys:
 * @self: a writer in a transaction
 *
 * Returns: (transfer none): the keys of messages
 */
HwKeys *
hw_writer_get_keys (HwWriter *self)
{
  return self->keys;
}

/**
 * hw_writer_get_logs:
 * @self: a writer in a transaction
 *
 * Returns: (transfer none) (element-type gint64 gpointer): what store-log.c knows of logs; emptied
 *   when a transaction fails
 */
GHashTable *
hw_writer_get_logs (HwWriter *self)
{
  return self->logs;
}

/**
 * hw_writer_fold:
 * @self: a writer in a transaction
 * @name: a name
 *
 * Returns: (transfer none): its folded form, until the next call
 */
const char *
hw_writer_fold (HwWriter *self, const char *name)
{
  return hw_fold_cache_get (self->folds, name);
}

/**
 * hw_writer_add_last_entry:
 * @self: a writer in a transaction
 *
 * Returns: an id for an entry that is about to be added
 */
gint64
hw_writer_add_last_entry (HwWriter *self)
{
  return ++self->last_entry;
}

/**
 * hw_writer_get_rows:
 * @self: a writer in a transaction
 *
 * Returns: (transfer none): the entries that are not in the table yet; to be flushed before it is
 *   looked at
 */
HwRows *
hw_writer_get_rows (HwWriter *self)
{
  return self->rows;
}
