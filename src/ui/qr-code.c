/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws a QR code. It is black on white in every theme, with the white margin that the standard
 * asks for: cameras are not told that the theme is dark. */

#include "hallway-config.h"

#include "qr-code.h"

#include <glib/gi18n.h>

#ifdef HW_HAVE_LIBQRENCODE
#include <qrencode.h>
#endif

/* Modules of white around the code, and pixels of a module at most. */
#define MARGIN     4
#define MODULE_MAX 6

struct _HwQrCode
{
  GtkDrawingArea parent_instance;

  int width;       /* modules; 0: there is no code */
  guchar *modules; /* (nullable): the lowest bit of each: black */
};

G_DEFINE_FINAL_TYPE (HwQrCode, hw_qr_code, GTK_TYPE_DRAWING_AREA)

static gboolean
hw_qr_code_draw (GtkWidget *widget, cairo_t *cr)
{
  HwQrCode *self = HW_QR_CODE (widget);
  int size
      = MIN (gtk_widget_get_allocated_width (widget), gtk_widget_get_allocated_height (widget));
  int modules = self->width + 2 * MARGIN;
  int module = MAX (1, size / modules);

  if (self->width == 0)
    return GDK_EVENT_PROPAGATE;
  /* Whole pixels, or the edges are grey and small codes unreadable */
  cairo_translate (cr, (gtk_widget_get_allocated_width (widget) - module * modules) / 2,
                   (gtk_widget_get_allocated_height (widget) - module * modules) / 2);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, 0, 0, module * modules, module * modules);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (int y = 0; y < self->width; y++)
    for (int x = 0; x < self->width; x++)
      if (self->modules[y * self->width + x] & 1)
        cairo_rectangle (cr, (x + MARGIN) * module, (y + MARGIN) * module, module, module);
  cairo_fill (cr);
  return GDK_EVENT_PROPAGATE;
}

static void
hw_qr_code_finalize (GObject *object)
{
  g_free (HW_QR_CODE (object)->modules);
  G_OBJECT_CLASS (hw_qr_code_parent_class)->finalize (object);
}

static void
hw_qr_code_class_init (HwQrCodeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_qr_code_finalize;
  GTK_WIDGET_CLASS (klass)->draw = hw_qr_code_draw;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), ATK_ROLE_IMAGE);
}

static void
hw_qr_code_init (HwQrCode *self)
{
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), _ ("QR code"));
}

/**
 * hw_qr_code_set_text:
 * @self: a code
 * @text: (nullable): what it says, UTF-8
 */
void
hw_qr_code_set_text (HwQrCode *self, const char *text)
{
  g_autofree char *words = NULL;

  g_return_if_fail (HW_IS_QR_CODE (self));

  g_clear_pointer (&self->modules, g_free);
  self->width = 0;
#ifdef HW_HAVE_LIBQRENCODE
  if (text != NULL)
    {
      QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);

      if (code != NULL)
        {
          self->width = code->width;
          self->modules = g_memdup2 (code->data, (gsize) code->width * (gsize) code->width);
          QRcode_free (code);
        }
    }
#endif
  if (self->width > 0)
    {
      int size = (self->width + 2 * MARGIN) * MODULE_MAX;

      /* Translators: %s is what the QR code says, a link */
      words = g_strdup_printf (_ ("For the cameras of others. It says %s"), text);
      gtk_widget_set_size_request (GTK_WIDGET (self), size, size);
      atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)), words);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->width > 0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
