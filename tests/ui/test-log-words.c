/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The words of the log view, and what it finds in others': no window needed. */

#include "talk.h"

#include "ui/entry-text.h"
#include "ui/log-plan.h"
#include "ui/text-marks.h"

#include <string.h>

static char *
join_marks (const char *text, GArray *marks, gboolean as_uris)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < marks->len; i++)
    {
      const HwTextMark *mark = &g_array_index (marks, HwTextMark, i);
      g_autofree char *part = as_uris ? hw_text_marks_get_uri (text, mark)
                                      : g_strndup (text + mark->start, mark->end - mark->start);

      g_assert_true (g_utf8_validate (part, -1, NULL));
      g_string_append_printf (all, "%s%s", i > 0 ? " | " : "", part);
    }
  g_array_set_size (marks, 0);
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void
test_finds_links (void)
{
  static const struct
  {
    const char *text;
    const char *links;
  } cases[] = {
    { "nothing here", "" },
    { "see http://a.b/c.", "http://a.b/c" },
    { "(https://a.b/c_(d))", "https://a.b/c_(d)" },
    { "<http://a.b>, “http://c.d”!", "http://a.b | http://c.d" },
    { "http:// https://", "" },
    { "www.a.b/ü?x=1&y=2#z, then", "https://www.a.b/ü?x=1&y=2#z" },
    { "xhttp://a.b", "" },
    { "HTTP://A.B", "HTTP://A.B" },
    { "mailto:ana@example.org hallway://host:1/tea",
      "mailto:ana@example.org | hallway://host:1/tea" },
    { "http://a.b\nhttp://c.d", "http://a.b | http://c.d" },
    { "看http://a.b。好", "" },
    { "看 http://a.b。好", "http://a.b" },
    /* Nothing that is not seen can be part of where it leads. */
    { "http://good.example\342\200\256gpj.exe", "http://good.example" },
    { "javascript:alert(1) file:///etc/passwd", "" },
  };
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (HwTextMark));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = NULL;

      hw_text_marks_find_links (cases[i].text, marks);
      found = join_marks (cases[i].text, marks, TRUE);
      g_assert_cmpstr (found, ==, cases[i].links);
    }
}

static void
test_finds_names (void)
{
  static const struct
  {
    const char *text;
    const char *name;
    const char *marks;
  } cases[] = {
    { "@Ana come, ANA!", "Ana", "@Ana | ANA" },
    { "banana Anabel", "Ana", "" },
    { "anything", NULL, "" },
    { "anything", "", "" },
    { "请陈思远看一下", "陈思远", "陈思远" },
    { "Dr. Weiss, dr. weiss", "Dr. Weiss", "Dr. Weiss | dr. weiss" },
    { "Ana", "Anastasia", "" },
  };
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (HwTextMark));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = NULL;

      hw_text_marks_find_name (cases[i].text, cases[i].name, marks);
      found = join_marks (cases[i].text, marks, FALSE);
      g_assert_cmpstr (found, ==, cases[i].marks);
    }
}

static void
test_finds_words (void)
{
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (HwTextMark));
  const char *text = "Scope and scopes, microscope; SCOPE";
  g_autofree char *found = NULL;

  hw_text_marks_find_words (text, (const char *const[]){ "scope", "", NULL }, marks);
  found = join_marks (text, marks, FALSE);
  g_assert_cmpstr (found, ==, "Scope | scope | SCOPE");
  hw_text_marks_find_words (text, NULL, marks);
  g_assert_cmpuint (marks->len, ==, 0);
}

/* "+Ana -Ben": who came and who went, as entries. */
static char *
fold (const char *story, gboolean for_show)
{
  g_auto (GStrv) steps = g_strsplit (story, " ", -1);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; steps[i] != NULL; i++)
    g_ptr_array_add (entries,
                     talk_entry (i + 1, 1000, steps[i][0] == '+' ? HW_ENTRY_JOINED : HW_ENTRY_LEFT,
                                 steps[i] + 1, NULL));
  return hw_entry_text_fold ((HwEntry *const *) entries->pdata, entries->len, for_show);
}

