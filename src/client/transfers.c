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

/* Offers of others that are remembered, so that nobody is told of them twice. */
#define MARKS_MAX 500

/* Seconds between two looks at offers that wait for being made anew, and microseconds after which
 * somebody else's is taken for gone: who comes back to a place that was closed tries again within
 * that time. */
#define AGAIN_INTERVAL 2
#define LAPSE_TIME     (60 * G_USEC_PER_SEC)

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
  HwTransfers *self = HW_TRANSFERS (object);

  g_clear_object (&self->list);
  g_clear_pointer (&self->record, hw_file_record_free);
  g_clear_pointer (&self->put_away, g_hash_table_unref);
  g_clear_pointer (&self->told, g_hash_table_unref);

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
  self->record = hw_file_record_new ();
  self->put_away = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
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
  g_clear_handle_id (&self->again_source, g_source_remove);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (transfer->cancellable)
        g_cancellable_cancel (transfer->cancellable);
      hw_transfer_stop_streams (transfer);
      hw_transfer_forget_file (transfer);
      hw_file_record_put_off (self->record, transfer);
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
 * Takes it out of the list and the record. A file that is here stays where it was saved.
 */
void
hw_transfers_dismiss (HwTransfers *self, HwTransfer *transfer)
{
  G_GNUC_UNUSED g_autoptr (HwTransfer) alive = NULL;
  guint position;

  g_return_if_fail (HW_IS_TRANSFERS (self));
  g_return_if_fail (HW_IS_TRANSFER (transfer));

  alive = g_object_ref (transfer);
  hw_file_record_remove (self->record, transfer);
  if (g_list_store_find (self->list, transfer, &position))
    g_list_store_remove (self->list, position);
}

/**
 * hw_transfers_get_taken:
 * @self: files
 *
 * Returns: (transfer none): what was taken earlier
 */
GListModel *
hw_transfers_get_taken (HwTransfers *self)
{
  g_return_val_if_fail (HW_IS_TRANSFERS (self), NULL);

  return hw_file_record_get_list (self->record);
}

HwFileRecord *
hw_transfers_get_record (HwTransfers *self)
{
  return self->record;
}

/* A new one fits in, at the expense of the oldest that is over. */
static gboolean
make_room (HwTransfers *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self)) < TRANSFERS_MAX)
    return TRUE;
  for (guint i = 0; i < TRANSFERS_MAX; i++)
    {
      g_autoptr (HwTransfer) old = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (!hw_transfer_is_over (old))
        continue;
      g_list_store_remove (self->list, i);
      hw_file_record_put_off (self->record, old);
      return TRUE;
    }
  return FALSE;
}

/* Notes what an offer is known again by. Returns whether that is new; so is what has no key. */
static gboolean
add_mark (GHashTable *marks, HwTransfer *offer)
{
  if (!offer->key)
    return TRUE;
  if (g_hash_table_size (marks) >= MARKS_MAX)
    g_hash_table_remove_all (marks);
  return g_hash_table_add (marks, g_strconcat (offer->person, "\n", offer->key, NULL));
}

/**
 * hw_transfers_put_away:
 * @self: files
 * @transfer: one that somebody offers
 *
 * When it is offered anew it is not shown again.
 */
void
hw_transfers_put_away (HwTransfers *self, HwTransfer *transfer)
{
  add_mark (self->put_away, transfer);
}

static gboolean
is_put_away (HwTransfers *self, HwTransfer *offer)
{
  g_autofree char *mark = offer->key ? g_strconcat (offer->person, "\n", offer->key, NULL) : NULL;

  return mark && g_hash_table_contains (self->put_away, mark);
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
  const char *key = NULL;
  g_autofree char *clean = NULL;
  gint64 id = 0;
  gint64 size = 0;
  gint64 at = 0;

  if (!hw_message_get_int (row, "offer", 1, HW_INT_MAX, &id, error)
      || !hw_message_get_string_opt (row, "room", &room, error)
      || !hw_message_get_string (row, "from", &from, error)
      || !hw_message_get_string (row, "name", &name, error)
      || !hw_message_get_int (row, "size", 0, HW_INT_MAX, &size, error)
      || !hw_message_get_string (row, "sha256", &sha256, error)
      || !hw_message_get_string_opt (row, "type", &type, error)
      || !hw_message_get_string_opt (row, "key", &key, error)
      || !hw_message_get_int_opt (row, "at", 0, HW_INT_MAX, &at, error))
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
  transfer->key = key && g_utf8_strlen (key, -1) <= HW_KEY_MAX ? g_strdup (key) : NULL;
  g_strlcpy (transfer->sha256, sha256, sizeof transfer->sha256);
  if (at > 0)
    transfer->at = at;
  return g_steal_pointer (&transfer);
}

/* One that waits for being offered anew, for its person or we were away for a moment. */
static HwTransfer *
find_same (HwTransfers *self, HwTransfer *offer)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (transfer->ours || !g_str_equal (transfer->sha256, offer->sha256)
          || transfer->size != offer->size)
        continue;
      if (offer->key && g_strcmp0 (transfer->key, offer->key) == 0
          && g_str_equal (transfer->person, offer->person)
          && g_strcmp0 (transfer->room_folded, offer->room_folded) == 0)
        return transfer;
      /* Begun with: whoever has it now, it goes on where it stopped. */
      if (transfer->id == 0 && transfer->state == HW_TRANSFER_PAUSED)
        return transfer;
    }
  return NULL;
}

