/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Announces the place by DNS-SD, as _hallway._tcp with the TXT entries id, name and v, by asking
 * Avahi over D-Bus. Where Avahi is not, nothing is announced until it is; when it is restarted, we
 * are announced anew. Of two places with one name the later one is renamed "name #2": that is the
 * announcement's name only, the TXT entry keeps the place's own.
 *
 * Nothing here waits: every call's answer comes to a callback, and the state of what is announced
 * is Avahi's to tell. */

#include "discovery-dnssd.h"

#include "protocol/avahi.h"
#include "protocol/limits.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

#define GROUP_INTERFACE "org.freedesktop.Avahi.EntryGroup"
#define COLLISION_ERROR "org.freedesktop.Avahi.CollisionError"

/* Bytes of an announcement's name: a DNS label. */
#define LABEL_MAX 63

/* Other names tried in a row; who takes them all wants to keep us from being found. */
#define RENAMES_MAX 20

/* Seconds until it is tried again, after a failure. */
#define RETRY_INTERVAL 30

/* States of an entry group, as Avahi counts them. */
enum
{
  GROUP_ESTABLISHED = 2,
  GROUP_COLLISION = 3,
  GROUP_FAILURE = 4,
};

struct _HwAnnouncer
{
  HwAvahi *avahi;
  char *id;
  char *title;
  char *label; /* the announcement's name, which may have had to change */
  guint16 port;
  char **addresses;

  char *group; /* (nullable): the object path of what it keeps for us */
  guint n_renames;
  guint retry_source;
};

static void ask_for_group (HwAnnouncer *self);

static char *
cut (const char *text, gsize bytes)
{
  const char *end = text + MIN (strlen (text), bytes);

  while (end > text && !g_utf8_validate (text, end - text, NULL))
    end--;
  return g_strndup (text, end - text);
}

static void
call (HwAnnouncer *self,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *arguments,
      const char *reply,
      GAsyncReadyCallback callback)
{
  hw_avahi_call (self->avahi, path, interface, method, arguments, reply, callback,
                 callback ? self : NULL);
}

static void
drop_group (HwAnnouncer *self)
{
  if (self->group)
    call (self, self->group, GROUP_INTERFACE, "Free", NULL, NULL, NULL);
  g_clear_pointer (&self->group, g_free);
}

static gboolean
on_retry (gpointer user_data)
{
  HwAnnouncer *self = user_data;

  self->retry_source = 0;
  ask_for_group (self);
  return G_SOURCE_REMOVE;
}

/* What was announced is taken back, and @error said once; later it is tried anew. */
static void
fail (HwAnnouncer *self, const char *error)
{
  g_message ("This place is not announced by DNS-SD now: %s", error);
  drop_group (self);
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add_seconds (RETRY_INTERVAL, on_retry, self);
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void announce (HwAnnouncer *self);

static void
on_other_name (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hw_avahi_call_finish (bus, result, &error);
  HwAnnouncer *self = user_data;

  if (is_cancelled (error))
    return;
  if (!reply || !self->group)
    {
      fail (self, error ? error->message : "it went away");
      return;
    }
  g_free (self->label);
  g_variant_get (reply, "(s)", &self->label);
  call (self, self->group, GROUP_INTERFACE, "Reset", NULL, NULL, NULL);
  announce (self);
}

static void
rename_it (HwAnnouncer *self)
{
  if (self->n_renames++ == RENAMES_MAX)
    {
      self->n_renames = 0;
      fail (self, "every name is taken");
      return;
    }
  call (self, "/", HW_AVAHI_SERVER, "GetAlternativeServiceName", g_variant_new ("(s)", self->label),
        "(s)", on_other_name);
}

/* Failures of the calls that make up an announcement; a success is told by the group's state. */
static void
on_called (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hw_avahi_call_finish (bus, result, &error);
  HwAnnouncer *self = user_data;
  g_autofree char *name = error ? g_dbus_error_get_remote_error (error) : NULL;

  if (reply || is_cancelled (error) || !self->group)
    return;
  if (g_strcmp0 (name, COLLISION_ERROR) == 0)
    rename_it (self);
  else
    fail (self, error->message);
}

static void
add_text (GVariantBuilder *texts, const char *key, const char *value)
{
  g_autofree char *text = g_strconcat (key, "=", value, NULL);
  g_autofree char *fitting = cut (text, HW_AVAHI_TXT_BYTES);

  g_variant_builder_add_value (texts, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, fitting,
                                                                 strlen (fitting), 1));
}

static void
add_service (HwAnnouncer *self, int interface, int protocol)
{
  g_auto (GVariantBuilder) texts = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aay"));
  g_autofree char *version = g_strdup_printf ("%d", HW_PROTOCOL_VERSION);

  add_text (&texts, "id", self->id);
  add_text (&texts, "name", self->title);
  add_text (&texts, "v", version);
  call (self, self->group, GROUP_INTERFACE, "AddService",
        g_variant_new ("(iiussssqaay)", interface, protocol, HW_AVAHI_NO_FLAGS, self->label,
                       HW_DNSSD_TYPE, "", "", self->port, &texts),
        NULL, on_called);
}

static gboolean
is_everywhere (char **addresses)
{
  return !*addresses || g_strv_contains ((const char *const *) addresses, "0.0.0.0")
         || g_strv_contains ((const char *const *) addresses, "::");
}

