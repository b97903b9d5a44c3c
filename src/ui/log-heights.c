/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Heights of a million rows in 190 KB. Rows lie in blocks of up to 256. Of each block three sums
 * are kept: rows, rows measured, their pixels; three Fenwick trees over them answer "how much is
 * above" and "which row is there" in a few hundred nanoseconds. The heights of single rows are kept
 * only for the blocks seen last; a block that was put away keeps its sums until somebody measures
 * in it again, so that what lies above it stays where it is. The mean that stands for the rows not
 * measured is one number: to change it costs nothing. */

#include "log-heights.h"

#include <string.h>

#define UNKNOWN (-1)

typedef struct
{
  gint32 rows;
  gint32 measured;
  gint64 pixels;
  gint32 *heights; /* HW_LOG_HEIGHTS_BLOCK of them, NULL when put away */
  guint seen;      /* for putting away the one not seen longest */
} Block;

typedef struct
{
  gint32 rows;
  gint32 measured;
  gint64 pixels;
} Sum;

struct _HwLogHeights
{
  GArray *blocks; /* of Block */
  Sum *tree;      /* Fenwick, 1-based: tree[i] sums the blocks (i - lowbit (i), i] */
  guint tree_size;
  guint n_kept;
  guint clock;
  gboolean keep_all;
  double mean;
};

static inline Block *
block_at (HwLogHeights *self, guint index)
{
  return &g_array_index (self->blocks, Block, index);
}

static inline double
sum_height (HwLogHeights *self, const Sum *sum)
{
  return (double) sum->pixels + (double) (sum->rows - sum->measured) * self->mean;
}

static inline double
row_height (HwLogHeights *self, const Block *block, guint row)
{
  if (block->heights != NULL)
    return block->heights[row] == UNKNOWN ? self->mean : block->heights[row];
  /* Put away: its rows share what it sums up to. */
  return ((double) block->pixels + (double) (block->rows - block->measured) * self->mean)
         / block->rows;
}

static void
tree_add (HwLogHeights *self, guint index, gint32 rows, gint32 measured, gint64 pixels)
{
  for (guint i = index + 1; i <= self->blocks->len; i += i & -i)
    {
      self->tree[i].rows += rows;
      self->tree[i].measured += measured;
      self->tree[i].pixels += pixels;
    }
}

/* All at once, in one pass: each node hands its sum to its parent. */
static void
tree_build (HwLogHeights *self)
{
  guint n = self->blocks->len;

  if (n + 1 > self->tree_size)
    {
      self->tree_size = MAX (n + 1, self->tree_size * 2);
      self->tree = g_renew (Sum, self->tree, self->tree_size);
    }
  memset (self->tree, 0, sizeof (Sum) * (n + 1));
  for (guint i = 1; i <= n; i++)
    {
      const Block *block = block_at (self, i - 1);
      guint parent = i + (i & -i);

      self->tree[i].rows += block->rows;
      self->tree[i].measured += block->measured;
      self->tree[i].pixels += block->pixels;
      if (parent <= n)
        {
          self->tree[parent].rows += self->tree[i].rows;
          self->tree[parent].measured += self->tree[i].measured;
          self->tree[parent].pixels += self->tree[i].pixels;
        }
    }
}

/* The block that holds @position, and what lies before it. @position at the very end gives the
 * index after the last block. */
static guint
locate (HwLogHeights *self, guint position, Sum *before)
{
  guint n = self->blocks->len;
  guint index = 0;
  guint step = n > 0 ? 1u << g_bit_storage (n) : 0;

  memset (before, 0, sizeof *before);
  for (; step > 0; step >>= 1)
    {
      guint next = index + step;

      if (next > n || (guint) before->rows + (guint) self->tree[next].rows > position)
        continue;
      index = next;
      before->rows += self->tree[next].rows;
      before->measured += self->tree[next].measured;
      before->pixels += self->tree[next].pixels;
    }
  return index;
}

static void
put_away_oldest (HwLogHeights *self, const Block *spare)
{
  Block *oldest = NULL;

  for (guint i = 0; i < self->blocks->len; i++)
    {
      Block *block = block_at (self, i);

      if (block->heights != NULL && block != spare
          && (oldest == NULL || self->clock - block->seen > self->clock - oldest->seen))
        oldest = block;
    }
  if (oldest != NULL)
    {
      g_clear_pointer (&oldest->heights, g_free);
      self->n_kept--;
    }
}

/* Gives @block room for its rows' heights. What it summed up before it was put away is forgotten:
 * single rows can no longer be told apart in it. */
