/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Passwords that the person wanted remembered: looked up where one is asked for and none was typed,
 * and kept after they were right. One that is wrong is asked for again, like one that was typed. */

#include "hallway-config.h"

#include "clean.h"
#include "place-private.h"
#include "room-private.h"

#include <glib/gi18n-lib.h>

/**
 * hw_place_set_secrets:
 * @self: an idle place
 * @secrets: (nullable) (transfer none): the person's keyring
 */
void
hw_place_set_secrets (HwPlace *self, HwSecrets *secrets)
{
  g_return_if_fail (HW_IS_PLACE (self));

  g_set_object (&self->secrets, secrets);
}

/**
 * hw_place_can_keep_passwords:
 * @self: a place
 *
 * Returns: whether a password can be remembered on this computer
 */
gboolean
hw_place_can_keep_passwords (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), FALSE);

  return self->secrets && hw_secrets_is_available (self->secrets);
}

/* What in a keyring belongs to @kind here. */
static char **
get_slot (HwPlace *self, HwSecretKind kind, HwRoom *room, const char **name, gboolean **kept)
{
  switch (kind)
    {
    case HW_SECRET_NAME:
      *name = self->name ? self->name : self->wanted_name;
      *kept = &self->kept_password;
      return &self->password;
    case HW_SECRET_ROOM:
      *name = hw_room_get_name (room);
      *kept = &room->kept_password;
      return &room->password;
    case HW_SECRET_ADMIN:
    default:
      *name = NULL;
      *kept = &self->kept_admin_password;
      return &self->admin_password;
    }
}

static char *
make_label (HwPlace *self, HwSecretKind kind, const char *name)
{
  const char *title = hw_place_get_title (self);

  if (kind == HW_SECRET_ADMIN)
    /* Translators: what a keyring calls an admin password; %s is a place's name */
    return g_strdup_printf (_ ("Hallway: running %s"), title);
  if (kind == HW_SECRET_ROOM)
    /* Translators: what a keyring calls a room's password: the room, then the place */
    return g_strdup_printf (_ ("Hallway: the room %s at %s"), name, title);
  /* Translators: what a keyring calls a name's password: the name, then the place */
  return g_strdup_printf (_ ("Hallway: %s at %s"), name, title);
}

/**
 * hw_place_keep_password:
 * @self: a place
 * @kind: what the password is for
 * @room: (nullable): the room, of %HW_SECRET_ROOM
 * @keep: whether the person wants it remembered
 *
 * Has the password that was right just now remembered, or one that was remembered forgotten.
 */
void
hw_place_keep_password (HwPlace *self, HwSecretKind kind, HwRoom *room, gboolean keep)
{
  const char *name = NULL;
  gboolean *kept;
  char **password;

  g_return_if_fail (HW_IS_PLACE (self));
  g_return_if_fail (kind != HW_SECRET_ROOM || HW_IS_ROOM (room));

  password = get_slot (self, kind, room, &name, &kept);
  if (!hw_place_can_keep_passwords (self) || !self->id)
    return;
  if (keep && *password && **password)
    {
      g_autofree char *label = make_label (self, kind, name);

      hw_secrets_store (self->secrets, kind, self->id, name, label, *password);
      *kept = TRUE;
    }
  else if (!keep && *kept)
    {
      hw_secrets_forget (self->secrets, kind, self->id, name);
      *kept = FALSE;
    }
}

/**
 * hw_place_has_kept_password:
 * @self: a place
 * @kind: what it is for
 * @room: (nullable): the room, of %HW_SECRET_ROOM
 *
 * Returns: whether one is known to be remembered
 */
gboolean
hw_place_has_kept_password (HwPlace *self, HwSecretKind kind, HwRoom *room)
{
  const char *name;
  gboolean *kept;

  g_return_val_if_fail (HW_IS_PLACE (self), FALSE);

  get_slot (self, kind, room, &name, &kept);
  return *kept;
}

typedef struct
{
  HwPlace *place; /* owned */
  HwLink *link;   /* owned: what is found is for it alone */
  HwPasswordFunc callback;
  gpointer user_data;
} LookUp;

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree LookUp *look_up = user_data;
  g_autoptr (HwPlace) self = look_up->place;
  g_autoptr (HwLink) link = look_up->link;
  char *password = hw_secrets_look_up_finish (HW_SECRETS (source), result, NULL);

  look_up->callback (self, self->link == link ? password : NULL, self->link == link,
                     look_up->user_data);
  hw_secret_free (password);
}

/**
 * hw_place_look_up_password:
 * @self: a place with a link
 * @kind: what is asked for
 * @name: (nullable): of the person or the room
 * @callback: told the password, if one is remembered; called later, even without a link
 * @user_data: for @callback
 *
 * Returns: whether @callback will be called; if not, none can be remembered
 */
gboolean
hw_place_look_up_password (
    HwPlace *self, HwSecretKind kind, const char *name, HwPasswordFunc callback, gpointer user_data)
{
  LookUp *look_up;

  if (!self->secrets || !hw_secrets_may_be_available (self->secrets) || !self->id || !self->link)
    return FALSE;
  look_up = g_new0 (LookUp, 1);
  look_up->place = g_object_ref (self);
  look_up->link = g_object_ref (self->link);
  look_up->callback = callback;
  look_up->user_data = user_data;
  hw_secrets_look_up_async (self->secrets, kind, self->id, name, NULL, on_looked_up, look_up);
  return TRUE;
}
