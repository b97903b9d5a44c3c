/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of files that go from person to person: what may be offered, and what a stranger's name
 * becomes before a file of ours is called so. The server refuses what is not one part of a path; a
 * client trusts neither the server nor the other one, and makes each name safe for the systems on
 * which it may end up, not only for its own. */

#include "file-name.h"

#include "error.h"
#include "limits.h"
#include "name.h"

#include <string.h>

/* Bytes of a file's name as we keep it: file systems allow 255, and endings are added. */
#define SAFE_BYTES_MAX 180

/* Bytes of an ending, with its dot, that is kept when a name is cut. */
#define ENDING_MAX 16

/* What a file is called of whose name nothing is left. */
#define NAMELESS "file"

static gboolean
is_separator (gunichar c)
{
  return c == '/' || c == '\\';
}

/**
 * hw_file_name_normalize:
 * @text: UTF-8 of any origin
 * @field: (nullable): the field it came in, for the error
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Checks the name under which a file is offered: 1 to %HW_FILE_NAME_MAX characters, none of them
 * invisible or a separator of paths, and not a dot in front. Any thread.
 *
 * Returns: (transfer full) (nullable): the name in NFC, if it is allowed
 */
char *
hw_file_name_normalize (const char *text, const char *field, GError **error)
{
  g_autofree char *name = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  glong length = name ? g_utf8_strlen (name, -1) : 0;

  if (length < 1 || length > HW_FILE_NAME_MAX)
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, field,
                    "A file's name must have 1 to %d characters.", HW_FILE_NAME_MAX);
      return NULL;
    }
  if (*name == '.')
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, field, "A file's name cannot begin with a dot.");
      return NULL;
    }
  for (const char *at = name; *at; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (is_separator (c) || hw_name_is_forbidden (c))
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, field,
                        "A file's name cannot contain the character U+%04X.", c);
          return NULL;
        }
    }
  return g_steal_pointer (&name);
}

/**
 * hw_file_type_is_valid:
 * @type: a media type of any origin, such as image/png
 *
 * Any thread.
 *
 * Returns: whether it looks like one: two words of RFC 6838 with a slash between, without
 * parameters
 */
gboolean
hw_file_type_is_valid (const char *type)
{
  const char *slash = strchr (type, '/');

  if (!slash || slash == type || !slash[1] || strlen (type) > HW_FILE_TYPE_MAX)
    return FALSE;
  for (const char *at = type; *at; at++)
    if (at != slash && !g_ascii_isalnum (*at) && !strchr ("!#$&-^_.+", *at))
      return FALSE;
  return TRUE;
}

/* Names that some systems keep for devices, whatever ending follows. */
static gboolean
is_reserved (const char *name)
{
  static const char *const devices[] = { "con", "prn", "aux", "nul" };
  static const char *const numbered[] = { "com", "lpt" };
  gsize length = strcspn (name, ".");
  g_autofree char *stem = g_strchomp (g_strndup (name, length));

  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    if (g_ascii_strcasecmp (stem, devices[i]) == 0)
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (numbered); i++)
    if (strlen (stem) == 4 && g_ascii_strncasecmp (stem, numbered[i], 3) == 0
        && g_ascii_isdigit (stem[3]))
      return TRUE;
  return FALSE;
}

/* Cuts the name before its ending, between two characters. */
static void
shorten (GString *name)
{
  const char *dot = strrchr (name->str, '.');
  g_autofree char *ending = NULL;
  gsize keep = SAFE_BYTES_MAX;

  if (name->len <= SAFE_BYTES_MAX)
    return;
  ending = g_strdup (dot && strlen (dot) <= ENDING_MAX ? dot : "");
  keep -= strlen (ending);
  while (keep > 0 && ((guchar) name->str[keep] & 0xc0) == 0x80)
    keep--;
  g_string_truncate (name, keep);
  g_string_append (name, ending);
}

/**
 * hw_file_name_make_safe:
 * @text: the name that somebody gave a file; anything
 *
 * What a file of that name is called here: the last part of it if it is a path, without what cannot
 * be seen and what has a meaning to a shell of some system, without dots in front or spaces at the
 * ends, none that is a device's, at most 180 bytes, its ending kept. It is the same for what it
 * returned. Any thread.
 *
 * Returns: (transfer full): a name that is one part of a path, and never empty
 */
char *
hw_file_name_make_safe (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
  const char *part = composed;
  GString *name = g_string_new (NULL);

  for (const char *at = composed; *at; at++)
    if (is_separator (*at))
      part = at + 1;
  for (; *part; part = g_utf8_next_char (part))
    {
      gunichar c = g_utf8_get_char (part);

      if (hw_name_is_forbidden (c))
        continue;
      if (c < 0x80 && strchr ("<>:\"|?*", c))
        c = '_';
      if (name->len == 0 && (c == '.' || c == '~' || c == '-' || g_unichar_isspace (c)))
        continue;
      g_string_append_unichar (name, g_unichar_isspace (c) ? ' ' : c);
    }
  shorten (name);
  while (name->len > 0 && (name->str[name->len - 1] == ' ' || name->str[name->len - 1] == '.'))
    g_string_truncate (name, name->len - 1);
  if (name->len == 0)
    g_string_assign (name, NAMELESS);
  if (is_reserved (name->str))
    g_string_prepend_c (name, '_');
  return g_string_free (name, FALSE);
}
