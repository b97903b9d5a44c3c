/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files as they are read: which one it is, its bytes, and their SHA-256, taken in a thread, for
 * disks may let one wait. */

#include "hallway-config.h"

#include "file-hash.h"

#include "protocol/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes read at once. */
#define BUFFER_SIZE (256 * 1024)

#define SHA256_SIZE 32

static void
set_read_error (GError **error)
{
  hw_error_set (error, HW_ERROR_FAILED, NULL,
                /* Translators: %s is what the system says */
                _ ("The file cannot be read: %s."), g_strerror (errno));
}

static void
get_identity (const struct stat *info, HwFileIdentity *identity)
{
  identity->device = info->st_dev;
  identity->inode = info->st_ino;
  identity->size = info->st_size;
  identity->modified
      = info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_mtim.tv_nsec;
}

/**
 * hw_file_open:
 * @path: a file
 * @identity: (out): which one it is
 * @error: in words for the person
 *
 * Opens a regular file; a pipe or a device would block or never end. Any thread.
 *
 * Returns: its descriptor; -1: error
 */
int
hw_file_open (const char *path, HwFileIdentity *identity, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      set_read_error (error);
      if (fd >= 0)
        close (fd);
      return -1;
    }
  if (!S_ISREG (info.st_mode))
    {
      hw_error_set (error, HW_ERROR_FAILED, NULL, _ ("Only files can be sent, no folders."));
      close (fd);
      return -1;
    }
  get_identity (&info, identity);
  return fd;
}

/**
 * hw_file_is_same:
 * @path: a file
 * @identity: which one was there
 *
 * Returns: whether it still is, and was not written to since
 */
gboolean
hw_file_is_same (const char *path, const HwFileIdentity *identity)
{
  HwFileIdentity now = { 0 };
  struct stat info;

  if (stat (path, &info) != 0)
    return FALSE;
  get_identity (&info, &now);
  return memcmp (&now, identity, sizeof now) == 0;
}

/**
 * hw_file_read:
 * @fd: a file
 * @buffer: where to
 * @size: how much at most
 * @offset: from where
 * @error: in words for the person
 *
 * Any thread.
 *
 * Returns: the bytes read; 0: the end; -1: error
 */
gssize
hw_file_read (int fd, guint8 *buffer, gsize size, gint64 offset, GError **error)
{
  gssize n;

  do
    n = pread (fd, buffer, size, offset);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    set_read_error (error);
  return n;
}

static HwFileHash *
hash_new (void)
{
  gnutls_hash_hd_t hash = NULL;

  /* It fails only where SHA-256 is forbidden, and TLS with it. */
  if (gnutls_hash_init (&hash, GNUTLS_DIG_SHA256) != 0)
    g_error ("There is no SHA-256");
  return (HwFileHash *) hash;
}

/**
 * hw_file_hash_add:
 * @self: a hash
 * @bytes: what comes next in the file
 * @length: of that
 */
void
hw_file_hash_add (HwFileHash *self, const guint8 *bytes, gsize length)
{
  gnutls_hash ((gnutls_hash_hd_t) self, bytes, length);
}

/**
 * hw_file_hash_end:
 * @self: (transfer full): a hash
 *
 * Returns: (transfer full): its 64 hexadecimal digits
 */
char *
hw_file_hash_end (HwFileHash *self)
{
  guint8 digest[SHA256_SIZE];
  char *text = g_malloc (2 * SHA256_SIZE + 1);

  gnutls_hash_deinit ((gnutls_hash_hd_t) self, digest);
  for (int i = 0; i < SHA256_SIZE; i++)
    g_snprintf (text + 2 * i, 3, "%02x", digest[i]);
  return text;
}

/**
 * hw_file_hash_free:
 * @self: (transfer full): a hash that nobody needs
 */
void
hw_file_hash_free (HwFileHash *self)
{
  gnutls_hash_deinit ((gnutls_hash_hd_t) self, NULL);
}

