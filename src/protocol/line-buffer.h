/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwLineBuffer:
 *
 * Cuts a stream of bytes into lines. Holds memory only while part of a line waits. Not thread-safe;
 * each connection owns one. A plain struct so that an idle connection costs nothing for it.
 */
typedef struct
{
  char *data;
  gsize length;
  gsize start;
  gsize scanned;
  gsize capacity;
  gsize line_max;
} HwLineBuffer;

typedef enum
{
  HW_LINE_NONE,
  HW_LINE_FOUND,
  HW_LINE_TOO_LONG,
} HwLineResult;

void hw_line_buffer_init (HwLineBuffer *self, gsize line_max);
void hw_line_buffer_clear (HwLineBuffer *self);
void hw_line_buffer_append (HwLineBuffer *self, const void *bytes, gsize length);
HwLineResult hw_line_buffer_next (HwLineBuffer *self, const char **line, gsize *length);
gsize hw_line_buffer_get_pending (const HwLineBuffer *self);

G_END_DECLS
