/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A room: who is in it, and how its events reach them. An event is written once; all events of one
 * commit make one buffer that all members share. Only who sees an event otherwise, the author of a
 * message with a key, gets pieces of its own in between. */

#include "room.h"

#include "event.h"
#include "lobby.h"
#include "page.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "request.h"

#include <string.h>

/* Bytes of events that are put together at most before they go to their queues. */
#define PENDING_MAX (128 * 1024)

/* Seconds between two tries to log that somebody left whose stay has ended. */
#define RETRY_TIME 1

struct _HwOwnEvent
{
  HwOwnEvent *next;
  HwBuffer *own;
  guint offset; /* in the room's pending events, of what it stands for */
  guint length;
};

/**
 * hw_parting_new:
 * @kind: %HW_ENTRY_LEFT or %HW_ENTRY_KICKED
 * @reason: of the former
 * @text: of the latter
 * @by: of the latter
 * @request: (nullable) (transfer none): what to answer when all is on disk
 *
 * Returns: (transfer full): a way to leave
 */
HwParting *
hw_parting_new (
    HwEntryKind kind, HwLeftReason reason, const char *text, const char *by, HwRequest *request)
{
  HwParting *self = g_new0 (HwParting, 1);

  self->refs = 1;
  self->kind = kind;
  self->reason = reason;
  self->text = g_strdup (text);
  self->by = g_strdup (by);
  self->request = request ? hw_request_ref (request) : NULL;
  return self;
}

static HwParting *
hw_parting_ref (HwParting *self)
{
  self->refs++;
  return self;
}

/**
 * hw_parting_set_done:
 * @self: a way to leave
 * @done: called when all have left by it
 * @user_data: for @done
 */
void
hw_parting_set_done (HwParting *self, GDestroyNotify done, gpointer user_data)
{
  self->done = done;
  self->user_data = user_data;
}

void
hw_parting_unref (HwParting *self)
{
  if (--self->refs > 0)
    return;
  if (self->done)
    self->done (self->user_data);
  if (self->request && self->error)
    hw_request_fail (self->request, self->error);
  else if (self->request)
    hw_request_succeed (self->request);
  g_clear_pointer (&self->request, hw_request_unref);
  g_clear_error (&self->error);
  g_free (self->text);
  g_free (self->by);
  g_free (self);
}

/**
 * hw_room_new:
 * @lobby: where it will be
 * @name: the normalised name
 *
 * Returns: (transfer full): a room whose log is not there yet
 */
HwRoom *
hw_room_new (HwLobby *lobby, const char *name)
{
  HwRoom *self = g_new0 (HwRoom, 1);

  self->refs = 1;
  self->lobby = lobby;
  self->name = g_strdup (name);
  self->folded = hw_name_fold (name);
  self->topic = g_strdup ("");
  self->members = g_ptr_array_new ();
  return self;
}

HwRoom *
hw_room_ref (HwRoom *self)
{
  self->refs++;
  return self;
}

void
hw_room_unref (HwRoom *self)
{
  if (--self->refs > 0)
    return;
  hw_timer_wheel_clear (hw_lobby_get_wheel (self->lobby), &self->watch_timer);
  hw_timer_wheel_clear (hw_lobby_get_wheel (self->lobby), &self->count_timer);
  hw_recent_clear (&self->recent);
  if (self->pending)
    g_string_free (self->pending, TRUE);
  g_ptr_array_unref (self->members);
  g_free (self->known);
  g_free (self->password);
  g_free (self->topic);
  g_free (self->folded);
  g_free (self->name);
  g_free (self);
}

/**
 * hw_room_set_info:
 * @self: a room
 * @info: its log
 *
 * Takes over what the store knows.
 */
void
hw_room_set_info (HwRoom *self, const HwLogInfo *info)
{
  self->log = info->id;
  g_free (self->topic);
  self->topic = g_strdup (info->topic);
  g_free (self->password);
  self->password = g_strdup (info->password);
  self->created = info->created;
  self->last_at = info->last_at;
  self->last = info->last;
}

HwMember *
hw_member_ref (HwMember *self)
{
  self->refs++;
  return self;
}

static void
forget_own (HwMember *self)
{
  while (self->own)
    {
      HwOwnEvent *own = self->own;

      self->own = own->next;
      hw_buffer_unref (own->own);
      g_free (own);
    }
  self->own_last = &self->own;
}

void
hw_member_unref (HwMember *self)
{
  if (--self->refs > 0)
    return;
  forget_own (self);
  hw_session_unref (self->session);
  hw_room_unref (self->room);
  g_free (self);
}

