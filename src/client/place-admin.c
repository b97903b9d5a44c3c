/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an admin may do at a place: become one, list the logs, stop the server. */

#include "hallway-config.h"

#include "clean.h"
#include "place-private.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"

#include <glib/gi18n-lib.h>

/* Logs listed at most. */
#define LOGS_MAX 20000

/* Who reads long logs may ask more often, where the server says so. */
static void
hasten (HwPlace *self)
{
  if (self->admin_pace)
    hw_requests_set_pace (self->requests, HW_ADMIN_PACE);
}

static void
take_admin (HwPlace *self, const char *password)
{
  char *copy = g_strdup (password);

  hw_secret_free (self->admin_password);
  self->admin_password = copy;
  hasten (self);
  hw_place_set_boolean (self, &self->admin, TRUE, HW_PLACE_PROP_ADMIN);
}

static HwRequest *
begin_admin (HwPlace *self, const char *password)
{
  HwRequest *request = hw_requests_begin (self->requests, "admin");

  hw_json_string (&request->fields, "password", password);
  return request;
}

static void
on_admin_again (JsonObject *reply, const GError *error, gpointer user_data)
{
  HwPlace *self = user_data;

  if (!error)
    {
      hasten (self);
      hw_place_set_boolean (self, &self->admin, TRUE, HW_PLACE_PROP_ADMIN);
    }
  else if (g_error_matches (error, HW_ERROR, HW_ERROR_PASSWORD_WRONG))
    g_clear_pointer (&self->admin_password, hw_secret_free);
}

/**
 * hw_place_admin_again:
 * @self: a place that is logged in
 *
 * A new connection has to be made an admin's anew, if the old one was.
 */
void
hw_place_admin_again (HwPlace *self)
{
  if (self->admin_password)
    hw_requests_send (self->requests, begin_admin (self, self->admin_password), HW_REQUEST_NORMAL,
                      on_admin_again, self);
}

static void
on_admin (JsonObject *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HwPlace *self = g_task_get_source_object (task);

  if (error)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  take_admin (self, g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

static void
send_admin (HwPlace *self, GTask *task, const char *password)
{
  g_task_set_task_data (task, g_strdup (password), (GDestroyNotify) hw_secret_free);
  hw_requests_send (self->requests, begin_admin (self, password), HW_REQUEST_NORMAL, on_admin,
                    task);
}

static void
on_admin_password (HwPlace *self, const char *password, gboolean linked, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (!password)
    {
      g_task_return_error (task,
                           hw_error_new (HW_ERROR_PASSWORD_NEEDED, "password",
                                         _ ("Enter the password of whoever runs this place.")));
      return;
    }
  if (!hw_place_can_ask (self, task))
    return;
  self->kept_admin_password = TRUE;
  send_admin (self, g_steal_pointer (&task), password);
}

/**
 * hw_place_admin_async:
 * @self: a place
 * @password: (nullable): the server's admin password; %NULL: the one that is remembered
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Becomes an admin there. The password is kept in memory, to be one again after a lost link.
 */
void
hw_place_admin_async (HwPlace *self,
                      const char *password,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HW_IS_PLACE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_place_admin_async);
  if (!hw_place_can_ask (self, task))
    return;
  if (password)
    send_admin (self, g_steal_pointer (&task), password);
  else if (hw_place_look_up_password (self, HW_SECRET_ADMIN, NULL, on_admin_password, task))
    g_steal_pointer (&task);
  else
    on_admin_password (self, NULL, TRUE, g_steal_pointer (&task));
}

/**
 * hw_place_admin_finish:
 * @self: a place
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: whether we are an admin
 */
gboolean
hw_place_admin_finish (HwPlace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void ask_logs (HwPlace *self, GTask *task, gint64 start);

/* Adds the logs of @reply to @logs; @start becomes the last one's id. */
static gboolean
take_logs (HwPlace *self,
           JsonObject *reply,
           GListStore *logs,
           gboolean *more,
           gint64 *start,
           GError **error)
{
  JsonArray *rows = NULL;
  guint n_rows;

  if (!hw_message_get_array (reply, "logs", &rows, error)
      || !hw_message_get_bool_opt (reply, "more", more, error))
    return FALSE;
  n_rows = json_array_get_length (rows);
  for (guint i = 0; i < n_rows; i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      g_autoptr (HwLog) log = NULL;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, "logs", "A log is an object.");
          return FALSE;
        }
      log = hw_log_new_from_json (self, json_node_get_object (node), error);
      if (!log)
        return FALSE;
      *start = hw_log_get_id (log);
      g_list_store_append (logs, log);
    }
  *more = *more && n_rows > 0;
  return TRUE;
}

static void
on_logs (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  HwPlace *self = g_task_get_source_object (task);
  GListStore *logs = g_task_get_task_data (task);
  gboolean more = FALSE;
  gint64 start = 0;

  if (refusal)
    {
      g_task_return_error (task, g_error_copy (refusal));
      return;
    }
  if (!take_logs (self, reply, logs, &more, &start, &error))
    {
      g_task_return_error (task, g_error_copy (error));
      hw_place_violated (self, error);
      return;
    }
  if (more && g_list_model_get_n_items (G_LIST_MODEL (logs)) < LOGS_MAX)
    ask_logs (self, g_steal_pointer (&task), start);
  else
    g_task_return_pointer (task, g_object_ref (logs), g_object_unref);
}

static void
ask_logs (HwPlace *self, GTask *task, gint64 start)
{
  HwRequest *request = hw_requests_begin (self->requests, "log-list");

  if (start)
    hw_json_int (&request->fields, "start", start);
  hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_logs, task);
}

/**
 * hw_place_list_logs_async:
 * @self: a place where we are an admin
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Asks for all logs, closed rooms' too.
 */
void
hw_place_list_logs_async (HwPlace *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HW_IS_PLACE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_place_list_logs_async);
  g_task_set_task_data (task, g_list_store_new (HW_TYPE_LOG), g_object_unref);
  if (hw_place_can_ask (self, task))
    ask_logs (self, g_steal_pointer (&task), 0);
}

/**
 * hw_place_list_logs_finish:
 * @self: a place
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): a list of #HwLog as the server sorts them
 */
GListModel *
hw_place_list_logs_finish (HwPlace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_shutdown (JsonObject *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HwPlace *self = g_task_get_source_object (task);

  /* It may be gone before it has answered. */
  if (error && !g_strcmp0 (hw_place_get_kicked_code (self), "closing"))
    error = NULL;
  if (error)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * hw_place_shutdown_async:
 * @self: a place
 * @password: (nullable): the admin password, needed where we are not an admin
 * @text: (nullable): what everybody there is told
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Stops the server.
 */
void
hw_place_shutdown_async (HwPlace *self,
                         const char *password,
                         const char *text,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  HwRequest *request;

  g_return_if_fail (HW_IS_PLACE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_place_shutdown_async);
  if (!hw_place_can_ask (self, task))
    return;
  request = hw_requests_begin (self->requests, "shutdown");
  if (password && *password)
    hw_json_string (&request->fields, "password", password);
  if (text && *text)
    hw_json_string (&request->fields, "text", text);
  hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_shutdown,
                    g_steal_pointer (&task));
}

/**
 * hw_place_shutdown_finish:
 * @self: a place
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: whether the server stops
 */
gboolean
hw_place_shutdown_finish (HwPlace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
