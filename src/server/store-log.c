/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing logs: gives entries their numbers and times, knows keys that were used, and keeps beside
 * the entries what follows from them: topics, closed logs, who is inside. Runs on the writer. */

#include "store-log.h"

#include "store-private.h"

#include "protocol/error.h"

/* What the next entry of a log depends on. */
typedef struct
{
  gint64 id;
  guint64 last;
  gint64 last_at;
} LogState;

typedef struct
{
  HwJob job;
  HwLogEntry *entry;
  gboolean duplicate;
  HwStoreAppended callback;
  gpointer user_data;
} AppendJob;

typedef struct
{
  HwJob job;
  HwLogInfo info;
  char *creator;
  HwLogEntry *created;
  HwLogEntry *joined;
  HwStoreCreated callback;
  gpointer user_data;
} CreateJob;

typedef struct
{
  HwJob job;
  gint64 log;
  char *name;
} ForgetJob;

static LogState *
add_state (HwWriter *writer, gint64 log, guint64 last, gint64 last_at)
{
  LogState *state = g_new (LogState, 1);

  *state = (LogState){ log, last, last_at };
  g_hash_table_replace (hw_writer_get_logs (writer), &state->id, state);
  return state;
}

/* (transfer none): NULL with HW_ERROR_NO_SUCH_ROOM if there is no open log of that id. */
static LogState *
get_state (HwWriter *writer, gint64 log, GError **error)
{
  HwDb *db = hw_writer_get_db (writer);
  LogState *state = g_hash_table_lookup (hw_writer_get_logs (writer), &log);
  gint64 open = 0, last = 0, last_at = 0;

  if (state)
    return state;
  if (!hw_rows_flush (hw_writer_get_rows (writer), db, error)
      || !hw_db_get_int (db, &open, error, "SELECT closed = 0 FROM logs WHERE id = ?", "i", log))
    return NULL;
  if (!open)
    {
      hw_error_set (error, HW_ERROR_NO_SUCH_ROOM, NULL, "The room is closed.");
      return NULL;
    }
  if (!hw_db_get_int (db, &last, error, "SELECT max (seq) FROM entries WHERE log = ?", "i", log)
      || !hw_db_get_int (db, &last_at, error, "SELECT at FROM entries WHERE log = ? AND seq = ?",
                         "ii", log, last))
    return NULL;
  return add_state (writer, log, last, last_at);
}

/* The id is given out here, too, so that the entry need not be in the table at once. */
static gboolean
insert (HwWriter *writer, LogState *state, HwLogEntry *entry, gint64 *id, GError **error)
{
  *id = hw_writer_add_last_entry (writer);
  entry->seq = state->last + 1;
  entry->at = MAX (hw_writer_get_now (writer), state->last_at);
  state->last = entry->seq;
  state->last_at = entry->at;
  return hw_rows_add (hw_writer_get_rows (writer), hw_writer_get_db (writer), *id, entry, error);
}

/* What else an entry says. */
static gboolean
apply (HwWriter *writer, const HwLogEntry *entry, GError **error)
{
  HwDb *db = hw_writer_get_db (writer);

  switch (entry->kind)
    {
    case HW_ENTRY_JOINED:
      return hw_db_run (db, error,
                        "INSERT OR REPLACE INTO members (log, folded, name) VALUES (?, ?, ?)",
                        "iss", entry->log, hw_writer_fold (writer, entry->from), entry->from);
    case HW_ENTRY_LEFT:
    case HW_ENTRY_KICKED:
      return hw_db_run (db, error, "DELETE FROM members WHERE log = ? AND folded = ?", "is",
                        entry->log, hw_writer_fold (writer, entry->from));
    case HW_ENTRY_RENAMED:
      {
        g_autofree char *folded = g_strdup (hw_writer_fold (writer, entry->from));

        return hw_db_run (db, error,
                          "UPDATE OR REPLACE members SET folded = ?, name = ?"
                          " WHERE log = ? AND folded = ?",
                          "ssis", hw_writer_fold (writer, entry->to), entry->to, entry->log,
                          folded);
      }
    case HW_ENTRY_TOPIC:
      return hw_db_run (db, error, "UPDATE logs SET topic = ? WHERE id = ?", "si", entry->text,
                        entry->log);
    case HW_ENTRY_CLOSED:
      g_hash_table_remove (hw_writer_get_logs (writer), &entry->log);
      return hw_db_run (db, error, "UPDATE logs SET closed = max (?, 1) WHERE id = ?", "ii",
                        entry->at, entry->log)
             && hw_db_run (db, error, "DELETE FROM members WHERE log = ?", "i", entry->log);
    case HW_ENTRY_CREATED:
    case HW_ENTRY_MESSAGE:
    case HW_ENTRY_UNKNOWN:
    default:
      return TRUE;
    }
}

