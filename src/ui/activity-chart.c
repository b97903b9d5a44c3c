/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chart of the log window. All times are in milliseconds since 1970 UTC, labels are in the
 * person's own zone. Drawn at each exposure from the colours of the moment; nothing is cached. */

#include "hallway-config.h"

#include "activity-chart.h"

#include <glib/gi18n.h>
#include <math.h>

#define HOUR (G_GINT64_CONSTANT (3600) * 1000)
#define DAY  (24 * HOUR)

/* Pixels: over the bars, under them for the days, least room for a day's label. */
#define TOP       6
#define LABEL_MIN 60
#define LINES     3
/* Share of the time shown by which a key moves it, and by which a notch of the wheel changes it. */
#define KEY_SHIFT   0.25
#define ZOOM_FACTOR 1.5

struct _HwActivityChart
{
  GtkDrawingArea parent_instance;

  gint64 since;
  gint64 until;
  gint64 bucket;
  GArray *counts; /* of guint, one a bucket */
  guint max;
  gint64 shown_from; /* what the log beside it shows, 0: nothing */
  gint64 shown_until;
  int pointed;     /* index of a bucket, -1: none */
  gboolean by_key; /* it was pointed at by the keyboard: leaving with the pointer keeps it */
};

G_DEFINE_FINAL_TYPE (HwActivityChart, hw_activity_chart, GTK_TYPE_DRAWING_AREA)

enum
{
  POINTED,
  PICKED,
  MOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What is where, for the present size. */
typedef struct
{
  double left; /* of the bars, in pixels */
  double width;
  double top;
  double height;
  gboolean mirrored;
} Plot;

static guint
get_n_buckets (HwActivityChart *self)
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

static Plot
get_plot (HwActivityChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int line;
  int figures = measure_text (widget, "0000", &line) + 6;
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  return (Plot){
    .left = mirrored ? figures : 0,
    .width = MAX (1, gtk_widget_get_allocated_width (widget) - figures),
    .top = TOP,
    .height = MAX (1, gtk_widget_get_allocated_height (widget) - TOP - line - 3),
    .mirrored = mirrored,
  };
}

static double
time_to_x (HwActivityChart *self, const Plot *plot, gint64 time)
{
  double share = (double) (time - self->since) / (double) (self->until - self->since);

  return plot->left + plot->width * (plot->mirrored ? 1 - share : share);
}

static double
x_to_share (const Plot *plot, double x)
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
draw_scale (HwActivityChart *self, cairo_t *cr, const Plot *plot, guint step)
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
get_label_days (HwActivityChart *self, const Plot *plot)
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
draw_labels (HwActivityChart *self, cairo_t *cr, const Plot *plot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint days = get_label_days (self, plot);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) first = g_date_time_new_from_unix_local (self->since / 1000);
  g_autoptr (GDateTime) time = NULL;
  double y = plot->top + plot->height + 3;
  double free_from = -G_MAXDOUBLE;

  if (first == NULL)
    return;
  time = g_date_time_new_local (g_date_time_get_year (first),
                                days >= 366 ? 1 : g_date_time_get_month (first),
                                days >= 31 ? 1 : g_date_time_get_day_of_month (first), 0, 0, 0);

  while (time != NULL && g_date_time_to_unix (time) * 1000 < self->until)
    {
      gint64 at = g_date_time_to_unix (time) * 1000;
      double x = time_to_x (self, plot, at);
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

static void
draw_bars (HwActivityChart *self, cairo_t *cr, const Plot *plot, guint step)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double highest = (double) step * LINES;

  for (guint i = 0; i < self->counts->len; i++)
    {
      guint count = g_array_index (self->counts, guint, i);
      gint64 from = self->since + (gint64) i * self->bucket;
      gboolean shown = from + self->bucket > self->shown_from && from <= self->shown_until;
      double x = time_to_x (self, plot, from);
      double end = time_to_x (self, plot, from + self->bucket);
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
        set_source (widget, cr, "hw_accent", shown ? 1 : 0.42);
      cairo_rectangle (cr, x, plot->top + plot->height - height, width, height);
      cairo_fill (cr);
    }
}

/* The time that the log beside the chart shows. */
static void
draw_shown (HwActivityChart *self, cairo_t *cr, const Plot *plot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double from, until;

  if (self->shown_until < self->since || self->shown_from >= self->until || self->shown_until == 0)
    return;

  from = floor (time_to_x (self, plot, MAX (self->shown_from, self->since))) + 0.5;
  until = floor (time_to_x (self, plot, MIN (self->shown_until, self->until))) + 0.5;
  set_source (widget, cr, "hw_accent", 0.1);
  cairo_rectangle (cr, MIN (from, until), plot->top, fabs (until - from), plot->height);
  cairo_fill (cr);
  set_source (widget, cr, "hw_accent", 1);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < 2; i++)
    {
      double x = i == 0 ? from : until;

      cairo_move_to (cr, x, plot->top);
      cairo_line_to (cr, x, plot->top + plot->height);
      cairo_stroke (cr);
    }
  cairo_arc (cr, until, plot->top + plot->height / 2, 3.5, 0, 2 * G_PI);
  cairo_fill (cr);
}

