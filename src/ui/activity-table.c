/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table behind the chart, for those who do not see bars or want figures. It is what the chart
 * showed when it was opened. */

#include "hallway-config.h"

#include "activity-table.h"

#include "dialog.h"

enum
{
  COLUMN_TIME,
  COLUMN_WHEN,
  COLUMN_COUNT,
  COLUMN_HITS,
  N_COLUMNS
};

struct _HwActivityTable
{
  HdyWindow parent_instance;

  HdyHeaderBar *header;
  GtkTreeView *table;
  GtkListStore *rows;
  GtkTreeViewColumn *hits_column;
};

G_DEFINE_FINAL_TYPE (HwActivityTable, hw_activity_table, HDY_TYPE_WINDOW)

enum
{
  PICKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_row_activated (HwActivityTable *self, GtkTreePath *path)
{
  GtkTreeIter iter;
  gint64 time;

  if (!gtk_tree_model_get_iter (GTK_TREE_MODEL (self->rows), &iter, path))
    return;
  gtk_tree_model_get (GTK_TREE_MODEL (self->rows), &iter, COLUMN_TIME, &time, -1);
  g_signal_emit (self, signals[PICKED], 0, time);
  gtk_window_close (GTK_WINDOW (self));
}

static void
hw_activity_table_class_init (HwActivityTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  hw_dialog_class_close_on_escape (widget_class);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/activity-table.ui");
  gtk_widget_class_bind_template_child (widget_class, HwActivityTable, header);
  gtk_widget_class_bind_template_child (widget_class, HwActivityTable, table);
  gtk_widget_class_bind_template_child (widget_class, HwActivityTable, rows);
  gtk_widget_class_bind_template_child (widget_class, HwActivityTable, hits_column);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
hw_activity_table_init (HwActivityTable *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_activity_table_new:
 * @parent: the window that asks
 * @chart: what is to be read
 * @title: what its bars count
 * @describe: how the time of a bar is called
 * @user_data: for @describe
 *
 * Returns: (transfer none): a table; present it by gtk_window_present()
 */
GtkWidget *
hw_activity_table_new (GtkWindow *parent,
                       HwActivityChart *chart,
                       const char *title,
                       HwActivityTableDescribe describe,
                       gpointer user_data)
{
  HwActivityTable *self
      = g_object_new (HW_TYPE_ACTIVITY_TABLE, "transient-for", parent, "title", title, NULL);
  gboolean found = FALSE;

  hdy_header_bar_set_title (self->header, title);
  for (guint i = 0; i < hw_activity_chart_get_n_bars (chart); i++)
    {
      gint64 time;
      guint hits;
      guint count = hw_activity_chart_get_bar (chart, i, &time, &hits);
      g_autofree char *when = NULL;

      if (count == 0)
        continue;
      found = found || hits > 0;
      when = describe (time, user_data);
      gtk_list_store_insert_with_values (self->rows, NULL, -1, COLUMN_TIME, time, COLUMN_WHEN, when,
                                         COLUMN_COUNT, count, COLUMN_HITS, hits, -1);
    }
  gtk_tree_view_column_set_visible (self->hits_column, found);
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
  return GTK_WIDGET (self);
}
