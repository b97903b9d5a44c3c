/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwTransfers: the list of files at a place, and what the server tells of them. Offers of others
 * are taken as they come, a bounded number, and thrown out when they are gone, unless the person
 * had begun with them. */

#include "hallway-config.h"

#include "place-private.h"
#include "room-private.h"
#include "transfers-private.h"

#include "clean.h"

#include "protocol/error.h"
#include "protocol/file-name.h"
#include "protocol/fingerprint.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Files in the list: what others offer beyond that is not shown. */
#define TRANSFERS_MAX 200

static void hw_transfers_init_model (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HwTransfers,
                               hw_transfers,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, hw_transfers_init_model))

static GType
get_item_type (GListModel *model)
{
  return HW_TYPE_TRANSFER;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (HW_TRANSFERS (model)->list));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (HW_TRANSFERS (model)->list), position);
}

static void
hw_transfers_init_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
hw_transfers_dispose (GObject *object)
{
  HwTransfers *self = HW_TRANSFERS (object);

  hw_transfers_close (self);
  g_clear_weak_pointer (&self->place);

  G_OBJECT_CLASS (hw_transfers_parent_class)->dispose (object);
}

static void
hw_transfers_finalize (GObject *object)
{
  g_clear_object (&HW_TRANSFERS (object)->list);

  G_OBJECT_CLASS (hw_transfers_parent_class)->finalize (object);
}

static void
hw_transfers_class_init (HwTransfersClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_transfers_dispose;
  object_class->finalize = hw_transfers_finalize;
}

static void
hw_transfers_init (HwTransfers *self)
{
  self->list = g_list_store_new (HW_TYPE_TRANSFER);
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (g_list_model_items_changed),
                           self, G_CONNECT_SWAPPED);
}

/**
 * hw_transfers_new:
 * @place: (transfer none): where the people are
 *
 * Returns: (transfer full): no files yet
 */
HwTransfers *
hw_transfers_new (HwPlace *place)
{
  HwTransfers *self = g_object_new (HW_TYPE_TRANSFERS, NULL);

  g_set_weak_pointer (&self->place, place);
  return self;
}

/**
 * hw_transfers_close:
 * @self: the files of a place that is left
 *
 * Stops everything. What was half-way here stays on disk, to go on another day.
 */
void
hw_transfers_close (HwTransfers *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (transfer->cancellable)
        g_cancellable_cancel (transfer->cancellable);
      hw_transfer_stop_streams (transfer);
      hw_transfer_forget_file (transfer);
    }
  g_list_store_remove_all (self->list);
}

/**
 * hw_transfers_find:
 * @self: files
 * @id: an offer's
 * @ours: whether it is ours
 *
 * Returns: (transfer none) (nullable): that file, if the offer stands
 */
HwTransfer *
hw_transfers_find (HwTransfers *self, gint64 id, gboolean ours)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (transfer->id == id && transfer->ours == ours)
        return transfer; /* the list keeps it */
    }
  return NULL;
}

/**
 * hw_transfers_dismiss:
 * @self: files
 * @transfer: (transfer none): one that is over
 *
 * Takes it out of the list. A file that is here stays where it was saved.
 */
void
hw_transfers_dismiss (HwTransfers *self, HwTransfer *transfer)
{
  guint position;

  g_return_if_fail (HW_IS_TRANSFERS (self));
  g_return_if_fail (HW_IS_TRANSFER (transfer));

  if (g_list_store_find (self->list, transfer, &position))
    g_list_store_remove (self->list, position);
}

