/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One client's socket. Its first byte decides between TLS and plaintext; then lines come out of it
 * and buffers go into it. What is sent in one turn of the loop leaves at the end of that turn, in
 * one call where the socket takes it. A peer that does not take what it is sent is not read from;
 * one from which nothing comes for too long has ended; and whoever is sent away gets the last words
 * before the socket closes: we shut down writing and read on for a moment, for closing a socket
 * that holds unread bytes resets it, and a reset destroys what is still on its way. Network thread.
 */

#include "connection.h"

#include "protocol/limits.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Milliseconds for what a handshake takes, unless a silent connection is given up before; for
 * sending the last words, and for reading on after them. */
#define HANDSHAKE_TIME 10000
#define CLOSING_TIME   5000
#define LINGER_TIME    2000

/* Silences that kill, and milliseconds at least, until whoever has not said what lets it in is
 * given up, though it may send a byte now and then: whoever means it is done within moments, also
 * by hand or over the slowest line. */
#define LATE_SILENCES 4
#define LATE_TIME     20000

/* TLS handshakes at once, each of which takes 20 KiB. Beyond that the one that has taken longest
 * makes place: whoever means it is done within moments. */
#define HANDSHAKES_MAX 4096

/* Bytes read at once. One connection gets no more than this in one turn of the loop. */
#define READ_MAX 65536

/* Pieces given to the system in one call. */
#define PIECES_MAX 160

static void on_ready (HwWatch *watch, guint32 events);
static void on_timer (HwTimer *timer);
static void on_turn (HwTurn *turn);
static void on_prepare (HwTurn *turn);
static void on_closed_turn (HwTurn *turn);

static HwTimerWheel *
get_wheel (HwConnection *self)
{
  return hw_poller_get_wheel (self->shared->poller);
}

static void
set_timer (HwConnection *self, gint64 delay)
{
  hw_timer_wheel_set (get_wheel (self), &self->timer, delay, on_timer);
}

static void
tell_ended (HwConnection *self, const char *reason)
{
  if (self->ended)
    return;
  self->ended = TRUE;
  self->shared->funcs->ended (self, reason);
}

static void set_state (HwConnection *self, HwConnectionState state, const char *reason);

static void
begin_handshake (HwConnection *self)
{
  GQueue *handshakes = &self->shared->handshakes;

  g_queue_push_tail (handshakes, self);
  self->handshake = handshakes->tail;
  if (handshakes->length > HANDSHAKES_MAX)
    set_state (g_queue_peek_head (handshakes), HW_CONNECTION_CLOSED, "too many handshakes");
}

static void
end_handshake (HwConnection *self)
{
  if (self->handshake)
    g_queue_delete_link (&self->shared->handshakes, self->handshake);
  self->handshake = NULL;
}

static gboolean
wants_to_read (HwConnection *self)
{
  switch (self->state)
    {
    case HW_CONNECTION_NEW:
    case HW_CONNECTION_LINGERING:
      return TRUE;
    case HW_CONNECTION_OPEN:
      return !self->held && !self->too_long && self->out.bytes < HW_QUEUE_PAUSE;
    default:
      return FALSE;
    }
}

static void
update_events (HwConnection *self)
{
  guint32 events = 0;

  if (self->state == HW_CONNECTION_CLOSED || self->state == HW_CONNECTION_HANDSHAKE)
    return;
  if (wants_to_read (self))
    events |= EPOLLIN;
  if (self->stuck)
    events |= EPOLLOUT;
  if ((events & EPOLLIN) && !(self->watch.events & EPOLLIN))
    self->alive_at = hw_timer_wheel_get_now (get_wheel (self));
  hw_poller_modify (self->shared->poller, &self->watch, events);
}

