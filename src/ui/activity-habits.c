/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who says most, and when in the week. The server counts messages by the hour and by a given name,
 * but does not say whose names there are: those who speak in some pages out of the whole log are
 * the candidates, and what is shown of them is counted exactly. */

#include "hallway-config.h"

#include "activity-habits.h"

#include "words.h"

#include "client/page.h"

#include <glib/gi18n.h>
#include <math.h>

#define HOUR  (G_GINT64_CONSTANT (3600) * 1000)
#define DAYS  7
#define HOURS 24
/* Hours that are looked back: eleven weeks, which a server counts at once. */
#define SPAN (11 * 7 * 24)

/* Pages out of the log in which names are looked for, and how many entries each has. */
#define SAMPLES     6
#define SAMPLE_SIZE 400

/* Names that are counted, and shown. */
#define CANDIDATES 10
#define SHOWN      6

typedef struct
{
  char *name;
  guint seen;
  guint64 n;
} Person;

struct _HwActivityHabits
{
  GtkBox parent_instance;

  GtkWidget *week;
  GtkGrid *people;
  GtkLabel *summary;

  HwPlace *place; /* nullable */
  HwLog *log;     /* nullable */
  GCancellable *cancellable;
  guint hours[DAYS][HOURS]; /* Monday first */
  guint max;
  GArray *persons; /* of Person */
  guint n_samples; /* pages that are awaited */
  guint n_counts;  /* totals that are awaited */
};

G_DEFINE_FINAL_TYPE (HwActivityHabits, hw_activity_habits, GTK_TYPE_BOX)

static void
clear_person (gpointer data)
{
  g_free (((Person *) data)->name);
}

/* (transfer full) */
static char *
describe_day (guint day, gboolean in_full)
{
  /* A Monday, and the days after it. */
  static const gint64 monday = G_GINT64_CONSTANT (4 * 24 * 3600 + 12 * 3600);
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (monday + day * 24 * 3600);

  return g_date_time_format (moment, in_full ? "%A" : "%a");
}

static void
set_source (GtkWidget *widget, cairo_t *cr, const char *name, double alpha)
{
  GdkRGBA color = { 0.5, 0.5, 0.5, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &color);
  color.alpha *= alpha;
  gdk_cairo_set_source_rgba (cr, &color);
}

/* A square for each hour of the week, the fuller the more was said. */
static gboolean
on_draw_week (GtkWidget *widget, cairo_t *cr, HwActivityHabits *self)
{
  int width = gtk_widget_get_allocated_width (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int names = 0;
  int line = 0;
  double cell, row;

  for (guint day = 0; day < DAYS; day++)
    {
      g_autofree char *name = describe_day (day, FALSE);
      g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, name);
      int w, h;

      pango_layout_get_pixel_size (layout, &w, &h);
      names = MAX (names, w + 8);
      line = h;
    }
  cell = (double) (width - names) / HOURS;
  row = (double) (gtk_widget_get_allocated_height (widget) - line - 4) / DAYS;
  for (guint day = 0; day < DAYS; day++)
    {
      g_autofree char *name = describe_day (day, FALSE);
      g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, name);
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      set_source (widget, cr, "hw_dim", 1);
      cairo_move_to (cr, mirrored ? width - w : 0, day * row + (row - line) / 2);
      pango_cairo_show_layout (cr, layout);
      for (guint hour = 0; hour < HOURS; hour++)
        {
          double share = self->max > 0 ? sqrt ((double) self->hours[day][hour] / self->max) : 0;
          double x = names + hour * cell;

          if (mirrored)
            x = width - x - cell;
          if (self->hours[day][hour] > 0)
            set_source (widget, cr, "hw_accent", 0.12 + 0.88 * share);
          else
            set_source (widget, cr, "hw_line", 0.6);
          cairo_rectangle (cr, x + 0.5, day * row + 0.5, MAX (1, cell - 1.5), MAX (1, row - 1.5));
          cairo_fill (cr);
        }
    }
  for (guint hour = 0; hour < HOURS; hour += 6)
    {
      g_autofree char *text = g_strdup_printf ("%u:00", hour);
      g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
      double x = names + hour * cell;
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      set_source (widget, cr, "hw_dim", 1);
      cairo_move_to (cr, mirrored ? width - x - w : x, DAYS * row + 4);
      pango_cairo_show_layout (cr, layout);
    }
  return GDK_EVENT_PROPAGATE;
}

