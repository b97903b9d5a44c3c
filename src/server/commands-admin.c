/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What admins do: becoming one, looking into logs, stopping the server. */

#include "commands.h"
#include "helpers.h"
#include "log-query.h"
#include "password.h"
#include "server.h"

#include <string.h>

/* Milliseconds that a wrong admin password takes to be answered. */
#define WRONG_TIME 1000

/* Rows of the list of logs on one page; a line holds that many of the longest. */
#define LOGS_MAX 500

typedef struct
{
  HwRequest *request;
  char *key; /* who tries */
  void (*done) (HwRequest *request);
} Attempt;

static void
attempt_free (Attempt *self)
{
  hw_request_unref (self->request);
  g_free (self->key);
  g_free (self);
}

static gboolean
on_wrong_time_over (gpointer user_data)
{
  Attempt *self = user_data;

  hw_request_refuse (self->request, HW_ERROR_PASSWORD_WRONG, "password",
                     "That is not the admin password.");
  attempt_free (self);
  return G_SOURCE_REMOVE;
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Attempt *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean right = hw_password_check_finish (result, &error);

  hw_tries_end (self->request->client->server->tries, self->key, !right && !error);
  if (!right && !error)
    {
      g_message ("A wrong admin password was tried from %s", strchr (self->key, ' ') + 1);
      g_timeout_add (WRONG_TIME, on_wrong_time_over, self);
      return;
    }
  if (right)
    self->done (self->request);
  else
    hw_request_fail (self->request, error);
  attempt_free (self);
}

static void
on_may_try (gint64 retry, gpointer user_data)
{
  Attempt *self = user_data;
  HwServer *server = self->request->client->server;
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = NULL;

  if (retry > 0)
    {
      error
          = hw_error_new (HW_ERROR_TOO_MANY_TRIES, NULL, "Too many wrong passwords. Wait a while.");
      hw_error_set_retry (error, retry);
      hw_request_fail (self->request, error);
      attempt_free (self);
      return;
    }
  hash = hw_admin_password_load (server->options->data, &error);
  if (hash)
    {
      hw_password_check_async (hw_request_get_string (self->request, "password"), hash, NULL,
                               on_checked, self);
      return;
    }
  hw_tries_end (server->tries, self->key, FALSE);
  if (error)
    hw_request_fail (self->request, error);
  else
    hw_request_refuse (self->request, HW_ERROR_NOT_ADMIN, NULL, "This server has no admin yet.");
  attempt_free (self);
}

/* Calls @done if the request's password is the admin's, refuses the request otherwise. */
static void
check_password (HwRequest *request, void (*done) (HwRequest *request))
{
  g_autofree char *address = hw_client_describe_address (request->client);
  g_autoptr (GError) error = NULL;
  Attempt *self;

  if (!hw_password_is_bounded (hw_request_get_string (request, "password"), &error))
    {
      hw_request_fail (request, error);
      return;
    }
  self = g_new0 (Attempt, 1);
  self->request = hw_request_ref (request);
  self->key = g_strconcat ("admin ", address, NULL);
  self->done = done;
  hw_tries_begin (request->client->server->tries, self->key, on_may_try, self);
}

static void
become_admin (HwRequest *request)
{
  g_autofree char *address = hw_client_describe_address (request->client);

  g_message ("An admin is here, from %s", address);
  request->client->admin = TRUE;
  hw_request_succeed (request);
}

void
hw_command_admin (HwRequest *request)
{
  check_password (request, become_admin);
}

static void
shut_down (HwRequest *request)
{
  const char *text = hw_request_get_string (request, "text");

  hw_request_succeed (request);
  hw_server_shut_down (request->client->server, text && *text ? text : "The server is closing.");
}

void
hw_command_shutdown (HwRequest *request)
{
  g_autoptr (GError) error = NULL;
  const char *text;

  if (!hw_request_read_words (request, &text, &error))
    hw_request_fail (request, error);
  else if (request->client->admin)
    shut_down (request);
  else if (hw_request_has (request, "password"))
    check_password (request, shut_down);
  else
    hw_request_refuse (request, HW_ERROR_NOT_ADMIN, "password", "Only an admin may do that.");
}

static void
write_log (HwJsonWriter *writer, const HwLogInfo *info, HwLobby *lobby)
{
  HwRoom *room = hw_lobby_find_log (lobby, info->id);

  hw_json_begin_object (writer, NULL);
  hw_json_int (writer, "log", info->id);
  hw_json_string (writer, "room", info->room);
  hw_json_string (writer, "topic", info->topic);
  hw_json_int (writer, "created", info->created);
  if (info->closed)
    hw_json_int (writer, "closed", info->closed);
  else
    hw_json_null (writer, "closed");
  hw_json_int (writer, "entries", info->last);
  hw_json_int (writer, "messages", info->n_messages);
  hw_json_int (writer, "people", info->n_people);
  hw_json_int (writer, "first", info->first_at);
  hw_json_int (writer, "last", info->last_at);
  hw_json_int (writer, "members", room ? room->members->len : 0);
  hw_json_end_object (writer);
}

static void
on_listed (GPtrArray *logs, gboolean more, const GError *error, gpointer user_data)
{
  g_autoptr (HwRequest) request = user_data;
  HwJsonWriter *writer;

  if (error)
    {
      hw_request_fail (request, error);
      return;
    }
  writer = hw_request_begin (request);
  hw_json_begin_array (writer, "logs");
  for (guint i = 0; i < logs->len; i++)
    write_log (writer, logs->pdata[i], request->client->server->lobby);
  hw_json_end_array (writer);
  if (more)
    hw_json_bool (writer, "more", TRUE);
  hw_request_end (request);
}

void
hw_command_log_list (HwRequest *request)
{
  hw_store_list_logs (request->client->server->store, hw_request_get_int (request, "start", 0),
                      LOGS_MAX, on_listed, hw_request_ref (request));
}

static void
on_read (HwLogPage *page, const GError *error, gpointer user_data)
{
  g_autoptr (HwRequest) request = user_data;
  gboolean newest = !hw_request_has (request, "after") && !hw_request_has (request, "at");

  if (error)
    hw_request_fail (request, error);
  else
    hw_log_query_answer (request, page, newest, NULL, TRUE);
}

void
hw_command_log_read (HwRequest *request)
{
  g_autofree char *author = NULL;
  g_autoptr (GError) error = NULL;
  HwLogQuery query;

  if (!hw_log_query_read (&query, request, hw_request_get_int (request, "log", 0), &author, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  query.want_total = TRUE;
  hw_store_read (request->client->server->store, &query, on_read, hw_request_ref (request));
}
