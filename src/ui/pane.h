/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_PANE (hw_pane_get_type ())
/**
 * HwPane:
 *
 * A box at the side of a window. It likes to be "ems" times as wide as letters are high, so that
 * what stands in it has room in any size of letters, and can be narrower: a style sheet's min-width
 * would keep a window with large letters from ever being as narrow as a phone.
 */
G_DECLARE_DERIVABLE_TYPE (HwPane, hw_pane, HW, PANE, GtkBox)

struct _HwPaneClass
{
  GtkBoxClass parent_class;
};

G_END_DECLS
