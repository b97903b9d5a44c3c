/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that we offer: read for their hash, offered, and given to those who fetch them and may have
 * them. */

#include "hallway-config.h"

#include "place-private.h"
#include "room-private.h"
#include "transfers-private.h"

#include "protocol/error.h"
#include "protocol/file-name.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <glib/gi18n-lib.h>

/* Files that go out at the same time. */
#define STREAMS_MAX 8

typedef struct
{
  HwTransfers *transfers;
  HwTransfer *transfer;
} Give;

static Give *
give_new (HwTransfers *transfers, HwTransfer *transfer)
{
  Give *give = g_new (Give, 1);

  give->transfers = g_object_ref (transfers);
  give->transfer = g_object_ref (transfer);
  return give;
}

static void
give_free (Give *give)
{
  g_object_unref (give->transfers);
  g_object_unref (give->transfer);
  g_free (give);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Give, give_free)

static void
on_offered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Give) give = user_data;
  HwTransfer *transfer = give->transfer;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  gint64 id = 0;

  if (reply && !hw_message_get_int (reply, "offer", 1, HW_INT_MAX, &id, &error))
    g_clear_pointer (&reply, json_object_unref);
  if (hw_transfer_is_over (transfer))
    {
      hw_transfers_tell (give->transfers, "withdraw", id);
      return;
    }
  if (transfer->state == HW_TRANSFER_RUNNING)
    {
      /* Who fetches it did not wait for us to be back at the place. */
      transfer->id = id;
      return;
    }
  if (!reply)
    {
      /* Made anew, it may be for somebody who is not back. */
      gboolean again = transfer->state == HW_TRANSFER_OFFERED;

      hw_transfer_forget_file (transfer);
      hw_transfer_set_state (transfer, again ? HW_TRANSFER_GONE : HW_TRANSFER_FAILED,
                             again ? NULL : error->message);
      return;
    }
  transfer->id = id;
  transfer->done = 0;
  hw_transfer_set_state (transfer, HW_TRANSFER_OFFERED, NULL);
}

static void
offer (HwTransfers *self, HwTransfer *transfer)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  if (!self->place)
    return;
  if (transfer->room)
    json_object_set_string_member (fields, "room", transfer->room);
  else
    json_object_set_string_member (fields, "to", transfer->to);
  json_object_set_string_member (fields, "name", transfer->name);
  json_object_set_int_member (fields, "size", transfer->size);
  json_object_set_string_member (fields, "sha256", transfer->sha256);
  if (transfer->type)
    json_object_set_string_member (fields, "type", transfer->type);
  hw_place_request_async (self->place, "offer", fields, NULL, on_offered,
                          give_new (self, transfer));
}

/**
 * hw_transfer_offer_again:
 * @self: files
 * @transfer: one of ours, after the server has forgotten us and it
 */
void
hw_transfer_offer_again (HwTransfers *self, HwTransfer *transfer)
{
  transfer->id = 0;
  offer (self, transfer);
}

static void
on_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Give) give = user_data;
  HwTransfer *transfer = give->transfer;
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = hw_file_hash_finish (result, &transfer->identity, &error);

  if (transfer->state != HW_TRANSFER_PREPARING)
    return;
  if (!digest)
    {
      hw_transfer_forget_file (transfer);
      hw_transfer_set_state (transfer, HW_TRANSFER_FAILED, error->message);
      return;
    }
  g_strlcpy (transfer->sha256, digest, sizeof transfer->sha256);
  transfer->size = transfer->identity.size;
  offer (give->transfers, transfer);
}

/**
 * hw_transfers_can_offer:
 * @self: files
 * @error: why not, in words for the person
 *
 * Returns: whether files can be offered at this place now
 */
gboolean
hw_transfers_can_offer (HwTransfers *self, GError **error)
{
  g_return_val_if_fail (HW_IS_TRANSFERS (self), FALSE);

  if (!self->place || self->place->step != HW_STEP_READY)
    hw_error_set (error, HW_ERROR_FAILED, NULL, _ ("You are not connected."));
  else if (!self->place->knows_offers)
    hw_error_set (error, HW_ERROR_FAILED, NULL,
                  _ ("This place is too old to know of files. It needs an update."));
  else if (!self->place->direct)
    hw_error_set (error, HW_ERROR_NOT_DIRECT, NULL,
                  _ ("Files go straight from computer to computer. Allow that in the "
                     "preferences, and come in again."));
  else
    return TRUE;
  return FALSE;
}

/* What the file's name says that it is; its owner knows better than we. */
static char *
guess_type (const char *name)
{
  g_autofree char *content = g_content_type_guess (name, NULL, 0, NULL);
  g_autofree char *type = g_content_type_get_mime_type (content);

  return type && hw_file_type_is_valid (type) ? g_steal_pointer (&type) : NULL;
}

/* A name of ours as the server takes it. */
static char *
make_name (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *display = g_filename_display_name (base ? base : "");
  g_autofree char *safe = hw_file_name_make_safe (display);
  const char *dot = strrchr (safe, '.');
  glong length = g_utf8_strlen (safe, -1);
  glong ending = dot ? g_utf8_strlen (dot, -1) : 0;
  g_autofree char *stem = NULL;

  if (length <= HW_FILE_NAME_MAX)
    return g_steal_pointer (&safe);
  if (ending > 16)
    ending = 0;
  stem = g_utf8_substring (safe, 0, HW_FILE_NAME_MAX - ending);
  return g_strconcat (stem, ending > 0 ? dot : NULL, NULL);
}

