/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whispers that wait: held while their person is focused, stored while it is not here. What is
 * delivered is taken out of the mailbox only after it was sent. */

#include "mail.h"

#include "event.h"
#include "people.h"
#include "protocol/name.h"
#include "room.h"

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
new_event (const char *from, const char *text, gint64 at, const char *key, gboolean held)
{
  HwJsonWriter writer;

  hw_event_begin (&writer, "whisper");
  hw_json_string (&writer, "from", from);
  hw_json_string (&writer, "text", text);
  hw_json_int (&writer, "at", at);
  if (key && *key)
    hw_json_string (&writer, "key", key);
  if (held)
    hw_json_bool (&writer, "held", TRUE);
  return hw_event_end (&writer);
}

/**
 * hw_mail_send:
 * @to: somebody with a connection
 * @from: who whispers
 * @text: what
 * @at: milliseconds since 1970 UTC
 * @key: (nullable): the sender's key
 * @held: whether it waited for the end of focus
 *
 * Sends the event "whisper".
 */
void
hw_mail_send (
    HwSession *to, const char *from, const char *text, gint64 at, const char *key, gboolean held)
{
  g_autoptr (HwBuffer) event = new_event (from, text, at, key, held);

  hw_session_flush_rooms (to);
  if (to->client) /* which cannot be told from a lost one before it is sent to */
    hw_client_send (to->client, event);
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
on_removed (const GError *error, gpointer user_data)
{
  if (error)
    g_warning ("Whispers that were delivered are still stored: %s", error->message);
}

static void
on_listed (GPtrArray *whispers, const GError *error, gpointer user_data)
{
  g_autoptr (HwSession) to = user_data;
  gboolean hold = holds_mail (to);
  gint64 last = 0;

  to->mail_asked = FALSE;
  if (error)
    {
      g_warning ("The whispers for %s cannot be read: %s", to->name, error->message);
      return;
    }
  for (guint i = 0; i < whispers->len && to->client; i++)
    {
      HwWhisper *whisper = whispers->pdata[i];
      gboolean held = whisper->delivery == HW_WHISPER_HELD;
      g_autoptr (HwBuffer) event
          = new_event (whisper->from, whisper->text, whisper->at, whisper->key, held);

      if (held && hold)
        continue;
      if (!hw_connection_make_room (&to->client->connection, event->length))
        {
          /* The rest when this was taken */
          to->mail_waits = TRUE;
          if (to->client)
            to->client->lagging = TRUE;
          break;
        }
      hw_client_send (to->client, event);
      last = whisper->id;
    }
  if (last > 0)
    hw_store_remove_whispers (hw_people_get_store (to->people), to->name, last, !hold, on_removed,
                              NULL);
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
  if (to->mail_asked)
    return;
  to->mail_asked = TRUE;
  hw_store_list_whispers (hw_people_get_store (to->people), to->name, on_listed,
                          hw_session_ref (to));
}
