/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_PLACE_LIST (hw_place_list_get_type ())
/**
 * HwPlaceList:
 *
 * The places of the menu's sidebar: those that are remembered, those that answer, and those that
 * are open, each once.
 *
 * Properties (read-only, notified): "looking" (boolean): it is being found out who is there;
 * "empty" (boolean).
 *
 * Signals:
 * chosen (list, const char *address): the person wants to go there
 */
G_DECLARE_FINAL_TYPE (HwPlaceList, hw_place_list, HW, PLACE_LIST, GtkBox)

void hw_place_list_set_models (HwPlaceList *self, HwKnownPlaces *known, GListModel *places);
void hw_place_list_select (HwPlaceList *self, const char *address);
void hw_place_list_set_active (HwPlaceList *self, gboolean active);
void hw_place_list_look_again (HwPlaceList *self);
gboolean hw_place_list_is_looking (HwPlaceList *self);
gboolean hw_place_list_is_empty (HwPlaceList *self);

G_END_DECLS
