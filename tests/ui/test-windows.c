/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Windows that are closed are gone: nothing keeps them, and what they listened to goes on without
 * them. The place never gets a link here. */

#include "hallway-config.h"

#include "ui/about.h"
#include "ui/activity-chart.h"
#include "ui/activity-table.h"
#include "ui/address-dialog.h"
#include "ui/alert.h"
#include "ui/announce-dialog.h"
#include "ui/certificate-dialog.h"
#include "ui/chat-window.h"
#include "ui/export-dialog.h"
#include "ui/help-window.h"
#include "ui/host-dialog.h"
#include "ui/host-keeper.h"
#include "ui/host-window.h"
#include "ui/keeping-dialog.h"
#include "ui/link-alert.h"
#include "ui/log-window.h"
#include "ui/menu-window.h"
#include "ui/moderation-dialog.h"
#include "ui/new-room-dialog.h"
#include "ui/picture-window.h"
#include "ui/preferences-window.h"
#include "ui/room-dialog.h"
#include "ui/shortcuts-window.h"
#include "ui/stop-dialog.h"

#include "client/place-private.h"
#include "client/room-private.h"
#include "client/whisper-private.h"
#include "app-fixture.h"
#include "ui-test.h"

#include <glib/gstdio.h>
#include <malloc.h>

/* Bytes that a window of ours may leave: what caches of the libraries still learn. */
#define LEFT_MAX 4096

/* Pixels across that every window fits in. */
#define NARROW 360

typedef struct
{
  char *folder;
  GtkApplication *app;
  HwPlace *place;
  HwHost *host;    /* (nullable): runs a place */
  GtkWidget *logs; /* (nullable): a log window with a log in it */
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

  g_clear_pointer (&f->logs, gtk_widget_destroy);
  if (f->host != NULL)
    {
      hw_host_stop (f->host);
      while (hw_host_get_state (f->host) != HW_HOST_IDLE)
        g_main_context_iteration (NULL, TRUE);
    }
  g_clear_object (&f->host);
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
  hw_whisper_take (hw_place_open_whisper (f->place, "Ben"), "psst", 1763625600123, NULL, FALSE);
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

/* What libhandy itself leaves of each window. */
static GtkWidget *
make_bare (Fixture *f, GtkWindow *parent)
{
  return g_object_new (HDY_TYPE_WINDOW, "transient-for", parent, NULL);
}

static GtkWidget *
make_about (Fixture *f, GtkWindow *parent)
{
  return hw_about_new (parent);
}

static char *
describe_bar (gint64 time, gpointer user_data)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, time);
}

static GtkWidget *
make_activity_table (Fixture *f, GtkWindow *parent)
{
  GtkWidget *chart = g_object_ref_sink (hw_activity_chart_new ());
  GtkWidget *table = hw_activity_table_new (parent, HW_ACTIVITY_CHART (chart), "Messages an hour",
                                            describe_bar, NULL);

  g_object_unref (chart);
  return table;
}

static GtkWidget *
make_address (Fixture *f, GtkWindow *parent)
{
  return hw_address_dialog_new (parent);
}

static GtkWidget *
make_alert (Fixture *f, GtkWindow *parent)
{
  return hw_alert_new (parent, "Leave?", "Something may be lost.", "Stay", "Leave");
}

static GtkWidget *
make_announce (Fixture *f, GtkWindow *parent)
{
  return hw_announce_dialog_new (parent, f->place);
}

static GtkWidget *
make_certificate (Fixture *f, GtkWindow *parent)
{
  return hw_certificate_dialog_new (parent, f->place,
                                    hw_application_get_known_places (HW_APPLICATION (f->app)));
}

static GtkWidget *
make_chat (Fixture *f, GtkWindow *parent)
{
  GtkWidget *window;

  enter (f);
  window = hw_chat_window_new (f->app, f->place);
  hw_chat_window_show_nth (HW_CHAT_WINDOW (window), 2);
  return window;
}

