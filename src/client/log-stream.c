/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a log from one end to the other. Without a filter the numbers of all pages are known, so
 * several are asked for at once; with one, each page tells where the next begins. */

#include "log-stream.h"

#include "page.h"

#include "protocol/error.h"
#include "protocol/limits.h"

/* Pages asked for before they are wanted. */
#define AHEAD 4

/* Seconds between two tries to go on after the link was lost, and how often. */
#define RETRY_PAUSE 1
#define RETRIES_MAX 120

typedef struct
{
  guint64 after;
  HwPage *page; /* nullable: it has not come yet */
  gboolean asked;
} Part;

struct _HwLogStream
{
  GObject parent_instance;

  HwPlace *place;
  gint64 log;
  HwLogFilter *filter;
  gboolean filtered;
  guint64 next; /* the seq after which the part behind the last one begins */
  guint64 high;
  gboolean finished; /* nothing comes behind the last part */
  GQueue parts;      /* in order */
  GTask *task;       /* nullable: the head is waited for */
  GSource *stop;     /* nullable: whoever waits may stop */
  GCancellable *cancellable;
  guint n_retries;
  guint retry; /* source */
};

G_DEFINE_FINAL_TYPE (HwLogStream, hw_log_stream, G_TYPE_OBJECT)

static void ask_all (HwLogStream *self);

static void
part_free (gpointer data)
{
  Part *part = data;

  hw_page_free (part->page);
  g_free (part);
}

