/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finding in logs: by words, people and kinds, right whether the index has seen the entries or not;
 * and counting them by time. */

#include "store-fixture.h"

#include "protocol/error.h"
#include "server/store-schema.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define MESSAGES (1u << HW_ENTRY_MESSAGE)

typedef struct
{
  StoreFixture base;
  gint64 log;
  sqlite3 *blocker; /* keeps the index as it is */
} SearchFixture;

/* Every test runs with all, a part, and nothing of the log in the index. */
typedef enum
{
  INDEX_ALL,
  INDEX_SOME,
  INDEX_NONE,
} IndexState;

static void
say (SearchFixture *self, const char *from, const char *text)
{
  store_fixture_say (&self->base, self->log, from, text, NULL);
}

static void
set_up (SearchFixture *self, gconstpointer data)
{
  store_fixture_set_up (&self->base, NULL);
  self->log = store_fixture_create (&self->base, "Tea", "Ana");
  /* So that nobody is lost when a test closes the store. */
  hw_store_forget_member (self->base.store, self->log, "Ana");
}

static void
tear_down (SearchFixture *self, gconstpointer data)
{
  sqlite3_close (self->blocker);
  store_fixture_tear_down (&self->base, NULL);
}

/* Overwrites all of the index but what is looked at when it is opened. */
static void
damage_index (SearchFixture *self)
{
  g_autofree char *path = store_fixture_dup_path (&self->base, HW_INDEX_FILE);
  g_autofree char *garbage = g_strnfill (4096, 'x');
  gint64 n_pages = store_fixture_query (&self->base, HW_INDEX_FILE, "PRAGMA page_count");
  gint64 state = store_fixture_query (&self->base, HW_INDEX_FILE,
                                      "SELECT rootpage FROM sqlite_schema WHERE name = 'state'");
  FILE *file = fopen (path, "r+");

  for (gint64 page = 2; page <= n_pages; page++)
    if (page != state)
      {
        g_assert_cmpint (fseek (file, (page - 1) * 4096, SEEK_SET), ==, 0);
        g_assert_cmpuint (fwrite (garbage, 1, 4096, file), ==, 4096);
      }
  g_assert_cmpint (fclose (file), ==, 0);
}

