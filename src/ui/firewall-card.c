/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands that let Hallway through a firewall. They name hallway.xml, the service of
 * firewalld, and the application profile of ufw, both of which are installed with hallwayd. */

#include "hallway-config.h"

#include "copy-row.h"
#include "firewall-card.h"

#include <glib/gi18n.h>

struct _HwFirewallCard
{
  GtkBox parent_instance;

  GtkListBox *commands;
};

G_DEFINE_FINAL_TYPE (HwFirewallCard, hw_firewall_card, GTK_TYPE_BOX)

static void
hw_firewall_card_class_init (HwFirewallCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/firewall-card.ui");
  gtk_widget_class_bind_template_child (widget_class, HwFirewallCard, commands);
}

static void
hw_firewall_card_init (HwFirewallCard *self)
{
  static const struct
  {
    const char *command;
    const char *firewall;
  } commands[] = {
    { "sudo ufw allow Hallway", "ufw" },
    { "sudo firewall-cmd --add-service=hallway --permanent && sudo firewall-cmd --reload",
      "firewalld" },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    gtk_container_add (GTK_CONTAINER (self->commands),
                       hw_copy_row_new (commands[i].command, commands[i].firewall));
}