/* The only place where the state changes. */
static void
set_state (HwConnection *self, HwConnectionState state, const char *reason)
{
  static const char *const names[]
      = { "new", "handshake", "open", "half-closed", "closing", "lingering", "closed" };

  g_debug ("Connection %d: %s → %s: %s", self->watch.fd, names[self->state], names[state], reason);
  self->state = state;
  end_handshake (self);
  switch (state)
    {
    case HW_CONNECTION_NEW:
    case HW_CONNECTION_HALF:
      break;
    case HW_CONNECTION_HANDSHAKE:
      set_timer (self, MIN (HANDSHAKE_TIME, self->shared->dead));
      begin_handshake (self);
      break;
    case HW_CONNECTION_OPEN:
      set_timer (self, self->shared->dead);
      break;
    case HW_CONNECTION_CLOSING:
      hw_line_buffer_clear (&self->in);
      set_timer (self, CLOSING_TIME);
      hw_poller_ask_turn (self->shared->poller, &self->turn);
      break;
    case HW_CONNECTION_LINGERING:
      set_timer (self, LINGER_TIME);
      break;
    case HW_CONNECTION_CLOSED:
      hw_timer_wheel_clear (get_wheel (self), &self->timer);
      hw_poller_cancel_turn (self->shared->poller, &self->turn);
      hw_poller_remove (self->shared->poller, &self->watch);
      g_clear_pointer (&self->tls, hw_tls_free);
      hw_line_buffer_clear (&self->in);
      hw_out_queue_clear (&self->out);
      self->sent_now = 0;
      close (self->watch.fd);
      self->watch.fd = -1;
      tell_ended (self, reason);
      /* Whoever called us may still look at it in this turn */
      self->turn.func = on_closed_turn;
      self->turn.prepare = NULL;
      hw_poller_ask_turn (self->shared->poller, &self->turn);
      return;
    }
  update_events (self);
}

/**
 * hw_connection_open:
 * @self: a zeroed connection
 * @shared: (transfer none): what all connections of the server share
 * @fd: (transfer full): a nonblocking socket
 *
 * Begins to wait for the first byte.
 */
void
hw_connection_open (HwConnection *self, HwConnectionShared *shared, int fd)
{
  self->shared = shared;
  self->watch.fd = fd;
  self->watch.func = on_ready;
  self->watch.events = EPOLLIN;
  self->turn.func = on_turn;
  self->turn.prepare = on_prepare;
  self->alive_at = hw_timer_wheel_get_now (get_wheel (self));
  self->opened_at = self->alive_at;
  hw_line_buffer_init (&self->in, HW_LINE_MAX);
  hw_poller_add (shared->poller, &self->watch);
  set_timer (self, shared->dead);
}

/**
 * hw_connection_send:
 * @self: a connection
 * @buffer: (transfer none): what to send
 *
 * Sends @buffer at the end of this turn of the loop, after what was sent before. What is sent to a
 * connection that is no longer open is dropped.
 */
void
hw_connection_send (HwConnection *self, HwBuffer *buffer)
{
  if (!hw_connection_is_open (self))
    return;
  self->shared->lines_out += buffer->n_lines;
  hw_out_queue_push (&self->out, buffer);
  if (!self->stuck)
    hw_poller_ask_turn (self->shared->poller, &self->turn);
}

/**
 * hw_connection_accept:
 * @self: a connection
 *
 * The peer has said what lets it in, and may stay for as long as it lives.
 */
void
hw_connection_accept (HwConnection *self)
{
  self->accepted = TRUE;
}

/**
 * hw_connection_hold:
 * @self: a connection
 * @hold: whether to
 *
 * While it is held no lines are handed over; what has come waits, and what comes is left to the
 * system.
 */
void
hw_connection_hold (HwConnection *self, gboolean hold)
{
  if (self->held == hold)
    return;
  self->held = hold;
  if (!hold && hw_connection_is_open (self))
    {
      self->alive_at = hw_timer_wheel_get_now (get_wheel (self));
      hw_poller_ask_turn (self->shared->poller, &self->turn);
    }
}

/**
 * hw_connection_was_heard:
 * @self: a connection
 * @since: monotonic microseconds
 *
 * Returns: whether the peer gave a sign of life after @since, or could not, for we have a reason of
 *   our own not to listen
 */
gboolean
hw_connection_was_heard (HwConnection *self, gint64 since)
{
  return self->alive_at > since || (self->held && !self->stuck);
}

/**
 * hw_connection_finish:
 * @self: a connection
 *
 * Closes it once what was sent before has arrived.
 */
void
hw_connection_finish (HwConnection *self)
{
  self->ended = TRUE;
  if (hw_connection_is_open (self))
    set_state (self, HW_CONNECTION_CLOSING, "sent away");
}

/**
 * hw_connection_abort:
 * @self: a connection
 *
 * Closes it at once.
 */
void
hw_connection_abort (HwConnection *self)
{
  if (self->state != HW_CONNECTION_CLOSED)
    set_state (self, HW_CONNECTION_CLOSED, "given up");
}

