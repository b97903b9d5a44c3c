/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window of the place that runs on this computer. Others are invited with what stands here: a
 * link, the same as a QR code, and the plain addresses. As long as nobody from another computer has
 * ever come it says so, and what may be the reason. */

#include "hallway-config.h"

#include "alert.h"
#include "autostart.h"
#include "busy.h"
#include "copy-row.h"
#include "firewall-card.h"
#include "host-window.h"

#include "dialog.h"
#include "qr-code.h"

#include "client/isolate.h"
#include "client/network.h"
#include "protocol/limits.h"

#include <glib/gi18n.h>

struct _HwHostWindow
{
  HdyWindow parent_instance;

  HdyHeaderBar *header;
  HwBusy *busy;
  HwQrCode *code;
  GtkListBox *invitations;
  GtkWidget *nowhere;
  GtkLabel *how;
  GtkWidget *unreached;
  GtkSwitch *autostart;
  GtkLabel *problem;

  HwHost *host;
  HwNetworkWatch *watch;
  GCancellable *leaving;
};

G_DEFINE_FINAL_TYPE (HwHostWindow, hw_host_window, HDY_TYPE_WINDOW)

static void
destroy_row (GtkWidget *row, gpointer data)
{
  gtk_widget_destroy (row);
}

static void
show_invitations (HwHostWindow *self)
{
  g_autoptr (GPtrArray) subnets = hw_network_list_subnets ();
  g_autofree char *invitation = hw_host_dup_invitation (self->host);
  guint port = hw_host_get_port (self->host);

  gtk_container_foreach (GTK_CONTAINER (self->invitations), destroy_row, NULL);
  /* Hidden, not only covered: a row is the last of the list for the style sheet then. */
  gtk_widget_set_visible (self->nowhere, invitation == NULL && (subnets->len == 0 || port == 0));
  hw_qr_code_set_text (self->code, invitation);
  if (invitation != NULL)
    gtk_container_add (GTK_CONTAINER (self->invitations), hw_copy_row_new (invitation, NULL));
  for (guint i = 0; i < subnets->len && port != 0; i++)
    {
      const HwSubnet *subnet = subnets->pdata[i];
      /* The usual port needs no telling. */
      g_autofree char *text = port == HW_DEFAULT_PORT
                                  ? g_strdup (subnet->address_text)
                                  : g_strdup_printf ("%s:%u", subnet->address_text, port);

      gtk_container_add (GTK_CONTAINER (self->invitations),
                         hw_copy_row_new (text, subnet->wireless ? _ ("Wi-Fi") : _ ("cable")));
    }
  gtk_label_set_text (self->how,
                      hw_host_get_discoverable (self->host)
                          ? _ ("Those on the same network find the place by themselves. The link "
                               "and the addresses are for “Enter an address…”.")
                          : _ ("The place does not show itself. Others come with the link or an "
                               "address, in “Enter an address…”."));
}

static void
update (HwHostWindow *self)
{
  HwHostState state = hw_host_get_state (self->host);

  if (state == HW_HOST_IDLE)
    {
      gtk_widget_destroy (GTK_WIDGET (self));
      return;
    }
  hdy_header_bar_set_subtitle (self->header, state == HW_HOST_RUNNING      ? C_ ("place", "open")
                                             : state == HW_HOST_STOPPING   ? _ ("closing…")
                                             : state == HW_HOST_RESTARTING ? _ ("starting again…")
                                                                           : _ ("starting…"));
  hw_busy_set (self->busy, state != HW_HOST_RUNNING);
  gtk_widget_set_visible (self->unreached, !hw_host_get_reached (self->host));
  show_invitations (self);
}

static void
say (HwHostWindow *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
on_autostart_done (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean done = hw_autostart_set_finish (result, &error);
  HwHostWindow *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!done)
    say (self, error->message);
  gtk_widget_set_sensitive (GTK_WIDGET (self->autostart), TRUE);
  gtk_switch_set_state (self->autostart, hw_autostart_get ());
  gtk_switch_set_active (self->autostart, hw_autostart_get ());
}

