/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the slash commands do. Whatever goes wrong is said over the entry in which the command was
 * typed, and what was typed comes back there, unless something else is being written by then. */

#include "hallway-config.h"

#include "chat-commands.h"

#include "application.h"
#include "words.h"

#include "protocol/name.h"

#include "client/isolate.h"

#include <glib/gi18n.h>
#include <string.h>

/* A command on its way to the server. */
typedef struct
{
  HwChatWindow *window;     /* weak: both may be closed meanwhile */
  HwConversationPage *page; /* weak */
  char *typed;
} Run;

static Run *
run_new (HwChatWindow *window,
         HwConversationPage *page,
         const HwCommand *command,
         const char *argument)
{
  Run *run = g_new0 (Run, 1);

  g_set_weak_pointer (&run->window, window);
  g_set_weak_pointer (&run->page, page);
  run->typed = g_strdup_printf ("/%s%s%s", command->name, *argument != '\0' ? " " : "", argument);
  return run;
}

static void
run_free (Run *run)
{
  g_clear_weak_pointer (&run->window);
  g_clear_weak_pointer (&run->page);
  g_free (run->typed);
  g_free (run);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Run, run_free)

static void
run_failed (Run *run, const GError *error)
{
  g_autofree char *words = hw_words_problem (error);
  g_autofree char *text = NULL;
  HwComposer *composer;

  if (run->page == NULL)
    return;
  composer = hw_conversation_page_get_composer (run->page);
  text = hw_composer_get_text (composer);
  if (*text == '\0')
    hw_composer_set_text (composer, run->typed);
  hw_composer_set_note (composer, TRUE, words);
}

static void
on_join_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Run) run = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRoom) room = hw_place_join_finish (HW_PLACE (source), result, &error);

  if (room != NULL && run->window != NULL)
    hw_chat_window_show_room (run->window, room);
  else if (room == NULL && run->window != NULL
           && g_error_matches (error, HW_ERROR, HW_ERROR_ROOM_PASSWORD))
    hw_application_ask_for_room (HW_APPLICATION (
                                     gtk_window_get_application (GTK_WINDOW (run->window))),
                                 HW_PLACE (source), strchr (run->typed, ' ') + 1);
  else if (room == NULL)
    run_failed (run, error);
}

static void
on_create_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Run) run = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRoom) room = hw_place_create_finish (HW_PLACE (source), result, &error);

  if (room == NULL)
    run_failed (run, error);
  else if (run->window != NULL)
    hw_chat_window_show_room (run->window, room);
}

static void
on_echo_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Run) run = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  g_autofree char *text = NULL;
  g_autofree char *words = NULL;

  if (reply == NULL)
    {
      run_failed (run, error);
      return;
    }
  if (run->page == NULL)
    return;
  text = hw_isolate (json_object_get_string_member_with_default (reply, "text", ""));
  words = g_strdup_printf (_ ("The place answers: %s"), text);
  hw_composer_set_note (hw_conversation_page_get_composer (run->page), FALSE, words);
}

static void
on_renamed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Run) run = data;
  g_autoptr (GError) error = NULL;

  if (!hw_place_rename_finish (HW_PLACE (source), result, &error))
    run_failed (run, error);
}

static void
on_obeyed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Run) run = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);

  if (reply == NULL)
    run_failed (run, error);
}

static void
show_topic (HwConversationPage *page)
{
  const char *topic = hw_room_get_topic (hw_conversation_page_get_room (page));
  g_autofree char *isolated = hw_isolate (topic);
  g_autofree char *words = *topic != '\0'
                               ? g_strdup_printf (_ ("This room is about: %s"), isolated)
                               : g_strdup (_ ("Nobody has said yet what this room is about."));

  hw_composer_set_note (hw_conversation_page_get_composer (page), FALSE, words);
}

/* How many bytes at the beginning of @text are the name of somebody whom we see: names may have
 * several words, so the longest that fits. Else it is the first word. */
static gsize
measure_name (HwPlace *place, const char *text)
{
  GListModel *joined = hw_place_get_joined (place);
  gsize longest = strcspn (text, " \t");

  for (guint i = 0; i < g_list_model_get_n_items (joined); i++)
    {
      g_autoptr (HwRoom) room = g_list_model_get_item (joined, i);
      GListModel *members = hw_room_get_members (room);

      for (guint k = 0; k < g_list_model_get_n_items (members); k++)
        {
          g_autoptr (HwMember) member = g_list_model_get_item (members, k);

          for (const char *space = strchr (text, ' ');; space = strchr (space + 1, ' '))
            {
              gsize length = space != NULL ? (gsize) (space - text) : strlen (text);
              g_autofree char *start = g_strndup (text, length);
              g_autofree char *folded = hw_name_fold (start);

              if (length > longest && g_str_equal (folded, hw_member_get_folded (member)))
                longest = length;
              if (space == NULL || !g_str_has_prefix (hw_member_get_folded (member), folded))
                break;
            }
        }
    }
  return longest;
}

