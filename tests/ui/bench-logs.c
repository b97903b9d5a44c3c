/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What looking into long logs costs whoever looks, in the real window, against a real server:
 *
 *     tests/ui/gui-env build/tests/ui/bench-logs ADDRESS PASSWORD ROOM
 *
 * tests/bench/logs.sh, which ./dev bench logs runs, makes the place and starts the server. Times
 * are from the wish until the rows are painted; a median is that of what was done many times. */

#include "ui-test.h"

#include "ui/log-export.h"
#include "ui/log-list.h"
#include "ui/log-search.h"
#include "ui/log-window.h"

#include <glib/gstdio.h>
#include <handy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define JUMPS    40
#define EXPORTED 1000000

/* Seconds after which something is taken for broken. */
#define PATIENCE 300

static double
now (void)
{
  return g_get_monotonic_time () / 1e3;
}

#define WAIT_UNTIL(condition)                              \
  G_STMT_START                                             \
  {                                                        \
    double waiting = now ();                               \
    while (!(condition))                                   \
      {                                                    \
        if (now () - waiting > PATIENCE * 1e3)             \
          g_error ("waited too long for: %s", #condition); \
        g_main_context_iteration (NULL, TRUE);             \
      }                                                    \
  }                                                        \
  G_STMT_END

/* Milliseconds of processor time that this program has taken: what a busy machine does not change.
 */
static double
cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

/* A figure of /proc/self/status, in MiB. */
static double
memory (const char *figure)
{
  g_autofree char *status = NULL;
  char *line;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  line = status != NULL ? strstr (status, figure) : NULL;
  return line != NULL ? g_ascii_strtod (line + strlen (figure), NULL) / 1024 : 0;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
report (const char *what, double *times, guint n, double bound)
{
  qsort (times, n, sizeof *times, compare);
  printf ("| %-46s | %7.0f | %7.0f | %6.0f |\n", what, times[n / 2], times[n - 1], bound);
  fflush (stdout);
}

/* Whether @seq is among the rows that are painted, or any row if it is 0, and none is a gap. */
static gboolean
is_painted (HwLogView *view, guint64 seq)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (view));
  HwHistory *history = hw_log_view_get_history (view);
  guint64 top = hw_log_view_get_top_seq (view), bottom = hw_log_view_get_bottom_seq (view);

  if (history == NULL || rows == NULL || bottom == 0 || seq > bottom || (seq > 0 && seq < top))
    return FALSE;
  return hw_history_peek (history, hw_history_find (history, seq > 0 ? seq : bottom)) != NULL;
}

static HwLogListRow *
find_log (GtkWidget *window, const char *room)
{
  GtkWidget *list = ui_test_find (window, GTK_TYPE_LIST_BOX, "Logs");
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (list));

  for (GList *link = rows; link != NULL; link = link->next)
    if (g_strcmp0 (hw_log_get_room (hw_log_list_row_get_log (link->data)), room) == 0)
      return link->data;
  return NULL;
}

static void
bench_jumps (HwLogView *view, GRand *random, guint64 last)
{
  double times[JUMPS];

  for (guint i = 0; i < JUMPS; i++)
    {
      guint64 seq = 1 + (guint64) (g_rand_double (random) * (double) (last - 1));
      double begun = now ();

      hw_log_view_scroll_to_seq (view, seq);
      WAIT_UNTIL (is_painted (view, seq));
      times[i] = now () - begun;
    }
  report ("a jump to anywhere", times, JUMPS, 100);
}

static void
bench_search (HwPlace *place, gint64 log)
{
  static const char *const words[] = { "quetzal",
                                       "resistor",
                                       "kettle tea",
                                       "\"the second\"",
                                       "volt*",
                                       "Fenster",
                                       "החלון",
                                       "ключ",
                                       "drawer scope",
                                       "projector printer",
                                       "notebook now",
                                       "Versuch heute",
                                       "yesterday kettle",
                                       "experiment 3",
                                       "twice" };
  double times[G_N_ELEMENTS (words)];

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (HwLogSearch) search = hw_log_search_new_for_log (place, log);
      double begun = now ();

      hw_log_search_start (search, words[i]);
      WAIT_UNTIL (!hw_log_search_get_busy (search));
      times[i] = now () - begun;
    }
  report ("a search by words", times, G_N_ELEMENTS (words), 300);
}

static void
bench_filter (HwLogWindow *window, HwLogView *view)
{
  HwLogFilterBar *bar
      = HW_LOG_FILTER_BAR (ui_test_find (GTK_WIDGET (window), HW_TYPE_LOG_FILTER_BAR, NULL));
  static const char *const names[] = { "Ana", "Ben", "Dora", "Paul", "Zed" };
  double times[G_N_ELEMENTS (names)];

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HwLogFilter) filter = hw_log_filter_new ();
      double begun = now ();

      filter->from = g_strdup (names[i]);
      hw_log_filter_bar_set_filter (bar, filter);
      g_signal_emit_by_name (bar, "changed");
      WAIT_UNTIL (hw_history_is_picked (hw_log_view_get_history (view)) && is_painted (view, 0));
      times[i] = now () - begun;
    }
  report ("what one person said", times, G_N_ELEMENTS (names), 300);
  {
    g_autoptr (HwLogFilter) filter = hw_log_filter_new ();

    hw_log_filter_bar_set_filter (bar, filter);
    g_signal_emit_by_name (bar, "changed");
    WAIT_UNTIL (is_painted (view, 0));
  }
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer done)
{
  g_autoptr (GError) error = NULL;

  hw_log_export_finish (result, &error);
  g_assert_no_error (error);
  *(gboolean *) done = TRUE;
}

