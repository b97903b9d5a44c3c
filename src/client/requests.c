/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwRequests: gives requests their ids, sends them no faster than a server takes them, knows whose
 * an answer is, and gives up on those that get none. A server that says `slow-down` is asked again
 * when it wants to be; the one who asked learns nothing of it. */

#include "hallway-config.h"

#include "requests.h"

#include "clean.h"
#include "server-words.h"

#include "protocol/error.h"
#include "protocol/message.h"

#include <glib/gi18n-lib.h>

/* Servers allow 20 requests at once and 10 a second; a little less is never refused, whatever the
 * network does to the distances between them. */
#define BURST 16.0
#define RATE  9.0

/* Milliseconds to pause for a `slow-down` that does not say how long, and at most. */
#define PAUSE_DEFAULT 1000
#define PAUSE_MAX     10000

/* Bytes of a request that does not say much. */
#define LINE_SIZE 1024

typedef struct
{
  guint64 id;
  GString *line;
  HwReplyFunc callback;
  gpointer user_data;
  HwRequestUrgency urgency;
  gint64 deadline;
  gboolean waiting; /* not sent, or refused for the pace */
} Record;

struct _HwRequests
{
  HwRequestsWriteFunc write;
  gpointer user_data;
  guint64 last_id;
  GQueue records;  /* all, by id, so by deadline too */
  GHashTable *ids; /* guint64 → its link in records */
  double pace;     /* how many times the usual rate is allowed */
  double tokens;
  gint64 tokens_at;
  gint64 paused_until;
  guint pump_source;
  guint deadline_source;
};

static void pump (HwRequests *self);

static void
record_free (Record *record)
{
  hw_secret_free_line (record->line);
  g_free (record);
}

static void
request_free (HwRequest *request)
{
  hw_secret_free_line (request->line);
  g_free (request);
}

/**
 * hw_requests_new:
 * @write: sends a line
 * @user_data: for @write
 *
 * Returns: (transfer full): no requests yet
 */
HwRequests *
hw_requests_new (HwRequestsWriteFunc write, gpointer user_data)
{
  HwRequests *self = g_new0 (HwRequests, 1);

  self->write = write;
  self->user_data = user_data;
  self->ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->pace = 1;
  self->tokens = BURST;
  self->tokens_at = g_get_monotonic_time ();
  return self;
}

/**
 * hw_requests_set_pace:
 * @self: requests
 * @pace: how many times the usual rate the server allows, until the link is gone
 */
void
hw_requests_set_pace (HwRequests *self, double pace)
{
  self->pace = pace;
}

/**
 * hw_requests_free:
 * @self: (nullable) (transfer full): requests; none must be waiting for an answer
 */
void
hw_requests_free (HwRequests *self)
{
  if (!self)
    return;
  g_clear_handle_id (&self->pump_source, g_source_remove);
  g_clear_handle_id (&self->deadline_source, g_source_remove);
  g_queue_clear_full (&self->records, (GDestroyNotify) record_free);
  g_hash_table_unref (self->ids);
  g_free (self);
}

static HwRequest *
begin (const char *op, guint64 id)
{
  HwRequest *request = g_new0 (HwRequest, 1);

  request->id = id;
  /* Large enough for any secret: growing would leave copies of it behind. */
  request->line = g_string_sized_new (LINE_SIZE);
  hw_json_writer_init (&request->fields, request->line);
  hw_json_begin_object (&request->fields, NULL);
  hw_json_string (&request->fields, "op", op);
  if (id)
    hw_json_int (&request->fields, "id", id);
  return request;
}

/**
 * hw_requests_begin:
 * @self: requests
 * @op: what is asked
 *
 * Returns: (transfer full): a request to be filled and given to hw_requests_send()
 */
HwRequest *
hw_requests_begin (HwRequests *self, const char *op)
{
  return begin (op, ++self->last_id);
}

/**
 * hw_requests_begin_untold:
 * @self: requests
 * @op: what is told
 *
 * Returns: (transfer full): a request that is not answered, for hw_requests_tell()
 */