static void
open_block (HwLogHeights *self, guint index)
{
  Block *block = block_at (self, index);

  if (block->heights != NULL)
    {
      block->seen = ++self->clock;
      return;
    }
  if (self->n_kept >= HW_LOG_HEIGHTS_KEPT && !self->keep_all)
    put_away_oldest (self, block);
  if (block->measured > 0)
    {
      tree_add (self, index, 0, -block->measured, -block->pixels);
      block->measured = 0;
      block->pixels = 0;
    }
  block->heights = g_new (gint32, HW_LOG_HEIGHTS_BLOCK);
  for (guint i = 0; i < HW_LOG_HEIGHTS_BLOCK; i++)
    block->heights[i] = UNKNOWN;
  block->seen = ++self->clock;
  self->n_kept++;
}

static void
drop_block (HwLogHeights *self, guint index)
{
  Block *block = block_at (self, index);

  if (block->heights != NULL)
    {
      g_free (block->heights);
      self->n_kept--;
    }
}

static void
count_block (Block *block)
{
  block->measured = 0;
  block->pixels = 0;
  for (gint32 i = 0; i < block->rows; i++)
    {
      if (block->heights[i] == UNKNOWN)
        continue;
      block->measured++;
      block->pixels += block->heights[i];
    }
}

/* Takes @count rows, from @row on, out of a block. */
static void
shrink_block (Block *block, guint row, guint count)
{
  if (block->heights != NULL)
    {
      guint rest = (guint) block->rows - row - count;

      memmove (block->heights + row, block->heights + row + count, rest * sizeof (gint32));
      block->rows -= (gint32) count;
      for (guint i = (guint) block->rows; i < (guint) block->rows + count; i++)
        block->heights[i] = UNKNOWN;
      count_block (block);
      return;
    }
  /* Put away: the rows that go take their share along. */
  block->pixels -= block->pixels * (gint64) count / block->rows;
  block->measured -= (gint32) ((gint64) block->measured * (gint64) count / block->rows);
  block->rows -= (gint32) count;
  block->measured = MIN (block->measured, block->rows);
}

/* Splits block @index so that a new block begins at @row. */
static void
split_block (HwLogHeights *self, guint index, guint row)
{
  Block tail = { 0 };
  Block *block = block_at (self, index);

  tail.rows = block->rows - (gint32) row;
  tail.seen = block->seen;
  if (block->heights != NULL)
    {
      tail.heights = g_new (gint32, HW_LOG_HEIGHTS_BLOCK);
      for (guint i = 0; i < HW_LOG_HEIGHTS_BLOCK; i++)
        tail.heights[i] = UNKNOWN;
      memcpy (tail.heights, block->heights + row, (gsize) tail.rows * sizeof (gint32));
      self->n_kept++;
      for (guint i = row; i < (guint) block->rows; i++)
        block->heights[i] = UNKNOWN;
      block->rows = (gint32) row;
      count_block (block);
      count_block (&tail);
    }
  else
    {
      tail.pixels = block->pixels * tail.rows / block->rows;
      tail.measured = (gint32) ((gint64) block->measured * tail.rows / block->rows);
      block->pixels -= tail.pixels;
      block->measured -= tail.measured;
      block->rows = (gint32) row;
      tail.measured = MIN (tail.measured, tail.rows);
      block->measured = MIN (block->measured, block->rows);
    }
  g_array_insert_val (self->blocks, index + 1, tail);
}

/* Removes rows; leaves the tree to be built. */
static void
remove_rows (HwLogHeights *self, guint position, guint count)
{
  Sum before;
  guint index = locate (self, position, &before);
  guint row = position - (guint) before.rows;
  guint first_gone = index;
  guint n_gone = 0;

  while (count > 0 && index < self->blocks->len)
    {
      Block *block = block_at (self, index);
      guint here = MIN (count, (guint) block->rows - row);

      if (here == (guint) block->rows)
        {
          drop_block (self, index);
          if (n_gone++ == 0)
            first_gone = index;
        }
      else
        shrink_block (block, row, here);
      count -= here;
      row = 0;
      index++;
    }
  if (n_gone > 0)
    g_array_remove_range (self->blocks, first_gone, n_gone);
  tree_build (self);
}

