/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What clients say to one another: whispers, and who wants which file. Lines as between client and
 * server, with two requests only; what comes is checked here, so that nobody above has to. */

#include "peer.h"

#include "error.h"
#include "fingerprint.h"
#include "json-reader.h"
#include "json-writer.h"
#include "limits.h"
#include "message.h"
#include "name.h"

static gboolean
read_key (JsonObject *message, const char *field, char **key, GError **error)
{
  const char *text = NULL;

  if (!hw_message_get_string_opt (message, field, &text, error))
    return FALSE;
  if (!text)
    return TRUE;
  if (!*text || g_utf8_strlen (text, -1) > HW_KEY_MAX)
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, field, "A key must have 1 to %d characters.",
                    HW_KEY_MAX);
      return FALSE;
    }
  *key = g_strdup (text);
  return TRUE;
}

static gboolean
read_direct (HwPeerRequest *self, JsonObject *message, GError **error)
{
  const char *text = NULL;
  const char *to = NULL;

  self->op = HW_PEER_DIRECT;
  if (!hw_message_get_string (message, "text", &text, error) || !hw_text_check (text, "text", error)
      || !hw_message_get_string_opt (message, "to", &to, error))
    return FALSE;
  self->text = g_strdup (text);
  self->to = to ? hw_name_normalize_user (to, "to", error) : NULL;
  if (to && !self->to)
    return FALSE;
  return read_key (message, "key", &self->key, error)
         && read_key (message, "after", &self->after, error);
}

static gboolean
read_fetch (HwPeerRequest *self, JsonObject *message, GError **error)
{
  const char *sha256 = NULL;

  self->op = HW_PEER_FETCH;
  if (!hw_message_get_int (message, "offer", 1, HW_INT_MAX, &self->offer, error)
      || !hw_message_get_string (message, "sha256", &sha256, error)
      || !hw_message_get_int_opt (message, "offset", 0, HW_INT_MAX, &self->offset, error))
    return FALSE;
  if (!hw_fingerprint_is_valid (sha256))
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, "sha256",
                    "“sha256” must have 64 lower-case hexadecimal digits.");
      return FALSE;
    }
  self->sha256 = g_strdup (sha256);
  return TRUE;
}

/**
 * hw_peer_request_parse:
 * @line: a line from another client, without its end; need not be terminated
 * @length: its bytes
 * @id: (out): the request's id, for a refusal; 0 where it has none
 * @error: where to put why it cannot be answered as it wishes
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the request, with every field checked
 */
HwPeerRequest *
hw_peer_request_parse (const char *line, gsize length, gint64 *id, GError **error)
{
  g_autoptr (HwPeerRequest) self = g_new0 (HwPeerRequest, 1);
  g_autoptr (JsonObject) message = hw_json_read_object (line, length, error);
  const char *op = NULL;
  const char *from = NULL;
  gboolean read;

  *id = 0;
  if (!message || !hw_message_get_int (message, "id", 1, HW_INT_MAX, id, error)
      || !hw_message_get_string (message, "op", &op, error)
      || !hw_message_get_string (message, "from", &from, error))
    return NULL;
  self->id = *id;
  self->from = hw_name_normalize_user (from, "from", error);
  if (!self->from)
    return NULL;
  if (g_str_equal (op, "direct"))
    read = read_direct (self, message, error);
  else if (g_str_equal (op, "fetch"))
    read = read_fetch (self, message, error);
  else
    {
      hw_error_set (error, HW_ERROR_UNKNOWN_OP, "op", "There is no such request between clients.");
      return NULL;
    }
  return read ? g_steal_pointer (&self) : NULL;
}

/**
 * hw_peer_request_free:
 * @self: (nullable) (transfer full): a request
 */
void
hw_peer_request_free (HwPeerRequest *self)
{
  if (!self)
    return;
  g_free (self->from);
  g_free (self->to);
  g_free (self->sha256);
  g_free (self->text);
  g_free (self->key);
  g_free (self->after);
  g_free (self);
}

