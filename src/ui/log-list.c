/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list at the side of the log window. Whoever shows it says when to ask anew; a row keeps its
 * log object for ever, so that its history stays as well. */

#include "hallway-config.h"

#include "log-list.h"

#include "list-box.h"
#include "words.h"

struct _HwLogList
{
  GtkScrolledWindow parent_instance;

  GtkListBox *logs;

  HwPlace *place;
  HwLogListRow *chosen;  /* nullable; the list box owns it */
  GCancellable *listing; /* nullable: it was asked for */
  char *problem;         /* nullable */
  gboolean told;         /* the server has answered once */
};

G_DEFINE_FINAL_TYPE (HwLogList, hw_log_list, GTK_TYPE_SCROLLED_WINDOW)

enum
{
  CHANGED,
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static HwLogListRow *
find_row (HwLogList *self, gint64 id)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->logs));

  for (GList *l = rows; l != NULL; l = l->next)
    if (hw_log_get_id (hw_log_list_row_get_log (l->data)) == id)
      return l->data;
  return NULL;
}

static void
merge (HwLogList *self, GListModel *list)
{
  guint n = g_list_model_get_n_items (list);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HwLog) log = g_list_model_get_item (list, i);
      HwLogListRow *row = find_row (self, hw_log_get_id (log));

      if (row != NULL)
        hw_log_list_row_update (row, log);
      else
        gtk_list_box_insert (self->logs, hw_log_list_row_new (log), -1);
    }
  gtk_list_box_invalidate_headers (self->logs);
  if (self->chosen == NULL && n > 0)
    gtk_list_box_select_row (self->logs, gtk_list_box_get_row_at_index (self->logs, 0));
}

static void
on_list_done (GObject *source, GAsyncResult *result, gpointer data)
{
  HwLogList *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) list = hw_place_list_logs_finish (HW_PLACE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->listing);
  g_clear_pointer (&self->problem, g_free);
  if (list != NULL)
    {
      self->told = TRUE;
      merge (self, list);
    }
  else
    self->problem = hw_words_problem (error);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_row_selected (HwLogList *self, GtkListBoxRow *row)
{
  if (row == NULL || self->chosen == HW_LOG_LIST_ROW (row))
    return;
  self->chosen = HW_LOG_LIST_ROW (row);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_row_activated (HwLogList *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
hw_log_list_dispose (GObject *object)
{
  HwLogList *self = HW_LOG_LIST (object);

  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  g_clear_object (&self->place);
  self->chosen = NULL;

  G_OBJECT_CLASS (hw_log_list_parent_class)->dispose (object);
}

static void
hw_log_list_finalize (GObject *object)
{
  g_free (HW_LOG_LIST (object)->problem);

  G_OBJECT_CLASS (hw_log_list_parent_class)->finalize (object);
}

static void
hw_log_list_class_init (HwLogListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_log_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = hw_log_list_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/log-list.ui");
  gtk_widget_class_bind_template_child (widget_class, HwLogList, logs);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
}

static void
hw_log_list_init (HwLogList *self)
{
  g_type_ensure (HW_TYPE_LIST_BOX);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_sort_func (self->logs, hw_log_list_row_compare, NULL, NULL);
  gtk_list_box_set_header_func (self->logs, hw_log_list_row_update_header, NULL, NULL);
}

/**
 * hw_log_list_set_place:
 * @self: the list
 * @place: the place whose logs it shows; set once
 */
void
hw_log_list_set_place (HwLogList *self, HwPlace *place)
{
  g_set_object (&self->place, place);
}

/**
 * hw_log_list_refresh:
 * @self: the list
 *
 * Asks for it anew, unless that is under way or the server is not there.
 */
void
hw_log_list_refresh (HwLogList *self)
{
  if (self->listing != NULL || hw_place_get_state (self->place) != HW_PLACE_ONLINE)
    return;

  self->listing = g_cancellable_new ();
  hw_place_list_logs_async (self->place, self->listing, on_list_done, self);
  if (self->chosen == NULL)
    g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * hw_log_list_get_state:
 * @self: the list
 *
 * Returns: what there is to see
 */
HwLogListState
hw_log_list_get_state (HwLogList *self)
{
  if (self->chosen != NULL)
    return HW_LOG_LIST_FULL;
  if (self->problem != NULL && self->listing == NULL)
    return HW_LOG_LIST_PROBLEM;
  return self->told && self->listing == NULL ? HW_LOG_LIST_EMPTY : HW_LOG_LIST_WAITING;
}

/**
 * hw_log_list_get_problem:
 * @self: the list
 *
 * Returns: (transfer none) (nullable): why the server did not tell
 */
const char *
hw_log_list_get_problem (HwLogList *self)
{
  return self->problem;
}

/**
 * hw_log_list_get_chosen:
 * @self: the list
 *
 * Returns: (transfer none) (nullable): the row of the log that is to be read
 */
HwLogListRow *
hw_log_list_get_chosen (HwLogList *self)
{
  return self->chosen;
}
