/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Feeding the index: what a batch leaves in it, and that who writes need not wait for it. */

#include "server/store-feed.h"
#include "server/store-schema.h"

#include <glib/gstdio.h>

#define ENTRIES 3000
#define LOGS    3

typedef struct
{
  char *directory;
  char *path;
  HwDb *db; /* as the storage thread has it */
  HwDb *index;
  HwFeed *feed;
  guint n_tries;
  guint n_refused;
} FeedFixture;

static void
execute (HwDb *db, const char *sql)
{
  g_autoptr (GError) error = NULL;

  hw_db_execute (db, sql, &error);
  g_assert_no_error (error);
}

static gint64
get_int (HwDb *db, const char *sql)
{
  gint64 value = -1;

  g_assert_true (hw_db_get_int (db, &value, NULL, sql, ""));
  return value;
}

/* Every third entry is of the same log, every tenth no message, two people take turns. */
static void
set_up (FeedFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *index_path = NULL;

  self->directory = g_dir_make_tmp ("hallway-feed-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->directory, HW_DATABASE_FILE, NULL);
  index_path = g_build_filename (self->directory, HW_INDEX_FILE, NULL);
  self->db = hw_schema_open (self->path, &error);
  g_assert_no_error (error);
  execute (self->db,
           "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers"
           "  WHERE n < " G_STRINGIFY (
               ENTRIES) " - 1)"
                        " INSERT INTO entries (log, seq, at, kind, author, text)"
                        " SELECT 1 + n % 3, 1 + n / 3, 1763625600000 + n * 60000,"
                        "  CASE n % 10 WHEN 0 THEN 5 ELSE 4 END,"
                        "  CASE n % 2 WHEN 0 THEN 'Ana' ELSE 'BEN' END, 'word' || n || ' tea'"
                        " FROM numbers");
  self->index = hw_schema_open_index (index_path, self->db, &error);
  g_assert_no_error (error);
  g_assert_true (hw_db_run (self->index, &error, "ATTACH ? AS log", "s", self->path));
  self->feed = hw_feed_new (self->index);
}

static void
tear_down (FeedFixture *self, gconstpointer data)
{
  static const char *const names[] = { HW_DATABASE_FILE, HW_INDEX_FILE };

  hw_feed_free (self->feed);
  hw_db_close (self->index);
  hw_db_close (self->db);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->directory, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (self->directory);
  g_free (self->path);
  g_free (self->directory);
}

static void
test_what_it_leaves (FeedFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 last = 1000;

  g_assert_true (hw_feed_batch (self->feed, 1, &last, &error));
  g_assert_cmpint (last, ==, 1000);
  g_assert_cmpint (get_int (self->index, "SELECT indexed FROM state"), ==, 1000);
  last = ENTRIES;
  g_assert_true (hw_feed_batch (self->feed, 1001, &last, &error));
  g_assert_cmpint (get_int (self->index, "SELECT indexed FROM state"), ==, ENTRIES);

  g_assert_cmpint (get_int (self->index, "SELECT sum (n) FROM totals WHERE kind = 4"), ==,
                   ENTRIES * 9 / 10);
  g_assert_cmpint (get_int (self->index, "SELECT people FROM totals WHERE kind = 4 AND log = 2"),
                   ==, 2);
  g_assert_cmpint (get_int (self->index, "SELECT last_at FROM totals WHERE kind = 4 AND log = 3"),
                   ==, 1763625600000 + (ENTRIES - 1) * 60000);
  g_assert_cmpint (get_int (self->index, "SELECT sum (n) FROM tallies WHERE author = 'ben'"), ==,
                   ENTRIES / 2);
  g_assert_cmpint (get_int (self->index, "SELECT sum (n) FROM hours WHERE log = 1"), ==,
                   get_int (self->index, "SELECT n FROM totals WHERE log = 1 AND kind = 4"));
  g_assert_cmpint (
      get_int (self->index,
               "SELECT count (*) FROM marks m WHERE seq % 16 != 0 OR n != (SELECT count (*)"
               " FROM log.entries e WHERE e.log = m.log AND e.seq <= m.seq AND kind = 4)"),
      ==, 0);
  g_assert_cmpint (get_int (self->index, "SELECT count (*) FROM marks"), ==,
                   LOGS * (ENTRIES / LOGS / 16));
  g_assert_cmpint (get_int (self->index, "SELECT count (*) FROM words WHERE words MATCH 'tea'"), ==,
                   ENTRIES);
  g_assert_cmpint (get_int (self->index, "SELECT rowid FROM words WHERE words MATCH 'word2000'"),
                   ==, HW_WORDS_ROW (1 + 2000 % 3, 1 + 2000 / 3));
}

static int
try_to_write (void *user_data)
{
  FeedFixture *self = user_data;

  self->n_tries++;
  if (sqlite3_exec (hw_db_get_handle (self->db), "BEGIN IMMEDIATE; ROLLBACK", NULL, NULL, NULL)
      != SQLITE_OK)
    self->n_refused++;
  return 0;
}

static void
test_nobody_waits (FeedFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 last = ENTRIES;

  sqlite3_busy_timeout (hw_db_get_handle (self->db), 0);
  sqlite3_progress_handler (hw_db_get_handle (self->index), 200, try_to_write, self);
  g_assert_true (hw_feed_batch (self->feed, 1, &last, &error));
  sqlite3_progress_handler (hw_db_get_handle (self->index), 0, NULL, NULL);
  g_assert_cmpuint (self->n_tries, >, 20);
  g_assert_cmpuint (self->n_refused, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test) g_test_add ("/store-feed/" path, FeedFixture, NULL, set_up, test, tear_down)

  ADD ("what-it-leaves", test_what_it_leaves);
  ADD ("nobody-waits", test_nobody_waits);

  return g_test_run ();
}
