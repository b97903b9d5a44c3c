/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_HELP_WINDOW (hw_help_window_get_type ())
/**
 * HwHelpWindow:
 *
 * What to do first, how to host a place, what admins and others can see, and that all of it can be
 * done by keyboard: a few short pages.
 */
G_DECLARE_FINAL_TYPE (HwHelpWindow, hw_help_window, HW, HELP_WINDOW, HdyWindow)

GtkWidget *hw_help_window_new (GtkWindow *parent);

G_END_DECLS
