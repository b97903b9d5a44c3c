/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only rooms and logs do with a history. */

#pragma once

#include "history.h"

G_BEGIN_DECLS

/* Entries that are shown at most: item positions are guints, and whoever shows them keeps some
 * bytes for each. A hundred times more than any log we know of. */
#define HW_HISTORY_ENTRIES_MAX (G_GUINT64_CONSTANT (1) << 28)

void hw_history_acknowledge (HwHistory *self, HwEntry *entry, guint64 seq, gint64 at);
void hw_history_retry_failed (HwHistory *self);
gboolean hw_history_agrees (HwHistory *self, GPtrArray *entries);
void hw_history_reset (HwHistory *self);
HwEntry *hw_history_get_unsaved (HwHistory *self, guint index);

G_END_DECLS
