/* SPDX-License-Identifier: GPL-3.0-or-later */

/* People and each other: who is here, whispers, focus, and ways past the server. */

#include "commands.h"
#include "event.h"
#include "helpers.h"
#include "mail.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "server.h"

#include <string.h>

/* Milliseconds in which a client that is asked whether it is there has to say something. */
#define ANSWER_TIME 2000

/* Bytes of one person's row in the list of all, so that the list ends before its line is full. */
#define ROW_MAX (64 * 1024)

typedef struct
{
  HwJsonWriter *writer;
  HwSession *asker;
  gboolean more;
} PeopleList;

static void
write_rooms (HwJsonWriter *writer, HwSession *session, HwSession *asker)
{
  gsize before = writer->out->len;

  hw_json_begin_array (writer, "rooms");
  for (HwMember *member = session->members; member; member = member->next)
    {
      HwRoom *room = member->room;
      HwMember *own = room->password ? hw_member_find (room, asker) : NULL;

      if (member->state != HW_MEMBER_IN || writer->out->len - before > ROW_MAX / 2)
        continue;
      if (!room->password || (own && own->state == HW_MEMBER_IN))
        hw_json_string (writer, NULL, room->name);
    }
  hw_json_end_array (writer);
}

static gboolean
write_person (HwSession *session, gpointer user_data)
{
  PeopleList *list = user_data;

  list->more = list->writer->out->len + ROW_MAX > HW_SERVER_LINE_MAX;
  if (list->more)
    return FALSE;
  hw_json_begin_object (list->writer, NULL);
  hw_session_write_row (list->writer, session);
  write_rooms (list->writer, session, list->asker);
  hw_json_end_object (list->writer);
  return TRUE;
}

void
hw_command_who (HwRequest *request)
{
  g_autofree char *start = hw_request_get_start (request);
  PeopleList list = { .asker = request->client->session };

  list.writer = hw_request_begin (request);
  hw_json_begin_array (list.writer, "users");
  hw_people_foreach (request->client->server->people, start, write_person, &list);
  hw_json_end_array (list.writer);
  if (list.more)
    hw_json_bool (list.writer, "more", TRUE);
  hw_request_end (request);
}

/* A whisper on its way to the disk. */
typedef struct
{
  HwRequest *request;
  HwSession *from;
  HwSession *to;    /* (nullable): not here when it was whispered */
  gboolean instead; /* it is on its way to the mailbox, being too late to be delivered */
} Whisper;

static void
whisper_free (Whisper *self)
{
  g_clear_pointer (&self->to, hw_session_unref);
  hw_session_unref (self->from);
  hw_request_unref (self->request);
  g_free (self);
}

static void
answer_whisper (HwRequest *request, gint64 at, HwWhisperDelivery delivery)
{
  static const char *const names[] = { "now", "held", "stored" };
  HwJsonWriter *writer = hw_request_begin (request);

  hw_json_int (writer, "at", at);
  hw_json_string (writer, "delivered", names[delivery]);
  hw_request_end (request);
}

static void on_whispered (const HwWhisper *whisper,
                          gboolean duplicate,
                          const GError *error,
                          gpointer user_data);

/* It was to be delivered now, and while its key went to the disk its person went, too. Whoever is
 * in grace may come back for it. Takes @self. */
static void
store_instead (Whisper *self, HwSession *to, const HwWhisper *whisper)
{
  HwServer *server = self->request->client->server;
  g_autofree char *folded = hw_name_fold (whisper->to);

  if (to)
    to->has_mail = TRUE;
  if (!to && !hw_accounts_find (server->accounts, folded))
    {
      hw_store_take_back_whisper (server->store, whisper);
      hw_request_refuse (self->request, HW_ERROR_NO_SUCH_USER, "to", "Nobody here is called that.");
    }
  else if (whisper->id == 0)
    {
      self->instead = TRUE;
      hw_store_keep_whisper (server->store, whisper, HW_MAILBOX_MAX, on_whispered, self);
      return;
    }
  else
    {
      answer_whisper (self->request, whisper->at, HW_WHISPER_STORED);
    }
  whisper_free (self);
}

/* Whoever it is for, as they are now: they may have come in anew, or be called otherwise. */
static HwSession *
find_recipient (Whisper *self, const HwWhisper *whisper)
{
  g_autofree char *folded = NULL;

  if (self->to && self->to->state != HW_SESSION_ENDED)
    return self->to;
  folded = hw_name_fold (whisper->to);
  return hw_people_find (self->request->client->server->people, folded);
}

static void
on_whispered (const HwWhisper *whisper, gboolean duplicate, const GError *error, gpointer user_data)
{
  Whisper *self = user_data;
  HwSession *to = find_recipient (self, whisper);
  gboolean here = to && to->client;

  if (error)
    {
      if (self->instead)
        hw_store_take_back_whisper (self->request->client->server->store, whisper);
      hw_request_fail (self->request, error);
      whisper_free (self);
      return;
    }
  if (!duplicate && !here && whisper->delivery == HW_WHISPER_NOW)
    {
      store_instead (self, to, whisper);
      return;
    }
  if (!duplicate && here && whisper->delivery == HW_WHISPER_NOW)
    hw_mail_give (to, whisper);
  else if (!duplicate && here && to->focus && whisper->delivery == HW_WHISPER_HELD)
    hw_mail_tell_held (to, whisper->from);
  else if (!duplicate && here)
    hw_mail_deliver (to); /* what it waited for has come meanwhile */
  answer_whisper (self->request, whisper->at, whisper->delivery);
  whisper_free (self);
}

