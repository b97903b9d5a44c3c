/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Items of a history that are in no log: each stands after an entry. Only HwHistory uses it. */

#pragma once

#include "entry.h"

G_BEGIN_DECLS

typedef struct _HwHistoryLocals HwHistoryLocals;

/* Items of this kind in one history; the oldest go. */
#define HW_HISTORY_LOCALS_MAX 500

HwHistoryLocals *hw_history_locals_new (void);
void hw_history_locals_free (HwHistoryLocals *self);
guint hw_history_locals_get_n (HwHistoryLocals *self);
HwEntry *hw_history_locals_get (HwHistoryLocals *self, guint index); /* (transfer none) */

/* In all of these, @logged is how many entries of the log are items. */
guint hw_history_locals_add (HwHistoryLocals *self, HwEntry *entry, guint64 after, guint logged);
HwEntry *hw_history_locals_at (HwHistoryLocals *self, guint position, guint logged, guint *before);
gboolean
hw_history_locals_find (HwHistoryLocals *self, HwEntry *entry, guint logged, guint *position);
guint hw_history_locals_count_before (HwHistoryLocals *self, guint64 seq);
void hw_history_locals_remove_first (HwHistoryLocals *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwHistoryLocals, hw_history_locals_free)

G_END_DECLS
