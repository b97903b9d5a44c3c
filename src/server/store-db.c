/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A connection to SQLite: what it is set to, its prepared statements, and its errors in words. */

#include "store-db.h"

#include "store-vfs.h"

#include "protocol/error.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Milliseconds to wait for another connection of this process: only recovery after a crash and the
 * reset of the WAL take locks that exclude, and those are short. */
#define BUSY_TIMEOUT 10000

struct _HwDb
{
  sqlite3 *handle;
  GHashTable *statements; /* address of the literal → sqlite3_stmt */
  GThread *owner;
  gboolean damaged;
};

static void
assert_owner (HwDb *self)
{
  g_assert (self->owner == g_thread_self ());
}

static void
finalize (gpointer statement)
{
  sqlite3_finalize (statement);
}

static const char *
describe (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_FULL:
      return "The disk is full";
    case SQLITE_IOERR:
      return "The disk reports an error";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "The database is damaged";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "The database cannot be written";
    case SQLITE_CANTOPEN:
      return "The database cannot be opened";
    case SQLITE_INTERRUPT:
      return "It was given up";
    default:
      return "The database failed";
    }
}

/**
 * hw_db_set_error:
 * @self: a connection on which something just failed
 * @error: (out) (optional): where to say what
 */
void
hw_db_set_error (HwDb *self, GError **error)
{
  int code = sqlite3_extended_errcode (self->handle);

  if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
    self->damaged = TRUE;
  hw_error_set (error, HW_ERROR_STORAGE, NULL, "%s (%s).", describe (code),
                sqlite3_errmsg (self->handle));
}

/**
 * hw_db_is_damaged:
 * @self: a connection
 *
 * Returns: whether one of its errors said that the file is damaged
 */
gboolean
hw_db_is_damaged (HwDb *self)
{
  return self->damaged;
}

/* SQLite would make the file readable for everybody whom the umask lets. */
static gboolean
make_private (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      hw_error_set (error, HW_ERROR_STORAGE, NULL, "%s cannot be written: %s.", path,
                    g_strerror (errno));
      return FALSE;
    }
  close (fd);
  return TRUE;
}

/**
 * hw_db_open:
 * @path: the file
 * @mode: what it is for
 * @error: why it cannot be used
 *
 * Opens a connection that belongs to the calling thread. One that writes uses WAL, is durable with
 * every commit, and leaves checkpoints to its owner.
 *
 * Returns: (transfer full) (nullable): the connection
 */