/* Brings the index to a state in which it stays. */
static void
stop_index (SearchFixture *self, IndexState state)
{
  store_fixture_wait_for_index (&self->base);
  if (state == INDEX_SOME)
    {
      self->blocker = store_fixture_open_sql (&self->base, HW_INDEX_FILE);
      g_assert_cmpint (sqlite3_exec (self->blocker, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==,
                       SQLITE_OK);
    }
  else if (state == INDEX_NONE)
    {
      store_fixture_close (&self->base);
      damage_index (self);
      store_fixture_open (&self->base);
    }
}

/* The numbers that are found, like "3 4 7+", the plus for more. */
static char *
find_with (SearchFixture *self, HwLogQuery query)
{
  g_autoptr (HwLogPage) page = NULL;
  GString *found = g_string_new (NULL);

  query.log = self->log;
  query.limit = query.limit ? query.limit : 100;
  page = store_fixture_read (&self->base, &query);
  for (guint i = 0; i < page->entries->len; i++)
    {
      HwLogEntry *entry = g_ptr_array_index (page->entries, i);

      g_string_append_printf (found, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "", entry->seq);
    }
  if (page->more)
    g_string_append_c (found, '+');
  if (query.want_total)
    g_string_append_printf (found, " of %" G_GUINT64_FORMAT, page->total);
  return g_string_free (found, FALSE);
}

static void
assert_found (SearchFixture *self, const char *find, const char *expected)
{
  g_autofree char *found
      = find_with (self, (HwLogQuery){ .find = find, .kinds = MESSAGES, .want_total = TRUE });
  guint n = 0;
  g_autofree char *with_total = NULL;

  for (const char *c = expected; *c; c++)
    n += *c == ' ' || c == expected;
  with_total = g_strdup_printf ("%s of %u", expected, n);
  g_assert_cmpstr (found, ==, with_total);
}

static void
test_words (SearchFixture *self, gconstpointer data)
{
  say (self, "Ana", "The quick brown fox");            /* 3 */
  say (self, "Ben", "Ein Café in der STRASSE, bitte"); /* 4 */
  say (self, "Ana", "fox quick; don't");               /* 5 */
  if (GPOINTER_TO_INT (data) == INDEX_SOME)
    stop_index (self, INDEX_SOME);
  say (self, "Ben", "quickly, a FOX! naïve\nline two"); /* 6 */
  say (self, "Cy", "100% of AND OR NOT NEAR(x)");       /* 7 */
  say (self, "Cy", "日本語 привет МИР");                /* 8 */
  if (GPOINTER_TO_INT (data) != INDEX_SOME)
    stop_index (self, GPOINTER_TO_INT (data));

  assert_found (self, "fox", "3 5 6");
  assert_found (self, "FOX quick", "3 5");
  assert_found (self, "quick*", "3 5 6");
  assert_found (self, "quick* fox the", "3");
  assert_found (self, "\"quick brown\"", "3");
  assert_found (self, "\"brown quick\"", "");
  assert_found (self, "\"quick brown", "3");
  assert_found (self, "cafe", "4");
  assert_found (self, "CAFÉ strasse", "4");
  assert_found (self, "naive line", "6");
  assert_found (self, "don't", "5");
  assert_found (self, "мир", "8");
  assert_found (self, "日本*", "8");
  assert_found (self, "   ", "3 4 5 6 7 8");
  assert_found (self, "", "3 4 5 6 7 8");
}

/* Letters, marks and words as people write them, whatever the script. */
static void
test_scripts (SearchFixture *self, gconstpointer data)
{
  static const char *const texts[] = {
    "我们明天在图书馆见面，好吗？",                  /* 3 Chinese */
    "明日は図書館で会いましょう。ｶﾞｲﾄﾞもある",       /* 4 Japanese */
    "พรุ่งนี้เจอกันที่ห้องสมุดนะ",                            /* 5 Thai */
    "내일 도서관에서 만나요",                        /* 6 Korean */
    "Встретимся завтра: Ёлка и Йод",                 /* 7 Russian */
    "Καλημέρα, ΟΔΟΣ Αθηνάς",                         /* 8 Greek */
    "السَّلامُ عَلَيْكُم يا أحمد",                          /* 9 Arabic */
    "שָׁלוֹם לכולם",                                    /* 10 Hebrew */
    "हिन्दी में नमस्ते",                                  /* 11 Hindi */
    "Straße, İstanbul, ﬁnale, ＦＵＬＬ, cafe\u0301", /* 12 forms of Latin */
    "می\u200cخواهم",                                 /* 13 Persian */
    "\u1112\u1161\u11ab\u1100\u1173\u11af",          /* 14 Korean, in parts */
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (i == 6 && GPOINTER_TO_INT (data) == INDEX_SOME)
        stop_index (self, INDEX_SOME);
      say (self, "Ana", texts[i]);
    }
  if (GPOINTER_TO_INT (data) != INDEX_SOME)
    stop_index (self, GPOINTER_TO_INT (data));

  assert_found (self, "图书馆", "3");
  assert_found (self, "馆", "3");
  assert_found (self, "书图", "");
  assert_found (self, "明天 见面", "3");
  assert_found (self, "见面　明天", "3");
  assert_found (self, "明", "3 4");
  assert_found (self, "明*", "3 4");
  assert_found (self, "\"在图书馆见\"", "3");
  assert_found (self, "図書館", "4");
  assert_found (self, "ガイド", "4");
  assert_found (self, "カイト", "");
  assert_found (self, "ましょう", "4");
  assert_found (self, "ห้องสมุด", "5");
  assert_found (self, "เจอกัน พรุ่งนี้", "5");
  assert_found (self, "กันเจอ", "");
  assert_found (self, "도서관*", "6");
  assert_found (self, "내일", "6");
  assert_found (self, "елка", "7");
  assert_found (self, "ЗАВТРА йод", "7");
  assert_found (self, "καλημερα", "8");
  assert_found (self, "οδος ΑΘΗΝΑΣ", "8");
  assert_found (self, "السلام عليكم", "9");
  assert_found (self, "احمد", "9");
  assert_found (self, "شלום", "");
  assert_found (self, "שלום", "10");
  assert_found (self, "हिन्दी", "11");
  assert_found (self, "हन्दी", "");
  assert_found (self, "STRASSE istanbul", "12");
  assert_found (self, "finale full CAFÉ", "12");
  assert_found (self, "میخواهم", "13");
  assert_found (self, "한글", "14");
}

/* The index is not asked for all of a long search; what it finds is compared. */
static void
test_long_search (SearchFixture *self, gconstpointer data)
{
  g_autofree char *long_word = g_strnfill (5000, 'X');
  g_autofree char *beginning = g_strnfill (1000, 'x');

  beginning[999] = '*';
  say (self, "Ana", "one two three four five six seven eight nine ten eleven twelve"); /* 3 */
  say (self, "Ana", "twelve eleven ten nine eight seven six five four three two one"); /* 4 */
  say (self, "Ana", "one two three four five six seven eight nine ten eleven");        /* 5 */
  say (self, "Ben", "one two three four five six seven eight ten");                    /* 6 */
  stop_index (self, GPOINTER_TO_INT (data));
  say (self, "Ben", "One two three four five six seven eight nine ten; eleven, twelve"); /* 7 */
  say (self, "Ben", long_word);                                                          /* 8 */

  assert_found (self, "one two three four five six seven eight nine", "3 4 5 7");
  assert_found (self, "one two three four five six seven eight nine twelve", "3 4 7");
  assert_found (self, "\"one two three four five six seven eight nine\"", "3 5 7");
  assert_found (self, "\"one two three four five six seven eight ten\"", "6");
  assert_found (self, "one-two-three-four-five-six-seven-eight-ni*", "3 5 7");
  assert_found (self, "\"one two three four five six seven eight nine\" twelve", "3 7");
  assert_found (self, beginning, "8");
  assert_found (self, "on* tw* th* fo* fi* si* se* ei* ni*", "3 4 5 7");
}

/* A search that would take long ends: what it has found until then is the page, and there may be
 * more; nothing yet is said to be too slow, not that there is nothing. */
static void
test_time_limit (SearchFixture *self, gconstpointer data)
{
  HwLogQuery query = { .log = self->log, .limit = 10, .find = "needle", .want_total = TRUE };
  g_autoptr (HwLogPage) page = NULL;
  gint64 last;

  self->base.search_time = 1;
  store_fixture_reopen (&self->base);
  say (self, "Ana", "known");
  stop_index (self, INDEX_SOME);
  say (self, "Ana", "an old needle");
  store_fixture_say_many (&self->base, self->log, "Ben", "hay", 5000);
  g_assert_cmpint (store_fixture_read_error (&self->base, &query), ==, HW_ERROR_SLOW_DOWN);

  self->base.now += 1000;
  say (self, "Ana", "a new needle");
  page = store_fixture_read (&self->base, &query);
  g_assert_cmpuint (page->entries->len, ==, 1);
  last = ((HwLogEntry *) page->entries->pdata[0])->seq;
  g_assert_cmpint (last, ==, page->last);
  g_assert_true (page->more);
  g_assert_false (page->has_total);

  /* The list says what it knows */
  {
    g_autoptr (GPtrArray) logs = store_fixture_list (&self->base);
    HwLogInfo *info = g_ptr_array_index (logs, 0);

    g_assert_cmpint (info->last, ==, page->last);
    g_assert_cmpint (info->last_at, ==, self->base.now);
    g_assert_cmpint (info->n_messages, ==, 1);
  }

  /* Pages without a filter know no limit */
  query.find = NULL;
  query.limit = 5000;
  g_clear_pointer (&page, store_page_free);
  page = store_fixture_read (&self->base, &query);
  g_assert_cmpuint (page->entries->len, ==, 5000);
  g_assert_true (page->has_total);
}

/* A short prefix is looked for in another way: in the newest part of what the index knows, then in
 * it. */
static void
test_wide_prefix (SearchFixture *self, gconstpointer data)
{
  for (int i = 0; i < 10; i++)
    say (self, "Ana", i % 2 ? "Ägypten" : "other"); /* 3 … 12 */
  store_fixture_say_many (&self->base, self->log, "Ben", "nothing", 10100);
  say (self, "Ana", "agile");  /* 10113 */
  say (self, "Ana", "x agar"); /* 10114 */
  stop_index (self, GPOINTER_TO_INT (data));
  say (self, "Ana", "zebra"); /* 10115 */
  say (self, "Ana", "Again"); /* 10116 */

  assert_found (self, "ag*", "4 6 8 10 12 10113 10114 10116");
  assert_found (self, "ag* x", "10114");
  assert_found (self, "a* z*", "");
  {
    g_autofree char *newest = find_with (self, (HwLogQuery){ .find = "ag*", .limit = 2 });
    g_autofree char *before = find_with (
        self, (HwLogQuery){ .find = "ag*", .limit = 3, .from = HW_PAGE_BEFORE, .position = 10114 });
    g_autofree char *after
        = find_with (self, (HwLogQuery){
                               .find = "ag*", .limit = 3, .from = HW_PAGE_AFTER, .position = 9 });

    g_assert_cmpstr (newest, ==, "10114 10116+");
    g_assert_cmpstr (before, ==, "10 12 10113+");
    g_assert_cmpstr (after, ==, "10 12 10113+");
  }
}

/* Nothing but the star and the quotation marks is an operator. */
static void
test_no_operators (SearchFixture *self, gconstpointer data)
{
  static const char *const hostile[] = {
    "fox OR zebra",
    "NOT",
    "fox NOT zebra",
    "NEAR(fox the)",
    "text : zebra",
    "tags : l1 zebra",
    "{text} : zz",
    "^zebra",
    "zebra + fox",
    "(zebra",
    ")",
    "***",
    "*",
    "\"\"",
    "\"",
    "\"\"\"\"",
    "-",
    "'; DROP TABLE",
    "l1",
    "k4",
    "zebra\"fox\"*",
    "%",
    "\\",
    "a:b",
    "text:",
    "\"fox\" OR \"the",
    "✓",
    "🦊",
  };

  say (self, "Ana", "The quick brown fox");
  stop_index (self, GPOINTER_TO_INT (data));
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    assert_found (self, hostile[i], "");
  assert_found (self, "fox AND the", "");
  assert_found (self, "fox - the !", "3");
  assert_found (self, "(fox) \"the", "3");
  assert_found (self, "fox*the", "");
}

static void
test_too_much (SearchFixture *self, gconstpointer data)
{
  g_autofree char *long_word = g_strnfill (2000, 'x');
  g_autoptr (GString) many = g_string_new (NULL);

  for (int i = 0; i < 40; i++)
    g_string_append_printf (many, "w%d ", i);
  g_assert_cmpint (store_fixture_read_error (&self->base, &(HwLogQuery){ .log = self->log,
                                                                         .limit = 1,
                                                                         .find = long_word }),
                   ==, HW_ERROR_BAD_REQUEST);
  g_assert_cmpint (store_fixture_read_error (&self->base, &(HwLogQuery){ .log = self->log,
                                                                         .limit = 1,
                                                                         .find = many->str }),
                   ==, HW_ERROR_BAD_REQUEST);
}

static void
assert_query (SearchFixture *self, HwLogQuery query, const char *expected)
{
  g_autofree char *found = find_with (self, query);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_filters (SearchFixture *self, gconstpointer data)
{
  IndexState state = GPOINTER_TO_INT (data);
  gint64 other = store_fixture_create (&self->base, "Other", "Ana");

  for (int i = 0; i < 8; i++)
    {
      if (i == 4 && state == INDEX_SOME)
        stop_index (self, state);
      say (self, i % 2 ? "Ben" : "ANA", i % 4 ? "green tea" : "black tea"); /* 3 … 10 */
      store_fixture_say (&self->base, other, "Ana", "green tea", NULL);
    }
  store_fixture_append (&self->base, hw_log_entry_new (self->log, HW_ENTRY_LEFT, HW_LEFT_LEFT,
                                                       "Ben", NULL, NULL, NULL, NULL)); /* 11 */
  if (state != INDEX_SOME)
    stop_index (self, state);

  assert_query (self, (HwLogQuery){ .author = "ana", .want_total = TRUE }, "1 2 3 5 7 9 of 6");
  assert_query (self, (HwLogQuery){ .author = "BEN", .want_total = TRUE }, "4 6 8 10 11 of 5");
  assert_query (self, (HwLogQuery){ .author = "nobody", .want_total = TRUE }, " of 0");
  assert_query (self, (HwLogQuery){ .kinds = 1u << HW_ENTRY_LEFT, .want_total = TRUE }, "11 of 1");
  assert_query (self,
                (HwLogQuery){ .kinds = 1u << HW_ENTRY_LEFT | 1u << HW_ENTRY_CREATED,
                              .want_total = TRUE },
                "1 11 of 2");
  assert_query (self,
                (HwLogQuery){ .kinds = MESSAGES, .author = "Ana", .want_total = TRUE, .limit = 2 },
                "7 9+ of 4");
  assert_query (self, (HwLogQuery){ .find = "black", .want_total = TRUE }, "3 7 of 2");
  assert_query (self, (HwLogQuery){ .find = "green", .author = "Ana", .want_total = TRUE },
                "5 9 of 2");

  /* Pages through what is found, both ways. */
  assert_query (self,
                (HwLogQuery){
                    .find = "tea", .limit = 3, .from = HW_PAGE_AFTER, .want_total = TRUE },
                "3 4 5+ of 8");
  assert_query (self,
                (HwLogQuery){ .find = "tea", .limit = 3, .from = HW_PAGE_AFTER, .position = 5 },
                "6 7 8+");
  assert_query (self,
                (HwLogQuery){ .find = "tea", .limit = 3, .from = HW_PAGE_AFTER, .position = 8 },
                "9 10");
  assert_query (self, (HwLogQuery){ .find = "tea", .limit = 3 }, "8 9 10+");
  assert_query (self,
                (HwLogQuery){ .find = "tea", .limit = 3, .from = HW_PAGE_BEFORE, .position = 8 },
                "5 6 7+");
  assert_query (self,
                (HwLogQuery){ .find = "tea", .limit = 3, .from = HW_PAGE_BEFORE, .position = 5 },
                "3 4");
  assert_query (self,
                (HwLogQuery){
                    .find = "tea", .limit = 3, .from = HW_PAGE_AT, .position = self->base.now + 1 },
                "");
  assert_query (self,
                (HwLogQuery){ .author = "Ben", .limit = 2, .from = HW_PAGE_AT, .position = 1 },
                "4 6+");
}

/* The page at a time begins with the first entry that is not before it, also where many share one.
 */
static void
test_page_at_time (SearchFixture *self, gconstpointer data)
{
  const HwLogQuery all = { .log = self->log, .limit = 200 };
  gint64 start = self->base.now;
  g_autoptr (HwLogPage) whole = NULL;
  guint next = 0;

  for (int i = 0; i < 100; i++)
    {
      self->base.now = start + i / 25 * 10 + i % 25 / 20;
      say (self, "Ana", "tea");
      if (i == 60 && GPOINTER_TO_INT (data) == INDEX_SOME)
        stop_index (self, INDEX_SOME);
    }
  if (GPOINTER_TO_INT (data) != INDEX_SOME)
    stop_index (self, GPOINTER_TO_INT (data));
  whole = store_fixture_read (&self->base, &all);
  g_assert_cmpuint (whole->entries->len, ==, 102);
  for (gint64 at = start - 1; at <= self->base.now + 1; at++)
    {
      g_autofree char *found = NULL, *expected = NULL;

      while (next < 102 && ((HwLogEntry *) whole->entries->pdata[next])->at < at)
        next++;
      expected = next < 101    ? g_strdup_printf ("%u+", next + 1)
                 : next == 101 ? g_strdup ("102")
                               : g_strdup ("");
      found = find_with (self, (HwLogQuery){ .from = HW_PAGE_AT, .position = at, .limit = 1 });
      g_assert_cmpstr (found, ==, expected);
    }
}

/* How many match is gone on with from what was counted before. */
static void
test_count_goes_on (SearchFixture *self, gconstpointer data)
{
  for (int i = 0; i < 3; i++)
    {
      say (self, "Ana", "tea");
      say (self, "Ben", "tea again");
      store_fixture_wait_for_index (&self->base);
      assert_query (self, (HwLogQuery){ .find = "tea", .limit = 1, .want_total = TRUE },
                    i == 0   ? "4+ of 2"
                    : i == 1 ? "6+ of 4"
                             : "8+ of 6");
      assert_query (self,
                    (HwLogQuery){ .find = "tea", .author = "Ben", .limit = 1, .want_total = TRUE },
                    i == 0   ? "4 of 1"
                    : i == 1 ? "6+ of 2"
                             : "8+ of 3");
    }
}

typedef struct
{
  gboolean done;
  GString *text;
} Activity;

static void
on_activity (const HwActivity *buckets, gsize n, const GError *error, gpointer user_data)
{
  Activity *activity = user_data;

  g_assert_no_error (error);
  activity->done = TRUE;
  for (gsize i = 0; i < n; i++)
    g_string_append_printf (activity->text, "%s%" G_GINT64_FORMAT ":%" G_GUINT64_FORMAT,
                            i > 0 ? " " : "", buckets[i].at, buckets[i].n_messages);
}

static char *
read_activity (SearchFixture *self, gint64 since, gint64 until, gint64 bucket)
{
  Activity activity = { FALSE, g_string_new (NULL) };

  hw_store_read_activity (self->base.store, self->log, since, until, bucket, on_activity,
                          &activity);
  store_fixture_wait (&self->base, &activity.done);
  return g_string_free (activity.text, FALSE);
}

/* What it must be, counted one by one. */
static char *
count_activity (GArray *times, gint64 since, gint64 until, gint64 bucket)
{
  GString *text = g_string_new (NULL);
  guint i = 0;

  while (i < times->len && g_array_index (times, gint64, i) < since)
    i++;
  while (i < times->len && g_array_index (times, gint64, i) < until)
    {
      gint64 at = g_array_index (times, gint64, i);
      gint64 start = at - (at - since) % bucket;
      guint n = 0;

      for (; i < times->len && g_array_index (times, gint64, i) < MIN (until, start + bucket); i++)
        n++;
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT ":%u", text->len > 0 ? " " : "", start,
                              n);
    }
  return g_string_free (text, FALSE);
}

static void
test_activity (SearchFixture *self, gconstpointer data)
{
  static const gint64 buckets[]
      = { 1, 999, 60000, 90000, 300000, 3600000, 5400000, 7200000, 86400000 };
  static const gint64 offsets[] = { 0, 1, 60000, 3600000, 12345678 };
  IndexState state = GPOINTER_TO_INT (data);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  gint64 start = self->base.now - self->base.now % 86400000;

  self->base.now = start + 86400000;
  for (int i = 0; i < 300; i++)
    {
      self->base.now += g_rand_boolean (random) ? g_rand_int_range (random, 0, 2000)
                                                : g_rand_int_range (random, 0, 1500000);
      say (self, "Ana", "x");
      g_array_append_val (times, self->base.now);
      if (i == 150 && state == INDEX_SOME)
        stop_index (self, state);
    }
  if (state != INDEX_SOME)
    stop_index (self, state);

  for (guint i = 0; i < G_N_ELEMENTS (buckets); i++)
    for (guint j = 0; j < G_N_ELEMENTS (offsets); j++)
      {
        gint64 since = start + offsets[j];
        gint64 until = self->base.now - 3 * offsets[j];
        g_autofree char *counted = read_activity (self, since, until, buckets[i]);
        g_autofree char *expected = count_activity (times, since, until, buckets[i]);

        g_assert_cmpstr (counted, ==, expected);
      }
  {
    g_autofree char *everything = read_activity (self, 0, G_MAXINT64 / 2, G_MAXINT64 / 4);
    g_autofree char *nothing = read_activity (self, 5, 5, 1);
    g_autofree char *before = read_activity (self, 0, 1000, 1);

    g_assert_cmpstr (everything, ==, "0:300");
    g_assert_cmpstr (nothing, ==, "");
    g_assert_cmpstr (before, ==, "");
  }
}

/* An index of another database, or none, is made anew, and everything is found again. */
static void
test_index_is_made_again (SearchFixture *self, gconstpointer data)
{
  g_autofree char *path = store_fixture_dup_path (&self->base, HW_INDEX_FILE);

  say (self, "Ana", "The quick brown fox");
  store_fixture_wait_for_index (&self->base);
  store_fixture_close (&self->base);
  g_assert_cmpint (g_unlink (path), ==, 0);
  store_fixture_open (&self->base);
  assert_found (self, "fox", "3");
  store_fixture_wait_for_index (&self->base);
  assert_found (self, "fox", "3");

  store_fixture_close (&self->base);
  store_fixture_execute (&self->base, HW_INDEX_FILE, "UPDATE state SET seq = 77");
  store_fixture_open (&self->base);
  store_fixture_wait_for_index (&self->base);
  assert_found (self, "fox", "3");

  store_fixture_close (&self->base);
  g_assert_true (g_file_set_contents (path, "this is no database", -1, NULL));
  store_fixture_open (&self->base);
  store_fixture_wait_for_index (&self->base);
  assert_found (self, "fox", "3");

  /* One of another version of Hallway: it may mean other words by its tables. */
  store_fixture_close (&self->base);
  store_fixture_execute (&self->base, HW_INDEX_FILE,
                         "PRAGMA user_version = 2; UPDATE totals SET n = 1000");
  store_fixture_open (&self->base);
  store_fixture_wait_for_index (&self->base);
  assert_found (self, "fox", "3");
  assert_query (self, (HwLogQuery){ .kinds = MESSAGES, .want_total = TRUE }, "3 of 1");
}

int
main (int argc, char *argv[])
{
  static const char *const states[] = { "indexed", "half-indexed", "index-damaged" };

  g_test_init (&argc, &argv, NULL);
  /* That the index is damaged is said, and no failure. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);

#define ADD(path, state, test) \
  g_test_add (path, SearchFixture, GINT_TO_POINTER (state), set_up, test, tear_down)

  for (int state = INDEX_ALL; state <= INDEX_NONE; state++)
    {
      g_autofree char *words = g_strdup_printf ("/search/%s/words", states[state]);
      g_autofree char *operators = g_strdup_printf ("/search/%s/no-operators", states[state]);
      g_autofree char *filters = g_strdup_printf ("/search/%s/filters", states[state]);
      g_autofree char *prefix = g_strdup_printf ("/search/%s/wide-prefix", states[state]);
      g_autofree char *scripts = g_strdup_printf ("/search/%s/scripts", states[state]);
      g_autofree char *longer = g_strdup_printf ("/search/%s/long-search", states[state]);
      g_autofree char *activity = g_strdup_printf ("/search/%s/activity", states[state]);
      g_autofree char *at_time = g_strdup_printf ("/search/%s/page-at-time", states[state]);

      ADD (words, state, test_words);
      ADD (operators, state, test_no_operators);
      ADD (scripts, state, test_scripts);
      ADD (longer, state, test_long_search);
      ADD (prefix, state, test_wide_prefix);
      ADD (filters, state, test_filters);
      ADD (activity, state, test_activity);
      ADD (at_time, state, test_page_at_time);
    }
  ADD ("/search/too-much", INDEX_ALL, test_too_much);
  ADD ("/search/time-limit", INDEX_ALL, test_time_limit);
  ADD ("/search/count-goes-on", INDEX_ALL, test_count_goes_on);
  ADD ("/search/index-is-made-again", INDEX_ALL, test_index_is_made_again);

  return g_test_run ();
}
