/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "history.h"

G_BEGIN_DECLS

typedef struct _HwPlace HwPlace;

#define HW_TYPE_LOG (hw_log_get_type ())
/**
 * HwLog:
 *
 * A room's log as an admin reads it (log-list, log-read), closed rooms too. Its history is fetched
 * by log-read as it is looked at; while it is watched (hw_log_set_live()) it grows with the room,
 * by log-watch, or by asking every few seconds where the server has no such op.
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwLog, hw_log, HW, LOG, GObject)

HwLog *hw_log_new_from_json (HwPlace *place, JsonObject *row, GError **error);

gint64 hw_log_get_id (HwLog *self);
const char *hw_log_get_room (HwLog *self);
gint64 hw_log_get_created (HwLog *self); /* milliseconds since 1970 UTC */
gint64 hw_log_get_closed (HwLog *self);  /* 0: it is open */
gint64
hw_log_get_last_at (HwLog *self); /* when the last entry that we know of was made, 0: never */
guint64 hw_log_get_n_entries (HwLog *self);
HwHistory *hw_log_get_history (HwLog *self); /* (transfer none) */
void hw_log_set_live (HwLog *self, gboolean live);

G_END_DECLS