static gboolean
hw_activity_chart_draw (GtkWidget *widget, cairo_t *cr)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);
  Plot plot = get_plot (self);
  guint step = get_step (self->max);

  if (self->until > self->since)
    {
      draw_scale (self, cr, &plot, step);
      draw_shown (self, cr, &plot);
      draw_bars (self, cr, &plot, step);
      draw_labels (self, cr, &plot);
    }
  if (gtk_widget_has_visible_focus (widget))
    gtk_render_focus (gtk_widget_get_style_context (widget), cr, 0, 0,
                      gtk_widget_get_allocated_width (widget),
                      gtk_widget_get_allocated_height (widget));
  return GDK_EVENT_PROPAGATE;
}

static void
point (HwActivityChart *self, int index, gboolean by_key)
{
  self->by_key = by_key;
  if (self->pointed == index)
    return;
  self->pointed = index;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[POINTED], 0);
}

static int
x_to_index (HwActivityChart *self, double x)
{
  Plot plot = get_plot (self);
  gint64 time
      = self->since + (gint64) (x_to_share (&plot, x) * (double) (self->until - self->since));

  if (self->counts->len == 0 || self->bucket == 0)
    return -1;
  return (int) MIN ((time - self->since) / self->bucket, (gint64) self->counts->len - 1);
}

static gboolean
hw_activity_chart_motion (GtkWidget *widget, GdkEventMotion *event)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);

  point (self, x_to_index (self, event->x), FALSE);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
hw_activity_chart_leave (GtkWidget *widget, GdkEventCrossing *event)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);

  if (!self->by_key)
    point (self, -1, FALSE);
  return GDK_EVENT_PROPAGATE;
}

static void
pick (HwActivityChart *self)
{
  if (self->pointed >= 0)
    g_signal_emit (self, signals[PICKED], 0, self->since + (gint64) self->pointed * self->bucket);
}

static gboolean
hw_activity_chart_press (GtkWidget *widget, GdkEventButton *event)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);

  if (event->type != GDK_BUTTON_PRESS || event->button != GDK_BUTTON_PRIMARY)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_grab_focus (widget);
  point (self, x_to_index (self, event->x), TRUE);
  pick (self);
  return GDK_EVENT_STOP;
}

static gboolean
hw_activity_chart_scroll (GtkWidget *widget, GdkEventScroll *event)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);
  Plot plot = get_plot (self);
  double across = 0, down = 0;

  if (!gdk_event_get_scroll_deltas ((GdkEvent *) event, &across, &down))
    switch (event->direction)
      {
      case GDK_SCROLL_UP:
        down = -1;
        break;
      case GDK_SCROLL_DOWN:
        down = 1;
        break;
      case GDK_SCROLL_LEFT:
        across = -1;
        break;
      case GDK_SCROLL_RIGHT:
        across = 1;
        break;
      default:
        break;
      }
  if (plot.mirrored)
    across = -across;
  if (down != 0 || across != 0)
    g_signal_emit (self, signals[MOVED], 0, x_to_share (&plot, event->x), pow (ZOOM_FACTOR, down),
                   across * KEY_SHIFT);
  return GDK_EVENT_STOP;
}

static void
step_by_key (HwActivityChart *self, int by)
{
  int n = (int) self->counts->len;
  int index = self->pointed < 0 ? n - 1 : self->pointed + by;

  if (n == 0)
    return;
  if (index < 0 || index >= n)
    {
      g_signal_emit (self, signals[MOVED], 0, 0.5, 1.0, index < 0 ? -KEY_SHIFT : KEY_SHIFT);
      return;
    }
  point (self, index, TRUE);
}

