/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_ROOMS_PAGE (hw_rooms_page_get_type ())
/**
 * HwRoomsPage:
 *
 * A place that we are in: its rooms, the way to its logs, and how good the connection is.
 *
 * Signals:
 * - new-room (page): a room shall be made
 * - opened (page, HwRoom *room): we are in a room
 * - open-logs (page): we are an admin, and the logs are wanted
 */
G_DECLARE_FINAL_TYPE (HwRoomsPage, hw_rooms_page, HW, ROOMS_PAGE, GtkBin)

void hw_rooms_page_set_place (HwRoomsPage *self, HwPlace *place, HwKnownPlaces *known);
void hw_rooms_page_set_narrow (HwRoomsPage *self, gboolean narrow);
void hw_rooms_page_find (HwRoomsPage *self);
void hw_rooms_page_open (HwRoomsPage *self, const char *room);
void hw_rooms_page_test_connection (HwRoomsPage *self);

G_END_DECLS
