/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counting wrong passwords, also when many are tried at once. */

#include "server/tries.h"

typedef struct
{
  guint n_allowed;
  guint n_refused;
  gint64 retry;
} Answers;

static void
on_answer (gint64 retry, gpointer user_data)
{
  Answers *answers = user_data;

  if (retry == 0)
    answers->n_allowed++;
  else
    answers->n_refused++;
  answers->retry = retry;
}

static void
try_wrong (HwTries *tries, const char *key, guint times)
{
  for (guint i = 0; i < times; i++)
    {
      Answers answers = { 0 };

      hw_tries_begin (tries, key, on_answer, &answers);
      g_assert_cmpuint (answers.n_allowed, ==, 1);
      hw_tries_end (tries, key, TRUE);
    }
}

static void
test_three_wrong_ones (void)
{
  HwTries *tries = hw_tries_new ();
  Answers answers = { 0 };

  try_wrong (tries, "a", 3);
  hw_tries_begin (tries, "a", on_answer, &answers);
  g_assert_cmpuint (answers.n_refused, ==, 1);
  g_assert_cmpint (answers.retry, >, 50000);
  g_assert_cmpint (answers.retry, <=, 60000);
  try_wrong (tries, "b", 1); /* somebody else's count */
  hw_tries_free (tries);
}

static void
test_right_ones_are_not_counted (void)
{
  HwTries *tries = hw_tries_new ();
  Answers answers = { 0 };

  for (guint i = 0; i < 10; i++)
    {
      hw_tries_begin (tries, "a", on_answer, &answers);
      hw_tries_end (tries, "a", FALSE);
    }
  g_assert_cmpuint (answers.n_allowed, ==, 10);
  hw_tries_free (tries);
}

static void
test_forgiven (void)
{
  HwTries *tries = hw_tries_new ();

  try_wrong (tries, "a", 2);
  hw_tries_forgive (tries, "a");
  try_wrong (tries, "a", 3);
  hw_tries_free (tries);
}

/* Only as many are checked at once as may be wrong; the others wait for what becomes of them. */
static void
test_at_once (void)
{
  HwTries *tries = hw_tries_new ();
  Answers answers = { 0 };

  for (guint i = 0; i < 10; i++)
    hw_tries_begin (tries, "a", on_answer, &answers);
  g_assert_cmpuint (answers.n_allowed, ==, 3);
  g_assert_cmpuint (answers.n_refused, ==, 0);
  hw_tries_end (tries, "a", FALSE);
  g_assert_cmpuint (answers.n_allowed, ==, 4);
  for (guint i = 0; i < 3; i++)
    hw_tries_end (tries, "a", TRUE);
  g_assert_cmpuint (answers.n_allowed, ==, 4);
  g_assert_cmpuint (answers.n_refused, ==, 6);
  hw_tries_free (tries);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tries/three-wrong-ones", test_three_wrong_ones);
  g_test_add_func ("/tries/right-ones-are-not-counted", test_right_ones_are_not_counted);
  g_test_add_func ("/tries/forgiven", test_forgiven);
  g_test_add_func ("/tries/at-once", test_at_once);
  return g_test_run ();
}
