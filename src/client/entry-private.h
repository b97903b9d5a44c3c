/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only HwHistory does with an entry. */

#pragma once

#include "entry.h"

G_BEGIN_DECLS

void hw_entry_set_transfer (HwEntry *self, HwTransfer *transfer);
void hw_entry_set_direct (HwEntry *self, gboolean direct);
const char *hw_entry_get_their_key (HwEntry *self); /* (nullable) */
void hw_entry_set_their_key (HwEntry *self, const char *key);
void hw_entry_set_state (HwEntry *self, HwEntryState state, const char *problem);
HwEntry *hw_entry_new_saved_copy (HwEntry *self, guint64 seq, gint64 at);
guint64 hw_entry_get_acknowledged (HwEntry *self);
void hw_entry_set_acknowledged (HwEntry *self, guint64 seq, gint64 at);
HwEntry *hw_entry_make_acknowledged (HwEntry *self);
gboolean hw_entry_is_same (HwEntry *self, HwEntry *other);

G_END_DECLS
