/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/finder.h"
#include "client/known-places.h"
#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HwPlaceChoice:
 * @report: what was done to find places
 * @looking: it is being found out who is there
 * @progress: how much of the addresses that are tried one by one is done; -1: none are
 * @n_choices: places that can be entered, as far as is known
 * @n_known: places that are remembered
 * @known: (nullable): one of them
 * @closed: (nullable): a place that answers, but lets nobody in
 * @foreign: (nullable): a place that speaks another version
 *
 * What there is to choose from, and why there is nothing.
 */
typedef struct
{
  HwFinderReport report;
  gboolean looking;
  double progress;
  guint n_choices;
  guint n_known;
  const char *known;
  const char *closed;
  const char *foreign;
} HwPlaceChoice;

#define HW_TYPE_PLACE_LIST (hw_place_list_get_type ())
/**
 * HwPlaceList:
 *
 * The places of the menu's sidebar: those that are remembered, those that answer, and those that
 * are open, each once.
 *
 * Properties (read-only, notified): "looking" (boolean): it is being found out who is there;
 * "empty" (boolean); "progress" (double): of the addresses tried one by one, -1: none are.
 *
 * Signals:
 * changed (list): there may be another choice
 * chosen (list, const char *address): the person wants to go there
 */
G_DECLARE_FINAL_TYPE (HwPlaceList, hw_place_list, HW, PLACE_LIST, GtkBox)

void hw_place_list_set_models (HwPlaceList *self, HwKnownPlaces *known, GListModel *places);
void hw_place_list_select (HwPlaceList *self, const char *address);
void hw_place_list_set_active (HwPlaceList *self, gboolean active);
void hw_place_list_look_again (HwPlaceList *self);
void hw_place_list_search (HwPlaceList *self);
void hw_place_list_stop_search (HwPlaceList *self);
void hw_place_list_get_choice (HwPlaceList *self, HwPlaceChoice *choice);
gboolean hw_place_list_answers (HwPlaceList *self, const char *address);
gboolean hw_place_list_is_empty (HwPlaceList *self);

G_END_DECLS
