/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dialog in which an admin says something to everybody. */

#include "hallway-config.h"

#include "announce-dialog.h"

#include "busy.h"
#include "field-row.h"
#include "words.h"

struct _HwAnnounceDialog
{
  HdyWindow parent_instance;

  GtkWidget *verb;
  HwBusy *busy;
  HwFieldRow *words;
  GtkLabel *problem;

  HwPlace *place;
  GCancellable *cancellable; /* nullable: asked, not answered yet */
};

G_DEFINE_FINAL_TYPE (HwAnnounceDialog, hw_announce_dialog, HDY_TYPE_WINDOW)

enum
{
  CANCEL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_problem (HwAnnounceDialog *self, const char *problem)
{
  hw_field_row_set_problem (self->words, problem);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
update (HwAnnounceDialog *self)
{
  g_autofree char *text = g_strstrip (g_strdup (hw_field_row_get_text (self->words)));

  gtk_widget_set_sensitive (self->verb, *text != '\0' && self->cancellable == NULL);
  hw_busy_set (self->busy, self->cancellable != NULL);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  HwAnnounceDialog *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  g_autofree char *words = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (reply != NULL)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  words = hw_words_problem (error);
  set_problem (self, words);
  update (self);
}

static void
on_verb_clicked (HwAnnounceDialog *self)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  if (!gtk_widget_get_sensitive (self->verb))
    return;
  json_object_set_string_member (fields, "text", hw_field_row_get_text (self->words));
  set_problem (self, NULL);
  self->cancellable = g_cancellable_new ();
  hw_place_request_async (self->place, "announce", fields, self->cancellable, on_answered, self);
  update (self);
}

static void
on_words_changed (HwAnnounceDialog *self)
{
  set_problem (self, NULL);
  update (self);
}

static void
hw_announce_dialog_dispose (GObject *object)
{
  HwAnnounceDialog *self = HW_ANNOUNCE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_announce_dialog_parent_class)->dispose (object);
}

static void
hw_announce_dialog_class_init (HwAnnounceDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_announce_dialog_dispose;

  signals[CANCEL] = g_signal_new_class_handler ("cancel", G_TYPE_FROM_CLASS (klass),
                                                G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
                                                G_CALLBACK (gtk_window_close), NULL, NULL, NULL,
                                                G_TYPE_NONE, 0);
  gtk_binding_entry_add_signal (gtk_binding_set_by_class (klass), GDK_KEY_Escape, 0, "cancel", 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/announce-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwAnnounceDialog, verb);
  gtk_widget_class_bind_template_child (widget_class, HwAnnounceDialog, busy);
  gtk_widget_class_bind_template_child (widget_class, HwAnnounceDialog, words);
  gtk_widget_class_bind_template_child (widget_class, HwAnnounceDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
  gtk_widget_class_bind_template_callback (widget_class, on_verb_clicked);
}

static void
hw_announce_dialog_init (HwAnnounceDialog *self)
{
  GtkEntry *entry;

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_FIELD_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default (GTK_WINDOW (self), self->verb);
  entry = hw_field_row_get_entry (self->words);
  gtk_entry_set_activates_default (entry, TRUE);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_words_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_grab_focus (GTK_WIDGET (entry));
}

/**
 * hw_announce_dialog_new:
 * @parent: the window that asks
 * @place: a place whose admin we are
 *
 * Returns: (transfer none): a dialog; present it by gtk_window_present()
 */
GtkWidget *
hw_announce_dialog_new (GtkWindow *parent, HwPlace *place)
{
  HwAnnounceDialog *self = g_object_new (HW_TYPE_ANNOUNCE_DIALOG, "transient-for", parent, NULL);

  self->place = g_object_ref (place);
  return GTK_WIDGET (self);
}
