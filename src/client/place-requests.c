/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any request, for those who only want its answer. */

#include "hallway-config.h"

#include "place-private.h"

#include "protocol/error.h"

#include <glib/gi18n-lib.h>

/* A request that somebody waits for, and may stop waiting for. */
typedef struct
{
  GTask *task;
  guint64 id;
  GSource *cancelled; /* (nullable) */
} Call;

static void
on_reply (JsonObject *reply, const GError *error, gpointer user_data)
{
  Call *call = user_data;

  if (call->cancelled)
    {
      g_source_destroy (call->cancelled);
      g_source_unref (call->cancelled);
    }
  if (error)
    g_task_return_error (call->task, g_error_copy (error));
  else
    g_task_return_pointer (call->task, json_object_ref (reply), (GDestroyNotify) json_object_unref);
  g_object_unref (call->task);
  g_free (call);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Call *call = user_data;
  HwPlace *place = g_task_get_source_object (call->task);
  g_autoptr (GError) error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  hw_requests_cancel (place->requests, call->id, error);
  return G_SOURCE_REMOVE;
}

/**
 * hw_place_can_ask:
 * @self: a place
 * @task: told why, if not
 *
 * Returns: whether requests can be sent now
 */
gboolean
hw_place_can_ask (HwPlace *self, GTask *task)
{
  if (self->step == HW_STEP_READY)
    return TRUE;
  g_task_return_error (task, hw_error_new (HW_ERROR_FAILED, NULL, _ ("You are not connected.")));
  return FALSE;
}

static void
write_member (JsonObject *object, const char *name, JsonNode *node, gpointer user_data)
{
  hw_json_node (user_data, name, node);
}

/**
 * hw_place_request_async:
 * @self: a place
 * @op: what is asked
 * @fields: (nullable) (transfer none): the request's fields but for op and id
 * @cancellable: (nullable): to stop waiting
 * @callback: called with the answer, or with what stood against it
 * @user_data: for @callback
 *
 * Sends a request as soon as the server's limits allow.
 */
void
hw_place_request_async (HwPlace *self,
                        const char *op,
                        JsonObject *fields,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  HwRequest *request;
  Call *call;

  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (op != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_place_request_async);
  if (!hw_place_can_ask (self, task))
    return;
  request = hw_requests_begin (self->requests, op);
  if (fields)
    json_object_foreach_member (fields, write_member, &request->fields);
  call = g_new0 (Call, 1);
  call->task = g_steal_pointer (&task);
  call->id = request->id;
  if (cancellable)
    {
      call->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (call->cancelled, G_SOURCE_FUNC (on_cancelled), call, NULL);
      g_source_attach (call->cancelled, NULL);
    }
  hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_reply, call);
}

/**
 * hw_place_request_finish:
 * @self: a place
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): the reply
 */
JsonObject *
hw_place_request_finish (HwPlace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
