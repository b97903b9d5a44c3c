/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the storage layer does a second and how long reading takes, without the network.
 *   bench-store append DIRECTORY    appends to rooms of ten in groups, durable
 *   bench-store index DIRECTORY     waits until the index has all that generate-place made
 *   bench-store read DIRECTORY      reads that log */

#include "server/store-schema.h"
#include "server/store.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static HwStore *store;
static guint n_done;
static HwLogPage page;

static void
wait_for (guint n)
{
  while (n_done < n)
    {
      struct pollfd ready = { .fd = hw_store_get_fd (store), .events = POLLIN };

      poll (&ready, 1, -1);
      hw_store_dispatch (store);
    }
}

static double
get_seconds (void)
{
  return g_get_monotonic_time () / 1e6;
}

/* --- Appending --- */

static gint64 new_log;

static void
on_created (const HwLogInfo *info,
            HwLogEntry *created,
            HwLogEntry *joined,
            const GError *error,
            gpointer user_data)
{
  new_log = info->id;
  n_done++;
}

static void
on_appended (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  if (error)
    g_error ("%s", error->message);
  n_done++;
}

/* Keeps @outstanding messages on their way, in @n_rooms rooms in turn. */
static void
append (gint64 *rooms, guint n_rooms, guint outstanding, guint n, gboolean keys)
{
  static guint key_number;
  double started = get_seconds ();
  guint sent = 0;
  HwStoreStats stats;
  double seconds;

  n_done = 0;
  while (n_done < n)
    {
      for (; sent < n && sent < n_done + outstanding; sent++)
        {
          char key[40] = "", from[16];

          if (keys)
            g_snprintf (key, sizeof key, "%08x%08x", g_random_int (), key_number++);
          g_snprintf (from, sizeof from, "Person %u", sent % (10 * n_rooms));
          hw_store_append (store,
                           hw_log_entry_new (rooms[sent % n_rooms], HW_ENTRY_MESSAGE, HW_LEFT_NONE,
                                             from,
                                             "A message of about a hundred bytes, which is what "
                                             "people write on the average when they are awake.",
                                             NULL, NULL, key),
                           on_appended, NULL);
        }
      wait_for (MIN (n, n_done + 1));
    }
  seconds = get_seconds () - started;
  hw_store_get_stats (store, &stats);
  printf ("%3u rooms, %5u outstanding, %s keys: %8.0f messages/s (commit p50 %.2f p99 %.2f ms)\n",
          n_rooms, outstanding, keys ? "with" : "  no", n / seconds, stats.commit_p50,
          stats.commit_p99);
}

static void
bench_append (void)
{
  gint64 rooms[100];
  static const guint outstanding[] = { 1, 64, 500, 1000, 6400 };

  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++)
    {
      g_autofree char *name = g_strdup_printf ("Room %u %u", i, g_random_int ());

      n_done = 0;
      hw_store_create_log (store, name, "", NULL, "Ana", on_created, NULL);
      wait_for (1);
      rooms[i] = new_log;
    }
  for (guint i = 0; i < G_N_ELEMENTS (outstanding); i++)
    for (int keys = 0; keys < 2; keys++)
      append (rooms, 100, outstanding[i], outstanding[i] == 1 ? 2000 : 300000, keys);
}

/* --- Indexing --- */

static gint64
get_indexed (const char *path)
{
  g_autoptr (HwDb) db = hw_db_open (path, HW_DB_READ_ONLY, NULL);
  gint64 indexed = 0;

  if (db)
    hw_db_get_int (db, &indexed, NULL, "SELECT indexed FROM state", "");
  return indexed;
}

static void
bench_index (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, HW_INDEX_FILE, NULL);
  double started = get_seconds ();
  gint64 first = get_indexed (path), indexed;
  HwStoreStats stats;

  hw_store_get_stats (store, &stats);
  while ((indexed = get_indexed (path)) < (gint64) stats.entries)
    g_usleep (G_USEC_PER_SEC / 10);
  printf ("indexed %" G_GINT64_FORMAT " entries, %.0f a second\n", indexed - first,
          (indexed - first) / (get_seconds () - started));
}

/* --- Reading --- */

static void
on_read (HwLogPage *read, const GError *error, gpointer user_data)
{
  if (error)
    g_error ("%s", error->message);
  page = *read;
  page.entries = NULL;
  n_done++;
}

static void
on_activity (const HwActivity *buckets, gsize n, const GError *error, gpointer user_data)
{
  if (error)
    g_error ("%s", error->message);
  page.total = n;
  n_done++;
}

static void
on_listed (GPtrArray *logs, gboolean more, const GError *error, gpointer user_data)
{
  HwLogInfo *info = g_ptr_array_index (logs, 0);

  page.total = info->n_messages;
  n_done++;
}

static void
print_time (const char *what, double started, int n)
{
  printf ("%-44s %9.3f ms  (%" G_GUINT64_FORMAT ")\n", what, (get_seconds () - started) * 1000 / n,
          page.total);
}

