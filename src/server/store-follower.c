/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Follows the log, at some distance: new entries go into the index in batches, by their global id,
 * and where it stands is part of each batch, so that after a crash it goes on from there. The WAL's
 * pages are moved into the database here, so that the writer seldom has to. It has a lower priority
 * than the threads for which somebody waits. */

#include "store-follower.h"

#include "store-feed.h"
#include "store-schema.h"

#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

/* Entries of one transaction of the index, and new entries that are worth one at once: what fewer
 * leave has to be put together more often, the words of more do not fit into a processor's cache.
 * Until then a search looks at each of them, which takes about a microsecond. */
#define BATCH_MAX 8192

/* Microseconds until it is tried again after an error, of a full disk for example. */
#define RETRY_DELAY (5 * G_TIME_SPAN_SECOND)

/* New pages of the WAL that are worth moving: 16 MB. */
#define WAL_PAGES 4000

#define NICENESS 10

/* Steps of SQLite's machine between two looks whether it is over. */
#define PROGRESS_STEPS 1000

struct _HwFollower
{
  char *path;
  char *index_path;
  gint64 delay;
  HwDb *db; /* the index; the database is attached as "log" */
  HwFeed *feed;
  GThread *thread;

  GMutex lock;
  GCond changed;
  gint64 last; /* entry that was committed */
  int wal_pages;
  int moved_pages; /* of those, into the database */
  gboolean idle;   /* waits for a wake … */
  gint64 wake_at;  /* … by this entry, or by a checkpoint that is due */
  _Atomic int stopping;

  gint64 indexed;
  gboolean broken;  /* the index is damaged: nothing is fed any more */
  gboolean waiting; /* after an error, which was said once */
};

/* Ends the batch at hand when the server closes: it is fed after the next start. */
static int
on_progress (void *user_data)
{
  return ((HwFollower *) user_data)->stopping;
}

/**
 * hw_follower_new:
 * @path: the database, which is there
 * @index_path: the index, made if it is not there or does not fit
 * @delay: microseconds that a new entry may wait for others: every batch writes some pages, however
 *   few entries it has
 * @error: one line for the operator
 *
 * Returns: (transfer full) (nullable): a follower without a thread
 */
HwFollower *
hw_follower_new (const char *path, const char *index_path, gint64 delay, GError **error)
{
  g_autoptr (HwFollower) self = g_new0 (HwFollower, 1);
  g_autoptr (HwDb) source = NULL;

  self->delay = delay;
  self->path = g_strdup (path);
  self->index_path = g_strdup (index_path);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);

  source = hw_db_open (path, HW_DB_READ_WRITE, error);
  if (!source)
    return NULL;
  self->db = hw_schema_open_index (index_path, source, error);
  if (!self->db || !hw_db_run (self->db, error, "ATTACH ? AS log", "s", path)
      || !hw_db_get_int (self->db, &self->indexed, error, "SELECT indexed FROM state", "")
      || !hw_db_get_int (self->db, &self->last, error, "SELECT max (id) FROM log.entries", ""))
    return NULL;
  self->feed = hw_feed_new (self->db);
  sqlite3_progress_handler (hw_db_get_handle (self->db), PROGRESS_STEPS, on_progress, self);
  return g_steal_pointer (&self);
}

static void
give_up (HwFollower *self)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  g_warning ("The search index is damaged: searching is slow until the server is started again");
  self->broken = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (self->index_path, suffixes[i], NULL);

      unlink (file);
    }
}

/* Feeds what is new. FALSE: try again later. */
static gboolean
follow (HwFollower *self, gint64 last)
{
  g_autoptr (GError) error = NULL;

  last = MIN (last, self->indexed + BATCH_MAX);
  if (self->broken || last <= self->indexed)
    return TRUE;
  if (hw_feed_batch (self->feed, self->indexed + 1, &last, &error))
    {
      self->indexed = last;
      self->waiting = FALSE;
      return TRUE;
    }
  if (!sqlite3_get_autocommit (hw_db_get_handle (self->db)))
    hw_db_run (self->db, NULL, "ROLLBACK", "");
  if (hw_db_is_damaged (self->db))
    {
      give_up (self);
      return TRUE;
    }
  if (self->stopping)
    return FALSE;
  if (!self->waiting)
    g_warning ("The search index waits: %s", error->message);
  self->waiting = TRUE;
  return FALSE;
}

