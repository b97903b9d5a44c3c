/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_STOP_DIALOG (hw_stop_dialog_get_type ())
/**
 * HwStopDialog:
 *
 * Stops a place's server: asks for the admin's password once more and for a word to those who are
 * there, and shows what the server answers.
 */
G_DECLARE_FINAL_TYPE (HwStopDialog, hw_stop_dialog, HW, STOP_DIALOG, HdyWindow)

GtkWidget *hw_stop_dialog_new (GtkWindow *parent, HwPlace *place);

G_END_DECLS