static gssize
send_pieces (HwConnection *self)
{
  struct iovec vector[PIECES_MAX];
  struct msghdr message = { .msg_iov = vector };
  const HwPiece *pieces = self->out.pieces + self->out.first;
  int n = MIN (self->out.n_pieces, PIECES_MAX);

  if (n == 1 && !self->tls)
    return send (self->watch.fd, pieces[0].buffer->data + pieces[0].offset, pieces[0].length,
                 MSG_NOSIGNAL);
  for (int i = 0; i < n; i++)
    {
      vector[i].iov_base = pieces[i].buffer->data + pieces[i].offset;
      vector[i].iov_len = pieces[i].length;
    }
  if (self->tls)
    return hw_tls_write (self->tls, vector, n);
  message.msg_iovlen = n;
  return sendmsg (self->watch.fd, &message, MSG_NOSIGNAL);
}

/* Whether the peer took anything of what it was sent since we last asked. The socket tells us that
 * there is room again only when much of its buffer is free, which a slow reader may take minutes
 * for. */
static gboolean
takes_bytes (HwConnection *self)
{
  int unsent = 0;
  guint64 taken;
  gboolean more;

  ioctl (self->watch.fd, SIOCOUTQ, &unsent);
  taken = self->sent - unsent;
  more = taken != self->taken;
  self->taken = taken;
  return more;
}

static void
note_sent (HwConnection *self, gsize bytes)
{
  self->sent += bytes;
  hw_out_queue_pop (&self->out, bytes);
}

/* Most have one thing to send, the events of a room: those leave together. */
static void
on_prepare (HwTurn *turn)
{
  HwConnection *self = HW_OWNER (turn, HwConnection, turn);
  const HwPiece *piece;

  if (!hw_connection_is_open (self) || self->out.n_pieces != 1 || self->tls || self->stuck)
    return;
  piece = &self->out.pieces[self->out.first];
  hw_sender_add (hw_poller_get_sender (self->shared->poller), self->watch.fd,
                 piece->buffer->data + piece->offset, piece->length, &self->sent_now);
}

/* Whether the connection still stands. */
static gboolean
flush (HwConnection *self)
{
  gsize before = self->out.bytes;

  self->stuck = FALSE;
  if (self->sent_now > 0)
    note_sent (self, self->sent_now);
  self->sent_now = 0; /* an error comes again below */
  while (self->out.bytes > 0)
    {
      gssize sent = send_pieces (self);

      if (sent < 0 && errno == EINTR)
        continue;
      if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        {
          self->stuck = TRUE;
          if (self->state == HW_CONNECTION_OPEN || self->state == HW_CONNECTION_HALF)
            {
              takes_bytes (self);
              set_timer (self, self->shared->dead / 8);
            }
          break;
        }
      if (sent < 0)
        {
          set_state (self, HW_CONNECTION_CLOSED, g_strerror (errno));
          return FALSE;
        }
      note_sent (self, sent);
    }

  /* A reader that is slow but there: counts while it is not read from */
  if (self->out.bytes < before && !(self->watch.events & EPOLLIN))
    self->alive_at = hw_timer_wheel_get_now (get_wheel (self));
  if (before > 0 && self->out.bytes == 0 && hw_connection_is_open (self))
    self->shared->funcs->drained (self);
  return self->state != HW_CONNECTION_CLOSED;
}

/**
 * hw_connection_make_room:
 * @self: a connection
 * @bytes: how many are to be sent
 *
 * Returns: whether they fit into what may wait for the connection, after it took what it can
 */
gboolean
hw_connection_make_room (HwConnection *self, gsize bytes)
{
  if (self->out.bytes + bytes > HW_QUEUE_MAX && !self->stuck && !flush (self))
    return FALSE;
  return self->out.bytes + bytes <= HW_QUEUE_MAX;
}

static gboolean
may_hand_over (HwConnection *self)
{
  return (self->state == HW_CONNECTION_OPEN || self->state == HW_CONNECTION_HALF) && !self->held
         && !self->too_long;
}

/* Hands over the lines that are there, as long as the peer takes what they are answered. Returns
 * whether the connection still stands and nothing is left to hand over. */
static gboolean
hand_over_lines (HwConnection *self)
{
  const char *line;
  gsize length;

  while (may_hand_over (self))
    {
      if (self->out.bytes >= HW_QUEUE_PAUSE)
        {
          if (self->stuck || !flush (self) || self->out.bytes >= HW_QUEUE_PAUSE)
            return FALSE;
          continue;
        }
      switch (hw_line_buffer_next (&self->in, &line, &length))
        {
        case HW_LINE_FOUND:
          self->shared->lines_in++;
          self->shared->funcs->line (self, line, length);
          break;
        case HW_LINE_TOO_LONG:
          self->too_long = TRUE;
          self->shared->funcs->too_long (self);
          return FALSE;
        case HW_LINE_NONE:
          return TRUE;
        }
    }
  return FALSE;
}

