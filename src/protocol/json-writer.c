/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes JSON straight into a string: what an event costs a busy server is mostly this. The caller
 * keeps begin and end in balance; strings must be valid UTF-8. */

#include "json-writer.h"

#include "scan.h"

#include <math.h>
#include <string.h>

/* Makes the string longer. Returns where the new bytes go. */
static inline char *
extend (GString *out, gsize length)
{
  gsize before = out->len;

  if (before + length < out->allocated_len)
    {
      out->len = before + length;
      out->str[out->len] = '\0';
    }
  else
    {
      g_string_set_size (out, before + length);
    }
  return out->str + before;
}

static inline void
append (GString *out, const char *bytes, gsize length)
{
  memcpy (extend (out, length), bytes, length);
}

/* (inout) @text and its length: appends what needs no escape. */
static void
append_run (GString *out, const char **text, gsize *length)
{
  gsize run = hw_scan_count_unescaped (*text, *length);

  append (out, *text, run);
  *text += run;
  *length -= run;
}

/* Keys are our own words: nothing in them needs an escape. */
static void
begin_value (HwJsonWriter *self, const char *key)
{
  gsize length = key ? strlen (key) : 0;
  char *to;

  if (!key && !self->comma)
    {
      self->comma = TRUE;
      return;
    }
  to = extend (self->out, self->comma + (key ? length + 3 : 0));
  if (self->comma)
    *to++ = ',';
  self->comma = TRUE;
  if (!key)
    return;
  *to++ = '"';
  memcpy (to, key, length);
  to[length] = '"';
  to[length + 1] = ':';
}

/**
 * hw_json_append_escaped:
 * @out: where to append
 * @text: valid UTF-8
 *
 * Appends @text as a JSON string, with its quotes: no line feed is ever left in it.
 */
