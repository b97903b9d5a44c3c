/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A leaflet that folds where people read from right to left, while somebody asks which children it
 * has, as a screen reader's bridge does: without the guard that reads memory that was freed. */

#include "ui/rtl-guard.h"

#include <handy.h>

static guint n_asked;
static GPtrArray *kept;

/* Makes holes of a list's links' size, so that what is made next does not lie where something was
 * freed just now: else who reads that finds the same again. For malloc without its caches, see
 * meson.build. */
static void
make_holes (void)
{
  gpointer holes[16];

  for (guint i = 0; i < G_N_ELEMENTS (holes); i++)
    {
      holes[i] = g_malloc (sizeof (GList));
      g_ptr_array_add (kept, g_malloc (sizeof (GList))); /* or they would become one */
    }
  for (guint i = 0; i < G_N_ELEMENTS (holes); i++)
    g_free (holes[i]);
}

static void
ask (GtkWidget *child, GtkContainer *leaflet)
{
  g_autoptr (GList) children = NULL;

  make_holes ();
  children = gtk_container_get_children (leaflet);
  g_assert_cmpuint (g_list_length (children), ==, 2);
  n_asked++;
}

static void
test_asked_while_folding (void)
{
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget *leaflet = hdy_leaflet_new ();

  gtk_container_add (GTK_CONTAINER (window), leaflet);
  for (int i = 0; i < 2; i++)
    {
      GtkWidget *child = gtk_label_new ("half");

      gtk_widget_set_size_request (child, 200, 100);
      g_signal_connect (child, "map", G_CALLBACK (ask), leaflet);
      g_signal_connect (child, "unmap", G_CALLBACK (ask), leaflet);
      gtk_container_add (GTK_CONTAINER (leaflet), child);
    }
  hdy_leaflet_set_mode_transition_duration (HDY_LEAFLET (leaflet), 0);
  gtk_widget_show_all (window);
  for (int i = 0; i < 10; i++)
    {
      GtkAllocation allocation = { 0, 0, i % 2 ? 500 : 220, 100 };

      n_asked = 0;
      gtk_widget_size_allocate (leaflet, &allocation);
      g_assert_cmpint (hdy_leaflet_get_folded (HDY_LEAFLET (leaflet)), ==, i % 2 == 0);
      g_assert_cmpuint (n_asked, >, 0);
    }
  gtk_widget_destroy (window);
}

int
main (int argc, char **argv)
{
  int result;

  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();
  hw_rtl_guard_init ();
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  g_test_add_func ("/rtl-guard/asked-while-folding", test_asked_while_folding);
  kept = g_ptr_array_new_full (1000, g_free);
  result = g_test_run ();
  g_ptr_array_unref (kept);
  return result;
}
