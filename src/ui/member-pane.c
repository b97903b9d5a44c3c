/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of who is in a room. Its rows are a window on the model: at most ROWS_MAX people, chosen
 * anew, once a frame at most, when somebody comes or goes or the filter changes. So a room of
 * thousands, or one where five hundred people come in at once, costs what a small one costs. */

#include "hallway-config.h"

#include "member-pane.h"

#include "list-box.h"
#include "member-row.h"

#include "protocol/name.h"

#include <glib/gi18n.h>
#include <string.h>

/* Rows made at most: 200 faces are some 60 ms of work. */
#define ROWS_MAX 200
/* People from which on a field to find them is worth its place. */
#define FILTER_FROM 25
/* Seconds between looks at who is away by now. */
#define REFRESH_INTERVAL 30

struct _HwMemberPane
{
  HwPane parent_instance;

  GtkEntry *filter;
  GtkScrolledWindow *scroller;
  GtkListBox *list;
  GtkLabel *more;

  GListModel *members; /* nullable */
  char *own_name;      /* nullable, folded */
  GHashTable *rows;    /* HwMember to its HwMemberRow, both unowned: the list owns the rows */
  guint n_here;
  guint n_away;
  guint pending; /* source: the rows are to be chosen anew */
  guint refresh; /* source */
};

G_DEFINE_FINAL_TYPE (HwMemberPane, hw_member_pane, HW_TYPE_PANE)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_own (HwMemberPane *self, HwMember *member)
{
  return self->own_name != NULL && g_str_equal (hw_member_get_folded (member), self->own_name);
}

static gboolean
is_away (HwMemberPane *self, HwMember *member, gint64 now)
{
  return now - hw_member_get_active_at (member) >= HW_MEMBER_AWAY_AFTER
         && !hw_member_get_typing (member) && !is_own (self, member);
}

static int
compare_rows (GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
  gboolean a_away = hw_member_row_get_away (HW_MEMBER_ROW (a));
  gboolean b_away = hw_member_row_get_away (HW_MEMBER_ROW (b));

  if (a_away != b_away)
    return a_away ? 1 : -1;
  return strcmp (hw_member_get_folded (hw_member_row_get_member (HW_MEMBER_ROW (a))),
                 hw_member_get_folded (hw_member_row_get_member (HW_MEMBER_ROW (b))));
}

static char *
describe_section (HwMemberPane *self, gboolean away)
{
  if (away)
    return g_strdup_printf (_ ("Away · %u"), self->n_away);
  return g_strdup_printf (_ ("Here · %u"), self->n_here);
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  HwMemberPane *self = data;
  gboolean away = hw_member_row_get_away (HW_MEMBER_ROW (row));
  g_autofree char *words = describe_section (self, away);

  if (before != NULL && hw_member_row_get_away (HW_MEMBER_ROW (before)) == away)
    hw_list_box_set_heading (row, NULL);
  else
    hw_list_box_set_heading (row, words);
}

/* Chooses who gets a row: those who fit the filter, the present ones first, by name as the model is
 * sorted, up to ROWS_MAX. Rows of people who stay are kept. */
