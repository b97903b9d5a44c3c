/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Logs as the rest of the server knows them: written, read, listed, and what the entries of each
 * kind change beside themselves. */

#include "store-fixture.h"

#include "protocol/error.h"
#include "server/store-schema.h"

#define DAY (24 * 60 * 60 * 1000)

static HwLogEntry *
get_entry (HwLogPage *page, guint i)
{
  g_assert_cmpuint (i, <, page->entries->len);
  return g_ptr_array_index (page->entries, i);
}

static void
assert_seqs (HwLogPage *page, guint64 first, guint n)
{
  g_assert_cmpuint (page->entries->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (get_entry (page, i)->seq, ==, first + i);
}

static HwLogEntry *
new_entry (gint64 log, HwEntryKind kind, const char *from, const char *text)
{
  return hw_log_entry_new (log, kind, HW_LEFT_NONE, from, text, NULL, NULL, NULL);
}

static void
test_new_log (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  g_autoptr (HwLogPage) page = store_fixture_read (self, &(HwLogQuery){ .log = log, .limit = 10 });

  assert_seqs (page, 1, 2);
  g_assert_cmpint (get_entry (page, 0)->kind, ==, HW_ENTRY_CREATED);
  g_assert_cmpint (get_entry (page, 1)->kind, ==, HW_ENTRY_JOINED);
  g_assert_cmpstr (get_entry (page, 1)->from, ==, "Ana");
  g_assert_cmpint (get_entry (page, 1)->at, ==, self->now);
  g_assert_false (page->more);
  g_assert_cmpuint (page->last, ==, 2);
}

static void
test_room_exists (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Straße", "Ana");

  g_assert_cmpint (log, >, 0);
  g_assert_cmpint (store_fixture_create (self, "STRASSE", "Ben"), ==, -1 - HW_ERROR_ROOM_EXISTS);
  g_assert_cmpint (store_fixture_create (self, "Weg", "Ben"), >, log);
}

static void
test_entry_comes_back_whole (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  g_autoptr (HwLogPage) page = NULL;

  store_fixture_say (self, log, "Ana", "line\nline\t“✓”", "k1");
  store_fixture_append (self, hw_log_entry_new (log, HW_ENTRY_RENAMED, HW_LEFT_NONE, "Ana", NULL,
                                                "Anna", NULL, NULL));
  store_fixture_append (self, hw_log_entry_new (log, HW_ENTRY_KICKED, HW_LEFT_NONE, "Anna", "rude",
                                                NULL, "admin", NULL));
  store_fixture_append (self, hw_log_entry_new (log, HW_ENTRY_LEFT, HW_LEFT_IDLE, "Ben", NULL, NULL,
                                                NULL, NULL));

  page = store_fixture_read (self,
                             &(HwLogQuery){
                                 .log = log, .from = HW_PAGE_AFTER, .position = 2, .limit = 10 });
  assert_seqs (page, 3, 4);
  g_assert_cmpstr (get_entry (page, 0)->text, ==, "line\nline\t“✓”");
  g_assert_cmpstr (get_entry (page, 0)->key, ==, "k1");
  g_assert_cmpstr (get_entry (page, 0)->to, ==, "");
  g_assert_cmpstr (get_entry (page, 1)->to, ==, "Anna");
  g_assert_cmpstr (get_entry (page, 1)->by, ==, "");
  g_assert_cmpstr (get_entry (page, 2)->by, ==, "admin");
  g_assert_cmpstr (get_entry (page, 2)->text, ==, "rude");
  g_assert_cmpint (get_entry (page, 3)->reason, ==, HW_LEFT_IDLE);
}

static void
test_paging (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  gint64 other = store_fixture_create (self, "Coffee", "Ana");
  static const struct
  {
    HwPageFrom from;
    gint64 position;
    guint limit;
    guint64 first;
    guint n;
    gboolean more;
  } cases[] = {
    { HW_PAGE_NEWEST, 0, 10, 93, 10, TRUE },      { HW_PAGE_NEWEST, 0, 102, 1, 102, FALSE },
    { HW_PAGE_NEWEST, 0, 101, 2, 101, TRUE },     { HW_PAGE_BEFORE, 50, 10, 40, 10, TRUE },
    { HW_PAGE_BEFORE, 11, 10, 1, 10, FALSE },     { HW_PAGE_BEFORE, 4, 10, 1, 3, FALSE },
    { HW_PAGE_BEFORE, 1, 10, 0, 0, FALSE },       { HW_PAGE_BEFORE, 0, 10, 0, 0, FALSE },
    { HW_PAGE_BEFORE, -5, 10, 0, 0, FALSE },      { HW_PAGE_BEFORE, G_MAXINT64, 3, 100, 3, TRUE },
    { HW_PAGE_AFTER, 50, 10, 51, 10, TRUE },      { HW_PAGE_AFTER, 92, 10, 93, 10, FALSE },
    { HW_PAGE_AFTER, 102, 10, 0, 0, FALSE },      { HW_PAGE_AFTER, G_MAXINT64, 10, 0, 0, FALSE },
    { HW_PAGE_AFTER, G_MININT64, 2, 1, 2, TRUE }, { HW_PAGE_AT, 0, 5, 1, 5, TRUE },
    { HW_PAGE_AT, G_MAXINT64, 5, 0, 0, FALSE },
  };

  store_fixture_say_many (self, log, "Ana", "text", 100);
  store_fixture_say_many (self, other, "Ana", "text", 100);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HwLogQuery query = { .log = log,
                           .from = cases[i].from,
                           .position = cases[i].position,
                           .limit = cases[i].limit,
                           .want_total = TRUE };
      g_autoptr (HwLogPage) page = store_fixture_read (self, &query);

      assert_seqs (page, cases[i].first, cases[i].n);
      g_assert_cmpint (page->more, ==, cases[i].more);
      g_assert_cmpuint (page->total, ==, 102);
      g_assert_cmpuint (page->last, ==, 102);
    }
}

