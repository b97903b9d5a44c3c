/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only the place does with a whisper. */

#pragma once

#include "whisper.h"

G_BEGIN_DECLS

HwWhisper *hw_whisper_new (HwPlace *place, const char *name);
const char *hw_whisper_get_folded (HwWhisper *self);
guint hw_whisper_get_n_waiting (HwWhisper *self);
HwEntry *hw_whisper_take (HwWhisper *self, const char *text, gint64 at);
void hw_whisper_pump (HwWhisper *self);

G_END_DECLS