/* Whoever waits for the head, or NULL: waits no longer. */
static GTask *
take_task (HwLogStream *self)
{
  if (self->stop)
    g_source_destroy (self->stop);
  g_clear_pointer (&self->stop, g_source_unref);
  return g_steal_pointer (&self->task);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = take_task (user_data);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
serve (HwLogStream *self)
{
  Part *part = g_queue_peek_head (&self->parts);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GTask) task = NULL;

  if (!self->task || (part && !part->page) || (!part && !self->finished))
    return;
  task = take_task (self);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!part)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  entries = g_ptr_array_ref (part->page->entries);
  part_free (g_queue_pop_head (&self->parts));
  ask_all (self);
  /* Last: the callback may ask for the next page at once. */
  g_task_return_pointer (task, g_steal_pointer (&entries), (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
on_retry (gpointer user_data)
{
  HwLogStream *self = user_data;

  if ((hw_place_get_state (self->place) != HW_PLACE_ONLINE || !hw_place_get_admin (self->place))
      && self->n_retries++ < RETRIES_MAX)
    return G_SOURCE_CONTINUE;
  self->retry = 0;
  ask_all (self);
  return G_SOURCE_REMOVE;
}

static void
fail (HwLogStream *self, const GError *error)
{
  g_autoptr (GTask) task = NULL;

  if (g_error_matches (error, HW_ERROR, HW_ERROR_FAILED) && self->n_retries++ < RETRIES_MAX)
    {
      if (!self->retry)
        self->retry = g_timeout_add_seconds (RETRY_PAUSE, on_retry, self);
      return;
    }
  self->finished = TRUE;
  g_queue_clear_full (&self->parts, part_free);
  task = take_task (self);
  if (task)
    g_task_return_error (task, g_error_copy (error));
}

/* Entries behind the end are none of ours. */
static void
trim (HwLogStream *self, HwPage *page)
{
  while (page->entries->len > 0 && hw_page_get_end (page) > self->high)
    {
      g_ptr_array_remove_index (page->entries, page->entries->len - 1);
      page->more = FALSE;
    }
}

typedef struct
{
  HwLogStream *stream; /* owned */
  guint64 after;
} Question;

static void
on_page (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr (HwLogStream) self = question->stream;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  guint64 total = 0;
  g_autoptr (HwPage) page = reply ? hw_page_parse_picked (reply, &total, &error) : NULL;
  GList *link = self->parts.head;
  Part *part;

  while (link && ((Part *) link->data)->after != question->after)
    link = link->next;
  if (!link || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  part = link->data;
  if (!page)
    {
      part->asked = FALSE;
      fail (self, error);
      return;
    }
  self->n_retries = 0;
  trim (self, page);
  if (self->filtered || page->entries->len == 0)
    {
      self->finished = !page->more || page->entries->len == 0;
      self->next = page->entries->len > 0 ? hw_page_get_end (page) : self->high;
    }
  else if (hw_page_get_end (page) < MIN (part->after + HW_ADMIN_PAGE_MAX, self->high))
    {
      /* It was cut to fit a line: what is missing comes as a part of its own. */
      Part *rest = g_new0 (Part, 1);

      rest->after = hw_page_get_end (page);
      g_queue_insert_after (&self->parts, link, rest);
    }
  part->page = g_steal_pointer (&page);
  serve (self);
  ask_all (self);
}

static void
ask (HwLogStream *self, Part *part)
{
  g_autoptr (JsonObject) fields = json_object_new ();
  Question *question = g_new0 (Question, 1);
  const Part *behind = NULL;
  guint64 end = self->high;

  for (GList *link = self->parts.head; link; link = link->next)
    if (link->data == part && link->next)
      behind = link->next->data;
  if (behind)
    end = behind->after;
  question->stream = g_object_ref (self);
  question->after = part->after;
  part->asked = TRUE;
  json_object_set_int_member (fields, "log", self->log);
  json_object_set_int_member (fields, "after", (gint64) part->after);
  json_object_set_int_member (fields, "limit",
                              self->filtered
                                  ? HW_ADMIN_PAGE_MAX
                                  : (gint64) CLAMP (end - part->after, 1, HW_ADMIN_PAGE_MAX));
  hw_log_filter_add_fields (self->filter, fields);
  hw_place_request_async (self->place, "log-read", fields, self->cancellable, on_page, question);
}

static void
ask_all (HwLogStream *self)
{
  guint ahead = self->filtered ? 1 : AHEAD;

  if (self->retry)
    return;
  while (!self->finished && self->parts.length < ahead)
    {
      Part *part;

      if (self->next >= self->high)
        {
          self->finished = TRUE;
          serve (self);
          break;
        }
      part = g_new0 (Part, 1);
      part->after = self->next;
      g_queue_push_tail (&self->parts, part);
      if (!self->filtered)
        self->next += HW_ADMIN_PAGE_MAX;
      else
        break;
    }
  for (GList *link = self->parts.head; link; link = link->next)
    {
      Part *part = link->data;

      if (!part->page && !part->asked)
        ask (self, part);
    }
}

static void
hw_log_stream_dispose (GObject *object)
{
  HwLogStream *self = HW_LOG_STREAM (object);
  g_autoptr (GTask) task G_GNUC_UNUSED = take_task (self);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_queue_clear_full (&self->parts, part_free);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_log_stream_parent_class)->dispose (object);
}

static void
hw_log_stream_finalize (GObject *object)
{
  HwLogStream *self = HW_LOG_STREAM (object);

  hw_log_filter_free (self->filter);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (hw_log_stream_parent_class)->finalize (object);
}

static void
hw_log_stream_class_init (HwLogStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_log_stream_dispose;
  object_class->finalize = hw_log_stream_finalize;
}

static void
hw_log_stream_init (HwLogStream *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * hw_log_stream_new:
 * @place: (transfer none): where the log is; we are its admin
 * @log: its id
 * @filter: (transfer none): what of it is wanted; its span is not looked at
 * @low: the first seq that is wanted
 * @high: the last one
 *
 * Returns: (transfer full): a stream at its beginning
 */
HwLogStream *
hw_log_stream_new (HwPlace *place, gint64 log, const HwLogFilter *filter, guint64 low, guint64 high)
{
  HwLogStream *self = g_object_new (HW_TYPE_LOG_STREAM, NULL);

  self->place = g_object_ref (place);
  self->log = log;
  self->filter = hw_log_filter_copy (filter);
  self->filtered = hw_log_filter_has_fields (filter);
  self->next = MAX (low, 1) - 1;
  self->high = high;
  return self;
}

/**
 * hw_log_stream_next_async:
 * @self: a stream; only one call at a time
 * @cancellable: (nullable): to stop waiting
 * @callback: called when the next page is there
 * @user_data: for @callback
 */
void
hw_log_stream_next_async (HwLogStream *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (HW_IS_LOG_STREAM (self));
  g_return_if_fail (self->task == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, hw_log_stream_next_async);
  if (cancellable)
    {
      self->stop = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->stop, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->stop, NULL);
    }
  ask_all (self);
  serve (self);
}

/**
 * hw_log_stream_next_finish:
 * @self: a stream
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable) (element-type HwEntry): the next entries, which may be none;
 * %NULL at the end, and if @error is set
 */
GPtrArray *
hw_log_stream_next_finish (HwLogStream *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
