/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hw_link_alert_new (GtkWindow *parent, const char *uri);

G_END_DECLS
