/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chart of the log window, by its keys and its pointer. */

#include "hallway-config.h"

#include "ui/activity-chart.h"

#include "ui-test.h"

#include <handy.h>

#define HOUR (G_GINT64_CONSTANT (3600) * 1000)
/* Midnight, 16 November 2026 UTC. */
#define SINCE G_GINT64_CONSTANT (1794787200000)

typedef struct
{
  GtkWidget *window;
  HwActivityChart *chart;
  gint64 picked;
  gint64 chosen_since, chosen_until;
  double factor;
  double shift;
} Fixture;

static void
on_chosen (Fixture *f, gint64 since, gint64 until)
{
  f->chosen_since = since;
  f->chosen_until = until;
}

static void
on_picked (Fixture *f, gint64 time)
{
  f->picked = time;
}

static void
on_moved (Fixture *f, double at, double factor, double shift)
{
  f->factor = factor;
  f->shift = shift;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const guint counts[24] = { [9] = 12, [10] = 118, [11] = 3 };

  f->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 600, 120);
  f->chart = HW_ACTIVITY_CHART (hw_activity_chart_new ());
  gtk_container_add (GTK_CONTAINER (f->window), GTK_WIDGET (f->chart));
  g_signal_connect_swapped (f->chart, "chosen", G_CALLBACK (on_chosen), f);
  g_signal_connect_swapped (f->chart, "picked", G_CALLBACK (on_picked), f);
  g_signal_connect_swapped (f->chart, "moved", G_CALLBACK (on_moved), f);
  gtk_widget_show_all (f->window);
  hw_activity_chart_set_time (f->chart, SINCE, SINCE + 24 * HOUR, HOUR);
  hw_activity_chart_set_counts (f->chart, counts, G_N_ELEMENTS (counts));
  ui_test_iterate ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_widget_destroy (f->window);
}

static void
assert_pointed (Fixture *f, guint hour, guint expected)
{
  gint64 time = 0;
  guint count = 0;

  g_assert_true (hw_activity_chart_get_pointed (f->chart, &time, &count));
  g_assert_cmpint (time, ==, SINCE + hour * HOUR);
  g_assert_cmpuint (count, ==, expected);
}

static void
press (Fixture *f, guint keyval)
{
  ui_test_press_key (GTK_WIDGET (f->chart), keyval, 0);
}

static void
test_keys (Fixture *f, gconstpointer data)
{
  gint64 time;
  guint count;

  g_assert_false (hw_activity_chart_get_pointed (f->chart, &time, &count));
  press (f, GDK_KEY_Home);
  for (guint i = 0; i < 10; i++)
    press (f, GDK_KEY_Right);
  assert_pointed (f, 10, 118);
  press (f, GDK_KEY_Left);
  assert_pointed (f, 9, 12);
  press (f, GDK_KEY_Return);
  g_assert_cmpint (f->picked, ==, SINCE + 9 * HOUR);

  /* Beyond the end lies a later time. */
  press (f, GDK_KEY_End);
  assert_pointed (f, 23, 0);
  press (f, GDK_KEY_Right);
  g_assert_cmpfloat (f->shift, >, 0);
  press (f, GDK_KEY_plus);
  g_assert_cmpfloat (f->factor, <, 1);
}

static GdkEvent *
make_event (Fixture *f, GdkEventType type, double hour, double *x)
{
  GtkWidget *widget = GTK_WIDGET (f->chart);
  GdkEvent *event = gdk_event_new (type);
  double along = hw_activity_chart_get_plot_width (f->chart) * hour / 24;
  int width = gtk_widget_get_allocated_width (widget);

  event->any.window = g_object_ref (gtk_widget_get_window (widget));
  event->any.send_event = TRUE;
  *x = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? width - along : along;
  gdk_event_set_device (event, gdk_seat_get_pointer (
                                   gdk_display_get_default_seat (gtk_widget_get_display (widget))));
  return event;
}

/* The button goes down or up where @hour (1 is a bar's length) is drawn. */
static void
button (Fixture *f, GdkEventType type, double hour)
{
  double x;
  g_autoptr (GdkEvent) event = make_event (f, type, hour, &x);

  event->button.button = GDK_BUTTON_PRIMARY;
  event->button.x = x;
  event->button.y = 50;
  gtk_widget_event (GTK_WIDGET (f->chart), event);
  ui_test_iterate ();
}

static void
move (Fixture *f, double hour)
{
  double x;
  g_autoptr (GdkEvent) event = make_event (f, GDK_MOTION_NOTIFY, hour, &x);

  event->motion.x = x;
  event->motion.y = 50;
  gtk_widget_event (GTK_WIDGET (f->chart), event);
  ui_test_iterate ();
}

