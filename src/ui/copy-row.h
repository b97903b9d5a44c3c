/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hw_copy_row_new (const char *text, const char *note); /* (transfer floating) */

G_END_DECLS
