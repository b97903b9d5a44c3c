/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwAddress:
 * @host: a host name or an IP address, without brackets
 * @port: 1 to 65535
 * @room: (nullable): the room that the address leads to
 * @loopback: whether it is this very machine
 *
 * Where a place is, as a person or a link says it.
 */
typedef struct
{
  char *host;
  guint16 port;
  char *room;
  gboolean loopback;
} HwAddress;

HwAddress *hw_address_parse (const char *text, GError **error);
char *hw_address_to_string (const HwAddress *self);
void hw_address_free (HwAddress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwAddress, hw_address_free)

G_END_DECLS
