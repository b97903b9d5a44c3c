/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A reading thread: jobs one after another, each in a transaction of its own, so that what it says
 * of a log agrees with itself however much is written meanwhile. */

#include "store-reader.h"

#include "protocol/error.h"

#include <stdatomic.h>
#include <time.h>

/* Steps of SQLite's machine between two looks at the clock: some 50 microseconds. */
#define PROGRESS_STEPS 2000

/* Microseconds of work that a search may take: others wait for the reader. */
#define SEARCH_TIME G_TIME_SPAN_SECOND

/* How many times longer than it may work a job may wait, too. */
#define WAITING 4

/* Milliseconds after which one may try again what took too long. */
#define RETRY_TIME 5000

struct _HwReader
{
  HwDb *db;
  HwTokenizer *tokenizer;
  HwFoldCache *folds;
  HwJobQueue queue;
  GThread *thread;
  _Atomic int stopping;
  gint64 indexed;
  gint64 search_time;
  gint64 work_limit; /* of the thread's time, 0: none … */
  gint64 wait_limit; /* … and monotonic */
  HwCount count;     /* the last that was asked for */

  HwReaderDone done;
  gpointer done_data;
};

static gint64
get_work_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Anything but 0 ends what SQLite is at. */
static int
on_progress (void *user_data)
{
  HwReader *self = user_data;

  return self->stopping || hw_reader_is_late (self);
}

/**
 * hw_reader_new:
 * @path: the database
 * @index_path: its index
 * @error: what failed
 *
 * Returns: (transfer full) (nullable): a reader without a thread, of the calling one
 */
HwReader *
hw_reader_new (const char *path, const char *index_path, GError **error)
{
  g_autoptr (HwReader) self = g_new0 (HwReader, 1);

  hw_job_queue_init (&self->queue);
  self->folds = hw_fold_cache_new ();
  self->db = hw_db_open (path, HW_DB_READ_ONLY, error);
  if (!self->db || !hw_fold_add_function (self->db, error)
      || !hw_tokenizer_register (self->db, error)
      || !hw_db_execute (self->db, "PRAGMA cache_size = -4000", error)
      || !hw_db_run (self->db, error, "ATTACH ? AS search", "s", index_path))
    return NULL;
  self->search_time = SEARCH_TIME;
  self->tokenizer = hw_tokenizer_new ();
  sqlite3_progress_handler (hw_db_get_handle (self->db), PROGRESS_STEPS, on_progress, self);
  return g_steal_pointer (&self);
}

/**
 * hw_reader_free:
 * @self: (transfer full): a reader whose thread does not run
 */
void
hw_reader_free (HwReader *self)
{
  g_assert (!self->thread);

  g_clear_pointer (&self->tokenizer, hw_tokenizer_free);
  if (self->db)
    {
      hw_db_adopt (self->db);
      hw_db_close (self->db);
    }
  hw_fold_cache_free (self->folds);
  g_free (self->count.what);
  hw_job_queue_clear (&self->queue);
  g_free (self);
}

/* Fixes the state that is read until end(). The index's comes first: so no entry that it knows can
 * be missing. */
static gboolean
begin (HwReader *self, GError **error)
{
  gint64 any = 0;

  if (!hw_db_run (self->db, error, "BEGIN", ""))
    return FALSE;
  self->indexed = 0;
  if (!hw_db_is_damaged (self->db)
      && !hw_db_get_int (self->db, &self->indexed, NULL, "SELECT indexed FROM search.state", ""))
    self->indexed = 0;
  return hw_db_get_int (self->db, &any, error, "SELECT max (id) FROM main.entries", "");
}

static void
end (HwReader *self)
{
  self->work_limit = 0;
  if (!sqlite3_get_autocommit (hw_db_get_handle (self->db)))
    hw_db_run (self->db, NULL, "COMMIT", "");
}

static void
run_job (HwReader *self, HwJob *job)
{
  if (begin (self, &job->error))
    job->kind->run (job, self, &job->error);
  end (self);
}

static gpointer
run_thread (gpointer data)
{
  HwReader *self = data;
  HwJob *jobs;

  hw_db_adopt (self->db);
  while ((jobs = hw_job_queue_take (&self->queue)))
    for (HwJob *job = jobs, *next; job; job = next)
      {
        next = job->next;
        if (hw_reader_check_stopped (self, &job->error))
          run_job (self, job);
        self->done (job, job, self->done_data);
      }
  return NULL;
}

/**
 * hw_reader_start:
 * @self: a reader
 * @done: takes each job that is done
 * @user_data: for @done
 *
 * Gives the reader its thread.
 */
