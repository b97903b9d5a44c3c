/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What survives the program: messages on their way, whispers and drafts, over a quit, over a crash,
 * over damaged files, and how it is forgotten. */

#include "place-fixture.h"

#include "client/entry-private.h"
#include "client/outbox.h"
#include "client/stash.h"
#include "client/whisper-log.h"

#include "protocol/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  PlaceFixture base;
  HwStash *stash;
  char *path;
  GPtrArray *keys;  /* of what the server was asked to say or whisper */
  gboolean swallow; /* it keeps nothing of it, and says nothing */
  gint64 last_id;   /* of the last of these requests */
} F;

static gboolean
look (FakeServer *server,
      FakeClient *client,
      const char *op,
      gint64 id,
      JsonObject *message,
      gpointer user_data)
{
  F *f = user_data;

  if (g_str_equal (op, "received"))
    return TRUE; /* without an id there is no answer */
  if (!g_str_equal (op, "say") && !g_str_equal (op, "whisper"))
    return FALSE;
  f->last_id = id;
  g_ptr_array_add (f->keys, g_strdup (json_object_get_string_member (message, "key")));
  if (f->swallow || g_str_equal (op, "say"))
    return f->swallow;
  fake_client_send (client,
                    "{\"re\":%" G_GINT64_FORMAT
                    ",\"ok\":true,\"at\":1763625600123,\"delivered\":\"now\"}",
                    id);
  return TRUE;
}

static void
set_up (F *f, gconstpointer data)
{
  place_fixture_set_up (&f->base, data);
  f->path = g_build_filename (f->base.folder, "places", NULL);
  f->stash = hw_stash_new (f->path);
  f->keys = g_ptr_array_new_with_free_func (g_free);
  f->base.server->hook = look;
  f->base.server->hook_data = f;
  hw_place_set_stash (f->base.place, f->stash);
}

static void
tear_down (F *f, gconstpointer data)
{
  hw_place_disconnect (f->base.place);
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  place_fixture_tear_down (&f->base, data);
  g_assert_finalize_object (f->stash);
  g_ptr_array_unref (f->keys);
  g_free (f->path);
}

/* Another start of the program. */
static void
start_again (F *f)
{
  hw_place_disconnect (f->base.place);
  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->base.place);
  f->base.place = make_place (&f->base);
  hw_place_set_stash (f->base.place, f->stash);
}

static HwRoom *
wait_for_joined (F *f)
{
  GListModel *joined = hw_place_get_joined (f->base.place);
  HwRoom *room;

  wait_until (g_list_model_get_n_items (joined) == 1);
  room = g_list_model_get_item (joined, 0);
  g_object_unref (room);
  return room;
}

static guint
count_unsaved (HwRoom *room)
{
  return hw_history_get_n_unsaved (hw_room_get_history (room));
}

static void
test_comes_back_and_goes_out_once (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->base.server, "tea");
  guint n_restored = 0;
  HwRoom *room;

  go_online (&f->base, "Ana");
  room = join_room (f->base.place, "tea");
  f->swallow = TRUE;
  hw_room_say (room, "first");
  hw_room_say (room, "second\nline");
  wait_until (f->keys->len == 1 && count_unsaved (room) == 2);
  g_assert_true (hw_place_keeps_unsaved (f->base.place));
  start_again (f);
  f->swallow = FALSE;
  g_signal_connect_swapped (f->base.place, "restored", G_CALLBACK (g_atomic_int_inc), &n_restored);
  go_online (&f->base, "ANA");
  /* Nobody asked for the room: what waits brings us there. */
  room = wait_for_joined (f);
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE && count_unsaved (room) == 0);
  g_assert_cmpuint (n_restored, ==, 1);
  g_assert_cmpuint (hw_place_get_n_unsaved (f->base.place), ==, 0);
  g_assert_cmpuint (f->keys->len, ==, 3);
  g_assert_cmpstr (f->keys->pdata[0], ==, f->keys->pdata[1]);
  g_assert_cmpuint (fake->entries->len, ==, 5);
  start_again (f);
  go_online (&f->base, "Ana");
  idle_for (100);
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_joined (f->base.place)), ==, 0);
  g_assert_cmpuint (f->keys->len, ==, 3);
}

