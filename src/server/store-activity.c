/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many messages a log had, by time. The index counts them by hour, for buckets that are made of
 * whole hours. For all others it has marks, one for every few entries, that say how many messages
 * there are up to there: what a bucket has is the difference between its ends, each of which is a
 * mark and the few entries behind it. What the index has not seen yet is counted one by one. */

#include "store-page.h"
#include "store-private.h"

#define HOUR (60 * 60 * G_GINT64_CONSTANT (1000))

/* Entries between two looks whether the reader is stopped. */
#define CHECK_INTERVAL 1024

typedef struct
{
  HwJob job;
  gint64 log;
  gint64 since;
  gint64 until;
  gint64 bucket;
  HwStoreActivity callback;
  gpointer user_data;

  HwReader *reader;
  HwDb *db;
  guint64 last;
  guint64 tail;      /* the first number that the index does not know */
  guint64 seq;       /* how far it was counted … */
  gint64 n_messages; /* … how many messages there are up to there … */
  gint64 next_at;    /* … and when the next entry was */
  GArray *counts;    /* HwActivity, by time */
} ActivityJob;

/* Times must come in order. */
static void
add (ActivityJob *self, gint64 at, guint64 n)
{
  HwActivity activity = { at - (at - self->since) % self->bucket, n };
  HwActivity *last = self->counts->len > 0
                         ? &g_array_index (self->counts, HwActivity, self->counts->len - 1)
                         : NULL;

  if (last && last->at == activity.at)
    last->n_messages += n;
  else if (n > 0)
    g_array_append_val (self->counts, activity);
}

