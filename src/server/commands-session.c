/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Greeting and leaving, and what tells that the link is there. */

#include "commands.h"
#include "hallway-config.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "server.h"

static gboolean
speaks_our_version (HwRequest *request)
{
  const HwJsonValue *versions = hw_request_get_value (request, "versions");

  for (const HwJsonValue *version = hw_json_value_first (versions); version;
       version = hw_json_value_next (versions, version))
    if (version->integer == HW_PROTOCOL_VERSION)
      return TRUE;
  return FALSE;
}

/* Whether the client says that it knows what goes beyond the first version. */
static gboolean
knows_feature (HwRequest *request, const char *feature)
{
  const HwJsonValue *features = hw_request_get_value (request, "features");

  for (const HwJsonValue *value = features ? hw_json_value_first (features) : NULL; value;
       value = hw_json_value_next (features, value))
    if (g_str_equal (value->string, feature))
      return TRUE;
  return FALSE;
}

static void
write_hello (HwRequest *request)
{
  HwServer *server = request->client->server;
  HwJsonWriter *writer = hw_request_begin (request);

  hw_json_int (writer, "version", HW_PROTOCOL_VERSION);
  hw_json_begin_object (writer, "server");
  hw_json_string (writer, "id", hw_store_get_server_id (server->store));
  hw_json_string (writer, "name", server->options->name);
  hw_json_string (writer, "software", "hallwayd " HW_VERSION);
  hw_json_end_object (writer);
  hw_json_begin_object (writer, "limits");
  hw_json_int (writer, "line", HW_LINE_MAX);
  hw_json_int (writer, "text", HW_TEXT_MAX);
  hw_json_int (writer, "name", HW_USER_NAME_MAX);
  hw_json_int (writer, "room", HW_ROOM_NAME_MAX);
  hw_json_int (writer, "page", HW_PAGE_MAX);
  hw_json_end_object (writer);
  hw_json_begin_object (writer, "timing");
  hw_json_int (writer, "ping", server->options->ping);
  hw_json_int (writer, "dead", server->options->dead);
  hw_json_int (writer, "idle", server->options->idle);
  hw_json_int (writer, "grace", server->options->grace);
  hw_json_end_object (writer);
  hw_json_begin_array (writer, "features");
  hw_json_string (writer, NULL, HW_FEATURE_OFFERS);
  hw_json_string (writer, NULL, HW_FEATURE_ADMIN_PACE);
  hw_json_string (writer, NULL, HW_FEATURE_RECEIPTS);
  hw_json_end_array (writer);
  hw_json_string (writer, "fingerprint", server->fingerprint);
  hw_request_end (request);
}

void
hw_command_hello (HwRequest *request)
{
  HwClient *client = request->client;
  HwServer *server = client->server;
  g_autofree char *address = hw_client_describe_address (client);
  const HwBan *ban;

  if (client->hello)
    {
      hw_request_refuse (request, HW_ERROR_BAD_REQUEST, "op", "“hello” was said already.");
      return;
    }
  ban = hw_bans_find_address (server->bans, address);
  if (ban)
    {
      g_autoptr (GError) error = hw_ban_to_error (ban, NULL);

      hw_request_fail (request, error);
      hw_client_finish (client);
      return;
    }
  if (server->n_greeted >= server->options->max_clients)
    {
      hw_request_refuse (request, HW_ERROR_SERVER_FULL, NULL, "This place is full.");
      hw_client_finish (client);
      return;
    }
  if (!speaks_our_version (request))
    {
      hw_request_refuse (request, HW_ERROR_VERSION, "versions",
                         "This server speaks version %d of the protocol.", HW_PROTOCOL_VERSION);
      hw_client_finish (client);
      return;
    }
  client->hello = TRUE;
  client->receipts = knows_feature (request, HW_FEATURE_RECEIPTS);
  hw_connection_accept (&client->connection);
  client->offers = knows_feature (request, HW_FEATURE_OFFERS);
  client->counted = TRUE;
  server->n_greeted++;
  server->n_greeted_most = MAX (server->n_greeted_most, server->n_greeted);
  hw_server_note_visitor (server, client);
  write_hello (request);
}

void
hw_command_logout (HwRequest *request)
{
  HwClient *client = request->client;

  client->leaving = TRUE;
  hw_session_end (client->session, HW_LEFT_QUIT, request);
}

void
hw_command_echo (HwRequest *request)
{
  const char *text = hw_request_get_string (request, "text");
  g_autoptr (GError) error = NULL;
  HwJsonWriter *writer;

  if (!hw_text_check (text, "text", &error))
    {
      hw_request_fail (request, error);
      return;
    }
  writer = hw_request_begin (request);
  hw_json_string (writer, "text", text);
  hw_json_int (writer, "at", g_get_real_time () / 1000);
  hw_request_end (request);
}

void
hw_command_ping (HwRequest *request)
{
  HwJsonWriter *writer = hw_request_begin (request);

  hw_json_int (writer, "at", g_get_real_time () / 1000);
  hw_request_end (request);
}

static gboolean
may_send (HwClient *client, const HwCommand *command)
{
  switch (command->needs)
    {
    case HW_NEEDS_NOTHING:
      return !client->hello;
    case HW_NEEDS_HELLO:
      return !(client->session && command->handler == hw_command_login);
    case HW_NEEDS_LOGIN:
      return client->session != NULL;
    case HW_NEEDS_ADMIN:
      return client->admin;
    }
  g_return_val_if_reached (FALSE);
}

void
hw_command_commands (HwRequest *request)
{
  const HwCommand *commands;
  gsize n_commands = hw_command_get_table (&commands);
  HwJsonWriter *writer = hw_request_begin (request);

  hw_json_begin_array (writer, "commands");
  for (gsize i = 0; i < n_commands; i++)
    {
      if (!may_send (request->client, &commands[i]))
        continue;
      hw_json_begin_object (writer, NULL);
      hw_json_string (writer, "op", commands[i].op);
      hw_json_begin_array (writer, "fields");
      for (const HwField *field = commands[i].fields; field->name; field++)
        {
          g_autofree char *text = g_strconcat (field->name, field->optional ? "?" : "", NULL);

          hw_json_string (writer, NULL, text);
        }
      hw_json_end_array (writer);
      hw_json_string (writer, "text", commands[i].text);
      hw_json_end_object (writer);
    }
  hw_json_end_array (writer);
  hw_request_end (request);
}
