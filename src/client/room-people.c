/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is in a room and who types there. A list comes when we join, entries keep it right; in rooms
 * so large that nobody is told of each who comes and goes, the list is fetched anew when the count
 * changed, at leisure. */

#include "clean.h"
#include "member-private.h"
#include "place-private.h"
#include "room-private.h"

#include "protocol/error.h"
#include "protocol/limits.h"

/* Milliseconds after a sign of typing until it is stale: two intervals, for one may get lost. */
#define TYPING_STALE (2 * HW_TYPING_INTERVAL * 1000)

/* Names shown as typing, and remembered. */
#define TYPISTS_MAX 50

/* Members kept: a hostile server could name them without end. */
#define MEMBERS_MAX 20000

/* Seconds between two lists of a large room's members. */
#define REFRESH_INTERVAL 10

typedef struct
{
  char *name;
  gint64 until; /* monotonic */
} Typist;

static void
typist_free (Typist *typist)
{
  g_free (typist->name);
  g_free (typist);
}

/**
 * hw_room_init_people:
 * @self: a room in its making
 */
void
hw_room_init_people (HwRoom *self)
{
  self->members = hw_member_list_new ();
  self->typists = g_ptr_array_new_with_free_func ((GDestroyNotify) typist_free);
  self->typing = g_new0 (char *, 1);
}

static gboolean on_typing_stale (gpointer user_data);

/* Tells who types, and comes back when the first sign goes stale. */
static void
update_typing (HwRoom *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gint64 now = g_get_monotonic_time ();
  gint64 next = G_MAXINT64;

  g_clear_handle_id (&self->typing_source, g_source_remove);
  for (guint i = 0; i < self->typists->len; i++)
    {
      const Typist *typist = self->typists->pdata[i];

      g_strv_builder_add (names, typist->name);
      next = MIN (next, typist->until);
    }
  g_strfreev (self->typing);
  self->typing = g_strv_builder_end (names);
  if (self->typists->len > 0)
    self->typing_source = g_timeout_add (MAX (next - now, 0) / 1000 + 1, on_typing_stale, self);
  hw_room_notify_typing_names (self);
}

static void
remove_typist (HwRoom *self, guint index)
{
  const Typist *typist = self->typists->pdata[index];
  HwMember *member = hw_member_list_find (self->members, typist->name);

  if (member)
    hw_member_set_typing (member, FALSE);
  g_ptr_array_remove_index (self->typists, index);
}

static gboolean
on_typing_stale (gpointer user_data)
{
  HwRoom *self = user_data;
  gint64 now = g_get_monotonic_time ();

  self->typing_source = 0;
  for (guint i = self->typists->len; i-- > 0;)
    if (((Typist *) self->typists->pdata[i])->until <= now)
      remove_typist (self, i);
  update_typing (self);
  return G_SOURCE_REMOVE;
}

static void
stop_typing (HwRoom *self, const char *name)
{
  for (guint i = 0; i < self->typists->len; i++)
    if (g_str_equal (((Typist *) self->typists->pdata[i])->name, name))
      {
        remove_typist (self, i);
        update_typing (self);
        return;
      }
}

/**
 * hw_room_take_typing:
 * @self: a room
 * @name: somebody else
 *
 * That person is typing just now.
 */
void
hw_room_take_typing (HwRoom *self, const char *name)
{
  g_autofree char *clean = hw_clean_name (name, HW_USER_NAME_MAX);
  HwMember *member = hw_member_list_find (self->members, clean);
  Typist *typist = NULL;

  if (!*clean)
    return;
  for (guint i = 0; i < self->typists->len; i++)
    if (g_str_equal (((Typist *) self->typists->pdata[i])->name, clean))
      typist = self->typists->pdata[i];
  if (member)
    {
      hw_member_set_typing (member, TRUE);
      hw_member_touch (member);
    }
  if (!typist)
    {
      if (self->typists->len >= TYPISTS_MAX)
        return;
      typist = g_new0 (Typist, 1);
      typist->name = g_steal_pointer (&clean);
      g_ptr_array_add (self->typists, typist);
      typist->until = g_get_monotonic_time () + TYPING_STALE * 1000;
      update_typing (self);
      return;
    }
  typist->until = g_get_monotonic_time () + TYPING_STALE * 1000;
}

/**
 * hw_room_clear_people:
 * @self: a room
 *
 * We do not know who is there any more.
 */
void
hw_room_clear_people (HwRoom *self)
{
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();

  g_clear_handle_id (&self->typing_source, g_source_remove);
  g_clear_handle_id (&self->members_source, g_source_remove);
  g_clear_pointer (&self->members_got, g_ptr_array_unref);
  hw_member_list_replace (self->members, nobody);
  if (self->typists->len > 0)
    {
      g_ptr_array_set_size (self->typists, 0);
      update_typing (self);
    }
}

static void ask_members (HwRoom *self, const char *start);

static gboolean
parse_members (HwRoom *self, JsonArray *rows, GPtrArray *members, GError **error)
{
  guint n_rows = json_array_get_length (rows);

  for (guint i = 0; i < n_rows; i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      HwMember *member;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, "members", "A member is an object.");
          return FALSE;
        }
      member = hw_member_new_from_json (json_node_get_object (node), error);
      if (!member)
        return FALSE;
      g_ptr_array_add (members, member);
    }
  return TRUE;
}

static void
take_list (HwRoom *self, GPtrArray *members)
{
  hw_member_list_replace (self->members, members);
  hw_room_set_n_members (self, hw_member_list_get_size (self->members));
  self->large = hw_member_list_get_size (self->members) > HW_LARGE_ROOM;
}

