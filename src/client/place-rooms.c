/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rooms of a place: the list that follows the server's, and the rooms we are in. A room is one
 * object for as long as it is in either. */

#include "hallway-config.h"

#include "clean.h"
#include "place-private.h"
#include "room-private.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <glib/gi18n-lib.h>

/* Rooms listed at most: no window shows more, and a hostile server could name them without end. */
#define ROOMS_MAX 20000

/**
 * hw_place_init_rooms:
 * @self: a place in its making
 */
void
hw_place_init_rooms (HwPlace *self)
{
  self->rooms = g_list_store_new (HW_TYPE_ROOM);
  self->joined = g_list_store_new (HW_TYPE_ROOM);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->to_leave = g_ptr_array_new_with_free_func (g_free);
  self->watched = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_signal_connect_object (self->joined, "items-changed", G_CALLBACK (hw_place_keep_session), self,
                           G_CONNECT_SWAPPED);
}

/**
 * hw_place_find_room:
 * @self: a place
 * @name: a room's name in any spelling
 *
 * Returns: (transfer none) (nullable): the room, if it is listed or joined
 */
HwRoom *
hw_place_find_room (HwPlace *self, const char *name)
{
  g_autofree char *folded = NULL;

  g_return_val_if_fail (HW_IS_PLACE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  folded = hw_name_fold (name);
  return folded ? g_hash_table_lookup (self->by_name, folded) : NULL;
}

/**
 * hw_place_ensure_room:
 * @self: a place
 * @name: a room's name as somebody spells it
 *
 * Returns: (transfer none): the room of that name, made if there was none
 */
HwRoom *
hw_place_ensure_room (HwPlace *self, const char *name)
{
  g_autofree char *clean = hw_clean_name (name, HW_ROOM_NAME_MAX);
  HwRoom *room = hw_place_find_room (self, clean);

  if (room)
    return room;
  room = hw_room_new (self, clean);
  g_hash_table_insert (self->by_name, (char *) hw_room_get_folded (room), room);
  return room;
}

/**
 * hw_place_is_joined:
 * @self: a place
 * @room: one of its rooms
 *
 * Returns: whether it is in "joined"
 */
gboolean
hw_place_is_joined (HwPlace *self, HwRoom *room)
{
  return g_list_store_find (self->joined, room, NULL);
}

/**
 * hw_place_release_room:
 * @self: a place
 * @room: one of its rooms
 *
 * Lets go of it, if it is in no list any more and nobody is on the way in.
 */
void
hw_place_release_room (HwPlace *self, HwRoom *room)
{
  if (room->listed == 0 && room->state != HW_ROOM_JOINING && !hw_place_is_joined (self, room))
    g_hash_table_remove (self->by_name, hw_room_get_folded (room));
}

static int
compare_rooms (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (hw_room_get_folded ((HwRoom *) a), hw_room_get_folded ((HwRoom *) b));
}

static void
list_room (HwPlace *self, HwRoom *room)
{
  if (room->listed == 0)
    g_list_store_insert_sorted (self->rooms, room, compare_rooms, NULL);
  room->listed = self->rooms_round;
}

static void
unlist_room (HwPlace *self, HwRoom *room)
{
  G_GNUC_UNUSED g_autoptr (HwRoom) alive = g_object_ref (room);
  guint position;

  if (room->listed == 0)
    return;
  room->listed = 0;
  if (g_list_store_find (self->rooms, room, &position))
    g_list_store_remove (self->rooms, position);
  hw_place_release_room (self, room);
}

/**
 * hw_place_take_room:
 * @self: a place
 * @row: (transfer none): a row of "rooms", or the event "room"
 * @error: (nullable): return location
 *
 * Returns: %FALSE if @row breaks the protocol
 */
gboolean
hw_place_take_room (HwPlace *self, JsonObject *row, GError **error)
{
  const char *name = NULL;
  HwRoom *room;

  if (!hw_message_get_string (row, "room", &name, error))
    return FALSE;
  if (!hw_place_find_room (self, name)
      && g_list_model_get_n_items (G_LIST_MODEL (self->rooms)) >= ROOMS_MAX)
    return TRUE;
  room = hw_place_ensure_room (self, name);
  if (!hw_room_take_row (room, row, error))
    {
      hw_place_release_room (self, room);
      return FALSE;
    }
  list_room (self, room);
  return TRUE;
}

/**
 * hw_place_take_room_gone:
 * @self: a place
 * @name: the room that is no more
 */
void
hw_place_take_room_gone (HwPlace *self, const char *name)
{
  HwRoom *room = hw_place_find_room (self, name);

  if (room)
    unlist_room (self, room);
}

static void ask_rooms (HwPlace *self, const char *start);

static void
on_rooms (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  HwPlace *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *start = NULL;
  JsonArray *rows = NULL;
  gboolean more = FALSE;
  guint n_rows;

  if (refusal)
    return;
  if (!hw_message_get_array (reply, "rooms", &rows, &error)
      || !hw_message_get_bool_opt (reply, "more", &more, &error))
    {
      hw_place_violated (self, error);
      return;
    }
  n_rows = json_array_get_length (rows);
  for (guint i = 0; i < n_rows; i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      const char *name = NULL;

      if (!JSON_NODE_HOLDS_OBJECT (node)
          || !hw_place_take_room (self, json_node_get_object (node), &error))
        {
          if (!error)
            error = hw_error_new (HW_ERROR_BAD_REQUEST, "rooms", "A room is an object.");
          hw_place_violated (self, error);
          return;
        }
      if (i + 1 == n_rows
          && hw_message_get_string (json_node_get_object (node), "room", &name, NULL))
        start = g_strdup (name);
    }
  self->rooms_got += n_rows;
  if (more && start && self->rooms_got < ROOMS_MAX)
    {
      ask_rooms (self, start);
      return;
    }
  /* What was in no page is gone. */
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->rooms)); i-- > 0;)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (G_LIST_MODEL (self->rooms), i);

      if (room->listed != self->rooms_round)
        unlist_room (self, room);
    }
}

