/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done in a chat window with the conversation that is shown, and the ways from one to
 * another. They need no more of the window than everybody may ask of it. */

#include "hallway-config.h"

#include "chat-actions.h"

#include "alert.h"
#include "application.h"
#include "room-dialog.h"
#include "words.h"
#include "zoom.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

static gpointer
get_shown (HwChatWindow *window)
{
  HwConversationPage *page = hw_chat_window_get_page (window);

  return page != NULL ? hw_conversation_page_get_conversation (page) : NULL;
}

static HwRoom *
get_room (HwChatWindow *window)
{
  HwConversationPage *page = hw_chat_window_get_page (window);

  return page != NULL ? hw_conversation_page_get_room (page) : NULL;
}

static void
do_close (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_close (data);
}

static void
on_come_back_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwChatWindow) window = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRoom) room = hw_place_join_finish (HW_PLACE (source), result, &error);
  g_autofree char *words = NULL;

  if (room != NULL || gtk_widget_in_destruction (GTK_WIDGET (window)))
    return;
  if (g_error_matches (error, HW_ERROR, HW_ERROR_ROOM_PASSWORD) && get_room (window) != NULL)
    {
      hw_application_ask_for_room (HW_APPLICATION (
                                       gtk_window_get_application (GTK_WINDOW (window))),
                                   HW_PLACE (source), hw_room_get_name (get_room (window)));
      return;
    }
  words = hw_words_problem (error);
  gtk_window_present (GTK_WINDOW (
      hw_alert_new (GTK_WINDOW (window), _ ("The door stays closed"), words, _ ("Close"), NULL)));
}

static void
do_come_back (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwRoom *room = get_room (data);

  if (room != NULL)
    hw_place_join_async (hw_chat_window_get_place (data), hw_room_get_name (room), NULL, NULL,
                         on_come_back_done, g_object_ref (data));
}

static void
on_delete_accepted (GtkWidget *alert, HwChatWindow *window)
{
  HwWhisper *whisper = g_object_get_data (G_OBJECT (alert), "whisper");

  hw_place_forget_whisper (hw_chat_window_get_place (window), whisper);
}

/* What was whispered is in no log of the place: deleted here, it is gone on this side. */
static void
do_delete_conversation (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gpointer shown = get_shown (data);
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  GtkWidget *alert;

  if (shown == NULL || hw_conversation_is_room (shown))
    return;
  name = hw_isolate (hw_conversation_get_name (shown));
  /* Translators: %s is a person's name */
  title = g_strdup_printf (_ ("Delete what you and %s whispered?"), name);
  alert = hw_alert_new (data, title,
                        _ ("It is deleted on this computer, and cannot be had back. The other one "
                           "keeps what they have."),
                        _ ("Keep"), _ ("Delete"));
  g_object_set_data_full (G_OBJECT (alert), "whisper", g_object_ref (shown), g_object_unref);
  g_signal_connect_object (alert, "accepted", G_CALLBACK (on_delete_accepted), data, 0);
  gtk_window_present (GTK_WINDOW (alert));
}

static void
do_details (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwRoom *room = get_room (data);

  if (room != NULL)
    gtk_window_present (GTK_WINDOW (
        hw_room_dialog_new (data, room,
                            hw_place_ops_has (hw_chat_window_get_ops (data), "topic"))));
}

static void
do_find (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwConversationPage *page = hw_chat_window_get_page (data);

  if (page != NULL && gtk_widget_get_child_visible (GTK_WIDGET (page)))
    hw_conversation_page_find (page);
}

static void
on_leave_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwChatWindow) window = data;
  g_autoptr (GError) error = NULL;
  HwConversationPage *page;

  if (hw_room_leave_finish (HW_ROOM (source), result, &error)
      || gtk_widget_in_destruction (GTK_WIDGET (window)))
    return;

  page = hw_chat_window_find_page (window, source);
  if (page != NULL)
    {
      g_autofree char *words = hw_words_problem (error);

      hw_composer_set_note (hw_conversation_page_get_composer (page), TRUE, words);
    }
}

static void
do_leave (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gpointer shown = get_shown (data);

  if (shown == NULL)
    return;
  if (hw_conversation_is_room (shown))
    hw_room_leave_async (shown, NULL, on_leave_done, g_object_ref (data));
  else
    hw_place_close_whisper (hw_chat_window_get_place (data), shown);
}

static void
do_mention (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_chat_window_answer (data, g_variant_get_string (parameter, NULL));
}

static void
do_next_room (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_chat_window_step (data, 1);
}

static void
do_previous_room (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_chat_window_step (data, -1);
}

static void
do_room (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_chat_window_show_nth (data, (guint) g_variant_get_int32 (parameter) - 1);
}

static void
do_whisper (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwPlace *place = hw_chat_window_get_place (data);

  hw_chat_window_show (data, hw_place_open_whisper (place, g_variant_get_string (parameter, NULL)));
}

static const GActionEntry actions[] = {
  { .name = "close", .activate = do_close },
  { .name = "come-back", .activate = do_come_back },
  { .name = "delete-conversation", .activate = do_delete_conversation },
  { .name = "details", .activate = do_details },
  { .name = "find", .activate = do_find },
  { .name = "leave", .activate = do_leave },
  { .name = "mention", .activate = do_mention, .parameter_type = "s" },
  { .name = "next-room", .activate = do_next_room },
  { .name = "previous-room", .activate = do_previous_room },
  { .name = "room", .activate = do_room, .parameter_type = "i" },
  { .name = "whisper", .activate = do_whisper, .parameter_type = "s" },
};

/**
 * hw_chat_actions_add:
 * @window: the window, which the actions act on
 *
 * Gives @window its actions.
 */
void
hw_chat_actions_add (HwChatWindow *window)
{
  g_action_map_add_action_entries (G_ACTION_MAP (window), actions, G_N_ELEMENTS (actions), window);
  hw_zoom_add_action (G_ACTION_MAP (window));
}
