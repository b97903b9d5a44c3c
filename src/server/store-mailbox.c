/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whispers that wait for somebody, or for word that they arrived, and the keys of all whispers for
 * a day. */

#include "store-people.h"

#include "store-private.h"

#include "protocol/error.h"

typedef struct
{
  HwJob job;
  HwWhisper whisper;
  guint limit;
  gboolean confirmed; /* it stays until its arrival is */
  gboolean key_noted;
  gboolean duplicate;
  HwStoreWhispered callback;
  gpointer user_data;
} AddJob;

typedef struct
{
  HwJob job;
  char *to;
  GPtrArray *whispers;
  HwStoreWhispers callback;
  gpointer user_data;
} ListJob;

typedef struct
{
  HwJob job;
  GArray *ids; /* of gint64 */
  HwStoreWritten callback;
  gpointer user_data;
} IdsJob;

typedef struct
{
  HwJob job;
  char *to;
} EmptyJob;

typedef struct
{
  HwJob job;
  char *from;
  char *to;
} MoveJob;

typedef struct
{
  HwJob job;
  gint64 id;
  char *to;
  char *from;
  char *key;
} TakeBackJob;

static void
whisper_clear (HwWhisper *self)
{
  g_free (self->to);
  g_free (self->from);
  g_free (self->text);
  g_free (self->key);
}

static void
whisper_free (HwWhisper *self)
{
  whisper_clear (self);
  g_free (self);
}

/* What was given to a guest who never confirmed it, nor came back for it, goes with its key; whose
 * name is protected has it at their next login, whenever that is. */
static gboolean
forget_old (HwDb *db, gint64 now, GError **error)
{
  return hw_db_run (db, error,
                    "DELETE FROM whispers WHERE id IN"
                    " (SELECT whispers.id FROM whisper_keys CROSS JOIN whispers"
                    "  WHERE whisper_keys.at <= ? AND whispers.recipient = whisper_keys.recipient"
                    "  AND whispers.key = whisper_keys.key AND whispers.delivery = ?"
                    "  AND whispers.recipient NOT IN (SELECT folded FROM accounts))",
                    "ii", now - HW_KEY_LIFETIME, (gint64) HW_WHISPER_NOW)
         && hw_db_run (db, error, "DELETE FROM whisper_keys WHERE at <= ?", "i",
                       now - HW_KEY_LIFETIME);
}

