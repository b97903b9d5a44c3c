/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the tests of widgets share: finding them as a person would, by their accessible names, and
 * pressing keys in them without a window manager's help. */

#pragma once

#include <gtk/gtk.h>

static inline void
ui_test_iterate (void)
{
  while (gtk_events_pending ())
    gtk_main_iteration ();
}

/* The widget within @root of type @type, called @name; NULL: any name. */
static inline GtkWidget *
ui_test_find (GtkWidget *root, GType type, const char *name)
{
  g_autoptr (GList) children = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (root), type)
      && (name == NULL
          || g_strcmp0 (atk_object_get_name (gtk_widget_get_accessible (root)), name) == 0))
    return root;
  if (!GTK_IS_CONTAINER (root))
    return NULL;

  children = gtk_container_get_children (GTK_CONTAINER (root));
  for (GList *l = children; l != NULL; l = l->next)
    {
      GtkWidget *found = ui_test_find (l->data, type, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static inline gboolean
ui_test_press_key (GtkWidget *widget, guint keyval, GdkModifierType state)
{
  g_autoptr (GdkEvent) event = gdk_event_new (GDK_KEY_PRESS);
  GdkDisplay *display = gtk_widget_get_display (widget);
  g_autofree GdkKeymapKey *keys = NULL;
  int n_keys = 0;
  gboolean handled;

  event->key.window = g_object_ref (gtk_widget_get_window (widget));
  event->key.send_event = TRUE;
  event->key.time = GDK_CURRENT_TIME;
  event->key.keyval = keyval;
  event->key.state = state;
  if (gdk_keymap_get_entries_for_keyval (gdk_keymap_get_for_display (display), keyval, &keys,
                                         &n_keys))
    event->key.hardware_keycode = (guint16) keys[0].keycode;
  gdk_event_set_device (event, gdk_seat_get_keyboard (gdk_display_get_default_seat (display)));

  handled = gtk_widget_event (widget, event);
  ui_test_iterate ();
  return handled;
}