static void
say_bye (HwConnection *self)
{
  if (self->tls)
    {
      HwTlsResult result = hw_tls_bye (self->tls);

      if (result == HW_TLS_WANTS_WRITE)
        {
          self->stuck = TRUE;
          update_events (self);
          return;
        }
    }
  if (shutdown (self->watch.fd, SHUT_WR) < 0)
    set_state (self, HW_CONNECTION_CLOSED, g_strerror (errno));
  else
    set_state (self, HW_CONNECTION_LINGERING, "all is sent");
}

/* One for all connections: the loop has one thread. */
static char read_bytes[READ_MAX];

static gssize
read_some (HwConnection *self)
{
  gssize got;

  do
    got = self->tls ? hw_tls_read (self->tls, read_bytes, READ_MAX)
                    : recv (self->watch.fd, read_bytes, READ_MAX, 0);
  while (got < 0 && errno == EINTR);
  return got;
}

/* Reads on only to see the peer's end. */
static void
linger (HwConnection *self)
{
  gssize got;

  do
    got = recv (self->watch.fd, read_bytes, READ_MAX, 0);
  while (got < 0 && errno == EINTR);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
    set_state (self, HW_CONNECTION_CLOSED, "the peer has closed, too");
}

static void
read_lines (HwConnection *self)
{
  gssize got = read_some (self);

  if (got < 0)
    {
      if (errno != EAGAIN && errno != EWOULDBLOCK)
        set_state (self, HW_CONNECTION_CLOSED, g_strerror (errno));
      return;
    }
  if (got == 0)
    {
      set_state (self, HW_CONNECTION_HALF, "the peer sends no more");
      if (hand_over_lines (self))
        tell_ended (self, "closed by the peer");
      return;
    }
  self->alive_at = hw_timer_wheel_get_now (get_wheel (self));
  hw_line_buffer_append (&self->in, read_bytes, got);
  hand_over_lines (self);
  /* More may wait inside TLS, where epoll does not see it */
  if (self->tls && self->state == HW_CONNECTION_OPEN && hw_tls_has_pending (self->tls))
    hw_poller_ask_turn (self->shared->poller, &self->turn);
}

/* The client's last message of the handshake has no answer, so that its acknowledgement would be
 * delayed, and with it, by Nagle's algorithm, the first line. */
