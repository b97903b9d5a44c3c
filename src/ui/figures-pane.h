/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_FIGURES_PANE (hw_figures_pane_get_type ())
/**
 * HwFiguresPane:
 *
 * How a place's server is: clients, messages a second, how long saving takes, since when it runs.
 * Hidden until the server has told, and where it does not tell.
 */
G_DECLARE_FINAL_TYPE (HwFiguresPane, hw_figures_pane, HW, FIGURES_PANE, GtkBox)

void hw_figures_pane_refresh (HwFiguresPane *self, HwPlace *place);

G_END_DECLS
