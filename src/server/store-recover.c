/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saves what a damaged database still has. It works on a copy, in which what the disk does not give
 * any more is zero: first the WAL is moved into it, if SQLite still can; then every row that is
 * whole is taken from its page, whatever became of the trees; then the logs are numbered anew. */

#include "store-tools.h"

#include "store-db.h"
#include "store-pages.h"
#include "store-private.h"
#include "store-schema.h"

#include "protocol/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define PAGE_SIZE 4096

/* Where SQLite keeps user_version in the file's header, in four bytes, the highest first. */
#define VERSION_OFFSET 60

/* What the copy is called while it is worked on. */
#define COPY_FILE "damaged.db"

typedef struct
{
  HwDb *db; /* the new one */
  HwStoreReport report;
  gpointer user_data;
  GError *error;
} Recovery;

G_GNUC_PRINTF (2, 3)
static void
say (Recovery *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  self->report (line, self->user_data);
}

static gboolean
fail (GError **error, const char *path, const char *reason)
{
  hw_error_set (error, HW_ERROR_STORAGE, NULL, "%s: %s.", path, reason);
  return FALSE;
}

/* Copies @from block by block; blocks that cannot be read become zero. */
static gboolean
copy_file (Recovery *self, const char *from, const char *to, GError **error)
{
  int source = open (from, O_RDONLY | O_CLOEXEC);
  int target = source < 0 ? -1 : open (to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  off_t size = source < 0 ? 0 : lseek (source, 0, SEEK_END);
  guint n_unreadable = 0;
  gboolean copied = target >= 0;

  if (!copied)
    fail (error, source < 0 ? from : to, g_strerror (errno));
  for (off_t at = 0; copied && at < size; at += PAGE_SIZE)
    {
      char block[PAGE_SIZE] = { 0 };
      ssize_t length = MIN (PAGE_SIZE, size - at);

      if (pread (source, block, length, at) < 0)
        n_unreadable++;
      if (pwrite (target, block, length, at) != length)
        copied = fail (error, to, g_strerror (errno));
    }
  if (source >= 0)
    close (source);
  if (target >= 0)
    close (target);
  if (n_unreadable > 0)
    say (self, "%u blocks of %s cannot be read.", n_unreadable, from);
  return copied;
}

/* The beginning of the file says that it is a database, and how to read it. It is the same in all
 * of ours but for a few counters, so a broken one is replaced by the new database's. */
static gboolean
mend_header (Recovery *self, const char *copy, const char *fresh, GError **error)
{
  static const char magic[16] = "SQLite format 3";
  guint8 header[100], good[PAGE_SIZE];
  int source = open (fresh, O_RDONLY | O_CLOEXEC), target = open (copy, O_RDWR | O_CLOEXEC);
  gboolean done = source >= 0 && target >= 0 && pread (source, good, sizeof good, 0) == sizeof good
                  && pread (target, header, sizeof header, 0) == sizeof header;

  if (done
      && (memcmp (header, magic, sizeof magic) != 0 || memcmp (header + 16, good + 16, 8) != 0))
    {
      guint32 n_pages = GUINT32_TO_BE (lseek (target, 0, SEEK_END) / PAGE_SIZE);

      say (self, "The file's first page is damaged and was made anew.");
      memcpy (good + 28, &n_pages, sizeof n_pages);
      memset (good + 32, 0, 8); /* no free pages */
      done = pwrite (target, good, sizeof good, 0) == sizeof good;
    }
  if (!done)
    fail (error, copy, "it is too short, or cannot be read");
  if (source >= 0)
    close (source);
  if (target >= 0)
    close (target);
  return done;
}

/* What is only in the WAL comes into the copy. */
static void
move_wal (Recovery *self, const char *copy)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HwDb) db = hw_db_open (copy, HW_DB_READ_WRITE, &error);

  /* Those that were committed, for a part of a transaction is no use: SQLite knows. */
  if (!db || !hw_db_execute (db, "PRAGMA wal_checkpoint (TRUNCATE)", &error))
    say (self, "The newest entries may be lost: %s", error->message);
}

static gboolean
matches (const HwValue *values, guint n_values, const char *types)
{
  if (n_values != strlen (types))
    return FALSE;
  for (guint i = 0; i < n_values; i++)
    switch (types[i])
      {
      case 'n': /* the rowid, which is not in the row */
        if (values[i].type != HW_VALUE_NULL)
          return FALSE;
        break;
      case 'i':
        if (values[i].type != HW_VALUE_INT)
          return FALSE;
        break;
      case 'I':
        if (values[i].type != HW_VALUE_INT && values[i].type != HW_VALUE_NULL)
          return FALSE;
        break;
      case 't':
        if (values[i].type != HW_VALUE_TEXT)
          return FALSE;
        break;
      case 'T':
      default:
        if (values[i].type != HW_VALUE_TEXT && values[i].type != HW_VALUE_NULL)
          return FALSE;
        break;
      }
  return TRUE;
}

