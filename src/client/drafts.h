/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "file-thread.h"

G_BEGIN_DECLS

/**
 * HwDrafts:
 *
 * What was being written at one place and not sent, for each conversation. Main thread only.
 */
typedef struct _HwDrafts HwDrafts;

HwDrafts *hw_drafts_new (void);
void hw_drafts_free (HwDrafts *self);
void hw_drafts_open (HwDrafts *self, HwFileThread *thread, const char *path, GPtrArray *lines);
void hw_drafts_close (HwDrafts *self, gboolean forget);
void hw_drafts_set (HwDrafts *self, const char *conversation, const char *text);
const char *hw_drafts_get (HwDrafts *self, const char *conversation);

G_END_DECLS
