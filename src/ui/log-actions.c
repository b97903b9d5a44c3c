/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an admin does to the whole place, or to a room, from the log window's menu: announce, back
 * up, close the room. Each asks or tells in front of that window. */

#include "hallway-config.h"

#include "log-actions.h"

#include "alert.h"
#include "announce-dialog.h"
#include "ask-dialog.h"
#include "export-dialog.h"
#include "keeping-dialog.h"
#include "log-print.h"
#include "words.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

static void
tell (HwLogWindow *window, const char *title, const char *text, const char *detail)
{
  GtkWidget *alert;

  if (gtk_widget_in_destruction (GTK_WIDGET (window))
      || !gtk_widget_get_mapped (GTK_WIDGET (window)))
    return;
  alert = hw_alert_new (GTK_WINDOW (window), title, text, _ ("Close"), NULL);
  if (detail != NULL)
    hw_alert_set_detail (HW_ALERT (alert), detail);
  gtk_window_present (GTK_WINDOW (alert));
}

static void
on_announce (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present (GTK_WINDOW (hw_announce_dialog_new (data, hw_log_window_get_place (data))));
}

static void
on_backed_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwLogWindow) window = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);

  if (reply != NULL)
    tell (window, _ ("The logs are backed up"),
          _ ("The copy lies on the computer on which the place runs."),
          json_object_get_string_member_with_default (reply, "file", NULL));
  else
    {
      g_autofree char *words = hw_words_problem (error);

      tell (window, _ ("The logs are not backed up"), words, NULL);
    }
}

static void
on_back_up (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_place_request_async (hw_log_window_get_place (data), "backup", NULL, NULL, on_backed_up,
                          g_object_ref (data));
}

static void
on_close_send (HwAskDialog *dialog)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  json_object_set_string_member (fields, "room", g_object_get_data (G_OBJECT (dialog), "room"));
  hw_ask_dialog_request (dialog, "room-close", fields);
}

static void
on_closed (HwAskDialog *dialog, JsonObject *reply, HwLogWindow *window)
{
  g_autofree char *name = hw_isolate (g_object_get_data (G_OBJECT (dialog), "room"));
  g_autofree char *title = g_strdup_printf (_ ("The room %s is closed"), name);

  hw_ask_dialog_tell (dialog, title,
                      _ ("Its log ends with that. It stands under “Closed rooms” from now on."),
                      NULL);
  hw_log_window_refresh (window);
}

static void
on_close_room (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwLog *log = hw_log_window_get_log (data);
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  GtkWidget *dialog;

  if (log == NULL)
    return;
  name = hw_isolate (hw_log_get_room (log));
  title = g_strdup_printf (_ ("Close the room %s?"), name);
  dialog = hw_ask_dialog_new (data, hw_log_window_get_place (data), title, _ ("Close the room"));
  hw_ask_dialog_set_destructive (HW_ASK_DIALOG (dialog));
  hw_ask_dialog_set_meaning (HW_ASK_DIALOG (dialog),
                             _ ("Those who are in it are shown out. Its log stays, and its name is "
                                "free for a new room."));
  g_object_set_data_full (G_OBJECT (dialog), "room", g_strdup (hw_log_get_room (log)), g_free);
  g_signal_connect (dialog, "send", G_CALLBACK (on_close_send), NULL);
  g_signal_connect_object (dialog, "answered", G_CALLBACK (on_closed), data, 0);
  hw_ask_dialog_update (HW_ASK_DIALOG (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_keeping (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present (GTK_WINDOW (hw_keeping_dialog_new (data, hw_log_window_get_place (data))));
}

static void
on_export (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (hw_log_window_get_log (data) != NULL)
    gtk_window_present (GTK_WINDOW (hw_export_dialog_new (data, hw_log_window_get_place (data),
                                                          hw_log_window_get_reader (data))));
}

static void
on_print (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (hw_log_window_get_log (data) != NULL)
    hw_log_print (data, hw_log_window_get_place (data), hw_log_window_get_reader (data));
}

static const GActionEntry actions[] = {
  { "announce", on_announce, NULL, NULL, NULL, { 0 } },
  { "back-up", on_back_up, NULL, NULL, NULL, { 0 } },
  { "close-room", on_close_room, NULL, NULL, NULL, { 0 } },
  { "export", on_export, NULL, NULL, NULL, { 0 } },
  { "keeping", on_keeping, NULL, NULL, NULL, { 0 } },
  { "print", on_print, NULL, NULL, NULL, { 0 } },
};

/**
 * hw_log_actions_add:
 * @window: the window in whose menu they stand
 *
 * Adds the actions "win.announce", "win.back-up", "win.close-room", "win.export", "win.keeping"
 * and "win.print", not to be used until
 * hw_log_actions_update() says so.
 */
void
hw_log_actions_add (HwLogWindow *window)
{
  g_action_map_add_action_entries (G_ACTION_MAP (window), actions, G_N_ELEMENTS (actions), window);
  hw_log_actions_update (window, NULL);
}

/**
 * hw_log_actions_update:
 * @window: the window
 * @ops: (nullable): what the server answers us
 *
 * Allows what the server knows, and what can be done with the log that is shown.
 */
void
hw_log_actions_update (HwLogWindow *window, HwPlaceOps *ops)
{
  static const char *const needs[]
      = { "announce", "backup", "room-close", "log-read", "bans", "log-read" };
  gboolean online
      = ops != NULL && hw_place_get_state (hw_log_window_get_place (window)) == HW_PLACE_ONLINE;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gboolean can = online && hw_place_ops_has (ops, needs[i]);

      if (actions[i].activate == on_close_room)
        can = can && hw_log_window_has_open_log (window);
      else if (actions[i].activate == on_export || actions[i].activate == on_print)
        can = can && hw_log_window_get_log (window) != NULL;
      g_simple_action_set_enabled (
          G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (window), actions[i].name)),
          can);
    }
}
