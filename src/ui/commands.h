/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwCommandId:
 *
 * What a slash command does, whatever name it was called by.
 */
typedef enum
{
  HW_COMMAND_COMMANDS,
  HW_COMMAND_CREATE,
  HW_COMMAND_ECHO,
  HW_COMMAND_FOCUS,
  HW_COMMAND_JOIN,
  HW_COMMAND_LEAVE,
  HW_COMMAND_ROOMS,
  HW_COMMAND_SEND,
  HW_COMMAND_MEMBERS,
  HW_COMMAND_NAME,
  HW_COMMAND_QUIT,
  HW_COMMAND_TOPIC,
  HW_COMMAND_WHISPER,
} HwCommandId;

/**
 * HwCommand:
 * @id: what it does
 * @name: how it is called, without the slash
 * @op: (nullable): the request that it needs of the server, NULL if it needs none
 * @core: whether every server has that request, also one that does not answer `commands`
 * @argument: (nullable): what follows the name, in the person's words; NULL: nothing does
 * @argument_needed: whether it means nothing without it
 * @help: one short line
 *
 * A command that can be typed instead of a message.
 */
typedef struct
{
  HwCommandId id;
  const char *name;
  const char *op;
  gboolean core;
  const char *argument;
  gboolean argument_needed;
  const char *help;
} HwCommand;

const HwCommand *hw_commands_get (guint *n_commands);
gboolean hw_command_is_offered (const HwCommand *command, const char *const *ops);
gboolean hw_commands_is_command (const char *text);
char *hw_commands_unescape (const char *text);
const HwCommand *
hw_commands_parse (const char *text, const char *const *ops, char **argument, GError **error);

G_END_DECLS
