/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chips. What stands in the search field is offered as one more: as long as it is off, hits are
 * marked among everything else. */

#include "hallway-config.h"

#include "log-filter-bar.h"

#include "time-words.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

/* Names offered without typing. */
#define NAMES_MAX 6

#define BIT(kind) (1u << (kind))

static const struct
{
  const char *label;
  guint kinds;
} groups[] = {
  { N_ ("Messages"), BIT (HW_ENTRY_MESSAGE) },
  { N_ ("Coming and going"), BIT (HW_ENTRY_JOINED) | BIT (HW_ENTRY_LEFT) },
  { N_ ("Room and names"), BIT (HW_ENTRY_CREATED) | BIT (HW_ENTRY_TOPIC) | BIT (HW_ENTRY_RENAMED)
                               | BIT (HW_ENTRY_CLOSED) },
  { N_ ("Kicks and bans"), BIT (HW_ENTRY_KICKED) },
};

struct _HwLogFilterBar
{
  GtkBox parent_instance;

  GtkWidget *chips;
  GtkWidget *who_box, *kind_box, *time_box, *words_box;
  GtkLabel *who_label, *kind_label, *time_label, *words_label;
  GtkWidget *who_arrow, *kind_arrow, *time_arrow;
  GtkWidget *who_off, *kind_off, *time_off, *words_off;
  GtkWidget *words_button;
  GtkPopover *who_popover, *time_popover;
  GtkEntry *who_entry;
  GtkBox *who_names;
  GtkBox *kind_list;
  GtkEntry *since_entry, *until_entry;
  GtkWidget *time_apply;
  GtkLabel *count;
  GtkWidget *back;

  HwLogFilter *filter;
  char *words; /* nullable: what stands in the search field */
  gboolean narrow;
  gboolean filling; /* widgets are being set to what the filter is */
};

G_DEFINE_FINAL_TYPE (HwLogFilterBar, hw_log_filter_bar, GTK_TYPE_BOX)

