/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log view in a real window: which rows there are, that nothing moves that should not, what can
 * be done, and what a screen reader finds. Runs in gui-env. */

#include "talk.h"

#include "ui/log-view.h"

#include <handy.h>
#include <string.h>

/* Seconds that anything may take on a busy machine. */
#define LIMIT 30

typedef struct
{
  GtkWidget *window;
  GtkWidget *scroller;
  HwLogView *view;
  HwHistory *history;
  GtkAdjustment *adjustment;
  guint n_frames;
  guint n_retry, n_discard;
  char *link;
  char *announced;
} Fixture;

typedef gboolean (*Check) (Fixture *fixture);

static void
until (Fixture *fixture, Check check, const char *what)
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
on_after_paint (GdkFrameClock *clock, Fixture *fixture)
{
  fixture->n_frames++;
}

static guint wanted_frames;

static gboolean
has_frames (Fixture *fixture)
{
  return fixture->n_frames >= wanted_frames;
}

/* Lets what was asked for happen and be painted: two whole frames. */
static void
paint (Fixture *fixture)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  wanted_frames = fixture->n_frames + 2;
  gtk_widget_queue_draw (fixture->window);
  gdk_frame_clock_begin_updating (gtk_widget_get_frame_clock (fixture->window));
  until (fixture, has_frames, "two frames");
  gdk_frame_clock_end_updating (gtk_widget_get_frame_clock (fixture->window));
}

static AtkObject *
accessible_of (GtkWidget *row)
{
  return gtk_widget_get_accessible (row);
}

static guint
position_of (GtkWidget *row)
{
  AtkAttributeSet *set = atk_object_get_attributes (accessible_of (row));
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
is_loaded (Fixture *fixture)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture->view));

  for (GList *link = rows; link != NULL; link = link->next)
    if (strcmp (atk_object_get_name (accessible_of (link->data)), "Loading…") == 0)
      return FALSE;
  return rows != NULL;
}

static void
settle (Fixture *fixture)
{
  until (fixture, is_loaded, "all rows in sight are loaded");
  paint (fixture);
  until (fixture, is_loaded, "all rows in sight are loaded");
}

static void
on_retry (HwLogView *view, HwEntry *entry, Fixture *fixture)
{
  g_assert_cmpint (hw_entry_get_state (entry), ==, HW_ENTRY_FAILED);
  fixture->n_retry++;
}

static void
on_discard (HwLogView *view, HwEntry *entry, Fixture *fixture)
{
  fixture->n_discard++;
}

static void
on_link (HwLogView *view, const char *uri, Fixture *fixture)
{
  g_free (fixture->link);
  fixture->link = g_strdup (uri);
}

static void
on_announcement (AtkObject *object, const char *words, Fixture *fixture)
{
  g_free (fixture->announced);
  fixture->announced = g_strdup (words);
}

static void
open_view (Fixture *fixture, HwHistory *history, HwLogViewStyle style)
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
  settle (fixture);
}

static void
close_view (Fixture *fixture)
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

static guint
count_widgets (Fixture *fixture)
{
  guint n = 0;

  gtk_container_forall (GTK_CONTAINER (fixture->view), count_child, &n);
  return n;
}

static GtkWidget *
find_row (Fixture *fixture, guint64 seq)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture->view));

  for (GList *link = rows; link != NULL; link = link->next)
    if (position_of (link->data) == seq - 1)
      return link->data;
  return NULL;
}

static const char *
name_of (Fixture *fixture, guint64 seq)
{
  GtkWidget *row = find_row (fixture, seq);

  return row != NULL ? atk_object_get_name (accessible_of (row)) : NULL;
}

static int
top_of (Fixture *fixture, guint64 seq)
{
  GtkWidget *row = find_row (fixture, seq);
  GtkAllocation allocation;

  g_assert_nonnull (row);
  gtk_widget_get_allocation (row, &allocation);
  return allocation.y;
}

static GdkPixbuf *
picture (Fixture *fixture)
{
  GdkWindow *window = gtk_widget_get_window (GTK_WIDGET (fixture->view));

  /* Without the scroll bar that may lie over it: its thumb is allowed to move. */
  return gdk_pixbuf_get_from_window (window, 0, 0, gdk_window_get_width (window) - 24,
                                     gdk_window_get_height (window));
}

static guint
count_different_pixels (GdkPixbuf *a, GdkPixbuf *b)
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

static void
assert_looks_like (Fixture *fixture, GdkPixbuf *before)
{
  g_autoptr (GdkPixbuf) after = NULL;

  paint (fixture);
  after = picture (fixture);
  if (count_different_pixels (before, after) > 0 && g_getenv ("HW_TEST_PICTURES") != NULL)
    {
      g_autofree char *a = g_build_filename (g_getenv ("HW_TEST_PICTURES"), "before.png", NULL);
      g_autofree char *b = g_build_filename (g_getenv ("HW_TEST_PICTURES"), "after.png", NULL);

      gdk_pixbuf_save (before, a, "png", NULL, NULL);
      gdk_pixbuf_save (after, b, "png", NULL, NULL);
    }
  g_assert_cmpuint (count_different_pixels (before, after), ==, 0);
}

static void
append (Fixture *fixture, const char *from, const char *text)
{
  guint64 seq = hw_history_get_last (fixture->history) + 1;
  g_autoptr (HwEntry) entry
      = talk_entry (seq, talk_today (12, 0) + (gint64) seq, HW_ENTRY_MESSAGE, from, text);

  hw_history_append (fixture->history, entry);
}

