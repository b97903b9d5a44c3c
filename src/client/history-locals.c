/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where items stand that are in no log: files that somebody offers. Such an item keeps the seq of
 * the entry after which it came, so it stays where it is while pages come and go. What came after
 * an entry that is not known yet stands at the end until the log has grown that far. All functions
 * take NULL for what has no such items, as most histories do. */

#include "history-locals.h"

typedef struct
{
  guint64 after; /* seq; 0: before the first */
  HwEntry *entry;
} Local;

struct _HwHistoryLocals
{
  GArray *items; /* of Local, by "after", those with the same in the order they came */
};

static Local *
get (HwHistoryLocals *self, guint index)
{
  return &g_array_index (self->items, Local, index);
}

static void
clear_local (gpointer data)
{
  g_object_unref (((Local *) data)->entry);
}

HwHistoryLocals *
hw_history_locals_new (void)
{
  HwHistoryLocals *self = g_new0 (HwHistoryLocals, 1);

  self->items = g_array_new (FALSE, FALSE, sizeof (Local));
  g_array_set_clear_func (self->items, clear_local);
  return self;
}

void
hw_history_locals_free (HwHistoryLocals *self)
{
  g_array_unref (self->items);
  g_free (self);
}

/**
 * hw_history_locals_get_n:
 * @self: (nullable): items
 *
 * Returns: how many there are
 */
guint
hw_history_locals_get_n (HwHistoryLocals *self)
{
  return self ? self->items->len : 0;
}

/**
 * hw_history_locals_get:
 * @self: items
 * @index: which, from 0, in their order
 *
 * Returns: (transfer none): the item
 */
HwEntry *
hw_history_locals_get (HwHistoryLocals *self, guint index)
{
  return get (self, index)->entry;
}

static guint
position_of (HwHistoryLocals *self, guint index, guint logged)
{
  return (guint) MIN (get (self, index)->after, logged) + index;
}

/**
 * hw_history_locals_count_before:
 * @self: (nullable): items
 * @seq: of an entry
 *
 * Returns: how many stand before that entry
 */
guint
hw_history_locals_count_before (HwHistoryLocals *self, guint64 seq)
{
  guint low = 0;
  guint high = hw_history_locals_get_n (self);

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (get (self, middle)->after < seq)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * hw_history_locals_add:
 * @self: items
 * @entry: (transfer none): one more
 * @after: seq of the entry after which it stands, and after those that stand there already
 * @logged: entries of the log that are items
 *
 * Returns: its position
 */
guint
hw_history_locals_add (HwHistoryLocals *self, HwEntry *entry, guint64 after, guint logged)
{
  Local local = { after, g_object_ref (entry) };
  guint index = hw_history_locals_count_before (self, after < G_MAXUINT64 ? after + 1 : after);

  g_array_insert_val (self->items, index, local);
  return position_of (self, index, logged);
}

/**
 * hw_history_locals_at:
 * @self: (nullable): items
 * @position: in the history
 * @logged: entries of the log that are items
 * @before: (out): how many stand before that position
 *
 * Returns: (transfer none) (nullable): the item there, if it is one of these
 */
HwEntry *
hw_history_locals_at (HwHistoryLocals *self, guint position, guint logged, guint *before)
{
  guint low = 0;
  guint high = hw_history_locals_get_n (self);

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (position_of (self, middle, logged) < position)
        low = middle + 1;
      else
        high = middle;
    }
  *before = low;
  return low < hw_history_locals_get_n (self) && position_of (self, low, logged) == position
             ? get (self, low)->entry
             : NULL;
}

/**
 * hw_history_locals_find:
 * @self: (nullable): items
 * @entry: one of them, or not
 * @logged: entries of the log that are items
 * @position: (out): where it stands in the history
 *
 * Returns: whether it is one of them
 */
gboolean
hw_history_locals_find (HwHistoryLocals *self, HwEntry *entry, guint logged, guint *position)
{
  for (guint i = hw_history_locals_get_n (self); i > 0; i--)
    if (get (self, i - 1)->entry == entry)
      {
        *position = position_of (self, i - 1, logged);
        return TRUE;
      }
  return FALSE;
}

/**
 * hw_history_locals_remove_first:
 * @self: items, one at least
 *
 * Takes out the one that stands first.
 */
void
hw_history_locals_remove_first (HwHistoryLocals *self)
{
  g_array_remove_index (self->items, 0);
}
