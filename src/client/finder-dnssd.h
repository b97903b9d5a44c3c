/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwFinderDnssdHandler:
 * @announced: a place is announced at @address, "host:port", and is said to have that id
 * @withdrawn: it is no longer
 *
 * What an HwFinderDnssd tells its owner.
 */
typedef struct
{
  void (*announced) (const char *address, const char *id, gpointer user_data);
  void (*withdrawn) (const char *address, gpointer user_data);
} HwFinderDnssdHandler;

typedef struct _HwFinderDnssd HwFinderDnssd;

HwFinderDnssd *hw_finder_dnssd_new (const HwFinderDnssdHandler *handler, gpointer user_data);
void hw_finder_dnssd_free (HwFinderDnssd *self);
gboolean hw_finder_dnssd_is_there (HwFinderDnssd *self);
guint hw_finder_dnssd_get_n_announced (HwFinderDnssd *self);

G_END_DECLS
