/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists of logs with their figures: counters of the index, and what came after it. */

#include "store-page.h"
#include "store-private.h"

/* Entries at the end of a log among which its last message is looked for at the start. */
#define LAST_MESSAGE_RANGE 1000

typedef struct
{
  HwJob job;
  gint64 after;
  guint limit;
  HwStoreListed callback;
  gpointer user_data;
  GPtrArray *logs;
  gboolean more;
} ListJob;

/* What the entries after the index add to a log. */
typedef struct
{
  gint64 log;
  guint64 n_messages;
  guint64 n_people;
  gint64 last_at;
} Tail;

static HwLogInfo *
info_from_row (sqlite3_stmt *row)
{
  HwLogInfo *info = g_new0 (HwLogInfo, 1);

  info->id = sqlite3_column_int64 (row, 0);
  info->room = hw_db_dup_text (row, 1);
  info->topic = hw_db_dup_text (row, 2);
  info->password = hw_db_dup_text (row, 3);
  info->created = sqlite3_column_int64 (row, 4);
  info->closed = sqlite3_column_int64 (row, 5);
  info->last = sqlite3_column_int64 (row, 6);
  info->first_at = sqlite3_column_int64 (row, 7);
  return info;
}

#define INFO                                                       \
  "SELECT id, room, topic, password, created, closed,"             \
  " (SELECT max (seq) FROM main.entries WHERE log = logs.id),"     \
  " (SELECT at FROM main.entries WHERE log = logs.id AND seq = 1)" \
  " FROM main.logs "

static GPtrArray *
read_infos (HwDb *db, sqlite3_stmt *row, GError **error)
{
  g_autoptr (GPtrArray) logs = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_log_info_free);
  GError *problem = NULL;

  while (row && hw_db_step (db, row, &problem))
    g_ptr_array_add (logs, info_from_row (row));
  if (problem)
    g_propagate_error (error, problem);
  return row && !problem ? g_steal_pointer (&logs) : NULL;
}

static Tail *
get_tail (GHashTable *tails, gint64 log)
{
  Tail *tail = g_hash_table_lookup (tails, &log);

  if (!tail)
    {
      tail = g_new0 (Tail, 1);
      tail->log = log;
      g_hash_table_insert (tails, &tail->log, tail);
    }
  return tail;
}

/* (transfer full): by log, what came after the index: by id, not in the order of the groups, for
 * which SQLite would read everything. */
