/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines out of bytes, however these are cut. */

#include "protocol/line-buffer.h"

#include <string.h>

static char *
take_all (HwLineBuffer *buffer)
{
  GString *taken = g_string_new (NULL);
  const char *line;
  gsize length;
  HwLineResult result;

  while ((result = hw_line_buffer_next (buffer, &line, &length)) == HW_LINE_FOUND)
    g_string_append_printf (taken, "[%.*s]", (int) length, line);
  if (result == HW_LINE_TOO_LONG)
    g_string_append (taken, "!");
  return g_string_free (taken, FALSE);
}

static void
assert_takes (HwLineBuffer *buffer, const char *expected)
{
  g_autofree char *taken = take_all (buffer);

  g_assert_cmpstr (taken, ==, expected);
}

static void
test_the_same_lines_however_cut (void)
{
  const char *bytes = "one\ntwo\r\n\n \t \n\r\nthree\rx\n four \nrest";

  for (gsize piece = 1; piece <= strlen (bytes); piece++)
    {
      g_autoptr (GString) taken = g_string_new (NULL);
      HwLineBuffer buffer;

      hw_line_buffer_init (&buffer, 100);
      for (gsize at = 0; at < strlen (bytes); at += piece)
        {
          g_autofree char *lines = NULL;

          hw_line_buffer_append (&buffer, bytes + at, MIN (piece, strlen (bytes) - at));
          lines = take_all (&buffer);
          g_string_append (taken, lines);
        }
      g_assert_cmpstr (taken->str, ==, "[one][two][three\rx][ four ]");
      g_assert_cmpuint (hw_line_buffer_get_pending (&buffer), ==, 4);
      hw_line_buffer_clear (&buffer);
    }
}

static void
test_the_longest_line (void)
{
  g_autofree char *longest = g_strnfill (9, 'a');
  HwLineBuffer buffer;

  hw_line_buffer_init (&buffer, 10);
  hw_line_buffer_append (&buffer, longest, 9);
  hw_line_buffer_append (&buffer, "\n", 1);
  assert_takes (&buffer, "[aaaaaaaaa]");
  hw_line_buffer_append (&buffer, longest, 9);
  hw_line_buffer_append (&buffer, "a\n", 2);
  assert_takes (&buffer, "!");
  hw_line_buffer_clear (&buffer);

  /* Known to be too long before its end has come */
  hw_line_buffer_append (&buffer, "b\n", 2);
  hw_line_buffer_append (&buffer, longest, 9);
  hw_line_buffer_append (&buffer, "a", 1);
  assert_takes (&buffer, "[b]!");
  hw_line_buffer_clear (&buffer);
}

static void
test_an_empty_buffer_holds_no_memory (void)
{
  HwLineBuffer buffer;

  hw_line_buffer_init (&buffer, 100);
  hw_line_buffer_append (&buffer, "one\n", 4);
  g_assert_nonnull (buffer.data);
  assert_takes (&buffer, "[one]");
  g_assert_null (buffer.data);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line-buffer/the-same-lines-however-cut", test_the_same_lines_however_cut);
  g_test_add_func ("/line-buffer/the-longest-line", test_the_longest_line);
  g_test_add_func ("/line-buffer/empty-holds-no-memory", test_an_empty_buffer_holds_no_memory);
  return g_test_run ();
}