static void
whisper (HwChatWindow *window, const char *argument)
{
  HwPlace *place = hw_chat_window_get_place (window);
  gsize length = measure_name (place, argument);
  g_autofree char *name = g_strndup (argument, length);
  g_autofree char *text = g_strstrip (g_strdup (argument + length));
  HwWhisper *conversation = hw_place_open_whisper (place, name);

  hw_chat_window_show (window, conversation);
  if (*text != '\0')
    hw_whisper_say (conversation, text);
}

static void
set_focus (HwPlace *place, const char *argument)
{
  gboolean on = !hw_place_get_focus (place);

  if (g_ascii_strcasecmp (argument, "on") == 0 || g_ascii_strcasecmp (argument, "off") == 0)
    on = g_ascii_strcasecmp (argument, "on") == 0;
  hw_place_set_focus (place, on);
}

/**
 * hw_chat_commands_run:
 * @window: the window in which it was typed
 * @page: the room in which it was typed
 * @command: what is to be done
 * @argument: what follows the command's name, "" for nothing
 *
 * Does it, or begins to: what the server refuses is said later.
 *
 * Returns: whether the entry is to be cleared
 */
gboolean
hw_chat_commands_run (HwChatWindow *window,
                      HwConversationPage *page,
                      const HwCommand *command,
                      const char *argument)
{
  HwPlace *place = hw_chat_window_get_place (window);
  HwRoom *room = hw_conversation_page_get_room (page);
  g_autoptr (JsonObject) fields = json_object_new ();

  switch (command->id)
    {
    case HW_COMMAND_COMMANDS:
      hw_composer_set_text (hw_conversation_page_get_composer (page), "/");
      return FALSE;

    case HW_COMMAND_CREATE:
      hw_place_create_async (place, argument, NULL, NULL, NULL, on_create_done,
                             run_new (window, page, command, argument));
      return TRUE;

    case HW_COMMAND_ECHO:
      json_object_set_string_member (fields, "text", argument);
      hw_place_request_async (place, "echo", fields, NULL, on_echo_done,
                              run_new (window, page, command, argument));
      return TRUE;

    case HW_COMMAND_FOCUS:
      set_focus (place, argument);
      return TRUE;

    case HW_COMMAND_JOIN:
      hw_place_join_async (place, argument, NULL, NULL, on_join_done,
                           run_new (window, page, command, argument));
      return TRUE;

    case HW_COMMAND_LEAVE:
      g_action_group_activate_action (G_ACTION_GROUP (window), "leave", NULL);
      return TRUE;

    case HW_COMMAND_ROOMS:
      g_action_group_activate_action (G_ACTION_GROUP (
                                          gtk_window_get_application (GTK_WINDOW (window))),
                                      "menu", NULL);
      return TRUE;

    case HW_COMMAND_MEMBERS:
      g_action_group_change_action_state (G_ACTION_GROUP (window), "members",
                                          g_variant_new_boolean (TRUE));
      return TRUE;

    case HW_COMMAND_NAME:
      hw_place_rename_async (place, argument, NULL, on_renamed,
                             run_new (window, page, command, argument));
      return TRUE;

    case HW_COMMAND_SEND:
      hw_conversation_page_send_file (page, argument);
      return TRUE;

    case HW_COMMAND_QUIT:
      g_action_group_activate_action (G_ACTION_GROUP (window), "leave-place", NULL);
      return TRUE;

    case HW_COMMAND_WHISPER:
      whisper (window, argument);
      return TRUE;

    case HW_COMMAND_TOPIC:
      if (room == NULL)
        {
          hw_composer_set_note (hw_conversation_page_get_composer (page), TRUE,
                                _ ("Whispers have no topic."));
          return FALSE;
        }
      if (*argument == '\0')
        {
          show_topic (page);
          return TRUE;
        }
      json_object_set_string_member (fields, "room", hw_room_get_name (room));
      json_object_set_string_member (fields, "topic", argument);
      hw_place_request_async (place, "topic", fields, NULL, on_obeyed,
                              run_new (window, page, command, argument));
      return TRUE;

    default:
      g_return_val_if_reached (FALSE);
    }
}
