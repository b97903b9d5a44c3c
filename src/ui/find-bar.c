/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The find bar, of rooms and of logs alike: what is looked through is the search's business. */

#include "hallway-config.h"

#include "find-bar.h"

#include "busy.h"
#include "speech.h"

#include <glib/gi18n.h>

struct _HwFindBar
{
  GtkBox parent_instance;

  GtkEntry *entry;
  HwBusy *busy;
  GtkLabel *count;
  GtkWidget *older;
  GtkWidget *newer;

  HwLogView *view;     /* nullable */
  HwLogSearch *search; /* nullable */
  guint64 shown;       /* seq of the hit that the view was last taken to */
};

G_DEFINE_FINAL_TYPE (HwFindBar, hw_find_bar, GTK_TYPE_BOX)

enum
{
  CLOSED,
  WORDS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
describe (HwFindBar *self)
{
  const char *problem = hw_log_search_get_problem (self->search);
  guint n = hw_log_search_get_n_hits (self->search);

  if (problem != NULL)
    return g_strdup (problem);
  if (hw_log_search_get_words (self->search) == NULL)
    return g_strdup ("");
  if (n == 0)
    return g_strdup (hw_log_search_get_busy (self->search) ? "" : _ ("Nothing found"));
  if (hw_log_search_get_more (self->search))
    /* Translators: "2 of over 50": the hit that is shown, and that there are more */
    return g_strdup_printf (_ ("%u of over %u"), hw_log_search_get_index (self->search), n);
  return g_strdup_printf (_ ("%u of %u"), hw_log_search_get_index (self->search), n);
}

static void
update (HwFindBar *self)
{
  guint64 seq;
  guint index;
  gboolean busy;
  g_autofree char *words = NULL;

  if (self->search == NULL)
    return;

  seq = hw_log_search_get_seq (self->search);
  index = hw_log_search_get_index (self->search);
  busy = hw_log_search_get_busy (self->search);
  words = describe (self);
  hw_busy_set (self->busy, busy);
  gtk_label_set_text (self->count, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->count), words);
  gtk_widget_set_sensitive (self->older, !busy && index > 0
                                             && (index < hw_log_search_get_n_hits (self->search)
                                                 || hw_log_search_get_more (self->search)));
  gtk_widget_set_sensitive (self->newer, !busy && index > 1);

  hw_log_view_set_hit (self->view, seq, hw_log_search_get_words (self->search));
  if (seq != 0 && seq != self->shown)
    hw_log_view_scroll_to_seq (self->view, seq);
  self->shown = seq;
  if (!busy && *words != '\0')
    hw_speech_say (GTK_WIDGET (self), words);
}

static void
on_search_changed (HwFindBar *self)
{
  if (self->search != NULL)
    hw_log_search_start (self->search, gtk_entry_get_text (self->entry));
  g_signal_emit (self, signals[WORDS_CHANGED], 0);
}

static void
on_older_clicked (HwFindBar *self)
{
  if (self->search != NULL)
    hw_log_search_go (self->search, 1);
}

static void
on_newer_clicked (HwFindBar *self)
{
  if (self->search != NULL)
    hw_log_search_go (self->search, -1);
}

static gboolean
on_key_press (GtkWidget *entry, GdkEventKey *event, HwFindBar *self)
{
  GdkModifierType state = event->state & gtk_accelerator_get_default_mod_mask ();

  if (state == GDK_SHIFT_MASK
      && (event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter))
    {
      on_newer_clicked (self);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
hw_find_bar_grab_focus (GtkWidget *widget)
{
  gtk_widget_grab_focus (GTK_WIDGET (HW_FIND_BAR (widget)->entry));
}

static void
hw_find_bar_dispose (GObject *object)
{
  HwFindBar *self = HW_FIND_BAR (object);

  if (self->search != NULL)
    g_signal_handlers_disconnect_by_data (self->search, self);
  g_clear_object (&self->search);
  g_clear_object (&self->view);

  G_OBJECT_CLASS (hw_find_bar_parent_class)->dispose (object);
}

/* Hides the bar and takes the marks out of the log, which stays where it is. */
static void
on_stop_search (HwFindBar *self)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;

  gtk_widget_hide (GTK_WIDGET (self));
  if (self->search != NULL)
    hw_log_search_start (self->search, "");
  g_signal_emit (self, signals[WORDS_CHANGED], 0);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
hw_find_bar_class_init (HwFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_find_bar_dispose;
  widget_class->grab_focus = hw_find_bar_grab_focus;

  signals[WORDS_CHANGED] = g_signal_new ("words-changed", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, HwFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, HwFindBar, busy);
  gtk_widget_class_bind_template_child (widget_class, HwFindBar, count);
  gtk_widget_class_bind_template_child (widget_class, HwFindBar, older);
  gtk_widget_class_bind_template_child (widget_class, HwFindBar, newer);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_newer_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_older_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
}

static void
hw_find_bar_init (HwFindBar *self)
{
  g_type_ensure (HW_TYPE_BUSY);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_find_bar_set_name:
 * @self: the bar
 * @name: what its field is for: its accessible name, and what stands in it while it is empty
 */
void
hw_find_bar_set_name (HwFindBar *self, const char *name)
{
  gtk_entry_set_placeholder_text (self->entry, name);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->entry)), name);
}

/**
 * hw_find_bar_set_target:
 * @self: the bar
 * @view: where hits are shown
 * @search: what finds them
 *
 * Looks through another log from now on, for what stands in the field.
 */
void
hw_find_bar_set_target (HwFindBar *self, HwLogView *view, HwLogSearch *search)
{
  if (self->search != NULL)
    g_signal_handlers_disconnect_by_data (self->search, self);
  if (self->view != NULL)
    hw_log_view_set_hit (self->view, 0, NULL);

  g_set_object (&self->view, view);
  g_set_object (&self->search, search);
  self->shown = 0;
  g_signal_connect_object (search, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    on_search_changed (self);
}

/**
 * hw_find_bar_open:
 * @self: the bar
 *
 * Shows it, ready to write what to look for.
 */
void
hw_find_bar_open (HwFindBar *self)
{
  gboolean opened = !gtk_widget_get_visible (GTK_WIDGET (self));

  gtk_widget_show (GTK_WIDGET (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  if (opened && *gtk_entry_get_text (self->entry) != '\0')
    on_search_changed (self);
}

/**
 * hw_find_bar_get_words:
 * @self: the bar
 *
 * Returns: (transfer none): what is looked for; "" while the bar is closed
 */
const char *
hw_find_bar_get_words (HwFindBar *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self)) ? gtk_entry_get_text (self->entry) : "";
}

/**
 * hw_find_bar_step:
 * @self: the bar
 * @step: 1 to the next older hit, -1 to the next newer one
 */
void
hw_find_bar_step (HwFindBar *self, int step)
{
  if (self->search != NULL)
    hw_log_search_go (self->search, step);
}
