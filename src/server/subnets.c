/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which addresses are on this machine's own networks: asked of the system, and remembered until it
 * says, by a netlink socket, that an interface or an address has come or gone. Where it cannot say
 * so, what it answered is good for a moment. */

#include "subnets.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

/* Microseconds for which an answer of the system is good, where it does not say that it changes. */
#define REMEMBER_TIME (2 * G_TIME_SPAN_SECOND)

struct _HwSubnets
{
  HwWatch watch; /* first; its descriptor is -1 where the system tells nothing */
  HwPoller *poller;
  struct ifaddrs *interfaces;
  gint64 read_at;
};

static void
forget (HwSubnets *self)
{
  g_clear_pointer (&self->interfaces, freeifaddrs);
}

/* What has changed does not matter: all is read anew when it is needed. A message too many for the
 * socket (ENOBUFS) says the same. */
static void
on_news (HwWatch *watch, guint32 events)
{
  char news[8192];

  while (recv (watch->fd, news, sizeof news, MSG_DONTWAIT) > 0 || errno == ENOBUFS)
    errno = 0;
  forget ((HwSubnets *) watch);
}

static int
open_news (void)
{
  struct sockaddr_nl address
      = { .nl_family = AF_NETLINK,
          .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);

  if (fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) < 0)
    {
      close (fd);
      fd = -1;
    }
  return fd;
}

/**
 * hw_subnets_new:
 * @poller: what waits for news of the system's; outlives the object
 *
 * Returns: (transfer full): what knows the own networks; asked for when first needed
 */
HwSubnets *
hw_subnets_new (HwPoller *poller)
{
  HwSubnets *self = g_new0 (HwSubnets, 1);

  self->poller = poller;
  self->watch.fd = open_news ();
  self->watch.func = on_news;
  self->watch.events = EPOLLIN;
  if (self->watch.fd >= 0)
    hw_poller_add (poller, &self->watch);
  return self;
}

/**
 * hw_subnets_free:
 * @self: (transfer full): subnets
 */
void
hw_subnets_free (HwSubnets *self)
{
  if (self->watch.fd >= 0)
    {
      hw_poller_remove (self->poller, &self->watch);
      close (self->watch.fd);
    }
  forget (self);
  g_free (self);
}

/* Without a mask every bit counts. */
static gboolean
is_same_net (const guint8 *a, const guint8 *b, const guint8 *mask, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((a[i] ^ b[i]) & (mask ? mask[i] : 0xff))
      return FALSE;
  return TRUE;
}

static gboolean
is_on (const struct ifaddrs *interface, const struct in6_addr *address, gboolean itself)
{
  gboolean mapped = IN6_IS_ADDR_V4MAPPED (address);
  const struct sockaddr *mask = interface->ifa_netmask;

  if (!interface->ifa_addr || !mask)
    return FALSE;
  if (interface->ifa_addr->sa_family == AF_INET && mapped)
    return is_same_net (
        &address->s6_addr[12],
        (const guint8 *) &((const struct sockaddr_in *) interface->ifa_addr)->sin_addr,
        itself ? NULL : (const guint8 *) &((const struct sockaddr_in *) mask)->sin_addr, 4);
  if (interface->ifa_addr->sa_family == AF_INET6 && !mapped)
    return is_same_net (
        address->s6_addr,
        (const guint8 *) &((const struct sockaddr_in6 *) interface->ifa_addr)->sin6_addr,
        itself ? NULL : (const guint8 *) &((const struct sockaddr_in6 *) mask)->sin6_addr, 16);
  return FALSE;
}

static gboolean
read_interfaces (HwSubnets *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->interfaces && (self->watch.fd >= 0 || now - self->read_at <= REMEMBER_TIME))
    return TRUE;
  forget (self);
  if (getifaddrs (&self->interfaces) < 0)
    {
      g_warning ("Cannot list the network's interfaces: %s", g_strerror (errno));
      self->interfaces = NULL;
      return FALSE;
    }
  self->read_at = now;
  return TRUE;
}

/**
 * hw_subnets_contain:
 * @self: subnets
 * @address: an address, IPv4 mapped
 *
 * Returns: whether @address is on one of this machine's own subnets
 */
gboolean
hw_subnets_contain (HwSubnets *self, const struct in6_addr *address)
{
  if (hw_address_is_loopback (address) || IN6_IS_ADDR_LINKLOCAL (address))
    return TRUE;
  if (!read_interfaces (self))
    return FALSE;
  for (struct ifaddrs *interface = self->interfaces; interface; interface = interface->ifa_next)
    if (is_on (interface, address, FALSE))
      return TRUE;
  return FALSE;
}

/**
 * hw_subnets_is_own:
 * @self: subnets
 * @address: an address, IPv4 mapped
 *
 * Returns: whether @address is one of this machine's own
 */
gboolean
hw_subnets_is_own (HwSubnets *self, const struct in6_addr *address)
{
  if (hw_address_is_loopback (address))
    return TRUE;
  if (!read_interfaces (self))
    return FALSE;
  for (struct ifaddrs *interface = self->interfaces; interface; interface = interface->ifa_next)
    if (is_on (interface, address, TRUE))
      return TRUE;
  return FALSE;
}

/**
 * hw_address_is_loopback:
 * @address: an address, IPv4 mapped
 *
 * Returns: whether it is this machine itself
 */
gboolean
hw_address_is_loopback (const struct in6_addr *address)
{
  return IN6_IS_ADDR_LOOPBACK (address)
         || (IN6_IS_ADDR_V4MAPPED (address) && address->s6_addr[12] == 127);
}
