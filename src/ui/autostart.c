/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the place on this computer is opened when the person logs in: by a desktop file in their
 * autostart folder, which runs "hallway --host". Inside Flatpak that folder is out of reach, and
 * the Background portal is asked, which may ask the person; what it answered is kept beside the
 * place's data, for it cannot be asked what it keeps. */

#include "hallway-config.h"

#include "autostart.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"

/* The portal's answer that says yes. */
#define PORTAL_YES 0

typedef struct
{
  gboolean on;
  GDBusConnection *bus;
  guint signal;
} Asking;

static void
asking_free (Asking *asking)
{
  if (asking->signal != 0)
    g_dbus_connection_signal_unsubscribe (asking->bus, asking->signal);
  g_clear_object (&asking->bus);
  g_free (asking);
}

static gboolean
is_sandboxed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

/* The desktop file; inside a sandbox only a mark that the portal keeps one. */
static char *
get_path (void)
{
  return is_sandboxed ()
             ? g_build_filename (g_get_user_data_dir (), "hallway", "opened-at-login", NULL)
             : g_build_filename (g_get_user_config_dir (), "autostart", HW_APP_ID ".Host.desktop",
                                 NULL);
}

/* A word of a desktop file's Exec line. */
static char *
quote (const char *program)
{
  g_autoptr (GString) quoted = g_string_new ("\"");

  for (const char *p = program; *p != '\0'; p++)
    {
      if (strchr ("\"`$\\", *p) != NULL)
        g_string_append (quoted, "\\\\");
      if (*p == '%' || *p == '\\')
        g_string_append_c (quoted, *p);
      g_string_append_c (quoted, *p);
    }
  g_string_append_c (quoted, '"');
  return g_string_free (g_steal_pointer (&quoted), FALSE);
}

static gboolean
write_file (gboolean on, GError **error)
{
  g_autofree char *path = get_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *quoted = quote (program != NULL ? program : "hallway");
  g_autofree char *text = NULL;

  if (!on)
    {
      if (g_unlink (path) == 0 || errno == ENOENT)
        return TRUE;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  text = g_strdup_printf ("[Desktop Entry]\n"
                          "Type=Application\n"
                          "Name=Hallway\n"
                          "Icon=%s\n"
                          "Exec=%s --host\n"
                          "NoDisplay=true\n",
                          HW_APP_ID, quoted);
  return g_file_set_contents (path, text, -1, error);
}

static void
finish (GTask *task, gboolean agreed)
{
  Asking *asking = g_task_get_task_data (task);
  GError *error = NULL;

  if (!agreed)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s",
                             _ ("The desktop does not allow it."));
  else if (!write_file (asking->on, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
on_response (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *signal,
             GVariant *arguments,
             gpointer data)
{
  GTask *task = data;
  Asking *asking = g_task_get_task_data (task);
  g_autoptr (GVariant) results = NULL;
  gboolean autostart = FALSE;
  guint32 response;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ua{sv})")))
    return;
  g_dbus_connection_signal_unsubscribe (bus, asking->signal);
  asking->signal = 0;
  g_variant_get (arguments, "(u@a{sv})", &response, &results);
  g_variant_lookup (results, "autostart", "b", &autostart);
  finish (task, response == PORTAL_YES && autostart == asking->on);
}

static void
on_requested (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Asking *asking = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);

  if (reply != NULL || asking->signal == 0)
    return;
  /* on_response() will not come. */
  g_dbus_connection_signal_unsubscribe (asking->bus, asking->signal);
  asking->signal = 0;
  g_task_return_error (task, g_steal_pointer (&error));
  g_object_unref (task);
}

static void
ask_portal (GTask *task, GDBusConnection *bus, const char *reason)
{
  static const char *const command[] = { "hallway", "--host", NULL };
  Asking *asking = g_task_get_task_data (task);
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *token = g_strdup_printf ("hallway%u", g_random_int ());
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);
  g_autofree char *request = NULL;

  g_strdelimit (sender, ".", '_');
  request = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", sender, token);
  asking->bus = g_object_ref (bus);
  asking->signal
      = g_dbus_connection_signal_subscribe (bus, PORTAL_NAME, "org.freedesktop.portal.Request",
                                            "Response", request, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                            on_response, task, NULL);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (reason));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (asking->on));
  g_variant_builder_add (&options, "{sv}", "commandline", g_variant_new_strv (command, -1));
  g_dbus_connection_call (bus, PORTAL_NAME, PORTAL_PATH, "org.freedesktop.portal.Background",
                          "RequestBackground", g_variant_new ("(sa{sv})", "", &options), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_requested, g_object_ref (task));
}

/**
 * hw_autostart_get:
 *
 * Returns: whether the place on this computer is opened when the person logs in
 */
gboolean
hw_autostart_get (void)
{
  g_autofree char *path = get_path ();

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/**
 * hw_autostart_set_async:
 * @on: whether the place shall be opened when the person logs in
 * @reason: why, for the portal's question
 * @cancellable: (nullable): the result is then no longer wanted
 * @callback: is told whether that is so now
 * @user_data: for @callback
 *
 * Main thread.
 */
void
hw_autostart_set_async (gboolean on,
                        const char *reason,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus
      = application != NULL ? g_application_get_dbus_connection (application) : NULL;
  Asking *asking = g_new0 (Asking, 1);

  asking->on = on;
  g_task_set_task_data (task, asking, (GDestroyNotify) asking_free);
  if (is_sandboxed () && bus != NULL)
    ask_portal (task, bus, reason);
  else
    finish (task, !is_sandboxed ());
}

/**
 * hw_autostart_set_finish:
 * @result: what the callback got
 * @error: (nullable): why it is not so
 *
 * Returns: whether it is as it was asked for
 */
gboolean
hw_autostart_set_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
