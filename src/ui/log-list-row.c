/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row of the log window's sidebar. It keeps the HwLog that it was made with, because that one's
 * history may be on the screen; newer lists only bring it up to date. */

#include "hallway-config.h"

#include "log-list-row.h"

#include "list-box.h"

#include "protocol/name.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HwLogListRow
{
  GtkListBoxRow parent_instance;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *count;

  HwLog *log;
  gint64 closed;
  guint64 n_entries;
};

G_DEFINE_FINAL_TYPE (HwLogListRow, hw_log_list_row, GTK_TYPE_LIST_BOX_ROW)

static void
show (HwLogListRow *self)
{
  GtkStyleContext *name = gtk_widget_get_style_context (GTK_WIDGET (self->name));
  g_autofree char *count = g_strdup_printf ("%'" G_GUINT64_FORMAT, self->n_entries);
  /* Translators: a room's name, and how long its log is */
  g_autofree char *spoken
      = g_strdup_printf (ngettext ("%s, %s entry", "%s, %s entries", (gulong) self->n_entries),
                         hw_log_get_room (self->log), count);

  gtk_image_set_from_icon_name (self->icon,
                                self->closed != 0 ? "hallway-room-closed-symbolic"
                                                  : "hallway-room-symbolic",
                                GTK_ICON_SIZE_MENU);
  gtk_label_set_text (self->name, hw_log_get_room (self->log));
  gtk_label_set_text (self->count, count);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), hw_log_get_room (self->log));
  if (self->closed != 0)
    gtk_style_context_add_class (name, "hw-dim");
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), spoken);
}

static void
on_history_changed (HwLogListRow *self)
{
  guint64 last = hw_history_get_last (hw_log_get_history (self->log));

  if (last <= self->n_entries)
    return;
  self->n_entries = last;
  show (self);
}

static void
hw_log_list_row_finalize (GObject *object)
{
  HwLogListRow *self = HW_LOG_LIST_ROW (object);

  g_clear_object (&self->log);

  G_OBJECT_CLASS (hw_log_list_row_parent_class)->finalize (object);
}

static void
hw_log_list_row_class_init (HwLogListRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hw_log_list_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/log-list-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HwLogListRow, icon);
  gtk_widget_class_bind_template_child (widget_class, HwLogListRow, name);
  gtk_widget_class_bind_template_child (widget_class, HwLogListRow, count);
  hw_list_box_row_class_set_accessible (widget_class);
}

static void
hw_log_list_row_init (HwLogListRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_log_list_row_new:
 * @log: the log it stands for
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
hw_log_list_row_new (HwLog *log)
{
  HwLogListRow *self = g_object_new (HW_TYPE_LOG_LIST_ROW, NULL);

  self->log = g_object_ref (log);
  self->closed = hw_log_get_closed (log);
  self->n_entries = hw_log_get_n_entries (log);
  g_signal_connect_object (hw_log_get_history (log), "items-changed",
                           G_CALLBACK (on_history_changed), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}

/**
 * hw_log_list_row_get_log:
 * @self: the row
 *
 * Returns: (transfer none): the log it stands for
 */
HwLog *
hw_log_list_row_get_log (HwLogListRow *self)
{
  return self->log;
}

/**
 * hw_log_list_row_get_closed:
 * @self: the row
 *
 * Returns: when the room was closed, in milliseconds since 1970 UTC; 0 while it is open
 */
gint64
hw_log_list_row_get_closed (HwLogListRow *self)
{
  return self->closed;
}

/**
 * hw_log_list_row_get_n_entries:
 * @self: the row
 *
 * Returns: how long the log is, as far as we know
 */
guint64
hw_log_list_row_get_n_entries (HwLogListRow *self)
{
  return self->n_entries;
}

/**
 * hw_log_list_row_update:
 * @self: the row
 * @newer: the same log, from a newer list
 */
void
hw_log_list_row_update (HwLogListRow *self, HwLog *newer)
{
  gboolean moves = self->closed != hw_log_get_closed (newer);

  self->closed = hw_log_get_closed (newer);
  self->n_entries = MAX (self->n_entries, hw_log_get_n_entries (newer));
  show (self);
  if (moves)
    gtk_list_box_row_changed (GTK_LIST_BOX_ROW (self));
}

/**
 * hw_log_list_row_compare:
 * @a: a row
 * @b: another one
 * @data: not used
 *
 * For gtk_list_box_set_sort_func(): open rooms by name, then closed ones, the last one closed
 * first.
 *
 * Returns: as strcmp() does
 */
int
hw_log_list_row_compare (GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
  gint64 a_closed = hw_log_list_row_get_closed (HW_LOG_LIST_ROW (a));
  gint64 b_closed = hw_log_list_row_get_closed (HW_LOG_LIST_ROW (b));
  g_autofree char *a_name = NULL;
  g_autofree char *b_name = NULL;

  if (a_closed != b_closed)
    {
      if (a_closed == 0 || b_closed == 0)
        return a_closed == 0 ? -1 : 1;
      return a_closed > b_closed ? -1 : 1;
    }
  a_name = hw_name_fold (hw_log_get_room (hw_log_list_row_get_log (HW_LOG_LIST_ROW (a))));
  b_name = hw_name_fold (hw_log_get_room (hw_log_list_row_get_log (HW_LOG_LIST_ROW (b))));
  return strcmp (a_name, b_name);
}

/**
 * hw_log_list_row_update_header:
 * @row: a row
 * @before: (nullable): the row before it
 * @data: not used
 *
 * For gtk_list_box_set_header_func(): says where the open and where the closed rooms begin.
 */
void
hw_log_list_row_update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  gboolean closed = hw_log_list_row_get_closed (HW_LOG_LIST_ROW (row)) != 0;

  if (before != NULL && (hw_log_list_row_get_closed (HW_LOG_LIST_ROW (before)) != 0) == closed)
    hw_list_box_set_heading (row, NULL);
  else
    hw_list_box_set_heading (row, closed ? _ ("Closed rooms") : _ ("Open rooms"));
}