static void
test_is_on_disk_before_it_is_shown (F *f, gconstpointer data)
{
  HwRoom *room;

  fake_server_add_room (f->base.server, "tea");
  go_online (&f->base, "Ana");
  room = join_room (f->base.place, "tea");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  g_assert_null (hw_room_say (room, "not yet"));
  g_assert_cmpuint (count_unsaved (room), ==, 0);
  g_assert_cmpuint (hw_place_get_n_unsaved (f->base.place), ==, 1);
  g_assert_cmpuint (f->keys->len, ==, 0);
  wait_until (count_unsaved (room) == 1);
  wait_until (count_unsaved (room) == 0);
}

/* Another name is somebody else, who must not send what Ana wrote. */
static void
test_other_name_has_its_own (F *f, gconstpointer data)
{
  HwRoom *room;

  fake_server_add_room (f->base.server, "tea");
  go_online (&f->base, "Ana");
  room = join_room (f->base.place, "tea");
  f->swallow = TRUE;
  hw_room_say (room, "mine");
  wait_until (f->keys->len == 1);
  start_again (f);
  go_online (&f->base, "Ben");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  g_assert_cmpuint (hw_place_get_n_unsaved (f->base.place), ==, 0);
  start_again (f);
  go_online (&f->base, "Ana");
  wait_until (hw_place_get_n_unsaved (f->base.place) == 1);
}

/* A guest is another one each time, and the server knows keys by names: the person decides. */
static void
test_nameless_guest_decides (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->base.server, "tea");
  HwHistory *history;
  HwRoom *room;

  go_online (&f->base, NULL);
  g_assert_cmpstr (hw_place_get_name (f->base.place), ==, "Guest1");
  room = join_room (f->base.place, "tea");
  f->swallow = TRUE;
  hw_room_say (room, "mine");
  wait_until (f->keys->len == 1);
  start_again (f);
  f->swallow = FALSE;
  go_online (&f->base, NULL);
  wait_until (hw_place_keeps_unsaved (f->base.place));
  if (g_strcmp0 (hw_place_get_name (f->base.place), "Guest1") != 0)
    {
      g_assert_cmpuint (hw_place_get_n_unsaved (f->base.place), ==, 0);
      room = join_room (f->base.place, "tea");
      history = hw_room_get_history (room);
      g_assert_nonnull (hw_entry_get_problem (hw_history_get_unsaved (history, 0)));
      hw_room_retry (room, hw_history_get_unsaved (history, 0));
    }
  else
    room = wait_for_joined (f);
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE && count_unsaved (room) == 0);
  g_assert_cmpuint (fake->entries->len, >=, 3);
  g_assert_cmpuint (f->keys->len, ==, 2);
}

static void
cut_and_rename (F *f, const char *name)
{
  hw_place_log_in (f->base.place, name, NULL, FALSE);
  wait_until (hw_place_get_state (f->base.place) == HW_PLACE_ONLINE
              && g_strcmp0 (hw_place_get_name (f->base.place), name) == 0);
}

/* What was on its way when we became somebody else may be there already, as somebody else's. */
static void
test_other_name_in_one_session (F *f, gconstpointer data)
{
  HwHistory *history;
  HwRoom *room;

  fake_server_add_room (f->base.server, "tea");
  go_online (&f->base, "Ana");
  room = join_room (f->base.place, "tea");
  history = hw_room_get_history (room);
  wait_until (hw_place_keeps_unsaved (f->base.place));
  f->swallow = TRUE;
  hw_room_say (room, "on its way");
  hw_room_say (room, "not yet");
  wait_until (f->keys->len == 1 && count_unsaved (room) == 2);
  f->swallow = FALSE;
  cut_and_rename (f, "Cleo");
  wait_until (count_unsaved (room) == 1);
  g_assert_cmpstr (hw_entry_get_text (hw_history_get_unsaved (history, 0)), ==, "on its way");
  g_assert_nonnull (hw_entry_get_problem (hw_history_get_unsaved (history, 0)));
  g_assert_cmpuint (f->keys->len, ==, 2);
  g_assert_cmpstr (f->keys->pdata[0], !=, f->keys->pdata[1]);
}

