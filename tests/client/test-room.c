/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rooms: what is said arrives once and in order whatever happens to the link, what was missed is
 * found again, counts are right, and the list of people follows. */

#include "place-fixture.h"

#include "client/member-list.h"
#include "protocol/error.h"
#include "protocol/fingerprint.h"

#include <string.h>

typedef PlaceFixture F;

static void
assert_same_log (HwRoom *room, FakeRoom *fake)
{
  g_autofree char *shown = NULL;
  g_autofree char *logged = describe_log (fake);

  load_all (room);
  shown = describe_history (room);
  g_assert_cmpstr (shown, ==, logged);
}

static guint
count_said (FakeRoom *fake, const char *text)
{
  g_autofree char *needle = g_strdup_printf ("\"text\":\"%s\"", text);
  guint n = 0;

  for (guint i = 0; i < fake->entries->len; i++)
    n += strstr (fake->entries->pdata[i], needle) ? 1 : 0;
  return n;
}

static void
fill (FakeServer *server, FakeRoom *fake, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("line %u", i);

      fake_room_say (server, fake, "Ben", text, NULL);
    }
}

static void
test_join_and_talk (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwHistory *history;
  HwRoom *room;
  HwEntry *mine;

  fill (f->server, fake, 500);
  go_online (f, "Ana");
  wait_until (g_list_model_get_n_items (hw_place_get_rooms (f->place)) == 1);
  room = join_room (f->place, "TEA");
  g_assert_cmpstr (hw_room_get_name (room), ==, "tea");
  g_assert_true (hw_place_find_room (f->place, "Tea") == room);
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_joined (f->place)), ==, 1);
  history = hw_room_get_history (room);
  g_assert_cmpuint (hw_history_get_last (history), ==, 502);
  /* The newest are there at once, the rest when somebody looks. */
  g_assert_true (hw_history_is_loaded (history, 502));
  g_assert_false (hw_history_is_loaded (history, 1));
  g_assert_cmpuint (hw_room_get_unread (room), ==, 0);

  mine = hw_room_say (room, "hello");
  g_assert_cmpint (hw_entry_get_state (mine), ==, HW_ENTRY_UNSAVED);
  g_assert_cmpuint (hw_history_get_n_unsaved (history), ==, 1);
  g_assert_cmpuint (hw_place_get_n_unsaved (f->place), ==, 1);
  wait_until (hw_history_get_n_unsaved (history) == 0);
  g_assert_cmpuint (hw_place_get_n_unsaved (f->place), ==, 0);
  g_assert_cmpuint (hw_room_get_unread (room), ==, 0);
  assert_same_log (room, fake);
}

static void
test_create_and_leave (F *f, gconstpointer data)
{
  HwRoom *room;
  g_autoptr (HwRoom) alive = NULL;

  go_online (f, "Ana");
  room = create_room (f->place, "exam prep");
  alive = g_object_ref (room);
  g_assert_cmpint (hw_room_get_state (room), ==, HW_ROOM_INSIDE);
  g_assert_cmpuint (hw_room_get_n_members (room), ==, 1);
  hw_room_leave_async (room, NULL, NULL, NULL);
  wait_until (hw_room_get_state (room) == HW_ROOM_OUTSIDE);
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_joined (f->place)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (hw_room_get_members (room)), ==, 0);
}

static void
test_no_such_room (F *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) invalid = NULL;

  go_online (f, "Ana");
  g_assert_null (try_to_join (f->place, "nowhere", NULL, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_NO_SUCH_ROOM);
  g_assert_null (hw_place_find_room (f->place, "nowhere"));
  g_assert_null (try_to_join (f->place, "/x", NULL, &invalid));
  g_assert_error (invalid, HW_ERROR, HW_ERROR_ROOM_INVALID);
}

static gboolean
swallow_join (FakeServer *server,
              FakeClient *client,
              const char *op,
              gint64 id,
              JsonObject *message,
              gpointer user_data)
{
  if (!g_str_equal (op, "join"))
    return FALSE;
  *(gint64 *) user_data = id;
  return TRUE;
}

static void
on_cancelled_join (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_assert_null (hw_place_join_finish (HW_PLACE (source), result, user_data));
}

