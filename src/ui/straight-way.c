/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether whispers and files may go straight from this computer to others': the person's choice. */

#include "hallway-config.h"

#include "straight-way.h"

#include "settings.h"

#include "client/identity.h"

static void
on_setting_changed (HwPlace *place)
{
  gboolean wanted = g_settings_get_boolean (hw_settings_get (), HW_SETTINGS_STRAIGHT_WAY);

  g_autofree char *folder = hw_identity_get_folder ();

  hw_place_set_identities (place, wanted ? folder : NULL);
}

/**
 * hw_straight_way_follow_setting:
 * @place: a place, before it is connected
 *
 * Lets it use direct connections as long as the person wants them.
 */
void
hw_straight_way_follow_setting (HwPlace *place)
{
  g_signal_connect_object (hw_settings_get (), "changed::" HW_SETTINGS_STRAIGHT_WAY,
                           G_CALLBACK (on_setting_changed), place, G_CONNECT_SWAPPED);
  on_setting_changed (place);
}