static void
bench_export (HwPlace *place, HwLog *log, HwLogFormatKind kind, const char *what)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "hallway-bench-export", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (HwLogFilter) filter = hw_log_filter_new ();
  gboolean done = FALSE;
  double begun = now ();
  double before = memory ("VmRSS:");
  double worked = cpu ();
  double time;

  hw_log_export_async (hw_log_stream_new (place, hw_log_get_id (log), filter, 1, EXPORTED),
                       hw_log_format_new (kind, "room", "place", NULL), file, NULL, NULL, NULL,
                       on_exported, &done);
  WAIT_UNTIL (done);
  time = now () - begun;
  report (what, &time, 1, 20000);
  printf ("| %-46s | %7.0f | %7s | %6s |\n", "  processor time of it", cpu () - worked, "", "");
  printf ("| %-46s | %7.1f | %7.1f | %6s |\n", "  memory before and after it, MiB", before,
          memory ("VmRSS:"), "");
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GError) error = NULL;
  g_autoptr (HwKnownPlaces) known = NULL;
  g_autoptr (HwPlace) place = NULL;
  g_autoptr (GtkApplication) app = NULL;
  GtkWidget *window;
  HwLogView *view;
  HwLogListRow *row;
  double begun, time, worked;

  if (argc != 4)
    {
      fprintf (stderr, "Usage: %s ADDRESS PASSWORD ROOM\n", argv[0]);
      return EXIT_FAILURE;
    }
  gtk_init (&argc, &argv);
  hdy_init ();
  app = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (app), NULL, NULL);
  known = hw_known_places_new ("/nonexistent");
  place = hw_place_new (argv[1], known, &error);
  g_assert_no_error (error);
  hw_place_connect (place, "Bench", NULL);
  WAIT_UNTIL (hw_place_get_state (place) == HW_PLACE_ONLINE);
  hw_place_admin_async (place, argv[2], NULL, NULL, NULL);
  WAIT_UNTIL (hw_place_get_admin (place));

  printf ("| %-46s | %7s | %7s | %6s |\n", "milliseconds", "median", "worst", "aim");
  printf ("| --- | ---: | ---: | ---: |\n");
  begun = now ();
  worked = cpu ();
  window = hw_log_window_new (app, place);
  gtk_window_present (GTK_WINDOW (window));
  view = HW_LOG_VIEW (ui_test_find (window, HW_TYPE_LOG_VIEW, NULL));
  WAIT_UNTIL (is_painted (view, 0));
  time = now () - begun;
  report ("the window opens, until its first content", &time, 1, 300);
  printf ("| %-46s | %7.0f | %7s | %6s |\n", "  processor time of it", cpu () - worked, "", "");

  WAIT_UNTIL ((row = find_log (window, argv[3])) != NULL);
  /* From another one. */
  gtk_list_box_select_row (
      GTK_LIST_BOX (gtk_widget_get_parent (GTK_WIDGET (row))),
      gtk_list_box_get_row_at_index (GTK_LIST_BOX (gtk_widget_get_parent (GTK_WIDGET (row))), 0));
  WAIT_UNTIL (is_painted (view, 0));
  begun = now ();
  gtk_list_box_select_row (GTK_LIST_BOX (gtk_widget_get_parent (GTK_WIDGET (row))),
                           GTK_LIST_BOX_ROW (row));
  WAIT_UNTIL (hw_log_view_get_history (view) == hw_log_get_history (hw_log_list_row_get_log (row))
              && is_painted (view, 0));
  time = now () - begun;
  report ("another log", &time, 1, 300);

  bench_jumps (view, random, hw_log_list_row_get_n_entries (row));
  bench_search (place, hw_log_get_id (hw_log_list_row_get_log (row)));
  bench_filter (HW_LOG_WINDOW (window), view);
  printf ("| %-46s | %7.1f | %7s | %6d |\n", "memory after that, MiB", memory ("VmRSS:"), "", 150);
  bench_export (place, hw_log_list_row_get_log (row), HW_LOG_FORMAT_HTML,
                "a million entries as a web page");
  bench_export (place, hw_log_list_row_get_log (row), HW_LOG_FORMAT_JSON,
                "a million entries as JSON lines");
  printf ("| %-46s | %7.1f | %7s | %6d |\n", "memory at most, MiB", memory ("VmHWM:"), "", 150);
  return EXIT_SUCCESS;
}