/* In words, for who does not see it and who wants to know exactly. */
static void
describe_week (HwActivityHabits *self)
{
  guint best_day = 0, best_hour = 0;
  guint64 total = 0, best = 0;
  g_autofree char *day = NULL;
  g_autofree char *words = NULL;

  for (guint i = 0; i < DAYS; i++)
    {
      guint64 n = 0;

      for (guint hour = 0; hour < HOURS; hour++)
        n += self->hours[i][hour];
      total += n;
      if (n > best)
        {
          best = n;
          best_day = i;
        }
    }
  for (guint hour = 0; hour < HOURS; hour++)
    if (self->hours[best_day][hour] > self->hours[best_day][best_hour])
      best_hour = hour;
  day = describe_day (best_day, TRUE);
  words = total == 0 ? g_strdup (_ ("Nothing was said in the last eleven weeks."))
                     /* Translators: a day of the week, and an hour of it */
                     : g_strdup_printf (_ ("Most is said on %s, between %u:00 and %u:00."), day,
                                        best_hour, best_hour + 1);
  gtk_label_set_text (self->summary, words);
  atk_object_set_description (gtk_widget_get_accessible (self->week), words);
  gtk_widget_queue_draw (self->week);
}

static void
on_hours (GObject *source, GAsyncResult *result, gpointer data)
{
  HwActivityHabits *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  JsonNode *node = reply != NULL ? json_object_get_member (reply, "counts") : NULL;
  JsonArray *counts
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  for (guint i = 0; counts != NULL && i < json_array_get_length (counts); i++)
    {
      JsonNode *one = json_array_get_element (counts, i);
      JsonArray *row = JSON_NODE_HOLDS_ARRAY (one) ? json_node_get_array (one) : NULL;
      g_autoptr (GDateTime) moment = NULL;
      guint *cell;

      if (row == NULL || json_array_get_length (row) < 2)
        continue;
      moment = g_date_time_new_from_unix_local (json_array_get_int_element (row, 0) / 1000);
      if (moment == NULL)
        continue;
      cell = &self->hours[g_date_time_get_day_of_week (moment) - 1][g_date_time_get_hour (moment)];
      *cell += (guint) CLAMP (json_array_get_int_element (row, 1), 0, G_MAXINT32 / SPAN);
      self->max = MAX (self->max, *cell);
    }
  describe_week (self);
}

static int
compare_seen (gconstpointer a, gconstpointer b)
{
  return (int) ((const Person *) b)->seen - (int) ((const Person *) a)->seen;
}

static int
compare_n (gconstpointer a, gconstpointer b)
{
  guint64 n_a = ((const Person *) a)->n, n_b = ((const Person *) b)->n;

  return (n_a < n_b) - (n_a > n_b);
}

static void
show_people (HwActivityHabits *self)
{
  g_autoptr (GList) old = gtk_container_get_children (GTK_CONTAINER (self->people));
  guint64 most;

  for (GList *link = old; link != NULL; link = link->next)
    gtk_widget_destroy (link->data);
  g_array_sort (self->persons, compare_n);
  most = self->persons->len > 0 ? g_array_index (self->persons, Person, 0).n : 0;
  for (guint i = 0; i < MIN (self->persons->len, SHOWN); i++)
    {
      const Person *person = &g_array_index (self->persons, Person, i);
      g_autofree char *count = g_strdup_printf ("%'" G_GUINT64_FORMAT, person->n);
      GtkWidget *name, *bar, *figure;

      if (person->n == 0)
        break;
      name = g_object_new (GTK_TYPE_LABEL, "label", person->name, "xalign", 0.0, "ellipsize",
                           PANGO_ELLIPSIZE_END, "max-width-chars", 14, NULL);
      bar = gtk_level_bar_new_for_interval (0, 1);
      gtk_level_bar_set_value (GTK_LEVEL_BAR (bar), (double) person->n / (double) MAX (most, 1));
      gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
      gtk_widget_set_hexpand (bar, TRUE);
      gtk_style_context_add_class (gtk_widget_get_style_context (bar), "hw-share");
      figure = g_object_new (GTK_TYPE_LABEL, "label", count, "xalign", 1.0, NULL);
      gtk_style_context_add_class (gtk_widget_get_style_context (figure), "hw-small");
      gtk_style_context_add_class (gtk_widget_get_style_context (figure), "hw-num");
      gtk_grid_attach (self->people, name, 0, (int) i, 1, 1);
      gtk_grid_attach (self->people, bar, 1, (int) i, 1, 1);
      gtk_grid_attach (self->people, figure, 2, (int) i, 1, 1);
    }
  gtk_widget_show_all (GTK_WIDGET (self->people));
}

typedef struct
{
  HwActivityHabits *habits; /* (unowned): cancelled before it goes */
  guint index;
} Count;

static void
on_count (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Count *count = data;
  HwActivityHabits *self = count->habits;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL)
    g_array_index (self->persons, Person, count->index).n
        = (guint64) MAX (0, json_object_get_int_member_with_default (reply, "total", 0));
  if (--self->n_counts == 0)
    show_people (self);
}

