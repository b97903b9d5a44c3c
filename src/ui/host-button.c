/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The button that opens a place on this computer says which one runs, once there is one: it is also
 * where the place is found again. Where there is no server to run, it is not there. */

#include "hallway-config.h"

#include "host-button.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

struct _HwHostButton
{
  GtkButton parent_instance;

  GtkImage *icon;
  GtkLabel *words;

  HwHost *host;
};

G_DEFINE_FINAL_TYPE (HwHostButton, hw_host_button, GTK_TYPE_BUTTON)

static void
update (HwHostButton *self)
{
  gboolean running = hw_host_is_open (self->host);
  g_autofree char *name = running ? hw_isolate (hw_host_get_name (self->host)) : NULL;
  /* Translators: %s is the name of a place that runs on this computer */
  g_autofree char *hosting = running ? g_strdup_printf (_ ("Hosting %s"), name) : NULL;
  g_autofree char *spoken
      = running ? g_strdup_printf (_ ("Hosting %s"), hw_host_get_name (self->host)) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), hw_host_is_possible (self->host));
  gtk_label_set_text (self->words, running ? hosting : _ ("Host a place here"));
  gtk_image_set_from_icon_name (self->icon,
                                running ? "hallway-place-symbolic" : "list-add-symbolic",
                                GTK_ICON_SIZE_BUTTON);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)),
                       running ? spoken : _ ("Host a place here"));
}

static void
hw_host_button_dispose (GObject *object)
{
  HwHostButton *self = HW_HOST_BUTTON (object);

  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_clear_object (&self->host);
  G_OBJECT_CLASS (hw_host_button_parent_class)->dispose (object);
}

static void
hw_host_button_class_init (HwHostButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_host_button_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/host-button.ui");
  gtk_widget_class_bind_template_child (widget_class, HwHostButton, icon);
  gtk_widget_class_bind_template_child (widget_class, HwHostButton, words);
}

static void
hw_host_button_init (HwHostButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_host_button_set_host:
 * @self: the button, that has none yet
 * @host: what runs a place, or may
 */
void
hw_host_button_set_host (HwHostButton *self, HwHost *host)
{
  g_return_if_fail (HW_IS_HOST_BUTTON (self));
  g_return_if_fail (self->host == NULL);

  self->host = g_object_ref (host);
  g_signal_connect_swapped (host, "notify::state", G_CALLBACK (update), self);
  update (self);
}
