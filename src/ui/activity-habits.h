/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_ACTIVITY_HABITS (hw_activity_habits_get_type ())
/**
 * HwActivityHabits:
 *
 * A small chart: who says most in a room, and at which hours of the week things are said. It is
 * asked for when it is shown.
 */
G_DECLARE_FINAL_TYPE (HwActivityHabits, hw_activity_habits, HW, ACTIVITY_HABITS, GtkBox)

void hw_activity_habits_show_log (HwActivityHabits *self, HwPlace *place, HwLog *log);

G_END_DECLS
