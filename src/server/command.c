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

/* Ten years. */
#define MINUTES_MAX (10 * 366 * 24 * 60)

#define PASSWORD_OPT STRING_LEN_OPT ("password", 0, HW_PASSWORD_MAX)
#define KEY_OPT      STRING_LEN_OPT ("key", 1, HW_KEY_MAX)

/* In the order of op, for bsearch(). */
static const HwCommand table[] = {
  { "account-add",
    hw_command_account_add,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ALONE,
    "Give a name an account",
    { STRING ("name"), STRING_LEN ("password", 0, HW_PASSWORD_MAX) } },
  { "account-remove",
    hw_command_account_remove,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ALONE,
    "Take an account away",
    { STRING ("name") } },
  { "accounts",
    hw_command_accounts,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ALONE,
    "The names that have an account",
    { STRING_OPT ("start") } },
  { "active",
    hw_command_active,
    HW_NEEDS_LOGIN,
    0,
    "Say that you are here, though silent",
    { { 0 } } },
  { "admin",
    hw_command_admin,
    HW_NEEDS_HELLO,
    HW_COMMAND_ALONE,
    "Make this connection an admin’s",
    { STRING_LEN ("password", 0, HW_PASSWORD_MAX) } },
  { "announce",
    hw_command_announce,
    HW_NEEDS_ADMIN,
    0,
    "Tell everybody something",
    { STRING ("text") } },
  { "backup",
    hw_command_backup,
    HW_NEEDS_ADMIN,
    0,
    "Copy the database while the server runs",
    { { 0 } } },
  { "ban",
    hw_command_ban,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ALONE,
    "Keep a name or an address out for a while",
    { STRING_OPT ("name"), STRING_OPT ("address"), INT ("minutes", 1, MINUTES_MAX),
      STRING_OPT ("text") } },
  { "bans",
    hw_command_bans,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ALONE,
    "Who is kept out",
    { INT_OPT ("start", 0, HW_INT_MAX) } },
  { "commands", hw_command_commands, HW_NEEDS_HELLO, 0, "What you may do now", { { 0 } } },
  { "create",
    hw_command_create,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Open a new room and go in",
    { STRING ("room"), STRING_OPT ("topic"), STRING_LEN_OPT ("password", 1, HW_PASSWORD_MAX) } },
  { "decline",
    hw_command_decline,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ORDERED,
    "Say that you do not want a file",
    { INT ("offer", 1, HW_INT_MAX) } },
  { "echo", hw_command_echo, HW_NEEDS_HELLO, 0, "Hear a text again", { STRING ("text") } },
  { "focus",
    hw_command_focus,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Let whispers of strangers wait",
    { BOOL ("on") } },
  { "hello",
    hw_command_hello,
    HW_NEEDS_NOTHING,
    HW_COMMAND_ALONE,
    "Begin to talk to the server",
    { INTS ("versions"), STRING ("client"), STRINGS_OPT ("features") } },
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
  { "kick",
    hw_command_kick,
    HW_NEEDS_ADMIN,
    0,
    "Send somebody away",
    { STRING ("name"), STRING_OPT ("text") } },
  { "leave",
    hw_command_leave,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Leave a room",
    { STRING ("room") } },
  { "log-activity",
    hw_command_log_activity,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ALONE,
    "How much was said when",
    { INT ("log", 1, HW_INT_MAX), INT ("since", 0, HW_INT_MAX), INT ("until", 0, HW_INT_MAX),
      INT ("bucket", 1, HW_INT_MAX) } },
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
  { "log-watch",
    hw_command_log_watch,
    HW_NEEDS_ADMIN,
    0,
    "See a log grow",
    { INT ("log", 1, HW_INT_MAX), BOOL ("on") } },
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
    HW_COMMAND_ALONE,
    "Who is in a room",
    { STRING ("room"), STRING_OPT ("start") } },
  { "mute",
    hw_command_mute,
    HW_NEEDS_ADMIN,
    0,
    "Let somebody say nothing for a while",
    { STRING ("name"), INT ("minutes", 0, MINUTES_MAX) } },
  { "offer",
    hw_command_offer,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ORDERED,
    "Offer a file, to be fetched from you",
    { STRING_OPT ("room"), STRING_OPT ("to"), STRING ("name"), INT ("size", 0, HW_INT_MAX),
      STRING ("sha256"), STRING_OPT ("type"), STRING_OPT ("key") } },
  { "offers",
    hw_command_offers,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "The files that are on offer",
    { STRING_OPT ("room") } },
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
    "Answer the server’s own ping",
    { INT ("n", 0, HW_INT_MAX) } },
  { "protect",
    hw_command_protect,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Let your name need a password",
    { PASSWORD_OPT } },
  { "received",
    hw_command_received,
    HW_NEEDS_LOGIN,
    HW_COMMAND_QUIET | HW_COMMAND_FREE,
    "Confirm that whispers have arrived",
    { INT ("n", 1, HW_INT_MAX) } },
  { "rename",
    hw_command_rename,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Take another name",
    { STRING ("name") } },
  { "room-close",
    hw_command_room_close,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ORDERED,
    "Close a room; its log stays",
    { STRING ("room") } },
  { "rooms",
    hw_command_rooms,
    HW_NEEDS_LOGIN,
    HW_COMMAND_QUIET | HW_COMMAND_ALONE,
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
  { "stats", hw_command_stats, HW_NEEDS_ADMIN, 0, "The server’s figures", { { 0 } } },
  { "topic",
    hw_command_topic,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ORDERED,
    "Change what a room is about",
    { STRING ("room"), STRING ("topic") } },
  { "typing",
    hw_command_typing,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ORDERED,
    "Let the others know that you write",
    { STRING ("room") } },
  { "unban",
    hw_command_unban,
    HW_NEEDS_ADMIN,
    HW_COMMAND_ALONE,
    "Let somebody in again",
    { INT ("ban", 0, HW_INT_MAX) } },
  { "unreachable",
    hw_command_unreachable,
    HW_NEEDS_LOGIN,
    0,
    "Let the server see whether somebody is there",
    { STRING ("name") } },
  { "where",
    hw_command_where,
    HW_NEEDS_LOGIN,
    0,
    "Where somebody takes direct messages",
    { STRING ("name") } },
  { "whisper",
    hw_command_whisper,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ORDERED,
    "Tell one person something",
    { STRING ("to"), STRING ("text"), KEY_OPT } },
  { "who",
    hw_command_who,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ALONE,
    "Who is here",
    { STRING_OPT ("start") } },
  { "withdraw",
    hw_command_withdraw,
    HW_NEEDS_LOGIN,
    HW_COMMAND_ORDERED,
    "Take back a file that you offered",
    { INT ("offer", 1, HW_INT_MAX) } },
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
