/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwHistory against a plain array: whatever happens to it, a mirror that follows items-changed
 * alone must hold what the log holds. */

#include "client/history-private.h"

#include "client/entry-private.h"

#include <string.h>

/* The log as the server has it, and a mirror as a view has it. */
typedef struct
{
  HwHistory *history;
  guint64 server_last; /* entries the server has */
  GPtrArray *mirror;   /* of HwEntry: follows items-changed */
  GQueue fetches;      /* of Fetch: asked for, not answered */
  guint n_fetches;
  guint n_changes;
  gboolean broken;
} Fixture;

typedef struct
{
  guint64 after;
  guint count;
} Fetch;

static HwEntry *
make_entry (guint64 seq, const char *key)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = g_strdup_printf ("entry %" G_GUINT64_FORMAT, seq);
  g_autoptr (GError) error = NULL;
  HwEntry *entry;

  json_object_set_int_member (object, "seq", seq);
  json_object_set_int_member (object, "at", seq);
  json_object_set_string_member (object, "kind", "message");
  json_object_set_string_member (object, "from", "Ben");
  json_object_set_string_member (object, "text", text);
  if (key)
    json_object_set_string_member (object, "key", key);
  entry = hw_entry_new_from_json (object, &error);
  g_assert_no_error (error);
  return entry;
}

static GPtrArray *
make_page (guint64 first, guint count)
{
  GPtrArray *page = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < count; i++)
    g_ptr_array_add (page, make_entry (first + i, NULL));
  return page;
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  Fixture *f = user_data;

  f->n_changes++;
  g_assert_cmpuint (position + removed, <=, f->mirror->len);
  if (removed > 0)
    g_ptr_array_remove_range (f->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    {
      /* What a view does: it peeks, and keeps nothing for what is not there. */
      HwEntry *entry = hw_history_peek (HW_HISTORY (model), position + i);

      g_ptr_array_insert (f->mirror, position + i, entry ? g_object_ref (entry) : NULL);
    }
  g_assert_cmpuint (f->mirror->len, ==, g_list_model_get_n_items (model));
}

static void
on_fetch (HwHistory *history, guint64 after, guint count, gpointer user_data)
{
  Fixture *f = user_data;
  Fetch *fetch = g_new0 (Fetch, 1);

  g_assert_cmpuint (count, >, 0);
  g_assert_cmpuint (count, <=, HW_HISTORY_PAGE);
  g_assert_cmpuint (after + count, <=, hw_history_get_last (history));
  fetch->after = after;
  fetch->count = count;
  f->n_fetches++;
  g_queue_push_tail (&f->fetches, fetch);
  g_assert_cmpuint (f->fetches.length, <=, HW_HISTORY_FETCHES_MAX);
}

static void
unref_maybe (gpointer object)
{
  if (object)
    g_object_unref (object);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->history = hw_history_new (0);
  f->mirror = g_ptr_array_new_with_free_func (unref_maybe);
  g_signal_connect (f->history, "items-changed", G_CALLBACK (on_items_changed), f);
  g_signal_connect (f->history, "fetch", G_CALLBACK (on_fetch), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (f->history, f);
  g_assert_finalize_object (f->history);
  g_ptr_array_unref (f->mirror);
  g_queue_clear_full (&f->fetches, g_free);
}

static void
grow (Fixture *f, guint64 last)
{
  f->server_last = last;
  hw_history_set_last (f->history, last);
}

/* Lets the main loop run until @f has a fetch, or @milliseconds are over. */
static Fetch *
wait_fetch (Fixture *f, guint milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;

  while (g_queue_is_empty (&f->fetches) && g_get_monotonic_time () < until)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  return g_queue_pop_head (&f->fetches);
}

static void
answer (Fixture *f, Fetch *fetch)
{
  g_autoptr (GPtrArray) page = make_page (fetch->after + 1, fetch->count);

  hw_history_add_page (f->history, page);
  g_free (fetch);
}

static HwEntry *
get (Fixture *f, guint position)
{
  HwEntry *entry = g_list_model_get_item (G_LIST_MODEL (f->history), position);

  g_assert_nonnull (entry);
  g_object_unref (entry);
  return entry;
}

static void
test_placeholder (Fixture *f, gconstpointer data)
{
  Fetch *fetch;
  HwEntry *entry;

  grow (f, 1000);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->history)), ==, 1000);
  entry = get (f, 450);
  g_assert_cmpint (hw_entry_get_state (entry), ==, HW_ENTRY_LOADING);
  g_assert_cmpuint (hw_entry_get_seq (entry), ==, 451);
  g_assert_true (entry == get (f, 450));
  g_assert_cmpuint (f->n_fetches, ==, 0);

  fetch = wait_fetch (f, 5000);
  g_assert_nonnull (fetch);
  g_assert_cmpuint (fetch->after, ==, 400);
  g_assert_cmpuint (fetch->count, ==, 100);
  f->n_changes = 0;
  answer (f, fetch);
  g_assert_cmpuint (f->n_changes, ==, 1);
  entry = get (f, 450);
  g_assert_cmpint (hw_entry_get_state (entry), ==, HW_ENTRY_SAVED);
  g_assert_cmpstr (hw_entry_get_text (entry), ==, "entry 451");
  g_assert_true (hw_history_is_loaded (f->history, 451));
  g_assert_false (hw_history_is_loaded (f->history, 401 + 100));
  g_assert_null (wait_fetch (f, 200));
}

