/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's loop: one GSource that wraps one epoll descriptor, the wheel of all deadlines, and
 * the turns asked for. GLib polls one descriptor however many connections there are; signals,
 * password hashes and whatever else speaks GLib live beside it in the same context. Everything here
 * belongs to the thread of that context.
 *
 * Level-triggered: who stops reading takes EPOLLIN away, so that a busy one that is not listened to
 * costs nothing, and nobody has to remember what may still wait in a socket. */

#include "poller.h"

#include <gio/gio.h>

#include <errno.h>
#include <unistd.h>

/* Events taken at once: bounds what a turn takes before what was answered is sent. */
#define BATCH 256

struct _HwPoller
{
  GSource *source;
  int fd;
  HwTimerWheel *wheel;
  HwSender *sender;
  HwTurn *turns;
  HwTurn **last; /* where the next turn is linked */
  struct epoll_event events[BATCH];
  int n_events;
  int at; /* the event being handled */
  gboolean dispatching;
};

typedef struct
{
  GSource source;
  HwPoller *poller;
  gpointer fd_tag;
} PollerSource;

/* Microseconds until there is something to do beside what comes; -1: for ever. */
static gint64
get_wait (GSource *source)
{
  HwPoller *self = ((PollerSource *) source)->poller;
  gint64 due = hw_timer_wheel_get_due (self->wheel);

  if (self->turns)
    return 0;
  return due < 0 ? -1 : MAX (0, due - hw_timer_wheel_get_now (self->wheel));
}

/* Not by a ready time: to change that wakes the loop which is about to look at it, by a system
 * call, and another one to hear of it. */
static gboolean
poller_prepare (GSource *source, int *timeout)
{
  gint64 wait = get_wait (source);

  *timeout = wait < 0 ? -1 : (int) MIN ((wait + 999) / 1000, G_MAXINT);
  return wait == 0;
}

static gboolean
poller_check (GSource *source)
{
  return g_source_query_unix_fd (source, ((PollerSource *) source)->fd_tag) != 0
         || get_wait (source) == 0;
}

static void
take_events (HwPoller *self)
{
  do
    self->n_events = epoll_wait (self->fd, self->events, BATCH, 0);
  while (self->n_events < 0 && errno == EINTR);

  for (self->at = 0; self->at < self->n_events; self->at++)
    {
      HwWatch *watch = self->events[self->at].data.ptr;

      if (watch)
        watch->func (watch, self->events[self->at].events);
    }
  self->n_events = 0;
}

/* Turns asked for meanwhile are left for the next time round, or one busy peer could keep the loop
 * for itself. */
static void
take_turns (HwPoller *self)
{
  HwTurn *turns = self->turns;

  if (!turns)
    return;
  /* What is ready to be sent leaves at once, before anybody reacts to anything */
  for (HwTurn *turn = turns; turn; turn = turn->next)
    if (turn->prepare)
      turn->prepare (turn);
  hw_sender_submit (self->sender);

  turns->link = &turns;
  self->turns = NULL;
  self->last = &self->turns;
  while (turns)
    {
      HwTurn *turn = turns;

      hw_poller_cancel_turn (self, turn);
      turn->func (turn);
    }
}

static gboolean
poller_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  HwPoller *self = ((PollerSource *) source)->poller;

  if (self->dispatching)
    return G_SOURCE_CONTINUE;
  self->dispatching = TRUE;
  /* What has come is heard before anybody is given up for silence, also after the machine slept */
  take_events (self);
  hw_timer_wheel_turn (self->wheel);
  take_turns (self);
  self->dispatching = FALSE;
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs poller_funcs = {
  .prepare = poller_prepare,
  .check = poller_check,
  .dispatch = poller_dispatch,
};

/**
 * hw_poller_new:
 * @context: where it runs
 * @error: where to put the system's refusal
 *
 * Returns: (transfer full) (nullable): a poller, running whenever @context does
 */