static void
set_value (Fixture *fixture, double share)
{
  double lower = gtk_adjustment_get_lower (fixture->adjustment);
  double room = gtk_adjustment_get_upper (fixture->adjustment) - lower
                - gtk_adjustment_get_page_size (fixture->adjustment);

  gtk_adjustment_set_value (fixture->adjustment, lower + room * share);
}

/* Every row in sight shows what its place says. */
static void
assert_right_entries (Fixture *fixture)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture->view));
  guint before = 0;

  for (GList *link = rows; link != NULL; link = link->next)
    {
      guint position = position_of (link->data);
      g_autoptr (HwEntry) entry = talk_generate (position + 1);
      const char *name = atk_object_get_name (accessible_of (link->data));

      g_assert_true (link == rows || position > before);
      before = position;
      if (hw_entry_get_kind (entry) == HW_ENTRY_MESSAGE)
        {
          g_assert_true (g_str_has_prefix (name, hw_entry_get_from (entry)));
          g_assert_true (g_str_has_suffix (name, hw_entry_get_text (entry)));
        }
    }
}

static void
test_jumps_anywhere_with_few_rows (void)
{
  Fixture fixture;
  guint n = 1000000;

  open_view (&fixture, talk_history (n, 1), HW_LOG_VIEW_CHAT);
  g_assert_true (hw_log_view_get_at_end (fixture.view));
  g_assert_nonnull (find_row (&fixture, n));
  assert_right_entries (&fixture);
  for (guint i = 0; i < 20; i++)
    {
      double share = i == 0 ? 0.5 : g_test_rand_double ();

      set_value (&fixture, share);
      paint (&fixture);
      settle (&fixture);
      assert_right_entries (&fixture);
      /* Near where it was asked for. */
      {
        g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture.view));

        g_assert_cmpfloat (ABS (position_of (rows->data) / (double) n - share), <, 0.02);
        g_assert_cmpuint (g_list_length (rows), <, 80);
      }
      g_assert_cmpuint (count_widgets (&fixture), <, 160);
    }
  set_value (&fixture, 0);
  paint (&fixture);
  settle (&fixture);
  g_assert_nonnull (find_row (&fixture, 1));
  close_view (&fixture);
}

static void
test_stays_while_lines_arrive (void)
{
  Fixture fixture;
  g_autoptr (GdkPixbuf) before = NULL;

  open_view (&fixture, talk_history (10000, 1), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 5000);
  paint (&fixture);
  settle (&fixture);
  g_assert_false (hw_log_view_get_at_end (fixture.view));
  before = picture (&fixture);
  for (guint i = 0; i < 500; i++)
    append (&fixture, "Zed", "one more");
  assert_looks_like (&fixture, before);
  hw_history_set_last (fixture.history, 200000);
  assert_looks_like (&fixture, before);
  g_assert_false (hw_log_view_get_at_end (fixture.view));
  close_view (&fixture);
}

static void
test_stays_while_own_messages_come_and_go (void)
{
  Fixture fixture;
  g_autoptr (GdkPixbuf) before = NULL;
  GPtrArray *unsaved = g_ptr_array_new_with_free_func (g_object_unref);

  open_view (&fixture, talk_history (300, 1), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 150);
  paint (&fixture);
  settle (&fixture);
  before = picture (&fixture);
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      if (unsaved->len > 0 && g_test_rand_int_range (0, 3) == 0)
        {
          guint which = (guint) g_test_rand_int_range (0, (gint32) unsaved->len);

          hw_history_remove_unsaved (fixture.history, unsaved->pdata[which]);
          g_ptr_array_remove_index (unsaved, which);
        }
      else if (g_test_rand_int_range (0, 2) == 0)
        append (&fixture, "Zed", "meanwhile");
      else
        {
          HwEntry *entry = hw_entry_new_message (talk_today (12, 0), "Ana", "waiting", key);

          g_ptr_array_add (unsaved, entry);
          hw_history_add_unsaved (fixture.history, entry);
        }
      if (i % 30 == 0)
        assert_looks_like (&fixture, before);
    }
  assert_looks_like (&fixture, before);
  g_ptr_array_unref (unsaved);
  close_view (&fixture);
}

/* Reading among one's own waiting messages, others' come in before them. */
static void
test_stays_while_lines_arrive_above (void)
{
  Fixture fixture;
  g_autoptr (GdkPixbuf) before = NULL;

  open_view (&fixture, talk_history (300, 1), HW_LOG_VIEW_CHAT);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);
      g_autofree char *text = g_strdup_printf ("waiting %u", i);
      g_autoptr (HwEntry) entry = hw_entry_new_message (talk_today (12, 0), "Ana", text, key);

      hw_history_add_unsaved (fixture.history, entry);
    }
  paint (&fixture);
  gtk_adjustment_set_value (fixture.adjustment,
                            gtk_adjustment_get_value (fixture.adjustment) - 1000);
  paint (&fixture);
  before = picture (&fixture);
  for (guint i = 0; i < 20; i++)
    {
      append (&fixture, "Zed", "meanwhile");
      assert_looks_like (&fixture, before);
    }
  close_view (&fixture);
}

/* Scrolling up over rows that were never measured, line by line: what one reads moves exactly as
 * far as one scrolls, whatever is loaded above meanwhile. */
