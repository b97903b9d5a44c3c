/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One request: its fields, checked by the command's row of the table, and its one answer. */

#include "request.h"

#include "protocol/limits.h"
#include "server.h"

/**
 * hw_request_new:
 * @client: (transfer none): whose it is
 * @fields: (transfer full): the line
 *
 * Returns: (transfer full): a request that is not answered yet
 */
HwRequest *
hw_request_new (HwClient *client, HwJsonTree *fields)
{
  HwRequest *self = g_new0 (HwRequest, 1);

  self->refs = 1;
  self->client = hw_client_ref (client);
  self->fields = fields;
  return self;
}

/**
 * hw_request_ref:
 * @self: a request
 *
 * Returns: (transfer full): @self, with one more reference
 */
HwRequest *
hw_request_ref (HwRequest *self)
{
  self->refs++;
  return self;
}

/**
 * hw_request_unref:
 * @self: (transfer full): a request; gone with its last reference
 */
void
hw_request_unref (HwRequest *self)
{
  if (--self->refs > 0)
    return;
  if (!self->answered)
    g_critical ("A request “%s” was never answered", self->command ? self->command->op : "?");
  g_clear_pointer (&self->answer, hw_buffer_unref); /* its client was gone before its turn came */
  hw_json_tree_free (self->fields);
  hw_client_unref (self->client);
  g_free (self);
}

/* The field, or NULL where it is missing or null. */
static const HwJsonValue *
peek (HwRequest *self, const char *field)
{
  const HwJsonValue *value = hw_json_value_find (hw_json_tree_get_root (self->fields), field);

  return value && value->type != HW_JSON_NULL ? value : NULL;
}

/**
 * hw_request_read_op:
 * @self: a new request
 * @error: where to put %HW_ERROR_BAD_REQUEST
 *
 * Reads what every request has: who is to be answered, and what is asked for.
 *
 * Returns: (transfer none) (nullable): the op, of which nothing is known yet
 */
const char *
hw_request_read_op (HwRequest *self, GError **error)
{
  const HwJsonValue *id = hw_json_value_find (hw_json_tree_get_root (self->fields), "id");
  const HwJsonValue *op = peek (self, "op");

  if (id && (id->type != HW_JSON_INTEGER || id->integer < 1 || id->integer > HW_INT_MAX))
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, "id",
                    "“id” must be an integer from 1 to %" G_GINT64_FORMAT ".", HW_INT_MAX);
      return NULL;
    }
  self->id = id ? id->integer : 0;
  if (!op || op->type != HW_JSON_STRING)
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, "op",
                    op ? "“op” must be a string." : "“op” is missing.");
      return NULL;
    }
  return op->string;
}

static gboolean
check_length (const HwField *field, const char *value, GError **error)
{
  glong length;

  if (field->maximum == 0)
    return TRUE;
  length = g_utf8_strlen (value, -1);
  if (length >= field->minimum && length <= field->maximum)
    return TRUE;
  hw_error_set (error, HW_ERROR_BAD_REQUEST, field->name,
                "“%s” must have %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " characters.",
                field->name, field->minimum, field->maximum);
  return FALSE;
}

static gboolean
check_range (const HwField *field, gint64 value, GError **error)
{
  if (value >= field->minimum && value <= field->maximum)
    return TRUE;
  hw_error_set (error, HW_ERROR_BAD_REQUEST, field->name,
                "“%s” must be from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".", field->name,
                field->minimum, field->maximum);
  return FALSE;
}

static gboolean
is_list_of (const HwJsonValue *array, HwJsonType type)
{
  if (array->type != HW_JSON_ARRAY)
    return FALSE;
  for (const HwJsonValue *element = hw_json_value_first (array); element;
       element = hw_json_value_next (array, element))
    if (element->type != type)
      return FALSE;
  return TRUE;
}

static gboolean
check_field (HwRequest *self, const HwField *field, GError **error)
{
  const HwJsonValue *value = peek (self, field->name);
  const char *type = NULL; /* what it should have been */

  if (!value)
    {
      if (!field->optional)
        hw_error_set (error, HW_ERROR_BAD_REQUEST, field->name, "“%s” is missing.", field->name);
      return field->optional;
    }
  switch (field->type)
    {
    case HW_FIELD_STRING:
      if (value->type == HW_JSON_STRING)
        return check_length (field, value->string, error);
      type = "a string";
      break;
    case HW_FIELD_INT:
      if (value->type == HW_JSON_INTEGER)
        return check_range (field, value->integer, error);
      type = "an integer";
      break;
    case HW_FIELD_BOOL:
      type = value->type == HW_JSON_BOOLEAN ? NULL : "true or false";
      break;
    case HW_FIELD_OBJECT:
      type = value->type == HW_JSON_OBJECT ? NULL : "an object";
      break;
    case HW_FIELD_STRINGS:
      type = is_list_of (value, HW_JSON_STRING) ? NULL : "a list of strings";
      break;
    case HW_FIELD_INTS:
      type = is_list_of (value, HW_JSON_INTEGER) ? NULL : "a list of integers";
      break;
    }
  if (type)
    hw_error_set (error, HW_ERROR_BAD_REQUEST, field->name, "“%s” must be %s.", field->name, type);
  return !type;
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
    if (!check_field (self, field, error))
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
  return peek (self, field) != NULL;
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
  const HwJsonValue *value = peek (self, field);

  return value ? value->string : NULL;
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
  const HwJsonValue *value = peek (self, field);

  return value ? value->integer : otherwise;
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
  const HwJsonValue *value = peek (self, field);

  return value ? value->boolean : otherwise;
}

/**
 * hw_request_get_value:
 * @self: a request that was checked
 * @field: a list or an object of its command
 *
 * Returns: (transfer none) (nullable): its value, %NULL if it is not there
 */
const HwJsonValue *
hw_request_get_value (HwRequest *self, const char *field)
{
  return peek (self, field);
}

/**
 * hw_request_forget_fields:
 * @self: a request
 *
 * Gives back what the line takes in memory, where a request waits and its fields are not needed any
 * more: hundreds may wait.
 */
void
hw_request_forget_fields (HwRequest *self)
{
  g_clear_pointer (&self->fields, hw_json_tree_free);
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
