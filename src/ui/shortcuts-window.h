/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_SHORTCUTS_WINDOW (hw_shortcuts_window_get_type ())
/**
 * HwShortcutsWindow:
 *
 * Which keys do what.
 */
G_DECLARE_FINAL_TYPE (HwShortcutsWindow, hw_shortcuts_window, HW, SHORTCUTS_WINDOW, HdyWindow)

GtkWidget *hw_shortcuts_window_new (GtkWindow *parent, GtkApplication *application);

G_END_DECLS
