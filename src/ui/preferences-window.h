/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/known-places.h"

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_PREFERENCES_WINDOW (hw_preferences_window_get_type ())
/**
 * HwPreferencesWindow:
 *
 * What the person may choose for the whole program: how it looks, and which places it remembers.
 */
G_DECLARE_FINAL_TYPE (HwPreferencesWindow, hw_preferences_window, HW, PREFERENCES_WINDOW, HdyWindow)

GtkWidget *hw_preferences_window_new (GtkWindow *parent, HwKnownPlaces *known);

G_END_DECLS
