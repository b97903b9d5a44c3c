/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a whole database and says what is wrong with it: the file itself, and what every log must
 * be: numbered from 1 without holes, its times never going back. */

#include "store-tools.h"

#include "store-db.h"
#include "store-private.h"
#include "store-schema.h"

#include "protocol/error.h"

#include <unistd.h>

typedef struct
{
  HwDb *db;
  HwStoreReport report;
  gpointer user_data;
  gboolean sound;
} Check;

static void
say (Check *self, const char *line)
{
  self->report (line, self->user_data);
}

static void
complain (Check *self, const char *line)
{
  self->sound = FALSE;
  say (self, line);
}

/* One row of SQLite's may be several lines, the first a heading. */
static void
complain_by_line (Check *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line; line++)
    if (**line && !g_str_has_prefix (*line, "***"))
      complain (self, *line);
}

/* What SQLite finds in the file. */
static void
check_file (Check *self)
{
  g_autoptr (GError) error = NULL;
  sqlite3_stmt *row = hw_db_query (self->db, &error, "PRAGMA integrity_check (100)", "");

  while (row && hw_db_step (self->db, row, &error))
    if (!g_str_equal (hw_db_get_text (row, 0), "ok"))
      complain_by_line (self, hw_db_get_text (row, 0));
  if (error)
    complain (self, error->message);
}

/* Says @format, which has two numbers, for every row of @sql. */
static void
check_rows (Check *self,
            const char *sql,
            const char *(*describe) (sqlite3_stmt *row, GString *line))
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  sqlite3_stmt *row = hw_db_query (self->db, &error, sql, "");

  while (row && hw_db_step (self->db, row, &error))
    {
      g_string_truncate (line, 0);
      complain (self, describe (row, line));
    }
  if (error)
    complain (self, error->message);
}

static const char *
describe_holes (sqlite3_stmt *row, GString *line)
{
  g_string_printf (line, "Log %lld has %lld entries, but they are numbered from %lld to %lld.",
                   sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1),
                   sqlite3_column_int64 (row, 2), sqlite3_column_int64 (row, 3));
  return line->str;
}

static const char *
describe_times (sqlite3_stmt *row, GString *line)
{
  g_string_printf (line, "Log %lld: the time goes back at entry %lld.",
                   sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1));
  return line->str;
}

static const char *
describe_orphans (sqlite3_stmt *row, GString *line)
{
  g_string_printf (line, "There are entries of log %lld, but there is no such log.",
                   sqlite3_column_int64 (row, 0));
  return line->str;
}

static const char *
describe_empty (sqlite3_stmt *row, GString *line)
{
  g_string_printf (line, "Log %lld has no entries.", sqlite3_column_int64 (row, 0));
  return line->str;
}

static void
check_logs (Check *self)
{
  check_rows (self,
              "SELECT log, count (*) AS n, min (seq) AS low, max (seq) AS high FROM entries"
              " GROUP BY log HAVING low <> 1 OR high <> n",
              describe_holes);
  check_rows (self,
              "SELECT log, min (seq) FROM (SELECT log, seq, at < lag (at) OVER"
              " (PARTITION BY log ORDER BY seq) AS back FROM entries) WHERE back GROUP BY log",
              describe_times);
  check_rows (self, "SELECT DISTINCT log FROM entries WHERE log NOT IN (SELECT id FROM logs)",
              describe_orphans);
  check_rows (self, "SELECT id FROM logs WHERE id NOT IN (SELECT DISTINCT log FROM entries)",
              describe_empty);
}

static void
say_sound (Check *self)
{
  gint64 n_logs = 0, n_entries = 0;
  g_autofree char *line = NULL;

  hw_db_get_int (self->db, &n_logs, NULL, "SELECT count (*) FROM logs", "");
  hw_db_get_int (self->db, &n_entries, NULL, "SELECT count (*) FROM entries", "");
  line = g_strdup_printf ("The database is sound: %" G_GINT64_FORMAT " entries in %" G_GINT64_FORMAT
                          " %s.",
                          n_entries, n_logs, n_logs == 1 ? "log" : "logs");
  say (self, line);
}

/**
 * hw_store_check:
 * @directory: a data directory on which no server runs
 * @report: is told what is found, line by line
 * @user_data: for @report
 * @error: why it could not be looked at
 *
 * Reads the whole database. Blocks, for minutes if it is large.
 *
 * Returns: %TRUE: it is sound; %FALSE without error: it is damaged
 */
gboolean
hw_store_check (const char *directory, HwStoreReport report, gpointer user_data, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HW_DATABASE_FILE, NULL);
  Check self = { .report = report, .user_data = user_data, .sound = TRUE };
  g_autoptr (GError) problem = NULL;
  int lock;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      hw_error_set (error, HW_ERROR_STORAGE, NULL, "There is no database in %s.", directory);
      return FALSE;
    }
  lock = hw_store_lock (directory, error);
  if (lock < 0)
    return FALSE;
  self.db = hw_db_open (path, HW_DB_READ_WRITE, &problem);
  if (self.db && hw_schema_is_newer (self.db))
    {
      /* That is no damage. */
      hw_schema_check_version (self.db, error);
      self.sound = FALSE;
    }
  else if (self.db && hw_schema_check_version (self.db, &problem))
    {
      /* What a long log is sorted in is longer than memory should have to be. */
      hw_db_execute (self.db, "PRAGMA temp_store = FILE", NULL);
      check_file (&self);
      check_logs (&self);
      if (self.sound)
        say_sound (&self);
    }
  else
    complain (&self, problem->message);
  g_clear_pointer (&self.db, hw_db_close);
  close (lock);
  return self.sound;
}
