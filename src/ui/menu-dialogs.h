/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "menu-window.h"

G_BEGIN_DECLS

void hw_menu_dialogs_enter_address (HwMenuWindow *window);
void hw_menu_dialogs_host (HwMenuWindow *window);
void hw_menu_dialogs_new_room (HwMenuWindow *window);

G_END_DECLS
