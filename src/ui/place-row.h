/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/finder.h"
#include "client/place.h"
#include "client/reach.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_PLACE_ROW (hw_place_row_get_type ())
/**
 * HwPlaceRow:
 *
 * A place in the menu's sidebar: one that is remembered, that has answered, or that is open.
 */
G_DECLARE_FINAL_TYPE (HwPlaceRow, hw_place_row, HW, PLACE_ROW, GtkListBoxRow)

GtkWidget *hw_place_row_new (const char *address);
const char *hw_place_row_get_address (HwPlaceRow *self);
HwPlace *hw_place_row_get_place (HwPlaceRow *self);      /* (transfer none) (nullable) */
HwKnownPlace *hw_place_row_get_known (HwPlaceRow *self); /* (transfer none) (nullable) */
HwFoundPlace *hw_place_row_get_found (HwPlaceRow *self); /* (transfer none) (nullable) */
gboolean hw_place_row_is_open (HwPlaceRow *self);
HwReachState hw_place_row_get_reach (HwPlaceRow *self);
void hw_place_row_set (HwPlaceRow *self, HwKnownPlace *known, HwFoundPlace *found, HwPlace *place);
void hw_place_row_set_trust (HwPlaceRow *self, HwTrust trust);
void hw_place_row_set_reach (HwPlaceRow *self, HwReachState reach, guint milliseconds);

char *hw_place_row_describe_rooms (HwPlace *place); /* (transfer full) */

G_END_DECLS
