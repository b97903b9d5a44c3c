/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hw_text_undo_follow (GtkTextBuffer *buffer);
gboolean hw_text_undo_step (GtkTextBuffer *buffer, gboolean forward);
void hw_text_undo_forget (GtkTextBuffer *buffer);

G_END_DECLS