HwRequest *
hw_requests_begin_untold (HwRequests *self, const char *op)
{
  return begin (op, 0);
}

static void
finish_line (HwRequest *request)
{
  hw_json_end_object (&request->fields);
  g_string_append_c (request->line, '\n');
}

static void
refill (HwRequests *self)
{
  gint64 now = g_get_monotonic_time ();

  self->tokens += self->pace * RATE * (double) (now - self->tokens_at) / G_USEC_PER_SEC;
  self->tokens = MIN (self->tokens, self->pace * BURST);
  self->tokens_at = now;
}

static gboolean
may_send (HwRequests *self)
{
  refill (self);
  return self->tokens >= 1.0 && g_get_monotonic_time () >= self->paused_until;
}

static void
write_copy (HwRequests *self, GString *line)
{
  self->tokens -= 1.0;
  self->write (g_string_new_len (line->str, line->len), self->user_data);
}

static gboolean
on_pump (gpointer user_data)
{
  HwRequests *self = user_data;

  self->pump_source = 0;
  pump (self);
  return G_SOURCE_REMOVE;
}

static Record *
find_waiting (HwRequests *self)
{
  Record *low = NULL;

  for (GList *l = self->records.head; l; l = l->next)
    {
      Record *record = l->data;

      if (!record->waiting)
        continue;
      if (record->urgency != HW_REQUEST_LOW)
        return record;
      if (!low)
        low = record;
    }
  return low;
}

static void
pump (HwRequests *self)
{
  Record *record;

  while ((record = find_waiting (self)))
    {
      gint64 rest;

      if (may_send (self))
        {
          record->waiting = FALSE;
          write_copy (self, record->line);
          continue;
        }
      if (self->pump_source)
        return;
      rest = (self->paused_until - g_get_monotonic_time ()) / 1000;
      self->pump_source
          = g_timeout_add (MAX (rest, (gint64) (1000 / (self->pace * RATE))), on_pump, self);
      return;
    }
}

/* Takes @link out and gives its record to the caller. */
static Record *
take (HwRequests *self, GList *link)
{
  Record *record = link->data;

  g_hash_table_remove (self->ids, &record->id);
  g_queue_delete_link (&self->records, link);
  return record;
}

static void
finish (Record *record, JsonObject *reply, const GError *error)
{
  record->callback (reply, error, record->user_data);
  record_free (record);
}

static void set_deadline (HwRequests *self);

static gboolean
on_deadline (gpointer user_data)
{
  HwRequests *self = user_data;
  g_autoptr (GError) error
      = hw_error_new (HW_ERROR_FAILED, NULL, _ ("No answer came within %d seconds."),
                      HW_REQUEST_DEADLINE);
  g_autoptr (GPtrArray) late = g_ptr_array_new ();
  gint64 now = g_get_monotonic_time ();

  self->deadline_source = 0;
  while (self->records.head && ((Record *) self->records.head->data)->deadline <= now)
    g_ptr_array_add (late, take (self, self->records.head));
  set_deadline (self);
  for (guint i = 0; i < late->len; i++)
    finish (late->pdata[i], NULL, error);
  return G_SOURCE_REMOVE;
}

static void
set_deadline (HwRequests *self)
{
  const Record *oldest = g_queue_peek_head (&self->records);
  gint64 rest;

  if (!oldest || self->deadline_source)
    return;
  rest = oldest->deadline - g_get_monotonic_time ();
  /* Whole seconds, so that the timer wakes together with others. */
  self->deadline_source
      = g_timeout_add_seconds (MAX (rest, 0) / G_USEC_PER_SEC + 1, on_deadline, self);
}

/**
 * hw_requests_send:
 * @self: requests
 * @request: (transfer full): from hw_requests_begin()
 * @urgency: when it goes
 * @callback: called once, with the answer or with what stood against it
 * @user_data: for @callback
 *
 * Returns: the request's id, for hw_requests_cancel()
 */
