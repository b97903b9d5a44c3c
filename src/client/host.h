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
  HW_HOST_STOPPING,
} HwHostState;

#define HW_TYPE_HOST (hw_host_get_type ())
/**
 * HwHost:
 *
 * A place on this very computer: hallwayd as our child, with a data directory of its own. It ends
 * when we do. Properties (read-only, notified): "state", "port" (guint, 0: none).
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwHost, hw_host, HW, HOST, GObject)

/* Characters of an admin password at least. */
#define HW_HOST_PASSWORD_MIN 8

HwHost *hw_host_new (const char *program, const char *data, const char *const *options);
gboolean hw_host_is_possible (HwHost *self);
HwHostState hw_host_get_state (HwHost *self);
const char *hw_host_get_name (HwHost *self); /* (nullable): of the place that runs */
guint hw_host_get_port (HwHost *self);
char *hw_host_dup_address (HwHost *self); /* (transfer full) (nullable): "127.0.0.1:port" */

void hw_host_start_async (HwHost *self,
                          const char *name,
                          const char *password,
                          gboolean discoverable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean hw_host_start_finish (HwHost *self, GAsyncResult *result, GError **error);
void hw_host_stop (HwHost *self);

/**
 * HwHostAddress:
 * @address: an IPv4 address of this computer, as others write it
 * @wireless: whether it is that of a radio
 */
typedef struct
{
  char *address;
  gboolean wireless;
} HwHostAddress;

GPtrArray *hw_host_list_addresses (void); /* (transfer full): HwHostAddress */

G_END_DECLS
