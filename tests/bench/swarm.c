/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Many clients on one epoll descriptor, in one thread: they connect, log in, join, say things and
 * count what arrives. Written to need less CPU than any server under test, for it shares a machine
 * with it. Whatever goes wrong ends the program: a measurement is whole or it is none. */

#include "swarm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)

/* Without an answer for so long a server is taken for stuck. */
#define STUCK_SECONDS 60

static G_GNUC_NORETURN void
fail (Client *client, const char *what)
{
  g_autofree char *tail = g_strndup (client->tail, client->tail_length);
  g_autofree char *shown = g_strescape (tail, NULL);

  fprintf (stderr, "load: client %u, step %d: %s; last read: %s\n", client->index, client->step,
           what, shown);
  exit (1);
}

static void
watch (Swarm *self, Client *client, gboolean writing)
{
  struct epoll_event event = { .events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = client };

  if (epoll_ctl (self->epoll, EPOLL_CTL_MOD, client->fd, &event) != 0)
    fail (client, g_strerror (errno));
}

static gssize
client_write (Client *client, const char *bytes, gsize length)
{
  gssize n;

  if (client->tls)
    {
      n = gnutls_record_send (client->tls, bytes, length);
      if (n < 0 && n != GNUTLS_E_AGAIN && n != GNUTLS_E_INTERRUPTED)
        fail (client, gnutls_strerror (n));
      return MAX (n, 0);
    }
  n = send (client->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n < 0 && errno != EAGAIN && errno != EINTR)
    fail (client, g_strerror (errno));
  return MAX (n, 0);
}

static gssize
client_read (Client *client, char *buffer, gsize size)
{
  gssize n;

  if (client->tls)
    {
      n = gnutls_record_recv (client->tls, buffer, size);
      if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
        return -1;
      if (n < 0)
        fail (client, gnutls_strerror (n));
    }
  else
    {
      n = recv (client->fd, buffer, size, MSG_DONTWAIT);
      if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return -1;
      if (n < 0)
        fail (client, g_strerror (errno));
    }
  if (n == 0)
    fail (client, "the server closed the connection");
  return n;
}

/**
 * swarm_send:
 * @self: a swarm
 * @client: one of its clients
 * @bytes: what to send
 * @length: how much
 *
 * Sends at once, or keeps what the socket does not take until it does.
 */
void
swarm_send (Swarm *self, Client *client, const char *bytes, gsize length)
{
  gsize sent = 0;

  if (!client->out)
    sent = client_write (client, bytes, length);
  if (sent == length)
    return;
  if (!client->out)
    {
      client->out = g_string_new (NULL);
      watch (self, client, TRUE);
    }
  g_string_append_len (client->out, bytes + sent, length - sent);
}

static void
send_rest (Swarm *self, Client *client)
{
  g_string_erase (client->out, 0, client_write (client, client->out->str, client->out->len));
  if (client->out->len > 0)
    return;
  g_string_free (client->out, TRUE);
  client->out = NULL;
  watch (self, client, FALSE);
}

/* Steps */

static void
begin (Swarm *self, Client *client, Step step, GString *request)
{
  client->step = step;
  client->tail_length = 0;
  swarm_send (self, client, request->str, request->len);
}

static void
log_in (Swarm *self, Client *client)
{
  g_autoptr (GString) request = g_string_new (NULL);

  self->driver->login (request, client->index, &client->needle);
  begin (self, client, STEP_LOGIN, request);
}

static void
join (Swarm *self, Client *client, guint room)
{
  g_autoptr (GString) request = g_string_new (NULL);

  client->room = room;
  self->driver->join (request, room, &client->needle);
  begin (self, client, STEP_JOIN, request);
}

static void
shake_hands (Swarm *self, Client *client)
{
  int result = gnutls_handshake (client->tls);

  if (result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED)
    watch (self, client, gnutls_record_get_direction (client->tls) == 1);
  else if (result < 0)
    fail (client, gnutls_strerror (result));
  else
    {
      watch (self, client, FALSE);
      log_in (self, client);
    }
}

