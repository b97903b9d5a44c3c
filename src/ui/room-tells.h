/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

G_BEGIN_DECLS

/**
 * HwRoomTells:
 *
 * What of a room the person wants to be notified of.
 */
typedef enum
{
  HW_ROOM_TELLS_MENTIONS, /* what has their name in it */
  HW_ROOM_TELLS_ALL,
  HW_ROOM_TELLS_NONE,
} HwRoomTells;

HwRoomTells hw_room_tells_get (HwRoom *room);
void hw_room_tells_set (HwRoom *room, HwRoomTells tells);
void hw_room_tells_forget (const char *place_id);

G_END_DECLS