static void
test_cancelled_join (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  go_online (f, "Ana");
  f->server->hook = swallow_join;
  f->server->hook_data = &id;
  hw_place_join_async (f->place, "tea", NULL, cancellable, on_cancelled_join, &error);
  wait_until (id > 0);
  g_cancellable_cancel (cancellable);
  wait_until (error != NULL);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* The answer comes all the same: then we go out again. */
  g_ptr_array_add (fake->members, g_strdup ("Ana"));
  fake_client_send (fake_server_get_client (f->server, "Ana"),
                    "{\"re\":%" G_GINT64_FORMAT
                    ",\"ok\":true,\"room\":\"tea\",\"topic\":\"\",\"members\":[],"
                    "\"entries\":[],\"more\":false,\"last\":1}",
                    id);
  wait_until (fake_server_count (f->server, "leave") == 1);
  wait_until (g_list_model_get_n_items (hw_place_get_joined (f->place)) == 0);
}

static void
test_resume (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  fake_room_say (f->server, fake, "Ben", "one", NULL);
  wait_until (hw_history_get_last (hw_room_get_history (room)) == 3);
  fake_server_stop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  g_assert_cmpint (hw_room_get_state (room), ==, HW_ROOM_JOINING);
  /* Typed while nobody hears it. */
  hw_room_say (room, "while away 1");
  hw_room_say (room, "while away 2");
  fill (f->server, fake, 700);
  fake_server_start (f->server);
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE);
  wait_until (hw_place_get_n_unsaved (f->place) == 0);
  wait_until (hw_room_get_unread (room) == 701);
  wait_until (hw_history_get_n_unsaved (hw_room_get_history (room)) == 0);
  assert_same_log (room, fake);
  g_assert_cmpuint (count_said (fake, "while away 1"), ==, 1);
  g_assert_cmpuint (count_said (fake, "while away 2"), ==, 1);
  g_assert_cmpuint (fake_server_count (f->server, "join"), ==, 2);
}

typedef struct
{
  guint drop_after;
  guint said;
} Cutter;

/* Saves what is said, and cuts the link before anybody learns of it. */
static gboolean
save_and_cut (FakeServer *server,
              FakeClient *client,
              const char *op,
              gint64 id,
              JsonObject *message,
              gpointer user_data)
{
  Cutter *cutter = user_data;
  FakeRoom *room = g_hash_table_lookup (server->rooms, "tea");

  if (!g_str_equal (op, "say") || ++cutter->said % cutter->drop_after != 0)
    return FALSE;
  fake_client_close (client);
  fake_room_say (server, room, client->name, json_object_get_string_member (message, "text"),
                 json_object_get_string_member (message, "key"));
  return TRUE;
}

static void
test_saved_but_not_told (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  Cutter cutter = { 3, 0 };
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  f->server->hook = save_and_cut;
  f->server->hook_data = &cutter;
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *text = g_strdup_printf ("mine %02u", i);

      hw_room_say (room, text);
    }
  while (hw_history_get_n_unsaved (hw_room_get_history (room)) > 0)
    {
      hw_place_retry_now (f->place);
      g_main_context_iteration (NULL, TRUE);
    }
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE);
  assert_same_log (room, fake);
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *text = g_strdup_printf ("mine %02u", i);

      /* Once each, and in the order they were typed. */
      g_assert_cmpuint (count_said (fake, text), ==, 1);
      g_assert_nonnull (strstr (fake->entries->pdata[2 + i], text));
    }
}

/* Lets the message be said, and answers in the name of a server that lost its memory: no event. */
static gboolean
refuse_twice (FakeServer *server,
              FakeClient *client,
              const char *op,
              gint64 id,
              JsonObject *message,
              gpointer user_data)
{
  guint *times = user_data;

  if (!g_str_equal (op, "say") || *times == 0)
    return FALSE;
  --*times;
  fake_client_send (client,
                    "{\"re\":%" G_GINT64_FORMAT ",\"ok\":false,\"error\":{\"code\":\"slow-down\","
                    "\"text\":\"Slowly.\",\"retry\":200}}",
                    id);
  return TRUE;
}

static void
test_slow_down_keeps_order (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  guint times = 2;
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  f->server->hook = refuse_twice;
  f->server->hook_data = &times;
  hw_room_say (room, "first");
  hw_room_say (room, "second");
  wait_until (hw_history_get_n_unsaved (hw_room_get_history (room)) == 0);
  assert_same_log (room, fake);
  g_assert_nonnull (strstr (fake->entries->pdata[2], "first"));
  g_assert_nonnull (strstr (fake->entries->pdata[3], "second"));
}

