/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hw_style_init (void);
void hw_style_watch (GtkWidget *window);

G_END_DECLS