static void
test_page_at_time (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  gint64 start = self->now;

  for (int i = 1; i <= 20; i++)
    {
      self->now = start + 1000 * i;
      store_fixture_say (self, log, "Ana", "one", NULL);
      store_fixture_say (self, log, "Ana", "two", NULL);
    }
  for (int i = 1; i <= 20; i++)
    {
      HwLogQuery query
          = { .log = log, .from = HW_PAGE_AT, .position = start + 1000 * i, .limit = 2 };
      g_autoptr (HwLogPage) page = store_fixture_read (self, &query);
      g_autoptr (HwLogPage) earlier = NULL;

      assert_seqs (page, 1 + 2 * i, 2);
      g_assert_cmpint (page->more, ==, i < 20);
      query.position -= 999;
      earlier = store_fixture_read (self, &query);
      assert_seqs (earlier, 1 + 2 * i, 2);
    }
}

static void
test_unknown_log (StoreFixture *self, gconstpointer unused)
{
  Appended appended = store_fixture_say (self, 77, "Ana", "hello?", NULL);

  g_assert_cmpint (appended.code, ==, HW_ERROR_NO_SUCH_ROOM);
  g_assert_cmpint (store_fixture_read_error (self, &(HwLogQuery){ .log = 77, .limit = 1 }), ==,
                   HW_ERROR_NO_SUCH_LOG);
}

static void
test_refused_write_does_not_fail_others (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  Appended appended;

  hw_store_append (self->store, new_entry (77, HW_ENTRY_MESSAGE, "Ana", "nowhere"), NULL, NULL);
  appended = store_fixture_say (self, log, "Ana", "here", NULL);
  g_assert_cmpint (appended.code, ==, -1);
  g_assert_cmpuint (appended.seq, ==, 3);
}

static void
test_time_never_goes_back (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  gint64 start = self->now;

  self->now = start - DAY;
  g_assert_cmpint (store_fixture_say (self, log, "Ana", "a", NULL).at, ==, start);
  store_fixture_reopen (self);
  /* The one that says that Ana was lost, and this. */
  g_assert_cmpint (store_fixture_say (self, log, "Ana", "b", NULL).at, ==, start);
  self->now = start + 5;
  g_assert_cmpint (store_fixture_say (self, log, "Ana", "c", NULL).at, ==, start + 5);
}

