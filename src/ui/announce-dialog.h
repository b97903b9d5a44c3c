/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_ANNOUNCE_DIALOG (hw_announce_dialog_get_type ())
/**
 * HwAnnounceDialog:
 *
 * Asks for one line of words and sends them to a place: an announcement.
 */
G_DECLARE_FINAL_TYPE (HwAnnounceDialog, hw_announce_dialog, HW, ANNOUNCE_DIALOG, HdyWindow)

GtkWidget *hw_announce_dialog_new (GtkWindow *parent, HwPlace *place);

G_END_DECLS
