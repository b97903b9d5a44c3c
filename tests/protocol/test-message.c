/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fields of messages with their checks, and errors across the wire. */

#include "protocol/entry-kind.h"
#include "protocol/error.h"
#include "protocol/json-reader.h"
#include "protocol/message.h"

#include <string.h>

static JsonObject *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonObject *message = hw_json_read_object (text, strlen (text), &error);

  g_assert_no_error (error);
  return message;
}

static void
assert_blames (GError *error, const char *field)
{
  g_assert_error (error, HW_ERROR, HW_ERROR_BAD_REQUEST);
  g_assert_cmpstr (hw_error_get_field (error), ==, field);
  g_error_free (error);
}

static void
test_missing_and_null_are_the_same (void)
{
  g_autoptr (JsonObject) message = parse ("{\"b\":null,\"c\":\"x\"}");
  const char *value = "before";
  GError *error = NULL;

  g_assert_false (hw_message_get_string (message, "a", &value, &error));
  assert_blames (g_steal_pointer (&error), "a");
  g_assert_false (hw_message_get_string (message, "b", &value, &error));
  assert_blames (g_steal_pointer (&error), "b");
  g_assert_true (hw_message_get_string_opt (message, "b", &value, &error));
  g_assert_cmpstr (value, ==, "before");
  g_assert_true (hw_message_get_string (message, "c", &value, &error));
  g_assert_cmpstr (value, ==, "x");
  g_assert_false (hw_message_has (message, "b"));
  g_assert_true (hw_message_has (message, "c"));
}

static void
test_types_are_strict (void)
{
  g_autoptr (JsonObject) message = parse (
      "{\"s\":\"1\",\"i\":1,\"d\":1.0,\"t\":true,\"o\":{},\"a\":[],\"h\":99999999999999999999}");
  const char *fields[] = { "s", "i", "d", "t", "o", "a", "h" };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *string;
      gint64 integer;
      gboolean boolean;
      JsonObject *object;
      JsonArray *array;
      const char *field = fields[i];

      g_assert_cmpint (hw_message_get_string (message, field, &string, NULL), ==, *field == 's');
      g_assert_cmpint (hw_message_get_int (message, field, 0, 9, &integer, NULL), ==,
                       *field == 'i');
      g_assert_cmpint (hw_message_get_bool (message, field, &boolean, NULL), ==, *field == 't');
      g_assert_cmpint (hw_message_get_object (message, field, &object, NULL), ==, *field == 'o');
      g_assert_cmpint (hw_message_get_array (message, field, &array, NULL), ==, *field == 'a');
    }
}

static void
test_integers_have_a_range (void)
{
  g_autoptr (JsonObject) message = parse ("{\"limit\":5}");
  gint64 value = 0;
  GError *error = NULL;

  g_assert_true (hw_message_get_int (message, "limit", 5, 5, &value, NULL));
  g_assert_cmpint (value, ==, 5);
  g_assert_false (hw_message_get_int (message, "limit", 1, 4, &value, &error));
  assert_blames (g_steal_pointer (&error), "limit");
  g_assert_false (hw_message_get_int_opt (message, "limit", 6, 9, &value, &error));
  assert_blames (g_steal_pointer (&error), "limit");
}

static void
test_errors_cross_the_wire_whole (void)
{
  g_autoptr (JsonObject) reply
      = parse ("{\"re\":1,\"ok\":false,\"error\":{\"code\":\"too-many-tries\",\"text\":\"Wait.\","
               "\"field\":\"password\",\"retry\":4000}}");
  g_autoptr (GError) error = hw_message_to_error (reply);
  g_autoptr (GError) copy = g_error_copy (error);

  g_assert_error (copy, HW_ERROR, HW_ERROR_TOO_MANY_TRIES);
  g_assert_cmpstr (copy->message, ==, "Wait.");
  g_assert_cmpstr (hw_error_get_field (copy), ==, "password");
  g_assert_cmpint (hw_error_get_retry (copy), ==, 4000);
}

static void
test_errors_are_one_line_of_plain_words (void)
{
  g_autoptr (JsonObject) reply
      = parse ("{\"error\":{\"code\":\"failed\",\"text\":\"Not\\n \\u202eto\\u0007day.\"}}");
  g_autoptr (GError) error = hw_message_to_error (reply);

  g_assert_cmpstr (error->message, ==, "Not today.");
}

static void
test_odd_errors_still_say_something (void)
{
  static const char *const replies[] = { "{}",
                                         "{\"error\":1}",
                                         "{\"error\":{}}",
                                         "{\"error\":{\"code\":\"of-tomorrow\"}}",
                                         "{\"error\":{\"code\":7,\"text\":[],\"retry\":-1}}",
                                         "{\"error\":{\"text\":\"\\u202e\"}}" };

  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autoptr (JsonObject) reply = parse (replies[i]);
      g_autoptr (GError) error = hw_message_to_error (reply);

      g_assert_error (error, HW_ERROR, HW_ERROR_FAILED);
      g_assert_cmpstr (error->message, !=, "");
    }
}

static void
test_codes_and_kinds_have_names (void)
{
  for (int code = HW_ERROR_BAD_JSON; code <= HW_ERROR_INTERNAL; code++)
    g_assert_cmpint (hw_error_code_from_string (hw_error_code_to_string (code)), ==, code);
  for (int kind = HW_ENTRY_CREATED; kind <= HW_ENTRY_CLOSED; kind++)
    g_assert_cmpint (hw_entry_kind_from_string (hw_entry_kind_to_string (kind)), ==, kind);
  for (int reason = HW_LEFT_LEFT; reason <= HW_LEFT_CLOSING; reason++)
    g_assert_cmpint (hw_left_reason_from_string (hw_left_reason_to_string (reason)), ==, reason);
  g_assert_cmpint (hw_entry_kind_from_string ("of-tomorrow"), ==, HW_ENTRY_UNKNOWN);
  g_assert_cmpint (hw_left_reason_from_string (NULL), ==, HW_LEFT_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/missing-and-null-are-the-same", test_missing_and_null_are_the_same);
  g_test_add_func ("/message/types-are-strict", test_types_are_strict);
  g_test_add_func ("/message/integers-have-a-range", test_integers_have_a_range);
  g_test_add_func ("/message/errors-cross-the-wire-whole", test_errors_cross_the_wire_whole);
  g_test_add_func ("/message/errors-are-one-line-of-plain-words",
                   test_errors_are_one_line_of_plain_words);
  g_test_add_func ("/message/odd-errors-still-say-something", test_odd_errors_still_say_something);
  g_test_add_func ("/message/codes-and-kinds-have-names", test_codes_and_kinds_have_names);
  return g_test_run ();
}
