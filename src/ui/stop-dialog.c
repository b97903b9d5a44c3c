/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dialog that stops a server: it asks for the admin's password once more and for a word to
 * those who are there. Closing it before the server has answered does not take the request back. */

#include "hallway-config.h"

#include "stop-dialog.h"

#include "ask-dialog.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

/* Characters that those who are there are told. */
#define TEXT_MAX 200

typedef struct
{
  HwAskDialog *dialog; /* (unowned): this lives as long as it does */
  HwFieldRow *password;
  HwFieldRow *words;
  GCancellable *cancellable; /* (unowned): of the dialog */
} Stop;

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  Stop *self = data;
  g_autoptr (GError) error = NULL;
  gboolean stopped = hw_place_shutdown_finish (HW_PLACE (source), result, &error);
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!stopped)
    {
      hw_ask_dialog_fail (self->dialog, error);
      return;
    }
  name = hw_isolate (hw_place_get_title (HW_PLACE (source)));
  title = g_strdup_printf (_ ("%s has stopped"), name);
  hw_ask_dialog_tell (self->dialog, title,
                      _ ("It has taken leave of everybody, and kept all that was said."), NULL);
}

/* Our connection is an admin's already, so a server may take shutdown from it whatever password
 * comes with it: that the person knows it is asked for by itself. */
static void
on_password_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  Stop *self = data;
  g_autoptr (GError) error = NULL;
  gboolean right = hw_place_admin_finish (HW_PLACE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (right)
    hw_place_shutdown_async (HW_PLACE (source), hw_field_row_get_text (self->password),
                             hw_field_row_get_text (self->words), self->cancellable, on_stopped,
                             self);
  else
    hw_ask_dialog_fail (self->dialog, error);
}

static gboolean
on_check (HwAskDialog *dialog, Stop *self)
{
  return *hw_field_row_get_text (self->password) != '\0';
}

static void
on_send (HwAskDialog *dialog, Stop *self)
{
  self->cancellable = hw_ask_dialog_begin (dialog);
  hw_place_admin_async (hw_ask_dialog_get_place (dialog), hw_field_row_get_text (self->password),
                        self->cancellable, on_password_checked, self);
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
  HwAskDialog *dialog = HW_ASK_DIALOG (
      hw_ask_dialog_new (parent, place, _ ("Stop the server"), C_ ("the server", "Stop")));
  Stop *self = g_new0 (Stop, 1);

  self->dialog = dialog;
  self->password = hw_ask_dialog_add_field (dialog, _ ("Admin password, once more"), 0);
  self->words = hw_ask_dialog_add_field (dialog, _ ("What those who are there are told"), TEXT_MAX);
  g_object_set (self->password, "secret", TRUE, NULL);
  g_object_set (self->words, "spoken-name", _ ("Words for those who are there"), "placeholder",
                _ ("nothing"), NULL);
  hw_ask_dialog_set_destructive (dialog);
  hw_ask_dialog_set_meaning (dialog, _ ("Everybody is shown out of all rooms. What was said is "
                                        "kept, and is there again when the server is started "
                                        "anew."));
  g_object_set_data_full (G_OBJECT (dialog), "hw-stop", self, g_free);
  g_signal_connect (dialog, "check", G_CALLBACK (on_check), self);
  g_signal_connect (dialog, "send", G_CALLBACK (on_send), self);
  hw_ask_dialog_update (dialog);
  return GTK_WIDGET (dialog);
}
