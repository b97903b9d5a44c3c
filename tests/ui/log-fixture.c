/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the tests of the log view share. Nothing waits for a fixed time: for frames that were
 * painted, for rows that were loaded, with a generous limit. */

#include "log-fixture.h"

#include <string.h>

/* Seconds that anything may take on a busy machine. */
#define LIMIT 30

void
log_until (LogFixture *fixture, LogCheck check, const char *what)
{
  gint64 end = g_get_monotonic_time () + LIMIT * G_USEC_PER_SEC;

  while (!check (fixture))
    {
      if (g_get_monotonic_time () > end)
        g_error ("not within %d s: %s", LIMIT, what);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (500);
    }
}

static void
on_after_paint (GdkFrameClock *clock, LogFixture *fixture)
{
  fixture->n_frames++;
}

static guint wanted_frames;

static gboolean
has_frames (LogFixture *fixture)
{
  return fixture->n_frames >= wanted_frames;
}

/* Lets what was asked for happen and be painted: two whole frames. */
void
log_paint (LogFixture *fixture)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  wanted_frames = fixture->n_frames + 2;
  gtk_widget_queue_draw (fixture->window);
  gdk_frame_clock_begin_updating (gtk_widget_get_frame_clock (fixture->window));
  log_until (fixture, has_frames, "two frames");
  gdk_frame_clock_end_updating (gtk_widget_get_frame_clock (fixture->window));
}

AtkObject *
log_accessible_of (GtkWidget *row)
{
  return gtk_widget_get_accessible (row);
}

guint
log_position_of (GtkWidget *row)
{
  AtkAttributeSet *set = atk_object_get_attributes (log_accessible_of (row));
  guint position = G_MAXUINT;

  for (GSList *link = set; link != NULL; link = link->next)
    {
      AtkAttribute *attribute = link->data;

      if (strcmp (attribute->name, "posinset") == 0)
        position = (guint) g_ascii_strtoull (attribute->value, NULL, 10) - 1;
    }
  atk_attribute_set_free (set);
  return position;
}

static gboolean
is_loaded (LogFixture *fixture)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture->view));

  for (GList *link = rows; link != NULL; link = link->next)
    if (strcmp (atk_object_get_name (log_accessible_of (link->data)), "Loading…") == 0)
      return FALSE;
  return rows != NULL;
}

void
log_settle (LogFixture *fixture)
{
  log_until (fixture, is_loaded, "all rows in sight are loaded");
  log_paint (fixture);
  log_until (fixture, is_loaded, "all rows in sight are loaded");
}

static void
on_retry (HwLogView *view, HwEntry *entry, LogFixture *fixture)
{
  g_assert_cmpint (hw_entry_get_state (entry), ==, HW_ENTRY_FAILED);
  fixture->n_retry++;
}

static void
on_discard (HwLogView *view, HwEntry *entry, LogFixture *fixture)
{
  fixture->n_discard++;
}

static void
on_link (HwLogView *view, const char *uri, LogFixture *fixture)
{
  g_free (fixture->link);
  fixture->link = g_strdup (uri);
}

static void
on_announcement (AtkObject *object, const char *words, LogFixture *fixture)
{
  g_free (fixture->announced);
  fixture->announced = g_strdup (words);
}

void
log_open_view (LogFixture *fixture, HwHistory *history, HwLogViewStyle style)
{
  memset (fixture, 0, sizeof *fixture);
  fixture->history = history;
  fixture->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 600);
  fixture->scroller = gtk_scrolled_window_new (NULL, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (fixture->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  fixture->view = HW_LOG_VIEW (hw_log_view_new (style));
  hw_log_view_set_own_name (fixture->view, "Ana");
  hw_log_view_set_history (fixture->view, history);
  gtk_container_add (GTK_CONTAINER (fixture->scroller), GTK_WIDGET (fixture->view));
  gtk_container_add (GTK_CONTAINER (fixture->window), fixture->scroller);
  fixture->adjustment
      = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (fixture->scroller));
  g_signal_connect (fixture->view, "retry", G_CALLBACK (on_retry), fixture);
  g_signal_connect (fixture->view, "discard", G_CALLBACK (on_discard), fixture);
  g_signal_connect (fixture->view, "open-link", G_CALLBACK (on_link), fixture);
  g_signal_connect (gtk_widget_get_accessible (GTK_WIDGET (fixture->view)), "announcement",
                    G_CALLBACK (on_announcement), fixture);
  gtk_widget_show_all (fixture->window);
  g_signal_connect (gtk_widget_get_frame_clock (fixture->window), "after-paint",
                    G_CALLBACK (on_after_paint), fixture);
  /* The pointer of the display stands in the middle; nothing may depend on it. */
  gdk_device_warp (gdk_seat_get_pointer (gdk_display_get_default_seat (gdk_display_get_default ())),
                   gdk_screen_get_default (), 1270, 790);
  log_settle (fixture);
}

