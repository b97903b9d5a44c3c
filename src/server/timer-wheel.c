/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All of the server's deadlines: a hashed wheel of intrusive lists, so that setting and clearing
 * one is a few stores however many thousand there are. Timers of later rounds stay in their slot
 * until their round comes. The earliest deadline is remembered and looked for again only when it
 * has passed; clearing it costs at most one wake-up for nothing. Belongs to one thread. */

#include "timer-wheel.h"

/* 8192 slots of 4 ms: a round of 32 s, about the time after which a silent connection ends. */
#define N_SLOTS 8192

/* Deadlines at least this far away may wait for this many ticks more, so that they come together.
 */
#define COARSE_FROM  (4000 / HW_TIMER_TICK)
#define COARSE_TICKS 25

struct _HwTimerWheel
{
  guint64 tick; /* up to which, included, all was fired */
  guint64 next; /* no timer is due before; G_MAXUINT64: there is none */
  HwClock clock;
  HwTimer *slots[N_SLOTS];
};

static guint64
to_tick (gint64 now)
{
  return now / (HW_TIMER_TICK * 1000);
}

static void
link_timer (HwTimer **head, HwTimer *timer)
{
  timer->next = *head;
  timer->link = head;
  if (timer->next)
    timer->next->link = &timer->next;
  *head = timer;
}

static void
unlink_timer (HwTimer *timer)
{
  *timer->link = timer->next;
  if (timer->next)
    timer->next->link = timer->link;
  timer->next = NULL;
  timer->link = NULL;
}

/**
 * hw_timer_wheel_new:
 * @clock: the monotonic time in microseconds: g_get_monotonic_time(), but for tests
 *
 * Returns: (transfer full): a wheel without timers
 */
HwTimerWheel *
hw_timer_wheel_new (HwClock clock)
{
  HwTimerWheel *self = g_new0 (HwTimerWheel, 1);

  self->clock = clock;
  self->tick = to_tick (clock ());
  self->next = G_MAXUINT64;
  return self;
}

/**
 * hw_timer_wheel_free:
 * @self: (transfer full): a wheel; its timers are forgotten, not fired
 */
void
hw_timer_wheel_free (HwTimerWheel *self)
{
  for (guint i = 0; i < N_SLOTS; i++)
    while (self->slots[i])
      unlink_timer (self->slots[i]);
  g_free (self);
}

/**
 * hw_timer_wheel_set:
 * @self: a wheel
 * @timer: (transfer none): a timer that stays where it is until it fired or was cleared
 * @delay: milliseconds from now
 * @func: what to call, once; it may set the timer again, or free what it is embedded in
 *
 * Sets @timer, anew if it was set. It fires never early and at most a tick late, long ones up to
 * 100 ms.
 */
void
hw_timer_wheel_set (HwTimerWheel *self, HwTimer *timer, gint64 delay, HwTimerFunc func)
{
  gint64 now = self->clock ();
  guint64 due = to_tick (now + MAX (delay, 0) * 1000 + HW_TIMER_TICK * 1000 - 1);

  if (timer->link)
    unlink_timer (timer);
  if (due - to_tick (now) >= COARSE_FROM)
    due = (due + COARSE_TICKS - 1) / COARSE_TICKS * COARSE_TICKS;
  timer->func = func;
  timer->due = MAX (due, self->tick + 1);
  link_timer (&self->slots[timer->due % N_SLOTS], timer);
  self->next = MIN (self->next, timer->due);
}

/**
 * hw_timer_wheel_clear:
 * @self: a wheel
 * @timer: a timer, set or not
 */
void
hw_timer_wheel_clear (HwTimerWheel *self, HwTimer *timer)
{
  if (timer->link)
    unlink_timer (timer);
}

/**
 * hw_timer_wheel_get_due:
 * @self: a wheel
 *
 * Returns: the monotonic time in microseconds at which to turn the wheel next, -1 for never
 */
gint64
hw_timer_wheel_get_due (HwTimerWheel *self)
{
  return self->next == G_MAXUINT64 ? -1 : (gint64) (self->next * HW_TIMER_TICK * 1000);
}

/**
 * hw_timer_wheel_get_now:
 * @self: a wheel
 *
 * Returns: the monotonic time in microseconds, by the wheel's clock
 */
gint64
hw_timer_wheel_get_now (HwTimerWheel *self)
{
  return self->clock ();
}

static void
find_next (HwTimerWheel *self)
{
  guint64 earliest = G_MAXUINT64;

  for (guint64 tick = self->tick + 1; tick <= self->tick + N_SLOTS; tick++)
    {
      for (HwTimer *timer = self->slots[tick % N_SLOTS]; timer; timer = timer->next)
        earliest = MIN (earliest, timer->due);
      if (earliest <= tick)
        break;
    }
  self->next = earliest;
}

/**
 * hw_timer_wheel_turn:
 * @self: a wheel
 *
 * Fires everything that is due.
 */
void
hw_timer_wheel_turn (HwTimerWheel *self)
{
  guint64 until = to_tick (self->clock ());
  guint64 first;
  HwTimer *due = NULL;

  if (until < self->next)
    return;

  /* Taken off their slots first: what they call may set and clear any of them. Nothing is due
   * before next, and after a long sleep one round over all slots is enough. */
  first = MAX (self->next, until >= N_SLOTS ? until - N_SLOTS + 1 : 0);
  for (guint64 tick = first; tick <= until; tick++)
    {
      HwTimer *timer = self->slots[tick % N_SLOTS];

      while (timer)
        {
          HwTimer *next = timer->next;

          if (timer->due <= until)
            {
              unlink_timer (timer);
              link_timer (&due, timer);
            }
          timer = next;
        }
    }
  self->tick = until;
  find_next (self);

  while (due)
    {
      HwTimer *timer = due;

      unlink_timer (timer);
      timer->func (timer);
    }
}
