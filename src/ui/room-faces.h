/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

G_BEGIN_DECLS

#define HW_TYPE_ROOM_FACES (hw_room_faces_get_type ())
/**
 * HwRoomFaces:
 *
 * Knows a few of the people in each room of a place, so that the list of rooms can show their
 * faces.
 *
 * Signals:
 * changed (faces, HwRoom *room): others are to be shown
 */
G_DECLARE_FINAL_TYPE (HwRoomFaces, hw_room_faces, HW, ROOM_FACES, GObject)

/* Faces shown of a room at most. */
#define HW_ROOM_FACES_MAX 3

HwRoomFaces *hw_room_faces_new (HwPlace *place);
void hw_room_faces_want (HwRoomFaces *self, HwRoom *room);
const char *const *hw_room_faces_get (HwRoomFaces *self, HwRoom *room); /* (nullable) */
void hw_room_faces_set_present (HwRoomFaces *self);
void hw_room_faces_set_awake (HwRoomFaces *self, gboolean awake);

G_END_DECLS
