/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The strict reader and the writer, against RFC 8259 and against json-glib. */

#include "protocol/error.h"
#include "protocol/json-reader.h"
#include "protocol/json-tree.h"
#include "protocol/json-writer.h"
#include "protocol/limits.h"

#include <string.h>

static void
assert_accepted (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = hw_json_read_object (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (object);
}

static void
assert_refused (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = hw_json_read_object (text, length, &error);

  if (object)
    g_error ("accepted: %s", text);
  g_assert_error (error, HW_ERROR, HW_ERROR_BAD_JSON);
}

static void
test_accepts_all_of_json (void)
{
  static const char *const texts[] = {
    "{}",
    " {\t\"a\" : 1 , \"b\":[ ] }\r\n",
    "{\"a\":[null,true,false,0,-0,1.5,-1e3,2E+4,3e-5,\"\"]}",
    "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude42\"}",
    "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}", /* eight deep */
    "{\"a\":[[[[[[[]]]]]]]}",
    "{\"\":1}",
    "{\"a\":1,\"A\":2}",
    "{\"a\":99999999999999999999999999}",
    "{\"a\":1e999}",
    "{\"a\":\"\xef\xbf\xbf\x7f\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_accepted (texts[i]);
}

static void
test_refuses_what_is_not_json (void)
{
  static const char *const texts[] = {
    "",
    " ",
    "1",
    "[]",
    "\"a\"",
    "null",
    "{",
    "}",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{,}",
    "{\"a\":1 \"b\":2}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":'b'}",
    "{\"a\":1}{}",
    "{\"a\":1} x",
    "{\"a\":1}/* */",
    "{\"a\":1}//",
    "{\"a\":012}",
    "{\"a\":+1}",
    "{\"a\":.5}",
    "{\"a\":1.}",
    "{\"a\":1e}",
    "{\"a\":1e+}",
    "{\"a\":-}",
    "{\"a\":0x10}",
    "{\"a\":NaN}",
    "{\"a\":Infinity}",
    "{\"a\":True}",
    "{\"a\":nul}",
    "{\"a\":[1,]}",
    "{\"a\":[,]}",
    "{\"a\":[1 2]}",
    "{\"a\":\"\t\"}",
    "{\"a\":\"\n\"}",
    "{\"a\":\"\x1f\"}",
    "{\"a\":\"\\x\"}",
    "{\"a\":\"\\u12\"}",
    "{\"a\":\"\\u12g4\"}",
    "{\"a\":\"\\u0000\"}",
    "{\"\\u0000\":1}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":\"\\ud800\\n\"}",
    "{\"a\":\"\\ud800\\u0041\"}",
    "{\"a\":\"\\udc00\"}",
    "{\"a\":\"b}",
    "{\"a\":\"\\\"}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"b\":{\"a\":1,\"a\":2}}",
    "\xef\xbb\xbf{}",
    "{\"a\":\"\xff\"}",
    "{\"a\":\"\xc0\xaf\"}",
    "{\"a\":\"\xed\xa0\x80\"}",
    "{\"a\":\"\xf4\x90\x80\x80\"}",
    "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}", /* nine deep */
    "{\"a\":[[[[[[[[]]]]]]]]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], strlen (texts[i]));
  assert_refused ("{\"a\":\"\0\"}", 9);
  assert_refused ("{}\0", 3);
}

static void
test_refuses_a_cut_at_any_byte (void)
{
  const char *text = "{\"a\":[1,-2.5e+3,{\"b\":\"\\ud83d\\ude42é\"},true,null]}";

  assert_accepted (text);
  for (gsize length = 0; length < strlen (text); length++)
    assert_refused (text, length);
}

static void
test_refuses_deep_nesting_without_recursion (void)
{
  g_autoptr (GString) text = g_string_new ("{\"a\":");

  for (int i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  assert_refused (text->str, text->len);
}

static void
test_integers_stay_exact (void)
{
  g_autoptr (JsonObject) object = NULL;
  const char *text = "{\"a\":9223372036854775807,\"b\":-9223372036854775808,"
                     "\"c\":9223372036854775808,\"d\":1.0,\"e\":9007199254740993}";

  object = hw_json_read_object (text, strlen (text), NULL);
  g_assert_cmpint (json_object_get_int_member (object, "a"), ==, G_MAXINT64);
  g_assert_cmpint (json_object_get_int_member (object, "b"), ==, G_MININT64);
  g_assert_cmpint (json_object_get_int_member (object, "e"), ==, 9007199254740993);
  g_assert_true (json_node_get_value_type (json_object_get_member (object, "c")) == G_TYPE_DOUBLE);
  g_assert_true (json_node_get_value_type (json_object_get_member (object, "d")) == G_TYPE_DOUBLE);
}

static char *
random_text (GRand *random)
{
  static const gunichar alphabet[] = { '"', '\\', '/', '\n', '\t',  1,      0x1f,   0x7f,
                                       'a', 'b',  ' ', 0xe9, 0x5d0, 0x9673, 0x2028, 0x1f642 };
  GString *text = g_string_new (NULL);
  int length = g_rand_int_range (random, 0, 20);

  for (int i = 0; i < length; i++)
    g_string_append_unichar (text, alphabet[g_rand_int_range (random, 0, G_N_ELEMENTS (alphabet))]);
  return g_string_free (text, FALSE);
}

static JsonNode *
random_node (GRand *random, int depth)
{
  JsonNode *node = json_node_alloc ();
  int kind = g_rand_int_range (random, 0, depth > 0 ? 7 : 5);
  g_autofree char *text = random_text (random);

  switch (kind)
    {
    case 0:
      return json_node_init_null (node);
    case 1:
      return json_node_init_boolean (node, g_rand_boolean (random));
    case 2:
      return json_node_init_int (node, (gint64) g_rand_int (random) * (gint32) g_rand_int (random));
    case 3:
      return json_node_init_double (node, g_rand_double_range (random, -1e6, 1e6));
    case 4:
      return json_node_init_string (node, text);
    case 5:
      {
        g_autoptr (JsonArray) array = json_array_new ();

        for (int i = g_rand_int_range (random, 0, 5); i > 0; i--)
          json_array_add_element (array, random_node (random, depth - 1));
        return json_node_init_array (node, array);
      }
    default:
      {
        g_autoptr (JsonObject) object = json_object_new ();

        for (int i = g_rand_int_range (random, 0, 5); i > 0; i--)
          {
            g_autofree char *key = random_text (random);

            json_object_set_member (object, key, random_node (random, depth - 1));
          }
        return json_node_init_object (node, object);
      }
    }
}

static void
test_agrees_with_json_glib (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (55667);

  for (int i = 0; i < 3000; i++)
    {
      g_autoptr (JsonNode) given = json_node_alloc ();
      g_autoptr (JsonObject) object = json_object_new ();
      g_autoptr (JsonObject) found = NULL;
      g_autoptr (JsonNode) read = json_node_alloc ();
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      HwJsonWriter writer;

      json_object_set_member (object, "value", random_node (random, 5));
      json_node_init_object (given, object);
      hw_json_writer_init (&writer, text);
      hw_json_node (&writer, NULL, given);

      found = hw_json_read_object (text->str, text->len, &error);
      g_assert_no_error (error);
      json_node_init_object (read, found);
      g_assert_true (json_node_equal (given, read));
      g_assert_true (json_parser_load_from_data (parser, text->str, text->len, NULL));
      g_assert_true (json_node_equal (given, json_parser_get_root (parser)));
    }
}

static void
test_written_text_comes_back (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (int i = 0; i < 2000; i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (JsonObject) ours = NULL;
      g_autofree char *text = random_text (random);
      gint64 number = (gint64) g_rand_int (random) << g_rand_int_range (random, 0, 32);
      JsonObject *theirs;
      HwJsonWriter writer;

      hw_json_writer_init (&writer, out);
      hw_json_begin_object (&writer, NULL);
      hw_json_string (&writer, "text", text);
      hw_json_int (&writer, "number", -number);
      hw_json_begin_array (&writer, "list");
      hw_json_bool (&writer, NULL, TRUE);
      hw_json_null (&writer, NULL);
      hw_json_double (&writer, NULL, 0.25);
      hw_json_end_array (&writer);
      hw_json_begin_object (&writer, "none");
      hw_json_end_object (&writer);
      hw_json_end_object (&writer);

      g_assert_null (strpbrk (out->str, "\n\r\t"));
      ours = hw_json_read_object (out->str, out->len, NULL);
      g_assert_nonnull (ours);
      g_assert_true (json_parser_load_from_data (parser, out->str, out->len, NULL));
      theirs = json_node_get_object (json_parser_get_root (parser));
      g_assert_cmpstr (json_object_get_string_member (ours, "text"), ==, text);
      g_assert_cmpstr (json_object_get_string_member (theirs, "text"), ==, text);
      g_assert_cmpint (json_object_get_int_member (ours, "number"), ==, -number);
      g_assert_cmpuint (json_array_get_length (json_object_get_array_member (ours, "list")), ==, 3);
    }
}

/* Strings are looked at eight bytes at a time: what has to be escaped must be seen wherever it
 * stands, and nothing else be touched. */
static void
test_any_character_comes_back_from_anywhere (void)
{
  for (gunichar c = 1; c < 0x120; c++)
    for (int place = 0; place < 20; place++)
      {
        g_autoptr (GString) text = g_string_new ("twenty letters, about");
        g_autoptr (GString) out = g_string_new ("{\"text\":");
        g_autoptr (JsonObject) object = NULL;
        g_autoptr (GError) error = NULL;
        char character[8] = { 0 };

        g_unichar_to_utf8 (c, character);
        g_string_insert (text, place, character);
        hw_json_append_escaped (out, text->str);
        g_string_append_c (out, '}');
        for (gsize i = 0; i < out->len; i++)
          g_assert_cmpint ((guchar) out->str[i], >=, 0x20);
        object = hw_json_read_object (out->str, out->len, &error);
        g_assert_no_error (error);
        g_assert_cmpstr (json_object_get_string_member (object, "text"), ==, text->str);

        /* Raw, where it may stand so; a backslash may make an escape of what follows */
        if (c == '\\')
          continue;
        g_string_printf (out, "{\"text\":\"%s\"}", text->str);
        g_clear_pointer (&object, json_object_unref);
        object = hw_json_read_object (out->str, out->len, NULL);
        g_assert_true ((object != NULL) == (c >= 0x20 && c != '"'));
      }
}

static void
test_many_keys_of_one_hash_take_no_time (void)
{
  g_autoptr (GString) text = g_string_new ("{\"x\":0");
  g_autoptr (HwJsonTree) tree = NULL;
  g_autoptr (JsonObject) object = NULL;
  const HwJsonValue *root;
  gint64 start;

  /* "Ab" and "BA" have one hash by g_str_hash(), and so have all words made of them */
  for (int i = 0; i < 2048; i++)
    {
      g_string_append (text, ",\"");
      for (int bit = 0; bit < 11; bit++)
        g_string_append (text, i & (1 << bit) ? "Ab" : "BA");
      g_string_append (text, "\":1");
    }
  g_string_append_c (text, '}');
  start = g_get_monotonic_time ();
  for (int i = 0; i < 10; i++)
    {
      g_clear_pointer (&tree, hw_json_tree_free);
      tree = hw_json_tree_read (text->str, text->len, NULL);
      g_assert_nonnull (tree);
    }
  /* 20 ms; a hash table takes 400 */
  g_assert_cmpint (g_get_monotonic_time () - start, <, 200 * 1000);
  root = hw_json_tree_get_root (tree);
  g_assert_cmpuint (root->n, ==, 2049);
  g_assert_nonnull (hw_json_value_find (root, "AbAbAbAbAbAbAbAbAbAbAb"));

  object = hw_json_read_object (text->str, text->len, NULL);
  g_assert_cmpuint (json_object_get_size (object), ==, 1000);
  g_assert_true (json_object_has_member (object, "x"));

  g_string_truncate (text, text->len - 1);
  g_string_append (text, ",\"x\":1}");
  g_assert_null (hw_json_tree_read (text->str, text->len, NULL));
}

static void
test_extreme_integers_are_written (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  HwJsonWriter writer;

  hw_json_writer_init (&writer, out);
  hw_json_begin_array (&writer, NULL);
  hw_json_int (&writer, NULL, G_MININT64);
  hw_json_int (&writer, NULL, 0);
  hw_json_int (&writer, NULL, G_MAXINT64);
  hw_json_end_array (&writer);
  g_assert_cmpstr (out->str, ==, "[-9223372036854775808,0,9223372036854775807]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/reader/accepts-all-of-json", test_accepts_all_of_json);
  g_test_add_func ("/json/reader/refuses-what-is-not-json", test_refuses_what_is_not_json);
  g_test_add_func ("/json/reader/refuses-a-cut-at-any-byte", test_refuses_a_cut_at_any_byte);
  g_test_add_func ("/json/reader/refuses-deep-nesting",
                   test_refuses_deep_nesting_without_recursion);
  g_test_add_func ("/json/reader/integers-stay-exact", test_integers_stay_exact);
  g_test_add_func ("/json/reader/agrees-with-json-glib", test_agrees_with_json_glib);
  g_test_add_func ("/json/writer/written-text-comes-back", test_written_text_comes_back);
  g_test_add_func ("/json/writer/extreme-integers", test_extreme_integers_are_written);
  g_test_add_func ("/json/any-character-comes-back-from-anywhere",
                   test_any_character_comes_back_from_anywhere);
  g_test_add_func ("/json/reader/many-keys-of-one-hash", test_many_keys_of_one_hash_take_no_time);
  return g_test_run ();
}
