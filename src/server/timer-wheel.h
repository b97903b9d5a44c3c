/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Milliseconds of one step of the wheel: fine enough to pace a busy room, coarse enough that one
 * wake-up serves many deadlines. */
#define HW_TIMER_TICK 4

/* What @part, a timer or the like, is embedded in, as its @member. */
#define HW_OWNER(part, Type, member) ((Type *) ((char *) (part) -G_STRUCT_OFFSET (Type, member)))

typedef struct _HwTimer HwTimer;
typedef struct _HwTimerWheel HwTimerWheel;
typedef void (*HwTimerFunc) (HwTimer *timer);
typedef gint64 (*HwClock) (void);

/**
 * HwTimer:
 *
 * One deadline, embedded in what it belongs to. All zero is a timer that is not set.
 */
struct _HwTimer
{
  HwTimer *next;
  HwTimer **link; /* what points at this timer; %NULL: not set */
  HwTimerFunc func;
  guint64 due; /* tick */
};

HwTimerWheel *hw_timer_wheel_new (HwClock clock);
void hw_timer_wheel_free (HwTimerWheel *self);
void hw_timer_wheel_set (HwTimerWheel *self, HwTimer *timer, gint64 delay, HwTimerFunc func);
void hw_timer_wheel_clear (HwTimerWheel *self, HwTimer *timer);
gint64 hw_timer_wheel_get_due (HwTimerWheel *self);
void hw_timer_wheel_turn (HwTimerWheel *self);
gint64 hw_timer_wheel_get_now (HwTimerWheel *self);

static inline gboolean
hw_timer_is_set (const HwTimer *timer)
{
  return timer->link != NULL;
}

G_END_DECLS
