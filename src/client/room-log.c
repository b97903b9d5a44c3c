/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A room's log: what comes when we join or come back, what comes live, what was missed, the pages
 * that the history wishes for, and which messages were not read yet.
 *
 * Each entry is looked at once, when it first comes. Stretches that were missed (the server says
 * so, or a reply was cut) are fetched in the background as far as they may hold unread messages;
 * the rest only when somebody looks. */

#include "clean.h"
#include "history-private.h"
#include "page.h"
#include "place-private.h"
#include "room-private.h"

#include "protocol/error.h"
#include "protocol/limits.h"

/* Seconds until a page that could not be had is asked for again. */
#define RETRY_PAUSE 2

/* Missed stretches that are kept apart; beyond that the oldest two become one. */
#define SPANS_MAX 64

/* Missed entries: those after @after up to @last. */
typedef struct
{
  guint64 after;
  guint64 last;
} Span;

/* A page that is under way. */
typedef struct
{
  HwRoom *room; /* owned */
  guint64 after;
  guint count;
} Fetch;

static void count_missed (HwRoom *self);

/**
 * hw_room_init_log:
 * @self: a room in its making
 */
void
hw_room_init_log (HwRoom *self)
{
  self->unread = hw_unread_new ();
  self->missed = g_array_new (FALSE, FALSE, sizeof (Span));
}

