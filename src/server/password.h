/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean hw_password_is_bounded (const char *password, GError **error);

void hw_password_hash_async (const char *password,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
char *hw_password_hash_finish (GAsyncResult *result, GError **error);
void hw_password_check_async (const char *password,
                              const char *hash,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hw_password_check_finish (GAsyncResult *result, GError **error);
char *hw_password_hash (const char *password, GError **error);

char *hw_admin_password_load (const char *directory, GError **error);
gboolean hw_admin_password_save (const char *directory, const char *hash, GError **error);

G_END_DECLS
