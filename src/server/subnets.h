/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "poller.h"

#include <netinet/in.h>

G_BEGIN_DECLS

typedef struct _HwSubnets HwSubnets;

HwSubnets *hw_subnets_new (HwPoller *poller);
void hw_subnets_free (HwSubnets *self);
gboolean hw_subnets_contain (HwSubnets *self, const struct in6_addr *address);
gboolean hw_subnets_is_own (HwSubnets *self, const struct in6_addr *address);

gboolean hw_address_is_loopback (const struct in6_addr *address);

G_END_DECLS
