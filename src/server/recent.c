/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The newest entries of a log, in memory. */

#include "recent.h"

#include <string.h>

static gsize
get_size (const HwLogEntry *entry)
{
  return strlen (entry->text) + 64;
}

/**
 * hw_recent_clear:
 * @self: entries
 *
 * Forgets them.
 */
void
hw_recent_clear (HwRecent *self)
{
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  self->bytes = 0;
}

/* Many at once and so not often, for taking from the front moves all the rest. */
static void
trim (HwRecent *self)
{
  guint n = 0;

  if (self->entries->len < 2 * HW_RECENT_ENTRIES && self->bytes <= 2 * HW_RECENT_BYTES)
    return;
  while (self->entries->len - n > 1
         && (self->entries->len - n > HW_RECENT_ENTRIES || self->bytes > HW_RECENT_BYTES))
    self->bytes -= get_size (self->entries->pdata[n++]);
  g_ptr_array_remove_range (self->entries, 0, n);
}

/**
 * hw_recent_add:
 * @self: entries
 * @entry: (transfer none): the log's next one
 */
void
hw_recent_add (HwRecent *self, HwLogEntry *entry)
{
  if (!self->entries)
    self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_log_entry_unref);
  g_ptr_array_add (self->entries, hw_log_entry_ref (entry));
  self->bytes += get_size (entry);
  trim (self);
}

/**
 * hw_recent_fill:
 * @self: entries
 * @page: (element-type HwLogEntry): a page of the log, oldest first, read a moment ago
 * @last: seq of the last entry that anyone was shown
 *
 * Puts what is older than the entries held, and fits to them, before them.
 */
void
hw_recent_fill (HwRecent *self, GPtrArray *page, guint64 last)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_log_entry_unref);
  guint64 first = hw_recent_get_n (self) > 0 ? hw_recent_get_first (self) : last + 1;

  for (guint i = 0; i < page->len; i++)
    {
      HwLogEntry *entry = page->pdata[i];

      if (entry->seq < first)
        g_ptr_array_add (entries, hw_log_entry_ref (entry));
    }
  if (entries->len == 0 || ((HwLogEntry *) entries->pdata[entries->len - 1])->seq + 1 != first)
    {
      g_ptr_array_unref (entries);
      return;
    }
  for (guint i = 0; i < hw_recent_get_n (self); i++)
    g_ptr_array_add (entries, hw_log_entry_ref (self->entries->pdata[i]));
  hw_recent_clear (self);
  self->entries = entries;
  for (guint i = 0; i < entries->len; i++)
    self->bytes += get_size (entries->pdata[i]);
  trim (self);
}

/**
 * hw_recent_get_first:
 * @self: entries, at least one
 *
 * Returns: seq of the oldest one
 */
guint64
hw_recent_get_first (const HwRecent *self)
{
  return ((HwLogEntry *) self->entries->pdata[0])->seq;
}

/**
 * hw_recent_find_after:
 * @self: entries
 * @seq: a place in the log
 *
 * Returns: the index of the oldest entry after @seq; their number if there is none
 */
guint
hw_recent_find_after (const HwRecent *self, guint64 seq)
{
  guint n = hw_recent_get_n (self);
  guint64 first;

  if (n == 0)
    return 0;
  first = hw_recent_get_first (self);
  return seq < first ? 0 : (guint) MIN (seq + 1 - first, n);
}
