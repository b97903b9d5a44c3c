/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_PICTURE_WINDOW (hw_picture_window_get_type ())
/**
 * HwPictureWindow:
 *
 * A picture that somebody sent, as large as the screen allows. Escape closes it.
 */
G_DECLARE_FINAL_TYPE (HwPictureWindow, hw_picture_window, HW, PICTURE_WINDOW, HdyWindow)

GtkWidget *hw_picture_window_new (GtkWindow *parent, GFile *file, const char *name);

G_END_DECLS
