/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One connection's side of the conversation: lines become requests, requests go to their handlers
 * when they may, answers leave in the order that the protocol asks for. */

#include "client.h"

#include "event.h"
#include "log-watch.h"
#include "protocol/limits.h"
#include "request.h"
#include "server.h"
#include "session.h"

#include <arpa/inet.h>
#include <string.h>

/* Lines that are no JSON, the last of which ends the connection. */
#define BAD_LINES_MAX 10

/* Requests of one connection that may wait for the disk at once. */
#define WAITING_MAX 256

/* Answers "slow-down" in a minute after which it is a flood. */
#define SLOWED_MAX 100

/**
 * hw_client_new:
 * @server: where it belongs
 * @fd: (transfer full): its nonblocking socket
 * @address: where it comes from
 *
 * The client frees itself when its connection has closed and no request is left.
 *
 * Returns: (transfer none): a new client
 */
HwClient *
hw_client_new (HwServer *server, int fd, const struct sockaddr *address)
{
  HwClient *self = g_new0 (HwClient, 1);

  self->refs = 1;
  self->server = server;
  self->last = &self->ordered;
  if (address->sa_family == AF_INET6)
    {
      const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *) address;

      self->address = in6->sin6_addr;
    }
  else
    {
      const struct sockaddr_in *in = (const struct sockaddr_in *) address;

      self->address.s6_addr[10] = self->address.s6_addr[11] = 0xff;
      memcpy (&self->address.s6_addr[12], &in->sin_addr, 4);
    }
  self->next = server->clients;
  self->link = &server->clients;
  if (self->next)
    self->next->link = &self->next;
  server->clients = self;
  hw_connection_open (&self->connection, &server->shared, fd);
  return self;
}

/**
 * hw_client_ref:
 * @self: a client
 *
 * Returns: (transfer full): @self, with one more reference
 */
HwClient *
hw_client_ref (HwClient *self)
{
  self->refs++;
  return self;
}

/**
 * hw_client_unref:
 * @self: (transfer full): a client; gone with its last reference
 */
void
hw_client_unref (HwClient *self)
{
  if (--self->refs > 0)
    return;
  g_free (self->old_token);
  g_free (self);
}

/**
 * hw_client_send:
 * @self: a client
 * @buffer: (transfer none): an event, whole lines
 */
void
hw_client_send (HwClient *self, HwBuffer *buffer)
{
  hw_connection_send (&self->connection, buffer);
}

/* Answers nobody's request. */
static void
send_error (HwClient *self, const GError *error)
{
  g_autoptr (HwBuffer) buffer = hw_server_new_error (self->server, 0, error);

  hw_connection_send (&self->connection, buffer);
}

static void
refuse (HwClient *self, HwErrorCode code, const char *text)
{
  g_autoptr (GError) error = hw_error_new (code, NULL, "%s", text);

  send_error (self, error);
}

/* Who is sent away takes nobody's place any more, though the last words may still be on their way.
 */
static void
make_place (HwClient *self)
{
  if (self->counted)
    self->server->n_greeted--;
  self->counted = FALSE;
}

/**
 * hw_client_kick:
 * @self: a client
 * @code: why, for programs
 * @text: why, for people
 *
 * Sends the event "kicked" and closes. The person is not touched.
 */
void
hw_client_kick (HwClient *self, const char *code, const char *text)
{
  g_autoptr (HwBuffer) buffer = NULL;
  HwJsonWriter writer;

  hw_event_begin (&writer, "kicked");
  hw_json_string (&writer, "code", code);
  hw_json_string (&writer, "text", text);
  buffer = hw_event_end (&writer);
  hw_connection_send (&self->connection, buffer);
  make_place (self);
  hw_connection_finish (&self->connection);
}

/**
 * hw_client_describe_address:
 * @self: a client
 *
 * Returns: (transfer full): its address as people write it, IPv4 without mapping
 */
char *
hw_client_describe_address (HwClient *self)
{
  char text[INET6_ADDRSTRLEN];

  if (IN6_IS_ADDR_V4MAPPED (&self->address))
    inet_ntop (AF_INET, &self->address.s6_addr[12], text, sizeof text);
  else
    inet_ntop (AF_INET6, &self->address, text, sizeof text);
  return g_strdup (text);
}

/* Whether this request is within the rate; if not, *retry is when it would be. */
static gboolean
take_allowance (HwClient *self, gint64 *retry)
{
  guint rate = self->server->options->rate;
  gint64 now = hw_timer_wheel_get_now (hw_poller_get_wheel (self->server->poller));
  gint64 each;
  gint64 burst;

  if (rate == 0)
    return TRUE;
  if (self->admin)
    rate *= HW_ADMIN_PACE;
  each = G_USEC_PER_SEC / rate;
  burst = 2 * rate * each;
  self->full_at = MAX (self->full_at, now) + each;
  if (self->full_at - now <= burst)
    return TRUE;
  self->full_at -= each;
  *retry = MAX (1, (self->full_at + each - now - burst + 999) / 1000);
  return FALSE;
}

/**
 * hw_client_finish:
 * @self: a client
 *
 * Ends the conversation from our side: what was sent still arrives, and whose it was goes on in
 * grace, as after a lost link.
 */
