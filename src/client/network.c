/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The networks that this computer is on: which ones, who else was seen there, and when that
 * changes. All of it is asked of the kernel: by getifaddrs(), by its neighbour and route tables in
 * /proc, and by a netlink socket for the news. */

#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Milliseconds without further news until a change is told: a cable brings a dozen of them. */
#define SETTLE 150

/* Bits of the kernel's tables. */
#define NEIGHBOUR_COMPLETE 0x2
#define ROUTE_GATEWAY      0x2

struct _HwNetworkWatch
{
  GObject parent_instance;

  int fd;
  guint source;
  guint settle_source;
  gboolean is_certain; /* it is no matter of IPv6 addresses alone */
  char *addresses6;    /* those there were */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwNetworkWatch, hw_network_watch, G_TYPE_OBJECT)

/* (transfer full): this computer's own addresses by IPv6, as text */
static char *
list_addresses6 (void)
{
  GString *all = g_string_new (NULL);
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) != 0)
    return g_string_free (all, FALSE);
  for (struct ifaddrs *one = interfaces; one != NULL; one = one->ifa_next)
    {
      char text[INET6_ADDRSTRLEN];

      if (one->ifa_addr == NULL || one->ifa_addr->sa_family != AF_INET6)
        continue;
      inet_ntop (AF_INET6, &((struct sockaddr_in6 *) one->ifa_addr)->sin6_addr, text, sizeof text);
      g_string_append_printf (all, "%s %s\n", one->ifa_name, text);
    }
  freeifaddrs (interfaces);
  return g_string_free (all, FALSE);
}

static gboolean
on_settled (gpointer user_data)
{
  HwNetworkWatch *self = user_data;
  g_autofree char *before = g_steal_pointer (&self->addresses6);

  self->settle_source = 0;
  self->addresses6 = list_addresses6 ();
  if (self->is_certain || g_strcmp0 (before, self->addresses6) != 0)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  self->is_certain = FALSE;
  return G_SOURCE_REMOVE;
}

/* Routers tell every few seconds that IPv6 addresses are good for some more time, and that is all
 * that the news may be. */
static gboolean
is_more_than_address6 (char *news, gsize length)
{
  for (struct nlmsghdr *one = (struct nlmsghdr *) news; NLMSG_OK (one, length);
       one = NLMSG_NEXT (one, length))
    if ((one->nlmsg_type != RTM_NEWADDR && one->nlmsg_type != RTM_DELADDR)
        || one->nlmsg_len < NLMSG_LENGTH (sizeof (struct ifaddrmsg))
        || ((struct ifaddrmsg *) NLMSG_DATA (one))->ifa_family != AF_INET6)
      return TRUE;
  return FALSE;
}

static gboolean
on_news (int fd, GIOCondition condition, gpointer user_data)
{
  HwNetworkWatch *self = user_data;
  union
  {
    struct nlmsghdr align;
    char bytes[8192];
  } news;
  ssize_t n;

  /* What has changed does not matter: all is read anew. So is it when news were lost. */
  while ((n = recv (fd, news.bytes, sizeof news.bytes, MSG_DONTWAIT)) > 0)
    self->is_certain |= is_more_than_address6 (news.bytes, (gsize) n);
  self->is_certain |= errno != EAGAIN && errno != EWOULDBLOCK;
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (SETTLE, on_settled, self);
  return G_SOURCE_CONTINUE;
}

