/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chart of the log window: what it shows, and what pointer and keyboard do in it. A click goes
 * to a time, a drag chooses a span, the wheel zooms and pans. All times are in milliseconds since
 * 1970 UTC. */

#include "hallway-config.h"

#include "activity-chart-private.h"

#include <math.h>

/* Pixels that the pointer has to go before it drags, and around an edge that can be dragged. */
#define DRAG_MIN 5
#define EDGE     6

/* Share of the time shown by which a key moves it, and by which a notch of the wheel changes it. */
#define KEY_SHIFT   0.25
#define ZOOM_FACTOR 1.5

G_DEFINE_FINAL_TYPE (HwActivityChart, hw_activity_chart, GTK_TYPE_DRAWING_AREA)

enum
{
  POINTED,
  PICKED,
  MOVED,
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

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
  HwActivityPlot plot = hw_activity_chart_get_plot (self);
  gint64 time
      = self->since
        + (gint64) (hw_activity_chart_x_to_share (&plot, x) * (double) (self->until - self->since));

  if (self->counts->len == 0 || self->bucket == 0)
    return -1;
  return (int) MIN ((time - self->since) / self->bucket, (gint64) self->counts->len - 1);
}

/* The time at @x, to the nearest bar's edge. */
static gint64
x_to_edge (HwActivityChart *self, double x)
{
  HwActivityPlot plot = hw_activity_chart_get_plot (self);
  double span = (double) (self->until - self->since);
  double buckets = hw_activity_chart_x_to_share (&plot, x) * span / (double) self->bucket;

  return MIN (self->since + (gint64) (buckets + 0.5) * self->bucket, self->until);
}

/* Whether @x is at an edge of what is chosen; @other is then the other one. */
static gboolean
is_at_edge (HwActivityChart *self, double x, gint64 *other)
{
  HwActivityPlot plot = hw_activity_chart_get_plot (self);
  gint64 since = self->chosen_since != 0 ? self->chosen_since : self->since;
  gint64 until = self->chosen_until != 0 ? self->chosen_until : self->until;

  if (self->chosen_since == 0 && self->chosen_until == 0)
    return FALSE;
  *other = until;
  if (fabs (hw_activity_chart_time_to_x (self, &plot, since) - x) <= EDGE)
    return TRUE;
  *other = since;
  return fabs (hw_activity_chart_time_to_x (self, &plot, until) - x) <= EDGE;
}

static void
set_cursor (HwActivityChart *self, const char *name)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr (GdkCursor) cursor
      = name != NULL ? gdk_cursor_new_from_name (gtk_widget_get_display (widget), name) : NULL;

  gdk_window_set_cursor (gtk_widget_get_window (widget), cursor);
}

static gboolean
hw_activity_chart_motion (GtkWidget *widget, GdkEventMotion *event)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);
  gint64 other;

  point (self, x_to_index (self, event->x), FALSE);
  if (self->pressed && !self->dragging && fabs (event->x - self->pressed_x) > DRAG_MIN)
    {
      if (!is_at_edge (self, self->pressed_x, &self->drag_fixed))
        self->drag_fixed = x_to_edge (self, self->pressed_x);
      self->dragging = TRUE;
    }
  if (self->dragging)
    {
      self->drag_moving = x_to_edge (self, event->x);
      gtk_widget_queue_draw (widget);
    }
  else
    set_cursor (self, self->bucket > 0 && is_at_edge (self, event->x, &other) ? "ew-resize" : NULL);
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

  if (event->type != GDK_BUTTON_PRESS || event->button != GDK_BUTTON_PRIMARY || self->bucket == 0)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_grab_focus (widget);
  self->pressed = TRUE;
  self->pressed_x = event->x;
  return GDK_EVENT_STOP;
}

static void
choose (HwActivityChart *self, gint64 since, gint64 until)
{
  g_signal_emit (self, signals[CHOSEN], 0, since, until);
}

static gboolean
hw_activity_chart_release (GtkWidget *widget, GdkEventButton *event)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);

  if (!self->pressed || event->button != GDK_BUTTON_PRIMARY)
    return GDK_EVENT_PROPAGATE;
  self->pressed = FALSE;
  if (self->dragging)
    {
      self->dragging = FALSE;
      gtk_widget_queue_draw (widget);
      if (self->drag_fixed != self->drag_moving)
        choose (self, MIN (self->drag_fixed, self->drag_moving),
                MAX (self->drag_fixed, self->drag_moving));
      return GDK_EVENT_STOP;
    }
  point (self, x_to_index (self, event->x), TRUE);
  pick (self);
  return GDK_EVENT_STOP;
}

/* With Shift the arrows choose: from the bar that one was at. */
static void
choose_by_key (HwActivityChart *self, int by)
{
  gint64 at;

  if (self->pointed < 0)
    return;
  if (!self->dragging)
    {
      at = self->since + (gint64) self->pointed * self->bucket;
      self->drag_fixed = by > 0 ? at : at + self->bucket;
      self->drag_moving = self->drag_fixed;
      self->dragging = TRUE;
    }
  self->drag_moving = CLAMP (self->drag_moving + by * self->bucket, self->since, self->until);
  self->by_key = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[POINTED], 0);
}

static gboolean
hw_activity_chart_focus_out (GtkWidget *widget, GdkEventFocus *event)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);

  if (!self->pressed)
    self->dragging = FALSE;
  gtk_widget_queue_draw (widget);
  return GTK_WIDGET_CLASS (hw_activity_chart_parent_class)->focus_out_event (widget, event);
}

