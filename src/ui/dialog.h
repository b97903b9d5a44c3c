/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hw_dialog_class_close_on_escape (GtkWidgetClass *klass);
void hw_dialog_fit (GtkWindow *dialog);
void hw_dialog_fit_alert (GtkWidget *alert, int minimum, int *natural);

G_END_DECLS
