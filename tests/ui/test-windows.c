/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Windows that are closed are gone: nothing keeps them, and what they listened to goes on without
 * them. The place never gets a link here. */

#include "hallway-config.h"

#include "ui/application.h"
#include "ui/chat-window.h"
#include "ui/log-window.h"
#include "ui/moderation-dialog.h"
#include "ui/room-dialog.h"
#include "ui/stop-dialog.h"

#include "client/place-private.h"
#include "client/room-private.h"
#include "client/whisper-private.h"
#include "hallway-resources.h"
#include "ui-test.h"

#include <glib/gstdio.h>
#include <handy.h>

typedef struct
{
  char *folder;
  GtkApplication *app;
  HwPlace *place;
} Fixture;

static void
add_room (Fixture *f, const char *name)
{
  g_autoptr (HwRoom) room = hw_room_new (f->place, name);

  hw_room_set_state (room, HW_ROOM_INSIDE, NULL);
  hw_room_make_history (room);
  g_list_store_append (f->place->joined, room);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (HwKnownPlaces) known = NULL;
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("hallway-windows-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (f->folder, "places", NULL);
  known = hw_known_places_new (path);
  f->place = hw_place_new ("127.0.0.1:1", known, &error);
  g_assert_no_error (error);
  f->app = GTK_APPLICATION (g_application_get_default ());
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (HwPlace) place = g_steal_pointer (&f->place);

  ui_test_iterate ();
  g_assert_finalize_object (g_steal_pointer (&place));
  g_rmdir (f->folder);
  g_free (f->folder);
}

/* Shows @window, closes it, and makes sure that it is gone. */
static void
live_and_die (GtkWidget *window)
{
  gpointer weak = window;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  gtk_widget_show (window);
  ui_test_iterate ();
  gtk_widget_destroy (window);
  for (guint i = 0; i < 100 && weak != NULL; i++)
    {
      ui_test_iterate ();
      g_usleep (10000);
    }
  g_assert_null (weak);
}

/* The last window of a place leaves it: each one finds it as it is when one has just come in. */
static void
enter (Fixture *f)
{
  hw_place_set_state (f->place, HW_PLACE_ONLINE, NULL);
  add_room (f, "tea");
  add_room (f, "lab bench");
  hw_whisper_take (hw_place_open_whisper (f->place, "Ben"), "psst", 1763625600123, FALSE);
}

static void
test_chat_window (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (HwRoom) room = NULL;
      GtkWidget *window;

      enter (f);
      room = g_list_model_get_item (hw_place_get_joined (f->place), 0);
      window = hw_chat_window_new (f->app, f->place);
      hw_chat_window_show (HW_CHAT_WINDOW (window), hw_place_open_whisper (f->place, "Ben"));
      hw_chat_window_show_room (HW_CHAT_WINDOW (window), room);
      live_and_die (window);
      g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_IDLE);
      hw_room_set_topic (room, "nobody listens any more");
    }
}

static void
test_log_window (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      hw_place_set_state (f->place, HW_PLACE_ONLINE, NULL);
      live_and_die (hw_log_window_new (f->app, f->place));
    }
}

static void
test_dialogs (Fixture *f, gconstpointer data)
{
  g_autoptr (HwRoom) room = NULL;
  GtkWidget *parent;

  enter (f);
  room = g_list_model_get_item (hw_place_get_joined (f->place), 0);
  parent = hw_chat_window_new (f->app, f->place);
  gtk_widget_show (parent);
  live_and_die (hw_room_dialog_new (GTK_WINDOW (parent), room, TRUE));
  live_and_die (hw_stop_dialog_new (GTK_WINDOW (parent), f->place));
  for (HwModeration what = HW_MODERATION_KICK; what <= HW_MODERATION_BAN; what++)
    live_and_die (hw_moderation_dialog_new (GTK_WINDOW (parent), f->place, what, "Ben"));
  live_and_die (parent);
}

#define TEST(name, function) \
  g_test_add ("/windows/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (HwApplication) app = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("GSETTINGS_SCHEMA_DIR", HW_SCHEMA_DIR, TRUE);
  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();
  g_resources_register (hw_get_resource ());
  app = hw_application_new ();
  g_application_set_flags (G_APPLICATION (app), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (app), NULL, &error);
  g_assert_no_error (error);
  g_application_set_default (G_APPLICATION (app));

  TEST ("chat-window-goes-when-it-is-closed", test_chat_window);
  TEST ("log-window-goes-when-it-is-closed", test_log_window);
  TEST ("dialogs-go-when-they-are-closed", test_dialogs);

  return g_test_run ();
}
