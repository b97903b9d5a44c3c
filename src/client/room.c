/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwRoom: one room of a place. This file holds the object and its properties; what happens in the
 * room is in the files that room-private.h names. */

#include "room-private.h"

#include "clean.h"
#include "place-private.h"
#include "transfers-private.h"

#include "protocol/limits.h"
#include "protocol/name.h"

enum
{
  PROP_0,
  PROP_NAME,
  PROP_TOPIC,
  PROP_N_MEMBERS,
  PROP_CREATED,
  PROP_LAST_AT,
  PROP_LOCKED,
  PROP_STATE,
  PROP_REASON,
  PROP_UNREAD,
  PROP_MENTIONS,
  PROP_TYPING,
  PROP_LAST_READ,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HwRoom, hw_room, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (HwRoomState,
                    hw_room_state,
                    G_DEFINE_ENUM_VALUE (HW_ROOM_OUTSIDE, "outside"),
                    G_DEFINE_ENUM_VALUE (HW_ROOM_JOINING, "joining"),
                    G_DEFINE_ENUM_VALUE (HW_ROOM_INSIDE, "inside"),
                    G_DEFINE_ENUM_VALUE (HW_ROOM_REMOVED, "removed"))

static void
notify (HwRoom *self, int property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
hw_room_dispose (GObject *object)
{
  HwRoom *self = HW_ROOM (object);

  hw_room_stop_log (self);
  hw_room_clear_people (self);
  g_clear_weak_pointer (&self->place);

  G_OBJECT_CLASS (hw_room_parent_class)->dispose (object);
}

static void
hw_room_finalize (GObject *object)
{
  HwRoom *self = HW_ROOM (object);

  g_free (self->name);
  g_free (self->folded);
  g_free (self->topic);
  g_free (self->reason);
  hw_secret_free (self->password);
  g_clear_object (&self->history);
  hw_unread_free (self->unread);
  g_array_unref (self->missed);
  g_clear_object (&self->members);
  g_ptr_array_unref (self->typists);
  g_strfreev (self->typing);

  G_OBJECT_CLASS (hw_room_parent_class)->finalize (object);
}

static void
hw_room_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwRoom *self = HW_ROOM (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TOPIC:
      g_value_set_string (value, self->topic);
      break;
    case PROP_N_MEMBERS:
      g_value_set_uint (value, self->n_members);
      break;
    case PROP_CREATED:
      g_value_set_int64 (value, self->created);
      break;
    case PROP_LAST_AT:
      g_value_set_int64 (value, self->last_at);
      break;
    case PROP_LOCKED:
      g_value_set_boolean (value, self->locked);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, hw_room_get_unread (self));
      break;
    case PROP_MENTIONS:
      g_value_set_uint (value, hw_room_get_mentions (self));
      break;
    case PROP_TYPING:
      g_value_set_boxed (value, self->typing);
      break;
    case PROP_LAST_READ:
      g_value_set_uint64 (value, self->last_read);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hw_room_class_init (HwRoomClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = hw_room_dispose;
  object_class->finalize = hw_room_finalize;
  object_class->get_property = hw_room_get_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_TOPIC] = g_param_spec_string ("topic", NULL, NULL, NULL, flags);
  properties[PROP_N_MEMBERS] = g_param_spec_uint ("n-members", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CREATED] = g_param_spec_int64 ("created", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_LAST_AT] = g_param_spec_int64 ("last-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_LOCKED] = g_param_spec_boolean ("locked", NULL, NULL, FALSE, flags);
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HW_TYPE_ROOM_STATE, HW_ROOM_OUTSIDE, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_MENTIONS] = g_param_spec_uint ("mentions", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_TYPING] = g_param_spec_boxed ("typing", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_LAST_READ]
      = g_param_spec_uint64 ("last-read", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hw_room_init (HwRoom *self)
{
  self->topic = g_strdup ("");
  hw_room_init_log (self);
  hw_room_init_people (self);
}

/**
 * hw_room_new:
 * @place: (transfer none): where it is
 * @name: its name
 *
 * Returns: (transfer full): a room that we are outside of
 */
HwRoom *
hw_room_new (HwPlace *place, const char *name)
{
  HwRoom *self = g_object_new (HW_TYPE_ROOM, NULL);

  g_set_weak_pointer (&self->place, place);
  self->name = g_strdup (name);
  self->folded = hw_name_fold (name);
  if (!self->folded)
    self->folded = g_strdup (name);
  return self;
}

/**
 * hw_room_set_name:
 * @self: a room
 * @name: the same name as the server spells it
 */
void
hw_room_set_name (HwRoom *self, const char *name)
{
  if (g_str_equal (self->name, name))
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  notify (self, PROP_NAME);
}

/**
 * hw_room_get_folded:
 * @self: a room
 *
 * Returns: (transfer none): its folded name, by which rooms are the same and sorted
 */
const char *
hw_room_get_folded (HwRoom *self)
{
  return self->folded;
}

/**
 * hw_room_set_topic:
 * @self: a room
 * @topic: what it is about, perhaps empty
 */
void
hw_room_set_topic (HwRoom *self, const char *topic)
{
  if (g_str_equal (self->topic, topic))
    return;
  g_free (self->topic);
  self->topic = g_strdup (topic);
  notify (self, PROP_TOPIC);
}

/**
 * hw_room_set_n_members:
 * @self: a room
 * @n_members: how many people are in it
 */
void
hw_room_set_n_members (HwRoom *self, guint n_members)
{
  if (self->n_members == n_members)
    return;
  self->n_members = n_members;
  notify (self, PROP_N_MEMBERS);
}

/**
 * hw_room_set_last_at:
 * @self: a room
 * @at: when something last happened in it, milliseconds since 1970 UTC; never goes back
 */
void
hw_room_set_last_at (HwRoom *self, gint64 at)
{
  if (at <= self->last_at)
    return;
  self->last_at = at;
  notify (self, PROP_LAST_AT);
}

/**
 * hw_room_set_state:
 * @self: a room
 * @state: where we stand from now on
 * @reason: (nullable): why, for the person; of %HW_ROOM_REMOVED
 *
 * The one place where it changes.
 */
void
hw_room_set_state (HwRoom *self, HwRoomState state, const char *reason)
{
  gboolean changed = self->state != state;

  self->state = state;
  if (g_strcmp0 (self->reason, reason) != 0)
    {
      g_free (self->reason);
      self->reason = g_strdup (reason);
      notify (self, PROP_REASON);
    }
  if (state != HW_ROOM_INSIDE)
    hw_room_stop_log (self);
  if (state == HW_ROOM_OUTSIDE || state == HW_ROOM_REMOVED)
    {
      hw_room_clear_people (self);
      if (changed && self->place)
        hw_transfers_leave_room (hw_place_get_transfers (self->place), self->folded);
    }
  if (changed)
    notify (self, PROP_STATE);
}

/**
 * hw_room_set_password:
 * @self: a room
 * @password: (nullable): what lets us in, kept for coming back after a lost link
 */
void
hw_room_set_password (HwRoom *self, const char *password)
{
  char *copy = g_strdup (password);

  hw_secret_free (self->password);
  self->password = copy;
}

/**
 * hw_room_take_row:
 * @self: a room
 * @row: (transfer none): its row of "rooms"
 * @error: (nullable): return location
 *
 * Takes over what the place's list tells.
 *
 * Returns: %FALSE if @row is not one
 */
gboolean
hw_room_take_row (HwRoom *self, JsonObject *row, GError **error)
{
  const char *topic = "";
  gint64 members = 0;
  gint64 created = 0;
  gint64 last = 0;
  gboolean locked = FALSE;
  g_autofree char *clean = NULL;

  if (!hw_message_get_string_opt (row, "topic", &topic, error)
      || !hw_message_get_int_opt (row, "members", 0, HW_INT_MAX, &members, error)
      || !hw_message_get_int_opt (row, "created", 0, HW_INT_MAX, &created, error)
      || !hw_message_get_int_opt (row, "last", 0, HW_INT_MAX, &last, error)
      || !hw_message_get_bool_opt (row, "locked", &locked, error))
    return FALSE;

  clean = hw_clean_name (topic, HW_TOPIC_MAX);
  hw_room_set_topic (self, clean);
  /* Inside a room its own entries tell at once, and the list only once a second. */
  if (self->state != HW_ROOM_INSIDE || self->large)
    hw_room_set_n_members (self, MIN (members, G_MAXINT));
  if (self->created != created)
    {
      /* Another room under the same name. Its log is not the one we have. */
      if (self->created != 0 && created != 0 && self->state != HW_ROOM_INSIDE)
        hw_room_clear_log (self);
      self->created = created;
      self->last_at = 0;
      notify (self, PROP_CREATED);
    }
  hw_room_set_last_at (self, last);
  if (self->locked != locked)
    {
      self->locked = locked;
      notify (self, PROP_LOCKED);
    }
  return TRUE;
}

/**
 * hw_room_notify_unread:
 * @self: a room
 *
 * Tells that what is unread may have changed.
 */
void
hw_room_notify_unread (HwRoom *self)
{
  notify (self, PROP_UNREAD);
  notify (self, PROP_MENTIONS);
  notify (self, PROP_LAST_READ);
}

/**
 * hw_room_notify_typing_names:
 * @self: a room
 *
 * Tells that others type now than before.
 */
void
hw_room_notify_typing_names (HwRoom *self)
{
  notify (self, PROP_TYPING);
}

const char *
hw_room_get_name (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), NULL);

  return self->name;
}

const char *
hw_room_get_topic (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), NULL);

  return self->topic;
}

guint
hw_room_get_n_members (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), 0);

  return self->n_members;
}

gint64
hw_room_get_created (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), 0);

  return self->created;
}

gint64
hw_room_get_last_at (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), 0);

  return self->last_at;
}

gboolean
hw_room_get_locked (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), FALSE);

  return self->locked;
}

HwRoomState
hw_room_get_state (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), HW_ROOM_OUTSIDE);

  return self->state;
}

const char *
hw_room_get_reason (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), NULL);

  return self->reason;
}

guint
hw_room_get_unread (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), 0);

  return hw_unread_get_count (self->unread);
}

guint
hw_room_get_mentions (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), 0);

  return hw_unread_get_mentions (self->unread);
}

const char *const *
hw_room_get_typing (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), NULL);

  return (const char *const *) self->typing;
}

guint64
hw_room_get_last_read (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), 0);

  return self->last_read;
}

HwPlace *
hw_room_get_place (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), NULL);

  return self->place;
}

HwHistory *
hw_room_get_history (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), NULL);

  return hw_room_make_history (self);
}

GListModel *
hw_room_get_members (HwRoom *self)
{
  g_return_val_if_fail (HW_IS_ROOM (self), NULL);

  return G_LIST_MODEL (self->members);
}
