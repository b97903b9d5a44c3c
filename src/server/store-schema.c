/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables, their versions, and what is looked at before a database is trusted. Two files: the
 * database is the truth, every commit of it durable; the index beside it holds only what can be
 * made again from the database (words, counters), follows it, and is thrown away when it does not
 * fit. */

#include "store-schema.h"

#include "store-tokenizer.h"

#include "protocol/error.h"

#include <errno.h>
#include <glib/gstdio.h>

/* Step i brings a database from version i to i + 1. What was released once is never changed: what
 * comes later is a new step, and a database of the version before becomes one of the tests'. */
static const char *const steps[] = {
  /* Rowids of entries are in the order of commits over all logs; seq counts in each log. A table
   * WITHOUT ROWID by (log, seq) would have one tree less, but takes inserts in many places at once
   * at half the speed. */
  "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
  "INSERT INTO meta (name, value) VALUES ('server', lower(hex(randomblob(16)))),"
  "                                      ('seed', random()), ('keyed', 0);"
  "CREATE TABLE logs (id INTEGER PRIMARY KEY AUTOINCREMENT, room TEXT NOT NULL,"
  "                   folded TEXT NOT NULL, topic TEXT NOT NULL, password TEXT,"
  "                   created INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0);"
  "CREATE UNIQUE INDEX logs_open ON logs (folded) WHERE closed = 0;"
  "CREATE TABLE entries (id INTEGER PRIMARY KEY, log INTEGER NOT NULL, seq INTEGER NOT NULL,"
  "                      at INTEGER NOT NULL, kind INTEGER NOT NULL, reason INTEGER,"
  "                      author TEXT, text TEXT, other TEXT, key TEXT, UNIQUE (log, seq));"
  "CREATE TABLE keys (hash INTEGER PRIMARY KEY, entry INTEGER NOT NULL, at INTEGER NOT NULL);"
  "CREATE TABLE members (log INTEGER NOT NULL, folded TEXT NOT NULL, name TEXT NOT NULL,"
  "                      PRIMARY KEY (log, folded)) WITHOUT ROWID;"
  "CREATE TABLE accounts (folded TEXT PRIMARY KEY, name TEXT NOT NULL, password TEXT NOT NULL,"
  "                       last INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
  "CREATE TABLE bans (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
  "                   address TEXT NOT NULL, until INTEGER NOT NULL, text TEXT NOT NULL);"
  "CREATE TABLE whispers (id INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT NOT NULL,"
  "                       name TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL, key TEXT,"
  "                       at INTEGER NOT NULL, delivery INTEGER NOT NULL);"
  "CREATE INDEX whispers_recipient ON whispers (recipient, id);"
  "CREATE TABLE whisper_keys (recipient TEXT NOT NULL, author TEXT NOT NULL, key TEXT NOT NULL,"
  "                           at INTEGER NOT NULL, delivery INTEGER NOT NULL,"
  "                           PRIMARY KEY (recipient, author, key)) WITHOUT ROWID;"
  "CREATE INDEX whisper_keys_at ON whisper_keys (at)",

  /* Keys in runs, each written at once and at the table's end: in one tree of all, whose keys are
   * random, every message changed a page of its own. */
  "DROP TABLE keys;"
  "CREATE TABLE key_runs (run INTEGER PRIMARY KEY, at INTEGER NOT NULL, filter BLOB NOT NULL);"
  "CREATE TABLE keys (run INTEGER NOT NULL, hash INTEGER NOT NULL, entry INTEGER NOT NULL,"
  "                   PRIMARY KEY (run, hash)) WITHOUT ROWID;"
  "UPDATE meta SET value = 0 WHERE name = 'keyed'",
};

/* Number of the index's format: another one is made anew, not migrated. */
#define INDEX_VERSION 3

/* Words are kept in memory until the end of a batch; what batches leave on the disk is put together
 * eight by eight, for every time that costs as much again. */