static void
whisper (HwRequest *request, HwSession *to, const char *name, const char *folded)
{
  HwServer *server = request->client->server;
  HwSession *from = request->client->session;
  const char *text = hw_request_get_string (request, "text");
  const char *key = hw_request_get_string (request, "key");
  gboolean here = to && to->client;
  gboolean confirmed;
  HwWhisperDelivery delivery;
  Whisper *self;

  if (!here && !hw_accounts_find (server->accounts, folded))
    {
      hw_request_refuse (request, HW_ERROR_NO_SUCH_USER, "to", "Nobody here is called that.");
      return;
    }
  if (!here)
    delivery = HW_WHISPER_STORED;
  else if (hw_mail_is_held (to, from)
           || !hw_connection_make_room (&to->client->connection, 2 * strlen (text) + 512))
    delivery = HW_WHISPER_HELD;
  else
    delivery = HW_WHISPER_NOW;
  if (delivery == HW_WHISPER_NOW && !key)
    {
      gint64 at = g_get_real_time () / 1000;

      hw_mail_send (to, from->name, text, at);
      answer_whisper (request, at, delivery);
      return;
    }
  confirmed = delivery == HW_WHISPER_NOW && hw_mail_is_confirmed (to);
  self = g_new0 (Whisper, 1);
  self->request = hw_request_ref (request);
  self->from = hw_session_ref (from);
  self->to = to ? hw_session_ref (to) : NULL;
  if (to && (confirmed || delivery != HW_WHISPER_NOW))
    to->has_mail = TRUE;
  hw_store_add_whisper (server->store, to ? to->name : name, from->name, text, key, delivery,
                        confirmed, confirmed ? HW_UNCONFIRMED_MAX : HW_MAILBOX_MAX, on_whispered,
                        self);
}

void
hw_command_received (HwRequest *request)
{
  hw_mail_confirm (request->client->session, hw_request_get_int (request, "n", 0));
  hw_request_succeed (request);
}

void
hw_command_whisper (HwRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name
      = hw_name_normalize_user (hw_request_get_string (request, "to"), "to", &error);
  g_autofree char *folded = NULL;

  if (!name || !hw_text_check (hw_request_get_string (request, "text"), "text", &error))
    {
      hw_request_fail (request, error);
      return;
    }
  folded = hw_name_fold (name);
  whisper (request, hw_people_find (request->client->server->people, folded), name, folded);
}

void
hw_command_focus (HwRequest *request)
{
  HwSession *session = request->client->session;
  gboolean on = hw_request_get_bool (request, "on", FALSE);
  gboolean ends = session->focus && !on;

  session->focus = on;
  hw_request_succeed (request);
  if (ends)
    hw_mail_deliver (session);
}

void
hw_command_where (HwRequest *request)
{
  HwSession *session = hw_request_find_session (request, "name");
  g_autofree char *address = NULL;
  HwJsonWriter *writer;

  if (!session)
    return;
  if (!session->client || !session->direct)
    {
      hw_request_refuse (request, HW_ERROR_NOT_DIRECT, "name", "%s takes no direct messages.",
                         session->name);
      return;
    }
  address = hw_client_describe_address (session->client);
  writer = hw_request_begin (request);
  hw_json_string (writer, "address", address);
  hw_json_int (writer, "port", session->direct->port);
  hw_json_string (writer, "fingerprint", session->direct->fingerprint);
  hw_request_end (request);
}

/* Somebody was asked whether they are there. */
typedef struct
{
  HwRequest *request;
  HwSession *session;
  HwClient *client;
  gint64 n;
  gint64 asked_at;
  guint timeout;
} Question;

static void
answer_question (Question *self, gboolean alive)
{
  HwServer *server = self->request->client->server;
  HwJsonWriter *writer = hw_request_begin (self->request);

  hw_json_bool (writer, "alive", alive);
  hw_request_end (self->request);
  g_hash_table_remove (server->asked, &self->n);
  g_clear_handle_id (&self->timeout, g_source_remove);
  hw_request_unref (self->request);
  hw_session_unref (self->session);
  hw_client_unref (self->client);
  g_free (self);
}

static gboolean
on_answer_time_over (gpointer user_data)
{
  Question *self = user_data;
  gboolean same = self->session->client == self->client;
  gboolean alive = same ? hw_connection_was_heard (&self->client->connection, self->asked_at)
                        : self->session->client != NULL;

  self->timeout = 0;
  if (same && !alive)
    {
      hw_session_detach (self->session);
      hw_connection_abort (&self->client->connection);
    }
  answer_question (self, alive);
  return G_SOURCE_REMOVE;
}

void
hw_command_unreachable (HwRequest *request)
{
  HwServer *server = request->client->server;
  HwSession *session = hw_request_find_session (request, "name");
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;
  Question *self;

  if (!session)
    return;
  self = g_new0 (Question, 1);
  self->request = hw_request_ref (request);
  self->session = hw_session_ref (session);
  self->n = ++server->n_asked;
  self->asked_at = g_get_monotonic_time ();
  if (!session->client)
    {
      self->client = hw_client_ref (request->client);
      answer_question (self, FALSE);
      return;
    }
  self->client = hw_client_ref (session->client);
  g_hash_table_insert (server->asked, &self->n, self);
  self->timeout = g_timeout_add (ANSWER_TIME, on_answer_time_over, self);
  hw_event_begin (&writer, "ping");
  hw_json_int (&writer, "n", self->n);
  event = hw_event_end (&writer);
  hw_client_send (session->client, event);
}

void
hw_command_pong (HwRequest *request)
{
  HwClient *client = request->client;
  gint64 n = hw_request_get_int (request, "n", 0);
  Question *question = g_hash_table_lookup (client->server->asked, &n);

  hw_request_drop (request);
  if (question && question->client == client)
    answer_question (question, TRUE);
}

void
hw_command_active (HwRequest *request)
{
  hw_request_succeed (request);
}
