/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_NEW_ROOM_DIALOG (hw_new_room_dialog_get_type ())
/**
 * HwNewRoomDialog:
 *
 * Asks what a new room shall be called and makes it. It closes itself when the room is there.
 *
 * Signals:
 * created (dialog, HwRoom *room): it is there, and we are in it
 */
G_DECLARE_FINAL_TYPE (HwNewRoomDialog, hw_new_room_dialog, HW, NEW_ROOM_DIALOG, HdyWindow)

GtkWidget *hw_new_room_dialog_new (GtkWindow *parent, HwPlace *place, const char *name);

G_END_DECLS
