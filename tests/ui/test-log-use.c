/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done in the log view by pointer and keyboard, and what a screen reader finds. Runs in
 * gui-env. */

#include "log-fixture.h"

#include <handy.h>
#include <string.h>

static void
test_selects_across_entries (void)
{
  LogFixture fixture;
  g_autofree char *one = NULL;
  g_autofree char *several = NULL;
  g_autofree char *word = NULL;
  g_autofree char *copied = NULL;
  GtkClipboard *clipboard = gtk_clipboard_get (GDK_SELECTION_CLIPBOARD);
  int x, y;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  g_assert_null (hw_log_view_get_selected_text (fixture.view));
  log_drag (&fixture, 13, 4, 13, 13);
  one = hw_log_view_get_selected_text (fixture.view);
  g_assert_cmpstr (one, ==, "the scope");

  log_drag (&fixture, 13, 4, 18, 3);
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
  log_key (&fixture, GDK_KEY_c, GDK_CONTROL_MASK);
  copied = gtk_clipboard_wait_for_text (clipboard);
  g_assert_cmpstr (copied, ==, several);

  log_place_of (&fixture, 13, 6, &x, &y);
  log_press (&fixture, GDK_BUTTON_PRESS, x, y, 0);
  log_press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
  log_press (&fixture, GDK_BUTTON_PRESS, x, y, 0);
  log_press (&fixture, GDK_2BUTTON_PRESS, x, y, 0);
  log_press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
  word = hw_log_view_get_selected_text (fixture.view);
  g_assert_cmpstr (word, ==, "the");
  log_key (&fixture, GDK_KEY_Escape, 0);
  g_assert_null (hw_log_view_get_selected_text (fixture.view));
  log_close_view (&fixture);
}

static void
test_selection_outlives_its_rows (void)
{
  LogFixture fixture;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  log_open_view (&fixture, talk_history (3000, 1), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 1500);
  log_paint (&fixture);
  log_settle (&fixture);
  log_key (&fixture, GDK_KEY_Home, 0);
  gtk_widget_child_focus (GTK_WIDGET (fixture.view), GTK_DIR_TAB_FORWARD);
  hw_log_view_scroll_to_seq (fixture.view, 1500);
  log_paint (&fixture);
  log_settle (&fixture);
  {
    g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (fixture.view));
    guint64 from = 0, to = 0;

    for (GList *link = rows; link != NULL; link = link->next)
      {
        g_autoptr (HwEntry) entry = talk_generate (log_position_of (link->data) + 1);
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
    log_drag (&fixture, from, 0, to, 2);
  }
  before = hw_log_view_get_selected_text (fixture.view);
  g_assert_nonnull (before);
  log_set_value (&fixture, 0.1);
  log_paint (&fixture);
  log_settle (&fixture);
  log_append (&fixture, "Zed", "meanwhile");
  after = hw_log_view_get_selected_text (fixture.view);
  g_assert_cmpstr (before, ==, after);
  log_close_view (&fixture);
}

static gboolean
has_copied (LogFixture *fixture)
{
  g_autofree char *text = gtk_clipboard_wait_for_text (gtk_clipboard_get (GDK_SELECTION_CLIPBOARD));

  return text != NULL && strstr (text, "the very end") != NULL;
}

/* From one end of a log to the other, far more than is in memory. */
static void
test_copies_what_was_not_loaded (void)
{
  LogFixture fixture;
  g_autofree char *text = NULL;
  guint n = 3000;
  int x, y;

  gtk_clipboard_set_text (gtk_clipboard_get (GDK_SELECTION_CLIPBOARD), "before", -1);
  log_open_view (&fixture, talk_history (n, 1), HW_LOG_VIEW_CHAT);
  log_append (&fixture, "Zed", "the very end");
  log_set_value (&fixture, 0);
  log_paint (&fixture);
  log_settle (&fixture);
  log_place_of (&fixture, 1, 0, &x, &y);
  log_press (&fixture, GDK_BUTTON_PRESS, x, y, 0);
  log_press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
  hw_log_view_scroll_to_end (fixture.view);
  log_paint (&fixture);
  log_settle (&fixture);
  log_place_of (&fixture, n + 1, 12, &x, &y);
  log_press (&fixture, GDK_BUTTON_PRESS, x, y, GDK_SHIFT_MASK);
  log_press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK | GDK_SHIFT_MASK);
  log_key (&fixture, GDK_KEY_c, GDK_CONTROL_MASK);
  log_until (&fixture, has_copied, "all was fetched and copied");
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
  log_close_view (&fixture);
}

