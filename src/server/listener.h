/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "poller.h"

#include <sys/socket.h>

G_BEGIN_DECLS

typedef struct _HwListener HwListener;

/* @fd: (transfer full): a nonblocking socket */
typedef void (*HwAcceptedFunc) (int fd, const struct sockaddr *address, gpointer user_data);

HwListener *hw_listener_new (HwPoller *poller,
                             char **addresses,
                             guint port,
                             HwAcceptedFunc func,
                             gpointer user_data,
                             GError **error);
void hw_listener_free (HwListener *self);

guint hw_listener_get_port (HwListener *self);
char **hw_listener_list_addresses (HwListener *self);
void hw_listener_stop (HwListener *self);
void hw_listener_descriptor_freed (HwListener *self);

G_END_DECLS
