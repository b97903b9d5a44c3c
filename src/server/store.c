/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts the storage threads together: opening and closing, the queue on which finished jobs come
 * back to the network thread, and the lock that keeps a second server from the same data. */

#include "store-private.h"

#include "store-log.h"
#include "store-schema.h"

#include "protocol/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Threads that read. A log belongs to one of them, which keeps its reads in order; they are more
 * than processors, so that one long search keeps few others waiting. */
#define READERS 4

/* Microseconds that a new entry may wait for its batch of the index; a search looks at it one by
 * one meanwhile. */
#define INDEX_DELAY (2 * G_TIME_SPAN_SECOND)

struct _HwStore
{
  char *directory;
  char *path;
  char *index_path;
  char *server_id;
  int lock_fd;

  HwWriter *writer;
  HwFollower *follower;
  HwReader *readers[READERS];

  HwJob *queued; /* writes that are not with the writer yet */
  HwJob *last_queued;
  HwStoreQueuedFunc queued_func;
  gpointer queued_data;

  HwJobQueue done;
  int event_fd; /* readable while there are jobs in done */
  guint n_pending;
  _Atomic int closing;
  gboolean backing_up;
  HwStoreSettings settings;
  HwStoreCommitFunc commit_func;
  gpointer commit_data;
};

/**
 * hw_store_lock:
 * @directory: a data directory, made if it is not there
 * @error: one line for the operator
 *
 * Returns: a descriptor that holds the lock while it is open, -1 on failure
 */
int
hw_store_lock (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HW_LOCK_FILE, NULL);
  int fd;

  if (g_mkdir_with_parents (directory, 0700) != 0)
    {
      hw_error_set (error, HW_ERROR_STORAGE, NULL, "The data directory %s cannot be made: %s.",
                    directory, g_strerror (errno));
      return -1;
    }
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      hw_error_set (error, HW_ERROR_STORAGE, NULL, "The data directory %s cannot be written: %s.",
                    directory, g_strerror (errno));
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno == EWOULDBLOCK)
        hw_error_set (error, HW_ERROR_STORAGE, NULL,
                      "The data directory %s is in use by another server.", directory);
      else
        hw_error_set (error, HW_ERROR_STORAGE, NULL, "The data directory %s cannot be locked: %s.",
                      directory, g_strerror (errno));
      close (fd);
      return -1;
    }
  return fd;
}

static void
store_free (HwStore *self)
{
  for (guint i = 0; i < READERS; i++)
    g_clear_pointer (&self->readers[i], hw_reader_free);
  g_clear_pointer (&self->follower, hw_follower_free);
  g_clear_pointer (&self->writer, hw_writer_free);
  hw_job_queue_clear (&self->done);
  if (self->event_fd >= 0)
    close (self->event_fd);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->directory);
  g_free (self->path);
  g_free (self->index_path);
  g_free (self->server_id);
  g_free (self);
}

static gboolean
open_writer (HwStore *self, GError **error)
{
  HwJob *lost;
  sqlite3_stmt *server;
  gboolean logged;
  HwDb *db;

  self->writer = hw_writer_new (self->path, self->settings.clock, self->settings.clock_data, error);
  if (!self->writer)
    return FALSE;

  lost = hw_log_lost_job_new ();
  logged = hw_writer_run (self->writer, lost, error);
  hw_job_free (lost);
  if (!logged)
    return FALSE;

  db = hw_writer_get_db (self->writer);
  server = hw_db_query (db, error, "SELECT value FROM meta WHERE name = 'server'", "");
  if (!server)
    return FALSE;
  if (hw_db_step (db, server, error))
    {
      self->server_id = hw_db_dup_text (server, 0);
      sqlite3_reset (server);
    }
  return self->server_id != NULL;
}

/**
 * hw_store_open_full:
 * @directory: the data directory
 * @settings: what tests set; the clock is called on the storage thread
 * @error: one line for the operator
 *
 * hw_store_open() for tests.
 *
 * Returns: (transfer full) (nullable): the store
 */
