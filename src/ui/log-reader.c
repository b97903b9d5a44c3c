/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a log is on the screen: all of it, what a filter lets through, or all of it for a moment
 * around one entry that the filter found. Widgets tell what the person wants and show what they are
 * given; who shows which history is decided here only. */

#include "hallway-config.h"

#include "log-reader.h"

#include "log-search.h"
#include "settings.h"
#include "words.h"

#include "client/log-pick.h"
#include "client/page.h"

#include <glib/gi18n.h>

/* Milliseconds after which the chart is told what is in sight, and the filter what names there are.
 */
#define SIGHT_PAUSE 50

/* Entries that are looked through for names. */
#define PEOPLE_RANGE 600
#define PEOPLE_MAX   40

struct _HwLogReader
{
  GObject parent_instance;

  HwLogView *view; /* the window owns them, and us */
  HwFindBar *find;
  HwLogFilterBar *filters;
  HwActivityPane *activity;

  HwPlace *place;      /* nullable */
  HwLog *log;          /* nullable */
  HwLogSearch *search; /* nullable */
  HwLogPick *pick;     /* nullable: the filter lets everything through */
  gboolean in_context; /* all is shown, although there is a filter */
  guint64 picked_seq;  /* where one was in the pick before that */
  guint64 wanted_seq;  /* 0: none; to be gone to when the pick is there */
  gboolean aimed;      /* the search knows the pick's span */
  GCancellable *going; /* nullable: the entry of a time was asked for */
  guint sight;         /* source */
  guint n_people;      /* entries looked through for names already */
  char *problem;       /* nullable */
};

G_DEFINE_FINAL_TYPE (HwLogReader, hw_log_reader, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* (nullable): the entries that are shown */
static HwHistory *
get_history (HwLogReader *self)
{
  if (self->log == NULL)
    return NULL;
  return self->pick != NULL && !self->in_context ? hw_log_pick_get_history (self->pick)
                                                 : hw_log_get_history (self->log);
}

static void
update_count (HwLogReader *self)
{
  HwHistory *history = get_history (self);
  guint64 all = self->log != NULL ? hw_log_get_n_entries (self->log) : 0;
  g_autofree char *of = g_strdup_printf ("%'" G_GUINT64_FORMAT, all);
  g_autofree char *count = NULL;
  g_autofree char *words = NULL;

  if (self->pick == NULL || self->in_context)
    {
      hw_log_filter_bar_set_count (self->filters, "");
      return;
    }
  count = g_strdup_printf ("%'u", g_list_model_get_n_items (G_LIST_MODEL (history)));
  words = hw_history_is_exact (history)
              /* Translators: how many entries a filter lets through: "1,236 of 12,041 entries" */
              ? g_strdup_printf (ngettext ("%s of %s entry", "%s of %s entries", (gulong) all),
                                 count, of)
              /* Translators: the same, where the first number is a guess */
              : g_strdup_printf (ngettext ("about %s of %s entry", "about %s of %s entries",
                                           (gulong) all),
                                 count, of);
  hw_log_filter_bar_set_count (self->filters, words);
}

static int
compare_frequency (gconstpointer a, gconstpointer b, gpointer data)
{
  guint n_a = GPOINTER_TO_UINT (g_hash_table_lookup (data, *(gpointer *) a));
  guint n_b = GPOINTER_TO_UINT (g_hash_table_lookup (data, *(gpointer *) b));

  return n_a != n_b ? (n_a < n_b) - (n_a > n_b) : g_utf8_collate (*(char **) a, *(char **) b);
}

/* Those who spoke near what is looked at: whom else would one look for. */
static void
collect_people (HwLogReader *self)
{
  HwHistory *history = hw_log_view_get_history (self->view);
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) names = NULL;
  GHashTableIter iter;
  gpointer name;
  guint n, here, seen = 0;

  if (history == NULL || self->log == NULL)
    return;
  n = g_list_model_get_n_items (G_LIST_MODEL (history));
  here = hw_history_find (history, hw_log_view_get_top_seq (self->view));
  for (guint i = here > PEOPLE_RANGE / 2 ? here - PEOPLE_RANGE / 2 : 0;
       i < n && i < here + PEOPLE_RANGE / 2; i++)
    {
      HwEntry *entry = hw_history_peek (history, i);
      const char *from = entry != NULL ? hw_entry_get_from (entry) : "";

      if (*from == '\0')
        continue;
      seen++;
      g_hash_table_insert (counts, (char *) from,
                           GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, from))
                                             + 1));
    }
  if (seen == self->n_people)
    return;
  self->n_people = seen;
  names = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, name);
  g_ptr_array_sort_with_data (names, compare_frequency, counts);
  g_ptr_array_set_size (names, (int) MIN (names->len, PEOPLE_MAX));
  g_ptr_array_add (names, NULL);
  hw_log_filter_bar_set_people (self->filters, (const char *const *) names->pdata);
}