static void
test_refused_stays_with_why (F *f, gconstpointer data)
{
  HwRoom *room;
  HwHistory *history;

  fake_server_add_room (f->base.server, "tea");
  go_online (&f->base, "Ana");
  room = join_room (f->base.place, "tea");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  f->swallow = TRUE;
  hw_room_say (room, "too loud");
  wait_until (f->keys->len == 1);
  fake_client_refuse (fake_server_get_client (f->base.server, "Ana"), f->last_id, "muted", NULL);
  wait_until (hw_place_get_n_unsaved (f->base.place) == 0);
  start_again (f);
  f->swallow = FALSE;
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  /* It goes nowhere by itself. */
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_joined (f->base.place)), ==, 0);
  room = join_room (f->base.place, "tea");
  history = hw_room_get_history (room);
  g_assert_cmpuint (count_unsaved (room), ==, 1);
  g_assert_cmpstr (hw_entry_get_problem (hw_history_get_unsaved (history, 0)), ==, "No: muted.");
  hw_room_retry (room, hw_history_get_unsaved (history, 0));
  wait_until (count_unsaved (room) == 0);
  g_assert_cmpuint (f->keys->len, ==, 2);
  g_assert_cmpstr (f->keys->pdata[0], ==, f->keys->pdata[1]);
}

static void
test_discarded_is_gone (F *f, gconstpointer data)
{
  HwRoom *room;

  fake_server_add_room (f->base.server, "tea");
  go_online (&f->base, "Ana");
  room = join_room (f->base.place, "tea");
  f->swallow = TRUE;
  hw_room_say (room, "never mind");
  wait_until (count_unsaved (room) == 1);
  hw_room_discard (room, hw_history_get_unsaved (hw_room_get_history (room), 0));
  start_again (f);
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  g_assert_cmpuint (hw_place_get_n_unsaved (f->base.place), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_joined (f->base.place)), ==, 0);
}

static void
test_left_room_waits_for_return (F *f, gconstpointer data)
{
  HwRoom *room;

  fake_server_add_room (f->base.server, "tea");
  go_online (&f->base, "Ana");
  room = join_room (f->base.place, "tea");
  f->swallow = TRUE;
  hw_room_say (room, "later");
  wait_until (f->keys->len == 1 && hw_place_keeps_unsaved (f->base.place));
  fake_server_stop (f->base.server);
  wait_until (hw_place_get_state (f->base.place) == HW_PLACE_RECONNECTING);
  hw_room_leave_async (room, NULL, NULL, NULL);
  f->swallow = FALSE;
  fake_server_start (f->base.server);
  hw_place_retry_now (f->base.place);
  wait_until (hw_place_get_state (f->base.place) == HW_PLACE_ONLINE);
  idle_for (50);
  g_assert_cmpuint (f->keys->len, ==, 1);
  room = join_room (f->base.place, "tea");
  wait_until (f->keys->len == 2 && count_unsaved (room) == 0);
}

static HwEntry *
get_entry (HwWhisper *whisper, guint i)
{
  GListModel *history = G_LIST_MODEL (hw_whisper_get_history (whisper));
  HwEntry *entry;

  g_assert_cmpuint (i, <, g_list_model_get_n_items (history));
  g_object_unref (g_list_model_get_item (history, i));
  wait_until (hw_history_peek (hw_whisper_get_history (whisper), i) != NULL);
  entry = hw_history_peek (hw_whisper_get_history (whisper), i);
  return entry;
}

static void
whisper_to_us (F *f, const char *from, const char *text)
{
  fake_client_send (fake_server_get_client (f->base.server, "Ana"),
                    "{\"ev\":\"whisper\",\"from\":\"%s\",\"text\":\"%s\",\"at\":1763625600123}",
                    from, text);
}

