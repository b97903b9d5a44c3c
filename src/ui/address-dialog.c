/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks for a place's address, or for an invitation, which may stand in the middle of a message that
 * was pasted as a whole. It stays until the place has answered, so that what was typed is
 * still there when it turns out to be wrong, and the reason stands right under it. */

#include "hallway-config.h"

#include "address-dialog.h"

#include "busy.h"
#include "dialog.h"
#include "field-row.h"
#include "words.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HwAddressDialog
{
  HdyWindow parent_instance;

  HwFieldRow *address;
  GtkButton *connect;
  HwBusy *busy;
  GtkLabel *problem;

  HwPlace *place; /* (nullable): being reached */
};

enum
{
  SIGNAL_GO,
  SIGNAL_REACHED,
  SIGNAL_CANCELLED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwAddressDialog, hw_address_dialog, HDY_TYPE_WINDOW)

static void
update (HwAddressDialog *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->connect),
                            *hw_field_row_get_text (self->address) != '\0' && self->place == NULL);
  hw_busy_set (self->busy, self->place != NULL);
}

static void
forget_place (HwAddressDialog *self)
{
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_clear_object (&self->place);
}

static void
say (HwAddressDialog *self, const char *problem)
{
  hw_field_row_set_problem (self->address, problem);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  if (problem != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->address));
}

static void
on_state_changed (HwAddressDialog *self)
{
  switch (hw_place_get_state (self->place))
    {
    case HW_PLACE_CONNECTING:
      break;
    case HW_PLACE_IDLE:
    case HW_PLACE_ENDED:
      hw_address_dialog_say (self, hw_place_get_error (self->place));
      break;
    default:
      {
        g_autoptr (HwPlace) place = g_object_ref (self->place);

        forget_place (self);
        g_signal_emit (self, signals[SIGNAL_REACHED], 0, place);
        gtk_widget_destroy (GTK_WIDGET (self));
      }
      break;
    }
}

/* What was entered; of a text with an invitation in it, the invitation, without what ends its
 * sentence. */
static char *
find_address (const char *text)
{
  const char *link = strstr (text, "hallway://");
  gsize length;

  if (link == NULL)
    return g_strstrip (g_strdup (text));
  length = strcspn (link, " \t\r\n<>\"");
  while (length > 0 && strchr (".,;:!?)", link[length - 1]) != NULL)
    length--;
  return g_strndup (link, length);
}

static void
on_connect (HwAddressDialog *self)
{
  g_autofree char *address = NULL;

  if (self->place != NULL)
    return;
  address = find_address (hw_field_row_get_text (self->address));
  if (*address != '\0')
    g_signal_emit (self, signals[SIGNAL_GO], 0, address);
}

static void
on_changed (HwAddressDialog *self)
{
  say (self, NULL);
  update (self);
}

static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, HwAddressDialog *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (self));
  return GDK_EVENT_STOP;
}

static gboolean
on_delete (GtkWidget *widget, GdkEvent *event, HwAddressDialog *self)
{
  g_autoptr (HwPlace) place = self->place != NULL ? g_object_ref (self->place) : NULL;

  forget_place (self);
  if (place != NULL)
    g_signal_emit (self, signals[SIGNAL_CANCELLED], 0, place);
  return GDK_EVENT_PROPAGATE;
}

static void
hw_address_dialog_dispose (GObject *object)
{
  forget_place (HW_ADDRESS_DIALOG (object));
  G_OBJECT_CLASS (hw_address_dialog_parent_class)->dispose (object);
}

static void
hw_address_dialog_class_init (HwAddressDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_address_dialog_dispose;

  signals[SIGNAL_GO] = g_signal_new ("go", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_REACHED] = g_signal_new ("reached", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, HW_TYPE_PLACE);
  signals[SIGNAL_CANCELLED] = g_signal_new ("cancelled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                            NULL, G_TYPE_NONE, 1, HW_TYPE_PLACE);

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_FIELD_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/address-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwAddressDialog, address);
  gtk_widget_class_bind_template_child (widget_class, HwAddressDialog, connect);
  gtk_widget_class_bind_template_child (widget_class, HwAddressDialog, busy);
  gtk_widget_class_bind_template_child (widget_class, HwAddressDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, on_connect);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, on_delete);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
}

static void
hw_address_dialog_init (HwAddressDialog *self)
{
  GtkEntry *entry;

  gtk_widget_init_template (GTK_WIDGET (self));

  entry = hw_field_row_get_entry (self->address);
  gtk_entry_set_input_purpose (entry, GTK_INPUT_PURPOSE_URL);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (on_connect), self);
}

/**
 * hw_address_dialog_new:
 * @parent: the window it belongs to
 *
 * Returns: (transfer none): the dialog, not shown yet; it destroys itself
 */
GtkWidget *
hw_address_dialog_new (GtkWindow *parent)
{
  HwAddressDialog *self = g_object_new (HW_TYPE_ADDRESS_DIALOG, "transient-for", parent, NULL);

  gtk_widget_grab_focus (GTK_WIDGET (self->address));
  hw_dialog_fit (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}

/**
 * hw_address_dialog_follow:
 * @self: the dialog
 * @place: the place at the address that was entered
 *
 * Waits for @place: the dialog closes when it has answered, and says so when it has not.
 */
void
hw_address_dialog_follow (HwAddressDialog *self, HwPlace *place)
{
  g_return_if_fail (HW_IS_ADDRESS_DIALOG (self));
  g_return_if_fail (HW_IS_PLACE (place));

  forget_place (self);
  say (self, NULL);
  self->place = g_object_ref (place);
  g_signal_connect_swapped (place, "notify::state", G_CALLBACK (on_state_changed), self);
  update (self);
  on_state_changed (self);
}

/**
 * hw_address_dialog_say:
 * @self: the dialog
 * @error: (nullable): what is wrong with the address, or why nobody answered there
 */
void
hw_address_dialog_say (HwAddressDialog *self, const GError *error)
{
  g_autofree char *problem = NULL;

  g_return_if_fail (HW_IS_ADDRESS_DIALOG (self));

  problem = error != NULL ? hw_words_problem (error) : g_strdup (_ ("Nobody answered there."));
  forget_place (self);
  update (self);
  say (self, problem);
}
