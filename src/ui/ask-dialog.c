/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one dialog behind everything that an admin does to people, rooms and the server: it looks and
 * answers alike, whatever is asked. Those who open it own its fields by pointer only: they live as
 * long as it does. */

#include "hallway-config.h"

#include "ask-dialog.h"

#include "busy.h"
#include "dialog.h"
#include "speech.h"
#include "words.h"

#include "protocol/error.h"

#include <glib/gi18n.h>

struct _HwAskDialog
{
  HdyWindow parent_instance;

  GtkStack *steps;
  HdyHeaderBar *header;
  GtkButton *verb;
  HwBusy *busy;
  GtkListBox *fields;
  GtkLabel *problem;
  GtkLabel *meaning;
  GtkWidget *done;
  GtkLabel *done_title;
  GtkLabel *done_text;
  GtkLabel *done_detail;
  GtkWidget *close;

  HwPlace *place;
  HwFieldRow *first;         /* nullable: the field in which one begins */
  GCancellable *cancellable; /* nullable: asked, not answered yet */
};

G_DEFINE_FINAL_TYPE (HwAskDialog, hw_ask_dialog, HDY_TYPE_WINDOW)

enum
{
  CHECK,
  SEND,
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_problem (HwAskDialog *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  if (self->first != NULL)
    hw_field_row_set_problem (self->first, problem);
}

static gboolean
can_send (HwAskDialog *self)
{
  gboolean can = TRUE;

  g_signal_emit (self, signals[CHECK], 0, &can);
  return can && self->cancellable == NULL;
}

static gboolean
accumulate_check (GSignalInvocationHint *hint, GValue *all, const GValue *one, gpointer data)
{
  g_value_copy (one, all);
  return g_value_get_boolean (one);
}

static gboolean
hw_ask_dialog_real_check (HwAskDialog *self)
{
  return TRUE;
}

static void
on_changed (HwAskDialog *self)
{
  set_problem (self, NULL);
  hw_ask_dialog_update (self);
}

static void
on_verb_clicked (HwAskDialog *self)
{
  if (can_send (self))
    g_signal_emit (self, signals[SEND], 0);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  HwAskDialog *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL)
    {
      hw_ask_dialog_fail (self, error);
      return;
    }
  g_clear_object (&self->cancellable);
  g_signal_emit (self, signals[ANSWERED], 0, reply);
  if (self->cancellable == NULL && gtk_stack_get_visible_child (self->steps) != self->done)
    gtk_window_close (GTK_WINDOW (self));
}

static void
hw_ask_dialog_dispose (GObject *object)
{
  HwAskDialog *self = HW_ASK_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_ask_dialog_parent_class)->dispose (object);
}

static void
hw_ask_dialog_class_init (HwAskDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_ask_dialog_dispose;

  signals[CHECK] = g_signal_new_class_handler ("check", type, G_SIGNAL_RUN_LAST,
                                               G_CALLBACK (hw_ask_dialog_real_check),
                                               accumulate_check, NULL, NULL, G_TYPE_BOOLEAN, 0);
  signals[SEND]
      = g_signal_new ("send", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ANSWERED] = g_signal_new ("answered", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
  hw_dialog_class_close_on_escape (widget_class);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/ask-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, steps);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, header);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, verb);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, busy);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, fields);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, meaning);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, done);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, done_title);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, done_text);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, done_detail);
  gtk_widget_class_bind_template_child (widget_class, HwAskDialog, close);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
  gtk_widget_class_bind_template_callback (widget_class, on_verb_clicked);
}

static void
hw_ask_dialog_init (HwAskDialog *self)
{
  g_type_ensure (HW_TYPE_BUSY);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default (GTK_WINDOW (self), GTK_WIDGET (self->verb));
}

/**
 * hw_ask_dialog_new:
 * @parent: the window that asks
 * @place: a place whose admin we are
 * @title: what is to be done
 * @verb: what its button says
 *
 * Returns: (transfer none): a dialog without fields; present it by gtk_window_present()
 */
GtkWidget *
hw_ask_dialog_new (GtkWindow *parent, HwPlace *place, const char *title, const char *verb)
{
  HwAskDialog *self
      = g_object_new (HW_TYPE_ASK_DIALOG, "transient-for", parent, "title", title, NULL);

  self->place = g_object_ref (place);
  hdy_header_bar_set_title (self->header, title);
  gtk_button_set_label (self->verb, verb);
  hw_dialog_fit (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}

/**
 * hw_ask_dialog_get_place:
 * @self: the dialog
 *
 * Returns: (transfer none): whose server is asked
 */
HwPlace *
hw_ask_dialog_get_place (HwAskDialog *self)
{
  return self->place;
}

/**
 * hw_ask_dialog_set_destructive:
 * @self: the dialog
 *
 * Paints the verb as one that cannot be taken back.
 */
void
hw_ask_dialog_set_destructive (HwAskDialog *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self->verb));

  gtk_style_context_remove_class (context, "suggested-action");
  gtk_style_context_add_class (context, "destructive-action");
}

