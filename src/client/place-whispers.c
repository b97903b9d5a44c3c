/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What passes at a place between two people alone: whispers, and the wish not to get any. */

#include "hallway-config.h"

#include "clean.h"
#include "place-private.h"
#include "whisper-private.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Conversations that others may begin, and bytes that they may whisper in one stay: no person reads
 * more, and a hostile server, or a crowd, could go on without end. */
#define WHISPERS_MAX  1000
#define WHISPERED_MAX (256 * 1024 * 1024)

/* Bytes that a whisper takes beside its text, about. */
#define WHISPER_OVERHEAD 512

/* Whispers that may come while the disk is asked for those before. */
#define LATE_MAX 10000

static HwWhisper *
find_whisper (HwPlace *self, const char *name, guint *position)
{
  g_autofree char *folded = hw_name_fold (name);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->whispers)); i++)
    {
      g_autoptr (HwWhisper) whisper = g_list_model_get_item (G_LIST_MODEL (self->whispers), i);

      if (g_str_equal (hw_whisper_get_folded (whisper), folded))
        {
          *position = i;
          return whisper; /* the list keeps it */
        }
    }
  return NULL;
}

/**
 * hw_place_open_whisper:
 * @self: a place
 * @name: somebody's
 *
 * Begins to whisper with @name, or goes on with it. Nothing is sent by that.
 *
 * Returns: (transfer none): the conversation
 */
HwWhisper *
hw_place_open_whisper (HwPlace *self, const char *name)
{
  g_autoptr (HwWhisper) whisper = NULL;
  HwWhisper *open;
  guint position;

  g_return_val_if_fail (HW_IS_PLACE (self), NULL);
  g_return_val_if_fail (name != NULL && *name, NULL);

  open = find_whisper (self, name, &position);
  if (open)
    return open;
  whisper = hw_whisper_new (self, name);
  g_list_store_append (self->whispers, whisper);
  hw_place_restore_whisper (self, whisper);
  return whisper; /* the list keeps it */
}

/**
 * hw_place_close_whisper:
 * @self: a place
 * @whisper: (transfer none): one of its conversations
 *
 * Puts it away. It is opened again with what was said so far, where that is kept, by the person or
 * by the next word of the other one.
 */
void
hw_place_close_whisper (HwPlace *self, HwWhisper *whisper)
{
  guint position;

  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (HW_IS_WHISPER (whisper));

  if (!g_list_store_find (self->whispers, whisper, &position))
    return;
  hw_whisper_give_up (whisper, _ ("You closed this before it was sent."));
  hw_whisper_log_set_closed (self->whisper_log, hw_whisper_get_name (whisper), TRUE);
  g_list_store_remove (self->whispers, position);
}

/**
 * hw_place_forget_whisper:
 * @self: a place
 * @whisper: (transfer none): one of its conversations
 *
 * Closes it, and nothing that was said in it is kept.
 */
void
hw_place_forget_whisper (HwPlace *self, HwWhisper *whisper)
{
  g_autofree char *name = NULL;

  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (HW_IS_WHISPER (whisper));

  name = g_strdup (hw_whisper_get_name (whisper));
  hw_whisper_discard_all (whisper);
  hw_place_close_whisper (self, whisper);
  hw_whisper_log_forget (self->whisper_log, name);
}

/**
 * hw_place_get_whispers:
 * @self: a place
 *
 * Returns: (transfer none): a model of HwWhisper, in the order in which they were begun
 */
GListModel *
hw_place_get_whispers (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return G_LIST_MODEL (self->whispers);
}

/**
 * hw_place_forget_whispers:
 * @self: a place that was left
 */
void
hw_place_forget_whispers (HwPlace *self)
{
  g_list_store_remove_all (self->whispers);
  self->focus = FALSE;
  self->n_held = 0;
  self->whispered = 0;
  hw_place_notify (self, HW_PLACE_PROP_FOCUS);
  hw_place_notify (self, HW_PLACE_PROP_N_HELD);
}

static void
on_focus_told (JsonObject *reply, const GError *error, gpointer user_data)
{
  HwPlace *self = user_data;

  if (error && self->step == HW_STEP_READY)
    hw_place_set_boolean (self, &self->focus, FALSE, HW_PLACE_PROP_FOCUS);
}

static void
tell_focus (HwPlace *self)
{
  HwRequest *request = hw_requests_begin (self->requests, "focus");

  hw_json_bool (&request->fields, "on", self->focus);
  hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_focus_told, self);
}

/**
 * hw_place_set_focus:
 * @self: a place
 * @focus: whether whispers of people with whom we share no room are to be held back
 *
 * It is told to the server, after a lost link too. If the server refuses, "focus" falls back.
 */
