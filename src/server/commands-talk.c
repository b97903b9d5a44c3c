/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Talking, and looking at what was said. */

#include "commands.h"
#include "event.h"
#include "helpers.h"
#include "lobby.h"
#include "log-query.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "server.h"

/* A message on its way to the disk. */
typedef struct
{
  HwRequest *request;
  HwMember *member;
} Saying;

static Saying *
saying_new (HwRequest *request, HwMember *member)
{
  Saying *self = g_new (Saying, 1);

  self->request = hw_request_ref (request);
  self->member = hw_member_ref (member);
  return self;
}

static void
saying_free (Saying *self)
{
  hw_member_unref (self->member);
  hw_request_unref (self->request);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Saying, saying_free)

static void
on_said (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  g_autoptr (Saying) self = user_data;
  HwJsonWriter *writer;

  if (error)
    {
      hw_request_fail (self->request, error);
      return;
    }
  if (!duplicate)
    hw_room_publish (self->member->room, entry, self->member);
  writer = hw_request_begin (self->request);
  hw_json_int (writer, "seq", entry->seq);
  hw_json_int (writer, "at", entry->at);
  hw_request_end (self->request);
}

void
hw_command_say (HwRequest *request)
{
  HwMember *member = hw_request_find_membership (request);
  const char *text = hw_request_get_string (request, "text");
  const char *key = hw_request_get_string (request, "key");
  g_autoptr (GError) error = NULL;

  if (!member)
    return;
  if (!hw_text_check (text, "text", &error)
      || !hw_mutes_check (request->client->server->mutes, request->client->session->folded, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  hw_store_append (hw_lobby_get_store (member->room->lobby),
                   hw_log_entry_new (member->room->log, HW_ENTRY_MESSAGE, HW_LEFT_NONE,
                                     member->session->name, text, "", "", key ? key : ""),
                   on_said, saying_new (request, member));
  hw_request_forget_fields (request);
}

void
hw_command_typing (HwRequest *request)
{
  HwMember *member = hw_request_find_membership (request);
  HwSession *session = request->client->session;
  gint64 now = g_get_monotonic_time ();
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;

  if (!member)
    return;
  if (now - session->typed_at >= HW_TYPING_INTERVAL * G_TIME_SPAN_SECOND)
    {
      session->typed_at = now;
      hw_event_begin (&writer, "typing");
      hw_json_string (&writer, "room", member->room->name);
      hw_json_string (&writer, "name", session->name);
      event = hw_event_end (&writer);
      hw_room_send (member->room, event, session);
    }
  hw_request_succeed (request);
}

static void
on_topic_set (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  g_autoptr (Saying) self = user_data;

  if (error)
    {
      hw_request_fail (self->request, error);
      return;
    }
  hw_room_set_topic (self->member->room, entry->text);
  hw_room_publish (self->member->room, entry, NULL);
  hw_request_succeed (self->request);
}

void
hw_command_topic (HwRequest *request)
{
  HwMember *member = hw_request_find_membership (request);
  g_autoptr (GError) error = NULL;
  g_autofree char *topic = NULL;

  if (!member)
    return;
  topic = hw_name_normalize_topic (hw_request_get_string (request, "topic"), "topic", &error);
  if (!topic)
    {
      hw_request_fail (request, error);
      return;
    }
  hw_store_append (hw_lobby_get_store (member->room->lobby),
                   hw_log_entry_new (member->room->log, HW_ENTRY_TOPIC, HW_LEFT_NONE,
                                     member->session->name, topic, "", "", ""),
                   on_topic_set, saying_new (request, member));
}

typedef struct
{
  HwRequest *request;
  gboolean newest; /* what is cut off are the oldest */
  char *reader;    /* folded name */
} Reading;

static void
on_read (HwLogPage *page, const GError *error, gpointer user_data)
{
  Reading *self = user_data;

  if (error)
    hw_request_fail (self->request, error);
  else
    hw_log_query_answer (self->request, page, self->newest, self->reader, FALSE);
  hw_request_unref (self->request);
  g_free (self->reader);
  g_free (self);
}

void
hw_command_history (HwRequest *request)
{
  HwMember *member = hw_request_find_membership (request);
  g_autofree char *author = NULL;
  g_autoptr (GError) error = NULL;
  HwLogQuery query;
  Reading *self;

  if (!member)
    return;
  if (!hw_log_query_read (&query, request, member->room->log, &author, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  self = g_new0 (Reading, 1);
  self->request = hw_request_ref (request);
  self->newest = query.from == HW_PAGE_NEWEST || query.from == HW_PAGE_BEFORE;
  self->reader = g_strdup (request->client->session->folded);
  hw_store_read (request->client->server->store, &query, on_read, self);
}
