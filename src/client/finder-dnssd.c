/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks for places that announce themselves by DNS-SD, by asking Avahi over D-Bus: it browses for
 * _hallway._tcp, and resolves what it finds. Where Avahi is not, nothing is found, and nothing is
 * said; when it comes, or comes back, it is asked anew.
 *
 * An announcement is a stranger's word and says nothing of a certificate: the owner makes sure by
 * going there. */

#include "finder-dnssd.h"

#include "address.h"
#include "network.h"

#include "protocol/avahi.h"

#include <net/if.h>
#include <string.h>

#define BROWSER_INTERFACE "org.freedesktop.Avahi.ServiceBrowser"

/* Announcements looked at: anybody on the network may make as many as they like. */
#define ANNOUNCEMENTS_MAX 256

/* Bytes of an id. */
#define ID_BYTES 128

struct _HwFinderDnssd
{
  const HwFinderDnssdHandler *handler;
  gpointer user_data;
  HwAvahi *avahi;
  char *browser;         /* (nullable): its object path */
  GHashTable *announced; /* key of an announcement → its address, "" while it is resolved */
};

typedef struct
{
  HwFinderDnssd *dnssd;
  char *key;
} Resolving;

static void
resolving_free (Resolving *resolving)
{
  g_free (resolving->key);
  g_free (resolving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Resolving, resolving_free)

/* The value of a TXT entry; (transfer full) (nullable). */
static char *
find_text (GVariant *texts, const char *key)
{
  gsize length = strlen (key);

  for (gsize i = 0; i < g_variant_n_children (texts); i++)
    {
      g_autoptr (GVariant) text = g_variant_get_child_value (texts, i);
      gsize n;
      const char *bytes = g_variant_get_fixed_array (text, &n, 1);

      if (n > length && n <= HW_AVAHI_TXT_BYTES && g_ascii_strncasecmp (bytes, key, length) == 0
          && bytes[length] == '=' && g_utf8_validate (bytes, (gssize) n, NULL))
        return g_strndup (bytes + length + 1, n - length - 1);
    }
  return NULL;
}

/* An announcement may name any address: only those of our own networks are gone to. Those of a link
 * alone mean something only together with the interface that leads to it. (transfer full)
 * (nullable) */
static char *
make_host (const char *text, int interface)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  g_autofree char *plain = NULL;
  char name[IF_NAMESIZE];

  if (address == NULL || !hw_network_is_near (address))
    return NULL;
  plain = g_inet_address_to_string (address);
  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6
      || !g_inet_address_get_is_link_local (address))
    return g_steal_pointer (&plain);
  return if_indextoname ((guint) interface, name) ? g_strconcat (plain, "%", name, NULL) : NULL;
}

static void
on_resolved (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Resolving) resolving = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hw_avahi_call_finish (bus, result, &error);
  g_autoptr (GVariant) texts = NULL;
  g_autofree char *id = NULL;
  g_autofree char *address = NULL;
  HwFinderDnssd *self = resolving->dnssd;
  g_autofree char *host = NULL;
  const char *told;
  int interface;
  guint16 port;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(iissssi&sq@aayu)", &interface, NULL, NULL, NULL, NULL, NULL, NULL, &told,
                 &port, &texts, NULL);
  host = make_host (told, interface);
  id = find_text (texts, "id");
  if (id == NULL || *id == '\0' || strlen (id) > ID_BYTES || port == 0 || host == NULL
      || !g_hash_table_contains (self->announced, resolving->key))
    return;
  address = hw_address_to_string (
      &(HwAddress){ .host = host, .port = port, .room = NULL, .loopback = FALSE });
  g_hash_table_insert (self->announced, g_strdup (resolving->key), g_strdup (address));
  self->handler->announced (address, id, self->user_data);
}

