/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files of the data directory: who may open them, of which version, how damage is noticed, what
 * is saved of it, and copies. */

#include "store-fixture.h"

#include "protocol/error.h"
#include "server/store-schema.h"
#include "server/store-tools.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_SIZE 4096

/* Asserts that the store cannot be opened and says so in one line with @words. */
static void
assert_refused (const char *directory, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hw_store_open (directory, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_two_openers (StoreFixture *self, gconstpointer unused)
{
  assert_refused (self->directory, "in use by another server");
  store_fixture_reopen (self);
}

static void
test_directory_cannot_be_made (StoreFixture *self, gconstpointer unused)
{
  g_autofree char *in_file = store_fixture_dup_path (self, HW_DATABASE_FILE "/below");

  assert_refused (in_file, "cannot be made");
  assert_refused ("/proc/hallway", "cannot be made");
}

static void
test_directory_cannot_be_written (StoreFixture *self, gconstpointer unused)
{
  if (geteuid () == 0)
    {
      g_test_skip ("Root writes everywhere");
      return;
    }
  store_fixture_close (self);
  g_assert_cmpint (g_chmod (self->directory, 0500), ==, 0);
  assert_refused (self->directory, "cannot be written");
  g_assert_cmpint (g_chmod (self->directory, 0700), ==, 0);
}

static void
test_files_are_private (StoreFixture *self, gconstpointer unused)
{
  static const char *const files[]
      = { HW_DATABASE_FILE, HW_DATABASE_FILE "-wal", HW_INDEX_FILE, HW_LOCK_FILE };
  g_autofree char *below = store_fixture_dup_path (self, "new/data");
  HwStore *store = hw_store_open (below, NULL);
  GStatBuf status;

  g_assert_nonnull (store);
  hw_store_close (store);
  g_assert_cmpint (g_stat (below, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = store_fixture_dup_path (self, files[i]);

      g_assert_cmpint (g_stat (path, &status), ==, 0);
      g_assert_cmpint (status.st_mode & 0777, ==, 0600);
    }
}

static void
test_newer_version (StoreFixture *self, gconstpointer unused)
{
  store_fixture_close (self);
  store_fixture_execute (self, HW_DATABASE_FILE, "PRAGMA user_version = 1000");
  assert_refused (self->directory, "newer version");
  g_assert_cmpint (store_fixture_query (self, HW_DATABASE_FILE, "PRAGMA user_version"), ==, 1000);
}

static void
on_line (const char *line, gpointer user_data)
{
  GString *lines = user_data;

  g_assert_null (strchr (line, '\n'));
  g_string_append_printf (lines, "%s\n", line);
}

static void
assert_check (StoreFixture *self, const char *directory, gboolean sound, const char *words)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (hw_store_check (directory, on_line, lines, &error), ==, sound);
  g_assert_no_error (error);
  g_test_message ("%s", lines->str);
  g_assert_nonnull (strstr (lines->str, words));
}

static void
write_bytes (StoreFixture *self, const char *name, long offset, const char *bytes, gsize n)
{
  g_autofree char *path = store_fixture_dup_path (self, name);
  FILE *file = fopen (path, "r+");

  g_assert_cmpint (fseek (file, offset, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (bytes, 1, n, file), ==, n);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
fill_page (StoreFixture *self, gint64 page)
{
  char bytes[PAGE_SIZE];

  memset (bytes, 0xa5, sizeof bytes);
  write_bytes (self, HW_DATABASE_FILE, (page - 1) * PAGE_SIZE, bytes, sizeof bytes);
}

static void
truncate_to (StoreFixture *self, gint64 size)
{
  g_autofree char *path = store_fixture_dup_path (self, HW_DATABASE_FILE);

  g_assert_cmpint (truncate (path, size), ==, 0);
}

/* A log of some hundred pages, with long texts among them; closed, so that no WAL is left. */
static gint64
fill_log (StoreFixture *self, int n)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  g_autofree char *long_text = g_strnfill (8000, 'x');

  for (int i = 0; i < n; i++)
    {
      char text[64];

      g_snprintf (text, sizeof text, "message number %d of many", i);
      hw_store_append (self->store,
                       hw_log_entry_new (log, HW_ENTRY_MESSAGE, HW_LEFT_NONE, "Ana",
                                         i % 100 == 99 ? long_text : text, NULL, NULL, NULL),
                       NULL, NULL);
    }
  store_fixture_close (self);
  return log;
}

static void
test_damage_is_noticed (StoreFixture *self, gconstpointer unused)
{
  g_autofree char *path = store_fixture_dup_path (self, HW_DATABASE_FILE);
  g_autofree char *good = NULL;
  gsize size;

  fill_log (self, 5000);
  g_assert_true (g_file_get_contents (path, &good, &size, NULL));

  truncate_to (self, size - 5 * PAGE_SIZE);
  assert_refused (self->directory, "damaged");
  truncate_to (self, size / 2);
  assert_refused (self->directory, "damaged");
  truncate_to (self, 100);
  assert_refused (self->directory, "damaged");

  g_assert_true (g_file_set_contents (path, good, size, NULL));
  write_bytes (self, HW_DATABASE_FILE, 0, "This is not SQLite at all", 25);
  assert_refused (self->directory, "damaged");

  g_assert_true (g_file_set_contents (path, good, size, NULL));
  fill_page (self, 1);
  assert_refused (self->directory, "damaged");

  /* A page of the schema's tables: the root of the entries. */
  g_assert_true (g_file_set_contents (path, good, size, NULL));
  fill_page (self,
             store_fixture_query (self, HW_DATABASE_FILE,
                                  "SELECT rootpage FROM sqlite_schema WHERE name = 'entries'"));
  assert_refused (self->directory, "damaged");
}

/* Damage that SQLite cannot know of does not get on to the wire as what is no text. */
static void
test_text_is_text (StoreFixture *self, gconstpointer unused)
{
  gint64 log = fill_log (self, 3);
  g_autoptr (HwLogPage) page = NULL;
  HwLogEntry *entry;

  store_fixture_execute (self, HW_DATABASE_FILE,
                         "UPDATE entries SET text = CAST (x'41ff42' AS TEXT), author = 5"
                         " WHERE seq = 4");
  store_fixture_open (self);
  page = store_fixture_read (self,
                             &(HwLogQuery){
                                 .log = log, .from = HW_PAGE_AFTER, .position = 3, .limit = 1 });
  entry = g_ptr_array_index (page->entries, 0);
  g_assert_cmpstr (entry->text, ==, "\357\277\275");
  g_assert_cmpstr (entry->from, ==, "5");
}

static void
test_check (StoreFixture *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);

  g_assert_false (hw_store_check (self->directory, on_line, lines, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_STORAGE); /* in use */
  fill_log (self, 5000);
  assert_check (self, self->directory, TRUE, "sound: 5002 entries in 1 log.");

  store_fixture_execute (self, HW_DATABASE_FILE, "UPDATE entries SET at = 5 WHERE seq = 70");
  assert_check (self, self->directory, FALSE, "time goes back at entry 70");
  store_fixture_execute (self, HW_DATABASE_FILE, "DELETE FROM entries WHERE seq = 70");
  assert_check (self, self->directory, FALSE, "numbered from 1 to 5002");
  store_fixture_execute (self, HW_DATABASE_FILE, "UPDATE entries SET log = 9 WHERE seq = 71");
  assert_check (self, self->directory, FALSE, "no such log");
  fill_page (self, 100);
  assert_check (self, self->directory, FALSE, "age 10");
  fill_page (self, 1);
  assert_check (self, self->directory, FALSE, "damaged");

  g_clear_error (&error);
  g_assert_false (hw_store_check ("/proc", on_line, lines, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_STORAGE);
}

/* Recovers into a directory of its own, and asserts what was saved. */
static void
assert_recovered (StoreFixture *self, const char *into, const char *words, int least, gint64 log)
{
  g_autofree char *path = store_fixture_dup_path (self, into);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HwLogPage) page = NULL;
  StoreFixture recovered = { .directory = path, .now = self->now };
  guint64 position = 0;
  gboolean more = TRUE;

  g_assert_true (hw_store_recover (self->directory, path, on_line, lines, &error));
  g_assert_no_error (error);
  g_test_message ("%s", lines->str);
  g_assert_nonnull (strstr (lines->str, words));
  assert_check (self, path, TRUE, "sound");

  /* What was saved is right, and in order. */
  store_fixture_open (&recovered);
  for (int last = -1; more;)
    {
      HwLogQuery query = { .log = log, .from = HW_PAGE_AFTER, .position = position, .limit = 1000 };

      g_clear_pointer (&page, store_page_free);
      page = store_fixture_read (&recovered, &query);
      for (guint i = 0; i < page->entries->len; i++)
        {
          HwLogEntry *entry = g_ptr_array_index (page->entries, i);
          int number;

          g_assert_cmpuint (entry->seq, ==, ++position);
          if (sscanf (entry->text, "message number %d of many", &number) == 1)
            {
              g_assert_cmpint (number, >, last);
              last = number;
            }
          else if (strlen (entry->text) > 100)
            g_assert_cmpuint (strspn (entry->text, "x"), ==, 8000);
        }
      more = page->more;
    }
  g_assert_cmpuint (position, >=, least);
  g_assert_cmpint (store_fixture_create (&recovered, "Another", "Ana"), >, log);
  store_fixture_close (&recovered);
}

static void
test_recover (StoreFixture *self, gconstpointer unused)
{
  g_autofree char *id = g_strdup (hw_store_get_server_id (self->store));
  g_autofree char *after = NULL;
  gint64 log = fill_log (self, 5000), root;

  assert_recovered (self, "sound", "all of its 5002 entries", 5003, log);
  fill_page (self, 60);
  fill_page (self, 61);
  assert_recovered (self, "leaves", "are lost", 4800, log);
  root = store_fixture_query (self, HW_DATABASE_FILE,
                              "SELECT rootpage FROM sqlite_schema WHERE name = 'entries'");
  fill_page (self, root);
  assert_recovered (self, "root", "Tea", 4800, log);
  fill_page (self, 1);
  assert_recovered (self, "header", "made anew", 4800, log);
  truncate_to (self, 150 * PAGE_SIZE + 77);
  assert_recovered (self, "truncated", "entries", 1000, log);
  after = g_build_filename (self->directory, "truncated", NULL);
  g_assert_cmpint (store_fixture_query (self, "truncated/" HW_DATABASE_FILE,
                                        "SELECT count (*) FROM meta WHERE name = 'server'"),
                   ==, 1);
  {
    HwStore *store = hw_store_open (after, NULL);

    g_assert_cmpstr (hw_store_get_server_id (store), ==, id);
    hw_store_close (store);
  }
}

static void
test_recover_from_wal (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  g_autofree char *wal = store_fixture_dup_path (self, HW_DATABASE_FILE "-wal");
  g_autofree char *crashed = store_fixture_dup_path (self, "crashed");
  static const char *const files[] = { HW_DATABASE_FILE, HW_DATABASE_FILE "-wal" };
  StoreFixture other = { .directory = crashed, .now = self->now };

  store_fixture_say_many (self, log, "Ana", "message number", 50);
  g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_mkdir (crashed, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *from = store_fixture_dup_path (self, files[i]);
      g_autofree char *to = g_build_filename (crashed, files[i], NULL);
      g_autofree char *bytes = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
      g_assert_true (g_file_set_contents (to, bytes, size, NULL));
    }
  assert_recovered (&other, "saved", "all of its 52 entries", 53, log);
}

static void
test_nothing_to_recover (StoreFixture *self, gconstpointer unused)
{
  g_autofree char *into = store_fixture_dup_path (self, "into");
  g_autofree char *database = g_build_filename (into, HW_DATABASE_FILE, NULL);
  g_autofree char *own = store_fixture_dup_path (self, HW_DATABASE_FILE);
  g_autofree char *garbage = g_strnfill (10 * PAGE_SIZE, '\r'); /* looks like leaves of a table */
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (hw_store_recover (self->directory, into, on_line, lines, &error));
  g_assert_nonnull (strstr (error->message, "in use"));
  g_clear_error (&error);

  store_fixture_close (self);
  g_assert_false (hw_store_recover (self->directory, self->directory, on_line, lines, &error));
  g_assert_nonnull (strstr (error->message, "a database already"));
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (own, garbage, 10 * PAGE_SIZE, NULL));
  g_assert_false (hw_store_recover (self->directory, into, on_line, lines, &error));
  g_assert_nonnull (strstr (error->message, "no entry"));
  g_assert_false (g_file_test (database, G_FILE_TEST_EXISTS));
}

/* Pages of random bytes must not harm the reader of pages. */
static void
test_recover_garbage (StoreFixture *self, gconstpointer unused)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);
  g_autofree char *own = store_fixture_dup_path (self, HW_DATABASE_FILE);
  g_autofree char *good = NULL;
  gsize size;

  fill_log (self, 1000);
  g_assert_true (g_file_get_contents (own, &good, &size, NULL));
  for (int round = 0; round < 50; round++)
    {
      g_autofree char *bad = g_memdup2 (good, size);
      g_autofree char *name = g_strdup_printf ("into-%d", round);
      g_autofree char *into = store_fixture_dup_path (self, name);
      g_autoptr (GString) lines = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      for (int i = 0; i < 2000; i++)
        bad[g_rand_int_range (random, 0, size)] = g_rand_int (random);
      g_assert_true (g_file_set_contents (own, bad, size, NULL));
      if (hw_store_recover (self->directory, into, on_line, lines, &error))
        assert_check (self, into, TRUE, "sound");
    }
}

