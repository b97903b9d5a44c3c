/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What pressing the desktop's notifications does. By then anything may have changed: rooms left,
 * places closed, all windows gone. Then the person gets as near as there is a way. */

#include "hallway-config.h"

#include "notice-actions.h"

/* Opens what a notification was about. Returns the window where it is still there. */
static HwChatWindow *
show_conversation (HwApplication *app, const char *address, const char *name, gboolean room)
{
  HwPlace *place = hw_application_find_place (app, address);
  HwRoom *found;

  if (place == NULL)
    {
      hw_application_open_menu (app);
      return NULL;
    }
  if (!room)
    return hw_application_open_chat (app, place, hw_place_open_whisper (place, name));

  found = hw_place_find_room (place, name);
  if (found != NULL && hw_room_get_state (found) != HW_ROOM_OUTSIDE)
    return hw_application_open_chat (app, place, found);
  hw_application_show_place (app, place);
  return NULL;
}

static void
do_show (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const char *address, *name;
  gboolean room;

  g_variant_get (parameter, "(&s&sb)", &address, &name, &room);
  show_conversation (data, address, name, room);
}

static void
do_reply (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const char *address, *name, *from;
  gboolean room;
  HwChatWindow *window;

  g_variant_get (parameter, "(&s&sb&s)", &address, &name, &room, &from);
  window = show_conversation (data, address, name, room);
  /* In a room it is said whom the answer is for. */
  if (window != NULL && room)
    hw_chat_window_answer (window, from);
}

/* A place that a notification was about, in the window that shows most of it. */
static HwPlace *
visit (HwApplication *app, GVariant *address)
{
  HwPlace *place = hw_application_find_place (app, g_variant_get_string (address, NULL));

  if (place == NULL)
    hw_application_open_menu (app);
  else if (g_list_model_get_n_items (hw_place_get_joined (place)) > 0)
    hw_application_open_chat (app, place, NULL);
  else
    hw_application_show_place (app, place);
  return place;
}

static void
do_visit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  visit (data, parameter);
}

static void
do_return (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwPlace *place = visit (data, parameter);

  if (place != NULL && hw_place_get_state (place) == HW_PLACE_ENDED)
    hw_place_connect (place, hw_place_get_name (place), NULL);
}

/* Opens nothing: whoever says that they are here wants nothing else. */
static void
do_stay (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwPlace *place = hw_application_find_place (data, g_variant_get_string (parameter, NULL));

  if (place != NULL)
    hw_place_stay (place);
}

static void
do_raise (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_application_raise (data);
}

static const GActionEntry actions[] = {
  { .name = "raise", .activate = do_raise },
  { .name = "reply", .activate = do_reply, .parameter_type = "(ssbs)" },
  { .name = "return", .activate = do_return, .parameter_type = "s" },
  { .name = "show", .activate = do_show, .parameter_type = "(ssb)" },
  { .name = "stay", .activate = do_stay, .parameter_type = "s" },
  { .name = "visit", .activate = do_visit, .parameter_type = "s" },
};

/**
 * hw_notice_actions_add:
 * @app: the program, which the actions act on
 *
 * Gives @app the actions that notifications have buttons for.
 */
void
hw_notice_actions_add (HwApplication *app)
{
  g_action_map_add_action_entries (G_ACTION_MAP (app), actions, G_N_ELEMENTS (actions), app);
}