static gboolean
on_autostart_set (GtkSwitch *autostart, gboolean on, HwHostWindow *self)
{
  if (on == hw_autostart_get ())
    return GDK_EVENT_PROPAGATE;
  say (self, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (autostart), FALSE);
  hw_autostart_set_async (on, _ ("Hallway opens your place for others when you log in."),
                          self->leaving, on_autostart_done, self);
  return GDK_EVENT_STOP;
}

static void
on_close_accepted (HwHostWindow *self)
{
  hw_host_stop (self->host);
}

static void
on_close_place (HwHostWindow *self)
{
  g_autofree char *name = hw_isolate (hw_host_get_name (self->host));
  /* Translators: %s is a place's name */
  g_autofree char *title = g_strdup_printf (_ ("Close “%s”?"), name);
  GtkWidget *alert
      = hw_alert_new (GTK_WINDOW (self), title,
                      _ ("Whoever is there is shown out. Everything that was said is kept on this "
                         "computer, and is there again when you host next time."),
                      _ ("Keep it open"), _ ("Close the place"));

  g_signal_connect_object (alert, "accepted", G_CALLBACK (on_close_accepted), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (alert));
}

static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, HwHostWindow *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (self));
  return GDK_EVENT_STOP;
}

static void
hw_host_window_dispose (GObject *object)
{
  HwHostWindow *self = HW_HOST_WINDOW (object);

  g_cancellable_cancel (self->leaving);
  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_signal_handlers_disconnect_by_data (self->watch, self);
  G_OBJECT_CLASS (hw_host_window_parent_class)->dispose (object);
}

static void
hw_host_window_finalize (GObject *object)
{
  HwHostWindow *self = HW_HOST_WINDOW (object);

  g_clear_object (&self->host);
  g_object_unref (self->watch);
  g_object_unref (self->leaving);
  G_OBJECT_CLASS (hw_host_window_parent_class)->finalize (object);
}

static void
hw_host_window_class_init (HwHostWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_host_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hw_host_window_finalize;

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_FIREWALL_CARD);
  g_type_ensure (HW_TYPE_QR_CODE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/host-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HwHostWindow, header);
  gtk_widget_class_bind_template_child (widget_class, HwHostWindow, busy);
  gtk_widget_class_bind_template_child (widget_class, HwHostWindow, code);
  gtk_widget_class_bind_template_child (widget_class, HwHostWindow, invitations);
  gtk_widget_class_bind_template_child (widget_class, HwHostWindow, nowhere);
  gtk_widget_class_bind_template_child (widget_class, HwHostWindow, how);
  gtk_widget_class_bind_template_child (widget_class, HwHostWindow, unreached);
  gtk_widget_class_bind_template_child (widget_class, HwHostWindow, autostart);
  gtk_widget_class_bind_template_child (widget_class, HwHostWindow, problem);
  gtk_widget_class_bind_template_callback (widget_class, on_autostart_set);
  gtk_widget_class_bind_template_callback (widget_class, on_close_place);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
}

static void
hw_host_window_init (HwHostWindow *self)
{
  self->leaving = g_cancellable_new ();
  self->watch = hw_network_watch_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_switch_set_state (self->autostart, hw_autostart_get ());
  gtk_switch_set_active (self->autostart, hw_autostart_get ());
}

/**
 * hw_host_window_new:
 * @parent: the window it belongs to
 * @host: what runs a place
 *
 * Returns: (transfer none): the window, not shown yet; it destroys itself
 */
GtkWidget *
hw_host_window_new (GtkWindow *parent, HwHost *host)
{
  HwHostWindow *self = g_object_new (HW_TYPE_HOST_WINDOW, "transient-for", parent, NULL);

  g_return_val_if_fail (HW_IS_HOST (host), NULL);

  self->host = g_object_ref (host);
  hdy_header_bar_set_title (self->header, hw_host_get_name (host));
  gtk_window_set_title (GTK_WINDOW (self), hw_host_get_name (host));
  g_signal_connect_swapped (host, "notify::state", G_CALLBACK (update), self);
  g_signal_connect_swapped (host, "notify::reached", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->watch, "changed", G_CALLBACK (update), self);
  hw_dialog_fit (GTK_WINDOW (self));
  update (self);
  return GTK_WIDGET (self);
}