static void
ask_rooms (HwPlace *self, const char *start)
{
  HwRequest *request = hw_requests_begin (self->requests, "rooms");

  hw_json_bool (&request->fields, "watch", TRUE);
  if (start)
    hw_json_string (&request->fields, "start", start);
  hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_rooms, self);
}

/**
 * hw_place_watch_rooms:
 * @self: a place that is logged in
 *
 * Asks for the list of rooms, and to be told of every change.
 */
void
hw_place_watch_rooms (HwPlace *self)
{
  self->rooms_round++;
  self->rooms_got = 0;
  ask_rooms (self, NULL);
}

/**
 * hw_place_rooms_offline:
 * @self: a place whose link is gone
 * @state: what becomes of the rooms we are in: %HW_ROOM_JOINING if we mean to come back
 */
void
hw_place_rooms_offline (HwPlace *self, HwRoomState state)
{
  hw_place_set_boolean (self, &self->admin, FALSE, HW_PLACE_PROP_ADMIN);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->joined)); i++)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (G_LIST_MODEL (self->joined), i);

      if (room->state != HW_ROOM_REMOVED)
        hw_room_set_state (room, state, NULL);
    }
}

/**
 * hw_place_room_left:
 * @self: a place
 * @room: one of its rooms
 * @state: %HW_ROOM_OUTSIDE: it goes out of "joined"; %HW_ROOM_REMOVED: it stays there to be read
 * @reason: (nullable): why, for the person
 */
void
hw_place_room_left (HwPlace *self, HwRoom *room, HwRoomState state, const char *reason)
{
  G_GNUC_UNUSED g_autoptr (HwRoom) alive = g_object_ref (room);
  guint position;

  hw_room_set_password (room, NULL);
  hw_room_set_state (room, state, reason);
  /* What is on disk waits for the next time in this room. */
  if (state != HW_ROOM_OUTSIDE || !hw_outbox_is_open (self->outbox))
    hw_place_give_up_outbox (self, room,
                             reason ? reason : _ ("You left this room before it was sent."));
  if (state != HW_ROOM_OUTSIDE)
    return;
  if (g_list_store_find (self->joined, room, &position))
    g_list_store_remove (self->joined, position);
  hw_place_release_room (self, room);
}

/**
 * hw_place_leave_all:
 * @self: a place that was left
 *
 * Forgets all rooms.
 */
void
hw_place_leave_all (HwPlace *self)
{
  g_ptr_array_set_size (self->to_leave, 0);
  while (g_list_model_get_n_items (G_LIST_MODEL (self->joined)) > 0)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (G_LIST_MODEL (self->joined), 0);

      hw_place_room_left (self, room, HW_ROOM_OUTSIDE, NULL);
    }
  while (g_list_model_get_n_items (G_LIST_MODEL (self->rooms)) > 0)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (G_LIST_MODEL (self->rooms), 0);

      unlist_room (self, room);
    }
}