static void
on_browser_signal (GDBusConnection *bus,
                   const char *sender,
                   const char *path,
                   const char *interface,
                   const char *signal,
                   GVariant *arguments,
                   gpointer user_data)
{
  HwFinderDnssd *self = user_data;
  const char *name, *type, *domain;
  int index, protocol;
  g_autofree char *key = NULL;

  /* They come before the browser's path does, and only we browse on this connection. */
  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(iisssu)")))
    return;
  g_variant_get (arguments, "(ii&s&s&su)", &index, &protocol, &name, &type, &domain, NULL);
  if (!g_str_equal (type, HW_DNSSD_TYPE))
    return;
  key = g_strdup_printf ("%d/%d/%s/%s", index, protocol, name, domain);
  if (g_str_equal (signal, "ItemRemove"))
    {
      const char *address = g_hash_table_lookup (self->announced, key);
      g_autofree char *gone = g_strdup (address);

      g_hash_table_remove (self->announced, key);
      if (gone != NULL && *gone != '\0')
        self->handler->withdrawn (gone, self->user_data);
    }
  else if (g_str_equal (signal, "ItemNew")
           && g_hash_table_size (self->announced) < ANNOUNCEMENTS_MAX)
    {
      Resolving *resolving = g_new0 (Resolving, 1);

      resolving->dnssd = self;
      resolving->key = g_strdup (key);
      g_hash_table_insert (self->announced, g_steal_pointer (&key), g_strdup (""));
      hw_avahi_call (self->avahi, "/", HW_AVAHI_SERVER, "ResolveService",
                     g_variant_new ("(iisssiu)", index, protocol, name, type, domain, protocol,
                                    HW_AVAHI_NO_FLAGS),
                     "(iissssisqaayu)", on_resolved, resolving);
    }
}

static void
on_browser (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hw_avahi_call_finish (bus, result, &error);
  HwFinderDnssd *self = user_data;

  if (reply != NULL)
    g_variant_get (reply, "(o)", &self->browser);
}

static void
on_avahi_appeared (gpointer user_data)
{
  HwFinderDnssd *self = user_data;

  hw_avahi_subscribe (self->avahi, BROWSER_INTERFACE, NULL, on_browser_signal, self);
  hw_avahi_call (self->avahi, "/", HW_AVAHI_SERVER, "ServiceBrowserNew",
                 g_variant_new ("(iissu)", HW_AVAHI_ANY, HW_AVAHI_ANY, HW_DNSSD_TYPE, "",
                                HW_AVAHI_NO_FLAGS),
                 "(o)", on_browser, self);
}

static void
on_avahi_vanished (gpointer user_data)
{
  HwFinderDnssd *self = user_data;

  g_clear_pointer (&self->browser, g_free);
  g_hash_table_remove_all (self->announced);
}

/**
 * hw_finder_dnssd_new:
 * @handler: what to tell
 * @user_data: for @handler
 *
 * Looks from now on. Main thread.
 *
 * Returns: (transfer full): what looks
 */
HwFinderDnssd *
hw_finder_dnssd_new (const HwFinderDnssdHandler *handler, gpointer user_data)
{
  static const HwAvahiHandler avahi_handler = { on_avahi_appeared, on_avahi_vanished };
  HwFinderDnssd *self = g_new0 (HwFinderDnssd, 1);

  self->handler = handler;
  self->user_data = user_data;
  self->announced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->avahi = hw_avahi_new (&avahi_handler, self);
  return self;
}

/**
 * hw_finder_dnssd_free:
 * @self: (transfer full): what looks no more
 */
void
hw_finder_dnssd_free (HwFinderDnssd *self)
{
  if (self->browser != NULL)
    hw_avahi_call (self->avahi, self->browser, BROWSER_INTERFACE, "Free", NULL, NULL, NULL, NULL);
  hw_avahi_free (self->avahi);
  g_hash_table_unref (self->announced);
  g_free (self);
}

/**
 * hw_finder_dnssd_is_there:
 * @self: what looks
 *
 * Returns: whether there is an Avahi to ask
 */
gboolean
hw_finder_dnssd_is_there (HwFinderDnssd *self)
{
  return hw_avahi_is_there (self->avahi);
}

/**
 * hw_finder_dnssd_get_n_announced:
 * @self: what looks
 *
 * Returns: how many announcements there are now
 */
guint
hw_finder_dnssd_get_n_announced (HwFinderDnssd *self)
{
  return g_hash_table_size (self->announced);
}
