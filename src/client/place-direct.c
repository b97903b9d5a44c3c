/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whispers of a place that go from person to person. Each is tried this way first, then over the
 * server with the same key; what comes by both ways is shown once, and what would overtake an older
 * one that took the other way is sent after it. Focus holds here as it does at the server: who it
 * keeps away is sent the server's way, where whispers wait. */

#include "hallway-config.h"

#include "direct.h"
#include "identity.h"
#include "place-private.h"
#include "room-private.h"
#include "transfers-private.h"

#include "protocol/error.h"
#include "protocol/name.h"

static gboolean
share_a_room (HwPlace *self, const char *folded)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->joined)); i++)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (G_LIST_MODEL (self->joined), i);

      if (hw_room_get_state (room) == HW_ROOM_INSIDE && hw_member_list_find (room->members, folded))
        return TRUE;
    }
  return FALSE;
}

/* As the server has it: focus counts while we are in a room, against those who are in none of ours.
 */
static gboolean
wants_to_focus (HwPlace *self, const char *folded)
{
  return self->focus && g_list_model_get_n_items (G_LIST_MODEL (self->joined)) > 0
         && !share_a_room (self, folded);
}

static gboolean
on_take (const HwPeerRequest *request, gpointer user_data, GError **error)
{
  HwPlace *self = user_data;
  g_autofree char *folded = hw_name_fold (request->from);

  if (self->state != HW_PLACE_ONLINE || self->opening || wants_to_focus (self, folded))
    {
      hw_error_set (error, HW_ERROR_NOT_DIRECT, NULL, "Not this way now.");
      return FALSE;
    }
  if (request->to && !hw_place_is_me (self, request->to))
    {
      hw_error_set (error, HW_ERROR_NOT_DIRECT, "to", "Not this way now.");
      return FALSE;
    }
  if (request->after && !hw_seen_has (self->seen, folded, request->after))
    {
      hw_error_set (error, HW_ERROR_NOT_DIRECT, "after", "The one before has not come yet.");
      return FALSE;
    }
  hw_place_show_whisper (self, request->from, request->text, g_get_real_time () / 1000,
                         request->key, TRUE);
  return TRUE;
}

static void
on_fetch (const HwPeerRequest *request,
          GIOStream *stream,
          GSocketConnection *connection,
          gpointer user_data)
{
  HwPlace *self = user_data;

  hw_transfers_serve (self->transfers, request, stream, connection);
}

static gboolean
on_may_fetch (const HwPeerRequest *request, gpointer user_data, GError **error)
{
  HwPlace *self = user_data;

  return hw_transfers_may_fetch (self->transfers, request, error);
}

static void
on_when_kept (void (*done) (gpointer done_data), gpointer done_data, gpointer user_data)
{
  HwPlace *self = user_data;

  hw_whisper_log_when_written (self->whisper_log, done, done_data);
}

static const HwDirectHandler direct_handler = { on_take, on_may_fetch, on_when_kept, on_fetch };

/**
 * hw_place_init_direct:
 * @self: a place in its making
 */
void
hw_place_init_direct (HwPlace *self)
{
  self->seen = hw_seen_new ();
  self->transfers = hw_transfers_new (self);
  hw_place_follow_files (self);
}

/**
 * hw_place_dispose_direct:
 * @self: a place that goes
 */
void
hw_place_dispose_direct (HwPlace *self)
{
  if (self->direct)
    hw_direct_close (self->direct);
  g_clear_object (&self->direct);
  g_clear_handle_id (&self->taken_look, g_source_remove);
  hw_transfers_close (self->transfers);
}

/**
 * hw_place_finalize_direct:
 * @self: a place that goes
 */
void
hw_place_finalize_direct (HwPlace *self)
{
  g_clear_object (&self->transfers);
  g_clear_object (&self->certificate);
  g_clear_object (&self->certifying);
  g_free (self->identities);
  g_free (self->certified);
  g_clear_pointer (&self->seen, hw_seen_free);
}

static void
stop_listening (HwPlace *self)
{
  if (self->direct)
    hw_direct_close (self->direct);
  g_clear_object (&self->direct);
}

/**
 * hw_place_set_identities:
 * @self: a place
 * @folder: (nullable): where our own certificates are kept, as for hw_identity_load_async(); %NULL:
 *   whispers go over the server only, and nobody is listened to
 *
 * Allows or ends direct connections with others who are there. Ending counts at once, allowing from
 * the next login on.
 */
void
hw_place_set_identities (HwPlace *self, const char *folder)
{
  g_return_if_fail (HW_IS_PLACE (self));

  if (g_strcmp0 (self->identities, folder) == 0)
    return;
  g_free (self->identities);
  self->identities = g_strdup (folder);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->certified, g_free);
  stop_listening (self);
}

typedef struct
{
  HwPlace *place;
  char *certified;
  HwPlaceFunc func;
} Certifying;

static void
certifying_free (Certifying *certifying)
{
  g_object_unref (certifying->place);
  g_free (certifying->certified);
  g_free (certifying);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Certifying, certifying_free)

