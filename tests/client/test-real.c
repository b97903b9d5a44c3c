/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Places and the real server: what the one means by the protocol is what the other does. */

#include "fault-proxy.h"
#include "place-fixture.h"
#include "real-server.h"

#include "protocol/error.h"

#include <string.h>

typedef struct
{
  char *folder;
  RealServer *server;
  HwKnownPlaces *known;
  HwPlace *ana;
  HwPlace *ben;
} F;

static void
set_up (F *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hallway-real-XXXXXX", NULL);
  g_assert_nonnull (f->folder);
  f->server = real_server_new (f->folder);
  f->known = make_known_places (f->folder);
}

static void
drop (HwPlace **place)
{
  if (!*place)
    return;
  hw_place_disconnect (*place);
  wait_until (!hw_place_is_saying_goodbye (*place));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (*place);
  *place = NULL;
}

static void
tear_down (F *f, gconstpointer data)
{
  drop (&f->ana);
  drop (&f->ben);
  g_assert_finalize_object (f->known);
  real_server_free (f->server);
  remove_folder (f->folder);
  g_free (f->folder);
}

static HwPlace *
make (F *f, const char *address, const char *name)
{
  g_autoptr (GError) error = NULL;
  HwPlace *place = hw_place_new (address, f->known, &error);

  g_assert_no_error (error);
  hw_place_connect (place, name, NULL);
  wait_until (hw_place_get_state (place) != HW_PLACE_CONNECTING
              && hw_place_get_state (place) != HW_PLACE_LOGGING_IN);
  return place;
}

static HwPlace *
make_online (F *f, const char *name)
{
  g_autofree char *address = real_server_get_address (f->server);
  HwPlace *place = make (f, address, name);

  g_assert_cmpint (hw_place_get_state (place), ==, HW_PLACE_ONLINE);
  return place;
}

static void
say (HwRoom *room, const char *who, guint i)
{
  g_autofree char *text = g_strdup_printf ("%s says %03u", who, i);

  g_assert_nonnull (hw_room_say (room, text));
}

/* Both see the same log, without a hole, and each of @n messages of @who once and in order. */
static void
assert_agree (HwRoom *one, HwRoom *other, const char *who, guint n)
{
  g_autofree char *shown = NULL;
  g_autofree char *there = NULL;
  const char *from;

  /* An answer may be faster than the event that shows what it is about. */
  wait_until (hw_history_get_n_unsaved (hw_room_get_history (one)) == 0
              && hw_history_get_n_unsaved (hw_room_get_history (other)) == 0);
  wait_until (hw_history_get_last (hw_room_get_history (one))
              == hw_history_get_last (hw_room_get_history (other)));
  load_all (one);
  load_all (other);
  shown = describe_history (one);
  there = describe_history (other);
  g_assert_cmpstr (shown, ==, there);
  from = shown;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *needle = g_strdup_printf (": %s says %03u\n", who, i);
      const char *hit = strstr (from, needle);

      if (!hit)
        g_test_message ("%s", shown);
      g_assert_nonnull (hit);
      g_assert_null (strstr (hit + 1, needle));
      from = hit;
    }
}

static void
test_talk (F *f, gconstpointer data)
{
  HwRoom *anas;
  HwRoom *bens;

  real_server_start (f->server, NULL);
  f->ana = make_online (f, "Ana");
  f->ben = make_online (f, NULL);
  g_assert_true (hw_place_get_guest (f->ben));
  anas = create_room (f->ana, "tea");
  wait_until (hw_place_find_room (f->ben, "tea") != NULL);
  bens = join_room (f->ben, "tea");
  g_assert_cmpstr (hw_room_get_topic (bens), ==, "a topic");
  g_assert_cmpuint (hw_room_get_n_members (bens), ==, 2);
  wait_until (hw_room_get_n_members (anas) == 2);
  for (guint i = 0; i < 10; i++)
    {
      say (anas, "Ana", i);
      say (bens, "Ben", i);
    }
  wait_until (hw_place_get_n_unsaved (f->ana) == 0 && hw_place_get_n_unsaved (f->ben) == 0);
  wait_until (hw_room_get_unread (anas) == 10 && hw_room_get_unread (bens) == 10);
  assert_agree (anas, bens, "Ana", 10);
  assert_agree (bens, anas, "Ben", 10);
  hw_room_notify_typing (anas);
  wait_until (g_strv_contains (hw_room_get_typing (bens), "Ana"));
  hw_room_leave_async (bens, NULL, NULL, NULL);
  wait_until (hw_room_get_n_members (anas) == 1);
}

