/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which addresses are on this machine's own networks: asked of the system, and remembered for a
 * moment, for networks come and go. */

#include "subnets.h"

#include <errno.h>
#include <ifaddrs.h>
#include <string.h>

/* Microseconds for which an answer of the system is good. */
#define REMEMBER_TIME (2 * G_TIME_SPAN_SECOND)

struct _HwSubnets
{
  struct ifaddrs *interfaces;
  gint64 read_at;
};

/**
 * hw_subnets_new:
 *
 * Returns: (transfer full): what knows the own networks; asked for when first needed
 */
HwSubnets *
hw_subnets_new (void)
{
  return g_new0 (HwSubnets, 1);
}

/**
 * hw_subnets_free:
 * @self: (transfer full): subnets
 */
void
hw_subnets_free (HwSubnets *self)
{
  if (self->interfaces)
    freeifaddrs (self->interfaces);
  g_free (self);
}

static gboolean
is_same_net (const guint8 *a, const guint8 *b, const guint8 *mask, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((a[i] ^ b[i]) & mask[i])
      return FALSE;
  return TRUE;
}

static gboolean
is_on (const struct ifaddrs *interface, const struct in6_addr *address)
{
  gboolean mapped = IN6_IS_ADDR_V4MAPPED (address);

  if (!interface->ifa_addr || !interface->ifa_netmask)
    return FALSE;
  if (interface->ifa_addr->sa_family == AF_INET && mapped)
    return is_same_net (
        &address->s6_addr[12],
        (const guint8 *) &((const struct sockaddr_in *) interface->ifa_addr)->sin_addr,
        (const guint8 *) &((const struct sockaddr_in *) interface->ifa_netmask)->sin_addr, 4);
  if (interface->ifa_addr->sa_family == AF_INET6 && !mapped)
    return is_same_net (
        address->s6_addr,
        (const guint8 *) &((const struct sockaddr_in6 *) interface->ifa_addr)->sin6_addr,
        (const guint8 *) &((const struct sockaddr_in6 *) interface->ifa_netmask)->sin6_addr, 16);
  return FALSE;
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
  gint64 now = g_get_monotonic_time ();

  if (hw_address_is_loopback (address) || IN6_IS_ADDR_LINKLOCAL (address))
    return TRUE;
  if (!self->interfaces || now - self->read_at > REMEMBER_TIME)
    {
      if (self->interfaces)
        freeifaddrs (self->interfaces);
      self->interfaces = NULL;
      if (getifaddrs (&self->interfaces) < 0)
        {
          g_warning ("Cannot list the network's interfaces: %s", g_strerror (errno));
          return FALSE;
        }
      self->read_at = now;
    }
  for (struct ifaddrs *interface = self->interfaces; interface; interface = interface->ifa_next)
    if (is_on (interface, address))
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