/* The first time apart, for nothing is in the caches then. */
static void
bench_query (const char *what, HwLogQuery query, int n)
{
  double started = get_seconds ();
  g_autofree char *first = g_strconcat (what, ", first", NULL);

  query.log = 1;
  query.limit = query.limit ? query.limit : 50;
  n_done = 0;
  hw_store_read (store, &query, on_read, NULL);
  wait_for (1);
  print_time (first, started, 1);
  started = get_seconds ();
  n_done = 0;
  for (int i = 0; i < n; i++)
    {
      if (query.from != HW_PAGE_NEWEST && query.position != 0)
        query.position += (query.from == HW_PAGE_AT ? 700 : 1) * 7919;
      hw_store_read (store, &query, on_read, NULL);
      wait_for (i + 1);
    }
  print_time (what, started, n);
}

static void
bench_activity (const char *what, gint64 since, gint64 until, gint64 bucket, int n)
{
  double started = get_seconds ();

  n_done = 0;
  for (int i = 0; i < n; i++)
    {
      hw_store_read_activity (store, 1, since, until, bucket, on_activity, NULL);
      wait_for (i + 1);
    }
  print_time (what, started, n);
}

static void
bench_read (void)
{
  const gint64 start = 1763625600000, hour = 3600000;
  double started;

  bench_query ("newest page", (HwLogQuery){ .from = HW_PAGE_NEWEST }, 100);
  bench_query ("page before", (HwLogQuery){ .from = HW_PAGE_BEFORE, .position = 5000000 }, 100);
  bench_query ("page at a time", (HwLogQuery){ .from = HW_PAGE_AT, .position = start + 9999 }, 100);
  bench_query ("page of 1,000",
               (HwLogQuery){ .from = HW_PAGE_AFTER, .position = 4000000, .limit = 1000 }, 10);
  bench_query ("rare word", (HwLogQuery){ .find = "quetzal" }, 100);
  bench_query ("rare word, total", (HwLogQuery){ .find = "quetzal", .want_total = TRUE }, 100);
  bench_query ("frequent word", (HwLogQuery){ .find = "ka" }, 20);
  bench_query ("frequent word, total", (HwLogQuery){ .find = "ka", .want_total = TRUE }, 1);
  bench_query ("two frequent words", (HwLogQuery){ .find = "ka lo" }, 20);
  bench_query ("phrase", (HwLogQuery){ .find = "\"ka lo ka\"" }, 20);
  bench_query ("prefix", (HwLogQuery){ .find = "quet*" }, 20);
  bench_query ("wide prefix", (HwLogQuery){ .find = "k*" }, 1);
  bench_query ("nothing", (HwLogQuery){ .find = "ka zzzzz" }, 20);
  bench_query ("busy author, total", (HwLogQuery){ .author = "person 1", .want_total = TRUE }, 20);
  bench_query ("quiet author, total", (HwLogQuery){ .author = "person 499", .want_total = TRUE },
               20);
  bench_query ("topics, total", (HwLogQuery){ .kinds = 1 << HW_ENTRY_TOPIC, .want_total = TRUE },
               20);
  bench_query ("messages, total",
               (HwLogQuery){ .kinds = 1 << HW_ENTRY_MESSAGE, .want_total = TRUE }, 20);
  bench_query ("messages before",
               (HwLogQuery){
                   .kinds = 1 << HW_ENTRY_MESSAGE, .from = HW_PAGE_BEFORE, .position = 5000000 },
               20);
  bench_activity ("activity by hour", start - start % hour, start + 1943 * hour, hour, 20);
  bench_activity ("activity by hour, not aligned", start + 7, start + 1943 * hour, hour, 3);
  bench_activity ("activity by day", start - start % hour, start + 1943 * hour, 24 * hour, 20);
  bench_activity ("activity by minute, a day", start + 500 * hour, start + 524 * hour, hour / 60,
                  20);
  started = get_seconds ();
  n_done = 0;
  hw_store_list_logs (store, 0, 100, on_listed, NULL);
  wait_for (1);
  print_time ("list of logs", started, 1);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  double started = get_seconds ();

  if (argc != 3)
    {
      fprintf (stderr, "Usage: %s append|index|read DIRECTORY\n", argv[0]);
      return EXIT_FAILURE;
    }
  store = hw_store_open (argv[2], &error);
  if (!store)
    {
      fprintf (stderr, "%s\n", error->message);
      return EXIT_FAILURE;
    }
  print_time ("start", started, 1);
  if (strcmp (argv[1], "append") == 0)
    bench_append ();
  else if (strcmp (argv[1], "index") == 0)
    bench_index (argv[2]);
  else
    bench_read ();
  started = get_seconds ();
  hw_store_close (store);
  print_time ("close", started, 1);
  return EXIT_SUCCESS;
}
