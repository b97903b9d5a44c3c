/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Accounts and bans: short lists that the rest of the server keeps in memory. */

#include "store-people.h"

#include "store-private.h"

#include "protocol/error.h"

typedef enum
{
  ACCOUNT_SET,
  ACCOUNT_REMOVE,
  ACCOUNT_TOUCH,
} AccountChange;

typedef struct
{
  HwJob job;
  AccountChange change;
  char *name;
  char *password;
  gint64 at;
  HwStoreWritten callback;
  gpointer user_data;
} AccountJob;

typedef struct
{
  HwJob job;
  HwBan ban; /* to be added; only its id: to be removed */
  gboolean remove;
  HwStoreBanned banned;
  HwStoreWritten removed;
  gpointer user_data;
} BanJob;

static gboolean
has_changed (HwDb *db)
{
  return sqlite3_changes (hw_db_get_handle (db)) > 0;
}

static gboolean
account_run (HwJob *job, gpointer worker, GError **error)
{
  AccountJob *self = (AccountJob *) job;
  HwDb *db = hw_writer_get_db (worker);
  const char *folded = hw_writer_fold (worker, self->name);

  switch (self->change)
    {
    case ACCOUNT_SET:
      return hw_db_run (db, error,
                        "INSERT INTO accounts (folded, name, password) VALUES (?, ?, ?)"
                        " ON CONFLICT (folded) DO UPDATE SET password = excluded.password",
                        "sss", folded, self->name, self->password);
    case ACCOUNT_TOUCH:
      return hw_db_run (db, error, "UPDATE accounts SET last = max (last, ?) WHERE folded = ?",
                        "is", self->at, folded);
    case ACCOUNT_REMOVE:
    default:
      if (!hw_db_run (db, error, "DELETE FROM accounts WHERE folded = ?", "s", folded))
        return FALSE;
      if (has_changed (db))
        return TRUE;
      hw_error_set (error, HW_ERROR_NO_SUCH_USER, "name", "%s has no account.", self->name);
      return FALSE;
    }
}

static void
account_done (HwJob *job)
{
  AccountJob *self = (AccountJob *) job;

  if (self->callback)
    self->callback (job->error, self->user_data);
}

static void
account_free (HwJob *job)
{
  AccountJob *self = (AccountJob *) job;

  g_free (self->name);
  g_free (self->password);
  g_free (self);
}

static const HwJobKind account_kind = { account_run, account_done, account_free };

static AccountJob *
account_job_new (AccountChange change,
                 const char *name,
                 HwStoreWritten callback,
                 gpointer user_data)
{
  AccountJob *job = g_new0 (AccountJob, 1);

  job->job.kind = &account_kind;
  job->change = change;
  job->name = g_strdup (name);
  job->callback = callback;
  job->user_data = user_data;
  return job;
}

/**
 * hw_account_free:
 * @self: (transfer full): an account
 */
void
hw_account_free (HwAccount *self)
{
  g_free (self->name);
  g_free (self->folded);
  g_free (self->password);
  g_free (self);
}

/**
 * hw_store_list_accounts:
 * @self: a store
 * @error: what failed
 *
 * Blocks: for the start.
 *
 * Returns: (transfer full) (nullable) (element-type HwAccount): all accounts by folded name
 */
GPtrArray *
hw_store_list_accounts (HwStore *self, GError **error)
{
  g_autoptr (HwDb) db = hw_db_open (hw_store_get_path (self), HW_DB_READ_ONLY, error);
  g_autoptr (GPtrArray) accounts
      = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_account_free);
  GError *problem = NULL;
  sqlite3_stmt *row;

  if (!db)
    return NULL;
  row = hw_db_query (db, error, "SELECT name, folded, password, last FROM accounts ORDER BY folded",
                     "");
  if (!row)
    return NULL;
  while (hw_db_step (db, row, &problem))
    {
      HwAccount *account = g_new0 (HwAccount, 1);

      account->name = hw_db_dup_text (row, 0);
      account->folded = hw_db_dup_text (row, 1);
      account->password = hw_db_dup_text (row, 2);
      account->last = sqlite3_column_int64 (row, 3);
      g_ptr_array_add (accounts, account);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem ? NULL : g_steal_pointer (&accounts);
}

/**
 * hw_store_set_account:
 * @self: a store
 * @name: whose
 * @password_hash: what hw_password_hash_finish() gave
 * @callback: (nullable): called when it is on disk, or is not
 * @user_data: for @callback
 *
 * Makes the account of @name, or changes its password.
 */
void
hw_store_set_account (HwStore *self,
                      const char *name,
                      const char *password_hash,
                      HwStoreWritten callback,
                      gpointer user_data)
{
  AccountJob *job = account_job_new (ACCOUNT_SET, name, callback, user_data);

  job->password = g_strdup (password_hash);
  hw_store_push_write (self, &job->job);
}

/**
 * hw_store_remove_account:
 * @self: a store
 * @name: whose
 * @callback: (nullable): called when it is gone from the disk, or is not, with
 *   %HW_ERROR_NO_SUCH_USER if there is none
 * @user_data: for @callback
 */
void
hw_store_remove_account (HwStore *self,
                         const char *name,
                         HwStoreWritten callback,
                         gpointer user_data)
{
  AccountJob *job = account_job_new (ACCOUNT_REMOVE, name, callback, user_data);

  hw_store_push_write (self, &job->job);
}

