/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_KEEPING_DIALOG (hw_keeping_dialog_get_type ())
/**
 * HwKeepingDialog:
 *
 * Who is at a place, who is banned from it, and whose names are protected there: three lists for
 * its admin, who can show people out, end bans, and add and remove accounts.
 */
G_DECLARE_FINAL_TYPE (HwKeepingDialog, hw_keeping_dialog, HW, KEEPING_DIALOG, HdyWindow)

GtkWidget *hw_keeping_dialog_new (GtkWindow *parent, HwPlace *place);

G_END_DECLS
