/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_PANE (hw_pane_get_type ())
/**
 * HwPane:
 *
 * A box at the side of a window: "ems" times as wide as letters are high, so that what stands in it
 * has room in any size of letters. Where that would be more than a phone has, it can be narrower,
 * which a style sheet's min-width cannot say.
 */
G_DECLARE_DERIVABLE_TYPE (HwPane, hw_pane, HW, PANE, GtkBox)

struct _HwPaneClass
{
  GtkBoxClass parent_class;
};

G_END_DECLS