static gint64
get_time_of (HwHistory *history, guint64 seq)
{
  HwEntry *entry = seq > 0 ? hw_history_peek (history, hw_history_find (history, seq)) : NULL;

  return entry != NULL ? hw_entry_get_at (entry) : 0;
}

static gboolean
on_sight (gpointer data)
{
  HwLogReader *self = data;
  HwHistory *history = hw_log_view_get_history (self->view);
  gint64 from, until;

  self->sight = 0;
  if (history == NULL)
    return G_SOURCE_REMOVE;
  from = get_time_of (history, hw_log_view_get_top_seq (self->view));
  until = get_time_of (history, hw_log_view_get_bottom_seq (self->view));
  /* While pages are on their way, the chart keeps what it has. */
  if (from != 0 && until != 0)
    hw_activity_pane_set_shown (self->activity, from, until);
  collect_people (self);
  return G_SOURCE_REMOVE;
}

static void
queue_sight (HwLogReader *self)
{
  if (self->sight == 0)
    self->sight = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, SIGHT_PAUSE, on_sight, self, NULL);
}

static void
on_history_changed (HwLogReader *self)
{
  update_count (self);
  queue_sight (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
keep_filter (HwLogReader *self)
{
  g_settings_set_value (hw_settings_get (), HW_SETTINGS_LOGS_FILTER,
                        hw_log_filter_to_variant (hw_log_filter_bar_get_filter (self->filters)));
}

/* The search goes where the filter does; its hits stand in the chart, too. */
static void
aim_search (HwLogReader *self)
{
  const HwLogFilter *filter = hw_log_filter_bar_get_filter (self->filters);
  guint64 low = 1, high = 0;

  if (self->search == NULL)
    return;
  /* Until the span is found, nothing is searched. */
  self->aimed = self->pick == NULL || hw_log_pick_get_range (self->pick, &low, &high);
  if (self->aimed)
    hw_log_search_set_filter (self->search, filter, MAX (low, 1), filter->until > 0 ? high : 0);
}

static void
on_search_changed (HwLogReader *self)
{
  gsize n;
  const gint64 *times = hw_log_search_get_times (self->search, &n);

  hw_activity_pane_set_hits (self->activity, times, n);
}

/* Shows what is to be shown, at @seq, or at its end where that is 0. */
static void
show (HwLogReader *self, guint64 seq)
{
  HwHistory *history = get_history (self);

  hw_log_view_set_history (self->view, history);
  self->wanted_seq = 0;
  if (seq > 0 && g_list_model_get_n_items (G_LIST_MODEL (history)) == 0)
    self->wanted_seq = seq;
  else if (seq > 0)
    hw_log_view_scroll_to_seq (self->view, seq);
  hw_log_filter_bar_set_in_context (self->filters, self->in_context);
  on_history_changed (self);
}

static void
on_pick_changed (HwLogReader *self)
{
  const GError *error = hw_log_pick_get_error (self->pick);
  guint64 low, high;

  g_clear_pointer (&self->problem, g_free);
  if (error != NULL)
    self->problem = hw_words_problem (error);
  if (!self->aimed && hw_log_pick_get_range (self->pick, &low, &high))
    aim_search (self);
  if (self->wanted_seq > 0 && hw_log_pick_get_range (self->pick, &low, &high))
    {
      guint64 seq = self->wanted_seq;

      self->wanted_seq = 0;
      hw_log_view_scroll_to_seq (self->view, seq);
    }
  on_history_changed (self);
}

/* Where one is reading, 0 for the end. */
static guint64
get_here (HwLogReader *self)
{
  guint64 hit = self->search != NULL ? hw_log_search_get_seq (self->search) : 0;
  guint64 focused = hw_log_view_get_focused_seq (self->view);

  if (focused != 0)
    return focused;
  if (hit != 0)
    return hit;
  return hw_log_view_get_at_end (self->view) ? 0 : hw_log_view_get_top_seq (self->view);
}

static void
drop_pick (HwLogReader *self)
{
  if (self->pick == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->pick, self);
  g_signal_handlers_disconnect_by_func (hw_log_pick_get_history (self->pick), on_history_changed,
                                        self);
  g_clear_object (&self->pick);
}

static void
apply_filter (HwLogReader *self, guint64 seq)
{
  const HwLogFilter *filter = hw_log_filter_bar_get_filter (self->filters);

  if (self->log == NULL)
    return;
  drop_pick (self);
  g_clear_pointer (&self->problem, g_free);
  self->in_context = FALSE;
  if (!hw_log_filter_is_empty (filter))
    {
      self->pick = hw_log_pick_new (self->place, self->log, filter);
      g_signal_connect_object (self->pick, "changed", G_CALLBACK (on_pick_changed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (hw_log_pick_get_history (self->pick), "items-changed",
                               G_CALLBACK (on_history_changed), self, G_CONNECT_SWAPPED);
    }
  hw_activity_pane_set_chosen (self->activity, filter->since, filter->until);
  aim_search (self);
  show (self, seq);
}

static void
on_filter_changed (HwLogReader *self)
{
  keep_filter (self);
  apply_filter (self, get_here (self));
}

static void
on_words_changed (HwLogReader *self)
{
  hw_log_filter_bar_set_words (self->filters, hw_find_bar_get_words (self->find));
}

static void
on_span_chosen (HwLogReader *self, gint64 since, gint64 until)
{
  g_autoptr (HwLogFilter) filter
      = hw_log_filter_copy (hw_log_filter_bar_get_filter (self->filters));

  filter->since = since;
  filter->until = until;
  hw_log_filter_bar_set_filter (self->filters, filter);
  on_filter_changed (self);
}

static void
on_time_found (GObject *source, GAsyncResult *result, gpointer data)
{
  HwLogReader *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  g_autoptr (HwPage) page = reply != NULL ? hw_page_parse (reply, &error) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->going);
  if (page == NULL)
    return;
  if (page->entries->len > 0)
    hw_log_view_scroll_to_seq (self->view, hw_entry_get_seq (page->entries->pdata[0]));
  else
    hw_log_view_scroll_to_end (self->view);
}

static void
hw_log_reader_dispose (GObject *object)
{
  HwLogReader *self = HW_LOG_READER (object);

  g_clear_handle_id (&self->sight, g_source_remove);
  g_cancellable_cancel (self->going);
  g_clear_object (&self->going);
  drop_pick (self);
  if (self->log != NULL)
    hw_log_set_live (self->log, FALSE);
  g_clear_object (&self->search);
  g_clear_object (&self->log);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_log_reader_parent_class)->dispose (object);
}

static void
hw_log_reader_finalize (GObject *object)
{
  g_free (HW_LOG_READER (object)->problem);

  G_OBJECT_CLASS (hw_log_reader_parent_class)->finalize (object);
}

static void
hw_log_reader_class_init (HwLogReaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_log_reader_dispose;
  object_class->finalize = hw_log_reader_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
hw_log_reader_init (HwLogReader *self)
{
}

/* Shows what was said at @time. */
static void
go_to (HwLogReader *self, gint64 time)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  if (self->log == NULL)
    return;
  json_object_set_int_member (fields, "log", hw_log_get_id (self->log));
  json_object_set_int_member (fields, "at", time);
  json_object_set_int_member (fields, "limit", 1);
  g_cancellable_cancel (self->going);
  g_clear_object (&self->going);
  self->going = g_cancellable_new ();
  hw_place_request_async (self->place, "log-read", fields, self->going, on_time_found, self);
}

/**
 * hw_log_reader_new:
 * @view: the timeline, in its scrolled window
 * @find: the search field
 * @filters: the filter's chips
 * @activity: the chart
 *
 * They have to stay for as long as the reader does. The filter is the one that was chosen last.
 *
 * Returns: (transfer full): a reader of nothing
 */
HwLogReader *
hw_log_reader_new (HwLogView *view,
                   HwFindBar *find,
                   HwLogFilterBar *filters,
                   HwActivityPane *activity)
{
  HwLogReader *self = g_object_new (HW_TYPE_LOG_READER, NULL);
  g_autoptr (GVariant) kept = g_settings_get_value (hw_settings_get (), HW_SETTINGS_LOGS_FILTER);
  g_autoptr (HwLogFilter) filter = hw_log_filter_new_from_variant (kept);

  self->view = view;
  self->find = find;
  self->filters = filters;
  self->activity = activity;
  hw_log_filter_bar_set_filter (filters, filter);
  g_signal_connect_object (filters, "changed", G_CALLBACK (on_filter_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (filters, "back", G_CALLBACK (hw_log_reader_toggle_context), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (find, "words-changed", G_CALLBACK (on_words_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (activity, "go-to", G_CALLBACK (go_to), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (activity, "span-chosen", G_CALLBACK (on_span_chosen), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view)), "value-changed",
                           G_CALLBACK (queue_sight), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hw_log_reader_set_log:
 * @self: the reader
 * @place: where the log is
 * @log: what is to be read, with the filter as it is
 */
void
hw_log_reader_set_log (HwLogReader *self, HwPlace *place, HwLog *log)
{
  if (self->log == log)
    return;

  drop_pick (self);
  g_cancellable_cancel (self->going);
  g_clear_object (&self->going);
  if (self->log != NULL)
    {
      g_signal_handlers_disconnect_by_func (hw_log_get_history (self->log), on_history_changed,
                                            self);
      hw_log_set_live (self->log, FALSE);
    }
  g_set_object (&self->place, place);
  g_set_object (&self->log, log);
  self->n_people = 0;
  g_signal_connect_object (hw_log_get_history (log), "items-changed",
                           G_CALLBACK (on_history_changed), self, G_CONNECT_SWAPPED);
  hw_activity_pane_set_log (self->activity, place, log);
  if (self->search != NULL)
    g_signal_handlers_disconnect_by_data (self->search, self);
  g_clear_object (&self->search);
  self->search = hw_log_search_new_for_log (place, hw_log_get_id (log));
  g_signal_connect_object (self->search, "changed", G_CALLBACK (on_search_changed), self,
                           G_CONNECT_SWAPPED);
  apply_filter (self, 0);
  hw_find_bar_set_target (self->find, self->view, self->search);
}

/**
 * hw_log_reader_get_log:
 * @self: the reader
 *
 * Returns: (transfer none) (nullable): what is read
 */
HwLog *
hw_log_reader_get_log (HwLogReader *self)
{
  return self->log;
}

/**
 * hw_log_reader_get_filter:
 * @self: the reader
 *
 * Returns: (transfer none): what of it is shown
 */
const HwLogFilter *
hw_log_reader_get_filter (HwLogReader *self)
{
  return hw_log_filter_bar_get_filter (self->filters);
}

/**
 * hw_log_reader_get_picked:
 * @self: the reader
 *
 * Returns: (transfer none) (nullable): the entries that the filter lets through, also while all are
 * shown around one of them
 */
HwHistory *
hw_log_reader_get_picked (HwLogReader *self)
{
  if (self->log == NULL)
    return NULL;
  return self->pick != NULL ? hw_log_pick_get_history (self->pick) : hw_log_get_history (self->log);
}

/**
 * hw_log_reader_describe_filter:
 * @self: the reader
 *
 * Returns: (transfer full) (nullable): what the filter lets through, in words; %NULL without one
 */
char *
hw_log_reader_describe_filter (HwLogReader *self)
{
  return self->pick != NULL ? hw_log_filter_bar_describe (self->filters) : NULL;
}

/**
 * hw_log_reader_get_range:
 * @self: the reader
 * @low: (out): the first seq of the filter's span
 * @high: (out): the last one
 *
 * Returns: whether that is known already
 */
gboolean
hw_log_reader_get_range (HwLogReader *self, guint64 *low, guint64 *high)
{
  if (self->pick != NULL)
    return hw_log_pick_get_range (self->pick, low, high);
  *low = 1;
  *high = self->log != NULL ? hw_log_get_n_entries (self->log) : 0;
  return self->log != NULL;
}

/**
 * hw_log_reader_is_empty:
 * @self: the reader
 *
 * Returns: whether the filter lets nothing through
 */
gboolean
hw_log_reader_is_empty (HwLogReader *self)
{
  guint64 low, high;

  return self->pick != NULL && !self->in_context && hw_log_pick_get_range (self->pick, &low, &high)
         && g_list_model_get_n_items (G_LIST_MODEL (hw_log_pick_get_history (self->pick))) == 0;
}

/**
 * hw_log_reader_get_problem:
 * @self: the reader
 *
 * Returns: (transfer none) (nullable): why the filter cannot be had
 */
const char *
hw_log_reader_get_problem (HwLogReader *self)
{
  return self->problem;
}

/**
 * hw_log_reader_set_live:
 * @self: the reader
 * @live: whether the log goes on
 */
void
hw_log_reader_set_live (HwLogReader *self, gboolean live)
{
  if (self->log != NULL)
    hw_log_set_live (self->log, live);
}

/**
 * hw_log_reader_show_only:
 * @self: the reader
 * @name: a person: only what they did is shown from now on, with what else the filter says
 */
void
hw_log_reader_show_only (HwLogReader *self, const char *name)
{
  g_autoptr (HwLogFilter) filter
      = hw_log_filter_copy (hw_log_filter_bar_get_filter (self->filters));

  g_free (filter->from);
  filter->from = g_strdup (name);
  hw_log_filter_bar_set_filter (self->filters, filter);
  on_filter_changed (self);
}

static void
set_in_context (HwLogReader *self, gboolean in_context)
{
  self->in_context = in_context;
  show (self, self->picked_seq);
  /* Without a search, the entry that it is about is marked as a hit would be. */
  if (self->search == NULL || hw_log_search_get_seq (self->search) == 0)
    hw_log_view_set_hit (self->view, in_context ? self->picked_seq : 0, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/**
 * hw_log_reader_show_in_context:
 * @self: the reader
 * @seq: an entry that the filter let through
 *
 * Shows it among everything else, until hw_log_reader_toggle_context().
 */
void
hw_log_reader_show_in_context (HwLogReader *self, guint64 seq)
{
  if (self->pick == NULL || self->in_context)
    return;
  self->picked_seq = seq;
  set_in_context (self, TRUE);
}

/**
 * hw_log_reader_toggle_context:
 * @self: the reader
 *
 * Shows the entry that one is at among everything else; and again what the filter lets through,
 * where one was.
 */
void
hw_log_reader_toggle_context (HwLogReader *self)
{
  guint64 here = get_here (self);

  if (self->pick == NULL)
    return;
  if (self->in_context)
    set_in_context (self, FALSE);
  else
    hw_log_reader_show_in_context (self,
                                   here != 0 ? here : hw_log_view_get_bottom_seq (self->view));
}

/**
 * hw_log_reader_can_toggle_context:
 * @self: the reader
 *
 * Returns: whether there is a filter
 */
gboolean
hw_log_reader_can_toggle_context (HwLogReader *self)
{
  return self->pick != NULL;
}
