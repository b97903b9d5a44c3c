/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Times as an admin types and reads them: 2026-11-17, 2026-11-17 10:00, or 10:00 for today's. All
 * in the person's zone. */

#include "hallway-config.h"

#include "time-words.h"

#include <glib/gi18n.h>
#include <stdio.h>

static GDateTime *
to_local (gint64 time)
{
  return g_date_time_new_from_unix_local (time / 1000);
}

/**
 * hw_time_words_midnight:
 * @time: a time
 * @days: how many days later
 *
 * Returns: midnight at or before @time, and that many days later
 */
gint64
hw_time_words_midnight (gint64 time, int days)
{
  g_autoptr (GDateTime) local = to_local (time);
  g_autoptr (GDateTime) day = NULL;
  g_autoptr (GDateTime) midnight = NULL;

  if (local == NULL)
    return time;
  day = g_date_time_add_days (local, days);
  midnight = g_date_time_new_local (g_date_time_get_year (day), g_date_time_get_month (day),
                                    g_date_time_get_day_of_month (day), 0, 0, 0);
  return midnight != NULL ? g_date_time_to_unix (midnight) * 1000 : time;
}

/**
 * hw_time_words_parse:
 * @text: what was typed; nothing for an open end
 * @is_end: whether a day alone means all of it
 * @time: (out): the time, 0 for an open end
 *
 * Returns: whether it is a time
 */
gboolean
hw_time_words_parse (const char *text, gboolean is_end, gint64 *time)
{
  g_autofree char *plain = g_strstrip (g_strdelimit (g_strdup (text), "T", ' '));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) moment = NULL;
  int year = g_date_time_get_year (now), month = g_date_time_get_month (now);
  int day = g_date_time_get_day_of_month (now), hour = 0, minute = 0, end = 0;
  gboolean whole_day = FALSE;

  *time = 0;
  if (*plain == '\0')
    return TRUE;
  if (sscanf (plain, "%4d-%2d-%2d %2d:%2d%n", &year, &month, &day, &hour, &minute, &end) == 5
      && plain[end] == '\0')
    whole_day = FALSE;
  else if (sscanf (plain, "%4d-%2d-%2d%n", &year, &month, &day, &end) == 3 && plain[end] == '\0')
    {
      hour = minute = 0;
      whole_day = TRUE;
    }
  else if (sscanf (plain, "%2d:%2d%n", &hour, &minute, &end) == 2 && plain[end] == '\0')
    {
      year = g_date_time_get_year (now);
      month = g_date_time_get_month (now);
      day = g_date_time_get_day_of_month (now);
    }
  else
    return FALSE;
  moment = g_date_time_new_local (year, month, day, hour, minute, 0);
  if (moment == NULL || g_date_time_to_unix (moment) <= 0)
    return FALSE;
  *time = g_date_time_to_unix (moment) * 1000;
  if (whole_day && is_end)
    *time = hw_time_words_midnight (*time, 1);
  return TRUE;
}

/**
 * hw_time_words_format:
 * @time: a time, 0 for an open end
 *
 * Returns: (transfer full): it as hw_time_words_parse() reads it
 */
char *
hw_time_words_format (gint64 time)
{
  g_autoptr (GDateTime) local = to_local (time);

  return time > 0 && local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M") : g_strdup ("");
}

static char *
format_short (gint64 time)
{
  g_autoptr (GDateTime) local = to_local (time);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gboolean far = local != NULL && ABS (g_date_time_difference (now, local)) > 300 * G_TIME_SPAN_DAY;
  gboolean midnight
      = local != NULL && g_date_time_get_hour (local) == 0 && g_date_time_get_minute (local) == 0;

  if (local == NULL)
    return g_strdup ("?");
  if (far)
    /* Translators: a day of another year, short */
    return g_date_time_format (local, _ ("%-e %b %Y"));
  return g_date_time_format (local, midnight
                                        /* Translators: a day, short: "Tue 17 Nov" */
                                        ? _ ("%a %-e %b")
                                        /* Translators: a time, short: "Tue 17 Nov, 10:00" */
                                        : _ ("%a %-e %b, %H:%M"));
}

/**
 * hw_time_words_span:
 * @since: when it begins, 0 for an open end
 * @until: when it is over
 *
 * Returns: (transfer full): the span in few words, "Since Tue 17 Nov"
 */
char *
hw_time_words_span (gint64 since, gint64 until)
{
  g_autofree char *from = format_short (since);
  g_autofree char *to = NULL;
  g_autofree char *last = NULL;

  if (since > 0 && until == 0)
    /* Translators: a span of time that goes on: "Since Tue 17 Nov" */
    return g_strdup_printf (C_ ("span", "Since %s"), from);
  if (since > 0 && until == hw_time_words_midnight (since, 1)
      && since == hw_time_words_midnight (since, 0))
    return g_steal_pointer (&from);
  /* A midnight as an end is that of the last day. */
  if (until == hw_time_words_midnight (until, 0))
    last = format_short (hw_time_words_midnight (until, -1));
  to = last != NULL ? g_steal_pointer (&last) : format_short (until);
  if (since == 0)
    /* Translators: a span of time from the beginning on: "Until Tue 17 Nov" */
    return g_strdup_printf (C_ ("span", "Until %s"), to);
  /* Translators: a span of time, from and to */
  return g_strdup_printf (C_ ("span", "%s – %s"), from, to);
}
