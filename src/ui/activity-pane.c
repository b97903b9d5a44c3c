/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The activity of a log: which time is shown, in bars of which length, and the server's counts for
 * it. A server that does not count by hours has no chart: the pane stays hidden. */

#include "hallway-config.h"

#include "activity-pane.h"

#include "activity-chart.h"
#include "activity-habits.h"
#include "activity-table.h"
#include "menus.h"
#include "speech.h"
#include "time-words.h"

#include "protocol/error.h"

#include <glib/gi18n.h>

#define MINUTE (G_GINT64_CONSTANT (60) * 1000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Pixels that a bar has at least, with the gap beside it. */
#define BAR_MIN 5
/* What a server counts at once. */
#define BUCKETS_MAX 2000
/* The shortest time that is worth a chart. */
#define SPAN_MIN (2 * HOUR)
/* An open room in which nothing happened for so long is shown as it was. */
#define LONG_AGO (4 * DAY)
/* Milliseconds in which a change of size or time may be followed by another one. */
#define PATIENCE 120

struct _HwActivityPane
{
  GtkBox parent_instance;

  GtkLabel *heading;
  GtkLabel *words;
  GtkWidget *spans;
  GtkWidget *spans_button;
  HwActivityChart *chart;
  HwActivityHabits *habits;
  GSimpleAction *span_action;

  HwPlace *place; /* nullable */
  HwLog *log;     /* nullable */
  gint64 since;   /* what the person wants to see; the chart's time is that, to whole bars */
  gint64 until;
  gint64 bucket;
  guint64 total; /* messages in the time that is shown */
  int plot_width;
  GCancellable *asking; /* nullable */
  guint pending;        /* source: it is to be asked */
};

G_DEFINE_FINAL_TYPE (HwActivityPane, hw_activity_pane, GTK_TYPE_BOX)

enum
{
  GO_TO,
  SPAN_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gint64
get_offset (gint64 time)
{
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (time / 1000);

  return local != NULL ? g_date_time_get_utc_offset (local) / 1000 : 0;
}

static gint64
get_now (void)
{
  return g_get_real_time () / 1000;
}

static gint64
choose_bucket (gint64 span, int width)
{
  static const gint64 buckets[]
      = { 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR,    2 * HOUR,
          3 * HOUR,   6 * HOUR,    12 * HOUR,   DAY,         7 * DAY, 30 * DAY };
  gint64 n_max = CLAMP (width / BAR_MIN, 1, BUCKETS_MAX - 1);

  for (guint i = 0; i < G_N_ELEMENTS (buckets); i++)
    if (span / buckets[i] <= n_max)
      return buckets[i];
  return 365 * DAY;
}

static char *
describe_bucket (gint64 bucket)
{
  guint n;

  if (bucket < HOUR)
    {
      n = (guint) (bucket / MINUTE);
      return g_strdup_printf (ngettext ("Messages in %u minute", "Messages in %u minutes", n), n);
    }
  if (bucket == HOUR)
    return g_strdup (_ ("Messages an hour"));
  if (bucket < DAY)
    {
      n = (guint) (bucket / HOUR);
      return g_strdup_printf (ngettext ("Messages in %u hour", "Messages in %u hours", n), n);
    }
  if (bucket == DAY)
    return g_strdup (_ ("Messages a day"));
  if (bucket == 7 * DAY)
    return g_strdup (_ ("Messages a week"));
  n = (guint) (bucket / DAY);
  return g_strdup_printf (ngettext ("Messages in %u day", "Messages in %u days", n), n);
}

static char *
describe_time (gint64 time, gint64 bucket)
{
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (time / 1000);

  if (local == NULL)
    return g_strdup ("?");
  if (bucket >= DAY)
    /* Translators: a day with messages: "Tue 17 Nov" */
    return g_date_time_format (local, _ ("%a %-e %b"));
  /* Translators: an hour with messages: "Tue 17, 10:00" */
  return g_date_time_format (local, _ ("%a %-e, %H:%M"));
}

static void
on_pointed (HwActivityPane *self)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self->chart));
  g_autofree char *words = NULL;
  gint64 time, since, until;
  guint count;

  if (hw_activity_chart_get_choosing (self->chart, &since, &until))
    words = hw_time_words_span (since, until);
  else if (hw_activity_chart_get_pointed (self->chart, &time, &count))
    {
      g_autofree char *when = describe_time (time, self->bucket);

      /* Translators: a time, and how much was said then */
      words
          = g_strdup_printf (ngettext ("%s: %'u message", "%s: %'u messages", count), when, count);
    }
  else
    {
      g_autofree char *total = g_strdup_printf ("%'" G_GUINT64_FORMAT, self->total);

      words = g_strdup_printf (ngettext ("%s message", "%s messages", (gulong) self->total), total);
    }

  if (g_strcmp0 (gtk_label_get_text (self->words), words) == 0)
    return;
  gtk_label_set_text (self->words, words);
  atk_object_set_description (accessible, words);
  if (gtk_widget_has_focus (GTK_WIDGET (self->chart)))
    hw_speech_say (GTK_WIDGET (self->chart), words);
}

