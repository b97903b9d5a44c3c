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

/* (transfer none): a new entry of ours at the end. */
static HwEntry *
show (HwRoom *self, const char *key, const char *text, gint64 at)
{
  const char *from = hw_place_get_name (self->place);
  g_autoptr (HwEntry) entry = hw_entry_new_message (at, from ? from : "", text, key);

  hw_history_add_unsaved (hw_room_make_history (self), entry);
  return entry; /* the history keeps it */
}

/**
 * hw_room_say:
 * @self: a room
 * @text: what is said, not empty
 *
 * It is in the history, unsaved, as soon as it is kept on this computer, and goes out when the link
 * allows, once.
 *
 * Returns: (transfer none) (nullable): the entry, if it is in the history already
 */
HwEntry *
hw_room_say (HwRoom *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  const HwOutboxItem *item;

  g_return_val_if_fail (HW_IS_ROOM (self), NULL);
  g_return_val_if_fail (text != NULL && *text, NULL);
  g_return_val_if_fail (self->place != NULL, NULL);

  if (self->state == HW_ROOM_REMOVED)
    error = hw_error_new (HW_ERROR_NOT_MEMBER, "room", _ ("You are no longer in this room."));
  if (error || !hw_place_check_text (self->place, text, &error))
    {
      g_autofree char *key = hw_outbox_make_key ();
      HwEntry *entry = show (self, key, text, g_get_real_time () / 1000);

      hw_history_set_failed (self->history, entry, error->message);
      return entry;
    }
  item = hw_outbox_add (self->place->outbox, self->name, text);
  self->typing_told_at = 0;
  return item->kept ? hw_room_show_item (self, item) : NULL;
}

/**
 * hw_room_show_item:
 * @self: a room
 * @item: (transfer none): a message of ours for it that waits, or could not be sent
 *
 * Shows it, if it is not shown, and sends it when that can be.
 *
 * Returns: (transfer none): its entry
 */
HwEntry *
hw_room_show_item (HwRoom *self, const HwOutboxItem *item)
{
  HwEntry *entry = hw_history_find_unsaved (hw_room_make_history (self), item->key);

  if (entry)
    return entry;
  entry = show (self, item->key, item->text, item->at);
  if (item->problem)
    hw_history_set_failed (self->history, entry, item->problem);
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
  hw_outbox_add_again (self->place->outbox, FALSE, self->name, hw_entry_get_text (entry),
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
