/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the person may choose for the whole program. Everything takes effect at once; only
 * forgetting a place asks first, because the fingerprint that is lost with it cannot be had back.
 */

#include "hallway-config.h"

#include "alert.h"
#include "choice-list.h"
#include "field-row.h"
#include "preferences-window.h"
#include "room-tells.h"
#include "settings.h"
#include "spelling.h"
#include "words.h"

#include "protocol/name.h"

#include "client/isolate.h"
#include "client/server-words.h"

#include <glib/gi18n.h>

struct _HwPreferencesWindow
{
  HdyWindow parent_instance;

  HwFieldRow *name;
  GtkLabel *name_problem;
  GtkWidget *writing;
  GtkListBox *places;
  GtkWidget *no_places;

  HwKnownPlaces *known;
};

G_DEFINE_FINAL_TYPE (HwPreferencesWindow, hw_preferences_window, HDY_TYPE_WINDOW)

/* What cannot be a name is not kept, and said; what is kept stays the last that could. */
static void
on_name_changed (HwPreferencesWindow *self)
{
  const char *text = hw_field_row_get_text (self->name);
  g_autoptr (GError) error = NULL;
  g_autofree char *name
      = *text != '\0' ? hw_name_normalize_user (text, NULL, &error) : g_strdup ("");

  if (error != NULL)
    hw_server_words_translate_error (error);
  hw_field_row_set_problem (self->name, error != NULL ? error->message : NULL);
  gtk_label_set_text (self->name_problem, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->name_problem), error != NULL);
  if (name != NULL)
    g_settings_set_string (hw_settings_get (), HW_SETTINGS_NAME, name);
}

static void
on_forget_accepted (GtkWidget *alert, HwPreferencesWindow *self)
{
  const char *id = g_object_get_data (G_OBJECT (alert), "id");

  hw_known_places_forget (self->known, id);
  hw_room_tells_forget (id);
}

static void
on_forget (GtkButton *button, HwPreferencesWindow *self)
{
  const char *id = g_object_get_data (G_OBJECT (button), "id");
  HwKnownPlace *place = hw_known_places_find (self->known, id);
  GtkWidget *alert;
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;

  if (place == NULL)
    return;

  name = hw_isolate (hw_known_place_get_title (place));
  /* Translators: %s is a place's name */
  title = g_strdup_printf (_ ("Forget “%s”?"), name);
  alert = hw_alert_new (
      GTK_WINDOW (self), title,
      _ ("Its address, the fingerprint of its certificate, whispers, what waits to be "
         "sent and remembered passwords are kept no longer. If another computer "
         "pretends to be it, Hallway cannot tell."),
      _ ("Keep"), _ ("Forget"));
  g_object_set_data_full (G_OBJECT (alert), "id", g_strdup (id), g_free);
  g_signal_connect_object (alert, "accepted", G_CALLBACK (on_forget_accepted), self, 0);
  gtk_window_present (GTK_WINDOW (alert));
}

/* Hidden, not only covered: a row is the last of the list for the style sheet then. */
static void
update_no_places (HwPreferencesWindow *self)
{
  gtk_widget_set_visible (self->no_places,
                          g_list_model_get_n_items (G_LIST_MODEL (self->known)) == 0);
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  HwKnownPlace *place = item;
  HwPreferencesWindow *self = data;
  const char *title = hw_known_place_get_title (place);
  GtkWidget *row = hdy_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Forget"));
  g_autofree char *day = hw_words_day (hw_known_place_get_used_at (place));
  g_autofree char *address = hw_isolate (hw_known_place_get_address (place));
  /* Translators: a place's address, and when one was there last: "today", "12 November" */
  g_autofree char *subtitle = g_strdup_printf (_ ("%s · %s"), address, day);
  /* Translators: %s is a place's name */
  g_autofree char *spoken = g_strdup_printf (_ ("Forget %s"), title);

  hdy_preferences_row_set_title (HDY_PREFERENCES_ROW (row), title);
  hdy_action_row_set_subtitle (HDY_ACTION_ROW (row), subtitle);
  hdy_action_row_set_title_lines (HDY_ACTION_ROW (row), 1);
  hdy_action_row_set_subtitle_lines (HDY_ACTION_ROW (row), 1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  atk_object_set_name (gtk_widget_get_accessible (button), spoken);
  atk_object_set_name (gtk_widget_get_accessible (row), title);
  g_object_set_data_full (G_OBJECT (button), "id", g_strdup (hw_known_place_get_id (place)),
                          g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_forget), self, 0);
  gtk_container_add (GTK_CONTAINER (row), button);
  gtk_widget_show_all (row);
  return row;
}

static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, HwPreferencesWindow *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (self));
  return GDK_EVENT_STOP;
}

static void
hw_preferences_window_dispose (GObject *object)
{
  g_clear_object (&HW_PREFERENCES_WINDOW (object)->known);
  G_OBJECT_CLASS (hw_preferences_window_parent_class)->dispose (object);
}

static void
hw_preferences_window_class_init (HwPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_preferences_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HwPreferencesWindow, name);
  gtk_widget_class_bind_template_child (widget_class, HwPreferencesWindow, name_problem);
  gtk_widget_class_bind_template_child (widget_class, HwPreferencesWindow, writing);
  gtk_widget_class_bind_template_child (widget_class, HwPreferencesWindow, places);
  gtk_widget_class_bind_template_child (widget_class, HwPreferencesWindow, no_places);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
}

static void
hw_preferences_window_init (HwPreferencesWindow *self)
{
  g_autofree char *name = g_settings_get_string (hw_settings_get (), HW_SETTINGS_NAME);

  g_type_ensure (HW_TYPE_CHOICE_LIST);
  g_type_ensure (HW_TYPE_CHOICE_ROW);
  g_type_ensure (HW_TYPE_FIELD_ROW);
  g_type_ensure (HW_TYPE_SWITCH_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  hw_field_row_set_text (self->name, name);
  g_signal_connect_object (hw_field_row_get_entry (self->name), "changed",
                           G_CALLBACK (on_name_changed), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (self->writing, hw_spelling_is_possible ());
}

/**
 * hw_preferences_window_new:
 * @parent: (nullable): the window it belongs to
 * @known: the places that are remembered
 *
 * Returns: (transfer none): the window, not shown yet; it destroys itself
 */
GtkWidget *
hw_preferences_window_new (GtkWindow *parent, HwKnownPlaces *known)
{
  HwPreferencesWindow *self
      = g_object_new (HW_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  g_return_val_if_fail (HW_IS_KNOWN_PLACES (known), NULL);

  self->known = g_object_ref (known);
  g_signal_connect_object (known, "items-changed", G_CALLBACK (update_no_places), self,
                           G_CONNECT_SWAPPED);
  update_no_places (self);
  gtk_list_box_bind_model (self->places, G_LIST_MODEL (known), create_row, self, NULL);
  return GTK_WIDGET (self);
}