static void
take_counts (HwActivityPane *self, JsonArray *rows, gint64 since, gint64 until)
{
  guint n = (guint) ((until - since) / self->bucket);
  g_autofree guint *counts = g_new0 (guint, n);

  self->total = 0;
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      JsonArray *row = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
      gint64 time, count;

      if (row == NULL || json_array_get_length (row) < 2)
        continue;
      time = json_array_get_int_element (row, 0);
      count = json_array_get_int_element (row, 1);
      if (time < since || time >= until || count < 0)
        continue;
      counts[(time - since) / self->bucket] += (guint) MIN (count, G_MAXINT32);
      self->total += (guint64) count;
    }
  hw_activity_chart_set_counts (self->chart, counts, n);
}

typedef struct
{
  HwActivityPane *pane;
  gint64 since;
  gint64 until;
} Question;

static void
on_counted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  HwActivityPane *self = question->pane;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  JsonNode *counts;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);

  if (g_error_matches (error, HW_ERROR, HW_ERROR_UNKNOWN_OP))
    {
      gtk_widget_hide (GTK_WIDGET (self));
      return;
    }
  if (reply == NULL)
    return; /* what is shown stays; it is asked again later */

  counts = json_object_get_member (reply, "counts");
  if (counts != NULL && JSON_NODE_HOLDS_ARRAY (counts))
    {
      take_counts (self, json_node_get_array (counts), question->since, question->until);
      gtk_widget_show (GTK_WIDGET (self));
      on_pointed (self);
    }
}

static gboolean
on_pending (gpointer data)
{
  HwActivityPane *self = data;
  g_autoptr (JsonObject) fields = json_object_new ();
  g_autofree char *heading = NULL;
  Question *question;
  gint64 offset;

  self->pending = 0;
  if (self->log == NULL)
    return G_SOURCE_REMOVE;

  /* Whole bars: they begin at full hours, or midnights, of the person's own clock. */
  self->plot_width = hw_activity_chart_get_plot_width (self->chart);
  self->bucket = choose_bucket (self->until - self->since, self->plot_width);
  offset = get_offset (self->since);
  question = g_new0 (Question, 1);
  question->pane = self;
  question->since = MAX (0, (self->since + offset) / self->bucket * self->bucket - offset);
  question->until
      = question->since
        + (self->until - question->since + self->bucket - 1) / self->bucket * self->bucket;

  heading = describe_bucket (self->bucket);
  gtk_label_set_text (self->heading, heading);
  hw_activity_chart_set_time (self->chart, question->since, question->until, self->bucket);

  json_object_set_int_member (fields, "log", hw_log_get_id (self->log));
  json_object_set_int_member (fields, "since", question->since);
  json_object_set_int_member (fields, "until", question->until);
  json_object_set_int_member (fields, "bucket", self->bucket);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->asking = g_cancellable_new ();
  hw_place_request_async (self->place, "log-activity", fields, self->asking, on_counted, question);
  return G_SOURCE_REMOVE;
}

/* A wheel turns many notches a second, and a window changes its size as often: a server grants ten
 * requests. */
static void
queue (HwActivityPane *self)
{
  if (self->pending == 0)
    self->pending = g_timeout_add (PATIENCE, on_pending, self);
}

