/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A whole server in the fuzzer's own process, its data in memory, and peers that it cannot tell
 * from clients. */

#include "server-fixture.h"

#include "clock.h"
#include "scratch.h"

#include "protocol/json-reader.h"
#include "protocol/limits.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Inputs after which the server begins anew, so that its logs stay short. */
#define INPUTS_MAX 1000

/* Microseconds until nobody is left, at most. */
#define LEAVING_TIME (20 * G_USEC_PER_SEC)

/* Milliseconds of the server's time after which nobody is in grace any more. */
#define GRACE_OVER 16000

static HwServer *server;
static HwOptions *options;
static char *directory;
static guint n_inputs;
static GPtrArray *clients; /* references to those that requests may still need */

/* Whether a request was answered "internal", of which the log has the reason. */
static gboolean
is_internal (const GLogField *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      return g_str_has_prefix (fields[i].value, "A request failed");
  return FALSE;
}

/* Warnings are the operator's; what only a fault of ours brings about is fatal. So is whatever a
 * request makes go wrong in the server: the disk is good here. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR) || is_internal (fields, n_fields))
    return g_log_writer_default (level | G_LOG_FLAG_FATAL, fields, n_fields, user_data);
  return G_LOG_WRITER_HANDLED;
}

static void
run_for (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
}

/* Lets go of clients whose requests are all answered. Returns whether there are others: some
 * answers are late on purpose, a wrong password's for one. */
static gboolean
are_requests_left (void)
{
  for (guint i = clients->len; i > 0; i--)
    {
      HwClient *client = clients->pdata[i - 1];

      if (client->refs > 1)
        continue;
      hw_client_unref (client);
      g_ptr_array_remove_index_fast (clients, i - 1);
    }
  return clients->len > 0;
}

