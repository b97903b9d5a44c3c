/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Paints the chart, at each exposure from the colours of the moment; nothing is cached. All times
 * are in milliseconds since 1970 UTC, labels are in the person's own zone. */

#include "hallway-config.h"

#include "activity-chart-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define HOUR (G_GINT64_CONSTANT (3600) * 1000)
#define DAY  (24 * HOUR)

/* Pixels: over the bars, under them for the mark of what is in sight, least room for a day's label.
 */
#define TOP       6
#define MARK      6
#define LABEL_MIN 60
#define LINES     3

/**
 * hw_activity_chart_get_n_buckets:
 * @self: the chart
 *
 * Returns: how many bars it has
 */
guint
hw_activity_chart_get_n_buckets (HwActivityChart *self)
{
  return self->bucket > 0 ? (guint) ((self->until - self->since + self->bucket - 1) / self->bucket)
                          : 0;
}

static int
measure_text (GtkWidget *widget, const char *text, int *height)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  int width;

  pango_layout_get_pixel_size (layout, &width, height);
  return width;
}

/**
 * hw_activity_chart_get_plot:
 * @self: the chart
 *
 * Returns: where its bars stand
 */
HwActivityPlot
hw_activity_chart_get_plot (HwActivityChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int line;
  int figures = measure_text (widget, "0000", &line) + 6;
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  return (HwActivityPlot){
    .left = mirrored ? figures : 0,
    .width = MAX (1, gtk_widget_get_allocated_width (widget) - figures),
    .top = TOP,
    .height = MAX (1, gtk_widget_get_allocated_height (widget) - TOP - line - MARK),
    .mirrored = mirrored,
  };
}

/**
 * hw_activity_chart_time_to_x:
 * @self: the chart
 * @plot: where its bars stand
 * @time: a time
 *
 * Returns: pixels from the left edge
 */
double
hw_activity_chart_time_to_x (HwActivityChart *self, const HwActivityPlot *plot, gint64 time)
{
  double share = (double) (time - self->since) / (double) (self->until - self->since);

  return plot->left + plot->width * (plot->mirrored ? 1 - share : share);
}

/**
 * hw_activity_chart_x_to_share:
 * @plot: where the bars stand
 * @x: pixels from the left edge
 *
 * Returns: which share of the time shown is before that, 0 to 1
 */
double
hw_activity_chart_x_to_share (const HwActivityPlot *plot, double x)
{
  double share = CLAMP ((x - plot->left) / plot->width, 0, 1);

  return plot->mirrored ? 1 - share : share;
}

/* A round number of messages between two hairlines, so that three of them hold the highest bar. */
static guint
get_step (guint max)
{
  for (guint unit = 1;; unit *= 10)
    {
      static const guint factors[] = { 1, 2, 5 };

      for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
        if ((guint64) unit * factors[i] * LINES >= max || unit > G_MAXUINT / 100)
          return unit * factors[i];
    }
}

static void
set_source (GtkWidget *widget, cairo_t *cr, const char *name, double alpha)
{
  GdkRGBA color = { 0.5, 0.5, 0.5, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &color);
  color.alpha *= alpha;
  gdk_cairo_set_source_rgba (cr, &color);
}

static void
draw_text (GtkWidget *widget, cairo_t *cr, const char *text, gboolean strong, double x, double y)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);

  if (strong)
    {
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      pango_layout_set_attributes (layout, attributes);
    }
  set_source (widget, cr, strong ? "hw_fg" : "hw_dim", 1);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_scale (HwActivityChart *self, cairo_t *cr, const HwActivityPlot *plot, guint step)
{
  GtkWidget *widget = GTK_WIDGET (self);

  for (guint i = 0; i <= LINES; i++)
    {
      double y = floor (plot->top + plot->height * (1 - (double) i / LINES)) + 0.5;
      g_autofree char *figure = g_strdup_printf ("%'u", step * i);
      int height;
      int width;

      set_source (widget, cr, "hw_line", 1);
      cairo_set_line_width (cr, 1);
      cairo_move_to (cr, plot->left, y);
      cairo_line_to (cr, plot->left + plot->width, y);
      cairo_stroke (cr);
      if (i == 0)
        continue;
      width = measure_text (widget, figure, &height);
      draw_text (widget, cr, figure, FALSE,
                 plot->mirrored ? 0 : gtk_widget_get_allocated_width (widget) - width,
                 y - height / 2.0);
    }
}

