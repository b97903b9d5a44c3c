/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of sentences that several windows say in the same way. */

#include "hallway-config.h"

#include "words.h"

#include "client/isolate.h"

#include "protocol/error.h"

#include <glib/gi18n.h>

/**
 * hw_words_day:
 * @seconds: a time, since 1970 UTC
 *
 * Returns: (transfer full): its day as it stands after "since": "today", "yesterday", "12
 * November", "12 November 2024"
 */
char *
hw_words_day (gint64 seconds)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (now, -1);
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (seconds);
  int year;

  if (then == NULL)
    return g_strdup ("?");

  year = g_date_time_get_year (then);
  if (year == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    return g_strdup (_ ("today"));
  if (year == g_date_time_get_year (yesterday)
      && g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (yesterday))
    return g_strdup (_ ("yesterday"));
  if (year == g_date_time_get_year (now))
    /* Translators: a day of this year, as in "since 12 November" */
    return g_date_time_format (then, _ ("%-e %B"));
  /* Translators: a day of another year, as in "since 12 November 2024" */
  return g_date_time_format (then, _ ("%-e %B %Y"));
}

/**
 * hw_words_fingerprint:
 * @fingerprint: (nullable): 64 hexadecimal digits
 *
 * Returns: (transfer full): them as people read them to one another: pairs, four to a group, the
 * groups far enough apart to be told by the eye and to be where a line breaks
 */
char *
hw_words_fingerprint (const char *fingerprint)
{
  GString *words = g_string_new (NULL);

  for (gsize i = 0; fingerprint != NULL && fingerprint[i] != '\0'; i++)
    {
      if (i > 0 && i % 8 == 0)
        g_string_append (words, "  ");
      else if (i > 0 && i % 2 == 0)
        g_string_append_c (words, ':');
      g_string_append_c (words, g_ascii_toupper (fingerprint[i]));
    }
  return g_string_free (words, FALSE);
}

/**
 * hw_words_join:
 * @first: a sentence
 * @second: the one after it
 *
 * Returns: (transfer full): both, with between them what the language has there
 */
char *
hw_words_join (const char *first, const char *second)
{
  /* Translators: two sentences; where none stands between sentences, leave the space out */
  return g_strdup_printf (C_ ("two sentences", "%s %s"), first, second);
}

/**
 * hw_words_size:
 * @bytes: how much
 *
 * Returns: (transfer full): it in words that stand in a sentence of either direction: "2.1 MB"
 */
char *
hw_words_size (guint64 bytes)
{
  g_autofree char *size = g_format_size (bytes);

  return hw_isolate (size);
}

/**
 * hw_words_problem:
 * @error: what went wrong
 *
 * Returns: (transfer full): the words of @error, and when to try again where it says so
 */
char *
hw_words_problem (const GError *error)
{
  gint64 retry = error->domain == HW_ERROR ? hw_error_get_retry (error) : 0;
  g_autofree char *when = NULL;
  gint64 seconds = (retry + 999) / 1000;

  if (retry <= 0)
    return g_strdup (error->message);

  when = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "You can try again in %d second.",
                                       "You can try again in %d seconds.", (gulong) seconds),
                          (int) MIN (seconds, G_MAXINT));
  return hw_words_join (error->message, when);
}
