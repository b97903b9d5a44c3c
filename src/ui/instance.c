/* SPDX-License-Identifier: GPL-3.0-or-later */

/* There is one Hallway for each person's data, not for each desktop session: a second one that
 * keeps its data elsewhere must not hand what it was asked for to the first, whose places and names
 * are other ones. The first tells where its data is by the state of an action, which GApplication
 * puts on the bus. */

#include "hallway-config.h"

#include "instance.h"

#define DATA_ACTION "data-directory"

/* Milliseconds to wait for an instance that hangs. */
#define PATIENCE 1000

/**
 * hw_instance_announce:
 * @application: the program, starting up
 *
 * Tells others where our data is.
 */
void
hw_instance_announce (GApplication *application)
{
  g_autoptr (GSimpleAction) action
      = g_simple_action_new_stateful (DATA_ACTION, NULL,
                                      g_variant_new_bytestring (g_get_user_data_dir ()));

  g_simple_action_set_enabled (action, FALSE);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (action));
}

/**
 * hw_instance_is_elsewhere:
 * @application: the program, not registered yet
 *
 * Returns: whether another instance has our name on the bus, and keeps its data elsewhere
 */
gboolean
hw_instance_is_elsewhere (GApplication *application)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  const char *id = g_application_get_application_id (application);
  g_autofree char *path = g_strconcat ("/", id, NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) states = NULL;
  g_autoptr (GVariant) state = NULL;
  const char *data;

  if (bus == NULL)
    return FALSE;

  for (char *c = path; *c != '\0'; c++)
    if (*c == '.')
      *c = '/';
    else if (*c == '-')
      *c = '_';
  reply = g_dbus_connection_call_sync (bus, id, path, "org.gtk.Actions", "Describe",
                                       g_variant_new ("(s)", DATA_ACTION),
                                       G_VARIANT_TYPE ("((bgav))"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                       PATIENCE, NULL, NULL);
  if (reply == NULL)
    return FALSE;

  g_variant_get (reply, "((bg@av))", NULL, NULL, &states);
  if (g_variant_n_children (states) != 1)
    return FALSE;
  g_variant_get_child (states, 0, "v", &state);
  if (!g_variant_is_of_type (state, G_VARIANT_TYPE_BYTESTRING))
    return FALSE;
  data = g_variant_get_bytestring (state);
  return g_strcmp0 (data, g_get_user_data_dir ()) != 0;
}