static void
choose_rows (HwMemberPane *self)
{
  gint64 now = g_get_monotonic_time ();
  guint n = self->members != NULL ? g_list_model_get_n_items (self->members) : 0;
  g_autofree char *filter = hw_name_fold (gtk_entry_get_text (self->filter));
  g_autoptr (GPtrArray) here = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) away = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) chosen = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer member, row;
  guint left_out = 0;

  self->n_here = self->n_away = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HwMember) item = g_list_model_get_item (self->members, i);
      gboolean absent = is_away (self, item, now);

      if (absent)
        self->n_away++;
      else
        self->n_here++;
      if (*filter == '\0' || strstr (hw_member_get_folded (item), filter) != NULL)
        g_ptr_array_add (absent ? away : here, g_steal_pointer (&item));
    }

  g_ptr_array_extend_and_steal (here, g_steal_pointer (&away));
  for (guint i = 0; i < here->len; i++)
    if (i < ROWS_MAX)
      g_hash_table_add (chosen, here->pdata[i]);
    else
      left_out++;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &member, &row))
    if (!g_hash_table_contains (chosen, member))
      {
        g_hash_table_iter_remove (&iter);
        gtk_widget_destroy (row);
      }
  for (guint i = 0; i < MIN (here->len, ROWS_MAX); i++)
    if (!g_hash_table_contains (self->rows, here->pdata[i]))
      {
        GtkWidget *added = hw_member_row_new (here->pdata[i], is_own (self, here->pdata[i]));

        g_hash_table_insert (self->rows, here->pdata[i], added);
        gtk_list_box_insert (self->list, added, -1);
      }
  gtk_list_box_invalidate_headers (self->list);

  gtk_widget_set_visible (GTK_WIDGET (self->filter), n >= FILTER_FROM || *filter != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->more),
                          left_out > 0 || (here->len == 0 && *filter != '\0'));
  if (left_out > 0)
    {
      g_autofree char *words
          = g_strdup_printf (ngettext ("and %u more. Type a name to find somebody.",
                                       "and %u more. Type a name to find somebody.", left_out),
                             left_out);
      gtk_label_set_text (self->more, words);
    }
  else
    gtk_label_set_text (self->more, _ ("Nobody here is called that."));
}

static gboolean
on_pending (gpointer data)
{
  HwMemberPane *self = data;

  self->pending = 0;
  choose_rows (self);
  return G_SOURCE_REMOVE;
}

/* Nothing is done for a list that nobody sees; showing it catches up. */
static void
queue (HwMemberPane *self)
{
  if (self->pending == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->pending = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, 16, on_pending, self, NULL);
}

static gboolean
on_refresh (gpointer data)
{
  HwMemberPane *self = data;
  GHashTableIter iter;
  gpointer row;
  gboolean changed = FALSE;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    changed |= hw_member_row_refresh (row);
  if (changed)
    queue (self);
  return G_SOURCE_CONTINUE;
}

static void
on_filter_changed (HwMemberPane *self)
{
  queue (self);
}

static void
on_filter_stopped (HwMemberPane *self)
{
  gtk_entry_set_text (self->filter, "");
}

static void
on_row_activated (HwMemberPane *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[CHOSEN], 0, hw_member_row_get_member (HW_MEMBER_ROW (row)), row);
}

/* The menu key, on the row that has the focus. */
static gboolean
on_popup_menu (GtkWidget *list, HwMemberPane *self)
{
  GtkWidget *row = gtk_container_get_focus_child (GTK_CONTAINER (list));

  if (row == NULL)
    return FALSE;
  on_row_activated (self, GTK_LIST_BOX_ROW (row));
  return TRUE;
}

static gboolean
on_button_press (GtkWidget *list, GdkEventButton *event, HwMemberPane *self)
{
  GtkListBoxRow *row;

  if (!gdk_event_triggers_context_menu ((GdkEvent *) event))
    return GDK_EVENT_PROPAGATE;
  row = gtk_list_box_get_row_at_y (GTK_LIST_BOX (list), (int) event->y);
  if (row != NULL)
    on_row_activated (self, row);
  return GDK_EVENT_STOP;
}

static void
hw_member_pane_map (GtkWidget *widget)
{
  HwMemberPane *self = HW_MEMBER_PANE (widget);

  choose_rows (self);
  self->refresh = g_timeout_add_seconds (REFRESH_INTERVAL, on_refresh, self);
  GTK_WIDGET_CLASS (hw_member_pane_parent_class)->map (widget);
}

static void
hw_member_pane_unmap (GtkWidget *widget)
{
  HwMemberPane *self = HW_MEMBER_PANE (widget);

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_handle_id (&self->pending, g_source_remove);
  GTK_WIDGET_CLASS (hw_member_pane_parent_class)->unmap (widget);
}

