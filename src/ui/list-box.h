/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_LIST_BOX (hw_list_box_get_type ())
/**
 * HwListBox:
 *
 * A GtkListBox that is one stop for the Tab key: the arrow keys go from row to row, Tab goes on to
 * what comes after the list, however long it is.
 */
G_DECLARE_FINAL_TYPE (HwListBox, hw_list_box, HW, LIST_BOX, GtkListBox)

void hw_list_box_mark_ends (GtkListBox *list);
void hw_list_box_set_heading (GtkListBoxRow *row, const char *words);
void hw_list_box_row_class_set_accessible (GtkWidgetClass *klass);

G_END_DECLS
