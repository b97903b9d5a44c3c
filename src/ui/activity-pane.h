/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_ACTIVITY_PANE (hw_activity_pane_get_type ())
/**
 * HwActivityPane:
 *
 * The chart over a log's timeline, with its heading and the lengths of time to choose from. It asks
 * the server for what it shows.
 *
 * Signals:
 * go-to (pane, gint64 time): the person wants to see what was said then
 * span-chosen (pane, gint64 since, gint64 until): the person chose a span; 0 and 0 for none
 */
G_DECLARE_FINAL_TYPE (HwActivityPane, hw_activity_pane, HW, ACTIVITY_PANE, GtkBox)

void hw_activity_pane_set_log (HwActivityPane *self, HwPlace *place, HwLog *log);
void hw_activity_pane_set_shown (HwActivityPane *self, gint64 from, gint64 until);
void hw_activity_pane_set_chosen (HwActivityPane *self, gint64 since, gint64 until);
void hw_activity_pane_set_hits (HwActivityPane *self, const gint64 *times, gsize n);
void hw_activity_pane_set_narrow (HwActivityPane *self, gboolean narrow);
void hw_activity_pane_refresh (HwActivityPane *self);

G_END_DECLS