static GHashTable *
read_tails (HwReader *reader, GError **error)
{
  HwDb *db = hw_reader_get_db (reader);
  g_autoptr (GHashTable) tails = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  GError *problem = NULL;
  sqlite3_stmt *row = hw_db_query (
      db, error,
      "SELECT e.log, sum (e.n), max (e.last_at),"
      " sum (NOT EXISTS (SELECT 1 FROM search.tallies t WHERE ?2 AND t.log = e.log"
      "  AND t.author = e.name AND t.kind = 4))"
      " FROM (SELECT log, fold (author) AS name, count (*) AS n, max (at) AS last_at"
      "  FROM main.entries NOT INDEXED WHERE id > ?1 AND kind = 4 GROUP BY 1, 2) e GROUP BY 1",
      "ii", hw_reader_get_indexed (reader), (gint64) (hw_reader_get_indexed (reader) > 0));

  if (!row)
    return NULL;
  while (hw_db_step (db, row, &problem))
    {
      Tail *tail = get_tail (tails, sqlite3_column_int64 (row, 0));

      tail->n_messages = sqlite3_column_int64 (row, 1);
      tail->last_at = sqlite3_column_int64 (row, 2);
      tail->n_people = sqlite3_column_int64 (row, 3);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem ? NULL : g_steal_pointer (&tails);
}

/* As read_tails(), but while the index is being made anew only for so long: then nothing is added,
 * and *late says so. */
static GHashTable *
try_read_tails (HwReader *reader, gboolean *late, GError **error)
{
  GError *problem = NULL;
  GHashTable *tails;

  hw_reader_limit_time (reader);
  tails = read_tails (reader, &problem);
  *late = !tails && hw_reader_is_late (reader);
  hw_reader_take_all_time (reader);
  if (*late)
    {
      g_clear_error (&problem);
      return g_hash_table_new (g_int64_hash, g_int64_equal);
    }
  if (problem)
    g_propagate_error (error, problem);
  return tails;
}

static gboolean
add_counters (HwReader *reader, GHashTable *tails, HwLogInfo *info, GError **error)
{
  HwDb *db = hw_reader_get_db (reader);
  Tail *tail = g_hash_table_lookup (tails, &info->id);
  GError *problem = NULL;
  sqlite3_stmt *row;

  info->last_at = info->created;
  if (hw_reader_get_indexed (reader) > 0)
    {
      row = hw_db_query (db, error,
                         "SELECT n, people, last_at FROM search.totals WHERE log = ? AND kind = 4",
                         "i", info->id);
      if (!row)
        return FALSE;
      if (hw_db_step (db, row, &problem))
        {
          info->n_messages = sqlite3_column_int64 (row, 0);
          info->n_people = sqlite3_column_int64 (row, 1);
          info->last_at = sqlite3_column_int64 (row, 2);
          sqlite3_reset (row);
        }
    }
  if (tail)
    {
      info->n_messages += tail->n_messages;
      info->n_people += tail->n_people;
      info->last_at = MAX (info->last_at, tail->last_at);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/* The time of the last message: almost always among the newest entries, else the index has it. */
static gboolean
find_last_at (HwReader *reader, HwLogInfo *info, GError **error)
{
  HwDb *db = hw_reader_get_db (reader);
  gint64 last_at = 0;

  if (!hw_db_get_int (db, &last_at, error,
                      "SELECT at FROM main.entries WHERE log = ? AND seq > ? AND kind = 4"
                      " ORDER BY seq DESC LIMIT 1",
                      "ii", info->id, (gint64) info->last - LAST_MESSAGE_RANGE))
    return FALSE;
  if (last_at == 0
      && !hw_db_get_int (db, &last_at, error,
                         "SELECT last_at FROM search.totals WHERE log = ? AND kind = 4", "i",
                         info->id))
    return FALSE;
  info->last_at = last_at > 0 ? last_at : info->created;
  return TRUE;
}

static gboolean
list_run (HwJob *job, gpointer worker, GError **error)
{
  ListJob *self = (ListJob *) job;
  HwDb *db = hw_reader_get_db (worker);
  gboolean late = FALSE;
  g_autoptr (GHashTable) tails = try_read_tails (worker, &late, error);

  if (!tails)
    return FALSE;
  self->logs = read_infos (db,
                           hw_db_query (db, error, INFO "WHERE id > ? ORDER BY id LIMIT ?", "ii",
                                        self->after, (gint64) self->limit + 1),
                           error);
  if (!self->logs)
    return FALSE;
  self->more = self->logs->len > self->limit;
  if (self->more)
    g_ptr_array_set_size (self->logs, self->limit);
  for (guint i = 0; i < self->logs->len; i++)
    {
      HwLogInfo *info = g_ptr_array_index (self->logs, i);

      if (!add_counters (worker, tails, info, error)
          || (late && !find_last_at (worker, info, error)))
        return FALSE;
    }
  return TRUE;
}

static void
list_done (HwJob *job)
{
  ListJob *self = (ListJob *) job;

  self->callback (job->error ? NULL : self->logs, self->more, job->error, self->user_data);
}

static void
list_free (HwJob *job)
{
  ListJob *self = (ListJob *) job;

  g_clear_pointer (&self->logs, g_ptr_array_unref);
  g_free (self);
}

static const HwJobKind list_kind = { list_run, list_done, list_free };

/**
 * hw_store_list_logs:
 * @self: a store
 * @after_id: the last id that is known, 0 for none
 * @limit: how many at most
 * @callback: called with the logs, their counters included
 * @user_data: for @callback
 *
 * Lists all logs, closed ones too, by id. While the index of a long log is being made anew the
 * numbers of messages and people are those that it knows already.
 */
void
hw_store_list_logs (
    HwStore *self, gint64 after_id, guint limit, HwStoreListed callback, gpointer user_data)
{
  ListJob *job = g_new0 (ListJob, 1);

  g_return_if_fail (callback != NULL);

  job->job.kind = &list_kind;
  job->after = after_id;
  job->limit = limit;
  job->callback = callback;
  job->user_data = user_data;
  hw_store_push_read (self, 0, &job->job);
}

/**
 * hw_store_list_open_logs:
 * @self: a store
 * @error: what failed
 *
 * The rooms there are, without the counters of messages and people. Blocks: for the start.
 *
 * Returns: (transfer full) (nullable) (element-type HwLogInfo): open logs by id
 */
GPtrArray *
hw_store_list_open_logs (HwStore *self, GError **error)
{
  g_autoptr (HwReader) reader = hw_store_open_reader (self, error);
  g_autoptr (GPtrArray) logs = NULL;
  HwDb *db;

  if (!reader)
    return NULL;
  db = hw_reader_get_db (reader);
  logs = read_infos (db, hw_db_query (db, error, INFO "WHERE closed = 0 ORDER BY id", ""), error);
  for (guint i = 0; logs && i < logs->len; i++)
    if (!find_last_at (reader, g_ptr_array_index (logs, i), error))
      return NULL;
  return g_steal_pointer (&logs);
}
