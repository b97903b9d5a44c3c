/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rooms of a place: the list that follows the server's, the rooms we are in, and going into,
 * out of and back into them. A room is one object for as long as it is in either list. */

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

/* Milliseconds within which changes of people are counted together. */
#define COUNT_REST 100

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

static HwRoom *
ensure_room (HwPlace *self, const char *name)
{
  g_autofree char *clean = hw_clean_name (name, HW_ROOM_NAME_MAX);
  HwRoom *room = hw_place_find_room (self, clean);

  if (room)
    return room;
  room = hw_room_new (self, clean);
  g_hash_table_insert (self->by_name, (char *) hw_room_get_folded (room), room);
  return room;
}

static gboolean
is_joined (HwPlace *self, HwRoom *room)
{
  return g_list_store_find (self->joined, room, NULL);
}

/* Lets go of a room that is in no list any more. */
static void
release_room (HwPlace *self, HwRoom *room)
{
  if (room->listed == 0 && room->state != HW_ROOM_JOINING && !is_joined (self, room))
    g_hash_table_remove (self->by_name, hw_room_get_folded (room));
}

static gboolean
on_count_people (gpointer user_data)
{
  HwPlace *self = user_data;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rooms));
  guint64 sum = 0;

  self->count_source = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (G_LIST_MODEL (self->rooms), i);

      sum += hw_room_get_n_members (room);
    }
  if (self->n_people != MIN (sum, G_MAXINT))
    {
      self->n_people = MIN (sum, G_MAXINT);
      hw_place_notify (self, HW_PLACE_PROP_N_PEOPLE);
    }
  return G_SOURCE_REMOVE;
}

static void
count_people (HwPlace *self)
{
  if (!self->count_source)
    self->count_source = g_timeout_add (COUNT_REST, on_count_people, self);
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
    {
      g_list_store_insert_sorted (self->rooms, room, compare_rooms, NULL);
      g_signal_connect_object (room, "notify::n-members", G_CALLBACK (count_people), self,
                               G_CONNECT_SWAPPED);
    }
  room->listed = self->rooms_round;
  count_people (self);
}

