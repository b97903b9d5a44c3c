/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whispers from person to person: by the real server's word between two places, and against a
 * server and peers that do what the test says. */

#include "people-fixture.h"

#include "client/direct-private.h"
#include "client/entry-private.h"
#include "client/link.h"
#include "client/place-private.h"

#include "protocol/error.h"
#include "protocol/fingerprint.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef PeopleFixture F;

static guint
count (HwWhisper *whisper)
{
  return hw_history_get_last (hw_whisper_get_history (whisper));
}

static HwEntry *
get_entry (HwWhisper *whisper, guint number)
{
  return hw_history_peek (hw_whisper_get_history (whisper), number - 1);
}

/* "text way" of each, way being > for direct and ~ for the server's. */
static char *
describe (HwWhisper *whisper)
{
  GString *text = g_string_new (NULL);

  for (guint i = 1; i <= count (whisper); i++)
    {
      HwEntry *entry;

      wait_until (hw_entry_get_state (entry = get_entry (whisper, i)) != HW_ENTRY_LOADING);
      g_string_append_printf (text, "%s%s ", hw_entry_get_text (entry),
                              hw_entry_get_direct (entry) ? ">" : "~");
    }
  return g_string_free (text, FALSE);
}

static void
assert_said (HwWhisper *whisper, const char *expected)
{
  g_autofree char *text = describe (whisper);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_straight (F *f, gconstpointer data)
{
  HwWhisper *to_ben = hw_place_open_whisper (f->ana, "ben");
  HwWhisper *to_ana = hw_place_open_whisper (f->ben, "Ana");

  hw_whisper_say (to_ben, "one");
  hw_whisper_say (to_ben, "two");
  wait_until (count (to_ana) == 2 && count (to_ben) == 2);
  hw_whisper_say (to_ana, "three");
  wait_until (count (to_ana) == 3 && count (to_ben) == 3);
  assert_said (to_ana, "one> two> three> ");
  assert_said (to_ben, "one> two> three> ");
  g_assert_true (hw_whisper_get_direct (to_ben));
  g_assert_cmpuint (hw_whisper_get_unread (to_ben), ==, 1);
  /* One connection each way carries all. */
  g_assert_cmpuint (hw_place_get_direct (f->ben)->guests->len, ==, 1);
}

static void
test_off (F *f, gconstpointer data)
{
  HwWhisper *to_ben = hw_place_open_whisper (f->ana, "Ben");
  HwWhisper *to_ana = hw_place_open_whisper (f->ben, "Ana");

  hw_place_set_identities (f->ben, NULL);
  hw_place_log_in (f->ben, "Ben", NULL, FALSE);
  wait_until (hw_place_get_state (f->ben) == HW_PLACE_ONLINE);
  g_assert_null (hw_place_get_direct (f->ben));
  hw_whisper_say (to_ben, "one");
  wait_until (count (to_ana) == 1 && count (to_ben) == 1);
  assert_said (to_ana, "one~ ");
  assert_said (to_ben, "one~ ");
}

/* In the middle of a conversation one side can no longer be reached: what follows takes the
 * server's way, once, in order. */
static void
test_cut (F *f, gconstpointer data)
{
  HwWhisper *to_ben = hw_place_open_whisper (f->ana, "Ben");
  HwWhisper *to_ana = hw_place_open_whisper (f->ben, "Ana");
  g_autoptr (GString) expected = g_string_new (NULL);

  for (int i = 0; i < 30; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d", i);

      hw_whisper_say (to_ben, text);
      if (i == 14)
        wait_until (count (to_ana) == 15);
      if (i == 15)
        hw_place_set_identities (f->ben, NULL);
      g_string_append_printf (expected, "%d%s ", i, i < 15 ? ">" : "~");
    }
  wait_until (count (to_ana) == 30 && count (to_ben) == 30);
  idle_for (100);
  assert_said (to_ana, expected->str);
  assert_said (to_ben, expected->str);
}

static void
test_focus (F *f, gconstpointer data)
{
  HwWhisper *to_ben = hw_place_open_whisper (f->ana, "Ben");
  HwWhisper *to_ana;

  create_room (f->ben, "tea");
  hw_place_set_focus (f->ben, TRUE);
  hw_whisper_say (to_ben, "one");
  wait_until (hw_place_get_n_held (f->ben) == 1);
  wait_until (hw_whisper_get_remark (to_ben) != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_whispers (f->ben)), ==, 0);
  hw_place_set_focus (f->ben, FALSE);
  to_ana = hw_place_open_whisper (f->ben, "Ana");
  wait_until (count (to_ana) == 1);
  hw_whisper_say (to_ben, "two");
  wait_until (count (to_ana) == 2);
  assert_said (to_ana, "one~ two> ");
  /* Who shares a room is let through. */
  hw_place_set_focus (f->ben, TRUE);
  join_room (f->ana, "tea");
  wait_until (hw_room_get_n_members (hw_place_find_room (f->ben, "tea")) == 2);
  hw_whisper_say (to_ben, "three");
  wait_until (count (to_ana) == 3);
  assert_said (to_ana, "one~ two> three> ");
}