static void
on_certificate (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Certifying) certifying = user_data;
  HwPlace *self = certifying->place;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = hw_identity_load_finish (result, &error);

  /* That login is not to come any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->certifying);
  if (!certificate)
    g_message ("Nobody can reach us directly: %s", error->message);
  g_set_object (&self->certificate, certificate);
  g_free (self->certified);
  self->certified = g_steal_pointer (&certifying->certified);
  stop_listening (self);
  certifying->func (self);
}

/**
 * hw_place_is_certified:
 * @self: a place that was greeted, and is the right one
 * @certified: called later, on %FALSE, unless the link is lost before
 *
 * Has our certificate for this very place, if others are to reach us.
 *
 * Returns: whether it is there, or none is wanted
 */
gboolean
hw_place_is_certified (HwPlace *self, HwPlaceFunc certified)
{
  const char *fingerprint = hw_link_get_fingerprint (self->link);
  g_autofree char *which = g_strconcat (self->id, "\n", fingerprint, NULL);
  Certifying *certifying;

  if (!self->identities || g_strcmp0 (which, self->certified) == 0)
    return TRUE;
  certifying = g_new (Certifying, 1);
  certifying->place = g_object_ref (self);
  certifying->certified = g_steal_pointer (&which);
  certifying->func = certified;
  g_cancellable_cancel (self->certifying);
  g_clear_object (&self->certifying);
  self->certifying = g_cancellable_new ();
  hw_identity_load_async (self->identities, self->id, fingerprint, self->certifying, on_certificate,
                          certifying);
  return FALSE;
}

/**
 * hw_place_get_direct:
 * @self: a place
 *
 * Returns: (transfer none) (nullable): the direct connections, where they are wanted
 */
HwDirect *
hw_place_get_direct (HwPlace *self)
{
  return self->direct;
}

/**
 * hw_place_get_transfers:
 * @self: a place
 *
 * Returns: (transfer none): the files that go from person to person there
 */
HwTransfers *
hw_place_get_transfers (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->transfers;
}

/**
 * hw_place_write_direct:
 * @self: a place that is about to log in
 * @fields: of the login
 *
 * Begins to listen, and tells where. Without a port the server's way is left.
 */
void
hw_place_write_direct (HwPlace *self, HwJsonWriter *fields)
{
  g_autoptr (GError) error = NULL;

  if (!self->certificate)
    return;
  if (!self->direct)
    self->direct = hw_direct_new (self, self->certificate, &direct_handler, self, &error);
  if (!self->direct)
    {
      g_message ("Nobody can reach us directly: %s", error->message);
      return;
    }
  hw_json_begin_object (fields, "direct");
  hw_json_int (fields, "port", hw_direct_get_port (self->direct));
  hw_json_string (fields, "fingerprint", hw_direct_get_fingerprint (self->direct));
  hw_json_end_object (fields);
}

/**
 * hw_place_hang_up:
 * @self: a place whose link is gone
 *
 * Who is who cannot be asked any more: direct connections end.
 */
void
hw_place_hang_up (HwPlace *self)
{
  g_cancellable_cancel (self->certifying);
  g_clear_object (&self->certifying);
  if (self->direct)
    hw_direct_hang_up (self->direct);
}

static void
on_whispered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  JsonObject *reply = hw_place_request_finish (HW_PLACE (source), result, &error);

  if (reply)
    g_task_return_pointer (task, reply, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
go_over_the_server (GTask *task)
{
  HwPlace *self = g_task_get_source_object (task);

  hw_place_request_async (self, "whisper", g_task_get_task_data (task), NULL, on_whispered, task);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  JsonObject *reply;

  if (!hw_direct_send_finish (HW_DIRECT (source), result))
    {
      go_over_the_server (g_steal_pointer (&task));
      return;
    }
  reply = json_object_new ();
  json_object_set_int_member (reply, "at", g_get_real_time () / 1000);
  json_object_set_string_member (reply, "delivered", "direct");
  g_task_return_pointer (task, reply, (GDestroyNotify) json_object_unref);
}

/**
 * hw_place_send_whisper_async:
 * @self: a place
 * @fields: (transfer none): "to", "text" and "key", as for the request "whisper"
 * @after: (nullable): the key of the one before, if that may still be under way over the server
 * @callback: called with the answer, or with what stood against it
 * @user_data: for @callback
 *
 * Whispers: from person to person where that works, else over the server.
 */
void
hw_place_send_whisper_async (HwPlace *self,
                             JsonObject *fields,
                             const char *after,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, hw_place_send_whisper_async);
  g_task_set_task_data (task, json_object_ref (fields), (GDestroyNotify) json_object_unref);
  if (!self->direct || self->step != HW_STEP_READY)
    {
      go_over_the_server (task);
      return;
    }
  hw_direct_send_async (self->direct, json_object_get_string_member (fields, "to"),
                        json_object_get_string_member (fields, "text"),
                        json_object_get_string_member (fields, "key"), after, on_sent, task);
}

/**
 * hw_place_send_whisper_finish:
 * @self: a place
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): the reply: "at", and "delivered" as the server has it, or
 *   "direct"
 */
JsonObject *
hw_place_send_whisper_finish (HwPlace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
