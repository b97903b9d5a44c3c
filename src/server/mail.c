/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whispers that wait: held while their person is focused, stored while it is not here, and those
 * that went out to a client that tells when they have arrived. What is delivered is taken out of
 * the mailbox only after it was sent, and, with such a client, only after it has arrived: the next
 * connection is given again what this one did not confirm. */

#include "mail.h"

#include "event.h"
#include "people.h"
#include "protocol/name.h"
#include "room.h"

#include <string.h>

static gboolean
share_a_room (HwSession *one, HwSession *other)
{
  for (HwMember *member = one->members; member; member = member->next)
    if (member->state == HW_MEMBER_IN)
      {
        HwMember *match = hw_member_find (member->room, other);

        if (match && match->state == HW_MEMBER_IN)
          return TRUE;
      }
  return FALSE;
}

/* Focused, where that means something. */
static gboolean
holds_mail (HwSession *to)
{
  return to->focus && to->members;
}

/**
 * hw_mail_is_held:
 * @to: somebody who is here
 * @from: somebody who whispers
 *
 * Returns: whether what @from whispers has to wait for the end of @to's focus
 */
gboolean
hw_mail_is_held (HwSession *to, HwSession *from)
{
  return holds_mail (to) && !share_a_room (to, from);
}

static HwBuffer *
new_event (const HwWhisper *whisper, gint64 number)
{
  HwJsonWriter writer;

  hw_event_begin (&writer, "whisper");
  hw_json_string (&writer, "from", whisper->from);
  hw_json_string (&writer, "text", whisper->text);
  hw_json_int (&writer, "at", whisper->at);
  if (whisper->key && *whisper->key)
    hw_json_string (&writer, "key", whisper->key);
  if (whisper->delivery == HW_WHISPER_HELD)
    hw_json_bool (&writer, "held", TRUE);
  if (number > 0)
    hw_json_int (&writer, "n", number);
  return hw_event_end (&writer);
}

/* Nothing that was said before in their rooms comes after it. Sending it may show that the link is
 * lost. */
static void
send_event (HwSession *to, HwBuffer *event)
{
  hw_session_flush_rooms (to);
  if (to->client)
    hw_client_send (to->client, event);
}

/* A whisper that the connection was given, and that is on the disk as far as we know. */
typedef struct
{
  gint64 id;
  gint64 number; /* by which the client confirms it; 0: it does not, and it is being removed */
} Given;

static void
note_given (HwSession *to, gint64 id, gint64 number)
{
  Given given = { id, number };

  if (!to->given)
    to->given = g_array_new (FALSE, FALSE, sizeof given);
  g_array_append_val (to->given, given);
}

/* What was read from the disk before we learnt that it is gone from there is not given again. */
static gboolean
was_given (HwSession *to, gint64 id)
{
  for (guint i = 0; to->given && i < to->given->len; i++)
    if (g_array_index (to->given, Given, i).id == id)
      return TRUE;
  return FALSE;
}

typedef struct
{
  HwSession *to;
  GArray *ids;
} Removal;

static void
on_removed (const GError *error, gpointer user_data)
{
  Removal *removal = user_data;
  GArray *given = removal->to->given;

  if (error)
    g_warning ("Whispers that were delivered are still stored: %s", error->message);
  for (guint i = 0; given && i < removal->ids->len; i++)
    for (guint j = 0; j < given->len; j++)
      if (g_array_index (given, Given, j).id == g_array_index (removal->ids, gint64, i))
        {
          g_array_remove_index (given, j);
          break;
        }
  g_array_unref (removal->ids);
  hw_session_unref (removal->to);
  g_free (removal);
}

/* Takes them from the disk; @ids: (transfer full). */
static void
remove_given (HwSession *to, GArray *ids)
{
  Removal *removal;

  if (ids->len == 0)
    {
      g_array_unref (ids);
      return;
    }
  removal = g_new (Removal, 1);
  removal->to = hw_session_ref (to);
  removal->ids = g_array_ref (ids);
  hw_store_remove_confirmed (hw_people_get_store (to->people), ids, on_removed, removal);
}

/* Sends one that is on the disk to somebody with a connection. Returns whether it is to be removed
 * at once, for nobody will confirm it. */
static gboolean
give (HwSession *to, const HwWhisper *whisper)
{
  gint64 number = to->client->receipts && whisper->key && *whisper->key ? ++to->n_given : 0;
  g_autoptr (HwBuffer) event = new_event (whisper, number);

  note_given (to, whisper->id, number);
  hw_client_send (to->client, event);
  return number == 0;
}

/**
 * hw_mail_is_confirmed:
 * @to: somebody
 *
 * Returns: whether their client tells when a whisper has arrived
 */
