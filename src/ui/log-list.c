/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list at the side of the log window. Whoever shows it says when to ask anew; a row keeps its
 * log object for ever, so that its history stays as well. */

#include "hallway-config.h"

#include "log-list.h"

#include "list-box.h"
#include "words.h"

#include "protocol/name.h"

#include <string.h>

/* Rows that are made between two frames: each is a template to be read. */
#define AT_ONCE 20

struct _HwLogList
{
  GtkScrolledWindow parent_instance;

  GtkListBox *logs;

  HwPlace *place;
  HwLogListRow *chosen;  /* nullable; the list box owns it */
  GCancellable *listing; /* nullable: it was asked for */
  char *problem;         /* nullable */
  gboolean told;         /* the server has answered once */
  GHashTable *rows;      /* gint64: a log's id → its row, which the list box owns */
  GListModel *rest;      /* nullable: what the server said, on its way into the list */
  guint n_taken;         /* of that */
  guint rest_source;
  char *words;    /* nullable: folded; rooms without them are not shown */
  gboolean shown; /* the chosen row was scrolled to once */
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
add_row (HwLogList *self, HwLog *log)
{
  GtkWidget *row = hw_log_list_row_new (log);
  gint64 *id = g_new (gint64, 1);

  *id = hw_log_get_id (log);
  g_hash_table_insert (self->rows, id, row);
  gtk_list_box_insert (self->logs, row, -1);
  return HW_LOG_LIST_ROW (row);
}

static void
take_one (HwLogList *self, HwLog *log)
{
  gint64 id = hw_log_get_id (log);
  HwLogListRow *row = g_hash_table_lookup (self->rows, &id);

  if (row != NULL)
    hw_log_list_row_update (row, log);
  else
    add_row (self, log);
}

/* What was chosen before its neighbours came may be out of sight. */
static void
show_chosen (HwLogList *self)
{
  GtkWidget *row = GTK_WIDGET (self->chosen);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self));
  int y;

  if (row != NULL && gtk_widget_get_mapped (row)
      && gtk_widget_translate_coordinates (row, GTK_WIDGET (self->logs), 0, 0, NULL, &y))
    gtk_adjustment_clamp_page (adjustment, y, y + gtk_widget_get_allocated_height (row));
}

static gboolean
on_rest (gpointer data)
{
  HwLogList *self = data;
  guint n = g_list_model_get_n_items (self->rest);

  /* The rows have their places only when they were laid out. */
  if (self->n_taken == n)
    {
      self->rest_source = 0;
      g_clear_object (&self->rest);
      if (!self->shown)
        show_chosen (self);
      self->shown = TRUE;
      return G_SOURCE_REMOVE;
    }
  for (guint i = 0; i < AT_ONCE && self->n_taken < n; i++, self->n_taken++)
    {
      g_autoptr (HwLog) log = g_list_model_get_item (self->rest, self->n_taken);

      take_one (self, log);
    }
  gtk_list_box_invalidate_headers (self->logs);
  return G_SOURCE_CONTINUE;
}

/* The room in which something happened last: most likely it is the one. */
static HwLog *
find_liveliest (GListModel *list)
{
  HwLog *best = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (HwLog) log = g_list_model_get_item (list, i);

      if (best == NULL || (hw_log_get_closed (log) == 0) > (hw_log_get_closed (best) == 0)
          || ((hw_log_get_closed (log) == 0) == (hw_log_get_closed (best) == 0)
              && hw_log_get_last_at (log) > hw_log_get_last_at (best)))
        best = log; /* the list has it, too */
    }
  return best;
}

/* One log is read at once; the list grows while its first page is on the way. */
static void
merge (HwLogList *self, GListModel *list)
{
  HwLog *best = self->chosen == NULL ? find_liveliest (list) : NULL;

  if (best != NULL)
    gtk_list_box_select_row (self->logs, GTK_LIST_BOX_ROW (add_row (self, best)));
  g_set_object (&self->rest, list);
  self->n_taken = 0;
  if (self->rest_source == 0)
    self->rest_source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_rest, self, NULL);
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

static gboolean
filter (GtkListBoxRow *row, gpointer data)
{
  HwLogList *self = data;
  g_autofree char *name = NULL;

  if (self->words == NULL)
    return TRUE;
  name = hw_name_fold (hw_log_get_room (hw_log_list_row_get_log (HW_LOG_LIST_ROW (row))));
  return strstr (name, self->words) != NULL;
}

static void
hw_log_list_dispose (GObject *object)
{
  HwLogList *self = HW_LOG_LIST (object);

  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  g_clear_handle_id (&self->rest_source, g_source_remove);
  g_clear_object (&self->rest);
  g_clear_object (&self->place);
  self->chosen = NULL;

  G_OBJECT_CLASS (hw_log_list_parent_class)->dispose (object);
}

static void
hw_log_list_finalize (GObject *object)
{
  g_free (HW_LOG_LIST (object)->problem);
  g_free (HW_LOG_LIST (object)->words);
  g_hash_table_unref (HW_LOG_LIST (object)->rows);

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
  self->rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_sort_func (self->logs, hw_log_list_row_compare, NULL, NULL);
  gtk_list_box_set_filter_func (self->logs, filter, self, NULL);
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
 * hw_log_list_set_words:
 * @self: the list
 * @words: what is in the names of the rooms that are shown; "" for all of them
 */
void
hw_log_list_set_words (HwLogList *self, const char *words)
{
  g_free (self->words);
  self->words = *words != '\0' ? hw_name_fold (words) : NULL;
  gtk_list_box_invalidate_filter (self->logs);
}

/**
 * hw_log_list_choose_first:
 * @self: the list
 *
 * Chooses the first log that is shown, as if it was pressed.
 */
void
hw_log_list_choose_first (HwLogList *self)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->logs));

  for (GList *link = rows; link != NULL; link = link->next)
    if (gtk_widget_get_child_visible (link->data))
      {
        gtk_list_box_select_row (self->logs, link->data);
        g_signal_emit (self, signals[ACTIVATED], 0);
        return;
      }
}

/**
 * hw_log_list_get_n:
 * @self: the list
 *
 * Returns: how many logs there are, shown or not
 */
guint
hw_log_list_get_n (HwLogList *self)
{
  return MAX (g_hash_table_size (self->rows),
              self->rest != NULL ? g_list_model_get_n_items (self->rest) : 0);
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
