/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which rows the log view has, and that nothing moves that should not. Runs in gui-env. */

#include "log-fixture.h"

#include <handy.h>
#include <string.h>

static void
test_jumps_anywhere_with_few_rows (void)
{
  LogFixture fixture;
  guint n = 1000000;

  log_open_view (&fixture, talk_history (n, 1), HW_LOG_VIEW_CHAT);
  g_assert_true (hw_log_view_get_at_end (fixture.view));
  g_assert_nonnull (log_find_row (&fixture, n));
  log_assert_right_entries (&fixture);
  for (guint i = 0; i < 20; i++)
    {
      double share = i == 0 ? 0.5 : g_test_rand_double ();

      log_set_value (&fixture, share);
      log_paint (&fixture);
      log_settle (&fixture);
      log_assert_right_entries (&fixture);
      /* Near where it was asked for. */
      {
        g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture.view));

        g_assert_cmpfloat (ABS (log_position_of (rows->data) / (double) n - share), <, 0.02);
        g_assert_cmpuint (g_list_length (rows), <, 80);
      }
      g_assert_cmpuint (log_count_widgets (&fixture), <, 160);
    }
  log_set_value (&fixture, 0);
  log_paint (&fixture);
  log_settle (&fixture);
  g_assert_nonnull (log_find_row (&fixture, 1));
  log_close_view (&fixture);
}

static void
test_stays_while_lines_arrive (void)
{
  LogFixture fixture;
  g_autoptr (GdkPixbuf) before = NULL;

  log_open_view (&fixture, talk_history (10000, 1), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 5000);
  log_paint (&fixture);
  log_settle (&fixture);
  g_assert_false (hw_log_view_get_at_end (fixture.view));
  before = log_picture (&fixture);
  for (guint i = 0; i < 500; i++)
    log_append (&fixture, "Zed", "one more");
  log_assert_looks_like (&fixture, before);
  hw_history_set_last (fixture.history, 200000);
  log_assert_looks_like (&fixture, before);
  g_assert_false (hw_log_view_get_at_end (fixture.view));
  log_close_view (&fixture);
}

static void
test_stays_while_own_messages_come_and_go (void)
{
  LogFixture fixture;
  g_autoptr (GdkPixbuf) before = NULL;
  GPtrArray *unsaved = g_ptr_array_new_with_free_func (g_object_unref);

  log_open_view (&fixture, talk_history (300, 1), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 150);
  log_paint (&fixture);
  log_settle (&fixture);
  before = log_picture (&fixture);
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
        log_append (&fixture, "Zed", "meanwhile");
      else
        {
          HwEntry *entry = hw_entry_new_message (talk_today (12, 0), "Ana", "waiting", key);

          g_ptr_array_add (unsaved, entry);
          hw_history_add_unsaved (fixture.history, entry);
        }
      if (i % 30 == 0)
        log_assert_looks_like (&fixture, before);
    }
  log_assert_looks_like (&fixture, before);
  g_ptr_array_unref (unsaved);
  log_close_view (&fixture);
}

/* Reading among one's own waiting messages, others' come in before them. */
static void
test_stays_while_lines_arrive_above (void)
{
  LogFixture fixture;
  g_autoptr (GdkPixbuf) before = NULL;

  log_open_view (&fixture, talk_history (300, 1), HW_LOG_VIEW_CHAT);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);
      g_autofree char *text = g_strdup_printf ("waiting %u", i);
      g_autoptr (HwEntry) entry = hw_entry_new_message (talk_today (12, 0), "Ana", text, key);

      hw_history_add_unsaved (fixture.history, entry);
    }
  log_paint (&fixture);
  gtk_adjustment_set_value (fixture.adjustment,
                            gtk_adjustment_get_value (fixture.adjustment) - 1000);
  log_paint (&fixture);
  before = log_picture (&fixture);
  for (guint i = 0; i < 20; i++)
    {
      log_append (&fixture, "Zed", "meanwhile");
      log_assert_looks_like (&fixture, before);
    }
  log_close_view (&fixture);
}

/* Scrolling up over rows that were never measured, line by line: what one reads moves exactly as
 * far as one scrolls, whatever is loaded above meanwhile. */
