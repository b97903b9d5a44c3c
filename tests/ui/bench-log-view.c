/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the log view costs, with a million entries whose pages come 3 ms after they are asked for:
 *
 *     tests/ui/gui-env build/tests/ui/bench-log-view [show]
 *
 * With "show" it ends when the log is shown, which is then worth being run more than once.
 * There is no vertical synchronisation under Xvfb, so frames are judged by the work in them. */

#include "talk.h"

#include "ui/log-view.h"

#include <handy.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define ENTRIES 1000000
#define DELAY   3 /* milliseconds */

typedef struct
{
  GtkWidget *window;
  HwLogView *view;
  HwHistory *history;
  GtkAdjustment *adjustment;
  GArray *frames; /* of double: milliseconds of work in each */
  gint64 frame_start;
  guint n_frames;
  double step; /* pixels to scroll by in each frame */
  guint64 next;
} Bench;

static double
cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_THREAD, &usage);
  return (double) usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6
         + (double) usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
}

static double
wall (void)
{
  return g_get_monotonic_time () / 1e6;
}

/* Private dirty memory in MiB. */
static double
memory (void)
{
  g_autofree char *rollup = NULL;
  char *line;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &rollup, NULL, NULL))
    return 0;
  line = strstr (rollup, "Private_Dirty:");
  return line != NULL ? g_ascii_strtod (line + strlen ("Private_Dirty:"), NULL) / 1024 : 0;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
report_frames (Bench *bench, const char *what)
{
  GArray *frames = bench->frames;
  guint slow = 0;

  if (frames->len == 0)
    return;
  qsort (frames->data, frames->len, sizeof (double), compare);
  for (guint i = 0; i < frames->len; i++)
    slow += g_array_index (frames, double, i) > 16;
  printf ("%-34s %5u frames: median %.2f, p99 %.2f, worst %.1f ms; over 16 ms: %u\n", what,
          frames->len, g_array_index (frames, double, frames->len / 2),
          g_array_index (frames, double, frames->len * 99 / 100),
          g_array_index (frames, double, frames->len - 1), slow);
}

static void
on_update (GdkFrameClock *clock, Bench *bench)
{
  if (bench->step != 0)
    gtk_adjustment_set_value (bench->adjustment,
                              gtk_adjustment_get_value (bench->adjustment) + bench->step);
}

static void
on_before_paint (GdkFrameClock *clock, Bench *bench)
{
  bench->frame_start = g_get_monotonic_time ();
}

static void
on_after_paint (GdkFrameClock *clock, Bench *bench)
{
  double spent = (double) (g_get_monotonic_time () - bench->frame_start) / 1000;

  g_array_append_val (bench->frames, spent);
  bench->n_frames++;
}

static gboolean
is_right (Bench *bench)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (bench->view));
  int page = gtk_widget_get_allocated_height (GTK_WIDGET (bench->view));

  for (GList *link = rows; link != NULL; link = link->next)
    {
      GtkAllocation place;

      gtk_widget_get_allocation (link->data, &place);
      if (place.y + place.height > 0 && place.y < page
          && g_str_equal (atk_object_get_name (gtk_widget_get_accessible (link->data)), "Loading…"))
        return FALSE;
    }
  return rows != NULL;
}

static void
run_frames (Bench *bench, guint n)
{
  guint end = bench->n_frames + n;

  gdk_frame_clock_begin_updating (gtk_widget_get_frame_clock (bench->window));
  while (bench->n_frames < end)
    g_main_context_iteration (NULL, TRUE);
  gdk_frame_clock_end_updating (gtk_widget_get_frame_clock (bench->window));
}

static void
run_until_right (Bench *bench)
{
  guint seen = bench->n_frames;

  while (bench->n_frames == seen || !is_right (bench))
    g_main_context_iteration (NULL, TRUE);
}

static void
set_value (Bench *bench, double share)
{
  double lower = gtk_adjustment_get_lower (bench->adjustment);
  double room = gtk_adjustment_get_upper (bench->adjustment) - lower
                - gtk_adjustment_get_page_size (bench->adjustment);

  gtk_adjustment_set_value (bench->adjustment, lower + room * share);
}

static void
measure_jumps (Bench *bench)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  GRand *chance = g_rand_new_with_seed (7);
  double spent = cpu ();

  for (guint i = 0; i < 60; i++)
    {
      double start, took;

      /* A hand rests between two jumps; the history sends what is asked for after a pause at once.
       */
      g_usleep ((HW_HISTORY_REST + 20) * 1000);
      start = wall ();

      set_value (bench, i == 0 ? 0.5 : g_rand_double (chance));
      run_until_right (bench);
      took = (wall () - start) * 1000;
      g_array_append_val (times, took);
    }
  spent = cpu () - spent;
  printf ("jump to the middle: %.0f ms", g_array_index (times, double, 0));
  qsort (times->data, times->len, sizeof (double), compare);
  printf ("; random jumps: median %.0f, worst %.0f ms, %.1f ms CPU each\n",
          g_array_index (times, double, 30), g_array_index (times, double, 59), spent * 1000 / 60);
  g_rand_free (chance);
}

