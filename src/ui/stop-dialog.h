/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hw_stop_dialog_new (GtkWindow *parent, HwPlace *place);

G_END_DECLS