void
hw_json_append_escaped (GString *out, const char *text)
{
  static const char hex[] = "0123456789abcdef";
  gsize length = strlen (text);

  append (out, "\"", 1);
  append_run (out, &text, &length);
  while (length > 0)
    {
      guchar c = *text;

      switch (c)
        {
        case '"':
          append (out, "\\\"", 2);
          break;
        case '\\':
          append (out, "\\\\", 2);
          break;
        case '\n':
          append (out, "\\n", 2);
          break;
        case '\t':
          append (out, "\\t", 2);
          break;
        default:
          append (out, (const char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
          break;
        }
      text++;
      length--;
      append_run (out, &text, &length);
    }
  append (out, "\"", 1);
}

/**
 * hw_json_writer_init:
 * @self: a writer
 * @out: where it appends; owned by the caller
 *
 * Makes @self ready to write one value into @out.
 */
void
hw_json_writer_init (HwJsonWriter *self, GString *out)
{
  self->out = out;
  self->comma = FALSE;
}

/**
 * hw_json_begin_object:
 * @self: a writer
 * @key: (nullable): the member's name; %NULL in an array and outermost
 */
void
hw_json_begin_object (HwJsonWriter *self, const char *key)
{
  begin_value (self, key);
  append (self->out, "{", 1);
  self->comma = FALSE;
}

/**
 * hw_json_end_object:
 * @self: a writer
 *
 * Ends the object that was begun last.
 */
void
hw_json_end_object (HwJsonWriter *self)
{
  append (self->out, "}", 1);
  self->comma = TRUE;
}

/**
 * hw_json_begin_array:
 * @self: a writer
 * @key: (nullable): the member's name; %NULL in an array and outermost
 */
void
hw_json_begin_array (HwJsonWriter *self, const char *key)
{
  begin_value (self, key);
  append (self->out, "[", 1);
  self->comma = FALSE;
}

/**
 * hw_json_end_array:
 * @self: a writer
 *
 * Ends the array that was begun last.
 */
void
hw_json_end_array (HwJsonWriter *self)
{
  append (self->out, "]", 1);
  self->comma = TRUE;
}

/**
 * hw_json_string:
 * @self: a writer
 * @key: (nullable): the member's name; %NULL in an array and outermost
 * @value: valid UTF-8
 */
void
hw_json_string (HwJsonWriter *self, const char *key, const char *value)
{
  begin_value (self, key);
  hw_json_append_escaped (self->out, value);
}

/**
 * hw_json_int:
 * @self: a writer
 * @key: (nullable): the member's name; %NULL in an array and outermost
 * @value: an integer
 */
void
hw_json_int (HwJsonWriter *self, const char *key, gint64 value)
{
  static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233"
                              "34353637383940414243444546474849505152535455565758596061626364656667"
                              "6869707172737475767778798081828384858687888990919293949596979899";
  char digits[24];
  char *at = digits + sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  begin_value (self, key);
  for (; rest >= 100; rest /= 100)
    {
      at -= 2;
      memcpy (at, pairs + rest % 100 * 2, 2);
    }
  if (rest >= 10)
    {
      at -= 2;
      memcpy (at, pairs + rest * 2, 2);
    }
  else
    {
      *--at = '0' + rest;
    }
  if (value < 0)
    *--at = '-';
  append (self->out, at, digits + sizeof digits - at);
}

/**
 * hw_json_bool:
 * @self: a writer
 * @key: (nullable): the member's name; %NULL in an array and outermost
 * @value: true or false
 */
void
hw_json_bool (HwJsonWriter *self, const char *key, gboolean value)
{
  begin_value (self, key);
  g_string_append (self->out, value ? "true" : "false");
}

/**
 * hw_json_double:
 * @self: a writer
 * @key: (nullable): the member's name; %NULL in an array and outermost
 * @value: a number; what is not finite, which JSON cannot say, is written as null
 */
void
hw_json_double (HwJsonWriter *self, const char *key, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  begin_value (self, key);
  g_string_append (self->out,
                   isfinite (value) ? g_ascii_dtostr (digits, sizeof digits, value) : "null");
}

/**
 * hw_json_null:
 * @self: a writer
 * @key: (nullable): the member's name; %NULL in an array and outermost
 */
void
hw_json_null (HwJsonWriter *self, const char *key)
{
  begin_value (self, key);
  g_string_append (self->out, "null");
}

/**
 * hw_json_node:
 * @self: a writer
 * @key: (nullable): the member's name; %NULL in an array and outermost
 * @node: (transfer none): any value
 *
 * Not by json-glib's generator, which leaves control characters in strings as they are.
 */
void
hw_json_node (HwJsonWriter *self, const char *key, JsonNode *node)
{
  if (key)
    {
      /* A name of any origin */
      if (self->comma)
        append (self->out, ",", 1);
      hw_json_append_escaped (self->out, key);
      append (self->out, ":", 1);
      self->comma = FALSE;
      key = NULL;
    }
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      {
        JsonObjectIter members;
        const char *name;
        JsonNode *member;

        hw_json_begin_object (self, key);
        json_object_iter_init_ordered (&members, json_node_get_object (node));
        while (json_object_iter_next_ordered (&members, &name, &member))
          hw_json_node (self, name, member);
        hw_json_end_object (self);
        break;
      }
    case JSON_NODE_ARRAY:
      {
        JsonArray *array = json_node_get_array (node);

        hw_json_begin_array (self, key);
        for (guint i = 0; i < json_array_get_length (array); i++)
          hw_json_node (self, NULL, json_array_get_element (array, i));
        hw_json_end_array (self);
        break;
      }
    case JSON_NODE_VALUE:
      if (json_node_get_value_type (node) == G_TYPE_STRING)
        hw_json_string (self, key, json_node_get_string (node));
      else if (json_node_get_value_type (node) == G_TYPE_INT64)
        hw_json_int (self, key, json_node_get_int (node));
      else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
        hw_json_bool (self, key, json_node_get_boolean (node));
      else
        hw_json_double (self, key, json_node_get_double (node));
      break;
    case JSON_NODE_NULL:
      hw_json_null (self, key);
      break;
    }
}