static void
test_key_means_the_same_message (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  gint64 other = store_fixture_create (self, "Coffee", "Ana");
  Appended first = store_fixture_say (self, log, "Ana", "a", "key");
  Appended again;

  self->now += 1000;
  again = store_fixture_say (self, log, "ANA", "a", "key");
  g_assert_true (again.duplicate);
  g_assert_cmpuint (again.seq, ==, first.seq);
  g_assert_cmpint (again.at, ==, first.at);

  /* Another key, person or room is another message. */
  g_assert_cmpuint (store_fixture_say (self, log, "Ana", "a", "key2").seq, ==, first.seq + 1);
  g_assert_cmpuint (store_fixture_say (self, log, "Ben", "a", "key").seq, ==, first.seq + 2);
  g_assert_false (store_fixture_say (self, other, "Ana", "a", "key").duplicate);

  /* After a restart too, but not after a day. */
  store_fixture_reopen (self);
  g_assert_cmpuint (store_fixture_say (self, log, "Ana", "a", "key").seq, ==, first.seq);
  self->now += DAY;
  g_assert_false (store_fixture_say (self, log, "Ana", "a", "key").duplicate);
}

static void
on_together (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  g_string_append_printf (user_data, "%" G_GUINT64_FORMAT "%s%s ", entry->seq, duplicate ? "=" : "",
                          error ? "!" : "");
}

static void
on_queued (gpointer unused)
{
}

/* In one transaction, too, whose entries go to the table several at a time. */
static void
test_one_transaction (StoreFixture *self, gconstpointer unused)
{
  static const char *const keys[] = { "a", "b", "a", NULL, "c", "b", "a" };
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  gint64 other = store_fixture_create (self, "Other", "Ana");
  g_autoptr (GString) results = g_string_new (NULL);
  g_autoptr (HwLogPage) page = NULL;

  hw_store_set_queued_func (self->store, on_queued, NULL);
  for (guint i = 0; i < 7 * G_N_ELEMENTS (keys); i++)
    {
      const char *key = keys[i % G_N_ELEMENTS (keys)];

      hw_store_append (self->store,
                       hw_log_entry_new (log, HW_ENTRY_MESSAGE, HW_LEFT_NONE, "Ana", "text", NULL,
                                         NULL, key),
                       on_together, results);
    }
  hw_store_append (self->store, new_entry (other, HW_ENTRY_CLOSED, "Ana", ""), on_together,
                   results);
  hw_store_append (self->store, new_entry (other, HW_ENTRY_MESSAGE, "Ana", "late"), on_together,
                   results);
  hw_store_flush (self->store);
  hw_store_set_queued_func (self->store, NULL, NULL);
  g_assert_cmpuint (store_fixture_say (self, log, "Ana", "next", NULL).seq, ==, 13);
  g_assert_cmpstr (results->str, ==,
                   "3 4 3= 5 6 4= 3= 3= 4= 3= 7 6= 4= 3= 3= 4= 3= 8 6= 4= 3= 3= 4= 3= 9 6= 4= 3= "
                   "3= 4= 3= 10 6= 4= 3= 3= 4= 3= 11 6= 4= 3= 3= 4= 3= 12 6= 4= 3= 3 0! ");
  page = store_fixture_read (self, &(HwLogQuery){ .log = log, .limit = 100 });
  assert_seqs (page, 1, 13);
}

/* So many that they do not stay in memory. */
static void
test_key_in_table (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  const int n = 10000;

  for (int i = 0; i < n; i++)
    {
      g_autofree char *key = g_strdup_printf ("key-%d", i);

      hw_store_append (self->store,
                       hw_log_entry_new (log, HW_ENTRY_MESSAGE, HW_LEFT_NONE, "Ana", "text", NULL,
                                         NULL, key),
                       NULL, NULL);
    }
  g_assert_cmpuint (store_fixture_say (self, log, "Ana", "text", "key-7").seq, ==, 10);
  g_assert_cmpint (store_fixture_query (self, "hallway.db", "SELECT count (*) FROM keys"), >, 0);
  store_fixture_reopen (self);
  g_assert_cmpuint (store_fixture_say (self, log, "Ana", "text", "key-7").seq, ==, 10);
  g_assert_cmpuint (store_fixture_say (self, log, "Ana", "text", "key-9999").seq, ==, 10002);
  g_assert_cmpuint (store_fixture_say (self, log, "Ana", "text", "new").seq, ==, n + 4);
}

