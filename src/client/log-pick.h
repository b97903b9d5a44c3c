/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-filter.h"
#include "log.h"
#include "place.h"

G_BEGIN_DECLS

#define HW_TYPE_LOG_PICK (hw_log_pick_get_type ())
/**
 * HwLogPick:
 *
 * What a filter lets through of a log, as a picked HwHistory, fetched as it is looked at. While the
 * log is live, so is this. Main thread only.
 *
 * Signals:
 * changed (pick): the span was found, more was counted, or something went wrong
 */
G_DECLARE_FINAL_TYPE (HwLogPick, hw_log_pick, HW, LOG_PICK, GObject)

HwLogPick *hw_log_pick_new (HwPlace *place, HwLog *log, const HwLogFilter *filter);
HwHistory *hw_log_pick_get_history (HwLogPick *self); /* (transfer none) */
gboolean hw_log_pick_get_range (HwLogPick *self, guint64 *low, guint64 *high);
const GError *hw_log_pick_get_error (HwLogPick *self); /* (nullable) (transfer none) */

G_END_DECLS