static void
insert (Recovery *self, const char *sql, gint64 rowid, const HwValue *values, guint n_values)
{
  sqlite3_stmt *statement = self->error ? NULL : hw_db_prepare (self->db, sql, &self->error);

  if (!statement)
    return;
  for (guint i = 0; i < n_values; i++)
    if (i == 0 && rowid != 0)
      sqlite3_bind_int64 (statement, 1, rowid);
    else if (values[i].type == HW_VALUE_INT)
      sqlite3_bind_int64 (statement, i + 1, values[i].number);
    else if (values[i].type == HW_VALUE_TEXT)
      sqlite3_bind_text (statement, i + 1, values[i].text, values[i].length, SQLITE_STATIC);
    else
      sqlite3_bind_null (statement, i + 1);
  hw_db_finish (self->db, statement, &self->error);
}

static gboolean
is_text (const HwValue *value, const char *text)
{
  return value->length == strlen (text) && memcmp (value->text, text, value->length) == 0;
}

/* Tells by its shape which table a row is of. */
static void
on_row (gint64 rowid, const HwValue *values, guint n_values, gpointer user_data)
{
  Recovery *self = user_data;

  if (rowid > 0 && matches (values, n_values, "niiiiITTTT"))
    {
      /* What no writer of ours writes is a piece of something else. */
      if (values[1].number > 0 && values[2].number > 0 && values[4].number >= HW_ENTRY_CREATED
          && values[4].number <= HW_ENTRY_CLOSED)
        insert (self, "INSERT OR IGNORE INTO raw VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rowid,
                values, n_values);
    }
  else if (rowid > 0 && matches (values, n_values, "ntttTii"))
    insert (self, "INSERT OR IGNORE INTO logs VALUES (?, ?, ?, ?, ?, ?, ?)", rowid, values,
            n_values);
  else if (rowid > 0 && matches (values, n_values, "nttit"))
    insert (self, "INSERT OR IGNORE INTO bans VALUES (?, ?, ?, ?, ?)", rowid, values, n_values);
  else if (rowid > 0 && matches (values, n_values, "nttttTii"))
    insert (self, "INSERT OR IGNORE INTO whispers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rowid, values,
            n_values);
  else if (rowid == 0 && matches (values, n_values, "ttti"))
    insert (self, "INSERT OR IGNORE INTO accounts VALUES (?, ?, ?, ?)", 0, values, n_values);
  else if (rowid == 0 && matches (values, n_values, "itt"))
    insert (self, "INSERT OR IGNORE INTO members VALUES (?, ?, ?)", 0, values, n_values);
  else if (rowid == 0 && matches (values, n_values, "tt") && is_text (&values[0], "server")
           && values[1].length == 32)
    insert (self, "INSERT OR REPLACE INTO meta VALUES (?, ?)", 0, values, n_values);
}

/* What a newer version has added is in tables, columns and kinds that this one does not look for.
 */
static void
say_if_newer (Recovery *self, GMappedFile *file)
{
  guint32 version = 0;
  gint64 newest = 0;

  if (g_mapped_file_get_length (file) < VERSION_OFFSET + sizeof version)
    return;
  memcpy (&version, g_mapped_file_get_contents (file) + VERSION_OFFSET, sizeof version);
  if (hw_db_get_int (self->db, &newest, NULL, "PRAGMA user_version", "")
      && GUINT32_FROM_BE (version) > newest)
    say (self, "A newer version of Hallway wrote it: what only that one knows is not saved.");
}

