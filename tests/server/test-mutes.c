/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may say nothing for a while. */

#include "protocol/error.h"
#include "server/mutes.h"

static void
test_muted_until_the_time_is_over (void)
{
  HwMutes *mutes = hw_mutes_new ();
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  g_assert_true (hw_mutes_check (mutes, "ana", &error));
  hw_mutes_add (mutes, "ana", now + G_TIME_SPAN_HOUR);
  g_assert_false (hw_mutes_check (mutes, "ana", &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_MUTED);
  g_assert_cmpint (hw_error_get_retry (error), >, 59 * 60000);
  g_assert_cmpint (hw_error_get_retry (error), <=, 60 * 60000);
  g_assert_true (hw_mutes_check (mutes, "ben", NULL));

  hw_mutes_add (mutes, "ana", now - 1);
  g_assert_true (hw_mutes_check (mutes, "ana", NULL));
  hw_mutes_free (mutes);
}

static void
test_those_that_are_over_are_forgotten (void)
{
  HwMutes *mutes = hw_mutes_new ();
  gint64 now = g_get_monotonic_time ();

  hw_mutes_add (mutes, "ana", now - 1);
  hw_mutes_add (mutes, "ben", now + G_TIME_SPAN_HOUR);
  g_assert_false (hw_mutes_contain (mutes, "ana"));
  g_assert_true (hw_mutes_contain (mutes, "ben"));
  hw_mutes_remove (mutes, "ben");
  g_assert_true (hw_mutes_check (mutes, "ben", NULL));
  hw_mutes_free (mutes);
}

static void
test_mute_goes_along_to_a_new_name (void)
{
  HwMutes *mutes = hw_mutes_new ();

  hw_mutes_add (mutes, "ana", g_get_monotonic_time () + G_TIME_SPAN_HOUR);
  hw_mutes_copy (mutes, "ana", "zoe");
  hw_mutes_copy (mutes, "ben", "cy");
  g_assert_false (hw_mutes_check (mutes, "ana", NULL));
  g_assert_false (hw_mutes_check (mutes, "zoe", NULL));
  g_assert_false (hw_mutes_contain (mutes, "cy"));
  hw_mutes_copy (mutes, "ana", "ana");
  g_assert_false (hw_mutes_check (mutes, "ana", NULL));
  hw_mutes_free (mutes);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mutes/until-the-time-is-over", test_muted_until_the_time_is_over);
  g_test_add_func ("/mutes/over-are-forgotten", test_those_that_are_over_are_forgotten);
  g_test_add_func ("/mutes/go-along-to-a-new-name", test_mute_goes_along_to_a_new_name);

  return g_test_run ();
}
