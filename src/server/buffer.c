/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes out is written once, whoever it goes to: an event for a thousand members is one buffer
 * with a thousand references. */

#include "buffer.h"

#include <string.h>

/* Bytes up to which something is put behind what waits already, rather than waiting by itself, and
 * that may wait together: who is slow shares what all get. */
#define JOIN_MAX   1024
#define JOINED_MAX 4096

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
  HwBuffer *self = hw_buffer_new_empty (length);

  hw_buffer_append (self, bytes, length);
  return self;
}

/**
 * hw_buffer_new_empty:
 * @capacity: bytes that it has room for
 *
 * Returns: (transfer full): a buffer with one reference, to be filled before it is shared
 */
HwBuffer *
hw_buffer_new_empty (gsize capacity)
{
  HwBuffer *self = g_malloc (sizeof (HwBuffer) + capacity);

  self->refs = 1;
  self->n_lines = 1;
  self->length = 0;
  self->capacity = capacity;
  return self;
}

/**
 * hw_buffer_append:
 * @self: a buffer that nobody else has, with room for it
 * @bytes: what to send
 * @length: how many
 */
void
hw_buffer_append (HwBuffer *self, const char *bytes, gsize length)
{
  g_assert (self->refs == 1 && length <= self->capacity - self->length);

  memcpy (self->data + self->length, bytes, length);
  self->length += length;
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

/* Puts a little behind the little that waits: a piece by itself costs the system as much as a
 * hundred bytes, and what is in one piece can leave together with what others get. */
static gboolean
join (HwOutQueue *self, const char *bytes, guint length)
{
  HwPiece *last;

  if (self->n_pieces == 0 || length > JOIN_MAX || self->bytes + length > JOINED_MAX)
    return FALSE;
  last = &self->pieces[self->first + self->n_pieces - 1];
  if (last->buffer->refs > 1 || last->offset + last->length < last->buffer->length
      || length > last->buffer->capacity - last->buffer->length)
    {
      HwBuffer *joined = hw_buffer_new_empty (JOINED_MAX);

      hw_buffer_append (joined, last->buffer->data + last->offset, last->length);
      hw_buffer_unref (last->buffer);
      last->buffer = joined;
      last->offset = 0;
    }
  hw_buffer_append (last->buffer, bytes, length);
  last->length += length;
  self->bytes += length;
  return TRUE;
}

/**
 * hw_out_queue_push:
 * @self: a queue
 * @buffer: (transfer none): what to send; a reference is taken, or it is copied
 */
void
hw_out_queue_push (HwOutQueue *self, HwBuffer *buffer)
{
  HwPiece *piece;

  if (buffer->length == 0 || join (self, buffer->data, buffer->length))
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
  piece->offset = 0;
  piece->length = buffer->length;
  self->bytes += buffer->length;
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
