/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How wide windows in front of others are. Where there is room they have their usual width; in
 * front of a window as narrow as a phone they are as narrow as that. */

#include "hallway-config.h"

#include "fit.h"

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
 * hw_fit_dialog:
 * @dialog: a window with a usual width and no usual height, in front of another
 *
 * Keeps it from being made narrower than it needs to be: GTK makes a window as high as its words
 * would be at its least width, which leaves room below them that nobody wants.
 */
void
hw_fit_dialog (GtkWindow *dialog)
{
  int width;

  gtk_window_get_default_size (dialog, &width, NULL);
  gtk_widget_set_size_request (GTK_WIDGET (dialog), MIN (width, get_parent_width (dialog)), -1);
}

/**
 * hw_fit_alert:
 * @alert: a window that cannot be resized, in front of another
 * @minimum: pixels that it needs across
 * @natural: (inout): pixels that it likes to have
 *
 * For GtkWidgetClass.get_preferred_width(): as wide as it likes, but no wider than the other
 * window.
 */
void
hw_fit_alert (GtkWidget *alert, int minimum, int *natural)
{
  int width = get_parent_width (GTK_WINDOW (alert));

  if (width > 0)
    *natural = MAX (minimum, MIN (*natural, width));
}