static void
test_whispers_come_back (F *f, gconstpointer data)
{
  GListModel *whispers;
  HwWhisper *whisper;

  go_online (&f->base, "Ana");
  whispers = hw_place_get_whispers (f->base.place);
  whisper_to_us (f, "Ben", "psst");
  wait_until (g_list_model_get_n_items (whispers) == 1);
  whisper = hw_place_open_whisper (f->base.place, "Ben");
  hw_whisper_set_read (whisper, 1);
  hw_whisper_say (whisper, "yes?");
  wait_until (f->keys->len == 1 && hw_place_get_n_unsaved (f->base.place) == 0);
  whisper_to_us (f, "Ben", "tea?");
  wait_until (hw_whisper_get_unread (whisper) == 1);
  f->swallow = TRUE;
  hw_whisper_say (whisper, "coming");
  wait_until (f->keys->len == 2);

  start_again (f);
  f->swallow = FALSE;
  go_online (&f->base, "Ana");
  whispers = hw_place_get_whispers (f->base.place);
  /* Even one that was waiting for us at the door is the newest. */
  whisper_to_us (f, "BEN", "where are you?");
  wait_until (g_list_model_get_n_items (whispers) == 1);
  whisper = hw_place_open_whisper (f->base.place, "Ben");
  wait_until (hw_history_get_last (hw_whisper_get_history (whisper)) == 5);
  g_assert_cmpstr (hw_entry_get_text (get_entry (whisper, 0)), ==, "psst");
  g_assert_cmpstr (hw_entry_get_text (get_entry (whisper, 1)), ==, "yes?");
  g_assert_cmpstr (hw_entry_get_from (get_entry (whisper, 1)), ==, "Ana");
  g_assert_cmpstr (hw_entry_get_text (get_entry (whisper, 2)), ==, "tea?");
  g_assert_cmpuint (hw_whisper_get_unread (whisper), ==, 2);
  g_assert_cmpuint (f->keys->len, ==, 3);
  g_assert_cmpstr (f->keys->pdata[1], ==, f->keys->pdata[2]);

  /* Closed, it comes back when it is wanted; forgotten, never. */
  hw_place_close_whisper (f->base.place, whisper);
  start_again (f);
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_whispers (f->base.place)), ==, 0);
  whisper = hw_place_open_whisper (f->base.place, "ben");
  g_assert_cmpuint (hw_history_get_last (hw_whisper_get_history (whisper)), ==, 5);
  hw_place_forget_whisper (f->base.place, whisper);
  start_again (f);
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  whisper = hw_place_open_whisper (f->base.place, "Ben");
  g_assert_cmpuint (hw_history_get_last (hw_whisper_get_history (whisper)), ==, 0);
}

static char *
find_file (const char *folder, const char *wanted)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *found = NULL;

      if (g_str_equal (name, wanted))
        return g_steal_pointer (&path);
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        found = find_file (path, wanted);
      if (found)
        return found;
    }
  return NULL;
}

static gboolean
hear_no_goodbye (FakeServer *server,
                 FakeClient *client,
                 const char *op,
                 gint64 id,
                 JsonObject *message,
                 gpointer data)
{
  return g_str_equal (op, "logout");
}

/* The program dies, and nobody hears it say goodbye; its session's file stays. */
static void
crash (F *f)
{
  g_autofree char *path = NULL;
  GStatBuf info;

  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  path = find_file (f->path, "session");
  g_assert_nonnull (path);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  f->base.server->hook = hear_no_goodbye;
  start_again (f);
}

static void
test_own_session_after_a_crash (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->base.server, "tea");
  guint n_restored = 0;
  guint n_logins;
  HwRoom *room;

  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  join_room (f->base.place, "tea");
  crash (f);
  g_signal_connect_swapped (f->base.place, "restored", G_CALLBACK (g_atomic_int_inc), &n_restored);
  n_logins = fake_server_count (f->base.server, "login");
  go_online (&f->base, "Ana");
  g_assert_cmpuint (fake_server_count (f->base.server, "login"), ==, n_logins + 1);
  g_assert_cmpuint (n_restored, ==, 1);
  room = wait_for_joined (f);
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE);
  wait_until (hw_place_keeps_unsaved (f->base.place));

  /* Tokens end with the server's process: then we come as anybody does, and are nowhere. */
  crash (f);
  g_hash_table_remove_all (f->base.server->tokens);
  g_ptr_array_set_size (fake->members, 0);
  go_online (&f->base, "Ana");
  g_assert_cmpstr (hw_place_get_name (f->base.place), ==, "Ana");
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_joined (f->base.place)), ==, 0);
}

/* What was on its way when we left is ours, and not of whoever takes the name next. */
static void
test_session_that_ended_is_told_of (F *f, gconstpointer data)
{
  guint n_logins;

  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  hw_place_disconnect (f->base.place);
  start_again (f);
  g_hash_table_remove_all (f->base.server->tokens);
  n_logins = fake_server_count (f->base.server, "login");
  go_online (&f->base, "Ana");
  g_assert_cmpuint (fake_server_count (f->base.server, "login"), ==, n_logins + 2);
  g_assert_cmpstr (hw_place_get_name (f->base.place), ==, "Ana");
}

