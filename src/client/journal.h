/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "file-thread.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * HwJournal:
 *
 * A file of JSON objects, one a line, that grows at its end: what was written stays written, and a
 * line is on the disk before its writer is told so. Main thread only, but for hw_journal_read().
 */
typedef struct _HwJournal HwJournal;

/* All lines up to number @upto are on the disk, or, with @error, are not. */
typedef void (*HwJournalFunc) (guint64 upto, const GError *error, gpointer user_data);

HwJournal *
hw_journal_new (HwFileThread *thread, const char *path, HwJournalFunc written, gpointer user_data);
void hw_journal_free (HwJournal *self);
void hw_journal_silence (HwJournal *self);
guint64 hw_journal_append (HwJournal *self, const GString *line);
guint64 hw_journal_replace (HwJournal *self, const GString *lines, gboolean same);
gsize hw_journal_get_size (HwJournal *self);
void hw_journal_set_size (HwJournal *self, gsize size);

GPtrArray *hw_journal_read (const char *path, gsize *size, char **copy, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwJournal, hw_journal_free)

G_END_DECLS
