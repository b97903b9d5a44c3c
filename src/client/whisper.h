/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "history.h"

G_BEGIN_DECLS

typedef struct _HwPlace HwPlace;

#define HW_TYPE_WHISPER (hw_whisper_get_type ())
/**
 * HwWhisper:
 *
 * What we and one other person whisper to one another at a place. Whispers are in no server's log:
 * they are here, numbered from 1, and, where the place has a stash, on this computer's disk.
 *
 * Properties (read-only, notified): "name" (the other's), "unread" (guint: theirs since the last
 * look), "last-read" (guint64 seq), "remark" (nullable: what is to be known of the last one we
 * sent: that it is held, or stored), "direct" (boolean: the last one, of either, went from computer
 * to computer).
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwWhisper, hw_whisper, HW, WHISPER, GObject)

const char *hw_whisper_get_name (HwWhisper *self);
HwPlace *hw_whisper_get_place (HwWhisper *self); /* (transfer none); lives as long as the whisper */
HwHistory *hw_whisper_get_history (HwWhisper *self); /* (transfer none) */
guint hw_whisper_get_unread (HwWhisper *self);
guint64 hw_whisper_get_last_read (HwWhisper *self);
gboolean hw_whisper_get_direct (HwWhisper *self);
const char *hw_whisper_get_remark (HwWhisper *self); /* (nullable) */

/* As hw_room_say() and its like. */
void hw_whisper_say (HwWhisper *self, const char *text);
void hw_whisper_retry (HwWhisper *self, HwEntry *entry);
void hw_whisper_discard (HwWhisper *self, HwEntry *entry);
void hw_whisper_set_read (HwWhisper *self, guint64 seq);

G_END_DECLS
