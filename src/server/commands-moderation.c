/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What admins do to people and rooms. */

#include "commands.h"
#include "event.h"
#include "helpers.h"
#include "log-watch.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "server.h"

#include <netinet/in.h>

/* Bytes of one ban's row at most: a name, an address and a text, none of whose characters is
 * escaped to more than two bytes. */
#define BAN_ROW_MAX (2 * HW_TEXT_MAX + 1024)

/* Who does it, as the log will have it. */
static const char *
get_admin (HwRequest *request)
{
  return request->client->session ? request->client->session->name : "admin";
}

void
hw_command_kick (HwRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *by = g_strdup (get_admin (request));
  const char *text;
  HwSession *session;

  if (!hw_request_read_words (request, &text, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  session = hw_request_find_session (request, "name");
  if (session)
    hw_session_kick (session, HW_KICK_KICK, text, by, request);
}

/* A ban on its way to the disk. */
typedef struct
{
  HwRequest *request;
  char *folded;  /* (nullable) */
  char *address; /* (nullable) */
  char *text;
  char *by;
} NewBan;

static void
new_ban_free (NewBan *self)
{
  hw_request_unref (self->request);
  g_free (self->folded);
  g_free (self->address);
  g_free (self->text);
  g_free (self->by);
  g_free (self);
}

/* Everybody whom it concerns goes, but for the one who says so. */
static void
enforce (NewBan *self)
{
  HwServer *server = self->request->client->server;
  HwSession *session = self->folded ? hw_people_find (server->people, self->folded) : NULL;
  HwClient *next;

  if (session && session->client != self->request->client)
    hw_session_kick (session, HW_KICK_BAN, self->text, self->by, NULL);
  for (HwClient *client = server->clients; self->address && client; client = next)
    {
      g_autofree char *address = hw_client_describe_address (client);

      next = client->next;
      if (client == self->request->client || !g_str_equal (address, self->address))
        continue;
      if (client->session)
        hw_session_kick (client->session, HW_KICK_BAN, self->text, self->by, NULL);
      else
        hw_client_kick (client, "ban", self->text);
    }
}

static void
on_banned (gint64 id, const GError *error, gpointer user_data)
{
  NewBan *self = user_data;
  HwJsonWriter *writer;

  if (error)
    {
      hw_request_fail (self->request, error);
    }
  else
    {
      enforce (self);
      writer = hw_request_begin (self->request);
      hw_json_int (writer, "ban", id);
      hw_request_end (self->request);
    }
  new_ban_free (self);
}

/* As the system writes it. (transfer full) (nullable) */
static char *
normalize_address (const char *text, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  const guint8 *bytes = address ? g_inet_address_to_bytes (address) : NULL;
  g_autoptr (GInetAddress) plain = NULL;

  /* IPv4 written as IPv6, in whatever way, is IPv4 */
  if (address && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
      && IN6_IS_ADDR_V4MAPPED ((const struct in6_addr *) bytes))
    plain = g_inet_address_new_from_bytes (bytes + 12, G_SOCKET_FAMILY_IPV4);
  if (address)
    return g_inet_address_to_string (plain ? plain : address);
  hw_error_set (error, HW_ERROR_BAD_REQUEST, "address", "That is no IP address.");
  return NULL;
}

void
hw_command_ban (HwRequest *request)
{
  const char *given_name = hw_request_get_string (request, "name");
  const char *given_address = hw_request_get_string (request, "address");
  g_autofree char *name = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  const char *text;
  gint64 until = g_get_real_time () / 1000 + hw_request_get_int (request, "minutes", 0) * 60000;
  NewBan *self;

  if (!given_name == !given_address)
    hw_error_set (&error, HW_ERROR_BAD_REQUEST, given_name ? "address" : "name",
                  "Either a name or an address is banned.");
  else if (given_name)
    name = hw_name_normalize_user (given_name, "name", &error);
  else
    address = normalize_address (given_address, &error);
  if (error || !hw_request_read_words (request, &text, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  self = g_new0 (NewBan, 1);
  self->request = hw_request_ref (request);
  self->folded = name ? hw_name_fold (name) : NULL;
  self->address = g_strdup (address);
  self->text = g_strdup (text);
  self->by = g_strdup (get_admin (request));
  hw_bans_add (request->client->server->bans, name, address, until, text, on_banned, self);
}

static void
on_done (const GError *error, gpointer user_data)
{
  g_autoptr (HwRequest) request = user_data;

  if (error)
    hw_request_fail (request, error);
  else
    hw_request_succeed (request);
}

static void
on_unbanned (const GError *error, gpointer user_data)
{
  HwRequest *request = user_data;

  if (g_error_matches (error, HW_ERROR, HW_ERROR_NO_SUCH_BAN))
    {
      hw_request_refuse (request, HW_ERROR_NO_SUCH_BAN, "ban", "There is no such ban.");
      hw_request_unref (request);
      return;
    }
  on_done (error, request);
}

void
hw_command_unban (HwRequest *request)
{
  hw_bans_remove (request->client->server->bans, hw_request_get_int (request, "ban", 0),
                  on_unbanned, hw_request_ref (request));
}

static void
write_string_or_null (HwJsonWriter *writer, const char *key, const char *value)
{
  if (*value)
    hw_json_string (writer, key, value);
  else
    hw_json_null (writer, key);
}

void
hw_command_bans (HwRequest *request)
{
  GPtrArray *bans = hw_bans_list (request->client->server->bans);
  gint64 start = hw_request_get_int (request, "start", 0);
  HwJsonWriter *writer = hw_request_begin (request);
  gboolean more = FALSE;

  hw_json_begin_array (writer, "bans");
  for (guint i = 0; i < bans->len; i++)
    {
      HwBan *ban = bans->pdata[i];

      if (ban->id <= start)
        continue;
      more = writer->out->len + BAN_ROW_MAX > HW_SERVER_LINE_MAX;
      if (more)
        break;
      hw_json_begin_object (writer, NULL);
      hw_json_int (writer, "ban", ban->id);
      write_string_or_null (writer, "name", ban->name);
      write_string_or_null (writer, "address", ban->address);
      hw_json_int (writer, "until", ban->until);
      hw_json_string (writer, "text", ban->text);
      hw_json_end_object (writer);
    }
  hw_json_end_array (writer);
  if (more)
    hw_json_bool (writer, "more", TRUE);
  hw_request_end (request);
}

void
hw_command_mute (HwRequest *request)
{
  HwServer *server = request->client->server;
  gint64 minutes = hw_request_get_int (request, "minutes", 0);
  g_autofree char *folded = hw_request_get_folded (request, "name");

  if (!folded)
    return;
  if (!hw_people_find (server->people, folded) && !hw_accounts_find (server->accounts, folded)
      && !hw_mutes_contain (server->mutes, folded))
    {
      hw_request_refuse (request, HW_ERROR_NO_SUCH_USER, "name", "Nobody here is called that.");
      return;
    }
  if (minutes == 0)
    hw_mutes_remove (server->mutes, folded);
  else
    hw_mutes_add (server->mutes, folded, g_get_monotonic_time () + minutes * G_TIME_SPAN_MINUTE);
  hw_request_succeed (request);
}

typedef struct
{
  HwRequest *request;
  HwRoom *room;
} RoomClosing;

static void
on_room_closed (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  RoomClosing *self = user_data;

  if (error)
    {
      hw_room_set_state (self->room, HW_ROOM_OPEN, error->message);
      hw_request_fail (self->request, error);
    }
  else
    {
      hw_room_publish (self->room, entry, NULL);
      hw_room_empty (self->room, "An admin has closed this room.");
      hw_log_watches_clear (self->room);
      hw_lobby_remove (self->room->lobby, self->room);
      hw_request_succeed (self->request);
    }
  hw_room_unref (self->room);
  hw_request_unref (self->request);
  g_free (self);
}

void
hw_command_room_close (HwRequest *request)
{
  HwRoom *room = hw_request_find_room (request);
  RoomClosing *self;

  if (!room)
    return;
  self = g_new0 (RoomClosing, 1);
  self->request = hw_request_ref (request);
  self->room = hw_room_ref (room);
  hw_room_set_state (room, HW_ROOM_CLOSING, "an admin closes it");
  hw_store_append (hw_lobby_get_store (room->lobby),
                   hw_log_entry_new (room->log, HW_ENTRY_CLOSED, HW_LEFT_NONE, get_admin (request),
                                     "", "", "", ""),
                   on_room_closed, self);
}

void
hw_command_announce (HwRequest *request)
{
  const char *text = hw_request_get_string (request, "text");
  g_autoptr (GError) error = NULL;
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;

  if (!hw_text_check (text, "text", &error))
    {
      hw_request_fail (request, error);
      return;
    }
  hw_event_begin (&writer, "announcement");
  hw_json_string (&writer, "text", text);
  hw_json_int (&writer, "at", g_get_real_time () / 1000);
  event = hw_event_end (&writer);
  hw_lobby_flush (request->client->server->lobby);
  for (HwClient *client = request->client->server->clients; client; client = client->next)
    if (client->hello)
      hw_client_send (client, event);
  hw_request_succeed (request);
}
