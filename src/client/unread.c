/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwUnread: the seqs of unread messages, sorted. Sixteen bytes a message and bounded: of more than
 * that, the oldest are only counted, and fall off together once reading has passed them. */

#include "unread.h"

/* Messages whose seqs are kept. */
#define UNREAD_MAX 20000

typedef struct
{
  guint64 seq;
  gboolean mention;
} Item;

struct _HwUnread
{
  GArray *items; /* of Item, by seq */
  guint mentions;
  guint older; /* messages up to @older_to, which are in no item */
  guint older_mentions;
  guint64 older_to;
};

/**
 * hw_unread_new:
 *
 * Returns: (transfer full): nothing is unread
 */
HwUnread *
hw_unread_new (void)
{
  HwUnread *self = g_new0 (HwUnread, 1);

  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  return self;
}

/**
 * hw_unread_free:
 * @self: (nullable) (transfer full): a tally
 */
void
hw_unread_free (HwUnread *self)
{
  if (!self)
    return;
  g_array_unref (self->items);
  g_free (self);
}

/**
 * hw_unread_clear:
 * @self: a tally
 *
 * Nothing is unread.
 */
void
hw_unread_clear (HwUnread *self)
{
  g_array_set_size (self->items, 0);
  self->mentions = 0;
  self->older = 0;
  self->older_mentions = 0;
  self->older_to = 0;
}

/* The first item with a seq over @seq. */
static guint
find_after (HwUnread *self, guint64 seq)
{
  guint low = 0;
  guint high = self->items->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->items, Item, middle).seq <= seq)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * hw_unread_add:
 * @self: a tally
 * @seq: an unread message's; one that is there already changes nothing
 * @mention: whether it names us
 */
void
hw_unread_add (HwUnread *self, guint64 seq, gboolean mention)
{
  Item item = { seq, mention };
  guint position = find_after (self, seq);

  if (position > 0 && g_array_index (self->items, Item, position - 1).seq == seq)
    return;
  if (seq <= self->older_to)
    {
      self->older++;
      self->older_mentions += mention ? 1 : 0;
      return;
    }
  g_array_insert_val (self->items, position, item);
  self->mentions += mention ? 1 : 0;
  if (self->items->len <= UNREAD_MAX)
    return;
  /* Half at once, so that it costs nothing a message. */
  for (guint i = 0; i < UNREAD_MAX / 2; i++)
    if (g_array_index (self->items, Item, i).mention)
      {
        self->mentions--;
        self->older_mentions++;
      }
  self->older += UNREAD_MAX / 2;
  self->older_to = g_array_index (self->items, Item, UNREAD_MAX / 2 - 1).seq;
  g_array_remove_range (self->items, 0, UNREAD_MAX / 2);
}

/**
 * hw_unread_read:
 * @self: a tally
 * @seq: everything up to it was read
 */
void
hw_unread_read (HwUnread *self, guint64 seq)
{
  guint n = find_after (self, seq);

  for (guint i = 0; i < n; i++)
    if (g_array_index (self->items, Item, i).mention)
      self->mentions--;
  if (n > 0)
    g_array_remove_range (self->items, 0, n);
  if (seq >= self->older_to)
    {
      self->older = 0;
      self->older_mentions = 0;
    }
}

/**
 * hw_unread_get_count:
 * @self: a tally
 *
 * Returns: how many messages are unread
 */
guint
hw_unread_get_count (HwUnread *self)
{
  return self->older + self->items->len;
}

/**
 * hw_unread_get_mentions:
 * @self: a tally
 *
 * Returns: how many of them name us
 */
guint
hw_unread_get_mentions (HwUnread *self)
{
  return self->older_mentions + self->mentions;
}
