/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_ACTIVITY_CHART (hw_activity_chart_get_type ())
/**
 * HwActivityChart:
 *
 * Bars over time: how much was said, and when. It shows what it is given, for the time that it is
 * given; whoever owns it fetches that. The newest stands at the end: at the left in right-to-left
 * windows.
 *
 * Signals:
 * pointed (chart): the bar under the pointer, or the one that the keyboard is at, has changed
 * picked (chart, gint64 time): the person wants to see what was said then
 * moved (chart, double at, double factor, double shift): the person wants to see another time:
 *   @factor of the present length of time, with the point @at (0 to 1) kept where it is, and then
 *   @shift lengths later
 * chosen (chart, gint64 since, gint64 until): the person chose a span; 0 and 0 for none
 */
G_DECLARE_FINAL_TYPE (HwActivityChart, hw_activity_chart, HW, ACTIVITY_CHART, GtkDrawingArea)

GtkWidget *hw_activity_chart_new (void);
void hw_activity_chart_set_time (HwActivityChart *self, gint64 since, gint64 until, gint64 bucket);
void hw_activity_chart_set_counts (HwActivityChart *self, const guint *counts, guint n_counts);
void hw_activity_chart_set_shown (HwActivityChart *self, gint64 from, gint64 until);
void hw_activity_chart_set_hits (HwActivityChart *self, const gint64 *times, gsize n);
void hw_activity_chart_set_chosen (HwActivityChart *self, gint64 since, gint64 until);
gboolean hw_activity_chart_get_choosing (HwActivityChart *self, gint64 *since, gint64 *until);
guint hw_activity_chart_get_n_bars (HwActivityChart *self);
guint hw_activity_chart_get_bar (HwActivityChart *self, guint index, gint64 *time, guint *hits);
gboolean hw_activity_chart_get_pointed (HwActivityChart *self, gint64 *time, guint *count);
int hw_activity_chart_get_plot_width (HwActivityChart *self);

G_END_DECLS
