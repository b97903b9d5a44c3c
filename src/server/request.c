/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One request: its fields, checked by the command's row of the table, and its one answer. */

#include "request.h"

#include "protocol/limits.h"
#include "protocol/message.h"
#include "server.h"

#include <string.h>

/**
 * hw_request_new:
 * @client: (transfer none): whose it is
 * @fields: (transfer full): the line
 *
 * Returns: (transfer full): a request that is not answered yet
 */
HwRequest *
hw_request_new (HwClient *client, JsonObject *fields)
{
  HwRequest *self = g_new0 (HwRequest, 1);

  self->refs = 1;
  self->client = hw_client_ref (client);
  self->fields = fields;
  return self;
}

HwRequest *
hw_request_ref (HwRequest *self)
{
  self->refs++;
  return self;
}

void
hw_request_unref (HwRequest *self)
{
  if (--self->refs > 0)
    return;
  if (!self->answered)
    g_critical ("A request “%s” was never answered", self->command ? self->command->op : "?");
  g_clear_pointer (&self->answer, hw_buffer_unref); /* its client was gone before its turn came */
  json_object_unref (self->fields);
  hw_client_unref (self->client);
  g_free (self);
}

static gboolean
check_length (const HwField *field, const char *value, GError **error)
{
  glong length = g_utf8_strlen (value, -1);

  if (field->maximum == 0 || (length >= field->minimum && length <= field->maximum))
    return TRUE;
  hw_error_set (error, HW_ERROR_BAD_REQUEST, field->name,
                "“%s” must have %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " characters.",
                field->name, field->minimum, field->maximum);
  return FALSE;
}

static gboolean
check_elements (const HwField *field, JsonArray *array, GError **error)
{
  GType type = field->type == HW_FIELD_STRINGS ? G_TYPE_STRING : G_TYPE_INT64;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, field->name, "“%s” must be a list of %s.",
                        field->name, type == G_TYPE_STRING ? "strings" : "integers");
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_field (JsonObject *fields, const HwField *field, GError **error)
{
  const char *string = NULL;
  JsonArray *array = NULL;
  JsonObject *object;
  gint64 integer;
  gboolean boolean;

  if (!field->optional && !hw_message_has (fields, field->name))
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, field->name, "“%s” is missing.", field->name);
      return FALSE;
    }
  switch (field->type)
    {
    case HW_FIELD_STRING:
      return hw_message_get_string_opt (fields, field->name, &string, error)
             && (!string || check_length (field, string, error));
    case HW_FIELD_INT:
      return hw_message_get_int_opt (fields, field->name, field->minimum, field->maximum, &integer,
                                     error);
    case HW_FIELD_BOOL:
      return hw_message_get_bool_opt (fields, field->name, &boolean, error);
    case HW_FIELD_OBJECT:
      return hw_message_get_object_opt (fields, field->name, &object, error);
    case HW_FIELD_STRINGS:
    case HW_FIELD_INTS:
      return hw_message_get_array_opt (fields, field->name, &array, error)
             && (!array || check_elements (field, array, error));
    }
  g_return_val_if_reached (FALSE);
}

/**
 * hw_request_check:
 * @self: a request whose command is known
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Returns: whether all fields are there that must be, and of the right types and ranges
 */
gboolean
hw_request_check (HwRequest *self, GError **error)
{
  for (const HwField *field = self->command->fields; field->name; field++)
    if (!check_field (self->fields, field, error))
      return FALSE;
  return TRUE;
}

/**
 * hw_request_has:
 * @self: a request
 * @field: a field of its command
 *
 * Returns: whether it is there
 */
gboolean
hw_request_has (HwRequest *self, const char *field)
{
  return hw_message_has (self->fields, field);
}

/**
 * hw_request_get_string:
 * @self: a request that was checked
 * @field: a string of its command
 *
 * Returns: (transfer none) (nullable): its value, %NULL if it is not there
 */
const char *
hw_request_get_string (HwRequest *self, const char *field)
{
  const char *value = NULL;

  hw_message_get_string_opt (self->fields, field, &value, NULL);
  return value;
}

/**
 * hw_request_get_int:
 * @self: a request that was checked
 * @field: an integer of its command
 * @otherwise: what to return if it is not there
 *
 * Returns: its value
 */
gint64
hw_request_get_int (HwRequest *self, const char *field, gint64 otherwise)
{
  hw_message_get_int_opt (self->fields, field, G_MININT64, G_MAXINT64, &otherwise, NULL);
  return otherwise;
}

/**
 * hw_request_get_bool:
 * @self: a request that was checked
 * @field: a boolean of its command
 * @otherwise: what to return if it is not there
 *
 * Returns: its value
 */
gboolean
hw_request_get_bool (HwRequest *self, const char *field, gboolean otherwise)
{
  hw_message_get_bool_opt (self->fields, field, &otherwise, NULL);
  return otherwise;
}

/**
 * hw_request_begin:
 * @self: a request that is not answered
 *
 * Begins a success. Only one answer can be begun at a time.
 *
 * Returns: (transfer none): where the reply's fields go, until hw_request_end()
 */
HwJsonWriter *
hw_request_begin (HwRequest *self)
{
  HwJsonWriter *writer = &self->client->server->writer;

  g_string_truncate (writer->out, 0);
  hw_json_writer_init (writer, writer->out);
  hw_json_begin_object (writer, NULL);
  hw_json_int (writer, "re", self->id);
  hw_json_bool (writer, "ok", TRUE);
  return writer;
}

static void
finish (HwRequest *self, HwBuffer *answer)
{
  g_return_if_fail (!self->answered);

  self->answered = TRUE;
  hw_client_request_answered (self->client, self, answer);
}

/**
 * hw_request_end:
 * @self: a request whose answer was begun
 *
 * Sends the answer, as soon as its turn is there.
 */
void
hw_request_end (HwRequest *self)
{
  HwJsonWriter *writer = &self->client->server->writer;
  g_autoptr (HwBuffer) answer = NULL;

  hw_json_end_object (writer);
  g_string_append_c (writer->out, '\n');
  if (self->id)
    answer = hw_buffer_new (writer->out->str, writer->out->len);
  finish (self, answer);
}

/**
 * hw_request_succeed:
 * @self: a request that is not answered
 *
 * Answers that it is done.
 */
void
hw_request_succeed (HwRequest *self)
{
  hw_request_begin (self);
  hw_request_end (self);
}

/**
 * hw_request_drop:
 * @self: a request that is not answered
 *
 * Ends a request that has no reply.
 */
void
hw_request_drop (HwRequest *self)
{
  finish (self, NULL);
}

/**
 * hw_request_fail:
 * @self: a request that is not answered
 * @error: why it was not done
 */
void
hw_request_fail (HwRequest *self, const GError *error)
{
  g_autoptr (HwBuffer) answer = hw_server_new_error (self->client->server, self->id, error);

  finish (self, answer);
}

/**
 * hw_request_refuse:
 * @self: a request that is not answered
 * @code: why it was not done
 * @field: (nullable): the field to blame
 * @format: the words for whoever reads them
 */
void
hw_request_refuse (HwRequest *self, HwErrorCode code, const char *field, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  error = hw_error_new (code, field, "%s", text);
  hw_request_fail (self, error);
}
