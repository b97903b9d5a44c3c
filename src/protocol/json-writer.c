/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes JSON straight into a string: what an event costs a busy server is mostly this. The caller
 * keeps begin and end in balance; strings must be valid UTF-8. */

#include "json-writer.h"

#include "scan.h"

#include <math.h>
#include <string.h>

static void
begin_value (HwJsonWriter *self, const char *key)
{
  if (self->comma)
    g_string_append_c (self->out, ',');
  self->comma = TRUE;
  if (key)
    {
      hw_json_append_escaped (self->out, key);
      g_string_append_c (self->out, ':');
    }
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

  g_string_append_c (out, '"');
  for (;;)
    {
      gsize run = hw_scan_count_unescaped (text, length);
      guchar c;

      g_string_append_len (out, text, run);
      if (run == length)
        break;
      c = text[run];
      text += run + 1;
      length -= run + 1;
      switch (c)
        {
        case '"':
          g_string_append_len (out, "\\\"", 2);
          break;
        case '\\':
          g_string_append_len (out, "\\\\", 2);
          break;
        case '\n':
          g_string_append_len (out, "\\n", 2);
          break;
        case '\t':
          g_string_append_len (out, "\\t", 2);
          break;
        default:
          g_string_append_len (out, "\\u00", 4);
          g_string_append_c (out, hex[c >> 4]);
          g_string_append_c (out, hex[c & 15]);
          break;
        }
    }
  g_string_append_c (out, '"');
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
  g_string_append_c (self->out, '{');
  self->comma = FALSE;
}

void
hw_json_end_object (HwJsonWriter *self)
{
  g_string_append_c (self->out, '}');
  self->comma = TRUE;
}

void
hw_json_begin_array (HwJsonWriter *self, const char *key)
{
  begin_value (self, key);
  g_string_append_c (self->out, '[');
  self->comma = FALSE;
}

void
hw_json_end_array (HwJsonWriter *self)
{
  g_string_append_c (self->out, ']');
  self->comma = TRUE;
}

void
hw_json_string (HwJsonWriter *self, const char *key, const char *value)
{
  begin_value (self, key);
  hw_json_append_escaped (self->out, value);
}

void
hw_json_int (HwJsonWriter *self, const char *key, gint64 value)
{
  char digits[24];
  char *at = digits + sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  begin_value (self, key);
  do
    *--at = '0' + rest % 10;
  while (rest /= 10);
  if (value < 0)
    *--at = '-';
  g_string_append_len (self->out, at, digits + sizeof digits - at);
}

void
hw_json_bool (HwJsonWriter *self, const char *key, gboolean value)
{
  begin_value (self, key);
  g_string_append (self->out, value ? "true" : "false");
}

/**
 * hw_json_double:
 * @self: a writer
 * @key: (nullable): the member's name
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

void
hw_json_null (HwJsonWriter *self, const char *key)
{
  begin_value (self, key);
  g_string_append (self->out, "null");
}

/**
 * hw_json_node:
 * @self: a writer
 * @key: (nullable): the member's name
 * @node: (transfer none): any value
 *
 * Not by json-glib's generator, which leaves control characters in strings as they are.
 */
void
hw_json_node (HwJsonWriter *self, const char *key, JsonNode *node)
{
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
