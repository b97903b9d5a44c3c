/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Events that are written for one occasion: begin, write the fields, end, send. */

#include "event.h"

/**
 * hw_event_begin:
 * @writer: (out): where the event's fields go
 * @name: the event's name
 *
 * Begins an event, to be ended with hw_event_end().
 */
void
hw_event_begin (HwJsonWriter *writer, const char *name)
{
  hw_json_writer_init (writer, g_string_new (NULL));
  hw_json_begin_object (writer, NULL);
  hw_json_string (writer, "ev", name);
}

/**
 * hw_event_end:
 * @writer: an event that was begun
 *
 * Returns: (transfer full): its line
 */
HwBuffer *
hw_event_end (HwJsonWriter *writer)
{
  HwBuffer *buffer;

  hw_json_end_object (writer);
  g_string_append_c (writer->out, '\n');
  buffer = hw_buffer_new (writer->out->str, writer->out->len);
  g_string_free (writer->out, TRUE);
  writer->out = NULL;
  return buffer;
}
