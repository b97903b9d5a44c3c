/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Offers of files: who has which file for whom. Only that goes over the server; the file goes from
 * client to client, where the asker finds the other by "where". An offer is in no log: it stands as
 * long as its person is here, in the room if it is for a room, and is told only to clients that
 * said in hello that they know such things. Belongs to the network thread. */

#include "offers.h"

#include "commands.h"
#include "event.h"
#include "helpers.h"
#include "mail.h"
#include "protocol/file-name.h"
#include "protocol/fingerprint.h"
#include "protocol/limits.h"
#include "server.h"

#include <string.h>

/* Bytes of one offer's row at most, so that a list ends before its line is full. */
#define ROW_MAX 2048

struct _HwOffer
{
  HwOffer *next; /* of the person's */
  gint64 id;
  HwSession *from; /* whose list it is in */
  HwSession *to;   /* (nullable): a reference; for one person alone */
  HwRoom *room;    /* (nullable): a reference; for a room */
  char *name;
  char *type; /* (nullable) */
  char *key;  /* (nullable): what it is known again by, when it is made anew */
  gint64 size;
  char sha256[65];
  gint64 at; /* milliseconds since 1970 UTC */
};

static void
offer_free (HwOffer *self)
{
  if (self->to)
    {
      g_ptr_array_remove (self->to->offered, self);
      hw_session_unref (self->to);
    }
  if (self->room)
    hw_room_unref (self->room);
  g_free (self->name);
  g_free (self->type);
  g_free (self->key);
  g_free (self);
}

static void
write_row (HwJsonWriter *writer, HwOffer *self)
{
  hw_json_int (writer, "offer", self->id);
  if (self->room)
    hw_json_string (writer, "room", self->room->name);
  hw_json_string (writer, "from", self->from->name);
  hw_json_string (writer, "name", self->name);
  hw_json_int (writer, "size", self->size);
  hw_json_string (writer, "sha256", self->sha256);
  if (self->type)
    hw_json_string (writer, "type", self->type);
  if (self->key)
    hw_json_string (writer, "key", self->key);
  hw_json_int (writer, "at", self->at);
}

static gboolean
knows_offers (HwSession *session)
{
  return session->client && session->client->offers;
}

/* To one who keeps up; who does not can ask for what stands. */
static void
send_to (HwSession *session, HwBuffer *event)
{
  if (knows_offers (session)
      && hw_connection_get_queued (&session->client->connection) + event->length <= HW_QUEUE_MAX)
    hw_client_send (session->client, event);
}

static void
send_event (HwOffer *self, HwBuffer *event)
{
  if (self->to)
    {
      send_to (self->to, event);
      return;
    }
  hw_room_flush (self->room);
  for (guint i = 0; i < self->room->members->len; i++)
    {
      HwMember *member = self->room->members->pdata[i];

      if (member->session != self->from && member->state == HW_MEMBER_IN)
        send_to (member->session, event);
    }
}

static void
tell (HwOffer *self)
{
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;

  hw_event_begin (&writer, "offer");
  write_row (&writer, self);
  event = hw_event_end (&writer);
  send_event (self, event);
}

static HwBuffer *
new_gone_event (HwOffer *self, gboolean declined)
{
  HwJsonWriter writer;

  hw_event_begin (&writer, "offer-gone");
  hw_json_int (&writer, "offer", self->id);
  if (self->room)
    hw_json_string (&writer, "room", self->room->name);
  if (declined)
    hw_json_bool (&writer, "declined", TRUE);
  return hw_event_end (&writer);
}

static void
tell_gone (HwOffer *self)
{
  g_autoptr (HwBuffer) event = new_gone_event (self, FALSE);

  send_event (self, event);
}

/* Takes one out of its person's list, and frees it. */
static void
remove_offer (HwOffer *self)
{
  HwOffer **link = &self->from->offers;

  while (*link != self)
    link = &(*link)->next;
  *link = self->next;
  offer_free (self);
}

/**
 * hw_offers_end:
 * @session: a person whose stay ends, still in its rooms
 *
 * What it offered can no longer be had, and what was offered to it alone finds nobody.
 */
