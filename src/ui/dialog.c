/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What windows in front of others have in common: they close by Escape, and have their usual width
 * where there is room, but are as narrow as a window that is made for a phone. */

#include "hallway-config.h"

#include "dialog.h"

/**
 * hw_dialog_class_close_on_escape:
 * @klass: the class of a GtkWindow
 *
 * Lets Escape close its windows. To be called while @klass is initialised.
 */
void
hw_dialog_class_close_on_escape (GtkWidgetClass *klass)
{
  g_signal_new_class_handler ("cancel", G_TYPE_FROM_CLASS (klass),
                              G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (gtk_window_close),
                              NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_binding_entry_add_signal (gtk_binding_set_by_class (klass), GDK_KEY_Escape, 0, "cancel", 0);
}

/* 0: there is none, or it is not shown. */
static int
get_parent_width (GtkWindow *dialog)
{
  GtkWindow *parent = gtk_window_get_transient_for (dialog);

  return parent != NULL && gtk_widget_get_mapped (GTK_WIDGET (parent))
             ? gtk_widget_get_allocated_width (GTK_WIDGET (parent))
             : 0;
}

/**
 * hw_dialog_fit:
 * @dialog: a window with a usual width and no usual height, in front of another
 *
 * Keeps it from being made narrower than it needs to be: GTK makes a window as high as its words
 * would be at its least width, which leaves room below them that nobody wants.
 */
void
hw_dialog_fit (GtkWindow *dialog)
{
  int width;

  gtk_window_get_default_size (dialog, &width, NULL);
  gtk_widget_set_size_request (GTK_WIDGET (dialog), MIN (width, get_parent_width (dialog)), -1);
}

/**
 * hw_dialog_fit_alert:
 * @alert: a window that cannot be resized, in front of another
 * @minimum: pixels that it needs across
 * @natural: (inout): pixels that it likes to have
 *
 * For GtkWidgetClass.get_preferred_width(): as wide as it likes, but no wider than the other
 * window.
 */
void
hw_dialog_fit_alert (GtkWidget *alert, int minimum, int *natural)
{
  int width = get_parent_width (GTK_WINDOW (alert));

  if (width > 0)
    *natural = MAX (minimum, MIN (*natural, width));
}
