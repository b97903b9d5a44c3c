/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A person's stay, from the first login to the last left room, over however many connections. */

#include "session.h"

#include "event.h"
#include "mail.h"
#include "offers.h"
#include "people.h"
#include "protocol/name.h"
#include "request.h"
#include "room.h"

#include <sys/random.h>

/* Milliseconds before the end at which a silent person is warned, where there is that much time. */
#define WARNING_TIME 20000

static void on_timer (HwTimer *timer);

static gint64
get_now (HwSession *self)
{
  return hw_timer_wheel_get_now (hw_people_get_wheel (self->people));
}

static void
set_timer (HwSession *self, gint64 delay)
{
  hw_timer_wheel_set (hw_people_get_wheel (self->people), &self->timer, delay, on_timer);
}

/* Milliseconds since the last activity. */
static gint64
get_idle (HwSession *self)
{
  return (get_now (self) - self->active_at) / 1000;
}

/* Milliseconds without activity after which the warning comes. */
static gint64
get_warning_time (HwSession *self)
{
  gint64 idle = hw_people_get_idle (self->people);

  return idle < 2 * WARNING_TIME ? idle / 2 : idle - WARNING_TIME;
}

/* The only place where the state changes. */
static void
set_state (HwSession *self, HwSessionState state, const char *reason)
{
  static const char *const names[] = { "here", "warned", "in grace", "ended" };
  HwTimerWheel *wheel = hw_people_get_wheel (self->people);
  gint64 idle = hw_people_get_idle (self->people);

  g_debug ("%s: %s → %s: %s", self->name, names[self->state], names[state], reason);
  self->state = state;
  hw_timer_wheel_clear (wheel, &self->timer);
  switch (state)
    {
    case HW_SESSION_HERE:
      if (idle > 0)
        set_timer (self, get_warning_time (self) - get_idle (self));
      break;
    case HW_SESSION_WARNED:
      set_timer (self, idle - get_idle (self));
      break;
    case HW_SESSION_GRACE:
      set_timer (self, hw_people_get_grace (self->people));
      break;
    case HW_SESSION_ENDED:
      break;
    }
}

static void
make_token (char *token)
{
  static const char digits[] = "0123456789abcdef";
  guint8 bytes[16];

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    g_error ("The system has no random numbers");
  for (int i = 0; i < 16; i++)
    {
      token[2 * i] = digits[bytes[i] >> 4];
      token[2 * i + 1] = digits[bytes[i] & 15];
    }
  token[32] = 0;
}

/**
 * hw_session_new:
 * @people: where it belongs; @name must be free there
 * @name: the normalised name
 * @guest: whether nothing protects it
 *
 * Its owner is @people, until it ends.
 *
 * Returns: (transfer none): a person without a connection
 */
HwSession *
hw_session_new (HwPeople *people, const char *name, gboolean guest)
{
  HwSession *self = g_new0 (HwSession, 1);

  self->refs = 1;
  self->people = people;
  self->name = g_strdup (name);
  self->folded = hw_name_fold (name);
  self->guest = guest;
  self->active_at = get_now (self);
  self->typed_at = G_MININT64 / 2;
  make_token (self->token);
  hw_people_add (people, self);
  return self;
}

/**
 * hw_session_ref:
 * @self: a person
 *
 * Returns: (transfer full): @self, with one more reference
 */
HwSession *
hw_session_ref (HwSession *self)
{
  self->refs++;
  return self;
}

/**
 * hw_session_unref:
 * @self: (transfer full): a person; gone with its last reference
 */
void
hw_session_unref (HwSession *self)
{
  if (--self->refs > 0)
    return;
  g_clear_pointer (&self->held, g_hash_table_unref);
  g_clear_pointer (&self->given, g_array_unref);
  g_clear_pointer (&self->offered, g_ptr_array_unref);
  g_free (self->direct);
  g_free (self->old_token);
  g_free (self->name);
  g_free (self->folded);
  g_free (self);
}

/**
 * hw_session_set_direct:
 * @self: a person
 * @direct: (nullable): where its client listens
 */
void
hw_session_set_direct (HwSession *self, const HwDirect *direct)
{
  g_free (self->direct);
  self->direct = direct ? g_memdup2 (direct, sizeof *direct) : NULL;
}

