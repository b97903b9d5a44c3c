/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place's states: every way from one to another, against a server that does what the test says.
 */

#include "place-fixture.h"

#include "protocol/error.h"

#include <string.h>

typedef PlaceFixture F;

static void
test_plaintext_on_loopback (F *f, gconstpointer data)
{
  HwKnownPlace *known;

  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_IDLE);
  go_online (f, "Ana");
  g_assert_cmpstr (hw_place_get_name (f->place), ==, "Ana");
  g_assert_cmpstr (hw_place_get_title (f->place), ==, "Fake");
  g_assert_cmpstr (hw_place_get_id (f->place), ==, "fake-id");
  g_assert_false (hw_place_get_encrypted (f->place));
  g_assert_null (hw_place_get_fingerprint (f->place));
  g_assert_null (hw_place_get_error (f->place));
  known = hw_known_places_find (f->known, "fake-id");
  g_assert_nonnull (known);
  g_assert_null (hw_known_place_get_fingerprint (known));
  wait_until (hw_place_get_round_trip (f->place) > 0);
}

static void
test_guest (F *f, gconstpointer data)
{
  go_online (f, NULL);
  g_assert_cmpstr (hw_place_get_name (f->place), ==, "Guest1");
  g_assert_true (hw_place_get_guest (f->place));
}

static void
test_nobody_there (F *f, gconstpointer data)
{
  fake_server_stop (f->server);
  hw_place_connect (f->place, "Ana", NULL);
  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_CONNECTING);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
  g_assert_nonnull (hw_place_get_error (f->place));
  g_assert_nonnull (strstr (hw_place_get_error (f->place)->message, "127.0.0.1"));
  g_assert_null (hw_place_get_kicked_code (f->place));
  fake_server_start (f->server);
  go_online (f, "Ana");
  g_assert_null (hw_place_get_error (f->place));
}

typedef struct
{
  const char *op;
  const char *code;
  const char *field;
  guint times;
} Refusal;

static gboolean
refuse (FakeServer *server,
        FakeClient *client,
        const char *op,
        gint64 id,
        JsonObject *message,
        gpointer user_data)
{
  Refusal *refusal = user_data;

  if (!g_str_equal (op, refusal->op) || refusal->times == 0)
    return FALSE;
  refusal->times--;
  fake_client_refuse (client, id, refusal->code, refusal->field);
  return TRUE;
}

static gboolean
refuse_without_token (FakeServer *server,
                      FakeClient *client,
                      const char *op,
                      gint64 id,
                      JsonObject *message,
                      gpointer user_data)
{
  return !json_object_has_member (message, "token")
         && refuse (server, client, op, id, message, user_data);
}

static void
test_refused_name (F *f, gconstpointer data)
{
  Refusal refusal = { "login", "name-in-use", "name", 1 };

  f->server->hook = refuse;
  f->server->hook_data = &refusal;
  hw_place_connect (f->place, "Ana", NULL);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_REFUSED);
  g_assert_error (hw_place_get_error (f->place), HW_ERROR, HW_ERROR_NAME_IN_USE);
  g_assert_cmpstr (hw_error_get_field (hw_place_get_error (f->place)), ==, "name");
  hw_place_log_in (f->place, "Ben", "pw", TRUE);
  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_LOGGING_IN);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_assert_cmpstr (hw_place_get_name (f->place), ==, "Ben");
  g_assert_cmpuint (f->server->n_connected, ==, 1);
  g_assert_true (fake_server_saw (f->server, "\"takeover\":true"));
}

static void
test_refused_then_lost (F *f, gconstpointer data)
{
  Refusal refusal = { "login", "password-needed", "password", 1 };

  f->server->hook = refuse;
  f->server->hook_data = &refusal;
  hw_place_connect (f->place, "Ana", NULL);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_REFUSED);
  fake_server_drop (f->server);
  idle_for (200);
  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_REFUSED);
  hw_place_log_in (f->place, "Ana", "right", FALSE);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_assert_cmpuint (f->server->n_connected, ==, 2);
}

