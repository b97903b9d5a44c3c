/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The outbox, the tally of unread messages, and what counts as a mention. */

#include "client/clean.h"
#include "client/outbox.h"
#include "client/unread.h"

#include <string.h>

static gboolean
is_tea (const char *room, gpointer user_data)
{
  return g_str_equal (room, "tea");
}

static gboolean
is_any (const char *room, gpointer user_data)
{
  return TRUE;
}

static void
test_order (void)
{
  g_autoptr (HwOutbox) outbox = hw_outbox_new ();
  g_autofree char *first = g_strdup (hw_outbox_add (outbox, "exam", "one")->key);
  g_autofree char *second = g_strdup (hw_outbox_add (outbox, "tea", "two")->key);

  hw_outbox_add (outbox, "tea", "three");
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 3);
  g_assert_cmpstr (hw_outbox_find_next (outbox, is_any, NULL)->text, ==, "one");
  g_assert_cmpstr (hw_outbox_find_next (outbox, is_tea, NULL)->text, ==, "two");
  /* Asking takes nothing away: what is not acknowledged is still next. */
  g_assert_cmpstr (hw_outbox_find_next (outbox, is_tea, NULL)->key, ==, second);
  g_assert_true (hw_outbox_remove (outbox, second));
  g_assert_false (hw_outbox_remove (outbox, second));
  g_assert_cmpstr (hw_outbox_find_next (outbox, is_tea, NULL)->text, ==, "three");
  g_assert_true (hw_outbox_remove (outbox, first));
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 1);
}

static void
test_again (void)
{
  g_autoptr (HwOutbox) outbox = hw_outbox_new ();

  hw_outbox_add_again (outbox, FALSE, "tea", "one", "k");
  hw_outbox_add_again (outbox, FALSE, "tea", "one", "k");
  g_assert_cmpuint (hw_outbox_get_size (outbox), ==, 1);
  g_assert_cmpstr (hw_outbox_find (outbox, "k")->text, ==, "one");
}

static void
test_keys (void)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++)
    {
      char *key = hw_outbox_make_key ();

      g_assert_cmpuint (strlen (key), ==, 32);
      g_assert_cmpuint (strspn (key, "0123456789abcdef"), ==, 32);
      g_assert_true (g_hash_table_add (keys, key));
    }
}

static void
test_unread (void)
{
  HwUnread *unread = hw_unread_new ();

  hw_unread_add (unread, 5, FALSE);
  hw_unread_add (unread, 9, TRUE);
  hw_unread_add (unread, 7, FALSE);
  hw_unread_add (unread, 7, FALSE);
  g_assert_cmpuint (hw_unread_get_count (unread), ==, 3);
  g_assert_cmpuint (hw_unread_get_mentions (unread), ==, 1);
  hw_unread_read (unread, 7);
  g_assert_cmpuint (hw_unread_get_count (unread), ==, 1);
  hw_unread_read (unread, 9);
  g_assert_cmpuint (hw_unread_get_count (unread), ==, 0);
  g_assert_cmpuint (hw_unread_get_mentions (unread), ==, 0);
  hw_unread_free (unread);
}

static void
test_unread_many (void)
{
  HwUnread *unread = hw_unread_new ();

  for (guint64 seq = 1; seq <= 200000; seq++)
    hw_unread_add (unread, seq, seq % 1000 == 0);
  g_assert_cmpuint (hw_unread_get_count (unread), ==, 200000);
  g_assert_cmpuint (hw_unread_get_mentions (unread), ==, 200);
  hw_unread_read (unread, 199990);
  g_assert_cmpuint (hw_unread_get_count (unread), ==, 10);
  g_assert_cmpuint (hw_unread_get_mentions (unread), ==, 1);
  hw_unread_free (unread);
}

static void
test_mention (void)
{
  g_assert_true (hw_text_mentions ("hi Ana", "Ana"));
  g_assert_true (hw_text_mentions ("ana: tea?", "Ana"));
  g_assert_true (hw_text_mentions ("(ANA)", "Ana"));
  g_assert_true (hw_text_mentions ("banana, ana", "Ana"));
  g_assert_true (hw_text_mentions ("Ana Lee!", "ana lee"));
  g_assert_true (hw_text_mentions ("frag STRASSE mal", "Straße"));
  g_assert_true (hw_text_mentions ("@נועה", "נועה"));
  g_assert_false (hw_text_mentions ("banana", "Ana"));
  g_assert_false (hw_text_mentions ("Anaé", "Ana"));
  g_assert_false (hw_text_mentions ("ana_2", "Ana"));
  g_assert_false (hw_text_mentions ("Ana2", "Ana"));
  g_assert_false (hw_text_mentions ("", "Ana"));
  g_assert_false (hw_text_mentions ("anything", ""));
  g_assert_false (hw_text_mentions ("anything", NULL));
}

static void
test_clean (void)
{
  g_autofree char *name = hw_clean_name ("A\u202En\u200Ba\n\x01", 10);
  g_autofree char *cut = hw_clean_name ("ééééé", 3);
  g_autofree char *text = hw_clean_text ("a\tb\nc\x1b[31md\x7f", 100);
  g_autofree char *short_text = hw_clean_text ("aééé", 4);

  g_assert_cmpstr (name, ==, "Ana");
  g_assert_cmpstr (cut, ==, "ééé");
  g_assert_cmpstr (text, ==, "a\tb\nc[31md");
  g_assert_cmpstr (short_text, ==, "aé");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/order", test_order);
  g_test_add_func ("/outbox/same-key-once", test_again);
  g_test_add_func ("/outbox/keys-are-random", test_keys);
  g_test_add_func ("/unread/counts", test_unread);
  g_test_add_func ("/unread/many", test_unread_many);
  g_test_add_func ("/words/mention", test_mention);
  g_test_add_func ("/words/clean", test_clean);
  return g_test_run ();
}
