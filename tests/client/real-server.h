/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/**
 * RealServer:
 *
 * hallwayd as a child, on a free port of the loopback interface, with its data in a folder of its
 * own.
 */
typedef struct
{
  char *data;
  GSubprocess *process; /* (nullable): not running */
  guint16 port;         /* the same after a restart */
} RealServer;

RealServer *real_server_new (const char *folder);
void real_server_free (RealServer *self);
void real_server_start (RealServer *self, ...) G_GNUC_NULL_TERMINATED;
void real_server_kill (RealServer *self);
void real_server_wait (RealServer *self);
void real_server_set_admin_password (RealServer *self, const char *password);
char *real_server_get_address (RealServer *self);