static void
test_opens_links (void)
{
  LogFixture fixture;
  int x, y;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  log_place_of (&fixture, 18, 8, &x, &y);
  log_press (&fixture, GDK_BUTTON_PRESS, x, y, 0);
  g_assert_null (fixture.link);
  log_press (&fixture, GDK_BUTTON_RELEASE, x, y, GDK_BUTTON1_MASK);
  g_assert_cmpstr (fixture.link, ==, "http://lab-nas.local/exp7/time-constants.ods");

  g_clear_pointer (&fixture.link, g_free);
  gtk_widget_grab_focus (log_find_row (&fixture, 18));
  log_key (&fixture, GDK_KEY_Return, 0);
  g_assert_cmpstr (fixture.link, ==, "http://lab-nas.local/exp7/time-constants.ods");
  log_close_view (&fixture);
}

static void
test_walks_by_keyboard (void)
{
  LogFixture fixture;
  GtkWidget *focus;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  gtk_widget_grab_focus (log_find_row (&fixture, 12));
  log_key (&fixture, GDK_KEY_Down, 0);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_cmpuint (log_position_of (focus), ==, 12);
  log_key (&fixture, GDK_KEY_Up, 0);
  /* Over what is folded away in one step. */
  log_key (&fixture, GDK_KEY_Up, 0);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_cmpuint (log_position_of (focus), ==, 3);
  log_key (&fixture, GDK_KEY_Home, 0);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_cmpuint (log_position_of (focus), ==, 0);
  log_key (&fixture, GDK_KEY_End, 0);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_cmpuint (log_position_of (focus), ==,
                    g_list_model_get_n_items (G_LIST_MODEL (fixture.history)) - 1);
  /* Tab leaves it in one step. */
  g_assert_false (gtk_widget_child_focus (GTK_WIDGET (fixture.view), GTK_DIR_TAB_FORWARD));
  log_close_view (&fixture);
}

static void
test_focus_outlives_its_row (void)
{
  LogFixture fixture;
  GtkWidget *focus;

  log_open_view (&fixture, talk_history (3000, 1), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 1500);
  log_paint (&fixture);
  log_settle (&fixture);
  gtk_widget_grab_focus (log_find_row (&fixture, 1500));
  hw_log_view_scroll_to_seq (fixture.view, 2500);
  log_paint (&fixture);
  log_settle (&fixture);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture.window)) == GTK_WIDGET (fixture.view));
  hw_log_view_scroll_to_seq (fixture.view, 1500);
  log_paint (&fixture);
  log_settle (&fixture);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_true (focus == log_find_row (&fixture, 1500));
  log_close_view (&fixture);
}

static void
test_reads_by_caret (void)
{
  LogFixture fixture;
  AtkObject *row;
  g_autofree char *text = NULL;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  row = log_accessible_of (log_find_row (&fixture, 13));
  gtk_widget_grab_focus (log_find_row (&fixture, 13));
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, -1);
  log_key (&fixture, GDK_KEY_Right, 0);
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, 0);
  log_key (&fixture, GDK_KEY_Right, 0);
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, 1);
  log_key (&fixture, GDK_KEY_Right, GDK_CONTROL_MASK);
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, 3);
  log_key (&fixture, GDK_KEY_Right, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  text = hw_log_view_get_selected_text (fixture.view);
  g_assert_cmpstr (text, ==, " the");
  log_key (&fixture, GDK_KEY_Down, 0);
  g_assert_cmpint (atk_text_get_caret_offset (ATK_TEXT (row)), ==, -1);
  log_close_view (&fixture);
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
  LogFixture fixture;
  AtkObject *fold;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  hw_log_view_scroll_to_seq (fixture.view, 4);
  log_paint (&fixture);
  fold = log_accessible_of (log_find_row (&fixture, 4));
  g_assert_true (
      g_str_has_prefix (atk_object_get_name (fold), "Ben, נועה and 5 others came in · Jonas left"));
  g_assert_cmpstr (atk_object_get_description (fold), ==, "Today");
  g_assert_null (log_find_row (&fixture, 5));
  g_assert_true (has_state (fold, ATK_STATE_SHOWING));
  g_assert_true (has_state (fold, ATK_STATE_EXPANDABLE));
  g_assert_false (has_state (fold, ATK_STATE_EXPANDED));
  g_assert_cmpstr (atk_action_get_name (ATK_ACTION (fold), 0), ==, "open");
  atk_action_do_action (ATK_ACTION (fold), 0);
  log_paint (&fixture);
  g_assert_cmpstr (log_name_of (&fixture, 5), ==, "נועה came in, 9:11");
  g_assert_cmpstr (log_name_of (&fixture, 11), ==, "Jonas left, 9:58");
  fold = log_accessible_of (log_find_row (&fixture, 4));
  g_assert_true (has_state (fold, ATK_STATE_EXPANDED));
  g_assert_cmpstr (atk_action_get_name (ATK_ACTION (fold), 0), ==, "close");
  atk_action_do_action (ATK_ACTION (fold), 0);
  log_paint (&fixture);
  g_assert_null (log_find_row (&fixture, 5));
  log_close_view (&fixture);
}