typedef struct
{
  gboolean done;
  char *path;
  int code;
} BackedUp;

static void
on_backed_up (const char *path, const GError *error, gpointer user_data)
{
  *(BackedUp *) user_data = (BackedUp){ TRUE, g_strdup (path), error ? error->code : -1 };
}

static void
test_backup (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  BackedUp first = { 0 }, second = { 0 };
  g_autofree char *copy = store_fixture_dup_path (self, "copy");
  g_autofree char *database = g_build_filename (copy, HW_DATABASE_FILE, NULL);
  g_autofree char *partial = store_fixture_dup_path (self, "backup.partial");
  StoreFixture restored = { .directory = copy, .now = self->now };
  g_autoptr (HwLogPage) page = NULL;
  GStatBuf status;
  guint64 least;

  store_fixture_say_many (self, log, "Ana", "before", 20000);
  hw_store_backup (self->store, on_backed_up, &first);
  hw_store_backup (self->store, on_backed_up, &second);
  store_fixture_wait (self, &second.done);
  g_assert_cmpint (second.code, ==, HW_ERROR_SLOW_DOWN);
  least = 20002;
  while (!first.done) /* writing goes on meanwhile */
    store_fixture_say (self, log, "Ana", "meanwhile", NULL);
  g_assert_cmpint (first.code, ==, -1);
  g_assert_true (g_path_is_absolute (first.path));
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_stat (first.path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  g_assert_cmpint (g_mkdir (copy, 0700), ==, 0);
  g_assert_cmpint (g_rename (first.path, database), ==, 0);
  assert_check (self, copy, TRUE, "sound");
  store_fixture_open (&restored);
  page = store_fixture_read (&restored, &(HwLogQuery){ .log = log, .limit = 1 });
  g_assert_cmpuint (page->last, >=, least);
  g_assert_cmpstr (hw_store_get_server_id (restored.store), ==,
                   hw_store_get_server_id (self->store));
  store_fixture_close (&restored);
  g_free (first.path);

  /* The next one may begin. */
  first = (BackedUp){ 0 };
  hw_store_backup (self->store, on_backed_up, &first);
  store_fixture_wait (self, &first.done);
  g_assert_cmpint (first.code, ==, -1);
  g_free (first.path);
}

static void
test_close_ends_backup (StoreFixture *self, gconstpointer unused)
{
  BackedUp backup = { 0 };

  hw_store_backup (self->store, on_backed_up, &backup);
  store_fixture_close (self);
  g_assert_true (backup.done);
  g_free (backup.path);
}

static void
test_migration_steps (StoreFixture *self, gconstpointer unused)
{
  static const char *const steps[] = {
    "CREATE TABLE a (x); INSERT INTO a VALUES (1)",
    "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1",
    "CREATE TABLE b (z); INSERT INTO b SELECT y FROM a",
  };
  static const char *const broken[] = {
    "CREATE TABLE a (x)",
    "CREATE TABLE c (x); INSERT INTO missing VALUES (1)",
  };
  g_autofree char *path = store_fixture_dup_path (self, "steps.db");
  g_autofree char *other = store_fixture_dup_path (self, "broken.db");
  g_autoptr (HwDb) db = hw_db_open (path, HW_DB_CREATE, NULL);
  g_autoptr (HwDb) bad = hw_db_open (other, HW_DB_CREATE, NULL);
  g_autoptr (GError) error = NULL;
  gint64 value = 0;

  for (int n = 1; n <= 3; n++)
    {
      g_assert_true (hw_db_migrate (db, steps, n, &error));
      g_assert_true (hw_db_migrate (db, steps, n, &error));
      g_assert_true (hw_db_get_int (db, &value, &error, "PRAGMA user_version", ""));
      g_assert_cmpint (value, ==, n);
    }
  g_assert_true (hw_db_get_int (db, &value, &error, "SELECT z FROM b", ""));
  g_assert_cmpint (value, ==, 2);
  g_assert_false (hw_db_migrate (db, steps, 2, &error));
  g_assert_nonnull (strstr (error->message, "newer version"));
  g_clear_error (&error);

  /* A step that fails leaves the version before it, whole. */
  g_assert_false (hw_db_migrate (bad, broken, 2, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_true (hw_db_get_int (bad, &value, &error, "PRAGMA user_version", ""));
  g_assert_cmpint (value, ==, 1);
  g_assert_true (hw_db_get_int (bad, &value, &error,
                                "SELECT count (*) FROM sqlite_schema WHERE name = 'c'", ""));
  g_assert_cmpint (value, ==, 0);
}

/* A database of every released version, as SQL, opens with all that is in it. */
static void
test_stored_version (StoreFixture *self, gconstpointer file)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "databases", file, NULL);
  g_autofree char *database = store_fixture_dup_path (self, HW_DATABASE_FILE);
  g_autofree char *script = NULL;
  g_autoptr (GPtrArray) logs = NULL;
  g_autoptr (HwLogPage) page = NULL;
  HwLogEntry *entry;
  sqlite3 *db;

  store_fixture_close (self);
  g_unlink (database);
  g_assert_true (g_file_get_contents (path, &script, NULL, NULL));
  g_assert_cmpint (sqlite3_open (database, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, script, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);

  self->now = 1800000000000;
  store_fixture_open (self);
  g_assert_cmpstr (hw_store_get_server_id (self->store), ==, "00112233445566778899aabbccddeeff");
  logs = store_fixture_list (self);
  g_assert_cmpuint (logs->len, ==, 2);
  g_assert_cmpstr (((HwLogInfo *) g_ptr_array_index (logs, 1))->room, ==, "Straße");
  page = store_fixture_read (self,
                             &(HwLogQuery){
                                 .log = 2, .from = HW_PAGE_AFTER, .limit = 10, .find = "cafe" });
  g_assert_cmpuint (page->entries->len, ==, 1);
  entry = g_ptr_array_index (page->entries, 0);
  g_assert_cmpuint (entry->seq, ==, 3);
  g_assert_cmpstr (entry->text, ==, "Ein Café");
  g_assert_cmpstr (entry->key, ==, "k1");
  g_clear_pointer (&page, store_page_free);
  page = store_fixture_read (self, &(HwLogQuery){ .log = 2, .limit = 1 });
  entry = g_ptr_array_index (page->entries, 0);
  g_assert_cmpint (entry->reason, ==, HW_LEFT_LOST); /* who was inside then */
  g_assert_cmpint (store_fixture_create (self, "STRASSE", "Ana"), ==, -1 - HW_ERROR_ROOM_EXISTS);
  store_fixture_close (self);
  assert_check (self, self->directory, TRUE, "sound");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);

#define ADD(path, data, test) \
  g_test_add (path, StoreFixture, data, store_fixture_set_up, test, store_fixture_tear_down)

  ADD ("/files/two-openers", NULL, test_two_openers);
  ADD ("/files/directory-cannot-be-made", NULL, test_directory_cannot_be_made);
  ADD ("/files/directory-cannot-be-written", NULL, test_directory_cannot_be_written);
  ADD ("/files/files-are-private", NULL, test_files_are_private);
  ADD ("/files/newer-version", NULL, test_newer_version);
  ADD ("/files/damage-is-noticed", NULL, test_damage_is_noticed);
  ADD ("/files/text-is-text", NULL, test_text_is_text);
  ADD ("/files/check", NULL, test_check);
  ADD ("/files/recover", NULL, test_recover);
  ADD ("/files/recover-from-wal", NULL, test_recover_from_wal);
  ADD ("/files/nothing-to-recover", NULL, test_nothing_to_recover);
  ADD ("/files/recover-garbage", NULL, test_recover_garbage);
  ADD ("/files/backup", NULL, test_backup);
  ADD ("/files/close-ends-backup", NULL, test_close_ends_backup);
  ADD ("/files/migration-steps", NULL, test_migration_steps);
  ADD ("/files/version-1", "version-1.sql", test_stored_version);
  ADD ("/files/version-2", "version-2.sql", test_stored_version);

  return g_test_run ();
}