void
hw_offers_end (HwSession *session)
{
  while (session->offers)
    {
      tell_gone (session->offers);
      remove_offer (session->offers);
    }
  while (session->offered && session->offered->len > 0)
    {
      HwOffer *offer = session->offered->pdata[session->offered->len - 1];
      g_autoptr (HwBuffer) event = new_gone_event (offer, FALSE);

      send_to (offer->from, event);
      remove_offer (offer);
    }
}

/**
 * hw_offers_leave:
 * @session: a person
 * @room: a room that it leaves, or that is closed
 *
 * What it offered there is gone.
 */
void
hw_offers_leave (HwSession *session, HwRoom *room)
{
  HwOffer *next;

  for (HwOffer *offer = session->offers; offer; offer = next)
    {
      next = offer->next;
      if (offer->room != room)
        continue;
      tell_gone (offer);
      remove_offer (offer);
    }
}

/**
 * hw_offers_forget:
 * @session: a person, when the server ends
 *
 * Drops its offers without a word.
 */
void
hw_offers_forget (HwSession *session)
{
  while (session->offers)
    remove_offer (session->offers);
}

/**
 * hw_offers_tell_again:
 * @session: a person with another name than before
 *
 * Tells the new name, by which the files are to be asked for.
 */
void
hw_offers_tell_again (HwSession *session)
{
  for (HwOffer *offer = session->offers; offer; offer = offer->next)
    tell (offer);
}

/* Who or which room it is for. */
static gboolean
find_target (HwRequest *request, HwSession **to, HwRoom **room)
{
  HwSession *from = request->client->session;
  HwMember *member;

  if (hw_request_has (request, "room") == hw_request_has (request, "to"))
    {
      hw_request_refuse (request, HW_ERROR_BAD_REQUEST, "to",
                         "A file is offered to a room or to one person.");
      return FALSE;
    }
  if (hw_request_has (request, "room"))
    {
      member = hw_request_find_membership (request);
      *room = member ? member->room : NULL;
      return member != NULL;
    }
  *to = hw_request_find_session (request, "to");
  if (!*to)
    return FALSE;
  if (*to != from && knows_offers (*to) && !hw_mail_is_held (*to, from))
    return TRUE;
  hw_request_refuse (request, HW_ERROR_NOT_DIRECT, "to", "%s takes no files now.", (*to)->name);
  return FALSE;
}

static gboolean
check_offer (HwRequest *request, char **name, GError **error)
{
  HwSession *session = request->client->session;
  const char *type = hw_request_get_string (request, "type");
  const char *key = hw_request_get_string (request, "key");
  guint n = 0;

  for (HwOffer *offer = session->offers; offer; offer = offer->next)
    n++;
  *name = hw_file_name_normalize (hw_request_get_string (request, "name"), "name", error);
  if (!*name)
    return FALSE;
  if (!hw_fingerprint_is_valid (hw_request_get_string (request, "sha256")))
    hw_error_set (error, HW_ERROR_BAD_REQUEST, "sha256",
                  "“sha256” must have 64 lower-case hexadecimal digits.");
  else if (type && !hw_file_type_is_valid (type))
    hw_error_set (error, HW_ERROR_BAD_REQUEST, "type", "“type” must be a media type.");
  else if (key && (!*key || g_utf8_strlen (key, -1) > HW_KEY_MAX))
    hw_error_set (error, HW_ERROR_BAD_REQUEST, "key", "A key must have 1 to %d characters.",
                  HW_KEY_MAX);
  else if (!session->direct)
    hw_error_set (error, HW_ERROR_NOT_DIRECT, NULL,
                  "Nobody could fetch it, for you take no direct connections.");
  else if (n >= HW_OFFERS_MAX)
    hw_error_set (error, HW_ERROR_BAD_REQUEST, NULL,
                  "Only %d files can be on offer at the same time.", HW_OFFERS_MAX);
  else
    return hw_mutes_check (request->client->server->mutes, session->folded, error);
  return FALSE;
}

static void
answer_offer (HwRequest *request, HwOffer *self)
{
  HwJsonWriter *writer = hw_request_begin (request);

  hw_json_int (writer, "offer", self->id);
  hw_json_int (writer, "at", self->at);
  hw_request_end (request);
}