static void
on_where (const HwWhere *where, const GError *error, gpointer user_data)
{
  HwWhere **found = user_data;

  g_assert_no_error (error);
  *found = hw_where_copy (where);
}

static HwWhere *
find_out_where (HwPlace *place, const char *name)
{
  HwWhere *where = NULL;

  hw_direct_look_up (hw_place_get_direct (place), name, NULL, on_where, &where);
  wait_until (where != NULL);
  return where;
}

typedef struct
{
  gboolean answered;
  GError *error;
} Answer;

static void
on_answer (gint64 size, const GError *error, gpointer user_data)
{
  Answer *answer = user_data;

  answer->answered = TRUE;
  answer->error = error ? g_error_copy (error) : NULL;
}

static GError *
say_to (const HwWhere *where,
        GTlsCertificate *certificate,
        const char *from,
        const char *to,
        const char *text)
{
  g_autoptr (HwDirectCall) call = hw_direct_call_new (where, certificate);
  HwPeerRequest *request = g_new0 (HwPeerRequest, 1);
  Answer answer = { 0 };

  request->op = HW_PEER_DIRECT;
  request->from = g_strdup (from);
  request->to = g_strdup (to);
  request->text = g_strdup (text);
  hw_direct_call_ask (call, request, 20000, on_answer, &answer);
  wait_until (answer.answered);
  hw_direct_call_close (call);
  return answer.error;
}

static GError *
say_as (const HwWhere *where, GTlsCertificate *certificate, const char *from, const char *text)
{
  return say_to (where, certificate, from, NULL, text);
}

/* Who pretends to listen where somebody else does cannot have them told what was for itself. */
static void
test_meant_for_others (F *f, gconstpointer data)
{
  g_autoptr (HwWhere) where = find_out_where (f->ana, "Ben");
  g_autoptr (GError) passed_on
      = say_to (where, f->ana->certificate, "Ana", "Mallory", "not for you");
  g_autoptr (GError) right = say_to (where, f->ana->certificate, "Ana", "BEN", "for you");

  g_assert_error (passed_on, HW_ERROR, HW_ERROR_NOT_DIRECT);
  g_assert_no_error (right);
  assert_said (hw_place_open_whisper (f->ben, "Ana"), "for you> ");
}

static void
test_liars (F *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) strange = make_certificate (f->folder, "strange", NULL);
  g_autoptr (HwWhere) where = find_out_where (f->ana, "Ben");
  g_autoptr (GError) lie = say_as (where, strange, "Ana", "a lie");
  g_autoptr (GError) nobody = say_as (where, strange, "Nobody", "a lie");
  g_autoptr (GError) other = say_as (where, f->ana->certificate, "Ben", "a lie");
  g_autoptr (GError) right = say_as (where, f->ana->certificate, "Ana", "the truth");

  g_assert_error (lie, HW_ERROR, HW_ERROR_BAD_REQUEST);
  g_assert_error (nobody, HW_ERROR, HW_ERROR_BAD_REQUEST);
  g_assert_error (other, HW_ERROR, HW_ERROR_BAD_REQUEST);
  g_assert_no_error (right);
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_whispers (f->ben)), ==, 1);
  assert_said (hw_place_open_whisper (f->ben, "Ana"), "the truth> ");
}

