/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log view under a finger. Runs in gui-env. */

#include "log-fixture.h"

#include <handy.h>

static void
touch (LogFixture *fixture, GdkEventType type, int x, int y)
{
  g_autoptr (GdkEvent) event = gdk_event_new (type);
  GdkSeat *seat = gdk_display_get_default_seat (gdk_display_get_default ());

  event->any.window = g_object_ref (gtk_widget_get_window (GTK_WIDGET (fixture->view)));
  event->any.send_event = TRUE;
  gdk_event_set_device (event, gdk_seat_get_pointer (seat));
  event->touch.x = x;
  event->touch.y = y;
  event->touch.time = (guint32) (g_get_monotonic_time () / 1000);
  event->touch.sequence = (GdkEventSequence *) fixture;
  event->touch.emulating_pointer = TRUE;
  gtk_main_do_event (event);
}

static gboolean
has_link (LogFixture *fixture)
{
  return fixture->link != NULL;
}

/* A tap on a link asks whether to open it, as a click does. */
static void
test_tap_presses (void)
{
  LogFixture fixture;
  int x, y;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  log_place_of (&fixture, 18, 3, &x, &y);
  touch (&fixture, GDK_TOUCH_BEGIN, x, y);
  g_assert_null (fixture.link);
  touch (&fixture, GDK_TOUCH_END, x, y);
  log_until (&fixture, has_link, "the link was followed");
  log_close_view (&fixture);
}

/* A finger that moves scrolls: it presses no link and selects no words. */
static void
test_drag_scrolls (void)
{
  LogFixture fixture;
  double before;
  int x, y;

  log_open_view (&fixture, talk_history (3000, 1), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 1500);
  log_paint (&fixture);
  log_settle (&fixture);
  before = gtk_adjustment_get_value (fixture.adjustment);
  x = gtk_widget_get_allocated_width (GTK_WIDGET (fixture.view)) / 2;
  y = gtk_widget_get_allocated_height (GTK_WIDGET (fixture.view)) - 60;
  touch (&fixture, GDK_TOUCH_BEGIN, x, y);
  for (int i = 1; i <= 10; i++)
    {
      touch (&fixture, GDK_TOUCH_UPDATE, x, y - 20 * i);
      log_paint (&fixture);
    }
  /* What the finger takes to be known as one that scrolls does not count. */
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture.adjustment) - before, >, 120);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture.adjustment) - before, <=, 200);
  touch (&fixture, GDK_TOUCH_END, x, y - 200);
  log_settle (&fixture);
  g_assert_null (hw_log_view_get_selected_text (fixture.view));
  g_assert_null (fixture.link);
  log_close_view (&fixture);
}

static GtkMenu *
find_menu (LogFixture *fixture)
{
  GList *menus = gtk_menu_get_for_attach_widget (GTK_WIDGET (fixture->view));

  return menus != NULL && gtk_widget_get_mapped (menus->data) ? menus->data : NULL;
}

static gboolean
has_menu (LogFixture *fixture)
{
  return find_menu (fixture) != NULL;
}

/* A finger that rests asks for the menu, of the link it is on. */
static void
test_long_press_shows_menu (void)
{
  LogFixture fixture;
  g_autoptr (GList) items = NULL;
  int x, y;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  log_place_of (&fixture, 18, 3, &x, &y);
  touch (&fixture, GDK_TOUCH_BEGIN, x, y);
  log_until (&fixture, has_menu, "the menu is there");
  touch (&fixture, GDK_TOUCH_END, x, y);
  items = gtk_container_get_children (GTK_CONTAINER (find_menu (&fixture)));
  g_assert_cmpstr (gtk_menu_item_get_label (items->data), ==, "_Open link");
  g_assert_null (fixture.link);
  g_assert_null (hw_log_view_get_selected_text (fixture.view));
  gtk_menu_popdown (find_menu (&fixture));
  log_paint (&fixture);
  log_close_view (&fixture);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();
  talk_load_style ();
  g_test_add_func ("/log-touch/a-tap-presses", test_tap_presses);
  g_test_add_func ("/log-touch/a-finger-scrolls", test_drag_scrolls);
  g_test_add_func ("/log-touch/a-long-press-shows-the-menu", test_long_press_shows_menu);
  return g_test_run ();
}
