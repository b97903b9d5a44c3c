/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picked history against a plain array: however one scrolls, jumps and searches in it, and
 * whatever comes meanwhile, a mirror that follows items-changed alone must hold what the filter
 * lets through, in order, once all of it was looked at. */

#include "client/history-private.h"

#define ENTRIES 4000
#define PAGE    200

/* Microseconds after which a wish was made, if it is going to be; and for which one is waited for.
 */
#define REST     (100 * 1000)
#define PATIENCE (60 * G_USEC_PER_SEC)

typedef struct
{
  HwHistory *history;
  GArray *matching; /* of guint64: seqs that the filter lets through */
  guint64 last;
  GPtrArray *mirror; /* of HwEntry, %NULL for those not there */
  gboolean asked;
  gboolean backward;
  guint64 from;
  guint n_asked;
} Fixture;

static HwEntry *
make_entry (guint64 seq)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GError) error = NULL;
  HwEntry *entry;

  json_object_set_int_member (object, "seq", (gint64) seq);
  json_object_set_int_member (object, "at", (gint64) seq);
  json_object_set_string_member (object, "kind", "message");
  json_object_set_string_member (object, "from", "Ana");
  json_object_set_string_member (object, "text", "yes");
  entry = hw_entry_new_from_json (object, &error);
  g_assert_no_error (error);
  return entry;
}

static void
on_pick (HwHistory *history, gboolean backward, guint64 from, Fixture *f)
{
  g_assert_false (f->asked);
  f->asked = TRUE;
  f->backward = backward;
  f->from = from;
  f->n_asked++;
}

/* The server's answer to what was asked. */
static void
answer (Fixture *f)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  guint first = 0;
  gboolean more;

  f->asked = FALSE;
  while (first < f->matching->len
         && (f->backward ? g_array_index (f->matching, guint64, first) < f->from
                         : g_array_index (f->matching, guint64, first) <= f->from))
    first++;
  if (f->backward)
    {
      guint low = first > PAGE ? first - PAGE : 0;

      more = low > 0;
      for (guint i = low; i < first; i++)
        g_ptr_array_add (entries, make_entry (g_array_index (f->matching, guint64, i)));
    }
  else
    {
      more = first + PAGE < f->matching->len;
      for (guint i = first; i < MIN (first + PAGE, f->matching->len); i++)
        g_ptr_array_add (entries, make_entry (g_array_index (f->matching, guint64, i)));
    }
  hw_history_add_picked (f->history, f->backward, f->from, entries, more);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *f)
{
  g_assert_cmpuint (position + removed, <=, f->mirror->len);
  if (removed > 0)
    g_ptr_array_remove_range (f->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (f->mirror, (int) (position + i), NULL);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, f->mirror->len);
}

/* Lets wishes rest, and answers them. */
static void
settle (Fixture *f)
{
  gint64 begun = g_get_monotonic_time ();
  gint64 quiet = begun;

  while (f->asked || g_get_monotonic_time () < quiet + REST)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, begun + PATIENCE);
      if (f->asked)
        {
          answer (f);
          quiet = g_get_monotonic_time ();
        }
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

/* What is here is right: seqs rise, and match. */
static void
check_order (Fixture *f)
{
  guint64 before = 0;

  for (guint i = 0; i < f->mirror->len; i++)
    {
      HwEntry *entry = hw_history_peek (f->history, i);

      if (entry == NULL)
        continue;
      g_assert_cmpuint (hw_entry_get_seq (entry), >, before);
      before = hw_entry_get_seq (entry);
    }
}

static void
set_up (Fixture *f, guint seed, guint one_in, gboolean exact)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  f->matching = g_array_new (FALSE, FALSE, sizeof (guint64));
  f->mirror = g_ptr_array_new ();
  f->last = ENTRIES;
  /* Half of them in one tenth of the log: a guess by proportion is far off. */
  for (guint64 seq = 1; seq <= ENTRIES; seq++)
    if (g_rand_int_range (random, 0, seq > ENTRIES / 2 && seq < ENTRIES * 6 / 10 ? 2 : (int) one_in)
        == 0)
      g_array_append_val (f->matching, seq);
  f->history = hw_history_new_picked ();
  g_signal_connect (f->history, "pick", G_CALLBACK (on_pick), f);
  g_signal_connect (f->history, "items-changed", G_CALLBACK (on_items_changed), f);
  hw_history_set_picked (f->history, 1, f->last,
                         exact ? f->matching->len : f->matching->len * (1 + seed % 3) / 2 + 1,
                         exact);
}

static void
tear_down (Fixture *f)
{
  g_object_unref (f->history);
  g_array_unref (f->matching);
  g_ptr_array_unref (f->mirror);
}

