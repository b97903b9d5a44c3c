/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwLog: a room's log in an admin's hands. Its history's wishes become log-read; while it is live,
 * the server is asked to tell of every new entry, and where it does not know how, it is asked every
 * few seconds what is new. */

#include "log-private.h"

#include "clean.h"
#include "history-private.h"
#include "page.h"
#include "place-private.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"

/* Seconds between two looks at what is new, where the server does not tell by itself. */
#define LIVE_INTERVAL 2

/* Seconds until a page that could not be had is asked for again. */
#define RETRY_PAUSE 2

struct _HwLog
{
  GObject parent_instance;

  HwPlace *place;
  gint64 id;
  char *room;
  gint64 created;
  gint64 closed;
  gint64 last_at;
  HwHistory *history;
  GCancellable *cancellable;
  gboolean live;
  gulong admin_id; /* while live: the place makes us an admin, or again */
  gboolean asking; /* for what is new */
  guint live_source;
  guint retry_source;
};

G_DEFINE_FINAL_TYPE (HwLog, hw_log, G_TYPE_OBJECT)

static void
hw_log_dispose (GObject *object)
{
  HwLog *self = HW_LOG (object);

  hw_log_set_live (self, FALSE);
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_log_parent_class)->dispose (object);
}

static void
hw_log_finalize (GObject *object)
{
  HwLog *self = HW_LOG (object);

  g_free (self->room);
  g_clear_object (&self->history);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (hw_log_parent_class)->finalize (object);
}

static void
hw_log_class_init (HwLogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_log_dispose;
  object_class->finalize = hw_log_finalize;
}

static void
hw_log_init (HwLog *self)
{
  self->cancellable = g_cancellable_new ();
}

/* A page that is under way. */
typedef struct
{
  HwLog *log; /* owned */
  guint64 after;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  g_object_unref (fetch->log);
  g_free (fetch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_free)

static void
ask_page (HwLog *self, guint64 after, guint count, GAsyncReadyCallback callback)
{
  g_autoptr (JsonObject) fields = json_object_new ();
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->log = g_object_ref (self);
  fetch->after = after;
  json_object_set_int_member (fields, "log", self->id);
  json_object_set_int_member (fields, "after", after);
  json_object_set_int_member (fields, "limit", MIN (count, HW_ADMIN_PAGE_MAX));
  hw_place_request_async (self->place, "log-read", fields, self->cancellable, callback, fetch);
}

static HwPage *
finish_page (Fetch *fetch, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  g_autoptr (HwPage) page = reply ? hw_page_parse (reply, &error) : NULL;

  if (page && page->entries->len > 0 && hw_page_get_first (page) != fetch->after + 1)
    {
      g_message ("log %" G_GINT64_FORMAT ": not the page asked for", fetch->log->id);
      return NULL;
    }
  if (error)
    g_debug ("log %" G_GINT64_FORMAT ": %s", fetch->log->id, error->message);
  return g_steal_pointer (&page);
}

static gboolean
on_retry (gpointer user_data)
{
  HwLog *self = user_data;

  self->retry_source = 0;
  hw_history_retry_failed (self->history);
  return G_SOURCE_REMOVE;
}

static void
on_page (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Fetch) fetch = user_data;
  HwLog *self = fetch->log;
  g_autoptr (HwPage) page = finish_page (fetch, source, result);

  if (page && page->entries->len > 0)
    {
      hw_history_add_page (self->history, page->entries);
      return;
    }
  hw_history_fetch_failed (self->history, fetch->after);
  if (self->place && !self->retry_source)
    self->retry_source = g_timeout_add_seconds (RETRY_PAUSE, on_retry, self);
}

static void
on_fetch (HwHistory *history, guint64 after, guint count, gpointer user_data)
{
  HwLog *self = user_data;

  if (self->place)
    ask_page (self, after, count, on_page);
}

static void
on_news (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Fetch) fetch = user_data;
  HwLog *self = fetch->log;
  g_autoptr (HwPage) page = finish_page (fetch, source, result);

  self->asking = FALSE;
  if (!page)
    return;
  /* A jump ahead leaves a hole, which is filled when somebody looks at it. */
  hw_history_add_page (self->history, page->entries);
  hw_history_set_last (self->history, page->last);
}

static void
ask_news (HwLog *self)
{
  if (self->asking || hw_place_get_state (self->place) != HW_PLACE_ONLINE
      || !hw_place_get_admin (self->place))
    return;
  self->asking = TRUE;
  ask_page (self, hw_history_get_last (self->history), HW_HISTORY_PAGE, on_news);
}

static gboolean
on_live (gpointer user_data)
{
  ask_news (user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_watched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwLog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);

  if (!self->live)
    return;
  if (reply)
    {
      /* What happened before the server began to tell. */
      ask_news (self);
      return;
    }
  g_debug ("log %" G_GINT64_FORMAT ": %s", self->id, error->message);
  if (!self->live_source && g_error_matches (error, HW_ERROR, HW_ERROR_UNKNOWN_OP))
    {
      self->live_source = g_timeout_add_seconds (LIVE_INTERVAL, on_live, self);
      ask_news (self);
    }
}

static void
tell_watch (HwLog *self, gboolean on, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  json_object_set_int_member (fields, "log", self->id);
  json_object_set_boolean_member (fields, "on", on);
  hw_place_request_async (self->place, "log-watch", fields, self->cancellable, callback, user_data);
}

