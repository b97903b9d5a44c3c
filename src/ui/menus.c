/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The menus that are always the same: read once and shared by all windows. A template that has a
 * menu would make one for each window, and GTK 3 leaves its items behind. */

#include "hallway-config.h"

#include "menus.h"

#include <gtk/gtk.h>

/**
 * hw_menus_get:
 * @name: an id of menus.ui
 *
 * Returns: (transfer none): the menu. Main thread only.
 */
GMenuModel *
hw_menus_get (const char *name)
{
  static GtkBuilder *builder;

  if (builder == NULL)
    builder = gtk_builder_new_from_resource ("/io/github/hallwaychat/Hallway/ui/menus.ui");
  return G_MENU_MODEL (gtk_builder_get_object (builder, name));
}
