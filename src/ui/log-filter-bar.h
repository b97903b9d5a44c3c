/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/log-filter.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_LOG_FILTER_BAR (hw_log_filter_bar_get_type ())
/**
 * HwLogFilterBar:
 *
 * The filter of a log as chips: person, kind, time and words, each to be chosen and taken off, and
 * how much is left.
 *
 * Signals:
 * changed (bar): the person chose another filter
 * back (bar): what is shown in context is to be filtered again
 */
G_DECLARE_FINAL_TYPE (HwLogFilterBar, hw_log_filter_bar, HW, LOG_FILTER_BAR, GtkBox)

const HwLogFilter *hw_log_filter_bar_get_filter (HwLogFilterBar *self); /* (transfer none) */
void hw_log_filter_bar_set_filter (HwLogFilterBar *self, const HwLogFilter *filter);
char *hw_log_filter_bar_describe (HwLogFilterBar *self); /* (transfer full) */
void hw_log_filter_bar_set_words (HwLogFilterBar *self, const char *words);
void hw_log_filter_bar_set_people (HwLogFilterBar *self, const char *const *names);
void hw_log_filter_bar_set_count (HwLogFilterBar *self, const char *words);
void hw_log_filter_bar_set_narrow (HwLogFilterBar *self, gboolean narrow);
void hw_log_filter_bar_set_in_context (HwLogFilterBar *self, gboolean in_context);

G_END_DECLS
