/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwHistoryCache: the pages of a log that are in memory. Two queues decide which page goes when
 * there are too many: pages that somebody looked at, and pages that only arrived. So a busy room
 * whose end runs ahead does not push out the page that a person reads in its middle. */

#include "history-cache.h"

#include "history.h"

/* Pages kept that arrived and were not looked at. */
#define ARRIVED_MAX 16

typedef struct
{
  guint64 number;
  gboolean looked;
  GList link; /* in the queue that @looked names; data points here */
  HwEntry *slots[HW_HISTORY_PAGE];
} Page;

struct _HwHistoryCache
{
  GHashTable *pages; /* guint64 → Page */
  GQueue looked;     /* latest first */
  GQueue arrived;    /* latest first */
};

static void
page_free (Page *page)
{
  for (guint i = 0; i < G_N_ELEMENTS (page->slots); i++)
    g_clear_object (&page->slots[i]);
  g_free (page);
}

/**
 * hw_history_cache_new:
 *
 * Returns: (transfer full): an empty cache
 */
HwHistoryCache *
hw_history_cache_new (void)
{
  HwHistoryCache *self = g_new0 (HwHistoryCache, 1);

  self->pages
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) page_free);
  return self;
}

/**
 * hw_history_cache_clear:
 * @self: a cache
 *
 * Forgets everything.
 */
void
hw_history_cache_clear (HwHistoryCache *self)
{
  g_queue_init (&self->looked);
  g_queue_init (&self->arrived);
  g_hash_table_remove_all (self->pages);
}

/**
 * hw_history_cache_free:
 * @self: (nullable) (transfer full): a cache
 */
void
hw_history_cache_free (HwHistoryCache *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->pages);
  g_free (self);
}

static void
drop_oldest (HwHistoryCache *self, GQueue *queue, guint pages_max)
{
  while (queue->length > pages_max)
    {
      Page *page = queue->tail->data;

      g_queue_unlink (queue, &page->link);
      g_hash_table_remove (self->pages, &page->number);
    }
}

static Page *
find_page (HwHistoryCache *self, guint64 seq)
{
  guint64 number = (seq - 1) / HW_HISTORY_PAGE;

  return g_hash_table_lookup (self->pages, &number);
}

static Page *
add_page (HwHistoryCache *self, guint64 seq)
{
  Page *page = g_new0 (Page, 1);

  page->number = (seq - 1) / HW_HISTORY_PAGE;
  page->link.data = page;
  g_hash_table_insert (self->pages, &page->number, page);
  g_queue_push_head_link (&self->arrived, &page->link);
  drop_oldest (self, &self->arrived, ARRIVED_MAX);
  return page;
}

static void
touch (HwHistoryCache *self, Page *page)
{
  if (page->looked && self->looked.head == &page->link)
    return;
  g_queue_unlink (page->looked ? &self->looked : &self->arrived, &page->link);
  page->looked = TRUE;
  g_queue_push_head_link (&self->looked, &page->link);
  drop_oldest (self, &self->looked, HW_HISTORY_PAGES_MAX);
}

/**
 * hw_history_cache_look:
 * @self: a cache
 * @seq: an entry's seq, from 1
 *
 * The entry, because somebody looks at it: its page is kept for longer. While it is not there a
 * placeholder is, the same one each time.
 *
 * Returns: (transfer none): the entry or a placeholder
 */
HwEntry *
hw_history_cache_look (HwHistoryCache *self, guint64 seq)
{
  Page *page = find_page (self, seq);
  HwEntry **slot;

  if (!page)
    page = add_page (self, seq);
  touch (self, page);
  slot = &page->slots[(seq - 1) % HW_HISTORY_PAGE];
  if (!*slot)
    *slot = hw_entry_new_loading (seq);
  return *slot;
}

/**
 * hw_history_cache_peek:
 * @self: a cache
 * @seq: an entry's seq, from 1
 *
 * Returns: (transfer none) (nullable): the saved entry, if it is there
 */
HwEntry *
hw_history_cache_peek (HwHistoryCache *self, guint64 seq)
{
  Page *page = find_page (self, seq);
  HwEntry *entry = page ? page->slots[(seq - 1) % HW_HISTORY_PAGE] : NULL;

  return entry && hw_entry_get_state (entry) == HW_ENTRY_SAVED ? entry : NULL;
}

/**
 * hw_history_cache_put:
 * @self: a cache
 * @entry: (transfer none): a saved entry
 *
 * Returns: whether it was not there before
 */
gboolean
hw_history_cache_put (HwHistoryCache *self, HwEntry *entry)
{
  guint64 seq = hw_entry_get_seq (entry);
  Page *page;

  if (hw_history_cache_peek (self, seq))
    return FALSE;
  page = find_page (self, seq);
  if (!page)
    page = add_page (self, seq);
  g_set_object (&page->slots[(seq - 1) % HW_HISTORY_PAGE], entry);
  return TRUE;
}

/**
 * hw_history_cache_find_missing:
 * @self: a cache
 * @page: a page's number
 * @last: the log's last seq
 * @after: (out): the seq before the first entry that is missing
 * @count: (out): how many are to be asked for to have them all
 *
 * Returns: whether anything of the page is missing
 */
gboolean
hw_history_cache_find_missing (
    HwHistoryCache *self, guint64 page, guint64 last, guint64 *after, guint *count)
{
  guint64 first_missing = 0;
  guint64 last_missing = 0;

  for (guint i = 0; i < HW_HISTORY_PAGE; i++)
    {
      guint64 seq = page * HW_HISTORY_PAGE + i + 1;

      if (seq > last)
        break;
      if (hw_history_cache_peek (self, seq))
        continue;
      if (first_missing == 0)
        first_missing = seq;
      last_missing = seq;
    }
  if (first_missing == 0)
    return FALSE;
  *after = first_missing - 1;
  *count = last_missing - first_missing + 1;
  return TRUE;
}