/**
 * hw_session_set_folded:
 * @self: a person
 * @folded: what its new name is compared by
 */
void
hw_session_set_folded (HwSession *self, const char *folded)
{
  for (HwMember *member = self->members; member; member = member->next)
    hw_member_take_out (member);
  g_free (self->folded);
  self->folded = g_strdup (folded);
  for (HwMember *member = self->members; member; member = member->next)
    hw_member_put_back (member);
}

/**
 * hw_session_attach:
 * @self: a person without a connection
 * @client: (transfer none): one without a person
 *
 * From now on @client speaks for @self.
 */
void
hw_session_attach (HwSession *self, HwClient *client)
{
  g_return_if_fail (!self->client && !client->session);

  /* What is on its way yet is part of what the new connection asks for */
  for (HwMember *member = self->members; member; member = member->next)
    hw_member_restart (member);
  /* What the older one did not confirm may never have arrived */
  g_clear_pointer (&self->given, g_array_unref);
  self->n_given = 0;
  self->client = client;
  client->session = self;
  self->active_at = get_now (self);
  set_state (self, HW_SESSION_HERE, "a connection is there");
}

/**
 * hw_session_detach:
 * @self: a person with a connection
 *
 * The link is lost: grace begins.
 */
void
hw_session_detach (HwSession *self)
{
  self->client->session = NULL;
  self->client = NULL;
  set_state (self, HW_SESSION_GRACE, "the link is lost");
}

/**
 * hw_session_take_over:
 * @self: a person, with a connection or in grace
 * @client: (transfer none): the one that speaks from now on
 */
void
hw_session_take_over (HwSession *self, HwClient *client)
{
  HwClient *older = self->client;

  if (older)
    {
      hw_session_detach (self);
      hw_client_kick (older, "taken-over", "You are here from somewhere else now.");
    }
  hw_session_attach (self, client);
}

/**
 * hw_session_touch:
 * @self: a person with a connection
 *
 * Notes that the person did something.
 */
void
hw_session_touch (HwSession *self)
{
  self->active_at = get_now (self);
  if (self->state == HW_SESSION_WARNED)
    set_state (self, HW_SESSION_HERE, "active again");
}

/**
 * hw_session_catch_up:
 * @self: a person whose connection has taken all that waited for it
 *
 * Tells of the gaps that were left while it did not.
 */
void
hw_session_catch_up (HwSession *self)
{
  for (HwMember *member = self->members; member; member = member->next)
    hw_member_catch_up (member);
  if (self->mail_waits)
    hw_mail_deliver (self);
}

/**
 * hw_session_flush_rooms:
 * @self: a person
 *
 * What is on its way to the members of this person's rooms leaves now, so that what this person is
 * told next does not overtake it.
 */
void
hw_session_flush_rooms (HwSession *self)
{
  for (HwMember *member = self->members; member; member = member->next)
    hw_room_flush (member->room);
}

/* The name is free, the connection no longer speaks for anybody. */
static void
end (HwSession *self, const char *reason)
{
  if (self->client)
    hw_session_flush_rooms (self);
  hw_offers_end (self);
  if (self->client)
    {
      self->client->session = NULL;
      self->client = NULL;
    }
  if (self->guest && self->has_mail)
    hw_people_leave_mail (self->people, self);
  hw_people_remove (self->people, self);
  set_state (self, HW_SESSION_ENDED, reason);
}

/**
 * hw_session_leave_rooms:
 * @self: a person
 * @parting: (transfer none): how
 *
 * Leaves all rooms, but nothing else.
 */
void
hw_session_leave_rooms (HwSession *self, HwParting *parting)
{
  HwMember *next;

  for (HwMember *member = self->members; member; member = next)
    {
      next = member->next;
      hw_member_part (member, parting);
    }
}

/* Somebody who sends away themselves: an answer first, then the end. */
typedef struct
{
  HwRequest *request;
  const char *code;
  char *text;
} OwnKick;

static void
on_own_kick_logged (gpointer user_data)
{
  OwnKick *self = user_data;

  hw_request_succeed (self->request);
  hw_client_kick (self->request->client, self->code, self->text);
  hw_request_unref (self->request);
  g_free (self->text);
  g_free (self);
}