/* Old keys go: the table holds what a day brings. */
static void
test_old_keys_are_pruned (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");

  for (int i = 0; i < 400000; i++)
    {
      char key[32];

      g_snprintf (key, sizeof key, "key-%d", i);
      hw_store_append (self->store,
                       hw_log_entry_new (log, HW_ENTRY_MESSAGE, HW_LEFT_NONE, "Ana", "text", NULL,
                                         NULL, key),
                       NULL, NULL);
      if (i % 4000 == 0)
        {
          store_fixture_say (self, log, "Ana", "x", NULL);
          self->now += DAY / 10;
        }
    }
  store_fixture_say (self, log, "Ana", "x", NULL);
  g_assert_cmpint (store_fixture_query (self, "hallway.db", "SELECT count (*) FROM keys"), <,
                   360000);
}

static void
test_closed_room_makes_way (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana"), next;
  g_autoptr (GPtrArray) logs = NULL;
  HwLogInfo *info;

  store_fixture_say (self, log, "Ana", "bye", NULL);
  self->now += 60;
  store_fixture_append (self, new_entry (log, HW_ENTRY_CLOSED, "admin", NULL));
  g_assert_cmpint (store_fixture_say (self, log, "Ana", "more", NULL).code, ==,
                   HW_ERROR_NO_SUCH_ROOM);
  next = store_fixture_create (self, "tea", "Ben");
  g_assert_cmpint (next, >, log);

  logs = store_fixture_list (self);
  g_assert_cmpuint (logs->len, ==, 2);
  info = g_ptr_array_index (logs, 0);
  g_assert_cmpint (info->id, ==, log);
  g_assert_cmpint (info->closed, ==, self->now);
  g_assert_cmpuint (info->last, ==, 4);
}

static void
test_open_logs (StoreFixture *self, gconstpointer unused)
{
  gint64 first = self->now;
  gint64 closed = store_fixture_create (self, "Old", "Ana");
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  g_autoptr (GPtrArray) logs = NULL;
  HwLogInfo *info;

  store_fixture_append (self, new_entry (closed, HW_ENTRY_CLOSED, "", NULL));
  self->now += 10;
  store_fixture_say (self, log, "Ana", "hello", NULL);
  self->now += 10;
  store_fixture_append (self, new_entry (log, HW_ENTRY_TOPIC, "Ana", "Leaves"));
  logs = hw_store_list_open_logs (self->store, NULL);
  g_assert_cmpuint (logs->len, ==, 1);
  info = g_ptr_array_index (logs, 0);
  g_assert_cmpint (info->id, ==, log);
  g_assert_cmpstr (info->room, ==, "Tea");
  g_assert_cmpstr (info->topic, ==, "Leaves");
  g_assert_null (info->password);
  g_assert_cmpint (info->created, ==, first);
  g_assert_cmpint (info->first_at, ==, first);
  g_assert_cmpint (info->last_at, ==, first + 10);
  g_assert_cmpint (info->closed, ==, 0);
  g_assert_cmpuint (info->last, ==, 4);
}

/* The same before the index has seen the entries, and after. */
static void
test_figures (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  gint64 start = self->now;

  store_fixture_say_many (self, log, "Ana", "text", 10);
  store_fixture_say_many (self, log, "ANA", "text", 10);
  self->now += 7;
  store_fixture_say_many (self, log, "Ben", "text", 10);
  store_fixture_append (self, new_entry (log, HW_ENTRY_JOINED, "Cy", NULL));
  for (int round = 0; round < 3; round++)
    {
      g_autoptr (GPtrArray) logs = store_fixture_list (self);
      HwLogInfo *info = g_ptr_array_index (logs, 0);

      g_assert_cmpuint (logs->len, ==, 1);
      g_assert_cmpuint (info->n_messages, ==, round < 2 ? 30 : 32);
      g_assert_cmpuint (info->n_people, ==, round < 2 ? 2 : 3);
      g_assert_cmpuint (info->last, ==, round < 2 ? 33 : 35);
      g_assert_cmpint (info->first_at, ==, start);
      g_assert_cmpint (info->last_at, ==, self->now);
      if (round == 0)
        store_fixture_wait_for_index (self);
      else if (round == 1)
        {
          self->now++;
          store_fixture_say (self, log, "Ben", "text", NULL);
          store_fixture_say (self, log, "Cy", "text", NULL);
        }
    }
}