/* One person cannot take all the connections that others may want. */
static void
test_many_of_one (F *f, gconstpointer data)
{
  g_autoptr (HwWhere) where = find_out_where (f->ana, "Ben");
  HwDirect *direct = hw_place_get_direct (f->ben);
  HwDirectCall *calls[10];

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      HwPeerRequest *request = g_new0 (HwPeerRequest, 1);
      Answer answer = { 0 };

      request->op = HW_PEER_DIRECT;
      request->from = g_strdup ("Ana");
      request->text = g_strdup ("me again");
      calls[i] = hw_direct_call_new (where, f->ana->certificate);
      hw_direct_call_ask (calls[i], request, 20000, on_answer, &answer);
      wait_until (answer.answered);
      if (i < 8)
        g_assert_no_error (answer.error);
      else
        g_assert_error (answer.error, HW_ERROR, HW_ERROR_SLOW_DOWN);
      g_clear_error (&answer.error);
      /* Questions to the server have a pace, too. */
      direct->questions = 8;
    }
  wait_until (direct->guests->len == 8);
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      hw_direct_call_close (calls[i]);
      hw_direct_call_unref (calls[i]);
    }
}

typedef struct
{
  guint n_refused;
  gboolean closed;
} Chatter;

static void
on_chatter_opened (HwLink *link, gpointer user_data)
{
  GString *lines = g_string_new (NULL);
  HwPeerRequest request
      = { .op = HW_PEER_DIRECT, .from = (char *) "Ana", .text = (char *) "and more" };

  for (request.id = 1; request.id <= 100; request.id++)
    {
      GString *line = hw_peer_request_to_line (&request);

      g_string_append (lines, line->str);
      g_string_free (line, TRUE);
    }
  hw_link_send (link, lines);
}

static void
on_chatter_line (HwLink *link, const char *line, gsize length, gpointer user_data)
{
  ((Chatter *) user_data)->n_refused += g_strstr_len (line, length, "slow-down") != NULL;
}

static void
on_chatter_closed (HwLink *link, const GError *error, gpointer user_data)
{
  ((Chatter *) user_data)->closed = TRUE;
}

/* Whoever says more than a server would take is shown out. */
static void
test_too_much (F *f, gconstpointer data)
{
  static const HwLinkHandler handler = { on_chatter_opened, on_chatter_line, on_chatter_closed };
  g_autoptr (HwWhere) where = find_out_where (f->ana, "Ben");
  HwAddress address = { .host = where->address, .port = where->port };
  Chatter chatter = { 0 };
  g_autoptr (HwLink) link = hw_link_new (&address, TRUE, &handler, &chatter);

  hw_link_set_peer (link, f->ana->certificate, 5);
  hw_link_open (link);
  wait_until (chatter.closed);
  g_assert_cmpuint (chatter.n_refused, ==, 3);
  g_assert_cmpuint (hw_place_get_direct (f->ben)->guests->len, ==, 0);
}

/* Whoever is known already may come back with another name, on the same connection. */
static void
test_renamed (F *f, gconstpointer data)
{
  HwDirect *direct = hw_place_get_direct (f->ben);
  g_autoptr (JsonObject) fields = json_object_new ();
  g_autoptr (HwWhere) where = NULL;

  hw_whisper_say (hw_place_open_whisper (f->ana, "Ben"), "one");
  wait_until (count (hw_place_open_whisper (f->ben, "Ana")) == 1);
  g_assert_cmpuint (direct->guests->len, ==, 1);
  create_room (f->ana, "tea");
  json_object_set_string_member (fields, "name", "Ann");
  hw_place_request_async (f->ana, "rename", fields, NULL, NULL, NULL);
  wait_until (g_strcmp0 (hw_place_get_name (f->ana), "Ann") == 0);
  where = find_out_where (f->ben, "Ann");
  hw_whisper_say (hw_place_open_whisper (f->ana, "Ben"), "two");
  wait_until (count (hw_place_open_whisper (f->ben, "Ann")) == 1);
  idle_for (50);
  g_assert_cmpuint (direct->guests->len, ==, 1);
  hw_whisper_say (hw_place_open_whisper (f->ana, "Ben"), "three");
  wait_until (count (hw_place_open_whisper (f->ben, "Ann")) == 2);
  assert_said (hw_place_open_whisper (f->ben, "Ann"), "two> three> ");
}