/* The end of what there is to see: today's, or that of the day on which the room was closed, or on
 * which something happened last, if that is long ago. */
static gint64
get_end (HwActivityPane *self)
{
  gint64 last = hw_log_get_closed (self->log);

  if (last == 0)
    last = hw_log_get_last_at (self->log);
  if (last == 0 || (hw_log_get_closed (self->log) == 0 && get_now () - last < LONG_AGO))
    last = get_now ();
  return hw_time_words_midnight (last, 1);
}

static void
show_span (HwActivityPane *self, const char *span)
{
  gint64 end = get_end (self);

  self->until = end;
  if (g_str_equal (span, "day"))
    self->since = hw_time_words_midnight (end - HOUR, 0);
  else if (g_str_equal (span, "days"))
    self->since = hw_time_words_midnight (end - HOUR, -4);
  else if (g_str_equal (span, "month"))
    self->since = hw_time_words_midnight (end - HOUR, -29);
  else
    self->since = MIN (hw_time_words_midnight (hw_log_get_created (self->log), 0), end - DAY);
  queue (self);
}

static void
on_span_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  HwActivityPane *self = data;

  g_simple_action_set_state (action, state);
  if (self->log != NULL && *g_variant_get_string (state, NULL) != '\0')
    show_span (self, g_variant_get_string (state, NULL));
}

static void
on_picked (HwActivityPane *self, gint64 time)
{
  g_signal_emit (self, signals[GO_TO], 0, time);
}

static char *
describe_bar (gint64 time, gpointer user_data)
{
  return describe_time (time, HW_ACTIVITY_PANE (user_data)->bucket);
}

static void
on_table_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwActivityPane *self = data;
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));
  GtkWidget *table = hw_activity_table_new (GTK_WINDOW (window), self->chart,
                                            gtk_label_get_text (self->heading), describe_bar, self);

  g_signal_connect_object (table, "picked", G_CALLBACK (on_picked), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (table));
}

static void
on_habits_shown (HwActivityPane *self)
{
  if (self->log != NULL)
    hw_activity_habits_show_log (self->habits, self->place, self->log);
}

static void
on_chosen (HwActivityPane *self, gint64 since, gint64 until)
{
  g_signal_emit (self, signals[SPAN_CHOSEN], 0, since, until);
}

static void
on_moved (HwActivityPane *self, double at, double factor, double shift)
{
  gint64 end = get_end (self);
  gint64 first = MIN (hw_time_words_midnight (hw_log_get_created (self->log), 0), end - DAY);
  double span = (double) (self->until - self->since);
  double kept = (double) self->since + span * at;
  gint64 length;

  span = CLAMP (span * factor, SPAN_MIN, (double) MAX (end - first, SPAN_MIN));
  length = (gint64) span;
  self->since = (gint64) (kept - span * at + span * shift);
  self->since = CLAMP (self->since, first, MAX (first, end - length));
  self->until = self->since + length;
  g_simple_action_set_state (self->span_action, g_variant_new_string (""));
  queue (self);
}

static void
on_allocated (HwActivityPane *self)
{
  if (self->log != NULL && hw_activity_chart_get_plot_width (self->chart) != self->plot_width)
    queue (self);
}

static void
hw_activity_pane_dispose (GObject *object)
{
  HwActivityPane *self = HW_ACTIVITY_PANE (object);

  g_clear_handle_id (&self->pending, g_source_remove);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->place);
  g_clear_object (&self->log);
  g_clear_object (&self->span_action);

  G_OBJECT_CLASS (hw_activity_pane_parent_class)->dispose (object);
}

