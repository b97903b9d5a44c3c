/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything that the desktop is told goes through here: the person's choices are kept in one
 * place, and without a desktop that listens nothing is sent, for GIO would complain each time. */

#include "hallway-config.h"

#include "desktop.h"

#include "settings.h"

/* Microseconds between two sounds: ten messages at once are one event. */
#define BELL_INTERVAL (2 * G_USEC_PER_SEC)

struct _HwDesktop
{
  GObject parent_instance;

  GApplication *app; /* weak */
  guint watch;       /* on the bus, 0: in a sandbox, where the portal takes what we tell */
  guint gtk_watch;   /* the same, for GNOME's own way */
  gboolean listens;  /* a desktop that shows notifications is there */
  gboolean gtk;      /* GIO goes GNOME's own way, where nothing is markup */
  gboolean markup;   /* or else the desktop reads bodies as markup */
  gint64 rang_at;    /* monotonic microseconds */
};

G_DEFINE_FINAL_TYPE (HwDesktop, hw_desktop, G_TYPE_OBJECT)

static void
on_capabilities (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwDesktop) self = data;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL);
  g_autofree const char **capabilities = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(^a&s)", &capabilities);
  self->markup = g_strv_contains (capabilities, "body-markup");
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  HwDesktop *self = data;

  self->listens = TRUE;
  /* Escaped for nothing is ugly; markup of strangers is worse. */
  self->markup = TRUE;
  g_dbus_connection_call (bus, owner, "/org/freedesktop/Notifications", name, "GetCapabilities",
                          NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          on_capabilities, g_object_ref (self));
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  HW_DESKTOP (data)->listens = FALSE;
}

static void
on_gtk_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  HW_DESKTOP (data)->gtk = TRUE;
}

static void
on_gtk_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  HW_DESKTOP (data)->gtk = FALSE;
}

static void
ring (HwDesktop *self)
{
  gint64 now = g_get_monotonic_time ();

  if (!g_settings_get_boolean (hw_settings_get (), HW_SETTINGS_NOTIFICATION_SOUND)
      || (self->rang_at != 0 && now - self->rang_at < BELL_INTERVAL))
    return;
  self->rang_at = now;
  gdk_display_beep (gdk_display_get_default ());
}

static void
hw_desktop_dispose (GObject *object)
{
  HwDesktop *self = HW_DESKTOP (object);

  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  g_clear_handle_id (&self->gtk_watch, g_bus_unwatch_name);
  g_clear_weak_pointer (&self->app);

  G_OBJECT_CLASS (hw_desktop_parent_class)->dispose (object);
}

static void
hw_desktop_class_init (HwDesktopClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_desktop_dispose;
}

static void
hw_desktop_init (HwDesktop *self)
{
}

/**
 * hw_desktop_new:
 * @app: through which the desktop is told
 *
 * Returns: (transfer full): the way to the desktop
 */
HwDesktop *
hw_desktop_new (GApplication *app)
{
  HwDesktop *self = g_object_new (HW_TYPE_DESKTOP, NULL);

  g_set_weak_pointer (&self->app, app);
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    {
      self->listens = TRUE;
      return self;
    }
  self->gtk_watch = g_bus_watch_name (G_BUS_TYPE_SESSION, "org.gtk.Notifications",
                                      G_BUS_NAME_WATCHER_FLAGS_NONE, on_gtk_appeared,
                                      on_gtk_vanished, self, NULL);
  self->watch = g_bus_watch_name (G_BUS_TYPE_SESSION, "org.freedesktop.Notifications",
                                  G_BUS_NAME_WATCHER_FLAGS_AUTO_START, on_appeared, on_vanished,
                                  self, NULL);
  return self;
}

/**
 * hw_desktop_set_body:
 * @self: the desktop
 * @notification: what is going to be told
 * @body: its words, in which nothing is markup
 */
void
hw_desktop_set_body (HwDesktop *self, GNotification *notification, const char *body)
{
  g_autofree char *escaped = g_markup_escape_text (body, -1);

  g_notification_set_body (notification, self->markup && !self->gtk ? escaped : body);
}

/**
 * hw_desktop_tell:
 * @self: the desktop
 * @id: what it is about; replaces what was told about the same
 * @notification: what is told, unless the person does not want to be disturbed
 */
void
hw_desktop_tell (HwDesktop *self, const char *id, GNotification *notification)
{
  if (g_settings_get_boolean (hw_settings_get (), HW_SETTINGS_DO_NOT_DISTURB))
    return;
  hw_desktop_answer (self, id, notification);
  ring (self);
}

/**
 * hw_desktop_answer:
 * @self: the desktop
 * @id: what it is about; replaces what was told about the same
 * @notification: what is told, silently and in any case: it answers something the person did
 */
void
hw_desktop_answer (HwDesktop *self, const char *id, GNotification *notification)
{
  if (self->listens && self->app != NULL)
    g_application_send_notification (self->app, id, notification);
}

/**
 * hw_desktop_withdraw:
 * @self: the desktop
 * @id: what was told about, or was not
 */
void
hw_desktop_withdraw (HwDesktop *self, const char *id)
{
  if (self->listens && self->app != NULL)
    g_application_withdraw_notification (self->app, id);
}