void
hw_client_finish (HwClient *self)
{
  if (self->session)
    hw_session_detach (self->session);
  make_place (self);
  hw_connection_finish (&self->connection);
}

/* Answers that it was too much at once. Who goes on and on is sent away. */
static void
slow_down (HwRequest *request, gint64 retry)
{
  HwClient *self = request->client;
  gint64 now = hw_timer_wheel_get_now (hw_poller_get_wheel (self->server->poller));
  g_autoptr (GError) error = NULL;

  if (now - self->slowed_at > G_TIME_SPAN_MINUTE)
    {
      self->slowed_at = now;
      self->n_slowed = 0;
    }
  error = hw_error_new (HW_ERROR_SLOW_DOWN, NULL, "That was too much at once. Wait a moment.");
  hw_error_set_retry (error, retry);
  hw_request_fail (request, error);
  if (++self->n_slowed < SLOWED_MAX)
    return;
  if (self->session)
    hw_session_kick (self->session, HW_KICK_FLOOD, "Too many requests.", "", NULL);
  else
    hw_client_kick (self, "flood", "Too many requests.");
}

/* Whether this client may use the request's command now. */
static gboolean
check_needs (HwRequest *request, GError **error)
{
  HwClient *self = request->client;

  if (request->command->needs >= HW_NEEDS_HELLO && !self->hello)
    {
      hw_error_set (error, HW_ERROR_HELLO_FIRST, NULL, "“hello” comes first.");
      return FALSE;
    }
  if (request->command->needs == HW_NEEDS_LOGIN && !self->session)
    {
      hw_error_set (error, HW_ERROR_LOGIN_FIRST, NULL, "Log in first.");
      return FALSE;
    }
  if (request->command->needs == HW_NEEDS_ADMIN && !self->admin)
    {
      hw_error_set (error, HW_ERROR_NOT_ADMIN, NULL, "Only an admin may do that.");
      return FALSE;
    }
  return TRUE;
}