HwPoller *
hw_poller_new (GMainContext *context, GError **error)
{
  HwPoller *self;
  int fd = epoll_create1 (EPOLL_CLOEXEC);

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "epoll: %s",
                   g_strerror (errno));
      return NULL;
    }
  self = g_new0 (HwPoller, 1);
  self->fd = fd;
  self->last = &self->turns;
  self->wheel = hw_timer_wheel_new (g_get_monotonic_time);
  self->sender = hw_sender_new ();
  self->source = g_source_new (&poller_funcs, sizeof (PollerSource));
  ((PollerSource *) self->source)->poller = self;
  ((PollerSource *) self->source)->fd_tag = g_source_add_unix_fd (self->source, fd, G_IO_IN);
  /* Or GLib takes it out of the loop while it is dispatched, and wakes the loop for that, twice */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_attach (self->source, context);
  return self;
}

/**
 * hw_poller_free:
 * @self: (transfer full): a poller that nothing is watched by any more
 */
void
hw_poller_free (HwPoller *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  hw_timer_wheel_free (self->wheel);
  hw_sender_free (self->sender);
  close (self->fd);
  g_free (self);
}

/**
 * hw_poller_get_wheel:
 * @self: a poller
 *
 * Returns: (transfer none): the wheel that this poller turns
 */
HwTimerWheel *
hw_poller_get_wheel (HwPoller *self)
{
  return self->wheel;
}

/**
 * hw_poller_get_sender:
 * @self: a poller
 *
 * Returns: (transfer none): what sends for the turns that are prepared
 */
HwSender *
hw_poller_get_sender (HwPoller *self)
{
  return self->sender;
}

/**
 * hw_poller_add:
 * @self: a poller
 * @watch: (transfer none): filled in; stays where it is until it is removed
 */
void
hw_poller_add (HwPoller *self, HwWatch *watch)
{
  struct epoll_event event = { .events = watch->events, .data.ptr = watch };

  if (epoll_ctl (self->fd, EPOLL_CTL_ADD, watch->fd, &event) < 0)
    g_warning ("Cannot watch descriptor %d: %s", watch->fd, g_strerror (errno));
}

/**
 * hw_poller_modify:
 * @self: a poller
 * @watch: one that was added
 * @events: what to wait for from now on
 */
void
hw_poller_modify (HwPoller *self, HwWatch *watch, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (watch->events == events)
    return;
  watch->events = events;
  if (epoll_ctl (self->fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
    g_warning ("Cannot watch descriptor %d: %s", watch->fd, g_strerror (errno));
}

/**
 * hw_poller_remove:
 * @self: a poller
 * @watch: one that was added; to be called before its descriptor is closed
 *
 * It is not called any more, not even for what has already happened.
 */
void
hw_poller_remove (HwPoller *self, HwWatch *watch)
{
  epoll_ctl (self->fd, EPOLL_CTL_DEL, watch->fd, NULL);
  for (int i = self->at + 1; i < self->n_events; i++)
    if (self->events[i].data.ptr == watch)
      self->events[i].data.ptr = NULL;
}

/**
 * hw_poller_ask_turn:
 * @self: a poller
 * @turn: (transfer none): called once, at the end of this turn of the loop, or the next if turns
 * are being taken; asking again meanwhile changes nothing
 */
void
hw_poller_ask_turn (HwPoller *self, HwTurn *turn)
{
  if (turn->link)
    return;
  turn->next = NULL;
  turn->link = self->last;
  *self->last = turn;
  self->last = &turn->next;
}

/**
 * hw_poller_cancel_turn:
 * @self: a poller
 * @turn: one that may have been asked for
 */
void
hw_poller_cancel_turn (HwPoller *self, HwTurn *turn)
{
  if (!turn->link)
    return;
  *turn->link = turn->next;
  if (turn->next)
    turn->next->link = turn->link;
  else if (self->last == &turn->next)
    self->last = turn->link;
  turn->next = NULL;
  turn->link = NULL;
}
