/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the windows say about an entry: "Zed came in", "Ben set the topic: tea", "Ana, 10:02:
 * milk?", "Yesterday". Times and days are in the person's zone and by the person's locale. */

#include "hallway-config.h"

#include "entry-text.h"

#include "file-words.h"

#include "client/isolate.h"

#include <glib/gi18n.h>
#include <langinfo.h>
#include <string.h>

/* Distinct people that a folded line can tell apart; the rest are only counted. */
#define FOLD_NAMES_MAX 128

/**
 * hw_entry_text_strip_marks:
 * @text: words for show
 * @length: bytes of it, or -1
 *
 * Returns: (transfer full): @text without invisible direction marks
 */
char *
hw_entry_text_strip_marks (const char *text, gssize length)
{
  GString *plain = g_string_new (NULL);
  const char *end = text + (length < 0 ? strlen (text) : (gsize) length);

  for (const char *p = text; p < end; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == 0x200E || c == 0x200F || (c >= 0x2066 && c <= 0x2069))
        continue;
      g_string_append_unichar (plain, c);
    }
  return g_string_free (plain, FALSE);
}

static char *
quote (const char *words, gboolean for_show)
{
  return for_show ? hw_isolate (words) : g_strdup (words);
}

static char *
left_sentence (HwLeftReason reason, const char *name)
{
  switch (reason)
    {
    case HW_LEFT_LOST:
      /* Translators: %s is a person's name */
      return g_strdup_printf (_ ("%s lost the connection"), name);
    case HW_LEFT_IDLE:
      /* Translators: %s is a person's name */
      return g_strdup_printf (_ ("%s left after being away"), name);
    case HW_LEFT_CLOSING:
      /* Translators: %s is a person's name */
      return g_strdup_printf (_ ("%s left, the place was closing"), name);
    case HW_LEFT_NONE:
    case HW_LEFT_LEFT:
    case HW_LEFT_QUIT:
    default:
      /* Translators: %s is one or more people's names */
      return g_strdup_printf (_ ("%s left"), name);
    }
}

static char *
kicked_sentence (HwEntry *entry, const char *name, gboolean for_show)
{
  const char *by = hw_entry_get_by (entry);
  const char *why = hw_entry_get_text (entry);
  g_autofree char *who = quote (by, for_show);
  g_autofree char *words = quote (why, for_show);

  if (*by == '\0')
    return *why == '\0' ? g_strdup_printf (_ ("%s was removed"), name)
                        : g_strdup_printf (_ ("%s was removed: “%s”"), name, words);
  if (strcmp (by, "admin") == 0)
    return *why == '\0' ? g_strdup_printf (_ ("An admin kicked %s"), name)
                        : g_strdup_printf (_ ("An admin kicked %s: “%s”"), name, words);
  if (*why == '\0')
    /* Translators: an admin's name, the name of who was thrown out */
    return g_strdup_printf (_ ("%s kicked %s"), who, name);
  /* Translators: an admin's name, the name of who was thrown out, why */
  return g_strdup_printf (_ ("%s kicked %s: “%s”"), who, name, words);
}

/**
 * hw_entry_text_sentence:
 * @entry: an entry
 * @for_show: whether names are kept apart by invisible marks
 *
 * What happened, in words; for a message its text, for a file how far it is.
 *
 * Returns: (transfer full): the words
 */
char *
hw_entry_text_sentence (HwEntry *entry, gboolean for_show)
{
  const char *from = hw_entry_get_from (entry);
  const char *text = hw_entry_get_text (entry);
  g_autofree char *name = quote (from, for_show);
  g_autofree char *words = quote (text, for_show);
  g_autofree char *to = NULL;

  if (hw_entry_get_transfer (entry) != NULL)
    return hw_file_words_spoken (hw_entry_get_transfer (entry));
  switch (hw_entry_get_kind (entry))
    {
    case HW_ENTRY_CREATED:
      if (*from == '\0')
        return g_strdup (_ ("The room was created"));
      return g_strdup_printf (_ ("%s created the room"), name);
    case HW_ENTRY_JOINED:
      /* Translators: %s is one or more people's names */
      return g_strdup_printf (_ ("%s came in"), name);
    case HW_ENTRY_LEFT:
      return left_sentence (hw_entry_get_reason (entry), name);
    case HW_ENTRY_MESSAGE:
      return g_strdup (text);
    case HW_ENTRY_TOPIC:
      if (*text == '\0')
        return g_strdup_printf (_ ("%s removed the topic"), name);
      return g_strdup_printf (_ ("%s set the topic: %s"), name, words);
    case HW_ENTRY_RENAMED:
      to = quote (hw_entry_get_to (entry), for_show);
      return g_strdup_printf (_ ("%s is now called %s"), name, to);
    case HW_ENTRY_KICKED:
      return kicked_sentence (entry, name, for_show);
    case HW_ENTRY_CLOSED:
      if (*from == '\0')
        return g_strdup (_ ("The room was closed"));
      return g_strdup_printf (_ ("%s closed the room"), name);
    case HW_ENTRY_UNKNOWN:
    default:
      if (hw_entry_get_state (entry) == HW_ENTRY_LOADING)
        return g_strdup (_ ("Loading…"));
      return g_strdup (_ ("Something that only a newer Hallway can show"));
    }
}

