/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A room's details. Figures follow the room while the dialog is open; the topic that is being
 * written does not, or somebody else's change would take it away. */

#include "hallway-config.h"

#include "room-dialog.h"

#include "busy.h"
#include "choice-list.h"
#include "dialog.h"
#include "field-row.h"
#include "room-tells.h"
#include "words.h"

#include <glib/gi18n.h>

struct _HwRoomDialog
{
  HdyWindow parent_instance;

  GtkLabel *title;
  GtkWidget *close;
  GtkWidget *save;
  HwBusy *busy;
  HwFieldRow *topic;
  GtkLabel *problem;
  GtkWidget *people;
  GtkLabel *n_people;
  GtkWidget *entries;
  GtkLabel *n_entries;
  GtkWidget *created;
  GtkLabel *created_day;
  GtkWidget *locked;
  HwChoiceList *tells;

  HwRoom *room;
  gboolean can_change;
  GCancellable *cancellable; /* nullable: asked, not answered yet */
};

G_DEFINE_FINAL_TYPE (HwRoomDialog, hw_room_dialog, HDY_TYPE_WINDOW)

static void
update_save (HwRoomDialog *self)
{
  gboolean asking = self->cancellable != NULL;
  gboolean changed
      = g_strcmp0 (hw_field_row_get_text (self->topic), hw_room_get_topic (self->room)) != 0;

  gtk_widget_set_visible (self->save, self->can_change);
  gtk_widget_set_sensitive (self->save, changed && !asking);
  hw_busy_set (self->busy, asking);
}

static void
set_problem (HwRoomDialog *self, const char *problem)
{
  hw_field_row_set_problem (self->topic, problem);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

/* A row's name is what a person would say: GTK takes the title alone. */
static void
name_row (GtkWidget *row, GtkLabel *value)
{
  g_autofree char *name
      = g_strdup_printf ("%s: %s", hdy_preferences_row_get_title (HDY_PREFERENCES_ROW (row)),
                         gtk_label_get_text (value));

  atk_object_set_name (gtk_widget_get_accessible (row), name);
}

static void
update (HwRoomDialog *self)
{
  g_autofree char *n_people = g_strdup_printf ("%'u", hw_room_get_n_members (self->room));
  g_autofree char *n_entries
      = g_strdup_printf ("%'" G_GUINT64_FORMAT,
                         hw_history_get_last (hw_room_get_history (self->room)));
  gint64 created = hw_room_get_created (self->room);
  g_autofree char *day = hw_words_day (created / 1000);

  gtk_label_set_text (self->n_people, n_people);
  gtk_label_set_text (self->n_entries, n_entries);
  gtk_label_set_text (self->created_day, day);
  gtk_widget_set_visible (self->created, created > 0);
  gtk_widget_set_visible (self->locked, hw_room_get_locked (self->room));
  name_row (self->people, self->n_people);
  name_row (self->entries, self->n_entries);
  name_row (self->created, self->created_day);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  HwRoomDialog *self = data;
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
  update_save (self);
}

static void
on_save_clicked (HwRoomDialog *self)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  if (self->cancellable != NULL || !gtk_widget_get_sensitive (self->save))
    return;
  json_object_set_string_member (fields, "room", hw_room_get_name (self->room));
  json_object_set_string_member (fields, "topic", hw_field_row_get_text (self->topic));
  set_problem (self, NULL);
  self->cancellable = g_cancellable_new ();
  hw_place_request_async (hw_room_get_place (self->room), "topic", fields, self->cancellable,
                          on_saved, self);
  update_save (self);
}

static const char *const tells_values[] = {
  [HW_ROOM_TELLS_MENTIONS] = "mentions",
  [HW_ROOM_TELLS_ALL] = "all",
  [HW_ROOM_TELLS_NONE] = "none",
};

static void
on_tells_changed (HwRoomDialog *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (tells_values); i++)
    if (g_strcmp0 (hw_choice_list_get_value (self->tells), tells_values[i]) == 0)
      hw_room_tells_set (self->room, (HwRoomTells) i);
}

static void
on_topic_changed (HwRoomDialog *self)
{
  set_problem (self, NULL);
  update_save (self);
}

static void
hw_room_dialog_dispose (GObject *object)
{
  HwRoomDialog *self = HW_ROOM_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->room != NULL)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_clear_object (&self->room);

  G_OBJECT_CLASS (hw_room_dialog_parent_class)->dispose (object);
}

static void
hw_room_dialog_class_init (HwRoomDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_room_dialog_dispose;

  hw_dialog_class_close_on_escape (widget_class);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/room-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, title);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, close);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, save);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, busy);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, topic);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, people);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, n_people);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, entries);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, n_entries);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, created);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, created_day);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, locked);
  gtk_widget_class_bind_template_child (widget_class, HwRoomDialog, tells);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
}

static void
hw_room_dialog_init (HwRoomDialog *self)
{
  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_CHOICE_LIST);
  g_type_ensure (HW_TYPE_CHOICE_ROW);
  g_type_ensure (HW_TYPE_FIELD_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default (GTK_WINDOW (self), self->save);
}

/**
 * hw_room_dialog_new:
 * @parent: the window that shows the room
 * @room: the room
 * @can_change: whether the place lets its topic be changed
 *
 * Returns: (transfer none): a dialog; present it by gtk_window_present()
 */
GtkWidget *
hw_room_dialog_new (GtkWindow *parent, HwRoom *room, gboolean can_change)
{
  HwRoomDialog *self = g_object_new (HW_TYPE_ROOM_DIALOG, "transient-for", parent, NULL);
  GtkEntry *entry = hw_field_row_get_entry (self->topic);

  self->room = g_object_ref (room);
  self->can_change = can_change;
  gtk_window_set_title (GTK_WINDOW (self), hw_room_get_name (room));
  gtk_label_set_text (self->title, hw_room_get_name (room));
  hw_field_row_set_text (self->topic, hw_room_get_topic (room));
  gtk_editable_set_editable (GTK_EDITABLE (entry), can_change);
  gtk_entry_set_activates_default (entry, TRUE);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_topic_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (room, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  hw_choice_list_set_value (self->tells, tells_values[hw_room_tells_get (room)]);
  g_signal_connect_object (self->tells, "notify::value", G_CALLBACK (on_tells_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_grab_focus (can_change ? GTK_WIDGET (entry) : self->close);
  update (self);
  update_save (self);
  hw_dialog_fit (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}
