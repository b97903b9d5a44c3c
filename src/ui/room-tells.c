/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What each room tells the person of, kept in the settings under the place's id and the room's
 * name. Only what differs from the usual is kept. */

#include "hallway-config.h"

#include "room-tells.h"

#include "settings.h"

#include "protocol/name.h"

static const char *const nicks[] = { NULL, "all", "none" };

/* (nullable): a place whose id is not known has said nothing yet */
static char *
get_key (HwRoom *room)
{
  HwPlace *place = hw_room_get_place (room);
  const char *id = place != NULL ? hw_place_get_id (place) : NULL;
  g_autofree char *folded = hw_name_fold (hw_room_get_name (room));

  return id != NULL ? g_strdup_printf ("%s %s", id, folded) : NULL;
}

/* Leaves out the key @drop, or all that begin with it, and adds @add. */
static void
rewrite (const char *drop, gboolean prefix, const char *add, const char *nick)
{
  g_autoptr (GVariant) before
      = g_settings_get_value (hw_settings_get (), HW_SETTINGS_ROOM_NOTIFICATIONS);
  GVariantBuilder after;
  GVariantIter iter;
  const char *key, *value;

  g_variant_builder_init (&after, G_VARIANT_TYPE ("a{ss}"));
  g_variant_iter_init (&iter, before);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &value))
    if (prefix ? !g_str_has_prefix (key, drop) : !g_str_equal (key, drop))
      g_variant_builder_add (&after, "{ss}", key, value);
  if (add != NULL)
    g_variant_builder_add (&after, "{ss}", add, nick);
  g_settings_set_value (hw_settings_get (), HW_SETTINGS_ROOM_NOTIFICATIONS,
                        g_variant_builder_end (&after));
}

/**
 * hw_room_tells_get:
 * @room: a room
 *
 * Returns: what the person wants to be notified of
 */
HwRoomTells
hw_room_tells_get (HwRoom *room)
{
  g_autoptr (GVariant) kept
      = g_settings_get_value (hw_settings_get (), HW_SETTINGS_ROOM_NOTIFICATIONS);
  g_autofree char *key = get_key (room);
  const char *nick = NULL;

  if (key == NULL || !g_variant_lookup (kept, key, "&s", &nick))
    return HW_ROOM_TELLS_MENTIONS;
  for (guint i = 1; i < G_N_ELEMENTS (nicks); i++)
    if (g_str_equal (nick, nicks[i]))
      return (HwRoomTells) i;
  return HW_ROOM_TELLS_MENTIONS;
}

/**
 * hw_room_tells_set:
 * @room: a room of a place that has been reached
 * @tells: what the person wants to be notified of
 */
void
hw_room_tells_set (HwRoom *room, HwRoomTells tells)
{
  g_autofree char *key = get_key (room);

  g_return_if_fail ((guint) tells < G_N_ELEMENTS (nicks));

  if (key != NULL && hw_room_tells_get (room) != tells)
    rewrite (key, FALSE, nicks[tells] != NULL ? key : NULL, nicks[tells]);
}

/**
 * hw_room_tells_forget:
 * @place_id: the id of a place that is remembered no longer
 *
 * Forgets what was chosen for its rooms.
 */
void
hw_room_tells_forget (const char *place_id)
{
  g_autofree char *prefix = g_strconcat (place_id, " ", NULL);

  rewrite (prefix, TRUE, NULL, NULL);
}