/* Where a member with this name and session stands, or would stand. */
static guint
find_place (HwRoom *self, HwSession *session, gboolean *found)
{
  guint from = 0;
  guint until = self->members->len;

  *found = FALSE;
  while (from < until)
    {
      guint middle = (from + until) / 2;
      HwMember *member = self->members->pdata[middle];
      int order = strcmp (member->session->folded, session->folded);

      /* One who left and one who came may share a name for a moment */
      if (order == 0)
        order = (member->session > session) - (member->session < session);
      if (order == 0)
        {
          *found = TRUE;
          return middle;
        }
      if (order < 0)
        from = middle + 1;
      else
        until = middle;
    }
  return from;
}

/**
 * hw_room_find_member:
 * @self: a room
 * @session: a person
 *
 * Returns: (transfer none) (nullable): the person's membership, whatever its state
 */
HwMember *
hw_room_find_member (HwRoom *self, HwSession *session)
{
  for (HwMember *member = session->members; member; member = member->next)
    if (member->room == self)
      return member;
  return NULL;
}

/**
 * hw_room_add_member:
 * @self: a room that is open
 * @session: (transfer none): a person who is not in it
 *
 * Begins a membership: the person is coming.
 *
 * Returns: (transfer none): it; owned by the room
 */
HwMember *
hw_room_add_member (HwRoom *self, HwSession *session)
{
  HwMember *member = g_new0 (HwMember, 1);

  member->refs = 1;
  member->room = hw_room_ref (self);
  member->session = hw_session_ref (session);
  member->own_last = &member->own;
  member->next = session->members;
  session->members = member;
  self->n_coming++;
  return member;
}

static void
unlink_from_session (HwMember *member)
{
  HwMember **link = &member->session->members;

  while (*link != member)
    link = &(*link)->next;
  *link = member->next;
  member->next = NULL;
}

/**
 * hw_room_is_large:
 * @self: a room
 * @n_more: members to count who are not in it yet
 *
 * Returns: whether its members come and go without a word
 */
gboolean
hw_room_is_large (HwRoom *self, guint n_more)
{
  return self->members->len + self->n_coming + n_more > HW_LARGE_ROOM;
}

static void on_count_timer (HwTimer *timer);

/* Tells a large room how many are in it, at most once a second. */
static void
count_changed (HwRoom *self)
{
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;

  if (hw_timer_is_set (&self->count_timer))
    {
      self->count_changed = TRUE;
      return;
    }
  self->count_changed = FALSE;
  hw_event_begin (&writer, "members");
  hw_json_string (&writer, "room", self->name);
  hw_json_int (&writer, "count", self->members->len);
  event = hw_event_end (&writer);
  hw_room_send (self, event, NULL);
  hw_timer_wheel_set (hw_lobby_get_wheel (self->lobby), &self->count_timer, 1000, on_count_timer);
}

static void
on_count_timer (HwTimer *timer)
{
  HwRoom *self = (HwRoom *) ((char *) timer - G_STRUCT_OFFSET (HwRoom, count_timer));

  if (self->count_changed)
    count_changed (self);
}

/**
 * hw_room_let_in:
 * @member: one who is coming
 *
 * From now on the member gets the room's events: all after the room's last entry.
 */
void
hw_room_let_in (HwMember *member)
{
  HwRoom *self = member->room;
  gboolean found;
  guint place = find_place (self, member->session, &found);

  g_return_if_fail (member->state == HW_MEMBER_COMING && !found);

  hw_room_flush (self);
  self->n_coming--;
  member->state = HW_MEMBER_IN;
  g_ptr_array_insert (self->members, place, member);
  if (hw_room_is_large (self, 0))
    count_changed (self);
  hw_lobby_room_changed (self->lobby, self);
  if (member->parting)
    {
      HwParting *parting = g_steal_pointer (&member->parting);

      hw_room_part (member, parting);
      hw_parting_unref (parting);
    }
}

/**
 * hw_room_turn_away:
 * @member: one who is coming, but cannot come in
 */
void
hw_room_turn_away (HwMember *member)
{
  g_return_if_fail (member->state == HW_MEMBER_COMING);

  member->room->n_coming--;
  member->state = HW_MEMBER_GONE;
  g_clear_pointer (&member->parting, hw_parting_unref);
  unlink_from_session (member);
  hw_member_unref (member);
}

/* What came before is still delivered; the member's reference is given up. */
static void
remove_member (HwMember *member)
{
  HwRoom *self = member->room;
  gboolean was_large = hw_room_is_large (self, 0);
  gboolean found;
  guint place = find_place (self, member->session, &found);

  if (found)
    g_ptr_array_remove_index (self->members, place);
  member->state = HW_MEMBER_GONE;
  unlink_from_session (member);
  if (self->members->len == 0)
    hw_recent_clear (&self->recent);
  if (was_large)
    count_changed (self);
  hw_lobby_room_changed (self->lobby, self);
  hw_member_unref (member);
}

