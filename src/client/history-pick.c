/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The entries that a filter lets through. A server tells how many there are and gives pages of them
 * by number, but not which is the thousandth: so the list is made of runs that are known, and of
 * gaps between them whose sizes are guesses that add up to what the server counted. A run grows at
 * its ends as somebody scrolls over them; where somebody jumps into a gap, a new run begins at the
 * number that lies there by proportion. When two runs meet, the gap between them is closed, and
 * what its guess was wrong by goes to another gap.
 *
 * Runs never overlap, never touch (they would be one) and are in order; between two there is at
 * least one position. Entries are kept up to a bound, those farthest from what was looked at last
 * are given up first: their places become gaps of the right size, which nobody needs to be told. */

#include "history-pick.h"

/* Milliseconds that a wish rests, but for the first one after a pause: as HwHistory's. */
#define REST 80

/* Entries kept: as many as a history of a whole log keeps. */
#define KEPT_MAX 6400

typedef struct
{
  guint position;     /* of the first one */
  GPtrArray *entries; /* of HwEntry; never empty */
} Run;

struct _HwHistoryPick
{
  HwHistoryPickChanged changed;
  HwHistoryPickAsk ask;
  gpointer user_data;

  guint64 low; /* seqs: what may match at all */
  guint64 high;
  guint n;
  guint total; /* what the server counted */
  gboolean exact;
  GPtrArray *runs;
  guint n_kept;

  gboolean asking;
  gboolean failed;
  gboolean wished;
  guint wish;       /* position */
  guint looked;     /* the position wished for last */
  guint64 hint_seq; /* 0: none; what is to stand at hint_position, if that is in a gap */
  guint hint_position;
  gint64 asked_at; /* monotonic time */
  guint rest;      /* source */
};

static void
run_free (gpointer data)
{
  Run *run = data;

  g_ptr_array_unref (run->entries);
  g_free (run);
}

static guint64
first_seq (const Run *run)
{
  return hw_entry_get_seq (run->entries->pdata[0]);
}

static guint64
last_seq (const Run *run)
{
  return hw_entry_get_seq (run->entries->pdata[run->entries->len - 1]);
}

static guint
get_end (const Run *run)
{
  return run->position + run->entries->len;
}