static void
test_tells_coming_and_going_in_one_line (void)
{
  static const char *const cases[][2] = {
    { "+Ana", "Ana came in" },
    { "+Ana +Ben", "Ana and Ben came in" },
    { "+Ana +Ben +Zed", "Ana, Ben and Zed came in" },
    { "+A +B +C +D", "A, B and 2 others came in" },
    { "+Ana -Ben", "Ana came in · Ben left" },
    { "+Ana -Ana", "Ana came and went" },
    { "-Ana +Ana", "Ana left and came back" },
    { "+Ana -Ana +Ana", "Ana came in" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *plain = fold (cases[i][0], FALSE);
      g_autofree char *shown = fold (cases[i][0], TRUE);
      g_autofree char *stripped = hw_entry_text_strip_marks (shown, -1);

      g_assert_cmpstr (plain, ==, cases[i][1]);
      g_assert_cmpstr (stripped, ==, plain);
    }
}

static void
test_keeps_names_from_turning_sentences (void)
{
  g_autoptr (HwEntry) entry = talk_entry (1, 1000, HW_ENTRY_JOINED, "נועה", NULL);
  g_autofree char *shown = hw_entry_text_sentence (entry, TRUE);

  /* LRM FSI name PDI: the sentence runs on to the right. */
  g_assert_cmpstr (shown, ==, "\342\200\216\342\201\250נועה\342\201\251 came in");
}

static void
test_names_days (void)
{
  gint64 day = 86400000;
  gint64 now = G_GINT64_CONSTANT (1763640000000); /* 2025-11-20 12:00 UTC */
  struct
  {
    gint64 at;
    gboolean in_full;
    const char *name;
  } cases[] = {
    { now, FALSE, "Today" },
    { now - day, FALSE, "Yesterday" },
    { now - 2 * day, FALSE, "Tuesday, 18 November" },
    { now, TRUE, "Thursday, 20 November" },
    { now - 365 * day, FALSE, "Wednesday, 20 November 2024" },
    { G_MAXINT64, FALSE, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = hw_entry_text_day (cases[i].at, now, cases[i].in_full);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

static void
add (GPtrArray *entries, int hour, int minute, HwEntryKind kind, const char *from)
{
  g_ptr_array_add (entries,
                   talk_entry (entries->len + 1, talk_today (hour, minute), kind, from, "words"));
}

static void
test_groups_within_five_minutes (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (HwLogPlanner) planner = hw_log_planner_new (HW_LOG_VIEW_CHAT);
  g_autoptr (HwHistory) history = NULL;
  /* Which of them begin a group. */
  static const gboolean heads[] = { TRUE, FALSE, TRUE, TRUE, TRUE, TRUE, FALSE };

  add (entries, 10, 0, HW_ENTRY_MESSAGE, "Ana");
  add (entries, 10, 5, HW_ENTRY_MESSAGE, "Ana");
  add (entries, 10, 11, HW_ENTRY_MESSAGE, "Ana");
  add (entries, 10, 12, HW_ENTRY_MESSAGE, "Ben");
  add (entries, 10, 12, HW_ENTRY_TOPIC, "Ben");
  add (entries, 10, 12, HW_ENTRY_MESSAGE, "Ben");
  add (entries, 10, 12, HW_ENTRY_MESSAGE, "Ben");
  history = talk_history_of (entries);
  hw_log_planner_set_history (planner, history);
  for (guint i = 0; i < entries->len; i++)
    {
      HwLogPlan plan;

      hw_log_planner_plan (planner, i, entries->pdata[i], &plan);
      g_assert_cmpint (plan.head, ==, heads[i]);
      g_assert_cmpint (plan.day, ==, i == 0);
    }
  hw_log_planner_set_unread_after (planner, 1);
  {
    HwLogPlan plan;

    hw_log_planner_plan (planner, 1, entries->pdata[1], &plan);
    g_assert_true (plan.head);
    g_assert_true (plan.unread);
  }
}

static void
test_folds_within_a_page (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (HwLogPlanner) planner = hw_log_planner_new (HW_LOG_VIEW_CHAT);
  g_autoptr (HwHistory) history = NULL;
  HwLogPlan plan;

  for (guint i = 0; i < 250; i++)
    add (entries, 10, 0, i % 2 == 0 ? HW_ENTRY_JOINED : HW_ENTRY_LEFT, "Zed");
  history = talk_history_of (entries);
  hw_log_planner_set_history (planner, history);
  hw_log_planner_plan (planner, 150, entries->pdata[150], &plan);
  g_assert_true (plan.hidden);
  g_assert_cmpuint (plan.fold_first, ==, HW_HISTORY_PAGE);
  g_assert_cmpuint (plan.fold_last, ==, 2 * HW_HISTORY_PAGE - 1);
  hw_log_planner_set_fold_open (planner, plan.fold_first, TRUE);
  hw_log_planner_plan (planner, 150, entries->pdata[150], &plan);
  g_assert_false (plan.hidden);
  /* The unread rule is never folded away. */
  hw_log_planner_set_fold_open (planner, plan.fold_first, FALSE);
  hw_log_planner_set_unread_after (planner, 150);
  hw_log_planner_plan (planner, 150, entries->pdata[150], &plan);
  g_assert_false (plan.hidden);
  g_assert_true (plan.unread);
  g_assert_true (plan.fold);
}

static void
test_knows_when_the_day_ends (void)
{
  /* 20 November 2025, in UTC */
  gint64 midnight = 1763596800000;

  g_assert_cmpint (hw_entry_text_until_midnight (midnight - 1000), ==, 1000);
  g_assert_cmpint (hw_entry_text_until_midnight (midnight), ==, 24 * 3600 * 1000);
  g_assert_cmpint (hw_entry_text_until_midnight (midnight + 12 * 3600 * 1000), ==,
                   12 * 3600 * 1000);
}

static void
test_writes_times_as_one_likes (void)
{
  gint64 at = 1763596800000 + 58 * 60 * 1000;
  g_autofree char *usual = hw_entry_text_time (at);
  g_autofree char *twelve = NULL;
  g_autofree char *usual_again = NULL;

  g_assert_cmpstr (usual, ==, "0:58");
  hw_entry_text_set_clock (HW_CLOCK_12_HOURS);
  twelve = hw_entry_text_time (at);
  g_assert_cmpstr (twelve, ==, "12:58 AM");
  hw_entry_text_set_clock (HW_CLOCK_SYSTEM);
  usual_again = hw_entry_text_time (at);
  g_assert_cmpstr (usual_again, ==, "0:58");
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-words/finds-links", test_finds_links);
  g_test_add_func ("/log-words/finds-names", test_finds_names);
  g_test_add_func ("/log-words/finds-words", test_finds_words);
  g_test_add_func ("/log-words/tells-coming-and-going-in-one-line",
                   test_tells_coming_and_going_in_one_line);
  g_test_add_func ("/log-words/keeps-names-from-turning-sentences",
                   test_keeps_names_from_turning_sentences);
  g_test_add_func ("/log-words/names-days", test_names_days);
  g_test_add_func ("/log-words/knows-when-the-day-ends", test_knows_when_the_day_ends);
  g_test_add_func ("/log-words/writes-times-as-one-likes", test_writes_times_as_one_likes);
  g_test_add_func ("/log-words/groups-within-five-minutes", test_groups_within_five_minutes);
  g_test_add_func ("/log-words/folds-within-a-page", test_folds_within_a_page);
  return g_test_run ();
}
