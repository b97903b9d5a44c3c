/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place and a server for it to talk to. */

#include "place-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

HwKnownPlaces *
make_known_places (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "places.ini", NULL);

  return hw_known_places_new (path);
}

void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_remove (path);
    }
  g_rmdir (folder);
}

/* All bytes of all files. */
char *
read_all_files (const char *folder)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        text = read_all_files (path);
      else
        g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_string_append (all, text);
    }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

void
place_fixture_set_up (PlaceFixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hallway-place-XXXXXX", NULL);
  g_assert_nonnull (f->folder);
  f->server = fake_server_new ();
  f->known = make_known_places (f->folder);
  f->place = make_place (f);
}

void
place_fixture_tear_down (PlaceFixture *f, gconstpointer data)
{
  f->server->hook = NULL;
  hw_place_disconnect (f->place);
  /* What is under way ends first; then nothing may hold the place any more. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->place);
  g_assert_finalize_object (f->known);
  fake_server_free (f->server);
  remove_folder (f->folder);
  g_free (f->folder);
}

HwPlace *
make_place (PlaceFixture *f)
{
  g_autofree char *address = fake_server_get_address (f->server);
  g_autoptr (GError) error = NULL;
  HwPlace *place = hw_place_new (address, f->known, &error);

  g_assert_no_error (error);
  return place;
}

void
go_online (PlaceFixture *f, const char *name)
{
  hw_place_connect (f->place, name, NULL);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
}

typedef struct
{
  gboolean done;
  HwRoom *room;
  GError *error;
} Joined;

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Joined *joined = user_data;

  joined->room = hw_place_join_finish (HW_PLACE (source), result, &joined->error);
  joined->done = TRUE;
}

/* (transfer full) (nullable) */
HwRoom *
try_to_join (HwPlace *place, const char *name, const char *password, GError **error)
{
  Joined joined = { 0 };

  hw_place_join_async (place, name, password, NULL, on_joined, &joined);
  wait_until (joined.done);
  if (joined.error)
    g_propagate_error (error, joined.error);
  return joined.room;
}

/* (transfer none): the place keeps it */
HwRoom *
join_room (HwPlace *place, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRoom) room = try_to_join (place, name, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (hw_room_get_state (room), ==, HW_ROOM_INSIDE);
  return room;
}

/* (transfer none): the place keeps it */
HwRoom *
create_room (HwPlace *place, const char *name)
{
  Joined joined = { 0 };

  hw_place_create_async (place, name, "a topic", NULL, NULL, on_joined, &joined);
  wait_until (joined.done);
  g_assert_no_error (joined.error);
  g_object_unref (joined.room);
  return joined.room;
}

void
idle_for (guint milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

/* Looks at every entry until all of them are there. */
void
load_all (HwRoom *room)
{
  HwHistory *history = hw_room_get_history (room);

  for (guint i = 0; i < hw_history_get_last (history); i++)
    while (!hw_history_is_loaded (history, i + 1))
      {
        g_object_unref (g_list_model_get_item (G_LIST_MODEL (history), i));
        wait_until (hw_history_is_loaded (history, i + 1)
                    || hw_room_get_state (room) != HW_ROOM_INSIDE);
        g_assert_cmpint (hw_room_get_state (room), ==, HW_ROOM_INSIDE);
      }
}

/* (transfer full): all that is shown of the log, a line an entry. */
char *
describe_history (HwRoom *room)
{
  GListModel *history = G_LIST_MODEL (hw_room_get_history (room));
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (history); i++)
    {
      g_autoptr (HwEntry) entry = g_list_model_get_item (history, i);
      const char *states[] = { "loading", "saved", "unsaved", "failed" };

      g_string_append_printf (out, "%" G_GUINT64_FORMAT " %s %s %s: %s\n", hw_entry_get_seq (entry),
                              states[hw_entry_get_state (entry)],
                              hw_entry_kind_to_string (hw_entry_get_kind (entry)),
                              hw_entry_get_from (entry), hw_entry_get_text (entry));
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* (transfer full): the same of what the server has. */
char *
describe_log (FakeRoom *room)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < room->entries->len; i++)
    {
      g_autofree char *json = g_strdup_printf ("{%s}", (char *) room->entries->pdata[i]);
      g_autoptr (JsonNode) node = json_from_string (json, NULL);
      JsonObject *entry = json_node_get_object (node);

      g_string_append_printf (out, "%" G_GINT64_FORMAT " saved %s %s: %s\n",
                              json_object_get_int_member (entry, "seq"),
                              json_object_get_string_member (entry, "kind"),
                              json_object_get_string_member_with_default (entry, "from", ""),
                              json_object_get_string_member_with_default (entry, "text", ""));
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