static void
test_hello_refused (F *f, gconstpointer data)
{
  const char *codes[] = { "server-full", "banned", "version", "lan-only", "something-new" };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      Refusal refusal = { "hello", codes[i], NULL, 1 };

      f->server->hook = refuse;
      f->server->hook_data = &refusal;
      hw_place_connect (f->place, "Ana", NULL);
      wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
      g_assert_nonnull (hw_place_get_error (f->place));
    }
  f->server->hook = NULL;
}

static void
test_banned_name (F *f, gconstpointer data)
{
  Refusal refusal = { "login", "banned", "name", 1 };

  f->server->hook = refuse;
  f->server->hook_data = &refusal;
  hw_place_connect (f->place, "Ana", NULL);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
  g_assert_cmpstr (hw_place_get_kicked_code (f->place), ==, "ban");
}

static void
test_comes_back_with_token (F *f, gconstpointer data)
{
  go_online (f, "Ana");
  fake_server_drop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  g_assert_nonnull (hw_place_get_error (f->place));
  g_assert_cmpint (hw_place_get_retry_at (f->place), >, 0);
  hw_place_retry_now (f->place);
  g_assert_cmpint (hw_place_get_retry_at (f->place), ==, 0);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_assert_null (hw_place_get_error (f->place));
  g_assert_true (fake_server_saw (f->server, "\"token\":"));
  g_assert_cmpuint (f->server->n_connected, ==, 2);
}

static void
test_comes_back_by_itself (F *f, gconstpointer data)
{
  gint64 lost_at;

  go_online (f, "Ana");
  fake_server_stop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  lost_at = g_get_monotonic_time ();
  idle_for (1500);
  g_hash_table_remove_all (f->server->tokens);
  fake_server_start (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_assert_cmpint (g_get_monotonic_time () - lost_at, >, G_USEC_PER_SEC);
  g_assert_cmpstr (hw_place_get_name (f->place), ==, "Ana");
}

static guint
count_logins_by_token (FakeServer *server)
{
  guint n = 0;

  for (guint i = 0; i < server->log->len; i++)
    n += strstr (server->log->pdata[i], "\"token\":") != NULL;
  return n;
}

/* The server still holds our name, and we have lost what would prove that it is ours. What we have
 * tells whose the whispers are that were on their way when our session ended: each new link has to
 * say it. */
static void
test_own_name_in_use (F *f, gconstpointer data)
{
  Refusal refusal = { "login", "name-in-use", "name", 2 };

  go_online (f, "Ana");
  g_hash_table_remove_all (f->server->tokens);
  f->server->hook = refuse_without_token;
  f->server->hook_data = &refusal;
  fake_server_drop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  while (refusal.times > 0)
    {
      g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_RECONNECTING);
      hw_place_retry_now (f->place);
      g_main_context_iteration (NULL, TRUE);
    }
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_assert_cmpstr (hw_place_get_name (f->place), ==, "Ana");
  g_assert_cmpuint (count_logins_by_token (f->server), ==, 3);
  g_assert_cmpuint (fake_server_count (f->server, "login"), ==, 7);
}

/* A session that was ended from there has whispers on their way, too: the next one shows whose they
 * are, unless it is somebody else's, or goes on elsewhere. */
static void
test_comes_back_after_the_end (F *f, gconstpointer data)
{
  static const struct
  {
    const char *code;
    const char *name;
    guint n_tokens;
  } ends[] = { { "idle", "Ana", 1 }, { "taken-over", "Ana", 0 }, { "idle", "Ben", 0 } };
  guint n_tokens = 0;

  go_online (f, "Ana");
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      FakeClient *client = fake_server_get_client (f->server, "Ana");

      g_hash_table_remove_all (f->server->tokens);
      fake_client_send (client, "{\"ev\":\"kicked\",\"code\":\"%s\",\"text\":\"\"}", ends[i].code);
      fake_client_close (client);
      wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
      go_online (f, ends[i].name);
      n_tokens += ends[i].n_tokens;
      g_assert_cmpuint (count_logins_by_token (f->server), ==, n_tokens);
      g_assert_cmpstr (hw_place_get_name (f->place), ==, ends[i].name);
    }
}

