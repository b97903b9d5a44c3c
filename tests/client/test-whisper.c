/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whispers and focus, against a server that does what the test says. */

#include "place-fixture.h"

#include "protocol/error.h"

#include <string.h>

typedef PlaceFixture F;

typedef struct
{
  GPtrArray *keys; /* of every whisper that came */
  GPtrArray *texts;
  const char *delivered;
  gboolean swallow; /* answers nothing */
  gboolean no_such_user;
  int focus; /* the last that was told, -1: none */
} Mail;

static gboolean
take_mail (FakeServer *server,
           FakeClient *client,
           const char *op,
           gint64 id,
           JsonObject *message,
           gpointer user_data)
{
  Mail *mail = user_data;

  if (g_str_equal (op, "focus"))
    {
      mail->focus = json_object_get_boolean_member (message, "on");
      fake_client_send (client, "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true}", id);
      return TRUE;
    }
  if (!g_str_equal (op, "whisper"))
    return FALSE;

  g_ptr_array_add (mail->keys, g_strdup (json_object_get_string_member (message, "key")));
  g_ptr_array_add (mail->texts, g_strdup (json_object_get_string_member (message, "text")));
  if (mail->swallow)
    return TRUE;
  if (mail->no_such_user)
    fake_client_refuse (client, id, "no-such-user", "to");
  else
    fake_client_send (client,
                      "{\"re\":%" G_GINT64_FORMAT
                      ",\"ok\":true,\"at\":1763625600123,\"delivered\":\"%s\"}",
                      id, mail->delivered);
  return TRUE;
}

static void
open_mail (F *f, Mail *mail)
{
  mail->keys = g_ptr_array_new_with_free_func (g_free);
  mail->texts = g_ptr_array_new_with_free_func (g_free);
  mail->delivered = "now";
  mail->focus = -1;
  f->server->hook = take_mail;
  f->server->hook_data = mail;
  go_online (f, "Ana");
}

static void
close_mail (F *f, Mail *mail)
{
  f->server->hook = NULL;
  g_ptr_array_unref (mail->keys);
  g_ptr_array_unref (mail->texts);
}

static HwEntry *
get_last (HwWhisper *whisper)
{
  GListModel *history = G_LIST_MODEL (hw_whisper_get_history (whisper));

  return hw_history_peek (HW_HISTORY (history), g_list_model_get_n_items (history) - 1);
}

static HwEntryState
get_last_state (HwWhisper *whisper)
{
  return hw_entry_get_state (get_last (whisper));
}

static void
test_arrives (F *f, gconstpointer data)
{
  HwWhisper *whisper;
  GListModel *whispers;
  Mail mail = { 0 };

  open_mail (f, &mail);
  whispers = hw_place_get_whispers (f->place);
  fake_client_send (fake_server_get_client (f->server, "Ana"),
                    "{\"ev\":\"whisper\",\"from\":\"Ben\",\"text\":\"psst\",\"at\":1763625600123}");
  wait_until (g_list_model_get_n_items (whispers) == 1);
  whisper = hw_place_open_whisper (f->place, "BEN");
  g_assert_cmpuint (g_list_model_get_n_items (whispers), ==, 1);
  g_assert_cmpstr (hw_whisper_get_name (whisper), ==, "Ben");
  g_assert_cmpstr (hw_entry_get_text (get_last (whisper)), ==, "psst");
  g_assert_cmpstr (hw_entry_get_from (get_last (whisper)), ==, "Ben");
  g_assert_cmpuint (hw_whisper_get_unread (whisper), ==, 1);
  hw_whisper_set_read (whisper, 1);
  g_assert_cmpuint (hw_whisper_get_unread (whisper), ==, 0);
  close_mail (f, &mail);
}

static void
test_is_sent (F *f, gconstpointer data)
{
  HwWhisper *whisper;
  Mail mail = { 0 };

  open_mail (f, &mail);
  whisper = hw_place_open_whisper (f->place, "Ben");
  hw_whisper_say (whisper, "one");
  hw_whisper_say (whisper, "two");
  g_assert_cmpint (get_last_state (whisper), ==, HW_ENTRY_UNSAVED);
  g_assert_cmpuint (hw_place_get_n_unsaved (f->place), ==, 2);
  wait_until (get_last_state (whisper) == HW_ENTRY_SAVED);
  g_assert_cmpuint (hw_place_get_n_unsaved (f->place), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (hw_whisper_get_history (whisper))), ==,
                    2);
  g_assert_cmpstr (mail.texts->pdata[0], ==, "one");
  g_assert_cmpstr (mail.texts->pdata[1], ==, "two");
  g_assert_null (hw_whisper_get_remark (whisper));
  g_assert_cmpuint (hw_whisper_get_unread (whisper), ==, 0);

  mail.delivered = "held";
  hw_whisper_say (whisper, "three");
  wait_until (hw_whisper_get_remark (whisper) != NULL);
  close_mail (f, &mail);
}

static void
test_survives_lost_link (F *f, gconstpointer data)
{
  HwWhisper *whisper;
  Mail mail = { 0 };

  open_mail (f, &mail);
  whisper = hw_place_open_whisper (f->place, "Ben");
  mail.swallow = TRUE;
  hw_whisper_say (whisper, "once");
  wait_until (mail.keys->len == 1);
  mail.swallow = FALSE;
  fake_server_drop (f->server);
  wait_until (get_last_state (whisper) == HW_ENTRY_SAVED);

  /* Sent again under the same key: the server delivers it once. */
  g_assert_cmpuint (mail.keys->len, ==, 2);
  g_assert_cmpstr (mail.keys->pdata[0], ==, mail.keys->pdata[1]);
  close_mail (f, &mail);
}

