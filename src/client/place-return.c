/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Coming back after a crash of this program: the server still has us in our rooms for a while,
 * under a token that is kept on this computer's disk. */

#include "hallway-config.h"

#include "clean.h"
#include "place-private.h"
#include "room-private.h"

#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <string.h>

/* Bytes of a token, and rooms that one returns to; what is more was not written by us. */
#define TOKEN_MAX 256
#define ROOMS_MAX 200

/* Seconds that we wait for the disk before we come as anybody does: what was on its way to us when
 * the last session ended is lost then. */
#define FIND_TIME 10

/* Whose it is, as the stash has it: a guest without a name of their own is nobody in particular. */
static char *
fold_wanted_name (HwPlace *self)
{
  return self->wanted_name ? hw_name_fold (self->wanted_name) : g_strdup ("");
}

/**
 * hw_place_keep_session:
 * @self: a place
 *
 * Writes down which session is ours, and which rooms we are in: call it whenever that changes. It
 * stays written when the session has ended, for by it the server knows that whispers which were on
 * their way at that moment are for us.
 */
void
hw_place_keep_session (HwPlace *self)
{
  GListModel *joined = G_LIST_MODEL (self->joined);
  HwJsonWriter json;
  GString *line;

  if (!self->stashed || !self->token)
    return;
  line = g_string_sized_new (1024);
  hw_json_writer_init (&json, line);
  hw_json_begin_object (&json, NULL);
  hw_json_string (&json, "token", self->token);
  hw_json_begin_array (&json, "rooms");
  for (guint i = 0; i < g_list_model_get_n_items (joined) && i < ROOMS_MAX; i++)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (joined, i);

      hw_json_string (&json, NULL, hw_room_get_name (room));
    }
  hw_json_end_array (&json);
  hw_json_end_object (&json);
  hw_stashed_keep_session (self->stashed, line);
}

/* Takes over what is kept; whatever makes no sense is as if it were not there. */
static void
read_session (HwPlace *self, JsonObject *session)
{
  const char *token = NULL;
  JsonArray *rooms = NULL;

  if (!hw_message_get_string (session, "token", &token, NULL) || *token == '\0'
      || strlen (token) > TOKEN_MAX || !hw_message_get_array_opt (session, "rooms", &rooms, NULL))
    return;
  self->token = g_strdup (token);
  g_clear_pointer (&self->rooms_before, g_ptr_array_unref);
  self->rooms_before = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; rooms && i < MIN (json_array_get_length (rooms), ROOMS_MAX); i++)
    {
      JsonNode *node = json_array_get_element (rooms, i);
      const char *name = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
      g_autofree char *clean = name ? hw_clean_name (name, HW_ROOM_NAME_MAX) : NULL;

      if (clean && *clean)
        g_ptr_array_add (self->rooms_before, g_steal_pointer (&clean));
    }
}

typedef struct
{
  HwPlace *place;
  guint link_number;
  guint deadline;
  HwPlaceFunc done;
} Finding;

/* Unless the person left meanwhile, or the link is lost. */
static void
go_on (Finding *finding, JsonObject *session)
{
  HwPlace *self = finding->place;

  if (finding->link_number != self->link_number || self->step != HW_STEP_GREETED)
    return;
  if (session && !self->token)
    read_session (self, session);
  finding->done (self);
}

static gboolean
on_late (gpointer user_data)
{
  Finding *finding = user_data;

  finding->deadline = 0;
  go_on (finding, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Finding *finding = user_data;
  G_GNUC_UNUSED g_autoptr (HwPlace) self = finding->place;
  g_autoptr (JsonObject) session = hw_stash_find_session_finish (HW_STASH (source), result);

  if (finding->deadline == 0)
    return;
  g_clear_handle_id (&finding->deadline, g_source_remove);
  go_on (finding, session);
}

/**
 * hw_place_find_session:
 * @self: a place that was greeted, about to log in
 * @done: called when the token, if there is one, is known, and the link is still there
 *
 * Looks whether a session of ours was left behind. With a password, or to come back from a lost
 * link, there is another way.
 *
 * Returns: whether @done will be called
 */
gboolean
hw_place_find_session (HwPlace *self, HwPlaceFunc done)
{
  g_autofree char *folded = NULL;
  Finding *finding;

  if (!self->stash || self->token || self->password || self->takeover
      || self->state == HW_PLACE_RECONNECTING)
    return FALSE;
  folded = fold_wanted_name (self);
  if (!folded)
    return FALSE;
  finding = g_new (Finding, 1);
  *finding = (Finding){ .place = g_object_ref (self),
                        .link_number = self->link_number,
                        .deadline = g_timeout_add_seconds (FIND_TIME, on_late, finding),
                        .done = done };
  hw_stash_find_session_async (self->stash, self->id, folded, NULL, on_found, finding);
  return TRUE;
}

/**
 * hw_place_return:
 * @self: a place that is logged in
 * @resumed: whether the server still had us
 *
 * Goes back to the rooms in which it has us; hw_place_rejoin() does the rest.
 *
 * Returns: whether there are any
 */
gboolean
hw_place_return (HwPlace *self, gboolean resumed)
{
  g_autoptr (GPtrArray) rooms = g_steal_pointer (&self->rooms_before);
  gboolean any = FALSE;

  for (guint i = 0; resumed && rooms && i < rooms->len; i++)
    {
      HwRoom *room = hw_place_ensure_room (self, rooms->pdata[i]);

      if (hw_place_is_joined (self, room) || hw_room_get_state (room) == HW_ROOM_JOINING)
        continue;
      hw_room_set_state (room, HW_ROOM_JOINING, NULL);
      g_list_store_append (self->joined, room);
      any = TRUE;
    }
  return any;
}