static void
hw_member_pane_dispose (GObject *object)
{
  HwMemberPane *self = HW_MEMBER_PANE (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_handle_id (&self->pending, g_source_remove);
  if (self->members != NULL)
    g_signal_handlers_disconnect_by_data (self->members, self);
  g_clear_object (&self->members);
  g_hash_table_remove_all (self->rows);

  G_OBJECT_CLASS (hw_member_pane_parent_class)->dispose (object);
}

static void
hw_member_pane_finalize (GObject *object)
{
  HwMemberPane *self = HW_MEMBER_PANE (object);

  g_hash_table_unref (self->rows);
  g_free (self->own_name);

  G_OBJECT_CLASS (hw_member_pane_parent_class)->finalize (object);
}

static void
hw_member_pane_class_init (HwMemberPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hw_member_pane_dispose;
  object_class->finalize = hw_member_pane_finalize;
  widget_class->map = hw_member_pane_map;
  widget_class->unmap = hw_member_pane_unmap;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, HW_TYPE_MEMBER, GTK_TYPE_WIDGET);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/member-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, HwMemberPane, filter);
  gtk_widget_class_bind_template_child (widget_class, HwMemberPane, scroller);
  gtk_widget_class_bind_template_child (widget_class, HwMemberPane, list);
  gtk_widget_class_bind_template_child (widget_class, HwMemberPane, more);
  gtk_widget_class_bind_template_callback (widget_class, on_button_press);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_stopped);
  gtk_widget_class_bind_template_callback (widget_class, on_popup_menu);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
hw_member_pane_init (HwMemberPane *self)
{
  self->rows = g_hash_table_new (NULL, NULL);
  g_type_ensure (HW_TYPE_LIST_BOX);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_sort_func (self->list, compare_rows, NULL, NULL);
  gtk_list_box_set_header_func (self->list, update_header, self, NULL);
}

/**
 * hw_member_pane_new:
 *
 * Returns: (transfer floating): an empty list
 */
GtkWidget *
hw_member_pane_new (void)
{
  return g_object_new (HW_TYPE_MEMBER_PANE, NULL);
}

static void
clear_rows (HwMemberPane *self)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->list));

  g_hash_table_remove_all (self->rows);
  for (GList *l = rows; l != NULL; l = l->next)
    gtk_widget_destroy (l->data);
}

/**
 * hw_member_pane_set_own_name:
 * @self: the list
 * @name: (nullable): the name of the person at this window
 */
void
hw_member_pane_set_own_name (HwMemberPane *self, const char *name)
{
  g_autofree char *folded = name != NULL ? hw_name_fold (name) : NULL;

  if (g_strcmp0 (folded, self->own_name) == 0)
    return;
  g_free (self->own_name);
  self->own_name = g_steal_pointer (&folded);
  clear_rows (self);
  queue (self);
}

/**
 * hw_member_pane_set_members:
 * @self: the list
 * @members: (nullable): a model of HwMember, sorted by folded name
 */
void
hw_member_pane_set_members (HwMemberPane *self, GListModel *members)
{
  if (self->members == members)
    return;

  if (self->members != NULL)
    g_signal_handlers_disconnect_by_data (self->members, self);
  clear_rows (self);
  gtk_entry_set_text (self->filter, "");
  g_set_object (&self->members, members);
  if (members != NULL)
    g_signal_connect_object (members, "items-changed", G_CALLBACK (queue), self, G_CONNECT_SWAPPED);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    choose_rows (self);
}

/**
 * hw_member_pane_set_stale:
 * @self: the list
 * @stale: whether the link is lost, so that this is who was there
 */
void
hw_member_pane_set_stale (HwMemberPane *self, gboolean stale)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self->list));

  if (stale)
    gtk_style_context_add_class (context, "hw-stale");
  else
    gtk_style_context_remove_class (context, "hw-stale");
}
