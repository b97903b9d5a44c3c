/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dialog that stops a server. It stays open until the server has answered, and closing it
 * before that does not take the request back: it only stops waiting for the answer. */

#include "hallway-config.h"

#include "stop-dialog.h"

#include "busy.h"
#include "field-row.h"
#include "words.h"

#include <glib/gi18n.h>

struct _HwStopDialog
{
  HdyWindow parent_instance;

  GtkStack *steps;
  GtkWidget *stop;
  HwBusy *busy;
  HwFieldRow *password;
  HwFieldRow *words;
  GtkLabel *problem;
  GtkWidget *done;
  GtkLabel *done_title;
  GtkWidget *close;

  HwPlace *place;
  GCancellable *cancellable; /* nullable: asked, not answered yet */
};

G_DEFINE_FINAL_TYPE (HwStopDialog, hw_stop_dialog, HDY_TYPE_WINDOW)

enum
{
  CANCEL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
update (HwStopDialog *self)
{
  gboolean asking = self->cancellable != NULL;
  gboolean typed = *hw_field_row_get_text (self->password) != '\0';

  gtk_widget_set_sensitive (self->stop, typed && !asking);
  gtk_widget_set_sensitive (GTK_WIDGET (self->password), !asking);
  gtk_widget_set_sensitive (GTK_WIDGET (self->words), !asking);
  hw_busy_set (self->busy, asking);
}

static void
set_problem (HwStopDialog *self, const char *problem)
{
  hw_field_row_set_problem (self->password, problem);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

/* Says why it goes on. */
static void
show_refusal (HwStopDialog *self, const GError *error)
{
  g_autofree char *words = hw_words_problem (error);

  g_clear_object (&self->cancellable);
  update (self);
  set_problem (self, words);
  gtk_widget_grab_focus (GTK_WIDGET (hw_field_row_get_entry (self->password)));
}

static void
on_stop_done (GObject *source, GAsyncResult *result, gpointer data)
{
  HwStopDialog *self = data;
  g_autoptr (GError) error = NULL;
  gboolean stopped = hw_place_shutdown_finish (HW_PLACE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!stopped)
    {
      show_refusal (self, error);
      return;
    }

  g_clear_object (&self->cancellable);
  gtk_stack_set_visible_child (self->steps, self->done);
  gtk_widget_grab_focus (self->close);
}

/* Our connection is an admin's already, so a server may take shutdown from it whatever password
 * comes with it: that the person knows it is asked for by itself. */
static void
on_password_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  HwStopDialog *self = data;
  g_autoptr (GError) error = NULL;
  gboolean right = hw_place_admin_finish (HW_PLACE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (right)
    hw_place_shutdown_async (self->place, hw_field_row_get_text (self->password),
                             hw_field_row_get_text (self->words), self->cancellable, on_stop_done,
                             self);
  else
    show_refusal (self, error);
}

static void
on_stop_clicked (HwStopDialog *self)
{
  if (self->cancellable != NULL || *hw_field_row_get_text (self->password) == '\0')
    return;

  set_problem (self, NULL);
  self->cancellable = g_cancellable_new ();
  hw_place_admin_async (self->place, hw_field_row_get_text (self->password), self->cancellable,
                        on_password_checked, self);
  update (self);
}

static void
on_password_changed (HwStopDialog *self)
{
  set_problem (self, NULL);
  update (self);
}

static void
hw_stop_dialog_dispose (GObject *object)
{
  HwStopDialog *self = HW_STOP_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_stop_dialog_parent_class)->dispose (object);
}

static void
hw_stop_dialog_class_init (HwStopDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_stop_dialog_dispose;

  signals[CANCEL] = g_signal_new_class_handler ("cancel", G_TYPE_FROM_CLASS (klass),
                                                G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
                                                G_CALLBACK (gtk_window_close), NULL, NULL, NULL,
                                                G_TYPE_NONE, 0);
  gtk_binding_entry_add_signal (gtk_binding_set_by_class (klass), GDK_KEY_Escape, 0, "cancel", 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/stop-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwStopDialog, steps);
  gtk_widget_class_bind_template_child (widget_class, HwStopDialog, stop);
  gtk_widget_class_bind_template_child (widget_class, HwStopDialog, busy);
  gtk_widget_class_bind_template_child (widget_class, HwStopDialog, password);
  gtk_widget_class_bind_template_child (widget_class, HwStopDialog, words);
  gtk_widget_class_bind_template_child (widget_class, HwStopDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, HwStopDialog, done);
  gtk_widget_class_bind_template_child (widget_class, HwStopDialog, done_title);
  gtk_widget_class_bind_template_child (widget_class, HwStopDialog, close);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
}

static void
hw_stop_dialog_init (HwStopDialog *self)
{
  GtkEntry *password, *words;

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_FIELD_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default (GTK_WINDOW (self), self->stop);

  password = hw_field_row_get_entry (self->password);
  words = hw_field_row_get_entry (self->words);
  gtk_entry_set_activates_default (password, TRUE);
  gtk_entry_set_activates_default (words, TRUE);
  g_signal_connect_object (password, "changed", G_CALLBACK (on_password_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_grab_focus (GTK_WIDGET (password));
}

/**
 * hw_stop_dialog_new:
 * @parent: the window that asks
 * @place: the place whose server is to be stopped
 *
 * Returns: (transfer none): a dialog; present it by gtk_window_present()
 */
GtkWidget *
hw_stop_dialog_new (GtkWindow *parent, HwPlace *place)
{
  HwStopDialog *self = g_object_new (HW_TYPE_STOP_DIALOG, "transient-for", parent, NULL);
  g_autofree char *name = hw_words_isolate (hw_place_get_title (place));
  g_autofree char *stopped = g_strdup_printf (_ ("%s has stopped"), name);

  self->place = g_object_ref (place);
  gtk_label_set_text (self->done_title, stopped);
  return GTK_WIDGET (self);
}
