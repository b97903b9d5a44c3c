/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What comes from the server, line by line: replies go to who asked, events to what they are about.
 * Events that we do not know are of a newer server and are ignored; those that we know must be
 * right. */

#include "hallway-config.h"

#include "clean.h"
#include "log-private.h"
#include "place-private.h"
#include "room-private.h"
#include "server-words.h"

#include "protocol/error.h"
#include "protocol/json-reader.h"
#include "protocol/limits.h"
#include "protocol/message.h"

#include <glib/gi18n-lib.h>

/* The room that @event is about, if we are in it; else it is late, and not for us. */
static gboolean
find_room (HwPlace *self, JsonObject *event, HwRoom **room, GError **error)
{
  const char *name = NULL;

  *room = NULL;
  if (!hw_message_get_string (event, "room", &name, error))
    return FALSE;
  *room = hw_place_find_room (self, name);
  if (*room && hw_room_get_state (*room) != HW_ROOM_INSIDE)
    *room = NULL;
  return TRUE;
}

/* Gives @event to whom it is about: to the log, if it is told to an admin who watches that, or to
 * the room. */
static gboolean
pass_on (HwPlace *self,
         JsonObject *event,
         gboolean (*take_in_log) (HwLog *, JsonObject *, GError **),
         gboolean (*take_in_room) (HwRoom *, JsonObject *, GError **),
         GError **error)
{
  gint64 id = 0;
  HwRoom *room;
  HwLog *log;

  if (!hw_message_has (event, "log"))
    return find_room (self, event, &room, error) && (!room || take_in_room (room, event, error));
  if (!hw_message_get_int (event, "log", 0, HW_INT_MAX, &id, error))
    return FALSE;
  log = g_hash_table_lookup (self->watched, &id);
  return !log || take_in_log (log, event, error);
}

static gboolean
on_entry (HwPlace *self, JsonObject *event, GError **error)
{
  return pass_on (self, event, hw_log_take_entry, hw_room_take_entry, error);
}

static gboolean
on_gap (HwPlace *self, JsonObject *event, GError **error)
{
  return pass_on (self, event, hw_log_take_gap, hw_room_take_gap, error);
}

static gboolean
on_members (HwPlace *self, JsonObject *event, GError **error)
{
  HwRoom *room;
  gint64 count = 0;

  if (!find_room (self, event, &room, error)
      || !hw_message_get_int (event, "count", 0, HW_INT_MAX, &count, error))
    return FALSE;
  if (room)
    hw_room_take_count (room, MIN (count, G_MAXINT));
  return TRUE;
}

static gboolean
on_room (HwPlace *self, JsonObject *event, GError **error)
{
  return hw_place_take_room (self, event, error);
}

static gboolean
on_room_gone (HwPlace *self, JsonObject *event, GError **error)
{
  const char *name = NULL;

  if (!hw_message_get_string (event, "room", &name, error))
    return FALSE;
  hw_place_take_room_gone (self, name);
  return TRUE;
}

static gboolean
on_typing (HwPlace *self, JsonObject *event, GError **error)
{
  HwRoom *room;
  const char *name = NULL;

  if (!find_room (self, event, &room, error)
      || !hw_message_get_string (event, "name", &name, error))
    return FALSE;
  if (room && !hw_place_is_me (self, name))
    hw_room_take_typing (room, name);
  return TRUE;
}

static gboolean
on_ping (HwPlace *self, JsonObject *event, GError **error)
{
  HwRequest *request;
  gint64 n = 0;

  if (!hw_message_get_int (event, "n", -HW_INT_MAX, HW_INT_MAX, &n, error))
    return FALSE;
  request = hw_requests_begin_untold (self->requests, "pong");
  hw_json_int (&request->fields, "n", n);
  hw_requests_tell (self->requests, request, HW_REQUEST_NOW);
  return TRUE;
}

static gboolean
on_idle_warning (HwPlace *self, JsonObject *event, GError **error)
{
  gint64 seconds = 0;

  if (!hw_message_get_int (event, "in", 0, G_MAXINT, &seconds, error))
    return FALSE;
  hw_place_emit_idle_warning (self, seconds);
  return TRUE;
}

static gboolean
on_announcement (HwPlace *self, JsonObject *event, GError **error)
{
  g_autofree char *clean = NULL;
  const char *text = NULL;
  gint64 at = g_get_real_time () / 1000;

  if (!hw_message_get_string (event, "text", &text, error)
      || !hw_message_get_int_opt (event, "at", 0, HW_INT_MAX, &at, error))
    return FALSE;
  clean = hw_clean_text (text, HW_LINE_MAX);
  hw_place_emit_announcement (self, clean, at);
  return TRUE;
}

static gboolean
on_kicked_out (HwPlace *self, JsonObject *event, GError **error)
{
  g_autofree char *clean = NULL;
  const char *reason;
  const char *name = NULL;
  const char *text = NULL;
  HwRoom *room;

  if (!hw_message_get_string (event, "room", &name, error)
      || !hw_message_get_string_opt (event, "text", &text, error))
    return FALSE;
  room = hw_place_find_room (self, name);
  if (!room || hw_room_get_state (room) == HW_ROOM_OUTSIDE)
    return TRUE;
  clean = hw_clean_text (text ? text : "", HW_TEXT_MAX);
  reason = hw_server_words_look_up (clean);
  if (!reason)
    reason = *clean ? clean : _ ("You were taken out of this room.");
  hw_place_room_left (self, room, HW_ROOM_REMOVED, reason);
  return TRUE;
}

