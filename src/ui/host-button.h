/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/host.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_HOST_BUTTON (hw_host_button_get_type ())
/**
 * HwHostButton:
 *
 * The button that opens a place on this computer, and by which it is found again.
 */
G_DECLARE_FINAL_TYPE (HwHostButton, hw_host_button, HW, HOST_BUTTON, GtkButton)

void hw_host_button_set_host (HwHostButton *self, HwHost *host);

G_END_DECLS