/* "Ben", "Ben and Zed", "Ben, Zed and Ana", "Ben, Zed and 5 others". */
static char *
join_names (GPtrArray *names, gboolean for_show)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  guint others;

  first = quote (g_ptr_array_index (names, 0), for_show);
  if (names->len == 1)
    return g_steal_pointer (&first);
  second = quote (g_ptr_array_index (names, 1), for_show);
  if (names->len == 2)
    /* Translators: two names */
    return g_strdup_printf (_ ("%s and %s"), first, second);
  if (names->len == 3)
    {
      third = quote (g_ptr_array_index (names, 2), for_show);
      /* Translators: three names */
      return g_strdup_printf (_ ("%s, %s and %s"), first, second, third);
    }
  others = names->len - 2;
  /* Translators: two names and a number of others, at least two */
  return g_strdup_printf (ngettext ("%s, %s and %u other", "%s, %s and %u others", others), first,
                          second, others);
}

/**
 * hw_entry_text_fold:
 * @entries: (array length=n_entries): consecutive joined and left entries
 * @n_entries: how many, at least one
 * @for_show: whether names are kept apart by invisible marks
 *
 * One line for a run of coming and going: "Ben, Zed and 5 others came in · Jonas left".
 *
 * Returns: (transfer full): the words
 */
char *
hw_entry_text_fold (HwEntry *const *entries, guint n_entries, gboolean for_show)
{
  /* By what somebody did first and last: nobody stands there twice. */
  enum
  {
    CAME,
    CAME_AND_WENT,
    WENT,
    WENT_AND_CAME,
    N_WAYS,
  };
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *ways[N_WAYS];
  struct
  {
    const char *name;
    gboolean first_came;
    gboolean last_came;
  } people[FOLD_NAMES_MAX];
  guint n_people = 0;
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < n_entries; i++)
    {
      const char *name = hw_entry_get_from (entries[i]);
      gboolean came = hw_entry_get_kind (entries[i]) == HW_ENTRY_JOINED;
      guint who = GPOINTER_TO_UINT (g_hash_table_lookup (seen, name));

      if (who == 0 && n_people < FOLD_NAMES_MAX)
        {
          people[n_people].name = name;
          people[n_people].first_came = came;
          who = ++n_people;
          g_hash_table_insert (seen, (gpointer) name, GUINT_TO_POINTER (who));
        }
      if (who > 0)
        people[who - 1].last_came = came;
    }
  for (guint i = 0; i < N_WAYS; i++)
    ways[i] = g_ptr_array_new ();
  for (guint i = 0; i < n_people; i++)
    g_ptr_array_add (ways[people[i].first_came ? (people[i].last_came ? CAME : CAME_AND_WENT)
                                               : (people[i].last_came ? WENT_AND_CAME : WENT)],
                     (gpointer) people[i].name);
  for (guint i = 0; i < N_WAYS; i++)
    {
      g_autofree char *names = NULL;

      if (ways[i]->len > 0)
        {
          if (line->len > 0)
            g_string_append (line, " · ");
          names = join_names (ways[i], for_show);
          if (i == CAME)
            g_string_append_printf (line, _ ("%s came in"), names);
          else if (i == CAME_AND_WENT)
            /* Translators: %s is one or more people's names */
            g_string_append_printf (line, _ ("%s came and went"), names);
          else if (i == WENT)
            g_string_append_printf (line, _ ("%s left"), names);
          else
            /* Translators: %s is one or more people's names */
            g_string_append_printf (line, _ ("%s left and came back"), names);
        }
      g_ptr_array_unref (ways[i]);
    }
  return g_string_free (line, FALSE);
}

/* How the person wants times to be written. */
static HwClock chosen_clock = HW_CLOCK_SYSTEM;

static gboolean
has_twelve_hours (void)
{
  const char *format = nl_langinfo (T_FMT);

  if (chosen_clock != HW_CLOCK_SYSTEM)
    return chosen_clock == HW_CLOCK_12_HOURS;
  return strstr (format, "%r") != NULL || strstr (format, "%I") != NULL
         || strstr (format, "%l") != NULL || strstr (format, "%p") != NULL;
}