static void
test_offers_to_try_again (void)
{
  LogFixture fixture;
  AtkObject *row;
  guint64 failed = 24;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  row = log_accessible_of (log_find_row (&fixture, failed));
  g_assert_cmpstr (
      atk_object_get_name (row), ==,
      "Ana, 10:18: and I take bench 4 for the second run, not sent: this room is closed "
      "for writing.");
  g_assert_cmpstr (log_name_of (&fixture, failed + 1), ==,
                   "Ana, 10:18: starting the report in the shared folder now, not sent yet");
  g_assert_cmpint (atk_action_get_n_actions (ATK_ACTION (row)), ==, 3);
  atk_action_do_action (ATK_ACTION (row), 0);
  g_assert_cmpuint (fixture.n_retry, ==, 1);
  atk_action_do_action (ATK_ACTION (row), 2);
  g_assert_cmpuint (fixture.n_discard, ==, 1);
  hw_history_remove_unsaved (fixture.history, hw_history_find_unsaved (fixture.history, "k1"));
  log_paint (&fixture);
  g_assert_cmpstr (log_name_of (&fixture, failed), ==,
                   "Ana, 10:18: starting the report in the shared folder now, not sent yet");
  log_close_view (&fixture);
}

static void
test_marks_what_is_new (void)
{
  LogFixture fixture;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  hw_log_view_set_unread_after (fixture.view, 15);
  log_paint (&fixture);
  g_assert_cmpstr (atk_object_get_description (log_accessible_of (log_find_row (&fixture, 16))), ==,
                   "New since 10:04");
  g_assert_null (atk_object_get_description (log_accessible_of (log_find_row (&fixture, 17))));
  hw_log_view_set_unread_after (fixture.view, 0);
  log_paint (&fixture);
  g_assert_null (atk_object_get_description (log_accessible_of (log_find_row (&fixture, 16))));
  log_close_view (&fixture);
}

static void
test_says_what_a_person_would (void)
{
  LogFixture fixture;
  AtkObject *list;
  AtkObject *row;
  int start, end;
  g_autofree char *word = NULL;
  g_autofree char *line = NULL;
  g_autofree char *all = NULL;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  list = gtk_widget_get_accessible (GTK_WIDGET (fixture.view));
  g_assert_cmpint (atk_object_get_role (list), ==, ATK_ROLE_LIST);
  g_assert_cmpstr (log_name_of (&fixture, 12), ==, "Ben, 10:02: kettle’s on ☕ who wants?");
  g_assert_cmpstr (
      log_name_of (&fixture, 15), ==,
      "Dr. Weiss set the topic: Experiment 7: RC circuits · bring your notebook, 10:04");
  row = log_accessible_of (log_find_row (&fixture, 13));
  g_assert_cmpint (atk_object_get_role (row), ==, ATK_ROLE_LIST_ITEM);
  g_assert_true (atk_object_get_parent (row) == list);
  word = atk_text_get_string_at_offset (ATK_TEXT (row), 9, ATK_TEXT_GRANULARITY_WORD, &start, &end);
  g_assert_cmpstr (word, ==, "scope");
  g_assert_cmpint (start, ==, 8);
  line = atk_text_get_string_at_offset (ATK_TEXT (row), 9, ATK_TEXT_GRANULARITY_LINE, &start, &end);
  all = atk_text_get_text (ATK_TEXT (row), 0, -1);
  g_assert_cmpstr (line, ==, all);
  log_append (&fixture, "Zed", "milk?");
  log_paint (&fixture);
  g_assert_cmpstr (fixture.announced, ==, "Zed, 12:00: milk?");
  log_close_view (&fixture);
}

