/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small graph of the last values of a figure. It has no scale: what counts is up and down. */

#include "hallway-config.h"

#include "sparkline.h"

/* Values kept: at one in five seconds, an hour. */
#define VALUES_MAX 720
#define WIDTH      72
#define HEIGHT     20
#define DOT        2.0

struct _HwSparkline
{
  GtkDrawingArea parent_instance;

  GArray *values; /* of double, oldest first */
};

G_DEFINE_FINAL_TYPE (HwSparkline, hw_sparkline, GTK_TYPE_DRAWING_AREA)

static void
set_source (GtkWidget *widget, cairo_t *cr, const char *name, double alpha)
{
  GdkRGBA color = { 0.5, 0.5, 0.5, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &color);
  color.alpha *= alpha;
  gdk_cairo_set_source_rgba (cr, &color);
}

static double
get_max (HwSparkline *self)
{
  double max = 0;

  for (guint i = 0; i < self->values->len; i++)
    max = MAX (max, g_array_index (self->values, double, i));
  return max;
}

static gboolean
hw_sparkline_draw (GtkWidget *widget, cairo_t *cr)
{
  HwSparkline *self = HW_SPARKLINE (widget);
  double width = gtk_widget_get_allocated_width (widget) - 2 * DOT;
  double height = gtk_widget_get_allocated_height (widget) - 2 * DOT;
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  guint n = self->values->len;
  double max = get_max (self);
  double x = 0, y = 0;

  if (n < 2 || width <= 0)
    return GDK_EVENT_PROPAGATE;

  for (guint i = 0; i < n; i++)
    {
      double along = (double) i / (n - 1);
      double share = max > 0 ? g_array_index (self->values, double, i) / max : 0;

      x = DOT + width * (mirrored ? 1 - along : along);
      y = DOT + height * (1 - share * 0.85);
      cairo_line_to (cr, x, y);
    }
  set_source (widget, cr, "hw_accent", 1);
  cairo_set_line_width (cr, 1.25);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke_preserve (cr);
  cairo_line_to (cr, x, DOT + height);
  cairo_line_to (cr, DOT + (mirrored ? width : 0), DOT + height);
  cairo_close_path (cr);
  set_source (widget, cr, "hw_accent_bg", 0.16);
  cairo_fill (cr);
  set_source (widget, cr, "hw_accent", 1);
  cairo_arc (cr, x, y, DOT, 0, 2 * G_PI);
  cairo_fill (cr);
  return GDK_EVENT_PROPAGATE;
}

static void
hw_sparkline_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = *natural = WIDTH;
}

static void
hw_sparkline_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = *natural = HEIGHT;
}

static void
hw_sparkline_finalize (GObject *object)
{
  g_array_unref (HW_SPARKLINE (object)->values);

  G_OBJECT_CLASS (hw_sparkline_parent_class)->finalize (object);
}

static void
hw_sparkline_class_init (HwSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hw_sparkline_finalize;
  widget_class->draw = hw_sparkline_draw;
  widget_class->get_preferred_width = hw_sparkline_get_preferred_width;
  widget_class->get_preferred_height = hw_sparkline_get_preferred_height;
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_CHART);
}

static void
hw_sparkline_init (HwSparkline *self)
{
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
}

/**
 * hw_sparkline_add:
 * @self: the graph
 * @value: the newest value, not negative
 */
void
hw_sparkline_add (HwSparkline *self, double value)
{
  if (self->values->len == VALUES_MAX)
    g_array_remove_index (self->values, 0);
  g_array_append_val (self->values, value);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