HwDb *
hw_db_open (const char *path, HwDbMode mode, GError **error)
{
  g_autoptr (HwDb) self = g_new0 (HwDb, 1);
  int flags = mode == HW_DB_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

  self->owner = g_thread_self ();
  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, finalize);
  if (mode == HW_DB_CREATE && !make_private (path, error))
    return NULL;
  hw_vfs_register ();
  if (sqlite3_open_v2 (path, &self->handle, flags | SQLITE_OPEN_NOMUTEX, HW_VFS_NAME) != SQLITE_OK)
    {
      hw_db_set_error (self, error);
      return NULL;
    }
  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if (!hw_db_execute (self, "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;", error))
    return NULL;
  if (mode != HW_DB_READ_ONLY
      && !hw_db_execute (self,
                         "PRAGMA journal_mode = WAL;"
                         "PRAGMA synchronous = FULL;"
                         "PRAGMA wal_autocheckpoint = 0;"
                         "PRAGMA journal_size_limit = 67108864;",
                         error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hw_db_close:
 * @self: (transfer full): a connection
 */
void
hw_db_close (HwDb *self)
{
  assert_owner (self);

  g_hash_table_unref (self->statements);
  sqlite3_close (self->handle);
  g_free (self);
}

/**
 * hw_db_adopt:
 * @self: a connection that no other thread uses any more
 *
 * From now on it belongs to the calling thread.
 */
void
hw_db_adopt (HwDb *self)
{
  self->owner = g_thread_self ();
}

/**
 * hw_db_get_handle:
 * @self: a connection
 *
 * For what only SQLite's own functions do. sqlite3_interrupt() on it is for any thread.
 *
 * Returns: (transfer none): SQLite's handle
 */
sqlite3 *
hw_db_get_handle (HwDb *self)
{
  return self->handle;
}

/**
 * hw_db_prepare:
 * @self: a connection
 * @sql: a literal
 * @error: what failed
 *
 * Returns: (transfer none) (nullable): the statement, ready to be bound and stepped
 */
sqlite3_stmt *
hw_db_prepare (HwDb *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement;

  assert_owner (self);

  statement = g_hash_table_lookup (self->statements, sql);
  if (statement)
    {
      sqlite3_reset (statement);
      return statement;
    }
  if (sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL)
      != SQLITE_OK)
    {
      hw_db_set_error (self, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

static sqlite3_stmt *
prepare_valist (HwDb *self, const char *sql, const char *types, va_list args, GError **error)
{
  sqlite3_stmt *statement = hw_db_prepare (self, sql, error);

  for (int i = 0; statement && types[i]; i++)
    if (types[i] == 'i')
      sqlite3_bind_int64 (statement, i + 1, va_arg (args, gint64));
    else
      sqlite3_bind_text (statement, i + 1, va_arg (args, const char *), -1, SQLITE_STATIC);
  return statement;
}

/**
 * hw_db_query:
 * @self: a connection
 * @error: what failed
 * @sql: a literal
 * @types: a letter for each of its parameters
 *
 * Prepares and binds. Whoever does not step to the end must reset the statement.
 *
 * Returns: (transfer none) (nullable): the statement, for hw_db_step()
 */
sqlite3_stmt *
hw_db_query (HwDb *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list args;

  va_start (args, types);
  statement = prepare_valist (self, sql, types, args, error);
  va_end (args);
  return statement;
}

/**
 * hw_db_step:
 * @self: a connection
 * @statement: one of its statements
 * @error: what failed
 *
 * At the end and after an error the statement is reset.
 *
 * Returns: %TRUE for a row; %FALSE without error: there is none any more
 */
gboolean
hw_db_step (HwDb *self, sqlite3_stmt *statement, GError **error)
{
  int result;

  assert_owner (self);

  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    hw_db_set_error (self, error);
  sqlite3_reset (statement);
  return FALSE;
}

/**
 * hw_db_finish:
 * @self: a connection
 * @statement: a bound statement that changes something
 * @error: what failed
 *
 * Runs @statement and resets it.
 *
 * Returns: whether it was done
 */
gboolean
hw_db_finish (HwDb *self, sqlite3_stmt *statement, GError **error)
{
  int result;

  assert_owner (self);

  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    ;
  if (result != SQLITE_DONE)
    hw_db_set_error (self, error);
  sqlite3_reset (statement);
  return result == SQLITE_DONE;
}

/**
 * hw_db_run:
 * @self: a connection
 * @error: what failed
 * @sql: a literal
 * @types: a letter for each of its parameters
 *
 * Returns: whether it was done
 */
gboolean
hw_db_run (HwDb *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list args;

  va_start (args, types);
  statement = prepare_valist (self, sql, types, args, error);
  va_end (args);
  return statement && hw_db_finish (self, statement, error);
}

/**
 * hw_db_get_int:
 * @self: a connection
 * @value: (inout): the first row's first column; unchanged if there is no row or it is NULL
 * @error: what failed
 * @sql: a literal
 * @types: a letter for each of its parameters
 *
 * Returns: whether nothing failed
 */
gboolean
hw_db_get_int (HwDb *self, gint64 *value, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  GError *problem = NULL;
  va_list args;

  va_start (args, types);
  statement = prepare_valist (self, sql, types, args, error);
  va_end (args);
  if (!statement)
    return FALSE;
  if (hw_db_step (self, statement, &problem))
    {
      if (sqlite3_column_type (statement, 0) != SQLITE_NULL)
        *value = sqlite3_column_int64 (statement, 0);
      sqlite3_reset (statement);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/**
 * hw_db_execute:
 * @self: a connection
 * @sql: statements without parameters; their rows are dropped
 * @error: what failed
 *
 * Returns: whether all were done
 */
gboolean
hw_db_execute (HwDb *self, const char *sql, GError **error)
{
  assert_owner (self);

  if (sqlite3_exec (self->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  hw_db_set_error (self, error);
  return FALSE;
}

/**
 * hw_db_migrate:
 * @self: a connection that writes
 * @steps: step i brings a database from version i to i + 1
 * @n_steps: how many there are, which is the newest version
 * @error: what failed: then the database is as it was after the last whole step
 *
 * Brings the database to the newest version; each step is one transaction with its new number.
 *
 * Returns: whether it has the newest version
 */
gboolean
hw_db_migrate (HwDb *self, const char *const *steps, int n_steps, GError **error)
{
  gint64 version = 0;

  if (!hw_db_get_int (self, &version, error, "PRAGMA user_version", ""))
    return FALSE;
  if (version > n_steps)
    {
      hw_error_set (
          error, HW_ERROR_STORAGE, NULL,
          "The database was written by a newer version of Hallway (its format is %" G_GINT64_FORMAT
          ", this one knows up to %d).",
          version, n_steps);
      return FALSE;
    }
  for (; version < n_steps; version++)
    {
      g_autofree char *script
          = g_strdup_printf ("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT;",
                             steps[version], (int) version + 1);

      if (!hw_db_execute (self, script, error))
        {
          if (!sqlite3_get_autocommit (self->handle))
            hw_db_execute (self, "ROLLBACK", NULL);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * hw_db_get_text:
 * @statement: a statement at a row
 * @column: a column
 *
 * What goes on to the wire must be text, also where a damaged page is not.
 *
 * Returns: (transfer none): its text until the next step, "" for NULL, U+FFFD for what is not UTF-8
 */
const char *
hw_db_get_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);

  if (!text)
    return "";
  return g_utf8_validate (text, -1, NULL) ? text : "\357\277\275";
}

/**
 * hw_db_dup_text:
 * @statement: a statement at a row
 * @column: a column
 *
 * Returns: (transfer full) (nullable): the same, but %NULL for NULL
 */
char *
hw_db_dup_text (sqlite3_stmt *statement, int column)
{
  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NULL;
  return g_strdup (hw_db_get_text (statement, column));
}