void
log_close_view (LogFixture *fixture)
{
  gtk_widget_destroy (fixture->window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&fixture->history);
  g_free (fixture->link);
  g_free (fixture->announced);
}

static void
count_child (GtkWidget *child, gpointer data)
{
  (*(guint *) data)++;
}

guint
log_count_widgets (LogFixture *fixture)
{
  guint n = 0;

  gtk_container_forall (GTK_CONTAINER (fixture->view), count_child, &n);
  return n;
}

GtkWidget *
log_find_row (LogFixture *fixture, guint64 seq)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture->view));

  for (GList *link = rows; link != NULL; link = link->next)
    if (log_position_of (link->data) == seq - 1)
      return link->data;
  return NULL;
}

const char *
log_name_of (LogFixture *fixture, guint64 seq)
{
  GtkWidget *row = log_find_row (fixture, seq);

  return row != NULL ? atk_object_get_name (log_accessible_of (row)) : NULL;
}

int
log_top_of (LogFixture *fixture, guint64 seq)
{
  GtkWidget *row = log_find_row (fixture, seq);
  GtkAllocation allocation;

  g_assert_nonnull (row);
  gtk_widget_get_allocation (row, &allocation);
  return allocation.y;
}

GdkPixbuf *
log_picture (LogFixture *fixture)
{
  GdkWindow *window = gtk_widget_get_window (GTK_WIDGET (fixture->view));

  /* Without the scroll bar that may lie over it: its thumb is allowed to move. */
  return gdk_pixbuf_get_from_window (window, 0, 0, gdk_window_get_width (window) - 24,
                                     gdk_window_get_height (window));
}

guint
log_count_different_pixels (GdkPixbuf *a, GdkPixbuf *b)
{
  guint n = 0;
  int channels = gdk_pixbuf_get_n_channels (a);

  g_assert_cmpint (gdk_pixbuf_get_width (a), ==, gdk_pixbuf_get_width (b));
  g_assert_cmpint (gdk_pixbuf_get_height (a), ==, gdk_pixbuf_get_height (b));
  for (int y = 0; y < gdk_pixbuf_get_height (a); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (a); x++)
      n += memcmp (gdk_pixbuf_get_pixels (a) + y * gdk_pixbuf_get_rowstride (a) + x * channels,
                   gdk_pixbuf_get_pixels (b) + y * gdk_pixbuf_get_rowstride (b) + x * channels, 3)
           != 0;
  return n;
}

void
log_assert_looks_like (LogFixture *fixture, GdkPixbuf *before)
{
  g_autoptr (GdkPixbuf) after = NULL;

  log_paint (fixture);
  after = log_picture (fixture);
  if (log_count_different_pixels (before, after) > 0 && g_getenv ("HW_TEST_PICTURES") != NULL)
    {
      g_autofree char *a = g_build_filename (g_getenv ("HW_TEST_PICTURES"), "before.png", NULL);
      g_autofree char *b = g_build_filename (g_getenv ("HW_TEST_PICTURES"), "after.png", NULL);

      gdk_pixbuf_save (before, a, "png", NULL, NULL);
      gdk_pixbuf_save (after, b, "png", NULL, NULL);
    }
  g_assert_cmpuint (log_count_different_pixels (before, after), ==, 0);
}

void
log_append (LogFixture *fixture, const char *from, const char *text)
{
  guint64 seq = hw_history_get_last (fixture->history) + 1;
  g_autoptr (HwEntry) entry
      = talk_entry (seq, talk_today (12, 0) + (gint64) seq, HW_ENTRY_MESSAGE, from, text);

  hw_history_append (fixture->history, entry);
}