void
hw_place_set_focus (HwPlace *self, gboolean focus)
{
  g_return_if_fail (HW_IS_PLACE (self));

  if (self->focus == !!focus)
    return;
  hw_place_set_boolean (self, &self->focus, focus, HW_PLACE_PROP_FOCUS);
  if (!focus && self->n_held > 0)
    {
      self->n_held = 0;
      hw_place_notify (self, HW_PLACE_PROP_N_HELD);
    }
  if (self->step == HW_STEP_READY)
    tell_focus (self);
}

gboolean
hw_place_get_focus (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), FALSE);

  return self->focus;
}

guint
hw_place_get_n_held (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), 0);

  return self->n_held;
}

/**
 * hw_place_resume_whispers:
 * @self: a place that is logged in
 *
 * What waited goes out, and the wish to focus is told again.
 */
void
hw_place_resume_whispers (HwPlace *self)
{
  if (self->focus)
    tell_focus (self);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->whispers)); i++)
    {
      g_autoptr (HwWhisper) whisper = g_list_model_get_item (G_LIST_MODEL (self->whispers), i);

      hw_whisper_pump (whisper);
    }
}

/* Counts it, if it can be shown. */
static gboolean
has_room_for (HwPlace *self, const char *name, const char *text)
{
  gsize cost = strlen (text) + WHISPER_OVERHEAD;
  guint position;

  if (self->whispered + cost > WHISPERED_MAX
      || (g_list_model_get_n_items (G_LIST_MODEL (self->whispers)) >= WHISPERS_MAX
          && !find_whisper (self, name, &position)))
    {
      g_debug ("%s: there is no room for what %s whispers", self->address_text, name);
      return FALSE;
    }
  self->whispered += cost;
  return TRUE;
}

/**
 * hw_place_show_whisper:
 * @self: a place
 * @from: who whispers, as they are called elsewhere
 * @text: what
 * @at: when, milliseconds since 1970 UTC
 * @key: (nullable): by which it is known again
 * @direct: whether it came straight from their computer
 *
 * Shows a whisper, unless it came before, by whatever way.
 */
void
hw_place_show_whisper (
    HwPlace *self, const char *from, const char *text, gint64 at, const char *key, gboolean direct)
{
  g_autofree char *name = hw_clean_name (from, HW_USER_NAME_MAX);
  g_autofree char *folded = hw_name_fold (name);
  g_autofree char *clean = hw_clean_text (text, HW_LINE_MAX);
  HwWhisper *whisper;

  if (*name == '\0' || *clean == '\0'
      || (key && !hw_seen_add (self->seen, folded, key, g_get_monotonic_time ()))
      || !has_room_for (self, name, clean))
    return;
  whisper = hw_place_open_whisper (self, name);
  hw_place_emit_whispered (self, whisper, hw_whisper_take (whisper, clean, at, key, direct));
}

/**
 * hw_place_take_whisper:
 * @self: a place
 * @event: the event "whisper"
 * @error: return location
 *
 * Returns: %FALSE if the event makes no sense
 */
gboolean
hw_place_take_whisper (HwPlace *self, JsonObject *event, GError **error)
{
  const char *from = NULL;
  const char *text = NULL;
  const char *key = NULL;
  gint64 at = g_get_real_time () / 1000;
  gint64 number = 0;
  gboolean held = FALSE;

  /* What was said before comes first. */
  if (self->opening)
    {
      if (self->late_whispers->len >= LATE_MAX)
        {
          hw_error_set (error, HW_ERROR_FAILED, NULL, "More is whispered than can wait.");
          return FALSE;
        }
      g_ptr_array_add (self->late_whispers, json_object_ref (event));
      return TRUE;
    }
  if (!hw_message_get_string (event, "from", &from, error)
      || !hw_message_get_string (event, "text", &text, error)
      || !hw_message_get_string_opt (event, "key", &key, error)
      || !hw_message_get_int_opt (event, "at", 0, HW_INT_MAX, &at, error)
      || !hw_message_get_bool_opt (event, "held", &held, error)
      || !hw_message_get_int_opt (event, "n", 1, HW_INT_MAX, &number, error))
    return FALSE;
  if (held && self->n_held > 0)
    {
      self->n_held--;
      hw_place_notify (self, HW_PLACE_PROP_N_HELD);
    }
  hw_place_show_whisper (self, from, text, at, key, FALSE);
  if (number > 0)
    hw_place_note_arrival (self, number);
  return TRUE;
}

/**
 * hw_place_take_held:
 * @self: a place
 * @event: the event "held"
 * @error: return location
 *
 * Returns: %FALSE if the event makes no sense
 */
gboolean
hw_place_take_held (HwPlace *self, JsonObject *event, GError **error)
{
  gint64 count = 0;

  if (!hw_message_get_int (event, "count", 0, HW_INT_MAX, &count, error))
    return FALSE;
  /* The count is that sender's, and each of these tells of one more. */
  if (count > 0)
    self->n_held++;
  hw_place_notify (self, HW_PLACE_PROP_N_HELD);
  return TRUE;
}
