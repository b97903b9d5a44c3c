/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/log.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_LOG_LIST_ROW (hw_log_list_row_get_type ())
/**
 * HwLogListRow:
 *
 * A room's log in the log window's sidebar: its name and how much there is of it.
 */
G_DECLARE_FINAL_TYPE (HwLogListRow, hw_log_list_row, HW, LOG_LIST_ROW, GtkListBoxRow)

GtkWidget *hw_log_list_row_new (HwLog *log);
HwLog *hw_log_list_row_get_log (HwLogListRow *self); /* (transfer none): the same one for ever */
gint64 hw_log_list_row_get_closed (HwLogListRow *self);
guint64 hw_log_list_row_get_n_entries (HwLogListRow *self);
void hw_log_list_row_update (HwLogListRow *self, HwLog *newer);
int hw_log_list_row_compare (GtkListBoxRow *a, GtkListBoxRow *b, gpointer data);
void hw_log_list_row_update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data);

G_END_DECLS