static void
test_another_place_answers (F *f, gconstpointer data)
{
  go_online (f, "Ana");
  g_free (f->server->id);
  f->server->id = g_strdup ("other-id");
  fake_server_drop (f->server);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
  g_assert_cmpuint (fake_server_count (f->server, "login"), ==, 1);
}

static void
test_kicked (F *f, gconstpointer data)
{
  const char *codes[] = { "idle", "kick", "ban", "taken-over", "flood" };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      go_online (f, "Ana");
      fake_client_send (fake_server_get_client (f->server, "Ana"),
                        "{\"ev\":\"kicked\",\"code\":\"%s\",\"text\":\"Out.\"}", codes[i]);
      wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
      g_assert_cmpstr (hw_place_get_kicked_code (f->place), ==, codes[i]);
      g_assert_cmpstr (hw_place_get_error (f->place)->message, ==, "Out.");
      idle_for (50);
      g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_ENDED);
    }
}

static void
test_closing (F *f, gconstpointer data)
{
  go_online (f, "Ana");
  fake_client_send (fake_server_get_client (f->server, "Ana"), "{\"ev\":\"closing\"}");
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
  g_assert_cmpstr (hw_place_get_kicked_code (f->place), ==, "closing");
  g_assert_nonnull (hw_place_get_error (f->place));
}

/* What a person there said is told from what the server says by itself: the windows quote only
 * that. */
static void
test_who_said_why (F *f, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *field;
  } words[] = {
    { "See you on Monday.", "text" },
    { "The lab is closed.", "text" },
    { "The server is closing.", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      go_online (f, "Ana");
      fake_client_send (fake_server_get_client (f->server, "Ana"),
                        "{\"ev\":\"closing\",\"text\":\"%s\"}", words[i].text);
      wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
      g_assert_cmpstr (hw_error_get_field (hw_place_get_error (f->place)), ==, words[i].field);
    }
}

static void
test_returns_after_kick (F *f, gconstpointer data)
{
  FakeRoom *fake = fake_server_add_room (f->server, "tea");
  HwRoom *room;

  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  fake_client_send (fake_server_get_client (f->server, "Ana"),
                    "{\"ev\":\"kicked\",\"code\":\"idle\",\"text\":\"\"}");
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
  g_assert_cmpint (hw_room_get_state (room), ==, HW_ROOM_OUTSIDE);
  fake_room_say (f->server, fake, "Ben", "still there?", NULL);
  go_online (f, "Ana");
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE);
  g_assert_cmpuint (hw_room_get_unread (room), ==, 1);
}

static const char *const garbage[] = {
  "no json at all",
  "[]",
  "{}",
  "{\"re\":\"seven\",\"ok\":true}",
  "{\"re\":-1,\"ok\":true}",
  "{\"ev\":7}",
  "{\"ev\":\"entry\"}",
  "{\"ev\":\"entry\",\"room\":\"tea\"}",
  "{\"ev\":\"entry\",\"room\":\"tea\",\"seq\":0,\"at\":1,\"kind\":\"message\"}",
  "{\"ev\":\"entry\",\"room\":\"tea\",\"seq\":1.5,\"at\":1,\"kind\":\"message\"}",
  "{\"ev\":\"entry\",\"room\":\"tea\",\"seq\":9007199254740993,\"at\":1,\"kind\":\"message\"}",
  "{\"ev\":\"entry\",\"room\":\"tea\",\"seq\":99,\"at\":1,\"kind\":\"message\",\"text\":[]}",
  "{\"ev\":\"gap\",\"room\":\"tea\",\"after\":\"x\",\"last\":2}",
  "{\"ev\":\"members\",\"room\":\"tea\",\"count\":-1}",
  "{\"ev\":\"room\",\"room\":null}",
  "{\"ev\":\"kicked\"}",
  "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}",
  "{\"ev\":\"entry\",\"ev\":\"entry\"}",
};