static GtkWidget *
make_export (Fixture *f, GtkWindow *parent)
{
  HwLogReader *reader;

  if (f->logs == NULL)
    {
      g_autoptr (JsonNode) row
          = json_from_string ("{\"log\":7,\"room\":\"tea\",\"entries\":203}", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (HwLog) log = hw_log_new_from_json (f->place, json_node_get_object (row), &error);

      g_assert_no_error (error);
      f->logs = hw_log_window_new (f->app, f->place);
      hw_log_reader_set_log (hw_log_window_get_reader (HW_LOG_WINDOW (f->logs)), f->place, log);
    }
  reader = hw_log_window_get_reader (HW_LOG_WINDOW (f->logs));
  return hw_export_dialog_new (parent, f->place, reader);
}

static GtkWidget *
make_help (Fixture *f, GtkWindow *parent)
{
  return hw_help_window_new (parent);
}

static GtkWidget *
make_host (Fixture *f, GtkWindow *parent)
{
  return hw_host_dialog_new (parent, hw_host_keeper_get_host (
                                         hw_application_get_host_keeper (HW_APPLICATION (f->app))));
}

#ifdef HW_SERVER
static void
on_host_started (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  hw_host_start_finish (HW_HOST (object), result, &error);
  g_assert_no_error (error);
}

static GtkWidget *
make_host_window (Fixture *f, GtkWindow *parent)
{
  static const char *const options[]
      = { "--listen", "127.0.0.1", "--port", "0", "--discovery", "no", NULL };

  if (f->host == NULL)
    {
      f->host = hw_host_new (HW_SERVER, f->folder, options);
      hw_host_start_async (f->host, "Physics club", "open sesame", FALSE, on_host_started, NULL);
      while (hw_host_get_state (f->host) != HW_HOST_RUNNING)
        g_main_context_iteration (NULL, TRUE);
    }
  return hw_host_window_new (parent, f->host);
}
#endif

static GtkWidget *
make_keeping (Fixture *f, GtkWindow *parent)
{
  return hw_keeping_dialog_new (parent, f->place);
}

static GtkWidget *
make_link (Fixture *f, GtkWindow *parent)
{
  return hw_link_alert_new (parent, "https://example.org/a/long/way");
}

static GtkWidget *
make_log (Fixture *f, GtkWindow *parent)
{
  hw_place_set_state (f->place, HW_PLACE_ONLINE, NULL);
  return hw_log_window_new (f->app, f->place);
}

static GtkWidget *
make_menu (Fixture *f, GtkWindow *parent)
{
  return hw_menu_window_new (HW_APPLICATION (f->app));
}

static GtkWidget *
make_moderation (Fixture *f, GtkWindow *parent)
{
  return hw_moderation_dialog_new (parent, f->place, HW_MODERATION_BAN, "Ben");
}

static GtkWidget *
make_new_room (Fixture *f, GtkWindow *parent)
{
  return hw_new_room_dialog_new (parent, f->place, NULL);
}

static GtkWidget *
make_picture (Fixture *f, GtkWindow *parent)
{
  g_autoptr (GFile) file = g_file_new_for_path (HW_PICTURE);
  GtkWidget *window = hw_picture_window_new (parent, file, "door.png");
  GtkWidget *area = ui_test_find (window, GTK_TYPE_DRAWING_AREA, NULL);

  /* One that goes earlier leaves the picture to a thread, for a while. */
  while (!gtk_widget_get_child_visible (area))
    g_main_context_iteration (NULL, TRUE);
  return window;
}

static GtkWidget *
make_preferences (Fixture *f, GtkWindow *parent)
{
  return hw_preferences_window_new (parent,
                                    hw_application_get_known_places (HW_APPLICATION (f->app)));
}

static GtkWidget *
make_room (Fixture *f, GtkWindow *parent)
{
  g_autoptr (HwRoom) room = g_list_model_get_item (hw_place_get_joined (f->place), 0);

  return hw_room_dialog_new (parent, room, TRUE);
}

static GtkWidget *
make_shortcuts (Fixture *f, GtkWindow *parent)
{
  return hw_shortcuts_window_new (parent, f->app);
}

static GtkWidget *
make_stop (Fixture *f, GtkWindow *parent)
{
  return hw_stop_dialog_new (parent, f->place);
}

typedef struct
{
  const char *name;
  GtkWidget *(*make) (Fixture *f, GtkWindow *parent);
  gboolean alone; /* it belongs to no other window */
} Sort;

static const Sort bare = { "bare", make_bare, FALSE };

static const Sort sorts[] = {
  { "about", make_about, FALSE },
  { "activity-table", make_activity_table, FALSE },
  { "address", make_address, FALSE },
  { "alert", make_alert, FALSE },
  { "announce", make_announce, FALSE },
  { "certificate", make_certificate, FALSE },
  { "chat", make_chat, TRUE },
  { "export", make_export, FALSE },
  { "help", make_help, FALSE },
  { "host", make_host, FALSE },
#ifdef HW_SERVER
  { "host-window", make_host_window, FALSE },
#endif
  { "keeping", make_keeping, FALSE },
  { "link", make_link, FALSE },
  { "log", make_log, TRUE },
  { "menu", make_menu, TRUE },
  { "moderation", make_moderation, FALSE },
  { "new-room", make_new_room, FALSE },
  { "picture", make_picture, FALSE },
  { "preferences", make_preferences, FALSE },
  { "room", make_room, FALSE },
  { "shortcuts", make_shortcuts, FALSE },
  { "stop", make_stop, FALSE },
};

/* Opens and closes windows of a sort again and again, each of which has to be gone afterwards. The
 * first half fills caches: styles, fonts, icons. Returns by how many bytes each later one made the
 * memory in use grow. */
static int
measure_left (Fixture *f, const Sort *sort, int rounds)
{
  gint64 before = 0;
  GtkWidget *parent = NULL;
  int left;

  if (!sort->alone)
    {
      enter (f);
      parent = hw_chat_window_new (f->app, f->place);
      gtk_widget_show (parent);
    }
  for (int i = 0; i < rounds; i++)
    {
      if (i == rounds / 2)
        before = (gint64) mallinfo2 ().uordblks;
      live_and_die (sort->make (f, (GtkWindow *) parent));
    }
  left = (int) (((gint64) mallinfo2 ().uordblks - before) / (rounds - rounds / 2));
  if (parent != NULL)
    live_and_die (parent);
  g_test_message ("%s: %d bytes a window", sort->name, left);
  return left;
}

static void
test_nothing_is_left (Fixture *f, gconstpointer data)
{
  int rounds = g_test_slow () ? 100 : 5;
  int left = measure_left (f, data, rounds);

  if (g_test_slow () && left >= LEFT_MAX + MAX (0, measure_left (f, &bare, rounds)))
    g_test_fail_printf ("A closed window leaves %d bytes", left);
}

/* How wide @window is when it is made as narrow as it goes: what folds does so while it is laid
 * out, and lets it become narrower then. */
static int
measure_width (GtkWidget *window)
{
  int width = 0;

  for (guint i = 0; i < 20; i++)
    {
      gtk_window_resize (GTK_WINDOW (window), NARROW, 640);
      ui_test_iterate ();
      g_usleep (10000);
      gtk_window_get_size (GTK_WINDOW (window), &width, NULL);
      if (width <= NARROW)
        break;
    }
  return width;
}

/* Every window does with letters of the usual size; those that one is in all day do with letters
 * twice as large, too. */
static void
test_fits_a_phone (Fixture *f, gconstpointer data)
{
  const Sort *sort = data;
  static const char *const fonts[] = { "Cantarell 11", "Cantarell 22" };

  for (guint i = 0; i < (sort->alone ? G_N_ELEMENTS (fonts) : 1); i++)
    {
      GtkWidget *parent = NULL;
      GtkWidget *window;

      g_object_set (gtk_settings_get_default (), "gtk-font-name", fonts[i], NULL);
      if (!sort->alone)
        {
          enter (f);
          parent = hw_chat_window_new (f->app, f->place);
          gtk_widget_show (parent);
          measure_width (parent);
        }
      window = sort->make (f, (GtkWindow *) parent);
      gtk_widget_show (window);
      ui_test_iterate ();
      g_assert_cmpint (measure_width (window), <=, NARROW);
      live_and_die (window);
      if (parent != NULL)
        live_and_die (parent);
    }
  gtk_settings_reset_property (gtk_settings_get_default (), "gtk-font-name");
}

#define TEST(name, function) \
  g_test_add ("/windows/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (HwApplication) app G_GNUC_UNUSED = app_fixture_start (&argc, &argv);

  TEST ("chat-window-goes-when-it-is-closed", test_chat_window);
  TEST ("log-window-goes-when-it-is-closed", test_log_window);
  TEST ("dialogs-go-when-they-are-closed", test_dialogs);

  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++)
    {
      g_autofree char *path = g_strconcat ("/windows/nothing-is-left-of/", sorts[i].name, NULL);

      g_test_add (path, Fixture, &sorts[i], set_up, test_nothing_is_left, tear_down);
    }

  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++)
    {
      g_autofree char *path = g_strconcat ("/windows/fits-a-phone/", sorts[i].name, NULL);

      if (sorts[i].make != make_about) /* GTK's own */
        g_test_add (path, Fixture, &sorts[i], set_up, test_fits_a_phone, tear_down);
    }

  return g_test_run ();
}