/* With the lock held. */
static gboolean
is_checkpoint_due (HwFollower *self)
{
  if (self->wal_pages < self->moved_pages)
    self->moved_pages = 0; /* the WAL has begun anew */
  return self->wal_pages - self->moved_pages >= WAL_PAGES;
}

/* With the lock held. @until: monotonic, -1: for ever. FALSE: it is over. */
static gboolean
sleep_until (HwFollower *self, gint64 wake_at, gint64 until)
{
  gboolean woken = TRUE;

  self->wake_at = wake_at;
  self->idle = TRUE;
  if (until < 0)
    g_cond_wait (&self->changed, &self->lock);
  else
    woken = g_cond_wait_until (&self->changed, &self->lock, until);
  self->idle = FALSE;
  return woken;
}

/* Waits for something to do. FALSE: it is over. */
static gboolean
wait_for_work (HwFollower *self, gint64 *last, gboolean *checkpoint)
{
  gboolean stopping;
  gint64 until;

  g_mutex_lock (&self->lock);
  while (!self->stopping && (self->broken || self->last <= self->indexed)
         && !is_checkpoint_due (self))
    sleep_until (self, self->broken ? G_MAXINT64 : self->indexed + 1, -1);
  until = g_get_monotonic_time () + self->delay;
  while (!self->stopping && self->last - self->indexed < BATCH_MAX && !is_checkpoint_due (self)
         && sleep_until (self, self->indexed + BATCH_MAX, until))
    ;
  *last = self->last;
  *checkpoint = is_checkpoint_due (self);
  if (*checkpoint)
    self->moved_pages = self->wal_pages;
  stopping = self->stopping;
  g_mutex_unlock (&self->lock);
  return !stopping;
}

/* Checkpoints go on: they may be what makes room. */
static void
pause_after_error (HwFollower *self)
{
  gint64 until = g_get_monotonic_time () + RETRY_DELAY;

  g_mutex_lock (&self->lock);
  while (!self->stopping && !is_checkpoint_due (self) && sleep_until (self, G_MAXINT64, until))
    ;
  g_mutex_unlock (&self->lock);
}

static gpointer
run_thread (gpointer data)
{
  HwFollower *self = data;
  gint64 last;
  gboolean checkpoint;

  setpriority (PRIO_PROCESS, gettid (), NICENESS);
  hw_db_adopt (self->db);
  while (wait_for_work (self, &last, &checkpoint))
    {
      if (checkpoint)
        sqlite3_wal_checkpoint_v2 (hw_db_get_handle (self->db), "log", SQLITE_CHECKPOINT_PASSIVE,
                                   NULL, NULL);
      if (!follow (self, last))
        pause_after_error (self);
    }
  return NULL;
}

/**
 * hw_follower_start:
 * @self: a follower
 *
 * Gives it its thread.
 */
void
hw_follower_start (HwFollower *self)
{
  self->thread = g_thread_new ("hw-follower", run_thread, self);
}

/**
 * hw_follower_free:
 * @self: (transfer full): a follower
 *
 * Ends its thread. What it has not fed it feeds after the next start.
 */
void
hw_follower_free (HwFollower *self)
{
  if (self->thread)
    {
      g_mutex_lock (&self->lock);
      self->stopping = TRUE;
      g_mutex_unlock (&self->lock);
      g_cond_signal (&self->changed);
      g_thread_join (self->thread);
    }
  g_clear_pointer (&self->feed, hw_feed_free);
  if (self->db)
    {
      hw_db_adopt (self->db);
      hw_db_close (self->db);
    }
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->path);
  g_free (self->index_path);
  g_free (self);
}

/**
 * hw_follower_wake:
 * @self: a follower
 * @last_entry: id of the last entry that was committed
 * @wal_pages: how long the WAL is
 *
 * Any thread.
 */
void
hw_follower_wake (HwFollower *self, gint64 last_entry, int wal_pages)
{
  gboolean wake;

  g_mutex_lock (&self->lock);
  self->last = last_entry;
  self->wal_pages = wal_pages;
  wake = self->idle && (last_entry >= self->wake_at || is_checkpoint_due (self));
  if (wake)
    self->idle = FALSE;
  g_mutex_unlock (&self->lock);
  if (wake)
    g_cond_signal (&self->changed);
}