/* Connects from @address and says nothing. (transfer full) */
static GSocketConnection *
keep_silent (const HwWhere *where, const char *address)
{
  g_autoptr (GSocketAddress) own = g_inet_socket_address_new_from_string (address, 0);
  g_autoptr (GSocketClient) client
      = g_object_new (G_TYPE_SOCKET_CLIENT, "enable-proxy", FALSE, "local-address", own, NULL);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection
      = g_socket_client_connect_to_host (client, where->address, where->port, NULL, &error);

  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return connection;
}

/* Nor can a few machines that keep silent keep others away. */
static void
test_silent_machines (F *f, gconstpointer data)
{
  g_autoptr (HwWhere) where = find_out_where (f->ana, "Ben");
  g_autoptr (GPtrArray) silent = g_ptr_array_new_with_free_func (g_object_unref);
  HwDirect *direct = hw_place_get_direct (f->ben);

  for (int i = 0; i < 6; i++)
    g_ptr_array_add (silent, keep_silent (where, i < 3 ? "127.0.0.2" : "127.0.0.3"));
  wait_until (direct->guests->len == 6);
  hw_whisper_say (hw_place_open_whisper (f->ana, "Ben"), "hello");
  wait_until (count (hw_place_open_whisper (f->ben, "Ana")) == 1);
  assert_said (hw_place_open_whisper (f->ben, "Ana"), "hello> ");
}

/* Connections that begin nothing are shown out. */
static void
test_strangers_cost_nothing (F *f, gconstpointer data)
{
  g_autoptr (HwWhere) where = find_out_where (f->ana, "Ben");
  g_autoptr (GPtrArray) silent = g_ptr_array_new_with_free_func (g_object_unref);
  HwDirect *direct = hw_place_get_direct (f->ben);

  for (int i = 0; i < 40; i++)
    g_ptr_array_add (silent, keep_silent (where, "127.0.0.1"));
  idle_for (100);
  g_assert_cmpuint (direct->guests->len, <=, 6);
  wait_until (direct->guests->len == 0);
  hw_whisper_say (hw_place_open_whisper (f->ana, "Ben"), "hello");
  wait_until (count (hw_place_open_whisper (f->ben, "Ana")) == 1);
  assert_said (hw_place_open_whisper (f->ben, "Ana"), "hello> ");
}

