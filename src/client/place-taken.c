/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that were taken in earlier starts, in the histories of their conversations, each where it
 * was offered. Only its time tells where that is, and of a log only some pages are here: so each
 * waits until both of the entries are loaded between whose times its own is, or until it is found
 * to be later than the last. What is no longer where it was saved is told as such. */

#include "hallway-config.h"

#include "history-private.h"
#include "place-private.h"
#include "transfers-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Items that are looked at in one go, around what was loaded last. */
#define LOOK_MAX 2000

/* A history that is followed because something may have to be put into it. */
typedef struct
{
  HwPlace *place;  /* weak */
  guint low, high; /* positions of what was loaded since the last look; none: high under low */
} Follow;

static void look_soon (HwPlace *self);

static void
on_items_changed (HwHistory *history, guint position, guint removed, guint added, Follow *follow)
{
  if (added == 0)
    return;
  if (follow->high < follow->low || follow->high - MIN (follow->low, position) > LOOK_MAX)
    {
      follow->low = position;
      follow->high = position + added;
    }
  follow->low = MIN (follow->low, position);
  follow->high = MAX (follow->high, position + added);
  if (follow->place)
    look_soon (follow->place);
}

static void
free_follow (gpointer data, GClosure *closure)
{
  g_clear_weak_pointer (&((Follow *) data)->place);
  g_free (data);
}

/* Connects to a history the first time that it is met. */
static Follow *
follow (HwPlace *self, HwHistory *history)
{
  Follow *follow = g_object_get_data (G_OBJECT (history), "hw-place-taken");

  if (!follow)
    {
      follow = g_new0 (Follow, 1);
      g_set_weak_pointer (&follow->place, self);
      follow->high = hw_history_get_n_logged (history);
      g_object_set_data (G_OBJECT (history), "hw-place-taken", follow);
      g_signal_connect_data (history, "items-changed", G_CALLBACK (on_items_changed), follow,
                             free_follow, 0);
    }
  return follow;
}

/* The entry of the log at or before @position, if that is loaded. */
static HwEntry *
peek_before (HwHistory *history, guint position)
{
  for (guint i = position + 1; i > 0; i--)
    {
      HwEntry *entry = hw_history_peek (history, i - 1);

      if (!entry || hw_entry_get_state (entry) == HW_ENTRY_LOADING)
        return NULL;
      if (hw_entry_get_seq (entry) > 0)
        return entry;
    }
  return NULL;
}

/* Whether the place of @transfer is among what was loaded; and after which seq. */
static gboolean
find_place (HwHistory *history, const Follow *follow, HwTransfer *transfer, guint64 *after)
{
  guint n = hw_history_get_n_logged (history);
  guint high = MIN (follow->high + 1, n);
  HwEntry *before = n > 0 ? peek_before (history, n - 1) : NULL;

  /* At the end, or alone. */
  if (hw_history_get_last (history) == 0 ? !transfer->room
                                         : before && hw_entry_get_at (before) <= transfer->at)
    {
      *after = hw_history_get_last (history);
      return TRUE;
    }
  before = NULL;
  for (guint i = follow->low > 0 ? follow->low - 1 : 0; i < high; i++)
    {
      HwEntry *entry = hw_history_peek (history, i);
      gboolean is_first;

      if (entry && hw_entry_get_seq (entry) == 0)
        continue;
      if (!entry || hw_entry_get_state (entry) == HW_ENTRY_LOADING)
        {
          before = NULL;
          continue;
        }
      is_first = hw_entry_get_seq (entry) == 1;
      if (hw_entry_get_at (entry) > transfer->at
          && (is_first || (before && hw_entry_get_at (before) <= transfer->at)))
        {
          *after = hw_entry_get_seq (entry) - 1;
          return TRUE;
        }
      before = entry;
    }
  return FALSE;
}

static gboolean
has_item (HwHistory *history, HwTransfer *transfer)
{
  for (guint i = 0; i < hw_history_get_n_local (history); i++)
    if (hw_entry_get_transfer (hw_history_get_local (history, i)) == transfer)
      return TRUE;
  return FALSE;
}

static void
on_looked_for (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwTransfer) transfer = user_data;
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GFileInfo) info
      = g_file_query_info_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    hw_transfer_set_state (transfer, HW_TRANSFER_GONE, _ ("It is no longer where it was saved."));
}

static void
put (HwPlace *self, HwHistory *history, HwTransfer *transfer, guint64 after)
{
  g_autoptr (HwEntry) entry
      = hw_entry_new_file (transfer->at, transfer->ours ? hw_place_get_name (self) : transfer->from,
                           transfer);

  hw_history_add_local (history, entry, after);
  hw_place_follow_file (self, transfer);
  g_file_query_info_async (transfer->file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_LOW, NULL, on_looked_for, g_object_ref (transfer));
}

static gboolean
on_look (gpointer user_data)
{
  HwPlace *self = user_data;
  GListModel *taken = hw_transfers_get_taken (self->transfers);
  g_autoptr (GPtrArray) looked_at = g_ptr_array_new ();

  self->taken_look = 0;
  for (guint i = 0; i < g_list_model_get_n_items (taken); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (taken, i);
      HwHistory *history = hw_place_find_file_history (self, transfer);
      Follow *here = history ? follow (self, history) : NULL;
      guint64 after;

      if (!here)
        continue;
      if (!has_item (history, transfer) && find_place (history, here, transfer, &after))
        put (self, history, transfer, after);
      if (!g_ptr_array_find (looked_at, here, NULL))
        g_ptr_array_add (looked_at, here);
    }
  for (guint i = 0; i < looked_at->len; i++)
    {
      Follow *here = looked_at->pdata[i];

      here->low = G_MAXUINT;
      here->high = 0;
    }
  return G_SOURCE_REMOVE;
}

/* Not while a history tells of a change: all who follow it have to be told of that one first. */
static void
look_soon (HwPlace *self)
{
  if (self->taken_look == 0
      && g_list_model_get_n_items (hw_transfers_get_taken (self->transfers)) > 0)
    self->taken_look = g_idle_add (on_look, self);
}

/**
 * hw_place_follow_taken:
 * @self: a place in its making, whose lists are there
 *
 * Shows files of earlier starts where they were offered, once that is known.
 */
void
hw_place_follow_taken (HwPlace *self)
{
  GListModel *taken = hw_transfers_get_taken (self->transfers);

  g_signal_connect_object (taken, "items-changed", G_CALLBACK (look_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->joined, "items-changed", G_CALLBACK (look_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->whispers, "items-changed", G_CALLBACK (look_soon), self,
                           G_CONNECT_SWAPPED);
}
