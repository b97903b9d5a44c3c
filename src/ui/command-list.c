/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list that opens over the entry when a slash is typed. The entry keeps the keyboard's focus
 * and moves the selection here; the list only shows, and takes clicks. */

#include "hallway-config.h"

#include "command-list.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HwCommandList
{
  GtkListBox parent_instance;

  char **ops; /* nullable: the server does not tell */
};

G_DEFINE_FINAL_TYPE (HwCommandList, hw_command_list, GTK_TYPE_LIST_BOX)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GQuark
command_quark (void)
{
  return g_quark_from_static_string ("hw-command");
}

static const HwCommand *
row_get_command (GtkListBoxRow *row)
{
  return g_object_get_qdata (G_OBJECT (row), command_quark ());
}

static GtkWidget *
create_label (const char *text, const char *style, gboolean expand)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), expand ? 1 : 0);
  gtk_widget_set_hexpand (label, expand);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), style);
  return label;
}

static GtkWidget *
create_row (const HwCommand *command)
{
  g_autofree char *name = g_strconcat ("/", command->name, NULL);
  g_autofree char *spoken = NULL;
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_container_add (GTK_CONTAINER (box), create_label (name, "hw-heading", FALSE));
  if (command->argument != NULL)
    gtk_container_add (GTK_CONTAINER (box), create_label (_ (command->argument), "hw-dim", FALSE));
  gtk_container_add (GTK_CONTAINER (box), create_label (_ (command->help), "hw-hint", TRUE));
  gtk_container_add (GTK_CONTAINER (row), box);
  gtk_widget_set_can_focus (row, FALSE);
  g_object_set_qdata (G_OBJECT (row), command_quark (), (gpointer) command);

  if (command->argument != NULL)
    spoken = g_strdup_printf ("%s %s, %s", name, _ (command->argument), _ (command->help));
  else
    spoken = g_strdup_printf ("%s, %s", name, _ (command->help));
  atk_object_set_name (gtk_widget_get_accessible (row), spoken);

  gtk_widget_show_all (row);
  return row;
}

static void
on_row_activated (HwCommandList *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[CHOSEN], 0, row_get_command (row)->name);
}

static void
hw_command_list_finalize (GObject *object)
{
  HwCommandList *self = HW_COMMAND_LIST (object);

  g_strfreev (self->ops);

  G_OBJECT_CLASS (hw_command_list_parent_class)->finalize (object);
}

static void
hw_command_list_class_init (HwCommandListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_command_list_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hw_command_list_init (HwCommandList *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_add_class (context, "hw-nav");
  gtk_style_context_add_class (context, "hw-commands");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self), GTK_SELECTION_BROWSE);
  gtk_list_box_set_activate_on_single_click (GTK_LIST_BOX (self), TRUE);
  gtk_widget_set_no_show_all (GTK_WIDGET (self), TRUE);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), _ ("Commands"));
  g_signal_connect (self, "row-activated", G_CALLBACK (on_row_activated), NULL);
}

/**
 * hw_command_list_new:
 *
 * Returns: (transfer floating): a list that shows nothing yet
 */
GtkWidget *
hw_command_list_new (void)
{
  return g_object_new (HW_TYPE_COMMAND_LIST, NULL);
}

/**
 * hw_command_list_set_ops:
 * @self: the list
 * @ops: (nullable): the requests that the server answers us, NULL if it does not tell
 *
 * Offers only what works there, from the next hw_command_list_set_typed() on.
 */
void
hw_command_list_set_ops (HwCommandList *self, const char *const *ops)
{
  g_strfreev (self->ops);
  self->ops = g_strdupv ((char **) ops);
}

/**
 * hw_command_list_set_typed:
 * @self: the list
 * @typed: (nullable): what stands in the entry; NULL closes the list
 *
 * Shows the commands that begin with @typed, the first one selected. A name that is complete and
 * followed by a space shows that command alone, as a reminder of what it wants.
 */
void
hw_command_list_set_typed (HwCommandList *self, const char *typed)
{
  GtkListBox *list = GTK_LIST_BOX (self);
  GList *old = gtk_container_get_children (GTK_CONTAINER (self));
  guint n_commands;
  const HwCommand *commands = hw_commands_get (&n_commands);
  gboolean any = FALSE;

  g_list_free_full (old, (GDestroyNotify) gtk_widget_destroy);

  if (typed != NULL && hw_commands_is_command (typed))
    {
      gsize length = strcspn (typed + 1, " \t");
      gboolean whole = typed[1 + length] != '\0';

      for (guint i = 0; i < n_commands; i++)
        {
          if (!hw_command_is_offered (&commands[i], (const char *const *) self->ops)
              || g_ascii_strncasecmp (commands[i].name, typed + 1, length) != 0
              || (whole && strlen (commands[i].name) != length))
            continue;
          /* Another name for the same is shown to those who begin to type it. */
          if (length == 0 && i > 0 && commands[i - 1].id == commands[i].id)
            continue;
          gtk_list_box_insert (list, create_row (&commands[i]), -1);
          any = TRUE;
        }
    }

  if (any)
    gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, 0));
  gtk_widget_set_visible (GTK_WIDGET (self), any);
}

/**
 * hw_command_list_move:
 * @self: the list
 * @rows: how far, negative is up; it goes round at both ends
 *
 * Moves the selection.
 */
void
hw_command_list_move (HwCommandList *self, int rows)
{
  GtkListBox *list = GTK_LIST_BOX (self);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list);
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (self));
  int n = (int) g_list_length (children);
  int index = row != NULL ? gtk_list_box_row_get_index (row) : 0;

  if (n == 0)
    return;
  index = ((index + rows) % n + n) % n;
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, index));
}

/**
 * hw_command_list_get_selected:
 * @self: the list
 *
 * Returns: (transfer none) (nullable): the selected command; NULL when the list is closed
 */
const HwCommand *
hw_command_list_get_selected (HwCommandList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self));

  if (row == NULL || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return NULL;
  return row_get_command (row);
}
