/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean hw_autostart_get (void);
void hw_autostart_set_async (gboolean on,
                             const char *reason,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean hw_autostart_set_finish (GAsyncResult *result, GError **error);

G_END_DECLS
