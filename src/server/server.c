/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server as a whole: puts its parts together, starts them, and takes them down in the order in
 * which nothing is lost. */

#include "server.h"

#include "event.h"
#include "log-watch.h"
#include "protocol/certificate.h"
#include "protocol/fingerprint.h"
#include "protocol/limits.h"
#include "request.h"
#include "service.h"

#include <glib-unix.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>

/* Milliseconds for the last entries to reach the disk, and for the last words to arrive. */
#define COMMIT_TIME   10000
#define FAREWELL_TIME 3000

/* Milliseconds until memory that was freed is given back to the system, and bytes that are worth
 * it. */
#define TRIM_DELAY 10000
#define TRIM_WORTH (8 * 1024 * 1024)

static void
on_accepted (int fd, const struct sockaddr *address, gpointer user_data)
{
  hw_client_new (user_data, fd, address);
}

static void
on_store_ready (HwWatch *watch, guint32 events)
{
  HwServer *self = HW_OWNER (watch, HwServer, store_watch);

  hw_store_dispatch (self->store);
}

/* All that one turn of the loop says is one transaction, on its way before anything is sent. */
static void
on_store_turn (HwTurn *turn)
{
  HwServer *self = HW_OWNER (turn, HwServer, store_turn);

  hw_store_flush (self->store);
}

static void
on_write_queued (gpointer user_data)
{
  HwServer *self = user_data;

  hw_poller_ask_turn (self->poller, &self->store_turn);
}

static void
on_commit (gpointer user_data)
{
  HwServer *self = user_data;

  hw_lobby_commit (self->lobby);
}

/* Nothing that could fail at the start is left for later. */
static gboolean
open_parts (HwServer *self, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  self->poller = hw_poller_new (NULL, error);
  if (!self->poller)
    return FALSE;
  self->subnets = hw_subnets_new (self->poller);
  self->store = hw_store_open (self->options->data, error);
  if (!self->store)
    return FALSE;
  certificate = hw_certificate_load (self->options->data, error);
  if (!certificate)
    return FALSE;
  self->fingerprint = hw_fingerprint_of_certificate (certificate);
  self->shared.tls = hw_tls_context_new (certificate, error);
  if (!self->shared.tls)
    return FALSE;
  self->accounts = hw_accounts_new (self->store, error);
  if (!self->accounts)
    return FALSE;
  self->bans = hw_bans_new (self->store, error);
  if (!self->bans)
    return FALSE;
  self->lobby = hw_lobby_new (self->poller, self->store, error);
  if (!self->lobby)
    return FALSE;
  self->listener = hw_listener_new (self->poller, self->options->listen, self->options->port,
                                    on_accepted, self, error);
  return self->listener != NULL;
}

static void
on_describe (HwAnswer *answer, gpointer user_data)
{
  HwServer *self = user_data;

  answer->id = (char *) hw_store_get_server_id (self->store);
  answer->name = self->options->name;
  answer->port = hw_listener_get_port (self->listener);
  answer->users = hw_people_get_n (self->people);
  answer->rooms = hw_lobby_get_n_rooms (self->lobby);
  answer->fingerprint = self->fingerprint;
}

/* A place that cannot be found can still be entered: that it cannot is said, and no more. */
static void
start_discovery (HwServer *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->options->discovery)
    return;
  self->discovery = hw_discovery_new (self->poller, self->subnets, self->options->listen,
                                      on_describe, self, &error);
  if (!self->discovery)
    g_warning ("Nobody can find this place by looking for it: %s", error->message);
  self->announcer = hw_announcer_new (hw_store_get_server_id (self->store), self->options->name,
                                      hw_listener_get_port (self->listener), self->options->listen);
}

/**
 * hw_server_new:
 * @options: (transfer none): how it is to run; outlives the server
 * @error: where to put the words for one line
 *
 * Opens the data directory and the port. Blocks.
 *
 * Returns: (transfer full) (nullable): a server that only needs to be run
 */
