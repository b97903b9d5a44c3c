/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_QR_CODE (hw_qr_code_get_type ())
/**
 * HwQrCode:
 *
 * A text as a square of dots, for the cameras of others. It shows nothing, and is not visible,
 * where Hallway was built without libqrencode.
 */
G_DECLARE_FINAL_TYPE (HwQrCode, hw_qr_code, HW, QR_CODE, GtkDrawingArea)

void hw_qr_code_set_text (HwQrCode *self, const char *text);

G_END_DECLS