/* What an offer says, checked. */
static HwTransfer *
read_offer (JsonObject *row, GError **error)
{
  g_autoptr (HwTransfer) transfer = NULL;
  const char *room = NULL;
  const char *from = NULL;
  const char *name = NULL;
  const char *sha256 = NULL;
  const char *type = NULL;
  g_autofree char *clean = NULL;
  gint64 id = 0;
  gint64 size = 0;

  if (!hw_message_get_int (row, "offer", 1, HW_INT_MAX, &id, error)
      || !hw_message_get_string_opt (row, "room", &room, error)
      || !hw_message_get_string (row, "from", &from, error)
      || !hw_message_get_string (row, "name", &name, error)
      || !hw_message_get_int (row, "size", 0, HW_INT_MAX, &size, error)
      || !hw_message_get_string (row, "sha256", &sha256, error)
      || !hw_message_get_string_opt (row, "type", &type, error))
    return NULL;
  clean = hw_clean_name (from, HW_USER_NAME_MAX);
  if (!hw_fingerprint_is_valid (sha256) || *clean == '\0')
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, "sha256", "That is no offer.");
      return NULL;
    }
  transfer = hw_transfer_new (FALSE, room, clean);
  transfer->id = id;
  transfer->name = hw_file_name_make_safe (name);
  transfer->size = size;
  transfer->type = type && hw_file_type_is_valid (type) ? g_strdup (type) : NULL;
  g_strlcpy (transfer->sha256, sha256, sizeof transfer->sha256);
  return g_steal_pointer (&transfer);
}

/* One that we had begun with, whose person was away for a moment: it goes on where it stopped. */
static HwTransfer *
find_same (HwTransfers *self, HwTransfer *offer)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (!transfer->ours && transfer->id == 0 && transfer->state == HW_TRANSFER_PAUSED
          && g_str_equal (transfer->sha256, offer->sha256) && transfer->size == offer->size)
        return transfer;
    }
  return NULL;
}

static gboolean
take_row (HwTransfers *self, JsonObject *row, GError **error)
{
  g_autoptr (HwTransfer) offer = read_offer (row, error);
  HwTransfer *known;

  if (!offer)
    return FALSE;
  known = hw_transfers_find (self, offer->id, FALSE);
  if (!known)
    known = find_same (self, offer);
  if (known)
    {
      known->id = offer->id;
      g_free (known->from);
      known->from = g_strdup (offer->from);
      g_free (known->person);
      known->person = g_strdup (offer->person);
      hw_transfer_changed (known);
    }
  else if (hw_place_is_me (self->place, offer->from))
    return TRUE;
  else if (g_list_model_get_n_items (G_LIST_MODEL (self)) < TRANSFERS_MAX)
    {
      g_list_store_append (self->list, offer);
      hw_place_emit_offered (self->place, offer);
    }
  return TRUE;
}

/**
 * hw_place_take_offer:
 * @self: a place
 * @event: the event "offer"
 * @error: return location
 *
 * Returns: %FALSE if the event makes no sense
 */
gboolean
hw_place_take_offer (HwPlace *self, JsonObject *event, GError **error)
{
  return take_row (self->transfers, event, error);
}

static void
end_ours (HwTransfers *self, HwTransfer *transfer, gboolean declined)
{
  transfer->id = 0;
  if (hw_transfer_is_over (transfer))
    return;
  hw_transfer_stop_streams (transfer);
  hw_transfer_forget_file (transfer);
  hw_transfer_set_state (transfer, declined ? HW_TRANSFER_DECLINED : HW_TRANSFER_GONE, NULL);
}

static void
end_theirs (HwTransfers *self, HwTransfer *transfer)
{
  transfer->id = 0;
  switch (transfer->state)
    {
    case HW_TRANSFER_OFFERED:
      hw_transfer_set_state (transfer, HW_TRANSFER_GONE, NULL);
      hw_transfers_dismiss (self, transfer);
      break;
    case HW_TRANSFER_RUNNING: /* the connection is its own: it may well come to its end */
      transfer->was_gone = TRUE;
      break;
    case HW_TRANSFER_PAUSED:
      hw_transfer_set_state (transfer, HW_TRANSFER_PAUSED,
                             _ ("Whoever has it has left. It goes on when they offer it again."));
      break;
    case HW_TRANSFER_PREPARING:
    case HW_TRANSFER_WAITING:
    case HW_TRANSFER_DONE:
    case HW_TRANSFER_FAILED:
    case HW_TRANSFER_DECLINED:
    case HW_TRANSFER_GONE:
    case HW_TRANSFER_CANCELLED:
    default:
      break;
    }
}

/**
 * hw_place_take_offer_gone:
 * @self: a place
 * @event: the event "offer-gone"
 * @error: return location
 *
 * Returns: %FALSE if the event makes no sense
 */
