/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwSubnet:
 * @interface: the interface's index
 * @address: this computer's own address there
 * @netmask: which part of it is the network's
 * @broadcast: where to send what is for everybody there; 0: there is no such address
 * @wireless: whether it is a radio's
 * @address_text: @address as people write it
 *
 * A network that this computer is on, by IPv4. Addresses are in host order.
 */
typedef struct
{
  guint interface;
  guint32 address;
  guint32 netmask;
  guint32 broadcast;
  gboolean wireless;
  char *address_text;
} HwSubnet;

GPtrArray *hw_network_list_subnets (void);
GArray *hw_network_list_neighbours (void);
guint32 hw_network_get_gateway (void);
gboolean hw_network_is_near (GInetAddress *address);
gboolean hw_network_has_ipv6 (void);
char *hw_network_find_interface (GInetSocketAddress *address);
char *hw_network_find_address6 (void);
char *hw_network_complete_host (const char *host);
char *hw_network_write_address (guint32 address);
gint64 hw_network_get_time_slept (void);

#define HW_TYPE_NETWORK_WATCH (hw_network_watch_get_type ())
/**
 * HwNetworkWatch:
 *
 * Tells when interfaces, addresses or routes come and go. Main thread only.
 *
 * Signals:
 * changed (watch): they did, a moment ago, and have been quiet since
 */
G_DECLARE_FINAL_TYPE (HwNetworkWatch, hw_network_watch, HW, NETWORK_WATCH, GObject)

HwNetworkWatch *hw_network_watch_new (void);

G_END_DECLS
