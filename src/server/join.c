/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Going into a room: the password, the older entries from the disk if memory has too few, "joined"
 * onto the disk, and only then the answer, which ends exactly where the events begin. */

#include "join.h"

#include "commands.h"
#include "helpers.h"
#include "lobby.h"
#include "page.h"
#include "password.h"
#include "protocol/limits.h"
#include "server.h"

/* Milliseconds between two looks whether an earlier coming or going has reached the disk. */
#define WAIT_TIME 10

typedef struct
{
  HwRequest *request;
  HwRoom *room;
  HwSession *session;
  HwMember *member; /* (nullable): a reference, once the person is coming */
  GPtrArray *older; /* (nullable): entries from the disk */
} Join;

static void
join_free (Join *self)
{
  g_clear_pointer (&self->older, g_ptr_array_unref);
  g_clear_pointer (&self->member, hw_member_unref);
  hw_session_unref (self->session);
  hw_room_unref (self->room);
  hw_request_unref (self->request);
  g_free (self);
}

static guint
get_limit (HwRequest *request)
{
  /* After a place one knows all is wanted that fits into a page */
  return hw_request_get_int (request, "history",
                             hw_request_has (request, "after") ? HW_PAGE_MAX : HW_PAGE_DEFAULT);
}

/* seq of the oldest entry that the answer may need. */
static guint64
get_first (HwRequest *request, HwRoom *room)
{
  guint limit = get_limit (request);

  if (hw_request_has (request, "after"))
    return hw_request_get_int (request, "after", 0) + 1;
  return room->last > limit ? room->last - limit + 1 : 1;
}

/* What is held in memory, behind what was read from the disk a moment ago where that fits to it.
 * @newest: whether the newest are wanted rather than the oldest. (transfer full) */
static GPtrArray *
collect (HwRoom *room, GPtrArray *older, guint64 first, gboolean newest)
{
  GPtrArray *entries = g_ptr_array_new ();
  guint n_recent = hw_recent_get_n (&room->recent);
  guint64 next = n_recent > 0 ? hw_recent_get_first (&room->recent) : room->last + 1;
  guint64 reached = 0;

  for (guint i = 0; older && i < older->len; i++)
    {
      HwLogEntry *entry = older->pdata[i];

      if (entry->seq < first || entry->seq > room->last)
        continue;
      g_ptr_array_add (entries, entry);
      reached = entry->seq;
    }
  /* More was said meanwhile than memory holds: there is more after what was read, or before what is
   * in memory */
  if (reached > 0 && reached + 1 < next && !newest)
    return entries;
  if (reached > 0 && reached + 1 < next)
    {
      g_ptr_array_set_size (entries, 0);
      reached = 0;
    }
  for (guint i = hw_recent_find_after (&room->recent, MAX (reached, first - 1)); i < n_recent; i++)
    g_ptr_array_add (entries, room->recent.entries->pdata[i]);
  return entries;
}

/* Whether the first of @entries is the one that was asked for, so that nothing is missing before
 * it. */
static gboolean
begins_at (GPtrArray *entries, guint64 first)
{
  return entries->len == 0 || ((HwLogEntry *) entries->pdata[0])->seq == first;
}

/**
 * hw_join_answer:
 * @request: "join" or "create"
 * @member: who is in now
 * @older: (nullable) (element-type HwLogEntry): entries that memory may not have
 *
 * Answers with the room as it is: events go on after "last".
 */
void
hw_join_answer (HwRequest *request, HwMember *member, GPtrArray *older)
{
  HwRoom *room = member->room;
  gboolean after = hw_request_has (request, "after");
  guint limit = get_limit (request);
  g_autoptr (GPtrArray) entries = collect (room, older, get_first (request, room), !after);
  guint n_entries
      = !after || begins_at (entries, get_first (request, room)) ? MIN (entries->len, limit) : 0;
  guint from = after ? 0 : entries->len - n_entries;
  HwJsonWriter *writer;
  gboolean cut;
  guint64 reached;

  /* Events that the entries hold already must not follow them */
  hw_room_flush (room);
  writer = hw_request_begin (request);
  hw_json_string (writer, "room", room->name);
  hw_json_string (writer, "topic", room->topic);
  hw_room_write_members (room, writer, NULL, HW_JOIN_MEMBERS_MAX);
  cut = hw_page_write (writer, n_entries > 0 ? (HwLogEntry *const *) &entries->pdata[from] : NULL,
                       n_entries, !after, member->session->folded);
  if (after)
    {
      reached = n_entries > 0 ? ((HwLogEntry *) entries->pdata[n_entries - 1])->seq
                              : (guint64) hw_request_get_int (request, "after", 0);
      hw_json_bool (writer, "more", cut || reached < room->last);
    }
  else
    {
      reached = n_entries > 0 ? ((HwLogEntry *) entries->pdata[from])->seq : room->last + 1;
      hw_json_bool (writer, "more", cut || reached > 1);
    }
  hw_json_int (writer, "last", room->last);
  hw_request_end (request);
}