/**
 * hw_transfers_offer:
 * @self: files
 * @file: (transfer none): a local one
 * @room: (nullable): the room to offer it to
 * @to: (nullable): or the one person
 * @temporary: whether it was made for this, and is to be removed when it is over
 *
 * Reads the file, then offers it. What goes wrong is its state.
 *
 * Returns: (transfer none): the new entry of the list
 */
HwTransfer *
hw_transfers_offer (
    HwTransfers *self, GFile *file, const char *room, const char *to, gboolean temporary)
{
  g_autoptr (HwTransfer) transfer = NULL;
  g_autoptr (GError) error = NULL;
  const char *path;

  g_return_val_if_fail (HW_IS_TRANSFERS (self), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail ((room == NULL) != (to == NULL), NULL);

  transfer = hw_transfer_new (TRUE, room, to);
  transfer->name = make_name (file);
  transfer->type = guess_type (transfer->name);
  transfer->file = g_object_ref (file);
  transfer->temporary = temporary;
  transfer->cancellable = g_cancellable_new ();
  g_list_store_append (self->list, transfer);
  path = g_file_peek_path (file);
  if (!path || !hw_transfers_can_offer (self, &error))
    {
      hw_transfer_set_state (transfer, HW_TRANSFER_FAILED,
                             error ? error->message
                                   : _ ("Only files on this computer can be sent."));
      return transfer; /* the list keeps it */
    }
  hw_file_hash_async (path, transfer->cancellable, &transfer->done, on_hashed,
                      give_new (self, transfer));
  hw_transfer_watch (transfer);
  return transfer;
}

/* Whether somebody whom the server knows by that name may have it. */
static gboolean
may_have (HwTransfers *self, HwTransfer *transfer, const char *folded)
{
  HwRoom *room;

  if (!transfer->room)
    return g_str_equal (transfer->person, folded);
  room = hw_place_find_room (self->place, transfer->room);
  /* Of a large room we do not know all: there it must do that whoever asks knows the hash. */
  return room && hw_room_get_state (room) == HW_ROOM_INSIDE
         && (room->large || hw_member_list_find (room->members, folded));
}

/**
 * hw_transfers_may_fetch:
 * @self: files
 * @request: who wants which one; that it is who it says is known
 * @error: where to put the refusal
 *
 * Returns: whether it gets it
 */
gboolean
hw_transfers_may_fetch (HwTransfers *self, const HwPeerRequest *request, GError **error)
{
  HwTransfer *transfer = hw_transfers_find (self, request->offer, TRUE);
  g_autofree char *folded = hw_name_fold (request->from);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (HwTransfer) other = g_list_model_get_item (G_LIST_MODEL (self), i);

      n += other->ours ? other->streams->len : 0;
    }
  if (!transfer || !g_str_equal (request->sha256, transfer->sha256)
      || request->offset > transfer->size || !may_have (self, transfer, folded)
      || (transfer->state != HW_TRANSFER_OFFERED && transfer->state != HW_TRANSFER_RUNNING
          && transfer->state != HW_TRANSFER_DONE))
    hw_error_set (error, HW_ERROR_BAD_REQUEST, "offer", "There is no such offer.");
  else if (n >= STREAMS_MAX)
    hw_error_set (error, HW_ERROR_SLOW_DOWN, NULL, "Too many fetch something at the moment.");
  else
    return TRUE;
  return FALSE;
}

static void
on_given (HwFileStream *stream, const GError *error, gpointer user_data)
{
  Give *give = user_data;
  HwTransfer *transfer = give->transfer;

  g_ptr_array_remove (transfer->streams, stream);
  if (!error)
    transfer->n_fetched++;
  if (hw_transfer_is_over (transfer) || transfer->streams->len > 0)
    return;
  if (g_error_matches (error, HW_ERROR, HW_ERROR_FAILED))
    {
      /* The file is not what it was: nobody else need try. */
      hw_transfers_tell (give->transfers, "withdraw", transfer->id);
      transfer->id = 0;
      hw_transfer_forget_file (transfer);
      hw_transfer_set_state (transfer, HW_TRANSFER_FAILED, error->message);
    }
  else
    hw_transfer_set_state (transfer,
                           !transfer->room && !error ? HW_TRANSFER_DONE : HW_TRANSFER_OFFERED,
                           NULL);
}

static void
on_stalled (HwTransfer *transfer)
{
  hw_transfer_stop_streams (transfer);
  if (transfer->state == HW_TRANSFER_RUNNING)
    hw_transfer_set_state (transfer, HW_TRANSFER_OFFERED, NULL);
}

/**
 * hw_transfers_serve:
 * @self: files
 * @request: one that hw_transfers_may_fetch() allowed
 * @stream: (transfer none): encrypted, with whoever asks
 * @connection: (transfer none): what carries it
 *
 * Sends the file.
 */
void
hw_transfers_serve (HwTransfers *self,
                    const HwPeerRequest *request,
                    GIOStream *stream,
                    GSocketConnection *connection)
{
  HwTransfer *transfer = hw_transfers_find (self, request->offer, TRUE);

  g_return_if_fail (transfer != NULL);

  if (g_signal_handler_find (transfer, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_stalled, NULL) == 0)
    g_signal_connect (transfer, "stalled", G_CALLBACK (on_stalled), NULL);
  g_ptr_array_add (transfer->streams,
                   hw_file_stream_send (stream, connection, g_file_peek_path (transfer->file),
                                        &transfer->identity, request->id, request->offset, on_given,
                                        give_new (self, transfer), (GDestroyNotify) give_free));
  transfer->done = request->offset;
  hw_transfer_set_state (transfer, HW_TRANSFER_RUNNING, NULL);
  hw_transfer_watch (transfer);
}
