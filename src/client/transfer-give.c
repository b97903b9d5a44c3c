/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that we offer: read for their hash, offered, and given to those who fetch them and may have
 * them. */

#include "hallway-config.h"

#include "direct-private.h"
#include "place-private.h"
#include "room-private.h"
#include "transfers-private.h"

#include "protocol/error.h"
#include "protocol/file-name.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <glib/gi18n-lib.h>

/* Files that go out at the same time, in all and to one person. */
#define STREAMS_MAX      8
#define STREAMS_EACH_MAX 3

/* Microseconds between two tries to offer something anew. */
#define AGAIN_TIME (10 * G_USEC_PER_SEC)

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
on_whose (const HwWhere *where, const GError *error, gpointer user_data)
{
  g_autoptr (Give) give = user_data;

  if (where && !give->transfer->whose)
    give->transfer->whose = g_strdup (where->fingerprint);
}

/* A name may be somebody else's tomorrow: whose computer it is for is noted, so that nobody else is
 * offered it then. */
static void
note_whose (Give *give)
{
  HwTransfer *transfer = give->transfer;
  HwDirect *direct = give->transfers->place ? hw_place_get_direct (give->transfers->place) : NULL;

  if (direct && transfer->to && !transfer->whose)
    hw_direct_look_up (direct, transfer->to, NULL, on_whose, give_new (give->transfers, transfer));
}

static void
on_offered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Give) give = user_data;
  HwTransfer *transfer = give->transfer;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  gint64 id = 0;

  transfer->offering = FALSE;
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
  if (!reply && transfer->stood && transfer->state == HW_TRANSFER_OFFERED
      && !g_error_matches (error, HW_ERROR, HW_ERROR_BAD_REQUEST))
    {
      /* Made anew, for somebody who is not back, or in a room that we are not back in. */
      hw_transfers_wait (give->transfers);
      return;
    }
  if (!reply)
    {
      hw_transfer_forget_file (transfer);
      hw_transfer_set_state (transfer, HW_TRANSFER_FAILED, error->message);
      return;
    }
  transfer->id = id;
  transfer->done = 0;
  transfer->stood = TRUE;
  hw_transfer_set_state (transfer, HW_TRANSFER_OFFERED, NULL);
  note_whose (give);
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
  json_object_set_string_member (fields, "key", transfer->key);
  if (transfer->type)
    json_object_set_string_member (fields, "type", transfer->type);
  transfer->offering = TRUE;
  transfer->again_at = g_get_monotonic_time () + AGAIN_TIME;
  hw_place_request_async (self->place, "offer", fields, NULL, on_offered,
                          give_new (self, transfer));
}

static void
on_where_again (const HwWhere *where, const GError *error, gpointer user_data)
{
  g_autoptr (Give) give = user_data;
  HwTransfer *transfer = give->transfer;

  transfer->offering = FALSE;
  if (!hw_transfer_waits_to_offer (transfer))
    return;
  if (where && g_strcmp0 (where->fingerprint, transfer->whose) == 0)
    offer (give->transfers, transfer);
  else
    hw_transfers_wait (give->transfers);
}

/* Offers it to its person, if it is the same one who is there under that name. */
static void
offer_to_same (HwTransfers *self, HwTransfer *transfer)
{
  HwDirect *direct = self->place ? hw_place_get_direct (self->place) : NULL;

  if (!direct || !transfer->whose)
    {
      transfer->id = 0;
      hw_transfer_forget_file (transfer);
      hw_transfer_set_state (transfer, HW_TRANSFER_GONE, NULL);
      return;
    }
  transfer->offering = TRUE;
  transfer->again_at = g_get_monotonic_time () + AGAIN_TIME;
  hw_direct_forget_where (direct, transfer->person);
  hw_direct_look_up (direct, transfer->to, NULL, on_where_again, give_new (self, transfer));
}

/**
 * hw_transfer_waits_to_offer:
 * @self: a file
 *
 * Returns: whether it is one of ours that stands, and that the server does not know of
 */
gboolean
hw_transfer_waits_to_offer (HwTransfer *self)
{
  return self->ours && self->id == 0 && !self->offering
         && (self->state == HW_TRANSFER_OFFERED || self->state == HW_TRANSFER_RUNNING);
}

/**
 * hw_transfer_offer_again:
 * @self: files
 * @transfer: one of ours that waits for it
 * @now: whether there is news; if not, it is offered only if that was not tried just now
 *
 * Offers it by the key that it had, so that nobody is told of it twice; or takes it back, if the
 * file is no longer what it was.
 */
