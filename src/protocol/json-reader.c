/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The strict reader of JSON: what RFC 8259 says and nothing else, for lines of unknown origin.
 *
 * json-glib's own parser accepts what is not JSON (comments, 012, single quotes, a second
 * document), turns integers that overflow into -1, cuts strings at \u0000 and recurses without a
 * bound. So the grammar is checked here, and the tree, json-glib's, is built in the same pass:
 * there is one reader, not two that have to agree. Depth is bounded by HW_JSON_DEPTH_MAX, so
 * recursion is too. */

#include "json-reader.h"

#include "error.h"
#include "limits.h"

#include <string.h>

typedef struct
{
  const char *at;
  const char *end;
  guint depth;
  GString *scratch; /* the string read last, unescaped */
  const char *fault;
} Reader;

static gboolean read_value (Reader *self, JsonNode **value);

static gboolean
fail (Reader *self, const char *fault)
{
  if (!self->fault)
    self->fault = fault;
  return FALSE;
}

static void
skip_space (Reader *self)
{
  while (self->at < self->end
         && (*self->at == ' ' || *self->at == '\t' || *self->at == '\n' || *self->at == '\r'))
    self->at++;
}

static gboolean
take (Reader *self, char c)
{
  if (self->at == self->end || *self->at != c)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
read_hex4 (Reader *self, gunichar *value)
{
  *value = 0;
  if (self->end - self->at < 4)
    return fail (self, "an escape is cut short");
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*self->at++);

      if (digit < 0)
        return fail (self, "an escape needs four hexadecimal digits");
      *value = *value << 4 | digit;
    }
  return TRUE;
}

static gboolean
read_escape (Reader *self)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  gunichar c;
  const char *simple;

  if (self->at == self->end)
    return fail (self, "an escape is cut short");
  if (*self->at != 'u')
    {
      simple = strchr (from, *self->at++);
      if (!simple || !*simple)
        return fail (self, "there is no such escape");
      g_string_append_c (self->scratch, to[simple - from]);
      return TRUE;
    }

  self->at++;
  if (!read_hex4 (self, &c))
    return FALSE;
  if (c == 0)
    return fail (self, "NUL is not allowed");
  if (c >= 0xd800 && c < 0xe000)
    {
      gunichar low;

      /* A half of a surrogate pair alone is no character and has no UTF-8 */
      if (c >= 0xdc00 || !take (self, '\\') || !take (self, 'u'))
        return fail (self, "half of a surrogate pair stands alone");
      if (!read_hex4 (self, &low))
        return FALSE;
      if (low < 0xdc00 || low >= 0xe000)
        return fail (self, "half of a surrogate pair stands alone");
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  g_string_append_unichar (self->scratch, c);
  return TRUE;
}

/* Leaves the string in scratch. */
static gboolean
read_string (Reader *self)
{
  if (!take (self, '"'))
    return fail (self, "a string is expected");

  g_string_truncate (self->scratch, 0);
  while (self->at < self->end)
    {
      const char *run = self->at;

      while (self->at < self->end && *self->at != '"' && *self->at != '\\'
             && (guchar) *self->at >= 0x20)
        self->at++;
      g_string_append_len (self->scratch, run, self->at - run);
      if (self->at == self->end)
        break;
      if (take (self, '"'))
        return TRUE;
      if (!take (self, '\\'))
        return fail (self, "a control character stands in a string");
      if (!read_escape (self))
        return FALSE;
    }
  return fail (self, "a string does not end");
}

static gboolean
take_digits (Reader *self)
{
  const char *start = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return self->at > start;
}

static gboolean
read_number (Reader *self, JsonNode **value)
{
  const char *start = self->at;
  g_autofree char *number = NULL;
  gboolean integer = TRUE;
  gint64 exact;

  take (self, '-');
  if (!take (self, '0') && !take_digits (self))
    return fail (self, "a value is expected");
  if (take (self, '.'))
    {
      integer = FALSE;
      if (!take_digits (self))
        return fail (self, "a number is cut short");
    }
  if (take (self, 'e') || take (self, 'E'))
    {
      integer = FALSE;
      if (!take (self, '+'))
        take (self, '-');
      if (!take_digits (self))
        return fail (self, "a number is cut short");
    }

  /* An integer too large for 64 bits is valid JSON: it stays a number, but is none of our integers
   */
  number = g_strndup (start, self->at - start);
  *value = json_node_alloc ();
  if (integer && g_ascii_string_to_signed (number, 10, G_MININT64, G_MAXINT64, &exact, NULL))
    json_node_init_int (*value, exact);
  else
    json_node_init_double (*value, g_ascii_strtod (number, NULL));
  return TRUE;
}

static gboolean
read_word (Reader *self, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->at) < length || memcmp (self->at, word, length) != 0)
    return fail (self, "a value is expected");
  self->at += length;
  return TRUE;
}