static void
test_session_is_not_anybodys (F *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  guint n_logins;

  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  crash (f);
  path = find_file (f->path, "session");
  g_assert_nonnull (path);
  /* Another name has no part in it, and what cannot be read is as if it were not there. */
  n_logins = fake_server_count (f->base.server, "login");
  go_online (&f->base, "Ben");
  g_assert_cmpstr (hw_place_get_name (f->base.place), ==, "Ben");
  start_again (f);
  for (guint i = 0; i < 3; i++)
    {
      static const char *const texts[]
          = { "", "{\"token\":7}", "{\"token\":\"x\",\"rooms\":[{},\"\"]}" };

      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      go_online (&f->base, "Ana");
      g_assert_cmpstr (hw_place_get_name (f->base.place), ==, "Ana");
      start_again (f);
    }
  g_assert_cmpuint (fake_server_count (f->base.server, "login"), ==, n_logins + 5);
}

static gboolean
is_kept (F *f, const char *text)
{
  g_autofree char *all = NULL;

  hw_file_thread_flush (hw_stash_get_thread (f->stash));
  all = read_all_files (f->path);
  return strstr (all, text) != NULL;
}

static void
test_forgets (F *f, gconstpointer data)
{
  HwRoom *room;
  HwWhisper *whisper;

  fake_server_add_room (f->base.server, "tea");
  go_online (&f->base, "Ana");
  room = join_room (f->base.place, "tea");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  f->swallow = TRUE;
  hw_room_say (room, "secret one");
  whisper = hw_place_open_whisper (f->base.place, "Ben");
  whisper_to_us (f, "Ben", "secret two");
  wait_until (hw_whisper_get_unread (whisper) == 1 && f->keys->len == 1);
  hw_place_set_draft (f->base.place, "tea", "secret three");
  idle_for (1000);
  g_assert_true (is_kept (f, "secret one"));
  g_assert_true (is_kept (f, "secret two"));
  g_assert_true (is_kept (f, "secret three"));

  /* Whispers alone. */
  hw_stash_set_keeps_whispers (f->stash, FALSE);
  g_assert_false (is_kept (f, "secret two"));
  whisper_to_us (f, "Ben", "secret four");
  wait_until (hw_whisper_get_unread (whisper) == 2);
  g_assert_false (is_kept (f, "secret four"));
  hw_stash_set_keeps_whispers (f->stash, TRUE);
  g_assert_true (is_kept (f, "secret two"));

  hw_stash_forget (f->stash, hw_place_get_id (f->base.place));
  g_assert_false (hw_place_keeps_unsaved (f->base.place));
  hw_room_say (room, "secret five");
  whisper_to_us (f, "Ben", "secret six");
  wait_until (hw_whisper_get_unread (whisper) == 3);
  g_assert_false (is_kept (f, "secret"));
  /* What was on its way is in memory still. */
  g_assert_cmpuint (hw_place_get_n_unsaved (f->base.place), ==, 2);
}

static void
test_drafts (F *f, gconstpointer data)
{
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  hw_place_set_draft (f->base.place, "Tea", "half a sen");
  hw_place_set_draft (f->base.place, "exam", "x");
  hw_place_set_draft (f->base.place, "exam", "");
  start_again (f);
  g_assert_null (hw_place_get_draft (f->base.place, "tea"));
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  g_assert_cmpstr (hw_place_get_draft (f->base.place, "TEA"), ==, "half a sen");
  g_assert_null (hw_place_get_draft (f->base.place, "exam"));
}

static void
whisper_with_key (F *f, const char *key, const char *text, guint number)
{
  fake_client_send (fake_server_get_client (f->base.server, "Ana"),
                    "{\"ev\":\"whisper\",\"from\":\"Ben\",\"text\":\"%s\",\"key\":\"%s\","
                    "\"at\":1763625600123,\"n\":%u}",
                    text, key, number);
}

static void
block_thread (gpointer data)
{
  GMutex *mutex = data;

  g_mutex_lock (mutex);
  g_mutex_unlock (mutex);
}

/* The server keeps a whisper until we say that it has arrived, and that is on the disk. */
static void
test_whispers_are_confirmed_when_kept (F *f, gconstpointer data)
{
  HwWhisper *whisper;
  GMutex disk;

  g_mutex_init (&disk);
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  whisper = hw_place_open_whisper (f->base.place, "Ben");
  g_mutex_lock (&disk);
  hw_file_thread_push (hw_stash_get_thread (f->stash), block_thread, NULL, &disk);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      whisper_with_key (f, key, key, i);
    }
  wait_until (hw_whisper_get_unread (whisper) == 3);
  idle_for (50);
  g_assert_cmpuint (fake_server_count (f->base.server, "received"), ==, 0);
  g_mutex_unlock (&disk);
  wait_until (fake_server_saw (f->base.server, "{\"op\":\"received\",\"n\":3}"));
  g_assert_true (is_kept (f, "\"theirs\":\"k3\""));

  /* A server that did not hear of it gives them again, to the next start of the program, too. */
  start_again (f);
  go_online (&f->base, "Ana");
  whisper_with_key (f, "k3", "k3", 1);
  whisper_with_key (f, "k4", "k4", 2);
  wait_until (fake_server_saw (f->base.server, "{\"op\":\"received\",\"n\":2}"));
  whisper = hw_place_open_whisper (f->base.place, "Ben");
  g_assert_cmpuint (hw_whisper_get_unread (whisper), ==, 4);
  g_mutex_clear (&disk);
}

