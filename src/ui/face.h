/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HwFaces:
 *
 * People's faces as pictures, for widgets that paint them: the same colours and letters as a
 * HdyAvatar of that name has. Keeps the ones used last. Main thread only.
 */
typedef struct _HwFaces HwFaces;

HwFaces *hw_faces_new (int size);
void hw_faces_free (HwFaces *self);
int hw_faces_get_size (HwFaces *self);
void hw_faces_set_size (HwFaces *self, int size);
void hw_faces_forget (HwFaces *self);
gboolean hw_faces_has (HwFaces *self, const char *name, int scale);
cairo_surface_t *hw_faces_get (HwFaces *self, const char *name, int scale);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwFaces, hw_faces_free)

G_END_DECLS