gboolean
hw_mail_is_confirmed (HwSession *to)
{
  return to->client && to->client->receipts;
}

/**
 * hw_mail_send:
 * @to: somebody with a connection
 * @from: who whispers
 * @text: what
 * @at: milliseconds since 1970 UTC
 *
 * Sends the event "whisper" for one that nobody keeps.
 */
void
hw_mail_send (HwSession *to, const char *from, const char *text, gint64 at)
{
  const HwWhisper whisper
      = { .from = (char *) from, .text = (char *) text, .at = at, .delivery = HW_WHISPER_NOW };
  g_autoptr (HwBuffer) event = new_event (&whisper, 0);

  send_event (to, event);
}

/**
 * hw_mail_give:
 * @to: somebody with a connection
 * @whisper: (transfer none): what was added for them as %HW_WHISPER_NOW
 *
 * Sends the event "whisper". If it is on the disk it stays there until the client has confirmed it.
 */
void
hw_mail_give (HwSession *to, const HwWhisper *whisper)
{
  if (whisper->id == 0)
    {
      g_autoptr (HwBuffer) event = new_event (whisper, 0);

      send_event (to, event);
      return;
    }
  hw_session_flush_rooms (to);
  if (to->client && give (to, whisper))
    {
      GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

      g_array_append_val (ids, whisper->id);
      remove_given (to, ids);
    }
}

/**
 * hw_mail_confirm:
 * @to: somebody
 * @number: of the last whisper that has arrived
 *
 * Forgets it, and those before it.
 */
void
hw_mail_confirm (HwSession *to, gint64 number)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; to->given && i < to->given->len; i++)
    {
      Given *given = &g_array_index (to->given, Given, i);

      if (given->number == 0 || given->number > number)
        continue;
      g_array_append_val (ids, given->id);
      given->number = 0;
    }
  remove_given (to, ids);
}

/**
 * hw_mail_tell_held:
 * @to: somebody who is focused
 * @from: whose whisper waits now
 *
 * Sends the event "held".
 */
void
hw_mail_tell_held (HwSession *to, const char *from)
{
  char *folded = hw_name_fold (from);
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;
  guint count;

  if (!to->held)
    to->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  count = GPOINTER_TO_UINT (g_hash_table_lookup (to->held, folded)) + 1;
  g_hash_table_insert (to->held, folded, GUINT_TO_POINTER (count));
  if (!to->client)
    return;
  hw_event_begin (&writer, "held");
  hw_json_string (&writer, "from", from);
  hw_json_int (&writer, "count", count);
  event = hw_event_end (&writer);
  hw_client_send (to->client, event);
}

static void
on_listed (GPtrArray *whispers, const GError *error, gpointer user_data)
{
  g_autoptr (HwSession) to = user_data;
  GArray *ids = NULL;
  gboolean hold = holds_mail (to);

  to->mail_asked = FALSE;
  if (to->mail_again && to->client)
    hw_mail_deliver (to);
  to->has_mail |= error || whispers->len > 0;
  if (error)
    {
      g_warning ("The whispers for %s cannot be read: %s", to->name, error->message);
      return;
    }
  ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  hw_session_flush_rooms (to);
  for (guint i = 0; i < whispers->len && to->client; i++)
    {
      HwWhisper *whisper = whispers->pdata[i];

      /* It was for the Guest1 before this one */
      if (whisper->delivery == HW_WHISPER_NOW && whisper->at < to->nameless_since)
        {
          g_array_append_val (ids, whisper->id);
          continue;
        }
      if ((hold && whisper->delivery == HW_WHISPER_HELD) || was_given (to, whisper->id))
        continue;
      if (!hw_connection_make_room (&to->client->connection, 2 * strlen (whisper->text) + 512))
        {
          /* The rest when this was taken */
          to->mail_waits = TRUE;
          if (to->client)
            to->client->lagging = TRUE;
          break;
        }
      if (give (to, whisper))
        g_array_append_val (ids, whisper->id);
    }
  remove_given (to, ids);
}

/**
 * hw_mail_deliver:
 * @to: somebody with a connection
 *
 * Delivers what waits in the mailbox; of somebody who is still focused, back by the token for
 * instance, only what does not wait for the end of that.
 */
void
hw_mail_deliver (HwSession *to)
{
  to->mail_waits = FALSE;
  if (!holds_mail (to))
    g_clear_pointer (&to->held, g_hash_table_unref);
  to->mail_again = to->mail_asked;
  if (to->mail_asked)
    return;
  to->mail_asked = TRUE;
  to->has_mail = FALSE; /* unless something is found there, or comes */
  hw_store_list_whispers (hw_people_get_store (to->people), to->name, on_listed,
                          hw_session_ref (to));
}
