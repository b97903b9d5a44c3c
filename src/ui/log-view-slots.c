/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log view's realised rows, in order, and the pool they come from and go back to. Rows in the
 * pool stay children of the view, hidden: to make and to parent a widget is what costs. */

#include "log-view-private.h"

/* Rows kept in the pool at least. */
#define POOL_MIN 16

/**
 * hw_log_view_find_slot:
 * @self: a log view
 * @position: of an entry
 *
 * Returns: (transfer none) (nullable): its realised row, until rows are placed again
 */
HwLogSlot *
hw_log_view_find_slot (HwLogView *self, guint position)
{
  guint low = 0;
  guint high = self->slots->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      guint here = hw_log_row_get_position (hw_log_view_slot (self, middle)->row);

      if (here == position)
        return hw_log_view_slot (self, middle);
      if (here < position)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

/**
 * hw_log_view_slot_y:
 * @self: a log view
 * @slot: one of its rows
 *
 * Returns: pixels from the view's top to the row's
 */
int
hw_log_view_slot_y (HwLogView *self, const HwLogSlot *slot)
{
  return (int) (slot->y - (gint64) hw_log_view_get_value (self));
}

/**
 * hw_log_view_slot_at:
 * @self: a log view
 * @y: pixels from the view's top
 *
 * Returns: (transfer none) (nullable): the row there; the first or last one for what is outside
 */
HwLogSlot *
hw_log_view_slot_at (HwLogView *self, double y)
{
  double at = y + hw_log_view_get_value (self);

  for (guint i = 0; i < self->slots->len; i++)
    if (at < (double) (hw_log_view_slot (self, i)->y + hw_log_view_slot (self, i)->height))
      return hw_log_view_slot (self, i);
  return self->slots->len > 0 ? hw_log_view_slot (self, self->slots->len - 1) : NULL;
}

/**
 * hw_log_view_release:
 * @self: a log view
 * @row: one of its rows, which is in no slot any more
 *
 * Puts it into the pool: hidden, but still a child.
 */
void
hw_log_view_release (HwLogView *self, HwLogRow *row)
{
  hw_log_view_row_is_leaving (self, row);
  hw_log_row_unbind (row);
  gtk_widget_set_child_visible (GTK_WIDGET (row), FALSE);
  g_ptr_array_add (self->pool, row);
}

/**
 * hw_log_view_release_all:
 * @self: a log view
 *
 * Puts every row back into the pool.
 */
void
hw_log_view_release_all (HwLogView *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    hw_log_view_release (self, hw_log_view_slot (self, i)->row);
  g_array_set_size (self->slots, 0);
}

/**
 * hw_log_view_take_row:
 * @self: a log view
 *
 * Returns: (transfer none): a row from the pool, or a new one
 */
HwLogRow *
hw_log_view_take_row (HwLogView *self)
{
  if (self->pool->len > 0)
    return g_ptr_array_steal_index_fast (self->pool, self->pool->len - 1);
  return hw_log_view_new_row (self);
}

/**
 * hw_log_view_trim_pool:
 * @self: a log view
 *
 * Lets rows go that are not needed: a pool as large as what is in use is enough.
 */
void
hw_log_view_trim_pool (HwLogView *self)
{
  guint keep = MAX (POOL_MIN, self->slots->len);

  while (self->pool->len > keep)
    gtk_widget_unparent (g_ptr_array_steal_index_fast (self->pool, self->pool->len - 1));
}

/**
 * hw_log_view_mark_stale:
 * @self: a log view
 * @first: position of an entry
 * @last: position of another, not before it
 *
 * Has the rows from @first to @last bound again when they are placed.
 */
void
hw_log_view_mark_stale (HwLogView *self, guint first, guint last)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      guint position = hw_log_row_get_position (hw_log_view_slot (self, i)->row);

      if (position >= first && position <= last)
        hw_log_view_slot (self, i)->stale = TRUE;
    }
}

/**
 * hw_log_view_splice_slots:
 * @self: a log view
 * @position: where the history has changed
 * @removed: entries that went
 * @added: entries that came, another number
 *
 * Moves rows, anchor and heights along with their entries.
 */
void
hw_log_view_splice_slots (HwLogView *self, guint position, guint removed, guint added)
{
  guint after = position + removed;

  hw_log_heights_splice (self->heights, position, removed, added);
  for (guint i = self->slots->len; i > 0; i--)
    {
      HwLogSlot *here = hw_log_view_slot (self, i - 1);
      guint at = hw_log_row_get_position (here->row);

      if (at >= after)
        hw_log_row_set_position (here->row, at - removed + added);
      else if (at >= position)
        {
          hw_log_view_release (self, here->row);
          g_array_remove_index (self->slots, i - 1);
        }
    }
  if (self->anchor >= after)
    self->anchor = self->anchor - removed + added;
  else if (self->anchor >= position)
    self->anchor = position;
  if (self->has_grip && self->grip_position >= after)
    self->grip_position = self->grip_position - removed + added;
  else if (self->has_grip && self->grip_position >= position)
    self->has_grip = FALSE;
  if (self->focus_wanted && self->focus_position >= after)
    self->focus_position = self->focus_position - removed + added;
}

/**
 * hw_log_view_drop_pool:
 * @self: a log view that goes away, with all of its rows in the pool
 *
 * Lets go of the rows there, where no container looks for its children.
 */
void
hw_log_view_drop_pool (HwLogView *self)
{
  while (self->pool->len > 0)
    gtk_widget_unparent (g_ptr_array_steal_index_fast (self->pool, self->pool->len - 1));
}