/**
 * hw_ask_dialog_set_meaning:
 * @self: the dialog
 * @meaning: what will happen
 */
void
hw_ask_dialog_set_meaning (HwAskDialog *self, const char *meaning)
{
  gtk_label_set_text (self->meaning, meaning);
}

/**
 * hw_ask_dialog_add_field:
 * @self: the dialog
 * @label: what it is for
 * @length_max: characters at most, 0 for no limit
 *
 * Returns: (transfer none): a field for words; the first one has the focus
 */
HwFieldRow *
hw_ask_dialog_add_field (HwAskDialog *self, const char *label, int length_max)
{
  HwFieldRow *row
      = g_object_new (HW_TYPE_FIELD_ROW, "label", label, "max-length", length_max, NULL);
  GtkEntry *entry = hw_field_row_get_entry (row);

  gtk_widget_show (GTK_WIDGET (row));
  gtk_container_add (GTK_CONTAINER (self->fields), GTK_WIDGET (row));
  gtk_widget_show (GTK_WIDGET (self->fields));
  gtk_entry_set_activates_default (entry, TRUE);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  if (self->first == NULL)
    {
      self->first = row;
      gtk_widget_grab_focus (GTK_WIDGET (entry));
    }
  return row;
}

/**
 * hw_ask_dialog_add_choice:
 * @self: the dialog
 * @label: what is to be chosen
 *
 * Returns: (transfer none): a choice without any yet
 */
GtkComboBoxText *
hw_ask_dialog_add_choice (HwAskDialog *self, const char *label)
{
  GtkWidget *row = hdy_action_row_new ();
  GtkWidget *choice = gtk_combo_box_text_new ();

  hdy_preferences_row_set_title (HDY_PREFERENCES_ROW (row), label);
  atk_object_set_name (gtk_widget_get_accessible (choice), label);
  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  gtk_container_add (GTK_CONTAINER (row), choice);
  hdy_action_row_set_activatable_widget (HDY_ACTION_ROW (row), choice);
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (self->fields), row);
  gtk_widget_show (GTK_WIDGET (self->fields));
  g_signal_connect_object (choice, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  return GTK_COMBO_BOX_TEXT (choice);
}

/**
 * hw_ask_dialog_update:
 * @self: the dialog
 *
 * Looks again whether it can be sent.
 */
void
hw_ask_dialog_update (HwAskDialog *self)
{
  gboolean asking = self->cancellable != NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->verb), can_send (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->fields), !asking);
  hw_busy_set (self->busy, asking);
}

/**
 * hw_ask_dialog_begin:
 * @self: the dialog
 *
 * From now on an answer is awaited.
 *
 * Returns: (transfer none): cancelled when nobody waits any more; then @self must not be touched
 */
GCancellable *
hw_ask_dialog_begin (HwAskDialog *self)
{
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  set_problem (self, NULL);
  hw_ask_dialog_update (self);
  return self->cancellable;
}

/**
 * hw_ask_dialog_request:
 * @self: the dialog
 * @op: what is asked of the server
 * @fields: (transfer none): its fields
 *
 * Asks, and shows what the server says if it refuses.
 */
void
hw_ask_dialog_request (HwAskDialog *self, const char *op, JsonObject *fields)
{
  hw_place_request_async (self->place, op, fields, hw_ask_dialog_begin (self), on_answered, self);
}

/**
 * hw_ask_dialog_fail:
 * @self: the dialog
 * @error: why it was not done
 */
void
hw_ask_dialog_fail (HwAskDialog *self, const GError *error)
{
  g_autofree char *words = hw_words_problem (error);

  g_clear_object (&self->cancellable);
  hw_ask_dialog_update (self);
  set_problem (self, words);
  if (self->first != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (hw_field_row_get_entry (self->first)));
}

/**
 * hw_ask_dialog_tell:
 * @self: the dialog
 * @title: what became of it
 * @text: more of it
 * @detail: (nullable): something to copy
 *
 * Shows the server's answer in place of the question.
 */
void
hw_ask_dialog_tell (HwAskDialog *self, const char *title, const char *text, const char *detail)
{
  g_clear_object (&self->cancellable);
  gtk_label_set_text (self->done_title, title);
  gtk_label_set_text (self->done_text, text);
  gtk_label_set_text (self->done_detail, detail != NULL ? detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->done_detail), detail != NULL);
  gtk_stack_set_visible_child (self->steps, self->done);
  gtk_window_set_default (GTK_WINDOW (self), NULL);
  gtk_widget_grab_focus (self->close);
  hw_speech_say (GTK_WIDGET (self), title);
}
