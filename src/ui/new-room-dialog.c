/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks what a new room shall be called, what it is about and whether it has a password, and lets
 * the place make it. What the place does not like is said here, beside what was typed. */

#include "hallway-config.h"

#include "busy.h"
#include "field-row.h"
#include "new-room-dialog.h"

#include "dialog.h"
#include "words.h"

#include <glib/gi18n.h>

struct _HwNewRoomDialog
{
  HdyWindow parent_instance;

  HwFieldRow *name;
  HwFieldRow *topic;
  HwFieldRow *password;
  GtkToggleButton *keep;
  GtkButton *create;
  HwBusy *busy;
  GtkLabel *problem;

  HwPlace *place;
  GCancellable *closing;
  gboolean is_creating;
};

enum
{
  SIGNAL_CREATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwNewRoomDialog, hw_new_room_dialog, HDY_TYPE_WINDOW)

static void
update (HwNewRoomDialog *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->create),
                            *hw_field_row_get_text (self->name) != '\0' && !self->is_creating);
  gtk_widget_set_visible (GTK_WIDGET (self->keep),
                          self->place != NULL && hw_place_can_keep_passwords (self->place)
                              && *hw_field_row_get_text (self->password) != '\0');
  hw_busy_set (self->busy, self->is_creating);
}

static void
say_problem (HwNewRoomDialog *self, const GError *error)
{
  g_autofree char *problem = error != NULL ? hw_words_problem (error) : NULL;
  const char *field
      = error != NULL && error->domain == HW_ERROR ? hw_error_get_field (error) : NULL;
  HwFieldRow *row = self->name;

  if (g_strcmp0 (field, "topic") == 0)
    row = self->topic;
  else if (g_strcmp0 (field, "password") == 0)
    row = self->password;

  hw_field_row_set_problem (self->name, NULL);
  hw_field_row_set_problem (self->topic, NULL);
  hw_field_row_set_problem (self->password, NULL);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  if (problem != NULL)
    {
      hw_field_row_set_problem (row, problem);
      gtk_widget_grab_focus (GTK_WIDGET (row));
    }
}

static void
on_create_done (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwNewRoomDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HwRoom) room = hw_place_create_finish (HW_PLACE (object), result, &error);

  if (g_cancellable_is_cancelled (self->closing))
    return;

  self->is_creating = FALSE;
  update (self);
  if (room != NULL)
    {
      if (gtk_widget_get_visible (GTK_WIDGET (self->keep)))
        hw_place_keep_password (self->place, HW_SECRET_ROOM, room,
                                gtk_toggle_button_get_active (self->keep));
      g_signal_emit (self, signals[SIGNAL_CREATED], 0, room);
      gtk_widget_destroy (GTK_WIDGET (self));
    }
  else
    {
      say_problem (self, error);
    }
}

static void
on_create (HwNewRoomDialog *self)
{
  const char *password = hw_field_row_get_text (self->password);

  if (self->is_creating || *hw_field_row_get_text (self->name) == '\0')
    return;

  say_problem (self, NULL);
  self->is_creating = TRUE;
  update (self);
  hw_place_create_async (self->place, hw_field_row_get_text (self->name),
                         hw_field_row_get_text (self->topic), *password != '\0' ? password : NULL,
                         self->closing, on_create_done, g_object_ref (self));
}

static void
on_changed (HwNewRoomDialog *self)
{
  say_problem (self, NULL);
  update (self);
}

static void
on_reveal_toggled (HwNewRoomDialog *self, GtkToggleButton *reveal)
{
  gtk_entry_set_visibility (hw_field_row_get_entry (self->password),
                            gtk_toggle_button_get_active (reveal));
}

static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, HwNewRoomDialog *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (self));
  return GDK_EVENT_STOP;
}

static void
hw_new_room_dialog_dispose (GObject *object)
{
  HwNewRoomDialog *self = HW_NEW_ROOM_DIALOG (object);

  g_cancellable_cancel (self->closing);
  g_clear_object (&self->place);
  G_OBJECT_CLASS (hw_new_room_dialog_parent_class)->dispose (object);
}

static void
hw_new_room_dialog_finalize (GObject *object)
{
  g_object_unref (HW_NEW_ROOM_DIALOG (object)->closing);
  G_OBJECT_CLASS (hw_new_room_dialog_parent_class)->finalize (object);
}

static void
hw_new_room_dialog_class_init (HwNewRoomDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_new_room_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hw_new_room_dialog_finalize;

  signals[SIGNAL_CREATED] = g_signal_new ("created", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, HW_TYPE_ROOM);

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_FIELD_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/new-room-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwNewRoomDialog, name);
  gtk_widget_class_bind_template_child (widget_class, HwNewRoomDialog, topic);
  gtk_widget_class_bind_template_child (widget_class, HwNewRoomDialog, password);
  gtk_widget_class_bind_template_child (widget_class, HwNewRoomDialog, keep);
  gtk_widget_class_bind_template_child (widget_class, HwNewRoomDialog, create);
  gtk_widget_class_bind_template_child (widget_class, HwNewRoomDialog, busy);
  gtk_widget_class_bind_template_child (widget_class, HwNewRoomDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, on_create);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, on_reveal_toggled);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
}

static void
hw_new_room_dialog_init (HwNewRoomDialog *self)
{
  HwFieldRow *const *rows;

  self->closing = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  rows = (HwFieldRow *const[]){ self->name, self->topic, self->password, NULL };
  for (; *rows != NULL; rows++)
    {
      GtkEntry *entry = hw_field_row_get_entry (*rows);

      g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), self);
      g_signal_connect_swapped (entry, "activate", G_CALLBACK (on_create), self);
    }
}

/**
 * hw_new_room_dialog_new:
 * @parent: the window it belongs to
 * @place: where the room is made
 * @name: (nullable): a name to begin with
 *
 * Returns: (transfer none): the dialog, not shown yet; it destroys itself
 */
GtkWidget *
hw_new_room_dialog_new (GtkWindow *parent, HwPlace *place, const char *name)
{
  HwNewRoomDialog *self = g_object_new (HW_TYPE_NEW_ROOM_DIALOG, "transient-for", parent, NULL);

  g_return_val_if_fail (HW_IS_PLACE (place), NULL);

  self->place = g_object_ref (place);
  if (name != NULL)
    hw_field_row_set_text (self->name, name);
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
  hw_dialog_fit (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}
