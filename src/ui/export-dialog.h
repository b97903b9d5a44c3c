/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-reader.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_EXPORT_DIALOG (hw_export_dialog_get_type ())
/**
 * HwExportDialog:
 *
 * Asks what of a log is to be written, as what and where, and shows how far that is. Closing it
 * stops it, and then no file is left.
 */
G_DECLARE_FINAL_TYPE (HwExportDialog, hw_export_dialog, HW, EXPORT_DIALOG, HdyWindow)

GtkWidget *hw_export_dialog_new (GtkWindow *parent, HwPlace *place, HwLogReader *reader);

G_END_DECLS
