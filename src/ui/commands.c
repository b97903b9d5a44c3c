/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands that can be typed in place of a message: one table, from which the list over the
 * entry, the parser and the help are made. What a command does stands in chat-commands.c; nothing
 * here knows a widget or a place. */

#include "hallway-config.h"

#include "commands.h"

#include "protocol/error.h"

#include <glib/gi18n.h>
#include <string.h>

static const HwCommand commands[] = {
  { HW_COMMAND_TOPIC, "topic", "topic", FALSE, N_ ("new topic"), FALSE,
    N_ ("Say what this room is about") },
  { HW_COMMAND_WHISPER, "w", "whisper", FALSE, N_ ("name message"), TRUE,
    N_ ("Whisper to somebody") },
  { HW_COMMAND_SEND, "send", "offer", FALSE, N_ ("file"), FALSE,
    N_ ("Send a file from computer to computer") },
  { HW_COMMAND_MEMBERS, "members", NULL, TRUE, NULL, FALSE, N_ ("Who is here") },
  { HW_COMMAND_JOIN, "join", "join", TRUE, N_ ("room"), TRUE, N_ ("Go into a room") },
  { HW_COMMAND_CREATE, "create", "create", TRUE, N_ ("room"), TRUE, N_ ("Make a new room") },
  { HW_COMMAND_LEAVE, "leave", "leave", TRUE, NULL, FALSE, N_ ("Leave this room") },
  { HW_COMMAND_LEAVE, "close", "leave", TRUE, NULL, FALSE, N_ ("Leave this room") },
  { HW_COMMAND_ROOMS, "list", NULL, TRUE, NULL, FALSE, N_ ("All rooms of this place") },
  { HW_COMMAND_NAME, "name", "rename", FALSE, N_ ("new name"), TRUE, N_ ("Go by another name") },
  { HW_COMMAND_FOCUS, "focus", "focus", FALSE, N_ ("on or off"), FALSE,
    N_ ("Hold back whispers of strangers") },
  { HW_COMMAND_ECHO, "echo", "echo", TRUE, N_ ("text"), TRUE, N_ ("Let the place repeat it") },
  { HW_COMMAND_COMMANDS, "commands", NULL, TRUE, NULL, FALSE, N_ ("What can be typed here") },
  { HW_COMMAND_QUIT, "quit", NULL, TRUE, NULL, FALSE, N_ ("Leave this place") },
  { HW_COMMAND_QUIT, "x", NULL, TRUE, NULL, FALSE, N_ ("Leave this place") },
};

/**
 * hw_commands_get:
 * @n_commands: (out): how many there are
 *
 * All commands, in the order in which they are offered. @argument and @help are not translated yet.
 *
 * Returns: (transfer none) (array length=n_commands): the table
 */
const HwCommand *
hw_commands_get (guint *n_commands)
{
  *n_commands = G_N_ELEMENTS (commands);
  return commands;
}

/**
 * hw_command_is_offered:
 * @command: a command
 * @ops: (nullable) (array zero-terminated=1): the requests that this server answers us, NULL if it
 *   does not tell
 *
 * Returns: whether the command would work there
 */
gboolean
hw_command_is_offered (const HwCommand *command, const char *const *ops)
{
  if (command->op == NULL)
    return TRUE;
  if (ops == NULL)
    return command->core;
  return g_strv_contains (ops, command->op);
}

/**
 * hw_commands_is_command:
 * @text: what was typed
 *
 * Whether @text is meant for us and not for the room: it begins with one slash. Two are how a
 * message begins that itself has a slash in front.
 *
 * Returns: TRUE for a command, known or not
 */
gboolean
hw_commands_is_command (const char *text)
{
  return text[0] == '/' && text[1] != '/' && strchr (text, '\n') == NULL;
}

/**
 * hw_commands_unescape:
 * @text: a message as it was typed
 *
 * Returns: (transfer full): the message as it is to be said: "//x" says "/x"
 */
char *
hw_commands_unescape (const char *text)
{
  return g_strdup (g_str_has_prefix (text, "//") ? text + 1 : text);
}

/**
 * hw_commands_parse:
 * @text: what was typed, hw_commands_is_command() being true of it
 * @ops: (nullable): see hw_command_is_offered()
 * @argument: (out) (transfer full): what follows the command's name, trimmed, "" for nothing
 * @error: HW_ERROR_BAD_REQUEST, with words for the person
 *
 * Finds the command that @text calls, in any letter case.
 *
 * Returns: (transfer none) (nullable): the command, NULL on error
 */
const HwCommand *
hw_commands_parse (const char *text, const char *const *ops, char **argument, GError **error)
{
  gsize length = strcspn (text + 1, " \t");
  g_autofree char *name = g_strndup (text + 1, length);
  g_autofree char *rest = g_strstrip (g_strdup (text + 1 + length));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const HwCommand *command = &commands[i];

      if (g_ascii_strcasecmp (command->name, name) != 0 || !hw_command_is_offered (command, ops))
        continue;

      if (command->argument_needed && *rest == '\0')
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, NULL, _ ("Something is missing: /%s %s"),
                        command->name, _ (command->argument));
          return NULL;
        }
      if (command->argument == NULL && *rest != '\0')
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, NULL, _ ("Nothing can follow /%s."),
                        command->name);
          return NULL;
        }

      *argument = g_steal_pointer (&rest);
      return command;
    }

  if (*name == '\0')
    hw_error_set (error, HW_ERROR_BAD_REQUEST, NULL,
                  _ ("A command is missing after the slash. /commands lists them."));
  else
    hw_error_set (error, HW_ERROR_BAD_REQUEST, NULL,
                  _ ("There is no command /%s. To say it to the room, begin with two slashes."),
                  name);
  return NULL;
}
