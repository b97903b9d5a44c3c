/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes of a stream in, lines out. Blank lines are dropped here, so that nobody else needs to know
 * that they are allowed. What waits is bounded: a reader that appends in bounded pieces and takes
 * lines in between never holds more than a line and a piece. */

#include "line-buffer.h"

#include <string.h>

/**
 * hw_line_buffer_init:
 * @self: an uninitialised buffer
 * @line_max: bytes of the longest line, its LF included
 */
void
hw_line_buffer_init (HwLineBuffer *self, gsize line_max)
{
  memset (self, 0, sizeof *self);
  self->line_max = line_max;
}

/**
 * hw_line_buffer_clear:
 * @self: a buffer
 *
 * Forgets what waits and frees its memory; @self can be used again.
 */
void
hw_line_buffer_clear (HwLineBuffer *self)
{
  gsize line_max = self->line_max;

  g_free (self->data);
  hw_line_buffer_init (self, line_max);
}

/**
 * hw_line_buffer_append:
 * @self: a buffer
 * @bytes: what came
 * @length: how many bytes
 *
 * Lines got from hw_line_buffer_next() before are no longer valid.
 */
void
hw_line_buffer_append (HwLineBuffer *self, const void *bytes, gsize length)
{
  if (length == 0)
    return;
  if (self->start > 0)
    {
      self->length -= self->start;
      self->scanned -= self->start;
      memmove (self->data, self->data + self->start, self->length);
      self->start = 0;
    }
  if (self->length + length > self->capacity)
    {
      self->capacity = MAX (self->length + length, self->capacity * 2);
      self->data = g_realloc (self->data, self->capacity);
    }
  memcpy (self->data + self->length, bytes, length);
  self->length += length;
}

static gboolean
is_blank (const char *line, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
      return FALSE;
  return TRUE;
}

/**
 * hw_line_buffer_next:
 * @self: a buffer
 * @line: (out) (transfer none): the line, without LF or CR LF, not terminated; valid until the next
 *   call
 * @length: (out): its length in bytes
 *
 * Takes the next whole line that is not blank.
 *
 * Returns: %HW_LINE_FOUND; %HW_LINE_NONE if there is none yet, the memory of an empty buffer is
 * then given back; %HW_LINE_TOO_LONG if what waits can only become a line longer than allowed, and
 * no further line can be had
 */
HwLineResult
hw_line_buffer_next (HwLineBuffer *self, const char **line, gsize *length)
{
  while (self->scanned < self->length)
    {
      const char *start = self->data + self->start;
      const char *end = memchr (self->data + self->scanned, '\n', self->length - self->scanned);
      gsize found;

      if (!end)
        {
          self->scanned = self->length;
          break;
        }
      found = end - start;
      if (found + 1 > self->line_max)
        return HW_LINE_TOO_LONG;
      self->start += found + 1;
      self->scanned = self->start;
      if (is_blank (start, found))
        continue;
      if (start[found - 1] == '\r')
        found--;
      *line = start;
      *length = found;
      return HW_LINE_FOUND;
    }

  if (self->length - self->start >= self->line_max)
    return HW_LINE_TOO_LONG;
  if (self->start == self->length)
    hw_line_buffer_clear (self);
  return HW_LINE_NONE;
}

/**
 * hw_line_buffer_get_pending:
 * @self: a buffer
 *
 * Returns: how many bytes wait that were not taken as lines
 */
gsize
hw_line_buffer_get_pending (const HwLineBuffer *self)
{
  return self->length - self->start;
}
