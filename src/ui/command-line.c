/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program is told at its start, or by another start while it runs: where to go, as whom,
 * and into which room. */

#include "hallway-config.h"

#include "command-line.h"

#include "host-keeper.h"
#include "instance.h"
#include "menu-window.h"

#include "client/address.h"

#include <glib/gi18n.h>

/**
 * hw_command_line_add_options:
 * @application: the program, before it runs
 */
void
hw_command_line_add_options (GApplication *application)
{
  static const GOptionEntry options[] = {
    { "address", 'a', 0, G_OPTION_ARG_STRING, NULL, N_ ("Go to the place at this address"),
      N_ ("HOST:PORT") },
    { "name", 'n', 0, G_OPTION_ARG_STRING, NULL, N_ ("Go by this name"), N_ ("NAME") },
    { "host", 0, 0, G_OPTION_ARG_NONE, NULL,
      N_ ("Open the place that was hosted here last, without a window"), NULL },
    { "room", 'r', 0, G_OPTION_ARG_STRING, NULL, N_ ("Open this room"), N_ ("ROOM") },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_ ("[LINK]") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Say which version this is"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_application_add_main_option_entries (application, options);
}

/**
 * hw_command_line_check:
 * @application: the program, before it is registered
 * @options: what was given
 *
 * Returns: the status to end with at once, or -1
 */
int
hw_command_line_check (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("hallway %s\n", HW_VERSION);
      return 0;
    }
  /* Somebody who says who they are may be another one than who is at this desktop already. */
  if (g_variant_dict_contains (options, "name") || hw_instance_is_elsewhere (application))
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

/**
 * hw_command_line_obey:
 * @application: the program
 * @options: what was given
 *
 * Goes where it says; without anything said, to where there is something to see.
 */
void
hw_command_line_obey (HwApplication *application, GVariantDict *options)
{
  HwMenuWindow *menu;
  const char *address = NULL;
  const char *name = NULL;
  const char *room = NULL;
  g_autofree const char **links = NULL;

  g_variant_dict_lookup (options, "address", "&s", &address);
  g_variant_dict_lookup (options, "name", "&s", &name);
  g_variant_dict_lookup (options, "room", "&s", &room);
  g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &links);

  if (g_variant_dict_contains (options, "host"))
    hw_host_keeper_open_again (hw_application_get_host_keeper (application));
  if (address == NULL && name == NULL && room == NULL && (links == NULL || links[0] == NULL))
    {
      if (!g_variant_dict_contains (options, "host"))
        hw_application_raise (application);
      return;
    }

  menu = hw_application_open_menu (application);
  if (name != NULL)
    hw_menu_window_set_name (menu, name);
  if (address != NULL || room != NULL)
    hw_menu_window_go (menu, address, room);
  else if (links != NULL && links[0] != NULL)
    hw_command_line_follow (application, links[0]);
}

/**
 * hw_command_line_follow:
 * @application: the program
 * @link: (nullable): a link, "hallway://host:port/room"
 *
 * Goes where it leads: its parts are checked as if they were typed.
 */
void
hw_command_line_follow (HwApplication *application, const char *link)
{
  HwMenuWindow *menu = hw_application_open_menu (application);
  g_autoptr (GError) error = NULL;
  g_autoptr (HwAddress) address = link != NULL ? hw_address_parse (link, &error) : NULL;
  g_autofree char *place = address != NULL ? hw_address_to_string (address) : NULL;

  if (address != NULL)
    hw_menu_window_go (menu, place, address->room);
  else if (error != NULL)
    hw_menu_window_say (menu, error->message);
}