static void
test_scrolls_by_the_pixel_over_unmeasured_rows (void)
{
  Fixture fixture;

  open_view (&fixture, talk_history (100000, 2), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 50020);
  paint (&fixture);
  settle (&fixture);
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture.view));
      GtkWidget *row = NULL;
      guint64 seq;
      int top;

      /* A row that is in sight before and after, and loaded. */
      for (GList *link = rows; link != NULL && row == NULL; link = link->next)
        {
          GtkAllocation place;

          gtk_widget_get_allocation (link->data, &place);
          if (place.y + place.height > 60 && place.y < 400
              && strcmp (atk_object_get_name (accessible_of (link->data)), "Loading…") != 0)
            row = link->data;
        }
      g_assert_nonnull (row);
      seq = position_of (row) + 1;
      top = top_of (&fixture, seq);
      gtk_adjustment_set_value (fixture.adjustment,
                                gtk_adjustment_get_value (fixture.adjustment) - 60);
      paint (&fixture);
      g_assert_cmpint (top_of (&fixture, seq), ==, top + 60);
      settle (&fixture);
    }
  close_view (&fixture);
}

/* Where a character of a row is, in the view. */
static void
place_of (Fixture *fixture, guint64 seq, int offset, int *x, int *y)
{
  GtkWidget *row = find_row (fixture, seq);
  GtkAllocation place;
  int row_x, row_y, char_x, char_y, width, height;

  g_assert_nonnull (row);
  gtk_widget_get_allocation (row, &place);
  atk_component_get_extents (ATK_COMPONENT (accessible_of (row)), &row_x, &row_y, NULL, NULL,
                             ATK_XY_SCREEN);
  atk_text_get_character_extents (ATK_TEXT (accessible_of (row)), offset, &char_x, &char_y, &width,
                                  &height, ATK_XY_SCREEN);
  *x = place.x + char_x - row_x;
  *y = place.y + char_y - row_y + height / 2;
}

static void
on_held_fetch (HwHistory *history, guint64 after, guint count, GArray *held)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);

  g_array_append_val (held, after);
  if (after < 500)
    return;
  /* One person, a message a minute: one group, wherever it is cut. */
  for (guint64 seq = after + 1; seq <= after + count; seq++)
    g_ptr_array_add (page,
                     talk_entry (seq, (gint64) seq * 60000, HW_ENTRY_MESSAGE, "Ben", "a line"));
  hw_history_add_page (history, page);
}

/* A row at the top of what is loaded shows a name, as what is before it is not known. When that
 * comes and the name goes, the words stay where one reads them. */
static void
test_keeps_words_in_place_when_a_name_goes (void)
{
  Fixture fixture;
  HwHistory *history = hw_history_new (1000);
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GPtrArray) older = g_ptr_array_new_with_free_func (g_object_unref);
  int x, y, x_after, y_after, top;

  g_signal_connect (history, "fetch", G_CALLBACK (on_held_fetch), held);
  open_view (&fixture, history, HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 501);
  paint (&fixture);
  for (guint i = 0; i < 400 && name_of (&fixture, 501) == NULL; i++)
    paint (&fixture);
  while (!g_str_has_prefix (name_of (&fixture, 501), "Ben"))
    paint (&fixture);
  /* To the top of the window: what is above is not in sight, but near enough to be wished for. */
  gtk_adjustment_set_value (fixture.adjustment, gtk_adjustment_get_value (fixture.adjustment)
                                                    + top_of (&fixture, 501) + 5);
  paint (&fixture);
  g_assert_cmpint (top_of (&fixture, 501), ==, -5);
  place_of (&fixture, 501, 0, &x, &y);
  top = top_of (&fixture, 502);
  for (guint64 seq = 401; seq <= 500; seq++)
    g_ptr_array_add (older, talk_entry (seq, (gint64) seq * 60000, HW_ENTRY_MESSAGE, "Ben",
                                        "an older line"));
  hw_history_add_page (history, older);
  paint (&fixture);
  place_of (&fixture, 501, 0, &x_after, &y_after);
  g_assert_cmpint (y_after, ==, y);
  g_assert_cmpint (top_of (&fixture, 502), ==, top);
  g_assert_cmpint (top_of (&fixture, 501), >, -5);
  close_view (&fixture);
}

static void
resize (Fixture *fixture, int width)
{
  gtk_window_resize (GTK_WINDOW (fixture->window), width, 600);
  for (guint i = 0; i < 400; i++)
    {
      paint (fixture);
      if (gtk_widget_get_allocated_width (fixture->window) == width)
        break;
      g_usleep (5000);
    }
  settle (fixture);
}

/* A log of paragraphs, where the top of the window is nearly always within one. */
static HwHistory *
long_talk (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint seq = 1; seq <= 200; seq++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint i = 0; i < 20 + seq * 7 % 60; i++)
        g_string_append_printf (text, "word%u ", i * seq);
      g_ptr_array_add (entries, talk_entry (seq, seq * 60000, HW_ENTRY_MESSAGE,
                                            seq % 3 ? "Ben" : "נועה", text->str));
    }
  return talk_history_of (entries);
}

static void
test_comes_back_after_resizing (void)
{
  Fixture fixture;
  int width;

  open_view (&fixture, long_talk (), HW_LOG_VIEW_CHAT);
  /* From narrow to wide: most of a paragraph is above the window, and would all go out of it. */
  width = 400;
  resize (&fixture, width);
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (GdkPixbuf) before = NULL;

      set_value (&fixture, 0.13 * (i + 1));
      paint (&fixture);
      gtk_adjustment_set_value (fixture.adjustment,
                                gtk_adjustment_get_value (fixture.adjustment) + 7 * i);
      paint (&fixture);
      before = picture (&fixture);
      resize (&fixture, 700);
      g_assert_cmpint (gtk_widget_get_allocated_width (fixture.window), ==, 700);
      resize (&fixture, 530);
      resize (&fixture, width);
      assert_looks_like (&fixture, before);
    }
  close_view (&fixture);
}

