/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The wheel of deadlines, under a clock that the test turns. */

#include "server/timer-wheel.h"

static gint64 now; /* microseconds */

static gint64
test_clock (void)
{
  return now;
}

typedef struct
{
  HwTimer timer; /* first */
  HwTimerWheel *wheel;
  guint fired;
  gint64 fired_at;
  HwTimer *clears; /* (nullable): what it clears when it fires */
  gint64 again;    /* milliseconds after which it sets itself again; 0: not */
} Deadline;

static void
on_due (HwTimer *timer)
{
  Deadline *self = (Deadline *) timer;

  self->fired++;
  self->fired_at = now;
  if (self->clears)
    hw_timer_wheel_clear (self->wheel, self->clears);
  if (self->again)
    hw_timer_wheel_set (self->wheel, &self->timer, self->again, on_due);
}

static HwTimerWheel *
new_wheel (void)
{
  now = G_GINT64_CONSTANT (1234567890123);
  return hw_timer_wheel_new (test_clock);
}

static void
turn_for (HwTimerWheel *wheel, gint64 milliseconds)
{
  for (gint64 i = 0; i < milliseconds; i++)
    {
      now += 1000;
      hw_timer_wheel_turn (wheel);
    }
}

static void
test_never_early (void)
{
  static const gint64 delays[] = { 0, 1, 3, 4, 5, 100, 1000, 3900 };
  HwTimerWheel *wheel = new_wheel ();

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      Deadline deadline = { .wheel = wheel };
      gint64 start = now += 777;

      hw_timer_wheel_set (wheel, &deadline.timer, delays[i], on_due);
      g_assert_true (hw_timer_is_set (&deadline.timer));
      turn_for (wheel, delays[i] + 2 * HW_TIMER_TICK);
      g_assert_cmpuint (deadline.fired, ==, 1);
      g_assert_cmpint (deadline.fired_at - start, >=, delays[i] * 1000);
      g_assert_false (hw_timer_is_set (&deadline.timer));
    }
  hw_timer_wheel_free (wheel);
}

static void
test_long_ones_together (void)
{
  HwTimerWheel *wheel = new_wheel ();
  Deadline deadlines[20] = { 0 };
  guint wakes = 0;

  /* Over several rounds of the wheel, begun at different times */
  for (guint i = 0; i < G_N_ELEMENTS (deadlines); i++)
    {
      hw_timer_wheel_set (wheel, &deadlines[i].timer, 120000, on_due);
      turn_for (wheel, 1);
    }
  for (guint i = 0; i < 1000 && hw_timer_wheel_get_due (wheel) >= 0; i++)
    {
      now = hw_timer_wheel_get_due (wheel);
      hw_timer_wheel_turn (wheel);
      wakes++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (deadlines); i++)
    g_assert_cmpuint (deadlines[i].fired, ==, 1);
  g_assert_cmpuint (wakes, <=, 8);
  hw_timer_wheel_free (wheel);
}

static void
test_due_is_the_earliest (void)
{
  HwTimerWheel *wheel = new_wheel ();
  Deadline early = { .wheel = wheel }, late = { .wheel = wheel };

  g_assert_cmpint (hw_timer_wheel_get_due (wheel), ==, -1);
  hw_timer_wheel_set (wheel, &late.timer, 50000, on_due);
  hw_timer_wheel_set (wheel, &early.timer, 200, on_due);
  g_assert_cmpint (hw_timer_wheel_get_due (wheel) - now, >=, 200 * 1000);
  g_assert_cmpint (hw_timer_wheel_get_due (wheel) - now, <=, (200 + 2 * HW_TIMER_TICK) * 1000);
  turn_for (wheel, 220);
  g_assert_cmpuint (early.fired, ==, 1);
  g_assert_cmpuint (late.fired, ==, 0);
  g_assert_cmpint (hw_timer_wheel_get_due (wheel) - now, >, 40000 * 1000);
  hw_timer_wheel_free (wheel);
}

static void
test_cleared_does_not_fire (void)
{
  HwTimerWheel *wheel = new_wheel ();
  Deadline deadline = { .wheel = wheel };

  hw_timer_wheel_set (wheel, &deadline.timer, 20, on_due);
  hw_timer_wheel_clear (wheel, &deadline.timer);
  hw_timer_wheel_clear (wheel, &deadline.timer);
  turn_for (wheel, 100);
  g_assert_cmpuint (deadline.fired, ==, 0);
  hw_timer_wheel_free (wheel);
}

static void
test_set_again_moves (void)
{
  HwTimerWheel *wheel = new_wheel ();
  Deadline deadline = { .wheel = wheel };

  hw_timer_wheel_set (wheel, &deadline.timer, 20, on_due);
  hw_timer_wheel_set (wheel, &deadline.timer, 200, on_due);
  turn_for (wheel, 150);
  g_assert_cmpuint (deadline.fired, ==, 0);
  turn_for (wheel, 100);
  g_assert_cmpuint (deadline.fired, ==, 1);
  hw_timer_wheel_free (wheel);
}

/* Of two that are due at once each clears the other: only one may fire. */
static void
test_firing_clears_others (void)
{
  HwTimerWheel *wheel = new_wheel ();
  Deadline one = { .wheel = wheel }, other = { .wheel = wheel };

  one.clears = &other.timer;
  other.clears = &one.timer;
  hw_timer_wheel_set (wheel, &one.timer, 20, on_due);
  hw_timer_wheel_set (wheel, &other.timer, 20, on_due);
  turn_for (wheel, 100);
  g_assert_cmpuint (one.fired + other.fired, ==, 1);
  hw_timer_wheel_free (wheel);
}

static void
test_firing_sets_itself (void)
{
  HwTimerWheel *wheel = new_wheel ();
  Deadline deadline = { .wheel = wheel, .again = 100 };

  hw_timer_wheel_set (wheel, &deadline.timer, 100, on_due);
  turn_for (wheel, 1050);
  g_assert_cmpuint (deadline.fired, >=, 9);
  g_assert_cmpuint (deadline.fired, <=, 10);
  hw_timer_wheel_free (wheel);
}

/* After the machine slept all that was due meanwhile fires, once. */
static void
test_long_sleep (void)
{
  HwTimerWheel *wheel = new_wheel ();
  Deadline deadlines[50] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (deadlines); i++)
    hw_timer_wheel_set (wheel, &deadlines[i].timer, i * 997, on_due);
  now += G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC;
  hw_timer_wheel_turn (wheel);
  for (guint i = 0; i < G_N_ELEMENTS (deadlines); i++)
    g_assert_cmpuint (deadlines[i].fired, ==, 1);
  g_assert_cmpint (hw_timer_wheel_get_due (wheel), ==, -1);
  hw_timer_wheel_free (wheel);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timer-wheel/never-early", test_never_early);
  g_test_add_func ("/timer-wheel/long-ones-together", test_long_ones_together);
  g_test_add_func ("/timer-wheel/due-is-the-earliest", test_due_is_the_earliest);
  g_test_add_func ("/timer-wheel/cleared-does-not-fire", test_cleared_does_not_fire);
  g_test_add_func ("/timer-wheel/set-again-moves", test_set_again_moves);
  g_test_add_func ("/timer-wheel/firing-clears-others", test_firing_clears_others);
  g_test_add_func ("/timer-wheel/firing-sets-itself", test_firing_sets_itself);
  g_test_add_func ("/timer-wheel/long-sleep", test_long_sleep);
  return g_test_run ();
}
