/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The entries kept in memory: the newest, without holes; and pages of them that fit into a line. */

#include "server/page.h"
#include "server/recent.h"

#include "protocol/limits.h"

#include <string.h>

static HwLogEntry *
new_entry (guint64 seq, const char *text)
{
  HwLogEntry *entry
      = hw_log_entry_new (1, HW_ENTRY_MESSAGE, HW_LEFT_NONE, "Ana", text, "", "", "key");

  entry->seq = seq;
  return entry;
}

static void
add (HwRecent *recent, guint64 from, guint64 until, const char *text)
{
  for (guint64 seq = from; seq <= until; seq++)
    {
      g_autoptr (HwLogEntry) entry = new_entry (seq, text);

      hw_recent_add (recent, entry);
    }
}

static GPtrArray *
new_page (guint64 from, guint64 until, const char *text)
{
  GPtrArray *page = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_log_entry_unref);

  for (guint64 seq = from; seq <= until; seq++)
    g_ptr_array_add (page, new_entry (seq, text));
  return page;
}

static void
check (const HwRecent *recent, guint64 last)
{
  guint n = hw_recent_get_n (recent);

  g_assert_cmpuint (n, >, 0);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (((HwLogEntry *) recent->entries->pdata[i])->seq, ==, last - n + 1 + i);
}

static void
test_bounded_and_without_holes (void)
{
  HwRecent recent = { 0 };

  for (guint64 seq = 1; seq <= 1000; seq++)
    {
      add (&recent, seq, seq, "x");
      check (&recent, seq);
      g_assert_cmpuint (hw_recent_get_n (&recent), <=, 2 * HW_RECENT_ENTRIES);
      g_assert_cmpuint (hw_recent_get_n (&recent), >=, MIN (seq, HW_RECENT_ENTRIES));
    }
  hw_recent_clear (&recent);
  g_assert_cmpuint (hw_recent_get_n (&recent), ==, 0);
}

static void
test_large_texts (void)
{
  HwRecent recent = { 0 };
  g_autofree char *text = g_strnfill (HW_TEXT_MAX, 'x');

  add (&recent, 1, 200, text);
  check (&recent, 200);
  g_assert_cmpuint (recent.bytes, <=, 2 * HW_RECENT_BYTES + HW_TEXT_MAX + 64);
  hw_recent_clear (&recent);
}

static void
test_fill_what_fits (void)
{
  HwRecent recent = { 0 };
  g_autoptr (GPtrArray) page = new_page (10, 30, "x");
  g_autoptr (GPtrArray) old = new_page (1, 5, "x");

  /* Not yet anything: only what was shown */
  hw_recent_fill (&recent, page, 28);
  check (&recent, 28);
  g_assert_cmpuint (hw_recent_get_first (&recent), ==, 10);
  hw_recent_clear (&recent);

  /* In front of what came while it was read */
  add (&recent, 25, 40, "x");
  hw_recent_fill (&recent, page, 40);
  check (&recent, 40);
  g_assert_cmpuint (hw_recent_get_first (&recent), ==, 10);

  /* With a hole between: left out */
  hw_recent_fill (&recent, old, 40);
  g_assert_cmpuint (hw_recent_get_first (&recent), ==, 10);
  hw_recent_clear (&recent);
}

static void
test_find_after (void)
{
  HwRecent recent = { 0 };

  g_assert_cmpuint (hw_recent_find_after (&recent, 3), ==, 0);
  add (&recent, 10, 19, "x");
  g_assert_cmpuint (hw_recent_find_after (&recent, 3), ==, 0);
  g_assert_cmpuint (hw_recent_find_after (&recent, 9), ==, 0);
  g_assert_cmpuint (hw_recent_find_after (&recent, 10), ==, 1);
  g_assert_cmpuint (hw_recent_find_after (&recent, 19), ==, 10);
  g_assert_cmpuint (hw_recent_find_after (&recent, 99), ==, 10);
  hw_recent_clear (&recent);
}

static void
write_page (GPtrArray *page, gboolean newest, const char *reader, GString *out, gboolean *cut)
{
  HwJsonWriter writer;

  g_string_truncate (out, 0);
  hw_json_writer_init (&writer, out);
  hw_json_begin_object (&writer, NULL);
  *cut = hw_page_write (&writer, (HwLogEntry *const *) page->pdata, page->len, newest, reader);
  hw_json_end_object (&writer);
}

static void
test_page_is_cut_to_a_line (void)
{
  g_autofree char *text = g_strnfill (HW_TEXT_MAX, '\n');
  g_autoptr (GPtrArray) page = new_page (1, 200, text);
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean cut;

  write_page (page, FALSE, NULL, out, &cut);
  g_assert_true (cut);
  g_assert_cmpuint (out->len, <, HW_SERVER_LINE_MAX);
  g_assert_nonnull (strstr (out->str, "\"seq\":1,"));
  g_assert_null (strstr (out->str, "\"seq\":200,"));

  write_page (page, TRUE, NULL, out, &cut);
  g_assert_true (cut);
  g_assert_cmpuint (out->len, <, HW_SERVER_LINE_MAX);
  g_assert_null (strstr (out->str, "\"seq\":1,"));
  g_assert_nonnull (strstr (out->str, "\"seq\":200,"));
}

static void
test_keys_for_their_author (void)
{
  g_autoptr (GPtrArray) page = new_page (1, 2, "x");
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean cut;

  write_page (page, TRUE, "ana", out, &cut);
  g_assert_false (cut);
  g_assert_nonnull (strstr (out->str, "\"key\":\"key\""));
  write_page (page, TRUE, "bob", out, &cut);
  g_assert_null (strstr (out->str, "\"key\""));
  write_page (page, TRUE, NULL, out, &cut);
  g_assert_null (strstr (out->str, "\"key\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recent/bounded-and-without-holes", test_bounded_and_without_holes);
  g_test_add_func ("/recent/large-texts", test_large_texts);
  g_test_add_func ("/recent/fill-what-fits", test_fill_what_fits);
  g_test_add_func ("/recent/find-after", test_find_after);
  g_test_add_func ("/page/cut-to-a-line", test_page_is_cut_to_a_line);
  g_test_add_func ("/page/keys-for-their-author", test_keys_for_their_author);
  return g_test_run ();
}