static const char index_schema[]
    = "BEGIN IMMEDIATE;"
      "CREATE VIRTUAL TABLE words USING fts5 (text, tags, content = '', columnsize = 0,"
      "                                       tokenize = '" HW_TOKENIZER_NAME "');"
      "INSERT INTO words (words, rank) VALUES ('hashsize', 8388608), ('automerge', 8);"
      "CREATE TABLE tallies (log INTEGER NOT NULL, author TEXT NOT NULL, kind INTEGER NOT NULL,"
      "                      n INTEGER NOT NULL, PRIMARY KEY (log, author, kind)) WITHOUT ROWID;"
      "CREATE TABLE totals (log INTEGER NOT NULL, kind INTEGER NOT NULL, n INTEGER NOT NULL,"
      "                     people INTEGER NOT NULL, last_at INTEGER NOT NULL,"
      "                     PRIMARY KEY (log, kind)) WITHOUT ROWID;"
      "CREATE TABLE hours (log INTEGER NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL,"
      "                    PRIMARY KEY (log, at)) WITHOUT ROWID;"
      "CREATE TABLE marks (log INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL,"
      "                    n INTEGER NOT NULL, PRIMARY KEY (log, at, seq)) WITHOUT ROWID;"
      "CREATE TABLE state (server TEXT NOT NULL, indexed INTEGER NOT NULL, log INTEGER NOT NULL,"
      "                    seq INTEGER NOT NULL, at INTEGER NOT NULL);"
      "PRAGMA user_version = " G_STRINGIFY (INDEX_VERSION) ";"
                                                           "COMMIT;";

/* Looks at little, for the start must be quick however long the logs are: both ends of the entries,
 * through the table and through its index. Reading everything is --check's. */
static gboolean
check_quickly (HwDb *db, GError **error)
{
  gint64 last = 0, log = 0, seq = 0, found = 0, any = 0;

  if (!hw_db_get_int (db, &any, error, "SELECT count (*) FROM sqlite_schema", "")
      || !hw_db_get_int (db, &any, error, "SELECT min (id) FROM entries", "")
      || !hw_db_get_int (db, &last, error, "SELECT max (id) FROM entries", "")
      || !hw_db_get_int (db, &log, error, "SELECT log FROM entries WHERE id = ?", "i", last)
      || !hw_db_get_int (db, &seq, error, "SELECT seq FROM entries WHERE id = ?", "i", last)
      || !hw_db_get_int (db, &found, error, "SELECT id FROM entries WHERE log = ? AND seq = ?",
                         "ii", log, seq)
      || !hw_db_get_int (db, &any, error, "SELECT max (seq) FROM entries WHERE log = ?", "i", log)
      || !hw_db_get_int (db, &any, error, "SELECT sum (length (room)) FROM logs", ""))
    return FALSE;
  if (found == last && any >= 0)
    return TRUE;
  hw_error_set (error, HW_ERROR_STORAGE, NULL,
                "The database is damaged (its entries and their index do not agree).");
  return FALSE;
}

/* A file that lost its end: SQLite itself would only notice when it reads there. */
static gboolean
check_size (HwDb *db, const char *path, GError **error)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  gint64 pages = 0, page_size = 0;
  GStatBuf file;

  if (g_stat (wal, &file) == 0 && file.st_size > 0)
    return TRUE; /* what is missing may be there */
  if (!hw_db_get_int (db, &pages, error, "PRAGMA page_count", "")
      || !hw_db_get_int (db, &page_size, error, "PRAGMA page_size", ""))
    return FALSE;
  if (g_stat (path, &file) == 0 && file.st_size >= pages * page_size)
    return TRUE;
  hw_error_set (error, HW_ERROR_STORAGE, NULL, "The database is damaged (its end is missing).");
  return FALSE;
}

/**
 * hw_schema_make:
 * @db: a connection that writes
 * @error: what failed
 *
 * Brings the tables to the newest version.
 *
 * Returns: whether nothing failed
 */
gboolean
hw_schema_make (HwDb *db, GError **error)
{
  return hw_db_migrate (db, steps, G_N_ELEMENTS (steps), error);
}

/**
 * hw_schema_check_version:
 * @db: a connection
 * @error: what failed, or that a newer version wrote it
 *
 * Returns: whether this version can read it
 */
gboolean
hw_schema_check_version (HwDb *db, GError **error)
{
  gint64 version = 0;

  return hw_db_get_int (db, &version, error, "PRAGMA user_version", "")
         && (version <= (gint64) G_N_ELEMENTS (steps) || hw_schema_make (db, error));
}

/**
 * hw_schema_is_newer:
 * @db: a connection
 *
 * Returns: whether a newer version of Hallway wrote it, as far as that can be read
 */