static void
unlist_room (HwPlace *self, HwRoom *room)
{
  g_autoptr (HwRoom) alive = g_object_ref (room);
  guint position;

  if (room->listed == 0)
    return;
  room->listed = 0;
  g_signal_handlers_disconnect_by_func (room, count_people, self);
  if (g_list_store_find (self->rooms, room, &position))
    g_list_store_remove (self->rooms, position);
  count_people (self);
  release_room (self, room);
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
  room = ensure_room (self, name);
  if (!hw_room_take_row (room, row, error))
    {
      release_room (self, room);
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
  if (more && start && g_list_model_get_n_items (G_LIST_MODEL (self->rooms)) < ROOMS_MAX)
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
  ask_rooms (self, NULL);
}

/* Going into a room, new, for the first time or again. */
typedef struct
{
  HwPlace *place; /* not owned: its requests end before it does */
  HwRoom *room;   /* owned */
  GTask *task;    /* (nullable) (owned): none when coming back by ourselves */
  char *password; /* (nullable) (owned) */
  gboolean again;
} Join;

static void
join_free (Join *join)
{
  g_clear_object (&join->room);
  g_clear_object (&join->task);
  hw_secret_free (join->password);
  g_free (join);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Join, join_free)

/* The server's spelling of the name counts, should it and we fold names differently. */
static gboolean
take_name (HwPlace *self, Join *join, JsonObject *reply, GError **error)
{
  const char *name = NULL;
  g_autofree char *clean = NULL;
  HwRoom *room;

  if (!hw_message_get_string (reply, "room", &name, error))
    return FALSE;
  clean = hw_clean_name (name, HW_ROOM_NAME_MAX);
  room = ensure_room (self, clean);
  if (room != join->room)
    {
      hw_room_set_state (join->room, HW_ROOM_OUTSIDE, NULL);
      release_room (self, join->room);
      g_set_object (&join->room, room);
    }
  hw_room_set_name (room, clean);
  return TRUE;
}

static void
on_join_failed (HwPlace *self, Join *join, const GError *error)
{
  if (join->again && is_joined (self, join->room))
    {
      /* When the link is lost, the next one tries again. */
      if (self->step == HW_STEP_READY)
        hw_place_room_left (self, join->room, HW_ROOM_REMOVED, error->message);
    }
  else if (join->room->state == HW_ROOM_JOINING && !is_joined (self, join->room))
    {
      hw_room_set_state (join->room, HW_ROOM_OUTSIDE, NULL);
      release_room (self, join->room);
    }
  else if (join->room->state == HW_ROOM_JOINING && self->step == HW_STEP_READY)
    hw_place_room_left (self, join->room, HW_ROOM_REMOVED, error->message);
  if (join->task)
    g_task_return_error (join->task, g_error_copy (error));
}

static void
on_join (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  g_autoptr (Join) join = user_data;
  g_autoptr (GError) error = NULL;
  HwPlace *self = join->place;

  if (refusal)
    {
      on_join_failed (self, join, refusal);
      return;
    }
  if (!take_name (self, join, reply, &error)
      || !hw_room_take_join (join->room, reply, join->again, &error))
    {
      on_join_failed (self, join, error);
      hw_place_violated (self, error);
      return;
    }
  hw_room_set_password (join->room, join->password);
  if (!is_joined (self, join->room))
    g_list_store_append (self->joined, join->room);
  hw_room_set_state (join->room, HW_ROOM_INSIDE, NULL);
  hw_room_start_log (join->room);
  hw_place_pump_outbox (self);
  if (join->task)
    g_task_return_pointer (join->task, g_object_ref (join->room), g_object_unref);
}

static void
start_join (HwPlace *self,
            HwRoom *room,
            const char *op,
            const char *topic,
            const char *password,
            gboolean again,
            GTask *task)
{
  HwRequest *request = hw_requests_begin (self->requests, op);
  Join *join = g_new0 (Join, 1);
  gboolean has_after = FALSE;
  guint64 after = again ? hw_room_get_resume_after (room, &has_after) : 0;

  join->place = self;
  join->room = g_object_ref (room);
  join->task = task ? g_object_ref (task) : NULL;
  join->password = g_strdup (password);
  join->again = has_after;
  if (room->state != HW_ROOM_INSIDE)
    hw_room_set_state (room, HW_ROOM_JOINING, NULL);
  hw_json_string (&request->fields, "room", hw_room_get_name (room));
  if (topic && *topic)
    hw_json_string (&request->fields, "topic", topic);
  if (password && *password)
    hw_json_string (&request->fields, "password", password);
  if (has_after)
    hw_json_int (&request->fields, "after", after);
  if (!g_str_equal (op, "create"))
    hw_json_int (&request->fields, "history",
                 has_after ? self->page_max : MIN (self->page_max, HW_HISTORY_PAGE));
  hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_join, join);
}

/* Checks what can be known before asking. */
static HwRoom *
prepare (HwPlace *self, GTask *task, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *normal = hw_name_normalize_room (name, "room", &error);

  if (normal && self->step != HW_STEP_READY)
    error = hw_error_new (HW_ERROR_FAILED, NULL, _ ("You are not connected."));
  if (error)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return NULL;
    }
  return ensure_room (self, normal);
}

/**
 * hw_place_join_async:
 * @self: a place
 * @room: a room's name
 * @password: (nullable): of a locked room
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Goes into a room. While we are in it nothing is asked.
 */
void
hw_place_join_async (HwPlace *self,
                     const char *room,
                     const char *password,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  HwRoom *object;

  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (room != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_place_join_async);
  object = prepare (self, task, room);
  if (!object)
    return;
  if (object->state == HW_ROOM_INSIDE)
    {
      g_task_return_pointer (task, g_object_ref (object), g_object_unref);
      return;
    }
  start_join (self, object, "join", NULL, password, FALSE, task);
}

/**
 * hw_place_join_finish:
 * @self: a place
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): the room, inside
 */
