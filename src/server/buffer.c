/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes out is written once, whoever it goes to: an event for a thousand members is one buffer
 * with a thousand references. */

#include "buffer.h"

#include <string.h>

/**
 * hw_buffer_new:
 * @bytes: what to send
 * @length: how many
 *
 * Returns: (transfer full): a copy of @bytes with one reference
 */
HwBuffer *
hw_buffer_new (const char *bytes, gsize length)
{
  HwBuffer *self = g_malloc (sizeof (HwBuffer) + length);

  self->refs = 1;
  self->n_lines = 1;
  self->length = length;
  memcpy (self->data, bytes, length);
  return self;
}

/**
 * hw_buffer_ref:
 * @self: a buffer
 *
 * Returns: (transfer full): @self, with one more reference
 */
HwBuffer *
hw_buffer_ref (HwBuffer *self)
{
  self->refs++;
  return self;
}

/**
 * hw_buffer_unref:
 * @self: (transfer full): a buffer; gone with its last reference
 */
void
hw_buffer_unref (HwBuffer *self)
{
  if (--self->refs == 0)
    g_free (self);
}

/**
 * hw_out_queue_clear:
 * @self: a queue
 *
 * Forgets what waits.
 */
void
hw_out_queue_clear (HwOutQueue *self)
{
  for (guint i = 0; i < self->n_pieces; i++)
    hw_buffer_unref (self->pieces[self->first + i].buffer);
  g_free (self->pieces);
  memset (self, 0, sizeof *self);
}

/**
 * hw_out_queue_push:
 * @self: a queue
 * @buffer: (transfer none): whose bytes; a reference is taken
 * @offset: the first byte
 * @length: how many
 */
void
hw_out_queue_push (HwOutQueue *self, HwBuffer *buffer, guint offset, guint length)
{
  HwPiece *piece;

  if (length == 0)
    return;
  if (self->first + self->n_pieces == self->capacity)
    {
      if (self->first > self->capacity / 2)
        {
          memmove (self->pieces, self->pieces + self->first, self->n_pieces * sizeof (HwPiece));
          self->first = 0;
        }
      else
        {
          self->capacity = MAX (4, self->capacity * 2);
          self->pieces = g_renew (HwPiece, self->pieces, self->capacity);
        }
    }
  piece = &self->pieces[self->first + self->n_pieces++];
  piece->buffer = hw_buffer_ref (buffer);
  piece->offset = offset;
  piece->length = length;
  self->bytes += length;
}

/**
 * hw_out_queue_pop:
 * @self: a queue
 * @bytes: how many were sent, not more than wait
 */
void
hw_out_queue_pop (HwOutQueue *self, gsize bytes)
{
  self->bytes -= bytes;
  while (bytes > 0)
    {
      HwPiece *piece = &self->pieces[self->first];

      if (bytes < piece->length)
        {
          piece->offset += bytes;
          piece->length -= bytes;
          return;
        }
      bytes -= piece->length;
      hw_buffer_unref (piece->buffer);
      self->first++;
      self->n_pieces--;
    }
  if (self->n_pieces == 0)
    hw_out_queue_clear (self);
}
