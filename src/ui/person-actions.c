/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done with somebody, wherever their name stands: copy it, and, for admins, send them
 * away. The same actions and the same menu in every window; a window that can do more (whisper,
 * mention) has actions of its own for that. */

#include "hallway-config.h"

#include "person-actions.h"

#include "moderation-dialog.h"

#include <glib/gi18n.h>

/* The window that owns an action's group, and the place that it is about. */
static GQuark
place_quark (void)
{
  return g_quark_from_static_string ("hw-person-actions-place");
}

static HwPlace *
get_place (gpointer window)
{
  return g_object_get_qdata (window, place_quark ());
}

static void
on_copy_name (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  gtk_clipboard_set_text (gtk_clipboard_get_default (gtk_widget_get_display (window)),
                          g_variant_get_string (parameter, NULL), -1);
}

static void
moderate (gpointer window, HwModeration what, GVariant *name)
{
  gtk_window_present (GTK_WINDOW (hw_moderation_dialog_new (window, get_place (window), what,
                                                            g_variant_get_string (name, NULL))));
}

static void
on_kick (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  moderate (window, HW_MODERATION_KICK, parameter);
}

static void
on_mute (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  moderate (window, HW_MODERATION_MUTE, parameter);
}

static void
on_ban (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  moderate (window, HW_MODERATION_BAN, parameter);
}

static const GActionEntry actions[] = {
  { "copy-name", on_copy_name, "s", NULL, NULL, { 0 } },
  { "kick", on_kick, "s", NULL, NULL, { 0 } },
  { "mute", on_mute, "s", NULL, NULL, { 0 } },
  { "ban", on_ban, "s", NULL, NULL, { 0 } },
};

/**
 * hw_person_actions_add:
 * @window: the window in which names stand
 * @place: the place where these people are
 *
 * Adds the actions "win.copy-name", "win.kick", "win.mute" and "win.ban", all with a name.
 */
void
hw_person_actions_add (GtkApplicationWindow *window, HwPlace *place)
{
  g_object_set_qdata_full (G_OBJECT (window), place_quark (), g_object_ref (place), g_object_unref);
  g_action_map_add_action_entries (G_ACTION_MAP (window), actions, G_N_ELEMENTS (actions), window);
}

static void
append (GMenu *menu, const char *label, const char *action, const char *name)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", name);
  g_menu_append_item (menu, item);
}

/**
 * hw_person_actions_create_menu:
 * @place: the place where that person is
 * @ops: what its server answers us
 * @name: the person
 * @can_mention: whether the window has the actions "win.whisper" and "win.mention"
 *
 * Returns: (transfer full): what can be done with that person, by us, there
 */
GMenuModel *
hw_person_actions_create_menu (HwPlace *place,
                               HwPlaceOps *ops,
                               const char *name,
                               gboolean can_mention)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) talk = g_menu_new ();
  g_autoptr (GMenu) order = g_menu_new ();
  gboolean own = g_strcmp0 (hw_place_get_name (place), name) == 0;

  if (can_mention && !own)
    {
      if (hw_place_ops_has (ops, "whisper"))
        append (talk, _ ("Whisper"), "win.whisper", name);
      append (talk, _ ("Mention"), "win.mention", name);
    }
  append (talk, _ ("Copy name"), "win.copy-name", name);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (talk));

  if (hw_place_get_admin (place) && !own)
    {
      if (hw_place_ops_has (ops, "mute"))
        append (order, _ ("Mute…"), "win.mute", name);
      if (hw_place_ops_has (ops, "kick"))
        append (order, _ ("Kick…"), "win.kick", name);
      if (hw_place_ops_has (ops, "ban"))
        append (order, _ ("Ban…"), "win.ban", name);
      g_menu_append_section (menu, NULL, G_MENU_MODEL (order));
    }
  return G_MENU_MODEL (g_steal_pointer (&menu));
}
