/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What leaves the program: nothing that somebody typed becomes markup, a formula or another entry,
 * and times are what they were. */

#include "ui/log-format.h"
#include "ui/time-words.h"

#include <string.h>

static HwEntry *
make_entry (guint64 seq, const char *json)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *object;
  HwEntry *entry;

  json_parser_load_from_data (parser, json, -1, &error);
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  json_object_set_int_member (object, "seq", (gint64) seq);
  json_object_set_int_member (object, "at", G_GINT64_CONSTANT (1763625600123));
  entry = hw_entry_new_from_json (object, &error);
  g_assert_no_error (error);
  return entry;
}

static char *
write_one (HwLogFormatKind kind, const char *json)
{
  g_autoptr (HwLogFormat) format = hw_log_format_new (kind, "<room>", "pl&ce", NULL);
  g_autoptr (HwEntry) entry = make_entry (7, json);
  GString *out = g_string_new (NULL);

  hw_log_format_entry (format, entry, out);
  return g_string_free (out, FALSE);
}

#define MESSAGE(text) "{\"kind\":\"message\",\"from\":\"Ana\",\"text\":\"" text "\"}"

static void
test_csv (void)
{
  static const struct
  {
    const char *json;
    const char *cell;
  } cases[] = {
    { MESSAGE ("=1+1"), ",\"'=1+1\"," },
    { MESSAGE ("+1"), ",\"'+1\"," },
    { MESSAGE ("-1"), ",\"'-1\"," },
    { MESSAGE ("@SUM(A1)"), ",\"'@SUM(A1)\"," },
    { MESSAGE ("\\t=1"), ",\"'\t=1\"," },
    { MESSAGE ("  =1"), ",\"'  =1\"," },
    { MESSAGE ("\\n=1"), ",\"'\n=1\"," },
    { MESSAGE ("say \\\"hi\\\", then go"), ",\"say \"\"hi\"\", then go\"," },
    { MESSAGE ("a = b"), ",\"a = b\"," },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = write_one (HW_LOG_FORMAT_CSV, cases[i].json);

      g_assert_nonnull (strstr (line, cases[i].cell));
      g_assert_true (g_str_has_prefix (line, "7,2025-11-20T08:00:00.123+00:00,\"message\","));
      g_assert_true (g_str_has_suffix (line, "\r\n"));
    }
}

static void
test_html (void)
{
  g_autofree char *line
      = write_one (HW_LOG_FORMAT_HTML, MESSAGE ("<script>alert('1')</script> & \\\"x\\\""));
  g_autoptr (HwLogFormat) format
      = hw_log_format_new (HW_LOG_FORMAT_HTML, "<room>", "pl&ce", "<note>");
  g_autoptr (GString) page = g_string_new (NULL);
  g_autoptr (HwEntry) first = make_entry (1, MESSAGE ("one"));
  g_autoptr (HwEntry) later
      = make_entry (14, "{\"kind\":\"kicked\",\"from\":\"<b>\",\"by\":\"Ben\","
                        "\"text\":\"</span>\"}");

  g_assert_nonnull (strstr (line, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; "
                                  "&quot;x&quot;</span>"));
  g_assert_null (strstr (line, "<script"));

  hw_log_format_begin (format, page);
  hw_log_format_entry (format, first, page);
  hw_log_format_entry (format, later, page);
  hw_log_format_end (format, page);
  g_assert_nonnull (strstr (page->str, "<title>&lt;room&gt;</title>"));
  g_assert_nonnull (strstr (page->str, "default-src 'none'"));
  g_assert_nonnull (strstr (page->str, "prefers-color-scheme:dark"));
  g_assert_nonnull (strstr (page->str, "12 others"));
  g_assert_null (strstr (page->str, "<b>Ben"));
  g_assert_null (strstr (page->str, "“</span>"));
  g_assert_null (strstr (page->str, "<note>"));
  g_assert_true (g_str_has_suffix (page->str, "</ol>\n</body>\n</html>\n"));
}

static void
test_text (void)
{
  g_autofree char *line = write_one (HW_LOG_FORMAT_TEXT, MESSAGE ("one\\n2025-11-20 Ben: two"));
  g_autofree char *left
      = write_one (HW_LOG_FORMAT_TEXT, "{\"kind\":\"left\",\"from\":\"Zed\",\"reason\":\"quit\"}");

  g_assert_cmpstr (line, ==,
                   "2025-11-20 08:00:00  Ana: one\n"
                   "                     2025-11-20 Ben: two\n");
  g_assert_cmpstr (left, ==, "2025-11-20 08:00:00  Zed left\n");
}

static void
test_json (void)
{
  g_autofree char *line = write_one (HW_LOG_FORMAT_JSON, MESSAGE ("one\\n\\\"two\\\" שלום"));

  g_assert_cmpstr (line, ==,
                   "{\"seq\":7,\"at\":1763625600123,\"time\":\"2025-11-20T08:00:00.123+00:00\","
                   "\"kind\":\"message\",\"from\":\"Ana\",\"text\":\"one\\n\\\"two\\\" שלום\"}\n");
}

static void
test_times (void)
{
  static const struct
  {
    const char *text;
    gboolean is_end;
    gboolean valid;
    gint64 time;
  } cases[] = {
    { "", FALSE, TRUE, 0 },
    { "2025-11-20", FALSE, TRUE, G_GINT64_CONSTANT (1763596800000) },
    { " 2025-11-20 ", TRUE, TRUE, G_GINT64_CONSTANT (1763683200000) },
    { "2025-11-20 08:00", TRUE, TRUE, G_GINT64_CONSTANT (1763625600000) },
    { "2025-11-20T08:00", FALSE, TRUE, G_GINT64_CONSTANT (1763625600000) },
    { "2025-13-20", FALSE, FALSE, 0 },
    { "2025-02-30", FALSE, FALSE, 0 },
    { "2025-11-20 25:00", FALSE, FALSE, 0 },
    { "2025-11-20 08:00 or so", FALSE, FALSE, 0 },
    { "yesterday", FALSE, FALSE, 0 },
    { "1960-01-01", FALSE, FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 time = 0;

      g_assert_cmpint (hw_time_words_parse (cases[i].text, cases[i].is_end, &time), ==,
                       cases[i].valid);
      if (cases[i].valid)
        g_assert_cmpint (time, ==, cases[i].time);
    }
}

static void
test_spans (void)
{
  gint64 day = G_GINT64_CONSTANT (1763596800000), hour = G_GINT64_CONSTANT (3600000);
  g_autofree char *one = hw_time_words_span (day, day + 24 * hour);
  g_autofree char *two = hw_time_words_span (day, day + 48 * hour);
  g_autofree char *open = hw_time_words_span (day, 0);
  g_autofree char *typed = hw_time_words_format (day + 8 * hour);

  g_assert_true (g_str_has_prefix (open, "Since "));
  g_assert_true (g_str_has_suffix (open, one));
  g_assert_nonnull (strstr (two, one));
  g_assert_nonnull (strstr (two, " – "));
  g_assert_cmpstr (typed, ==, "2025-11-20 08:00");
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/log-format/no-cell-is-a-formula", test_csv);
  g_test_add_func ("/log-format/no-text-is-markup", test_html);
  g_test_add_func ("/log-format/no-line-looks-like-another-entry", test_text);
  g_test_add_func ("/log-format/json-says-everything", test_json);
  g_test_add_func ("/time-words/times-as-they-are-typed", test_times);
  g_test_add_func ("/time-words/spans-in-few-words", test_spans);

  return g_test_run ();
}
