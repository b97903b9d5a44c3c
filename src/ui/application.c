/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program. HwApplication keeps the places that are open, the places that are remembered, and
 * one window of each sort for each of them; windows ask it to open one another, so that none of
 * them needs to know the others. */

#include "hallway-config.h"

#include "application.h"
#include "settings.h"
#include "style.h"

#include <glib/gi18n.h>
#include <handy.h>

struct _HwApplication
{
  GtkApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (HwApplication, hw_application, GTK_TYPE_APPLICATION)

static void
hw_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (hw_application_parent_class)->startup (application);

  hdy_init ();
  hw_style_init ();
}

static void
hw_application_activate (GApplication *application)
{
  hw_application_open_menu (HW_APPLICATION (application));
}

static void
hw_application_window_added (GtkApplication *application, GtkWindow *window)
{
  GTK_APPLICATION_CLASS (hw_application_parent_class)->window_added (application, window);
  hw_style_watch (GTK_WIDGET (window));
}

static void
hw_application_class_init (HwApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);
  GtkApplicationClass *gtk_application_class = GTK_APPLICATION_CLASS (klass);

  application_class->startup = hw_application_startup;
  application_class->activate = hw_application_activate;
  gtk_application_class->window_added = hw_application_window_added;
}

static void
hw_application_init (HwApplication *self)
{
}

/**
 * hw_application_new:
 *
 * Returns: (transfer full): the program, to be run once
 */
HwApplication *
hw_application_new (void)
{
  return g_object_new (HW_TYPE_APPLICATION, "application-id", HW_APP_ID, "resource-base-path",
                       "/io/github/hallwaychat/Hallway", "flags", G_APPLICATION_CAN_OVERRIDE_APP_ID,
                       NULL);
}

/**
 * hw_application_open_menu:
 * @self: the program
 *
 * Shows the menu window, in front of the others.
 */
void
hw_application_open_menu (HwApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    window = g_object_new (HDY_TYPE_APPLICATION_WINDOW, "application", self, "visible", TRUE, NULL);
  gtk_window_present (window);
}