static void
insert_rows (HwLogHeights *self, guint position, guint count)
{
  Sum before;
  guint index = locate (self, position, &before);
  guint row = position - (guint) before.rows;
  guint n_new;
  g_autofree Block *fresh = NULL;

  /* At a block's start the one before it may still have room: the usual case, appending. */
  if (row == 0 && index > 0 && block_at (self, index - 1)->rows < HW_LOG_HEIGHTS_BLOCK)
    {
      index--;
      row = (guint) block_at (self, index)->rows;
    }
  if (index < self->blocks->len)
    {
      Block *block = block_at (self, index);

      if ((guint) block->rows + count <= HW_LOG_HEIGHTS_BLOCK)
        {
          if (block->heights != NULL)
            {
              memmove (block->heights + row + count, block->heights + row,
                       ((guint) block->rows - row) * sizeof (gint32));
              for (guint i = row; i < row + count; i++)
                block->heights[i] = UNKNOWN;
            }
          block->rows += (gint32) count;
          tree_add (self, index, (gint32) count, 0, 0);
          return;
        }
      if (row > 0 && row < (guint) block->rows)
        split_block (self, index, row);
      if (row > 0)
        {
          guint room = HW_LOG_HEIGHTS_BLOCK - row;
          guint here = MIN (room, count);

          block_at (self, index)->rows += (gint32) here;
          count -= here;
          index++;
        }
    }
  n_new = (count + HW_LOG_HEIGHTS_BLOCK - 1) / HW_LOG_HEIGHTS_BLOCK;
  fresh = g_new0 (Block, MAX (n_new, 1));
  for (guint i = 0; i < n_new; i++)
    {
      fresh[i].rows = (gint32) MIN (count, HW_LOG_HEIGHTS_BLOCK);
      count -= (guint) fresh[i].rows;
    }
  if (n_new > 0)
    g_array_insert_vals (self->blocks, index, fresh, n_new);
  tree_build (self);
}

/**
 * hw_log_heights_new:
 * @mean: pixels a row counts as until rows were measured
 *
 * Returns: (transfer full): heights of no rows
 */
HwLogHeights *
hw_log_heights_new (double mean)
{
  HwLogHeights *self = g_new0 (HwLogHeights, 1);

  self->blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  self->mean = mean;
  tree_build (self);
  return self;
}

/**
 * hw_log_heights_free:
 * @self: (transfer full): the heights
 */
void
hw_log_heights_free (HwLogHeights *self)
{
  for (guint i = 0; i < self->blocks->len; i++)
    g_free (block_at (self, i)->heights);
  g_array_unref (self->blocks);
  g_free (self->tree);
  g_free (self);
}

/**
 * hw_log_heights_set_keep_all:
 * @self: the heights
 * @keep_all: whether every row measured is remembered, whatever the memory; tests compare so
 */
void
hw_log_heights_set_keep_all (HwLogHeights *self, gboolean keep_all)
{
  self->keep_all = keep_all;
}

/**
 * hw_log_heights_splice:
 * @self: the heights
 * @position: the first row concerned, at most the number of rows
 * @removed: rows that go; no more than there are
 * @added: rows, not measured yet, that take their place
 */
void
hw_log_heights_splice (HwLogHeights *self, guint position, guint removed, guint added)
{
  g_return_if_fail (position <= hw_log_heights_get_n (self));
  g_return_if_fail (removed <= hw_log_heights_get_n (self) - position);

  if (removed > 0)
    remove_rows (self, position, removed);
  if (added > 0)
    insert_rows (self, position, added);
}

/**
 * hw_log_heights_forget:
 * @self: the heights
 * @scale: what the mean is multiplied with: rows get higher as the window gets narrower
 *
 * Forgets every measured height.
 */
void
hw_log_heights_forget (HwLogHeights *self, double scale)
{
  for (guint i = 0; i < self->blocks->len; i++)
    {
      Block *block = block_at (self, i);

      g_clear_pointer (&block->heights, g_free);
      block->measured = 0;
      block->pixels = 0;
    }
  self->n_kept = 0;
  self->mean = MAX (1, self->mean * scale);
  tree_build (self);
}

/**
 * hw_log_heights_set:
 * @self: the heights
 * @position: a row
 * @height: its height in pixels, 0 for one that is folded away; negative: not known any more
 */
void
hw_log_heights_set (HwLogHeights *self, guint position, int height)
{
  Sum before;
  guint index = locate (self, position, &before);
  Block *block;
  gint32 *slot;
  gint32 measured;
  gint64 pixels;

  g_return_if_fail (index < self->blocks->len);

  block = block_at (self, index);
  if (height < 0 && block->heights == NULL)
    return;
  open_block (self, index);
  slot = &block->heights[position - (guint) before.rows];
  if (height < 0)
    height = UNKNOWN;
  if (*slot == height)
    return;
  measured = (height != UNKNOWN) - (*slot != UNKNOWN);
  pixels = (gint64) MAX (height, 0) - MAX (*slot, 0);
  *slot = height;
  block->measured += measured;
  block->pixels += pixels;
  tree_add (self, index, 0, measured, pixels);
}