static gboolean
refuse_say (FakeServer *server,
            FakeClient *client,
            const char *op,
            gint64 id,
            JsonObject *message,
            gpointer user_data)
{
  if (!g_str_equal (op, "say"))
    return FALSE;
  fake_client_refuse (client, id, user_data, NULL);
  return TRUE;
}

static void
test_refused_message (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwHistory *history;
  HwRoom *room;
  HwEntry *mine;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  history = hw_room_get_history (room);
  f->server->hook = refuse_say;
  f->server->hook_data = (gpointer) "of-the-future";
  mine = hw_room_say (room, "hm");
  wait_until (hw_entry_get_state (mine) == HW_ENTRY_FAILED);
  g_assert_cmpstr (hw_entry_get_problem (mine), ==, "No: of-the-future.");
  g_assert_cmpuint (hw_place_get_n_unsaved (f->place), ==, 0);
  f->server->hook = NULL;
  hw_room_retry (room, mine);
  wait_until (hw_history_get_n_unsaved (history) == 0);
  assert_same_log (room, fake);

  f->server->hook = refuse_say;
  f->server->hook_data = (gpointer) "muted";
  mine = hw_room_say (room, "again");
  wait_until (hw_entry_get_state (mine) == HW_ENTRY_FAILED);
  hw_room_discard (room, mine);
  g_assert_cmpuint (hw_history_get_n_unsaved (history), ==, 0);
}

static void
test_too_long (F *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (9000, 'x');
  HwRoom *room;
  HwEntry *mine;

  fake_server_add_room (f->server, "tea");
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  mine = hw_room_say (room, text);
  g_assert_cmpint (hw_entry_get_state (mine), ==, HW_ENTRY_FAILED);
  idle_for (100);
  g_assert_cmpuint (fake_server_count (f->server, "say"), ==, 0);
}

/* To the server: who is called nobody hears nothing of the rooms. */
static void
be_called (FakeClient *client, const char *name)
{
  g_free (client->name);
  client->name = g_strdup (name);
}

static void
test_gap (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwHistory *history;
  FakeClient *client;
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  history = hw_room_get_history (room);
  client = fake_server_get_client (f->server, "Ana");
  /* The server leaves 450 entries out, and goes on after them. */
  be_called (client, "nobody");
  fill (f->server, fake, 449);
  fake_room_say (f->server, fake, "Ben", "hey Ana!", NULL);
  be_called (client, "Ana");
  fake_client_send (client, "{\"ev\":\"gap\",\"room\":\"tea\",\"after\":2,\"last\":452}");
  fake_room_say (f->server, fake, "Ben", "live", NULL);
  wait_until (hw_history_get_last (history) == 453);
  g_assert_true (hw_history_is_loaded (history, 453));
  wait_until (hw_room_get_unread (room) == 451);
  g_assert_cmpuint (hw_room_get_mentions (room), ==, 1);
  hw_room_set_read (room, 451);
  g_assert_cmpuint (hw_room_get_unread (room), ==, 2);
  hw_room_set_read (room, 453);
  g_assert_cmpuint (hw_room_get_unread (room), ==, 0);
  g_assert_cmpuint (hw_room_get_mentions (room), ==, 0);
  assert_same_log (room, fake);
}

/* What no event came for, and no "gap" told of, is asked for all the same. */
static void
test_untold_gap (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  FakeClient *client;
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  client = fake_server_get_client (f->server, "Ana");
  be_called (client, "nobody");
  fill (f->server, fake, 3);
  fake_room_say (f->server, fake, "Ben", "hey Ana!", NULL);
  be_called (client, "Ana");
  fake_room_say (f->server, fake, "Ben", "live", NULL);
  wait_until (hw_history_get_last (hw_room_get_history (room)) == 7);
  wait_until (hw_room_get_unread (room) == 5);
  g_assert_cmpuint (hw_room_get_mentions (room), ==, 1);
  assert_same_log (room, fake);
}

static void
test_read_gap_is_not_fetched (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  FakeClient *client;
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  client = fake_server_get_client (f->server, "Ana");
  be_called (client, "nobody");
  fill (f->server, fake, 5000);
  be_called (client, "Ana");
  fake_client_send (client, "{\"ev\":\"gap\",\"room\":\"tea\",\"after\":2,\"last\":5002}");
  wait_until (hw_history_get_last (hw_room_get_history (room)) == 5002);
  hw_room_set_read (room, 5002);
  idle_for (500);
  g_assert_cmpuint (fake_server_count (f->server, "history"), <=, 1);
  g_assert_cmpuint (hw_room_get_unread (room), ==, 0);
}