static void
test_only_missing_fetched (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) page = make_page (141, 60);
  Fetch *fetch;

  hw_history_add_page (f->history, page);
  g_assert_cmpuint (hw_history_get_last (f->history), ==, 200);
  get (f, 139);
  fetch = wait_fetch (f, 5000);
  g_assert_nonnull (fetch);
  g_assert_cmpuint (fetch->after, ==, 100);
  g_assert_cmpuint (fetch->count, ==, 40);
  answer (f, fetch);
  g_assert_null (wait_fetch (f, 200));
}

static void
test_dragging (Fixture *f, gconstpointer data)
{
  gint64 began = g_get_monotonic_time ();
  gint64 taken;

  grow (f, 1000000);
  /* 60 jumps in a second: the first goes at once, then only where the hand stops. */
  for (guint i = 0; i < 30; i++)
    {
      gint64 until = g_get_monotonic_time () + 16000;

      get (f, i * 10000);
      while (g_get_monotonic_time () < until)
        if (!g_main_context_iteration (NULL, FALSE))
          g_usleep (500);
      while (!g_queue_is_empty (&f->fetches))
        answer (f, g_queue_pop_head (&f->fetches));
    }
  taken = g_get_monotonic_time () - began;
  g_assert_true (hw_history_is_loaded (f->history, 1));
  while (!hw_history_is_loaded (f->history, 290001))
    {
      Fetch *fetch = wait_fetch (f, 20000);

      g_assert_nonnull (fetch);
      answer (f, fetch);
    }
  /* A machine that does much else may let the hand rest in between. */
  if (taken < 700 * 1000)
    g_assert_cmpuint (f->n_fetches, <=, 12);
}

static void
test_two_in_flight (Fixture *f, gconstpointer data)
{
  Fetch *fetch;

  grow (f, 10000);
  get (f, 50);
  get (f, 150);
  get (f, 250);
  fetch = wait_fetch (f, 5000);
  /* Newest first; the third only after an answer. */
  g_assert_cmpuint (fetch->after, ==, 200);
  g_assert_cmpuint (f->n_fetches, ==, 2);
  g_assert_cmpuint (((Fetch *) g_queue_peek_head (&f->fetches))->after, ==, 100);
  answer (f, fetch);
  answer (f, g_queue_pop_head (&f->fetches));
  fetch = wait_fetch (f, 5000);
  g_assert_nonnull (fetch);
  g_assert_cmpuint (fetch->after, ==, 0);
  answer (f, fetch);
}

static void
test_short_answer (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) part = make_page (1, 30);
  Fetch *fetch;

  grow (f, 100);
  get (f, 99);
  g_free (wait_fetch (f, 5000));
  hw_history_add_page (f->history, part);
  /* The rest is asked for without anybody looking again. */
  fetch = wait_fetch (f, 5000);
  g_assert_nonnull (fetch);
  g_assert_cmpuint (fetch->after, ==, 30);
  g_assert_cmpuint (fetch->count, ==, 70);
  answer (f, fetch);
  g_assert_true (hw_history_is_loaded (f->history, 100));
}

