/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the tests of the store share. */

#include "store-fixture.h"

#include "protocol/error.h"

#include <glib/gstdio.h>
#include <poll.h>

static gint64
get_now (gpointer user_data)
{
  return ((StoreFixture *) user_data)->now;
}

void
store_fixture_open (StoreFixture *self)
{
  HwStoreSettings settings = { get_now, self, 10 * G_TIME_SPAN_MILLISECOND, self->search_time };
  g_autoptr (GError) error = NULL;

  self->store = hw_store_open_full (self->directory, &settings, &error);
  g_assert_no_error (error);
}

void
store_fixture_close (StoreFixture *self)
{
  if (self->store)
    hw_store_close (self->store); /* callbacks may still use it */
  self->store = NULL;
}

void
store_fixture_reopen (StoreFixture *self)
{
  store_fixture_close (self);
  store_fixture_open (self);
}

void
store_fixture_set_up (StoreFixture *self, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  self->directory = g_dir_make_tmp ("hallway-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->now = 1763625600000;
  store_fixture_open (self);
}

static void
remove_directory (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory && (name = g_dir_read_name (directory)))
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        remove_directory (file);
      else
        g_unlink (file);
    }
  g_rmdir (path);
}

void
store_fixture_tear_down (StoreFixture *self, gconstpointer unused)
{
  store_fixture_close (self);
  remove_directory (self->directory);
  g_free (self->directory);
}

char *
store_fixture_dup_path (StoreFixture *self, const char *file)
{
  return g_build_filename (self->directory, file, NULL);
}

sqlite3 *
store_fixture_open_sql (StoreFixture *self, const char *file)
{
  g_autofree char *path = store_fixture_dup_path (self, file);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  return db;
}

gint64
store_fixture_query (StoreFixture *self, const char *file, const char *sql)
{
  sqlite3 *db = store_fixture_open_sql (self, file);
  sqlite3_stmt *statement;
  gint64 value = 0;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  if (sqlite3_step (statement) == SQLITE_ROW)
    value = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return value;
}

void
store_fixture_execute (StoreFixture *self, const char *file, const char *sql)
{
  sqlite3 *db = store_fixture_open_sql (self, file);

  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

void
store_fixture_wait (StoreFixture *self, const gboolean *done)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (!*done)
    {
      struct pollfd ready = { .fd = hw_store_get_fd (self->store), .events = POLLIN };

      g_assert_cmpint (g_get_monotonic_time (), <, until);
      poll (&ready, 1, 1000);
      hw_store_dispatch (self->store);
    }
}

static void
on_appended (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  Appended *appended = user_data;

  appended->done = TRUE;
  appended->seq = entry->seq;
  appended->at = entry->at;
  appended->duplicate = duplicate;
  appended->code = error ? error->code : -1;
}

Appended
store_fixture_append (StoreFixture *self, HwLogEntry *entry)
{
  Appended appended = { 0 };

  hw_store_append (self->store, entry, on_appended, &appended);
  store_fixture_wait (self, &appended.done);
  return appended;
}

Appended
store_fixture_say (
    StoreFixture *self, gint64 log, const char *from, const char *text, const char *key)
{
  return store_fixture_append (self, hw_log_entry_new (log, HW_ENTRY_MESSAGE, HW_LEFT_NONE, from,
                                                       text, NULL, NULL, key));
}

void
store_fixture_say_many (StoreFixture *self, gint64 log, const char *from, const char *format, int n)
{
  for (int i = 1; i < n; i++)
    {
      g_autofree char *number = g_strdup_printf ("%d", i);
      g_autofree char *text = g_strconcat (format, " ", number, NULL);

      hw_store_append (self->store,
                       hw_log_entry_new (log, HW_ENTRY_MESSAGE, HW_LEFT_NONE, from, text, NULL,
                                         NULL, NULL),
                       NULL, NULL);
    }
  store_fixture_say (self, log, from, format, NULL);
}

typedef struct
{
  gboolean done;
  gint64 log;
} Created;

static void
on_created (const HwLogInfo *info,
            HwLogEntry *created,
            HwLogEntry *joined,
            const GError *error,
            gpointer user_data)
{
  Created *result = user_data;

  result->done = TRUE;
  result->log = error ? -1 - error->code : info->id;
}

gint64
store_fixture_create (StoreFixture *self, const char *room, const char *creator)
{
  Created created = { 0 };

  hw_store_create_log (self->store, room, "", NULL, creator, on_created, &created);
  store_fixture_wait (self, &created.done);
  return created.log;
}

typedef struct
{
  gboolean done;
  HwLogPage *page;
  int code;
} ReadResult;

static void
on_read (HwLogPage *page, const GError *error, gpointer user_data)
{
  ReadResult *result = user_data;

  result->done = TRUE;
  result->code = error ? error->code : -1;
  if (!page)
    return;
  result->page = g_memdup2 (page, sizeof *page);
  g_ptr_array_ref (page->entries);
}

HwLogPage *
store_fixture_read (StoreFixture *self, const HwLogQuery *query)
{
  ReadResult result = { 0 };

  hw_store_read (self->store, query, on_read, &result);
  store_fixture_wait (self, &result.done);
  g_assert_cmpint (result.code, ==, -1);
  return result.page;
}

int
store_fixture_read_error (StoreFixture *self, const HwLogQuery *query)
{
  ReadResult result = { 0 };

  hw_store_read (self->store, query, on_read, &result);
  store_fixture_wait (self, &result.done);
  g_assert_null (result.page);
  return result.code;
}

void
store_page_free (HwLogPage *page)
{
  g_ptr_array_unref (page->entries);
  g_free (page);
}

typedef struct
{
  gboolean done;
  GPtrArray *logs;
} Listed;

static void
on_listed (GPtrArray *logs, gboolean more, const GError *error, gpointer user_data)
{
  Listed *listed = user_data;

  g_assert_no_error (error);
  g_assert_false (more);
  listed->done = TRUE;
  listed->logs = g_ptr_array_ref (logs);
}

GPtrArray *
store_fixture_list (StoreFixture *self)
{
  Listed listed = { 0 };

  hw_store_list_logs (self->store, 0, 1000, on_listed, &listed);
  store_fixture_wait (self, &listed.done);
  return listed.logs;
}

void
store_fixture_wait_for_index (StoreFixture *self)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  gint64 last = store_fixture_query (self, "hallway.db", "SELECT max (id) FROM entries");

  while (store_fixture_query (self, "index.db", "SELECT indexed FROM state") < last)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (5000);
    }
}