HwRoom *
hw_place_join_finish (HwPlace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hw_place_create_async:
 * @self: a place
 * @room: a name that no room has
 * @topic: (nullable): what it is to be about
 * @password: (nullable): locks it
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Makes a room and goes in.
 */
void
hw_place_create_async (HwPlace *self,
                       const char *room,
                       const char *topic,
                       const char *password,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  HwRoom *object;

  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (room != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_place_create_async);
  object = prepare (self, task, room);
  if (object)
    start_join (self, object, "create", topic, password, FALSE, task);
}

/**
 * hw_place_create_finish:
 * @self: a place
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): the room, inside
 */
HwRoom *
hw_place_create_finish (HwPlace *self, GAsyncResult *result, GError **error)
{
  return hw_place_join_finish (self, result, error);
}

static void
on_left_late (JsonObject *reply, const GError *error, gpointer user_data)
{
}

/**
 * hw_place_rejoin:
 * @self: a place that is logged in
 * @resumed: whether the server still had us in our rooms
 *
 * Goes back into the rooms we were in, and out of those that were left meanwhile.
 */
void
hw_place_rejoin (HwPlace *self, gboolean resumed)
{
  g_autoptr (GPtrArray) to_leave = g_steal_pointer (&self->to_leave);

  self->to_leave = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; resumed && i < to_leave->len; i++)
    {
      HwRequest *request = hw_requests_begin (self->requests, "leave");

      hw_json_string (&request->fields, "room", to_leave->pdata[i]);
      hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_left_late, NULL);
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->joined)); i++)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (G_LIST_MODEL (self->joined), i);

      if (room->state == HW_ROOM_JOINING)
        start_join (self, room, "join", NULL, room->password, TRUE, NULL);
    }
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
  g_autoptr (HwRoom) alive = g_object_ref (room);
  guint position;

  hw_room_set_password (room, NULL);
  hw_room_set_state (room, state, reason);
  hw_place_give_up_outbox (self, room,
                           reason ? reason : _ ("You left this room before it was sent."));
  if (state != HW_ROOM_OUTSIDE)
    return;
  if (g_list_store_find (self->joined, room, &position))
    g_list_store_remove (self->joined, position);
  release_room (self, room);
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

static void
on_leave (JsonObject *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HwRoom *room = g_task_get_source_object (task);

  /* Whoever is not in it has left, too. */
  if (error && !g_error_matches (error, HW_ERROR, HW_ERROR_NOT_MEMBER)
      && !g_error_matches (error, HW_ERROR, HW_ERROR_NO_SUCH_ROOM))
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  if (room->place && room->state != HW_ROOM_OUTSIDE)
    hw_place_room_left (room->place, room, HW_ROOM_OUTSIDE, NULL);
  g_task_return_boolean (task, TRUE);
}

/**
 * hw_room_leave_async:
 * @self: a room
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Goes out of the room. Without a link it is left at once, and the server is told when the link is
 * back. A room that we were removed from is only taken out of "joined".
 */
void
hw_room_leave_async (HwRoom *self,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  HwRequest *request;
  HwPlace *place;

  g_return_if_fail (HW_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_room_leave_async);
  place = self->place;
  if (!place || self->state == HW_ROOM_REMOVED || self->state == HW_ROOM_OUTSIDE
      || place->step != HW_STEP_READY)
    {
      if (place && self->state == HW_ROOM_JOINING)
        g_ptr_array_add (place->to_leave, g_strdup (self->name));
      if (place)
        hw_place_room_left (place, self, HW_ROOM_OUTSIDE, NULL);
      g_task_return_boolean (task, TRUE);
      return;
    }
  request = hw_requests_begin (place->requests, "leave");
  hw_json_string (&request->fields, "room", self->name);
  hw_requests_send (place->requests, request, HW_REQUEST_NORMAL, on_leave, g_steal_pointer (&task));
}

/**
 * hw_room_leave_finish:
 * @self: a room
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: whether it was left
 */
gboolean
hw_room_leave_finish (HwRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
