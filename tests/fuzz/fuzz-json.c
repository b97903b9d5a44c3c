/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reader of JSON lines beside a second one, written from the grammar alone, which must agree on
 * what is JSON; beside json-glib, which must agree on what it says; and the writer, whose text must
 * come back as what was written. */

#include "fuzz.h"

#include "protocol/error.h"
#include "protocol/json-reader.h"
#include "protocol/json-writer.h"
#include "protocol/limits.h"

#include <math.h>
#include <string.h>

/* The grammar of RFC 8259, and nothing but yes or no. Returns what follows, or NULL. */

static const char *check_value (const char *at, const char *end, int depth);

static const char *
skip_space (const char *at, const char *end)
{
  while (at < end && memchr (" \t\r\n", *at, 4))
    at++;
  return at;
}

static const char *
check_digits (const char *at, const char *end)
{
  const char *start = at;

  while (at < end && *at >= '0' && *at <= '9')
    at++;
  return at > start ? at : NULL;
}

static const char *
check_number (const char *at, const char *end)
{
  const char *digits = at < end && *at == '-' ? at + 1 : at;

  at = check_digits (digits, end);
  if (!at || (*digits == '0' && at > digits + 1))
    return NULL;
  if (at < end && *at == '.' && !(at = check_digits (at + 1, end)))
    return NULL;
  if (at < end && (*at | 32) == 'e')
    {
      at++;
      if (at < end && (*at == '+' || *at == '-'))
        at++;
      at = check_digits (at, end);
    }
  return at;
}

static int
read_hex4 (const char *at, const char *end)
{
  char digits[5] = { 0 };

  if (end - at < 4)
    return -1;
  memcpy (digits, at, 4);
  return strspn (digits, "0123456789abcdefABCDEF") == 4 ? (int) strtol (digits, NULL, 16) : -1;
}

static const char *
check_string (const char *at, const char *end)
{
  if (at == end || *at++ != '"')
    return NULL;
  while (at < end && *at != '"')
    {
      int code;

      if ((guchar) *at < 0x20)
        return NULL;
      if (*at++ != '\\')
        continue;
      if (at == end || !memchr ("\"\\/bfnrtu", *at, 9))
        return NULL;
      if (*at++ != 'u')
        continue;
      code = read_hex4 (at, end);
      if (code <= 0 || (code & 0xfc00) == 0xdc00)
        return NULL;
      at += 4;
      if ((code & 0xfc00) != 0xd800)
        continue;
      if (end - at < 6 || at[0] != '\\' || at[1] != 'u'
          || (read_hex4 (at + 2, end) & 0xfc00) != 0xdc00)
        return NULL;
      at += 6;
    }
  return at < end ? at + 1 : NULL;
}

static const char *
check_list (const char *at, const char *end, int depth, gboolean object)
{
  char close = object ? '}' : ']';

  if (depth > HW_JSON_DEPTH_MAX)
    return NULL;
  at = skip_space (at + 1, end);
  if (at < end && *at == close)
    return at + 1;
  for (;;)
    {
      if (object)
        {
          at = check_string (skip_space (at, end), end);
          at = at ? skip_space (at, end) : NULL;
          if (!at || at == end || *at++ != ':')
            return NULL;
        }
      at = check_value (at, end, depth);
      at = at ? skip_space (at, end) : NULL;
      if (!at || at == end || (*at != ',' && *at != close))
        return NULL;
      if (*at++ == close)
        return at;
    }
}

static const char *
check_value (const char *at, const char *end, int depth)
{
  static const char *const words[] = { "true", "false", "null" };

  at = skip_space (at, end);
  if (at == end)
    return NULL;
  if (*at == '{' || *at == '[')
    return check_list (at, end, depth + 1, *at == '{');
  if (*at == '"')
    return check_string (at, end);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if ((gsize) (end - at) >= strlen (words[i]) && memcmp (at, words[i], strlen (words[i])) == 0)
      return at + strlen (words[i]);
  return check_number (at, end);
}