static void
on_connected (Swarm *self, Client *client)
{
  int error = 0;
  socklen_t size = sizeof error;

  getsockopt (client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error)
    fail (client, g_strerror (error));
  watch (self, client, FALSE);
  if (!self->tls)
    {
      log_in (self, client);
      return;
    }
  client->step = STEP_HANDSHAKE;
  gnutls_init (&client->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
  gnutls_set_default_priority (client->tls);
  gnutls_credentials_set (client->tls, GNUTLS_CRD_CERTIFICATE, self->credentials);
  gnutls_transport_set_int (client->tls, client->fd);
  shake_hands (self, client);
}

/* Whether the needle came, seen together with the end of what came before. */
static gboolean
find_needle (Client *client, const char *bytes, gsize length)
{
  const Needle *needle = &client->needle;
  gsize keep = sizeof client->tail;
  gboolean found = memmem (bytes, length, needle->bytes, needle->length) != NULL;

  if (!found && client->tail_length > 0)
    {
      char seam[2 * sizeof needle->bytes];
      gsize before = MIN (client->tail_length, needle->length - 1);
      gsize after = MIN (length, needle->length - 1);

      memcpy (seam, client->tail + client->tail_length - before, before);
      memcpy (seam + before, bytes, after);
      found = memmem (seam, before + after, needle->bytes, needle->length) != NULL;
    }
  if (length >= keep)
    {
      memcpy (client->tail, bytes + length - keep, keep);
      client->tail_length = keep;
    }
  else
    {
      gsize old = MIN (client->tail_length, keep - length);

      memmove (client->tail, client->tail + client->tail_length - old, old);
      memcpy (client->tail + old, bytes, length);
      client->tail_length = old + length;
    }
  return found;
}

static void
on_needle (Swarm *self, Client *client)
{
  if (client->step == STEP_LOGIN && client->room != NO_ROOM && self->driver->join)
    {
      join (self, client, client->room);
      return;
    }
  client->step = STEP_IDLE;
  self->busy--;
}

/* Counts the messages that came: a mark, then its number, both perhaps cut anywhere. */
static void
find_marks (Swarm *self, Client *client, const char *bytes, gsize length)
{
  const char *end = bytes + length;
  gint64 now = g_get_monotonic_time ();

  while (bytes < end)
    {
      if (client->digits == 0)
        {
          bytes = memchr (bytes, MARK, end - bytes);
          if (!bytes)
            return;
          bytes++;
          client->digits = MARK_DIGITS;
          client->number = 0;
        }
      for (; client->digits > 0 && bytes < end; client->digits--, bytes++)
        {
          if (*bytes < '0' || *bytes > '9')
            fail (client, "a message without its number");
          client->number = client->number * 10 + (*bytes - '0');
        }
      if (client->digits == 0)
        {
          client->received++;
          if (self->marked)
            self->marked (client, client->number, now, self->marked_data);
        }
    }
}

static void
on_readable (Swarm *self, Client *client)
{
  gssize n;

  do
    {
      n = client_read (client, self->buffer, BUFFER_SIZE);
      if (n < 0)
        return;
      if (client->step == STEP_IDLE)
        find_marks (self, client, self->buffer, n);
      else if (find_needle (client, self->buffer, n))
        on_needle (self, client);
    }
  while (n == BUFFER_SIZE || (client->tls && gnutls_record_check_pending (client->tls) > 0));
}

/**
 * swarm_turn:
 * @self: a swarm
 * @milliseconds: how long to wait for something
 *
 * Returns: whether anything came
 */
gboolean
swarm_turn (Swarm *self, int milliseconds)
{
  struct epoll_event events[512];
  int n = epoll_wait (self->epoll, events, G_N_ELEMENTS (events), milliseconds);

  for (int i = 0; i < n; i++)
    {
      Client *client = events[i].data.ptr;

      if (client->step == STEP_CONNECTING)
        on_connected (self, client);
      else if (client->step == STEP_HANDSHAKE)
        shake_hands (self, client);
      else
        {
          if (events[i].events & EPOLLOUT && client->out)
            send_rest (self, client);
          if (events[i].events & ~EPOLLOUT)
            on_readable (self, client);
        }
    }
  return n > 0;
}

void
swarm_settle (Swarm *self, int milliseconds)
{
  while (swarm_turn (self, milliseconds))
    ;
}

/* Turns until at most @busy clients are in a step. */
static void
wait_until_busy_at_most (Swarm *self, guint busy)
{
  while (self->busy > busy)
    if (!swarm_turn (self, STUCK_SECONDS * 1000))
      for (guint i = 0; i < self->clients->len; i++)
        {
          Client *client = g_ptr_array_index (self->clients, i);

          if (client->step != STEP_IDLE)
            fail (client, "no answer");
        }
}

static void
add_client (Swarm *self, guint room)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (self->port) };
  Client *client = g_new0 (Client, 1);
  struct epoll_event event = { .events = EPOLLIN | EPOLLOUT, .data.ptr = client };
  int on = 1;

  client->index = self->first_index + self->clients->len;
  client->room = room;
  client->step = STEP_CONNECTING;
  client->fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client->fd < 0)
    fail (client, g_strerror (errno));
  setsockopt (client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (connect (client->fd, (struct sockaddr *) &address, sizeof address) != 0
      && errno != EINPROGRESS)
    fail (client, g_strerror (errno));
  g_ptr_array_add (self->clients, client);
  self->busy++;
  epoll_ctl (self->epoll, EPOLL_CTL_ADD, client->fd, &event);
}

