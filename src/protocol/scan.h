/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Looking at text eight bytes at a time, for most of it is plain. Where these say no, whoever asks
 * looks byte by byte. */

#define HW_SCAN_ONES G_GUINT64_CONSTANT (0x0101010101010101)
#define HW_SCAN_HIGH G_GUINT64_CONSTANT (0x8080808080808080)

static inline guint64
hw_scan_load (const char *bytes)
{
  guint64 eight;

  memcpy (&eight, bytes, sizeof eight);
  return eight;
}

/* Whether all eight are ASCII, none NUL. */
static inline gboolean
hw_scan_is_ascii (guint64 eight)
{
  return ((eight | (eight - HW_SCAN_ONES)) & HW_SCAN_HIGH) == 0;
}

/* Whether all eight are printing ASCII: from the space to the tilde. */
static inline gboolean
hw_scan_is_printing (guint64 eight)
{
  return ((eight | (eight - 0x20 * HW_SCAN_ONES) | (eight + HW_SCAN_ONES)) & HW_SCAN_HIGH) == 0;
}

/* Whether none of the eight has a meaning of its own in a JSON string: control characters, the
 * quote, the backslash. */
static inline gboolean
hw_scan_is_unescaped (guint64 eight)
{
  guint64 quote = eight ^ ('"' * HW_SCAN_ONES);
  guint64 backslash = eight ^ ('\\' * HW_SCAN_ONES);

  return ((((eight - 0x20 * HW_SCAN_ONES) & ~eight) | ((quote - HW_SCAN_ONES) & ~quote)
           | ((backslash - HW_SCAN_ONES) & ~backslash))
          & HW_SCAN_HIGH)
         == 0;
}

/* How many bytes at the beginning stand in a JSON string as they are. */
static inline gsize
hw_scan_count_unescaped (const char *bytes, gsize length)
{
  gsize n = 0;

  while (length - n >= 8 && hw_scan_is_unescaped (hw_scan_load (bytes + n)))
    n += 8;
  while (n < length && (guchar) bytes[n] >= 0x20 && bytes[n] != '"' && bytes[n] != '\\')
    n++;
  return n;
}

G_END_DECLS
