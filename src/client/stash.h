/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "file-thread.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * HwStashFile:
 * @path: where it is
 * @lines: (element-type JsonObject): what it says
 * @size: its length, bytes
 * @damaged: it was not whole, and is to be written anew
 *
 * One journal as it was found.
 */
typedef struct
{
  char *path;
  GPtrArray *lines;
  gsize size;
  gboolean damaged;
} HwStashFile;

/**
 * HwStashed:
 * @outbox: what is not known to be saved
 * @whispers: what was whispered
 * @drafts: what was being written
 * @files: which files came, and where they are
 *
 * What is kept of one person at one place, locked for this program until it is freed.
 */
typedef struct
{
  HwStashFile outbox;
  HwStashFile whispers;
  HwStashFile drafts;
  HwStashFile files;
  char *session; /* path of the file that says which session is ours */
  HwFileThread *thread;
  int lock; /* file descriptor, -1: none */
} HwStashed;

#define HW_TYPE_STASH (hw_stash_get_type ())
/**
 * HwStash:
 *
 * What this computer keeps of places for the next start: messages on their way, whispers, drafts.
 * One folder for each place, by its server's id, in it one for each name; readable for the person
 * alone.
 *
 * Properties: "keeps-whispers" (boolean, TRUE): FALSE deletes those that are kept.
 *
 * Signals:
 * forget (stash, const char *id): nothing of that place is to be kept any more
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwStash, hw_stash, HW, STASH, GObject)

HwStash *hw_stash_new (const char *folder); /* NULL: the usual one */
HwFileThread *hw_stash_get_thread (HwStash *self);
gboolean hw_stash_get_keeps_whispers (HwStash *self);
void hw_stash_set_keeps_whispers (HwStash *self, gboolean keeps);
void hw_stash_forget (HwStash *self, const char *id);
void hw_stash_open_async (HwStash *self,
                          const char *id,
                          const char *name,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
HwStashed *
hw_stash_open_finish (HwStash *self, GAsyncResult *result, GError **error); /* (transfer full) */

void hw_stash_find_session_async (HwStash *self,
                                  const char *id,
                                  const char *name,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
JsonObject *hw_stash_find_session_finish (HwStash *self,
                                          GAsyncResult *result); /* (transfer full) (nullable) */

void hw_stashed_keep_session (HwStashed *stashed, GString *session);
void hw_stashed_free (HwStashed *stashed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwStashed, hw_stashed_free)

G_END_DECLS