HwServer *
hw_server_new (const HwOptions *options, GError **error)
{
  HwServer *self = g_new0 (HwServer, 1);

  self->options = options;
  self->writer.out = g_string_new (NULL);
  self->started = g_get_real_time () / 1000;
  self->rates.older.at = self->rates.newer.at = g_get_monotonic_time ();
  self->tries = hw_tries_new ();
  self->mutes = hw_mutes_new ();
  self->asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, NULL);
  if (!open_parts (self, error))
    {
      hw_server_free (self);
      return NULL;
    }

  self->shared.poller = self->poller;
  self->shared.funcs = hw_client_get_funcs ();
  self->shared.dead = options->dead * G_GINT64_CONSTANT (1000);
  self->people = hw_people_new (self->poller, self->store, options->idle * G_GINT64_CONSTANT (1000),
                                options->grace * G_GINT64_CONSTANT (1000));
  hw_store_set_commit_func (self->store, on_commit, self);
  self->store_turn.prepare = on_store_turn;
  self->store_turn.func = on_store_turn;
  hw_store_set_queued_func (self->store, on_write_queued, self);
  self->store_watch.fd = hw_store_get_fd (self->store);
  self->store_watch.func = on_store_ready;
  self->store_watch.events = EPOLLIN;
  hw_poller_add (self->poller, &self->store_watch);
  start_discovery (self);
  self->loop = g_main_loop_new (NULL, FALSE);
  return self;
}

static void
print_ready (HwServer *self)
{
  g_auto (GStrv) addresses = hw_listener_list_addresses (self->listener);
  g_autoptr (GString) line = g_string_new (NULL);
  HwJsonWriter writer;

  hw_json_writer_init (&writer, line);
  hw_json_begin_object (&writer, NULL);
  hw_json_string (&writer, "ev", "ready");
  hw_json_int (&writer, "port", hw_listener_get_port (self->listener));
  hw_json_begin_array (&writer, "addresses");
  for (guint i = 0; addresses[i]; i++)
    hw_json_string (&writer, NULL, addresses[i]);
  hw_json_end_array (&writer);
  hw_json_string (&writer, "id", hw_store_get_server_id (self->store));
  hw_json_string (&writer, "fingerprint", self->fingerprint);
  hw_json_end_object (&writer);
  puts (line->str);
  fflush (stdout);
  hw_service_notify ("READY=1");
}

static gboolean
on_signal (gpointer user_data)
{
  hw_server_shut_down (user_data, "The server is closing.");
  return G_SOURCE_CONTINUE;
}

/* The loop still turns. */
static void
on_watchdog_timer (HwTimer *timer)
{
  HwServer *self = HW_OWNER (timer, HwServer, watchdog_timer);

  hw_service_notify ("WATCHDOG=1");
  hw_timer_wheel_set (hw_poller_get_wheel (self->poller), timer, self->watchdog / 2,
                      on_watchdog_timer);
}

/* A terminal that is closed takes along what runs in it, unless it was told not to (nohup). */
static guint
watch_terminal (HwServer *self)
{
  struct sigaction before;

  if (sigaction (SIGHUP, NULL, &before) != 0 || before.sa_handler == SIG_IGN)
    return 0;
  return g_unix_signal_add (SIGHUP, on_signal, self);
}

/**
 * hw_server_run:
 * @self: a new server
 *
 * Says that it is ready, and serves until it is shut down.
 */
void
hw_server_run (HwServer *self)
{
  guint term = g_unix_signal_add (SIGTERM, on_signal, self);
  guint interrupt = g_unix_signal_add (SIGINT, on_signal, self);
  guint hangup = watch_terminal (self);

  print_ready (self);
  self->watchdog = hw_service_get_watchdog ();
  if (self->watchdog > 0)
    on_watchdog_timer (&self->watchdog_timer);
  g_main_loop_run (self->loop);
  g_source_remove (term);
  g_source_remove (interrupt);
  g_clear_handle_id (&hangup, g_source_remove);
}

/* A parting that all share ends when the last entry is on disk; entries are committed in the order
 * in which they were given, so that all that was accepted before is there, too. */