enum
{
  CHANGED,
  BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_chip (GtkWidget *box,
           GtkLabel *label,
           GtkWidget *arrow,
           GtkWidget *off,
           const char *words,
           const char *nothing)
{
  GtkStyleContext *context = gtk_widget_get_style_context (box);

  gtk_label_set_text (label, words != NULL ? words : nothing);
  if (words != NULL)
    gtk_style_context_remove_class (context, "off");
  else
    gtk_style_context_add_class (context, "off");
  if (arrow != NULL)
    gtk_widget_set_visible (arrow, words == NULL);
  gtk_widget_set_visible (off, words != NULL);
}

static char *
describe_kinds (guint kinds)
{
  guint n = 0;
  const char *only = NULL;

  if (kinds == 0)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (kinds & groups[i].kinds)
      {
        n++;
        only = _ (groups[i].label);
      }
  return n == 1 ? g_strdup (only) : g_strdup_printf (ngettext ("%u kind", "%u kinds", n), n);
}

/* Where not all of them have room, those that are chosen come first. */
static void
order_chips (HwLogFilterBar *self)
{
  GtkWidget *const boxes[] = { self->who_box, self->kind_box, self->time_box, self->words_box };
  const gboolean chosen[]
      = { self->filter->from != NULL, self->filter->kinds != 0,
          self->filter->since > 0 || self->filter->until > 0, self->filter->find != NULL };
  int place = 0;

  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    if (self->narrow && chosen[i])
      gtk_box_reorder_child (GTK_BOX (self->chips), boxes[i], place++);
  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    if (!self->narrow || !chosen[i])
      gtk_box_reorder_child (GTK_BOX (self->chips), boxes[i], place++);
}

static void
update (HwLogFilterBar *self)
{
  g_autofree char *who = self->filter->from != NULL ? hw_isolate (self->filter->from) : NULL;
  g_autofree char *kinds = describe_kinds (self->filter->kinds);
  g_autofree char *span = self->filter->since > 0 || self->filter->until > 0
                              ? hw_time_words_span (self->filter->since, self->filter->until)
                              : NULL;
  const char *find = self->filter->find != NULL ? self->filter->find : self->words;
  g_autoptr (GList) checks = gtk_container_get_children (GTK_CONTAINER (self->kind_list));
  guint i = 0;

  show_chip (self->who_box, self->who_label, self->who_arrow, self->who_off, who, _ ("Anyone"));
  show_chip (self->kind_box, self->kind_label, self->kind_arrow, self->kind_off, kinds,
             _ ("Any kind"));
  show_chip (self->time_box, self->time_label, self->time_arrow, self->time_off, span,
             _ ("Any time"));
  gtk_widget_set_visible (self->words_box, find != NULL);
  if (find != NULL)
    {
      g_autofree char *isolated = hw_isolate (find);
      /* Translators: a filter: only entries with these words are shown */
      g_autofree char *words = g_strdup_printf (_ ("Only “%s”"), isolated);

      show_chip (self->words_box, self->words_label, NULL, self->words_off,
                 self->filter->find != NULL ? words : NULL, words);
    }
  gtk_widget_set_sensitive (self->words_button, self->filter->find == NULL);

  order_chips (self);
  self->filling = TRUE;
  for (GList *link = checks; link != NULL; link = link->next, i++)
    gtk_toggle_button_set_active (link->data, (self->filter->kinds & groups[i].kinds) != 0);
  self->filling = FALSE;
}

static void
change (HwLogFilterBar *self)
{
  update (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_who (HwLogFilterBar *self, const char *name)
{
  g_autofree char *typed = g_strstrip (g_strdup (name != NULL ? name : ""));

  gtk_popover_popdown (self->who_popover);
  g_free (self->filter->from);
  self->filter->from = *typed != '\0' ? g_steal_pointer (&typed) : NULL;
  change (self);
}

static void
on_who_activate (HwLogFilterBar *self)
{
  set_who (self, gtk_entry_get_text (self->who_entry));
}

static void
on_who_off (HwLogFilterBar *self)
{
  set_who (self, NULL);
}

static void
on_name_clicked (GtkButton *button, HwLogFilterBar *self)
{
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (button), "name"));

  set_who (self, name);
}

static void
on_who_shown (HwLogFilterBar *self)
{
  gtk_entry_set_text (self->who_entry, self->filter->from != NULL ? self->filter->from : "");
  gtk_widget_grab_focus (GTK_WIDGET (self->who_entry));
}

static void
on_kind_toggled (GtkToggleButton *button, HwLogFilterBar *self)
{
  guint kinds = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "kinds"));

  if (self->filling)
    return;
  if (gtk_toggle_button_get_active (button))
    self->filter->kinds |= kinds;
  else
    self->filter->kinds &= ~kinds;
  change (self);
}

static void
on_kind_off (HwLogFilterBar *self)
{
  self->filter->kinds = 0;
  change (self);
}

static void
set_time (HwLogFilterBar *self, gint64 since, gint64 until)
{
  gtk_popover_popdown (self->time_popover);
  self->filter->since = since;
  self->filter->until = until;
  change (self);
}

static void
on_time_off (HwLogFilterBar *self)
{
  set_time (self, 0, 0);
}

static gboolean
read_times (HwLogFilterBar *self, gint64 *since, gint64 *until)
{
  return hw_time_words_parse (gtk_entry_get_text (self->since_entry), FALSE, since)
         && hw_time_words_parse (gtk_entry_get_text (self->until_entry), TRUE, until)
         && (*until == 0 || *until > *since);
}

static void
on_time_typed (HwLogFilterBar *self)
{
  gint64 since, until;

  gtk_widget_set_sensitive (self->time_apply, read_times (self, &since, &until));
}

static void
on_time_apply (HwLogFilterBar *self)
{
  gint64 since, until;

  if (read_times (self, &since, &until))
    set_time (self, since, until);
}

static void
on_time_shown (HwLogFilterBar *self)
{
  g_autofree char *since = hw_time_words_format (self->filter->since);
  g_autofree char *until = hw_time_words_format (self->filter->until);

  gtk_entry_set_text (self->since_entry, since);
  gtk_entry_set_text (self->until_entry, until);
  gtk_widget_grab_focus (GTK_WIDGET (self->since_entry));
}