static void
kick_after_answer (HwParting *parting, HwRequest *request, const char *code, const char *text)
{
  OwnKick *kick = g_new0 (OwnKick, 1);

  kick->request = hw_request_ref (request);
  kick->code = code;
  kick->text = g_strdup (text);
  hw_parting_set_done (parting, on_own_kick_logged, kick);
}

/**
 * hw_session_kick:
 * @self: a person, with a connection or in grace
 * @why: the reason, for programs
 * @text: the reason, for people
 * @by: who does it; empty for the server itself
 * @request: (nullable) (transfer none): what to answer when that is on disk
 *
 * Sends the person away, and the connection with it.
 */
void
hw_session_kick (HwSession *self, HwKick why, const char *text, const char *by, HwRequest *request)
{
  static const char *const codes[] = { "idle", "kick", "ban", "flood" };
  HwParting *parting;
  HwClient *client = self->client;
  gboolean own = request && client == request->client;

  g_return_if_fail (self->state != HW_SESSION_ENDED);

  if (why == HW_KICK_IDLE)
    parting = hw_parting_new (HW_ENTRY_LEFT, HW_LEFT_IDLE, "", "", request);
  else
    parting = hw_parting_new (HW_ENTRY_KICKED, HW_LEFT_NONE, text, by, own ? NULL : request);
  end (self, codes[why]);
  if (own)
    kick_after_answer (parting, request, codes[why], text);
  else if (client)
    hw_client_kick (client, codes[why], text);
  hw_session_leave_rooms (self, parting);
  hw_parting_unref (parting);
  hw_session_unref (self); /* that of the people */
}

/**
 * hw_session_end:
 * @self: a person
 * @reason: why it leaves
 * @request: (nullable) (transfer none): what to answer when that is on disk
 *
 * Ends the stay. The connection is left to the caller.
 */
void
hw_session_end (HwSession *self, HwLeftReason reason, HwRequest *request)
{
  HwParting *parting;

  g_return_if_fail (self->state != HW_SESSION_ENDED);

  end (self, hw_left_reason_to_string (reason));
  parting = hw_parting_new (HW_ENTRY_LEFT, reason, "", "", request);
  hw_session_leave_rooms (self, parting);
  hw_parting_unref (parting);
  hw_session_unref (self); /* that of the people */
}

/**
 * hw_session_write_row:
 * @writer: inside an object
 * @self: a person
 *
 * Writes what lists of people tell of one.
 */
void
hw_session_write_row (HwJsonWriter *writer, HwSession *self)
{
  hw_json_string (writer, "name", self->name);
  hw_json_bool (writer, "guest", self->guest);
  hw_json_bool (writer, "direct", self->direct != NULL);
  hw_json_bool (writer, "focus", self->focus);
  hw_json_bool (writer, "admin", self->client && self->client->admin);
  hw_json_int (writer, "idle", get_idle (self) / 1000);
}

static void
warn (HwSession *self)
{
  gint64 left = hw_people_get_idle (self->people) - get_idle (self);
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;

  hw_event_begin (&writer, "idle-warning");
  hw_json_int (&writer, "in", MAX (1, (left + 500) / 1000));
  event = hw_event_end (&writer);
  hw_client_send (self->client, event);
}

static void
on_timer (HwTimer *timer)
{
  HwSession *self = HW_OWNER (timer, HwSession, timer);

  switch (self->state)
    {
    case HW_SESSION_HERE:
      /* The timer is not moved with every activity, only looked at when it fires */
      if (get_idle (self) < get_warning_time (self))
        {
          set_state (self, HW_SESSION_HERE, "was active");
          break;
        }
      warn (self);
      set_state (self, HW_SESSION_WARNED, "silent");
      break;
    case HW_SESSION_WARNED:
      hw_session_kick (self, HW_KICK_IDLE, "You were silent for too long.", "", NULL);
      break;
    case HW_SESSION_GRACE:
      hw_session_end (self, HW_LEFT_LOST, NULL);
      break;
    case HW_SESSION_ENDED:
      break;
    }
}
