/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a server says, in the person's language. Servers speak English: one serves people of many
 * languages, and does not know theirs. Here are the sentences of hallwayd that a person may come to
 * read, with their names and numbers as %s; what is not among them (an admin's own words, a newer
 * server's) is shown as it came. The rules for names and texts are also checked before anything is
 * sent, and fail with the same sentences. */

#include "hallway-config.h"

#include "isolate.h"
#include "server-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ARGUMENTS_MAX 2

/* The first that fits is taken: a sentence that others would swallow stands before them. */
static const char *const sentences[] = {
  /* Names and texts */
  N_ ("A name must have %s to %s characters."),
  N_ ("A name cannot begin with “/”."),
  N_ ("A name cannot contain the character %s."),
  N_ ("A name must have something to be seen."),
  N_ ("A room's name must have %s to %s characters."),
  N_ ("A room's name cannot begin with “/”."),
  N_ ("A room's name cannot contain the character %s."),
  N_ ("A room's name must have something to be seen."),
  N_ ("A topic must have %s to %s characters."),
  N_ ("A topic cannot begin with “/”."),
  N_ ("A topic cannot contain the character %s."),
  N_ ("A text must have 1 to %s bytes."),
  N_ ("A text cannot contain the control character %s."),
  N_ ("A file's name must have 1 to %s characters."),
  N_ ("A file's name cannot begin with a dot."),
  N_ ("A file's name cannot contain the character %s."),
  /* Coming in */
  N_ ("This place is full."),
  N_ ("This server is for its own network only."),
  N_ ("Only people with an account come in here."),
  N_ ("Somebody here is called %s."),
  N_ ("%s is protected by a password."),
  N_ ("That is not the admin password."),
  N_ ("That is not the password of %s."),
  N_ ("Too many wrong passwords. Wait a while."),
  N_ ("You are banned from this place."),
  /* Translators: %s is why, in the words of an admin */
  N_ ("You are banned from this place. %s"),
  N_ ("You are here from somewhere else now."),
  N_ ("You were silent for too long."),
  N_ ("Too many requests."),
  N_ ("The server is closing."),
  /* Rooms */
  N_ ("There is no room called %s."),
  N_ ("There is a room called %s already."),
  N_ ("There is a room called %s."),
  N_ ("The room is closed."),
  /* Translators: %s is a room's name */
  N_ ("%s is closed."),
  N_ ("%s needs a password."),
  N_ ("You are not in %s."),
  N_ ("Only who is in %s sees who is."),
  N_ ("An admin has closed this room."),
  N_ ("An admin has muted you for a while."),
  N_ ("That was too much at once. Wait a moment."),
  N_ ("That is too much to search for."),
  N_ ("Look for at most %s words and %s bytes at a time."),
  N_ ("Searching takes too long: look for something else, or try again later."),
  /* People and files */
  N_ ("Nobody here is called that."),
  N_ ("%s has %s whispers waiting, which is the most."),
  N_ ("%s takes no direct messages."),
  N_ ("%s takes no files now."),
  N_ ("Nobody could fetch it, for you take no direct connections."),
  N_ ("Only %s files can be on offer at the same time."),
  N_ ("There is no such offer."),
  /* Admins */
  N_ ("This server has no admin yet."),
  N_ ("Only an admin may do that."),
  N_ ("A password must have at least %s characters."),
  N_ ("A password must have at most %s bytes."),
  N_ ("%s has an account."),
  N_ ("%s has no account."),
  N_ ("There is no account of that name."),
  N_ ("There is no such ban."),
  N_ ("That is no IP address."),
  N_ ("There is no such log."),
  N_ ("A backup is being made already."),
  N_ ("The backup failed: %s."),
  /* Translators: %s is what the database says, in English */
  N_ ("The disk is full (%s)."),
  N_ ("The disk reports an error (%s)."),
  N_ ("The database is damaged (%s)."),
  N_ ("The database cannot be written (%s)."),
  N_ ("Something went wrong in the server."),
  N_ ("The place refused without saying why."),
};

/* Whether @text is @sentence with something in the places of its %s; that is put into @arguments.
 * A literal part in the middle is looked for from the end: numbers stand there, names before. */
static gboolean
fits (const char *text, const char *sentence, char *arguments[ARGUMENTS_MAX])
{
  g_auto (GStrv) parts = g_strsplit (sentence, "%s", -1);
  guint n = g_strv_length (parts) - 1;
  gsize length = strlen (text);
  gsize first = strlen (parts[0]);
  gsize last = strlen (parts[n]);
  const char *end = text + length - last;
  const char *middle;

  if (n == 0)
    return g_str_equal (text, sentence);
  if (length < first + last + 1 || !g_str_has_prefix (text, parts[0])
      || !g_str_has_suffix (text, parts[n]))
    return FALSE;
  if (n == 1)
    {
      arguments[0] = g_strndup (text + first, end - (text + first));
      return TRUE;
    }
  middle = g_strrstr_len (text + first, end - (text + first), parts[1]);
  if (middle == NULL || middle == text + first || middle + strlen (parts[1]) >= end)
    return FALSE;
  arguments[0] = g_strndup (text + first, middle - (text + first));
  arguments[1] = g_strndup (middle + strlen (parts[1]), end - (middle + strlen (parts[1])));
  return TRUE;
}

/* Translations may have the arguments in another order: “%2$s”. */
static char *
fill_in (const char *translation, char *arguments[ARGUMENTS_MAX])
{
  GString *said = g_string_new (NULL);
  guint next = 0;

  for (const char *p = translation; *p != '\0'; p++)
    {
      guint which = next;

      if (*p == '%' && g_ascii_isdigit (p[1]) && p[2] == '$' && p[3] == 's')
        {
          which = p[1] - '1';
          p += 3;
        }
      else if (*p == '%' && p[1] == 's')
        {
          next++;
          p++;
        }
      else
        {
          g_string_append_c (said, *p);
          continue;
        }
      if (which < ARGUMENTS_MAX && arguments[which] != NULL)
        {
          g_autofree char *isolated = hw_isolate (arguments[which]);

          g_string_append (said, isolated);
        }
    }
  return g_string_free (said, FALSE);
}

/**
 * hw_server_words_look_up:
 * @text: what came from a server, and may be its own or a person's; valid UTF-8
 *
 * Knows only sentences without names and numbers: what an admin says may look like the others.
 * Main thread.
 *
 * Returns: (nullable) (transfer none): the same in the person's language, if it is the server's own
 */
const char *
hw_server_words_look_up (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (g_str_equal (text, sentences[i]) && strstr (text, "%s") == NULL)
      return _ (sentences[i]);
  return NULL;
}

/**
 * hw_server_words_translate_error:
 * @error: what a server answered, or what a check of names and texts gave; valid UTF-8
 *
 * Puts the words of @error into the person's language where they are known ones; what programs go
 * by stays. Main thread.
 */
void
hw_server_words_translate_error (GError *error)
{
  char *arguments[ARGUMENTS_MAX] = { NULL };
  char *said = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (sentences) && said == NULL; i++)
    if (fits (error->message, sentences[i], arguments))
      said = fill_in (_ (sentences[i]), arguments);
  for (guint i = 0; i < ARGUMENTS_MAX; i++)
    g_free (arguments[i]);
  if (said == NULL)
    return;
  g_free (error->message);
  error->message = said;
}