typedef struct
{
  HwMember *member;
  HwParting *parting;
} Leaving;

static void leave (Leaving *leaving);

static gboolean
on_retry (gpointer user_data)
{
  leave (user_data);

  return G_SOURCE_REMOVE;
}

static void
on_left (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  Leaving *leaving = user_data;
  HwMember *member = leaving->member;
  gboolean closing = leaving->parting->reason == HW_LEFT_CLOSING;

  if (error && !closing && member->session->state == HW_SESSION_ENDED)
    {
      /* Nobody may see it before it is logged, and whoever it was will not ask again */
      g_timeout_add_seconds (RETRY_TIME, on_retry, leaving);
      return;
    }
  if (error && !closing)
    {
      member->state = HW_MEMBER_IN;
      if (!leaving->parting->error)
        leaving->parting->error = g_error_copy (error);
    }
  else
    {
      hw_room_flush (member->room);
      /* When the place closes nobody needs to be told of everybody */
      if (!closing)
        hw_room_publish (member->room, entry, NULL);
      remove_member (member);
    }
  hw_parting_unref (leaving->parting);
  hw_member_unref (member);
  g_free (leaving);
}

static void
leave (Leaving *leaving)
{
  HwMember *member = leaving->member;
  HwParting *parting = leaving->parting;
  HwLogEntry *entry = hw_log_entry_new (member->room->log, parting->kind, parting->reason,
                                        member->session->name, parting->text, "", parting->by, "");

  hw_store_append (hw_lobby_get_store (member->room->lobby), entry, on_left, leaving);
}

/**
 * hw_room_part:
 * @member: a member who is coming or in
 * @parting: how it leaves; a reference is kept until that is on disk
 *
 * The member leaves: the others are told when it is on disk. In a large room nobody is told.
 */
void
hw_room_part (HwMember *member, HwParting *parting)
{
  Leaving *leaving;

  switch (member->state)
    {
    case HW_MEMBER_COMING:
      if (!member->parting)
        member->parting = hw_parting_ref (parting);
      return;
    case HW_MEMBER_LEAVING:
    case HW_MEMBER_GONE:
      return;
    case HW_MEMBER_IN:
      break;
    }

  if (parting->kind == HW_ENTRY_LEFT && hw_room_is_large (member->room, 0))
    {
      hw_room_flush (member->room);
      hw_store_forget_member (hw_lobby_get_store (member->room->lobby), member->room->log,
                              member->session->name);
      remove_member (member);
      return;
    }
  member->state = HW_MEMBER_LEAVING;
  leaving = g_new0 (Leaving, 1);
  leaving->member = hw_member_ref (member);
  leaving->parting = hw_parting_ref (parting);
  leave (leaving);
}

/**
 * hw_room_restart_member:
 * @member: a member whose person has a new connection
 *
 * The new connection missed nothing: it asks for what it wants.
 */
void
hw_room_restart_member (HwMember *member)
{
  hw_room_flush (member->room);
  member->lagging = FALSE;
}

/**
 * hw_room_catch_up:
 * @member: a member whose connection takes events again
 *
 * Tells it what was left out, if anything was; events go on after that.
 */
void
hw_room_catch_up (HwMember *member)
{
  HwRoom *self = member->room;
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;

  if (!member->lagging)
    return;
  hw_room_flush (self);
  member->lagging = FALSE;
  hw_event_begin (&writer, "gap");
  hw_json_string (&writer, "room", self->name);
  hw_json_int (&writer, "after", member->after);
  hw_json_int (&writer, "last", self->last);
  event = hw_event_end (&writer);
  hw_client_send (member->session->client, event);
}

/* One buffer for all; what a member sees otherwise is put in its place. */
static void
deliver (HwMember *member, HwBuffer *shared, guint64 after)
{
  guint at = 0;

  if (!member->session->client || member->lagging)
    {
      forget_own (member);
      return;
    }
  if (!hw_connection_make_room (&member->session->client->connection, shared->length))
    {
      forget_own (member);
      if (!member->session->client)
        return;
      member->lagging = TRUE;
      member->after = after;
      member->session->client->lagging = TRUE;
      return;
    }
  for (HwOwnEvent *own = member->own; own; own = own->next)
    {
      HwConnection *connection = &member->session->client->connection;

      hw_connection_send_part (connection, shared, at, own->offset - at);
      hw_connection_send (connection, own->own);
      at = own->offset + own->length;
    }
  forget_own (member);
  hw_connection_send_part (&member->session->client->connection, shared, at, shared->length - at);
}