static void
on_message (HwPlace *place, HwRoom *room, HwEntry *entry, gpointer user_data)
{
  g_string_append_printf (user_data, "%s: %s\n", hw_entry_get_from (entry),
                          hw_entry_get_text (entry));
}

static void
test_unread (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  g_autoptr (GString) heard = g_string_new (NULL);
  HwRoom *room;

  go_online (f, "Ana");
  g_signal_connect (f->place, "message", G_CALLBACK (on_message), heard);
  room = join_room (f->place, "tea");
  g_assert_cmpuint (hw_room_get_last_read (room), ==, 2);
  fake_room_say (f->server, fake, "Ben", "banana", NULL);
  fake_room_say (f->server, fake, "Ben", "ana?", NULL);
  fake_room_add (f->server, fake, "joined", "Cleo", NULL);
  hw_room_say (room, "Ana here");
  wait_until (hw_history_get_last (hw_room_get_history (room)) == 6);
  g_assert_cmpuint (hw_room_get_unread (room), ==, 2);
  g_assert_cmpuint (hw_room_get_mentions (room), ==, 1);
  g_assert_cmpstr (heard->str, ==, "Ben: banana\nBen: ana?\n");
  hw_room_set_read (room, 3);
  g_assert_cmpuint (hw_room_get_unread (room), ==, 1);
  hw_room_set_read (room, 1);
  g_assert_cmpuint (hw_room_get_last_read (room), ==, 3);
  hw_room_set_read (room, G_MAXUINT64);
  g_assert_cmpuint (hw_room_get_last_read (room), ==, 6);
  g_assert_cmpuint (hw_room_get_mentions (room), ==, 0);
}

static char *
list_members (HwRoom *room)
{
  GListModel *members = hw_room_get_members (room);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (HwMember) member = g_list_model_get_item (members, i);

      g_string_append_printf (out, "%s ", hw_member_get_name (member));
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
test_people (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  g_autofree char *names = NULL;
  HwRoom *room;

  g_ptr_array_add (fake->members, g_strdup ("ben"));
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  fake_room_add (f->server, fake, "joined", "Zed", NULL);
  fake_room_add (f->server, fake, "joined", "Cleo", NULL);
  fake_room_add (f->server, fake, "joined", "cleo", NULL);
  fake_room_add (f->server, fake, "left", "BEN", "quit");
  fake_room_add (f->server, fake, "renamed", "Zed", "Aaron");
  fake_room_add (f->server, fake, "left", "nobody here", "quit");
  wait_until (hw_history_get_last (hw_room_get_history (room)) == 8);
  names = list_members (room);
  g_assert_cmpstr (names, ==, "Aaron Ana Cleo ");
  g_assert_cmpuint (hw_room_get_n_members (room), ==, 3);
}

static void
test_many_people (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwRoom *room;

  for (guint i = 0; i < 1600; i++)
    g_ptr_array_add (fake->members, g_strdup_printf ("person %04u", i));
  go_online (f, "ana");
  room = join_room (f->place, "tea");
  /* The reply names a thousand; the others are asked for, in pages. */
  wait_until (g_list_model_get_n_items (hw_room_get_members (room)) == 1601);
  g_assert_cmpuint (fake_server_count (f->server, "members"), ==, 3);
  g_assert_cmpuint (hw_room_get_n_members (room), ==, 1601);
  /* In a room that large nobody tells who comes and goes, only how many are there. */
  g_ptr_array_remove_range (fake->members, 1, 100);
  fake_client_send (fake_server_get_client (f->server, "ana"),
                    "{\"ev\":\"members\",\"room\":\"tea\",\"count\":1501}");
  wait_until (hw_room_get_n_members (room) == 1501);
  wait_until (g_list_model_get_n_items (hw_room_get_members (room)) == 1501);
  /* It shrinks, and each is told again. */
  g_ptr_array_remove_range (fake->members, 10, 1400);
  fake_room_add (f->server, fake, "left", "person 0005", "quit");
  wait_until (g_list_model_get_n_items (hw_room_get_members (room)) == fake->members->len);
}

static void
test_own_rename (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  fake_room_add (f->server, fake, "renamed", "Ana", "Anna");
  wait_until (hw_history_get_last (hw_room_get_history (room)) == 3);
  g_assert_cmpstr (hw_place_get_name (f->place), ==, "Anna");
}

static void
test_typing (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  FakeClient *client;
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  client = fake_server_get_client (f->server, "Ana");
  fake_client_send (client, "{\"ev\":\"typing\",\"room\":\"tea\",\"name\":\"Ben\"}");
  fake_client_send (client, "{\"ev\":\"typing\",\"room\":\"tea\",\"name\":\"Ana\"}");
  wait_until (hw_room_get_typing (room)[0] != NULL);
  g_assert_cmpuint (g_strv_length ((char **) hw_room_get_typing (room)), ==, 1);
  fake_room_say (f->server, fake, "Ben", "done", NULL);
  wait_until (hw_room_get_typing (room)[0] == NULL);
  /* A sign that nothing follows goes stale. */
  fake_client_send (client, "{\"ev\":\"typing\",\"room\":\"tea\",\"name\":\"Ben\"}");
  wait_until (hw_room_get_typing (room)[0] != NULL);
  wait_until (hw_room_get_typing (room)[0] == NULL);

  for (guint i = 0; i < 20; i++)
    hw_room_notify_typing (room);
  wait_until (fake_server_count (f->server, "typing") == 1);
  idle_for (100);
  g_assert_cmpuint (fake_server_count (f->server, "typing"), ==, 1);
}

static void
test_kicked_out (F *f, gconstpointer data)
{
  HwRoom *room;
  HwEntry *mine;

  fake_server_add_room (f->server, "tea");
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  fake_client_send (fake_server_get_client (f->server, "Ana"),
                    "{\"ev\":\"kicked-out\",\"room\":\"tea\",\"text\":\"Closed for today.\"}");
  wait_until (hw_room_get_state (room) == HW_ROOM_REMOVED);
  g_assert_cmpstr (hw_room_get_reason (room), ==, "Closed for today.");
  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_ONLINE);
  /* It stays to be read, but nothing can be said in it. */
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_joined (f->place)), ==, 1);
  mine = hw_room_say (room, "wait");
  g_assert_cmpint (hw_entry_get_state (mine), ==, HW_ENTRY_FAILED);
  hw_room_leave_async (room, NULL, NULL, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_joined (f->place)), ==, 0);
}

