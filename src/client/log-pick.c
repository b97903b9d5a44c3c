/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks for what a filter lets through. First where the span of time begins and ends, for the log is
 * read by numbers; then for the newest entries that match, with how many there are. The server
 * counts in the whole log: with a span and more, the number is a guess until both ends were seen.
 */

#include "log-pick.h"

#include "history-private.h"
#include "page.h"

#include "protocol/error.h"
#include "protocol/limits.h"

/* Entries asked for at a time. */
#define PAGE 200

/* Milliseconds that what is new may wait, so that a flood is asked for in pages. */
#define NEWS_PAUSE 300

/* Seconds until what could not be had is asked for again. */
#define RETRY_PAUSE 2

struct _HwLogPick
{
  GObject parent_instance;

  HwPlace *place;
  HwLog *log;
  HwLogFilter *filter;
  HwHistory *history;
  GCancellable *cancellable;
  GError *error; /* nullable */
  guint64 low;   /* seqs of the span, when it was found */
  guint64 high;
  gboolean found;
  gboolean asking_news;
  guint news;  /* source */
  guint retry; /* source */
};

G_DEFINE_FINAL_TYPE (HwLogPick, hw_log_pick, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void find_since (HwLogPick *self);
static void queue_news (HwLogPick *self);

static gboolean
on_retry (gpointer user_data)
{
  HwLogPick *self = user_data;

  self->retry = 0;
  if (hw_place_get_state (self->place) != HW_PLACE_ONLINE || !hw_place_get_admin (self->place))
    {
      self->retry = g_timeout_add_seconds (RETRY_PAUSE, on_retry, self);
      return G_SOURCE_REMOVE;
    }
  if (!self->found)
    find_since (self);
  else
    {
      hw_history_retry_failed (self->history);
      queue_news (self);
    }
  return G_SOURCE_REMOVE;
}

/* A filter that the server does not understand stays wrong; a lost link comes back. */
static void
fail (HwLogPick *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
  if (self->retry == 0
      && (error->domain != HW_ERROR || g_error_matches (error, HW_ERROR, HW_ERROR_FAILED)))
    self->retry = g_timeout_add_seconds (RETRY_PAUSE, on_retry, self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Any question of ours. @position is "before", "after" or "at". */
static void
ask (HwLogPick *self,
     gboolean filtered,
     const char *position,
     gint64 value,
     int limit,
     GAsyncReadyCallback callback,
     gpointer data)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  json_object_set_int_member (fields, "log", hw_log_get_id (self->log));
  json_object_set_int_member (fields, position, value);
  json_object_set_int_member (fields, "limit", limit);
  if (filtered)
    hw_log_filter_add_fields (self->filter, fields);
  hw_place_request_async (self->place, "log-read", fields, self->cancellable, callback, data);
}

static HwPage *
finish (GObject *source, GAsyncResult *result, guint64 *total, GError **error)
{
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, error);

  return reply ? hw_page_parse_picked (reply, total, error) : NULL;
}

static gboolean
was_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The page that was asked for; %NULL: none came, which is dealt with. @self may be gone if it was
 * cancelled. */
static HwPage *
take_page (HwLogPick *self, GObject *source, GAsyncResult *result, guint64 *total)
{
  GError *error = NULL;
  HwPage *page = finish (source, result, total, &error);

  if (was_cancelled (error))
    g_error_free (error);
  else if (!page)
    fail (self, error);
  return page;
}

/* How many match, of @counted in the whole log of @last entries. A server that did not count them
 * in time leaves us with what came, and as much again for what may be behind that. */
static void
set_total (HwLogPick *self, guint64 counted, guint64 last, const HwPage *page)
{
  guint64 span = self->high + 1 - self->low;
  gboolean whole = span >= last;

  if (hw_log_filter_has_fields (self->filter) && counted == G_MAXUINT64)
    hw_history_set_picked (self->history, self->low, self->high,
                           MIN (page->entries->len * (page->more ? 2 : 1), span), !page->more);
  else if (!hw_log_filter_has_fields (self->filter))
    hw_history_set_picked (self->history, self->low, self->high, span, TRUE);
  else
    hw_history_set_picked (self->history, self->low, self->high,
                           whole ? counted
                                 : (guint64) ((double) counted * (double) span
                                              / (double) MAX (last, 1)),
                           whole || counted == 0);
}

static void
on_newest (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HwLogPick *self = user_data;
  guint64 total = 0;
  g_autoptr (HwPage) page = take_page (self, source, result, &total);

  if (!page)
    return;
  self->found = TRUE;
  g_clear_error (&self->error);
  set_total (self, total, page->last, page);
  hw_history_add_picked (self->history, TRUE, self->high + 1, page->entries, page->more);
  g_signal_emit (self, signals[CHANGED], 0);
  queue_news (self);
}

static void
ask_newest (HwLogPick *self)
{
  if (self->high < self->low)
    {
      self->found = TRUE;
      hw_history_set_picked (self->history, self->low, self->high, 0, TRUE);
      g_signal_emit (self, signals[CHANGED], 0);
      queue_news (self);
      return;
    }
  ask (self, TRUE, "before", (gint64) self->high + 1, PAGE, on_newest, self);
}

static void
on_until (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HwLogPick *self = user_data;
  guint64 total = 0;
  g_autoptr (HwPage) page = take_page (self, source, result, &total);

  if (!page)
    return;
  self->high = page->entries->len > 0 ? hw_page_get_first (page) - 1 : page->last;
  ask_newest (self);
}

static void
find_until (HwLogPick *self)
{
  self->high = hw_history_get_last (hw_log_get_history (self->log));
  if (self->filter->until > 0)
    ask (self, FALSE, "at", self->filter->until, 1, on_until, self);
  else
    ask_newest (self);
}

static void
on_since (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HwLogPick *self = user_data;
  guint64 total = 0;
  g_autoptr (HwPage) page = take_page (self, source, result, &total);

  if (!page)
    return;
  self->low = page->entries->len > 0 ? hw_page_get_first (page) : page->last + 1;
  find_until (self);
}

static void
find_since (HwLogPick *self)
{
  self->low = 1;
  if (self->filter->since > 0)
    ask (self, FALSE, "at", self->filter->since, 1, on_since, self);
  else
    find_until (self);
}

typedef struct
{
  HwLogPick *pick; /* (unowned): cancelled before it goes */
  gboolean backward;
  guint64 from;
} Wish;

static void
on_wish (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Wish *wish = user_data;
  HwLogPick *self = wish->pick;
  GError *error = NULL;
  guint64 total = 0;
  g_autoptr (HwPage) page = finish (source, result, &total, &error);

  if (was_cancelled (error))
    {
      g_error_free (error);
      return;
    }
  hw_history_add_picked (self->history, wish->backward, wish->from, page ? page->entries : NULL,
                         page && page->more);
  if (page)
    g_signal_emit (self, signals[CHANGED], 0);
  else
    fail (self, error);
}

static void
on_pick (HwHistory *history, gboolean backward, guint64 from, gpointer user_data)
{
  HwLogPick *self = user_data;
  Wish *wish = g_new0 (Wish, 1);

  wish->pick = self;
  wish->backward = backward;
  wish->from = from;
  ask (self, TRUE, backward ? "before" : "after", (gint64) from, PAGE, on_wish, wish);
}

static void
on_news (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HwLogPick *self = user_data;
  GError *error = NULL;
  guint64 total = 0;
  guint64 before = self->high;
  g_autoptr (HwPage) page = finish (source, result, &total, &error);

  if (was_cancelled (error))
    {
      g_error_free (error);
      return;
    }
  self->asking_news = FALSE;
  if (!page)
    {
      fail (self, error);
      return;
    }
  if (page->last <= before)
    return;
  /* What comes behind a full page is for the next time. */
  self->high = page->more && page->entries->len > 0 ? hw_page_get_end (page) : page->last;
  if ((self->low == 1 && total != G_MAXUINT64) || !hw_log_filter_has_fields (self->filter))
    set_total (self, total, self->high, page);
  else
    hw_history_set_picked (self->history, self->low, self->high,
                           g_list_model_get_n_items (G_LIST_MODEL (self->history))
                               + page->entries->len,
                           hw_history_is_exact (self->history));
  if (page->entries->len > 0)
    hw_history_add_picked (self->history, FALSE, before, page->entries, FALSE);
  g_signal_emit (self, signals[CHANGED], 0);
  queue_news (self);
}

static gboolean
on_news_time (gpointer user_data)
{
  HwLogPick *self = user_data;

  self->news = 0;
  if (self->asking_news)
    return G_SOURCE_REMOVE;
  self->asking_news = TRUE;
  ask (self, TRUE, "after", (gint64) self->high, PAGE, on_news, self);
  return G_SOURCE_REMOVE;
}

static void
queue_news (HwLogPick *self)
{
  if (self->found && self->filter->until == 0 && self->news == 0
      && hw_history_get_last (hw_log_get_history (self->log)) > self->high)
    self->news = g_timeout_add (NEWS_PAUSE, on_news_time, self);
}

static void
on_admin_changed (HwLogPick *self)
{
  if (!hw_place_get_admin (self->place) || self->retry == 0)
    return;
  g_clear_handle_id (&self->retry, g_source_remove);
  on_retry (self);
}

static void
hw_log_pick_dispose (GObject *object)
{
  HwLogPick *self = HW_LOG_PICK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->news, g_source_remove);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_object (&self->place);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (hw_log_pick_parent_class)->dispose (object);
}

