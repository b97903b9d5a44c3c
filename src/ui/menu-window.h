/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "application.h"

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_MENU_WINDOW (hw_menu_window_get_type ())
/**
 * HwMenuWindow:
 *
 * From nothing to talking: a name, a place, a room.
 */
G_DECLARE_FINAL_TYPE (HwMenuWindow, hw_menu_window, HW, MENU_WINDOW, HdyApplicationWindow)

GtkWidget *hw_menu_window_new (HwApplication *application);
HwPlace *hw_menu_window_get_place (HwMenuWindow *self); /* (transfer none) (nullable) */
void hw_menu_window_connect (HwMenuWindow *self, HwPlace *place);
void hw_menu_window_look_at (HwMenuWindow *self, HwPlace *place);
void hw_menu_window_set_name (HwMenuWindow *self, const char *name);
void hw_menu_window_say (HwMenuWindow *self, const char *problem);
void hw_menu_window_go (HwMenuWindow *self, const char *address, const char *room);

G_END_DECLS