static gboolean
hw_activity_chart_scroll (GtkWidget *widget, GdkEventScroll *event)
{
  HwActivityChart *self = HW_ACTIVITY_CHART (widget);
  HwActivityPlot plot = hw_activity_chart_get_plot (self);
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
    g_signal_emit (self, signals[MOVED], 0, hw_activity_chart_x_to_share (&plot, event->x),
                   pow (ZOOM_FACTOR, down), across * KEY_SHIFT);
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
      if (event->state & GDK_SHIFT_MASK)
        choose_by_key (self, -forward);
      else
        step_by_key (self, -forward);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      if (event->state & GDK_SHIFT_MASK)
        choose_by_key (self, forward);
      else
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
      if (self->dragging)
        {
          self->dragging = FALSE;
          if (self->drag_fixed != self->drag_moving)
            choose (self, MIN (self->drag_fixed, self->drag_moving),
                    MAX (self->drag_fixed, self->drag_moving));
        }
      else
        pick (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      if (!self->dragging && self->chosen_since == 0 && self->chosen_until == 0)
        return GDK_EVENT_PROPAGATE;
      if (self->dragging)
        self->dragging = self->pressed = FALSE;
      else
        choose (self, 0, 0);
      gtk_widget_queue_draw (widget);
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
                                     | GDK_BUTTON_PRESS_MASK | GDK_BUTTON_RELEASE_MASK
                                     | GDK_SCROLL_MASK | GDK_SMOOTH_SCROLL_MASK);
  GTK_WIDGET_CLASS (hw_activity_chart_parent_class)->realize (widget);
}

static void
hw_activity_chart_finalize (GObject *object)
{
  g_array_unref (HW_ACTIVITY_CHART (object)->counts);
  g_array_unref (HW_ACTIVITY_CHART (object)->hits);
  g_array_unref (HW_ACTIVITY_CHART (object)->hit_times);

  G_OBJECT_CLASS (hw_activity_chart_parent_class)->finalize (object);
}

static void
hw_activity_chart_class_init (HwActivityChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hw_activity_chart_finalize;
  widget_class->draw = hw_activity_chart_paint;
  widget_class->get_preferred_height = hw_activity_chart_get_preferred_height;
  widget_class->realize = hw_activity_chart_realize;
  widget_class->motion_notify_event = hw_activity_chart_motion;
  widget_class->leave_notify_event = hw_activity_chart_leave;
  widget_class->button_press_event = hw_activity_chart_press;
  widget_class->button_release_event = hw_activity_chart_release;
  widget_class->focus_out_event = hw_activity_chart_focus_out;
  widget_class->scroll_event = hw_activity_chart_scroll;
  widget_class->key_press_event = hw_activity_chart_key_press;

  signals[POINTED] = g_signal_new ("pointed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[MOVED]
      = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_CHART);
}

static void
hw_activity_chart_init (HwActivityChart *self)
{
  self->counts = g_array_new (FALSE, TRUE, sizeof (guint));
  self->hits = g_array_new (FALSE, TRUE, sizeof (guint));
  self->hit_times = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->pointed = -1;
  gtk_widget_set_can_focus (GTK_WIDGET (self), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "hw-chart");
}

static void
sort_hits (HwActivityChart *self)
{
  guint n = hw_activity_chart_get_n_buckets (self);

  g_array_set_size (self->hits, 0);
  g_array_set_size (self->hits, n);
  for (guint i = 0; i < self->hit_times->len; i++)
    {
      gint64 at = g_array_index (self->hit_times, gint64, i);

      if (at >= self->since && at < self->until && self->bucket > 0)
        g_array_index (self->hits, guint, (at - self->since) / self->bucket)++;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
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
  guint n = hw_activity_chart_get_n_buckets (self);

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
  sort_hits (self);
  g_signal_emit (self, signals[POINTED], 0);
}

/**
 * hw_activity_chart_set_hits:
 * @self: the chart
 * @times: (nullable) (array length=n): when what is searched for was said, in any order
 * @n: how many
 */
void
hw_activity_chart_set_hits (HwActivityChart *self, const gint64 *times, gsize n)
{
  g_array_set_size (self->hit_times, 0);
  if (n > 0)
    g_array_append_vals (self->hit_times, times, (guint) n);
  sort_hits (self);
}

/**
 * hw_activity_chart_set_chosen:
 * @self: the chart
 * @since: when the span begins by which the log is filtered, 0 for an open end
 * @until: when it is over
 */
void
hw_activity_chart_set_chosen (HwActivityChart *self, gint64 since, gint64 until)
{
  self->chosen_since = since;
  self->chosen_until = until;
  self->dragging = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * hw_activity_chart_get_choosing:
 * @self: the chart
 * @since: (out): when it begins
 * @until: (out): when it is over
 *
 * Returns: whether a span is being chosen
 */
gboolean
hw_activity_chart_get_choosing (HwActivityChart *self, gint64 *since, gint64 *until)
{
  *since = MIN (self->drag_fixed, self->drag_moving);
  *until = MAX (self->drag_fixed, self->drag_moving);
  return self->dragging;
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
  return (int) hw_activity_chart_get_plot (self).width;
}

/**
 * hw_activity_chart_get_n_bars:
 * @self: the chart
 *
 * Returns: how many bars it has
 */
guint
hw_activity_chart_get_n_bars (HwActivityChart *self)
{
  return self->counts->len;
}

/**
 * hw_activity_chart_get_bar:
 * @self: the chart
 * @index: which bar
 * @time: (out): when it begins
 * @hits: (out): how much of it is searched for
 *
 * Returns: how much was said then
 */
guint
hw_activity_chart_get_bar (HwActivityChart *self, guint index, gint64 *time, guint *hits)
{
  g_return_val_if_fail (index < self->counts->len, 0);

  *time = self->since + (gint64) index * self->bucket;
  *hits = index < self->hits->len ? g_array_index (self->hits, guint, index) : 0;
  return g_array_index (self->counts, guint, index);
}
