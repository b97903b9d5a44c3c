/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "activity-chart.h"

#include <handy.h>

G_BEGIN_DECLS

#define HW_TYPE_ACTIVITY_TABLE (hw_activity_table_get_type ())
/**
 * HwActivityTable:
 *
 * What the chart shows, as a table to be read: one row for each bar that is not empty.
 *
 * Signals:
 * picked (table, gint64 time): the person wants to see what was said then; it closes
 */
G_DECLARE_FINAL_TYPE (HwActivityTable, hw_activity_table, HW, ACTIVITY_TABLE, HdyWindow)

/* Describes a time of a bar; (transfer full). */
typedef char *(*HwActivityTableDescribe) (gint64 time, gpointer user_data);

GtkWidget *hw_activity_table_new (GtkWindow *parent,
                                  HwActivityChart *chart,
                                  const char *title,
                                  HwActivityTableDescribe describe,
                                  gpointer user_data);

G_END_DECLS