/**
 * swarm_connect:
 * @self: a swarm
 * @n_clients: how many to add
 * @in_flight: how many at a time
 * @rooms_of: the new clients join rooms of so many, counted from room 0; 0: none
 *
 * Connects and logs in, and joins.
 */
void
swarm_connect (Swarm *self, guint n_clients, guint in_flight, guint rooms_of)
{
  for (guint i = 0; i < n_clients; i++)
    {
      wait_until_busy_at_most (self, in_flight - 1);
      add_client (self, rooms_of ? i / rooms_of : NO_ROOM);
    }
  wait_until_busy_at_most (self, 0);
}

/**
 * swarm_create_rooms:
 * @self: a swarm with a client
 * @n_rooms: how many, from room 0 on
 *
 * Where rooms have to be made before they can be joined, the last client makes them and leaves
 * them.
 */
void
swarm_create_rooms (Swarm *self, guint n_rooms)
{
  Client *client = g_ptr_array_index (self->clients, self->clients->len - 1);

  for (guint i = 0; self->driver->create && i < n_rooms; i++)
    {
      g_autoptr (GString) request = g_string_new (NULL);

      self->driver->create (request, i, &client->needle);
      self->busy++;
      begin (self, client, STEP_CREATE, request);
      wait_until_busy_at_most (self, 0);
    }
}

/**
 * swarm_join_all:
 * @self: a swarm whose clients are in no room
 * @rooms_of: they fill rooms of so many, from room 0 on
 *
 * All clients ask at the same moment to be let in.
 */
void
swarm_join_all (Swarm *self, guint rooms_of)
{
  for (guint i = 0; i < self->clients->len; i++)
    {
      Client *client = g_ptr_array_index (self->clients, i);

      client->room = i / rooms_of;
      if (!self->driver->join)
        continue;
      self->busy++;
      join (self, client, client->room);
    }
  wait_until_busy_at_most (self, 0);
}

static void
client_free (gpointer data)
{
  Client *client = data;

  if (client->tls)
    gnutls_deinit (client->tls);
  if (client->out)
    g_string_free (client->out, TRUE);
  close (client->fd);
  g_free (client);
}

/**
 * swarm_new:
 * @driver: how to speak
 * @port: where on 127.0.0.1
 * @tls: whether to encrypt
 *
 * Returns: (transfer full): a swarm without clients
 */
Swarm *
swarm_new (const Driver *driver, guint16 port, gboolean tls)
{
  Swarm *self = g_new0 (Swarm, 1);

  self->driver = driver;
  self->port = port;
  self->tls = tls;
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->clients = g_ptr_array_new_with_free_func (client_free);
  self->buffer = g_malloc (BUFFER_SIZE);
  gnutls_certificate_allocate_credentials (&self->credentials);
  return self;
}

void
swarm_free (Swarm *self)
{
  g_ptr_array_unref (self->clients);
  gnutls_certificate_free_credentials (self->credentials);
  close (self->epoll);
  g_free (self->buffer);
  g_free (self);
}
