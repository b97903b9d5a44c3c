/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_BUSY (hw_busy_get_type ())
/**
 * HwBusy:
 *
 * A spinner that is seen only when something takes long: most things are done before it would turn
 * once, and then a flicker would be all.
 */
G_DECLARE_FINAL_TYPE (HwBusy, hw_busy, HW, BUSY, GtkSpinner)

GtkWidget *hw_busy_new (void);
void hw_busy_set (HwBusy *self, gboolean busy);

G_END_DECLS