gboolean
hw_schema_is_newer (HwDb *db)
{
  gint64 version = 0;

  return hw_db_get_int (db, &version, NULL, "PRAGMA user_version", "")
         && version > (gint64) G_N_ELEMENTS (steps);
}

/**
 * hw_schema_open:
 * @path: the database, made if it is not there
 * @error: one line for the operator
 *
 * Opens the database to write, looks whether it can be trusted, and brings it to the newest
 * version.
 *
 * Returns: (transfer full) (nullable): a connection of the calling thread
 */
HwDb *
hw_schema_open (const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (HwDb) db = hw_db_open (path, HW_DB_CREATE, &problem);

  if (db && check_size (db, path, &problem) && hw_schema_make (db, &problem)
      && check_quickly (db, &problem) && hw_db_execute (db, "PRAGMA cache_size = -4000", &problem))
    return g_steal_pointer (&db);
  hw_error_set (error, HW_ERROR_STORAGE, NULL, "%s: %s", path, problem->message);
  return NULL;
}

static void
remove_index (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      if (g_unlink (file) != 0 && errno != ENOENT)
        g_warning ("%s cannot be removed: %s", file, g_strerror (errno));
    }
}

/* Whether the index is of this format and of this database: the last entry it has seen must be
 * there as it saw it. */
static gboolean
index_fits (HwDb *db, HwDb *source)
{
  g_autoptr (GError) error = NULL;
  sqlite3_stmt *state;
  gint64 version = 0, fits = 0, empty = 0;

  if (!hw_db_get_int (db, &version, &error, "PRAGMA user_version", "") || version != INDEX_VERSION)
    return FALSE;
  state = hw_db_query (db, &error, "SELECT server, indexed, log, seq, at FROM state", "");
  if (!state || !hw_db_step (db, state, &error))
    return FALSE;
  empty = sqlite3_column_int64 (state, 1) == 0;
  if (!hw_db_get_int (
          source, &fits, &error,
          "SELECT EXISTS (SELECT 1 FROM meta WHERE name = 'server' AND value = ?)"
          " AND (? OR EXISTS (SELECT 1 FROM entries WHERE id = ? AND log = ? AND seq = ? AND"
          " at = ?))",
          "siiiii", hw_db_get_text (state, 0), empty, sqlite3_column_int64 (state, 1),
          sqlite3_column_int64 (state, 2), sqlite3_column_int64 (state, 3),
          sqlite3_column_int64 (state, 4)))
    fits = FALSE;
  sqlite3_reset (state);
  return fits;
}

static gboolean
make_index (HwDb *db, HwDb *source, GError **error)
{
  sqlite3_stmt *server;
  gboolean made;

  if (!hw_db_execute (db, index_schema, error))
    return FALSE;
  server = hw_db_query (source, error, "SELECT value FROM meta WHERE name = 'server'", "");
  if (!server || !hw_db_step (source, server, error))
    return FALSE;
  made = hw_db_run (db, error,
                    "INSERT INTO state (server, indexed, log, seq, at) VALUES (?, 0, 0, 0, 0)", "s",
                    hw_db_get_text (server, 0));
  sqlite3_reset (server);
  return made;
}

/* It can be made again, so its commits need not wait for the disk. */
static HwDb *
open_index (const char *path, GError **error)
{
  g_autoptr (HwDb) db = hw_db_open (path, HW_DB_CREATE, error);

  if (db && hw_tokenizer_register (db, error)
      && hw_db_execute (db,
                        "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF;"
                        "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8000;",
                        error))
    return g_steal_pointer (&db);
  return NULL;
}

/**
 * hw_schema_open_index:
 * @path: the index, made if it is not there, made anew if it does not fit
 * @source: a connection to its database
 * @error: why there can be none
 *
 * Returns: (transfer full) (nullable): a connection of the calling thread
 */
HwDb *
hw_schema_open_index (const char *path, HwDb *source, GError **error)
{
  g_autoptr (HwDb) db = open_index (path, NULL);

  if (db && index_fits (db, source))
    return g_steal_pointer (&db);

  g_clear_pointer (&db, hw_db_close);
  remove_index (path);
  db = open_index (path, error);
  if (db && make_index (db, source, error))
    return g_steal_pointer (&db);
  return NULL;
}
