/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A room: who is in it, and how its events reach them. An event is written once; all events of one
 * commit make one buffer that all members share. Only who sees more of an event, the author of a
 * message with a key, gets a copy with that in between. */

#include "room.h"

#include "event.h"
#include "lobby.h"
#include "log-watch.h"
#include "page.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "request.h"

#include <string.h>

/* Bytes of events that are put together at most before they go to their queues. */
#define PENDING_MAX (128 * 1024)

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

/**
 * hw_room_ref:
 * @self: a room
 *
 * Returns: (transfer full): @self, with one more reference
 */
HwRoom *
hw_room_ref (HwRoom *self)
{
  self->refs++;
  return self;
}

/**
 * hw_room_unref:
 * @self: (transfer full): a room; gone with its last reference
 */
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
  hw_log_watches_clear (self);
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

/**
 * hw_room_set_state:
 * @self: a room
 * @state: what it is from now on
 * @reason: why, for the log
 *
 * The only place where the state changes.
 */
void
hw_room_set_state (HwRoom *self, HwRoomState state, const char *reason)
{
  static const char *const names[] = { "coming", "open", "closing", "closed" };

  g_debug ("Room %s: %s → %s: %s", self->name, names[self->state], names[state], reason);
  self->state = state;
}

/**
 * hw_room_set_topic:
 * @self: a room
 * @topic: the normalised topic, on disk
 */
void
hw_room_set_topic (HwRoom *self, const char *topic)
{
  g_free (self->topic);
  self->topic = g_strdup (topic);
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

/**
 * hw_room_count_changed:
 * @self: a large room
 *
 * Tells the members how many they are, at most once a second.
 */
void
hw_room_count_changed (HwRoom *self)
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
  HwRoom *self = HW_OWNER (timer, HwRoom, count_timer);

  if (self->count_changed)
    hw_room_count_changed (self);
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
  shared->n_lines = self->last - self->pending_after;
  g_string_free (pending, TRUE);
  for (guint i = 0; i < self->members->len; i++)
    hw_member_deliver (self->members->pdata[i], shared, self->pending_after);
  hw_log_watches_flush (self, self->pending_after);
}

/* What ends every event. */
#define EVENT_END "}\n"

/* @log: 0 for members. */
static void
write_event (HwRoom *self, GString *out, const HwLogEntry *entry, gint64 log)
{
  HwJsonWriter writer;

  hw_json_writer_init (&writer, out);
  hw_json_begin_object (&writer, NULL);
  hw_json_string (&writer, "ev", "entry");
  hw_json_string (&writer, "room", self->name);
  if (log)
    hw_json_int (&writer, "log", log);
  hw_page_write_entry (&writer, entry, FALSE);
  g_string_append_len (out, EVENT_END, strlen (EVENT_END));
}

/* The author of the last pending event sees its key, too: the last member of its object. */
static void
add_key (HwRoom *self, const char *key, HwMember *author)
{
  g_autoptr (GString) own = g_string_new (",\"key\":");

  hw_json_append_escaped (own, key);
  hw_member_add_own (author, own->str, own->len, self->pending->len - strlen (EVENT_END));
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
  if (!self->pending)
    {
      self->pending = g_string_sized_new (512);
      self->pending_after = self->last;
      hw_lobby_room_dirty (self->lobby, self);
    }
  write_event (self, self->pending, entry, 0);
  if (author && author->state != HW_MEMBER_GONE && *entry->key)
    add_key (self, entry->key, author);
  if (self->watches)
    {
      if (!self->watched)
        self->watched = g_string_sized_new (512);
      write_event (self, self->watched, entry, self->log);
    }

  self->last = entry->seq;
  if (entry->kind == HW_ENTRY_MESSAGE)
    self->last_at = entry->at;
  hw_recent_add (&self->recent, entry);
  hw_lobby_room_changed (self->lobby, self);
  if (self->pending->len >= PENDING_MAX)
    hw_room_flush (self);
}

/**
 * hw_room_empty:
 * @self: a room that is closed
 * @text: why, for people
 *
 * Sends the members out.
 */
void
hw_room_empty (HwRoom *self, const char *text)
{
  g_autoptr (HwBuffer) event = NULL;
  HwJsonWriter writer;

  hw_room_flush (self);
  hw_event_begin (&writer, "kicked-out");
  hw_json_string (&writer, "room", self->name);
  hw_json_string (&writer, "text", text);
  event = hw_event_end (&writer);
  while (self->members->len > 0)
    {
      HwMember *member = self->members->pdata[self->members->len - 1];

      if (member->session->client)
        hw_client_send (member->session->client, event);
      hw_member_expel (member);
    }
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