static void
on_joined (HwLogEntry *entry, gboolean duplicate, const GError *error, gpointer user_data)
{
  Join *self = user_data;

  if (error)
    {
      hw_member_turn_away (self->member);
      hw_request_fail (self->request, error);
    }
  else
    {
      hw_room_publish (self->room, entry, NULL);
      hw_member_let_in (self->member);
      hw_join_answer (self->request, self->member, self->older);
    }
  join_free (self);
}

static void go_in (Join *self);

static gboolean
on_wait_over (gpointer user_data)
{
  go_in (user_data);

  return G_SOURCE_REMOVE;
}

static void
log_coming (Join *self)
{
  self->member = hw_member_ref (hw_member_new (self->room, self->session));
  hw_store_append (hw_lobby_get_store (self->room->lobby),
                   hw_log_entry_new (self->room->log, HW_ENTRY_JOINED, HW_LEFT_NONE,
                                     self->session->name, "", "", "", ""),
                   on_joined, self);
}

/* Memory, or what was read, has the entries: now the person can come in. Much may have happened
 * meanwhile. */
static void
go_in (Join *self)
{
  HwMember *member = hw_member_find (self->room, self->session);

  if (self->request->client->server->closing)
    {
      hw_request_refuse (self->request, HW_ERROR_CLOSING, NULL, "The server is closing.");
    }
  else if (self->room->state != HW_ROOM_OPEN || self->session->state == HW_SESSION_ENDED)
    {
      hw_request_refuse (self->request, HW_ERROR_NO_SUCH_ROOM, "room", "%s is closed.",
                         self->room->name);
    }
  else if (member && member->state != HW_MEMBER_IN)
    {
      /* Asked for by an older connection of the same person, and on its way to the disk */
      g_timeout_add (WAIT_TIME, on_wait_over, self);
      return;
    }
  else if (!member && !hw_room_is_large (self->room, 1))
    {
      log_coming (self);
      return;
    }
  else
    {
      if (!member)
        {
          member = hw_member_new (self->room, self->session);
          hw_member_let_in (member);
        }
      hw_join_answer (self->request, member, self->older);
    }
  join_free (self);
}

static void
on_read (HwLogPage *page, const GError *error, gpointer user_data)
{
  Join *self = user_data;

  if (error)
    {
      hw_request_fail (self->request, error);
      join_free (self);
      return;
    }
  self->older = g_ptr_array_ref (page->entries);
  hw_recent_fill (&self->room->recent, page->entries, self->room->last);
  go_in (self);
}

static void
prepare (Join *self)
{
  guint limit = get_limit (self->request);
  HwLogQuery query = { .log = self->room->log, .from = HW_PAGE_NEWEST };

  if (limit == 0 || hw_room_has_since (self->room, get_first (self->request, self->room)))
    {
      go_in (self);
      return;
    }
  query.limit = limit;
  if (hw_request_has (self->request, "after"))
    {
      query.from = HW_PAGE_AFTER;
      query.position = hw_request_get_int (self->request, "after", 0);
    }
  hw_store_read (hw_lobby_get_store (self->room->lobby), &query, on_read, self);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Join *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean right = hw_password_check_finish (result, &error);

  if (right)
    {
      hw_room_remember_password (self->room, hw_request_get_string (self->request, "password"));
      prepare (self);
      return;
    }
  if (error)
    hw_request_fail (self->request, error);
  else
    hw_request_refuse (self->request, HW_ERROR_ROOM_PASSWORD, "password",
                       "That is not the password of %s.", self->room->name);
  join_free (self);
}

void
hw_command_join (HwRequest *request)
{
  HwSession *session = request->client->session;
  const char *password = hw_request_get_string (request, "password");
  g_autoptr (GError) error = NULL;
  HwRoom *room;
  HwMember *member;
  Join *self;

  if (!hw_password_is_bounded (password, &error))
    {
      hw_request_fail (request, error);
      return;
    }
  room = hw_request_find_room (request);
  if (!room)
    return;
  member = hw_member_find (room, session);
  if (room->password && !member && !password)
    {
      hw_request_refuse (request, HW_ERROR_ROOM_PASSWORD, "password", "%s needs a password.",
                         room->name);
      return;
    }
  self = g_new0 (Join, 1);
  self->request = hw_request_ref (request);
  self->room = hw_room_ref (room);
  self->session = hw_session_ref (session);
  if (room->password && !member && !hw_room_knows_password (room, password))
    hw_password_check_async (password, room->password, NULL, on_checked, self);
  else
    prepare (self);
}
