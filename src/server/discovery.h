/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "poller.h"
#include "protocol/datagram.h"
#include "subnets.h"

G_BEGIN_DECLS

typedef struct _HwDiscovery HwDiscovery;

/* Fills in all of @answer but the probe; its strings stay the caller's. */
typedef void (*HwDescribeFunc) (HwAnswer *answer, gpointer user_data);

HwDiscovery *hw_discovery_new (HwPoller *poller,
                               HwSubnets *subnets,
                               char **addresses,
                               HwDescribeFunc describe,
                               gpointer user_data,
                               GError **error);
void hw_discovery_free (HwDiscovery *self);

G_END_DECLS