static void
test_scrolls_by_the_pixel_over_unmeasured_rows (void)
{
  LogFixture fixture;

  log_open_view (&fixture, talk_history (100000, 2), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 50020);
  log_paint (&fixture);
  log_settle (&fixture);
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
              && strcmp (atk_object_get_name (log_accessible_of (link->data)), "Loading…") != 0)
            row = link->data;
        }
      g_assert_nonnull (row);
      seq = log_position_of (row) + 1;
      top = log_top_of (&fixture, seq);
      gtk_adjustment_set_value (fixture.adjustment,
                                gtk_adjustment_get_value (fixture.adjustment) - 60);
      log_paint (&fixture);
      g_assert_cmpint (log_top_of (&fixture, seq), ==, top + 60);
      log_settle (&fixture);
    }
  log_close_view (&fixture);
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
  LogFixture fixture;
  HwHistory *history = hw_history_new (1000);
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GPtrArray) older = g_ptr_array_new_with_free_func (g_object_unref);
  int x, y, x_after, y_after, top;

  g_signal_connect (history, "fetch", G_CALLBACK (on_held_fetch), held);
  log_open_view (&fixture, history, HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 501);
  log_paint (&fixture);
  for (guint i = 0; i < 400 && log_name_of (&fixture, 501) == NULL; i++)
    log_paint (&fixture);
  while (!g_str_has_prefix (log_name_of (&fixture, 501), "Ben"))
    log_paint (&fixture);
  /* To the top of the window: what is above is not in sight, but near enough to be wished for. */
  gtk_adjustment_set_value (fixture.adjustment, gtk_adjustment_get_value (fixture.adjustment)
                                                    + log_top_of (&fixture, 501) + 5);
  log_paint (&fixture);
  g_assert_cmpint (log_top_of (&fixture, 501), ==, -5);
  log_place_of (&fixture, 501, 0, &x, &y);
  top = log_top_of (&fixture, 502);
  for (guint64 seq = 401; seq <= 500; seq++)
    g_ptr_array_add (older, talk_entry (seq, (gint64) seq * 60000, HW_ENTRY_MESSAGE, "Ben",
                                        "an older line"));
  hw_history_add_page (history, older);
  log_paint (&fixture);
  log_place_of (&fixture, 501, 0, &x_after, &y_after);
  g_assert_cmpint (y_after, ==, y);
  g_assert_cmpint (log_top_of (&fixture, 502), ==, top);
  g_assert_cmpint (log_top_of (&fixture, 501), >, -5);
  log_close_view (&fixture);
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
  LogFixture fixture;
  int width;

  log_open_view (&fixture, long_talk (), HW_LOG_VIEW_CHAT);
  /* From narrow to wide: most of a paragraph is above the window, and would all go out of it. */
  width = 400;
  log_resize (&fixture, width);
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (GdkPixbuf) before = NULL;

      log_set_value (&fixture, 0.13 * (i + 1));
      log_paint (&fixture);
      gtk_adjustment_set_value (fixture.adjustment,
                                gtk_adjustment_get_value (fixture.adjustment) + 7 * i);
      log_paint (&fixture);
      before = log_picture (&fixture);
      log_resize (&fixture, 700);
      g_assert_cmpint (gtk_widget_get_allocated_width (fixture.window), ==, 700);
      log_resize (&fixture, 530);
      log_resize (&fixture, width);
      log_assert_looks_like (&fixture, before);
    }
  log_close_view (&fixture);
}

static void
test_comes_back_after_zooming (void)
{
  LogFixture fixture;
  g_autoptr (GdkPixbuf) before = NULL;

  log_open_view (&fixture, long_talk (), HW_LOG_VIEW_CHAT);
  log_set_value (&fixture, 0.4);
  log_paint (&fixture);
  before = log_picture (&fixture);
  hw_log_view_set_zoom (fixture.view, 1.5);
  log_paint (&fixture);
  hw_log_view_set_zoom (fixture.view, 1);
  log_settle (&fixture);
  log_assert_looks_like (&fixture, before);
  log_close_view (&fixture);
}

static void
test_follows_the_end_and_counts_below (void)
{
  LogFixture fixture;
  guint64 last;

  log_open_view (&fixture, talk_history (500, 1), HW_LOG_VIEW_CHAT);
  for (guint i = 0; i < 70; i++)
    log_append (&fixture, "Zed", "news");
  log_paint (&fixture);
  last = hw_history_get_last (fixture.history);
  g_assert_nonnull (log_find_row (&fixture, last));
  g_assert_true (hw_log_view_get_at_end (fixture.view));
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, 0);
  g_assert_cmpuint (hw_log_view_get_bottom_seq (fixture.view), ==, last);
  g_assert_cmpstr (fixture.announced, !=, NULL);

  gtk_adjustment_set_value (fixture.adjustment,
                            gtk_adjustment_get_value (fixture.adjustment) - 300);
  log_paint (&fixture);
  g_assert_false (hw_log_view_get_at_end (fixture.view));
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, 0);
  log_append (&fixture, "Zed", "missed");
  log_append (&fixture, "Ana", "one’s own does not count");
  log_append (&fixture, "Ben", "missed too");
  log_paint (&fixture);
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, 2);
  g_assert_cmpuint (hw_log_view_get_bottom_seq (fixture.view), <, last);

  hw_log_view_scroll_to_end (fixture.view);
  log_paint (&fixture);
  g_assert_true (hw_log_view_get_at_end (fixture.view));
  g_assert_cmpuint (hw_log_view_get_n_below (fixture.view), ==, 0);
  g_assert_cmpstr (log_name_of (&fixture, last + 3), ==, "Ben, 12:00: missed too");
  log_close_view (&fixture);
}