static char *
format_local (gint64 at, const char *format)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (at / 1000);
  char *words = moment != NULL ? g_date_time_format (moment, format) : NULL;

  return words != NULL ? words : g_strdup ("");
}

/**
 * hw_entry_text_set_clock:
 * @clock: how times of day are to be written from now on
 */
void
hw_entry_text_set_clock (HwClock clock)
{
  chosen_clock = clock;
}

/**
 * hw_entry_text_until_midnight:
 * @now: milliseconds since 1970 UTC
 *
 * Returns: milliseconds until the person's next day begins
 */
gint64
hw_entry_text_until_midnight (gint64 now)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (now / 1000);
  g_autoptr (GDateTime) tomorrow = moment != NULL ? g_date_time_add_days (moment, 1) : NULL;
  g_autoptr (GDateTime) midnight
      = tomorrow != NULL ? g_date_time_new_local (g_date_time_get_year (tomorrow),
                                                  g_date_time_get_month (tomorrow),
                                                  g_date_time_get_day_of_month (tomorrow), 0, 0, 0)
                         : NULL;

  /* Where clocks are put forward at midnight there is none. */
  return midnight != NULL ? MAX (1, g_date_time_to_unix (midnight) * 1000 - now)
                          : G_TIME_SPAN_HOUR / 1000;
}

/**
 * hw_entry_text_time:
 * @at: milliseconds since 1970 UTC
 *
 * Returns: (transfer full): the time of day, "9:58" or "9:58 AM"
 */
char *
hw_entry_text_time (gint64 at)
{
  return format_local (at, has_twelve_hours () ? "%-I:%M %p" : "%-H:%M");
}

/**
 * hw_entry_text_time_range:
 * @from: milliseconds since 1970 UTC
 * @to: the same, not earlier
 *
 * Returns: (transfer full): "9:02–9:58", or one time where both are the same
 */
char *
hw_entry_text_time_range (gint64 from, gint64 to)
{
  g_autofree char *first = hw_entry_text_time (from);
  g_autofree char *last = hw_entry_text_time (to);

  return strcmp (first, last) == 0 ? g_steal_pointer (&first)
                                   : g_strconcat (first, "–", last, NULL);
}

/**
 * hw_entry_text_day:
 * @at: milliseconds since 1970 UTC
 * @now: the same, the present
 * @in_full: whether to give the date also where "Today" would do
 *
 * Returns: (transfer full): the day's name
 */
char *
hw_entry_text_day (gint64 at, gint64 now, gboolean in_full)
{
  g_autoptr (GDateTime) day = g_date_time_new_from_unix_local (at / 1000);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / 1000);
  g_autoptr (GDateTime) yesterday = NULL;
  char *words;

  if (day == NULL || today == NULL)
    return g_strdup ("");
  yesterday = g_date_time_add_days (today, -1);
  if (!in_full && g_date_time_get_year (day) == g_date_time_get_year (today)
      && g_date_time_get_day_of_year (day) == g_date_time_get_day_of_year (today))
    return g_strdup (_ ("Today"));
  if (!in_full && yesterday != NULL
      && g_date_time_get_year (day) == g_date_time_get_year (yesterday)
      && g_date_time_get_day_of_year (day) == g_date_time_get_day_of_year (yesterday))
    return g_strdup (_ ("Yesterday"));
  words = g_date_time_format (day, g_date_time_get_year (day) == g_date_time_get_year (today)
                                       /* Translators: a day of this year: Thursday, 19 November */
                                       ? _ ("%A, %-d %B")
                                       /* Translators: a day of another year */
                                       : _ ("%A, %-d %B %Y"));
  return words != NULL ? words : g_strdup ("");
}

/**
 * hw_entry_text_new_since:
 * @at: milliseconds since 1970 UTC; 0: not known
 * @now: the same, the present
 *
 * Returns: (transfer full): the unread rule's words, "New since 10:09"
 */
char *
hw_entry_text_new_since (gint64 at, gint64 now)
{
  g_autofree char *day = NULL;
  g_autofree char *today = NULL;
  g_autofree char *when = NULL;

  if (at <= 0)
    return g_strdup (_ ("New"));
  day = hw_entry_text_day (at, now, TRUE);
  today = hw_entry_text_day (now, now, TRUE);
  when = strcmp (day, today) == 0 ? hw_entry_text_time (at) : g_steal_pointer (&day);
  /* Translators: %s is a time or a day */
  return g_strdup_printf (_ ("New since %s"), when);
}

/**
 * hw_entry_text_exact:
 * @at: milliseconds since 1970 UTC
 *
 * Returns: (transfer full): the moment to the millisecond, in the person's zone
 */