/* The one that stands already, for the same, by that key: its reply may have been lost. */
static HwOffer *
find_standing (HwSession *session, HwSession *to, HwRoom *room, const char *key)
{
  for (HwOffer *offer = session->offers; key && offer; offer = offer->next)
    if (offer->to == to && offer->room == room && g_strcmp0 (offer->key, key) == 0)
      return offer;
  return NULL;
}

void
hw_command_offer (HwRequest *request)
{
  HwSession *session = request->client->session;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  HwSession *to = NULL;
  HwRoom *room = NULL;
  HwOffer *self;

  if (!check_offer (request, &name, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  if (!find_target (request, &to, &room))
    return;
  self = find_standing (session, to, room, hw_request_get_string (request, "key"));
  if (self)
    {
      answer_offer (request, self);
      return;
    }
  self = g_new0 (HwOffer, 1);
  self->id = ++request->client->server->n_offered;
  self->from = session;
  self->to = to ? hw_session_ref (to) : NULL;
  self->room = room ? hw_room_ref (room) : NULL;
  self->name = g_steal_pointer (&name);
  self->type = g_strdup (hw_request_get_string (request, "type"));
  self->key = g_strdup (hw_request_get_string (request, "key"));
  self->size = hw_request_get_int (request, "size", 0);
  memcpy (self->sha256, hw_request_get_string (request, "sha256"), sizeof self->sha256);
  self->at = g_get_real_time () / 1000;
  self->next = session->offers;
  session->offers = self;
  if (to)
    {
      if (!to->offered)
        to->offered = g_ptr_array_new ();
      g_ptr_array_add (to->offered, self);
    }
  answer_offer (request, self);
  tell (self);
}

/* Writes an offer into a list; whether there was room for it. */
static gboolean
list_offer (HwJsonWriter *writer, HwOffer *offer)
{
  if (writer->out->len + ROW_MAX > HW_SERVER_LINE_MAX)
    return FALSE;
  hw_json_begin_object (writer, NULL);
  write_row (writer, offer);
  hw_json_end_object (writer);
  return TRUE;
}

void
hw_command_offers (HwRequest *request)
{
  HwSession *session = request->client->session;
  HwRoom *room = NULL;
  HwJsonWriter *writer;
  gboolean all = TRUE;

  if (hw_request_has (request, "room"))
    {
      HwMember *member = hw_request_find_membership (request);

      if (!member)
        return;
      room = member->room;
    }
  writer = hw_request_begin (request);
  hw_json_begin_array (writer, "offers");
  for (guint i = 0; room && i < room->members->len; i++)
    {
      HwMember *member = room->members->pdata[i];

      for (HwOffer *offer = member->session->offers; all && offer; offer = offer->next)
        if (offer->room == room)
          all = list_offer (writer, offer);
    }
  for (guint i = 0; !room && session->offered && i < session->offered->len && all; i++)
    all = list_offer (writer, session->offered->pdata[i]);
  hw_json_end_array (writer);
  if (!all)
    hw_json_bool (writer, "more", TRUE);
  hw_request_end (request);
}

static void
refuse_unknown (HwRequest *request)
{
  hw_request_refuse (request, HW_ERROR_BAD_REQUEST, "offer", "There is no such offer.");
}

void
hw_command_withdraw (HwRequest *request)
{
  HwSession *session = request->client->session;
  gint64 id = hw_request_get_int (request, "offer", 0);

  for (HwOffer *offer = session->offers; offer; offer = offer->next)
    if (offer->id == id)
      {
        hw_request_succeed (request);
        tell_gone (offer);
        remove_offer (offer);
        return;
      }
  refuse_unknown (request);
}

void
hw_command_decline (HwRequest *request)
{
  HwSession *session = request->client->session;
  gint64 id = hw_request_get_int (request, "offer", 0);

  for (guint i = 0; session->offered && i < session->offered->len; i++)
    {
      HwOffer *offer = session->offered->pdata[i];
      g_autoptr (HwBuffer) event = NULL;

      if (offer->id != id)
        continue;
      hw_request_succeed (request);
      event = new_gone_event (offer, TRUE);
      send_to (offer->from, event);
      remove_offer (offer);
      return;
    }
  refuse_unknown (request);
}
