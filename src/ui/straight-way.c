/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether whispers and files may go straight from this computer to others': the person's choice,
 * and the certificate that is needed for it, which is loaded, or made, when it is first wanted. */

#include "hallway-config.h"

#include "straight-way.h"

#include "settings.h"

#include "client/identity.h"

/* (transfer none) (nullable): ours, the same for all places. */
static GTlsCertificate *
get_certificate (void)
{
  static GTlsCertificate *certificate;
  g_autoptr (GError) error = NULL;

  if (certificate == NULL)
    certificate = hw_identity_load (NULL, &error);
  if (certificate == NULL)
    g_warning ("Whispers go over the place only: %s", error->message);
  return certificate;
}

static void
on_setting_changed (HwPlace *place)
{
  gboolean wanted = g_settings_get_boolean (hw_settings_get (), HW_SETTINGS_STRAIGHT_WAY);

  hw_place_set_certificate (place, wanted ? get_certificate () : NULL);
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