static gboolean
read_rows (Recovery *self, const char *copy, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (copy, FALSE, &problem);

  if (!file)
    return fail (error, copy, problem->message);
  say_if_newer (self, file);
  hw_pages_read ((const guint8 *) g_mapped_file_get_contents (file),
                 g_mapped_file_get_length (file), PAGE_SIZE, on_row, self);
  if (!self->error)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

/* Logs whose own row is lost get a name that says so. */
static const char complete_logs[]
    = "INSERT INTO logs (id, room, folded, topic, created)"
      " SELECT log, 'recovered ' || log, 'recovered ' || log, '', min (at) FROM raw"
      "  WHERE log NOT IN (SELECT id FROM logs) GROUP BY log;"
      "DELETE FROM logs WHERE id NOT IN (SELECT log FROM raw);"
      "DELETE FROM members WHERE log NOT IN (SELECT id FROM logs WHERE closed = 0);";

/* Without holes again, and without going back in time. */
static const char number_entries[]
    = "INSERT INTO entries (id, log, seq, at, kind, reason, author, text, other, key)"
      " SELECT id, log, row_number () OVER (PARTITION BY log ORDER BY seq, id),"
      "  max (at) OVER (PARTITION BY log ORDER BY seq, id), kind, reason, author, text, other, key"
      " FROM raw GROUP BY log, seq ORDER BY id;";

static gboolean
say_what_was_saved (Recovery *self, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row = hw_db_query (self->db, error,
                                   "SELECT raw.log, logs.room, count (DISTINCT seq), max (seq)"
                                   " FROM raw JOIN logs ON logs.id = raw.log GROUP BY raw.log",
                                   "");

  if (!row)
    return FALSE;
  while (hw_db_step (self->db, row, &problem))
    {
      gint64 n = sqlite3_column_int64 (row, 2), last = sqlite3_column_int64 (row, 3);

      if (n == last)
        say (self, "Log %lld, %s: all of its %" G_GINT64_FORMAT " entries.",
             sqlite3_column_int64 (row, 0), hw_db_get_text (row, 1), n);
      else
        say (self,
             "Log %lld, %s: %" G_GINT64_FORMAT " entries; at least %" G_GINT64_FORMAT " are lost.",
             sqlite3_column_int64 (row, 0), hw_db_get_text (row, 1), n, last - n);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static gboolean
fill (Recovery *self, const char *copy, GError **error)
{
  gint64 n = 0;

  if (!hw_db_execute (self->db,
                      "PRAGMA temp_store = FILE;"
                      "BEGIN IMMEDIATE;"
                      "CREATE TEMP TABLE raw (id INTEGER PRIMARY KEY, log, seq, at, kind, reason,"
                      "                       author, text, other, key);",
                      error)
      || !read_rows (self, copy, error)
      || !hw_db_get_int (self->db, &n, error, "SELECT count (*) FROM raw", ""))
    return FALSE;
  if (n == 0)
    return fail (error, copy, "there is no entry that can be read");
  return hw_db_execute (self->db, complete_logs, error)
         && hw_db_execute (self->db, number_entries, error) && say_what_was_saved (self, error)
         && hw_db_execute (self->db, "DROP TABLE raw; COMMIT;", error);
}

/* Whether no server runs on @directory, which may be on a disk that takes no writes any more. */
static gboolean
check_unused (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HW_LOCK_FILE, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean unused;

  if (fd < 0)
    return TRUE;
  unused = flock (fd, LOCK_SH | LOCK_NB) == 0;
  close (fd);
  if (!unused)
    hw_error_set (error, HW_ERROR_STORAGE, NULL,
                  "The data directory %s is in use by another server.", directory);
  return unused;
}

static gboolean
recover (Recovery *self, const char *from, const char *path, const char *copy, GError **error)
{
  g_autofree char *from_wal = g_strconcat (from, "-wal", NULL);
  g_autofree char *copy_wal = g_strconcat (copy, "-wal", NULL);

  self->db = hw_db_open (path, HW_DB_CREATE, error);
  /* Into the file itself, for its header is needed. */
  if (!self->db || !hw_schema_make (self->db, error)
      || !hw_db_execute (self->db, "PRAGMA wal_checkpoint (TRUNCATE)", error)
      || !copy_file (self, from, copy, error)
      || (g_file_test (from_wal, G_FILE_TEST_EXISTS)
          && !copy_file (self, from_wal, copy_wal, error))
      || !mend_header (self, copy, path, error))
    return FALSE;
  if (g_file_test (copy_wal, G_FILE_TEST_EXISTS))
    move_wal (self, copy);
  return fill (self, copy, error);
}

static void
remove_with_wal (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      g_unlink (file);
    }
}

/**
 * hw_store_recover:
 * @directory: a data directory on which no server runs; it is not changed
 * @into: a data directory without a database, made if it is not there
 * @report: is told what was saved, line by line
 * @user_data: for @report
 * @error: why nothing was saved
 *
 * Saves what can be read of a damaged database, row by row. Logs come out without holes: entries
 * after a lost one get new numbers. Blocks.
 *
 * Returns: whether there is a new database in @into
 */
gboolean
hw_store_recover (const char *directory,
                  const char *into,
                  HwStoreReport report,
                  gpointer user_data,
                  GError **error)
{
  g_autofree char *from = g_build_filename (directory, HW_DATABASE_FILE, NULL);
  g_autofree char *path = g_build_filename (into, HW_DATABASE_FILE, NULL);
  g_autofree char *copy = g_build_filename (into, COPY_FILE, NULL);
  Recovery self = { .report = report, .user_data = user_data };
  gboolean recovered;
  int lock;

  if (!g_file_test (from, G_FILE_TEST_EXISTS))
    return fail (error, directory, "there is no database");
  if (!check_unused (directory, error))
    return FALSE;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return fail (error, into, "there is a database already");
  lock = hw_store_lock (into, error);
  if (lock < 0)
    return FALSE;

  recovered = recover (&self, from, path, copy, error);
  g_clear_pointer (&self.db, hw_db_close);
  remove_with_wal (copy);
  if (!recovered)
    remove_with_wal (path);
  close (lock);
  return recovered;
}
