/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "commands.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_COMMAND_LIST (hw_command_list_get_type ())
/**
 * HwCommandList:
 *
 * The commands that fit what was typed, each with its help; hidden when none does.
 *
 * Signals:
 * chosen (list, const char *name): one was pressed
 */
G_DECLARE_FINAL_TYPE (HwCommandList, hw_command_list, HW, COMMAND_LIST, GtkListBox)

GtkWidget *hw_command_list_new (void);
void hw_command_list_set_ops (HwCommandList *self, const char *const *ops);
void hw_command_list_set_typed (HwCommandList *self, const char *typed);
void hw_command_list_move (HwCommandList *self, int rows);
const HwCommand *hw_command_list_get_selected (HwCommandList *self); /* (nullable) */

G_END_DECLS