void
hw_transfer_offer_again (HwTransfers *self, HwTransfer *transfer, gboolean now)
{
  if (!now && g_get_monotonic_time () < transfer->again_at)
    return;
  if (hw_file_is_same (g_file_peek_path (transfer->file), &transfer->identity))
    {
      if (transfer->to && transfer->stood)
        offer_to_same (self, transfer);
      else
        offer (self, transfer);
      return;
    }
  hw_transfer_stop_streams (transfer);
  hw_transfer_forget_file (transfer);
  hw_transfer_set_state (transfer, HW_TRANSFER_FAILED,
                         _ ("The file has changed since it was offered."));
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
  transfer->key = g_uuid_string_random ();
  transfer->done = 0;
  if (give->transfers->place && give->transfers->place->step == HW_STEP_READY)
    {
      offer (give->transfers, transfer);
      return;
    }
  /* The link was lost meanwhile. */
  hw_transfer_set_state (transfer, HW_TRANSFER_OFFERED, NULL);
  hw_transfers_wait (give->transfers);
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

/* Nothing of @transfer moves for the moment. */
static void
rest (HwTransfer *transfer)
{
  if (transfer->state == HW_TRANSFER_RUNNING && transfer->streams->len == 0)
    hw_transfer_set_state (transfer, HW_TRANSFER_OFFERED, NULL);
}

/* What goes out now: how much, how much of it to one person, and what may be interrupted. */
typedef struct
{
  guint n;
  guint n_same;
  HwTransfer *transfer; /* (nullable) */
  HwFileStream *slow;   /* (nullable) */
} Outgoing;

static void
look_at_outgoing (HwTransfers *self, const char *folded, Outgoing *outgoing)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self), i);

      for (guint j = 0; transfer->ours && j < transfer->streams->len; j++)
        {
          HwFileStream *stream = transfer->streams->pdata[j];

          outgoing->n++;
          outgoing->n_same += g_strcmp0 (hw_file_stream_get_person (stream), folded) == 0;
          if (!outgoing->slow && hw_file_stream_is_slow (stream))
            {
              outgoing->slow = stream;
              outgoing->transfer = transfer; /* the list keeps it */
            }
        }
    }
}

/* Whether one more may go out, at the expense of one that hardly moves: it goes on later. */
static gboolean
make_way (HwTransfers *self, const char *folded)
{
  Outgoing outgoing = { 0 };

  look_at_outgoing (self, folded, &outgoing);
  if (outgoing.n_same >= STREAMS_EACH_MAX)
    return FALSE;
  if (outgoing.n < STREAMS_MAX)
    return TRUE;
  if (!outgoing.slow)
    return FALSE;
  hw_file_stream_cancel (outgoing.slow);
  g_ptr_array_remove (outgoing.transfer->streams, outgoing.slow);
  rest (outgoing.transfer);
  return TRUE;
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

  if (!transfer || !g_str_equal (request->sha256, transfer->sha256)
      || request->offset > transfer->size || !may_have (self, transfer, folded)
      || (transfer->state != HW_TRANSFER_OFFERED && transfer->state != HW_TRANSFER_RUNNING
          && transfer->state != HW_TRANSFER_DONE))
    hw_error_set (error, HW_ERROR_BAD_REQUEST, "offer", "There is no such offer.");
  else if (!make_way (self, folded))
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
  if (transfer->state == HW_TRANSFER_DONE && !transfer->temporary)
    hw_file_record_add (give->transfers->record, transfer);
}

static void
on_stalled (HwTransfer *transfer)
{
  rest (transfer);
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
  g_autofree char *folded = hw_name_fold (request->from);
  HwFileStream *giving;

  g_return_if_fail (transfer != NULL);

  if (g_signal_handler_find (transfer, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_stalled, NULL) == 0)
    g_signal_connect (transfer, "stalled", G_CALLBACK (on_stalled), NULL);
  giving = hw_file_stream_send (stream, connection, g_file_peek_path (transfer->file),
                                &transfer->identity, request->id, request->offset, on_given,
                                give_new (self, transfer), (GDestroyNotify) give_free);
  hw_file_stream_set_person (giving, folded);
  g_ptr_array_add (transfer->streams, giving);
  transfer->done = request->offset;
  hw_transfer_set_state (transfer, HW_TRANSFER_RUNNING, NULL);
  hw_transfer_watch (transfer);
}
