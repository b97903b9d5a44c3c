/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One picture, larger. It is decoded anew, by file-picture.c as the small one, to no more pixels
 * than the screen has. */

#include "hallway-config.h"

#include "picture-window.h"

#include "file-picture.h"

#include <glib/gi18n.h>

/* How much of the screen it takes at most, the header not counted. */
#define SCREEN_SHARE 0.8

struct _HwPictureWindow
{
  HdyWindow parent_instance;

  HdyHeaderBar *header;
  GtkStack *stack;
  GtkWidget *area;
  GtkLabel *problem;

  GCancellable *cancellable;
  cairo_surface_t *surface; /* (nullable) */
  int width, height;        /* of it, pixels at scale 1 */
};

G_DEFINE_FINAL_TYPE (HwPictureWindow, hw_picture_window, HDY_TYPE_WINDOW)

static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, gpointer data)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (widget));
  return GDK_EVENT_STOP;
}

static gboolean
on_draw (GtkWidget *area, cairo_t *cr, gpointer data)
{
  HwPictureWindow *self = HW_PICTURE_WINDOW (gtk_widget_get_toplevel (area));
  double width = gtk_widget_get_allocated_width (area);
  double height = gtk_widget_get_allocated_height (area);
  double scale;

  if (self->surface == NULL)
    return GDK_EVENT_PROPAGATE;
  scale = MIN (1, MIN (width / self->width, height / self->height));
  cairo_translate (cr, (int) ((width - self->width * scale) / 2),
                   (int) ((height - self->height * scale) / 2));
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, self->surface, 0, 0);
  cairo_paint (cr);
  return GDK_EVENT_PROPAGATE;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = hw_file_picture_load_finish (result, &error);
  HwPictureWindow *self = data;
  int scale, header;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (pixbuf == NULL)
    {
      gtk_label_set_text (self->problem, error->message);
      gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->problem));
      return;
    }
  scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  self->surface = gdk_cairo_surface_create_from_pixbuf (pixbuf, scale, NULL);
  self->width = MAX (1, gdk_pixbuf_get_width (pixbuf) / scale);
  self->height = MAX (1, gdk_pixbuf_get_height (pixbuf) / scale);
  gtk_stack_set_visible_child (self->stack, self->area);
  header = gtk_widget_get_allocated_height (GTK_WIDGET (self->header));
  gtk_window_resize (GTK_WINDOW (self), self->width, self->height + header);
}

static void
hw_picture_window_dispose (GObject *object)
{
  HwPictureWindow *self = HW_PICTURE_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->surface, cairo_surface_destroy);

  G_OBJECT_CLASS (hw_picture_window_parent_class)->dispose (object);
}

static void
hw_picture_window_class_init (HwPictureWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_picture_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/picture-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HwPictureWindow, header);
  gtk_widget_class_bind_template_child (widget_class, HwPictureWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HwPictureWindow, area);
  gtk_widget_class_bind_template_child (widget_class, HwPictureWindow, problem);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, on_draw);
}

static void
hw_picture_window_init (HwPictureWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

/**
 * hw_picture_window_new:
 * @parent: the window it belongs to
 * @file: (transfer none): a local file, of any origin
 * @name: what it is called
 *
 * Returns: (transfer none): a window that is not shown yet
 */
GtkWidget *
hw_picture_window_new (GtkWindow *parent, GFile *file, const char *name)
{
  HwPictureWindow *self = g_object_new (HW_TYPE_PICTURE_WINDOW, "transient-for", parent, NULL);
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (parent));
  GdkMonitor *monitor
      = gdk_display_get_monitor_at_window (display, gtk_widget_get_window (GTK_WIDGET (parent)));
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (parent));
  g_autofree char *spoken = NULL;
  GdkRectangle place;

  gdk_monitor_get_workarea (monitor, &place);
  gtk_window_set_title (GTK_WINDOW (self), name);
  hdy_header_bar_set_title (self->header, name);
  /* Translators: a small picture; %s is its file's name */
  spoken = g_strdup_printf (_ ("Picture %s"), name);
  atk_object_set_name (gtk_widget_get_accessible (self->area), spoken);
  hw_file_picture_load_async (file, (int) (place.width * SCREEN_SHARE) * scale,
                              (int) (place.height * SCREEN_SHARE) * scale, self->cancellable,
                              on_loaded, self);
  return GTK_WIDGET (self);
}
