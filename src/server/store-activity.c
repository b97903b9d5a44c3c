/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many messages a log had, by time. The index counts them by hour and by minute: a bucket takes
 * whole hours, then whole minutes at its ends, and only what is left of a minute is counted one by
 * one, as is what the index has not seen yet. */

#include "store-page.h"
#include "store-private.h"

#define MINUTE (60 * G_GINT64_CONSTANT (1000))
#define HOUR   (60 * MINUTE)

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
  guint64 tail;   /* the first number that the index does not know */
  GArray *counts; /* HwActivity, by time */
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

/* Adds one by one the messages from @low to before @high that are between @since and @until. */
static gboolean
add_entries (
    ActivityJob *self, gint64 since, gint64 until, guint64 low, guint64 high, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row;
  guint64 first;

  if (low >= high || since >= until)
    return TRUE;
  if (!hw_log_find_time (self->reader, self->log, self->last, since, &first, error))
    return FALSE;
  low = MAX (low, first);
  row = hw_db_query (self->db, error,
                     "SELECT at, kind FROM main.entries WHERE log = ? AND seq >= ? AND seq < ?"
                     " ORDER BY seq",
                     "iii", self->log, (gint64) low, (gint64) high);
  if (!row)
    return FALSE;
  for (guint64 i = 1; hw_db_step (self->db, row, &problem); i++)
    {
      gint64 at = sqlite3_column_int64 (row, 0);

      if (at >= until)
        break;
      if (sqlite3_column_int (row, 1) == HW_ENTRY_MESSAGE)
        add (self, at, 1);
      if (i % CHECK_INTERVAL == 0 && !hw_reader_check_stopped (self->reader, &problem))
        break;
    }
  sqlite3_reset (row);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static gboolean
add_counters (ActivityJob *self, const char *sql, gint64 since, gint64 until, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row;

  if (since >= until)
    return TRUE;
  row = hw_db_query (self->db, error, sql, "iii", self->log, since, until);
  if (!row)
    return FALSE;
  while (hw_db_step (self->db, row, &problem))
    add (self, sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1));
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static gint64
round_up (gint64 at, gint64 unit)
{
  gint64 rest = at % unit;

  return rest == 0 ? at : at - rest + (rest > 0 ? unit : 0);
}

static gint64
round_down (gint64 at, gint64 unit)
{
  return -round_up (-at, unit);
}

/* Adds what the index knows between two times of one bucket, by minutes. */
static gboolean
add_minutes (ActivityJob *self, gint64 since, gint64 until, GError **error)
{
  gint64 first = round_up (since, MINUTE), end = round_down (until, MINUTE);

  if (first > end)
    return add_entries (self, since, until, 1, self->tail, error);
  return add_entries (self, since, first, 1, self->tail, error)
         && add_counters (self,
                          "SELECT at, n FROM search.minutes WHERE log = ? AND at >= ? AND at < ?"
                          " ORDER BY at",
                          first, end, error)
         && add_entries (self, end, until, 1, self->tail, error);
}

/* The same by hours. */
static gboolean
add_hours (ActivityJob *self, gint64 since, gint64 until, GError **error)
{
  gint64 first = round_up (since, HOUR), end = round_down (until, HOUR);

  if (first > end)
    return add_minutes (self, since, until, error);
  return add_minutes (self, since, first, error)
         && add_counters (self,
                          "SELECT at, n FROM search.hours WHERE log = ? AND at >= ? AND at < ?"
                          " ORDER BY at",
                          first, end, error)
         && add_minutes (self, end, until, error);
}

static gboolean
add_indexed (ActivityJob *self, GError **error)
{
  gint64 at = self->since;

  /* Short buckets span no whole minute; those that begin with an hour, or a minute, have nothing
   * but whole ones: neither are gone through one by one. */
  if (self->bucket < MINUTE)
    return add_entries (self, self->since, self->until, 1, self->tail, error);
  if (self->bucket % HOUR == 0 && self->since % HOUR == 0)
    return add_hours (self, self->since, self->until, error);
  if (self->bucket % MINUTE == 0 && self->since % MINUTE == 0 && self->bucket < HOUR)
    return add_minutes (self, self->since, self->until, error);
  while (at < self->until)
    {
      gint64 end = self->until - at > self->bucket ? at + self->bucket : self->until;

      if (!add_hours (self, at, end, error) || !hw_reader_check_stopped (self->reader, error))
        return FALSE;
      at = end;
    }
  return TRUE;
}

/* Nothing is before the log's beginning or after its end: whatever somebody asks for, only buckets
 * in which something can be are gone through. */
static gboolean
narrow (ActivityJob *self, GError **error)
{
  gint64 first = 0, last = 0;

  if (!hw_db_get_int (self->db, &first, error,
                      "SELECT at FROM main.entries WHERE log = ? AND seq = 1", "i", self->log)
      || !hw_db_get_int (self->db, &last, error,
                         "SELECT at FROM main.entries WHERE log = ? AND seq = ?", "ii", self->log,
                         (gint64) self->last))
    return FALSE;
  if (self->since < first)
    self->since += (first - self->since) / self->bucket * self->bucket;
  self->until = MIN (self->until, last + 1);
  return TRUE;
}

static gboolean
count (ActivityJob *self, GError **error)
{
  if (!hw_log_find_last (self->reader, self->log, &self->last, error)
      || !hw_log_find_id (self->reader, self->log, self->last,
                          hw_reader_get_indexed (self->reader) + 1, &self->tail, error)
      || !narrow (self, error))
    return FALSE;
  return (self->tail == 1 || add_indexed (self, error))
         && add_entries (self, self->since, self->until, self->tail, self->last + 1, error);
}

static gboolean
activity_run (HwJob *job, gpointer worker, GError **error)
{
  ActivityJob *self = (ActivityJob *) job;
  GError *problem = NULL;
  gint64 since = self->since, until = self->until;
  gboolean done;

  self->reader = worker;
  self->db = hw_reader_get_db (worker);
  self->counts = g_array_new (FALSE, FALSE, sizeof (HwActivity));
  done = count (self, &problem);
  if (!done && hw_db_is_damaged (self->db) && hw_reader_get_indexed (worker) > 0)
    {
      g_clear_error (&problem);
      g_array_set_size (self->counts, 0);
      self->since = since;
      self->until = until;
      hw_reader_drop_index (worker);
      done = count (self, &problem);
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