static void
test_garbage (F *f, gconstpointer data)
{
  HwRoom *room;

  fake_server_add_room (f->server, "tea");
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  for (guint i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      guint connected = f->server->n_connected;

      g_test_message ("%s", garbage[i]);
      g_test_expect_message ("hw-client", G_LOG_LEVEL_MESSAGE, "*broke the protocol*");
      fake_client_send (fake_server_get_client (f->server, "Ana"), "%s", garbage[i]);
      wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
      g_test_assert_expected_messages ();
      hw_place_retry_now (f->place);
      wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE);
      g_assert_cmpuint (f->server->n_connected, ==, connected + 1);
    }
}

static void
test_harmless (F *f, gconstpointer data)
{
  static const char *const lines[] = {
    "{\"ev\":\"of-the-future\",\"x\":[1,2]}",
    "{\"ev\":\"whisper\",\"from\":\"Ben\",\"text\":\"hi\",\"at\":1}",
    "{\"re\":4711,\"ok\":true}",
    "{\"re\":null,\"ok\":false,\"error\":{\"code\":\"bad-request\",\"text\":\"?\"}}",
    "{\"ev\":\"entry\",\"room\":\"elsewhere\",\"seq\":5,\"at\":1,\"kind\":\"message\"}",
    "{\"ev\":\"entry\",\"room\":\"tea\",\"seq\":3,\"at\":1,\"kind\":\"of-the-future\"}",
    "{\"ev\":\"room-gone\",\"room\":\"elsewhere\"}",
    "{\"ev\":\"kicked-out\",\"room\":\"elsewhere\",\"text\":\"\"}",
    "   ",
  };
  HwRoom *room;

  fake_server_add_room (f->server, "tea");
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    fake_client_send (fake_server_get_client (f->server, "Ana"), "%s", lines[i]);
  fake_client_send (fake_server_get_client (f->server, "Ana"),
                    "{\"ev\":\"typing\",\"room\":\"tea\",\"name\":\"Ben\"}");
  wait_until (g_strv_contains (hw_room_get_typing (room), "Ben"));
  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_ONLINE);
  g_assert_cmpuint (hw_history_get_last (hw_room_get_history (room)), ==, 3);
}

static void
test_endless_line (F *f, gconstpointer data)
{
  g_autofree char *chunk = g_strnfill (300000, 'x');

  go_online (f, "Ana");
  /* No answer may come in between. */
  wait_until (hw_place_get_round_trip (f->place) > 0);
  idle_for (100);
  for (guint i = 0; i < 4; i++)
    {
      FakeClient *client = fake_server_get_client (f->server, "Ana");
      gsize sent = 0;

      /* The place has to read for all of it to fit. */
      while (sent < 300000 && hw_place_get_state (f->place) == HW_PLACE_ONLINE)
        {
          gsize n = MIN ((gsize) 10000, 300000 - sent);

          g_output_stream_write_all (g_io_stream_get_output_stream (client->stream), chunk, n, NULL,
                                     NULL, NULL);
          sent += n;
          g_main_context_iteration (NULL, FALSE);
        }
    }
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  g_assert_nonnull (strstr (hw_place_get_error (f->place)->message, "too long"));
}

static void
test_mad_numbers (F *f, gconstpointer data)
{
  HwRoom *room;
  GListModel *history;

  fake_server_add_room (f->server, "tea");
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  history = G_LIST_MODEL (hw_room_get_history (room));
  fake_client_send (fake_server_get_client (f->server, "Ana"),
                    "{\"ev\":\"gap\",\"room\":\"tea\",\"after\":2,\"last\":9007199254740991}");
  fake_client_send (fake_server_get_client (f->server, "Ana"),
                    "{\"ev\":\"members\",\"room\":\"tea\",\"count\":9007199254740991}");
  wait_until (g_list_model_get_n_items (history) > 2);
  g_assert_cmpuint (g_list_model_get_n_items (history), ==, HW_HISTORY_ENTRIES_MAX);
  wait_until (hw_room_get_n_members (room) > 2);
  idle_for (300);
}