static gboolean
is_json_object (const char *text, gsize length)
{
  const char *at = skip_space (text, text + length);

  if (!g_utf8_validate_len (text, length, NULL) || at == text + length || *at != '{')
    return FALSE;
  at = check_value (at, text + length, 0);
  return at && skip_space (at, text + length) == text + length;
}

/* What json-glib makes of integers beyond 64 bits, and of numbers beyond a double, is its own. */
static gboolean
is_beyond_json_glib (JsonNode *node)
{
  double value;

  if (json_node_get_value_type (node) != G_TYPE_DOUBLE)
    return FALSE;
  value = json_node_get_double (node);
  return !isfinite (value) || fabs (value) >= 9.2e18;
}

static void
assert_same (JsonNode *ours, JsonNode *theirs)
{
  g_assert_cmpint (json_node_get_node_type (ours), ==, json_node_get_node_type (theirs));
  if (JSON_NODE_HOLDS_OBJECT (ours))
    {
      JsonObject *object = json_node_get_object (theirs);
      JsonObjectIter members;
      const char *name;
      JsonNode *member;

      json_object_iter_init (&members, json_node_get_object (ours));
      g_assert_cmpuint (json_object_get_size (json_node_get_object (ours)), ==,
                        json_object_get_size (object));
      while (json_object_iter_next (&members, &name, &member))
        {
          g_assert_true (json_object_has_member (object, name));
          assert_same (member, json_object_get_member (object, name));
        }
    }
  else if (JSON_NODE_HOLDS_ARRAY (ours))
    {
      JsonArray *array = json_node_get_array (ours);

      g_assert_cmpuint (json_array_get_length (array), ==,
                        json_array_get_length (json_node_get_array (theirs)));
      for (guint i = 0; i < json_array_get_length (array); i++)
        assert_same (json_array_get_element (array, i),
                     json_array_get_element (json_node_get_array (theirs), i));
    }
  else if (JSON_NODE_HOLDS_VALUE (ours) && !is_beyond_json_glib (ours))
    g_assert_true (json_node_equal (ours, theirs));
}

static gboolean
holds_beyond (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter members;
      JsonNode *member;

      json_object_iter_init (&members, json_node_get_object (node));
      while (json_object_iter_next (&members, NULL, &member))
        if (holds_beyond (member))
          return TRUE;
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        if (holds_beyond (json_array_get_element (array, i)))
          return TRUE;
    }
  else if (JSON_NODE_HOLDS_VALUE (node))
    return is_beyond_json_glib (node);
  return FALSE;
}

static void
compare_with_json_glib (JsonNode *ours, const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (json_parser_load_from_data (parser, text, length, NULL))
    assert_same (ours, json_parser_get_root (parser));
  else
    g_assert_true (holds_beyond (ours));
}

static void
check_round_trip (JsonNode *node)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (JsonObject) again = NULL;
  g_autoptr (JsonNode) read = NULL;
  g_autoptr (GError) error = NULL;
  HwJsonWriter writer;

  if (holds_beyond (node))
    return; /* infinity is written as null */
  hw_json_writer_init (&writer, out);
  hw_json_node (&writer, NULL, node);
  g_assert_null (memchr (out->str, '\n', out->len));
  again = hw_json_read_object (out->str, out->len, &error);
  g_assert_no_error (error);
  read = json_node_init_object (json_node_alloc (), again);
  compare_with_json_glib (node, out->str, out->len);
  compare_with_json_glib (read, out->str, out->len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = hw_json_read_object (text, size, &error);
  g_autoptr (JsonNode) node = NULL;

  if (!object)
    {
      g_assert_error (error, HW_ERROR, HW_ERROR_BAD_JSON);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      if (is_json_object (text, size))
        g_assert_nonnull (strstr (error->message, "twice"));
      return 0;
    }
  g_assert_no_error (error);
  g_assert_true (is_json_object (text, size));
  node = json_node_init_object (json_node_alloc (), object);
  compare_with_json_glib (node, text, size);
  check_round_trip (node);
  return 0;
}
