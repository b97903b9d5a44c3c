/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sends what the outbox holds, one message after the other, each when its room has us. One at a
 * time keeps the order whatever is refused or lost on the way, and is still faster than a server
 * lets anybody talk. What is not acknowledged when the link ends is simply next again. */

#include "hallway-config.h"

#include "history-private.h"
#include "place-private.h"
#include "room-private.h"
#include "server-words.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  HwPlace *place; /* not owned: its requests end before it does */
  char *key;
  char *room;
} Say;

static void
say_free (Say *say)
{
  g_free (say->key);
  g_free (say->room);
  g_free (say);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Say, say_free)

static gboolean
may_go (const char *folded, gpointer user_data)
{
  HwPlace *self = user_data;
  HwRoom *room = g_hash_table_lookup (self->by_name, folded);

  return room && hw_room_get_state (room) == HW_ROOM_INSIDE;
}

static void
on_said (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  g_autoptr (Say) say = user_data;
  g_autoptr (GError) error = NULL;
  HwPlace *self = say->place;
  HwRoom *room = g_hash_table_lookup (self->by_name, say->room);
  gint64 seq = 0;
  gint64 at = 0;

  self->saying = FALSE;
  /* Without an answer nobody knows whether it is saved: it goes out again, with its key. */
  if (refusal && g_error_matches (refusal, HW_ERROR, HW_ERROR_FAILED))
    {
      hw_place_pump_outbox (self);
      return;
    }
  if (refusal)
    {
      if (hw_outbox_set_problem (self->outbox, say->key, refusal->message) && room)
        hw_room_take_refused (room, say->key, refusal->message);
      hw_place_pump_outbox (self);
      return;
    }
  if (!hw_message_get_int (reply, "seq", 1, HW_INT_MAX, &seq, &error)
      || !hw_message_get_int (reply, "at", 0, HW_INT_MAX, &at, &error))
    {
      hw_place_violated (self, error);
      return;
    }
  hw_outbox_remove (self->outbox, say->key);
  if (room)
    hw_room_take_saved (room, say->key, seq, at);
  hw_place_pump_outbox (self);
}

/**
 * hw_place_pump_outbox:
 * @self: a place
 *
 * Sends the next message, if one can go and none is under way. Call it whenever that may have
 * changed.
 */
void
hw_place_pump_outbox (HwPlace *self)
{
  const HwOutboxItem *item;
  g_autofree char *problem = NULL;
  g_autofree char *key = NULL;
  HwRequest *request;
  HwRoom *room;
  Say *say;

  if (self->saying || self->opening || self->step != HW_STEP_READY)
    return;
  item = hw_outbox_find_next (self->outbox, may_go, self);
  if (!item)
    return;
  room = g_hash_table_lookup (self->by_name, item->room);
  key = g_strdup (item->key);
  problem = hw_outbox_begin (self->outbox, key);
  if (problem)
    {
      hw_room_take_refused (room, key, problem);
      hw_place_pump_outbox (self);
      return;
    }
  say = g_new0 (Say, 1);
  say->place = self;
  say->key = g_steal_pointer (&key);
  say->room = g_strdup (item->room);
  request = hw_requests_begin (self->requests, "say");
  hw_json_string (&request->fields, "room", hw_room_get_name (room));
  hw_json_string (&request->fields, "text", item->text);
  hw_json_string (&request->fields, "key", item->key);
  self->saying = TRUE;
  hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_said, say);
}

/**
 * hw_place_check_text:
 * @self: a place
 * @text: what the person wants to say, not empty
 * @error: return location
 *
 * Returns: whether it can be sent, as far as can be known before
 */
gboolean
hw_place_check_text (HwPlace *self, const char *text, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (strlen (text) > self->text_max)
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, "text",
                    _ ("That is too long to be said at once."));
      return FALSE;
    }
  if (hw_outbox_is_full (self->outbox))
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, "text",
                    _ ("Too many messages wait to be sent already."));
      return FALSE;
    }
  if (hw_text_check (text, "text", &problem))
    return TRUE;
  hw_server_words_translate_error (problem);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * hw_place_give_up_outbox:
 * @self: a place
 * @room: a room that we are not in any more
 * @problem: why, for the person
 *
 * What waits for that room will not be sent by itself.
 */
void
hw_place_give_up_outbox (HwPlace *self, HwRoom *room, const char *problem)
{
  HwHistory *history = room->history;
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);

  if (!history)
    return;
  for (guint i = 0; i < hw_history_get_n_unsaved (history); i++)
    {
      const char *key = hw_entry_get_key (hw_history_get_unsaved (history, i));

      const HwOutboxItem *item = hw_outbox_find (self->outbox, key);

      if (!item || item->problem)
        continue;
      g_ptr_array_add (keys, g_strdup (key));
      hw_outbox_set_problem (self->outbox, key, problem);
    }
  for (guint i = 0; i < keys->len; i++)
    hw_room_take_refused (room, keys->pdata[i], problem);
}
