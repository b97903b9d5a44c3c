/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines must come out the same however the stream was cut. The first byte says how: it seeds the
 * lengths of the pieces. */

#include "fuzz.h"

#include "protocol/line-buffer.h"

#include <string.h>

#define LONGEST 24

/* What the stream holds, found in one piece. Returns whether it is all of it: FALSE, a line is too
 * long. */
static gboolean
expect_lines (const char *text, gsize length, GPtrArray *lines)
{
  while (length > 0)
    {
      const char *end = memchr (text, '\n', length);
      gsize found = end ? (gsize) (end - text) : length;
      gsize shown = found;
      gsize blank;

      if (found + 1 > LONGEST)
        return FALSE;
      if (!end)
        return TRUE;
      for (blank = 0; blank < found && memchr (" \t\r", text[blank], 3);)
        blank++;
      if (shown > 0 && text[shown - 1] == '\r')
        shown--;
      if (blank < found)
        g_ptr_array_add (lines, g_bytes_new (text, shown));
      text = end + 1;
      length -= found + 1;
    }
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GPtrArray) expected = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  const char *text = (const char *) data + 1;
  HwLineBuffer buffer;
  guint32 seed;
  guint n_found = 0;
  gboolean whole;
  HwLineResult result = HW_LINE_NONE;

  if (size == 0)
    return 0;
  seed = data[0];
  size--;
  whole = expect_lines (text, size, expected);

  hw_line_buffer_init (&buffer, LONGEST);
  while (size > 0 && result != HW_LINE_TOO_LONG)
    {
      gsize piece = 1 + (seed >> 8) % 40;
      const char *line;
      gsize length;

      seed = seed * 1103515245 + 12345;
      piece = MIN (piece, size);
      hw_line_buffer_append (&buffer, text, piece);
      text += piece;
      size -= piece;
      while ((result = hw_line_buffer_next (&buffer, &line, &length)) == HW_LINE_FOUND)
        {
          GBytes *due;

          g_assert_cmpuint (n_found, <, expected->len);
          due = g_ptr_array_index (expected, n_found++);
          g_assert_cmpmem (line, length, g_bytes_get_data (due, NULL), g_bytes_get_size (due));
        }
      g_assert_cmpuint (hw_line_buffer_get_pending (&buffer), <, LONGEST + 40);
    }
  g_assert_cmpuint (n_found, ==, expected->len);
  g_assert_true (whole == (result != HW_LINE_TOO_LONG));
  hw_line_buffer_clear (&buffer);
  return 0;
}