HwStore *
hw_store_open_full (const char *directory, const HwStoreSettings *settings, GError **error)
{
  HwStore *self = g_new0 (HwStore, 1);

  /* The figures would cost a lock of the whole process at every allocation; refused, and not
   * needed, if SQLite is in use already. */
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  self->settings = *settings;
  self->directory = g_canonicalize_filename (directory, NULL);
  self->path = g_build_filename (self->directory, HW_DATABASE_FILE, NULL);
  self->index_path = g_build_filename (self->directory, HW_INDEX_FILE, NULL);
  self->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  hw_job_queue_init (&self->done);

  self->lock_fd = hw_store_lock (self->directory, error);
  if (self->lock_fd < 0 || !open_writer (self, error)
      || !(self->follower
           = hw_follower_new (self->path, self->index_path, self->settings.index_delay, error)))
    {
      store_free (self);
      return NULL;
    }
  for (guint i = 0; i < READERS; i++)
    if (!(self->readers[i] = hw_store_open_reader (self, error)))
      {
        store_free (self);
        return NULL;
      }

  hw_follower_start (self->follower);
  for (guint i = 0; i < READERS; i++)
    hw_reader_start (self->readers[i], hw_store_jobs_done, self);
  hw_writer_start (self->writer, self->follower, hw_store_jobs_done, self);
  return self;
}

/**
 * hw_store_open:
 * @directory: the data directory, made if it is not there, for its owner's eyes only
 * @error: one line for the operator: it cannot be written, is in use by another server, damaged, or
 *   of a newer version
 *
 * Opens the place's memory: takes its lock, brings the database to the newest version, logs "left,
 * lost" for those whom a crash left in rooms, and starts the threads. The calling thread is the
 * network thread from now on. Blocks: for the start.
 *
 * Returns: (transfer full) (nullable): the store
 */
HwStore *
hw_store_open (const char *directory, GError **error)
{
  static const HwStoreSettings settings = { .index_delay = INDEX_DELAY };

  return hw_store_open_full (directory, &settings, error);
}

/**
 * hw_store_set_commit_func:
 * @self: a store
 * @func: (nullable): called by hw_store_dispatch() when all callbacks of a transaction were called
 * @user_data: for @func
 */
void
hw_store_set_commit_func (HwStore *self, HwStoreCommitFunc func, gpointer user_data)
{
  self->commit_func = func;
  self->commit_data = user_data;
}

/**
 * hw_store_get_fd:
 * @self: a store
 *
 * Returns: a descriptor that is readable when hw_store_dispatch() has something to do
 */
int
hw_store_get_fd (HwStore *self)
{
  return self->event_fd;
}

/**
 * hw_store_dispatch:
 * @self: a store
 *
 * Calls back what is done. Does nothing, and does not block, if nothing is.
 */
void
hw_store_dispatch (HwStore *self)
{
  eventfd_t count;
  HwJob *jobs;

  /* First: what is pushed from here on makes it readable again. */
  eventfd_read (self->event_fd, &count);
  jobs = hw_job_queue_try_take (&self->done);
  for (HwJob *job = jobs, *next; job; job = next)
    {
      gboolean ends_commit = job->ends_commit;

      next = job->next;
      self->n_pending--;
      job->kind->done (job);
      hw_job_free (job);
      if (ends_commit && self->commit_func)
        self->commit_func (self->commit_data);
    }
}

static void
dispatch_all (HwStore *self)
{
  while (self->n_pending > 0)
    {
      struct pollfd ready = { .fd = self->event_fd, .events = POLLIN };

      poll (&ready, 1, -1);
      hw_store_dispatch (self);
    }
}

/**
 * hw_store_close:
 * @self: (transfer full): a store
 *
 * Commits what is queued and what callbacks queue meanwhile, calls back everything, ends the
 * threads and closes. Reads that were not done yet fail with HW_ERROR_CLOSING. Blocks.
 */
void
hw_store_close (HwStore *self)
{
  self->closing = TRUE;
  self->queued_func = NULL;
  hw_store_flush (self);
  for (guint i = 0; i < READERS; i++)
    hw_reader_stop (self->readers[i]);
  dispatch_all (self);
  hw_writer_stop (self->writer);
  store_free (self);
}

/**
 * hw_store_get_server_id:
 * @self: a store
 *
 * Returns: (transfer none): what tells this place from all others, 32 hexadecimal digits made at
 * the first start
 */
const char *
hw_store_get_server_id (HwStore *self)
{
  return self->server_id;
}

/**
 * hw_store_get_stats:
 * @self: a store
 * @stats: (out): figures for the operator
 */
void
hw_store_get_stats (HwStore *self, HwStoreStats *stats)
{
  static const char *const suffixes[] = { "", "-wal" };

  *stats = (HwStoreStats){ 0 };
  hw_writer_get_stats (self->writer, stats);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path
          = g_strconcat (i % 2 ? self->index_path : self->path, suffixes[i / 2], NULL);
      GStatBuf file;

      if (g_stat (path, &file) == 0)
        stats->bytes += file.st_size;
    }
}