static void
test_is_refused (F *f, gconstpointer data)
{
  HwWhisper *whisper;
  Mail mail = { 0 };

  open_mail (f, &mail);
  whisper = hw_place_open_whisper (f->place, "Nobody");
  mail.no_such_user = TRUE;
  hw_whisper_say (whisper, "hello?");
  wait_until (get_last_state (whisper) == HW_ENTRY_FAILED);
  g_assert_nonnull (hw_entry_get_problem (get_last (whisper)));
  g_assert_cmpuint (hw_place_get_n_unsaved (f->place), ==, 0);

  mail.no_such_user = FALSE;
  hw_whisper_retry (whisper, get_last (whisper));
  wait_until (get_last_state (whisper) == HW_ENTRY_SAVED);

  mail.no_such_user = TRUE;
  hw_whisper_say (whisper, "and now?");
  wait_until (get_last_state (whisper) == HW_ENTRY_FAILED);
  hw_whisper_discard (whisper, get_last (whisper));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (hw_whisper_get_history (whisper))), ==,
                    1);
  close_mail (f, &mail);
}

static void
test_focus (F *f, gconstpointer data)
{
  Mail mail = { 0 };

  open_mail (f, &mail);
  hw_place_set_focus (f->place, TRUE);
  wait_until (mail.focus == 1);
  fake_client_send (fake_server_get_client (f->server, "Ana"),
                    "{\"ev\":\"held\",\"from\":\"Zed\",\"count\":1}");
  wait_until (hw_place_get_n_held (f->place) == 1);

  /* The wish outlives the link. */
  mail.focus = -1;
  fake_server_drop (f->server);
  wait_until (mail.focus == 1);

  hw_place_set_focus (f->place, FALSE);
  wait_until (mail.focus == 0);
  g_assert_cmpuint (hw_place_get_n_held (f->place), ==, 0);
  close_mail (f, &mail);
}

static void
test_many (F *f, gconstpointer data)
{
  HwWhisper *whisper;
  HwHistory *history;
  Mail mail = { 0 };

  /* More than a history keeps in memory: what went out of it is there when it is looked at. */
  open_mail (f, &mail);
  for (guint i = 1; i <= 8000; i++)
    fake_client_send (fake_server_get_client (f->server, "Ana"),
                      "{\"ev\":\"whisper\",\"from\":\"Ben\",\"text\":\"%u\",\"at\":1763625600123}",
                      i);
  whisper = hw_place_open_whisper (f->place, "Ben");
  history = hw_whisper_get_history (whisper);
  wait_until (hw_history_get_last (history) == 8000);
  g_object_unref (g_list_model_get_item (G_LIST_MODEL (history), 0));
  wait_until (hw_history_is_loaded (history, 1));
  g_assert_cmpstr (hw_entry_get_text (hw_history_peek (history, 0)), ==, "1");
  close_mail (f, &mail);
}

/* A crowd, or a hostile server, whispers under ever new names. */
static void
test_crowd (F *f, gconstpointer data)
{
  FakeClient *client;
  GListModel *whispers;

  go_online (f, "Ana");
  whispers = hw_place_get_whispers (f->place);
  client = fake_server_get_client (f->server, "Ana");
  for (guint i = 0; i < 1200; i++)
    fake_client_send (client, "{\"ev\":\"whisper\",\"from\":\"Zed %u\",\"text\":\"x\",\"at\":1}",
                      i);
  fake_client_send (client, "{\"ev\":\"whisper\",\"from\":\"Zed 0\",\"text\":\"y\",\"at\":2}");
  wait_until (g_list_model_get_n_items (whispers) > 0
              && hw_whisper_get_unread (hw_place_open_whisper (f->place, "Zed 0")) == 2);
  g_assert_cmpuint (g_list_model_get_n_items (whispers), ==, 1000);
}

static gboolean
name_nobody (FakeServer *server,
             FakeClient *client,
             const char *op,
             gint64 id,
             JsonObject *message,
             gpointer user_data)
{
  if (!g_str_equal (op, "login"))
    return FALSE;
  fake_client_send (client,
                    "{\"re\":%" G_GINT64_FORMAT
                    ",\"ok\":true,\"name\":\"\\u200b\",\"guest\":true,\"token\":\"t\"}",
                    id);
  return TRUE;
}

static void
test_nobodys_name (F *f, gconstpointer data)
{
  f->server->hook = name_nobody;
  hw_place_connect (f->place, "Ana", NULL);
  wait_until (hw_place_get_state (f->place) == HW_PLACE_ENDED);
}

#define add(name, function) \
  g_test_add ("/whisper/" name, F, NULL, place_fixture_set_up, function, place_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("one-that-comes-opens-a-conversation", test_arrives);
  add ("ours-is-shown-at-once-and-then-plain", test_is_sent);
  add ("ours-outlives-a-lost-link-and-is-sent-once", test_survives_lost_link);
  add ("one-to-nobody-says-so", test_is_refused);
  add ("focus-is-told-again-after-a-lost-link", test_focus);
  add ("crowd-is-bounded", test_crowd);
  add ("nobody-is-called-nothing", test_nobodys_name);
  add ("thousands-can-be-read-from-the-start", test_many);

  return g_test_run ();
}