/* The network interface that has that address; 0: none, or one that nobody else can reach. */
static guint
find_interface (const char *address)
{
  struct ifaddrs *interfaces = NULL;
  guint found = 0;

  if (getifaddrs (&interfaces) < 0)
    return 0;
  for (struct ifaddrs *one = interfaces; one && !found; one = one->ifa_next)
    {
      char text[INET6_ADDRSTRLEN] = "";

      if (!one->ifa_addr || one->ifa_flags & IFF_LOOPBACK)
        continue;
      if (one->ifa_addr->sa_family == AF_INET)
        inet_ntop (AF_INET, &((struct sockaddr_in *) one->ifa_addr)->sin_addr, text, sizeof text);
      else if (one->ifa_addr->sa_family == AF_INET6)
        inet_ntop (AF_INET6, &((struct sockaddr_in6 *) one->ifa_addr)->sin6_addr, text,
                   sizeof text);
      if (g_str_equal (text, address))
        found = if_nametoindex (one->ifa_name);
    }
  freeifaddrs (interfaces);
  return found;
}

/* A place that listens on some addresses only is announced only where it can be reached. */
static void
announce (HwAnnouncer *self)
{
  guint n = 0;

  if (is_everywhere (self->addresses))
    {
      gboolean ipv4 = g_strv_contains ((const char *const *) self->addresses, "0.0.0.0")
                      && !g_strv_contains ((const char *const *) self->addresses, "::");

      add_service (self, HW_AVAHI_ANY, ipv4 ? HW_AVAHI_IPV4 : HW_AVAHI_ANY);
      n = 1;
    }
  else
    {
      g_autoptr (GHashTable) added = g_hash_table_new (NULL, NULL);

      for (char **address = self->addresses; *address; address++)
        {
          guint interface = find_interface (*address);

          if (!interface || !g_hash_table_add (added, GUINT_TO_POINTER (interface)))
            continue;
          add_service (self, (int) interface,
                       strchr (*address, ':') ? HW_AVAHI_ANY : HW_AVAHI_IPV4);
          n++;
        }
    }
  if (n > 0)
    call (self, self->group, GROUP_INTERFACE, "Commit", NULL, NULL, on_called);
}

static void
on_group (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hw_avahi_call_finish (bus, result, &error);
  HwAnnouncer *self = user_data;

  if (is_cancelled (error))
    return;
  if (!reply)
    {
      fail (self, error->message);
      return;
    }
  g_free (self->group);
  g_variant_get (reply, "(o)", &self->group);
  announce (self);
}

static void
ask_for_group (HwAnnouncer *self)
{
  if (!hw_avahi_is_there (self->avahi))
    return;
  drop_group (self);
  call (self, "/", HW_AVAHI_SERVER, "EntryGroupNew", NULL, "(o)", on_group);
}

static void
take_server_state (HwAnnouncer *self, int state)
{
  if (state == HW_AVAHI_RUNNING && !self->group)
    ask_for_group (self);
  else if (state != HW_AVAHI_RUNNING)
    drop_group (self); /* the machine's own name is not settled yet: announced when it is */
}

static void
on_server_signal (GDBusConnection *bus,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *signal,
                  GVariant *arguments,
                  gpointer user_data)
{
  int state;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(is)")))
    return;
  g_variant_get (arguments, "(i&s)", &state, NULL);
  take_server_state (user_data, state);
}

static void
on_group_signal (GDBusConnection *bus,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *signal,
                 GVariant *arguments,
                 gpointer user_data)
{
  HwAnnouncer *self = user_data;
  const char *error;
  int state;

  if (g_strcmp0 (path, self->group) != 0
      || !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(is)")))
    return;
  g_variant_get (arguments, "(i&s)", &state, &error);
  if (state == GROUP_ESTABLISHED)
    {
      self->n_renames = 0;
      g_message ("Announced by DNS-SD as “%s”", self->label);
    }
  else if (state == GROUP_COLLISION)
    rename_it (self);
  else if (state == GROUP_FAILURE)
    fail (self, error);
}

static void
on_server_state (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hw_avahi_call_finish (bus, result, &error);
  int state;

  if (!reply)
    return;
  g_variant_get (reply, "(i)", &state);
  take_server_state (user_data, state);
}

static void
on_avahi_appeared (gpointer user_data)
{
  HwAnnouncer *self = user_data;

  hw_avahi_subscribe (self->avahi, HW_AVAHI_SERVER, "StateChanged", on_server_signal, self);
  hw_avahi_subscribe (self->avahi, GROUP_INTERFACE, "StateChanged", on_group_signal, self);
  call (self, "/", HW_AVAHI_SERVER, "GetState", NULL, "(i)", on_server_state);
}

static void
on_avahi_vanished (gpointer user_data)
{
  HwAnnouncer *self = user_data;

  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_pointer (&self->group, g_free);
}

/**
 * hw_announcer_new:
 * @id: the place's
 * @name: the place's
 * @port: where it listens
 * @addresses: (transfer none): on these addresses; empty: on all; outlives the object
 *
 * Announces the place from now on. The thread of the server's main context.
 *
 * Returns: (transfer full): what announces it
 */
HwAnnouncer *
hw_announcer_new (const char *id, const char *name, guint16 port, char **addresses)
{
  static const HwAvahiHandler handler = { on_avahi_appeared, on_avahi_vanished };
  HwAnnouncer *self = g_new0 (HwAnnouncer, 1);

  self->id = g_strdup (id);
  self->title = g_strdup (name);
  self->label = cut (name, LABEL_MAX);
  self->port = port;
  self->addresses = addresses;
  self->avahi = hw_avahi_new (&handler, self);
  return self;
}

/**
 * hw_announcer_free:
 * @self: (transfer full): what announces the place no more
 */
void
hw_announcer_free (HwAnnouncer *self)
{
  if (hw_avahi_is_there (self->avahi))
    drop_group (self);
  hw_avahi_free (self->avahi);
  g_free (self->id);
  g_free (self->title);
  g_free (self->label);
  g_free (self);
}