static gboolean
hw_activity_chart_key_press (GtkWidget *widget, GdkEventKey *event)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);
  int forward = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? -1 : 1;

  if ((event->state & gtk_accelerator_get_default_mod_mask () & ~GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;

  switch (event->keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      step_by_key (self, -forward);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      step_by_key (self, forward);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
      point (self, self->counts->len > 0 ? 0 : -1, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
      point (self, (int) self->counts->len - 1, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
      g_signal_emit (self, signals[MOVED], 0, 0.5, 1.0, -1.0);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down:
      g_signal_emit (self, signals[MOVED], 0, 0.5, 1.0, 1.0);
      return GDK_EVENT_STOP;
    case GDK_KEY_plus:
    case GDK_KEY_KP_Add:
    case GDK_KEY_equal:
      g_signal_emit (self, signals[MOVED], 0, 0.5, 1 / ZOOM_FACTOR, 0.0);
      return GDK_EVENT_STOP;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      g_signal_emit (self, signals[MOVED], 0, 0.5, ZOOM_FACTOR, 0.0);
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      pick (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* A drawing area does not ask its style how high it is. */
static void
hw_activity_chart_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  gtk_style_context_get (context, gtk_style_context_get_state (context), "min-height", minimum,
                         NULL);
  *natural = *minimum;
}

static void
hw_activity_chart_realize (GtkWidget *widget)
{
  gtk_widget_add_events (widget, GDK_POINTER_MOTION_MASK | GDK_LEAVE_NOTIFY_MASK
                                     | GDK_BUTTON_PRESS_MASK | GDK_SCROLL_MASK
                                     | GDK_SMOOTH_SCROLL_MASK);
  GTK_WIDGET_CLASS (hw_activity_chart_parent_class)->realize (widget);
}

static void
hw_activity_chart_finalize (GObject *object)
{
  g_array_unref (HW_ACTIVITY_CHART (object)->counts);

  G_OBJECT_CLASS (hw_activity_chart_parent_class)->finalize (object);
}

static void
hw_activity_chart_class_init (HwActivityChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hw_activity_chart_finalize;
  widget_class->draw = hw_activity_chart_draw;
  widget_class->get_preferred_height = hw_activity_chart_get_preferred_height;
  widget_class->realize = hw_activity_chart_realize;
  widget_class->motion_notify_event = hw_activity_chart_motion;
  widget_class->leave_notify_event = hw_activity_chart_leave;
  widget_class->button_press_event = hw_activity_chart_press;
  widget_class->scroll_event = hw_activity_chart_scroll;
  widget_class->key_press_event = hw_activity_chart_key_press;

  signals[POINTED] = g_signal_new ("pointed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[MOVED]
      = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_CHART);
}

static void
hw_activity_chart_init (HwActivityChart *self)
{
  self->counts = g_array_new (FALSE, TRUE, sizeof (guint));
  self->pointed = -1;
  gtk_widget_set_can_focus (GTK_WIDGET (self), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "hw-chart");
}

/**
 * hw_activity_chart_new:
 *
 * Returns: (transfer floating): a chart of nothing
 */
GtkWidget *
hw_activity_chart_new (void)
{
  return g_object_new (HW_TYPE_ACTIVITY_CHART, NULL);
}

/**
 * hw_activity_chart_set_time:
 * @self: the chart
 * @since: the time that it begins at
 * @until: the time that it ends before
 * @bucket: the length of time of one bar
 *
 * Shows another time, without bars until they are given.
 */
void
hw_activity_chart_set_time (HwActivityChart *self, gint64 since, gint64 until, gint64 bucket)
{
  g_return_if_fail (until > since);
  g_return_if_fail (bucket > 0);

  if (self->since == since && self->until == until && self->bucket == bucket)
    return;
  self->since = since;
  self->until = until;
  self->bucket = bucket;
  hw_activity_chart_set_counts (self, NULL, 0);
}

/**
 * hw_activity_chart_set_counts:
 * @self: the chart
 * @counts: (nullable) (array length=n_counts): the bars' values
 * @n_counts: how many there are; those missing are 0
 */
void
hw_activity_chart_set_counts (HwActivityChart *self, const guint *counts, guint n_counts)
{
  guint n = get_n_buckets (self);

  g_array_set_size (self->counts, 0);
  g_array_set_size (self->counts, n);
  self->max = 0;
  for (guint i = 0; i < MIN (n, n_counts); i++)
    {
      g_array_index (self->counts, guint, i) = counts[i];
      self->max = MAX (self->max, counts[i]);
    }
  if (self->pointed >= (int) n)
    self->pointed = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[POINTED], 0);
}

/**
 * hw_activity_chart_set_shown:
 * @self: the chart
 * @from: the time of the first entry that the log shows
 * @until: the time of the last one; 0 for nothing
 */
void
hw_activity_chart_set_shown (HwActivityChart *self, gint64 from, gint64 until)
{
  if (self->shown_from == from && self->shown_until == until)
    return;
  self->shown_from = from;
  self->shown_until = until;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * hw_activity_chart_get_pointed:
 * @self: the chart
 * @time: (out): when the bar begins
 * @count: (out): its value
 *
 * Returns: whether a bar is pointed at
 */
gboolean
hw_activity_chart_get_pointed (HwActivityChart *self, gint64 *time, guint *count)
{
  if (self->pointed < 0 || self->pointed >= (int) self->counts->len)
    return FALSE;
  *time = self->since + (gint64) self->pointed * self->bucket;
  *count = g_array_index (self->counts, guint, (guint) self->pointed);
  return TRUE;
}

/**
 * hw_activity_chart_get_plot_width:
 * @self: the chart
 *
 * Returns: how many pixels the bars have together
 */
int
hw_activity_chart_get_plot_width (HwActivityChart *self)
{
  return (int) get_plot (self).width;
}