static void
measure_scrolling (Bench *bench, double step, const char *what)
{
  double spent;

  set_value (bench, 0.3);
  run_until_right (bench);
  run_frames (bench, 20);
  g_array_set_size (bench->frames, 0);
  spent = cpu ();
  bench->step = step;
  run_frames (bench, 2000);
  bench->step = 0;
  spent = cpu () - spent;
  report_frames (bench, what);
  printf ("%-34s %.2f ms CPU a frame\n", "", spent / 2);
}

static void
append (Bench *bench)
{
  g_autoptr (HwEntry) entry = talk_generate (bench->next++);

  hw_history_append (bench->history, entry);
}

static gboolean
on_append (gpointer data)
{
  Bench *bench = data;

  for (guint i = 0; i < 5; i++)
    append (bench);
  return G_SOURCE_CONTINUE;
}

static void
measure_appending (Bench *bench, const char *what)
{
  double spent, start;
  guint source;

  run_frames (bench, 20);
  g_array_set_size (bench->frames, 0);
  source = g_timeout_add (10, on_append, bench);
  start = wall ();
  spent = cpu ();
  while (wall () - start < 10)
    g_main_context_iteration (NULL, TRUE);
  spent = cpu () - spent;
  g_source_remove (source);
  report_frames (bench, what);
  printf ("%-34s %.0f %% of a core\n", "", spent * 10);
}

int
main (int argc, char **argv)
{
  Bench bench = { .next = ENTRIES + 1 };
  GtkWidget *scroller;
  double start, spent, empty;

  gtk_init (&argc, &argv);
  hdy_init ();
  talk_load_style ();
  bench.frames = g_array_new (FALSE, FALSE, sizeof (double));
  bench.window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (bench.window), 700, 800);
  scroller = gtk_scrolled_window_new (NULL, NULL);
  bench.view = HW_LOG_VIEW (hw_log_view_new (HW_LOG_VIEW_CHAT));
  hw_log_view_set_own_name (bench.view, "Ana");
  gtk_container_add (GTK_CONTAINER (scroller), GTK_WIDGET (bench.view));
  gtk_container_add (GTK_CONTAINER (bench.window), scroller);
  gtk_widget_show_all (bench.window);
  bench.adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  g_signal_connect (gtk_widget_get_frame_clock (bench.window), "update", G_CALLBACK (on_update),
                    &bench);
  g_signal_connect (gtk_widget_get_frame_clock (bench.window), "before-paint",
                    G_CALLBACK (on_before_paint), &bench);
  g_signal_connect (gtk_widget_get_frame_clock (bench.window), "after-paint",
                    G_CALLBACK (on_after_paint), &bench);
  run_frames (&bench, 10);
  empty = memory ();

  bench.history = talk_history (ENTRIES, DELAY);
  start = wall ();
  spent = cpu ();
  hw_log_view_set_history (bench.view, bench.history);
  run_until_right (&bench);
  printf ("show %d entries: %.0f ms, %.0f ms CPU\n", ENTRIES, (wall () - start) * 1000,
          (cpu () - spent) * 1000);
  printf ("private dirty memory: empty %.1f MiB, shown +%.1f\n", empty, memory () - empty);
  if (argc > 1)
    return 0;
  measure_jumps (&bench);
  printf ("private dirty memory after the jumps: +%.1f MiB\n", memory () - empty);
  measure_scrolling (&bench, 60, "scroll down 60 px a frame");
  measure_scrolling (&bench, -60, "scroll up 60 px a frame");
  set_value (&bench, 0.1);
  run_until_right (&bench);
  g_array_set_size (bench.frames, 0);
  spent = cpu ();
  bench.step = 150000;
  run_frames (&bench, 100);
  bench.step = 0;
  spent = cpu () - spent;
  report_frames (&bench, "thumb dragged, a jump a frame");
  printf ("%-34s %.2f ms CPU a frame\n", "", spent * 10);
  printf ("private dirty memory after the scrolling: +%.1f MiB\n", memory () - empty);
  hw_log_view_scroll_to_end (bench.view);
  run_until_right (&bench);
  measure_appending (&bench, "500 appended a second, at the end");
  set_value (&bench, 0.5);
  run_until_right (&bench);
  measure_appending (&bench, "500 a second, reading the middle");
  hw_log_view_scroll_to_end (bench.view);
  run_until_right (&bench);
  run_frames (&bench, 5);
  {
    g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
    guint seen;

    for (guint i = 0; i < 100000; i++)
      g_ptr_array_add (entries, talk_generate (bench.next++));
    printf ("private dirty memory with 100,000 entries made: +%.1f MiB\n", memory () - empty);
    seen = bench.n_frames;
    start = wall ();
    spent = cpu ();
    for (guint i = 0; i < entries->len; i++)
      hw_history_append (bench.history, entries->pdata[i]);
    printf ("100,000 appended at once: handled in %.0f ms", (wall () - start) * 1000);
    while (bench.n_frames < seen + 1)
      g_main_context_iteration (NULL, TRUE);
    printf (", painted %.0f ms after\n", (wall () - start) * 1000);
  }
  printf ("private dirty memory at the end: +%.1f MiB\n", memory () - empty);
  return 0;
}
