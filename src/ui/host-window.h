/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/host.h"

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_HOST_WINDOW (hw_host_window_get_type ())
/**
 * HwHostWindow:
 *
 * The place that runs on this computer: how it stands with it, how others come to it, whether it is
 * opened at login; and where it is closed. It destroys itself when the place is closed.
 */
G_DECLARE_FINAL_TYPE (HwHostWindow, hw_host_window, HW, HOST_WINDOW, HdyWindow)

GtkWidget *hw_host_window_new (GtkWindow *parent, HwHost *host);

G_END_DECLS
