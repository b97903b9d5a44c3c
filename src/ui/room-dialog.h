/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_ROOM_DIALOG (hw_room_dialog_get_type ())
/**
 * HwRoomDialog:
 *
 * What there is to know of a room that we are in, and its topic to be changed.
 */
G_DECLARE_FINAL_TYPE (HwRoomDialog, hw_room_dialog, HW, ROOM_DIALOG, HdyWindow)

GtkWidget *hw_room_dialog_new (GtkWindow *parent, HwRoom *room, gboolean can_change);

G_END_DECLS
