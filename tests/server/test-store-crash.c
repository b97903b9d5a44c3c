/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is left when the server is killed, or the disk fails: never less than was acknowledged,
 * never more than once, never with holes. */

#include "store-fixture.h"

#include "fault-vfs.h"
#include "protocol/error.h"
#include "server/store-schema.h"
#include "server/store-tools.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 12
#define LOGS   3

/* One acknowledged entry, as the child tells its parent. */
typedef struct
{
  gint64 log;
  guint64 seq;
  char key[32];
} Ack;

static void
on_child_appended (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  Ack ack = { .log = entry->log, .seq = entry->seq };

  if (error)
    _exit (1);
  g_strlcpy (ack.key, entry->key, sizeof ack.key);
  if (write (GPOINTER_TO_INT (user_data), &ack, sizeof ack) != sizeof ack)
    _exit (1);
}

/* Appends for ever, some tens at a time. */
G_NORETURN static void
run_child (const char *directory, int pipe_fd, int round, const gint64 *logs)
{
  HwStore *store = hw_store_open (directory, NULL);

  if (!store)
    _exit (1);
  for (int i = 0;; i++)
    {
      char key[32];
      struct pollfd ready = { .fd = hw_store_get_fd (store), .events = POLLIN };

      g_snprintf (key, sizeof key, "%d-%d", round, i);
      hw_store_append (store,
                       hw_log_entry_new (logs[i % LOGS], HW_ENTRY_MESSAGE, HW_LEFT_NONE, "Ana",
                                         "some text", NULL, NULL, key),
                       on_child_appended, GINT_TO_POINTER (pipe_fd));
      if (i % 50 == 49)
        {
          poll (&ready, 1, -1);
          hw_store_dispatch (store);
        }
    }
}

/* Kills a child that appends after it has acknowledged some; adds what it acknowledged to @acks. */
static void
kill_one (StoreFixture *self, int round, const gint64 *logs, GArray *acks)
{
  int pipes[2], status;
  /* Sometimes so many that keys go to disk as a run. */
  guint target = acks->len + (round % 6 == 5 ? 12000 : 100 + 37 * round);
  pid_t child;
  Ack ack;

  g_assert_cmpint (pipe (pipes), ==, 0);
  child = fork ();
  if (child == 0)
    {
      close (pipes[0]);
      run_child (self->directory, pipes[1], round, logs);
    }
  close (pipes[1]);
  while (acks->len < target && read (pipes[0], &ack, sizeof ack) == sizeof ack)
    g_array_append_val (acks, ack);
  g_assert_cmpuint (acks->len, ==, target);
  kill (child, SIGKILL);
  while (read (pipes[0], &ack, sizeof ack) == sizeof ack)
    g_array_append_val (acks, ack);
  close (pipes[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
}

/* Reads all logs: dense, every key once, every acknowledged entry at its number. */
static void
check_logs (StoreFixture *self, const gint64 *logs, GArray *acks)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (int i = 0; i < LOGS; i++)
    {
      guint64 position = 0;
      gint64 at = 0;
      gboolean more = TRUE;

      while (more)
        {
          HwLogQuery query
              = { .log = logs[i], .from = HW_PAGE_AFTER, .position = position, .limit = 1000 };
          g_autoptr (HwLogPage) page = store_fixture_read (self, &query);

          for (guint j = 0; j < page->entries->len; j++)
            {
              HwLogEntry *entry = g_ptr_array_index (page->entries, j);

              g_assert_cmpuint (entry->seq, ==, ++position);
              g_assert_cmpint (entry->at, >=, at);
              at = entry->at;
              if (*entry->key)
                g_assert_true (
                    g_hash_table_insert (keys, g_strdup (entry->key),
                                         g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT,
                                                          entry->log, entry->seq)));
            }
          more = page->more;
        }
    }
  for (guint i = 0; i < acks->len; i++)
    {
      Ack *ack = &g_array_index (acks, Ack, i);
      g_autofree char *place
          = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT, ack->log, ack->seq);

      g_assert_cmpstr (g_hash_table_lookup (keys, ack->key), ==, place);
    }
}

/* The index went on where it was, each time: it knows every message once. */
static void
check_index (StoreFixture *self, const gint64 *logs)
{
  store_fixture_wait_for_index (self);
  for (int i = 0; i < LOGS; i++)
    {
      HwLogQuery found = { .log = logs[i], .limit = 1, .find = "some text", .want_total = TRUE };
      HwLogQuery kind
          = { .log = logs[i], .limit = 1, .kinds = 1 << HW_ENTRY_MESSAGE, .want_total = TRUE };
      g_autoptr (HwLogPage) by_words = store_fixture_read (self, &found);
      g_autoptr (HwLogPage) by_kind = store_fixture_read (self, &kind);

      /* Beside messages there are "created", "joined" and one "lost". */
      g_assert_cmpuint (by_kind->total, ==, by_kind->last - 3);
      g_assert_cmpuint (by_words->total, ==, by_words->last - 3);
    }
}