static void
hw_network_watch_dispose (GObject *object)
{
  HwNetworkWatch *self = HW_NETWORK_WATCH (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_pointer (&self->addresses6, g_free);
  G_OBJECT_CLASS (hw_network_watch_parent_class)->dispose (object);
}

static void
hw_network_watch_class_init (HwNetworkWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_network_watch_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hw_network_watch_init (HwNetworkWatch *self)
{
  struct sockaddr_nl address
      = { .nl_family = AF_NETLINK,
          .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR };

  self->addresses6 = list_addresses6 ();
  self->fd = socket (AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (self->fd < 0 || bind (self->fd, (struct sockaddr *) &address, sizeof address) < 0)
    return;
  self->source = g_unix_fd_add (self->fd, G_IO_IN, on_news, self);
}

/**
 * hw_network_watch_new:
 *
 * Returns: (transfer full): what tells of changes from now on
 */
HwNetworkWatch *
hw_network_watch_new (void)
{
  return g_object_new (HW_TYPE_NETWORK_WATCH, NULL);
}

static void
subnet_free (HwSubnet *subnet)
{
  g_free (subnet->address_text);
  g_free (subnet);
}

static guint32
read_address (const struct sockaddr *address)
{
  return ntohl (((const struct sockaddr_in *) address)->sin_addr.s_addr);
}

static gboolean
is_wireless (const char *interface)
{
  g_autofree char *path = g_build_filename ("/sys/class/net", interface, "wireless", NULL);

  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

/**
 * hw_network_list_subnets:
 *
 * Any thread.
 *
 * Returns: (transfer full) (element-type HwSubnet): the networks this computer is on now, its own
 * loopback and interfaces without a link left out
 */
GPtrArray *
hw_network_list_subnets (void)
{
  const guint needed = IFF_UP | IFF_RUNNING;
  GPtrArray *subnets = g_ptr_array_new_with_free_func ((GDestroyNotify) subnet_free);
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) != 0)
    return subnets;
  for (struct ifaddrs *one = interfaces; one != NULL; one = one->ifa_next)
    {
      HwSubnet *subnet;

      if (one->ifa_addr == NULL || one->ifa_netmask == NULL || one->ifa_addr->sa_family != AF_INET
          || (one->ifa_flags & (needed | IFF_LOOPBACK)) != needed)
        continue;
      subnet = g_new0 (HwSubnet, 1);
      subnet->interface = if_nametoindex (one->ifa_name);
      subnet->address = read_address (one->ifa_addr);
      subnet->netmask = read_address (one->ifa_netmask);
      if ((one->ifa_flags & IFF_BROADCAST) != 0 && one->ifa_broadaddr != NULL)
        subnet->broadcast = read_address (one->ifa_broadaddr);
      subnet->wireless = is_wireless (one->ifa_name);
      subnet->address_text = hw_network_write_address (subnet->address);
      g_ptr_array_add (subnets, subnet);
    }
  freeifaddrs (interfaces);
  return subnets;
}

/* Calls for each line of one of the kernel's tables but the first, which names the columns. */
static void
read_table (const char *path,
            void (*take) (const char *line, gpointer user_data),
            gpointer user_data)
{
  g_autofree char *table = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &table, NULL, NULL))
    return;
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    take (lines[i], user_data);
}

static void
take_neighbour (const char *line, gpointer user_data)
{
  char address[64];
  guint type, flags;
  struct in_addr parsed;
  guint32 value;

  if (sscanf (line, "%63s 0x%x 0x%x", address, &type, &flags) != 3
      || (flags & NEIGHBOUR_COMPLETE) == 0 || inet_pton (AF_INET, address, &parsed) != 1)
    return;
  value = ntohl (parsed.s_addr);
  g_array_append_val (user_data, value);
}

/**
 * hw_network_list_neighbours:
 *
 * Any thread.
 *
 * Returns: (transfer full) (element-type guint32): the addresses of other machines on these
 * networks that have answered lately, to whatever question
 */
GArray *
hw_network_list_neighbours (void)
{
  GArray *neighbours = g_array_new (FALSE, FALSE, sizeof (guint32));

  read_table ("/proc/self/net/arp", take_neighbour, neighbours);
  return neighbours;
}

static void
take_route (const char *line, gpointer user_data)
{
  char interface[64];
  guint destination, gateway, flags;

  if (sscanf (line, "%63s %x %x %x", interface, &destination, &gateway, &flags) == 4
      && destination == 0 && (flags & ROUTE_GATEWAY) != 0)
    *(guint32 *) user_data = ntohl (gateway);
}