static void
acknowledge_now (HwConnection *self)
{
  int on = 1;

  setsockopt (self->watch.fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void
shake_hands (HwConnection *self)
{
  switch (hw_tls_handshake (self->tls))
    {
    case HW_TLS_DONE:
      self->alive_at = hw_timer_wheel_get_now (get_wheel (self));
      acknowledge_now (self);
      set_state (self, HW_CONNECTION_OPEN, "TLS is agreed on");
      if (self->shared->funcs->started (self, TRUE) && hw_tls_has_pending (self->tls))
        hw_poller_ask_turn (self->shared->poller, &self->turn);
      break;
    case HW_TLS_WANTS_READ:
      hw_poller_modify (self->shared->poller, &self->watch, EPOLLIN);
      break;
    case HW_TLS_WANTS_WRITE:
      hw_poller_modify (self->shared->poller, &self->watch, EPOLLOUT);
      break;
    case HW_TLS_FAILED:
      /* The alert is our last word, and arrives as any other */
      g_clear_pointer (&self->tls, hw_tls_free);
      set_state (self, HW_CONNECTION_CLOSING, "the TLS handshake failed");
      break;
    }
}

/* The first byte decides: a TLS record of the type handshake, or a line. */
static void
begin (HwConnection *self)
{
  unsigned char first;
  gssize got;

  do
    got = recv (self->watch.fd, &first, 1, MSG_PEEK);
  while (got < 0 && errno == EINTR);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return;
  if (got <= 0)
    {
      set_state (self, HW_CONNECTION_CLOSED, got < 0 ? g_strerror (errno) : "it never spoke");
      return;
    }

  if (first != 0x16)
    {
      if (!self->shared->funcs->started (self, FALSE))
        return;
      set_state (self, HW_CONNECTION_OPEN, "plaintext");
      read_lines (self);
      return;
    }
  self->tls = hw_tls_new (self->shared->tls, self->watch.fd);
  if (!self->tls)
    {
      set_state (self, HW_CONNECTION_CLOSED, "no memory for TLS");
      return;
    }
  set_state (self, HW_CONNECTION_HANDSHAKE, "TLS");
  shake_hands (self);
}

static void
on_ready (HwWatch *watch, guint32 events)
{
  HwConnection *self = (HwConnection *) watch;

  switch (self->state)
    {
    case HW_CONNECTION_NEW:
      begin (self);
      return;
    case HW_CONNECTION_HANDSHAKE:
      shake_hands (self);
      return;
    case HW_CONNECTION_LINGERING:
      linger (self);
      return;
    case HW_CONNECTION_OPEN:
    case HW_CONNECTION_HALF:
    case HW_CONNECTION_CLOSING:
      break;
    case HW_CONNECTION_CLOSED:
      return;
    }

  if (events & EPOLLERR)
    {
      int code = 0;
      socklen_t length = sizeof code;

      getsockopt (watch->fd, SOL_SOCKET, SO_ERROR, &code, &length);
      set_state (self, HW_CONNECTION_CLOSED, g_strerror (code ? code : ECONNRESET));
      return;
    }
  if (events & EPOLLOUT)
    {
      self->stuck = FALSE;
      hw_poller_ask_turn (self->shared->poller, &self->turn);
    }
  if ((events & (EPOLLIN | EPOLLHUP)) && wants_to_read (self))
    read_lines (self);
  else if (events & EPOLLHUP)
    set_state (self, HW_CONNECTION_CLOSED, "the peer is gone");
  else if (events & EPOLLIN)
    update_events (self);
}

/* The end of a turn of the loop: what was put together leaves, and what had to wait goes on. */
static void
on_turn (HwTurn *turn)
{
  HwConnection *self = HW_OWNER (turn, HwConnection, turn);

  if (!self->stuck && !flush (self))
    return;
  if (self->state == HW_CONNECTION_CLOSING)
    {
      if (self->out.bytes == 0)
        say_bye (self);
      else
        update_events (self);
      return;
    }
  if (hand_over_lines (self))
    {
      if (self->state == HW_CONNECTION_HALF)
        tell_ended (self, "closed by the peer");
      else if (self->tls && wants_to_read (self) && hw_tls_has_pending (self->tls))
        read_lines (self);
    }
  if (self->state != HW_CONNECTION_CLOSED)
    update_events (self);
}

static void
on_closed_turn (HwTurn *turn)
{
  HwConnection *self = HW_OWNER (turn, HwConnection, turn);

  self->shared->funcs->closed (self);
}

/* Milliseconds until it is too late for the peer to be let in. */
static gint64
get_time_left (HwConnection *self, gint64 now)
{
  if (self->accepted)
    return G_MAXINT64;
  return MAX (LATE_SILENCES * self->shared->dead, LATE_TIME) - (now - self->opened_at) / 1000;
}

static void
on_timer (HwTimer *timer)
{
  HwConnection *self = HW_OWNER (timer, HwConnection, timer);
  gint64 now;
  gint64 silence;
  gint64 left;

  switch (self->state)
    {
    case HW_CONNECTION_HANDSHAKE:
      set_state (self, HW_CONNECTION_CLOSED, "the TLS handshake took too long");
      return;
    case HW_CONNECTION_CLOSING:
      set_state (self, HW_CONNECTION_CLOSED, "it did not take the last words");
      return;
    case HW_CONNECTION_LINGERING:
      set_state (self, HW_CONNECTION_CLOSED, "lingered long enough");
      return;
    default:
      break;
    }

  /* While we do not want to hear from it for a reason of our own, silence is not the peer's */
  now = hw_timer_wheel_get_now (get_wheel (self));
  if ((self->held && !self->stuck) || (self->stuck && takes_bytes (self)))
    self->alive_at = now;
  silence = (now - self->alive_at) / 1000;
  left = get_time_left (self, now);
  if (silence >= self->shared->dead)
    set_state (self, HW_CONNECTION_CLOSED, "nothing came for too long");
  else if (left <= 0)
    self->shared->funcs->late (self);
  else
    set_timer (self, MIN (MIN (self->shared->dead - silence, left),
                          self->stuck ? self->shared->dead / 8 : G_MAXINT64));
}
