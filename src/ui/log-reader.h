/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "activity-pane.h"
#include "find-bar.h"
#include "log-filter-bar.h"
#include "log-view.h"

#include "client/place.h"

G_BEGIN_DECLS

#define HW_TYPE_LOG_READER (hw_log_reader_get_type ())
/**
 * HwLogReader:
 *
 * Reads one log at a time with what the log window has for that: the timeline, the search field,
 * the filter's chips and the chart. It decides which entries are shown, and keeps the place that
 * one reads at while that changes.
 *
 * Signals:
 * changed (reader): what is shown, or how much there is of it, has changed
 */
G_DECLARE_FINAL_TYPE (HwLogReader, hw_log_reader, HW, LOG_READER, GObject)

HwLogReader *hw_log_reader_new (HwLogView *view,
                                HwFindBar *find,
                                HwLogFilterBar *filters,
                                HwActivityPane *activity);
void hw_log_reader_set_log (HwLogReader *self, HwPlace *place, HwLog *log);
HwLog *hw_log_reader_get_log (HwLogReader *self); /* (transfer none) (nullable) */
const HwLogFilter *hw_log_reader_get_filter (HwLogReader *self);
HwHistory *hw_log_reader_get_picked (HwLogReader *self); /* (transfer none) (nullable) */
char *hw_log_reader_describe_filter (HwLogReader *self); /* (transfer full) (nullable) */
gboolean hw_log_reader_get_range (HwLogReader *self, guint64 *low, guint64 *high);
gboolean hw_log_reader_is_empty (HwLogReader *self);
const char *hw_log_reader_get_problem (HwLogReader *self); /* (nullable) */
void hw_log_reader_set_live (HwLogReader *self, gboolean live);
void hw_log_reader_show_only (HwLogReader *self, const char *name);
void hw_log_reader_show_in_context (HwLogReader *self, guint64 seq);
void hw_log_reader_toggle_context (HwLogReader *self);
gboolean hw_log_reader_can_toggle_context (HwLogReader *self);

G_END_DECLS
