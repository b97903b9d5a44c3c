/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lobby and its rooms: looking, opening, going in and out. */

#include "commands.h"
#include "helpers.h"
#include "join.h"
#include "password.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "server.h"

/* Bytes of a row at most, so that a list ends before its line is full. */
#define ROOM_ROW_MAX 1024

typedef struct
{
  HwJsonWriter *writer;
  gboolean more;
} RoomList;

static gboolean
write_room (HwRoom *room, gpointer user_data)
{
  RoomList *list = user_data;

  list->more = list->writer->out->len + ROOM_ROW_MAX > HW_SERVER_LINE_MAX;
  if (list->more)
    return FALSE;
  hw_json_begin_object (list->writer, NULL);
  hw_lobby_write_row (list->writer, room);
  hw_json_end_object (list->writer);
  return TRUE;
}

void
hw_command_rooms (HwRequest *request)
{
  HwClient *client = request->client;
  HwLobby *lobby = client->server->lobby;
  g_autofree char *start = hw_request_get_start (request);
  RoomList list = { 0 };

  hw_lobby_watch (lobby, client, hw_request_get_bool (request, "watch", client->watching));
  list.writer = hw_request_begin (request);
  hw_json_begin_array (list.writer, "rooms");
  hw_lobby_foreach (lobby, start, write_room, &list);
  hw_json_end_array (list.writer);
  if (list.more)
    hw_json_bool (list.writer, "more", TRUE);
  hw_request_end (request);
}

void
hw_command_leave (HwRequest *request)
{
  HwMember *member = hw_request_find_membership (request);
  HwParting *parting;

  if (!member)
    return;
  parting = hw_parting_new (HW_ENTRY_LEFT, HW_LEFT_LEFT, "", "", request);
  hw_member_part (member, parting);
  hw_parting_unref (parting);
}

void
hw_command_members (HwRequest *request)
{
  HwRoom *room = hw_request_find_room (request);
  g_autofree char *start = hw_request_get_start (request);
  HwMember *own;
  HwJsonWriter *writer;

  if (!room)
    return;
  own = hw_member_find (room, request->client->session);
  if (room->password && !(own && own->state == HW_MEMBER_IN))
    {
      hw_request_refuse (request, HW_ERROR_NOT_MEMBER, "room", "Only who is in %s sees who is.",
                         room->name);
      return;
    }
  writer = hw_request_begin (request);
  if (hw_room_write_members (room, writer, start, G_MAXUINT))
    hw_json_bool (writer, "more", TRUE);
  hw_request_end (request);
}

/* A room on its way to the disk. */
typedef struct
{
  HwRequest *request;
  HwRoom *room;
  HwMember *member;
  char *topic;
} Creation;

static void
creation_free (Creation *self)
{
  hw_request_unref (self->request);
  hw_member_unref (self->member);
  hw_room_unref (self->room);
  g_free (self->topic);
  g_free (self);
}

static void
give_up (Creation *self, const GError *error)
{
  hw_member_turn_away (self->member);
  hw_lobby_remove (self->room->lobby, self->room);
  hw_request_fail (self->request, error);
  creation_free (self);
}

static void
on_renamed (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  g_autoptr (HwRoom) room = user_data;

  if (!error)
    hw_room_publish (room, entry, NULL);
}

static void
on_created (const HwLogInfo *info,
            HwLogEntry *created,
            HwLogEntry *joined,
            const GError *error,
            gpointer user_data)
{
  Creation *self = user_data;

  if (error)
    {
      give_up (self, error);
      return;
    }
  hw_lobby_open (self->room->lobby, self->room, info);
  hw_recent_add (&self->room->recent, created);
  hw_recent_add (&self->room->recent, joined);
  /* Its creator has taken another name meanwhile, by a connection that took over from this one */
  if (!g_str_equal (joined->from, self->member->session->name))
    hw_store_append (self->request->client->server->store,
                     hw_log_entry_new (self->room->log, HW_ENTRY_RENAMED, HW_LEFT_NONE,
                                       joined->from, "", self->member->session->name, "", ""),
                     on_renamed, hw_room_ref (self->room));
  hw_member_let_in (self->member);
  hw_join_answer (self->request, self->member, NULL);
  creation_free (self);
}

static void
create (Creation *self, const char *password_hash)
{
  hw_store_create_log (self->request->client->server->store, self->room->name, self->topic,
                       password_hash, self->member->session->name, on_created, self);
}

static void
on_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Creation *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = hw_password_hash_finish (result, &error);

  if (!hash)
    give_up (self, error);
  else if (self->request->client->server->closing)
    {
      g_clear_error (&error);
      error = hw_error_new (HW_ERROR_CLOSING, NULL, "The server is closing.");
      give_up (self, error);
    }
  else
    create (self, hash);
}

void
hw_command_create (HwRequest *request)
{
  HwClient *client = request->client;
  HwLobby *lobby = client->server->lobby;
  const char *topic = hw_request_get_string (request, "topic");
  const char *password = hw_request_get_string (request, "password");
  g_autoptr (GError) error = NULL;
  g_autofree char *name
      = hw_name_normalize_room (hw_request_get_string (request, "room"), "room", &error);
  g_autofree char *clean_topic
      = name ? hw_name_normalize_topic (topic ? topic : "", "topic", &error) : NULL;
  g_autofree char *folded = clean_topic ? hw_name_fold (name) : NULL;
  Creation *self;

  if (!folded || !hw_password_is_bounded (password, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  if (hw_lobby_find (lobby, folded))
    {
      hw_request_refuse (request, HW_ERROR_ROOM_EXISTS, "room", "There is a room called %s.", name);
      return;
    }
  self = g_new0 (Creation, 1);
  self->request = hw_request_ref (request);
  self->room = hw_room_ref (hw_lobby_reserve (lobby, name));
  self->member = hw_member_ref (hw_member_new (self->room, client->session));
  self->topic = g_steal_pointer (&clean_topic);
  if (password)
    hw_password_hash_async (password, NULL, on_hashed, self);
  else
    create (self, NULL);
}