static void
test_made_anew (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwRoom *room;

  fill (f->server, fake, 30);
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  hw_room_say (room, "in the old one");
  wait_until (hw_place_get_n_unsaved (f->place) == 0);
  fake_server_stop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  /* While we were away the room was closed, and another made under its name, longer than the old.
   */
  fake = fake_server_add_room (f->server, "tea");
  fill (f->server, fake, 60);
  fake_server_start (f->server);
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE);
  wait_until (hw_history_get_last (hw_room_get_history (room)) == 62);
  assert_same_log (room, fake);
}

static void
test_gone_while_away (F *f, gconstpointer data)
{
  HwRoom *room;
  HwEntry *mine;

  fake_server_add_room (f->server, "tea");
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  fake_server_stop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  mine = hw_room_say (room, "too late");
  g_hash_table_remove_all (f->server->rooms);
  fake_server_start (f->server);
  wait_until (hw_room_get_state (room) == HW_ROOM_REMOVED);
  g_assert_cmpstr (hw_room_get_reason (room), ==, "No: no-such-room.");
  g_assert_cmpint (hw_entry_get_state (mine), ==, HW_ENTRY_FAILED);
  g_assert_cmpuint (hw_place_get_n_unsaved (f->place), ==, 0);
}

static void
test_left_while_away (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  fake_server_stop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  hw_room_leave_async (room, NULL, NULL, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_joined (f->place)), ==, 0);
  fake_server_start (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  /* The server still had us in it. */
  wait_until (fake->members->len == 0);
  g_assert_cmpuint (fake_server_count (f->server, "join"), ==, 1);
}