/* Looks whether @entry's key was used within a day; then @entry gets the first one's seq and at. */
static gboolean
find_first (HwWriter *writer, HwLogEntry *entry, gint64 hash, gboolean *duplicate, GError **error)
{
  HwDb *db = hw_writer_get_db (writer);
  GError *problem = NULL;
  sqlite3_stmt *statement;
  gint64 id;

  if (!hw_keys_find (hw_writer_get_keys (writer), db, hash, &id, error))
    return FALSE;
  if (id == 0)
    return TRUE;
  if (!hw_rows_flush (hw_writer_get_rows (writer), db, error))
    return FALSE;
  statement = hw_db_query (db, error, "SELECT log, key, author, seq, at FROM entries WHERE id = ?",
                           "i", id);
  if (!statement)
    return FALSE;
  if (hw_db_step (db, statement, &problem))
    {
      g_autofree char *folded = g_strdup (hw_writer_fold (writer, entry->from));
      gint64 at = sqlite3_column_int64 (statement, 4);

      /* The hash only says where to look. */
      if (sqlite3_column_int64 (statement, 0) == entry->log
          && g_str_equal (hw_db_get_text (statement, 1), entry->key)
          && g_str_equal (hw_writer_fold (writer, hw_db_get_text (statement, 2)), folded)
          && at > hw_writer_get_now (writer) - HW_KEY_LIFETIME)
        {
          entry->seq = sqlite3_column_int64 (statement, 3);
          entry->at = at;
          *duplicate = TRUE;
        }
      sqlite3_reset (statement);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static gboolean
append (HwWriter *writer, LogState *state, HwLogEntry *entry, gboolean *duplicate, GError **error)
{
  HwKeys *keys = hw_writer_get_keys (writer);
  gint64 hash = 0, id;

  if (*entry->key)
    {
      hash = hw_keys_hash (keys, entry->log, hw_writer_fold (writer, entry->from), entry->key);
      if (!find_first (writer, entry, hash, duplicate, error))
        return FALSE;
      if (*duplicate)
        return TRUE;
    }
  if (!insert (writer, state, entry, &id, error))
    return FALSE;
  if (*entry->key)
    hw_keys_add (keys, hash, id);
  return apply (writer, entry, error);
}

static gboolean
append_run (HwJob *job, gpointer worker, GError **error)
{
  AppendJob *self = (AppendJob *) job;
  LogState *state = get_state (worker, self->entry->log, error);

  return state && append (worker, state, self->entry, &self->duplicate, error);
}

static void
append_done (HwJob *job)
{
  AppendJob *self = (AppendJob *) job;

  if (self->callback)
    self->callback (self->entry, self->duplicate, job->error, self->user_data);
}

static void
append_free (HwJob *job)
{
  AppendJob *self = (AppendJob *) job;

  hw_log_entry_unref (self->entry);
  g_free (self);
}

static const HwJobKind append_kind = { append_run, append_done, append_free };

static gboolean
create_run (HwJob *job, gpointer worker, GError **error)
{
  CreateJob *self = (CreateJob *) job;
  HwDb *db = hw_writer_get_db (worker);
  const char *folded = hw_writer_fold (worker, self->info.room);
  gint64 now = hw_writer_get_now (worker), exists = 0;
  LogState *state;
  gboolean duplicate;

  if (!hw_db_get_int (db, &exists, error, "SELECT 1 FROM logs WHERE folded = ? AND closed = 0", "s",
                      folded))
    return FALSE;
  if (exists)
    {
      hw_error_set (error, HW_ERROR_ROOM_EXISTS, "room", "There is a room called %s already.",
                    self->info.room);
      return FALSE;
    }
  if (!hw_db_run (db, error,
                  "INSERT INTO logs (room, folded, topic, password, created)"
                  " VALUES (?, ?, ?, ?, ?)",
                  "ssssi", self->info.room, folded, self->info.topic, self->info.password, now))
    return FALSE;

  self->info.id = sqlite3_last_insert_rowid (hw_db_get_handle (db));
  self->info.created = self->info.last_at = self->info.first_at = now;
  self->info.last = 2;
  self->created = hw_log_entry_new (self->info.id, HW_ENTRY_CREATED, HW_LEFT_NONE, self->creator,
                                    NULL, NULL, NULL, NULL);
  self->joined = hw_log_entry_new (self->info.id, HW_ENTRY_JOINED, HW_LEFT_NONE, self->creator,
                                   NULL, NULL, NULL, NULL);
  state = add_state (worker, self->info.id, 0, 0);
  return append (worker, state, self->created, &duplicate, error)
         && append (worker, state, self->joined, &duplicate, error);
}

static void
create_done (HwJob *job)
{
  CreateJob *self = (CreateJob *) job;

  if (!self->callback)
    return;
  if (job->error)
    self->callback (NULL, NULL, NULL, job->error, self->user_data);
  else
    self->callback (&self->info, self->created, self->joined, NULL, self->user_data);
}

static void
create_free (HwJob *job)
{
  CreateJob *self = (CreateJob *) job;

  g_free (self->info.room);
  g_free (self->info.topic);
  g_free (self->info.password);
  g_free (self->creator);
  g_clear_pointer (&self->created, hw_log_entry_unref);
  g_clear_pointer (&self->joined, hw_log_entry_unref);
  g_free (self);
}

static const HwJobKind create_kind = { create_run, create_done, create_free };

static gboolean
forget_run (HwJob *job, gpointer worker, GError **error)
{
  ForgetJob *self = (ForgetJob *) job;

  return hw_db_run (hw_writer_get_db (worker), error,
                    "DELETE FROM members WHERE log = ? AND folded = ?", "is", self->log,
                    hw_writer_fold (worker, self->name));
}

static void
forget_done (HwJob *job)
{
  /* Nobody waits for it; if it failed, a crash would log one "lost" too many. */
}

static void
forget_free (HwJob *job)
{
  ForgetJob *self = (ForgetJob *) job;

  g_free (self->name);
  g_free (self);
}

static const HwJobKind forget_kind = { forget_run, forget_done, forget_free };

static gboolean
lost_run (HwJob *job, gpointer worker, GError **error)
{
  HwDb *db = hw_writer_get_db (worker);
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_log_entry_unref);
  GError *problem = NULL;
  sqlite3_stmt *statement;

  /* Nobody is in a room that is closed, but a damaged table may say so */
  if (!hw_db_run (db, error,
                  "DELETE FROM members WHERE log NOT IN (SELECT id FROM logs WHERE closed = 0)",
                  ""))
    return FALSE;
  statement = hw_db_query (db, error, "SELECT log, name FROM members ORDER BY log, folded", "");
  if (!statement)
    return FALSE;
  while (hw_db_step (db, statement, &problem))
    g_ptr_array_add (entries, hw_log_entry_new (sqlite3_column_int64 (statement, 0), HW_ENTRY_LEFT,
                                                HW_LEFT_LOST, hw_db_get_text (statement, 1), NULL,
                                                NULL, NULL, NULL));
  if (problem)
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  for (guint i = 0; i < entries->len; i++)
    {
      HwLogEntry *entry = g_ptr_array_index (entries, i);
      LogState *state = get_state (worker, entry->log, error);
      gboolean duplicate;

      if (!state || !append (worker, state, entry, &duplicate, error))
        return FALSE;
    }
  /* Before the entries are gone */
  return hw_rows_flush (hw_writer_get_rows (worker), db, error);
}

static void
lost_free (HwJob *job)
{
  g_free (job);
}

static const HwJobKind lost_kind = { lost_run, NULL, lost_free };

/**
 * hw_log_lost_job_new:
 *
 * For hw_writer_run() at the start: it is never called back.
 *
 * Returns: (transfer full): a job that logs that those who are still known to be inside were lost
 */
HwJob *
hw_log_lost_job_new (void)
{
  HwJob *job = g_new0 (HwJob, 1);

  job->kind = &lost_kind;
  return job;
}

/**
 * hw_store_append:
 * @self: a store
 * @entry: (transfer full): what to log, of an open log
 * @callback: (nullable): called when it is on disk, or is not
 * @user_data: for @callback
 *
 * Logs @entry in the next transaction, and what follows from its kind: topic and closed change the
 * log; joined, left, kicked and renamed change who is known to be inside, for "lost" after a crash.
 */
void
hw_store_append (HwStore *self, HwLogEntry *entry, HwStoreAppended callback, gpointer user_data)
{
  AppendJob *job = g_new (AppendJob, 1);

  *job = (AppendJob){ { .kind = &append_kind }, entry, FALSE, callback, user_data };
  hw_store_push_write (self, &job->job);
}

/**
 * hw_store_forget_member:
 * @self: a store
 * @log: id of a log
 * @name: who left it without an entry, as from a large room
 *
 * After a crash nothing is logged of @name's being lost. Does nothing if @name is not known to be
 * inside.
 */
void
hw_store_forget_member (HwStore *self, gint64 log, const char *name)
{
  ForgetJob *job = g_new0 (ForgetJob, 1);

  job->job.kind = &forget_kind;
  job->log = log;
  job->name = g_strdup (name);
  hw_store_push_write (self, &job->job);
}

/**
 * hw_store_create_log:
 * @self: a store
 * @room: the room's name
 * @topic: (nullable): its topic
 * @password_hash: (nullable): what hw_password_hash_finish() gave, for a locked room
 * @creator: who creates it and is its first member
 * @callback: (nullable): called when it is on disk, or is not
 * @user_data: for @callback
 *
 * Makes a log with its first two entries.
 */
void
hw_store_create_log (HwStore *self,
                     const char *room,
                     const char *topic,
                     const char *password_hash,
                     const char *creator,
                     HwStoreCreated callback,
                     gpointer user_data)
{
  CreateJob *job = g_new0 (CreateJob, 1);

  job->job.kind = &create_kind;
  job->info.room = g_strdup (room);
  job->info.topic = g_strdup (topic ? topic : "");
  job->info.password = g_strdup (password_hash);
  job->creator = g_strdup (creator);
  job->callback = callback;
  job->user_data = user_data;
  hw_store_push_write (self, &job->job);
}

/**
 * hw_log_info_free:
 * @self: (transfer full): what hw_store_list_open_logs() gave
 */
void
hw_log_info_free (HwLogInfo *self)
{
  g_free (self->room);
  g_free (self->topic);
  g_free (self->password);
  g_free (self);
}