static void
on_admin_changed (HwLog *self)
{
  if (hw_place_get_admin (self->place) && !self->live_source)
    tell_watch (self, TRUE, on_watched, g_object_ref (self));
}

static void
stop_live (HwLog *self)
{
  g_clear_handle_id (&self->live_source, g_source_remove);
  if (!self->place)
    return;
  g_clear_signal_handler (&self->admin_id, self->place);
  if (g_hash_table_lookup (self->place->watched, &self->id) == self)
    g_hash_table_remove (self->place->watched, &self->id);
}

/**
 * hw_log_take_entry:
 * @self: a log that is live
 * @event: (transfer none): the event "entry" with this log's id
 * @error: (nullable): return location
 *
 * Returns: %FALSE if @event breaks the protocol
 */
gboolean
hw_log_take_entry (HwLog *self, JsonObject *event, GError **error)
{
  g_autoptr (HwEntry) entry = hw_entry_new_from_json (event, error);

  if (!entry)
    return FALSE;
  hw_history_append (self->history, entry);
  self->last_at = hw_entry_get_at (entry);
  if (hw_entry_get_kind (entry) == HW_ENTRY_CLOSED)
    self->closed = hw_entry_get_at (entry);
  return TRUE;
}

/**
 * hw_log_take_gap:
 * @self: a log that is live
 * @event: (transfer none): the event "gap" with this log's id
 * @error: (nullable): return location
 *
 * What was left out is fetched when somebody looks at it.
 *
 * Returns: %FALSE if @event breaks the protocol
 */
gboolean
hw_log_take_gap (HwLog *self, JsonObject *event, GError **error)
{
  gint64 last = 0;

  if (!hw_message_get_int (event, "last", 0, HW_INT_MAX, &last, error))
    return FALSE;
  hw_history_set_last (self->history, last);
  return TRUE;
}

/**
 * hw_log_new_from_json:
 * @place: (transfer none): where it is
 * @row: (transfer none): a row of "logs"
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): the log, %NULL if @row is none
 */
HwLog *
hw_log_new_from_json (HwPlace *place, JsonObject *row, GError **error)
{
  g_autoptr (HwLog) self = g_object_new (HW_TYPE_LOG, NULL);
  const char *room = NULL;
  gint64 n_entries = 0;

  g_return_val_if_fail (HW_IS_PLACE (place), NULL);
  g_return_val_if_fail (row != NULL, NULL);

  if (!hw_message_get_int (row, "log", 0, HW_INT_MAX, &self->id, error)
      || !hw_message_get_string (row, "room", &room, error)
      || !hw_message_get_int_opt (row, "created", 0, HW_INT_MAX, &self->created, error)
      || !hw_message_get_int_opt (row, "closed", 0, HW_INT_MAX, &self->closed, error)
      || !hw_message_get_int_opt (row, "last", 0, HW_INT_MAX, &self->last_at, error)
      || !hw_message_get_int (row, "entries", 0, HW_INT_MAX, &n_entries, error))
    return NULL;
  self->place = g_object_ref (place);
  self->room = hw_clean_name (room, HW_ROOM_NAME_MAX);
  /* Seqs have no holes, so the number of entries is the last one's. */
  self->history = hw_history_new (n_entries);
  g_signal_connect_object (self->history, "fetch", G_CALLBACK (on_fetch), self, 0);
  return g_steal_pointer (&self);
}

/**
 * hw_log_set_live:
 * @self: a log
 * @live: whether it is to grow as the room does
 */
void
hw_log_set_live (HwLog *self, gboolean live)
{
  g_return_if_fail (HW_IS_LOG (self));

  if (self->live == live || !self->place)
    return;
  self->live = live;
  if (!live)
    {
      if (hw_place_get_admin (self->place) && !self->live_source)
        tell_watch (self, FALSE, NULL, NULL);
      stop_live (self);
      return;
    }
  if (self->closed != 0)
    return;
  g_hash_table_replace (self->place->watched, &self->id, self);
  self->admin_id = g_signal_connect_swapped (self->place, "notify::admin",
                                             G_CALLBACK (on_admin_changed), self);
  on_admin_changed (self);
}

gint64
hw_log_get_id (HwLog *self)
{
  g_return_val_if_fail (HW_IS_LOG (self), 0);

  return self->id;
}

const char *
hw_log_get_room (HwLog *self)
{
  g_return_val_if_fail (HW_IS_LOG (self), NULL);

  return self->room;
}

gint64
hw_log_get_created (HwLog *self)
{
  g_return_val_if_fail (HW_IS_LOG (self), 0);

  return self->created;
}

gint64
hw_log_get_closed (HwLog *self)
{
  g_return_val_if_fail (HW_IS_LOG (self), 0);

  return self->closed;
}

gint64
hw_log_get_last_at (HwLog *self)
{
  g_return_val_if_fail (HW_IS_LOG (self), 0);

  return self->last_at;
}

guint64
hw_log_get_n_entries (HwLog *self)
{
  g_return_val_if_fail (HW_IS_LOG (self), 0);

  return hw_history_get_last (self->history);
}

HwHistory *
hw_log_get_history (HwLog *self)
{
  g_return_val_if_fail (HW_IS_LOG (self), NULL);

  return self->history;
}
