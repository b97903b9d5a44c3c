/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How large the words of all logs are: one choice for every room and window, which is remembered.
 * It is made by keys wherever the focus is, and in a log by the wheel, too. */

#include "hallway-config.h"

#include "zoom.h"

#include "settings.h"

/* What one key makes words larger by. */
#define STEP 1.1

/* 1: larger, -1: smaller, 0: as they usually are. The setting has its own bounds. */
static void
do_zoom (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GSettings *settings = hw_settings_get ();
  double zoom = g_settings_get_double (settings, HW_SETTINGS_ZOOM);
  int by = g_variant_get_int32 (parameter);

  zoom = by == 0 ? 1 : CLAMP (by > 0 ? zoom * STEP : zoom / STEP, 0.5, 3);
  g_settings_set_double (settings, HW_SETTINGS_ZOOM, zoom);
}

static const GActionEntry actions[] = {
  { .name = "zoom", .activate = do_zoom, .parameter_type = "i" },
};

/**
 * hw_zoom_add_action:
 * @window: a window with a log in it
 */
void
hw_zoom_add_action (GActionMap *window)
{
  g_action_map_add_action_entries (window, actions, G_N_ELEMENTS (actions), NULL);
}

/**
 * hw_zoom_follow:
 * @view: a log
 *
 * Its words are as large as in all the others from now on.
 */
void
hw_zoom_follow (HwLogView *view)
{
  g_settings_bind (hw_settings_get (), HW_SETTINGS_ZOOM, view, "zoom", G_SETTINGS_BIND_DEFAULT);
}