static void
test_failed_fetch (Fixture *f, gconstpointer data)
{
  Fetch *fetch;
  guint64 after;

  grow (f, 300);
  get (f, 150);
  fetch = wait_fetch (f, 5000);
  after = fetch->after;
  g_free (fetch);
  hw_history_fetch_failed (f->history, after);
  g_assert_null (wait_fetch (f, 200));
  hw_history_retry_failed (f->history);
  fetch = wait_fetch (f, 5000);
  g_assert_nonnull (fetch);
  g_assert_cmpuint (fetch->after, ==, after);
  answer (f, fetch);
}

static void
test_append (Fixture *f, gconstpointer data)
{
  g_autoptr (HwEntry) one = make_entry (1, NULL);
  g_autoptr (HwEntry) again = make_entry (1, NULL);
  g_autoptr (HwEntry) five = make_entry (5, NULL);
  g_autoptr (HwEntry) three = make_entry (3, NULL);

  hw_history_append (f->history, one);
  g_assert_cmpuint (f->n_changes, ==, 1);
  hw_history_append (f->history, again);
  g_assert_cmpuint (f->n_changes, ==, 1);
  g_assert_true (hw_history_peek (f->history, 0) == one);

  hw_history_append (f->history, five);
  g_assert_cmpuint (hw_history_get_last (f->history), ==, 5);
  g_assert_cmpuint (hw_history_get_contiguous (f->history), ==, 5);
  g_assert_null (hw_history_peek (f->history, 2));
  hw_history_append (f->history, three);
  g_assert_true (hw_history_peek (f->history, 2) == three);
  g_assert_cmpuint (hw_history_get_contiguous (f->history), ==, 5);

  hw_history_set_last (f->history, 3);
  g_assert_cmpuint (hw_history_get_last (f->history), ==, 5);
}

static HwEntry *
say (Fixture *f, const char *key)
{
  g_autoptr (HwEntry) entry = hw_entry_new_message (77, "Ana", "mine", key);

  hw_history_add_unsaved (f->history, entry);
  return entry;
}

static void
test_unsaved_in_place (Fixture *f, gconstpointer data)
{
  g_autoptr (HwEntry) saved = make_entry (11, "k2");
  g_autoptr (HwEntry) other = make_entry (12, NULL);
  HwEntry *first;

  grow (f, 10);
  first = say (f, "k1");
  say (f, "k2");
  say (f, "k3");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->history)), ==, 13);
  f->n_changes = 0;
  hw_history_append (f->history, saved);
  g_assert_cmpuint (f->n_changes, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->history)), ==, 13);
  g_assert_true (f->mirror->pdata[10] == saved);
  g_assert_true (f->mirror->pdata[11] == first);
  g_assert_null (hw_history_find_unsaved (f->history, "k2"));
  hw_history_append (f->history, other);
  g_assert_true (f->mirror->pdata[11] == other);
  g_assert_true (f->mirror->pdata[12] == first);
}

static void
test_acknowledged (Fixture *f, gconstpointer data)
{
  HwEntry *mine;
  g_autoptr (HwEntry) before = make_entry (11, NULL);

  grow (f, 10);
  mine = say (f, "k1");
  /* The reply overtook what somebody else said before us. */
  hw_history_acknowledge (f->history, mine, 12, 500);
  g_assert_cmpuint (hw_history_get_n_unsaved (f->history), ==, 1);
  hw_history_append (f->history, before);
  g_assert_cmpuint (hw_history_get_n_unsaved (f->history), ==, 1);
  hw_history_set_last (f->history, 12);
  g_assert_cmpuint (hw_history_get_n_unsaved (f->history), ==, 0);
  g_assert_cmpstr (hw_entry_get_text (hw_history_peek (f->history, 11)), ==, "mine");
  g_assert_cmpint (hw_entry_get_at (hw_history_peek (f->history, 11)), ==, 500);
  g_assert_cmpint (hw_entry_get_state (f->mirror->pdata[11]), ==, HW_ENTRY_SAVED);
  g_assert_cmpuint (f->mirror->len, ==, 12);
}

