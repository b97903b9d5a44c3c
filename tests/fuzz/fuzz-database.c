/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Damaged files in the data directory: the store either refuses them with a line for a person, or
 * opens and then answers; it never crashes, and never hangs.
 *
 * An input is a list of damages to a small place that was written once: a byte for the file, three
 * for where, one for how many bytes, and those bytes; 0 bytes cut the file off there. */

#include "fuzz.h"

#include "scratch.h"
#include "server/store-private.h"
#include "server/store-tools.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N_FILES 4

static const char *const files[N_FILES]
    = { "hallway.db", "hallway.db-wal", "index.db", "index.db-wal" };

static char *directory;
static GBytes *contents[N_FILES];

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR))
    return g_log_writer_default (level | G_LOG_FLAG_FATAL, fields, n_fields, user_data);
  return G_LOG_WRITER_HANDLED;
}

static char *
get_path (const char *name)
{
  return g_build_filename (directory, name, NULL);
}

static void
clean_up (void)
{
  fuzz_scratch_empty (directory);
  g_rmdir (directory);
  g_free (directory);
  for (int i = 0; i < N_FILES; i++)
    g_clear_pointer (&contents[i], g_bytes_unref);
}

/* Waits for @n more answers, counted by count(). */
static void
wait_for (HwStore *store, const int *n, int due)
{
  gint64 end = g_get_monotonic_time () + 15 * G_USEC_PER_SEC;

  while (*n < due)
    {
      struct pollfd ready = { .fd = hw_store_get_fd (store), .events = POLLIN };

      poll (&ready, 1, 100);
      hw_store_dispatch (store);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
}

static void
on_created (const HwLogInfo *info,
            HwLogEntry *created,
            HwLogEntry *joined,
            const GError *error,
            gpointer user_data)
{
  (*(int *) user_data)++;
}

static void
on_appended (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  (*(int *) user_data)++;
}

static void
on_read (HwLogPage *page, const GError *error, gpointer user_data)
{
  g_assert_true ((page != NULL) != (error != NULL));
  for (guint i = 0; page && i < page->entries->len; i++)
    {
      HwLogEntry *entry = page->entries->pdata[i];

      /* What goes onto the wire has to be text */
      g_assert_true (g_utf8_validate (entry->from, -1, NULL));
      g_assert_true (g_utf8_validate (entry->text, -1, NULL));
    }
  (*(int *) user_data)++;
}

static void
on_listed (GPtrArray *logs, gboolean more, const GError *error, gpointer user_data)
{
  (*(int *) user_data)++;
}

static void
on_activity (const HwActivity *buckets, gsize n_buckets, const GError *error, gpointer user_data)
{
  (*(int *) user_data)++;
}

static void
append (HwStore *store, gint64 log, int *n)
{
  hw_store_append (store,
                   hw_log_entry_new (log, HW_ENTRY_MESSAGE, HW_LEFT_NONE, "Ana", "some words", "",
                                     "", "key"),
                   on_appended, n);
}

/* Uses all that a server uses. */
static void
use (HwStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) logs = hw_store_list_open_logs (store, &error);
  HwLogQuery newest = { .log = 1, .from = HW_PAGE_NEWEST, .limit = 50 };
  HwLogQuery found
      = { .log = 1, .from = HW_PAGE_NEWEST, .limit = 50, .find = "words", .want_total = TRUE };
  HwLogQuery by_author
      = { .log = 1, .from = HW_PAGE_AFTER, .limit = 20, .author = "Ben", .kinds = 1 << 4 };
  int n = 0;

  g_assert_true ((logs != NULL) != (error != NULL));
  hw_store_create_log (store, "another", "", NULL, "Ana", on_created, &n);
  append (store, 1, &n);
  hw_store_read (store, &newest, on_read, &n);
  hw_store_read (store, &found, on_read, &n);
  hw_store_read (store, &by_author, on_read, &n);
  hw_store_list_logs (store, 0, 100, on_listed, &n);
  hw_store_read_activity (store, 1, 0, G_MAXINT64 / 2, 3600000, on_activity, &n);
  wait_for (store, &n, 7);
}

/* The place that is damaged: copied while its WAL is full, as a crash leaves it. */
static void
set_up (void)
{
  static const HwStoreSettings settings = { .index_delay = 1000 };
  g_autoptr (GError) error = NULL;
  HwStore *store;
  int n = 0;

  g_log_set_writer_func (write_log, NULL, NULL);
  directory = fuzz_scratch_new ();
  atexit (clean_up);
  store = hw_store_open_full (directory, &settings, &error);
  g_assert_no_error (error);
  hw_store_create_log (store, "room", "topic", NULL, "Ben", on_created, &n);
  for (int i = 0; i < 40; i++)
    append (store, 1, &n);
  wait_for (store, &n, 41);
  g_usleep (500000); /* the index follows */
  for (int i = 0; i < N_FILES; i++)
    {
      g_autofree char *path = get_path (files[i]);
      char *bytes;
      gsize length;

      g_file_get_contents (path, &bytes, &length, &error);
      g_assert_no_error (error);
      contents[i] = g_bytes_new_take (bytes, length);
    }
  hw_store_close (store);
}

static void
damage (GByteArray *bytes, guint32 where, const uint8_t *with, gsize length)
{
  where %= bytes->len + 1;
  if (length == 0)
    {
      g_byte_array_set_size (bytes, where);
      return;
    }
  if (where + length > bytes->len)
    g_byte_array_set_size (bytes, where + length);
  memcpy (bytes->data + where, with, length);
}

static void
write_files (const uint8_t *data, size_t size)
{
  GByteArray *damaged[N_FILES];

  for (int i = 0; i < N_FILES; i++)
    {
      damaged[i] = g_byte_array_new ();
      g_byte_array_append (damaged[i], g_bytes_get_data (contents[i], NULL),
                           g_bytes_get_size (contents[i]));
    }
  while (size >= 5)
    {
      guint32 where = data[1] << 16 | data[2] << 8 | data[3];
      gsize length = MIN (data[4], size - 5);

      damage (damaged[data[0] % N_FILES], where, data + 5, length);
      data += 5 + length;
      size -= 5 + length;
    }
  for (int i = 0; i < N_FILES; i++)
    {
      g_autofree char *path = get_path (files[i]);
      g_autoptr (GError) error = NULL;

      g_file_set_contents_full (path, (const char *) damaged[i]->data, damaged[i]->len,
                                G_FILE_SET_CONTENTS_NONE, 0600, &error);
      g_assert_no_error (error);
      g_byte_array_unref (damaged[i]);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  HwStore *store;

  if (!directory)
    set_up ();
  fuzz_scratch_empty (directory);
  write_files (data, size);
  store = hw_store_open (directory, &error);
  if (store)
    {
      use (store);
      hw_store_close (store);
    }
  else
    {
      g_assert_nonnull (error);
      g_assert_null (strchr (error->message, '\n'));
    }
  return 0;
}
