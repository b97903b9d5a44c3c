/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_ROOM_LIST (hw_room_list_get_type ())
/**
 * HwRoomList:
 *
 * The rooms of a place, the busiest first, filtered by what is typed. It joins the one that is
 * chosen.
 *
 * Signals:
 * opened (list, HwRoom *room): we are in
 */
G_DECLARE_FINAL_TYPE (HwRoomList, hw_room_list, HW, ROOM_LIST, GtkBox)

void hw_room_list_set_place (HwRoomList *self, HwPlace *place);
void hw_room_list_set_filter (HwRoomList *self, const char *words);
void hw_room_list_set_narrow (HwRoomList *self, gboolean narrow);
void hw_room_list_open_first (HwRoomList *self);
void hw_room_list_open (HwRoomList *self, const char *name);

G_END_DECLS
