/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fields of a message, got with every check: presence, type, range. The one way to look into
 * anything that came over the wire. */

#include "message.h"

#include "error.h"
#include "limits.h"
#include "name.h"

/* Characters of an error's text that we show: a sentence or two. */
#define ERROR_TEXT_MAX 1000

/* The member, or NULL where it is missing or null. */
static JsonNode *
peek (JsonObject *message, const char *field)
{
  JsonNode *node = json_object_get_member (message, field);

  return node && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
mistyped (const char *field, const char *type, GError **error)
{
  hw_error_set (error, HW_ERROR_BAD_REQUEST, field, "“%s” must be %s.", field, type);
  return FALSE;
}

static gboolean
require (JsonObject *message, const char *field, GError **error)
{
  if (peek (message, field))
    return TRUE;
  hw_error_set (error, HW_ERROR_BAD_REQUEST, field, "“%s” is missing.", field);
  return FALSE;
}

/**
 * hw_message_has:
 * @message: a message
 * @field: a field's name
 *
 * Returns: whether the field is there and not null
 */
gboolean
hw_message_has (JsonObject *message, const char *field)
{
  return peek (message, field) != NULL;
}

/**
 * hw_message_get_string_opt:
 * @message: a message
 * @field: a field's name
 * @value: (out) (transfer none): the string, which lives as long as @message; left alone if the
 * field is missing
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Returns: whether the field is missing or a string
 */
gboolean
hw_message_get_string_opt (JsonObject *message,
                           const char *field,
                           const char **value,
                           GError **error)
{
  JsonNode *node = peek (message, field);

  if (!node)
    return TRUE;
  if (!holds (node, G_TYPE_STRING))
    return mistyped (field, "a string", error);
  *value = json_node_get_string (node);
  return TRUE;
}

/**
 * hw_message_get_int_opt:
 * @message: a message
 * @field: a field's name
 * @minimum: the least value allowed
 * @maximum: the greatest value allowed
 * @value: (out): the integer; left alone if the field is missing
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Returns: whether the field is missing or an integer in the range
 */
gboolean
hw_message_get_int_opt (JsonObject *message,
                        const char *field,
                        gint64 minimum,
                        gint64 maximum,
                        gint64 *value,
                        GError **error)
{
  JsonNode *node = peek (message, field);
  gint64 found;

  if (!node)
    return TRUE;
  if (!holds (node, G_TYPE_INT64))
    return mistyped (field, "an integer", error);
  found = json_node_get_int (node);
  if (found < minimum || found > maximum)
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, field,
                    "“%s” must be from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".", field,
                    minimum, maximum);
      return FALSE;
    }
  *value = found;
  return TRUE;
}

/**
 * hw_message_get_bool_opt:
 * @message: a message
 * @field: a field's name
 * @value: (out): the value; left alone if the field is missing
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Returns: whether the field is missing, true or false
 */
gboolean
hw_message_get_bool_opt (JsonObject *message, const char *field, gboolean *value, GError **error)
{
  JsonNode *node = peek (message, field);

  if (!node)
    return TRUE;
  if (!holds (node, G_TYPE_BOOLEAN))
    return mistyped (field, "true or false", error);
  *value = json_node_get_boolean (node);
  return TRUE;
}

/**
 * hw_message_get_object_opt:
 * @message: a message
 * @field: a field's name
 * @value: (out) (transfer none): the object; left alone if the field is missing
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Returns: whether the field is missing or an object
 */
gboolean
hw_message_get_object_opt (JsonObject *message,
                           const char *field,
                           JsonObject **value,
                           GError **error)
{
  JsonNode *node = peek (message, field);

  if (!node)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return mistyped (field, "an object", error);
  *value = json_node_get_object (node);
  return TRUE;
}

/**
 * hw_message_get_array_opt:
 * @message: a message
 * @field: a field's name
 * @value: (out) (transfer none): the array; left alone if the field is missing
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Returns: whether the field is missing or an array
 */
gboolean
hw_message_get_array_opt (JsonObject *message, const char *field, JsonArray **value, GError **error)
{
  JsonNode *node = peek (message, field);

  if (!node)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return mistyped (field, "an array", error);
  *value = json_node_get_array (node);
  return TRUE;
}

/**
 * hw_message_get_string:
 *
 * hw_message_get_string_opt() for a field that must be there.
 */
gboolean
hw_message_get_string (JsonObject *message, const char *field, const char **value, GError **error)
{
  return require (message, field, error)
         && hw_message_get_string_opt (message, field, value, error);
}

/**
 * hw_message_get_int:
 *
 * hw_message_get_int_opt() for a field that must be there.
 */
gboolean
hw_message_get_int (JsonObject *message,
                    const char *field,
                    gint64 minimum,
                    gint64 maximum,
                    gint64 *value,
                    GError **error)
{
  return require (message, field, error)
         && hw_message_get_int_opt (message, field, minimum, maximum, value, error);
}

/**
 * hw_message_get_bool:
 *
 * hw_message_get_bool_opt() for a field that must be there.
 */
gboolean
hw_message_get_bool (JsonObject *message, const char *field, gboolean *value, GError **error)
{
  return require (message, field, error) && hw_message_get_bool_opt (message, field, value, error);
}

/**
 * hw_message_get_object:
 *
 * hw_message_get_object_opt() for a field that must be there.
 */
gboolean
hw_message_get_object (JsonObject *message, const char *field, JsonObject **value, GError **error)
{
  return require (message, field, error)
         && hw_message_get_object_opt (message, field, value, error);
}

/**
 * hw_message_get_array:
 *
 * hw_message_get_array_opt() for a field that must be there.
 */
gboolean
hw_message_get_array (JsonObject *message, const char *field, JsonArray **value, GError **error)
{
  return require (message, field, error) && hw_message_get_array_opt (message, field, value, error);
}

/* What the other side says is shown in the middle of our own words: one line of it, without what
 * would change how the rest is seen. (transfer full) */
static char *
clean_error_text (const char *text)
{
  GString *clean = g_string_new (NULL);
  guint n = 0;

  for (const char *at = text; *at && n < ERROR_TEXT_MAX; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (hw_name_is_forbidden (c))
        continue;
      g_string_append_unichar (clean, c);
      n++;
    }
  return g_string_free (clean, FALSE);
}

/**
 * hw_message_to_error:
 * @reply: a reply whose "ok" is not true
 *
 * Any thread.
 *
 * Returns: (transfer full): the error it carries, with field and retry; one that says so if it
 * carries none
 */
GError *
hw_message_to_error (JsonObject *reply)
{
  JsonObject *object = NULL;
  const char *code = NULL, *text = NULL, *field = NULL;
  gint64 retry = 0;
  g_autofree char *clean = NULL;
  GError *error;

  if (!hw_message_get_object_opt (reply, "error", &object, NULL) || !object)
    return hw_error_new (HW_ERROR_FAILED, NULL, "The place refused without saying why.");
  hw_message_get_string_opt (object, "code", &code, NULL);
  hw_message_get_string_opt (object, "text", &text, NULL);
  hw_message_get_string_opt (object, "field", &field, NULL);
  hw_message_get_int_opt (object, "retry", 0, HW_INT_MAX, &retry, NULL);
  if (!text || !*text)
    text = code ? code : "";
  clean = clean_error_text (text);
  error = hw_error_new (hw_error_code_from_string (code), field, "%s",
                        *clean ? clean : "The place refused without saying why.");
  hw_error_set_retry (error, retry);
  return error;
}
