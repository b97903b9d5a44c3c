/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The layer that joins the writes of a commit: what a commit said is kept is in the file, whoever
 * looks at it, and other connections see it at once. */

#include "server/store-db.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *directory;
  char *path;
  HwDb *db;
} VfsFixture;

static void
execute (HwDb *db, const char *sql)
{
  g_autoptr (GError) error = NULL;

  hw_db_execute (db, sql, &error);
  g_assert_no_error (error);
}

static void
set_up (VfsFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->directory = g_dir_make_tmp ("hallway-vfs-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->directory, "a.db", NULL);
  self->db = hw_db_open (self->path, HW_DB_CREATE, &error);
  g_assert_no_error (error);
  execute (self->db, "CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)");
}

static void
remove_file (VfsFixture *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);

  g_unlink (path);
}

static void
tear_down (VfsFixture *self, gconstpointer data)
{
  static const char *const names[]
      = { "a.db", "a.db-wal", "a.db-shm", "copy.db", "copy.db-wal", "copy.db-shm" };

  g_clear_pointer (&self->db, hw_db_close);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    remove_file (self, names[i]);
  g_rmdir (self->directory);
  g_free (self->path);
  g_free (self->directory);
}

static gint64
count_with (const char *path, const char *vfs)
{
  sqlite3 *handle;
  sqlite3_stmt *statement;
  gint64 n = -1;

  g_assert_cmpint (sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE, vfs), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (handle, "SELECT count (*) FROM t", -1, &statement, NULL), ==,
                   SQLITE_OK);
  if (sqlite3_step (statement) == SQLITE_ROW)
    n = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (handle);
  return n;
}

static void
copy_file (VfsFixture *self, const char *from, const char *to)
{
  g_autofree char *source = g_build_filename (self->directory, from, NULL);
  g_autofree char *target = g_build_filename (self->directory, to, NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (target, bytes, length, NULL));
}

/* What a power cut would leave, if the file system kept what was written. */
static gint64
count_after_crash (VfsFixture *self)
{
  g_autofree char *path = g_build_filename (self->directory, "copy.db", NULL);

  remove_file (self, "copy.db-shm");
  copy_file (self, "a.db", "copy.db");
  copy_file (self, "a.db-wal", "copy.db-wal");
  return count_with (path, NULL);
}

static void
insert (VfsFixture *self, int n, int bytes)
{
  g_autofree char *text = g_strnfill (bytes, 'x');
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < n; i++)
    g_assert_true (hw_db_run (self->db, &error, "INSERT INTO t (text) VALUES (?)", "s", text));
}

/* Commits of one page and of many, with the log growing and beginning anew. */
static void
test_commits_are_kept (VfsFixture *self, gconstpointer data)
{
  static const int sizes[] = { 1, 3, 100, 1, 700, 20, 1, 1 };
  gint64 n = 0;

  for (int round = 0; round < 3; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          execute (self->db, "BEGIN IMMEDIATE");
          insert (self, sizes[i], 1000);
          g_assert_cmpint (count_after_crash (self), ==, n);
          execute (self->db, "COMMIT");
          n += sizes[i];
          g_assert_cmpint (count_after_crash (self), ==, n);
          g_assert_cmpint (count_with (self->path, NULL), ==, n);
          g_assert_cmpint (count_with (self->path, "hallway"), ==, n);
        }
      execute (self->db, "PRAGMA wal_checkpoint (PASSIVE)");
      g_assert_cmpint (count_after_crash (self), ==, n);
    }
  execute (self->db, "PRAGMA wal_checkpoint (TRUNCATE)");
  g_assert_cmpint (count_with (self->path, NULL), ==, n);
}

/* A transaction larger than what is held back, or than the cache of pages, which is then read back
 * from the log before it is committed. */
static void
test_large_transactions (VfsFixture *self, gconstpointer data)
{
  gint64 sum = 0;

  execute (self->db, "PRAGMA cache_size = 10");
  execute (self->db, "BEGIN IMMEDIATE");
  insert (self, 2000, 1500);
  execute (self->db, "UPDATE t SET text = text || 'y' WHERE n % 7 = 0");
  g_assert_true (hw_db_get_int (self->db, &sum, NULL, "SELECT sum (length (text)) FROM t", ""));
  g_assert_cmpint (sum, ==, 2000 * 1500 + 285);
  execute (self->db, "COMMIT");
  g_assert_cmpint (count_after_crash (self), ==, 2000);

  execute (self->db, "BEGIN IMMEDIATE");
  insert (self, 2000, 1500);
  execute (self->db, "ROLLBACK");
  g_assert_cmpint (count_after_crash (self), ==, 2000);
  insert (self, 1, 10);
  g_assert_cmpint (count_after_crash (self), ==, 2001);
}

/* Without flushing a commit is seen by others all the same. */
static void
test_not_flushed (VfsFixture *self, gconstpointer data)
{
  execute (self->db, "PRAGMA synchronous = NORMAL");
  for (int i = 1; i < 20; i++)
    {
      insert (self, 1, 5000);
      g_assert_cmpint (count_with (self->path, NULL), ==, i);
      g_assert_cmpint (count_after_crash (self), ==, i);
    }
}

/* The file grows in steps, so that not every flush has its size to write down, too. */
static void
test_grows_in_steps (VfsFixture *self, gconstpointer data)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  goffset size = 0;
  guint n_steps = 0;
  GStatBuf file;

  for (int i = 0; i < 500; i++)
    {
      insert (self, 1, 3000);
      g_assert_cmpint (g_stat (log, &file), ==, 0);
      n_steps += file.st_size != size;
      size = file.st_size;
    }
  g_assert_cmpuint (n_steps, <, 40);
  g_assert_cmpint (count_after_crash (self), ==, 500);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test) g_test_add ("/store-vfs/" path, VfsFixture, NULL, set_up, test, tear_down)

  ADD ("commits-are-kept", test_commits_are_kept);
  ADD ("large-transactions", test_large_transactions);
  ADD ("not-flushed", test_not_flushed);
  ADD ("grows-in-steps", test_grows_in_steps);

  return g_test_run ();
}
