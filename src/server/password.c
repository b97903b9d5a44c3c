/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Password hashes: yescrypt by libxcrypt, in threads of their own. Those are few, for a hash takes
 * tens of milliseconds and megabytes, and whoever knocks must not decide how many run at once; and
 * they are not GTask's, which TLS handshakes need. Nothing here keeps a password: copies are wiped.
 */

#include "password.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#include <crypt.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <unistd.h>

/* Hashes that run at the same time. */
#define THREADS_MAX 2

#define ADMIN_PASSWORD_FILE "admin-password"

typedef struct
{
  char *password;
  char *hash; /* NULL: to be made */
} Work;

static void
wipe (char *password)
{
  if (password)
    explicit_bzero (password, strlen (password));
  g_free (password);
}

static void
work_free (Work *self)
{
  wipe (self->password);
  g_free (self->hash);
  g_free (self);
}

G_STATIC_ASSERT (HW_PASSWORD_MAX < CRYPT_MAX_PASSPHRASE_SIZE);

/* (transfer full): @password under @setting, a hash or a salt. */
static char *
crypt_password (const char *password, const char *setting, GError **error)
{
  g_autofree struct crypt_data *data = g_new0 (struct crypt_data, 1);
  const char *result = crypt_r (password, setting, data);
  char *hash = NULL;

  if (result && *result != '*')
    hash = g_strdup (result);
  else
    hw_error_set (error, HW_ERROR_INTERNAL, NULL, "The password cannot be hashed: %s.",
                  g_strerror (errno));
  explicit_bzero (data, sizeof *data);
  return hash;
}

/* How long the comparison takes says nothing about where the hashes differ. */
static gboolean
check_password (const char *password, const char *hash, GError **error)
{
  g_autofree char *other = crypt_password (password, hash, error);

  return other && strlen (other) == strlen (hash)
         && gnutls_memcmp (other, hash, strlen (hash)) == 0;
}

static void
run_work (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  Work *work = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (work->hash)
    {
      gboolean right = check_password (work->password, work->hash, &error);

      if (error)
        g_task_return_error (task, error);
      else
        g_task_return_boolean (task, right);
    }
  else
    {
      char *hash = hw_password_hash (work->password, &error);

      if (error)
        g_task_return_error (task, error);
      else
        g_task_return_pointer (task, hash, g_free);
    }
}

/* One pool for the process: what it bounds is the machine's, not an object's. */
static GThreadPool *
get_pool (void)
{
  static GThreadPool *pool;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool, g_thread_pool_new (run_work, NULL, THREADS_MAX, FALSE, NULL));
  return pool;
}

static void
start_work (const char *password,
            const char *hash,
            gpointer tag,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->password = g_strdup (password);
  work->hash = g_strdup (hash);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_thread_pool_push (get_pool (), task, NULL);
}

/**
 * hw_password_is_bounded:
 * @password: (nullable): what a client sent
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Returns: whether it is short enough to be hashed
 */
gboolean
hw_password_is_bounded (const char *password, GError **error)
{
  if (!password || strlen (password) <= HW_PASSWORD_MAX)
    return TRUE;
  hw_error_set (error, HW_ERROR_BAD_REQUEST, "password", "A password must have at most %d bytes.",
                HW_PASSWORD_MAX);
  return FALSE;
}

/**
 * hw_password_hash_async:
 * @password: what the person typed; copied, and the copy wiped
 * @cancellable: (nullable): to give up
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Makes a hash of @password with a salt of its own. Any thread.
 */
void
hw_password_hash_async (const char *password,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (password != NULL);

  start_work (password, NULL, hw_password_hash_async, cancellable, callback, user_data);
}

/**
 * hw_password_hash_finish:
 * @result: what the callback got
 * @error: why there is no hash
 *
 * Returns: (transfer full) (nullable): the hash, text without secrets but worth keeping one
 */
char *
hw_password_hash_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, hw_password_hash_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hw_password_check_async:
 * @password: what the person typed; copied, and the copy wiped
 * @hash: what hw_password_hash_finish() gave once
 * @cancellable: (nullable): to give up
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Finds out whether @hash is of @password. Any thread.
 */
void
hw_password_check_async (const char *password,
                         const char *hash,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (password != NULL);
  g_return_if_fail (hash != NULL);

  start_work (password, hash, hw_password_check_async, cancellable, callback, user_data);
}

/**
 * hw_password_check_finish:
 * @result: what the callback got
 * @error: why it is not known; a wrong password is no error
 *
 * Returns: whether the password is right
 */
gboolean
hw_password_check_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, hw_password_check_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hw_password_hash:
 * @password: the password
 * @error: why there is no hash
 *
 * Blocks for as long as a hash takes: not for the network thread.
 *
 * Returns: (transfer full) (nullable): the hash
 */
char *
hw_password_hash (const char *password, GError **error)
{
  char salt[CRYPT_GENSALT_OUTPUT_SIZE];

  g_return_val_if_fail (password != NULL, NULL);

  if (!crypt_gensalt_rn ("$y$", 0, NULL, 0, salt, sizeof salt))
    {
      hw_error_set (error, HW_ERROR_INTERNAL, NULL, "No salt can be made for the password: %s.",
                    g_strerror (errno));
      return NULL;
    }
  return crypt_password (password, salt, error);
}

/**
 * hw_admin_password_load:
 * @directory: the data directory
 * @error: why a file that is there cannot be read
 *
 * Reads the file anew each time. Any thread; one short file.
 *
 * Returns: (transfer full) (nullable): the hash, or %NULL without error when none is set
 */
char *
hw_admin_password_load (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, ADMIN_PASSWORD_FILE, NULL);
  g_autoptr (GError) problem = NULL;
  char *hash = NULL;

  if (g_file_get_contents (path, &hash, NULL, &problem))
    return g_strstrip (hash);
  if (!g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    hw_error_set (error, HW_ERROR_INTERNAL, NULL, "The admin password cannot be read: %s.",
                  problem->message);
  return NULL;
}

/**
 * hw_admin_password_save:
 * @directory: the data directory, made if it is not there
 * @hash: the hash
 * @error: why it was not written
 *
 * Replaces the file at once and whole. Blocks until it is on disk.
 *
 * Returns: whether it was written
 */
gboolean
hw_admin_password_save (const char *directory, const char *hash, GError **error)
{
  g_autofree char *path = g_build_filename (directory, ADMIN_PASSWORD_FILE, NULL);
  g_autofree char *line = g_strconcat (hash, "\n", NULL);
  g_autoptr (GError) problem = NULL;

  if (g_mkdir_with_parents (directory, 0700) == 0
      && g_file_set_contents_full (path, line, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, &problem))
    return TRUE;
  hw_error_set (error, HW_ERROR_FAILED, NULL, "The admin password cannot be saved: %s.",
                problem ? problem->message : g_strerror (errno));
  return FALSE;
}