static void
test_short_talk_stands_at_the_end (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  LogFixture fixture;
  GtkAllocation place;

  g_ptr_array_add (entries, talk_entry (1, talk_today (9, 0), HW_ENTRY_MESSAGE, "Ben", "hello"));
  log_open_view (&fixture, talk_history_of (entries), HW_LOG_VIEW_CHAT);
  gtk_widget_get_allocation (log_find_row (&fixture, 1), &place);
  g_assert_cmpint (place.y + place.height, ==,
                   gtk_widget_get_allocated_height (GTK_WIDGET (fixture.view)));
  log_close_view (&fixture);

  log_open_view (&fixture, talk_history_of (entries), HW_LOG_VIEW_TIMELINE);
  g_assert_cmpint (log_top_of (&fixture, 1), ==, 0);
  log_close_view (&fixture);

  /* And nothing at all is nothing. */
  memset (&fixture, 0, sizeof fixture);
}

static void
test_cuts_long_messages (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) lines = g_string_new (NULL);
  LogFixture fixture;
  AtkObject *row;
  GtkAllocation place;
  int cut;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (lines, "line %u\n", i);
  g_string_append (lines, "end");
  g_ptr_array_add (entries, talk_entry (1, talk_today (9, 0), HW_ENTRY_MESSAGE, "Ben", lines->str));
  log_open_view (&fixture, talk_history_of (entries), HW_LOG_VIEW_CHAT);
  row = log_accessible_of (log_find_row (&fixture, 1));
  gtk_widget_get_allocation (log_find_row (&fixture, 1), &place);
  cut = place.height;
  g_assert_cmpint (cut, <, 42 * 24);
  /* A screen reader gets all of it. */
  g_assert_true (g_str_has_suffix (atk_object_get_name (row), "end"));
  g_assert_cmpstr (atk_action_get_name (ATK_ACTION (row), 0), ==, "show all");
  atk_action_do_action (ATK_ACTION (row), 0);
  log_paint (&fixture);
  gtk_widget_get_allocation (log_find_row (&fixture, 1), &place);
  g_assert_cmpint (place.height, >, 10 * cut);
  /* And so does the clipboard. */
  gtk_widget_grab_focus (log_find_row (&fixture, 1));
  log_key (&fixture, GDK_KEY_a, GDK_CONTROL_MASK);
  {
    g_autofree char *text = hw_log_view_get_selected_text (fixture.view);

    g_assert_cmpstr (text, ==, lines->str);
  }
  log_close_view (&fixture);
}

static void
test_follows_the_style (void)
{
  LogFixture fixture;
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  g_autoptr (GdkPixbuf) before = NULL;
  g_autoptr (GdkPixbuf) after = NULL;
  int x, x_narrow, y;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  log_place_of (&fixture, 20, 0, &x, &y);
  gtk_style_context_add_class (gtk_widget_get_style_context (fixture.window), "narrow");
  log_paint (&fixture);
  log_place_of (&fixture, 20, 0, &x_narrow, &y);
  g_assert_cmpint (x_narrow, ==, x - 6);

  before = log_picture (&fixture);
  gtk_css_provider_load_from_data (provider, "@define-color hw_fg #f00;", -1, NULL);
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (),
                                             GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_USER);
  log_paint (&fixture);
  after = log_picture (&fixture);
  g_assert_cmpuint (log_count_different_pixels (before, after), >, 0);
  gtk_style_context_remove_provider_for_screen (gdk_screen_get_default (),
                                                GTK_STYLE_PROVIDER (provider));
  log_assert_looks_like (&fixture, before);
  log_close_view (&fixture);
}

static void
test_lives_through_anything (void)
{
  LogFixture fixture;
  HwHistory *other = talk_history (50, 1);

  log_open_view (&fixture, talk_history (100000, 1), HW_LOG_VIEW_CHAT);
  for (guint i = 0; i < 150; i++)
    {
      switch (g_test_rand_int_range (0, 9))
        {
        case 0:
          log_set_value (&fixture, g_test_rand_double ());
          break;
        case 1:
          log_append (&fixture, "Zed", "news");
          break;
        case 2:
          hw_log_view_scroll_to_seq (fixture.view, (guint64) g_test_rand_int_range (0, 200000));
          break;
        case 3:
          hw_log_view_scroll_to_end (fixture.view);
          break;
        case 4:
          log_key (&fixture, GDK_KEY_Page_Up, 0);
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
        log_paint (&fixture);
      g_assert_cmpuint (log_count_widgets (&fixture), <, 300);
    }
  hw_log_view_set_history (fixture.view, NULL);
  log_paint (&fixture);
  g_assert_cmpuint (hw_log_view_get_bottom_seq (fixture.view), ==, 0);
  hw_log_view_set_history (fixture.view, other);
  hw_log_view_set_zoom (fixture.view, 1);
  log_settle (&fixture);
  log_assert_right_entries (&fixture);
  log_close_view (&fixture);
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
  g_test_add_func ("/log-view/cuts-long-messages", test_cuts_long_messages);
  g_test_add_func ("/log-view/follows-the-style", test_follows_the_style);
  g_test_add_func ("/log-view/lives-through-anything", test_lives_through_anything);
  return g_test_run ();
}
