/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean hw_spelling_is_possible (void);
void hw_spelling_follow (GtkTextView *view);
void hw_spelling_know (GtkTextView *view, const char *name);

G_END_DECLS