static void
test_comes_back_after_zooming (void)
{
  Fixture fixture;
  g_autoptr (GdkPixbuf) before = NULL;

  open_view (&fixture, long_talk (), HW_LOG_VIEW_CHAT);
  set_value (&fixture, 0.4);
  paint (&fixture);
  before = picture (&fixture);
  hw_log_view_set_zoom (fixture.view, 1.5);
  paint (&fixture);
  hw_log_view_set_zoom (fixture.view, 1);
  settle (&fixture);
  assert_looks_like (&fixture, before);
  close_view (&fixture);
}

static void
test_follows_the_end_and_counts_below (void)
{
  Fixture fixture;
  guint64 last;

  open_view (&fixture, talk_history (500, 1), HW_LOG_VIEW_CHAT);
  for (guint i = 0; i < 70; i++)
    append (&fixture, "Zed", "news");
  paint (&fixture);
  last = hw_history_get_last (fixture.history);
  g_assert_nonnull (find_row (&fixture, last));
  g_assert_true (hw_log_view_get_at_end (fixture.view));
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, 0);
  g_assert_cmpuint (hw_log_view_get_bottom_seq (fixture.view), ==, last);
  g_assert_cmpstr (fixture.announced, !=, NULL);

  gtk_adjustment_set_value (fixture.adjustment,
                            gtk_adjustment_get_value (fixture.adjustment) - 300);
  paint (&fixture);
  g_assert_false (hw_log_view_get_at_end (fixture.view));
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, 0);
  append (&fixture, "Zed", "missed");
  append (&fixture, "Ana", "one’s own does not count");
  append (&fixture, "Ben", "missed too");
  paint (&fixture);
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, 2);
  g_assert_cmpuint (hw_log_view_get_bottom_seq (fixture.view), <, last);

  hw_log_view_scroll_to_end (fixture.view);
  paint (&fixture);
  g_assert_true (hw_log_view_get_at_end (fixture.view));
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, 0);
  g_assert_cmpstr (name_of (&fixture, last + 3), ==, "Ben, 12:00: missed too");
  close_view (&fixture);
}

static void
test_short_talk_stands_at_the_end (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  Fixture fixture;
  GtkAllocation place;

  g_ptr_array_add (entries, talk_entry (1, talk_today (9, 0), HW_ENTRY_MESSAGE, "Ben", "hello"));
  open_view (&fixture, talk_history_of (entries), HW_LOG_VIEW_CHAT);
  gtk_widget_get_allocation (find_row (&fixture, 1), &place);
  g_assert_cmpint (place.y + place.height, ==,
                   gtk_widget_get_allocated_height (GTK_WIDGET (fixture.view)));
  close_view (&fixture);

  open_view (&fixture, talk_history_of (entries), HW_LOG_VIEW_TIMELINE);
  g_assert_cmpint (top_of (&fixture, 1), ==, 0);
  close_view (&fixture);

  /* And nothing at all is nothing. */
  memset (&fixture, 0, sizeof fixture);
}

/* Input, as the display would send it. */

static void
press (Fixture *fixture, GdkEventType type, int x, int y, guint state)
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

static void
key (Fixture *fixture, guint keyval, guint state)
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
  paint (fixture);
}

static void
drag (Fixture *fixture, guint64 from, int from_offset, guint64 to, int to_offset)
{
  int x, y;

  place_of (fixture, from, from_offset, &x, &y);
  press (fixture, GDK_BUTTON_PRESS, x, y, 0);
  place_of (fixture, to, to_offset, &x, &y);
  press (fixture, GDK_MOTION_NOTIFY, x, y, 0);
  press (fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
}

static void
test_selects_across_entries (void)
{
  Fixture fixture;
  g_autofree char *one = NULL;
  g_autofree char *several = NULL;
  g_autofree char *word = NULL;
  g_autofree char *copied = NULL;
  GtkClipboard *clipboard = gtk_clipboard_get (GDK_SELECTION_CLIPBOARD);
  int x, y;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  g_assert_null (hw_log_view_get_selected_text (fixture.view));
  drag (&fixture, 13, 4, 13, 13);
  one = hw_log_view_get_selected_text (fixture.view);
  g_assert_cmpstr (one, ==, "the scope");

  drag (&fixture, 13, 4, 18, 3);
  several = hw_log_view_get_selected_text (fixture.view);
  g_assert_cmpstr (
      several, ==,
      "the scope at bench 3 has no trace on channel 2 again\n"
      "נועה: בדקתי אתמול, זה הכבל ולא המכשיר\n"
      "Dr. Weiss set the topic: Experiment 7: RC circuits · bring your notebook\n"
      "陈思远: 有一根备用的，在第二个抽屉左边 🙂 spare one is in the drawer\n"
      "Marta: Numbers for all six resistors are in. The measured time constant is about "
      "8 % shorter than R·C gives, and it is so for every one of them, so it is not the "
      "resistors: the capacitor says 10 µF, but its tolerance is ±20 %. With 9.2 µF the "
      "whole table fits within the error bars. I would write that in the report rather "
      "than measure everything again.\n"
      "Marta: htt");
  key (&fixture, GDK_KEY_c, GDK_CONTROL_MASK);
  copied = gtk_clipboard_wait_for_text (clipboard);
  g_assert_cmpstr (copied, ==, several);

  place_of (&fixture, 13, 6, &x, &y);
  press (&fixture, GDK_BUTTON_PRESS, x, y, 0);
  press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
  press (&fixture, GDK_BUTTON_PRESS, x, y, 0);
  press (&fixture, GDK_2BUTTON_PRESS, x, y, 0);
  press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
  word = hw_log_view_get_selected_text (fixture.view);
  g_assert_cmpstr (word, ==, "the");
  key (&fixture, GDK_KEY_Escape, 0);
  g_assert_null (hw_log_view_get_selected_text (fixture.view));
  close_view (&fixture);
}

static void
test_selection_outlives_its_rows (void)
{
  Fixture fixture;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  open_view (&fixture, talk_history (3000, 1), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 1500);
  paint (&fixture);
  settle (&fixture);
  key (&fixture, GDK_KEY_Home, 0);
  gtk_widget_child_focus (GTK_WIDGET (fixture.view), GTK_DIR_TAB_FORWARD);
  hw_log_view_scroll_to_seq (fixture.view, 1500);
  paint (&fixture);
  settle (&fixture);
  {
    g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture.view));
    guint64 from = 0, to = 0;

    for (GList *link = rows; link != NULL; link = link->next)
      {
        g_autoptr (HwEntry) entry = talk_generate (position_of (link->data) + 1);
        GtkAllocation place;

        gtk_widget_get_allocation (link->data, &place);
        if (place.y < 0 || place.y + place.height > 560
            || hw_entry_get_kind (entry) != HW_ENTRY_MESSAGE)
          continue;
        if (from == 0)
          from = hw_entry_get_seq (entry);
        to = hw_entry_get_seq (entry);
      }
    g_assert_cmpuint (from, <, to);
    drag (&fixture, from, 0, to, 2);
  }
  before = hw_log_view_get_selected_text (fixture.view);
  g_assert_nonnull (before);
  set_value (&fixture, 0.1);
  paint (&fixture);
  settle (&fixture);
  append (&fixture, "Zed", "meanwhile");
  after = hw_log_view_get_selected_text (fixture.view);
  g_assert_cmpstr (before, ==, after);
  close_view (&fixture);
}

