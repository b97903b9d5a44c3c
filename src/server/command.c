/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of commands: what clients may ask for, in one place. */

#include "command.h"

#include "commands.h"
#include "protocol/limits.h"

#include <stdlib.h>
#include <string.h>

/* Fields: name, type, optional, least and greatest value or length. */
#define STRING(name)                   \
  {                                    \
    name, HW_FIELD_STRING, FALSE, 0, 0 \
  }
#define STRING_OPT(name)              \
  {                                   \
    name, HW_FIELD_STRING, TRUE, 0, 0 \
  }
#define STRING_LEN(name, least, most)         \
  {                                           \
    name, HW_FIELD_STRING, FALSE, least, most \
  }
#define STRING_LEN_OPT(name, least, most)    \
  {                                          \
    name, HW_FIELD_STRING, TRUE, least, most \
  }
#define INT(name, least, most)             \
  {                                        \
    name, HW_FIELD_INT, FALSE, least, most \
  }
#define INT_OPT(name, least, most)        \
  {                                       \
    name, HW_FIELD_INT, TRUE, least, most \
  }
#define BOOL(name)                   \
  {                                  \
    name, HW_FIELD_BOOL, FALSE, 0, 0 \
  }
#define BOOL_OPT(name)              \
  {                                 \
    name, HW_FIELD_BOOL, TRUE, 0, 0 \
  }
#define OBJECT_OPT(name)              \
  {                                   \
    name, HW_FIELD_OBJECT, TRUE, 0, 0 \
  }
#define INTS(name)                   \
  {                                  \
    name, HW_FIELD_INTS, FALSE, 0, 0 \
  }
#define STRINGS_OPT(name)              \
  {                                    \
    name, HW_FIELD_STRINGS, TRUE, 0, 0 \
  }

#define PASSWORD_OPT STRING_LEN_OPT ("password", 0, HW_PASSWORD_MAX)
#define KEY_OPT      STRING_LEN_OPT ("key", 1, HW_KEY_MAX)

/* In the order of op, for bsearch(). */
static const HwCommand table[] = {
  { "admin",
    hw_command_admin,
    HW_NEEDS_HELLO,
    HW_COMMAND_ALONE,
    "Make this connection an admin's",
    { STRING_LEN ("password", 0, HW_PASSWORD_MAX) } },
  { "commands", hw_command_commands, HW_NEEDS_HELLO, 0, "What you may do now", { { 0 } } },
  { "create",
    hw_command_create,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Open a new room and go in",
    { STRING ("room"), STRING_OPT ("topic"), STRING_LEN_OPT ("password", 1, HW_PASSWORD_MAX) } },
  { "echo", hw_command_echo, HW_NEEDS_HELLO, 0, "Hear a text again", { STRING ("text") } },
  { "hello",
    hw_command_hello,
    HW_NEEDS_NOTHING,
    HW_COMMAND_ALONE,
    "Begin to talk to the server",
    { INTS ("versions"), STRING ("client") } },
  { "history",
    hw_command_history,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Look at what was said",
    { STRING ("room"), INT_OPT ("before", 0, HW_INT_MAX), INT_OPT ("after", 0, HW_INT_MAX),
      INT_OPT ("at", 0, HW_INT_MAX), STRING_OPT ("from"), STRINGS_OPT ("kinds"),
      STRING_OPT ("find"), INT_OPT ("limit", 1, HW_PAGE_MAX) } },
  { "join",
    hw_command_join,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Go into a room",
    { STRING ("room"), PASSWORD_OPT, INT_OPT ("after", 0, HW_INT_MAX),
      INT_OPT ("history", 0, HW_PAGE_MAX) } },
  { "leave",
    hw_command_leave,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Leave a room",
    { STRING ("room") } },
  { "log-list",
    hw_command_log_list,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ALONE,
    "All logs",
    { INT_OPT ("start", 0, HW_INT_MAX) } },
  { "log-read",
    hw_command_log_read,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ALONE,
    "Look into a log",
    { INT ("log", 1, HW_INT_MAX), INT_OPT ("before", 0, HW_INT_MAX),
      INT_OPT ("after", 0, HW_INT_MAX), INT_OPT ("at", 0, HW_INT_MAX), STRING_OPT ("from"),
      STRINGS_OPT ("kinds"), STRING_OPT ("find"), INT_OPT ("limit", 1, HW_ADMIN_PAGE_MAX) } },
  { "login",
    hw_command_login,
    HW_NEEDS_HELLO,
    HW_COMMAND_ALONE,
    "Say who you are",
    { STRING_OPT ("name"), PASSWORD_OPT, BOOL_OPT ("takeover"), STRING_OPT ("token"),
      OBJECT_OPT ("direct") } },
  { "logout", hw_command_logout, HW_NEEDS_LOGIN, HW_COMMAND_ALONE, "Leave the place", { { 0 } } },
  { "members",
    hw_command_members,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ORDERED,
    "Who is in a room",
    { STRING ("room"), STRING_OPT ("start") } },
  { "ping",
    hw_command_ping,
    HW_NEEDS_HELLO,
    HW_COMMAND_QUIET,
    "Say that the link is there",
    { { 0 } } },
  { "pong",
    hw_command_pong,
    HW_NEEDS_HELLO,
    HW_COMMAND_QUIET | HW_COMMAND_FREE,
    "Answer the server's own ping",
    { INT ("n", 0, HW_INT_MAX) } },
  { "rooms",
    hw_command_rooms,
    HW_NEEDS_LOGIN,
    HW_COMMAND_QUIET,
    "The rooms there are",
    { BOOL_OPT ("watch"), STRING_OPT ("start") } },
  { "say",
    hw_command_say,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ORDERED,
    "Say something in a room",
    { STRING ("room"), STRING ("text"), KEY_OPT } },
  { "shutdown",
    hw_command_shutdown,
    HW_NEEDS_HELLO,
    HW_COMMAND_ALONE,
    "Stop the server",
    { PASSWORD_OPT, STRING_OPT ("text") } },
  { "typing",
    hw_command_typing,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ORDERED,
    "Let the others know that you write",
    { STRING ("room") } },
};

static int
compare (gconstpointer key, gconstpointer command)
{
  return strcmp (key, ((const HwCommand *) command)->op);
}

/**
 * hw_command_find:
 * @op: what a client asked for
 *
 * Returns: (transfer none) (nullable): its row
 */
const HwCommand *
hw_command_find (const char *op)
{
  return bsearch (op, table, G_N_ELEMENTS (table), sizeof table[0], compare);
}

/**
 * hw_command_get_table:
 * @commands: (out) (transfer none): the rows, by op
 *
 * Returns: how many there are
 */
gsize
hw_command_get_table (const HwCommand **commands)
{
  *commands = table;
  return G_N_ELEMENTS (table);
}
