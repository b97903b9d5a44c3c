/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists as the windows use them: one stop for Tab, and rows that can be activated by those who do
 * not see, which GTK 3's own rows cannot. */

#include "hallway-config.h"

#include "list-box.h"

#include <gtk/gtk-a11y.h>

/* Pixels between a section's last row and the heading of the next, beside the heading's own. */
#define SECTION_GAP 9

struct _HwListBox
{
  GtkListBox parent_instance;
};

G_DEFINE_FINAL_TYPE (HwListBox, hw_list_box, GTK_TYPE_LIST_BOX)

static gboolean
hw_list_box_focus (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *row = gtk_container_get_focus_child (GTK_CONTAINER (widget));

  if (row != NULL && (direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD))
    return gtk_widget_child_focus (row, direction);

  return GTK_WIDGET_CLASS (hw_list_box_parent_class)->focus (widget, direction);
}

static void
hw_list_box_class_init (HwListBoxClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = hw_list_box_focus;
}

static void
hw_list_box_init (HwListBox *self)
{
}

/* The accessible of a row: GTK's, with the action that a click is. */

typedef struct
{
  GtkListBoxRowAccessible parent_instance;
} HwRowAccessible;

typedef struct
{
  GtkListBoxRowAccessibleClass parent_class;
} HwRowAccessibleClass;

static void hw_row_accessible_action_init (AtkActionIface *iface);
static GType hw_row_accessible_get_type (void);

G_DEFINE_TYPE_WITH_CODE (HwRowAccessible,
                         hw_row_accessible,
                         GTK_TYPE_LIST_BOX_ROW_ACCESSIBLE,
                         G_IMPLEMENT_INTERFACE (ATK_TYPE_ACTION, hw_row_accessible_action_init))

static GtkWidget *
get_row (AtkAction *action)
{
  return gtk_accessible_get_widget (GTK_ACCESSIBLE (action));
}

static gint
hw_row_accessible_get_n_actions (AtkAction *action)
{
  GtkWidget *row = get_row (action);

  return row != NULL && gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)) ? 1 : 0;
}

static const char *
hw_row_accessible_get_name (AtkAction *action, gint i)
{
  return i == 0 ? "activate" : NULL;
}

static gboolean
hw_row_accessible_do_action (AtkAction *action, gint i)
{
  GtkWidget *row = get_row (action);

  if (row == NULL || i != 0 || !gtk_widget_is_sensitive (row) || !gtk_widget_get_visible (row))
    return FALSE;
  return gtk_widget_activate (row);
}

static void
hw_row_accessible_action_init (AtkActionIface *iface)
{
  iface->get_n_actions = hw_row_accessible_get_n_actions;
  iface->get_name = hw_row_accessible_get_name;
  iface->do_action = hw_row_accessible_do_action;
}

static void
hw_row_accessible_class_init (HwRowAccessibleClass *klass)
{
}

static void
hw_row_accessible_init (HwRowAccessible *self)
{
}

/**
 * hw_list_box_row_class_set_accessible:
 * @klass: the class of a GtkListBoxRow
 *
 * Lets its rows be activated through accessibility. To be called while @klass is initialised.
 */
void
hw_list_box_row_class_set_accessible (GtkWidgetClass *klass)
{
  gtk_widget_class_set_accessible_type (klass, hw_row_accessible_get_type ());
}

/**
 * hw_list_box_mark_ends:
 * @list: a card whose rows are sorted
 *
 * Tells the style sheet which rows are the first and the last: it goes by the order in which rows
 * were added, not by the one in which they stand.
 */
void
hw_list_box_mark_ends (GtkListBox *list)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (list, 0);

  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (list)), "sorted");
  for (int i = 0; row != NULL; i++)
    {
      GtkListBoxRow *next = gtk_list_box_get_row_at_index (list, i + 1);
      GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (row));

      gtk_style_context_remove_class (context, "first");
      gtk_style_context_remove_class (context, "last");
      if (i == 0)
        gtk_style_context_add_class (context, "first");
      if (next == NULL)
        gtk_style_context_add_class (context, "last");
      row = next;
    }
}

/**
 * hw_list_box_set_heading:
 * @row: a row, in a header function of its list
 * @words: (nullable): what stands over @row; %NULL for nothing
 *
 * Says where a section of a list begins, and of what.
 */
void
hw_list_box_set_heading (GtkListBoxRow *row, const char *words)
{
  GtkWidget *heading = gtk_list_box_row_get_header (row);

  if (words == NULL)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  if (heading == NULL)
    {
      heading = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (heading), 0);
      gtk_style_context_add_class (gtk_widget_get_style_context (heading), "hw-section");
      gtk_style_context_add_class (gtk_widget_get_style_context (heading), "hw-group");
      gtk_widget_show (heading);
      gtk_list_box_row_set_header (row, heading);
    }
  gtk_label_set_text (GTK_LABEL (heading), words);
  gtk_widget_set_margin_top (heading, gtk_list_box_row_get_index (row) > 0 ? SECTION_GAP : 0);
}
