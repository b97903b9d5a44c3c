/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "application.h"

G_BEGIN_DECLS

#define HW_TYPE_LEAVING (hw_leaving_get_type ())
/**
 * HwLeaving:
 *
 * What becomes of the program when its windows close: it ends, once every place knows that we are
 * gone; it asks first, where others are in a place that runs here; or it stays without a window,
 * where the person wants that.
 */
G_DECLARE_FINAL_TYPE (HwLeaving, hw_leaving, HW, LEAVING, GObject)

HwLeaving *hw_leaving_new (HwApplication *app);
void hw_leaving_quit (HwLeaving *self);
void hw_leaving_terminate (HwLeaving *self);
void hw_leaving_window_opens (HwLeaving *self);
void hw_leaving_window_gone (HwLeaving *self);
gboolean hw_leaving_asks (HwLeaving *self, GtkWindow *closing);
gboolean hw_leaving_keeps (HwLeaving *self, HwPlace *place);
gboolean hw_leaving_is_in_background (HwLeaving *self);

G_END_DECLS