static void
test_refusals (F *f, gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  real_server_start (f->server, NULL);
  address = real_server_get_address (f->server);
  f->ana = make_online (f, "Ana");
  f->ben = make (f, address, "ANA");
  g_assert_cmpint (hw_place_get_state (f->ben), ==, HW_PLACE_REFUSED);
  g_assert_error (hw_place_get_error (f->ben), HW_ERROR, HW_ERROR_NAME_IN_USE);
  hw_place_log_in (f->ben, "Ben\u202e", NULL, FALSE);
  wait_until (hw_place_get_state (f->ben) == HW_PLACE_REFUSED);
  g_assert_error (hw_place_get_error (f->ben), HW_ERROR, HW_ERROR_NAME_INVALID);
  hw_place_log_in (f->ben, "Ben", NULL, FALSE);
  wait_until (hw_place_get_state (f->ben) == HW_PLACE_ONLINE);
  g_assert_null (try_to_join (f->ben, "nowhere", NULL, &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_NO_SUCH_ROOM);
}

static void
test_encrypted (F *f, gconstpointer data)
{
  g_autofree char *address = NULL;
  HwRoom *anas;
  HwRoom *bens;

  real_server_start (f->server, "--plaintext", "never", NULL);
  address = real_server_get_address (f->server);
  f->ana = make (f, address, "Ana");
  g_assert_cmpint (hw_place_get_state (f->ana), ==, HW_PLACE_ASKING);
  hw_place_trust (f->ana);
  wait_until (hw_place_get_state (f->ana) == HW_PLACE_ONLINE);
  g_assert_true (hw_place_get_encrypted (f->ana));
  /* Trusted once, for everybody who uses these known places. */
  f->ben = make_online (f, "Ben");
  anas = create_room (f->ana, "tea");
  bens = join_room (f->ben, "tea");
  for (guint i = 0; i < 5; i++)
    say (anas, "Ana", i);
  wait_until (hw_place_get_n_unsaved (f->ana) == 0);
  assert_agree (anas, bens, "Ana", 5);
}

static void
test_killed_and_restarted (F *f, gconstpointer data)
{
  HwRoom *anas;
  HwRoom *bens;
  guint n = 0;

  real_server_start (f->server, "--rate", "0", NULL);
  f->ana = make_online (f, "Ana");
  f->ben = make_online (f, "Ben");
  anas = create_room (f->ana, "tea");
  bens = join_room (f->ben, "tea");
  for (guint round = 0; round < 3; round++)
    {
      guint64 last = hw_history_get_last (hw_room_get_history (anas));

      for (guint i = 0; i < 12; i++, n++)
        {
          say (anas, "Ana", n);
          say (bens, "Ben", n);
        }
      /* In the middle of it. */
      wait_until (hw_history_get_last (hw_room_get_history (anas)) >= last + 4);
      real_server_kill (f->server);
      wait_until (hw_place_get_state (f->ana) == HW_PLACE_RECONNECTING
                  && hw_place_get_state (f->ben) == HW_PLACE_RECONNECTING);
      real_server_start (f->server, "--rate", "0", NULL);
      hw_place_retry_now (f->ana);
      wait_until (hw_room_get_state (anas) == HW_ROOM_INSIDE
                  && hw_room_get_state (bens) == HW_ROOM_INSIDE);
      g_assert_cmpstr (hw_place_get_name (f->ana), ==, "Ana");
    }
  wait_until (hw_place_get_n_unsaved (f->ana) == 0 && hw_place_get_n_unsaved (f->ben) == 0);
  assert_agree (anas, bens, "Ana", n);
  assert_agree (bens, anas, "Ben", n);
  wait_until (hw_room_get_unread (anas) == n && hw_room_get_unread (bens) == n);
}

static void
test_closed_in_order (F *f, gconstpointer data)
{
  HwRoom *room;

  real_server_start (f->server, NULL);
  f->ana = make_online (f, "Ana");
  room = create_room (f->ana, "tea");
  g_subprocess_send_signal (f->server->process, 15);
  wait_until (hw_place_get_state (f->ana) == HW_PLACE_ENDED);
  g_assert_cmpstr (hw_place_get_kicked_code (f->ana), ==, "closing");
  real_server_wait (f->server);
  hw_room_say (room, "typed in the dark");
  real_server_start (f->server, NULL);
  hw_place_connect (f->ana, "Ana", NULL);
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE);
  wait_until (hw_history_get_n_unsaved (hw_room_get_history (room)) == 0);
  load_all (room);
}

static void
on_idle_warning (HwPlace *place, guint seconds, gpointer user_data)
{
  *(guint *) user_data += 1;
}