static void
test_failed_message (Fixture *f, gconstpointer data)
{
  g_autoptr (HwEntry) mine = g_object_ref (say (f, "k1"));

  f->n_changes = 0;
  hw_history_set_failed (f->history, mine, "The disk is full.");
  g_assert_cmpuint (f->n_changes, ==, 1);
  g_assert_cmpint (hw_entry_get_state (mine), ==, HW_ENTRY_FAILED);
  g_assert_cmpstr (hw_entry_get_problem (mine), ==, "The disk is full.");
  hw_history_set_unsaved (f->history, mine);
  g_assert_cmpint (hw_entry_get_state (mine), ==, HW_ENTRY_UNSAVED);
  g_assert_null (hw_entry_get_problem (mine));
  hw_history_remove_unsaved (f->history, mine);
  hw_history_remove_unsaved (f->history, mine);
  g_assert_cmpuint (f->mirror->len, ==, 0);
}

static void
test_mad_last (Fixture *f, gconstpointer data)
{
  g_autoptr (HwEntry) entry = make_entry (G_GUINT64_CONSTANT (9007199254740991), NULL);
  g_autoptr (HwHistory) history = hw_history_new (0);

  hw_history_append (history, entry);
  g_assert_cmpuint (hw_history_get_last (history), ==, G_GUINT64_CONSTANT (9007199254740991));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (history)), ==, HW_HISTORY_ENTRIES_MAX);
  hw_history_set_last (history, G_MAXUINT64);
  {
    g_autoptr (HwEntry) mine = hw_entry_new_message (1, "Ana", "hi", "k");

    hw_history_add_unsaved (history, mine);
    g_assert_true (hw_history_peek (history, HW_HISTORY_ENTRIES_MAX) == mine);
  }
}

static void
test_reset (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) page = make_page (1, 20);
  g_autoptr (GPtrArray) same = make_page (15, 6);
  g_autoptr (GPtrArray) other = g_ptr_array_new_with_free_func (g_object_unref);
  HwEntry *mine;

  hw_history_add_page (f->history, page);
  mine = say (f, "k");
  g_assert_true (hw_history_agrees (f->history, same));
  g_ptr_array_add (other, hw_entry_new_saved_copy (mine, 20, 5));
  g_assert_false (hw_history_agrees (f->history, other));
  hw_history_reset (f->history);
  g_assert_cmpuint (hw_history_get_last (f->history), ==, 0);
  g_assert_cmpuint (hw_history_get_contiguous (f->history), ==, 0);
  g_assert_cmpuint (f->mirror->len, ==, 1);
  g_assert_true (f->mirror->pdata[0] == mine);
}

static void
test_bounded (Fixture *f, gconstpointer data)
{
  guint loaded = 0;

  grow (f, 100000);
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (GPtrArray) page = make_page (i * 100 + 1, 100);

      hw_history_add_page (f->history, page);
      /* Somebody reads in the middle of page 3 while the end runs ahead. */
      if (i >= 3)
        g_assert_cmpint (hw_entry_get_state (get (f, 350)), ==, HW_ENTRY_SAVED);
    }
  for (guint64 seq = 1; seq <= 100000; seq++)
    loaded += hw_history_is_loaded (f->history, seq) ? 1 : 0;
  g_assert_cmpuint (loaded, <=, (HW_HISTORY_PAGES_MAX + 32) * HW_HISTORY_PAGE);
  g_assert_cmpuint (loaded, >=, 10 * HW_HISTORY_PAGE);
}

static HwEntry *
make_local (guint64 after)
{
  HwEntry *entry = hw_entry_new_message ((gint64) after, "Ben", "a file", "key");

  hw_entry_set_state (entry, HW_ENTRY_SAVED, NULL);
  return entry;
}