gboolean
hw_place_take_offer_gone (HwPlace *self, JsonObject *event, GError **error)
{
  G_GNUC_UNUSED g_autoptr (HwTransfer) alive = NULL;
  HwTransfer *transfer;
  gboolean declined = FALSE;
  gint64 id = 0;

  if (!hw_message_get_int (event, "offer", 1, HW_INT_MAX, &id, error)
      || !hw_message_get_bool_opt (event, "declined", &declined, error))
    return FALSE;
  transfer = hw_transfers_find (self->transfers, id, TRUE);
  if (transfer)
    {
      end_ours (self->transfers, transfer, declined);
      return TRUE;
    }
  transfer = hw_transfers_find (self->transfers, id, FALSE);
  if (transfer)
    {
      alive = g_object_ref (transfer);
      end_theirs (self->transfers, transfer);
    }
  return TRUE;
}

static void
on_offers (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwTransfers) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  JsonArray *rows = NULL;

  if (!reply || !self->place || !hw_message_get_array (reply, "offers", &rows, &error))
    return;
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);

      if (!JSON_NODE_HOLDS_OBJECT (node) || !take_row (self, json_node_get_object (node), &error))
        {
          g_debug ("an offer makes no sense: %s", error ? error->message : "no object");
          g_clear_error (&error);
        }
    }
}

/**
 * hw_transfers_ask:
 * @self: files
 * @room: (nullable): a room that we came into; %NULL: what is offered to us alone
 *
 * Asks what is on offer there.
 */
void
hw_transfers_ask (HwTransfers *self, const char *room)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  if (!self->place || !self->place->knows_offers)
    return;
  if (room)
    json_object_set_string_member (fields, "room", room);
  hw_place_request_async (self->place, "offers", fields, NULL, on_offers, g_object_ref (self));
}

/**
 * hw_transfers_online:
 * @self: files
 * @resumed: whether the server kept our stay, and our offers with it
 *
 * We are logged in (again). Offers of another stay are gone, at the server; ours are made anew. In
 * a new stay nothing can be on offer to us yet.
 */
void
hw_transfers_online (HwTransfers *self, gboolean resumed)
{
  guint i = 0;

  while (!resumed && i < g_list_model_get_n_items (G_LIST_MODEL (self)))
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);
      guint n = g_list_model_get_n_items (G_LIST_MODEL (self));

      if (transfer->ours
          && (transfer->state == HW_TRANSFER_OFFERED || transfer->state == HW_TRANSFER_RUNNING))
        hw_transfer_offer_again (self, transfer);
      else if (!transfer->ours)
        end_theirs (self, transfer);
      if (g_list_model_get_n_items (G_LIST_MODEL (self)) == n)
        i++;
    }
  if (resumed)
    hw_transfers_ask (self, NULL);
}

/**
 * hw_transfers_leave_room:
 * @self: files
 * @folded: a room that we are no longer in
 *
 * What is on offer there is no longer to be had, and neither is ours; what is on its way goes on.
 */
void
hw_transfers_leave_room (HwTransfers *self, const char *folded)
{
  guint i = 0;

  while (i < g_list_model_get_n_items (G_LIST_MODEL (self)))
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);
      guint n = g_list_model_get_n_items (G_LIST_MODEL (self));

      if (g_strcmp0 (transfer->room_folded, folded) == 0)
        {
          if (transfer->ours)
            end_ours (self, transfer, FALSE);
          else
            end_theirs (self, transfer);
        }
      if (g_list_model_get_n_items (G_LIST_MODEL (self)) == n)
        i++;
    }
}

static void
on_told (GObject *source, GAsyncResult *result, gpointer user_data)
{
  G_GNUC_UNUSED g_autoptr (JsonObject) reply
      = hw_place_request_finish (HW_PLACE (source), result, NULL);
}

/**
 * hw_transfers_tell:
 * @self: files
 * @op: "withdraw" or "decline"
 * @id: the offer's
 *
 * Tells the server; that it may know already does no harm.
 */
void
hw_transfers_tell (HwTransfers *self, const char *op, gint64 id)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  if (!self->place || id == 0)
    return;
  json_object_set_int_member (fields, "offer", id);
  hw_place_request_async (self->place, op, fields, NULL, on_told, NULL);
}
