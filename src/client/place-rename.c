/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Going by another name at a place without leaving it. */

#include "hallway-config.h"

#include "place-private.h"

#include "clean.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

static void
take (HwPlace *self, const char *name)
{
  g_autofree char *before = self->name ? hw_name_fold (self->name) : NULL;
  g_autofree char *after = hw_name_fold (name);

  /* In other letters it is the name that it was. Under another one we are somebody without a
   * password, and want to be that one when we come back. */
  if (g_strcmp0 (before, after) != 0)
    {
      g_free (self->wanted_name);
      self->wanted_name = g_strdup (name);
      g_clear_pointer (&self->password, hw_secret_free);
      self->kept_password = FALSE;
      hw_place_set_boolean (self, &self->guest, TRUE, HW_PLACE_PROP_GUEST);
    }
  hw_place_take_own_name (self, name);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HwPlace *self = HW_PLACE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (self, result, &error);
  g_autofree char *clean = NULL;
  const char *name = NULL;

  if (!reply || !hw_message_get_string (reply, "name", &name, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  clean = hw_clean_name (name, HW_USER_NAME_MAX);
  if (*clean)
    take (self, clean);
  g_task_return_boolean (task, TRUE);
}

/**
 * hw_place_rename_async:
 * @self: a place where we are
 * @name: who we want to be from now on
 * @cancellable: (nullable): a cancellable
 * @callback: when it is so, or is refused
 * @user_data: for @callback
 *
 * Goes by another name, in all rooms at once and without leaving them. For a protected name, which
 * needs its password, see hw_place_log_in().
 */
void
hw_place_rename_async (HwPlace *self,
                       const char *name,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task;
  g_autoptr (JsonObject) fields = json_object_new ();

  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hw_place_rename_async);
  json_object_set_string_member (fields, "name", name);
  hw_place_request_async (self, "rename", fields, cancellable, on_answered, task);
}

/**
 * hw_place_rename_finish:
 * @self: a place
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: whether we go by that name now
 */
gboolean
hw_place_rename_finish (HwPlace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
