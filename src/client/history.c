/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwHistory: a log of any length as a list model. It owns the cache of pages, the wishes for those
 * that are missing, what stands between entries and is in no log (history-locals.c), and the
 * person's own messages that are not in the log yet (history-unsaved.c); it knows nothing of where
 * pages come from.
 *
 * The order of items is: the log's entries by seq, each local item after its entry, then the
 * unsaved ones. Each change leaves the
 * model whole before items-changed tells of it. Pages that fall out of the cache are not signalled:
 * an entry that was saved never changes, so who still shows it is right. */

#include "history-private.h"

#include "entry-private.h"

#include <string.h>

enum
{
  FETCH,
  PICK,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void hw_history_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HwHistory,
                               hw_history,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, hw_history_iface_init))

/* How many saved entries are items; what is beyond is not shown. */
static guint
get_n_shown (HwHistory *self)
{
  if (self->pick)
    return hw_history_pick_get_n (self->pick);
  return MIN (self->last, HW_HISTORY_ENTRIES_MAX);
}

/**
 * hw_history_get_n_logged:
 * @self: a history
 *
 * Returns: how many items stand before those that are not saved
 */
guint
hw_history_get_n_logged (HwHistory *self)
{
  return get_n_shown (self) + hw_history_locals_get_n (self->locals);
}

/* Where the entry with that seq is an item. */
static guint
position_of (HwHistory *self, guint64 seq)
{
  return (guint) (seq - 1) + hw_history_locals_count_before (self->locals, seq);
}

/* The seq of the entry at @position, or 0: then, if there is one, a local item stands there. */
static guint64
seq_at (HwHistory *self, guint position, HwEntry **local)
{
  guint before = 0;
  HwEntry *entry = hw_history_locals_at (self->locals, position, get_n_shown (self), &before);

  if (local)
    *local = entry;
  return entry ? 0 : (guint64) (position - before) + 1;
}

/* The page of the entry at @position, or of the one that a local item there stands beside. */
static guint64
page_at (HwHistory *self, guint position)
{
  guint before = 0;

  hw_history_locals_at (self->locals, position, get_n_shown (self), &before);
  return MIN (position - before, MAX (get_n_shown (self), 1) - 1) / HW_HISTORY_PAGE;
}

static guint64
page_of (guint64 seq)
{
  return (seq - 1) / HW_HISTORY_PAGE;
}

static gboolean
on_ask (guint64 page, gpointer user_data)
{
  HwHistory *self = user_data;
  guint64 after;
  guint count;

  if (!hw_history_cache_find_missing (self->cache, page, get_n_shown (self), &after, &count))
    return FALSE;
  g_signal_emit (self, signals[FETCH], 0, after, count);
  return TRUE;
}

static GType
hw_history_get_item_type (GListModel *model)
{
  return HW_TYPE_ENTRY;
}

static guint
hw_history_get_n_items (GListModel *model)
{
  HwHistory *self = HW_HISTORY (model);

  return hw_history_get_n_logged (self) + self->unsaved->len;
}

static gpointer
hw_history_get_item (GListModel *model, guint position)
{
  HwHistory *self = HW_HISTORY (model);
  guint logged = hw_history_get_n_logged (self);
  HwEntry *entry;
  guint64 seq;

  if (position >= logged)
    return position - logged < self->unsaved->len
               ? g_object_ref (self->unsaved->pdata[position - logged])
               : NULL;
  if (self->pick)
    {
      entry = hw_history_pick_peek (self->pick, position);
      if (entry)
        return g_object_ref (entry);
      hw_history_pick_wish (self->pick, position);
      return hw_entry_new_loading (0);
    }
  seq = seq_at (self, position, &entry);
  if (seq == 0)
    return g_object_ref (entry);
  entry = hw_history_cache_look (self->cache, seq);
  if (hw_entry_get_state (entry) == HW_ENTRY_LOADING)
    hw_history_wishes_add (self->wishes, page_of (seq), TRUE);
  return g_object_ref (entry);
}

static void
hw_history_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = hw_history_get_item_type;
  iface->get_n_items = hw_history_get_n_items;
  iface->get_item = hw_history_get_item;
}

