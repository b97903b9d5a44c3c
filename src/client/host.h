/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwHostState:
 *
 * Whether this computer runs a place for us.
 */
typedef enum
{
  HW_HOST_IDLE,
  HW_HOST_STARTING,
  HW_HOST_RUNNING,
  HW_HOST_RESTARTING, /* it has died, and is started again in a moment */
  HW_HOST_STOPPING,
} HwHostState;

#define HW_TYPE_HOST (hw_host_get_type ())
/**
 * HwHost:
 *
 * A place on this very computer: hallwayd as our child, with a data directory of its own. It ends
 * when we do. Where it dies by itself it is started again; where it dies again and again, that is
 * given up, with the reason. What it is called and whether others may find it is kept beside its
 * data, so that it can be opened again without being asked.
 *
 * Properties (read-only, notified): "state"; "port" (guint, 0: none); "reached" (boolean): somebody
 * from another computer has come, now or in earlier times.
 *
 * Main thread only.
 *
 * Signals:
 * gave-up (host, const char *reason): it died too often, and is idle now
 */
G_DECLARE_FINAL_TYPE (HwHost, hw_host, HW, HOST, GObject)

/* Characters of an admin password at least. */
#define HW_HOST_PASSWORD_MIN 8

/* Ports tried after the usual one, in their order, before any that is free. */
#define HW_HOST_MORE_PORTS 8

HwHost *hw_host_new (const char *program, const char *data, const char *const *options);
gboolean hw_host_is_possible (HwHost *self);
HwHostState hw_host_get_state (HwHost *self);
gboolean hw_host_is_open (HwHost *self);
const char *hw_host_get_name (HwHost *self); /* (nullable): of the place that runs, or ran last */
gboolean hw_host_get_discoverable (HwHost *self);
gboolean hw_host_has_password (HwHost *self);
guint hw_host_get_port (HwHost *self);
gboolean hw_host_get_reached (HwHost *self);
char *hw_host_dup_address (HwHost *self);    /* (transfer full) (nullable): "127.0.0.1:port" */
char *hw_host_dup_invitation (HwHost *self); /* (transfer full) (nullable): "hallway://…" */

void hw_host_start_async (HwHost *self,
                          const char *name,
                          const char *password,
                          gboolean discoverable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean hw_host_start_finish (HwHost *self, GAsyncResult *result, GError **error);
void hw_host_stop (HwHost *self);

G_END_DECLS