static void
test_crash_is_logged_as_lost (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  g_autoptr (HwLogPage) page = NULL;

  store_fixture_append (self, new_entry (log, HW_ENTRY_JOINED, "Ben", NULL));
  store_fixture_append (self, new_entry (log, HW_ENTRY_JOINED, "Cy", NULL));
  store_fixture_append (self, new_entry (log, HW_ENTRY_JOINED, "Dan", NULL));
  store_fixture_append (self, new_entry (log, HW_ENTRY_JOINED, "Eve", NULL));
  store_fixture_append (self, new_entry (log, HW_ENTRY_LEFT, "Ben", NULL)); /* 7 */
  store_fixture_append (self, new_entry (log, HW_ENTRY_KICKED, "cy", NULL));
  store_fixture_append (self, hw_log_entry_new (log, HW_ENTRY_RENAMED, HW_LEFT_NONE, "Dan", NULL,
                                                "Zoe", NULL, NULL));
  hw_store_forget_member (self->store, log, "EVE");
  store_fixture_reopen (self); /* as after a crash: nobody was said to leave */

  page = store_fixture_read (self,
                             &(HwLogQuery){
                                 .log = log, .from = HW_PAGE_AFTER, .position = 9, .limit = 10 });
  assert_seqs (page, 10, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (get_entry (page, i)->kind, ==, HW_ENTRY_LEFT);
      g_assert_cmpint (get_entry (page, i)->reason, ==, HW_LEFT_LOST);
    }
  g_assert_cmpstr (get_entry (page, 0)->from, ==, "Ana");
  g_assert_cmpstr (get_entry (page, 1)->from, ==, "Zoe");

  store_fixture_reopen (self);
  g_clear_pointer (&page, store_page_free);
  page = store_fixture_read (self, &(HwLogQuery){ .log = log, .limit = 1 });
  g_assert_cmpuint (page->last, ==, 11);
}

/* A damaged table may still name members of a log that is closed, or that there is not. */
static void
test_nobody_is_lost_from_a_closed_room (StoreFixture *self, gconstpointer unused)
{
  gint64 tea = store_fixture_create (self, "Tea", "Ana");
  gint64 closed = store_fixture_create (self, "Closed", "Ben");
  gint64 milk = store_fixture_create (self, "Milk", "Cy");
  g_autoptr (HwLogPage) page = NULL;

  store_fixture_append (self, new_entry (closed, HW_ENTRY_CLOSED, "admin", NULL));
  store_fixture_close (self);
  store_fixture_execute (self, HW_DATABASE_FILE,
                         "INSERT INTO members SELECT id, 'ben', 'Ben' FROM logs"
                         " WHERE room = 'Closed' UNION VALUES (77, 'eve', 'Eve')");
  store_fixture_open (self);

  page = store_fixture_read (self, &(HwLogQuery){ .log = closed, .limit = 1 });
  g_assert_cmpuint (page->last, ==, 3);
  g_clear_pointer (&page, store_page_free);
  page = store_fixture_read (self, &(HwLogQuery){ .log = tea, .limit = 1 });
  g_assert_cmpuint (page->last, ==, 3);
  g_assert_cmpint (get_entry (page, 0)->reason, ==, HW_LEFT_LOST);
  g_clear_pointer (&page, store_page_free);
  page = store_fixture_read (self, &(HwLogQuery){ .log = milk, .limit = 1 });
  g_assert_cmpuint (page->last, ==, 3);
  g_assert_cmpint (get_entry (page, 0)->reason, ==, HW_LEFT_LOST);
}

static void
test_server_id_stays (StoreFixture *self, gconstpointer unused)
{
  g_autofree char *id = g_strdup (hw_store_get_server_id (self->store));

  g_assert_cmpuint (strlen (id), ==, 32);
  g_assert_cmpuint (strspn (id, "0123456789abcdef"), ==, 32);
  store_fixture_reopen (self);
  g_assert_cmpstr (hw_store_get_server_id (self->store), ==, id);
}

typedef struct
{
  GString *events;
  gboolean done;
} Order;