/* Presses in the middle of the bar of @hour; the figures stand at the end. */
static void
press_bar (Fixture *f, guint hour)
{
  button (f, GDK_BUTTON_PRESS, hour + 0.5);
  button (f, GDK_BUTTON_RELEASE, hour + 0.5);
}

static void
test_pointer (Fixture *f, gconstpointer data)
{
  press_bar (f, 10);
  assert_pointed (f, 10, 118);
  g_assert_cmpint (f->picked, ==, SINCE + 10 * HOUR);
}

/* From wherever in a bar to wherever in another one: whole bars are chosen. */
static void
test_drag (Fixture *f, gconstpointer data)
{
  button (f, GDK_BUTTON_PRESS, 8.1);
  move (f, 10);
  move (f, 12.2);
  g_assert_cmpint (f->chosen_since, ==, 0);
  button (f, GDK_BUTTON_RELEASE, 12.2);
  g_assert_cmpint (f->chosen_since, ==, SINCE + 8 * HOUR);
  g_assert_cmpint (f->chosen_until, ==, SINCE + 12 * HOUR);
  g_assert_cmpint (f->picked, ==, 0);

  /* Its edge can be moved, over the other one too. */
  hw_activity_chart_set_chosen (f->chart, f->chosen_since, f->chosen_until);
  button (f, GDK_BUTTON_PRESS, 12);
  move (f, 9);
  move (f, 5);
  button (f, GDK_BUTTON_RELEASE, 5);
  g_assert_cmpint (f->chosen_since, ==, SINCE + 5 * HOUR);
  g_assert_cmpint (f->chosen_until, ==, SINCE + 8 * HOUR);

  hw_activity_chart_set_chosen (f->chart, f->chosen_since, f->chosen_until);
  press (f, GDK_KEY_Escape);
  g_assert_cmpint (f->chosen_until, ==, 0);
}

static void
test_choose_by_key (Fixture *f, gconstpointer data)
{
  press (f, GDK_KEY_Home);
  press (f, GDK_KEY_Right);
  for (guint i = 0; i < 3; i++)
    ui_test_press_key (GTK_WIDGET (f->chart), GDK_KEY_Right, GDK_SHIFT_MASK);
  press (f, GDK_KEY_Return);
  g_assert_cmpint (f->chosen_since, ==, SINCE + HOUR);
  g_assert_cmpint (f->chosen_until, ==, SINCE + 4 * HOUR);
}

static void
test_hits (Fixture *f, gconstpointer data)
{
  const gint64 times[] = { SINCE - 1, SINCE + 10 * HOUR, SINCE + 11 * HOUR - 1, SINCE + 24 * HOUR };
  gint64 time;
  guint hits;

  hw_activity_chart_set_hits (f->chart, times, G_N_ELEMENTS (times));
  g_assert_cmpuint (hw_activity_chart_get_bar (f->chart, 10, &time, &hits), ==, 118);
  g_assert_cmpint (time, ==, SINCE + 10 * HOUR);
  g_assert_cmpuint (hits, ==, 2);
  hw_activity_chart_get_bar (f->chart, 11, &time, &hits);
  g_assert_cmpuint (hits, ==, 0);
}

static void
test_mirrored (Fixture *f, gconstpointer data)
{
  gtk_widget_set_direction (GTK_WIDGET (f->chart), GTK_TEXT_DIR_RTL);
  ui_test_iterate ();

  press_bar (f, 10);
  assert_pointed (f, 10, 118);
  press (f, GDK_KEY_Left);
  assert_pointed (f, 11, 3);
}

static void
test_fewer (Fixture *f, gconstpointer data)
{
  gint64 time;
  guint count;

  press (f, GDK_KEY_End);
  hw_activity_chart_set_time (f->chart, SINCE, SINCE + 2 * HOUR, HOUR);
  g_assert_false (hw_activity_chart_get_pointed (f->chart, &time, &count));
  ui_test_iterate ();
}

#define TEST(name, function) \
  g_test_add ("/activity-chart/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();

  TEST ("keys-go-from-bar-to-bar", test_keys);
  TEST ("pressing-a-bar-picks-its-time", test_pointer);
  TEST ("dragging-chooses-a-span", test_drag);
  TEST ("keys-choose-a-span", test_choose_by_key);
  TEST ("hits-stand-in-their-bars", test_hits);
  TEST ("newest-stands-left-in-right-to-left", test_mirrored);
  TEST ("nothing-is-pointed-at-when-bars-go", test_fewer);

  return g_test_run ();
}
