/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Going into rooms, new or known, back into them after a lost link, and out of them. */

#include "hallway-config.h"

#include "clean.h"
#include "place-private.h"
#include "room-private.h"
#include "server-words.h"
#include "transfers-private.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

/* Going into a room, new, for the first time or again. */
typedef struct
{
  HwPlace *place;     /* not owned: its requests end before it does */
  HwRoom *room;       /* owned */
  GTask *task;        /* (nullable) (owned): none when coming back by ourselves */
  GSource *cancelled; /* (nullable) (owned) */
  char *password;     /* (nullable) (owned) */
  gboolean again;
  gboolean unwanted; /* who asked does not wait any more */
  gboolean looked;   /* for a password that is remembered */
  char *topic;       /* (nullable): of a new room */
  GError *refusal;   /* (nullable): while it is looked for */
} Join;

static void
join_free (Join *join)
{
  if (join->cancelled)
    g_source_destroy (join->cancelled);
  g_clear_pointer (&join->cancelled, g_source_unref);
  g_clear_object (&join->room);
  g_clear_object (&join->task);
  hw_secret_free (join->password);
  g_clear_error (&join->refusal);
  g_free (join->topic);
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
  room = hw_place_ensure_room (self, clean);
  if (room != join->room)
    {
      hw_room_set_state (join->room, HW_ROOM_OUTSIDE, NULL);
      hw_place_release_room (self, join->room);
      g_set_object (&join->room, room);
    }
  hw_room_set_name (room, clean);
  return TRUE;
}

static void
on_join_failed (HwPlace *self, Join *join, const GError *error)
{
  if (join->again && hw_place_is_joined (self, join->room))
    {
      /* When the link is lost, the next one tries again. */
      if (self->step == HW_STEP_READY)
        hw_place_room_left (self, join->room, HW_ROOM_REMOVED, error->message);
    }
  else if (join->room->state == HW_ROOM_JOINING && !hw_place_is_joined (self, join->room))
    {
      hw_room_set_state (join->room, HW_ROOM_OUTSIDE, NULL);
      hw_place_release_room (self, join->room);
    }
  else if (join->room->state == HW_ROOM_JOINING && self->step == HW_STEP_READY)
    hw_place_room_left (self, join->room, HW_ROOM_REMOVED, error->message);
  if (join->task)
    g_task_return_error (join->task, g_error_copy (error));
}

static void send_join (HwPlace *self, Join *join, const char *op);

static void
on_room_password (HwPlace *self, const char *password, gboolean linked, gpointer user_data)
{
  g_autoptr (Join) join = user_data;

  if (!password || !linked || join->unwanted || self->step != HW_STEP_READY)
    {
      on_join_failed (self, join, join->refusal);
      return;
    }
  join->password = g_strdup (password);
  join->room->kept_password = TRUE;
  send_join (self, g_steal_pointer (&join), "join");
}

/* Whether the password that is missing may be one that is remembered. */
static gboolean
looks_up_password (HwPlace *self, Join *join, const GError *refusal)
{
  if (!g_error_matches (refusal, HW_ERROR, HW_ERROR_ROOM_PASSWORD) || join->password
      || join->looked)
    return FALSE;
  join->looked = TRUE;
  join->refusal = g_error_copy (refusal);
  return hw_place_look_up_password (self, HW_SECRET_ROOM, hw_room_get_name (join->room),
                                    on_room_password, join);
}

static void
on_join (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  g_autoptr (Join) join = user_data;
  g_autoptr (GError) error = NULL;
  HwPlace *self = join->place;

  if (refusal)
    {
      if (looks_up_password (self, join, refusal))
        {
          g_steal_pointer (&join);
          return;
        }
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
  if (!hw_place_is_joined (self, join->room))
    g_list_store_append (self->joined, join->room);
  hw_room_set_state (join->room, HW_ROOM_INSIDE, NULL);
  hw_transfers_enter_room (self->transfers, hw_room_get_name (join->room),
                           hw_room_get_n_members (join->room) <= 1);
  hw_room_start_log (join->room);
  hw_place_show_waiting (self, join->room);
  hw_place_pump_outbox (self);
  if (join->task && g_cancellable_is_cancelled (g_task_get_cancellable (join->task)))
    join->unwanted = TRUE;
  if (join->task)
    g_task_return_pointer (join->task, g_object_ref (join->room), g_object_unref);
  if (join->unwanted)
    hw_room_leave_async (join->room, NULL, NULL, NULL);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Join *join = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&join->task);

  join->unwanted = TRUE;
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (Join *join)
{
  GCancellable *cancellable = join->task ? g_task_get_cancellable (join->task) : NULL;

  if (!cancellable)
    return;
  join->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (join->cancelled, G_SOURCE_FUNC (on_cancelled), join, NULL);
  g_source_attach (join->cancelled, NULL);
}

static void
send_join (HwPlace *self, Join *join, const char *op)
{
  HwRequest *request = hw_requests_begin (self->requests, op);
  HwRoom *room = join->room;
  guint64 after = join->again ? hw_room_get_resume_after (room, &join->again) : 0;

  hw_json_string (&request->fields, "room", hw_room_get_name (room));
  if (join->topic && *join->topic)
    hw_json_string (&request->fields, "topic", join->topic);
  if (join->password && *join->password)
    hw_json_string (&request->fields, "password", join->password);
  if (join->again)
    hw_json_int (&request->fields, "after", after);
  if (!g_str_equal (op, "create"))
    hw_json_int (&request->fields, "history",
                 join->again ? self->page_max : MIN (self->page_max, HW_HISTORY_PAGE));
  hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_join, join);
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
  Join *join = g_new0 (Join, 1);

  join->place = self;
  join->room = g_object_ref (room);
  join->task = task ? g_object_ref (task) : NULL;
  join->password = password && *password ? g_strdup (password) : NULL;
  join->topic = g_strdup (topic);
  join->again = again;
  watch_cancellable (join);
  if (room->state != HW_ROOM_INSIDE)
    hw_room_set_state (room, HW_ROOM_JOINING, NULL);
  send_join (self, join, op);
}

/* Goes into @name by @op, once it is sure that this can be asked. */
static void
set_out (HwPlace *self,
         const char *op,
         const char *name,
         const char *topic,
         const char *password,
         GTask *task)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *normal = hw_name_normalize_room (name, "room", &error);
  HwRoom *room;

  if (!normal)
    {
      hw_server_words_translate_error (error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!hw_place_can_ask (self, task))
    return;
  room = hw_place_ensure_room (self, normal);
  if (room->state == HW_ROOM_INSIDE && g_str_equal (op, "join"))
    g_task_return_pointer (task, g_object_ref (room), g_object_unref);
  else
    start_join (self, room, op, topic, password, FALSE, task);
}

/**
 * hw_place_join_async:
 * @self: a place
 * @room: a room's name
 * @password: (nullable): of a locked room
 * @cancellable: (nullable): to stop waiting; if we get in all the same, the room is left again
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

  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (room != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_place_join_async);
  set_out (self, "join", room, NULL, password, task);
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
 * @cancellable: (nullable): to stop waiting; if we get in all the same, the room is left again
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

  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (room != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_place_create_async);
  set_out (self, "create", room, topic, password, task);
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
 * hw_place_enter_again:
 * @self: a place that is logged in
 * @room: one of its rooms
 *
 * Goes into a room because something waits for it there.
 */
void
hw_place_enter_again (HwPlace *self, HwRoom *room)
{
  start_join (self, room, "join", NULL, room->password, TRUE, NULL);
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
