/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sender.h"
#include "timer-wheel.h"

#include <sys/epoll.h>

G_BEGIN_DECLS

typedef struct _HwPoller HwPoller;
typedef struct _HwWatch HwWatch;
typedef struct _HwTurn HwTurn;

/**
 * HwWatch:
 *
 * A descriptor that is waited for, embedded in what it belongs to. The descriptor stays its
 * owner's.
 */
struct _HwWatch
{
  void (*func) (HwWatch *watch, guint32 events);
  int fd;
  guint32 events; /* EPOLLIN, EPOLLOUT, level-triggered; errors and hang-ups come unasked */
};

/**
 * HwTurn:
 *
 * Something to do at the end of this turn of the loop, once: so that what happens in one turn
 * leaves together.
 */
struct _HwTurn
{
  HwTurn *next;
  HwTurn **link; /* %NULL: not asked for */
  void (*func) (HwTurn *turn);
  void (*prepare) (HwTurn *turn); /* (nullable): called before the turns are taken, to set the disk
                                     or the sender to work; nothing may be sent by it */
};

HwPoller *hw_poller_new (GMainContext *context, GError **error);
void hw_poller_free (HwPoller *self);
HwTimerWheel *hw_poller_get_wheel (HwPoller *self);
HwSender *hw_poller_get_sender (HwPoller *self);

void hw_poller_add (HwPoller *self, HwWatch *watch);
void hw_poller_modify (HwPoller *self, HwWatch *watch, guint32 events);
void hw_poller_remove (HwPoller *self, HwWatch *watch);

void hw_poller_ask_turn (HwPoller *self, HwTurn *turn);
void hw_poller_cancel_turn (HwPoller *self, HwTurn *turn);

G_END_DECLS