void
hw_reader_start (HwReader *self, HwReaderDone done, gpointer user_data)
{
  self->done = done;
  self->done_data = user_data;
  self->thread = g_thread_new ("hw-reader", run_thread, self);
}

/**
 * hw_reader_push:
 * @self: a reader
 * @job: (transfer full): to be done after those that were pushed before
 */
void
hw_reader_push (HwReader *self, HwJob *job)
{
  hw_job_queue_push (&self->queue, job, job);
}

/**
 * hw_reader_stop:
 * @self: a reader
 *
 * Interrupts what it is at and ends its thread; jobs that were not done fail with HW_ERROR_CLOSING.
 * Blocks.
 */
void
hw_reader_stop (HwReader *self)
{
  self->stopping = TRUE;
  sqlite3_interrupt (hw_db_get_handle (self->db));
  hw_job_queue_close (&self->queue);
  g_clear_pointer (&self->thread, g_thread_join);
}

/**
 * hw_reader_check_stopped:
 * @self: a reader
 * @error: HW_ERROR_CLOSING: it is stopped
 *
 * For jobs that take long.
 *
 * Returns: whether to go on
 */
gboolean
hw_reader_check_stopped (HwReader *self, GError **error)
{
  if (!self->stopping)
    return TRUE;
  hw_error_set (error, HW_ERROR_CLOSING, NULL, "The server is closing.");
  return FALSE;
}

/**
 * hw_reader_set_search_time:
 * @self: a reader
 * @microseconds: that a search may take
 *
 * For tests.
 */
void
hw_reader_set_search_time (HwReader *self, gint64 microseconds)
{
  self->search_time = microseconds;
}

/**
 * hw_reader_limit_time:
 * @self: a reader, on its thread
 *
 * From now on the time that a search may take runs: so much of work, or several times that of
 * waiting for the disk and others. What SQLite is at when it is over fails, until it begins again
 * or the job is done.
 */
void
hw_reader_limit_time (HwReader *self)
{
  self->work_limit = get_work_time () + self->search_time;
  self->wait_limit = g_get_monotonic_time () + self->search_time * WAITING;
}

/**
 * hw_reader_take_all_time:
 * @self: a reader
 *
 * Ends hw_reader_limit_time().
 */
void
hw_reader_take_all_time (HwReader *self)
{
  self->work_limit = 0;
}

/**
 * hw_reader_is_late:
 * @self: a reader
 *
 * Returns: whether the time that a search may take is over
 */
gboolean
hw_reader_is_late (HwReader *self)
{
  return self->work_limit > 0
         && (get_work_time () >= self->work_limit || g_get_monotonic_time () >= self->wait_limit);
}

/**
 * hw_reader_set_late_error:
 * @self: a reader
 * @field: (nullable): the field to blame
 * @error: (out) (optional): HW_ERROR_SLOW_DOWN
 *
 * Says that there was not the time for it.
 */
void
hw_reader_set_late_error (HwReader *self, const char *field, GError **error)
{
  GError *late = hw_error_new (HW_ERROR_SLOW_DOWN, field,
                               "Searching takes too long: look for something else, or try again"
                               " later.");

  hw_error_set_retry (late, RETRY_TIME);
  g_propagate_error (error, late);
}

/**
 * hw_reader_get_count:
 * @self: a reader
 *
 * Returns: (transfer none): how far the last search was counted, for whoever counts
 */
HwCount *
hw_reader_get_count (HwReader *self)
{
  return &self->count;
}

/**
 * hw_reader_get_db:
 * @self: a reader
 *
 * Returns: (transfer none): its connection
 */
HwDb *
hw_reader_get_db (HwReader *self)
{
  return self->db;
}

/**
 * hw_reader_get_indexed:
 * @self: a reader, in a job
 *
 * Returns: id of the last entry that the index knows; 0 if there is no index that can be used, and
 *   everything is to be found by reading
 */
gint64
hw_reader_get_indexed (HwReader *self)
{
  return self->indexed;
}

/**
 * hw_reader_drop_index:
 * @self: a reader, in a job
 *
 * The index turned out to be damaged: until the job is done there is none.
 */
void
hw_reader_drop_index (HwReader *self)
{
  self->indexed = 0;
}

/**
 * hw_reader_get_tokenizer:
 * @self: a reader
 *
 * Returns: (transfer none): its tokenizer
 */
HwTokenizer *
hw_reader_get_tokenizer (HwReader *self)
{
  return self->tokenizer;
}

/**
 * hw_reader_fold:
 * @self: a reader
 * @name: a name
 *
 * Returns: (transfer none): its folded form, until the next call
 */
const char *
hw_reader_fold (HwReader *self, const char *name)
{
  return hw_fold_cache_get (self->folds, name);
}