char *
hw_entry_text_exact (gint64 at)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (at / 1000);
  g_autofree char *second = NULL;
  g_autofree char *zone = NULL;

  if (moment == NULL)
    return g_strdup ("");
  /* Translators: a moment in full: Thursday, 19 November 2026, 10:02:31 */
  second = g_date_time_format (moment, _ ("%A, %-d %B %Y, %H:%M:%S"));
  zone = g_date_time_format (moment, "%Z");
  return g_strdup_printf ("%s.%03d %s", second, (int) (at % 1000), zone);
}

/**
 * hw_entry_text_iso:
 * @at: milliseconds since 1970 UTC
 *
 * Returns: (transfer full): the moment as ISO 8601 has it, in the person's zone
 */
char *
hw_entry_text_iso (gint64 at)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (at / 1000);
  g_autofree char *second = NULL;
  g_autofree char *zone = NULL;

  if (moment == NULL)
    return g_strdup ("");
  second = g_date_time_format (moment, "%Y-%m-%dT%H:%M:%S");
  zone = g_date_time_format (moment, "%:z");
  return g_strdup_printf ("%s.%03d%s", second, (int) (at % 1000), zone);
}

/**
 * hw_entry_text_silence:
 * @length: milliseconds, an hour at least
 *
 * Returns: (transfer full): that nothing was said for so long
 */
char *
hw_entry_text_silence (gint64 length)
{
  guint hours = (guint) (length / (60 * 60 * 1000));
  guint days = hours / 24;

  if (days >= 2)
    return g_strdup_printf (ngettext ("%u day of silence", "%u days of silence", days), days);
  return g_strdup_printf (ngettext ("%u hour of silence", "%u hours of silence", hours), hours);
}

/**
 * hw_entry_text_others:
 * @n: how many entries a filter left out
 *
 * Returns: (transfer full): "12 others"
 */
char *
hw_entry_text_others (guint64 n)
{
  g_autofree char *count = g_strdup_printf ("%'" G_GUINT64_FORMAT, n);

  /* Translators: entries of a log that a filter leaves out, in their place; %s is a number */
  return g_strdup_printf (ngettext ("%s other", "%s others", (gulong) n), count);
}

/**
 * hw_entry_text_accessible:
 * @entry: an entry
 *
 * Returns: (transfer full): what a screen reader says for it: "Ana, 10:02: milk?"
 */
char *
hw_entry_text_accessible (HwEntry *entry)
{
  g_autofree char *time = NULL;
  g_autofree char *sentence = hw_entry_text_sentence (entry, FALSE);
  g_autofree char *said = NULL;

  if (hw_entry_get_state (entry) == HW_ENTRY_LOADING)
    return g_steal_pointer (&sentence);
  time = hw_entry_text_time (hw_entry_get_at (entry));
  if (hw_entry_get_kind (entry) != HW_ENTRY_MESSAGE)
    /* Translators: what happened, and when: "Zed came in, 10:05" */
    return g_strdup_printf (C_ ("screen reader", "%s, %s"), sentence, time);

  /* Translators: a name, a time, what was said: "Ana, 10:02: milk?" */
  said = g_strdup_printf (C_ ("screen reader", "%s, %s: %s"), hw_entry_get_from (entry), time,
                          sentence);
  if (hw_entry_get_state (entry) == HW_ENTRY_UNSAVED)
    /* Translators: a message that the server has not confirmed yet */
    return g_strdup_printf (C_ ("screen reader", "%s, not sent yet"), said);
  if (hw_entry_get_state (entry) == HW_ENTRY_FAILED)
    {
      const char *problem = hw_entry_get_problem (entry);

      /* Translators: a message that could not be sent, and why */
      return g_strdup_printf (C_ ("screen reader", "%s, not sent: %s"), said,
                              problem != NULL ? problem : "");
    }
  return g_steal_pointer (&said);
}

/**
 * hw_entry_text_plain:
 * @entry: an entry
 * @with_name: whether a message's author stands before it
 *
 * Returns: (transfer full): the entry's line for the clipboard
 */
char *
hw_entry_text_plain (HwEntry *entry, gboolean with_name)
{
  if (hw_entry_get_transfer (entry) != NULL)
    return hw_file_words_plain (hw_entry_get_transfer (entry), hw_entry_get_from (entry));
  if (with_name && hw_entry_get_kind (entry) == HW_ENTRY_MESSAGE)
    /* Translators: a name and what was said: "Ana: milk?" */
    return g_strdup_printf (C_ ("clipboard", "%s: %s"), hw_entry_get_from (entry),
                            hw_entry_get_text (entry));
  return hw_entry_text_sentence (entry, FALSE);
}
