/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_FIREWALL_CARD (hw_firewall_card_get_type ())
/**
 * HwFirewallCard:
 *
 * How to let Hallway through the firewalls of Linux, to be copied: commands that name the service
 * files that come with hallwayd.
 */
G_DECLARE_FINAL_TYPE (HwFirewallCard, hw_firewall_card, HW, FIREWALL_CARD, GtkBox)

G_END_DECLS