static void
set_days (HwLogFilterBar *self, int first, int end)
{
  gint64 now = g_get_real_time () / 1000;

  set_time (self, hw_time_words_midnight (now, first),
            end > 0 ? 0 : hw_time_words_midnight (now, end));
}

static void
on_today (HwLogFilterBar *self)
{
  set_days (self, 0, 1);
}

static void
on_yesterday (HwLogFilterBar *self)
{
  set_days (self, -1, 0);
}

static void
on_week (HwLogFilterBar *self)
{
  set_days (self, -6, 1);
}

static void
on_words_clicked (HwLogFilterBar *self)
{
  g_free (self->filter->find);
  self->filter->find = g_strdup (self->words);
  change (self);
}

static void
on_words_off (HwLogFilterBar *self)
{
  g_clear_pointer (&self->filter->find, g_free);
  change (self);
}

static void
on_back_clicked (HwLogFilterBar *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
hw_log_filter_bar_finalize (GObject *object)
{
  HwLogFilterBar *self = HW_LOG_FILTER_BAR (object);

  hw_log_filter_free (self->filter);
  g_free (self->words);

  G_OBJECT_CLASS (hw_log_filter_bar_parent_class)->finalize (object);
}

static void
hw_log_filter_bar_class_init (HwLogFilterBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hw_log_filter_bar_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/log-filter-bar.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, HwLogFilterBar, child)
  BIND (chips);
  BIND (who_box);
  BIND (who_label);
  BIND (who_arrow);
  BIND (who_off);
  BIND (who_popover);
  BIND (who_entry);
  BIND (who_names);
  BIND (kind_box);
  BIND (kind_label);
  BIND (kind_arrow);
  BIND (kind_off);
  BIND (kind_list);
  BIND (time_box);
  BIND (time_label);
  BIND (time_arrow);
  BIND (time_off);
  BIND (time_popover);
  BIND (since_entry);
  BIND (until_entry);
  BIND (time_apply);
  BIND (words_box);
  BIND (words_label);
  BIND (words_off);
  BIND (words_button);
  BIND (count);
  BIND (back);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_kind_off);
  gtk_widget_class_bind_template_callback (widget_class, on_time_apply);
  gtk_widget_class_bind_template_callback (widget_class, on_time_off);
  gtk_widget_class_bind_template_callback (widget_class, on_time_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_time_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_today);
  gtk_widget_class_bind_template_callback (widget_class, on_week);
  gtk_widget_class_bind_template_callback (widget_class, on_who_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_who_off);
  gtk_widget_class_bind_template_callback (widget_class, on_who_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_words_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_words_off);
  gtk_widget_class_bind_template_callback (widget_class, on_yesterday);
}

static void
hw_log_filter_bar_init (HwLogFilterBar *self)
{
  self->filter = hw_log_filter_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      GtkWidget *check = gtk_check_button_new_with_label (_ (groups[i].label));

      g_object_set_data (G_OBJECT (check), "kinds", GUINT_TO_POINTER (groups[i].kinds));
      g_signal_connect_object (check, "toggled", G_CALLBACK (on_kind_toggled), self, 0);
      gtk_widget_show (check);
      gtk_container_add (GTK_CONTAINER (self->kind_list), check);
    }
  update (self);
}

/**
 * hw_log_filter_bar_get_filter:
 * @self: the bar
 *
 * Returns: (transfer none): what was chosen
 */
const HwLogFilter *
hw_log_filter_bar_get_filter (HwLogFilterBar *self)
{
  return self->filter;
}

/**
 * hw_log_filter_bar_set_filter:
 * @self: the bar
 * @filter: (transfer none): what is to be chosen
 *
 * Does not emit #HwLogFilterBar::changed.
 */
void
hw_log_filter_bar_set_filter (HwLogFilterBar *self, const HwLogFilter *filter)
{
  HwLogFilter *copy = hw_log_filter_copy (filter);

  hw_log_filter_free (self->filter);
  self->filter = copy;
  update (self);
}

/**
 * hw_log_filter_bar_describe:
 * @self: the bar
 *
 * Returns: (transfer full): what is chosen, in words
 */
