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

#include <string.h>

static HwHistory *
find_history (HwPlace *self, HwTransfer *transfer)
{
  HwRoom *room;
  HwWhisper *whisper;

  if (transfer->room)
    {
      room = hw_place_find_room (self, transfer->room);
      return room ? hw_room_get_history (room) : NULL;
    }
  whisper = hw_place_open_whisper (self, transfer->ours ? transfer->to : transfer->from);
  return whisper ? hw_whisper_get_history (whisper) : NULL;
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
  HwHistory *history = find_history (self, transfer);
  HwEntry *entry = history ? find_item (history, transfer) : NULL;

  if (entry)
    hw_history_local_changed (history, entry);
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
  HwHistory *history = find_history (self, transfer);
  g_autoptr (HwEntry) entry = NULL;
  HwEntry *known;

  if (!history)
    return;
  g_signal_connect_object (transfer, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
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