static void
test_lobby (F *f, gconstpointer data)
{
  GListModel *rooms = hw_place_get_rooms (f->place);
  g_autoptr (HwRoom) first = NULL;
  FakeClient *client;

  fake_server_add_room (f->server, "Tea");
  fake_server_add_room (f->server, "exam");
  go_online (f, "Ana");
  wait_until (g_list_model_get_n_items (rooms) == 2);
  first = g_list_model_get_item (rooms, 0);
  g_assert_cmpstr (hw_room_get_name (first), ==, "exam");
  client = fake_server_get_client (f->server, "Ana");
  fake_client_send (client, "{\"ev\":\"room\",\"room\":\"exam\",\"topic\":\"maths\",\"members\":7,"
                            "\"created\":5,\"last\":9,\"locked\":true}");
  fake_client_send (client, "{\"ev\":\"room\",\"room\":\"Bar\",\"topic\":\"\",\"members\":2}");
  fake_client_send (client, "{\"ev\":\"room-gone\",\"room\":\"tea\"}");
  wait_until (!hw_place_find_room (f->place, "tea"));
  g_assert_cmpuint (g_list_model_get_n_items (rooms), ==, 2);
  g_assert_cmpuint (hw_room_get_n_members (first), ==, 7);
  g_assert_cmpstr (hw_room_get_topic (first), ==, "maths");
  g_assert_true (hw_room_get_locked (first));
  g_assert_null (hw_place_find_room (f->place, "Tea"));
  fake_server_drop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  /* The new list is what counts: Bar was never in it. */
  wait_until (hw_place_find_room (f->place, "Bar") == NULL);
  g_assert_nonnull (hw_place_find_room (f->place, "tea"));
}

/* Answers pages with what does not belong there. */
static gboolean
wrong_pages (FakeServer *server,
             FakeClient *client,
             const char *op,
             gint64 id,
             JsonObject *message,
             gpointer user_data)
{
  if (!g_str_equal (op, "history"))
    return FALSE;
  fake_client_send (client,
                    "{\"re\":%" G_GINT64_FORMAT
                    ",\"ok\":true,\"more\":false,\"last\":900,\"entries\":["
                    "{\"seq\":7,\"at\":1,\"kind\":\"message\"},"
                    "{\"seq\":9,\"at\":1,\"kind\":\"message\"}]}",
                    id);
  return TRUE;
}

static void
test_wrong_page (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwRoom *room;

  fill (f->server, fake, 300);
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  f->server->hook = wrong_pages;
  g_test_expect_message ("hw-client", G_LOG_LEVEL_MESSAGE, "*broke the protocol*");
  g_object_unref (g_list_model_get_item (G_LIST_MODEL (hw_room_get_history (room)), 0));
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  g_test_assert_expected_messages ();
  f->server->hook = NULL;
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE);
  /* What could not be had is asked for again by itself. */
  wait_until (hw_history_is_loaded (hw_room_get_history (room), 1));
  assert_same_log (room, fake);
}

/* Many entries in one go must not starve the main loop. */
static void
test_flood (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwRoom *room;
  gint64 worst = 0;
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  for (guint turn = 0; turn < 20; turn++)
    {
      guint64 target = 2 + (turn + 1) * 500;

      fill (f->server, fake, 500);
      while (hw_history_get_last (hw_room_get_history (room)) < target)
        {
          gint64 before = g_get_monotonic_time ();

          g_main_context_iteration (NULL, FALSE);
          worst = MAX (worst, g_get_monotonic_time () - before);
          g_assert_cmpint (before, <, until);
        }
    }
  g_test_message ("longest turn of the loop: %" G_GINT64_FORMAT " µs", worst);
  g_assert_cmpuint (hw_room_get_unread (room), ==, 10000);
}

#define ADD(name, func) \
  g_test_add ("/room/" name, F, NULL, place_fixture_set_up, func, place_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("join-and-talk", test_join_and_talk);
  ADD ("create-and-leave", test_create_and_leave);
  ADD ("no-such-room", test_no_such_room);
  ADD ("cancelled-join", test_cancelled_join);
  ADD ("resume-without-hole-or-double", test_resume);
  ADD ("saved-but-not-told", test_saved_but_not_told);
  ADD ("slow-down-keeps-the-order", test_slow_down_keeps_order);
  ADD ("refused-message", test_refused_message);
  ADD ("too-long-is-not-sent", test_too_long);
  ADD ("gap", test_gap);
  ADD ("untold-gap", test_untold_gap);
  ADD ("read-gap-is-not-fetched", test_read_gap_is_not_fetched);
  ADD ("unread", test_unread);
  ADD ("people", test_people);
  ADD ("many-people", test_many_people);
  ADD ("own-rename", test_own_rename);
  ADD ("typing", test_typing);
  ADD ("kicked-out", test_kicked_out);
  ADD ("made-anew-while-away", test_made_anew);
  ADD ("gone-while-away", test_gone_while_away);
  ADD ("left-while-away", test_left_while_away);
  ADD ("lobby", test_lobby);
  ADD ("wrong-page", test_wrong_page);
  ADD ("flood", test_flood);
  return g_test_run ();
}