/* Whose it is, is the place's own certificate to say: to repeat its id is not enough. */
static void
test_identity (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hallway-identity-XXXXXX", NULL);
  g_autofree char *places = g_build_filename (folder, "places", NULL);
  g_autofree char *old = g_build_filename (folder, "identity", NULL);
  g_autofree char *old_key = g_build_filename (old, "private-key.pem", NULL);
  g_autofree char *own = g_strnfill (64, 'a');
  g_autofree char *others = g_strnfill (64, 'b');
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "id", -1);
  g_autofree char *key = g_build_filename (places, sum, "identity", own, "private-key.pem", NULL);
  const char *which[][2]
      = { { "id", own }, { "id", own }, { "id", others }, { "id", NULL }, { "another", own } };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  struct stat info;

  /* What served at all places before is gone with the first that does not. */
  g_assert_cmpint (g_mkdir_with_parents (old, 0700), ==, 0);
  g_assert_true (g_file_set_contents (old_key, "secret", -1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (which); i++)
    {
      g_autoptr (GTlsCertificate) one = make_certificate (places, which[i][0], which[i][1]);

      g_assert_true (g_hash_table_add (seen, hw_fingerprint_of_certificate (one)) == (i != 1));
    }
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_cmpint (stat (key, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_set_contents (key, "nonsense", -1, NULL));
  g_test_expect_message ("hw-client", G_LOG_LEVEL_MESSAGE, "*A new one is made*");
  {
    g_autoptr (GTlsCertificate) anew = make_certificate (places, "id", own);

    g_test_assert_expected_messages ();
    g_assert_true (g_hash_table_add (seen, hw_fingerprint_of_certificate (anew)));
  }
  remove_folder (folder);
}

/* Another place that has people send their whispers here, with what this one said of Ben, is found
 * out: Ana is not the one there who she is here. */
static void
test_other_place (F *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (f->folder, "other", NULL);
  F other = { .folder = f->folder, .known = f->known };
  g_autoptr (HwWhere) where = find_out_where (f->ana, "Ben");
  g_autoptr (GError) relayed = NULL;
  g_autofree char *here = hw_fingerprint_of_certificate (f->ana->certificate);
  g_autofree char *there = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  other.server = real_server_new (folder);
  real_server_start (other.server, NULL);
  other.ana = make_person (&other, "Ana");
  there = hw_fingerprint_of_certificate (other.ana->certificate);
  g_assert_cmpstr (here, !=, there);
  relayed = say_as (where, other.ana->certificate, "Ana", "said elsewhere");
  g_assert_error (relayed, HW_ERROR, HW_ERROR_BAD_REQUEST);
  g_assert_cmpuint (g_list_model_get_n_items (hw_place_get_whispers (f->ben)), ==, 0);
  drop_person (&other.ana);
  real_server_free (other.server);
}

/* A server that says where Ben is, as the test wants it. */
typedef struct
{
  const char *address; /* (nullable): this computer's */
  guint16 port;
  char *fingerprint;
  GPtrArray *ops; /* "unreachable", "whisper KEY" in their order */
} Ben;

static gboolean
take_request (FakeServer *server,
              FakeClient *client,
              const char *op,
              gint64 id,
              JsonObject *message,
              gpointer user_data)
{
  Ben *ben = user_data;

  if (g_str_equal (op, "where"))
    fake_client_send (client,
                      "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true,\"address\":\"%s\","
                      "\"port\":%u,\"fingerprint\":\"%s\"}",
                      id, ben->address ? ben->address : "127.0.0.1", ben->port, ben->fingerprint);
  else if (g_str_equal (op, "unreachable"))
    {
      g_ptr_array_add (ben->ops, g_strdup (op));
      fake_client_send (client, "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true,\"alive\":true}", id);
    }
  else if (g_str_equal (op, "whisper"))
    {
      g_ptr_array_add (ben->ops, g_strdup (op));
      fake_client_send (client,
                        "{\"re\":%" G_GINT64_FORMAT
                        ",\"ok\":true,\"at\":1763625600123,\"delivered\":\"now\"}",
                        id);
    }
  else
    return FALSE;
  return TRUE;
}

static void
set_up_ben (PlaceFixture *f, Ben *ben)
{
  ben->ops = g_ptr_array_new_with_free_func (g_free);
  f->server->hook = take_request;
  f->server->hook_data = ben;
  hw_place_set_identities (f->place, f->folder);
  go_online (f, "Ana");
}

static void
test_silent_peer (PlaceFixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate = make_certificate (f->folder, "ana", NULL);
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  Ben ben = { .fingerprint = hw_fingerprint_of_certificate (certificate) };
  HwWhisper *whisper;
  gint64 before;

  ben.port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);
  set_up_ben (f, &ben);
  whisper = hw_place_open_whisper (f->place, "Ben");
  before = g_get_monotonic_time ();
  hw_whisper_say (whisper, "one");
  wait_until (count (whisper) == 1);
  g_assert_cmpint (g_get_monotonic_time () - before, >=, 490000);
  assert_said (whisper, "one~ ");
  g_assert_cmpuint (ben.ops->len, ==, 2);
  g_assert_cmpstr (ben.ops->pdata[0], ==, "unreachable");
  g_assert_cmpstr (ben.ops->pdata[1], ==, "whisper");
  /* It is not tried again at once. */
  before = g_get_monotonic_time ();
  hw_whisper_say (whisper, "two");
  wait_until (count (whisper) == 2);
  g_assert_cmpuint (ben.ops->len, ==, 3);
  g_ptr_array_unref (ben.ops);
  g_free (ben.fingerprint);
}

