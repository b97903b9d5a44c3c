/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

typedef struct _FaultProxy FaultProxy;

/**
 * FaultProxy:
 *
 * Stands between a client and a server and is as bad as a network may be: what goes through comes
 * in pieces of any size, late, and at any time both ends may find the connection gone. It never
 * changes a byte or their order.
 */
FaultProxy *fault_proxy_new (guint16 server_port);
void fault_proxy_free (FaultProxy *self);
char *fault_proxy_get_address (FaultProxy *self);
void fault_proxy_set_cutting (FaultProxy *self, guint mean_milliseconds);
guint fault_proxy_get_n_cuts (FaultProxy *self);
