/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "place-list.h"

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_PLACE_PAGE (hw_place_page_get_type ())
/**
 * HwPlacePage:
 *
 * The larger half of the menu window: the place that is looked at, in whatever state it is, or what
 * to do where there is none.
 *
 * Signals:
 * - enter-address (page), change-name (page), connect-again (page), cancel (page): what the person
 *   wants
 * - new-room (page), opened (page, HwRoom *room), open-logs (page): as HwRoomsPage says them
 */
G_DECLARE_FINAL_TYPE (HwPlacePage, hw_place_page, HW, PLACE_PAGE, GtkBox)

void hw_place_page_set_place (HwPlacePage *self, HwPlace *place, HwKnownPlaces *known);
void hw_place_page_set_choice (HwPlacePage *self, const HwPlaceChoice *choice);
void hw_place_page_set_answers (HwPlacePage *self, gboolean answers);
void hw_place_page_set_narrow (HwPlacePage *self, gboolean narrow);
void hw_place_page_find (HwPlacePage *self);
void hw_place_page_open (HwPlacePage *self, const char *room);
void hw_place_page_test_connection (HwPlacePage *self);
void hw_place_page_set_present (HwPlacePage *self);
void hw_place_page_say (HwPlacePage *self, const char *problem);

G_END_DECLS