/**
 * hw_store_touch_account:
 * @self: a store
 * @name: who logged in
 * @at: when, milliseconds since 1970 UTC
 *
 * Notes it if there is an account. Nobody waits for this: it may be lost with the disk.
 */
void
hw_store_touch_account (HwStore *self, const char *name, gint64 at)
{
  AccountJob *job = account_job_new (ACCOUNT_TOUCH, name, NULL, NULL);

  job->at = at;
  hw_store_push_write (self, &job->job);
}

static gboolean
ban_run (HwJob *job, gpointer worker, GError **error)
{
  BanJob *self = (BanJob *) job;
  HwDb *db = hw_writer_get_db (worker);

  if (!self->remove)
    {
      /* Those that have ended go when another one comes. */
      if (!hw_db_run (db, error, "DELETE FROM bans WHERE until <= ?", "i",
                      hw_writer_get_now (worker))
          || !hw_db_run (db, error,
                         "INSERT INTO bans (name, address, until, text) VALUES (?, ?, ?, ?)",
                         "ssis", self->ban.name, self->ban.address, self->ban.until,
                         self->ban.text))
        return FALSE;
      self->ban.id = sqlite3_last_insert_rowid (hw_db_get_handle (db));
      return TRUE;
    }
  if (!hw_db_run (db, error, "DELETE FROM bans WHERE id = ?", "i", self->ban.id))
    return FALSE;
  if (has_changed (db))
    return TRUE;
  hw_error_set (error, HW_ERROR_NO_SUCH_BAN, "ban", "There is no such ban.");
  return FALSE;
}

static void
ban_done (HwJob *job)
{
  BanJob *self = (BanJob *) job;

  if (self->banned)
    self->banned (self->ban.id, job->error, self->user_data);
  if (self->removed)
    self->removed (job->error, self->user_data);
}

static void
ban_free (HwJob *job)
{
  BanJob *self = (BanJob *) job;

  g_free (self->ban.name);
  g_free (self->ban.address);
  g_free (self->ban.text);
  g_free (self);
}

static const HwJobKind ban_kind = { ban_run, ban_done, ban_free };

/**
 * hw_ban_free:
 * @self: (transfer full): a ban
 */
void
hw_ban_free (HwBan *self)
{
  g_free (self->name);
  g_free (self->address);
  g_free (self->text);
  g_free (self);
}

/**
 * hw_store_list_bans:
 * @self: a store
 * @error: what failed
 *
 * Blocks: for the start.
 *
 * Returns: (transfer full) (nullable) (element-type HwBan): bans that have not ended, by id
 */
GPtrArray *
hw_store_list_bans (HwStore *self, GError **error)
{
  g_autoptr (HwDb) db = hw_db_open (hw_store_get_path (self), HW_DB_READ_ONLY, error);
  g_autoptr (GPtrArray) bans = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_ban_free);
  GError *problem = NULL;
  sqlite3_stmt *row;

  if (!db)
    return NULL;
  row = hw_db_query (db, error,
                     "SELECT id, name, address, until, text FROM bans WHERE until > ? ORDER BY id",
                     "i", hw_store_get_now (self));
  if (!row)
    return NULL;
  while (hw_db_step (db, row, &problem))
    {
      HwBan *ban = g_new0 (HwBan, 1);

      ban->id = sqlite3_column_int64 (row, 0);
      ban->name = hw_db_dup_text (row, 1);
      ban->address = hw_db_dup_text (row, 2);
      ban->until = sqlite3_column_int64 (row, 3);
      ban->text = hw_db_dup_text (row, 4);
      g_ptr_array_add (bans, ban);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem ? NULL : g_steal_pointer (&bans);
}

/**
 * hw_store_add_ban:
 * @self: a store
 * @name: (nullable): who may not come in
 * @address: (nullable): from where nobody may
 * @until: when it ends, milliseconds since 1970 UTC
 * @text: (nullable): why
 * @callback: (nullable): called with its id when it is on disk, or is not
 * @user_data: for @callback
 */
void
hw_store_add_ban (HwStore *self,
                  const char *name,
                  const char *address,
                  gint64 until,
                  const char *text,
                  HwStoreBanned callback,
                  gpointer user_data)
{
  BanJob *job = g_new0 (BanJob, 1);

  job->job.kind = &ban_kind;
  job->ban.name = g_strdup (name ? name : "");
  job->ban.address = g_strdup (address ? address : "");
  job->ban.until = until;
  job->ban.text = g_strdup (text ? text : "");
  job->banned = callback;
  job->user_data = user_data;
  hw_store_push_write (self, &job->job);
}

/**
 * hw_store_remove_ban:
 * @self: a store
 * @id: of a ban
 * @callback: (nullable): called when it is gone from the disk, or is not, with
 *   %HW_ERROR_NO_SUCH_BAN if there is none
 * @user_data: for @callback
 */
void
hw_store_remove_ban (HwStore *self, gint64 id, HwStoreWritten callback, gpointer user_data)
{
  BanJob *job = g_new0 (BanJob, 1);

  job->job.kind = &ban_kind;
  job->ban.id = id;
  job->remove = TRUE;
  job->removed = callback;
  job->user_data = user_data;
  hw_store_push_write (self, &job->job);
}
