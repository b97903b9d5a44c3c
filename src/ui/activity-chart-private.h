/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the chart's two files share: activity-chart.c listens and keeps, activity-chart-paint.c
 * paints and knows what is where. */

#pragma once

#include "activity-chart.h"

G_BEGIN_DECLS

struct _HwActivityChart
{
  GtkDrawingArea parent_instance;

  gint64 since;
  gint64 until;
  gint64 bucket;
  GArray *counts; /* of guint, one a bucket */
  GArray *hits;   /* of guint, one a bucket, or empty */
  guint max;
  gint64 shown_from; /* what the log beside it shows, 0: nothing */
  gint64 shown_until;
  gint64 chosen_since; /* what the log is filtered by, 0: an open end */
  gint64 chosen_until;
  int pointed;     /* index of a bucket, -1: none */
  gboolean by_key; /* it was pointed at by the keyboard: leaving with the pointer keeps it */
  GArray *hit_times;

  gboolean pressed;
  gboolean dragging;
  double pressed_x;
  gint64 drag_fixed; /* the end of the span that stays */
  gint64 drag_moving;
};

/* What is where, for the present size. */
typedef struct
{
  double left; /* of the bars, in pixels */
  double width;
  double top;
  double height;
  gboolean mirrored;
} HwActivityPlot;

guint hw_activity_chart_get_n_buckets (HwActivityChart *self);
HwActivityPlot hw_activity_chart_get_plot (HwActivityChart *self);
double hw_activity_chart_time_to_x (HwActivityChart *self, const HwActivityPlot *plot, gint64 time);
double hw_activity_chart_x_to_share (const HwActivityPlot *plot, double x);
gboolean hw_activity_chart_paint (GtkWidget *widget, cairo_t *cr);

G_END_DECLS