/**
 * hw_store_push_write:
 * @self: a store
 * @job: (transfer full): for the writer
 */
void
hw_store_push_write (HwStore *self, HwJob *job)
{
  gboolean first = !self->queued;

  self->n_pending++;
  job->next = NULL;
  if (first)
    self->queued = job;
  else
    self->last_queued->next = job;
  self->last_queued = job;
  if (!self->queued_func)
    hw_store_flush (self);
  else if (first)
    self->queued_func (self->queued_data);
}

/**
 * hw_store_set_queued_func:
 * @self: a store
 * @func: (nullable): called when a write is the first to wait for hw_store_flush()
 * @user_data: for @func
 */
void
hw_store_set_queued_func (HwStore *self, HwStoreQueuedFunc func, gpointer user_data)
{
  self->queued_func = func;
  self->queued_data = user_data;
}

/**
 * hw_store_flush:
 * @self: a store
 *
 * Gives the writes that wait to the storage thread.
 */
void
hw_store_flush (HwStore *self)
{
  if (!self->queued)
    return;
  hw_writer_push (self->writer, self->queued, self->last_queued);
  self->queued = self->last_queued = NULL;
}

/**
 * hw_store_push_read:
 * @self: a store
 * @log: the log it is about, 0 if about none: reads of one log stay in order
 * @job: (transfer full): for a reader
 */
void
hw_store_push_read (HwStore *self, gint64 log, HwJob *job)
{
  self->n_pending++;
  if (self->closing)
    {
      hw_error_set (&job->error, HW_ERROR_CLOSING, NULL, "The server is closing.");
      hw_store_jobs_done (job, job, self);
      return;
    }
  hw_reader_push (self->readers[(guint64) log % READERS], job);
}

/**
 * hw_store_is_closing:
 * @self: a store
 *
 * For threads of their own that hw_store_close() waits for. Any thread.
 *
 * Returns: whether to hurry
 */
gboolean
hw_store_is_closing (HwStore *self)
{
  return self->closing;
}

/**
 * hw_store_set_backing_up:
 * @self: a store
 * @backing_up: whether a backup begins or is over
 *
 * Returns: %FALSE if one was to begin while another is made
 */
gboolean
hw_store_set_backing_up (HwStore *self, gboolean backing_up)
{
  if (backing_up && self->backing_up)
    return FALSE;
  self->backing_up = backing_up;
  return TRUE;
}

/**
 * hw_store_get_now:
 * @self: a store
 *
 * Returns: milliseconds since 1970 UTC, as the log's times are
 */
gint64
hw_store_get_now (HwStore *self)
{
  return self->settings.clock ? self->settings.clock (self->settings.clock_data)
                              : g_get_real_time () / 1000;
}

/**
 * hw_store_expect:
 * @self: a store
 *
 * A job that no queue knows will come back by hw_store_jobs_done(): closing waits for it.
 */
void
hw_store_expect (HwStore *self)
{
  self->n_pending++;
}

/**
 * hw_store_jobs_done:
 * @first: (transfer full): a list of jobs
 * @last: its last one
 * @store: the store
 *
 * Gives jobs back to the network thread. Any thread.
 */
void
hw_store_jobs_done (HwJob *first, HwJob *last, gpointer store)
{
  HwStore *self = store;

  if (hw_job_queue_push (&self->done, first, last))
    eventfd_write (self->event_fd, 1);
}

/**
 * hw_store_get_path:
 * @self: a store
 *
 * Returns: (transfer none): the database
 */
const char *
hw_store_get_path (HwStore *self)
{
  return self->path;
}

/**
 * hw_store_get_directory:
 * @self: a store
 *
 * Returns: (transfer none): the data directory, absolute
 */
const char *
hw_store_get_directory (HwStore *self)
{
  return self->directory;
}

/**
 * hw_store_open_reader:
 * @self: a store
 * @error: what failed
 *
 * Returns: (transfer full) (nullable): a reader of the calling thread's own
 */
HwReader *
hw_store_open_reader (HwStore *self, GError **error)
{
  HwReader *reader = hw_reader_new (self->path, self->index_path, error);

  if (reader && self->settings.search_time > 0)
    hw_reader_set_search_time (reader, self->settings.search_time);
  return reader;
}
