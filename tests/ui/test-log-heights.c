/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwLogHeights against a plain array that does the same slowly. */

#include "ui/log-heights.h"

#include <math.h>

#define MEAN  20.0
#define STEPS 20000

typedef struct
{
  HwLogHeights *heights;
  GArray *plain; /* of int, -1: not measured */
  double mean;
} Pair;

static double
plain_height (Pair *pair, guint row)
{
  int height = g_array_index (pair->plain, int, row);

  return height < 0 ? pair->mean : height;
}

static double
plain_before (Pair *pair, guint row)
{
  double y = 0;

  for (guint i = 0; i < row; i++)
    y += plain_height (pair, i);
  return y;
}

static void
assert_same (Pair *pair)
{
  guint n = pair->plain->len;
  guint row = (guint) g_test_rand_int_range (0, (gint32) n + 1);
  double total = plain_before (pair, n);
  double y, offset, height;
  guint found;

  g_assert_cmpuint (hw_log_heights_get_n (pair->heights), ==, n);
  g_assert_cmpfloat_with_epsilon (hw_log_heights_total (pair->heights), total, 1e-6);
  g_assert_cmpfloat_with_epsilon (hw_log_heights_before (pair->heights, row),
                                  plain_before (pair, row), 1e-6);
  if (row < n)
    g_assert_cmpint (hw_log_heights_get (pair->heights, row), ==,
                     g_array_index (pair->plain, int, row));
  if (n == 0)
    return;
  y = g_test_rand_double_range (0, total + 1);
  found = hw_log_heights_find (pair->heights, y, &offset, &height);
  g_assert_cmpuint (found, <, n);
  g_assert_cmpfloat_with_epsilon (height, plain_height (pair, found), 1e-6);
  /* It begins at y or above, ends below y; the last row takes what is behind it. */
  g_assert_cmpfloat (plain_before (pair, found), <=, y + 1e-6);
  if (y < total)
    {
      g_assert_cmpfloat (plain_before (pair, found) + height, >, y - 1e-6);
      g_assert_cmpfloat_with_epsilon (offset, y - plain_before (pair, found), 1e-6);
    }
  else
    g_assert_cmpuint (found, ==, n - 1);
}

static void
splice (Pair *pair, guint position, guint removed, guint added)
{
  int unknown = -1;

  hw_log_heights_splice (pair->heights, position, removed, added);
  g_array_remove_range (pair->plain, position, removed);
  for (guint i = 0; i < added; i++)
    g_array_insert_val (pair->plain, position, unknown);
}

static void
random_step (Pair *pair)
{
  guint n = pair->plain->len;
  guint position = (guint) g_test_rand_int_range (0, (gint32) n + 1);
  int what = g_test_rand_int_range (0, 100);

  if (what < 70 && n > 0)
    {
      int height = g_test_rand_int_range (-1, 200);

      position = MIN (position, n - 1);
      hw_log_heights_set (pair->heights, position, height);
      g_array_index (pair->plain, int, position) = height;
    }
  else if (what < 80)
    splice (pair, position, 0, (guint) g_test_rand_int_range (0, n < 3000 ? 700 : 5));
  else if (what < 90)
    splice (pair, n, 0, (guint) g_test_rand_int_range (0, n < 3000 ? 300 : 5));
  else if (what < 98)
    splice (pair, position, (guint) g_test_rand_int_range (0, (gint32) MIN (n - position, 400) + 1),
            (guint) g_test_rand_int_range (0, 300));
  else if (what == 98)
    {
      pair->mean = g_test_rand_int_range (5, 90);
      hw_log_heights_set_mean (pair->heights, pair->mean);
    }
  else if (g_test_rand_int_range (0, 10) == 0)
    {
      hw_log_heights_forget (pair->heights, 2);
      pair->mean *= 2;
      for (guint i = 0; i < n; i++)
        g_array_index (pair->plain, int, i) = -1;
    }
}

static void
test_agrees_with_plain_array (void)
{
  Pair pair = { hw_log_heights_new (MEAN), g_array_new (FALSE, FALSE, sizeof (int)), MEAN };

  hw_log_heights_set_keep_all (pair.heights, TRUE);
  for (guint i = 0; i < STEPS; i++)
    {
      random_step (&pair);
      assert_same (&pair);
    }
  hw_log_heights_free (pair.heights);
  g_array_unref (pair.plain);
}

/* What was put away may be guessed again, but never loses or gains rows, and a row never measured
 * again keeps its block's sum. */
static void
test_puts_away_and_keeps_sums (void)
{
  g_autoptr (HwLogHeights) heights = hw_log_heights_new (MEAN);
  guint n = 1000000;
  guint blocks = 4 * HW_LOG_HEIGHTS_KEPT;

  hw_log_heights_splice (heights, 0, 0, n);
  for (guint i = 0; i < blocks * HW_LOG_HEIGHTS_BLOCK; i++)
    hw_log_heights_set (heights, i, 30);
  g_assert_cmpuint (hw_log_heights_get_n (heights), ==, n);
  /* The first blocks are put away, the last ones are not. */
  g_assert_cmpint (hw_log_heights_get (heights, 0), <, 0);
  g_assert_cmpint (hw_log_heights_get (heights, blocks * HW_LOG_HEIGHTS_BLOCK - 1), ==, 30);
  g_assert_cmpfloat_with_epsilon (hw_log_heights_before (heights, blocks * HW_LOG_HEIGHTS_BLOCK),
                                  30.0 * blocks * HW_LOG_HEIGHTS_BLOCK, 1e-6);
  g_assert_cmpfloat_with_epsilon (hw_log_heights_before (heights, 100), 3000, 1e-6);
}

static void
test_zero_heights_are_never_found (void)
{
  g_autoptr (HwLogHeights) heights = hw_log_heights_new (MEAN);
  double offset, height;

  hw_log_heights_splice (heights, 0, 0, 1000);
  for (guint i = 10; i < 900; i++)
    hw_log_heights_set (heights, i, 0);
  g_assert_cmpuint (hw_log_heights_find (heights, 10 * MEAN - 1, &offset, &height), ==, 9);
  g_assert_cmpuint (hw_log_heights_find (heights, 10 * MEAN, &offset, &height), ==, 900);
  g_assert_cmpfloat (offset, ==, 0);
}

static void
test_takes_new_mean_only_when_far_off (void)
{
  g_autoptr (HwLogHeights) heights = hw_log_heights_new (MEAN);

  hw_log_heights_splice (heights, 0, 0, 100);
  for (guint i = 0; i < 20; i++)
    hw_log_heights_set (heights, i, 21);
  g_assert_false (hw_log_heights_refresh_mean (heights));
  for (guint i = 0; i < 20; i++)
    hw_log_heights_set (heights, i, 30);
  g_assert_true (hw_log_heights_refresh_mean (heights));
  g_assert_cmpfloat (hw_log_heights_get_mean (heights), ==, 30);
  g_assert_cmpfloat (hw_log_heights_total (heights), ==, 3000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-heights/agrees-with-plain-array", test_agrees_with_plain_array);
  g_test_add_func ("/log-heights/puts-away-and-keeps-sums", test_puts_away_and_keeps_sums);
  g_test_add_func ("/log-heights/zero-heights-are-never-found", test_zero_heights_are_never_found);
  g_test_add_func ("/log-heights/takes-new-mean-only-when-far-off",
                   test_takes_new_mean_only_when_far_off);
  return g_test_run ();
}
