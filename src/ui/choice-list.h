/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_CHOICE_ROW (hw_choice_row_get_type ())
/**
 * HwChoiceRow:
 *
 * One of several answers, in a HwChoiceList. Properties: "value" (a string, construct only): what
 * choosing it means.
 */
G_DECLARE_FINAL_TYPE (HwChoiceRow, hw_choice_row, HW, CHOICE_ROW, HdyActionRow)

#define HW_TYPE_CHOICE_LIST (hw_choice_list_get_type ())
/**
 * HwChoiceList:
 *
 * A card with several answers of which one is chosen. Properties: "key" (a string, construct only,
 * nullable): the setting that it shows and changes, an enum; "value" (a string): that of the chosen
 * row.
 */
G_DECLARE_FINAL_TYPE (HwChoiceList, hw_choice_list, HW, CHOICE_LIST, GtkListBox)

const char *hw_choice_list_get_value (HwChoiceList *self);
void hw_choice_list_set_value (HwChoiceList *self, const char *value);

#define HW_TYPE_SWITCH_ROW (hw_switch_row_get_type ())
/**
 * HwSwitchRow:
 *
 * A switch with what it is for. Properties: "key" (a string, construct only): the setting that it
 * shows and changes, a boolean.
 */
G_DECLARE_FINAL_TYPE (HwSwitchRow, hw_switch_row, HW, SWITCH_ROW, HdyActionRow)

G_END_DECLS