/* What a crash would have left on the disk. */
typedef struct
{
  char *path; /* of the places */
  char *outbox;
  char *whispers;
} Snapshot;

static char *
read_kept (const char *path, const char *name)
{
  g_autofree char *file = find_file (path, name);
  char *text = NULL;

  if (file)
    g_file_get_contents (file, &text, NULL, NULL);
  return text ? text : g_strdup ("");
}

static void
run_snapshot (gpointer data)
{
  Snapshot *snapshot = data;

  snapshot->outbox = read_kept (snapshot->path, "outbox");
  snapshot->whispers = read_kept (snapshot->path, "whispers");
}

/* Whatever is written together: what was whispered is on the disk before it is settled. */
static void
test_whispered_is_in_one_file_at_least (F *f, gconstpointer data)
{
  HwFileThread *thread = hw_stash_get_thread (f->stash);
  Snapshot snapshot = { .path = f->path };
  g_autofree char *done = NULL;
  HwWhisper *whisper;
  GMutex disk;

  g_mutex_init (&disk);
  go_online (&f->base, "Ana");
  wait_until (hw_place_keeps_unsaved (f->base.place));
  whisper = hw_place_open_whisper (f->base.place, "Ben");
  f->swallow = TRUE;
  hw_whisper_say (whisper, "one");
  wait_until (f->keys->len == 1);
  g_mutex_lock (&disk);
  hw_file_thread_push (thread, block_thread, NULL, &disk);
  hw_whisper_say (whisper, "two");
  hw_file_thread_push (thread, run_snapshot, NULL, &snapshot);
  fake_client_send (fake_server_get_client (f->base.server, "Ana"),
                    "{\"re\":%" G_GINT64_FORMAT
                    ",\"ok\":true,\"at\":1763625600123,\"delivered\":\"now\"}",
                    f->last_id);
  wait_until (hw_history_get_last (hw_whisper_get_history (whisper)) == 1);
  g_mutex_unlock (&disk);
  hw_file_thread_flush (thread);
  done = g_strdup_printf ("{\"done\":\"%s\"}", (char *) f->keys->pdata[0]);
  g_assert_nonnull (strstr (snapshot.outbox, "two"));
  g_assert_true (strstr (snapshot.whispers, "one") || !strstr (snapshot.outbox, done));
  wait_until (is_kept (f, f->keys->pdata[0]));
  f->swallow = FALSE;
  start_again (f);
  g_free (snapshot.outbox);
  g_free (snapshot.whispers);
  g_mutex_clear (&disk);
}

#define ADD(name, func) g_test_add ("/stash/" name, F, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("comes-back-and-goes-out-once", test_comes_back_and_goes_out_once);
  ADD ("is-on-disk-before-it-is-shown", test_is_on_disk_before_it_is_shown);
  ADD ("other-name-has-its-own", test_other_name_has_its_own);
  ADD ("nameless-guest-decides", test_nameless_guest_decides);
  ADD ("other-name-in-one-session", test_other_name_in_one_session);
  ADD ("refused-stays-with-why", test_refused_stays_with_why);
  ADD ("discarded-is-gone", test_discarded_is_gone);
  ADD ("left-room-waits-for-return", test_left_room_waits_for_return);
  ADD ("whispers-come-back", test_whispers_come_back);
  ADD ("whispers-are-confirmed-when-kept", test_whispers_are_confirmed_when_kept);
  ADD ("whispered-is-in-one-file-at-least", test_whispered_is_in_one_file_at_least);
  ADD ("own-session-after-a-crash", test_own_session_after_a_crash);
  ADD ("session-that-ended-is-told-of", test_session_that_ended_is_told_of);
  ADD ("session-is-not-anybodys", test_session_is_not_anybodys);
  ADD ("forgets", test_forgets);
  ADD ("drafts", test_drafts);
  return g_test_run ();
}
