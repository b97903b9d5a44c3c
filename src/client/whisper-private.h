/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only the place does with a whisper. */

#pragma once

#include "outbox.h"
#include "whisper.h"

G_BEGIN_DECLS

HwWhisper *hw_whisper_new (HwPlace *place, const char *name);
const char *hw_whisper_get_folded (HwWhisper *self);
void hw_whisper_log_all (HwWhisper *self);
gboolean hw_whisper_is_empty (HwWhisper *self);
void hw_whisper_restore (HwWhisper *self, GPtrArray *entries, guint64 last_read);
void hw_whisper_show (HwWhisper *self, const HwOutboxItem *item);
void hw_whisper_give_up (HwWhisper *self, const char *problem);
HwEntry *
hw_whisper_take (HwWhisper *self, const char *text, gint64 at, const char *key, gboolean direct);
void hw_whisper_discard_all (HwWhisper *self);
void hw_whisper_pump (HwWhisper *self);

G_END_DECLS
