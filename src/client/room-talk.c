/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What we say in a room: a message is in the history at once, unsaved, and in the place's outbox
 * until the server has it. Also that we are typing. */

#include "hallway-config.h"

#include "history-private.h"
#include "place-private.h"
#include "room-private.h"

#include "protocol/limits.h"
#include "protocol/name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * hw_room_say:
 * @self: a room
 * @text: what is said, not empty
 *
 * It is in the history at once, unsaved, and goes out when the link allows, once.
 *
 * Returns: (transfer none): the entry
 */
HwEntry *
hw_room_say (HwRoom *self, const char *text)
{
  HwHistory *history;
  g_autoptr (HwEntry) entry = NULL;
  g_autoptr (GError) error = NULL;
  const char *from;

  g_return_val_if_fail (HW_IS_ROOM (self), NULL);
  g_return_val_if_fail (text != NULL && *text, NULL);
  g_return_val_if_fail (self->place != NULL, NULL);

  history = hw_room_make_history (self);
  from = hw_place_get_name (self->place) ? hw_place_get_name (self->place) : "";
  if (strlen (text) > hw_place_get_text_max (self->place))
    error = hw_error_new (HW_ERROR_BAD_REQUEST, "text", _ ("That is too long to be said at once."));
  else
    hw_text_check (text, "text", &error);
  if (error || self->state == HW_ROOM_REMOVED)
    {
      g_autofree char *key = hw_outbox_make_key ();

      entry = hw_entry_new_message (g_get_real_time () / 1000, from, text, key);
      hw_history_add_unsaved (history, entry);
      hw_history_set_failed (history, entry,
                             error ? error->message : _ ("You are no longer in this room."));
      return entry;
    }
  {
    const HwOutboxItem *item = hw_outbox_add (self->place->outbox, self->folded, text);

    entry = hw_entry_new_message (item->at, from, text, item->key);
  }
  hw_history_add_unsaved (history, entry);
  self->typing_told_at = 0;
  hw_place_pump_outbox (self->place);
  return entry;
}

/**
 * hw_room_retry:
 * @self: a room
 * @entry: (transfer none): a failed one
 *
 * Tries again to have it saved.
 */
void
hw_room_retry (HwRoom *self, HwEntry *entry)
{
  g_return_if_fail (HW_IS_ROOM (self));
  g_return_if_fail (HW_IS_ENTRY (entry));

  if (hw_entry_get_state (entry) != HW_ENTRY_FAILED || !self->place || !self->history)
    return;
  hw_outbox_add_again (self->place->outbox, self->folded, hw_entry_get_text (entry),
                       hw_entry_get_key (entry));
  hw_history_set_unsaved (self->history, entry);
  hw_place_pump_outbox (self->place);
}

/**
 * hw_room_discard:
 * @self: a room
 * @entry: (transfer none): a failed or unsaved one
 *
 * Gives it up. One that is under way may be saved all the same, and is then shown like any other.
 */
void
hw_room_discard (HwRoom *self, HwEntry *entry)
{
  g_return_if_fail (HW_IS_ROOM (self));
  g_return_if_fail (HW_IS_ENTRY (entry));

  if (!self->history || !hw_entry_get_key (entry))
    return;
  if (self->place)
    hw_outbox_remove (self->place->outbox, hw_entry_get_key (entry));
  hw_history_remove_unsaved (self->history, entry);
}

/**
 * hw_room_take_saved:
 * @self: a room
 * @key: a message's
 * @seq: where it stands in the log
 * @at: when it was said, by the server's clock
 *
 * The server has it.
 */
void
hw_room_take_saved (HwRoom *self, const char *key, guint64 seq, gint64 at)
{
  HwEntry *entry = self->history ? hw_history_find_unsaved (self->history, key) : NULL;

  if (entry)
    hw_history_acknowledge (self->history, entry, seq, at);
}

/**
 * hw_room_take_refused:
 * @self: a room
 * @key: a message's
 * @problem: why the server did not take it, for the person
 */
void
hw_room_take_refused (HwRoom *self, const char *key, const char *problem)
{
  HwEntry *entry = self->history ? hw_history_find_unsaved (self->history, key) : NULL;

  if (entry)
    hw_history_set_failed (self->history, entry, problem);
}

/**
 * hw_room_notify_typing:
 * @self: a room
 *
 * A key was pressed in its entry. The others are told every few seconds.
 */
void
hw_room_notify_typing (HwRoom *self)
{
  gint64 now = g_get_monotonic_time ();
  HwRequest *request;

  g_return_if_fail (HW_IS_ROOM (self));

  if (self->state != HW_ROOM_INSIDE || !self->place || self->place->step != HW_STEP_READY)
    return;
  if (self->typing_told_at && now - self->typing_told_at < HW_TYPING_INTERVAL * G_USEC_PER_SEC)
    return;
  self->typing_told_at = now;
  request = hw_requests_begin_untold (self->place->requests, "typing");
  hw_json_string (&request->fields, "room", self->name);
  hw_requests_tell (self->place->requests, request, HW_REQUEST_NORMAL);
}
