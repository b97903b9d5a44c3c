/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwBuffer:
 *
 * Bytes on their way out, shared by everyone they go to. What is in it does not change; belongs to
 * the network thread, so that its count needs no atomics.
 */
typedef struct
{
  guint refs;
  guint n_lines; /* about; for the figures */
  guint length;
  guint capacity; /* of data: behind its length its one owner may put more */
  char data[];
} HwBuffer;

HwBuffer *hw_buffer_new (const char *bytes, gsize length);
HwBuffer *hw_buffer_new_empty (gsize capacity);
void hw_buffer_append (HwBuffer *self, const char *bytes, gsize length);
HwBuffer *hw_buffer_ref (HwBuffer *self);
void hw_buffer_unref (HwBuffer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwBuffer, hw_buffer_unref)

/**
 * HwOutQueue:
 *
 * Pieces of buffers that wait for their connection, in order. A plain struct; holds no memory of
 * its own while nothing waits.
 */
typedef struct
{
  HwBuffer *buffer;
  guint offset;
  guint length;
} HwPiece;

typedef struct
{
  HwPiece *pieces;
  guint first;
  guint n_pieces;
  guint capacity;
  gsize bytes;
} HwOutQueue;

void hw_out_queue_clear (HwOutQueue *self);
void hw_out_queue_push (HwOutQueue *self, HwBuffer *buffer);
void hw_out_queue_pop (HwOutQueue *self, gsize bytes);

G_END_DECLS