/* Whether the mirror holds what is there, and all is in the order of the log. */
static void
check_order (Fixture *f)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (f->history));
  guint logged = n - hw_history_get_n_unsaved (f->history);
  guint64 last = hw_history_get_last (f->history);
  guint64 seq = 0;
  guint n_local = 0;

  for (guint i = 0; i < n; i++)
    {
      HwEntry *have = hw_history_peek (f->history, i);
      HwEntry *shown = f->mirror->pdata[i];
      gboolean local = n_local < hw_history_get_n_local (f->history)
                       && hw_history_get_local (f->history, n_local) == have;

      if (i >= logged)
        g_assert_cmpuint (hw_entry_get_seq (have), ==, 0);
      else if (local)
        {
          g_assert_cmpuint (MIN ((guint64) hw_entry_get_at (have), last), ==, seq);
          n_local++;
        }
      else
        {
          seq++;
          g_assert_true (have == NULL || hw_entry_get_seq (have) == seq);
          g_assert_cmpuint (hw_history_find (f->history, seq), ==, i);
        }
      g_assert_cmpuint (hw_history_get_seq (f->history, i), ==, i >= logged || local ? 0 : seq);
      g_assert_cmpuint (hw_history_get_seq_until (f->history, i), ==, seq);
      /* What a view was told must still hold; it may only be that pages were dropped since. */
      if (have)
        g_assert_true (shown == have);
      else if (shown)
        g_assert_cmpuint (hw_entry_get_seq (shown), ==, seq);
    }
  g_assert_cmpuint (seq, ==, last);
  g_assert_cmpuint (n_local, ==, hw_history_get_n_local (f->history));
}

/* Thousands of random steps; after each the mirror must agree with a plain array of what is known.
 */
static void
test_random (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  guint n_keys = 0;

  for (guint step = 0; step < 8000; step++)
    {
      guint64 last = hw_history_get_last (f->history);
      guint n = g_list_model_get_n_items (G_LIST_MODEL (f->history));

      switch (g_test_rand_int_range (0, 14))
        {
        case 0: /* live, sometimes after a hole, sometimes our own */
        case 1:
        case 2:
          {
            guint64 seq
                = last
                  + (g_test_rand_int_range (0, 20) == 0 ? 1 + g_test_rand_int_range (0, 300) : 1);
            guint pick = keys->len > 0 && g_test_rand_bit ()
                             ? (guint) g_test_rand_int_range (0, keys->len)
                             : G_MAXUINT;
            g_autoptr (HwEntry) entry
                = make_entry (seq, pick != G_MAXUINT ? keys->pdata[pick] : NULL);

            hw_history_append (f->history, entry);
            if (pick != G_MAXUINT)
              g_ptr_array_remove_index (keys, pick);
            break;
          }
        case 3: /* again */
          if (last > 0)
            {
              g_autoptr (HwEntry) entry = make_entry (1 + g_test_rand_int () % last, NULL);

              hw_history_append (f->history, entry);
            }
          break;
        case 4: /* a page anywhere */
          if (last > 0)
            {
              guint64 first = 1 + g_test_rand_int () % last;
              g_autoptr (GPtrArray) page = make_page (first, g_test_rand_int_range (1, 200));

              hw_history_add_page (f->history, page);
            }
          break;
        case 5:
          hw_history_set_last (f->history, last + g_test_rand_int_range (0, 150));
          break;
        case 6: /* typed */
          if (keys->len < 20)
            {
              g_ptr_array_add (keys, g_strdup_printf ("key %u", n_keys++));
              say (f, keys->pdata[keys->len - 1]);
            }
          break;
        case 7: /* acknowledged, for now or later */
          if (keys->len > 0 && last > 0)
            {
              guint pick = g_test_rand_int_range (0, keys->len);
              HwEntry *mine = hw_history_find_unsaved (f->history, keys->pdata[pick]);

              g_assert_nonnull (mine);
              hw_history_acknowledge (f->history, mine, last + g_test_rand_int_range (0, 3), 7);
              g_ptr_array_remove_index (keys, pick);
            }
          break;
        case 8: /* given up */
          if (keys->len > 0)
            {
              hw_history_remove_unsaved (f->history,
                                         hw_history_find_unsaved (f->history, keys->pdata[0]));
              g_ptr_array_remove_index (keys, 0);
            }
          break;
        case 9: /* in no log, mostly at the end, once before the log has come so far */
          {
            guint64 after = g_test_rand_bit () ? last : g_test_rand_int () % (last + 4);
            g_autoptr (HwEntry) entry = make_local (after);

            hw_history_add_local (f->history, entry, after);
            break;
          }
        case 10:
          if (hw_history_get_n_local (f->history) > 0)
            hw_history_local_changed (
                f->history,
                hw_history_get_local (f->history, g_test_rand_int_range (0, hw_history_get_n_local (
                                                                                f->history))));
          break;
        default: /* looked at */
          if (n > 0)
            get (f, g_test_rand_int () % n);
          break;
        }
      while (!g_queue_is_empty (&f->fetches))
        answer (f, g_queue_pop_head (&f->fetches));
      if (step % 64 == 0)
        g_main_context_iteration (NULL, FALSE);

      n = g_list_model_get_n_items (G_LIST_MODEL (f->history));
      last = hw_history_get_last (f->history);
      g_assert_cmpuint (f->mirror->len, ==, n);
      g_assert_cmpuint (n, ==,
                        last + hw_history_get_n_local (f->history)
                            + hw_history_get_n_unsaved (f->history));
      if (step % 100 == 0)
        check_order (f);
    }
}