/* Looks whether the key was used within a day, and notes it if not. */
static gboolean
check_key (AddJob *self, HwDb *db, const char *to, const char *from, gint64 now, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row;

  if (!forget_old (db, now, error))
    return FALSE;
  row = hw_db_query (db, error,
                     "SELECT at, delivery FROM whisper_keys"
                     " WHERE recipient = ? AND author = ? AND key = ?",
                     "sss", to, from, self->whisper.key);
  if (!row)
    return FALSE;
  if (hw_db_step (db, row, &problem))
    {
      self->duplicate = TRUE;
      self->whisper.at = sqlite3_column_int64 (row, 0);
      self->whisper.delivery = sqlite3_column_int (row, 1);
      sqlite3_reset (row);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static gboolean
check_room (AddJob *self, HwDb *db, const char *to, GError **error)
{
  gint64 n = 0;

  if (!hw_db_get_int (db, &n, error,
                      "SELECT count (*) FROM whispers"
                      " WHERE recipient = ? AND (delivery = ?) = ?",
                      "sii", to, (gint64) HW_WHISPER_NOW,
                      (gint64) (self->whisper.delivery == HW_WHISPER_NOW)))
    return FALSE;
  if (n < self->limit)
    return TRUE;
  hw_error_set (error, HW_ERROR_MAILBOX_FULL, "to",
                "%s has %u whispers waiting, which is the most.", self->whisper.to, self->limit);
  return FALSE;
}

static gboolean
add_run (HwJob *job, gpointer worker, GError **error)
{
  AddJob *self = (AddJob *) job;
  HwWhisper *whisper = &self->whisper;
  HwDb *db = hw_writer_get_db (worker);
  gint64 now = hw_writer_get_now (worker);
  g_autofree char *to = g_strdup (hw_writer_fold (worker, whisper->to));
  g_autofree char *from = g_strdup (hw_writer_fold (worker, whisper->from));

  whisper->at = now;
  if (*whisper->key && !self->key_noted && !check_key (self, db, to, from, now, error))
    return FALSE;
  if (self->duplicate)
    return TRUE;
  if (whisper->delivery != HW_WHISPER_NOW || self->confirmed)
    {
      if (!check_room (self, db, to, error)
          || !hw_db_run (db, error,
                         "INSERT INTO whispers (recipient, name, author, text, key, at, delivery)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?)",
                         "sssssii", to, whisper->to, whisper->from, whisper->text, whisper->key,
                         now, (gint64) whisper->delivery))
        return FALSE;
      whisper->id = sqlite3_last_insert_rowid (hw_db_get_handle (db));
    }
  return !*whisper->key
         || hw_db_run (db, error,
                       "INSERT OR REPLACE INTO whisper_keys (recipient, author, key, at, delivery)"
                       " VALUES (?, ?, ?, ?, ?)",
                       "sssii", to, from, whisper->key, now, (gint64) whisper->delivery);
}

static void
add_done (HwJob *job)
{
  AddJob *self = (AddJob *) job;

  if (self->callback)
    self->callback (&self->whisper, self->duplicate, job->error, self->user_data);
}

static void
add_free (HwJob *job)
{
  AddJob *self = (AddJob *) job;

  whisper_clear (&self->whisper);
  g_free (self);
}

static const HwJobKind add_kind = { add_run, add_done, add_free };

static AddJob *
new_add_job (const char *to,
             const char *from,
             const char *text,
             const char *key,
             HwWhisperDelivery delivery,
             guint limit)
{
  AddJob *job = g_new0 (AddJob, 1);

  job->job.kind = &add_kind;
  job->whisper.to = g_strdup (to);
  job->whisper.from = g_strdup (from);
  job->whisper.text = g_strdup (text);
  job->whisper.key = g_strdup (key);
  job->whisper.delivery = delivery;
  job->limit = limit;
  return job;
}

/**
 * hw_store_add_whisper:
 * @self: a store
 * @to: for whom
 * @from: by whom
 * @text: what
 * @key: (nullable): the sender's key
 * @delivery: %HW_WHISPER_NOW: only @key is noted, unless it is @confirmed
 * @confirmed: whether it stays until somebody tells that it has arrived; such a one needs a @key
 * @limit: how many whispers may wait for @to, or, of those that go out now, for word of them
 * @callback: (nullable): called when it is on disk, or is not, with %HW_ERROR_MAILBOX_FULL if there
 *   are so many
 * @user_data: for @callback
 *
 * Keeps a whisper until it is removed; nothing where @from used @key towards @to within a day. One
 * of %HW_WHISPER_NOW without a key needs none of this.
 */
void
hw_store_add_whisper (HwStore *self,
                      const char *to,
                      const char *from,
                      const char *text,
                      const char *key,
                      HwWhisperDelivery delivery,
                      gboolean confirmed,
                      guint limit,
                      HwStoreWhispered callback,
                      gpointer user_data)
{
  AddJob *job = new_add_job (to, from, text, key ? key : "", delivery, limit);

  g_return_if_fail (key || !confirmed);

  job->confirmed = confirmed;
  job->callback = callback;
  job->user_data = user_data;
  hw_store_push_write (self, &job->job);
}

/**
 * hw_store_keep_whisper:
 * @self: a store
 * @whisper: (transfer none): one that was added as %HW_WHISPER_NOW, and not delivered
 * @limit: how many whispers may wait for its recipient
 * @callback: (nullable): called when it is on disk, or is not
 * @user_data: for @callback
 *
 * Keeps it as %HW_WHISPER_STORED after all, with the key that is noted already.
 */
void
hw_store_keep_whisper (HwStore *self,
                       const HwWhisper *whisper,
                       guint limit,
                       HwStoreWhispered callback,
                       gpointer user_data)
{
  AddJob *job = new_add_job (whisper->to, whisper->from, whisper->text, whisper->key,
                             HW_WHISPER_STORED, limit);

  job->key_noted = TRUE;
  job->callback = callback;
  job->user_data = user_data;
  hw_store_push_write (self, &job->job);
}

static gboolean
list_run (HwJob *job, gpointer worker, GError **error)
{
  ListJob *self = (ListJob *) job;
  HwDb *db = hw_writer_get_db (worker);
  GError *problem = NULL;
  sqlite3_stmt *row;

  self->whispers = g_ptr_array_new_with_free_func ((GDestroyNotify) whisper_free);
  row = hw_db_query (db, error,
                     "SELECT id, name, author, text, key, at, delivery FROM whispers"
                     " WHERE recipient = ? ORDER BY id",
                     "s", hw_writer_fold (worker, self->to));
  if (!row)
    return FALSE;
  while (hw_db_step (db, row, &problem))
    {
      HwWhisper *whisper = g_new0 (HwWhisper, 1);

      whisper->id = sqlite3_column_int64 (row, 0);
      whisper->to = hw_db_dup_text (row, 1);
      whisper->from = hw_db_dup_text (row, 2);
      whisper->text = hw_db_dup_text (row, 3);
      whisper->key = hw_db_dup_text (row, 4);
      whisper->at = sqlite3_column_int64 (row, 5);
      whisper->delivery = sqlite3_column_int (row, 6);
      g_ptr_array_add (self->whispers, whisper);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static void
list_done (HwJob *job)
{
  ListJob *self = (ListJob *) job;

  self->callback (job->error ? NULL : self->whispers, job->error, self->user_data);
}

static void
list_free (HwJob *job)
{
  ListJob *self = (ListJob *) job;

  g_clear_pointer (&self->whispers, g_ptr_array_unref);
  g_free (self->to);
  g_free (self);
}

static const HwJobKind list_kind = { list_run, list_done, list_free };

/**
 * hw_store_list_whispers:
 * @self: a store
 * @to: for whom
 * @callback: called with the whispers
 * @user_data: for @callback
 *
 * Lists what waits for @to, oldest first. It stays until hw_store_remove_confirmed(). Runs between
 * the writes that were queued before and those that are queued after.
 */
void
hw_store_list_whispers (HwStore *self, const char *to, HwStoreWhispers callback, gpointer user_data)
{
  ListJob *job = g_new0 (ListJob, 1);

  g_return_if_fail (callback != NULL);

  job->job.kind = &list_kind;
  job->to = g_strdup (to);
  job->callback = callback;
  job->user_data = user_data;
  hw_store_push_write (self, &job->job);
}

static gboolean
ids_run (HwJob *job, gpointer worker, GError **error)
{
  IdsJob *self = (IdsJob *) job;
  HwDb *db = hw_writer_get_db (worker);
  gboolean done = TRUE;

  for (guint i = 0; i < self->ids->len && done; i++)
    done = hw_db_run (db, error, "DELETE FROM whispers WHERE id = ?", "i",
                      g_array_index (self->ids, gint64, i));
  return done;
}

static void
ids_done (HwJob *job)
{
  IdsJob *self = (IdsJob *) job;

  if (self->callback)
    self->callback (job->error, self->user_data);
}

static void
ids_free (HwJob *job)
{
  IdsJob *self = (IdsJob *) job;

  g_array_unref (self->ids);
  g_free (self);
}

static const HwJobKind ids_kind = { ids_run, ids_done, ids_free };

/**
 * hw_store_remove_confirmed:
 * @self: a store
 * @ids: (transfer full) (element-type gint64): of whispers that have arrived; others are passed
 * over
 * @callback: (nullable): called when they are gone from the disk, or are not
 * @user_data: for @callback
 */
void
hw_store_remove_confirmed (HwStore *self, GArray *ids, HwStoreWritten callback, gpointer user_data)
{
  IdsJob *job = g_new0 (IdsJob, 1);

  job->job.kind = &ids_kind;
  job->ids = ids;
  job->callback = callback;
  job->user_data = user_data;
  hw_store_push_write (self, &job->job);
}

static gboolean
empty_run (HwJob *job, gpointer worker, GError **error)
{
  EmptyJob *self = (EmptyJob *) job;

  return hw_db_run (hw_writer_get_db (worker), error, "DELETE FROM whispers WHERE recipient = ?",
                    "s", hw_writer_fold (worker, self->to));
}

static void
empty_done (HwJob *job)
{
  if (job->error)
    g_warning ("Whispers for somebody else are still stored: %s", job->error->message);
}

static void
empty_free (HwJob *job)
{
  EmptyJob *self = (EmptyJob *) job;

  g_free (self->to);
  g_free (self);
}

static const HwJobKind empty_kind = { empty_run, empty_done, empty_free };

/**
 * hw_store_empty_mailbox:
 * @self: a store
 * @to: a name
 *
 * What waits under that name was for somebody else than whoever has it now, or next: it is gone.
 */
void
hw_store_empty_mailbox (HwStore *self, const char *to)
{
  EmptyJob *job = g_new0 (EmptyJob, 1);

  job->job.kind = &empty_kind;
  job->to = g_strdup (to);
  hw_store_push_write (self, &job->job);
}

static gboolean
move_run (HwJob *job, gpointer worker, GError **error)
{
  MoveJob *self = (MoveJob *) job;
  HwDb *db = hw_writer_get_db (worker);
  g_autofree char *from = g_strdup (hw_writer_fold (worker, self->from));
  g_autofree char *to = g_strdup (hw_writer_fold (worker, self->to));

  return hw_db_run (db, error, "DELETE FROM whispers WHERE recipient = ?", "s", to)
         && hw_db_run (db, error, "UPDATE whispers SET recipient = ?, name = ? WHERE recipient = ?",
                       "sss", to, self->to, from);
}

static void
move_done (HwJob *job)
{
  if (job->error)
    g_warning ("Whispers are still stored under an old name: %s", job->error->message);
}

static void
move_free (HwJob *job)
{
  MoveJob *self = (MoveJob *) job;

  g_free (self->from);
  g_free (self->to);
  g_free (self);
}

static const HwJobKind move_kind = { move_run, move_done, move_free };

/**
 * hw_store_move_whispers:
 * @self: a store
 * @from: somebody's name
 * @to: another name of the same person, folded otherwise
 *
 * What waits under one name, or may not have arrived, waits under the other from now on. What
 * waited there was for whoever had that name before, and is gone.
 */
void
hw_store_move_whispers (HwStore *self, const char *from, const char *to)
{
  MoveJob *job = g_new0 (MoveJob, 1);

  job->job.kind = &move_kind;
  job->from = g_strdup (from);
  job->to = g_strdup (to);
  hw_store_push_write (self, &job->job);
}

static gboolean
take_back_run (HwJob *job, gpointer worker, GError **error)
{
  TakeBackJob *self = (TakeBackJob *) job;
  HwDb *db = hw_writer_get_db (worker);
  g_autofree char *to = g_strdup (hw_writer_fold (worker, self->to));

  return hw_db_run (db, error, "DELETE FROM whispers WHERE id = ?", "i", self->id)
         && hw_db_run (db, error,
                       "DELETE FROM whisper_keys WHERE recipient = ? AND author = ? AND key = ?",
                       "sss", to, hw_writer_fold (worker, self->from), self->key);
}

static void
take_back_done (HwJob *job)
{
}

static void
take_back_free (HwJob *job)
{
  TakeBackJob *self = (TakeBackJob *) job;

  g_free (self->to);
  g_free (self->from);
  g_free (self->key);
  g_free (self);
}

static const HwJobKind take_back_kind = { take_back_run, take_back_done, take_back_free };

/**
 * hw_store_take_back_whisper:
 * @self: a store
 * @whisper: (transfer none): one that was added with a key, and that its author is told was not
 *   delivered
 *
 * It is not there any more, and its key as if it had never been used: else the same one, tried
 * again, would count as delivered.
 */
void
hw_store_take_back_whisper (HwStore *self, const HwWhisper *whisper)
{
  TakeBackJob *job = g_new0 (TakeBackJob, 1);

  job->job.kind = &take_back_kind;
  job->id = whisper->id;
  job->to = g_strdup (whisper->to);
  job->from = g_strdup (whisper->from);
  job->key = g_strdup (whisper->key);
  hw_store_push_write (self, &job->job);
}
