/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A person's membership of a room: coming, being in, leaving. Each step is on disk before anybody
 * is told of it. */

#include "member.h"

#include "event.h"
#include "lobby.h"
#include "mail.h"
#include "offers.h"
#include "room.h"

#include <string.h>

/* Seconds between two tries to log that somebody left whose stay has ended. */
#define RETRY_TIME 1

/**
 * hw_member_ref:
 * @self: a member
 *
 * Returns: (transfer full): @self, with one more reference
 */
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
      g_free (own);
    }
  self->own_last = &self->own;
}

/**
 * hw_member_unref:
 * @self: (transfer full): a member; gone with its last reference
 */
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

/* The only place where the state changes. */
static void
set_state (HwMember *self, HwMemberState state, const char *reason)
{
  static const char *const names[] = { "coming", "in", "leaving", "gone" };

  g_debug ("%s in %s: %s → %s: %s", self->session->name, self->room->name, names[self->state],
           names[state], reason);
  self->state = state;
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
 * hw_member_find:
 * @self: a room
 * @session: a person
 *
 * Returns: (transfer none) (nullable): the person's membership, whatever its state
 */
HwMember *
hw_member_find (HwRoom *self, HwSession *session)
{
  for (HwMember *member = session->members; member; member = member->next)
    if (member->room == self)
      return member;
  return NULL;
}

/**
 * hw_member_new:
 * @self: a room that is open
 * @session: (transfer none): a person who is not in it
 *
 * Begins a membership: the person is coming.
 *
 * Returns: (transfer none): it; owned by the room
 */
HwMember *
hw_member_new (HwRoom *self, HwSession *session)
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
 * hw_member_let_in:
 * @self: one who is coming
 *
 * From now on the member gets the room's events: all after the room's last entry.
 */
void
hw_member_let_in (HwMember *self)
{
  HwRoom *room = self->room;
  gboolean found;
  guint place = find_place (room, self->session, &found);

  g_return_if_fail (self->state == HW_MEMBER_COMING && !found);

  hw_room_flush (room);
  room->n_coming--;
  set_state (self, HW_MEMBER_IN, "came in");
  g_ptr_array_insert (room->members, place, self);
  if (hw_room_is_large (room, 0))
    hw_room_count_changed (room);
  hw_lobby_room_changed (room->lobby, room);
  if (self->parting)
    {
      HwParting *parting = g_steal_pointer (&self->parting);

      if (self->parted)
        set_state (self, HW_MEMBER_LEAVING, hw_entry_kind_to_string (parting->kind));
      else
        hw_member_part (self, parting);
      hw_parting_unref (parting);
    }
}

/**
 * hw_member_turn_away:
 * @self: one who is coming, but cannot come in
 */
void
hw_member_turn_away (HwMember *self)
{
  g_return_if_fail (self->state == HW_MEMBER_COMING);

  self->room->n_coming--;
  set_state (self, HW_MEMBER_GONE, "was turned away");
  g_clear_pointer (&self->parting, hw_parting_unref);
  unlink_from_session (self);
  hw_member_unref (self);
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
  hw_offers_leave (member->session, self);
  set_state (member, HW_MEMBER_GONE, "has left");
  unlink_from_session (member);
  if (self->members->len == 0)
    hw_recent_clear (&self->recent);
  if (was_large)
    hw_room_count_changed (self);
  hw_lobby_room_changed (self->lobby, self);
  if (member->session->client && member->session->held && !member->session->members)
    hw_mail_deliver (member->session);
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

/**
 * hw_member_expel:
 * @self: a member of a room that is closed
 *
 * Ends the membership without an entry.
 */
void
hw_member_expel (HwMember *self)
{
  remove_member (self);
}

static void
on_left (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  Leaving *leaving = user_data;
  HwMember *member = leaving->member;
  gboolean closing = leaving->parting->reason == HW_LEFT_CLOSING;
  gboolean gone = member->state == HW_MEMBER_GONE; /* the room was closed meanwhile */

  if (error && !closing && !gone && member->session->state == HW_SESSION_ENDED)
    {
      /* Nobody may see it before it is logged, and whoever it was will not ask again */
      hw_parting_fail (leaving->parting, error);
      g_timeout_add_seconds (RETRY_TIME, on_retry, leaving);
      return;
    }
  if (error && !closing && !gone)
    {
      set_state (member, HW_MEMBER_IN, error->message);
      hw_parting_fail (leaving->parting, error);
    }
  else if (!gone)
    {
      hw_room_flush (member->room);
      /* When the place closes nobody needs to be told of everybody */
      if (!closing)
        hw_room_publish (member->room, entry, NULL);
      remove_member (member);
    }
  else if (!error && member->room->state == HW_ROOM_OPEN)
    {
      /* "joined" could not be logged, and this could: it is in the log now */
      hw_room_publish (member->room, entry, NULL);
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

static void
begin_to_leave (HwMember *member, HwParting *parting)
{
  Leaving *leaving = g_new0 (Leaving, 1);

  leaving->member = hw_member_ref (member);
  leaving->parting = hw_parting_ref (parting);
  leave (leaving);
}

/**
 * hw_member_part:
 * @self: a member who is coming or in
 * @parting: how it leaves; a reference is kept until that is on disk
 *
 * The member leaves: the others are told when it is on disk. In a large room nobody is told.
 */
void
hw_member_part (HwMember *self, HwParting *parting)
{
  gboolean unlogged = parting->kind == HW_ENTRY_LEFT && hw_room_is_large (self->room, 0);

  switch (self->state)
    {
    case HW_MEMBER_COMING:
      if (self->parting)
        return;
      self->parting = hw_parting_ref (parting);
      /* At once, so that it stands before all of who takes the name next; a room that is only being
       * made has no log yet */
      self->parted = !unlogged && self->room->state == HW_ROOM_OPEN;
      if (self->parted)
        begin_to_leave (self, parting);
      return;
    case HW_MEMBER_LEAVING:
    case HW_MEMBER_GONE:
      return;
    case HW_MEMBER_IN:
      break;
    }

  if (unlogged)
    {
      hw_room_flush (self->room);
      hw_store_forget_member (hw_lobby_get_store (self->room->lobby), self->room->log,
                              self->session->name);
      remove_member (self);
      return;
    }
  set_state (self, HW_MEMBER_LEAVING, hw_entry_kind_to_string (parting->kind));
  begin_to_leave (self, parting);
}

/**
 * hw_member_take_out:
 * @self: a member whose name is about to change
 *
 * Takes it out of the order of names, until hw_member_put_back().
 */
void
hw_member_take_out (HwMember *self)
{
  gboolean found;
  guint place = find_place (self->room, self->session, &found);

  if (found)
    g_ptr_array_remove_index (self->room->members, place);
}

/**
 * hw_member_put_back:
 * @self: a member whose name has changed
 */
void
hw_member_put_back (HwMember *self)
{
  gboolean found;
  guint place = find_place (self->room, self->session, &found);

  if (self->state == HW_MEMBER_IN || self->state == HW_MEMBER_LEAVING)
    g_ptr_array_insert (self->room->members, place, self);
}

/**
 * hw_member_restart:
 * @self: a member whose person has a new connection
 *
 * The new connection missed nothing: it asks for what it wants.
 */
void
hw_member_restart (HwMember *self)
{
  hw_room_flush (self->room);
  self->lagging = FALSE;
}

/**
 * hw_member_catch_up:
 * @self: a member whose connection takes events again
 *
 * Tells it what was left out, if anything was; events go on after that.
 */
void
hw_member_catch_up (HwMember *self)
{
  HwRoom *room = self->room;
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;

  if (!self->lagging)
    return;
  hw_room_flush (room);
  self->lagging = FALSE;
  hw_event_begin (&writer, "gap");
  hw_json_string (&writer, "room", room->name);
  hw_json_int (&writer, "after", self->after);
  hw_json_int (&writer, "last", room->last);
  event = hw_event_end (&writer);
  hw_client_send (self->session->client, event);
}

/* The events as this member sees them. */
static HwBuffer *
join_own (HwMember *self, HwBuffer *shared)
{
  gsize length = shared->length;
  HwBuffer *joined;
  guint at = 0;

  if (!self->own)
    return hw_buffer_ref (shared);
  for (HwOwnEvent *own = self->own; own; own = own->next)
    length += own->length;
  joined = hw_buffer_new_empty (length);
  joined->n_lines = shared->n_lines;
  for (HwOwnEvent *own = self->own; own; own = own->next)
    {
      hw_buffer_append (joined, shared->data + at, own->offset - at);
      hw_buffer_append (joined, own->text, own->length);
      at = own->offset;
    }
  hw_buffer_append (joined, shared->data + at, shared->length - at);
  forget_own (self);
  return joined;
}

/**
 * hw_member_deliver:
 * @self: a member
 * @shared: (transfer none): events that all members get
 * @after: seq of the entry before the first of them
 *
 * Sends @shared, with what is for this member alone in its place. A connection that has too much
 * waiting is left out, and told so later.
 */
void
hw_member_deliver (HwMember *self, HwBuffer *shared, guint64 after)
{
  g_autoptr (HwBuffer) events = NULL;

  if (!self->session->client || self->lagging)
    {
      forget_own (self);
      return;
    }
  events = join_own (self, shared);
  if (!hw_connection_make_room (&self->session->client->connection, events->length))
    {
      if (!self->session->client)
        return;
      self->lagging = TRUE;
      self->after = after;
      self->session->client->lagging = TRUE;
      return;
    }
  hw_connection_send (&self->session->client->connection, events);
}

/**
 * hw_member_add_own:
 * @self: a member
 * @text: what the room's pending events have for this member alone
 * @length: its length in bytes
 * @offset: where in the pending events it belongs, not before what was added last
 */
void
hw_member_add_own (HwMember *self, const char *text, guint length, guint offset)
{
  HwOwnEvent *own = g_malloc (sizeof *own + length);

  own->next = NULL;
  own->offset = offset;
  own->length = length;
  memcpy (own->text, text, length);
  *self->own_last = own;
  self->own_last = &own->next;
}
