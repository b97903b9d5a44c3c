/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/host.h"

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_HOST_DIALOG (hw_host_dialog_get_type ())
/**
 * HwHostDialog:
 *
 * Opens a place on this computer.
 *
 * Signals:
 * - opened (dialog, const char *password): the place can be entered; the admin's password is valid
 *   during the signal only
 */
G_DECLARE_FINAL_TYPE (HwHostDialog, hw_host_dialog, HW, HOST_DIALOG, HdyWindow)

GtkWidget *hw_host_dialog_new (GtkWindow *parent, HwHost *host);

G_END_DECLS