static void
test_idle (F *f, gconstpointer data)
{
  guint warnings = 0;

  real_server_start (f->server, "--idle", "8", NULL);
  f->ana = make_online (f, "Ana");
  g_signal_connect (f->ana, "idle-warning", G_CALLBACK (on_idle_warning), &warnings);
  wait_until (warnings == 1);
  hw_place_stay (f->ana);
  wait_until (warnings == 2);
  wait_until (hw_place_get_state (f->ana) == HW_PLACE_ENDED);
  g_assert_cmpstr (hw_place_get_kicked_code (f->ana), ==, "idle");
}

static void
test_locked_room (F *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRoom) bens = NULL;

  real_server_start (f->server, NULL);
  f->ana = make_online (f, "Ana");
  f->ben = make_online (f, "Ben");
  hw_place_create_async (f->ana, "exam", "", "open sesame", NULL, NULL, NULL);
  wait_until (hw_place_find_room (f->ben, "exam") != NULL);
  g_assert_true (hw_room_get_locked (hw_place_find_room (f->ben, "exam")));
  g_assert_null (try_to_join (f->ben, "exam", "wrong", &error));
  g_assert_error (error, HW_ERROR, HW_ERROR_ROOM_PASSWORD);
  g_clear_error (&error);
  bens = try_to_join (f->ben, "exam", "open sesame", &error);
  g_assert_no_error (error);
  /* After a crash of the server the password is needed again. */
  real_server_kill (f->server);
  wait_until (hw_room_get_state (bens) == HW_ROOM_JOINING);
  real_server_start (f->server, NULL);
  wait_until (hw_room_get_state (bens) == HW_ROOM_INSIDE);
}

typedef struct
{
  gboolean done;
  GListModel *logs;
  GError *error;
} Answer;

static void
on_admin (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  hw_place_admin_finish (HW_PLACE (source), result, &answer->error);
  answer->done = TRUE;
}

static void
on_logs (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->logs = hw_place_list_logs_finish (HW_PLACE (source), result, &answer->error);
  answer->done = TRUE;
}

static void
on_shutdown (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  hw_place_shutdown_finish (HW_PLACE (source), result, &answer->error);
  answer->done = TRUE;
}

static void
test_admin (F *f, gconstpointer data)
{
  Answer wrong = { 0 };
  Answer right = { 0 };
  Answer listed = { 0 };
  Answer stopped = { 0 };
  HwHistory *history;
  HwRoom *room;

  real_server_set_admin_password (f->server, "keep it safe");
  real_server_start (f->server, "--rate", "0", NULL);
  f->ana = make_online (f, "Ana");
  f->ben = make_online (f, "Ben");
  room = create_room (f->ben, "tea");
  for (guint i = 0; i < 10; i++)
    say (room, "Ben", i);
  wait_until (hw_place_get_n_unsaved (f->ben) == 0);

  hw_place_admin_async (f->ana, "wrong", NULL, on_admin, &wrong);
  wait_until (wrong.done);
  g_assert_error (wrong.error, HW_ERROR, HW_ERROR_PASSWORD_WRONG);
  g_error_free (wrong.error);
  g_assert_false (hw_place_get_admin (f->ana));
  hw_place_admin_async (f->ana, "keep it safe", NULL, on_admin, &right);
  wait_until (right.done);
  g_assert_no_error (right.error);
  g_assert_true (hw_place_get_admin (f->ana));

  hw_place_list_logs_async (f->ana, NULL, on_logs, &listed);
  wait_until (listed.done);
  g_assert_no_error (listed.error);
  g_assert_cmpuint (g_list_model_get_n_items (listed.logs), ==, 1);
  {
    g_autoptr (HwLog) log = g_list_model_get_item (listed.logs, 0);

    g_assert_cmpstr (hw_log_get_room (log), ==, "tea");
    g_assert_cmpuint (hw_log_get_n_entries (log), ==, 12);
    history = hw_log_get_history (log);
    for (guint i = 0; i < 12; i++)
      g_object_unref (g_list_model_get_item (G_LIST_MODEL (history), i));
    wait_until (hw_history_is_loaded (history, 1));
    g_assert_cmpstr (hw_entry_get_text (hw_history_peek (history, 11)), ==, "Ben says 009");
    hw_log_set_live (log, TRUE);
    say (room, "Ben", 10);
    wait_until (hw_history_is_loaded (history, 13));
    /* Also after the link was lost; what was missed is found when somebody looks. */
    real_server_kill (f->server);
    wait_until (hw_place_get_state (f->ana) == HW_PLACE_RECONNECTING
                && hw_place_get_state (f->ben) == HW_PLACE_RECONNECTING);
    g_assert_false (hw_place_get_admin (f->ana));
    real_server_start (f->server, "--rate", "0", NULL);
    say (room, "Ben", 11);
    wait_until (hw_place_get_admin (f->ana));
    wait_until (hw_place_get_n_unsaved (f->ben) == 0);
    say (room, "Ben", 12);
    wait_until (hw_place_get_n_unsaved (f->ben) == 0);
    wait_until (hw_history_get_last (history) == hw_history_get_last (hw_room_get_history (room)));
    hw_log_set_live (log, FALSE);
  }
  g_object_unref (listed.logs);

  hw_place_shutdown_async (f->ana, NULL, "Good night.", NULL, on_shutdown, &stopped);
  wait_until (stopped.done);
  g_assert_no_error (stopped.error);
  wait_until (hw_place_get_state (f->ben) == HW_PLACE_ENDED);
  g_assert_cmpstr (hw_place_get_error (f->ben)->message, ==, "Good night.");
  real_server_wait (f->server);
}

