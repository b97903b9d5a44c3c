/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_ROOM_LIST_ROW (hw_room_list_row_get_type ())
/**
 * HwRoomListRow:
 *
 * A room in the menu's list. It asks for the password of a locked one, and says under itself why a
 * room did not open.
 *
 * Signals:
 * open (row, const char *password): the room is wanted; @password is NULL where none was asked for
 */
G_DECLARE_FINAL_TYPE (HwRoomListRow, hw_room_list_row, HW, ROOM_LIST_ROW, GtkListBoxRow)

GtkWidget *hw_room_list_row_new (HwRoom *room);
HwRoom *hw_room_list_row_get_room (HwRoomListRow *self); /* (transfer none) */
guint hw_room_list_row_get_position (HwRoomListRow *self);
void hw_room_list_row_set_position (HwRoomListRow *self, guint position);
void hw_room_list_row_set_faces (HwRoomListRow *self, const char *const *names);
void hw_room_list_row_activate (HwRoomListRow *self);
void hw_room_list_row_set_busy (HwRoomListRow *self, gboolean busy);
void hw_room_list_row_set_problem (HwRoomListRow *self, const GError *error);
void hw_room_list_row_keep_password (HwRoomListRow *self);
void hw_room_list_row_done (HwRoomListRow *self);

G_END_DECLS