/* An item that is in no log stands after its entry, and nothing else moves for it. */
static void
test_local (Fixture *f, gconstpointer data)
{
  g_autoptr (HwEntry) first = make_local (3);
  g_autoptr (HwEntry) second = make_local (3);
  g_autoptr (HwEntry) early = make_local (12);

  grow (f, 10);
  hw_history_add_local (f->history, first, 3);
  hw_history_add_local (f->history, second, 3);
  hw_history_add_local (f->history, early, 12);
  say (f, "mine");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->history)), ==, 14);
  g_assert_true (hw_history_peek (f->history, 3) == first);
  g_assert_true (hw_history_peek (f->history, 4) == second);
  g_assert_true (hw_history_peek (f->history, 12) == early);
  g_assert_cmpuint (hw_history_find (f->history, 3), ==, 2);
  g_assert_cmpuint (hw_history_find (f->history, 4), ==, 5);
  g_assert_cmpuint (hw_history_get_seq (f->history, 4), ==, 0);
  g_assert_cmpuint (hw_history_get_seq_until (f->history, 4), ==, 3);
  g_assert_cmpuint (hw_history_get_seq_until (f->history, 13), ==, 10);
  grow (f, 13);
  g_assert_true (hw_history_peek (f->history, 14) == early);
  check_order (f);
  f->n_changes = 0;
  hw_history_local_changed (f->history, early);
  g_assert_cmpuint (f->n_changes, ==, 1);
  hw_history_reset (f->history);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->history)), ==, 1);
}

static void
test_fast (void)
{
  g_autoptr (HwHistory) history = hw_history_new (0);
  gint64 before = g_get_monotonic_time ();

  for (guint64 seq = 1; seq <= 100000; seq++)
    {
      g_autoptr (HwEntry) entry = make_entry (seq, NULL);

      hw_history_append (history, entry);
    }
  g_test_message ("100,000 appended in %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - before) / 1000);
  before = g_get_monotonic_time ();
  for (guint i = 0; i < 100000; i++)
    g_object_unref (g_list_model_get_item (G_LIST_MODEL (history), 99900 + i % 100));
  g_test_message ("100,000 got in %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - before) / 1000);
  g_assert_cmpuint (hw_history_get_last (history), ==, 100000);
}

#define ADD(name, func) g_test_add ("/history/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("placeholder-then-entry", test_placeholder);
  ADD ("only-what-is-missing-is-fetched", test_only_missing_fetched);
  ADD ("dragging-fetches-where-the-hand-stops", test_dragging);
  ADD ("two-in-flight-newest-first", test_two_in_flight);
  ADD ("rest-of-a-short-answer-is-fetched", test_short_answer);
  ADD ("failed-fetch-waits-for-a-retry", test_failed_fetch);
  ADD ("append-fills-and-grows", test_append);
  ADD ("saved-message-turns-plain-in-place", test_unsaved_in_place);
  ADD ("acknowledged-waits-for-its-place", test_acknowledged);
  ADD ("failed-message-can-be-retried", test_failed_message);
  ADD ("mad-last-allocates-nothing", test_mad_last);
  ADD ("reset-keeps-what-was-typed", test_reset);
  ADD ("memory-is-bounded", test_bounded);
  ADD ("items-in-no-log", test_local);
  ADD ("random-steps-against-a-mirror", test_random);
  g_test_add_func ("/history/fast", test_fast);
  return g_test_run ();
}