static void
test_dead_link (F *f, gconstpointer data)
{
  f->server->ping = 1;
  f->server->dead = 2;
  go_online (f, "Ana");
  wait_until (hw_place_get_round_trip (f->place) > 0);
  f->server->mute = TRUE;
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  f->server->mute = FALSE;
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_assert_cmpuint (fake_server_count (f->server, "ping"), >=, 2);
}

static void
test_network_changes (F *f, gconstpointer data)
{
  GNetworkMonitor *monitor = g_network_monitor_get_default ();
  gint64 before;
  guint n_pings;

  go_online (f, "Ana");
  wait_until (hw_place_get_round_trip (f->place) > 0);
  /* A link that does not answer at once is given up, long before it counts as dead; also if it did
   * answer just before. */
  n_pings = fake_server_count (f->server, "ping");
  g_signal_emit_by_name (monitor, "network-changed", TRUE);
  wait_until (fake_server_count (f->server, "ping") > n_pings);
  idle_for (50);
  f->server->mute = TRUE;
  before = g_get_monotonic_time ();
  g_signal_emit_by_name (monitor, "network-changed", TRUE);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_RECONNECTING);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 20 * G_USEC_PER_SEC);
  /* And nobody waits for the end of a pause. */
  f->server->mute = FALSE;
  g_assert_cmpint (hw_place_get_retry_at (f->place), >, 0);
  g_signal_emit_by_name (monitor, "network-changed", TRUE);
  g_assert_cmpint (hw_place_get_retry_at (f->place), ==, 0);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_signal_emit_by_name (monitor, "network-changed", TRUE);
  idle_for (4000);
  g_assert_cmpint (hw_place_get_state (f->place), ==, HW_PLACE_ONLINE);
}

static void
test_answers_pings (F *f, gconstpointer data)
{
  go_online (f, "Ana");
  fake_client_send (fake_server_get_client (f->server, "Ana"), "{\"ev\":\"ping\",\"n\":42}");
  wait_until (fake_server_count (f->server, "pong") == 1);
}

static void
on_idle_warning (HwPlace *place, guint seconds, gpointer user_data)
{
  *(guint *) user_data = seconds;
}

static void
test_idle_warning (F *f, gconstpointer data)
{
  guint seconds = 0;

  go_online (f, "Ana");
  g_signal_connect (f->place, "idle-warning", G_CALLBACK (on_idle_warning), &seconds);
  fake_client_send (fake_server_get_client (f->server, "Ana"),
                    "{\"ev\":\"idle-warning\",\"in\":20}");
  wait_until (seconds == 20);
  hw_place_stay (f->place);
  /* The fake knows no "active": anything else tells as well that somebody is here. */
  wait_until (fake_server_count (f->server, "active") == 1);
  wait_until (fake_server_count (f->server, "echo") == 1);
  hw_place_set_present (f->place);
  hw_place_set_present (f->place);
  idle_for (100);
  g_assert_cmpuint (fake_server_count (f->server, "echo"), ==, 1);
}

static void
test_other_name (F *f, gconstpointer data)
{
  HwRoom *room;

  fake_server_add_room (f->server, "tea");
  go_online (f, "Ana");
  room = join_room (f->place, "tea");
  hw_place_log_in (f->place, "Cleo", NULL, FALSE);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ONLINE);
  g_assert_cmpstr (hw_place_get_name (f->place), ==, "Cleo");
  wait_until (hw_room_get_state (room) == HW_ROOM_INSIDE);
  wait_until (fake_server_count (f->server, "logout") == 1);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, error);

  if (reply)
    *error = hw_error_new (HW_ERROR_FAILED, NULL, "fine");
}

static void
test_slow_down (F *f, gconstpointer data)
{
  Refusal refusal = { "ping", "slow-down", NULL, 2 };
  g_autoptr (GError) error = NULL;

  go_online (f, "Ana");
  wait_until (hw_place_get_round_trip (f->place) > 0);
  f->server->hook = refuse;
  f->server->hook_data = &refusal;
  hw_place_request_async (f->place, "ping", NULL, NULL, on_reply, &error);
  wait_until (error != NULL);
  g_assert_cmpstr (error->message, ==, "fine");
  g_assert_cmpuint (refusal.times, ==, 0);
}

