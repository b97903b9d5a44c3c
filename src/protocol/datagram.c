/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The datagrams by which places are found: a probe that anyone on the network may hear, and a
 * place's answer. Both are read as what strangers send: strictly, and bounded. */

#include "datagram.h"

#include "fingerprint.h"
#include "json-reader.h"
#include "json-writer.h"
#include "limits.h"
#include "message.h"

#include <string.h>

/* Of the format, not of the protocol that is spoken over TCP. */
#define DATAGRAM_VERSION 1

/* Characters of what a probe carries to know its answers by. */
#define PROBE_MIN 8
#define PROBE_MAX 32

/* Bytes of a probe at least: so many that an answer fits into fewer, and nobody can use us to make
 * a small datagram large. */
#define PROBE_BYTES_MIN 400

/* Bytes of a datagram that is looked at: what fits into one Ethernet frame. */
#define DATAGRAM_MAX 1472

static gboolean
is_probe (const char *probe)
{
  glong length = g_utf8_strlen (probe, -1);

  return length >= PROBE_MIN && length <= PROBE_MAX;
}

static JsonObject *
read_object (const void *datagram, gsize length)
{
  g_autoptr (JsonObject) object = NULL;
  gint64 version;

  if (length > DATAGRAM_MAX)
    return NULL;
  object = hw_json_read_object (datagram, length, NULL);
  if (!object
      || !hw_message_get_int (object, "hallway", DATAGRAM_VERSION, DATAGRAM_VERSION, &version,
                              NULL))
    return NULL;
  return g_steal_pointer (&object);
}

/**
 * hw_probe_write:
 * @probe: 8 to 32 characters that nobody can guess
 *
 * Any thread.
 *
 * Returns: (transfer full): a probe, long enough for every answer
 */
char *
hw_probe_write (const char *probe)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *pad = NULL;
  HwJsonWriter writer;

  g_return_val_if_fail (is_probe (probe), NULL);

  hw_json_writer_init (&writer, out);
  hw_json_begin_object (&writer, NULL);
  hw_json_int (&writer, "hallway", DATAGRAM_VERSION);
  hw_json_string (&writer, "probe", probe);
  pad = g_strnfill (PROBE_BYTES_MIN * 2 - out->len, '.');
  hw_json_string (&writer, "pad", pad);
  hw_json_end_object (&writer);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * hw_probe_read:
 * @datagram: bytes of any origin
 * @length: how many
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): what the probe carries; %NULL if it is none
 */
char *
hw_probe_read (const void *datagram, gsize length)
{
  g_autoptr (JsonObject) object = NULL;
  const char *probe = NULL;

  if (length < PROBE_BYTES_MIN)
    return NULL;
  object = read_object (datagram, length);
  if (!object || !hw_message_get_string (object, "probe", &probe, NULL) || !is_probe (probe))
    return NULL;
  return g_strdup (probe);
}

static GString *
write_answer (const HwAnswer *answer, const char *name)
{
  GString *out = g_string_new (NULL);
  HwJsonWriter writer;

  hw_json_writer_init (&writer, out);
  hw_json_begin_object (&writer, NULL);
  hw_json_int (&writer, "hallway", DATAGRAM_VERSION);
  hw_json_string (&writer, "answer", answer->probe);
  hw_json_string (&writer, "id", answer->id);
  hw_json_string (&writer, "name", name);
  hw_json_int (&writer, "port", answer->port);
  hw_json_begin_array (&writer, "versions");
  hw_json_int (&writer, NULL, HW_PROTOCOL_VERSION);
  hw_json_end_array (&writer);
  hw_json_int (&writer, "users", answer->users);
  hw_json_int (&writer, "rooms", answer->rooms);
  hw_json_string (&writer, "fingerprint", answer->fingerprint);
  hw_json_end_object (&writer);
  return out;
}

/**
 * hw_answer_write:
 * @answer: what to say
 * @length_max: bytes of the probe
 *
 * Writes an answer that is not longer than the probe was; where it would be, the place's name is
 * cut. Any thread.
 *
 * Returns: (transfer full) (nullable): the answer; %NULL if none is short enough
 */
GString *
hw_answer_write (const HwAnswer *answer, gsize length_max)
{
  g_autofree char *name = g_strdup (answer->name);
  GString *out;

  while ((out = write_answer (answer, name))->len > length_max)
    {
      g_string_free (out, TRUE);
      if (!*name)
        return NULL;
      *g_utf8_prev_char (name + strlen (name)) = 0;
    }
  return out;
}

static gboolean
speaks_our_version (JsonArray *versions)
{
  for (guint i = 0; i < json_array_get_length (versions); i++)
    {
      JsonNode *version = json_array_get_element (versions, i);

      if (JSON_NODE_HOLDS_VALUE (version) && json_node_get_value_type (version) == G_TYPE_INT64
          && json_node_get_int (version) == HW_PROTOCOL_VERSION)
        return TRUE;
    }
  return FALSE;
}

/**
 * hw_answer_read:
 * @answer: (out caller-allocates): what the place says; free with hw_answer_clear()
 * @datagram: bytes of any origin
 * @length: how many
 *
 * Any thread. The caller still has to see whether it is the answer to a probe of its own.
 *
 * Returns: whether it is an answer
 */
gboolean
hw_answer_read (HwAnswer *answer, const void *datagram, gsize length)
{
  g_autoptr (JsonObject) object = read_object (datagram, length);
  const char *probe, *id, *name, *fingerprint;
  gint64 port, users, rooms;
  JsonArray *versions;

  memset (answer, 0, sizeof *answer);
  if (!object || !hw_message_get_string (object, "answer", &probe, NULL) || !is_probe (probe)
      || !hw_message_get_string (object, "id", &id, NULL) || !*id
      || !hw_message_get_string (object, "name", &name, NULL)
      || !hw_message_get_int (object, "port", 1, G_MAXUINT16, &port, NULL)
      || !hw_message_get_array (object, "versions", &versions, NULL)
      || !hw_message_get_int (object, "users", 0, G_MAXINT32, &users, NULL)
      || !hw_message_get_int (object, "rooms", 0, G_MAXINT32, &rooms, NULL)
      || !hw_message_get_string (object, "fingerprint", &fingerprint, NULL)
      || !hw_fingerprint_is_valid (fingerprint))
    return FALSE;
  answer->probe = g_strdup (probe);
  answer->id = g_strdup (id);
  answer->name = g_strdup (name);
  answer->port = port;
  answer->compatible = speaks_our_version (versions);
  answer->users = users;
  answer->rooms = rooms;
  answer->fingerprint = g_strdup (fingerprint);
  return TRUE;
}

/**
 * hw_answer_clear:
 * @self: an answer
 *
 * Frees what it holds.
 */
void
hw_answer_clear (HwAnswer *self)
{
  g_clear_pointer (&self->probe, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->fingerprint, g_free);
}
