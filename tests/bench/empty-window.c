/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The least that a program with GTK and libhandy can show: a window with a title and nothing in it.
 * What Hallway's start is measured against; see client.py. */

#include <handy.h>

static void
on_activate (GtkApplication *application)
{
  GtkWidget *window, *box, *bar;

  hdy_init ();
  window = hdy_application_window_new ();
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  bar = hdy_header_bar_new ();
  gtk_window_set_application (GTK_WINDOW (window), application);
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 640);
  hdy_header_bar_set_show_close_button (HDY_HEADER_BAR (bar), TRUE);
  hdy_header_bar_set_title (HDY_HEADER_BAR (bar), "Empty");
  gtk_container_add (GTK_CONTAINER (box), bar);
  gtk_container_add (GTK_CONTAINER (window), box);
  gtk_widget_show_all (window);
}

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) application
      = gtk_application_new ("io.github.hallwaychat.Empty", G_APPLICATION_DEFAULT_FLAGS);

  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
