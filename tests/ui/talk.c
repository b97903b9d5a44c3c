/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Made-up talk: any entry of a log of a million is made from its seq alone, so nothing is stored.
 * 70 % short lines, some long ones, 0.2 % of 8 KiB with 500 line breaks; Latin, Hebrew, Arabic,
 * Chinese, emoji, links, long words; coming and going; about 200 entries an hour. */

#include "talk.h"

#include <string.h>

static const char *const people[] = { "Ana",       "Ben",   "נועה", "陈思远", "Marta", "Zed",
                                      "Dr. Weiss", "Tomás", "Yara", "ليلى",   "Jonas", "איתי" };
static const char *const words[]
    = { "kettle", "scope", "bench",    "resistor", "is",   "on",    "the",
        "a",      "of",    "channel",  "milk?",    "who",  "wants", "tomorrow",
        "report", "and",   "measured", "again",    "fine", "no" };
static const char *const foreign[] = { "בדקתי אתמול, זה הכבל ולא המכשיר",
                                       "有一根备用的，在第二个抽屉左边 🙂",
                                       "سأحضر المقياس غدًا إن شاء الله",
                                       "kettle’s on ☕ who wants?",
                                       "👩‍🔬🎉",
                                       "12:30?",
                                       "Grüße, naïve café — “ok”" };

/* 2026-11-02 08:00 UTC */
#define BEGINNING G_GINT64_CONSTANT (1793606400000)

/* A number that looks like chance and is not. */
static guint
mix (guint64 seed)
{
  seed = (seed ^ (seed >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  seed = (seed ^ (seed >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return (guint) ((seed ^ (seed >> 31)) >> 16);
}

static void
add_words (GString *text, guint64 seed, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (text, ' ');
      g_string_append (text, words[mix (seed * 97 + i) % G_N_ELEMENTS (words)]);
    }
}

HwEntry *
talk_entry (guint64 seq, gint64 at, HwEntryKind kind, const char *from, const char *text)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GError) error = NULL;
  HwEntry *entry;

  json_object_set_int_member (object, "seq", (gint64) seq);
  json_object_set_int_member (object, "at", at);
  json_object_set_string_member (object, "kind", hw_entry_kind_to_string (kind));
  json_object_set_string_member (object, "from", from);
  if (kind == HW_ENTRY_LEFT)
    json_object_set_string_member (object, "reason", "left");
  else if (kind == HW_ENTRY_KICKED)
    json_object_set_string_member (object, "by", "Dr. Weiss");
  if (text != NULL && kind == HW_ENTRY_RENAMED)
    json_object_set_string_member (object, "to", text);
  else if (text != NULL)
    json_object_set_string_member (object, "text", text);
  entry = hw_entry_new_from_json (object, &error);
  g_assert_no_error (error);
  return entry;
}

HwEntry *
talk_generate (guint64 seq)
{
  guint chance = mix (seq) % 1000;
  const char *from = people[mix (seq / 3) % G_N_ELEMENTS (people)];
  gint64 at = BEGINNING + (gint64) seq * 18000 + mix (seq + 5) % 9000;
  g_autoptr (GString) text = g_string_new (NULL);

  if (chance < 60)
    return talk_entry (seq, at, chance % 2 ? HW_ENTRY_JOINED : HW_ENTRY_LEFT,
                       people[mix (seq) % G_N_ELEMENTS (people)], NULL);
  if (chance < 63)
    return talk_entry (seq, at, HW_ENTRY_TOPIC, from, "Experiment 7: RC circuits");
  if (chance < 65)
    for (guint i = 0; i < 500; i++)
      g_string_append_printf (text, i < 499 ? "%u %s\n" : "%u %s", i,
                              words[mix (seq + i) % G_N_ELEMENTS (words)]);
  else if (chance < 165)
    add_words (text, seq, 30 + mix (seq + 1) % 90);
  else if (chance < 185)
    g_string_append_printf (text, "see http://lab-nas.local/exp%u/time-constants.ods (again)",
                            chance);
  else if (chance < 190)
    for (guint i = 0; i < 40; i++)
      g_string_append (text, "Donaudampfschiff");
  else if (chance < 300)
    g_string_append (text, foreign[mix (seq + 2) % G_N_ELEMENTS (foreign)]);
  else
    add_words (text, seq, 1 + mix (seq + 1) % 9);
  return talk_entry (seq, at, HW_ENTRY_MESSAGE, from, text->str);
}

typedef struct
{
  HwHistory *history; /* (unowned) */
  guint delay;
  guint n_fetches;
} Talk;

typedef struct
{
  HwHistory *history;
  guint64 after;
  guint count;
} Answer;

static gboolean
on_answer (gpointer data)
{
  Answer *answer = data;
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 1; i <= answer->count; i++)
    g_ptr_array_add (entries, talk_generate (answer->after + i));
  hw_history_add_page (answer->history, entries);
  return G_SOURCE_REMOVE;
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_object_unref (answer->history);
  g_free (answer);
}

static void
on_fetch (HwHistory *history, guint64 after, guint count, Talk *talk)
{
  Answer *answer = g_new0 (Answer, 1);

  talk->n_fetches++;
  answer->history = g_object_ref (history);
  answer->after = after;
  answer->count = count;
  g_timeout_add_full (G_PRIORITY_DEFAULT, talk->delay, on_answer, answer, answer_free);
}

