/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwFileThread:
 *
 * A thread on which files are read and written, one job after the other, so that a slow disk never
 * holds up the main loop. Reference-counted; the last reference must be given up on the main
 * thread, and waits until all is written.
 */
typedef struct _HwFileThread HwFileThread;

/* Runs on the thread, and later, on the main loop; @done may free @data. */
typedef void (*HwFileJob) (gpointer data);

HwFileThread *hw_file_thread_new (void);
HwFileThread *hw_file_thread_ref (HwFileThread *self);
void hw_file_thread_unref (HwFileThread *self);
void hw_file_thread_push (HwFileThread *self, HwFileJob run, HwFileJob done, gpointer data);
void hw_file_thread_flush (HwFileThread *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwFileThread, hw_file_thread_unref)

gboolean hw_file_replace (const char *path, const char *data, gsize length, GError **error);
char *hw_file_set_aside (const char *path, GError **error);

G_END_DECLS