/* Both talk while their connections are cut again and again, and the server dies, too. */
static void
test_through_the_worst (F *f, gconstpointer data)
{
  FaultProxy *anas_proxy;
  FaultProxy *bens_proxy;
  g_autofree char *anas_address = NULL;
  g_autofree char *bens_address = NULL;
  HwRoom *anas;
  HwRoom *bens;
  const guint n = 60;
  const char *plaintext = data;
  guint said = 0;
  guint kills = 0;

  real_server_start (f->server, "--rate", "0", "--plaintext", plaintext, NULL);
  anas_proxy = fault_proxy_new (f->server->port);
  bens_proxy = fault_proxy_new (f->server->port);
  anas_address = fault_proxy_get_address (anas_proxy);
  bens_address = fault_proxy_get_address (bens_proxy);
  f->ana = make (f, anas_address, "Ana");
  if (hw_place_get_state (f->ana) == HW_PLACE_ASKING)
    hw_place_trust (f->ana);
  wait_until (hw_place_get_state (f->ana) == HW_PLACE_ONLINE);
  g_assert_cmpint (hw_place_get_encrypted (f->ana), ==, g_str_equal (plaintext, "never"));
  f->ben = make (f, bens_address, "Ben");
  g_assert_cmpint (hw_place_get_state (f->ben), ==, HW_PLACE_ONLINE);
  anas = create_room (f->ana, "tea");
  bens = join_room (f->ben, "tea");
  fault_proxy_set_cutting (anas_proxy, 600);
  fault_proxy_set_cutting (bens_proxy, 600);
  while (said < n)
    {
      gint64 until = g_get_monotonic_time () + g_random_int_range (0, 200) * 1000;

      say (anas, "Ana", said);
      say (bens, "Ben", said);
      said++;
      if (said % 25 == 0)
        {
          kills++;
          real_server_kill (f->server);
          real_server_start (f->server, "--rate", "0", "--plaintext", plaintext, NULL);
        }
      while (g_get_monotonic_time () < until)
        {
          /* Nobody has the time to wait for the pauses. */
          hw_place_retry_now (f->ana);
          hw_place_retry_now (f->ben);
          if (!g_main_context_iteration (NULL, FALSE))
            g_usleep (1000);
        }
    }
  fault_proxy_set_cutting (anas_proxy, 0);
  fault_proxy_set_cutting (bens_proxy, 0);
  hw_place_retry_now (f->ana);
  hw_place_retry_now (f->ben);
  wait_until (hw_place_get_n_unsaved (f->ana) == 0 && hw_place_get_n_unsaved (f->ben) == 0);
  wait_until (hw_room_get_state (anas) == HW_ROOM_INSIDE
              && hw_room_get_state (bens) == HW_ROOM_INSIDE);
  assert_agree (anas, bens, "Ana", n);
  assert_agree (bens, anas, "Ben", n);
  wait_until (hw_room_get_unread (anas) == n && hw_room_get_unread (bens) == n);
  g_assert_cmpuint (hw_history_get_n_unsaved (hw_room_get_history (anas)), ==, 0);
  g_test_message ("cut %u times, killed %u times",
                  fault_proxy_get_n_cuts (anas_proxy) + fault_proxy_get_n_cuts (bens_proxy), kills);
  drop (&f->ana);
  drop (&f->ben);
  fault_proxy_free (anas_proxy);
  fault_proxy_free (bens_proxy);
}

#define ADD(name, func, data) g_test_add ("/real/" name, F, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("talk", test_talk, NULL);
  ADD ("refusals", test_refusals, NULL);
  ADD ("encrypted", test_encrypted, NULL);
  ADD ("killed-and-restarted", test_killed_and_restarted, NULL);
  ADD ("closed-in-order", test_closed_in_order, NULL);
  ADD ("idle", test_idle, NULL);
  ADD ("locked-room", test_locked_room, NULL);
  ADD ("admin", test_admin, NULL);
  ADD ("through-the-worst", test_through_the_worst, "loopback");
  ADD ("through-the-worst-encrypted", test_through_the_worst, "never");
  return g_test_run ();
}