void
log_set_value (LogFixture *fixture, double share)
{
  double lower = gtk_adjustment_get_lower (fixture->adjustment);
  double room = gtk_adjustment_get_upper (fixture->adjustment) - lower
                - gtk_adjustment_get_page_size (fixture->adjustment);

  gtk_adjustment_set_value (fixture->adjustment, lower + room * share);
}

/* Every row in sight shows what its place says. */
void
log_assert_right_entries (LogFixture *fixture)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture->view));
  guint before = 0;

  for (GList *link = rows; link != NULL; link = link->next)
    {
      guint position = log_position_of (link->data);
      g_autoptr (HwEntry) entry = talk_generate (position + 1);
      const char *name = atk_object_get_name (log_accessible_of (link->data));

      g_assert_true (link == rows || position > before);
      before = position;
      if (hw_entry_get_kind (entry) == HW_ENTRY_MESSAGE)
        {
          g_assert_true (g_str_has_prefix (name, hw_entry_get_from (entry)));
          g_assert_true (g_str_has_suffix (name, hw_entry_get_text (entry)));
        }
    }
}

/* Where a character of a row is, in the view. */
void
log_place_of (LogFixture *fixture, guint64 seq, int offset, int *x, int *y)
{
  GtkWidget *row = log_find_row (fixture, seq);
  GtkAllocation place;
  int row_x, row_y, char_x, char_y, width, height;

  g_assert_nonnull (row);
  gtk_widget_get_allocation (row, &place);
  atk_component_get_extents (ATK_COMPONENT (log_accessible_of (row)), &row_x, &row_y, NULL, NULL,
                             ATK_XY_SCREEN);
  atk_text_get_character_extents (ATK_TEXT (log_accessible_of (row)), offset, &char_x, &char_y,
                                  &width, &height, ATK_XY_SCREEN);
  *x = place.x + char_x - row_x;
  *y = place.y + char_y - row_y + height / 2;
}

void
log_resize (LogFixture *fixture, int width)
{
  gtk_window_resize (GTK_WINDOW (fixture->window), width, 600);
  for (guint i = 0; i < 400; i++)
    {
      log_paint (fixture);
      if (gtk_widget_get_allocated_width (fixture->window) == width)
        break;
      g_usleep (5000);
    }
  log_settle (fixture);
}

/* Input, as the display would send it. */

void
log_press (LogFixture *fixture, GdkEventType type, int x, int y, guint state)
{
  g_autoptr (GdkEvent) event = gdk_event_new (type);
  GdkSeat *seat = gdk_display_get_default_seat (gdk_display_get_default ());

  event->any.window = g_object_ref (gtk_widget_get_window (GTK_WIDGET (fixture->view)));
  event->any.send_event = TRUE;
  gdk_event_set_device (event, gdk_seat_get_pointer (seat));
  if (type == GDK_MOTION_NOTIFY)
    {
      event->motion.x = x;
      event->motion.y = y;
      event->motion.state = state | GDK_BUTTON1_MASK;
    }
  else
    {
      event->button.x = x;
      event->button.y = y;
      event->button.button = GDK_BUTTON_PRIMARY;
      event->button.state = state;
    }
  gtk_widget_event (GTK_WIDGET (fixture->view), event);
}

void
log_key (LogFixture *fixture, guint keyval, guint state)
{
  g_autoptr (GdkEvent) event = gdk_event_new (GDK_KEY_PRESS);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  gboolean done = FALSE;

  event->any.window = g_object_ref (gtk_widget_get_window (fixture->window));
  event->key.keyval = keyval;
  event->key.state = state;
  gdk_event_set_device (event, gdk_seat_get_keyboard (
                                   gdk_display_get_default_seat (gdk_display_get_default ())));
  /* From the focus upwards, as GtkWindow does. */
  for (; focus != NULL && !done; focus = gtk_widget_get_parent (focus))
    done = gtk_widget_event (focus, event);
  log_paint (fixture);
}

void
log_drag (LogFixture *fixture, guint64 from, int from_offset, guint64 to, int to_offset)
{
  int x, y;

  log_place_of (fixture, from, from_offset, &x, &y);
  log_press (fixture, GDK_BUTTON_PRESS, x, y, 0);
  log_place_of (fixture, to, to_offset, &x, &y);
  log_press (fixture, GDK_MOTION_NOTIFY, x, y, 0);
  log_press (fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
}