/* How many days lie between two labels, 0: the labels are hours. */
static guint
get_label_days (HwActivityChart *self, const HwActivityPlot *plot)
{
  static const guint steps[] = { 1, 2, 7, 14, 31, 92, 366 };
  double a_day = plot->width * DAY / (double) (self->until - self->since);

  if (a_day >= 5 * LABEL_MIN)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] * a_day >= LABEL_MIN)
      return steps[i];
  return steps[G_N_ELEMENTS (steps) - 1];
}

static gboolean
is_same_day (GDateTime *a, GDateTime *b)
{
  return g_date_time_get_year (a) == g_date_time_get_year (b)
         && g_date_time_get_day_of_year (a) == g_date_time_get_day_of_year (b);
}

static char *
format_label (GDateTime *time, GDateTime *now, guint days)
{
  if (days == 0 && g_date_time_get_hour (time) != 0)
    return g_date_time_format (time, "%H:%M");
  if (is_same_day (time, now))
    return g_strdup (_ ("Today"));
  if (days >= 366)
    return g_date_time_format (time, "%Y");
  if (days >= 31)
    /* Translators: a month under the chart */
    return g_date_time_format (time, _ ("%b %Y"));
  if (days >= 7)
    /* Translators: a day under the chart, without its weekday */
    return g_date_time_format (time, _ ("%-e %b"));
  /* Translators: a day under the chart: "Mon 16"
   * xgettext:no-c-format */
  return g_date_time_format (time, _ ("%a %-e"));
}

static GDateTime *
next_label (GDateTime *time, guint days)
{
  g_autoptr (GDateTime) later = NULL;

  if (days == 0)
    return g_date_time_add_hours (time, 6);
  if (days >= 366)
    return g_date_time_new_local (g_date_time_get_year (time) + 1, 1, 1, 0, 0, 0);
  if (days >= 31)
    {
      later = g_date_time_add_months (time, days >= 92 ? 3 : 1);
      return g_date_time_new_local (g_date_time_get_year (later), g_date_time_get_month (later), 1,
                                    0, 0, 0);
    }
  later = g_date_time_add_days (time, (int) days);
  return g_date_time_new_local (g_date_time_get_year (later), g_date_time_get_month (later),
                                g_date_time_get_day_of_month (later), 0, 0, 0);
}

static void
draw_labels (HwActivityChart *self, cairo_t *cr, const HwActivityPlot *plot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint days = get_label_days (self, plot);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) first = g_date_time_new_from_unix_local (self->since / 1000);
  g_autoptr (GDateTime) time = NULL;
  double y = plot->top + plot->height + MARK;
  double free_from = -G_MAXDOUBLE;

  if (first == NULL)
    return;
  time = g_date_time_new_local (g_date_time_get_year (first),
                                days >= 366 ? 1 : g_date_time_get_month (first),
                                days >= 31 ? 1 : g_date_time_get_day_of_month (first), 0, 0, 0);

  while (time != NULL && g_date_time_to_unix (time) * 1000 < self->until)
    {
      gint64 at = g_date_time_to_unix (time) * 1000;
      double x = hw_activity_chart_time_to_x (self, plot, at);
      g_autofree char *text = format_label (time, now, days);
      int width = measure_text (widget, text, NULL);
      double start = plot->mirrored ? plot->left + plot->width - x : x - plot->left;
      GDateTime *next = next_label (time, days);

      if (at >= self->since && start >= free_from && start + width <= plot->width)
        {
          draw_text (widget, cr, text, is_same_day (time, now) && days > 0,
                     plot->mirrored ? x - width : x, y);
          free_from = start + width + 12;
        }
      g_date_time_unref (time);
      time = next;
    }
}

/* The span that is chosen: being dragged, or what the log is filtered by. */
static gboolean
get_chosen (HwActivityChart *self, gint64 *since, gint64 *until)
{
  if (self->dragging)
    {
      *since = MIN (self->drag_fixed, self->drag_moving);
      *until = MAX (self->drag_fixed, self->drag_moving);
      return TRUE;
    }
  *since = self->chosen_since != 0 ? self->chosen_since : G_MININT64;
  *until = self->chosen_until != 0 ? self->chosen_until : G_MAXINT64;
  return self->chosen_since != 0 || self->chosen_until != 0;
}