/* Why we are out. Words that somebody has said are told from the server's and ours by their field.
 */
static GError *
describe_end (HwErrorCode code, const char *text, const char *otherwise)
{
  g_autofree char *clean = hw_clean_text (text ? text : "", HW_TEXT_MAX);
  const char *own = hw_server_words_look_up (clean);

  if (*clean && !own)
    return hw_error_new (code, "text", "%s", clean);
  return hw_error_new (code, NULL, "%s", own ? own : otherwise);
}

static const char *
get_kicked_words (const char *code)
{
  if (g_strcmp0 (code, "idle") == 0)
    return _ ("You were quiet for so long that the place let you go.");
  if (g_strcmp0 (code, "ban") == 0)
    return _ ("You may not come here for now.");
  if (g_strcmp0 (code, "taken-over") == 0)
    return _ ("You came in from somewhere else.");
  if (g_strcmp0 (code, "flood") == 0)
    return _ ("That was too much at once.");
  return _ ("You were sent away.");
}

static gboolean
on_kicked (HwPlace *self, JsonObject *event, GError **error)
{
  static const char *const codes[] = { "idle", "kick", "ban", "taken-over", "flood", NULL };
  g_autoptr (GError) reason = NULL;
  const char *code = NULL;
  const char *text = NULL;

  if (!hw_message_get_string (event, "code", &code, error)
      || !hw_message_get_string_opt (event, "text", &text, error))
    return FALSE;
  if (!g_strv_contains (codes, code))
    code = "kick";
  reason = describe_end (HW_ERROR_FAILED, text, get_kicked_words (code));
  hw_place_end (self, code, reason);
  return TRUE;
}

static gboolean
on_closing (HwPlace *self, JsonObject *event, GError **error)
{
  g_autoptr (GError) reason = NULL;
  const char *text = NULL;

  if (!hw_message_get_string_opt (event, "text", &text, error))
    return FALSE;
  reason = describe_end (HW_ERROR_CLOSING, text, _ ("The place closes."));
  hw_place_end (self, "closing", reason);
  return TRUE;
}

static const struct
{
  const char *name;
  gboolean (*take) (HwPlace *self, JsonObject *event, GError **error);
  gboolean needs_login;
} events[] = {
  { "announcement", on_announcement, TRUE },
  { "closing", on_closing, FALSE },
  { "entry", on_entry, TRUE },
  { "gap", on_gap, TRUE },
  { "held", hw_place_take_held, TRUE },
  { "idle-warning", on_idle_warning, TRUE },
  { "kicked", on_kicked, FALSE },
  { "kicked-out", on_kicked_out, TRUE },
  { "members", on_members, TRUE },
  { "offer", hw_place_take_offer, TRUE },
  { "offer-gone", hw_place_take_offer_gone, TRUE },
  { "ping", on_ping, FALSE },
  { "room", on_room, TRUE },
  { "room-gone", on_room_gone, TRUE },
  { "typing", on_typing, TRUE },
  { "whisper", hw_place_take_whisper, TRUE },
};

static gboolean
take_event (HwPlace *self, JsonObject *message, GError **error)
{
  const char *name = NULL;

  if (!hw_message_get_string (message, "ev", &name, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    if (g_str_equal (events[i].name, name))
      {
        if (events[i].needs_login && self->step != HW_STEP_READY)
          return TRUE;
        if (events[i].take (self, message, error))
          return TRUE;
        g_prefix_error (error, "%s: ", name);
        return FALSE;
      }
  return TRUE;
}

static gboolean
take_message (HwPlace *self, JsonObject *message, GError **error)
{
  gint64 id = 0;

  if (json_object_has_member (message, "ev"))
    return take_event (self, message, error);
  if (hw_message_has (message, "re"))
    {
      if (!hw_message_get_int (message, "re", 1, HW_INT_MAX, &id, error))
        return FALSE;
      hw_requests_take_reply (self->requests, id, message);
      return TRUE;
    }
  if (json_object_has_member (message, "re"))
    {
      g_autoptr (GError) stray = hw_message_to_error (message);

      hw_server_words_translate_error (stray);
      hw_place_take_stray_error (self, stray);
      return TRUE;
    }
  hw_error_set (error, HW_ERROR_BAD_REQUEST, NULL, "It is neither an answer nor an event.");
  return FALSE;
}

/**
 * hw_place_take_line:
 * @self: a place with a link
 * @line: a line from the server
 * @length: its bytes
 *
 * Does what the line says. The link may be gone afterwards.
 */
void
hw_place_take_line (HwPlace *self, const char *line, gsize length)
{
  G_GNUC_UNUSED g_autoptr (HwPlace) alive = g_object_ref (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) message = hw_json_read_object (line, length, &error);

  if (!message || !take_message (self, message, &error))
    hw_place_violated (self, error);
}