static GString *
end_line (HwJsonWriter *writer)
{
  hw_json_end_object (writer);
  g_string_append_c (writer->out, '\n');
  return writer->out;
}

/**
 * hw_peer_request_to_line:
 * @self: a request
 *
 * Returns: (transfer full): its line, with its end
 */
GString *
hw_peer_request_to_line (const HwPeerRequest *self)
{
  HwJsonWriter writer;

  hw_json_writer_init (&writer, g_string_new (NULL));
  hw_json_begin_object (&writer, NULL);
  hw_json_string (&writer, "op", self->op == HW_PEER_FETCH ? "fetch" : "direct");
  hw_json_int (&writer, "id", self->id);
  hw_json_string (&writer, "from", self->from);
  if (self->op == HW_PEER_FETCH)
    {
      hw_json_int (&writer, "offer", self->offer);
      hw_json_string (&writer, "sha256", self->sha256);
      hw_json_int (&writer, "offset", self->offset);
      return end_line (&writer);
    }
  if (self->to)
    hw_json_string (&writer, "to", self->to);
  hw_json_string (&writer, "text", self->text);
  if (self->key)
    hw_json_string (&writer, "key", self->key);
  if (self->after)
    hw_json_string (&writer, "after", self->after);
  return end_line (&writer);
}

/**
 * hw_peer_answer_to_line:
 * @id: of the request
 * @size: of the file that follows; -1: none does
 *
 * Returns: (transfer full): the line of a success, with its end
 */
GString *
hw_peer_answer_to_line (gint64 id, gint64 size)
{
  HwJsonWriter writer;

  hw_json_writer_init (&writer, g_string_new (NULL));
  hw_json_begin_object (&writer, NULL);
  hw_json_int (&writer, "re", id);
  hw_json_bool (&writer, "ok", TRUE);
  if (size >= 0)
    hw_json_int (&writer, "size", size);
  return end_line (&writer);
}

/**
 * hw_peer_refusal_to_line:
 * @id: of the request; 0: it had none
 * @error: a %HW_ERROR
 *
 * Returns: (transfer full): the line of a refusal, with its end
 */
GString *
hw_peer_refusal_to_line (gint64 id, const GError *error)
{
  HwJsonWriter writer;

  hw_json_writer_init (&writer, g_string_new (NULL));
  hw_json_begin_object (&writer, NULL);
  if (id > 0)
    hw_json_int (&writer, "re", id);
  else
    hw_json_null (&writer, "re");
  hw_json_bool (&writer, "ok", FALSE);
  hw_json_begin_object (&writer, "error");
  hw_json_string (&writer, "code", hw_error_code_to_string (error->code));
  hw_json_string (&writer, "text", error->message);
  if (hw_error_get_field (error))
    hw_json_string (&writer, "field", hw_error_get_field (error));
  hw_json_end_object (&writer);
  return end_line (&writer);
}

/**
 * hw_peer_answer_parse:
 * @line: a line from another client, without its end
 * @length: its bytes
 * @id: of the request that waits for an answer
 * @size: (out): of the file that follows; -1: it does not say
 * @error: where to put the refusal; %HW_ERROR_BAD_JSON if it is no answer to that request at all
 *
 * Any thread.
 *
 * Returns: whether it was a success
 */
gboolean
hw_peer_answer_parse (const char *line, gsize length, gint64 id, gint64 *size, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonObject) message = hw_json_read_object (line, length, &problem);
  gboolean ok = FALSE;
  gint64 re = 0;

  *size = -1;
  if (!message || !hw_message_get_int (message, "re", 1, HW_INT_MAX, &re, &problem)
      || !hw_message_get_bool (message, "ok", &ok, &problem)
      || !hw_message_get_int_opt (message, "size", 0, HW_INT_MAX, size, &problem) || re != id)
    {
      hw_error_set (error, HW_ERROR_BAD_JSON, NULL, "%s",
                    problem ? problem->message : "It answers something else.");
      return FALSE;
    }
  if (ok)
    return TRUE;
  if (error)
    *error = hw_message_to_error (message);
  return FALSE;
}