static void
say_farewell (HwServer *self)
{
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;
  HwClient *next;

  hw_timer_wheel_clear (hw_poller_get_wheel (self->poller), &self->closing_timer);
  hw_lobby_flush (self->lobby);
  hw_event_begin (&writer, "closing");
  hw_json_string (&writer, "text", self->closing);
  event = hw_event_end (&writer);
  for (HwClient *client = self->clients; client; client = next)
    {
      next = client->next;
      if (client->hello)
        hw_client_send (client, event);
      hw_connection_finish (&client->connection);
    }
}

static void
on_farewell_over (HwTimer *timer)
{
  HwServer *self = HW_OWNER (timer, HwServer, closing_timer);

  g_main_loop_quit (self->loop);
}

static void
on_all_left (gpointer user_data)
{
  HwServer *self = user_data;

  say_farewell (self);
  hw_timer_wheel_set (hw_poller_get_wheel (self->poller), &self->closing_timer,
                      self->clients ? FAREWELL_TIME : 0, on_farewell_over);
}

static void
on_commit_over (HwTimer *timer)
{
  HwServer *self = HW_OWNER (timer, HwServer, closing_timer);

  g_warning ("The disk takes too long");
  on_all_left (self);
}

/**
 * hw_server_shut_down:
 * @self: a server
 * @text: the words for everyone
 *
 * Takes no more requests, logs that everyone leaves, commits, says farewell, and ends
 * hw_server_run().
 */
void
hw_server_shut_down (HwServer *self, const char *text)
{
  g_autoptr (GPtrArray) everyone = NULL;
  HwParting *parting;

  if (self->closing)
    return;
  g_message ("Closing");
  self->closing = g_strdup (text);
  hw_service_notify ("STOPPING=1");
  hw_listener_stop (self->listener);
  g_clear_pointer (&self->announcer, hw_announcer_free);
  g_clear_pointer (&self->discovery, hw_discovery_free);
  hw_timer_wheel_set (hw_poller_get_wheel (self->poller), &self->closing_timer, COMMIT_TIME,
                      on_commit_over);
  parting = hw_parting_new (HW_ENTRY_LEFT, HW_LEFT_CLOSING, "", "", NULL);
  hw_parting_set_done (parting, on_all_left, self);
  everyone = hw_people_list (self->people);
  for (guint i = 0; i < everyone->len; i++)
    hw_session_leave_rooms (everyone->pdata[i], parting);
  hw_parting_unref (parting);
}

/**
 * hw_server_free:
 * @self: (transfer full): a server that does not run
 */
