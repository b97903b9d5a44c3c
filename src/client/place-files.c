/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that people offer, in the histories of their conversations. An offer is in no log, for it
 * stands only as long as its person is here; but whoever reads along is to find it where it was
 * made. So it is an item that only this history has, after the last entry there was when we learned
 * of it: one that stood before we came in is seen at the end, not far above. It stays when the
 * offer is gone, and tells so; what is offered anew after a lost connection is the same item. */

#include "entry-private.h"
#include "history-private.h"
#include "place-private.h"
#include "transfers-private.h"

#include "protocol/name.h"

#include <string.h>

/**
 * hw_place_find_file_history:
 * @self: a place
 * @transfer: one of its files
 *
 * Returns: (transfer none) (nullable): the history of the conversation that it is for, if that is
 *   open
 */
HwHistory *
hw_place_find_file_history (HwPlace *self, HwTransfer *transfer)
{
  HwRoom *room = transfer->room ? hw_place_find_room (self, transfer->room) : NULL;

  if (transfer->room)
    return room && hw_place_is_joined (self, room) ? hw_room_get_history (room) : NULL;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->whispers)); i++)
    {
      g_autoptr (HwWhisper) whisper = g_list_model_get_item (G_LIST_MODEL (self->whispers), i);
      g_autofree char *folded = hw_name_fold (hw_whisper_get_name (whisper));

      if (strcmp (folded, transfer->person) == 0)
        return hw_whisper_get_history (whisper);
    }
  return NULL;
}

/* The item of a transfer, or of the same file while it was not on offer. */
static HwEntry *
find_item (HwHistory *history, HwTransfer *transfer)
{
  for (guint i = hw_history_get_n_local (history); i > 0; i--)
    {
      HwEntry *entry = hw_history_get_local (history, i - 1);
      HwTransfer *here = hw_entry_get_transfer (entry);

      if (here == transfer
          || (!transfer->ours && !here->ours && here->state == HW_TRANSFER_GONE
              && here->size == transfer->size && strcmp (here->sha256, transfer->sha256) == 0
              && strcmp (here->person, transfer->person) == 0))
        return entry;
    }
  return NULL;
}

static void
on_changed (HwPlace *self, HwTransfer *transfer)
{
  HwHistory *history = hw_place_find_file_history (self, transfer);
  HwEntry *entry = history ? find_item (history, transfer) : NULL;

  if (entry)
    hw_history_local_changed (history, entry);
}

/**
 * hw_place_follow_file:
 * @self: a place
 * @transfer: one of its files, which is an item of a history
 *
 * Has the history tell of whatever changes.
 */
void
hw_place_follow_file (HwPlace *self, HwTransfer *transfer)
{
  if (g_signal_handler_find (transfer, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                             on_changed, self)
      == 0)
    g_signal_connect_object (transfer, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
}

static gint64
get_at (HwHistory *history, HwTransfer *transfer)
{
  guint n = hw_history_get_n_logged (history);
  HwEntry *before = n > 0 ? hw_history_peek (history, n - 1) : NULL;
  gint64 at = transfer->at;

  /* Times do not go back in a log, and days would begin twice. */
  if (before && hw_entry_get_at (before) > at)
    at = hw_entry_get_at (before);
  return at;
}

static void
take (HwPlace *self, HwTransfer *transfer)
{
  HwHistory *history;
  g_autoptr (HwEntry) entry = NULL;
  HwEntry *known;

  if (!transfer->room)
    hw_place_open_whisper (self, transfer->ours ? transfer->to : transfer->from);
  history = hw_place_find_file_history (self, transfer);
  if (!history)
    return;
  hw_place_follow_file (self, transfer);
  known = find_item (history, transfer);
  if (known)
    {
      hw_entry_set_transfer (known, transfer);
      hw_history_local_changed (history, known);
      return;
    }
  entry = hw_entry_new_file (get_at (history, transfer),
                             transfer->ours ? hw_place_get_name (self) : transfer->from, transfer);
  hw_history_add_local (history, entry, hw_history_get_last (history));
}

static void
on_items_changed (HwPlace *self, guint position, guint removed, guint added, GListModel *transfers)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (transfers, i);

      take (self, transfer);
    }
}

/**
 * hw_place_follow_files:
 * @self: a place in its making, whose list of files is there
 *
 * Shows every file that is offered in the history of its room or whisper.
 */
void
hw_place_follow_files (HwPlace *self)
{
  g_signal_connect_object (self->transfers, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
}
