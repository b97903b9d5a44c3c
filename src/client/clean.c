/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a server sends to be shown is cleaned here before anything else sees it: a place that is not
 * ours may be old, broken or hostile, and a name with a bidirectional override in it must not be
 * able to turn a whole window around. Secrets are wiped here too, so that there is one way of doing
 * it. */

#include "clean.h"

#include "protocol/name.h"

#include <string.h>

static gboolean
may_stand_in_name (gunichar c)
{
  switch (c)
    {
    case 0x00AD: /* soft hyphen */
    case 0x061C: /* Arabic letter mark */
    case 0x200B: /* zero width space */
    case 0x200E: /* left-to-right mark */
    case 0x200F: /* right-to-left mark */
    case 0x2028: /* line separator */
    case 0x2029: /* paragraph separator */
    case 0x2060: /* word joiner */
    case 0xFEFF: /* zero width no-break space */
      return FALSE;
    default:
      break;
    }
  if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
    return FALSE;
  return g_unichar_type (c) != G_UNICODE_CONTROL;
}

static gboolean
may_stand_in_text (gunichar c)
{
  return c == '\n' || c == '\t' || g_unichar_type (c) != G_UNICODE_CONTROL;
}

/**
 * hw_clean_name:
 * @text: UTF-8 from the other side
 * @characters_max: code points to keep
 *
 * Drops what may not stand in a name, a topic or another line of words. Any thread.
 *
 * Returns: (transfer full): @text without it, perhaps empty
 */
char *
hw_clean_name (const char *text, gsize characters_max)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gsize count = 0;

  for (const char *p = text; *p && count < characters_max; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!may_stand_in_name (c))
        continue;
      g_string_append_unichar (out, c);
      count++;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * hw_clean_text:
 * @text: UTF-8 from the other side
 * @bytes_max: bytes to keep
 *
 * Drops control characters but for line breaks and tabs, and what is beyond @bytes_max. Any thread.
 *
 * Returns: (transfer full): @text without it, perhaps empty
 */
char *
hw_clean_text (const char *text, gsize bytes_max)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!may_stand_in_text (c))
        continue;
      if (out->len + (gsize) (g_utf8_next_char (p) - p) > bytes_max)
        break;
      g_string_append_unichar (out, c);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * hw_secret_free:
 * @secret: (nullable) (transfer full): a password or token
 *
 * Wipes and frees it. Any thread.
 */
void
hw_secret_free (char *secret)
{
  if (!secret)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * hw_secret_free_line:
 * @line: (nullable) (transfer full): a line that may hold a secret
 *
 * Wipes and frees it. Any thread.
 */
void
hw_secret_free_line (GString *line)
{
  if (!line)
    return;
  explicit_bzero (line->str, line->allocated_len);
  g_string_free (line, TRUE);
}

static gboolean
is_word_character (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

/**
 * hw_text_mentions:
 * @text: what somebody said
 * @name: (nullable): one's own name
 *
 * Whether @name stands in @text as a whole word, in any letter case and width. Any thread.
 *
 * Returns: %TRUE if it does
 */
gboolean
hw_text_mentions (const char *text, const char *name)
{
  g_autofree char *folded_name = NULL;
  g_autofree char *folded_text = NULL;
  gsize length;

  if (!name || !*name)
    return FALSE;
  folded_name = hw_name_fold (name);
  folded_text = hw_name_fold (text);
  if (!folded_name || !folded_text || !*folded_name)
    return FALSE;
  length = strlen (folded_name);
  for (const char *hit = strstr (folded_text, folded_name); hit;
       hit = strstr (hit + 1, folded_name))
    {
      const char *after = hit + length;

      if (hit > folded_text && is_word_character (g_utf8_get_char (g_utf8_prev_char (hit))))
        continue;
      if (*after && is_word_character (g_utf8_get_char (after)))
        continue;
      return TRUE;
    }
  return FALSE;
}