static gboolean
has_copied (Fixture *fixture)
{
  g_autofree char *text = gtk_clipboard_wait_for_text (gtk_clipboard_get (GDK_SELECTION_CLIPBOARD));

  return text != NULL && strstr (text, "the very end") != NULL;
}

/* From one end of a log to the other, far more than is in memory. */
static void
test_copies_what_was_not_loaded (void)
{
  Fixture fixture;
  g_autofree char *text = NULL;
  guint n = 3000;
  int x, y;

  gtk_clipboard_set_text (gtk_clipboard_get (GDK_SELECTION_CLIPBOARD), "before", -1);
  open_view (&fixture, talk_history (n, 1), HW_LOG_VIEW_CHAT);
  append (&fixture, "Zed", "the very end");
  set_value (&fixture, 0);
  paint (&fixture);
  settle (&fixture);
  place_of (&fixture, 1, 0, &x, &y);
  press (&fixture, GDK_BUTTON_PRESS, x, y, 0);
  press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
  hw_log_view_scroll_to_end (fixture.view);
  paint (&fixture);
  settle (&fixture);
  place_of (&fixture, n + 1, 12, &x, &y);
  press (&fixture, GDK_BUTTON_PRESS, x, y, GDK_SHIFT_MASK);
  press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK | GDK_SHIFT_MASK);
  key (&fixture, GDK_KEY_c, GDK_CONTROL_MASK);
  until (&fixture, has_copied, "all was fetched and copied");
  text = gtk_clipboard_wait_for_text (gtk_clipboard_get (GDK_SELECTION_CLIPBOARD));
  g_assert_null (strstr (text, "…\n"));
  /* Every message of every page is there, in order. */
  {
    const char *at = text;

    for (guint64 seq = 2; seq <= n; seq++)
      {
        g_autoptr (HwEntry) entry = talk_generate (seq);

        if (hw_entry_get_kind (entry) != HW_ENTRY_MESSAGE)
          continue;
        at = strstr (at, hw_entry_get_text (entry));
        g_assert_nonnull (at);
      }
  }
  close_view (&fixture);
}

static void
test_opens_links (void)
{
  Fixture fixture;
  int x, y;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  place_of (&fixture, 18, 8, &x, &y);
  press (&fixture, GDK_BUTTON_PRESS, x, y, 0);
  g_assert_null (fixture.link);
  press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
  g_assert_cmpstr (fixture.link, ==, "http://lab-nas.local/exp7/time-constants.ods");

  g_clear_pointer (&fixture.link, g_free);
  gtk_widget_grab_focus (find_row (&fixture, 18));
  key (&fixture, GDK_KEY_Return, 0);
  g_assert_cmpstr (fixture.link, ==, "http://lab-nas.local/exp7/time-constants.ods");
  close_view (&fixture);
}

static void
test_walks_by_keyboard (void)
{
  Fixture fixture;
  GtkWidget *focus;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  gtk_widget_grab_focus (find_row (&fixture, 12));
  key (&fixture, GDK_KEY_Down, 0);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_cmpuint (position_of (focus), ==, 12);
  key (&fixture, GDK_KEY_Up, 0);
  /* Over what is folded away in one step. */
  key (&fixture, GDK_KEY_Up, 0);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_cmpuint (position_of (focus), ==, 3);
  key (&fixture, GDK_KEY_Home, 0);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_cmpuint (position_of (focus), ==, 0);
  key (&fixture, GDK_KEY_End, 0);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_cmpuint (position_of (focus), ==,
                    g_list_model_get_n_items (G_LIST_MODEL (fixture.history)) - 1);
  /* Tab leaves it in one step. */
  g_assert_false (gtk_widget_child_focus (GTK_WIDGET (fixture.view), GTK_DIR_TAB_FORWARD));
  close_view (&fixture);
}