static void
stop_server (void)
{
  gint64 end = g_get_monotonic_time () + LEAVING_TIME;

  if (!server)
    return;
  while (server->clients)
    {
      hw_connection_abort (&server->clients->connection);
      run_for (1);
    }
  while (are_requests_left ())
    {
      run_for (1);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
  g_clear_pointer (&server, hw_server_free);
  fuzz_scratch_empty (directory);
}

static void
clean_up (void)
{
  stop_server ();
  g_ptr_array_unref (clients);
  hw_options_free (options);
  g_rmdir (directory);
  g_free (directory);
}

static void
set_up (void)
{
  char *arguments[] = { "hallwayd", "--data", NULL,     "--listen", "127.0.0.1",   "--port", "0",
                        "--rate",   "0",      "--name", "Fuzzed",   "--discovery", "no",     NULL };
  g_autoptr (GError) error = NULL;

  signal (SIGPIPE, SIG_IGN);
  g_log_set_writer_func (write_log, NULL, NULL);
  directory = fuzz_scratch_new ();
  arguments[2] = directory;
  clients = g_ptr_array_new ();
  options = hw_options_new (arguments, &error);
  g_assert_no_error (error);
  atexit (clean_up);
}

HwServer *
server_fixture_get (void)
{
  g_autoptr (GError) error = NULL;

  if (!directory)
    set_up ();
  if (!server)
    {
      server = hw_server_new (options, &error);
      g_assert_no_error (error);
      n_inputs = 0;
    }
  return server;
}

static gboolean
on_patience_over (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Runs the server for once; waits for what it waits for, but not for ever. */
static void
run_once (void)
{
  gboolean over = FALSE;
  guint patience = g_timeout_add (1, on_patience_over, &over);

  g_main_context_iteration (NULL, TRUE);
  if (!over)
    g_source_remove (patience);
}

/* Whoever was there is gone, and gone from the rooms, once the connections and their grace are. */
static void
wait_until_empty (void)
{
  gint64 end;

  while (server->clients)
    {
      hw_connection_abort (&server->clients->connection);
      run_once ();
    }
  fuzz_clock_skip (GRACE_OVER);
  end = g_get_monotonic_time () + LEAVING_TIME;
  while (hw_people_get_n (server->people) > 0 || are_requests_left ())
    {
      run_once ();
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
}

static void
on_forgotten (const GError *error, gpointer n_left)
{
  g_assert_no_error (error);
  --*(guint *) n_left;
}

static gboolean
forget_account (const HwAccount *account, gpointer n_left)
{
  ++*(guint *) n_left;
  hw_accounts_remove (server->accounts, account->folded, on_forgotten, n_left);
  return TRUE;
}

/* What would keep the next input's people out, or silent. */
static void
forget_people (void)
{
  GPtrArray *bans = hw_bans_list (server->bans);
  guint n_left = bans->len;

  for (guint i = 0; i < bans->len; i++)
    hw_bans_remove (server->bans, ((HwBan *) bans->pdata[i])->id, on_forgotten, &n_left);
  hw_accounts_foreach (server->accounts, NULL, forget_account, &n_left);
  while (n_left > 0)
    run_once ();
  hw_mutes_free (server->mutes);
  server->mutes = hw_mutes_new ();
  hw_tries_free (server->tries);
  server->tries = hw_tries_new ();
}

static gboolean
is_room_locked (void)
{
  HwRoom *room = hw_lobby_find (server->lobby, "room");

  return room && room->password;
}

void
server_fixture_rest (void)
{
  if (!server->closing)
    {
      wait_until_empty ();
      forget_people ();
    }
  if (server->closing || is_room_locked () || ++n_inputs == INPUTS_MAX)
    stop_server ();
}

Peer *
peer_new (HwServer *place)
{
  Peer *self = g_new0 (Peer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET };
  int ends[2];

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
    g_error ("socketpair: %s", g_strerror (errno));
  self->fd = ends[0];
  self->heard = g_string_new (NULL);
  hw_line_buffer_init (&self->said, HW_LINE_MAX);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_ptr_array_add (clients,
                   hw_client_ref (hw_client_new (place, ends[1], (struct sockaddr *) &address)));
  return self;
}

void
peer_close (Peer *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

void
peer_free (Peer *self)
{
  peer_close (self);
  g_string_free (self->heard, TRUE);
  hw_line_buffer_clear (&self->said);
  g_hash_table_unref (self->rooms);
  g_free (self->token);
  g_free (self);
}

/* Notes who goes into a room without asking for the reply. */
static void
note_said (Peer *self, const void *bytes, gsize length)
{
  const char *line;
  gsize n;

  hw_line_buffer_append (&self->said, bytes, length);
  while (hw_line_buffer_next (&self->said, &line, &n) == HW_LINE_FOUND)
    {
      g_autoptr (JsonObject) request = hw_json_read_object (line, n, NULL);

      if (request && !json_object_has_member (request, "id")
          && json_object_has_member (request, "op"))
        self->silent = TRUE;
    }
}

/* Entries of a room come one after the other, without holes, but where a reply or a gap says where
 * to go on. */
static void
check_event (Peer *self, JsonObject *event)
{
  const char *name = json_object_get_string_member (event, "ev");
  const char *room;
  gint64 *last;

  if (g_str_equal (name, "gap"))
    g_hash_table_remove (self->rooms, json_object_get_string_member (event, "room"));
  if (!g_str_equal (name, "entry") || json_object_has_member (event, "log"))
    return;
  room = json_object_get_string_member (event, "room");
  last = g_hash_table_lookup (self->rooms, room);
  if (last && self->silent)
    g_assert_cmpint (json_object_get_int_member (event, "seq"), >, *last);
  else if (last)
    g_assert_cmpint (json_object_get_int_member (event, "seq"), ==, *last + 1);
  else
    g_hash_table_insert (self->rooms, g_strdup (room), last = g_new (gint64, 1));
  *last = json_object_get_int_member (event, "seq");
}

static void
check_reply (Peer *self, JsonObject *reply)
{
  g_assert_true (json_object_has_member (reply, "re"));
  g_assert_true (json_object_has_member (reply, "ok"));
  g_assert_true (json_object_get_boolean_member (reply, "ok")
                 != json_object_has_member (reply, "error"));
  if (json_object_has_member (reply, "token"))
    {
      g_free (self->token);
      self->token = g_strdup (json_object_get_string_member (reply, "token"));
    }
  /* Into a room once more: events go on after its "last" */
  if (json_object_has_member (reply, "last") && json_object_has_member (reply, "topic"))
    g_hash_table_remove (self->rooms, json_object_get_string_member (reply, "room"));
}

static void
check_line (Peer *self, const char *line, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) message = hw_json_read_object (line, length, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (length, <, HW_SERVER_LINE_MAX);
  if (json_object_has_member (message, "ev"))
    check_event (self, message);
  else
    check_reply (self, message);
}

/* Returns whether there was anything. */
static gboolean
listen_to (Peer *self)
{
  static char buffer[65536];
  gssize n;
  char *end;

  if (self->fd < 0 || self->deaf)
    return FALSE;
  n = recv (self->fd, buffer, sizeof buffer, 0);
  if (n <= 0)
    return FALSE;
  if (!self->plaintext)
    return TRUE;
  g_string_append_len (self->heard, buffer, n);
  while ((end = memchr (self->heard->str, '\n', self->heard->len)))
    {
      check_line (self, self->heard->str, end - self->heard->str);
      g_string_erase (self->heard, 0, end + 1 - self->heard->str);
    }
  return TRUE;
}

static gboolean
is_waiting (HwServer *place)
{
  for (HwClient *client = place->clients; client; client = client->next)
    if (client->n_waiting > 0 || client->postponed)
      return TRUE;
  return FALSE;
}

void
server_fixture_run (HwServer *place, Peer **peers, guint n_peers, guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;
  gboolean busy;

  do
    {
      busy = FALSE;
      for (int i = 0; i < 100 && g_main_context_iteration (NULL, FALSE); i++)
        busy = TRUE;
      for (guint i = 0; i < n_peers; i++)
        busy |= peers[i] && listen_to (peers[i]);
      if (!busy && is_waiting (place))
        run_once (); /* the disk's turn */
    }
  while ((busy || is_waiting (place)) && g_get_monotonic_time () < end);
}

void
peer_write (HwServer *place, Peer *self, const void *bytes, gsize length)
{
  const char *at = bytes;

  note_said (self, bytes, length);
  /* The server reads as long as it is read from; one that does not, with a deaf peer, is left */
  for (int i = 0; i < 1000 && self->fd >= 0 && length > 0; i++)
    {
      gssize n = send (self->fd, at, length, MSG_NOSIGNAL);

      if (n < 0 && errno != EAGAIN)
        return;
      if (n > 0)
        {
          at += n;
          length -= n;
        }
      else
        server_fixture_run (place, &self, 1, 1);
    }
}
