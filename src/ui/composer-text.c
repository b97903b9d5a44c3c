/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of what people write and paste, before it is a message. */

#include "hallway-config.h"

#include "composer-text.h"

#include <string.h>

/**
 * hw_composer_text_clean:
 * @text: what was written or pasted
 *
 * Pasted text has carriage returns and worse.
 *
 * Returns: (transfer full): what can be sent of it: no control characters but line breaks and tabs,
 * as the protocol wants, and nothing empty around it
 */
char *
hw_composer_text_clean (const char *text)
{
  g_autoptr (GString) clean = g_string_sized_new (strlen (text));

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\r')
        {
          if (p[1] != '\n')
            g_string_append_c (clean, '\n');
        }
      else if (c == 0x2028 || c == 0x2029)
        g_string_append_c (clean, '\n');
      else if (c == '\n' || c == '\t' || g_unichar_type (c) != G_UNICODE_CONTROL)
        g_string_append_unichar (clean, c);
    }

  return g_strdup (g_strchomp (clean->str));
}

/**
 * hw_composer_text_is_blank:
 * @text: what was written
 *
 * Returns: whether there is nothing in it to be seen
 */
gboolean
hw_composer_text_is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

/**
 * hw_composer_text_fits:
 * @text: what comes into an entry
 * @length: its length in bytes
 * @word_max: bytes that a word may have
 *
 * Returns: how many bytes of @text there are before a word has more than @word_max, in whole
 *   characters
 */
gsize
hw_composer_text_fits (const char *text, gsize length, gsize word_max)
{
  const char *word = text;
  const char *p = text;

  while (p < text + length)
    {
      const char *next = g_utf8_next_char (p);

      if (g_unichar_isspace (g_utf8_get_char (p)))
        word = next;
      else if ((gsize) (next - word) > word_max)
        return (gsize) (p - text);
      p = next;
    }
  return length;
}