/* Goes on from the last mark before @at, if it is further than where it stands. */
static gboolean
skip_to_mark (ActivityJob *self, gint64 at, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row;

  if (self->tail == 1)
    return TRUE;
  row = hw_db_query (self->db, error,
                     "SELECT seq, n FROM search.marks WHERE log = ? AND at < ?"
                     " ORDER BY at DESC, seq DESC LIMIT 1",
                     "ii", self->log, at);
  if (!row)
    return FALSE;
  if (hw_db_step (self->db, row, &problem))
    {
      if ((guint64) sqlite3_column_int64 (row, 0) > self->seq)
        {
          self->seq = sqlite3_column_int64 (row, 0);
          self->n_messages = sqlite3_column_int64 (row, 1);
        }
      sqlite3_reset (row);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/* Counts on to the last entry before @at, and finds the time of the next. Times must come in order.
 */
static gboolean
count_to (ActivityJob *self, gint64 at, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row;

  if (!skip_to_mark (self, at, error))
    return FALSE;
  row = hw_db_query (self->db, error,
                     "SELECT at, kind FROM main.entries WHERE log = ? AND seq > ? ORDER BY seq",
                     "ii", self->log, (gint64) self->seq);
  if (!row)
    return FALSE;
  self->next_at = G_MAXINT64;
  while (hw_db_step (self->db, row, &problem))
    {
      if (sqlite3_column_int64 (row, 0) >= at)
        {
          self->next_at = sqlite3_column_int64 (row, 0);
          break;
        }
      self->n_messages += sqlite3_column_int (row, 1) == HW_ENTRY_MESSAGE;
      if (++self->seq % CHECK_INTERVAL == 0 && !hw_reader_check_stopped (self->reader, &problem))
        break;
    }
  sqlite3_reset (row);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/* From @at on, which may be within a bucket. Buckets in which nothing is are not gone through. */
static gboolean
add_by_marks (ActivityJob *self, gint64 at, GError **error)
{
  if (at >= self->until)
    return TRUE;
  if (!count_to (self, at, error))
    return FALSE;
  while (self->next_at < self->until)
    {
      gint64 start = self->next_at - (self->next_at - self->since) % self->bucket;
      gint64 end = self->until - start > self->bucket ? start + self->bucket : self->until;
      gint64 before = self->n_messages;

      if (!count_to (self, end, error) || !hw_reader_check_stopped (self->reader, error))
        return FALSE;
      add (self, start, self->n_messages - before);
    }
  return TRUE;
}

/* The hours that the index knows whole; *@at becomes their end. */
static gboolean
add_by_hours (ActivityJob *self, gint64 *at, GError **error)
{
  gint64 tail_at = G_MAXINT64, end;
  GError *problem = NULL;
  sqlite3_stmt *row;

  if (!hw_db_get_int (self->db, &tail_at, error,
                      "SELECT at FROM main.entries WHERE log = ? AND seq = ?", "ii", self->log,
                      (gint64) self->tail))
    return FALSE;
  end = MIN (self->until, tail_at);
  end -= end % HOUR;
  if (end <= *at)
    return TRUE;
  row = hw_db_query (self->db, error,
                     "SELECT at, n FROM search.hours WHERE log = ? AND at >= ? AND at < ?"
                     " ORDER BY at",
                     "iii", self->log, *at, end);
  if (!row)
    return FALSE;
  while (hw_db_step (self->db, row, &problem))
    add (self, sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1));
  *at = end;
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static gboolean
count (ActivityJob *self, GError **error)
{
  gint64 at = self->since;

  self->seq = 0;
  self->n_messages = 0;
  g_array_set_size (self->counts, 0);
  if (!hw_log_find_last (self->reader, self->log, &self->last, error)
      || !hw_log_find_id (self->reader, self->log, self->last,
                          hw_reader_get_indexed (self->reader) + 1, &self->tail, error))
    return FALSE;
  if (self->tail > 1 && self->bucket % HOUR == 0 && self->since % HOUR == 0
      && !add_by_hours (self, &at, error))
    return FALSE;
  return add_by_marks (self, at, error);
}

static gboolean
activity_run (HwJob *job, gpointer worker, GError **error)
{
  ActivityJob *self = (ActivityJob *) job;
  GError *problem = NULL;
  gboolean done;

  self->reader = worker;
  self->db = hw_reader_get_db (worker);
  self->counts = g_array_new (FALSE, FALSE, sizeof (HwActivity));
  hw_reader_limit_time (worker);
  done = count (self, &problem);
  if (!done && hw_db_is_damaged (self->db) && hw_reader_get_indexed (worker) > 0)
    {
      g_clear_error (&problem);
      hw_reader_drop_index (worker);
      done = count (self, &problem);
    }
  if (!done && hw_reader_is_late (worker))
    {
      g_clear_error (&problem);
      hw_reader_set_late_error (worker, NULL, error);
    }
  if (problem)
    g_propagate_error (error, problem);
  return done;
}

static void
activity_done (HwJob *job)
{
  ActivityJob *self = (ActivityJob *) job;

  if (job->error)
    self->callback (NULL, 0, job->error, self->user_data);
  else
    self->callback ((const HwActivity *) self->counts->data, self->counts->len, NULL,
                    self->user_data);
}

static void
activity_free (HwJob *job)
{
  ActivityJob *self = (ActivityJob *) job;

  g_clear_pointer (&self->counts, g_array_unref);
  g_free (self);
}

static const HwJobKind activity_kind = { activity_run, activity_done, activity_free };

/**
 * hw_store_read_activity:
 * @self: a store
 * @log: id of a log
 * @since: where the first bucket starts, milliseconds since 1970 UTC, not negative
 * @until: where the last one ends
 * @bucket: milliseconds of a bucket, at least 1
 * @callback: called with the buckets that are not empty
 * @user_data: for @callback
 *
 * Counts the messages of a log by time.
 */
void
hw_store_read_activity (HwStore *self,
                        gint64 log,
                        gint64 since,
                        gint64 until,
                        gint64 bucket,
                        HwStoreActivity callback,
                        gpointer user_data)
{
  ActivityJob *job;

  g_return_if_fail (callback != NULL);
  g_return_if_fail (since >= 0);
  g_return_if_fail (bucket > 0);

  job = g_new0 (ActivityJob, 1);
  job->job.kind = &activity_kind;
  job->log = log;
  job->since = since;
  job->until = until;
  job->bucket = bucket;
  job->callback = callback;
  job->user_data = user_data;
  hw_store_push_read (self, log, &job->job);
}