void
hw_server_free (HwServer *self)
{
  if (self->store)
    {
      if (self->people)
        hw_poller_remove (self->poller, &self->store_watch);
      hw_poller_cancel_turn (self->poller, &self->store_turn);
      hw_store_close (self->store);
    }
  while (self->clients)
    hw_client_free_now (self->clients);
  g_clear_pointer (&self->announcer, hw_announcer_free);
  g_clear_pointer (&self->discovery, hw_discovery_free);
  g_clear_pointer (&self->listener, hw_listener_free);
  g_clear_pointer (&self->lobby, hw_lobby_free);
  g_clear_pointer (&self->accounts, hw_accounts_free);
  g_clear_pointer (&self->bans, hw_bans_free);
  g_clear_pointer (&self->people, hw_people_free);
  g_clear_pointer (&self->shared.tls, hw_tls_context_free);
  g_clear_pointer (&self->subnets, hw_subnets_free);
  g_clear_pointer (&self->poller, hw_poller_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  hw_tries_free (self->tries);
  hw_mutes_free (self->mutes);
  g_hash_table_unref (self->asked);
  g_string_free (self->writer.out, TRUE);
  g_free (self->fingerprint);
  g_free (self->closing);
  g_free (self);
}

/**
 * hw_server_get_rates:
 * @self: a server
 * @in: (out): lines from clients a second
 * @out: (out): lines to clients a second
 *
 * Over the time since somebody last asked, but over a second at least.
 */
void
hw_server_get_rates (HwServer *self, double *in, double *out)
{
  HwSample now = { g_get_monotonic_time (), self->shared.lines_in, self->shared.lines_out };
  double seconds;

  if (now.at - self->rates.newer.at >= G_USEC_PER_SEC)
    {
      self->rates.older = self->rates.newer;
      self->rates.newer = now;
    }
  seconds = MAX (1.0, (now.at - self->rates.older.at) / (double) G_USEC_PER_SEC);
  *in = (now.lines_in - self->rates.older.lines_in) / seconds;
  *out = (now.lines_out - self->rates.older.lines_out) / seconds;
}

/* The C library keeps the holes between what is still in use. */
static void
on_trim_due (HwTimer *timer)
{
#ifdef __GLIBC__
  if (mallinfo2 ().fordblks > TRIM_WORTH)
    malloc_trim (0);
#endif
}

/**
 * hw_server_note_freed:
 * @self: a server that may just have freed much: somebody who read slowly has caught up, or gone
 *
 * Gives memory back, in a while.
 */
void
hw_server_note_freed (HwServer *self)
{
  if (!hw_timer_is_set (&self->trim_timer))
    hw_timer_wheel_set (hw_poller_get_wheel (self->poller), &self->trim_timer, TRIM_DELAY,
                        on_trim_due);
}

/**
 * hw_server_forget_client:
 * @self: a server
 * @client: one whose connection has closed
 */
void
hw_server_forget_client (HwServer *self, HwClient *client)
{
  hw_lobby_watch (self->lobby, client, FALSE);
  hw_log_watch_end_all (client);
  hw_listener_descriptor_freed (self->listener);
  hw_server_note_freed (self);
  if (self->closing && self->clients == client && !client->next)
    g_main_loop_quit (self->loop);
}

/**
 * hw_server_note_visitor:
 * @self: a server
 * @client: one that has said hello
 *
 * Says on standard output, once, that somebody from another machine has come: whoever started us
 * may want to know whether anybody can.
 */
void
hw_server_note_visitor (HwServer *self, HwClient *client)
{
  if (self->was_visited || hw_subnets_is_own (self->subnets, &client->address))
    return;
  self->was_visited = TRUE;
  puts ("{\"ev\":\"visited\"}");
  fflush (stdout);
}

/**
 * hw_server_new_error:
 * @self: a server
 * @id: of the request; 0: none
 * @error: why it was refused; what is not the protocol's own becomes "internal", and only our log
 *   has its words
 *
 * Returns: (transfer full): a reply that says so
 */
HwBuffer *
hw_server_new_error (HwServer *self, gint64 id, const GError *error)
{
  gboolean ours = error->domain == HW_ERROR && error->code != HW_ERROR_FAILED
                  && error->code != HW_ERROR_INTERNAL;
  g_autoptr (GString) line = g_string_new (NULL);
  HwJsonWriter writer;

  hw_json_writer_init (&writer, line);
  hw_json_begin_object (&writer, NULL);
  if (id)
    hw_json_int (&writer, "re", id);
  else
    hw_json_null (&writer, "re");
  hw_json_bool (&writer, "ok", FALSE);
  hw_json_begin_object (&writer, "error");
  if (!ours)
    g_warning ("A request failed: %s", error->message);
  hw_json_string (&writer, "code",
                  hw_error_code_to_string (ours ? error->code : HW_ERROR_INTERNAL));
  hw_json_string (&writer, "text", ours ? error->message : "Something went wrong in the server.");
  if (ours && hw_error_get_field (error))
    hw_json_string (&writer, "field", hw_error_get_field (error));
  if (ours && hw_error_get_retry (error) > 0)
    hw_json_int (&writer, "retry", hw_error_get_retry (error));
  if (ours && error->code == HW_ERROR_VERSION)
    {
      hw_json_begin_array (&writer, "versions");
      hw_json_int (&writer, NULL, HW_PROTOCOL_VERSION);
      hw_json_end_array (&writer);
    }
  hw_json_end_object (&writer);
  hw_json_end_object (&writer);
  g_string_append_c (line, '\n');
  return hw_buffer_new (line->str, line->len);
}
