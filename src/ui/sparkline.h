/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_SPARKLINE (hw_sparkline_get_type ())
/**
 * HwSparkline:
 *
 * A figure's way of late, small: a line over a wash, a dot at its end. The newest stands at the
 * end.
 */
G_DECLARE_FINAL_TYPE (HwSparkline, hw_sparkline, HW, SPARKLINE, GtkDrawingArea)

void hw_sparkline_add (HwSparkline *self, double value);

G_END_DECLS
