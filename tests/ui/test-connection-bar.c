/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bar that says what is the matter with a place. The place never gets a link here: its states
 * are set as place.c sets them. */

#include "hallway-config.h"

#include "ui/connection-bar.h"

#include "client/place-private.h"
#include "hallway-resources.h"
#include "ui-test.h"

#include <handy.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  HwPlace *place;
  GtkWidget *window;
  HwConnectionBar *bar;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (HwKnownPlaces) known = NULL;
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("hallway-bar-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (f->folder, "places", NULL);
  known = hw_known_places_new (path);
  f->place = hw_place_new ("127.0.0.1:1", known, &error);
  g_assert_no_error (error);

  f->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 500, 100);
  f->bar = HW_CONNECTION_BAR (hw_connection_bar_new ());
  gtk_container_add (GTK_CONTAINER (f->window), GTK_WIDGET (f->bar));
  gtk_widget_show (f->window);
  hw_connection_bar_set_place (f->bar, f->place);
  hw_place_set_state (f->place, HW_PLACE_ONLINE, NULL);
  ui_test_iterate ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_widget_destroy (f->window);
  g_object_unref (f->place);
  g_rmdir (f->folder);
  g_free (f->folder);
}

static const char *
get_words (Fixture *f)
{
  GtkWidget *label = ui_test_find (GTK_WIDGET (f->bar), GTK_TYPE_LABEL, NULL);

  return gtk_label_get_text (GTK_LABEL (label));
}

static void
assert_shown (Fixture *f, gboolean shown)
{
  g_assert_cmpint (gtk_widget_get_visible (GTK_WIDGET (f->bar)), ==, shown);
}

static GtkWidget *
find_button (Fixture *f, const char *name)
{
  GtkWidget *button = ui_test_find (GTK_WIDGET (f->bar), GTK_TYPE_BUTTON, name);

  return button != NULL && gtk_widget_get_visible (button) ? button : NULL;
}

static void
test_well (Fixture *f, gconstpointer data)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (f->bar));

  assert_shown (f, FALSE);
  g_assert_cmpstr (atk_object_get_name (accessible), ==, "Connection");
  g_assert_cmpint (atk_object_get_role (accessible), ==, ATK_ROLE_INFO_BAR);
}

static void
test_lost (Fixture *f, gconstpointer data)
{
  f->place->retry_at = g_get_monotonic_time () + 7 * G_TIME_SPAN_SECOND;
  hw_place_set_state (f->place, HW_PLACE_RECONNECTING, NULL);
  assert_shown (f, TRUE);
  g_assert_true (g_str_has_prefix (get_words (f), "Connection lost. Trying again in "));
  g_assert_nonnull (find_button (f, "Try now"));

  /* While a try is under way there is nothing to press. */
  f->place->retry_at = 0;
  hw_place_notify (f->place, HW_PLACE_PROP_RETRY_AT);
  assert_shown (f, TRUE);
  g_assert_null (find_button (f, "Try now"));

  hw_place_set_state (f->place, HW_PLACE_ONLINE, NULL);
  assert_shown (f, FALSE);
}

static void
test_shown_out (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) reason = hw_error_new (HW_ERROR_FAILED, "text", "Use your own name, then.");

  f->place->kicked_code = g_strdup ("kick");
  hw_place_set_state (f->place, HW_PLACE_ENDED, reason);
  assert_shown (f, TRUE);
  g_assert_nonnull (strstr (get_words (f), "Use your own name, then."));
  g_assert_nonnull (find_button (f, "Come back"));
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  GtkWidget *button;

  hw_place_emit_idle_warning (f->place, 20);
  assert_shown (f, TRUE);
  g_assert_nonnull (strstr (get_words (f), "20 s"));
  button = find_button (f, "I’m still here");
  g_assert_nonnull (button);
  gtk_button_clicked (GTK_BUTTON (button));
  assert_shown (f, FALSE);

  /* A key or the pointer says the same. */
  hw_place_emit_idle_warning (f->place, 20);
  assert_shown (f, TRUE);
  hw_connection_bar_set_present (f->bar);
  assert_shown (f, FALSE);
}

static void
test_announcement (Fixture *f, gconstpointer data)
{
  GtkWidget *button;

  hw_place_emit_announcement (f->place, "Doors close at six.", 0);
  assert_shown (f, TRUE);
  g_assert_cmpstr (get_words (f), ==, "Doors close at six.");

  /* What is worse goes first, and the announcement is there again afterwards. */
  hw_place_emit_idle_warning (f->place, 20);
  g_assert_nonnull (find_button (f, "I’m still here"));
  hw_connection_bar_set_present (f->bar);
  g_assert_cmpstr (get_words (f), ==, "Doors close at six.");

  button = find_button (f, "Close");
  g_assert_nonnull (button);
  gtk_button_clicked (GTK_BUTTON (button));
  assert_shown (f, FALSE);
}

static void
test_trouble (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) full = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                                                 "/home/ana/x: No space left on device");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_READ_ONLY, "x: Read-only");

  hw_place_set_trouble (f->place, full);
  assert_shown (f, TRUE);
  g_assert_nonnull (strstr (get_words (f), "The disk is full."));
  hw_place_set_trouble (f->place, NULL);
  assert_shown (f, FALSE);

  /* Once is enough, until something else is the matter. */
  hw_place_set_trouble (f->place, full);
  gtk_button_clicked (GTK_BUTTON (find_button (f, "Close")));
  assert_shown (f, FALSE);
  hw_place_set_state (f->place, HW_PLACE_RECONNECTING, NULL);
  hw_place_set_state (f->place, HW_PLACE_ONLINE, NULL);
  assert_shown (f, FALSE);
  hw_place_set_trouble (f->place, other);
  g_assert_nonnull (strstr (get_words (f), "Read-only"));
  g_assert_null (strstr (get_words (f), "x:"));

  /* A window that comes later tells it, too. */
  hw_connection_bar_set_place (f->bar, NULL);
  assert_shown (f, FALSE);
  hw_connection_bar_set_place (f->bar, f->place);
  assert_shown (f, TRUE);
}

#define TEST(name, function) \
  g_test_add ("/connection-bar/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();
  g_resources_register (hw_get_resource ());

  TEST ("hidden-while-all-is-well", test_well);
  TEST ("lost-link-counts-down", test_lost);
  TEST ("shown-out-says-why", test_shown_out);
  TEST ("idle-warning-ends-with-a-sign", test_idle);
  TEST ("announcement-waits-its-turn", test_announcement);
  TEST ("nothing-is-kept", test_trouble);

  return g_test_run ();
}
