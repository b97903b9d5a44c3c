/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwMember: somebody in a room, as the server's rows and the room's entries tell. A person who
 * takes another name is another member. */

#include "member-private.h"

#include "clean.h"

#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

struct _HwMember
{
  GObject parent_instance;

  char *name;
  char *folded;
  gint64 active_at;
  gboolean focus;
  gboolean admin;
  gboolean typing;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_FOCUS,
  PROP_ADMIN,
  PROP_ACTIVE_AT,
  PROP_TYPING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HwMember, hw_member, G_TYPE_OBJECT)

static void
hw_member_finalize (GObject *object)
{
  HwMember *self = HW_MEMBER (object);

  g_free (self->name);
  g_free (self->folded);

  G_OBJECT_CLASS (hw_member_parent_class)->finalize (object);
}

static void
hw_member_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwMember *self = HW_MEMBER (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_FOCUS:
      g_value_set_boolean (value, self->focus);
      break;
    case PROP_ADMIN:
      g_value_set_boolean (value, self->admin);
      break;
    case PROP_ACTIVE_AT:
      g_value_set_int64 (value, self->active_at);
      break;
    case PROP_TYPING:
      g_value_set_boolean (value, self->typing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hw_member_class_init (HwMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = hw_member_finalize;
  object_class->get_property = hw_member_get_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_FOCUS] = g_param_spec_boolean ("focus", NULL, NULL, FALSE, flags);
  properties[PROP_ADMIN] = g_param_spec_boolean ("admin", NULL, NULL, FALSE, flags);
  properties[PROP_ACTIVE_AT]
      = g_param_spec_int64 ("active-at", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_TYPING] = g_param_spec_boolean ("typing", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hw_member_init (HwMember *self)
{
}

/**
 * hw_member_new:
 * @name: who it is
 *
 * Returns: (transfer full): somebody of whom nothing else is known, active now
 */
HwMember *
hw_member_new (const char *name)
{
  HwMember *self = g_object_new (HW_TYPE_MEMBER, NULL);

  self->name = g_strdup (name);
  self->folded = hw_name_fold (name);
  if (!self->folded)
    self->folded = g_strdup (name);
  self->active_at = g_get_monotonic_time ();
  return self;
}

/**
 * hw_member_new_from_json:
 * @row: (transfer none): a row of "members"
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): the member, or %NULL if @row is none
 */
HwMember *
hw_member_new_from_json (JsonObject *row, GError **error)
{
  g_autoptr (HwMember) self = NULL;
  g_autofree char *name = NULL;
  const char *raw = NULL;
  gint64 idle = 0;

  g_return_val_if_fail (row != NULL, NULL);

  if (!hw_message_get_string (row, "name", &raw, error))
    return NULL;
  name = hw_clean_name (raw, HW_USER_NAME_MAX);
  self = hw_member_new (name);
  if (!hw_message_get_bool_opt (row, "focus", &self->focus, error)
      || !hw_message_get_bool_opt (row, "admin", &self->admin, error)
      || !hw_message_get_int_opt (row, "idle", 0, HW_INT_MAX, &idle, error))
    return NULL;
  /* Beyond a year nobody cares, and the product stays within range. */
  self->active_at -= MIN (idle, 366 * 24 * 3600) * G_USEC_PER_SEC;
  return g_steal_pointer (&self);
}

/**
 * hw_member_new_renamed:
 * @old: (nullable): who somebody was
 * @name: who they are now
 *
 * Returns: (transfer full): the same person under the new name, active now
 */
HwMember *
hw_member_new_renamed (HwMember *old, const char *name)
{
  HwMember *self = hw_member_new (name);

  if (old)
    {
      self->focus = old->focus;
      self->admin = old->admin;
    }
  return self;
}

static void
set_boolean (HwMember *self, gboolean *field, gboolean value, int property)
{
  if (*field == value)
    return;
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * hw_member_update:
 * @self: a member
 * @news: (transfer none): the same person as a newer row has it
 *
 * Takes over what changed.
 */
void
hw_member_update (HwMember *self, HwMember *news)
{
  if (!g_str_equal (self->name, news->name))
    {
      g_free (self->name);
      self->name = g_strdup (news->name);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
    }
  set_boolean (self, &self->focus, news->focus, PROP_FOCUS);
  set_boolean (self, &self->admin, news->admin, PROP_ADMIN);
  if (self->active_at != news->active_at)
    {
      self->active_at = news->active_at;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE_AT]);
    }
}

/**
 * hw_member_set_typing:
 * @self: a member
 * @typing: whether a sign of typing is fresh
 */
void
hw_member_set_typing (HwMember *self, gboolean typing)
{
  set_boolean (self, &self->typing, typing, PROP_TYPING);
}

/**
 * hw_member_touch:
 * @self: a member who did something just now
 */
void
hw_member_touch (HwMember *self)
{
  self->active_at = g_get_monotonic_time ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE_AT]);
}

const char *
hw_member_get_name (HwMember *self)
{
  g_return_val_if_fail (HW_IS_MEMBER (self), NULL);

  return self->name;
}

const char *
hw_member_get_folded (HwMember *self)
{
  g_return_val_if_fail (HW_IS_MEMBER (self), NULL);

  return self->folded;
}

gboolean
hw_member_get_focus (HwMember *self)
{
  g_return_val_if_fail (HW_IS_MEMBER (self), FALSE);

  return self->focus;
}

gboolean
hw_member_get_admin (HwMember *self)
{
  g_return_val_if_fail (HW_IS_MEMBER (self), FALSE);

  return self->admin;
}

gint64
hw_member_get_active_at (HwMember *self)
{
  g_return_val_if_fail (HW_IS_MEMBER (self), 0);

  return self->active_at;
}

gboolean
hw_member_get_typing (HwMember *self)
{
  g_return_val_if_fail (HW_IS_MEMBER (self), FALSE);

  return self->typing;
}
