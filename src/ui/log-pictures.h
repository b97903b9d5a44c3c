/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/transfer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HwLogPictures:
 *
 * Small pictures of the files in one log view. They are decoded in a thread, one after the other,
 * when a row asks for them first; of those that no row asked for lately only the size is kept. Main
 * thread only.
 */
typedef struct _HwLogPictures HwLogPictures;

/* A picture's size is known now: rows that show it are laid out again. */
typedef void (*HwLogPicturesReady) (HwTransfer *transfer, gpointer user_data);

HwLogPictures *hw_log_pictures_new (HwLogPicturesReady ready, gpointer user_data);
void hw_log_pictures_free (HwLogPictures *self);
gboolean hw_log_pictures_measure (
    HwLogPictures *self, HwTransfer *transfer, int scale, int *width, int *height);
cairo_surface_t *hw_log_pictures_get (HwLogPictures *self, HwTransfer *transfer, int scale);
gsize hw_log_pictures_get_bytes (HwLogPictures *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwLogPictures, hw_log_pictures_free)

G_END_DECLS
