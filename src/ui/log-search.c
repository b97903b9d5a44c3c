/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A search in a log. The server finds; here the hits' numbers are kept, and which of them one is
 * at. A new search ends the one before, whatever answers are under way. */

#include "hallway-config.h"

#include "log-search.h"

#include "words.h"

#include <glib/gi18n.h>

/* Hits asked for at a time. */
#define PAGE 100
/* The same where admins look, and how many of them are fetched without being gone to: as many as
 * the chart can tell apart. */
#define ADMIN_PAGE 1000
#define FILL_MAX   3000
/* Milliseconds until they are: whoever still types has no use for them. */
#define FILL_PAUSE 400

struct _HwLogSearch
{
  GObject parent_instance;

  HwPlace *place;
  char *room; /* nullable: then it is a log that admins read */
  gint64 log;
  HwLogFilter *filter; /* nullable: hits are only looked for in what it lets through */
  guint64 low, high;   /* the seqs of its span; 0: to the end */

  char *typed;          /* nullable: nothing is looked for */
  char **words;         /* nullable: what to mark in the text */
  GArray *hits;         /* of guint64: seqs, newest first */
  GArray *times;        /* of gint64: when they were said */
  guint index;          /* of the one that we are at; hits->len while it is asked for */
  guint64 total;        /* 0: the server does not count */
  gboolean more;        /* there are older hits than the last one here */
  GCancellable *asking; /* nullable */
  gboolean filling;     /* nobody waits for what is asked for */
  guint fill;           /* source: more is to be asked for */
  char *problem;        /* nullable */
};