/* A log of @last entries whose pages come @delay milliseconds after they are asked for. */
HwHistory *
talk_history (guint64 last, guint delay)
{
  HwHistory *history = hw_history_new (last);
  Talk *talk = g_new0 (Talk, 1);

  talk->history = history;
  talk->delay = delay;
  g_object_set_data_full (G_OBJECT (history), "talk", talk, g_free);
  g_signal_connect (history, "fetch", G_CALLBACK (on_fetch), talk);
  return history;
}

guint
talk_get_n_fetches (HwHistory *history)
{
  Talk *talk = g_object_get_data (G_OBJECT (history), "talk");

  return talk->n_fetches;
}

/* A log of just these entries, all of them there. */
HwHistory *
talk_history_of (GPtrArray *entries)
{
  HwHistory *history = hw_history_new (0);

  hw_history_add_page (history, entries);
  return history;
}

/* Milliseconds since 1970 of a time of today, here. */
gint64
talk_today (int hour, int minute)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) moment
      = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                               g_date_time_get_day_of_month (now), hour, minute, 0);

  return g_date_time_to_unix (moment) * 1000;
}

static void
add (GPtrArray *scene, int hour, int minute, HwEntryKind kind, const char *from, const char *text)
{
  gint64 day = hour < 0 ? -86400000 : 0;

  g_ptr_array_add (scene, talk_entry (scene->len + 1, talk_today (ABS (hour), minute) + day, kind,
                                      from, text));
}

/* The morning that the design's pictures show. */
HwHistory *
talk_scene (void)
{
  g_autoptr (GPtrArray) scene = g_ptr_array_new_with_free_func (g_object_unref);
  static const char *const early[] = { "Ben", "נועה", "陈思远", "Marta", "Zed", "Ana", "Tomás" };
  g_autoptr (HwEntry) sent = NULL;
  g_autoptr (HwEntry) failed = NULL;
  HwHistory *history;

  add (scene, -16, 40, HW_ENTRY_CREATED, "Dr. Weiss", NULL);
  add (scene, -16, 41, HW_ENTRY_JOINED, "Dr. Weiss", NULL);
  add (scene, -16, 48, HW_ENTRY_MESSAGE, "Dr. Weiss",
       "Reports for experiment 6 go to the shared folder before Friday noon, please.");
  for (guint i = 0; i < G_N_ELEMENTS (early); i++)
    add (scene, 9, 2 + (int) i * 9, HW_ENTRY_JOINED, early[i], NULL);
  add (scene, 9, 58, HW_ENTRY_LEFT, "Jonas", NULL);
  add (scene, 10, 2, HW_ENTRY_MESSAGE, "Ben", "kettle’s on ☕ who wants?");
  add (scene, 10, 3, HW_ENTRY_MESSAGE, "Ben",
       "and the scope at bench 3 has no trace on channel 2 again");
  add (scene, 10, 3, HW_ENTRY_MESSAGE, "נועה", "בדקתי אתמול, זה הכבל ולא המכשיר");
  add (scene, 10, 4, HW_ENTRY_TOPIC, "Dr. Weiss",
       "Experiment 7: RC circuits · bring your notebook");
  add (scene, 10, 5, HW_ENTRY_MESSAGE, "陈思远",
       "有一根备用的，在第二个抽屉左边 🙂 spare one is in the drawer");
  add (scene, 10, 11, HW_ENTRY_MESSAGE, "Marta",
       "Numbers for all six resistors are in. The measured time constant is about 8 % shorter than "
       "R·C gives, and it is so for every one of them, so it is not the resistors: the capacitor "
       "says "
       "10 µF, but its tolerance is ±20 %. With 9.2 µF the whole table fits within the error bars. "
       "I "
       "would write that in the report rather than measure everything again.");
  add (scene, 10, 11, HW_ENTRY_MESSAGE, "Marta", "http://lab-nas.local/exp7/time-constants.ods");
  add (scene, 10, 13, HW_ENTRY_MESSAGE, "Zed", "@Ana can you bring your multimeter to bench 3?");
  add (scene, 10, 14, HW_ENTRY_MESSAGE, "Ana", "on my way, two minutes");
  add (scene, 10, 16, HW_ENTRY_KICKED, "Guest-41", "please use your name");
  add (scene, 10, 17, HW_ENTRY_LEFT, "Guest-42", NULL);
  add (scene, 10, 18, HW_ENTRY_MESSAGE, "Ana", "back again");
  history = talk_history_of (scene);
  failed = hw_entry_new_message (talk_today (10, 18), "Ana",
                                 "and I take bench 4 for the second run", "k1");
  hw_history_add_unsaved (history, failed);
  hw_history_set_failed (history, failed, "this room is closed for writing.");
  sent = hw_entry_new_message (talk_today (10, 18), "Ana",
                               "starting the report in the shared folder now", "k2");
  hw_history_add_unsaved (history, sent);
  return history;
}

/* Hallway's style, dark where the theme is. */
void
talk_load_style (void)
{
  static const char *const light[] = { "hallway.css", NULL };
  static const char *const dark[] = { "hallway.css", "hallway-dark.css", NULL };
  const char *theme = g_getenv ("GTK_THEME");
  const char *const *names = theme != NULL && strstr (theme, "dark") != NULL ? dark : light;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
      g_autofree char *path = g_build_filename (HW_STYLE_DIR, names[i], NULL);

      gtk_css_provider_load_from_path (provider, path, NULL);
      gtk_style_context_add_provider_for_screen (gdk_screen_get_default (),
                                                 GTK_STYLE_PROVIDER (provider),
                                                 GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + i);
    }
}
