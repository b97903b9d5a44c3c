/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

int hw_service_find_sockets (int *first);
void hw_service_notify (const char *state);
guint64 hw_service_get_watchdog (void);
const char *hw_service_enter_data (const char *directory, GError **error);

G_END_DECLS
