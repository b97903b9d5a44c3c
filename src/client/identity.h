/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *hw_identity_get_folder (void); /* (transfer full) */
void hw_identity_load_async (const char *folder,
                             const char *id,
                             const char *fingerprint,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
GTlsCertificate *hw_identity_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