/**
 * hw_network_get_gateway:
 *
 * Any thread.
 *
 * Returns: the router by which other networks are reached; 0: there is none
 */
guint32
hw_network_get_gateway (void)
{
  guint32 gateway = 0;

  read_table ("/proc/self/net/route", take_route, &gateway);
  return gateway;
}

/* Whether both begin with the same bits, as many as @mask has. */
static gboolean
is_same_net6 (const guint8 *one, const guint8 *other, const struct sockaddr *mask)
{
  const guint8 *bits = ((const struct sockaddr_in6 *) mask)->sin6_addr.s6_addr;

  for (gsize i = 0; i < sizeof (struct in6_addr); i++)
    if (((one[i] ^ other[i]) & bits[i]) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
is_near6 (GInetAddress *address)
{
  struct ifaddrs *interfaces = NULL;
  gboolean is_near = g_inet_address_get_is_link_local (address);

  if (is_near || getifaddrs (&interfaces) != 0)
    return is_near;
  for (struct ifaddrs *one = interfaces; one != NULL && !is_near; one = one->ifa_next)
    is_near = one->ifa_addr != NULL && one->ifa_netmask != NULL
              && one->ifa_addr->sa_family == AF_INET6 && (one->ifa_flags & IFF_LOOPBACK) == 0
              && is_same_net6 (((struct sockaddr_in6 *) one->ifa_addr)->sin6_addr.s6_addr,
                               g_inet_address_to_bytes (address), one->ifa_netmask);
  freeifaddrs (interfaces);
  return is_near;
}

/**
 * hw_network_has_ipv6:
 *
 * Any thread.
 *
 * Returns: whether this computer is on a network by IPv6, be it that of a single cable
 */
gboolean
hw_network_has_ipv6 (void)
{
  const guint needed = IFF_UP | IFF_RUNNING;
  struct ifaddrs *interfaces = NULL;
  gboolean found = FALSE;

  if (getifaddrs (&interfaces) != 0)
    return FALSE;
  for (struct ifaddrs *one = interfaces; one != NULL && !found; one = one->ifa_next)
    found = one->ifa_addr != NULL && one->ifa_addr->sa_family == AF_INET6
            && (one->ifa_flags & (needed | IFF_LOOPBACK)) == needed;
  freeifaddrs (interfaces);
  return found;
}

/* The first interface with an address by IPv6 that passes @wanted, and that address. */
static gboolean
find_address6 (gboolean (*wanted) (const struct in6_addr *), char *name, char *text)
{
  const guint needed = IFF_UP | IFF_RUNNING;
  struct ifaddrs *interfaces = NULL;
  gboolean found = FALSE;

  if (getifaddrs (&interfaces) != 0)
    return FALSE;
  for (struct ifaddrs *one = interfaces; one != NULL && !found; one = one->ifa_next)
    {
      const struct in6_addr *address;

      if (one->ifa_addr == NULL || one->ifa_addr->sa_family != AF_INET6
          || (one->ifa_flags & (needed | IFF_LOOPBACK)) != needed)
        continue;
      address = &((struct sockaddr_in6 *) one->ifa_addr)->sin6_addr;
      found = wanted (address);
      inet_ntop (AF_INET6, address, text, INET6_ADDRSTRLEN);
      g_strlcpy (name, one->ifa_name, IF_NAMESIZE);
    }
  freeifaddrs (interfaces);
  return found;
}

static gboolean
is_of_link (const struct in6_addr *address)
{
  return IN6_IS_ADDR_LINKLOCAL (address);
}

static gboolean
is_of_more (const struct in6_addr *address)
{
  return !IN6_IS_ADDR_LINKLOCAL (address);
}

/**
 * hw_network_find_address6:
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): an address of this computer by IPv6 that others can reach it
 * at: best one that is good beyond a link
 */
char *
hw_network_find_address6 (void)
{
  char name[IF_NAMESIZE], text[INET6_ADDRSTRLEN];

  return find_address6 (is_of_more, name, text) || find_address6 (is_of_link, name, text)
             ? g_strdup (text)
             : NULL;
}

/**
 * hw_network_complete_host:
 * @host: a name or an address, as it was told
 *
 * An address of a link, fe80::…, means something only together with the interface that leads to it,
 * which whoever told it cannot know: ours is taken. Any thread.
 *
 * Returns: (transfer full): where to connect
 */
char *
hw_network_complete_host (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;
  char name[IF_NAMESIZE], text[INET6_ADDRSTRLEN];

  if (strchr (host, ':') != NULL && strchr (host, '%') == NULL)
    address = g_inet_address_new_from_string (host);
  if (address != NULL && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
      && g_inet_address_get_is_link_local (address) && find_address6 (is_of_link, name, text))
    return g_strconcat (host, "%", name, NULL);
  return g_strdup (host);
}

/**
 * hw_network_find_interface:
 * @address: one of this computer's own
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the name of the interface that has it
 */
char *
hw_network_find_interface (GInetSocketAddress *address)
{
  GInetAddress *inet = g_inet_socket_address_get_address (address);
  guint32 scope = g_inet_socket_address_get_scope_id (address);
  struct ifaddrs *interfaces = NULL;
  char name[IF_NAMESIZE];
  char *found = NULL;

  if (scope != 0 && if_indextoname (scope, name) != NULL)
    return g_strdup (name);
  if (getifaddrs (&interfaces) != 0)
    return NULL;
  for (struct ifaddrs *one = interfaces; one != NULL && found == NULL; one = one->ifa_next)
    {
      const void *bytes = NULL;

      if (one->ifa_addr == NULL
          || one->ifa_addr->sa_family != (int) g_inet_address_get_family (inet))
        continue;
      if (one->ifa_addr->sa_family == AF_INET)
        bytes = &((struct sockaddr_in *) one->ifa_addr)->sin_addr;
      else
        bytes = &((struct sockaddr_in6 *) one->ifa_addr)->sin6_addr;
      if (memcmp (bytes, g_inet_address_to_bytes (inet), g_inet_address_get_native_size (inet))
          == 0)
        found = g_strdup (one->ifa_name);
    }
  freeifaddrs (interfaces);
  return found;
}

/**
 * hw_network_is_near:
 * @address: an address
 *
 * Any thread.
 *
 * Returns: whether @address is this computer's own, or on one of its networks
 */
gboolean
hw_network_is_near (GInetAddress *address)
{
  g_autoptr (GPtrArray) subnets = NULL;
  guint32 value;

  if (g_inet_address_get_is_loopback (address))
    return TRUE;
  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV4)
    return is_near6 (address);
  memcpy (&value, g_inet_address_to_bytes (address), sizeof value);
  value = ntohl (value);
  subnets = hw_network_list_subnets ();
  for (guint i = 0; i < subnets->len; i++)
    {
      const HwSubnet *subnet = subnets->pdata[i];

      if (((value ^ subnet->address) & subnet->netmask) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * hw_network_write_address:
 * @address: an IPv4 address in host order
 *
 * Any thread.
 *
 * Returns: (transfer full): as people write it
 */
char *
hw_network_write_address (guint32 address)
{
  char text[INET_ADDRSTRLEN];

  inet_ntop (AF_INET, &(struct in_addr){ htonl (address) }, text, sizeof text);
  return g_strdup (text);
}

/**
 * hw_network_get_time_slept:
 *
 * Any thread.
 *
 * Returns: microseconds that this computer has slept since it was started: when it is more than it
 * was, it has just woken
 */
gint64
hw_network_get_time_slept (void)
{
  struct timespec all, awake;

  clock_gettime (CLOCK_MONOTONIC, &awake);
  clock_gettime (CLOCK_BOOTTIME, &all);
  return (all.tv_sec - awake.tv_sec) * G_USEC_PER_SEC + (all.tv_nsec - awake.tv_nsec) / 1000;
}