static void
hw_history_finalize (GObject *object)
{
  HwHistory *self = HW_HISTORY (object);

  g_clear_pointer (&self->pick, hw_history_pick_free);
  g_clear_pointer (&self->locals, hw_history_locals_free);
  hw_history_wishes_free (self->wishes);
  hw_history_cache_free (self->cache);
  g_ptr_array_unref (self->unsaved);
  g_clear_object (&self->tail);

  G_OBJECT_CLASS (hw_history_parent_class)->finalize (object);
}

static void
hw_history_class_init (HwHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_history_finalize;

  signals[FETCH] = g_signal_new ("fetch", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT);
  signals[PICK] = g_signal_new ("pick", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_BOOLEAN, G_TYPE_UINT64);
}

static void
hw_history_init (HwHistory *self)
{
  self->cache = hw_history_cache_new ();
  self->wishes = hw_history_wishes_new (on_ask, self);
  self->unsaved = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hw_history_changed:
 * @self: a history
 * @position: where it has changed
 * @removed: items that went
 * @added: items that came
 *
 * Tells those who show it; everything is in place by then.
 */
void
hw_history_changed (HwHistory *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
note_tail (HwHistory *self, HwEntry *entry)
{
  if (!self->tail || hw_entry_get_seq (entry) > hw_entry_get_seq (self->tail))
    g_set_object (&self->tail, entry);
}

/* Puts @entry where it belongs. A message of ours that comes back is no longer unsaved; settle()
 * takes it out. Returns whether an item that was shown as a placeholder changed. */
static gboolean
put (HwHistory *self, HwEntry *entry)
{
  guint64 seq = hw_entry_get_seq (entry);
  const char *key = hw_entry_get_key (entry);
  HwEntry *unsaved = key ? hw_history_find_unsaved (self, key) : NULL;

  if (unsaved)
    hw_entry_set_acknowledged (unsaved, seq, hw_entry_get_at (entry));
  note_tail (self, entry);
  return seq <= HW_HISTORY_ENTRIES_MAX && hw_history_cache_put (self->cache, entry)
         && seq <= get_n_shown (self);
}

/**
 * hw_history_settle:
 * @self: a history
 * @last: seq up to which the log goes, at least
 *
 * Lets the log grow to @last, and takes out of the unsaved ones what is in the log by then: in one
 * change, so that a message that is saved turns plain where it stands.
 */
void
hw_history_settle (HwHistory *self, guint64 last)
{
  guint shown = get_n_shown (self);
  /* Local items that wait for entries to come before them. */
  guint n_before = hw_history_locals_count_before (self->locals, (guint64) shown + 1);
  guint n_waiting = hw_history_locals_get_n (self->locals) - n_before;
  guint touched = 0, kept = 0, grown;

  for (guint i = 0; i < self->unsaved->len; i++)
    {
      g_autoptr (HwEntry) entry = g_object_ref (self->unsaved->pdata[i]);
      guint64 seq = hw_entry_get_acknowledged (entry);

      if (seq == 0 || seq > last)
        continue;
      touched = i + 1;
      if (seq <= HW_HISTORY_ENTRIES_MAX && !hw_history_cache_peek (self->cache, seq))
        {
          g_autoptr (HwEntry) saved = hw_entry_make_acknowledged (entry);

          hw_history_cache_put (self->cache, saved);
          if (seq <= shown)
            hw_history_changed (self, position_of (self, seq), 1, 1);
        }
    }
  for (guint i = 0; i < touched; i++)
    {
      HwEntry *entry = self->unsaved->pdata[i];
      guint64 seq = hw_entry_get_acknowledged (entry);

      if (seq == 0 || seq > last)
        {
          self->unsaved->pdata[kept++] = entry;
          continue;
        }
      g_object_unref (entry);
    }
  if (kept < touched)
    {
      guint rest = self->unsaved->len - touched;

      memmove (&self->unsaved->pdata[kept], &self->unsaved->pdata[touched],
               rest * sizeof (gpointer));
      /* The array must not free what was moved or given up. */
      g_ptr_array_set_free_func (self->unsaved, NULL);
      g_ptr_array_set_size (self->unsaved, kept + rest);
      g_ptr_array_set_free_func (self->unsaved, g_object_unref);
    }
  self->last = MAX (self->last, last);
  grown = get_n_shown (self) - shown;
  if (grown > 0 || touched > 0)
    hw_history_changed (self, shown + n_before, n_waiting + touched, grown + n_waiting + kept);
}

/**
 * hw_history_new:
 * @last: seq of the log's last entry, 0: none or not known yet
 *
 * Returns: (transfer full): a history of which nothing is loaded
 */
HwHistory *
hw_history_new (guint64 last)
{
  HwHistory *self = g_object_new (HW_TYPE_HISTORY, NULL);

  self->last = last;
  return self;
}

static void
on_pick_changed (guint position, guint removed, guint added, gpointer user_data)
{
  hw_history_changed (user_data, position, removed, added);
}

static void
on_pick_ask (gboolean backward, guint64 from, gpointer user_data)
{
  g_signal_emit (user_data, signals[PICK], 0, backward, from);
}

/**
 * hw_history_new_picked:
 *
 * A history of those entries only that a filter lets through. Which these are is told by
 * hw_history_set_picked() and hw_history_add_picked().
 *
 * Returns: (transfer full): a history without entries
 */
HwHistory *
hw_history_new_picked (void)
{
  HwHistory *self = g_object_new (HW_TYPE_HISTORY, NULL);

  self->pick = hw_history_pick_new (on_pick_changed, on_pick_ask, self);
  return self;
}

/**
 * hw_history_is_picked:
 * @self: a history
 *
 * Returns: whether entries may be missing in it because of a filter
 */
gboolean
hw_history_is_picked (HwHistory *self)
{
  g_return_val_if_fail (HW_IS_HISTORY (self), FALSE);

  return self->pick != NULL;
}

/**
 * hw_history_is_exact:
 * @self: a history
 *
 * Returns: whether its number of entries is known, not guessed
 */
gboolean
hw_history_is_exact (HwHistory *self)
{
  g_return_val_if_fail (HW_IS_HISTORY (self), FALSE);

  return !self->pick || hw_history_pick_is_exact (self->pick);
}

/**
 * hw_history_set_picked:
 * @self: a picked history
 * @low: the first seq that may match
 * @high: the last one
 * @total: how many entries match
 * @exact: whether @total was counted, not guessed
 */
void
hw_history_set_picked (HwHistory *self, guint64 low, guint64 high, guint64 total, gboolean exact)
{
  g_return_if_fail (HW_IS_HISTORY (self));
  g_return_if_fail (self->pick != NULL);

  self->last = high;
  hw_history_pick_set_range (self->pick, low, high);
  hw_history_pick_set_total (self->pick, MIN (total, HW_HISTORY_ENTRIES_MAX), exact);
}

/**
 * hw_history_add_picked:
 * @self: a picked history
 * @backward: as #HwHistory::pick had it
 * @from: as #HwHistory::pick had it
 * @entries: (nullable) (transfer none) (element-type HwEntry): what matches, oldest first; %NULL if
 *   it cannot be had now
 * @more: whether there are more in that direction
 */
void
hw_history_add_picked (
    HwHistory *self, gboolean backward, guint64 from, GPtrArray *entries, gboolean more)
{
  g_return_if_fail (HW_IS_HISTORY (self));
  g_return_if_fail (self->pick != NULL);

  if (entries)
    hw_history_pick_take (self->pick, backward, from, entries, more);
  else
    hw_history_pick_fail (self->pick);
}

/**
 * hw_history_find:
 * @self: a history
 * @seq: of an entry
 *
 * Returns: its position, or that of the next one that is not filtered out; the last one's, if there
 * is none. In a picked history it may be a guess, which is put right when it is looked at
 */
guint
hw_history_find (HwHistory *self, guint64 seq)
{
  guint n;

  g_return_val_if_fail (HW_IS_HISTORY (self), 0);

  n = g_list_model_get_n_items (G_LIST_MODEL (self));
  if (n == 0)
    return 0;
  if (self->pick)
    return MIN (hw_history_pick_find (self->pick, seq), n - 1);
  if (seq == 0)
    return 0;
  return seq <= get_n_shown (self) ? position_of (self, seq) : n - 1;
}

/**
 * hw_history_get_seq:
 * @self: a history
 * @position: an item's position
 *
 * Returns: the entry's seq; 0 if it has none, or is picked and not loaded
 */
guint64
hw_history_get_seq (HwHistory *self, guint position)
{
  HwEntry *entry;

  g_return_val_if_fail (HW_IS_HISTORY (self), 0);

  if (!self->pick)
    return position < hw_history_get_n_logged (self) ? seq_at (self, position, NULL) : 0;
  entry = hw_history_pick_peek (self->pick, position);
  return entry ? hw_entry_get_seq (entry) : 0;
}

/**
 * hw_history_get_seq_until:
 * @self: a history
 * @position: an item's position
 *
 * Returns: the seq of the saved entry there, or of the last one before; 0: none, or not known
 */
guint64
hw_history_get_seq_until (HwHistory *self, guint position)
{
  guint before = 0;
  HwEntry *local;

  g_return_val_if_fail (HW_IS_HISTORY (self), 0);

  if (self->pick)
    return hw_history_get_seq (self, position);
  if (position >= hw_history_get_n_logged (self))
    return MIN (self->last, get_n_shown (self));
  local = hw_history_locals_at (self->locals, position, get_n_shown (self), &before);
  return (guint64) (position - before) + (local ? 0 : 1);
}

/**
 * hw_history_get_last:
 * @self: a history
 *
 * Returns: seq of the last saved entry, 0: none
 */
guint64
hw_history_get_last (HwHistory *self)
{
  g_return_val_if_fail (HW_IS_HISTORY (self), 0);

  return self->last;
}

/**
 * hw_history_set_last:
 * @self: a history
 * @last: seq of the log's last entry
 *
 * The log has grown. A smaller @last than before changes nothing.
 */
void
hw_history_set_last (HwHistory *self, guint64 last)
{
  g_return_if_fail (HW_IS_HISTORY (self));

  if (last > self->last)
    hw_history_settle (self, last);
}

/**
 * hw_history_get_contiguous:
 * @self: a history
 *
 * Where to resume: up to this seq, from the newest run that was loaded, nothing is missing. Older
 * holes are filled when they are looked at.
 *
 * Returns: a seq, 0: nothing was ever loaded
 */
guint64
hw_history_get_contiguous (HwHistory *self)
{
  g_return_val_if_fail (HW_IS_HISTORY (self), 0);

  return self->tail ? hw_entry_get_seq (self->tail) : 0;
}

/**
 * hw_history_peek:
 * @self: a history
 * @position: an item's position
 *
 * Looks without loading anything.
 *
 * Returns: (transfer none) (nullable): the item, %NULL if it is not loaded
 */
HwEntry *
hw_history_peek (HwHistory *self, guint position)
{
  guint logged;
  guint64 seq;
  HwEntry *local;

  g_return_val_if_fail (HW_IS_HISTORY (self), NULL);

  logged = hw_history_get_n_logged (self);
  if (position >= logged)
    return hw_history_get_unsaved (self, position - logged);
  if (self->pick)
    return hw_history_pick_peek (self->pick, position);
  seq = seq_at (self, position, &local);
  return seq > 0 ? hw_history_cache_peek (self->cache, seq) : local;
}

/**
 * hw_history_is_loaded:
 * @self: a history
 * @seq: a seq
 *
 * Returns: whether that entry is in memory
 */
gboolean
hw_history_is_loaded (HwHistory *self, guint64 seq)
{
  g_return_val_if_fail (HW_IS_HISTORY (self), FALSE);

  return seq > 0 && hw_history_cache_peek (self->cache, seq) != NULL;
}

/**
 * hw_history_prefetch:
 * @self: a history
 * @position: an item's position
 *
 * Asks for the page of @position, after those that are looked at, if it is not there.
 */
void
hw_history_prefetch (HwHistory *self, guint position)
{
  guint64 after;
  guint count;

  g_return_if_fail (HW_IS_HISTORY (self));

  if (self->pick)
    {
      /* One wish at a time: what is looked at goes before what is near it. */
      return;
    }
  if (position < hw_history_get_n_logged (self)
      && hw_history_cache_find_missing (self->cache, page_at (self, position), get_n_shown (self),
                                        &after, &count))
    hw_history_wishes_add (self->wishes, page_at (self, position), FALSE);
}

/**
 * hw_history_add_page:
 * @self: a history
 * @entries: (transfer none) (element-type HwEntry): consecutive saved entries, oldest first
 *
 * Takes entries that were asked for. Those beyond the last one let the log grow. Of a page that
 * came short the rest is asked for again.
 */
void
hw_history_add_page (HwHistory *self, GPtrArray *entries)
{
  guint64 first_changed = 0;
  guint64 last_changed = 0;
  guint64 first;
  guint64 last;

  g_return_if_fail (HW_IS_HISTORY (self));
  g_return_if_fail (entries != NULL);

  if (entries->len == 0)
    return;
  for (guint i = 0; i < entries->len; i++)
    {
      HwEntry *entry = entries->pdata[i];

      g_return_if_fail (hw_entry_get_state (entry) == HW_ENTRY_SAVED);
      if (!put (self, entry))
        continue;
      last_changed = hw_entry_get_seq (entry);
      if (first_changed == 0)
        first_changed = last_changed;
    }
  if (first_changed > 0)
    {
      guint position = position_of (self, first_changed);
      guint n = position_of (self, last_changed) - position + 1;

      hw_history_changed (self, position, n, n);
    }
  first = hw_entry_get_seq (entries->pdata[0]);
  last = hw_entry_get_seq (entries->pdata[entries->len - 1]);
  hw_history_settle (self, last);

  for (guint64 page = page_of (first); page <= page_of (last); page++)
    {
      guint64 after;
      guint count;

      if (!hw_history_wishes_is_asked (self->wishes, page))
        continue;
      hw_history_wishes_done (self->wishes, page);
      if (hw_history_cache_find_missing (self->cache, page, get_n_shown (self), &after, &count))
        hw_history_wishes_add (self->wishes, page, TRUE);
    }
}

/**
 * hw_history_fetch_failed:
 * @self: a history
 * @after: as #HwHistory::fetch had it
 *
 * The entries cannot be had now. They are wished for again when they are looked at again, or by
 * hw_history_retry_failed().
 */
void
hw_history_fetch_failed (HwHistory *self, guint64 after)
{
  g_return_if_fail (HW_IS_HISTORY (self));

  hw_history_wishes_failed (self->wishes, after / HW_HISTORY_PAGE);
}

/**
 * hw_history_retry_failed:
 * @self: a history
 *
 * Asks again for what failed, for the link is back.
 */
void
hw_history_retry_failed (HwHistory *self)
{
  if (self->pick)
    hw_history_pick_retry (self->pick);
  hw_history_wishes_retry (self->wishes);
}

/**
 * hw_history_append:
 * @self: a history
 * @entry: (transfer none): a saved entry that just came
 *
 * Takes a live entry. One that is there already changes nothing; entries that are missing before it
 * are fetched when they are looked at.
 */
void
hw_history_append (HwHistory *self, HwEntry *entry)
{
  guint64 seq;

  g_return_if_fail (HW_IS_HISTORY (self));
  g_return_if_fail (hw_entry_get_state (entry) == HW_ENTRY_SAVED);

  seq = hw_entry_get_seq (entry);
  if (put (self, entry))
    hw_history_changed (self, position_of (self, seq), 1, 1);
  hw_history_settle (self, seq);
}

/**
 * hw_history_agrees:
 * @self: a history
 * @entries: (transfer none) (element-type HwEntry): saved entries from the server
 *
 * Whether these entries and those we have are of the same log. A room that was closed and made anew
 * has the same name and another log.
 *
 * Returns: %FALSE if an entry differs from the one we have at its seq
 */
gboolean
hw_history_agrees (HwHistory *self, GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      HwEntry *theirs = entries->pdata[i];
      HwEntry *ours = hw_history_cache_peek (self->cache, hw_entry_get_seq (theirs));

      if (ours && !hw_entry_is_same (ours, theirs))
        return FALSE;
      if (self->tail && hw_entry_get_seq (self->tail) == hw_entry_get_seq (theirs)
          && !hw_entry_is_same (self->tail, theirs))
        return FALSE;
    }
  return TRUE;
}

/**
 * hw_history_reset:
 * @self: a history
 *
 * Forgets the log, because it is another one now. What was typed and is not saved stays.
 */
void
hw_history_reset (HwHistory *self)
{
  guint logged = hw_history_get_n_logged (self);

  hw_history_wishes_clear (self->wishes);
  hw_history_cache_clear (self->cache);
  g_clear_object (&self->tail);
  self->last = 0;
  for (guint i = 0; i < self->unsaved->len; i++)
    hw_entry_set_acknowledged (self->unsaved->pdata[i], 0, 0);
  g_clear_pointer (&self->locals, hw_history_locals_free);
  if (logged > 0)
    hw_history_changed (self, 0, logged, 0);
}
