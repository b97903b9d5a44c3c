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

static void
test_order_and_parts (void)
{
  g_autoptr (HwBuffer) one = new_buffer ("one two three");
  g_autoptr (HwBuffer) other = new_buffer ("FOUR");
  HwOutQueue queue = { 0 };
  g_autofree char *text = NULL;

  hw_out_queue_push (&queue, one, 0, 4);
  hw_out_queue_push (&queue, other, 0, 4);
  hw_out_queue_push (&queue, one, 3, 4);
  hw_out_queue_push (&queue, one, 0, 0);
  g_assert_cmpuint (queue.n_pieces, ==, 3);
  text = get_text (&queue);
  g_assert_cmpstr (text, ==, "one FOUR two");
  hw_out_queue_clear (&queue);
  g_assert_cmpuint (one->refs, ==, 1);
  g_assert_cmpuint (other->refs, ==, 1);
}

static void
test_pop_any_part (void)
{
  for (gsize step = 1; step <= 12; step++)
    {
      g_autoptr (HwBuffer) one = new_buffer ("abcd");
      g_autoptr (HwBuffer) other = new_buffer ("efghijkl");
      HwOutQueue queue = { 0 };
      gsize taken = 0;

      hw_out_queue_push (&queue, one, 0, 4);
      hw_out_queue_push (&queue, other, 0, 8);
      while (queue.bytes > 0)
        {
          g_autofree char *left = get_text (&queue);

          g_assert_cmpstr (left, ==, &"abcdefghijkl"[taken]);
          taken += MIN (step, queue.bytes);
          hw_out_queue_pop (&queue, MIN (step, queue.bytes));
        }
      g_assert_cmpuint (taken, ==, 12);
      g_assert_null (queue.pieces); /* what is empty holds no memory */
      g_assert_cmpuint (one->refs, ==, 1);
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
      hw_out_queue_push (&queue, buffer, 0, buffer->length);
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
  g_test_add_func ("/buffer/order-and-parts", test_order_and_parts);
  g_test_add_func ("/buffer/pop-any-part", test_pop_any_part);
  g_test_add_func ("/buffer/many-pieces-in-and-out", test_many_pieces_in_and_out);
  return g_test_run ();
}