static void
test_focus_outlives_its_row (void)
{
  Fixture fixture;
  GtkWidget *focus;

  open_view (&fixture, talk_history (3000, 1), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 1500);
  paint (&fixture);
  settle (&fixture);
  gtk_widget_grab_focus (find_row (&fixture, 1500));
  hw_log_view_scroll_to_seq (fixture.view, 2500);
  paint (&fixture);
  settle (&fixture);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture.window)) == GTK_WIDGET (fixture.view));
  hw_log_view_scroll_to_seq (fixture.view, 1500);
  paint (&fixture);
  settle (&fixture);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_true (focus == find_row (&fixture, 1500));
  close_view (&fixture);
}

static void
test_reads_by_caret (void)
{
  Fixture fixture;
  AtkObject *row;
  g_autofree char *text = NULL;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  row = accessible_of (find_row (&fixture, 13));
  gtk_widget_grab_focus (find_row (&fixture, 13));
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, -1);
  key (&fixture, GDK_KEY_Right, 0);
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, 0);
  key (&fixture, GDK_KEY_Right, 0);
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, 1);
  key (&fixture, GDK_KEY_Right, GDK_CONTROL_MASK);
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, 3);
  key (&fixture, GDK_KEY_Right, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  text = hw_log_view_get_selected_text (fixture.view);
  g_assert_cmpstr (text, ==, " the");
  key (&fixture, GDK_KEY_Down, 0);
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, -1);
  close_view (&fixture);
}

static gboolean
has_state (AtkObject *object, AtkStateType state)
{
  g_autoptr (AtkStateSet) states = atk_object_ref_state_set (object);

  return atk_state_set_contains_state (states, state);
}

static void
test_folds_coming_and_going (void)
{
  Fixture fixture;
  AtkObject *fold;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 4);
  paint (&fixture);
  fold = accessible_of (find_row (&fixture, 4));
  g_assert_true (
      g_str_has_prefix (atk_object_get_name (fold), "Ben, נועה and 5 others came in · Jonas left"));
  g_assert_cmpstr (atk_object_get_description (fold), ==, "Today");
  g_assert_null (find_row (&fixture, 5));
  g_assert_true (has_state (fold, ATK_STATE_SHOWING));
  g_assert_true (has_state (fold, ATK_STATE_EXPANDABLE));
  g_assert_false (has_state (fold, ATK_STATE_EXPANDED));
  g_assert_cmpstr (atk_action_get_name (ATK_ACTION (fold), 0), ==, "open");
  atk_action_do_action (ATK_ACTION (fold), 0);
  paint (&fixture);
  g_assert_cmpstr (name_of (&fixture, 5), ==, "נועה came in, 9:11");
  g_assert_cmpstr (name_of (&fixture, 11), ==, "Jonas left, 9:58");
  fold = accessible_of (find_row (&fixture, 4));
  g_assert_true (has_state (fold, ATK_STATE_EXPANDED));
  g_assert_cmpstr (atk_action_get_name (ATK_ACTION (fold), 0), ==, "close");
  atk_action_do_action (ATK_ACTION (fold), 0);
  paint (&fixture);
  g_assert_null (find_row (&fixture, 5));
  close_view (&fixture);
}

static void
test_cuts_long_messages (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) lines = g_string_new (NULL);
  Fixture fixture;
  AtkObject *row;
  GtkAllocation place;
  int cut;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (lines, "line %u\n", i);
  g_string_append (lines, "end");
  g_ptr_array_add (entries, talk_entry (1, talk_today (9, 0), HW_ENTRY_MESSAGE, "Ben", lines->str));
  open_view (&fixture, talk_history_of (entries), HW_LOG_VIEW_CHAT);
  row = accessible_of (find_row (&fixture, 1));
  gtk_widget_get_allocation (find_row (&fixture, 1), &place);
  cut = place.height;
  g_assert_cmpint (cut, <, 42 * 24);
  /* A screen reader gets all of it. */
  g_assert_true (g_str_has_suffix (atk_object_get_name (row), "end"));
  g_assert_cmpstr (atk_action_get_name (ATK_ACTION (row), 0), ==, "show all");
  atk_action_do_action (ATK_ACTION (row), 0);
  paint (&fixture);
  gtk_widget_get_allocation (find_row (&fixture, 1), &place);
  g_assert_cmpint (place.height, >, 10 * cut);
  /* And so does the clipboard. */
  gtk_widget_grab_focus (find_row (&fixture, 1));
  key (&fixture, GDK_KEY_a, GDK_CONTROL_MASK);
  {
    g_autofree char *text = hw_log_view_get_selected_text (fixture.view);

    g_assert_cmpstr (text, ==, lines->str);
  }
  close_view (&fixture);
}

static void
test_offers_to_try_again (void)
{
  Fixture fixture;
  AtkObject *row;
  guint64 failed = 24;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  row = accessible_of (find_row (&fixture, failed));
  g_assert_cmpstr (
      atk_object_get_name (row), ==,
      "Ana, 10:18: and I take bench 4 for the second run, not sent: this room is closed "
      "for writing.");
  g_assert_cmpstr (name_of (&fixture, failed + 1), ==,
                   "Ana, 10:18: starting the report in the shared folder now, not sent yet");
  g_assert_cmpint (atk_action_get_n_actions (ATK_ACTION (row)), ==, 3);
  atk_action_do_action (ATK_ACTION (row), 0);
  g_assert_cmpuint (fixture.n_retry, ==, 1);
  atk_action_do_action (ATK_ACTION (row), 2);
  g_assert_cmpuint (fixture.n_discard, ==, 1);
  hw_history_remove_unsaved (fixture.history, hw_history_find_unsaved (fixture.history, "k1"));
  paint (&fixture);
  g_assert_cmpstr (name_of (&fixture, failed), ==,
                   "Ana, 10:18: starting the report in the shared folder now, not sent yet");
  close_view (&fixture);
}