static void
fetch_free (Fetch *fetch)
{
  g_object_unref (fetch->room);
  g_free (fetch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_free)

static Fetch *
fetch_new (HwRoom *self, guint64 after, guint count)
{
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->room = g_object_ref (self);
  fetch->after = after;
  fetch->count = count;
  return fetch;
}

static gboolean
can_ask (HwRoom *self)
{
  return self->state == HW_ROOM_INSIDE && self->place && self->place->step == HW_STEP_READY;
}

static void
ask_page (HwRoom *self, guint64 after, guint count, HwRequestUrgency urgency, HwReplyFunc callback)
{
  HwRequest *request = hw_requests_begin (self->place->requests, "history");

  count = MIN (count, self->place->page_max);
  hw_json_string (&request->fields, "room", self->name);
  hw_json_int (&request->fields, "after", after);
  hw_json_int (&request->fields, "limit", count);
  hw_requests_send (self->place->requests, request, urgency, callback,
                    fetch_new (self, after, count));
}

static gboolean
on_retry (gpointer user_data)
{
  HwRoom *self = user_data;

  self->retry_source = 0;
  if (can_ask (self))
    {
      hw_history_retry_failed (self->history);
      count_missed (self);
    }
  return G_SOURCE_REMOVE;
}

static void
retry_later (HwRoom *self)
{
  if (!self->retry_source && can_ask (self))
    self->retry_source = g_timeout_add_seconds (RETRY_PAUSE, on_retry, self);
}

/* What every entry is looked at for, wherever it comes from: a message of ours that is in the log
 * needs not be sent. */
static void
note_saved (HwRoom *self, HwEntry *entry)
{
  if (hw_entry_get_key (entry))
    hw_outbox_remove (self->place->outbox, hw_entry_get_key (entry));
}

/* The page of @reply, if it is what @fetch asked for; %NULL and the consequences if not. */
static HwPage *
take_page (Fetch *fetch, JsonObject *reply, const GError *refusal)
{
  HwRoom *self = fetch->room;
  g_autoptr (HwPage) page = NULL;
  g_autoptr (GError) error = NULL;

  if (refusal || !self->place)
    return NULL;
  page = hw_page_parse (reply, &error);
  if (page && page->entries->len > 0
      && (hw_page_get_first (page) != fetch->after + 1 || page->entries->len > fetch->count))
    error = hw_error_new (HW_ERROR_BAD_REQUEST, "entries", "That is not the page asked for.");
  if (error)
    {
      hw_place_violated (self->place, error);
      return NULL;
    }
  for (guint i = 0; i < page->entries->len; i++)
    note_saved (self, page->entries->pdata[i]);
  return page->entries->len > 0 ? g_steal_pointer (&page) : NULL;
}

static void
on_page (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  g_autoptr (Fetch) fetch = user_data;
  HwRoom *self = fetch->room;
  g_autoptr (HwPage) page = take_page (fetch, reply, refusal);

  if (page)
    {
      hw_history_add_page (self->history, page->entries);
      return;
    }
  hw_history_fetch_failed (self->history, fetch->after);
  retry_later (self);
}

static void
on_fetch (HwHistory *history, guint64 after, guint count, gpointer user_data)
{
  HwRoom *self = user_data;

  if (can_ask (self))
    ask_page (self, after, count, HW_REQUEST_NORMAL, on_page);
  else
    hw_history_fetch_failed (history, after);
}

/**
 * hw_room_make_history:
 * @self: a room
 *
 * Returns: (transfer none): its history, empty until we were inside
 */
HwHistory *
hw_room_make_history (HwRoom *self)
{
  if (!self->history)
    {
      self->history = hw_history_new (0);
      g_signal_connect_object (self->history, "fetch", G_CALLBACK (on_fetch), self, 0);
    }
  return self->history;
}

static void
count_entry (HwRoom *self, HwEntry *entry)
{
  guint64 seq = hw_entry_get_seq (entry);

  if (hw_entry_get_kind (entry) != HW_ENTRY_MESSAGE || seq <= self->last_read
      || hw_place_is_me (self->place, hw_entry_get_from (entry)))
    return;
  hw_unread_add (self->unread, seq,
                 hw_text_mentions (hw_entry_get_text (entry), hw_place_get_name (self->place)));
  hw_room_notify_unread (self);
}

/* Drops what is read from the missed stretches. */
static void
trim_missed (HwRoom *self)
{
  for (guint i = self->missed->len; i-- > 0;)
    {
      Span *span = &g_array_index (self->missed, Span, i);

      span->after = MAX (span->after, self->last_read);
      if (span->after >= span->last)
        g_array_remove_index (self->missed, i);
    }
}

static void
on_missed_page (JsonObject *reply, const GError *refusal, gpointer user_data)
{
  g_autoptr (Fetch) fetch = user_data;
  HwRoom *self = fetch->room;
  g_autoptr (HwPage) page = NULL;
  Span *span;
  guint64 end;

  self->counting = FALSE;
  page = take_page (fetch, reply, refusal);
  if (!page)
    {
      retry_later (self);
      return;
    }
  trim_missed (self);
  span = self->missed->len > 0 ? &g_array_index (self->missed, Span, 0) : NULL;
  end = span ? MIN (span->last, hw_page_get_end (page)) : 0;
  for (guint i = 0; span && i < page->entries->len; i++)
    {
      guint64 seq = hw_entry_get_seq (page->entries->pdata[i]);

      if (seq > span->after && seq <= end)
        count_entry (self, page->entries->pdata[i]);
    }
  if (span && span->after < end && hw_page_get_first (page) <= span->after + 1)
    {
      span->after = end;
      trim_missed (self);
    }
  hw_history_add_page (self->history, page->entries);
  count_missed (self);
}

/* Fetches the next page of what was missed, if there may be unread messages in it. */
static void
count_missed (HwRoom *self)
{
  const Span *span;

  trim_missed (self);
  if (self->counting || self->missed->len == 0 || !can_ask (self))
    return;
  span = &g_array_index (self->missed, Span, 0);
  self->counting = TRUE;
  ask_page (self, span->after, MIN (span->last - span->after, G_MAXINT), HW_REQUEST_LOW,
            on_missed_page);
}

static void
add_missed (HwRoom *self, guint64 after, guint64 last)
{
  Span span = { after, last };

  if (after >= last)
    return;
  g_array_append_val (self->missed, span);
  if (self->missed->len > SPANS_MAX)
    {
      g_array_index (self->missed, Span, 1).after = g_array_index (self->missed, Span, 0).after;
      g_array_remove_index (self->missed, 0);
    }
  count_missed (self);
}

/**
 * hw_room_set_read:
 * @self: a room
 * @seq: the last entry that the person saw
 *
 * What is unread becomes less.
 */
void
hw_room_set_read (HwRoom *self, guint64 seq)
{
  g_return_if_fail (HW_IS_ROOM (self));

  if (self->history)
    seq = MIN (seq, hw_history_get_last (self->history));
  if (seq <= self->last_read)
    return;
  self->last_read = seq;
  hw_unread_read (self->unread, seq);
  trim_missed (self);
  hw_room_notify_unread (self);
}

/* Nothing is unread: we just came in. */
static void
start_reading (HwRoom *self, guint64 last)
{
  g_array_set_size (self->missed, 0);
  hw_unread_clear (self->unread);
  self->last_read = last;
  hw_room_notify_unread (self);
}

/**
 * hw_room_clear_log:
 * @self: a room
 *
 * Forgets the log, for the room has another one now.
 */
void
hw_room_clear_log (HwRoom *self)
{
  if (self->history)
    hw_history_reset (self->history);
  start_reading (self, 0);
}

/**
 * hw_room_start_log:
 * @self: a room that we are inside of
 *
 * What had to wait for that is fetched.
 */
void
hw_room_start_log (HwRoom *self)
{
  hw_history_retry_failed (self->history);
  count_missed (self);
}

/**
 * hw_room_stop_log:
 * @self: a room
 *
 * Nothing can be fetched for now.
 */
void
hw_room_stop_log (HwRoom *self)
{
  g_clear_handle_id (&self->retry_source, g_source_remove);
}

/**
 * hw_room_get_resume_after:
 * @self: a room
 * @has_after: (out): whether there is anything to resume from
 *
 * The last entry that we have is asked for once more: if it is not the same, the log is another
 * one.
 *
 * Returns: the seq after which entries are wanted
 */
guint64
hw_room_get_resume_after (HwRoom *self, gboolean *has_after)
{
  guint64 tail = self->history ? hw_history_get_contiguous (self->history) : 0;

  *has_after = tail > 0;
  return tail > 0 ? tail - 1 : 0;
}

static gboolean
take_log (HwRoom *self, JsonObject *reply, gboolean again, GError **error)
{
  g_autoptr (HwPage) page = hw_page_parse (reply, error);
  HwHistory *history = hw_room_make_history (self);
  guint64 tail = hw_history_get_contiguous (history);
  guint64 end;

  if (!page)
    return FALSE;
  end = hw_page_get_end (page);
  if (page->last < hw_history_get_last (history) || !hw_history_agrees (history, page->entries)
      || (again && hw_page_get_first (page) != tail))
    {
      /* Another room under the same name: what we had is of the past. */
      hw_history_reset (history);
      start_reading (self, 0);
      again = FALSE;
    }
  for (guint i = 0; i < page->entries->len; i++)
    note_saved (self, page->entries->pdata[i]);
  if (!again)
    start_reading (self, page->last);
  hw_history_add_page (history, page->entries);
  hw_history_set_last (history, page->last);
  if (page->entries->len > 0)
    hw_room_set_last_at (self, hw_entry_get_at (page->entries->pdata[page->entries->len - 1]));
  if (!again)
    return TRUE;
  for (guint i = 0; i < page->entries->len; i++)
    if (hw_entry_get_seq (page->entries->pdata[i]) > tail)
      count_entry (self, page->entries->pdata[i]);
  add_missed (self, MAX (end, tail), page->last);
  return TRUE;
}

/**
 * hw_room_take_join:
 * @self: a room
 * @reply: (transfer none): the answer to join or create
 * @again: whether it was asked with hw_room_get_resume_after()
 * @error: (nullable): return location
 *
 * Takes over the room as it is.
 *
 * Returns: %FALSE if @reply breaks the protocol
 */
gboolean
hw_room_take_join (HwRoom *self, JsonObject *reply, gboolean again, GError **error)
{
  g_autofree char *clean = NULL;
  const char *topic = "";
  JsonArray *members = NULL;

  if (!hw_message_get_string_opt (reply, "topic", &topic, error)
      || !hw_message_get_array (reply, "members", &members, error)
      || !hw_room_take_members (self, members, error) || !take_log (self, reply, again, error))
    return FALSE;
  clean = hw_clean_name (topic, HW_TOPIC_MAX);
  hw_room_set_topic (self, clean);
  return TRUE;
}

/**
 * hw_room_take_entry:
 * @self: a room that we are inside of
 * @event: (transfer none): the event "entry"
 * @error: (nullable): return location
 *
 * Takes what just happened. One that we have already changes nothing.
 *
 * Returns: %FALSE if @event breaks the protocol
 */
gboolean
hw_room_take_entry (HwRoom *self, JsonObject *event, GError **error)
{
  g_autoptr (HwEntry) entry = hw_entry_new_from_json (event, error);
  HwHistory *history = hw_room_make_history (self);
  guint64 last = hw_history_get_last (history);
  guint64 seq;

  if (!entry)
    return FALSE;
  seq = hw_entry_get_seq (entry);
  note_saved (self, entry);
  if (seq <= last)
    {
      hw_history_append (history, entry);
      return TRUE;
    }
  if (seq > last + 1)
    {
      add_missed (self, last, seq - 1);
      hw_room_refresh_members (self);
    }
  hw_history_append (history, entry);
  hw_room_set_last_at (self, hw_entry_get_at (entry));
  hw_room_people_after_entry (self, entry);
  if (hw_entry_get_kind (entry) == HW_ENTRY_TOPIC)
    {
      g_autofree char *topic = hw_clean_name (hw_entry_get_text (entry), HW_TOPIC_MAX);

      hw_room_set_topic (self, topic);
    }
  if (hw_entry_get_kind (entry) == HW_ENTRY_RENAMED
      && hw_place_is_me (self->place, hw_entry_get_from (entry)))
    hw_place_take_own_name (self->place, hw_entry_get_to (entry));
  if (hw_entry_get_kind (entry) != HW_ENTRY_MESSAGE
      || hw_place_is_me (self->place, hw_entry_get_from (entry)))
    return TRUE;
  count_entry (self, entry);
  hw_place_emit_message (self->place, self, entry);
  return TRUE;
}

/**
 * hw_room_take_gap:
 * @self: a room that we are inside of
 * @event: (transfer none): the event "gap"
 * @error: (nullable): return location
 *
 * We read too slowly, and entries were left out.
 *
 * Returns: %FALSE if @event breaks the protocol
 */
gboolean
hw_room_take_gap (HwRoom *self, JsonObject *event, GError **error)
{
  HwHistory *history = hw_room_make_history (self);
  gint64 after = 0;
  gint64 last = 0;

  if (!hw_message_get_int (event, "after", 0, HW_INT_MAX, &after, error)
      || !hw_message_get_int (event, "last", 0, HW_INT_MAX, &last, error))
    return FALSE;
  after = MAX ((guint64) after, hw_history_get_last (history));
  if (after >= last)
    return TRUE;
  hw_history_set_last (history, last);
  add_missed (self, after, last);
  hw_room_refresh_members (self);
  return TRUE;
}