/* A place that would have us knock at other doors is not obeyed. */
static void
test_led_astray (PlaceFixture *f, gconstpointer data)
{
  static const char *const addresses[]
      = { "0.0.0.0", "::", "::ffff:127.0.0.1", "224.0.0.251", "ff02::1", "127.0.0.1", "localhost" };
  g_autoptr (GTlsCertificate) certificate = make_certificate (f->folder, "ana", NULL);
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  Ben ben = { .fingerprint = hw_fingerprint_of_certificate (certificate) };
  guint16 port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);

  set_up_ben (f, &ben);
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autofree char *name = g_strdup_printf ("Ben %zu", i);
      HwWhisper *whisper = hw_place_open_whisper (f->place, name);

      ben.address = addresses[i];
      ben.port = i == 5 ? 22 : port;
      hw_whisper_say (whisper, "one");
      wait_until (count (whisper) == 1);
      assert_said (whisper, "one~ ");
    }
  /* Nobody was called, and so nobody was silent. */
  g_assert_cmpuint (ben.ops->len, ==, G_N_ELEMENTS (addresses));
  g_ptr_array_unref (ben.ops);
  g_free (ben.fingerprint);
}

static gboolean
on_taken (const HwPeerRequest *request, gpointer user_data, GError **error)
{
  g_return_val_if_reached (FALSE);
}

static gboolean
on_may_fetch (const HwPeerRequest *request, gpointer user_data, GError **error)
{
  g_return_val_if_reached (FALSE);
}

static const HwDirectHandler no_handler = { on_taken, on_may_fetch, NULL, NULL };

static void
test_wrong_certificate (PlaceFixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate = make_certificate (f->folder, "ana", NULL);
  g_autoptr (GTlsCertificate) strange = make_certificate (f->folder, "strange", NULL);
  g_autoptr (HwDirect) other = NULL;
  Ben ben = { .fingerprint = hw_fingerprint_of_certificate (certificate) };
  HwWhisper *whisper;

  other = hw_direct_new (f->place, strange, &no_handler, NULL, NULL);
  ben.port = hw_direct_get_port (other);
  set_up_ben (f, &ben);
  whisper = hw_place_open_whisper (f->place, "Ben");
  hw_whisper_say (whisper, "one");
  wait_until (count (whisper) == 1);
  assert_said (whisper, "one~ ");
  g_assert_cmpuint (ben.ops->len, ==, 1);
  g_assert_cmpstr (ben.ops->pdata[0], ==, "whisper");
  hw_direct_close (other);
  g_ptr_array_unref (ben.ops);
  g_free (ben.fingerprint);
}

static GError *
whisper_by (HwDirectCall *call, const char *text, const char *key, const char *after)
{
  HwPeerRequest *request = g_new0 (HwPeerRequest, 1);
  Answer answer = { 0 };

  request->op = HW_PEER_DIRECT;
  request->from = g_strdup ("Ana");
  request->text = g_strdup (text);
  request->key = g_strdup (key);
  request->after = g_strdup (after);
  hw_direct_call_ask (call, request, 20000, on_answer, &answer);
  wait_until (answer.answered);
  return answer.error;
}

static void
whisper_over_the_server (HwPlace *place, const char *to, const char *text, const char *key)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  json_object_set_string_member (fields, "to", to);
  json_object_set_string_member (fields, "text", text);
  json_object_set_string_member (fields, "key", key);
  hw_place_request_async (place, "whisper", fields, NULL, NULL, NULL);
}

/* The same whisper by both ways is one; one that would overtake the one before is sent after it,
 * and nobody is told that it has arrived. */
static void
test_both_ways (F *f, gconstpointer data)
{
  g_autoptr (HwWhere) where = find_out_where (f->ana, "Ben");
  g_autoptr (HwDirectCall) call = hw_direct_call_new (where, f->ana->certificate);
  HwWhisper *to_ana = hw_place_open_whisper (f->ben, "Ana");
  g_autoptr (GError) early = whisper_by (call, "b", "key b", "key a");
  g_autoptr (GError) later = NULL;
  g_autoptr (GError) again = NULL;

  g_assert_error (early, HW_ERROR, HW_ERROR_NOT_DIRECT);
  g_assert_cmpuint (count (to_ana), ==, 0);
  whisper_over_the_server (f->ana, "Ben", "a", "key a");
  whisper_over_the_server (f->ana, "Ben", "b", "key b");
  wait_until (count (to_ana) == 2);
  later = whisper_by (call, "c", "key c", "key b");
  g_assert_no_error (later);
  again = whisper_by (call, "b", "key b", NULL);
  g_assert_no_error (again);
  whisper_over_the_server (f->ana, "Ben", "c", "key c");
  idle_for (100);
  hw_direct_call_close (call);
  assert_said (to_ana, "a~ b~ c> ");
}