/* Written from right to left, faces and words stand at the right, whatever script the words are in.
 */
static void
test_mirrors (void)
{
  LogFixture fixture;
  int x, y, width;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_CHAT);
  width = gtk_widget_get_allocated_width (GTK_WIDGET (fixture.view));
  log_place_of (&fixture, 14, 0, &x, &y);
  g_assert_cmpint (x, >, width - 90);
  log_place_of (&fixture, 20, 21, &x, &y);
  g_assert_cmpint (x, >, width - 90);
  log_drag (&fixture, 13, 4, 13, 13);
  {
    g_autofree char *text = hw_log_view_get_selected_text (fixture.view);

    g_assert_cmpstr (text, ==, "the scope");
  }
  log_close_view (&fixture);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static void
on_action (HwLogView *view, HwEntry *entry, const char *id, LogFixture *fixture)
{
  g_free (fixture->link);
  fixture->link = g_strdup_printf ("%s %s", id, hw_entry_get_from (entry));
}

static void
test_offers_actions_for_others (void)
{
  static const HwLogAction actions[] = { { "mute", "hallway-mute-symbolic", "Mute…" },
                                         { "kick", "system-log-out-symbolic", "Kick…" } };
  LogFixture fixture;
  GtkAllocation place;
  AtkObject *row;

  log_open_view (&fixture, talk_scene (), HW_LOG_VIEW_TIMELINE);
  g_signal_connect (fixture.view, "entry-action", G_CALLBACK (on_action), &fixture);
  hw_log_view_set_actions (fixture.view, actions, G_N_ELEMENTS (actions));
  log_paint (&fixture);
  gtk_widget_get_allocation (log_find_row (&fixture, 13), &place);
  /* They are there only while one points at the row. */
  log_press (&fixture, GDK_BUTTON_PRESS, place.width - 26, place.y + 15, 0);
  log_press (&fixture, GDK_BUTTON_RELEASE, place.width - 26, place.y + 15, GDK_BUTTON1_MASK);
  g_assert_null (fixture.link);
  log_press (&fixture, GDK_MOTION_NOTIFY, place.width - 26, place.y + 15, 0);
  log_press (&fixture, GDK_BUTTON_PRESS, place.width - 26, place.y + 15, 0);
  log_press (&fixture, GDK_BUTTON_RELEASE, place.width - 26, place.y + 15, GDK_BUTTON1_MASK);
  g_assert_cmpstr (fixture.link, ==, "kick Ben");
  row = log_accessible_of (log_find_row (&fixture, 13));
  g_assert_cmpstr (atk_action_get_name (ATK_ACTION (row), 0), ==, "mute");
  atk_action_do_action (ATK_ACTION (row), 0);
  g_assert_cmpstr (fixture.link, ==, "mute Ben");
  /* Nobody acts on oneself, or on what happened. */
  g_assert_cmpint (atk_action_get_n_actions (
                       ATK_ACTION (log_accessible_of (log_find_row (&fixture, 20)))),
                   ==, 0);
  g_assert_cmpint (atk_action_get_n_actions (
                       ATK_ACTION (log_accessible_of (log_find_row (&fixture, 15)))),
                   ==, 0);
  log_close_view (&fixture);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();
  talk_load_style ();

  g_test_add_func ("/log-use/selects-across-entries", test_selects_across_entries);
  g_test_add_func ("/log-use/selection-outlives-its-rows", test_selection_outlives_its_rows);
  g_test_add_func ("/log-use/copies-what-was-not-loaded", test_copies_what_was_not_loaded);
  g_test_add_func ("/log-use/opens-links", test_opens_links);
  g_test_add_func ("/log-use/walks-by-keyboard", test_walks_by_keyboard);
  g_test_add_func ("/log-use/focus-outlives-its-row", test_focus_outlives_its_row);
  g_test_add_func ("/log-use/reads-by-caret", test_reads_by_caret);
  g_test_add_func ("/log-use/folds-coming-and-going", test_folds_coming_and_going);
  g_test_add_func ("/log-use/offers-to-try-again", test_offers_to_try_again);
  g_test_add_func ("/log-use/marks-what-is-new", test_marks_what_is_new);
  g_test_add_func ("/log-use/says-what-a-person-would", test_says_what_a_person_would);
  g_test_add_func ("/log-use/mirrors", test_mirrors);
  g_test_add_func ("/log-use/offers-actions-for-others", test_offers_actions_for_others);
  return g_test_run ();
}