static void
handle (HwRequest *request)
{
  HwClient *self = request->client;
  g_autoptr (GError) error = NULL;

  /* Whoever asks is there, whatever comes of it */
  if (self->session && !(request->command->flags & HW_COMMAND_QUIET))
    hw_session_touch (self->session);
  if (!check_needs (request, &error) || !hw_request_check (request, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  if (self->server->closing)
    {
      hw_request_refuse (request, HW_ERROR_CLOSING, NULL, "The server is closing.");
      return;
    }
  request->command->handler (request);
}

static void
update_hold (HwClient *self)
{
  hw_connection_hold (&self->connection,
                      self->n_alone > 0 || self->postponed || self->n_waiting >= WAITING_MAX);
}

/* Puts a request in line: it is counted until it is answered. */
static void
line_up (HwRequest *request)
{
  HwClient *self = request->client;

  self->n_waiting++;
  if (request->command->flags & HW_COMMAND_ALONE)
    self->n_alone++;
  if (request->command->flags & (HW_COMMAND_ORDERED | HW_COMMAND_ALONE))
    {
      *self->last = hw_request_ref (request);
      self->last = &request->next;
    }
}

static void
send_answer (HwClient *self, HwBuffer *answer)
{
  if (answer)
    hw_connection_send (&self->connection, answer);
}

/* Sends what is answered at the head of the line. */
static void
send_ordered (HwClient *self)
{
  while (self->ordered && self->ordered->answered)
    {
      HwRequest *request = self->ordered;

      self->ordered = request->next;
      if (!self->ordered)
        self->last = &self->ordered;
      send_answer (self, request->answer);
      g_clear_pointer (&request->answer, hw_buffer_unref);
      hw_request_unref (request);
    }
}

static void
go_on (HwClient *self)
{
  if (!hw_client_is_open (self))
    return;
  if (self->postponed && !self->ordered)
    {
      g_autoptr (HwRequest) request = g_steal_pointer (&self->postponed);

      line_up (request);
      handle (request);
    }
  update_hold (self);
  if (self->leaving && self->n_waiting == 0 && !self->postponed)
    hw_client_finish (self);
}

/**
 * hw_client_request_answered:
 * @self: a client
 * @request: one of its requests
 * @answer: (nullable) (transfer none): what to send
 *
 * Takes a request's answer and sends it when it is its turn.
 */
void
hw_client_request_answered (HwClient *self, HwRequest *request, HwBuffer *answer)
{
  if (!request->command)
    {
      send_answer (self, answer);
      return;
    }
  self->n_waiting--;
  if (request->command->flags & HW_COMMAND_ALONE)
    self->n_alone--;
  if (request->command->flags & (HW_COMMAND_ORDERED | HW_COMMAND_ALONE))
    {
      request->answer = answer ? hw_buffer_ref (answer) : NULL;
      send_ordered (self);
    }
  else
    {
      send_answer (self, answer);
    }
  go_on (self);
}

static void
bad_line (HwClient *self, const GError *error)
{
  send_error (self, error);
  if (++self->n_bad_lines < BAD_LINES_MAX)
    return;
  refuse (self, HW_ERROR_TOO_MANY_ERRORS, "Too many lines were not JSON.");
  hw_client_finish (self);
}

static void
on_line (HwConnection *connection, const char *line, gsize length)
{
  HwClient *self = (HwClient *) connection;
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRequest) request = NULL;
  HwJsonTree *fields = hw_json_tree_read (line, length, &error);
  const char *op;
  gint64 retry = 0;
  gboolean allowed;

  if (!fields)
    {
      bad_line (self, error);
      return;
    }
  request = hw_request_new (self, fields);
  op = hw_request_read_op (request, &error);
  if (!op)
    {
      if (!take_allowance (self, &retry))
        slow_down (request, retry);
      else
        hw_request_fail (request, error);
      return;
    }

  request->command = hw_command_find (op);
  allowed = (request->command && request->command->flags & HW_COMMAND_FREE)
            || take_allowance (self, &retry);
  if (!allowed)
    {
      if (request->command)
        line_up (request);
      slow_down (request, retry);
    }
  else if (!request->command)
    {
      hw_request_refuse (request, HW_ERROR_UNKNOWN_OP, "op", "There is no such request.");
    }
  else if ((request->command->flags & HW_COMMAND_ALONE) && self->ordered)
    {
      self->postponed = g_steal_pointer (&request);
      update_hold (self);
    }
  else
    {
      line_up (request);
      handle (request);
      update_hold (self);
    }
}

static void
on_too_long (HwConnection *connection)
{
  HwClient *self = (HwClient *) connection;

  refuse (self, HW_ERROR_LINE_TOO_LONG, "A line must not have more than 65,536 bytes.");
  hw_client_finish (self);
}

static void
on_late (HwConnection *connection)
{
  HwClient *self = (HwClient *) connection;

  refuse (self, HW_ERROR_HELLO_FIRST, "“hello” did not come in time.");
  hw_client_finish (self);
}

static gboolean
on_started (HwConnection *connection, gboolean tls)
{
  HwClient *self = (HwClient *) connection;
  HwPlaintext plaintext = self->server->options->plaintext;
  gboolean loopback = hw_address_is_loopback (&self->address);

  self->tls = tls;
  /* First, for to these TLS would help nothing */
  if (self->server->options->lan_only
      && !hw_subnets_contain (self->server->subnets, &self->address))
    {
      refuse (self, HW_ERROR_LAN_ONLY, "This server is for its own network only.");
      hw_connection_finish (connection);
      return FALSE;
    }
  if (!tls
      && (plaintext == HW_PLAINTEXT_NEVER || (plaintext == HW_PLAINTEXT_LOOPBACK && !loopback)))
    {
      refuse (self, HW_ERROR_TLS_REQUIRED, "This server wants TLS.");
      hw_connection_finish (connection);
      return FALSE;
    }
  return TRUE;
}

/* The peer has said all, or is gone: whose it was goes on in grace. */
static void
on_ended (HwConnection *connection, const char *reason)
{
  HwClient *self = (HwClient *) connection;

  self->leaving = TRUE;
  if (!hw_connection_is_open (connection) || (self->n_waiting == 0 && !self->postponed))
    hw_client_finish (self);
}

static void
on_drained (HwConnection *connection)
{
  HwClient *self = (HwClient *) connection;

  if (self->lagging)
    {
      self->lagging = FALSE;
      hw_server_note_freed (self->server);
      hw_lobby_catch_up (self->server->lobby, self);
      hw_log_watch_catch_up (self);
      if (self->session)
        hw_session_catch_up (self->session);
    }
}

static void
on_closed (HwConnection *connection)
{
  HwClient *self = (HwClient *) connection;

  if (self->session)
    hw_session_detach (self->session);
  make_place (self);
  hw_server_forget_client (self->server, self);
  while (self->ordered)
    {
      HwRequest *request = self->ordered;

      self->ordered = request->next;
      g_clear_pointer (&request->answer, hw_buffer_unref);
      hw_request_unref (request);
    }
  self->last = &self->ordered;
  if (self->postponed)
    {
      self->postponed->command = NULL; /* it was never in line */
      hw_request_drop (self->postponed);
      g_clear_pointer (&self->postponed, hw_request_unref);
    }
  *self->link = self->next;
  if (self->next)
    self->next->link = self->link;
  hw_client_unref (self);
}

/**
 * hw_client_free_now:
 * @self: a client
 *
 * Ends the connection at once, without waiting for a turn of the loop: for the end.
 */
void
hw_client_free_now (HwClient *self)
{
  hw_connection_abort (&self->connection);
  hw_poller_cancel_turn (self->server->poller, &self->connection.turn);
  on_closed (&self->connection);
}

/**
 * hw_client_get_funcs:
 *
 * Returns: (transfer none): what a client does with what comes over its connection
 */
const HwConnectionFuncs *
hw_client_get_funcs (void)
{
  static const HwConnectionFuncs funcs = {
    .started = on_started,
    .line = on_line,
    .too_long = on_too_long,
    .late = on_late,
    .ended = on_ended,
    .drained = on_drained,
    .closed = on_closed,
  };

  return &funcs;
}