/**
 * hw_room_flush:
 * @self: a room
 *
 * Gives the events put together so far to the members' connections.
 */
void
hw_room_flush (HwRoom *self)
{
  GString *pending = g_steal_pointer (&self->pending);
  g_autoptr (HwBuffer) shared = NULL;

  if (!pending)
    return;
  shared = hw_buffer_new (pending->str, pending->len);
  g_string_free (pending, TRUE);
  for (guint i = 0; i < self->members->len; i++)
    deliver (self->members->pdata[i], shared, self->pending_after);
}

static void
write_event (HwRoom *self, GString *out, const HwLogEntry *entry, gboolean with_key)
{
  HwJsonWriter writer;

  hw_json_writer_init (&writer, out);
  hw_json_begin_object (&writer, NULL);
  hw_json_string (&writer, "ev", "entry");
  hw_json_string (&writer, "room", self->name);
  hw_page_write_entry (&writer, entry, with_key);
  hw_json_end_object (&writer);
  g_string_append_c (out, '\n');
}

static void
add_own (HwRoom *self, const HwLogEntry *entry, HwMember *author, guint offset)
{
  g_autoptr (GString) line = g_string_new (NULL);
  HwOwnEvent *own = g_new0 (HwOwnEvent, 1);

  write_event (self, line, entry, TRUE);
  own->own = hw_buffer_new (line->str, line->len);
  own->offset = offset;
  own->length = self->pending->len - offset;
  *author->own_last = own;
  author->own_last = &own->next;
}

/**
 * hw_room_publish:
 * @self: a room
 * @entry: (transfer none): its log's next entry, on disk
 * @author: (nullable): the member who sees the entry's key
 *
 * Makes the entry known to the members, at the end of the commit.
 */
void
hw_room_publish (HwRoom *self, HwLogEntry *entry, HwMember *author)
{
  guint offset;

  if (!self->pending)
    {
      self->pending = g_string_sized_new (512);
      self->pending_after = self->last;
      hw_lobby_room_dirty (self->lobby, self);
    }
  offset = self->pending->len;
  write_event (self, self->pending, entry, FALSE);
  if (author && author->state != HW_MEMBER_GONE && *entry->key)
    add_own (self, entry, author, offset);

  self->last = entry->seq;
  if (entry->kind == HW_ENTRY_MESSAGE)
    self->last_at = entry->at;
  hw_recent_add (&self->recent, entry);
  hw_lobby_room_changed (self->lobby, self);
  if (self->pending->len >= PENDING_MAX)
    hw_room_flush (self);
}

/**
 * hw_room_send:
 * @self: a room
 * @event: (transfer none): an event that is in no log
 * @except: (nullable): who does not get it
 *
 * Sends @event to the members who keep up.
 */
void
hw_room_send (HwRoom *self, HwBuffer *event, HwSession *except)
{
  hw_room_flush (self);
  for (guint i = 0; i < self->members->len; i++)
    {
      HwMember *member = self->members->pdata[i];
      HwClient *client = member->session->client;

      if (client && member->session != except && !member->lagging
          && hw_connection_get_queued (&client->connection) + event->length <= HW_QUEUE_MAX)
        hw_client_send (client, event);
    }
}

static char *
get_mark (HwRoom *self, const char *password)
{
  gsize length;
  const guint8 *secret = hw_lobby_get_secret (self->lobby, &length);

  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, secret, length, password, -1);
}

/**
 * hw_room_remember_password:
 * @self: a locked room
 * @password: one that was right
 *
 * Checking a password takes long, on purpose: for the many who come with the right one, once is
 * enough. What is kept is of no use without this process's secret.
 */
void
hw_room_remember_password (HwRoom *self, const char *password)
{
  g_free (self->known);
  self->known = get_mark (self, password);
}

/**
 * hw_room_knows_password:
 * @self: a locked room
 * @password: what somebody gave
 *
 * Returns: whether it is the one that was right before
 */
gboolean
hw_room_knows_password (HwRoom *self, const char *password)
{
  g_autofree char *mark = self->known ? get_mark (self, password) : NULL;

  return mark && g_str_equal (mark, self->known);
}

/**
 * hw_room_has_since:
 * @self: a room
 * @seq: a place in its log
 *
 * Returns: whether the entries from @seq on are in memory
 */
gboolean
hw_room_has_since (HwRoom *self, guint64 seq)
{
  if (seq > self->last)
    return TRUE;
  return hw_recent_get_n (&self->recent) > 0 && hw_recent_get_first (&self->recent) <= MAX (seq, 1);
}
