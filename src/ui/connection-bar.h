/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_CONNECTION_BAR (hw_connection_bar_get_type ())
/**
 * HwConnectionBar:
 *
 * The bar of a window that says what is the matter with its place, and what can be done: the link
 * is lost, we were shown out, the place closes, we are silent for too long, somebody announces
 * something. Not shown while all is well.
 *
 * Signals:
 * ask (bar): the place did not let us in: the menu window asks for another name or a password
 */
G_DECLARE_FINAL_TYPE (HwConnectionBar, hw_connection_bar, HW, CONNECTION_BAR, GtkBin)

GtkWidget *hw_connection_bar_new (void);
void hw_connection_bar_set_place (HwConnectionBar *self, HwPlace *place);
void hw_connection_bar_watch (HwConnectionBar *self, GtkWidget *window);
void hw_connection_bar_set_present (HwConnectionBar *self);

G_END_DECLS
