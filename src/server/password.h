/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Password hashes (yescrypt by libxcrypt). Both run in a worker thread and call back on the
 * thread-default main context of the caller; the password is wiped from memory after use. */
void hw_password_hash_async (const char *password,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
char *hw_password_hash_finish (GAsyncResult *result, GError **error); /* (transfer full) */
void hw_password_check_async (const char *password,
                              const char *hash,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* TRUE: it is right. FALSE without error: it is wrong. */
gboolean hw_password_check_finish (GAsyncResult *result, GError **error);

/* Blocking: for --set-admin-password and for tests. */
char *hw_password_hash (const char *password, GError **error);

/* The admin password's hash, in a file (admin-password, mode 0600) of the data directory, written
 * atomically and read anew each time, so that a running server takes a new one at once. (nullable):
 * none is set. */
char *hw_admin_password_load (const char *directory, GError **error);
gboolean hw_admin_password_save (const char *directory, const char *hash, GError **error);

G_END_DECLS