/**
 * hw_log_heights_get:
 * @self: the heights
 * @position: a row
 *
 * Returns: its height in pixels, negative if it was not measured or has been forgotten
 */
int
hw_log_heights_get (HwLogHeights *self, guint position)
{
  Sum before;
  guint index = locate (self, position, &before);
  Block *block;

  if (index >= self->blocks->len)
    return -1;
  block = block_at (self, index);
  if (block->heights == NULL)
    return -1;
  return block->heights[position - (guint) before.rows];
}

/**
 * hw_log_heights_get_n:
 * @self: the heights
 *
 * Returns: the number of rows
 */
guint
hw_log_heights_get_n (HwLogHeights *self)
{
  Sum sum;

  locate (self, G_MAXUINT, &sum);
  return (guint) sum.rows;
}

/**
 * hw_log_heights_get_mean:
 * @self: the heights
 *
 * Returns: pixels that a row not measured counts as
 */
double
hw_log_heights_get_mean (HwLogHeights *self)
{
  return self->mean;
}

/**
 * hw_log_heights_set_mean:
 * @self: the heights
 * @mean: pixels that a row not measured counts as from now on
 */
void
hw_log_heights_set_mean (HwLogHeights *self, double mean)
{
  self->mean = MAX (1, mean);
}

/**
 * hw_log_heights_refresh_mean:
 * @self: the heights
 *
 * Takes the measured rows' mean for the others, if the one in use is over 10 % off; not for less,
 * or the scroll bar would never rest.
 *
 * Returns: whether it changed
 */
gboolean
hw_log_heights_refresh_mean (HwLogHeights *self)
{
  Sum sum;
  double mean;

  locate (self, G_MAXUINT, &sum);
  if (sum.measured < 8)
    return FALSE;
  mean = MAX (1, (double) sum.pixels / sum.measured);
  if (mean > self->mean * 0.9 && mean < self->mean * 1.1)
    return FALSE;
  self->mean = mean;
  return TRUE;
}

/**
 * hw_log_heights_before:
 * @self: the heights
 * @position: a row, or the number of rows
 *
 * Returns: pixels of all rows before @position
 */
double
hw_log_heights_before (HwLogHeights *self, guint position)
{
  Sum before;
  guint index = locate (self, position, &before);
  double y = sum_height (self, &before);

  if (index < self->blocks->len)
    {
      const Block *block = block_at (self, index);
      guint rows = position - (guint) before.rows;

      if (block->heights == NULL)
        y += rows > 0 ? rows * row_height (self, block, 0) : 0;
      else
        for (guint i = 0; i < rows; i++)
          y += row_height (self, block, i);
    }
  return y;
}

/**
 * hw_log_heights_total:
 * @self: the heights
 *
 * Returns: pixels of all rows
 */
double
hw_log_heights_total (HwLogHeights *self)
{
  Sum sum;

  locate (self, G_MAXUINT, &sum);
  return sum_height (self, &sum);
}

/**
 * hw_log_heights_find:
 * @self: the heights
 * @y: pixels from the first row's top
 * @offset: (out): pixels of the row that are above @y
 * @height: (out): the row's height as it is known or guessed
 *
 * Finds the row at @y; the first or the last one for what is outside.
 *
 * Returns: its position, 0 where there are no rows
 */
guint
hw_log_heights_find (HwLogHeights *self, double y, double *offset, double *height)
{
  guint n = self->blocks->len;
  guint index = 0;
  Sum before = { 0 };
  const Block *block;
  double top;
  guint row = 0;

  *offset = 0;
  *height = self->mean;
  if (n == 0)
    return 0;
  y = MAX (y, 0);
  for (guint step = 1u << g_bit_storage (n); step > 0; step >>= 1)
    {
      guint next = index + step;
      Sum sum;

      if (next >= n)
        continue;
      sum.rows = before.rows + self->tree[next].rows;
      sum.measured = before.measured + self->tree[next].measured;
      sum.pixels = before.pixels + self->tree[next].pixels;
      if (sum_height (self, &sum) > y)
        continue;
      index = next;
      before = sum;
    }
  block = block_at (self, index);
  top = sum_height (self, &before);
  while (row + 1 < (guint) block->rows && top + row_height (self, block, row) <= y)
    top += row_height (self, block, row++);
  *height = row_height (self, block, row);
  *offset = CLAMP (y - top, 0, *height);
  return (guint) before.rows + row;
}