static void
draw_bars (HwActivityChart *self, cairo_t *cr, const HwActivityPlot *plot, guint step)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double highest = (double) step * LINES;
  gint64 since, until;
  gboolean chosen = get_chosen (self, &since, &until);

  for (guint i = 0; i < self->counts->len; i++)
    {
      guint count = g_array_index (self->counts, guint, i);
      guint hits = i < self->hits->len ? g_array_index (self->hits, guint, i) : 0;
      gint64 from = self->since + (gint64) i * self->bucket;
      gint64 end_time = from + self->bucket;
      gboolean full = chosen ? end_time > since && from < until
                             : end_time > self->shown_from && from <= self->shown_until;
      double x = hw_activity_chart_time_to_x (self, plot, from);
      double end = hw_activity_chart_time_to_x (self, plot, end_time);
      double width = MAX (1, fabs (end - x) - (fabs (end - x) > 4 ? 1.5 : 0));
      double height = count > 0 ? MAX (2, plot->height * count / highest) : 1;

      if (plot->mirrored)
        x = end;
      if (x > plot->left + plot->width)
        continue;
      if ((int) i == self->pointed)
        set_source (widget, cr, "hw_fg", 1);
      else if (count == 0)
        set_source (widget, cr, "hw_line", 1);
      else
        set_source (widget, cr, "hw_accent", full ? 1 : 0.42);
      cairo_rectangle (cr, x, plot->top + plot->height - height, width, height);
      cairo_fill (cr);
      if (hits == 0)
        continue;
      /* On top of all of the bar: a few hits among many messages are to be seen, too. */
      height = MIN (height, MAX (4, plot->height * hits / highest));
      set_source (widget, cr, "hw_amber_bg", 1);
      cairo_rectangle (cr, x, plot->top + plot->height - height, MAX (width, 2), height);
      cairo_fill (cr);
    }
}

static void
draw_edge (GtkWidget *widget, cairo_t *cr, const HwActivityPlot *plot, double x)
{
  x = floor (x) + 0.5;
  set_source (widget, cr, "hw_accent", 1);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, x, plot->top);
  cairo_line_to (cr, x, plot->top + plot->height);
  cairo_stroke (cr);
  cairo_new_path (cr);
  cairo_arc (cr, x, plot->top + plot->height / 2, 4.5, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
draw_chosen (HwActivityChart *self, cairo_t *cr, const HwActivityPlot *plot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gint64 since, until;
  double from, to;

  if (!get_chosen (self, &since, &until) || since >= self->until || until <= self->since)
    return;
  from = hw_activity_chart_time_to_x (self, plot, MAX (since, self->since));
  to = hw_activity_chart_time_to_x (self, plot, MIN (until, self->until));
  set_source (widget, cr, "hw_accent", 0.1);
  cairo_rectangle (cr, MIN (from, to), plot->top, fabs (to - from), plot->height);
  cairo_fill (cr);
  if (since >= self->since)
    draw_edge (widget, cr, plot, from);
  if (until <= self->until)
    draw_edge (widget, cr, plot, to);
}

/* The time that the log beside the chart shows: a line under the bars, never too short to be seen.
 */
static void
draw_shown (HwActivityChart *self, cairo_t *cr, const HwActivityPlot *plot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double from, until, x, width;

  if (self->shown_until < self->since || self->shown_from >= self->until || self->shown_until == 0)
    return;

  from = hw_activity_chart_time_to_x (self, plot, MAX (self->shown_from, self->since));
  until = hw_activity_chart_time_to_x (self, plot, MIN (self->shown_until, self->until));
  width = MAX (6, fabs (until - from));
  x = CLAMP ((from + until) / 2 - width / 2, plot->left, plot->left + plot->width - width);
  set_source (widget, cr, "hw_accent", 1);
  cairo_rectangle (cr, x, plot->top + plot->height + 1, width, 3);
  cairo_fill (cr);
}

/**
 * hw_activity_chart_paint:
 * @widget: the chart
 * @cr: where to
 *
 * Returns: %GDK_EVENT_PROPAGATE
 */
gboolean
hw_activity_chart_paint (GtkWidget *widget, cairo_t *cr)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);
  HwActivityPlot plot = hw_activity_chart_get_plot (self);
  guint step = get_step (self->max);

  if (self->until > self->since)
    {
      draw_scale (self, cr, &plot, step);
      draw_chosen (self, cr, &plot);
      draw_bars (self, cr, &plot, step);
      draw_shown (self, cr, &plot);
      draw_labels (self, cr, &plot);
    }
  if (gtk_widget_has_visible_focus (widget))
    gtk_render_focus (gtk_widget_get_style_context (widget), cr, 0, 0,
                      gtk_widget_get_allocated_width (widget),
                      gtk_widget_get_allocated_height (widget));
  return GDK_EVENT_PROPAGATE;
}