static void
test_killed (StoreFixture *self, gconstpointer unused)
{
  g_autoptr (GArray) acks = g_array_new (FALSE, FALSE, sizeof (Ack));
  gint64 logs[LOGS];

  for (int i = 0; i < LOGS; i++)
    {
      g_autofree char *room = g_strdup_printf ("Room %d", i);

      logs[i] = store_fixture_create (self, room, "Ana");
    }
  self->now = g_get_real_time () / 1000;
  for (int round = 0; round < ROUNDS; round++)
    {
      Ack *last;
      Appended again;

      store_fixture_close (self);
      kill_one (self, round, logs, acks);
      store_fixture_open (self);
      check_logs (self, logs, acks);

      /* Who did not hear of it asks again. */
      last = &g_array_index (acks, Ack, acks->len - 1);
      again = store_fixture_say (self, last->log, "ana", "some text", last->key);
      g_assert_true (again.duplicate);
      g_assert_cmpuint (again.seq, ==, last->seq);
    }
  check_index (self, logs);
}

static void
count_error (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  if (error)
    g_assert_cmpint (error->code, ==, HW_ERROR_STORAGE);
  else
    ++*(int *) user_data;
}

/* Appends while writes fail at the nth call, for every n, then lets the disk work again. */
static void
test_faults (StoreFixture *self, gconstpointer data)
{
  FaultKind kind = GPOINTER_TO_INT (data);
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  int n_kept = 0;
  HwLogQuery query = { .log = log, .limit = 1000 };
  g_autoptr (HwLogPage) page = NULL;

  for (int round = 0; round < 40; round++)
    {
      Appended appended;
      g_autofree char *key = g_strdup_printf ("key %d", round);

      fault_vfs_arm (kind, round % 20);
      for (int i = 0; i < 20; i++)
        hw_store_append (self->store,
                         hw_log_entry_new (log, HW_ENTRY_MESSAGE, HW_LEFT_NONE, "Ana", "text", NULL,
                                           NULL, NULL),
                         count_error, &n_kept);
      appended = store_fixture_say (self, log, "Ana", "text", key);
      if (appended.code == -1)
        n_kept++;
      else
        g_assert_cmpint (appended.code, ==, HW_ERROR_STORAGE);

      /* Reading goes on. */
      g_clear_pointer (&page, store_page_free);
      page = store_fixture_read (self, &query);
      g_assert_cmpuint (page->last, ==, 2 + n_kept);

      /* It works again by itself, and a failed key was not used. */
      fault_vfs_disarm ();
      if (appended.code == -1)
        continue;
      appended = store_fixture_say (self, log, "Ana", "text", key);
      g_assert_cmpint (appended.code, ==, -1);
      g_assert_false (appended.duplicate);
      n_kept++;
      g_assert_cmpuint (appended.seq, ==, 2 + n_kept);
    }
  g_assert_cmpint (fault_vfs_get_count (), >, 0);
  store_fixture_reopen (self);
  g_clear_pointer (&page, store_page_free);
  page = store_fixture_read (self, &query);
  g_assert_cmpuint (page->last, ==, 2 + n_kept + 1); /* Ana was lost */
  for (guint i = 0; i < page->entries->len; i++)
    g_assert_cmpuint (((HwLogEntry *) g_ptr_array_index (page->entries, i))->seq, ==,
                      page->last - page->entries->len + 1 + i);
}

static void
ignore_line (const char *line, gpointer user_data)
{
  g_test_message ("%s", line);
}

static void
test_sound_after_faults (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_faults (self, data);
  store_fixture_close (self);
  g_assert_true (hw_store_check (self->directory, ignore_line, NULL, &error));
  g_assert_no_error (error);
}

/* A room of bytes, not a fault of a call: what fits is kept, and there is room again. */
static void
test_full (StoreFixture *self, gconstpointer data)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  g_autofree char *text = g_strnfill (8000, 'x');
  int n_kept = 0;
  Appended appended = { 0 };

  fault_vfs_set_space (4 * 1024 * 1024);
  for (int i = 0; i < 2000 && appended.code == (i ? -1 : 0); i++)
    {
      appended = store_fixture_say (self, log, "Ana", text, NULL);
      n_kept += appended.code == -1;
    }
  g_assert_cmpint (appended.code, ==, HW_ERROR_STORAGE);
  g_assert_cmpint (n_kept, >, 100);
  fault_vfs_set_space (-1);
  appended = store_fixture_say (self, log, "Ana", text, NULL);
  g_assert_cmpint (appended.code, ==, -1);
  g_assert_cmpuint (appended.seq, ==, 2 + n_kept + 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();
  /* That nothing is saved is said, and no failure. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);

#define ADD(path, data, test) \
  g_test_add (path, StoreFixture, data, store_fixture_set_up, test, store_fixture_tear_down)

  ADD ("/crash/killed", NULL, test_killed);
  ADD ("/crash/write-fails", GINT_TO_POINTER (FAULT_WRITE), test_sound_after_faults);
  ADD ("/crash/sync-fails", GINT_TO_POINTER (FAULT_SYNC), test_sound_after_faults);
  ADD ("/crash/no-space", GINT_TO_POINTER (FAULT_FULL), test_sound_after_faults);
  ADD ("/crash/full", NULL, test_full);

  return g_test_run ();
}
