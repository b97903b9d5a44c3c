/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps the program and the place that it runs together. The program does not end before the place
 * has: what was said there is on disk then. */

#include "hallway-config.h"

#include "autostart.h"
#include "host-keeper.h"

#include "client/clean.h"
#include "client/isolate.h"

#include <glib/gi18n.h>

#define NOTIFICATION "host"

struct _HwHostKeeper
{
  GObject parent_instance;

  HwApplication *application; /* not owned: it owns us */
  HwHost *host;
  gboolean unasked; /* opened without a window, which it does without then */
  gboolean holds;

  HwPlace *place; /* (nullable): our own client's, until it is an admin there */
  char *password; /* (nullable): the admin's, until then */
};

G_DEFINE_FINAL_TYPE (HwHostKeeper, hw_host_keeper, G_TYPE_OBJECT)

static void
forget_place (HwHostKeeper *self)
{
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_clear_object (&self->place);
  g_clear_pointer (&self->password, hw_secret_free);
}

static void
on_state_changed (HwHostKeeper *self)
{
  HwHostState state = hw_host_get_state (self->host);
  gboolean holds = hw_host_keeper_stays (self) || state == HW_HOST_STOPPING;

  if (state == HW_HOST_IDLE)
    {
      self->unasked = FALSE;
      forget_place (self);
    }
  if (self->holds == holds)
    return;
  self->holds = holds;
  if (holds)
    g_application_hold (G_APPLICATION (self->application));
  else
    g_application_release (G_APPLICATION (self->application));
}

/* Where a window shows, it says so; else the desktop does. */
static void
tell (HwHostKeeper *self, const char *reason)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *name = hw_isolate (hw_host_get_name (self->host));
  /* Translators: %s is the name of a place that ran on this computer */
  g_autofree char *title = g_strdup_printf (_ ("%s is closed"), name);

  notification = g_notification_new (title);
  g_notification_set_body (notification, reason);
  g_notification_set_default_action (notification, "app.menu");
  hw_desktop_answer (hw_application_get_desktop (self->application), NOTIFICATION, notification);
}

static void
on_opened_again (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwHostKeeper) self = data;
  g_autoptr (GError) error = NULL;

  if (!hw_host_start_finish (HW_HOST (object), result, &error))
    tell (self, error->message);
}

static void
on_admin (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!hw_place_admin_finish (HW_PLACE (object), result, &error))
    g_warning ("Hallway is not an admin of its own place: %s", error->message);
}

static void
on_place_state (HwHostKeeper *self)
{
  if (hw_place_get_state (self->place) != HW_PLACE_ONLINE)
    return;
  hw_place_admin_async (self->place, self->password, NULL, on_admin, NULL);
  forget_place (self);
}

static void
hw_host_keeper_dispose (GObject *object)
{
  HwHostKeeper *self = HW_HOST_KEEPER (object);

  forget_place (self);
  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_clear_object (&self->host);
  G_OBJECT_CLASS (hw_host_keeper_parent_class)->dispose (object);
}

static void
hw_host_keeper_class_init (HwHostKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_host_keeper_dispose;
}

static void
hw_host_keeper_init (HwHostKeeper *self)
{
  self->host = hw_host_new (NULL, NULL, NULL);
  g_signal_connect_swapped (self->host, "notify::state", G_CALLBACK (on_state_changed), self);
  g_signal_connect_swapped (self->host, "gave-up", G_CALLBACK (tell), self);
}

/**
 * hw_host_keeper_new:
 * @application: the program; must outlive it
 *
 * Returns: (transfer full): what keeps a place, and runs none yet
 */
HwHostKeeper *
hw_host_keeper_new (HwApplication *application)
{
  HwHostKeeper *self = g_object_new (HW_TYPE_HOST_KEEPER, NULL);

  self->application = application;
  return self;
}

/**
 * hw_host_keeper_get_host:
 * @self: a keeper
 *
 * Returns: (transfer none): what runs the place
 */
HwHost *
hw_host_keeper_get_host (HwHostKeeper *self)
{
  g_return_val_if_fail (HW_IS_HOST_KEEPER (self), NULL);

  return self->host;
}

/**
 * hw_host_keeper_stays:
 * @self: a keeper
 *
 * Returns: whether the place stays open when the last window closes: whoever opens it at login
 * wants it to be there
 */
gboolean
hw_host_keeper_stays (HwHostKeeper *self)
{
  g_return_val_if_fail (HW_IS_HOST_KEEPER (self), FALSE);

  return hw_host_get_state (self->host) != HW_HOST_IDLE && (self->unasked || hw_autostart_get ());
}

/**
 * hw_host_keeper_window_gone:
 * @self: a keeper
 *
 * To be called when a window has gone, while the program is held.
 */
void
hw_host_keeper_window_gone (HwHostKeeper *self)
{
  g_return_if_fail (HW_IS_HOST_KEEPER (self));

  on_state_changed (self);
}

/**
 * hw_host_keeper_open_again:
 * @self: a keeper
 *
 * Opens the place that ran last, if there was one, without asking.
 */
void
hw_host_keeper_open_again (HwHostKeeper *self)
{
  g_return_if_fail (HW_IS_HOST_KEEPER (self));

  if (hw_host_get_state (self->host) != HW_HOST_IDLE || !hw_host_has_password (self->host))
    return;
  self->unasked = TRUE;
  hw_host_start_async (self->host, hw_host_get_name (self->host), NULL,
                       hw_host_get_discoverable (self->host), on_opened_again, g_object_ref (self));
}

/**
 * hw_host_keeper_enter:
 * @self: a keeper
 * @place: our own client's view of the place that runs here
 * @password: the admin's
 *
 * Makes our own client an admin there, as soon as it is in.
 */
void
hw_host_keeper_enter (HwHostKeeper *self, HwPlace *place, const char *password)
{
  g_return_if_fail (HW_IS_HOST_KEEPER (self));
  g_return_if_fail (HW_IS_PLACE (place));

  forget_place (self);
  self->place = g_object_ref (place);
  self->password = g_strdup (password);
  g_signal_connect_swapped (place, "notify::state", G_CALLBACK (on_place_state), self);
  on_place_state (self);
}
