/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwWake: logind's word that the machine wakes up. The clocks tell it too, but only when somebody
 * looks at them; a link should be tried before the person has opened the lid. Without a system bus,
 * or in a sandbox that hides it, nothing is ever told. */

#include "wake.h"

struct _HwWake
{
  GObject parent_instance;

  GDBusConnection *bus; /* (nullable): not there, or not yet */
  guint subscription;
  GCancellable *leaving;
};

enum
{
  WOKE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwWake, hw_wake, G_TYPE_OBJECT)

static void
hw_wake_dispose (GObject *object)
{
  HwWake *self = HW_WAKE (object);

  g_cancellable_cancel (self->leaving);
  g_clear_object (&self->leaving);
  if (self->subscription)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (hw_wake_parent_class)->dispose (object);
}

static void
hw_wake_class_init (HwWakeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_wake_dispose;

  signals[WOKE] = g_signal_new ("woke", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
hw_wake_init (HwWake *self)
{
  self->leaving = g_cancellable_new ();
}

static void
on_prepare_for_sleep (GDBusConnection *bus,
                      const char *sender,
                      const char *path,
                      const char *interface,
                      const char *signal,
                      GVariant *parameters,
                      gpointer user_data)
{
  gboolean going = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &going);
  if (!going)
    g_signal_emit (user_data, signals[WOKE], 0);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwWake) self = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (!bus || !self->leaving)
    return;
  self->bus = g_steal_pointer (&bus);
  /* A system bus that is restarted must not take us along. */
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  self->subscription = g_dbus_connection_signal_subscribe (
      self->bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
      "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_prepare_for_sleep, self, NULL);
}

/**
 * hw_wake_new:
 *
 * Returns: (transfer full): what tells of waking, from a moment later on
 */
HwWake *
hw_wake_new (void)
{
  HwWake *self = g_object_new (HW_TYPE_WAKE, NULL);

  g_bus_get (G_BUS_TYPE_SYSTEM, self->leaving, on_bus, g_object_ref (self));
  return self;
}