/* The first run that ends behind @position. */
static guint
find_run (HwHistoryPick *self, guint position)
{
  guint low = 0, high = self->runs->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (get_end (self->runs->pdata[middle]) <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The first run that begins at @seq or behind it. */
static guint
find_run_by_seq (HwHistoryPick *self, guint64 seq)
{
  guint i = 0;

  while (i < self->runs->len && first_seq (self->runs->pdata[i]) < seq)
    i++;
  return i;
}

static void
shift (HwHistoryPick *self, guint first, gint64 by)
{
  for (guint i = first; i < self->runs->len; i++)
    {
      Run *run = self->runs->pdata[i];

      run->position = (guint) (run->position + by);
    }
}

/* The positions of the gap before the run @next: behind the one before it. */
static void
get_gap (HwHistoryPick *self, guint next, guint *from, guint *until)
{
  *from = next > 0 ? get_end (self->runs->pdata[next - 1]) : 0;
  *until = next < self->runs->len ? ((Run *) self->runs->pdata[next])->position : self->n;
}

/* Makes the gap before the run @next larger or smaller, by up to @by; never as small as nothing,
 * for that would say that it is closed. */
static gint64
stretch (HwHistoryPick *self, guint next, gint64 by)
{
  guint from, until;

  get_gap (self, next, &from, &until);
  if (until == from)
    return 0;
  by = MAX (by, 1 - (gint64) (until - from));
  if (by == 0)
    return 0;
  shift (self, next, by);
  self->n = (guint) (self->n + by);
  if (by > 0)
    self->changed (until, 0, (guint) by, self->user_data);
  else
    self->changed ((guint) (until + by), (guint) -by, 0, self->user_data);
  return by;
}

/* What was counted and what is here differ by guesses only: gaps take the difference. */
static void
balance (HwHistoryPick *self)
{
  gint64 missing = (gint64) self->total - self->n;
  gboolean gaps = FALSE;

  for (guint i = 0; i <= self->runs->len && missing != 0; i++)
    missing -= stretch (self, self->runs->len - i, missing);
  for (guint i = 0; i <= self->runs->len && !gaps; i++)
    {
      guint from, until;

      get_gap (self, i, &from, &until);
      gaps = until > from;
    }
  if (!gaps)
    {
      /* All is here: nobody needs to count. */
      self->total = self->n;
      self->exact = TRUE;
    }
}

static void
trim (HwHistoryPick *self)
{
  while (self->n_kept > KEPT_MAX && self->runs->len > 0)
    {
      Run *first = self->runs->pdata[0];
      Run *last = self->runs->pdata[self->runs->len - 1];
      gint64 above = (gint64) self->looked - first->position;
      gint64 below = (gint64) get_end (last) - self->looked;
      Run *run = above > below ? first : last;
      guint n = MIN (run->entries->len, HW_HISTORY_PICK_PAGE);

      self->n_kept -= n;
      if (n == run->entries->len)
        {
          g_ptr_array_remove (self->runs, run);
          continue;
        }
      if (run == first)
        run->position += n;
      g_ptr_array_remove_range (run->entries, run == first ? 0 : run->entries->len - n, n);
    }
}

static guint64
guess_seq (HwHistoryPick *self, guint next, guint position)
{
  guint from, until;
  guint64 low = next > 0 ? last_seq (self->runs->pdata[next - 1]) + 1 : self->low;
  guint64 high = next < self->runs->len ? first_seq (self->runs->pdata[next]) : self->high + 1;

  get_gap (self, next, &from, &until);
  if (high <= low || until <= from)
    return low;
  return low + (guint64) ((double) (high - low) * (position - from) / (until - from));
}

static void
ask_now (HwHistoryPick *self)
{
  guint position = MIN (self->wish, self->n > 0 ? self->n - 1 : 0);
  guint next = find_run (self, position);
  guint from, until;

  self->wished = FALSE;
  if (self->n == 0 || self->asking || hw_history_pick_peek (self, position) != NULL)
    return;
  self->asking = TRUE;
  self->asked_at = g_get_monotonic_time ();
  get_gap (self, next, &from, &until);
  if (self->hint_seq > 0 && self->hint_position >= from && self->hint_position < until)
    {
      guint64 seq = self->hint_seq;

      /* Some of what comes before it, too: it will not stand at the upper edge. */
      self->hint_seq = 0;
      self->wish = self->hint_position;
      self->ask (FALSE, MAX (seq, self->low + 1) - 1, self->user_data);
    }
  else if (next > 0 && position - from < HW_HISTORY_PICK_PAGE)
    self->ask (FALSE, last_seq (self->runs->pdata[next - 1]), self->user_data);
  else if (next < self->runs->len && until - position <= HW_HISTORY_PICK_PAGE)
    self->ask (TRUE, first_seq (self->runs->pdata[next]), self->user_data);
  else if (next == self->runs->len && until - position <= HW_HISTORY_PICK_PAGE)
    self->ask (TRUE, self->high + 1, self->user_data);
  else if (next == 0 && position < HW_HISTORY_PICK_PAGE)
    self->ask (FALSE, self->low - 1, self->user_data);
  else
    self->ask (FALSE, MAX (guess_seq (self, next, position), self->low + 1) - 1, self->user_data);
}

static gboolean
on_rested (gpointer user_data)
{
  HwHistoryPick *self = user_data;

  self->rest = 0;
  if (self->wished && !self->asking)
    ask_now (self);
  return G_SOURCE_REMOVE;
}

/* Puts @entries, all of them new, into the gap before the run @next. */
static void
fill_gap (HwHistoryPick *self, guint next, GPtrArray *entries, gboolean at_start, gboolean at_end)
{
  Run *before = next > 0 ? self->runs->pdata[next - 1] : NULL;
  Run *after = next < self->runs->len ? self->runs->pdata[next] : NULL;
  guint from, until, size, lead, rest;
  guint n = entries->len;
  Run *run;

  get_gap (self, next, &from, &until);
  size = until - from;
  if (at_start && at_end)
    lead = rest = 0;
  else if (at_start)
    {
      lead = 0;
      rest = size > n ? size - n : 1;
    }
  else if (at_end)
    {
      lead = size > n ? size - n : 1;
      rest = 0;
    }
  else
    {
      lead = CLAMP (self->wish, from + 1, MAX (until, from + 2) - 1) - from;
      rest = size > lead + n ? size - lead - n : 1;
      if (lead + n + rest > size && size > n + 1)
        {
          rest = 1;
          lead = size - n - 1;
        }
    }

  if (n > 0)
    {
      run = g_new0 (Run, 1);
      run->position = from + lead;
      run->entries = g_ptr_array_new_with_free_func (g_object_unref);
      for (guint i = 0; i < n; i++)
        g_ptr_array_add (run->entries, g_object_ref (entries->pdata[i]));
      self->n_kept += n;
      g_ptr_array_insert (self->runs, (int) next, run);
      next++;
    }
  shift (self, next, (gint64) (lead + n + rest) - size);
  self->n = self->n - size + lead + n + rest;

  /* Runs without a gap between them are one. */
  if (after != NULL && rest == 0 && (n > 0 || before != NULL) && (n > 0 || lead == 0))
    {
      run = self->runs->pdata[next - 1];
      for (guint i = 0; i < after->entries->len; i++)
        g_ptr_array_add (run->entries, g_object_ref (after->entries->pdata[i]));
      g_ptr_array_remove_index (self->runs, next);
    }
  if (before != NULL && lead == 0 && n > 0)
    {
      run = self->runs->pdata[next - 1];
      for (guint i = 0; i < run->entries->len; i++)
        g_ptr_array_add (before->entries, g_object_ref (run->entries->pdata[i]));
      g_ptr_array_remove_index (self->runs, next - 1);
    }
  if (lead + n + rest == size)
    self->changed (from + lead, n, n, self->user_data);
  else
    self->changed (from, size, lead + n + rest, self->user_data);
}

/**
 * hw_history_pick_new:
 * @changed: called after every change of the list
 * @ask: called for what is missing
 * @user_data: for both
 *
 * Returns: (transfer full): a list of nothing; hw_history_pick_set_range() and
 * hw_history_pick_set_total() come next
 */
HwHistoryPick *
hw_history_pick_new (HwHistoryPickChanged changed, HwHistoryPickAsk ask, gpointer user_data)
{
  HwHistoryPick *self = g_new0 (HwHistoryPick, 1);

  self->changed = changed;
  self->ask = ask;
  self->user_data = user_data;
  self->low = 1;
  self->runs = g_ptr_array_new_with_free_func (run_free);
  return self;
}

/**
 * hw_history_pick_free:
 * @self: (transfer full): a list
 */
void
hw_history_pick_free (HwHistoryPick *self)
{
  g_clear_handle_id (&self->rest, g_source_remove);
  g_ptr_array_unref (self->runs);
  g_free (self);
}

/**
 * hw_history_pick_set_range:
 * @self: a list
 * @low: the first seq that may match
 * @high: the last one; it may grow
 */
void
hw_history_pick_set_range (HwHistoryPick *self, guint64 low, guint64 high)
{
  self->low = MAX (low, 1);
  self->high = high;
}

/**
 * hw_history_pick_set_total:
 * @self: a list
 * @total: how many entries match
 * @exact: whether that was counted, not guessed
 */
void
hw_history_pick_set_total (HwHistoryPick *self, guint total, gboolean exact)
{
  guint before = self->n;

  if (self->exact && !exact)
    return;
  self->total = total;
  self->exact = exact;
  if (self->runs->len > 0 && total > self->n)
    {
      guint from, until;

      /* More came at the end. */
      get_gap (self, self->runs->len, &from, &until);
      if (from == until)
        {
          self->n = total;
          self->changed (before, 0, total - before, self->user_data);
          return;
        }
    }
  if (self->runs->len == 0)
    {
      self->n = total;
      if (total > before)
        self->changed (before, 0, total - before, self->user_data);
      else if (total < before)
        self->changed (total, before - total, 0, self->user_data);
      return;
    }
  balance (self);
}

/**
 * hw_history_pick_is_exact:
 * @self: a list
 *
 * Returns: whether its length is known, not guessed
 */
gboolean
hw_history_pick_is_exact (HwHistoryPick *self)
{
  return self->exact;
}

/**
 * hw_history_pick_get_n:
 * @self: a list
 *
 * Returns: its length, as far as it is known
 */
guint
hw_history_pick_get_n (HwHistoryPick *self)
{
  return self->n;
}

/**
 * hw_history_pick_peek:
 * @self: a list
 * @position: which one
 *
 * Returns: (transfer none) (nullable): the entry, %NULL if it is not here
 */
HwEntry *
hw_history_pick_peek (HwHistoryPick *self, guint position)
{
  guint i = find_run (self, position);
  Run *run = i < self->runs->len ? self->runs->pdata[i] : NULL;

  return run != NULL && position >= run->position ? run->entries->pdata[position - run->position]
                                                  : NULL;
}

/**
 * hw_history_pick_wish:
 * @self: a list
 * @position: of an entry that is not here
 *
 * Asks for it and its neighbours, unless another one is wished for soon after.
 */
void
hw_history_pick_wish (HwHistoryPick *self, guint position)
{
  gint64 now = g_get_monotonic_time ();

  self->wished = TRUE;
  self->wish = self->looked = position;
  if (self->asking || self->failed || self->rest != 0)
    return;
  self->rest = now - self->asked_at > REST * 1000 ? g_idle_add (on_rested, self)
                                                  : g_timeout_add (REST, on_rested, self);
}

/**
 * hw_history_pick_find:
 * @self: a list
 * @seq: of an entry
 *
 * Returns: where it is, or the next one that matches; where that is not here, a guess, at which it
 * will stand when it is looked at
 */
guint
hw_history_pick_find (HwHistoryPick *self, guint64 seq)
{
  guint i = find_run_by_seq (self, seq + 1);
  Run *run = i > 0 ? self->runs->pdata[i - 1] : NULL;
  guint from, until;
  guint64 low, high;

  if (run != NULL && seq <= last_seq (run))
    {
      guint j = 0, end = run->entries->len;

      while (j < end)
        {
          guint middle = (j + end) / 2;

          if (hw_entry_get_seq (run->entries->pdata[middle]) < seq)
            j = middle + 1;
          else
            end = middle;
        }
      return run->position + j;
    }
  get_gap (self, i, &from, &until);
  if (from == until)
    return MIN (from, self->n > 0 ? self->n - 1 : 0);
  low = run != NULL ? last_seq (run) : self->low - 1;
  high = i < self->runs->len ? first_seq (self->runs->pdata[i]) : self->high + 1;
  self->hint_seq = MAX (seq, 1);
  self->hint_position
      = from
        + (high > low ? (guint) ((double) (until - from) * (double) (CLAMP (seq, low, high) - low)
                                 / (double) (high - low))
                      : 0);
  self->hint_position = MIN (self->hint_position, until - 1);
  return self->hint_position;
}

/**
 * hw_history_pick_take:
 * @self: a list
 * @backward: as it was asked
 * @from: as it was asked
 * @entries: (element-type HwEntry): what matches, in order of their seqs
 * @more: whether there are more in that direction
 */
void
hw_history_pick_take (
    HwHistoryPick *self, gboolean backward, guint64 from, GPtrArray *entries, gboolean more)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();
  guint64 low, high; /* all that matches between these two, without them, is in @entries */
  guint next;
  Run *before, *after;

  self->asking = FALSE;
  if (entries->len == 0)
    more = FALSE;
  low = !backward ? from : more ? hw_entry_get_seq (entries->pdata[0]) - 1 : self->low - 1;
  high = backward ? from
         : more   ? hw_entry_get_seq (entries->pdata[entries->len - 1]) + 1
                  : self->high + 1;
  low = MAX (low, self->low - 1);
  high = MIN (high, self->high + 1);

  next = find_run_by_seq (self, backward ? from : from + 1);
  before = next > 0 ? self->runs->pdata[next - 1] : NULL;
  after = next < self->runs->len ? self->runs->pdata[next] : NULL;
  for (guint i = 0; i < entries->len; i++)
    {
      guint64 seq = hw_entry_get_seq (entries->pdata[i]);

      if (seq >= self->low && seq <= self->high && (before == NULL || seq > last_seq (before))
          && (after == NULL || seq < first_seq (after)))
        g_ptr_array_add (fresh, entries->pdata[i]);
    }
  {
    gboolean at_start = before != NULL ? low <= last_seq (before) : low + 1 <= self->low;
    gboolean at_end = after != NULL ? high >= first_seq (after) : high >= self->high + 1;
    guint first, end;

    get_gap (self, next, &first, &end);
    if (end > first && (fresh->len > 0 || (at_start && at_end)))
      fill_gap (self, next, fresh, at_start, at_end);
    else if (end == first && fresh->len > 0 && after == NULL)
      {
        /* More than there were, behind the last one. */
        self->n += 1;
        self->changed (self->n - 1, 0, 1, self->user_data);
        fill_gap (self, next, fresh, at_start, at_end);
      }
    else if (fresh->len == 0 && end > first && !backward && after == NULL)
      {
        /* Nothing matches behind it: what there is lies before. */
        self->asking = TRUE;
        self->ask (TRUE, self->high + 1, self->user_data);
        return;
      }
    if (!self->exact || self->total < self->n)
      self->total = MAX (self->total, self->n);
    balance (self);
  }
  trim (self);
  if (self->wished && self->rest == 0)
    self->rest = g_timeout_add (REST, on_rested, self);
}

/**
 * hw_history_pick_fail:
 * @self: a list
 *
 * What was asked for cannot be had now.
 */
void
hw_history_pick_fail (HwHistoryPick *self)
{
  self->asking = FALSE;
  self->failed = TRUE;
  self->wished = TRUE;
}

/**
 * hw_history_pick_retry:
 * @self: a list
 *
 * Asks again for what could not be had.
 */
void
hw_history_pick_retry (HwHistoryPick *self)
{
  self->failed = FALSE;
  if (self->wished && !self->asking)
    hw_history_pick_wish (self, self->wish);
}