static void
count_people (HwActivityHabits *self)
{
  g_array_sort (self->persons, compare_seen);
  if (self->persons->len > CANDIDATES)
    g_array_set_size (self->persons, CANDIDATES);
  self->n_counts = self->persons->len;
  for (guint i = 0; i < self->persons->len; i++)
    {
      g_autoptr (JsonObject) fields = json_object_new ();
      JsonArray *kinds = json_array_new ();
      Count *count = g_new0 (Count, 1);

      count->habits = self;
      count->index = i;
      json_array_add_string_element (kinds, "message");
      json_object_set_int_member (fields, "log", hw_log_get_id (self->log));
      json_object_set_string_member (fields, "from", g_array_index (self->persons, Person, i).name);
      json_object_set_array_member (fields, "kinds", kinds);
      json_object_set_int_member (fields, "limit", 1);
      hw_place_request_async (self->place, "log-read", fields, self->cancellable, on_count, count);
    }
}

static void
note_person (HwActivityHabits *self, const char *name)
{
  Person person = { NULL, 1, 0 };

  for (guint i = 0; i < self->persons->len; i++)
    if (g_str_equal (g_array_index (self->persons, Person, i).name, name))
      {
        g_array_index (self->persons, Person, i).seen++;
        return;
      }
  person.name = g_strdup (name);
  g_array_append_val (self->persons, person);
}

static void
on_sample (GObject *source, GAsyncResult *result, gpointer data)
{
  HwActivityHabits *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  g_autoptr (HwPage) page = reply != NULL ? hw_page_parse (reply, &error) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  for (guint i = 0; page != NULL && i < page->entries->len; i++)
    if (hw_entry_get_kind (page->entries->pdata[i]) == HW_ENTRY_MESSAGE)
      note_person (self, hw_entry_get_from (page->entries->pdata[i]));
  if (--self->n_samples == 0)
    count_people (self);
}

static void
ask_hours (HwActivityHabits *self)
{
  g_autoptr (JsonObject) fields = json_object_new ();
  gint64 last = hw_log_get_last_at (self->log);
  gint64 until = ((last > 0 ? last : g_get_real_time () / 1000) / HOUR + 1) * HOUR;

  json_object_set_int_member (fields, "log", hw_log_get_id (self->log));
  json_object_set_int_member (fields, "since", MAX (0, until - SPAN * HOUR));
  json_object_set_int_member (fields, "until", until);
  json_object_set_int_member (fields, "bucket", HOUR);
  hw_place_request_async (self->place, "log-activity", fields, self->cancellable, on_hours, self);
}

static void
ask_samples (HwActivityHabits *self)
{
  guint64 last = hw_log_get_n_entries (self->log);

  self->n_samples = last > SAMPLES * SAMPLE_SIZE ? SAMPLES : 1;
  for (guint i = 0; i < self->n_samples; i++)
    {
      g_autoptr (JsonObject) fields = json_object_new ();

      json_object_set_int_member (fields, "log", hw_log_get_id (self->log));
      json_object_set_int_member (fields, "after",
                                  self->n_samples > 1
                                      ? (gint64) ((last - SAMPLE_SIZE) * i / (SAMPLES - 1))
                                      : 0);
      json_object_set_int_member (fields, "limit", self->n_samples > 1 ? SAMPLE_SIZE : 1000);
      hw_place_request_async (self->place, "log-read", fields, self->cancellable, on_sample, self);
    }
}

static void
hw_activity_habits_dispose (GObject *object)
{
  HwActivityHabits *self = HW_ACTIVITY_HABITS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->place);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (hw_activity_habits_parent_class)->dispose (object);
}

static void
hw_activity_habits_finalize (GObject *object)
{
  g_array_unref (HW_ACTIVITY_HABITS (object)->persons);

  G_OBJECT_CLASS (hw_activity_habits_parent_class)->finalize (object);
}

static void
hw_activity_habits_class_init (HwActivityHabitsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_activity_habits_dispose;
  G_OBJECT_CLASS (klass)->finalize = hw_activity_habits_finalize;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/activity-habits.ui");
  gtk_widget_class_bind_template_child (widget_class, HwActivityHabits, week);
  gtk_widget_class_bind_template_child (widget_class, HwActivityHabits, people);
  gtk_widget_class_bind_template_child (widget_class, HwActivityHabits, summary);
  gtk_widget_class_bind_template_callback (widget_class, on_draw_week);
}

static void
hw_activity_habits_init (HwActivityHabits *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->persons = g_array_new (FALSE, FALSE, sizeof (Person));
  g_array_set_clear_func (self->persons, clear_person);
  atk_object_set_role (gtk_widget_get_accessible (self->week), ATK_ROLE_CHART);
}

/**
 * hw_activity_habits_show_log:
 * @self: the chart
 * @place: where the log is; we are its admin
 * @log: whose habits
 *
 * Asks for them anew.
 */
void
hw_activity_habits_show_log (HwActivityHabits *self, HwPlace *place, HwLog *log)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_set_object (&self->place, place);
  g_set_object (&self->log, log);
  for (guint day = 0; day < DAYS; day++)
    for (guint hour = 0; hour < HOURS; hour++)
      self->hours[day][hour] = 0;
  self->max = 0;
  g_array_set_size (self->persons, 0);
  gtk_label_set_text (self->summary, "");
  ask_hours (self);
  ask_samples (self);
}
