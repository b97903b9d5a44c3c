/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether Avahi, the system's DNS-SD service, is there. It may not be installed, be started later,
 * be restarted, or take the whole system bus with it: all of these are ordinary, and none of them
 * blocks or is worth a word. Both ends use it: a place to announce itself, a client to look for
 * places. */

#include "avahi.h"

/* Seconds until a bus that is not there, or went away, is looked for again. */
#define BUS_INTERVAL 15

struct _HwAvahi
{
  const HwAvahiHandler *handler;
  gpointer user_data;
  GCancellable *ending;
  GDBusConnection *bus; /* (nullable) */
  gulong closed_handler;
  guint watcher;
  guint retry_source;
  GCancellable *leaving; /* (nullable): while Avahi is there; cancelled when it goes */
  GArray *subscriptions; /* of guint, while it is there */
};

static void look_for_bus (HwAvahi *self);

static void
set_there (HwAvahi *self, gboolean is_there)
{
  if (hw_avahi_is_there (self) == is_there)
    return;
  if (is_there)
    {
      self->leaving = g_cancellable_new ();
      self->handler->appeared (self->user_data);
      return;
    }
  g_cancellable_cancel (self->leaving);
  g_clear_object (&self->leaving);
  for (guint i = 0; i < self->subscriptions->len; i++)
    g_dbus_connection_signal_unsubscribe (self->bus, g_array_index (self->subscriptions, guint, i));
  g_array_set_size (self->subscriptions, 0);
  self->handler->vanished (self->user_data);
}

static void
leave_bus (HwAvahi *self)
{
  set_there (self, FALSE);
  g_clear_handle_id (&self->watcher, g_bus_unwatch_name);
  if (self->bus)
    g_clear_signal_handler (&self->closed_handler, self->bus);
  g_clear_object (&self->bus);
}

static gboolean
on_retry (gpointer user_data)
{
  HwAvahi *self = user_data;

  self->retry_source = 0;
  look_for_bus (self);
  return G_SOURCE_REMOVE;
}

static void
retry_later (HwAvahi *self)
{
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add_seconds (BUS_INTERVAL, on_retry, self);
}

static void
on_closed (HwAvahi *self)
{
  leave_bus (self);
  retry_later (self);
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  set_there (user_data, TRUE);
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  set_there (user_data, FALSE);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  HwAvahi *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!bus || g_dbus_connection_is_closed (bus))
    {
      retry_later (self);
      return;
    }
  /* That the bus goes is no reason for us to go. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  self->bus = g_steal_pointer (&bus);
  self->closed_handler
      = g_signal_connect_swapped (self->bus, "closed", G_CALLBACK (on_closed), self);
  self->watcher
      = g_bus_watch_name_on_connection (self->bus, HW_AVAHI_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                        on_appeared, on_vanished, self, NULL);
}

static void
look_for_bus (HwAvahi *self)
{
  g_bus_get (G_BUS_TYPE_SYSTEM, self->ending, on_bus, self);
}

/**
 * hw_avahi_new:
 * @handler: what to tell
 * @user_data: for @handler
 *
 * Looks for Avahi, and goes on looking. The thread of the main context that it is called in.
 *
 * Returns: (transfer full): what tells
 */
HwAvahi *
hw_avahi_new (const HwAvahiHandler *handler, gpointer user_data)
{
  HwAvahi *self = g_new0 (HwAvahi, 1);

  self->handler = handler;
  self->user_data = user_data;
  self->ending = g_cancellable_new ();
  self->subscriptions = g_array_new (FALSE, FALSE, sizeof (guint));
  look_for_bus (self);
  return self;
}

/**
 * hw_avahi_free:
 * @self: (transfer full): what tells no more; if Avahi was there, "vanished" is told once
 */
void
hw_avahi_free (HwAvahi *self)
{
  g_cancellable_cancel (self->ending);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  leave_bus (self);
  g_object_unref (self->ending);
  g_array_unref (self->subscriptions);
  g_free (self);
}

/**
 * hw_avahi_is_there:
 * @self: what looks for Avahi
 *
 * Returns: whether it is there now
 */
gboolean
hw_avahi_is_there (HwAvahi *self)
{
  return self->leaving != NULL;
}

/**
 * hw_avahi_call:
 * @self: what looks for Avahi, which must be there
 * @path: of one of its objects
 * @interface: of that
 * @method: of that
 * @arguments: (nullable): floating
 * @reply: (nullable): the type of what is answered
 * @callback: (nullable): told the answer, or that Avahi has gone, see hw_avahi_call_finish();
 * %NULL: nobody wants to know, and it is said even if we go at once
 * @user_data: for @callback
 */
void
hw_avahi_call (HwAvahi *self,
               const char *path,
               const char *interface,
               const char *method,
               GVariant *arguments,
               const char *reply,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_return_if_fail (hw_avahi_is_there (self));

  g_dbus_connection_call (self->bus, HW_AVAHI_NAME, path, interface, method, arguments,
                          reply ? G_VARIANT_TYPE (reply) : NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          -1, callback ? self->leaving : NULL, callback, user_data);
}

/**
 * hw_avahi_call_finish:
 * @bus: as the callback had it
 * @result: likewise
 * @error: return location; %G_IO_ERROR_CANCELLED: Avahi has gone, and maybe who asked with it
 *
 * Returns: (transfer full) (nullable): what was answered
 */
GVariant *
hw_avahi_call_finish (GObject *bus, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) problem = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &problem);

  if (reply)
    return reply;
  if (!g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("Avahi: %s", problem->message);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/**
 * hw_avahi_subscribe:
 * @self: what looks for Avahi, which must be there
 * @interface: of some of its objects
 * @signal: (nullable): one of its signals; %NULL: all
 * @callback: told each, until Avahi goes
 * @user_data: for @callback
 */
void
hw_avahi_subscribe (HwAvahi *self,
                    const char *interface,
                    const char *signal,
                    GDBusSignalCallback callback,
                    gpointer user_data)
{
  guint id;

  g_return_if_fail (hw_avahi_is_there (self));

  id = g_dbus_connection_signal_subscribe (self->bus, HW_AVAHI_NAME, interface, signal, NULL, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, callback, user_data, NULL);
  g_array_append_val (self->subscriptions, id);
}