guint64
hw_requests_send (HwRequests *self,
                  HwRequest *request,
                  HwRequestUrgency urgency,
                  HwReplyFunc callback,
                  gpointer user_data)
{
  Record *record = g_new0 (Record, 1);
  guint64 id = request->id;

  g_assert (id > 0);
  finish_line (request);
  record->id = id;
  record->line = g_steal_pointer (&request->line);
  record->callback = callback;
  record->user_data = user_data;
  record->urgency = urgency;
  record->deadline = g_get_monotonic_time () + HW_REQUEST_DEADLINE * G_USEC_PER_SEC;
  record->waiting = urgency != HW_REQUEST_NOW;
  request_free (request);
  g_queue_push_tail (&self->records, record);
  g_hash_table_insert (self->ids, &record->id, self->records.tail);
  set_deadline (self);
  if (urgency == HW_REQUEST_NOW)
    {
      refill (self);
      write_copy (self, record->line);
    }
  else
    pump (self);
  return id;
}

/**
 * hw_requests_tell:
 * @self: requests
 * @request: (transfer full): from hw_requests_begin_untold()
 * @urgency: but for %HW_REQUEST_NOW it is dropped when others wait
 */
void
hw_requests_tell (HwRequests *self, HwRequest *request, HwRequestUrgency urgency)
{
  finish_line (request);
  if (urgency == HW_REQUEST_NOW || (may_send (self) && !find_waiting (self)))
    write_copy (self, request->line);
  request_free (request);
}

/**
 * hw_requests_take_reply:
 * @self: requests
 * @id: which request it answers; one that nobody waits for is ignored
 * @reply: (transfer none): the answer
 */
void
hw_requests_take_reply (HwRequests *self, guint64 id, JsonObject *reply)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = FALSE;
  GList *link = g_hash_table_lookup (self->ids, &id);
  Record *record;

  if (!link)
    return;
  record = link->data;
  if (!hw_message_get_bool (reply, "ok", &ok, &error))
    {
      finish (take (self, link), NULL, error);
      return;
    }
  if (ok)
    {
      finish (take (self, link), reply, NULL);
      return;
    }
  error = hw_message_to_error (reply);
  hw_server_words_translate_error (error);
  /* HW_ERROR_FAILED is for what got no answer, and may be tried again; a code of a newer server is
   * an answer. */
  if (g_error_matches (error, HW_ERROR, HW_ERROR_FAILED))
    error->code = HW_ERROR_INTERNAL;
  if (g_error_matches (error, HW_ERROR, HW_ERROR_SLOW_DOWN) && record->urgency != HW_REQUEST_NOW)
    {
      gint64 retry = hw_error_get_retry (error);

      retry = retry > 0 ? MIN (retry, PAUSE_MAX) : PAUSE_DEFAULT;
      self->paused_until = g_get_monotonic_time () + retry * 1000;
      self->tokens = MIN (self->tokens, 1.0);
      record->waiting = TRUE;
      g_clear_handle_id (&self->pump_source, g_source_remove);
      pump (self);
      return;
    }
  finish (take (self, link), NULL, error);
}

/**
 * hw_requests_cancel:
 * @self: requests
 * @id: from hw_requests_send()
 * @error: (transfer none): what its callback is told
 *
 * Nobody waits for it any more. If it was sent, the server may do it all the same.
 */
void
hw_requests_cancel (HwRequests *self, guint64 id, const GError *error)
{
  GList *link = g_hash_table_lookup (self->ids, &id);

  if (link)
    finish (take (self, link), NULL, error);
}

/**
 * hw_requests_fail_all:
 * @self: requests
 * @error: (transfer none): what all callbacks are told
 *
 * The link is gone; the next one begins with a clean sheet.
 */
void
hw_requests_fail_all (HwRequests *self, const GError *error)
{
  GQueue records = self->records;

  g_queue_init (&self->records);
  g_hash_table_remove_all (self->ids);
  g_clear_handle_id (&self->pump_source, g_source_remove);
  g_clear_handle_id (&self->deadline_source, g_source_remove);
  self->pace = 1;
  self->tokens = BURST;
  self->tokens_at = g_get_monotonic_time ();
  self->paused_until = 0;
  for (Record *record = g_queue_pop_head (&records); record; record = g_queue_pop_head (&records))
    finish (record, NULL, error);
}