static void
test_marks_what_is_new (void)
{
  Fixture fixture;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  hw_log_view_set_unread_after (fixture.view, 15);
  paint (&fixture);
  g_assert_cmpstr (atk_object_get_description (accessible_of (find_row (&fixture, 16))), ==,
                   "New since 10:04");
  g_assert_null (atk_object_get_description (accessible_of (find_row (&fixture, 17))));
  hw_log_view_set_unread_after (fixture.view, 0);
  paint (&fixture);
  g_assert_null (atk_object_get_description (accessible_of (find_row (&fixture, 16))));
  close_view (&fixture);
}

static void
test_says_what_a_person_would (void)
{
  Fixture fixture;
  AtkObject *list;
  AtkObject *row;
  int start, end;
  g_autofree char *word = NULL;
  g_autofree char *line = NULL;
  g_autofree char *all = NULL;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  list = gtk_widget_get_accessible (GTK_WIDGET (fixture.view));
  g_assert_cmpint (atk_object_get_role (list), ==, ATK_ROLE_LIST);
  g_assert_cmpstr (name_of (&fixture, 12), ==, "Ben, 10:02: kettle’s on ☕ who wants?");
  g_assert_cmpstr (
      name_of (&fixture, 15), ==,
      "Dr. Weiss set the topic: Experiment 7: RC circuits · bring your notebook, 10:04");
  row = accessible_of (find_row (&fixture, 13));
  g_assert_cmpint (atk_object_get_role (row), ==, ATK_ROLE_LIST_ITEM);
  g_assert_true (atk_object_get_parent (row) == list);
  word = atk_text_get_string_at_offset (ATK_TEXT (row), 9, ATK_TEXT_GRANULARITY_WORD, &start, &end);
  g_assert_cmpstr (word, ==, "scope");
  g_assert_cmpint (start, ==, 8);
  line = atk_text_get_string_at_offset (ATK_TEXT (row), 9, ATK_TEXT_GRANULARITY_LINE, &start, &end);
  all = atk_text_get_text (ATK_TEXT (row), 0, -1);
  g_assert_cmpstr (line, ==, all);
  append (&fixture, "Zed", "milk?");
  paint (&fixture);
  g_assert_cmpstr (fixture.announced, ==, "Zed, 12:00: milk?");
  close_view (&fixture);
}

/* Written from right to left, faces and words stand at the right, whatever script the words are in.
 */
static void
test_mirrors (void)
{
  Fixture fixture;
  int x, y, width;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  width = gtk_widget_get_allocated_width (GTK_WIDGET (fixture.view));
  place_of (&fixture, 14, 0, &x, &y);
  g_assert_cmpint (x, >, width - 90);
  place_of (&fixture, 20, 21, &x, &y);
  g_assert_cmpint (x, >, width - 90);
  drag (&fixture, 13, 4, 13, 13);
  {
    g_autofree char *text = hw_log_view_get_selected_text (fixture.view);

    g_assert_cmpstr (text, ==, "the scope");
  }
  close_view (&fixture);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static void
test_follows_the_style (void)
{
  Fixture fixture;
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  g_autoptr (GdkPixbuf) before = NULL;
  g_autoptr (GdkPixbuf) after = NULL;
  int x, x_narrow, y;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  place_of (&fixture, 20, 0, &x, &y);
  gtk_style_context_add_class (gtk_widget_get_style_context (fixture.window), "narrow");
  paint (&fixture);
  place_of (&fixture, 20, 0, &x_narrow, &y);
  g_assert_cmpint (x_narrow, ==, x - 6);

  before = picture (&fixture);
  gtk_css_provider_load_from_data (provider, "@define-color hw_fg #f00;", -1, NULL);
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (),
                                             GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_USER);
  paint (&fixture);
  after = picture (&fixture);
  g_assert_cmpuint (count_different_pixels (before, after), >, 0);
  gtk_style_context_remove_provider_for_screen (gdk_screen_get_default (),
                                                GTK_STYLE_PROVIDER (provider));
  assert_looks_like (&fixture, before);
  close_view (&fixture);
}

static void
on_action (HwLogView *view, HwEntry *entry, const char *id, Fixture *fixture)
{
  g_free (fixture->link);
  fixture->link = g_strdup_printf ("%s %s", id, hw_entry_get_from (entry));
}

static void
test_offers_actions_for_others (void)
{
  static const HwLogAction actions[] = { { "mute", "hallway-mute-symbolic", "Mute…" },
                                         { "kick", "system-log-out-symbolic", "Kick…" } };
  Fixture fixture;
  GtkAllocation place;
  AtkObject *row;

  open_view (&fixture, talk_scene (), HW_LOG_VIEW_TIMELINE);
  g_signal_connect (fixture.view, "entry-action", G_CALLBACK (on_action), &fixture);
  hw_log_view_set_actions (fixture.view, actions, G_N_ELEMENTS (actions));
  paint (&fixture);
  gtk_widget_get_allocation (find_row (&fixture, 13), &place);
  /* They are there only while one points at the row. */
  press (&fixture, GDK_BUTTON_PRESS, place.width - 26, place.y + 15, 0);
  press (&fixture, GDK_BUTTON_RELEASE, place.width - 26, place.y + 15, GDK_BUTTON1_MASK);
  g_assert_null (fixture.link);
  press (&fixture, GDK_MOTION_NOTIFY, place.width - 26, place.y + 15, 0);
  press (&fixture, GDK_BUTTON_PRESS, place.width - 26, place.y + 15, 0);
  press (&fixture, GDK_BUTTON_RELEASE, place.width - 26, place.y + 15, GDK_BUTTON1_MASK);
  g_assert_cmpstr (fixture.link, ==, "kick Ben");
  row = accessible_of (find_row (&fixture, 13));
  g_assert_cmpstr (atk_action_get_name (ATK_ACTION (row), 0), ==, "mute");
  atk_action_do_action (ATK_ACTION (row), 0);
  g_assert_cmpstr (fixture.link, ==, "mute Ben");
  /* Nobody acts on oneself, or on what happened. */
  g_assert_cmpint (atk_action_get_n_actions (ATK_ACTION (accessible_of (find_row (&fixture, 20)))),
                   ==, 0);
  g_assert_cmpint (atk_action_get_n_actions (ATK_ACTION (accessible_of (find_row (&fixture, 15)))),
                   ==, 0);
  close_view (&fixture);
}