static void
hw_log_pick_finalize (GObject *object)
{
  HwLogPick *self = HW_LOG_PICK (object);

  g_clear_error (&self->error);
  g_clear_object (&self->history);
  g_clear_object (&self->cancellable);
  hw_log_filter_free (self->filter);

  G_OBJECT_CLASS (hw_log_pick_parent_class)->finalize (object);
}

static void
hw_log_pick_class_init (HwLogPickClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_log_pick_dispose;
  object_class->finalize = hw_log_pick_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
hw_log_pick_init (HwLogPick *self)
{
  self->cancellable = g_cancellable_new ();
  self->history = hw_history_new_picked ();
  g_signal_connect_object (self->history, "pick", G_CALLBACK (on_pick), self, 0);
}

/**
 * hw_log_pick_new:
 * @place: (transfer none): where the log is; we are its admin
 * @log: (transfer none): the log
 * @filter: (transfer none): what is let through
 *
 * Returns: (transfer full): what the filter lets through; nothing until the server has answered
 */
HwLogPick *
hw_log_pick_new (HwPlace *place, HwLog *log, const HwLogFilter *filter)
{
  HwLogPick *self;

  g_return_val_if_fail (HW_IS_PLACE (place), NULL);
  g_return_val_if_fail (HW_IS_LOG (log), NULL);

  self = g_object_new (HW_TYPE_LOG_PICK, NULL);
  self->place = g_object_ref (place);
  self->log = g_object_ref (log);
  self->filter = hw_log_filter_copy (filter);
  g_signal_connect_object (hw_log_get_history (log), "items-changed", G_CALLBACK (queue_news), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::admin", G_CALLBACK (on_admin_changed), self,
                           G_CONNECT_SWAPPED);
  find_since (self);
  return self;
}

/**
 * hw_log_pick_get_history:
 * @self: a pick
 *
 * Returns: (transfer none): the entries
 */
HwHistory *
hw_log_pick_get_history (HwLogPick *self)
{
  g_return_val_if_fail (HW_IS_LOG_PICK (self), NULL);

  return self->history;
}

/**
 * hw_log_pick_get_range:
 * @self: a pick
 * @low: (out): the first seq in the span
 * @high: (out): the last one
 *
 * Returns: whether the span was found already
 */
gboolean
hw_log_pick_get_range (HwLogPick *self, guint64 *low, guint64 *high)
{
  g_return_val_if_fail (HW_IS_LOG_PICK (self), FALSE);

  *low = self->low;
  *high = self->high;
  return self->found;
}

/**
 * hw_log_pick_get_error:
 * @self: a pick
 *
 * Returns: (transfer none) (nullable): what went wrong last
 */
const GError *
hw_log_pick_get_error (HwLogPick *self)
{
  g_return_val_if_fail (HW_IS_LOG_PICK (self), NULL);

  return self->error;
}