/* What the server says that it has may still be under way: what follows names it. */
static void
test_names_the_one_before (F *f, gconstpointer data)
{
  HwWhisper *to_ben = hw_place_open_whisper (f->ana, "Ben");
  HwWhisper *to_ana = hw_place_open_whisper (f->ben, "Ana");

  hw_whisper_say (to_ben, "one");
  wait_until (count (to_ben) == 1 && count (to_ana) == 1);
  /* As if it had gone the server's way, and never come. */
  hw_entry_set_direct (get_entry (to_ben, 1), FALSE);
  hw_seen_free (f->ben->seen);
  f->ben->seen = hw_seen_new ();
  hw_whisper_say (to_ben, "two");
  wait_until (count (to_ben) == 2 && count (to_ana) == 2);
  hw_whisper_say (to_ben, "three");
  wait_until (count (to_ben) == 3 && count (to_ana) == 3);
  assert_said (to_ana, "one> two~ three> ");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/direct/our-certificate-is-kept", test_identity);
  g_test_add ("/direct/another-place-cannot-pass-on", F, NULL, people_fixture_set_up,
              test_other_place, people_fixture_tear_down);
  g_test_add ("/direct/whispers-go-straight", F, NULL, people_fixture_set_up, test_straight,
              people_fixture_tear_down);
  g_test_add ("/direct/off-is-off", F, NULL, people_fixture_set_up, test_off,
              people_fixture_tear_down);
  g_test_add ("/direct/cut-in-the-middle", F, NULL, people_fixture_set_up, test_cut,
              people_fixture_tear_down);
  g_test_add ("/direct/focus-holds", F, NULL, people_fixture_set_up, test_focus,
              people_fixture_tear_down);
  g_test_add ("/direct/liars-are-not-heard", F, NULL, people_fixture_set_up, test_liars,
              people_fixture_tear_down);
  g_test_add ("/direct/meant-for-others", F, NULL, people_fixture_set_up, test_meant_for_others,
              people_fixture_tear_down);
  g_test_add ("/direct/many-of-one", F, NULL, people_fixture_set_up, test_many_of_one,
              people_fixture_tear_down);
  g_test_add ("/direct/too-much", F, NULL, people_fixture_set_up, test_too_much,
              people_fixture_tear_down);
  g_test_add ("/direct/renamed", F, NULL, people_fixture_set_up, test_renamed,
              people_fixture_tear_down);
  g_test_add ("/direct/both-ways-are-one", F, NULL, people_fixture_set_up, test_both_ways,
              people_fixture_tear_down);
  g_test_add ("/direct/names-the-one-before", F, NULL, people_fixture_set_up,
              test_names_the_one_before, people_fixture_tear_down);
  g_test_add ("/direct/strangers-cost-nothing", F, NULL, people_fixture_set_up,
              test_strangers_cost_nothing, people_fixture_tear_down);
  g_test_add ("/direct/silent-machines-keep-nobody-away", F, NULL, people_fixture_set_up,
              test_silent_machines, people_fixture_tear_down);
  g_test_add ("/direct/who-is-silent-is-reported", PlaceFixture, NULL, place_fixture_set_up,
              test_silent_peer, place_fixture_tear_down);
  g_test_add ("/direct/not-led-astray", PlaceFixture, NULL, place_fixture_set_up, test_led_astray,
              place_fixture_tear_down);
  g_test_add ("/direct/somebody-else-answers", PlaceFixture, NULL, place_fixture_set_up,
              test_wrong_certificate, place_fixture_tear_down);
  return g_test_run ();
}