static gboolean
read_members (Reader *self, JsonObject *object)
{
  skip_space (self);
  if (take (self, '}'))
    return TRUE;
  for (;;)
    {
      g_autofree char *key = NULL;
      JsonNode *value;

      skip_space (self);
      if (!read_string (self))
        return FALSE;
      if (json_object_has_member (object, self->scratch->str))
        return fail (self, "a key stands twice in one object");
      key = g_strndup (self->scratch->str, self->scratch->len);
      skip_space (self);
      if (!take (self, ':'))
        return fail (self, "a colon is expected");
      if (!read_value (self, &value))
        return FALSE;
      json_object_set_member (object, key, value);
      skip_space (self);
      if (take (self, '}'))
        return TRUE;
      if (!take (self, ','))
        return fail (self, "a comma is expected");
    }
}

static gboolean
read_elements (Reader *self, JsonArray *array)
{
  skip_space (self);
  if (take (self, ']'))
    return TRUE;
  for (;;)
    {
      JsonNode *value;

      if (!read_value (self, &value))
        return FALSE;
      json_array_add_element (array, value);
      skip_space (self);
      if (take (self, ']'))
        return TRUE;
      if (!take (self, ','))
        return fail (self, "a comma is expected");
    }
}

static gboolean
read_object (Reader *self, JsonObject **value)
{
  g_autoptr (JsonObject) object = NULL;

  if (++self->depth > HW_JSON_DEPTH_MAX)
    return fail (self, "it is nested too deep");
  if (!take (self, '{'))
    return fail (self, "an object is expected");
  object = json_object_new ();
  if (!read_members (self, object))
    return FALSE;
  self->depth--;
  *value = g_steal_pointer (&object);
  return TRUE;
}

static gboolean
read_array (Reader *self, JsonArray **value)
{
  g_autoptr (JsonArray) array = NULL;

  if (++self->depth > HW_JSON_DEPTH_MAX)
    return fail (self, "it is nested too deep");
  self->at++;
  array = json_array_new ();
  if (!read_elements (self, array))
    return FALSE;
  self->depth--;
  *value = g_steal_pointer (&array);
  return TRUE;
}

/* On success *value is the caller's. */
static gboolean
read_value (Reader *self, JsonNode **value)
{
  JsonObject *object;
  JsonArray *array;

  skip_space (self);
  switch (self->at < self->end ? *self->at : 0)
    {
    case '{':
      if (!read_object (self, &object))
        return FALSE;
      *value = json_node_alloc ();
      json_node_init_object (*value, object);
      json_object_unref (object);
      return TRUE;
    case '[':
      if (!read_array (self, &array))
        return FALSE;
      *value = json_node_alloc ();
      json_node_init_array (*value, array);
      json_array_unref (array);
      return TRUE;
    case '"':
      if (!read_string (self))
        return FALSE;
      *value = json_node_alloc ();
      json_node_init_string (*value, self->scratch->str);
      return TRUE;
    case 't':
      if (!read_word (self, "true"))
        return FALSE;
      *value = json_node_alloc ();
      json_node_init_boolean (*value, TRUE);
      return TRUE;
    case 'f':
      if (!read_word (self, "false"))
        return FALSE;
      *value = json_node_alloc ();
      json_node_init_boolean (*value, FALSE);
      return TRUE;
    case 'n':
      if (!read_word (self, "null"))
        return FALSE;
      *value = json_node_alloc ();
      json_node_init_null (*value);
      return TRUE;
    default:
      return read_number (self, value);
    }
}

/**
 * hw_json_read_object:
 * @line: bytes from anywhere, not necessarily terminated
 * @length: how many
 * @error: where to put %HW_ERROR_BAD_JSON
 *
 * Reads one JSON object as RFC 8259 has it. Beyond the grammar it refuses nesting deeper than
 * %HW_JSON_DEPTH_MAX, a key twice in one object, invalid UTF-8 and NUL, escaped or raw. Integers
 * beyond 64 bits, and numbers with a fraction or an exponent, become doubles. Any thread.
 *
 * Returns: (transfer full) (nullable): the object
 */
JsonObject *
hw_json_read_object (const char *line, gsize length, GError **error)
{
  Reader self = { .at = line, .end = line + length };
  JsonObject *object = NULL;

  g_return_val_if_fail (line != NULL || length == 0, NULL);

  if (!g_utf8_validate_len (line, length, NULL))
    self.fault = memchr (line, 0, length) ? "NUL is not allowed" : "it is not UTF-8";
  else
    {
      self.scratch = g_string_sized_new (64);
      skip_space (&self);
      if (read_object (&self, &object))
        {
          skip_space (&self);
          if (self.at < self.end)
            {
              g_clear_pointer (&object, json_object_unref);
              self.fault = "something follows the object";
            }
        }
      g_string_free (self.scratch, TRUE);
    }

  if (!object)
    hw_error_set (error, HW_ERROR_BAD_JSON, NULL, "This line is not the JSON expected: %s.",
                  self.fault);
  return object;
}
