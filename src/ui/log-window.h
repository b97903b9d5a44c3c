/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-reader.h"

#include "client/place.h"

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_LOG_WINDOW (hw_log_window_get_type ())
/**
 * HwLogWindow:
 *
 * The logs of a place, for its admin: open and closed rooms at the side, one room's timeline beside
 * them, live at its end.
 *
 * Actions: "find", "find-older", "find-newer", "context", "newest", "stop", "back", "close".
 */
G_DECLARE_FINAL_TYPE (HwLogWindow, hw_log_window, HW, LOG_WINDOW, HdyApplicationWindow)

GtkWidget *hw_log_window_new (GtkApplication *app, HwPlace *place);
HwPlace *hw_log_window_get_place (HwLogWindow *self); /* (transfer none) */
HwLog *hw_log_window_get_log (HwLogWindow *self);     /* (transfer none) (nullable) */
gboolean hw_log_window_has_open_log (HwLogWindow *self);
HwLogReader *hw_log_window_get_reader (HwLogWindow *self); /* (transfer none) */
void hw_log_window_refresh (HwLogWindow *self);

G_END_DECLS
