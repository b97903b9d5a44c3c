/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opens a place on this computer: asks what it shall be called and who may run it, and says under
 * which addresses others reach it. Once it runs, host-window tells of it. */

#include "hallway-config.h"

#include "busy.h"
#include "copy-row.h"
#include "field-row.h"
#include "host-dialog.h"

#include "dialog.h"
#include "words.h"

#include "client/network.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HwHostDialog
{
  HdyWindow parent_instance;

  GtkButton *open;
  HwBusy *busy;
  GtkWidget *before;
  HwFieldRow *name;
  HwFieldRow *password;
  GtkLabel *problem;
  GtkSwitch *discoverable;
  GtkListBox *addresses;
  GtkWidget *nowhere;

  HwHost *host;
  gboolean is_gone; /* closed while the place was being opened */
};

enum
{
  SIGNAL_OPENED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwHostDialog, hw_host_dialog, HDY_TYPE_WINDOW)

static gboolean
is_complete (HwHostDialog *self)
{
  return *hw_field_row_get_text (self->name) != '\0'
         && g_utf8_strlen (hw_field_row_get_text (self->password), -1) >= HW_HOST_PASSWORD_MIN;
}

static void
update (HwHostDialog *self)
{
  HwHostState state = hw_host_get_state (self->host);

  gtk_widget_set_sensitive (GTK_WIDGET (self->open), state == HW_HOST_IDLE && is_complete (self));
  gtk_widget_set_sensitive (self->before, state == HW_HOST_IDLE);
  hw_busy_set (self->busy, state == HW_HOST_STARTING || state == HW_HOST_STOPPING);
}

static void
say (HwHostDialog *self, HwFieldRow *row, const char *problem)
{
  hw_field_row_set_problem (self->name, row == self->name ? problem : NULL);
  hw_field_row_set_problem (self->password, row == self->password ? problem : NULL);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
show_addresses (HwHostDialog *self)
{
  g_autoptr (GPtrArray) subnets = hw_network_list_subnets ();

  /* Hidden, not only covered: a row is the last of the list for the style sheet then. */
  gtk_widget_set_visible (self->nowhere, subnets->len == 0);
  for (guint i = 0; i < subnets->len; i++)
    {
      const HwSubnet *subnet = subnets->pdata[i];

      gtk_container_add (GTK_CONTAINER (self->addresses),
                         hw_copy_row_new (subnet->address_text,
                                          subnet->wireless ? _ ("Wi-Fi") : _ ("cable")));
    }
}

static void
on_started (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwHostDialog) self = data;
  g_autoptr (GError) error = NULL;

  if (hw_host_start_finish (HW_HOST (object), result, &error))
    {
      g_autofree char *password = g_strdup (hw_field_row_get_text (self->password));

      g_signal_emit (self, signals[SIGNAL_OPENED], 0, password);
      explicit_bzero (password, strlen (password));
      if (!self->is_gone)
        gtk_widget_destroy (GTK_WIDGET (self));
    }
  else if (!self->is_gone)
    {
      say (self, self->name, error->message);
    }
}

static void
on_open (HwHostDialog *self)
{
  if (hw_host_get_state (self->host) != HW_HOST_IDLE || !is_complete (self))
    return;
  say (self, NULL, NULL);
  hw_host_start_async (self->host, hw_field_row_get_text (self->name),
                       hw_field_row_get_text (self->password),
                       gtk_switch_get_active (self->discoverable), on_started, g_object_ref (self));
}

static void
on_changed (HwHostDialog *self)
{
  say (self, NULL, NULL);
  update (self);
}

static void
on_password_activate (HwHostDialog *self)
{
  if (*hw_field_row_get_text (self->name) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->name));
  else if (!is_complete (self))
    say (self, self->password, _ ("The admin password needs at least 8 characters."));
  else
    on_open (self);
}

static void
on_name_activate (HwHostDialog *self)
{
  if (is_complete (self))
    on_open (self);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

static void
on_reveal_toggled (HwHostDialog *self, GtkToggleButton *reveal)
{
  gtk_entry_set_visibility (hw_field_row_get_entry (self->password),
                            gtk_toggle_button_get_active (reveal));
}

static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, HwHostDialog *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (self));
  return GDK_EVENT_STOP;
}

static void
hw_host_dialog_dispose (GObject *object)
{
  HwHostDialog *self = HW_HOST_DIALOG (object);

  self->is_gone = TRUE;
  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_clear_object (&self->host);
  G_OBJECT_CLASS (hw_host_dialog_parent_class)->dispose (object);
}

static void
hw_host_dialog_class_init (HwHostDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_host_dialog_dispose;

  signals[SIGNAL_OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_FIELD_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/host-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwHostDialog, open);
  gtk_widget_class_bind_template_child (widget_class, HwHostDialog, busy);
  gtk_widget_class_bind_template_child (widget_class, HwHostDialog, before);
  gtk_widget_class_bind_template_child (widget_class, HwHostDialog, name);
  gtk_widget_class_bind_template_child (widget_class, HwHostDialog, password);
  gtk_widget_class_bind_template_child (widget_class, HwHostDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, HwHostDialog, discoverable);
  gtk_widget_class_bind_template_child (widget_class, HwHostDialog, addresses);
  gtk_widget_class_bind_template_child (widget_class, HwHostDialog, nowhere);
  gtk_widget_class_bind_template_callback (widget_class, on_open);
  gtk_widget_class_bind_template_callback (widget_class, on_reveal_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
}

static void
hw_host_dialog_init (HwHostDialog *self)
{
  GtkEntry *name;
  GtkEntry *password;

  gtk_widget_init_template (GTK_WIDGET (self));

  name = hw_field_row_get_entry (self->name);
  password = hw_field_row_get_entry (self->password);
  g_signal_connect_swapped (name, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (password, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (name, "activate", G_CALLBACK (on_name_activate), self);
  g_signal_connect_swapped (password, "activate", G_CALLBACK (on_password_activate), self);
  gtk_switch_set_active (self->discoverable, g_getenv ("HALLWAY_NO_DISCOVERY") == NULL);
}

/**
 * hw_host_dialog_new:
 * @parent: the window it belongs to
 * @host: what shall run a place
 *
 * Returns: (transfer none): the dialog, not shown yet; it destroys itself
 */
GtkWidget *
hw_host_dialog_new (GtkWindow *parent, HwHost *host)
{
  HwHostDialog *self = g_object_new (HW_TYPE_HOST_DIALOG, "transient-for", parent, NULL);

  g_return_val_if_fail (HW_IS_HOST (host), NULL);

  self->host = g_object_ref (host);
  g_signal_connect_swapped (host, "notify::state", G_CALLBACK (update), self);
  show_addresses (self);
  if (hw_host_get_name (host) != NULL)
    {
      hw_field_row_set_text (self->name, hw_host_get_name (host));
      if (g_getenv ("HALLWAY_NO_DISCOVERY") == NULL)
        gtk_switch_set_active (self->discoverable, hw_host_get_discoverable (host));
      gtk_widget_grab_focus (GTK_WIDGET (self->password));
    }
  else
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->name));
    }
  update (self);
  hw_dialog_fit (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}
