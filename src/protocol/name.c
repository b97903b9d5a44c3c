/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of people and rooms, topics and texts: what is allowed in them, and when two names are the
 * same. Unicode's own tables do the work: GLib's for normal forms and categories, libunistring's
 * for full case folding and for what is ignorable (GLib's folding swaps the two cases of Cherokee
 * rather than joining them, and GLib does not know the property). */

#include "name.h"

#include "error.h"
#include "limits.h"
#include "scan.h"

#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unistr.h>

static gboolean
is_white_space (gunichar c)
{
  return g_unichar_isspace (c) || c == 0x0b || c == 0x85;
}

/**
 * hw_name_is_forbidden:
 * @c: a character
 *
 * Any thread.
 *
 * Returns: whether it is one that is not seen, or that changes how the rest is seen
 */
gboolean
hw_name_is_forbidden (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      break;
    }
  return c == 0x61c || (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069) || c == 0xad || c == 0x200b || c == 0x2060 || c == 0xfeff;
}

static gboolean
is_joiner (gunichar c)
{
  return c == 0x200c || c == 0x200d;
}

static char *
trim (const char *text)
{
  const char *end = text + strlen (text);

  while (*text && is_white_space (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  while (end > text && is_white_space (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  return g_strndup (text, end - text);
}

/* The thing's name for people, as the beginning of a sentence. */
static char *
normalize (const char *text,
           const char *thing,
           guint minimum,
           guint maximum,
           HwErrorCode code,
           const char *field,
           GError **error)
{
  g_autofree char *trimmed = trim (text);
  g_autofree char *name = g_utf8_normalize (trimmed, -1, G_NORMALIZE_NFC);
  glong length;
  gunichar last = 0;

  if (!name)
    {
      hw_error_set (error, code, field, "%s must be UTF-8.", thing);
      return NULL;
    }
  length = g_utf8_strlen (name, -1);
  if (length < minimum || length > maximum)
    {
      hw_error_set (error, code, field, "%s must have %u to %u characters.", thing, minimum,
                    maximum);
      return NULL;
    }
  if (*name == '/')
    {
      hw_error_set (error, code, field, "%s cannot begin with “/”.", thing);
      return NULL;
    }
  for (const char *at = name; *at; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (hw_name_is_forbidden (c) || (is_joiner (c) && last == 0))
        {
          hw_error_set (error, code, field, "%s cannot contain the character U+%04X.", thing, c);
          return NULL;
        }
      last = c;
    }
  if (is_joiner (last))
    {
      hw_error_set (error, code, field, "%s cannot end with the character U+%04X.", thing, last);
      return NULL;
    }
  if (minimum > 0)
    {
      g_autofree char *folded = hw_name_fold (name);

      if (!*folded)
        {
          hw_error_set (error, code, field, "%s must have something to be seen.", thing);
          return NULL;
        }
    }
  return g_steal_pointer (&name);
}

/**
 * hw_name_normalize_user:
 * @text: UTF-8 of any origin
 * @field: (nullable): the field it came in, for the error
 * @error: where to put %HW_ERROR_NAME_INVALID
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the name, trimmed and in NFC, if it is allowed
 */
char *
hw_name_normalize_user (const char *text, const char *field, GError **error)
{
  return normalize (text, "A name", 1, HW_USER_NAME_MAX, HW_ERROR_NAME_INVALID, field, error);
}

/**
 * hw_name_normalize_room:
 * @text: UTF-8 of any origin
 * @field: (nullable): the field it came in, for the error
 * @error: where to put %HW_ERROR_ROOM_INVALID
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the room's name, trimmed and in NFC, if it is allowed
 */
char *
hw_name_normalize_room (const char *text, const char *field, GError **error)
{
  return normalize (text, "A room's name", 1, HW_ROOM_NAME_MAX, HW_ERROR_ROOM_INVALID, field,
                    error);
}

/**
 * hw_name_normalize_topic:
 * @text: UTF-8 of any origin
 * @field: (nullable): the field it came in, for the error
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the topic, trimmed and in NFC, if it is allowed; may be
 * empty
 */
char *
hw_name_normalize_topic (const char *text, const char *field, GError **error)
{
  return normalize (text, "A topic", 0, HW_TOPIC_MAX, HW_ERROR_BAD_REQUEST, field, error);
}

static char *
without_ignorable (const char *text)
{
  GString *kept = g_string_sized_new (strlen (text));

  for (; *text; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (!uc_is_property_default_ignorable_code_point (c))
        g_string_append_unichar (kept, c);
    }
  return g_string_free (kept, FALSE);
}

static gboolean
is_plain (const char *name)
{
  for (; *name; name++)
    if ((guchar) *name >= 0x80)
      return FALSE;
  return TRUE;
}

/**
 * hw_name_fold:
 * @name: valid UTF-8
 *
 * What names are compared by: NFKC, case folded in full (ß is ss), without default-ignorable
 * characters, after Unicode's toNFKC_Casefold (The Unicode Standard, chapter 3.13). Two names are
 * the same when their folded forms are equal. Any thread.
 *
 * Returns: (transfer full): the folded form, empty where nothing is left
 */
char *
hw_name_fold (const char *name)
{
  g_autofree char *folded = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  if (is_plain (name))
    return g_ascii_strdown (name, -1);

  /* Folding and normalising can each make work for the other; in practice the second round changes
   * nothing, the bound is there so that no table can make it loop. */
  folded = without_ignorable (name);
  for (int round = 0; round < 4; round++)
    {
      size_t length = 0;
      uint8_t *raw = u8_casefold ((const uint8_t *) folded, strlen (folded), NULL, UNINORM_NFKC,
                                  NULL, &length);
      g_autofree char *text = g_strndup ((const char *) raw, length);
      g_autofree char *next = without_ignorable (text);

      free (raw);
      if (g_str_equal (next, folded))
        break;
      g_free (folded);
      folded = g_steal_pointer (&next);
    }
  return g_steal_pointer (&folded);
}

/**
 * hw_text_check:
 * @text: UTF-8 of any origin
 * @field: (nullable): the field it came in, for the error
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Checks what somebody says: 1 to %HW_TEXT_MAX bytes, no control characters but line feed and tab.
 * Any thread.
 *
 * Returns: whether it is allowed
 */
gboolean
hw_text_check (const char *text, const char *field, GError **error)
{
  gsize length = strlen (text);
  const char *end;

  if (length == 0 || length > HW_TEXT_MAX)
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, field, "A text must have 1 to %d bytes.",
                    HW_TEXT_MAX);
      return FALSE;
    }
  end = text + length;
  while (text < end)
    {
      guchar c = *text;

      if (end - text >= 8 && hw_scan_is_printing (hw_scan_load (text)))
        {
          text += 8;
          continue;
        }
      /* All of Unicode's control characters: U+0001-1F, and U+007F-9F, the latter in two bytes */
      if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f
          || (c == 0xc2 && (guchar) text[1] < 0xa0))
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, field,
                        "A text cannot contain the control character U+%04X.",
                        g_utf8_get_char (text));
          return FALSE;
        }
      text++;
    }
  return TRUE;
}