/* Feeds the first @end bytes to @hash. */
static gboolean
hash_file (
    int fd, gint64 end, HwFileHash *hash, gint64 *done, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  gint64 at = 0;

  while (at < end)
    {
      gssize n;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      n = hw_file_read (fd, buffer, MIN (BUFFER_SIZE, end - at), at, error);
      if (n < 0)
        return FALSE;
      if (n == 0)
        {
          hw_error_set (error, HW_ERROR_FAILED, NULL, _ ("The file changes while it is read."));
          return FALSE;
        }
      hw_file_hash_add (hash, buffer, (gsize) n);
      at += n;
      if (done)
        __atomic_store_n (done, at, __ATOMIC_RELAXED);
    }
  return TRUE;
}

typedef struct
{
  char *path; /* (nullable): a descriptor was given */
  int fd;
  gint64 end;
  gint64 *done;
  HwFileIdentity identity;
} Hash;

static void
hash_free (Hash *hash)
{
  g_free (hash->path);
  g_free (hash);
}

static void
run_hash (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Hash *self = data;
  GError *error = NULL;
  HwFileHash *hash;
  g_autofree char *digest = NULL;
  gboolean hashed;
  int fd = hw_file_open (self->path, &self->identity, &error);

  if (fd < 0)
    {
      g_task_return_error (task, error);
      return;
    }
  hash = hash_new ();
  hashed = hash_file (fd, self->identity.size, hash, self->done, cancellable, &error);
  digest = hw_file_hash_end (hash);
  close (fd);
  if (hashed)
    g_task_return_pointer (task, g_steal_pointer (&digest), g_free);
  else
    g_task_return_error (task, error);
}

/**
 * hw_file_hash_async:
 * @path: a file
 * @cancellable: (nullable): to stop it
 * @done: how many bytes are read, changed while it works; must live until @callback
 * @callback: told when it is done
 * @user_data: for @callback
 *
 * Reads a file for its SHA-256.
 */
void
hw_file_hash_async (const char *path,
                    GCancellable *cancellable,
                    gint64 *done,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Hash *hash = g_new0 (Hash, 1);

  hash->path = g_strdup (path);
  hash->done = done;
  g_task_set_source_tag (task, hw_file_hash_async);
  g_task_set_task_data (task, hash, (GDestroyNotify) hash_free);
  g_task_run_in_thread (task, run_hash);
}

/**
 * hw_file_hash_finish:
 * @result: as the callback had it
 * @identity: (out): which file that was
 * @error: in words for the person
 *
 * Returns: (transfer full) (nullable): 64 hexadecimal digits
 */
char *
hw_file_hash_finish (GAsyncResult *result, HwFileIdentity *identity, GError **error)
{
  Hash *hash = g_task_get_task_data (G_TASK (result));

  *identity = hash->identity;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
run_begin (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Hash *self = data;
  GError *error = NULL;
  HwFileHash *hash = hash_new ();

  if (hash_file (self->fd, self->end, hash, NULL, cancellable, &error))
    {
      g_task_return_pointer (task, hash, (GDestroyNotify) hw_file_hash_free);
      return;
    }
  hw_file_hash_free (hash);
  g_task_return_error (task, error);
}

/**
 * hw_file_hash_begin_async:
 * @fd: a file that is not whole yet; must stay open until @callback
 * @end: how much of it is there
 * @cancellable: (nullable): to stop it
 * @callback: told when it is done
 * @user_data: for @callback
 *
 * Reads what is there, for a hash to go on with.
 */
void
hw_file_hash_begin_async (
    int fd, gint64 end, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Hash *hash = g_new0 (Hash, 1);

  hash->fd = fd;
  hash->end = end;
  g_task_set_source_tag (task, hw_file_hash_begin_async);
  g_task_set_task_data (task, hash, (GDestroyNotify) hash_free);
  g_task_run_in_thread (task, run_begin);
}

/**
 * hw_file_hash_begin_finish:
 * @result: as the callback had it
 * @error: in words for the person
 *
 * Returns: (transfer full) (nullable): the hash of what is there
 */
HwFileHash *
hw_file_hash_begin_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
