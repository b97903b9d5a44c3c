/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What waits to be sent: pieces of shared buffers, in order, whatever part the socket takes. */

#include "server/buffer.h"

#include <string.h>

static HwBuffer *
new_buffer (const char *text)
{
  return hw_buffer_new (text, strlen (text));
}

static char *
get_text (const HwOutQueue *queue)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < queue->n_pieces; i++)
    {
      const HwPiece *piece = &queue->pieces[queue->first + i];

      g_string_append_len (text, piece->buffer->data + piece->offset, piece->length);
    }
  g_assert_cmpuint (text->len, ==, queue->bytes);
  return g_string_free (text, FALSE);
}

/* More than is put behind something else. */
static HwBuffer *
new_large_buffer (char c)
{
  g_autofree char *text = g_strnfill (2000, c);

  return new_buffer (text);
}

static void
test_little_waits_together (void)
{
  g_autoptr (HwBuffer) one = new_buffer ("one ");
  g_autoptr (HwBuffer) other = new_buffer ("two");
  g_autoptr (HwBuffer) nothing = new_buffer ("");
  HwOutQueue queue = { 0 };
  g_autofree char *text = NULL;

  hw_out_queue_push (&queue, one);
  hw_out_queue_push (&queue, other);
  hw_out_queue_push (&queue, nothing);
  hw_out_queue_push (&queue, one);
  g_assert_cmpuint (queue.n_pieces, ==, 1);
  text = get_text (&queue);
  g_assert_cmpstr (text, ==, "one twoone ");
  g_assert_cmpuint (one->refs, ==, 1);
  g_assert_cmpuint (one->length, ==, 4); /* others may have it */
  hw_out_queue_clear (&queue);
}

static void
test_much_is_shared (void)
{
  g_autoptr (HwBuffer) large = new_large_buffer ('a');
  g_autoptr (HwBuffer) little = new_buffer ("bc");
  HwOutQueue queue = { 0 };

  hw_out_queue_push (&queue, little);
  hw_out_queue_push (&queue, large);
  g_assert_cmpuint (queue.n_pieces, ==, 2);
  g_assert_cmpuint (large->refs, ==, 2);
  /* However little it is, what a slow reader has waiting is shared, too */
  for (guint i = 0; i < 2000; i++)
    hw_out_queue_push (&queue, little);
  g_assert_cmpuint (queue.n_pieces, >, 500);
  g_assert_cmpuint (little->refs, >, 500);
  hw_out_queue_clear (&queue);
  g_assert_cmpuint (large->refs, ==, 1);
  g_assert_cmpuint (little->refs, ==, 1);
}

static void
test_pop_any_part (void)
{
  for (gsize step = 1; step <= 4005; step += step < 12 ? 1 : 331)
    {
      g_autoptr (HwBuffer) one = new_buffer ("abcd");
      g_autoptr (HwBuffer) large = new_large_buffer ('e');
      g_autoptr (HwBuffer) other = new_large_buffer ('f');
      g_autofree char *all
          = g_strdup_printf ("abcd%.*s%.*sabcd", 2000, large->data, 2000, other->data);
      HwOutQueue queue = { 0 };
      gsize taken = 0;

      hw_out_queue_push (&queue, one);
      hw_out_queue_push (&queue, large);
      hw_out_queue_push (&queue, other);
      hw_out_queue_push (&queue, one);
      while (queue.bytes > 0)
        {
          g_autofree char *left = get_text (&queue);

          g_assert_cmpstr (left, ==, all + taken);
          taken += MIN (step, queue.bytes);
          hw_out_queue_pop (&queue, MIN (step, queue.bytes));
        }
      g_assert_cmpuint (taken, ==, strlen (all));
      g_assert_null (queue.pieces); /* what is empty holds no memory */
      g_assert_cmpuint (one->refs, ==, 1);
      g_assert_cmpuint (large->refs, ==, 1);
      g_assert_cmpuint (other->refs, ==, 1);
    }
}

static void
test_many_pieces_in_and_out (void)
{
  HwOutQueue queue = { 0 };
  GString *expected = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u ", i);
      g_autoptr (HwBuffer) buffer = new_buffer (number);

      g_string_append (expected, number);
      hw_out_queue_push (&queue, buffer);
      if (i % 3 == 2)
        {
          hw_out_queue_pop (&queue, 5);
          g_string_erase (expected, 0, 5);
        }
      if (i % 100 == 0)
        {
          g_autofree char *text = get_text (&queue);

          g_assert_cmpstr (text, ==, expected->str);
        }
    }
  hw_out_queue_clear (&queue);
  g_string_free (expected, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/buffer/little-waits-together", test_little_waits_together);
  g_test_add_func ("/buffer/much-is-shared", test_much_is_shared);
  g_test_add_func ("/buffer/pop-any-part", test_pop_any_part);
  g_test_add_func ("/buffer/many-pieces-in-and-out", test_many_pieces_in_and_out);
  return g_test_run ();
}