/* @known can be had, as @offer says. */
static void
renew (HwTransfers *self, HwTransfer *known, HwTransfer *offer)
{
  gboolean waited = known->id == 0 && known->state == HW_TRANSFER_PAUSED;

  known->id = offer->id;
  known->lapses_at = 0;
  known->was_gone = FALSE;
  g_free (known->from);
  known->from = g_strdup (offer->from);
  g_free (known->person);
  known->person = g_strdup (offer->person);
  if (waited)
    hw_transfers_resume (self, known);
  else if (known->state == HW_TRANSFER_FAILED)
    hw_transfer_set_state (known, HW_TRANSFER_OFFERED, NULL);
  else
    hw_transfer_changed (known);
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
    renew (self, known, offer);
  else if (hw_place_is_me (self->place, offer->from) || is_put_away (self, offer)
           || hw_file_record_has (self->record, offer))
    return TRUE;
  else if (make_room (self))
    {
      g_list_store_append (self->list, offer);
      if (add_mark (self->told, offer))
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
  gboolean stands
      = !declined && !transfer->room && transfer->whose
        && (transfer->state == HW_TRANSFER_OFFERED || transfer->state == HW_TRANSFER_RUNNING);

  transfer->id = 0;
  if (hw_transfer_is_over (transfer))
    return;
  /* Who it is for has left, and can have it when they are back. */
  if (stands)
    {
      hw_transfers_wait (self);
      return;
    }
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

/* Asks what is on offer in a room that we came into; %NULL: to us alone. */
static void
ask (HwTransfers *self, const char *room)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  if (!self->place || !self->place->knows_offers)
    return;
  if (room)
    json_object_set_string_member (fields, "room", room);
  hw_place_request_async (self->place, "offers", fields, NULL, on_offers, g_object_ref (self));
}

/**
 * hw_transfers_enter_room:
 * @self: files
 * @room: a room that we came into
 * @alone: whether nobody else is there, who could offer something
 *
 * Asks what is on offer there, and offers what we did before.
 */
void
hw_transfers_enter_room (HwTransfers *self, const char *room, gboolean alone)
{
  g_autofree char *folded = hw_name_fold (room);

  if (!alone)
    ask (self, room);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (g_strcmp0 (transfer->room_folded, folded) == 0 && hw_transfer_waits_to_offer (transfer))
        hw_transfer_offer_again (self, transfer, TRUE);
    }
}

/* Looks after what waits for being offered anew, all of it if there is news. Returns whether
 * something still waits. */
static gboolean
look_after_waiting (HwTransfers *self, gboolean news)
{
  gint64 now = g_get_monotonic_time ();
  gboolean waits = FALSE;
  guint i = 0;

  while (i < g_list_model_get_n_items (G_LIST_MODEL (self)))
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);
      guint n = g_list_model_get_n_items (G_LIST_MODEL (self));

      if (transfer->lapses_at != 0 && now >= transfer->lapses_at)
        {
          transfer->lapses_at = 0;
          end_theirs (self, transfer);
        }
      else if (hw_transfer_waits_to_offer (transfer) && self->place
               && self->place->step == HW_STEP_READY)
        hw_transfer_offer_again (self, transfer, news);
      waits |= transfer->lapses_at != 0
               || (transfer->ours && transfer->id == 0 && !hw_transfer_is_over (transfer));
      if (g_list_model_get_n_items (G_LIST_MODEL (self)) == n)
        i++;
    }
  return waits;
}

static gboolean
on_again (gpointer user_data)
{
  HwTransfers *self = user_data;

  if (look_after_waiting (self, FALSE))
    return G_SOURCE_CONTINUE;
  self->again_source = 0;
  return G_SOURCE_REMOVE;
}

/**
 * hw_transfers_wait:
 * @self: files
 *
 * One of them waits for being offered anew, by us or by somebody else.
 */
void
hw_transfers_wait (HwTransfers *self)
{
  if (self->again_source == 0 && self->place)
    self->again_source = g_timeout_add_seconds (AGAIN_INTERVAL, on_again, self);
}

/**
 * hw_transfers_online:
 * @self: files
 * @resumed: whether the server kept our stay, and our offers with it
 *
 * We are logged in (again). Offers of another stay are gone, at the server; ours are made anew, and
 * those of others, who may do the same, wait for that.
 */
void
hw_transfers_online (HwTransfers *self, gboolean resumed)
{
  gint64 lapse = g_get_monotonic_time () + LAPSE_TIME;

  for (guint i = 0; !resumed && i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (transfer->ours || transfer->state != HW_TRANSFER_OFFERED)
        {
          if (!transfer->ours)
            end_theirs (self, transfer);
          transfer->id = 0;
          continue;
        }
      transfer->id = 0;
      transfer->lapses_at = lapse;
    }
  if (look_after_waiting (self, TRUE))
    hw_transfers_wait (self);
  if (resumed)
    ask (self, NULL);
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
