/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwFileIdentity:
 *
 * Which file it is, and as of when: a file that is offered must not be another one when it is
 * fetched.
 */
typedef struct
{
  guint64 device;
  guint64 inode;
  gint64 size;
  gint64 modified; /* nanoseconds */
} HwFileIdentity;

int hw_file_open (const char *path, HwFileIdentity *identity, GError **error);
gboolean hw_file_is_same (const char *path, const HwFileIdentity *identity);
gssize hw_file_read (int fd, guint8 *buffer, gsize size, gint64 offset, GError **error);

void hw_file_hash_async (const char *path,
                         GCancellable *cancellable,
                         gint64 *done,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
char *hw_file_hash_finish (GAsyncResult *result, HwFileIdentity *identity, GError **error);

/**
 * HwFileHash:
 *
 * A SHA-256 that is under way.
 */
typedef struct _HwFileHash HwFileHash;

void hw_file_hash_add (HwFileHash *self, const guint8 *bytes, gsize length);
char *hw_file_hash_end (HwFileHash *self); /* (transfer full) */
void hw_file_hash_free (HwFileHash *self);
void hw_file_hash_begin_async (int fd,
                               gint64 end,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
HwFileHash *hw_file_hash_begin_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwFileHash, hw_file_hash_free)

G_END_DECLS