static void
on_ordered (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  g_string_append (((Order *) user_data)->events, entry->text);
}

static void
on_commit (gpointer user_data)
{
  Order *order = user_data;

  g_string_append_c (order->events, '|');
  order->done = strchr (order->events->str, 'e') != NULL;
}

static void
test_commit_func_follows_callbacks (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  Order order = { g_string_new (NULL), FALSE };
  g_auto (GStrv) commits = NULL;
  g_autofree char *letters = NULL;

  hw_store_set_commit_func (self->store, on_commit, &order);
  for (const char *text = "abcde"; *text; text++)
    {
      char letter[] = { *text, '\0' };

      hw_store_append (self->store, new_entry (log, HW_ENTRY_MESSAGE, "Ana", letter), on_ordered,
                       &order);
    }
  store_fixture_wait (self, &order.done);
  g_assert_true (g_str_has_suffix (order.events->str, "e|"));
  commits = g_strsplit (order.events->str, "|", -1);
  letters = g_strjoinv ("", commits);
  g_assert_cmpstr (letters, ==, "abcde");
  g_string_free (order.events, TRUE);
}

static void
on_last_wish (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  StoreFixture *self = user_data;

  g_assert_no_error (error);
  if (g_str_equal (entry->text, "first"))
    hw_store_append (self->store, new_entry (entry->log, HW_ENTRY_MESSAGE, "Ana", "second"),
                     on_last_wish, self);
}

static void
test_close_commits_what_is_queued (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  g_autoptr (HwLogPage) page = NULL;

  hw_store_append (self->store, new_entry (log, HW_ENTRY_LEFT, "Ana", NULL), NULL, NULL);
  hw_store_append (self->store, new_entry (log, HW_ENTRY_MESSAGE, "Ana", "first"), on_last_wish,
                   self);
  store_fixture_reopen (self);
  page = store_fixture_read (self, &(HwLogQuery){ .log = log, .limit = 1 });
  g_assert_cmpstr (get_entry (page, 0)->text, ==, "second");
}

static void
test_stats (StoreFixture *self, gconstpointer unused)
{
  gint64 log = store_fixture_create (self, "Tea", "Ana");
  HwStoreStats stats;

  store_fixture_say_many (self, log, "Ana", "text", 10);
  hw_store_get_stats (self->store, &stats);
  g_assert_cmpuint (stats.entries, ==, 12);
  g_assert_cmpfloat (stats.commit_p50, >, 0);
  g_assert_cmpfloat (stats.commit_p99, >=, stats.commit_p50);
  g_assert_cmpuint (stats.bytes, >, 4096);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test) \
  g_test_add (path, StoreFixture, NULL, store_fixture_set_up, test, store_fixture_tear_down)

  ADD ("/store/new-log", test_new_log);
  ADD ("/store/room-exists", test_room_exists);
  ADD ("/store/entry-comes-back-whole", test_entry_comes_back_whole);
  ADD ("/store/paging", test_paging);
  ADD ("/store/page-at-time", test_page_at_time);
  ADD ("/store/unknown-log", test_unknown_log);
  ADD ("/store/refused-write-does-not-fail-others", test_refused_write_does_not_fail_others);
  ADD ("/store/time-never-goes-back", test_time_never_goes_back);
  ADD ("/store/key-means-the-same-message", test_key_means_the_same_message);
  ADD ("/store/one-transaction", test_one_transaction);
  ADD ("/store/key-in-table", test_key_in_table);
  ADD ("/store/old-keys-are-pruned", test_old_keys_are_pruned);
  ADD ("/store/closed-room-makes-way", test_closed_room_makes_way);
  ADD ("/store/open-logs", test_open_logs);
  ADD ("/store/figures", test_figures);
  ADD ("/store/crash-is-logged-as-lost", test_crash_is_logged_as_lost);
  ADD ("/store/nobody-is-lost-from-a-closed-room", test_nobody_is_lost_from_a_closed_room);
  ADD ("/store/server-id-stays", test_server_id_stays);
  ADD ("/store/commit-func-follows-callbacks", test_commit_func_follows_callbacks);
  ADD ("/store/close-commits-what-is-queued", test_close_commits_what_is_queued);
  ADD ("/store/stats", test_stats);

  return g_test_run ();
}