static gboolean
swallow (FakeServer *server,
         FakeClient *client,
         const char *op,
         gint64 id,
         JsonObject *message,
         gpointer user_data)
{
  return g_str_equal (op, user_data);
}

static void
test_requests_end (F *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) offline = NULL;
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (GError) lost = NULL;

  hw_place_request_async (f->place, "who", NULL, NULL, on_reply, &offline);
  wait_until (offline != NULL);
  g_assert_error (offline, HW_ERROR, HW_ERROR_FAILED);
  go_online (f, "Ana");
  f->server->hook = swallow;
  f->server->hook_data = (gpointer) "who";
  hw_place_request_async (f->place, "who", NULL, cancellable, on_reply, &cancelled);
  hw_place_request_async (f->place, "who", NULL, NULL, on_reply, &lost);
  wait_until (fake_server_count (f->server, "who") == 2);
  g_cancellable_cancel (cancellable);
  wait_until (cancelled != NULL);
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (lost);
  fake_server_drop (f->server);
  wait_until (lost != NULL);
  g_assert_error (lost, HW_ERROR, HW_ERROR_FAILED);
}

static void
test_pace (F *f, gconstpointer data)
{
  GError *errors[40] = { NULL };
  gint64 before;

  go_online (f, "Ana");
  before = g_get_monotonic_time ();
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    hw_place_request_async (f->place, "nonsense", NULL, NULL, on_reply, &errors[i]);
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      wait_until (errors[i] != NULL);
      g_assert_error (errors[i], HW_ERROR, HW_ERROR_UNKNOWN_OP);
      g_clear_error (&errors[i]);
    }
  /* 20 at once and 10 a second are allowed: 40 take two seconds at least. */
  g_assert_cmpint (g_get_monotonic_time () - before, >, 2 * G_USEC_PER_SEC);
}

static void
test_disposed_any_time (F *f, gconstpointer data)
{
  for (guint turns = 0; turns < 60; turns++)
    {
      HwPlace *place = make_place (f);

      hw_place_connect (place, "Ana", NULL);
      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, FALSE);
      g_object_unref (place);
    }
}

#define ADD(name, func) \
  g_test_add ("/place/" name, F, NULL, place_fixture_set_up, func, place_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("plaintext-on-loopback", test_plaintext_on_loopback);
  ADD ("guest", test_guest);
  ADD ("nobody-there", test_nobody_there);
  ADD ("refused-name", test_refused_name);
  ADD ("refused-then-lost", test_refused_then_lost);
  ADD ("hello-refused", test_hello_refused);
  ADD ("banned-name", test_banned_name);
  ADD ("comes-back-with-token", test_comes_back_with_token);
  ADD ("comes-back-by-itself", test_comes_back_by_itself);
  ADD ("own-name-in-use", test_own_name_in_use);
  ADD ("comes-back-after-the-end", test_comes_back_after_the_end);
  ADD ("another-place-answers", test_another_place_answers);
  ADD ("kicked", test_kicked);
  ADD ("closing", test_closing);
  ADD ("who-said-why", test_who_said_why);
  ADD ("returns-after-kick", test_returns_after_kick);
  ADD ("garbage-ends-the-link", test_garbage);
  ADD ("harmless-lines", test_harmless);
  ADD ("endless-line", test_endless_line);
  ADD ("mad-numbers", test_mad_numbers);
  ADD ("dead-link", test_dead_link);
  ADD ("network-changes", test_network_changes);
  ADD ("answers-pings", test_answers_pings);
  ADD ("idle-warning", test_idle_warning);
  ADD ("other-name", test_other_name);
  ADD ("slow-down", test_slow_down);
  ADD ("requests-end", test_requests_end);
  ADD ("pace", test_pace);
  ADD ("disposed-any-time", test_disposed_any_time);
  return g_test_run ();
}
