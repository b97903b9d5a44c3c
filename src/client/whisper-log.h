/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "entry.h"
#include "file-thread.h"

G_BEGIN_DECLS

/**
 * HwWhisperLog:
 *
 * What was whispered at one place, for the next start: whispers are in no server's log. Main
 * thread only.
 */
typedef struct _HwWhisperLog HwWhisperLog;

/* @entries: (element-type HwEntry): saved ones, numbered from 1 */
typedef void (*HwWhisperLogFunc) (const char *name,
                                  GPtrArray *entries,
                                  guint64 last_read,
                                  gpointer user_data);

/* @error: (nullable): it is over */
typedef void (*HwWhisperLogTrouble) (const GError *error, gpointer user_data);
typedef void (*HwWhisperLogWritten) (gpointer user_data);
typedef void (*HwWhisperLogReceived) (const char *folded, const char *key, gpointer user_data);

HwWhisperLog *hw_whisper_log_new (HwWhisperLogTrouble trouble, gpointer user_data);
void hw_whisper_log_free (HwWhisperLog *self);
void hw_whisper_log_open (HwWhisperLog *self,
                          HwFileThread *thread,
                          const char *path,
                          GPtrArray *lines,
                          gsize size,
                          gboolean damaged);
void hw_whisper_log_close (HwWhisperLog *self);
void hw_whisper_log_when_written (HwWhisperLog *self, HwWhisperLogWritten done, gpointer user_data);
void
hw_whisper_log_foreach_received (HwWhisperLog *self, HwWhisperLogReceived func, gpointer user_data);
void hw_whisper_log_add (HwWhisperLog *self, const char *name, HwEntry *entry);
void hw_whisper_log_set_read (HwWhisperLog *self, const char *name, guint64 seq);
void hw_whisper_log_set_closed (HwWhisperLog *self, const char *name, gboolean closed);
void hw_whisper_log_forget (HwWhisperLog *self, const char *name);
gboolean hw_whisper_log_has_key (HwWhisperLog *self, const char *key);
void hw_whisper_log_foreach_open (HwWhisperLog *self, HwWhisperLogFunc func, gpointer user_data);
GPtrArray *
hw_whisper_log_find (HwWhisperLog *self, const char *name, guint64 *last_read); /* (nullable) */

G_END_DECLS