char *
hw_log_filter_bar_describe (HwLogFilterBar *self)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  char *kinds = describe_kinds (self->filter->kinds);

  if (self->filter->from != NULL)
    g_ptr_array_add (words, hw_isolate (self->filter->from));
  if (kinds != NULL)
    g_ptr_array_add (words, kinds);
  if (self->filter->since > 0 || self->filter->until > 0)
    g_ptr_array_add (words, hw_time_words_span (self->filter->since, self->filter->until));
  if (self->filter->find != NULL)
    {
      g_autofree char *isolated = hw_isolate (self->filter->find);

      g_ptr_array_add (words, g_strdup_printf (_ ("Only “%s”"), isolated));
    }
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" · ", (char **) words->pdata);
}

/**
 * hw_log_filter_bar_set_words:
 * @self: the bar
 * @words: (nullable): what is searched for, offered as a filter
 *
 * Where words are a filter already, these take their place.
 */
void
hw_log_filter_bar_set_words (HwLogFilterBar *self, const char *words)
{
  if (words != NULL && *words == '\0')
    words = NULL;
  if (g_strcmp0 (self->words, words) == 0)
    return;
  g_free (self->words);
  self->words = g_strdup (words);
  if (self->filter->find != NULL && words != NULL && g_strcmp0 (self->filter->find, words) != 0)
    {
      on_words_clicked (self);
      return;
    }
  update (self);
}

/**
 * hw_log_filter_bar_set_people:
 * @self: the bar
 * @names: (array zero-terminated=1): who may be meant, the likeliest first
 */
void
hw_log_filter_bar_set_people (HwLogFilterBar *self, const char *const *names)
{
  g_autoptr (GtkEntryCompletion) completion = gtk_entry_completion_new ();
  g_autoptr (GtkListStore) store = gtk_list_store_new (1, G_TYPE_STRING);
  g_autoptr (GList) old = gtk_container_get_children (GTK_CONTAINER (self->who_names));

  for (GList *link = old; link != NULL; link = link->next)
    gtk_widget_destroy (link->data);
  for (guint i = 0; names[i] != NULL; i++)
    {
      GtkWidget *button;

      gtk_list_store_insert_with_values (store, NULL, -1, 0, names[i], -1);
      if (i >= NAMES_MAX)
        continue;
      button = gtk_button_new_with_label (names[i]);
      gtk_widget_set_halign (gtk_bin_get_child (GTK_BIN (button)), GTK_ALIGN_START);
      gtk_label_set_ellipsize (GTK_LABEL (gtk_bin_get_child (GTK_BIN (button))),
                               PANGO_ELLIPSIZE_END);
      gtk_style_context_add_class (gtk_widget_get_style_context (button), "flat");
      g_object_set_data_full (G_OBJECT (button), "name", g_strdup (names[i]), g_free);
      g_signal_connect_object (button, "clicked", G_CALLBACK (on_name_clicked), self, 0);
      gtk_widget_show (button);
      gtk_container_add (GTK_CONTAINER (self->who_names), button);
    }
  gtk_entry_completion_set_model (completion, GTK_TREE_MODEL (store));
  gtk_entry_completion_set_text_column (completion, 0);
  gtk_entry_set_completion (self->who_entry, completion);
}

/**
 * hw_log_filter_bar_set_count:
 * @self: the bar
 * @words: how much the filter lets through; "" for nothing to say
 */
void
hw_log_filter_bar_set_count (HwLogFilterBar *self, const char *words)
{
  gtk_label_set_text (self->count, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->count), words);
}

/**
 * hw_log_filter_bar_set_narrow:
 * @self: the bar
 * @narrow: whether there is only room for the chips, which scroll
 */
void
hw_log_filter_bar_set_narrow (HwLogFilterBar *self, gboolean narrow)
{
  self->narrow = narrow;
  gtk_widget_set_visible (GTK_WIDGET (self->count), !narrow);
  order_chips (self);
}

/**
 * hw_log_filter_bar_set_in_context:
 * @self: the bar
 * @in_context: whether everything is shown for a moment, in spite of the filter
 */
void
hw_log_filter_bar_set_in_context (HwLogFilterBar *self, gboolean in_context)
{
  gtk_widget_set_visible (self->back, in_context);
  gtk_widget_set_sensitive (self->chips, !in_context);
}