static void
test_lives_through_anything (void)
{
  Fixture fixture;
  HwHistory *other = talk_history (50, 1);

  open_view (&fixture, talk_history (100000, 1), HW_LOG_VIEW_CHAT);
  for (guint i = 0; i < 150; i++)
    {
      switch (g_test_rand_int_range (0, 9))
        {
        case 0:
          set_value (&fixture, g_test_rand_double ());
          break;
        case 1:
          append (&fixture, "Zed", "news");
          break;
        case 2:
          hw_log_view_scroll_to_seq (fixture.view, (guint64) g_test_rand_int_range (0, 200000));
          break;
        case 3:
          hw_log_view_scroll_to_end (fixture.view);
          break;
        case 4:
          key (&fixture, GDK_KEY_Page_Up, 0);
          break;
        case 5:
          hw_log_view_set_zoom (fixture.view, g_test_rand_double_range (0.5, 3));
          break;
        case 6:
          gtk_adjustment_set_value (fixture.adjustment,
                                    gtk_adjustment_get_value (fixture.adjustment)
                                        + g_test_rand_double_range (-500, 500));
          break;
        case 7:
          gtk_window_resize (GTK_WINDOW (fixture.window), g_test_rand_int_range (250, 900),
                             g_test_rand_int_range (100, 700));
          break;
        default:
          if (i % 20 == 0)
            {
              hw_log_view_set_history (fixture.view, i % 40 == 0 ? other : fixture.history);
              hw_log_view_set_unread_after (fixture.view, i);
            }
          break;
        }
      if (i % 4 == 0)
        paint (&fixture);
      g_assert_cmpuint (count_widgets (&fixture), <, 300);
    }
  hw_log_view_set_history (fixture.view, NULL);
  paint (&fixture);
  g_assert_cmpuint (hw_log_view_get_bottom_seq (fixture.view), ==, 0);
  hw_log_view_set_history (fixture.view, other);
  hw_log_view_set_zoom (fixture.view, 1);
  settle (&fixture);
  assert_right_entries (&fixture);
  close_view (&fixture);
  g_object_unref (other);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();
  talk_load_style ();

  g_test_add_func ("/log-view/jumps-anywhere-with-few-rows", test_jumps_anywhere_with_few_rows);
  g_test_add_func ("/log-view/stays-while-lines-arrive", test_stays_while_lines_arrive);
  g_test_add_func ("/log-view/stays-while-own-messages-come-and-go",
                   test_stays_while_own_messages_come_and_go);
  g_test_add_func ("/log-view/stays-while-lines-arrive-above", test_stays_while_lines_arrive_above);
  g_test_add_func ("/log-view/scrolls-by-the-pixel-over-unmeasured-rows",
                   test_scrolls_by_the_pixel_over_unmeasured_rows);
  g_test_add_func ("/log-view/keeps-words-in-place-when-a-name-goes",
                   test_keeps_words_in_place_when_a_name_goes);
  g_test_add_func ("/log-view/comes-back-after-resizing", test_comes_back_after_resizing);
  g_test_add_func ("/log-view/comes-back-after-zooming", test_comes_back_after_zooming);
  g_test_add_func ("/log-view/follows-the-end-and-counts-below",
                   test_follows_the_end_and_counts_below);
  g_test_add_func ("/log-view/short-talk-stands-at-the-end", test_short_talk_stands_at_the_end);
  g_test_add_func ("/log-view/selects-across-entries", test_selects_across_entries);
  g_test_add_func ("/log-view/selection-outlives-its-rows", test_selection_outlives_its_rows);
  g_test_add_func ("/log-view/copies-what-was-not-loaded", test_copies_what_was_not_loaded);
  g_test_add_func ("/log-view/opens-links", test_opens_links);
  g_test_add_func ("/log-view/walks-by-keyboard", test_walks_by_keyboard);
  g_test_add_func ("/log-view/focus-outlives-its-row", test_focus_outlives_its_row);
  g_test_add_func ("/log-view/reads-by-caret", test_reads_by_caret);
  g_test_add_func ("/log-view/folds-coming-and-going", test_folds_coming_and_going);
  g_test_add_func ("/log-view/cuts-long-messages", test_cuts_long_messages);
  g_test_add_func ("/log-view/offers-to-try-again", test_offers_to_try_again);
  g_test_add_func ("/log-view/marks-what-is-new", test_marks_what_is_new);
  g_test_add_func ("/log-view/says-what-a-person-would", test_says_what_a_person_would);
  g_test_add_func ("/log-view/mirrors", test_mirrors);
  g_test_add_func ("/log-view/follows-the-style", test_follows_the_style);
  g_test_add_func ("/log-view/offers-actions-for-others", test_offers_actions_for_others);
  g_test_add_func ("/log-view/lives-through-anything", test_lives_through_anything);
  return g_test_run ();
}
