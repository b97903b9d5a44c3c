/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_FIELD_ROW (hw_field_row_get_type ())
/**
 * HwFieldRow:
 *
 * A field in a card: a small label above a bare entry, and the whole row is the field. In a
 * template it takes children of the types "start" and "end", that stand beside the field.
 *
 * Properties: "label", "spoken-name" (the entry's accessible name; the label, where it is not set),
 * "placeholder", "secret" (boolean: a password), "max-length" (int: characters, 0 for no limit).
 */
G_DECLARE_FINAL_TYPE (HwFieldRow, hw_field_row, HW, FIELD_ROW, GtkListBoxRow)

GtkEntry *hw_field_row_get_entry (HwFieldRow *self); /* (transfer none) */
const char *hw_field_row_get_text (HwFieldRow *self);
void hw_field_row_set_text (HwFieldRow *self, const char *text);
void hw_field_row_set_placeholder (HwFieldRow *self, const char *placeholder);
void hw_field_row_set_problem (HwFieldRow *self, const char *problem);

G_END_DECLS