G_DEFINE_FINAL_TYPE (HwLogSearch, hw_log_search, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
stop_asking (HwLogSearch *self)
{
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->filling = FALSE;
  g_clear_handle_id (&self->fill, g_source_remove);
}

/* The bare words of a query: what the server takes for operators is not to be marked. */
static char **
split_words (const char *typed)
{
  g_autofree char *plain = g_strdelimit (g_strdup (typed), "\"*\t\n", ' ');
  g_auto (GStrv) parts = g_strsplit (plain, " ", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (words, parts[i]);
  return g_strv_builder_end (words);
}

static void ask (HwLogSearch *self);

static gboolean
on_fill (gpointer data)
{
  HwLogSearch *self = data;

  self->fill = 0;
  if (self->asking == NULL)
    {
      self->filling = TRUE;
      ask (self);
    }
  return G_SOURCE_REMOVE;
}

static void
on_page (GObject *source, GAsyncResult *result, gpointer data)
{
  HwLogSearch *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  JsonArray *entries;
  gboolean past = FALSE;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);

  if (reply != NULL && json_object_has_member (reply, "entries")
      && JSON_NODE_HOLDS_ARRAY (json_object_get_member (reply, "entries")))
    {
      entries = json_object_get_array_member (reply, "entries");
      for (guint i = json_array_get_length (entries); i > 0; i--)
        {
          JsonNode *node = json_array_get_element (entries, i - 1);
          gint64 seq = JSON_NODE_HOLDS_OBJECT (node)
                           ? json_object_get_int_member_with_default (json_node_get_object (node),
                                                                      "seq", 0)
                           : 0;
          guint64 last = self->hits->len > 0
                             ? g_array_index (self->hits, guint64, self->hits->len - 1)
                             : G_MAXUINT64;

          if (seq > 0 && (guint64) seq < self->low)
            {
              past = TRUE;
              break;
            }
          if (seq > 0 && (guint64) seq < last)
            {
              guint64 hit = (guint64) seq;

              gint64 at
                  = json_object_get_int_member_with_default (json_node_get_object (node), "at", 0);

              g_array_append_val (self->hits, hit);
              g_array_append_val (self->times, at);
            }
        }
      self->more = json_array_get_length (entries) > 0 && !past
                   && json_object_get_boolean_member_with_default (reply, "more", FALSE);
      /* The server counts in the whole log. */
      if (self->total == 0 && self->low <= 1 && self->high == 0)
        self->total
            = (guint64) MAX (0, json_object_get_int_member_with_default (reply, "total", 0));
    }
  else
    {
      g_free (self->problem);
      self->problem
          = error != NULL ? hw_words_problem (error) : g_strdup (_ ("The answer makes no sense."));
      self->more = FALSE;
    }

  if (self->index >= self->hits->len && self->hits->len > 0)
    self->index = self->hits->len - 1;
  self->filling = FALSE;
  if (self->room == NULL && self->more && self->hits->len < FILL_MAX && self->fill == 0)
    self->fill = g_timeout_add (FILL_PAUSE, on_fill, self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
ask (HwLogSearch *self)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  if (self->room != NULL)
    json_object_set_string_member (fields, "room", self->room);
  else
    json_object_set_int_member (fields, "log", self->log);
  if (self->filter != NULL)
    hw_log_filter_add_fields (self->filter, fields);
  json_object_set_string_member (fields, "find", self->typed);
  json_object_set_int_member (fields, "limit", self->filling ? ADMIN_PAGE : PAGE);
  if (self->hits->len > 0)
    json_object_set_int_member (fields, "before",
                                (gint64) g_array_index (self->hits, guint64, self->hits->len - 1));
  else if (self->high > 0)
    json_object_set_int_member (fields, "before", (gint64) self->high + 1);

  self->asking = g_cancellable_new ();
  hw_place_request_async (self->place, self->room != NULL ? "history" : "log-read", fields,
                          self->asking, on_page, self);
}

static void
hw_log_search_dispose (GObject *object)
{
  HwLogSearch *self = HW_LOG_SEARCH (object);

  stop_asking (self);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_log_search_parent_class)->dispose (object);
}

static void
hw_log_search_finalize (GObject *object)
{
  HwLogSearch *self = HW_LOG_SEARCH (object);

  g_free (self->room);
  hw_log_filter_free (self->filter);
  g_free (self->typed);
  g_free (self->problem);
  g_strfreev (self->words);
  g_array_unref (self->hits);
  g_array_unref (self->times);

  G_OBJECT_CLASS (hw_log_search_parent_class)->finalize (object);
}

static void
hw_log_search_class_init (HwLogSearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_log_search_dispose;
  object_class->finalize = hw_log_search_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
hw_log_search_init (HwLogSearch *self)
{
  self->hits = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->times = g_array_new (FALSE, FALSE, sizeof (gint64));
}

/**
 * hw_log_search_new_for_room:
 * @room: a room that we are in
 *
 * Returns: (transfer full): a search in its log, as a member
 */
HwLogSearch *
hw_log_search_new_for_room (HwRoom *room)
{
  HwLogSearch *self = g_object_new (HW_TYPE_LOG_SEARCH, NULL);

  self->place = g_object_ref (hw_room_get_place (room));
  self->room = g_strdup (hw_room_get_name (room));
  return self;
}

/**
 * hw_log_search_new_for_log:
 * @place: a place whose admin we are
 * @log: a log's id
 *
 * Returns: (transfer full): a search in that log, as an admin
 */
HwLogSearch *
hw_log_search_new_for_log (HwPlace *place, gint64 log)
{
  HwLogSearch *self = g_object_new (HW_TYPE_LOG_SEARCH, NULL);

  self->place = g_object_ref (place);
  self->log = log;
  return self;
}

/**
 * hw_log_search_set_filter:
 * @self: a search
 * @filter: (nullable): what hits are looked for in
 * @low: the first seq of its span, 1 for the log's beginning
 * @high: the last one, 0 for the log's end
 *
 * Begins anew, if something is looked for.
 */
void
hw_log_search_set_filter (HwLogSearch *self, const HwLogFilter *filter, guint64 low, guint64 high)
{
  g_autofree char *typed = g_strdup (self->typed);

  g_clear_pointer (&self->filter, hw_log_filter_free);
  if (filter != NULL)
    self->filter = hw_log_filter_copy (filter);
  self->low = low;
  self->high = high;
  if (typed != NULL)
    hw_log_search_start (self, typed);
}

/**
 * hw_log_search_start:
 * @self: a search
 * @words: what to look for; "" for nothing
 *
 * Begins anew, at the newest hit.
 */
void
hw_log_search_start (HwLogSearch *self, const char *words)
{
  g_autofree char *typed = g_strstrip (g_strdup (words));

  stop_asking (self);
  g_clear_pointer (&self->typed, g_free);
  g_clear_pointer (&self->words, g_strfreev);
  g_clear_pointer (&self->problem, g_free);
  g_array_set_size (self->hits, 0);
  g_array_set_size (self->times, 0);
  self->index = 0;
  self->total = 0;
  self->more = FALSE;

  if (*typed != '\0')
    {
      self->words = split_words (typed);
      self->typed = g_steal_pointer (&typed);
      ask (self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * hw_log_search_go:
 * @self: a search
 * @step: 1 to the next older hit, -1 to the next newer one
 *
 * Goes there, if there is one.
 */
void
hw_log_search_go (HwLogSearch *self, int step)
{
  if (self->typed == NULL || hw_log_search_get_busy (self) || self->hits->len == 0)
    return;

  if (step < 0)
    {
      if (self->index == 0)
        return;
      self->index--;
    }
  else if (self->index + 1 < self->hits->len)
    self->index++;
  else if (self->more)
    {
      self->index = self->hits->len;
      self->filling = FALSE;
      if (self->asking == NULL)
        ask (self);
    }
  else
    return;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * hw_log_search_get_seq:
 * @self: a search
 *
 * Returns: the seq of the hit that one is at; 0 while there is none
 */
guint64
hw_log_search_get_seq (HwLogSearch *self)
{
  return self->index < self->hits->len ? g_array_index (self->hits, guint64, self->index) : 0;
}

/**
 * hw_log_search_get_index:
 * @self: a search
 *
 * Returns: which hit one is at, from 1; the newest is the first. 0 while there is none
 */
guint
hw_log_search_get_index (HwLogSearch *self)
{
  return self->index < self->hits->len ? self->index + 1 : 0;
}

/**
 * hw_log_search_get_n_hits:
 * @self: a search
 *
 * Returns: how many hits there are: all of them where the server counts, else those fetched so far
 */
guint
hw_log_search_get_n_hits (HwLogSearch *self)
{
  return (guint) MAX (self->total, self->hits->len);
}

/**
 * hw_log_search_get_more:
 * @self: a search
 *
 * Returns: whether there are more hits than hw_log_search_get_n_hits() tells
 */
gboolean
hw_log_search_get_more (HwLogSearch *self)
{
  return self->more && self->total == 0;
}

/**
 * hw_log_search_get_busy:
 * @self: a search
 *
 * Returns: whether the person has to wait for an answer
 */
gboolean
hw_log_search_get_busy (HwLogSearch *self)
{
  return self->asking != NULL && !self->filling;
}

/**
 * hw_log_search_get_problem:
 * @self: a search
 *
 * Returns: (transfer none) (nullable): why it did not work
 */
const char *
hw_log_search_get_problem (HwLogSearch *self)
{
  return self->problem;
}

/**
 * hw_log_search_get_words:
 * @self: a search
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): what to mark in the log's text
 */
const char *const *
hw_log_search_get_words (HwLogSearch *self)
{
  return (const char *const *) self->words;
}

/**
 * hw_log_search_get_times:
 * @self: a search
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): when the hits fetched so far were said, milliseconds
 * since 1970 UTC, the newest first
 */
const gint64 *
hw_log_search_get_times (HwLogSearch *self, gsize *n)
{
  *n = self->times->len;
  return (const gint64 *) self->times->data;
}