static void
look (Fixture *f, guint position)
{
  g_object_unref (g_list_model_get_item (G_LIST_MODEL (f->history), position));
}

/* Looks at everything, from somewhere, until nothing is missing. */
static void
look_at_all (Fixture *f)
{
  for (guint round = 0; round < 200; round++)
    {
      guint missing = 0;

      while (missing < f->mirror->len && hw_history_peek (f->history, missing) != NULL)
        missing++;
      if (missing == f->mirror->len)
        return;
      look (f, missing);
      settle (f);
      check_order (f);
    }
  g_assert_not_reached ();
}

static void
check_all (Fixture *f)
{
  g_assert_cmpuint (f->mirror->len, ==, f->matching->len);
  g_assert_true (hw_history_is_exact (f->history));
  for (guint i = 0; i < f->matching->len; i++)
    {
      g_assert_nonnull (hw_history_peek (f->history, i));
      g_assert_cmpuint (hw_history_get_seq (f->history, i), ==,
                        g_array_index (f->matching, guint64, i));
      g_assert_cmpuint (hw_history_find (f->history, g_array_index (f->matching, guint64, i)), ==,
                        i);
    }
}

static void
test_jumps (gconstpointer exact)
{
  for (guint seed = 1; seed <= 6; seed++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      Fixture f = { 0 };

      set_up (&f, seed, seed * seed, GPOINTER_TO_INT (exact));
      for (guint i = 0; i < 6 && f.mirror->len > 0; i++)
        {
          look (&f, (guint) g_rand_int_range (random, 0, (int) f.mirror->len));
          settle (&f);
          check_order (&f);
        }
      look_at_all (&f);
      check_all (&f);
      tear_down (&f);
    }
}

/* A seq that is gone to stands where it was said to, once it is here. */
static void
test_finds (void)
{
  Fixture f = { 0 };
  guint64 seq;
  guint position;

  set_up (&f, 3, 4, TRUE);
  look (&f, f.mirror->len - 1);
  settle (&f);
  seq = g_array_index (f.matching, guint64, f.matching->len / 3);
  position = hw_history_find (f.history, seq);
  look (&f, position);
  settle (&f);
  position = hw_history_find (f.history, seq);
  g_assert_cmpuint (hw_history_get_seq (f.history, position), ==, seq);
  tear_down (&f);
}

static void
test_grows (void)
{
  Fixture f = { 0 };
  guint n;

  set_up (&f, 2, 9, TRUE);
  n = f.matching->len;
  look (&f, f.mirror->len - 1);
  settle (&f);
  for (guint i = 1; i <= 5; i++)
    {
      guint64 seq = f.last + 3 * i;

      g_array_append_val (f.matching, seq);
    }
  f.last += 20;
  hw_history_set_picked (f.history, 1, f.last, f.matching->len, TRUE);
  g_assert_cmpuint (f.mirror->len, ==, n + 5);
  look (&f, f.mirror->len - 1);
  settle (&f);
  g_assert_cmpuint (hw_history_get_seq (f.history, f.mirror->len - 1), ==, ENTRIES + 15);
  look_at_all (&f);
  check_all (&f);
  tear_down (&f);
}

static void
test_nothing (void)
{
  Fixture f = { 0 };

  set_up (&f, 2, 9, TRUE);
  g_array_set_size (f.matching, 0);
  look (&f, f.mirror->len / 2);
  settle (&f);
  look_at_all (&f);
  g_assert_cmpuint (f.mirror->len, ==, 0);
  tear_down (&f);
}

static void
test_fails (void)
{
  Fixture f = { 0 };

  set_up (&f, 2, 9, TRUE);
  look (&f, f.mirror->len - 1);
  while (!f.asked)
    g_main_context_iteration (NULL, TRUE);
  f.asked = FALSE;
  hw_history_add_picked (f.history, f.backward, f.from, NULL, FALSE);
  look (&f, f.mirror->len - 1);
  settle (&f);
  g_assert_cmpuint (f.n_asked, ==, 1);
  hw_history_retry_failed (f.history);
  settle (&f);
  g_assert_nonnull (hw_history_peek (f.history, f.mirror->len - 1));
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/history-pick/jumps-end-in-the-whole", GINT_TO_POINTER (TRUE), test_jumps);
  g_test_add_data_func ("/history-pick/guessed-lengths-become-right", GINT_TO_POINTER (FALSE),
                        test_jumps);
  g_test_add_func ("/history-pick/finds-a-seq", test_finds);
  g_test_add_func ("/history-pick/grows-at-its-end", test_grows);
  g_test_add_func ("/history-pick/nothing-matches-after-all", test_nothing);
  g_test_add_func ("/history-pick/a-failed-page-waits", test_fails);

  return g_test_run ();
}