static void
hw_activity_pane_class_init (HwActivityPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_activity_pane_dispose;

  signals[GO_TO] = g_signal_new ("go-to", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SPAN_CHOSEN]
      = g_signal_new ("span-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/activity-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, HwActivityPane, heading);
  gtk_widget_class_bind_template_child (widget_class, HwActivityPane, words);
  gtk_widget_class_bind_template_child (widget_class, HwActivityPane, spans);
  gtk_widget_class_bind_template_child (widget_class, HwActivityPane, spans_button);
  gtk_widget_class_bind_template_child (widget_class, HwActivityPane, chart);
  gtk_widget_class_bind_template_child (widget_class, HwActivityPane, habits);
  gtk_widget_class_bind_template_callback (widget_class, on_allocated);
  gtk_widget_class_bind_template_callback (widget_class, on_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_habits_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_moved);
  gtk_widget_class_bind_template_callback (widget_class, on_picked);
  gtk_widget_class_bind_template_callback (widget_class, on_pointed);
}

static void
hw_activity_pane_init (HwActivityPane *self)
{
  static const GActionEntry actions[] = { { "table", on_table_action, NULL, NULL, NULL, { 0 } } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_type_ensure (HW_TYPE_ACTIVITY_CHART);
  g_type_ensure (HW_TYPE_ACTIVITY_HABITS);
  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), self);
  self->span_action
      = g_simple_action_new_stateful ("span", G_VARIANT_TYPE_STRING, g_variant_new_string ("days"));
  g_signal_connect_object (self->span_action, "change-state", G_CALLBACK (on_span_changed), self,
                           0);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->span_action));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "activity", G_ACTION_GROUP (group));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->spans_button), hw_menus_get ("spans"));
}

/**
 * hw_activity_pane_set_log:
 * @self: the pane
 * @place: the place where the log is
 * @log: the log whose activity is shown, the same length of time as before, at its end
 */
void
hw_activity_pane_set_log (HwActivityPane *self, HwPlace *place, HwLog *log)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (self->span_action));
  const char *span = g_variant_get_string (state, NULL);

  g_set_object (&self->place, place);
  g_set_object (&self->log, log);
  if (*span == '\0')
    {
      span = "days";
      g_simple_action_set_state (self->span_action, g_variant_new_string (span));
    }
  hw_activity_chart_set_shown (self->chart, 0, 0);
  show_span (self, span);
}

/**
 * hw_activity_pane_set_shown:
 * @self: the pane
 * @from: the time of the first entry in sight beside the chart
 * @until: the time of the last one; 0 for nothing
 */
void
hw_activity_pane_set_shown (HwActivityPane *self, gint64 from, gint64 until)
{
  hw_activity_chart_set_shown (self->chart, from, until);
}

/**
 * hw_activity_pane_set_chosen:
 * @self: the pane
 * @since: when the span begins by which the log is filtered, 0 for an open end
 * @until: when it is over
 *
 * Where it lies outside of the time that is shown, that moves.
 */
void
hw_activity_pane_set_chosen (HwActivityPane *self, gint64 since, gint64 until)
{
  gint64 from = since != 0 ? since : until - DAY;
  gint64 to = until != 0 ? until : since + DAY;

  hw_activity_chart_set_chosen (self->chart, since, until);
  if ((since == 0 && until == 0) || self->log == NULL || (from < self->until && to > self->since))
    return;
  /* As long as before, with what is chosen in the middle. */
  from -= MAX (0, (self->until - self->since - (to - from)) / 2);
  self->until = MIN (from + MAX (self->until - self->since, to - from), get_end (self));
  self->since = MIN (from, self->until - SPAN_MIN);
  g_simple_action_set_state (self->span_action, g_variant_new_string (""));
  queue (self);
}

/**
 * hw_activity_pane_set_hits:
 * @self: the pane
 * @times: (nullable) (array length=n): when what is searched for was said
 * @n: how many
 */
void
hw_activity_pane_set_hits (HwActivityPane *self, const gint64 *times, gsize n)
{
  hw_activity_chart_set_hits (self->chart, times, n);
}

/**
 * hw_activity_pane_set_narrow:
 * @self: the pane
 * @narrow: whether the lengths of time are to be chosen from a menu
 */
void
hw_activity_pane_set_narrow (HwActivityPane *self, gboolean narrow)
{
  gtk_widget_set_visible (self->spans, !narrow);
  gtk_widget_set_visible (self->spans_button, narrow);
}

/**
 * hw_activity_pane_refresh:
 * @self: the pane
 *
 * Asks anew, if the time that is shown is not over yet.
 */
void
hw_activity_pane_refresh (HwActivityPane *self)
{
  if (self->log != NULL && self->until > get_now () && hw_log_get_closed (self->log) == 0)
    queue (self);
}
