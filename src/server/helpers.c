/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What handlers of several commands need: whom and what a request's fields name, refused in the
 * same words everywhere. */

#include "helpers.h"

#include "protocol/limits.h"
#include "protocol/name.h"
#include "server.h"

#include <string.h>

/* Bytes of a member's row at most, so that a list ends before its line is full. */
#define MEMBER_ROW_MAX 512

/**
 * hw_request_find_room:
 * @self: a request with the field "room"
 *
 * Refuses the request if there is no such room.
 *
 * Returns: (transfer none) (nullable): the room, which is open
 */
HwRoom *
hw_request_find_room (HwRequest *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name
      = hw_name_normalize_room (hw_request_get_string (self, "room"), "room", &error);
  g_autofree char *folded = NULL;
  HwRoom *room;

  if (!name)
    {
      hw_request_fail (self, error);
      return NULL;
    }
  folded = hw_name_fold (name);
  room = hw_lobby_find (self->client->server->lobby, folded);
  if (room && room->state == HW_ROOM_OPEN)
    return room;
  hw_request_refuse (self, HW_ERROR_NO_SUCH_ROOM, "room", "There is no room called %s.", name);
  return NULL;
}

/**
 * hw_request_find_membership:
 * @self: a request with the field "room" of a person who is logged in
 *
 * Refuses the request if there is no such room, or the person is not in it.
 *
 * Returns: (transfer none) (nullable): the membership
 */
HwMember *
hw_request_find_membership (HwRequest *self)
{
  const char *name = hw_request_get_string (self, "room");
  HwSession *session = self->client->session;
  HwMember *member;
  HwRoom *room;

  /* Nearly always the name is written as it was given */
  for (member = session->members; member; member = member->next)
    if (member->state == HW_MEMBER_IN && member->room->state == HW_ROOM_OPEN
        && g_str_equal (member->room->name, name))
      return member;

  room = hw_request_find_room (self);
  if (!room)
    return NULL;
  member = hw_member_find (room, session);
  if (member && member->state == HW_MEMBER_IN)
    return member;
  hw_request_refuse (self, HW_ERROR_NOT_MEMBER, "room", "You are not in %s.", room->name);
  return NULL;
}

/**
 * hw_request_get_folded:
 * @self: a request
 * @field: a field that must be there, with somebody's name
 *
 * Refuses the request if that can be nobody's name.
 *
 * Returns: (transfer full) (nullable): the name, folded
 */
char *
hw_request_get_folded (HwRequest *self, const char *field)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name
      = hw_name_normalize_user (hw_request_get_string (self, field), field, &error);

  if (name)
    return hw_name_fold (name);
  hw_request_fail (self, error);
  return NULL;
}

/**
 * hw_request_get_start:
 * @self: a request for a list by name
 *
 * Returns: (transfer full) (nullable): the folded name that the list goes on after
 */
char *
hw_request_get_start (HwRequest *self)
{
  const char *start = hw_request_get_string (self, "start");

  return start ? hw_name_fold (start) : NULL;
}

/**
 * hw_request_find_session:
 * @self: a request
 * @field: the field that has a name
 *
 * Refuses the request if nobody of that name is here.
 *
 * Returns: (transfer none) (nullable): who it is, here or in grace
 */
HwSession *
hw_request_find_session (HwRequest *self, const char *field)
{
  g_autofree char *folded = hw_request_get_folded (self, field);
  HwSession *session = folded ? hw_people_find (self->client->server->people, folded) : NULL;

  if (folded && !session)
    hw_request_refuse (self, HW_ERROR_NO_SUCH_USER, field, "Nobody here is called that.");
  return session;
}

/**
 * hw_request_read_words:
 * @self: a request with the field "text", which may be missing or empty
 * @words: (out) (transfer none): the words that go with it; empty where there are none
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Returns: whether they are a text like any other
 */
gboolean
hw_request_read_words (HwRequest *self, const char **words, GError **error)
{
  *words = hw_request_get_string (self, "text");
  if (!*words)
    *words = "";
  return !**words || hw_text_check (*words, "text", error);
}

/**
 * hw_room_write_members:
 * @self: a room
 * @writer: inside an object
 * @start: (nullable): a folded name, there or not; only those after it
 * @limit: how many at most
 *
 * Writes the field "members", cut to fit.
 *
 * Returns: whether any were cut off
 */
gboolean
hw_room_write_members (HwRoom *self, HwJsonWriter *writer, const char *start, guint limit)
{
  gboolean more = FALSE;

  hw_json_begin_array (writer, "members");
  for (guint i = 0; i < self->members->len; i++)
    {
      HwMember *member = self->members->pdata[i];

      if (start && strcmp (member->session->folded, start) <= 0)
        continue;
      more = limit == 0 || writer->out->len + MEMBER_ROW_MAX > HW_SERVER_LINE_MAX;
      if (more)
        break;
      limit--;
      hw_json_begin_object (writer, NULL);
      hw_session_write_row (writer, member->session);
      hw_json_end_object (writer);
    }
  hw_json_end_array (writer);
  return more;
}
