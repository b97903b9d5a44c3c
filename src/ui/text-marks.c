/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds links, a person's name and searched words in what people wrote. Text is never markup: what
 * is found is told as ranges of bytes, all on character bounds, in rising order. */

#include "text-marks.h"

#include <string.h>

static const char *const schemes[]
    = { "https://", "http://", "ftp://", "hallway://", "mailto:", "www." };

static gboolean
is_word_char (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

/* Scripts that put no space between words: there a name may begin and end anywhere. */
static gboolean
is_spaceless (gunichar c)
{
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_boundary (gunichar before, gunichar after)
{
  return !is_word_char (before) || !is_word_char (after) || is_spaceless (before)
         || is_spaceless (after);
}

static gunichar
char_before (const char *text, const char *p)
{
  return p > text ? g_utf8_get_char (g_utf8_prev_char (p)) : ' ';
}

/* Ends a link: spaces, quotes, and what is not seen and could disguise where it leads. */
static gboolean
ends_link (gunichar c)
{
  static const gunichar quotes[]
      = { 0x201C, 0x201D, 0x00AB, 0x00BB, 0x3001, 0x3002, 0xFF0C, 0x300C, 0x300D };

  if (c < 0x80)
    return c <= 0x20 || c == 0x7F || strchr ("<>\"`{}|\\^", (int) c) != NULL;
  for (guint i = 0; i < G_N_ELEMENTS (quotes); i++)
    if (c == quotes[i])
      return TRUE;
  return g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_FORMAT
         || g_unichar_type (c) == G_UNICODE_CONTROL;
}

/* Punctuation at a link's end belongs to the sentence, but for brackets that the link itself
 * opened. */
static const char *
trim_link (const char *start, const char *end)
{
  while (end > start)
    {
      const char *last = g_utf8_prev_char (end);
      char open = '\0';
      int depth = 0;

      if (strchr (".,;:!?'*_~", *last) != NULL)
        {
          end = last;
          continue;
        }
      if (*last == ')')
        open = '(';
      else if (*last == ']')
        open = '[';
      if (open == '\0')
        break;
      for (const char *p = start; p < end; p++)
        depth += *p == open ? 1 : *p == *last ? -1 : 0;
      if (depth >= 0)
        break;
      end = last;
    }
  return end;
}

/**
 * hw_text_marks_find_links:
 * @text: what somebody wrote
 * @marks: (element-type HwTextMark): the links found are added here
 */
void
hw_text_marks_find_links (const char *text, GArray *marks)
{
  const char *p = text;

  while (*p != '\0')
    {
      const char *end = NULL;
      gsize prefix = 0;

      /* Cheap before dear: every scheme begins with one of these letters. */
      if (strchr ("hHfFmMwW", *p) != NULL && !is_word_char (char_before (text, p)))
        for (guint i = 0; i < G_N_ELEMENTS (schemes) && prefix == 0; i++)
          if (g_ascii_strncasecmp (p, schemes[i], strlen (schemes[i])) == 0)
            prefix = strlen (schemes[i]);
      if (prefix > 0)
        {
          for (end = p + prefix; *end != '\0' && !ends_link (g_utf8_get_char (end));)
            end = g_utf8_next_char (end);
          end = trim_link (p, end);
          /* A scheme alone is no link. */
          if (end > p + prefix)
            {
              HwTextMark mark = { (guint) (p - text), (guint) (end - text) };

              g_array_append_val (marks, mark);
              p = end;
              continue;
            }
        }
      p = g_utf8_next_char (p);
    }
}

/**
 * hw_text_marks_get_uri:
 * @text: what somebody wrote
 * @mark: a link in it
 *
 * Returns: (transfer full): where the link leads
 */
char *
hw_text_marks_get_uri (const char *text, const HwTextMark *mark)
{
  g_autofree char *link = g_strndup (text + mark->start, mark->end - mark->start);

  if (g_ascii_strncasecmp (link, "www.", 4) == 0)
    return g_strconcat ("https://", link, NULL);
  return g_steal_pointer (&link);
}

static gunichar
fold_char (gunichar c)
{
  return g_unichar_tolower (g_unichar_toupper (c));
}

/* Where @word ends when it stands at @p, whatever the letters' case, or NULL. */
static const char *
match_at (const char *p, const char *word)
{
  while (*word != '\0')
    {
      if (*p == '\0' || fold_char (g_utf8_get_char (p)) != fold_char (g_utf8_get_char (word)))
        return NULL;
      p = g_utf8_next_char (p);
      word = g_utf8_next_char (word);
    }
  return p;
}

/**
 * hw_text_marks_find_name:
 * @text: what somebody wrote
 * @name: (nullable): a person's name
 * @marks: (element-type HwTextMark): where @name stands as a word of its own, an "@" before it
 * included
 */
void
hw_text_marks_find_name (const char *text, const char *name, GArray *marks)
{
  const char *p = text;
  gunichar first;

  if (name == NULL || *name == '\0')
    return;
  first = g_utf8_get_char (name);
  while (*p != '\0')
    {
      const char *end = match_at (p, name);

      if (end != NULL && is_boundary (char_before (text, p), first)
          && (*end == '\0'
              || is_boundary (g_utf8_get_char (g_utf8_prev_char (end)), g_utf8_get_char (end))))
        {
          const char *start = p > text && p[-1] == '@' ? p - 1 : p;
          HwTextMark mark = { (guint) (start - text), (guint) (end - text) };

          g_array_append_val (marks, mark);
          p = end;
          continue;
        }
      p = g_utf8_next_char (p);
    }
}

/**
 * hw_text_marks_find_words:
 * @text: what somebody wrote
 * @words: (nullable) (array zero-terminated=1): beginnings of words that were searched
 * @marks: (element-type HwTextMark): where one of them stands
 */
void
hw_text_marks_find_words (const char *text, const char *const *words, GArray *marks)
{
  const char *p = text;

  if (words == NULL || words[0] == NULL)
    return;
  while (*p != '\0')
    {
      const char *end = NULL;

      if (is_boundary (char_before (text, p), g_utf8_get_char (p)))
        for (guint i = 0; words[i] != NULL; i++)
          {
            const char *here = *words[i] != '\0' ? match_at (p, words[i]) : NULL;

            end = here != NULL && (end == NULL || here > end) ? here : end;
          }
      if (end != NULL)
        {
          HwTextMark mark = { (guint) (p - text), (guint) (end - text) };

          g_array_append_val (marks, mark);
          p = end;
          continue;
        }
      p = g_utf8_next_char (p);
    }
}