/**
 * hw_room_take_members:
 * @self: a room
 * @rows: (transfer none): "members" of a reply to join
 * @error: (nullable): return location
 *
 * Takes over who is there. A list that was cut is fetched whole.
 *
 * Returns: %FALSE if @rows break the protocol
 */
gboolean
hw_room_take_members (HwRoom *self, JsonArray *rows, GError **error)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (g_object_unref);

  if (!parse_members (self, rows, members, error))
    return FALSE;
  take_list (self, members);
  if (members->len >= HW_JOIN_MEMBERS_MAX)
    hw_room_refresh_members (self);
  return TRUE;
}

static void
on_members (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  g_autoptr (HwRoom) self = user_data;
  g_autoptr (GError) error = NULL;
  JsonArray *rows = NULL;
  gboolean more = FALSE;
  guint before;

  self->asking_members = FALSE;
  if (refusal || self->state != HW_ROOM_INSIDE || !self->members_got || !self->place)
    {
      g_clear_pointer (&self->members_got, g_ptr_array_unref);
      return;
    }
  before = self->members_got->len;
  if (!hw_message_get_array (reply, "members", &rows, &error)
      || !hw_message_get_bool_opt (reply, "more", &more, &error)
      || !parse_members (self, rows, self->members_got, &error))
    {
      hw_place_violated (self->place, error);
      return;
    }
  if (more && self->members_got->len > before && self->members_got->len < MEMBERS_MAX)
    {
      HwMember *last = self->members_got->pdata[self->members_got->len - 1];

      ask_members (self, hw_member_get_name (last));
      return;
    }
  take_list (self, self->members_got);
  g_clear_pointer (&self->members_got, g_ptr_array_unref);
}

static void
ask_members (HwRoom *self, const char *start)
{
  HwRequest *request = hw_requests_begin (self->place->requests, "members");

  self->asking_members = TRUE;
  hw_json_string (&request->fields, "room", self->name);
  if (start)
    hw_json_string (&request->fields, "start", start);
  hw_requests_send (self->place->requests, request, HW_REQUEST_LOW, on_members,
                    g_object_ref (self));
}

/**
 * hw_room_refresh_members:
 * @self: a room that we are in
 *
 * Fetches who is there, because comings and goings were missed.
 */
void
hw_room_refresh_members (HwRoom *self)
{
  if (self->asking_members || !self->place || self->place->step != HW_STEP_READY)
    return;
  g_clear_pointer (&self->members_got, g_ptr_array_unref);
  self->members_got = g_ptr_array_new_with_free_func (g_object_unref);
  ask_members (self, NULL);
}

static gboolean
on_members_due (gpointer user_data)
{
  HwRoom *self = user_data;

  self->members_source = 0;
  if (self->state == HW_ROOM_INSIDE)
    hw_room_refresh_members (self);
  return G_SOURCE_REMOVE;
}

/**
 * hw_room_take_count:
 * @self: a room that we are in
 * @count: how many are there
 *
 * A large room's count changed.
 */
void
hw_room_take_count (HwRoom *self, guint count)
{
  self->large = TRUE;
  hw_room_set_n_members (self, count);
  if (count != hw_member_list_get_size (self->members) && !self->members_source)
    self->members_source = g_timeout_add_seconds (REFRESH_INTERVAL, on_members_due, self);
}

/**
 * hw_room_people_after_entry:
 * @self: a room that we are in
 * @entry: (transfer none): what just happened there
 *
 * Keeps the list right.
 */
void
hw_room_people_after_entry (HwRoom *self, HwEntry *entry)
{
  const char *from = hw_entry_get_from (entry);
  HwMember *member = NULL;
  g_autoptr (HwMember) renamed = NULL;

  /* Who comes and goes is told again: the room is not that large any more. */
  if (self->large
      && (hw_entry_get_kind (entry) == HW_ENTRY_JOINED
          || hw_entry_get_kind (entry) == HW_ENTRY_LEFT))
    hw_room_refresh_members (self);
  switch (hw_entry_get_kind (entry))
    {
    case HW_ENTRY_JOINED:
      if (*from && !hw_member_list_find (self->members, from)
          && hw_member_list_get_size (self->members) < MEMBERS_MAX)
        {
          g_autoptr (HwMember) newcomer = hw_member_new (from);

          hw_member_list_add (self->members, newcomer);
        }
      break;
    case HW_ENTRY_LEFT:
    case HW_ENTRY_KICKED:
      stop_typing (self, from);
      hw_member_list_remove (self->members, from);
      break;
    case HW_ENTRY_RENAMED:
      stop_typing (self, from);
      member = hw_member_list_find (self->members, from);
      if (!*hw_entry_get_to (entry))
        break;
      renamed = hw_member_new_renamed (member, hw_entry_get_to (entry));
      hw_member_list_remove (self->members, from);
      hw_member_list_add (self->members, renamed);
      break;
    case HW_ENTRY_MESSAGE:
      stop_typing (self, from);
      member = hw_member_list_find (self->members, from);
      if (member)
        hw_member_touch (member);
      break;
    case HW_ENTRY_CREATED:
    case HW_ENTRY_TOPIC:
    case HW_ENTRY_CLOSED:
    case HW_ENTRY_UNKNOWN:
    default:
      break;
    }
  if (!self->large)
    hw_room_set_n_members (self, hw_member_list_get_size (self->members));
}
