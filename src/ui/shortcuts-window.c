/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which keys do what, from one table. The keys of actions are asked of the application, so that
 * what is shown is what works; keys that a widget handles by itself stand in the table. */

#include "hallway-config.h"

#include "shortcuts-window.h"

#include <glib/gi18n.h>

struct _HwShortcutsWindow
{
  HdyWindow parent_instance;

  GtkBox *content;
};

G_DEFINE_FINAL_TYPE (HwShortcutsWindow, hw_shortcuts_window, HDY_TYPE_WINDOW)

static const struct
{
  const char *section; /* begins a section, and has nothing else */
  const char *title;
  const char *action;
  const char *accel; /* where there is no action */
} table[] = {
  { .section = N_ ("Everywhere") },
  { .title = N_ ("Help"), .action = "app.help" },
  { .title = N_ ("Keyboard shortcuts"), .action = "app.shortcuts" },
  { .title = N_ ("Preferences"), .action = "app.preferences" },
  { .title = N_ ("Go to the menu window"), .action = "app.menu" },
  { .title = N_ ("Quit"), .action = "app.quit" },
  { .section = N_ ("Menu") },
  { .title = N_ ("New room"), .action = "win.new-room" },
  { .title = N_ ("Find a room"), .action = "win.find" },
  { .title = N_ ("Enter an address"), .action = "win.enter-address" },
  { .title = N_ ("Look again"), .action = "win.look-again" },
  { .title = N_ ("Back to the places"), .action = "win.back" },
  { .section = N_ ("Chat") },
  { .title = N_ ("Next room"), .action = "win.next-room" },
  { .title = N_ ("Previous room"), .action = "win.previous-room" },
  { .title = N_ ("Go to the first room"), .action = "win.room(1)" },
  { .title = N_ ("Find in this room"), .action = "win.find" },
  { .title = N_ ("Show who is there"), .action = "win.members" },
  { .title = N_ ("Leave the room"), .action = "win.leave" },
  { .title = N_ ("Begin another line"), .accel = "<Shift>Return" },
  { .title = N_ ("Complete a name or a command"), .accel = "Tab" },
  { .title = N_ ("What you wrote before"), .accel = "Up" },
  { .title = N_ ("Undo"), .accel = "<Primary>z" },
  { .title = N_ ("Redo"), .accel = "<Primary><Shift>z" },
  { .title = N_ ("Choose an emoji"), .accel = "<Primary>period" },
  { .section = N_ ("Messages and logs") },
  { .title = N_ ("Go to the newest"), .action = "win.newest" },
  { .title = N_ ("Next older hit"), .action = "win.find-older" },
  { .title = N_ ("Next newer hit"), .action = "win.find-newer" },
  { .title = N_ ("Export the log"), .action = "win.export" },
  { .title = N_ ("Print"), .action = "win.print" },
  { .title = N_ ("Show what was found in its context, and back"), .action = "win.context" },
  { .title = N_ ("Copy"), .accel = "<Primary>c" },
  { .title = N_ ("Larger"), .action = "win.zoom(1)" },
  { .title = N_ ("Smaller"), .action = "win.zoom(-1)" },
  { .title = N_ ("As large as usual"), .action = "win.zoom(0)" },
};

static void
add_heading (HwShortcutsWindow *self, const char *title)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", title, "xalign", 0.0, "margin-start", 3,
                                   "margin-top", 12, "visible", TRUE, NULL);

  gtk_style_context_add_class (gtk_widget_get_style_context (label), "hw-section");
  gtk_container_add (GTK_CONTAINER (self->content), label);
}

static GtkWidget *
add_list (HwShortcutsWindow *self, const char *title)
{
  GtkWidget *list = g_object_new (GTK_TYPE_LIST_BOX, "selection-mode", GTK_SELECTION_NONE,
                                  "visible", TRUE, NULL);

  gtk_style_context_add_class (gtk_widget_get_style_context (list), "content");
  atk_object_set_name (gtk_widget_get_accessible (list), title);
  gtk_container_add (GTK_CONTAINER (self->content), list);
  return list;
}

static void
add_row (GtkWidget *list, const char *title, const char *accel)
{
  GtkWidget *row = hdy_action_row_new ();
  GtkWidget *label = gtk_label_new (NULL);
  guint key;
  GdkModifierType modifiers;
  g_autofree char *keys = NULL;
  g_autofree char *spoken = NULL;

  gtk_accelerator_parse (accel, &key, &modifiers);
  keys = gtk_accelerator_get_label (key, modifiers);
  gtk_label_set_text (GTK_LABEL (label), keys);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "hw-key");
  hdy_preferences_row_set_title (HDY_PREFERENCES_ROW (row), title);
  /* Translators: what keys do, and which they are, as it is read out */
  spoken = g_strdup_printf (_ ("%s, %s"), title, keys);
  atk_object_set_name (gtk_widget_get_accessible (row), spoken);
  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (list), row);
}

static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, HwShortcutsWindow *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (self));
  return GDK_EVENT_STOP;
}

static void
hw_shortcuts_window_class_init (HwShortcutsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/shortcuts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HwShortcutsWindow, content);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
}

static void
hw_shortcuts_window_init (HwShortcutsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_shortcuts_window_new:
 * @parent: (nullable): the window it belongs to
 * @application: whose actions have the keys
 *
 * Returns: (transfer none): the window, not shown yet; it destroys itself
 */
GtkWidget *
hw_shortcuts_window_new (GtkWindow *parent, GtkApplication *application)
{
  HwShortcutsWindow *self = g_object_new (HW_TYPE_SHORTCUTS_WINDOW, "transient-for", parent, NULL);
  GtkWidget *list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (GStrv) accels = NULL;

      if (table[i].section != NULL)
        {
          add_heading (self, _ (table[i].section));
          list = add_list (self, _ (table[i].section));
          continue;
        }
      if (table[i].action != NULL)
        accels = gtk_application_get_accels_for_action (application, table[i].action);
      if (table[i].accel != NULL)
        add_row (list, _ (table[i].title), table[i].accel);
      else if (accels != NULL && accels[0] != NULL)
        add_row (list, _ (table[i].title), accels[0]);
    }
  return GTK_WIDGET (self);
}
