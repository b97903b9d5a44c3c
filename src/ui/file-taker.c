/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done with a file in a conversation. What somebody sent is never opened from here by
 * itself: it is saved where the person wants it, and shown there; a picture also in a window of
 * ours that decodes it as carefully as the small one. */

#include "hallway-config.h"

#include "file-taker.h"

#include "picture-window.h"

#include <glib/gi18n.h>

struct _HwFileTaker
{
  GObject parent_instance;

  HwLogView *view; /* (unowned): of the page that owns this */
  HwTransfers *transfers;
  HwTransfer *saving;            /* (nullable): whose place is being chosen */
  GtkFileChooserNative *chooser; /* (nullable): open */
};

G_DEFINE_FINAL_TYPE (HwFileTaker, hw_file_taker, G_TYPE_OBJECT)

static GtkWindow *
get_window (HwFileTaker *self)
{
  return GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self->view)));
}

static void
on_chosen (GtkNativeDialog *dialog, int response, gpointer data)
{
  HwFileTaker *self = data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autoptr (HwTransfer) transfer = g_steal_pointer (&self->saving);

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    hw_transfers_accept (self->transfers, transfer, file);
  /* Not now: the key that ended it is still on its way through it. */
  g_idle_add_once ((GSourceOnceFunc) g_object_unref, g_steal_pointer (&self->chooser));
}

static void
save (HwFileTaker *self, HwTransfer *transfer)
{
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (self->chooser != NULL)
    return;
  self->saving = g_object_ref (transfer);
  self->chooser = gtk_file_chooser_native_new (_ ("Save the file"), get_window (self),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser),
                                       folder != NULL ? folder : g_get_home_dir ());
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser),
                                     hw_transfer_get_name (transfer));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_shown (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GFile) file = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *uri = folder != NULL ? g_file_get_uri (folder) : NULL;

  /* No file manager that knows how: then only the folder. */
  if (reply == NULL && uri != NULL)
    gtk_show_uri_on_window (NULL, uri, GDK_CURRENT_TIME, NULL);
}

static void
show_in_folder (HwTransfer *transfer)
{
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus
      = application != NULL ? g_application_get_dbus_connection (application) : NULL;
  GFile *file = hw_transfer_get_file (transfer);
  g_autofree char *uri = g_file_get_uri (file);
  const char *uris[] = { uri, NULL };

  if (bus == NULL)
    return;
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, on_shown, g_object_ref (file));
}

static void
stop (HwFileTaker *self, HwTransfer *transfer)
{
  if (!hw_transfer_is_ours (transfer) && hw_transfer_get_state (transfer) == HW_TRANSFER_OFFERED)
    hw_transfers_decline (self->transfers, transfer);
  else
    hw_transfers_cancel (self->transfers, transfer);
}

static void
on_entry_action (HwFileTaker *self, HwEntry *entry, const char *id)
{
  HwTransfer *transfer = hw_entry_get_transfer (entry);

  if (transfer == NULL)
    return;
  if (g_str_equal (id, HW_LOG_ACTION_SAVE))
    save (self, transfer);
  else if (g_str_equal (id, HW_LOG_ACTION_RESUME))
    hw_transfers_resume (self->transfers, transfer);
  else if (g_str_equal (id, HW_LOG_ACTION_PICTURE))
    gtk_widget_show (hw_picture_window_new (get_window (self), hw_transfer_get_file (transfer),
                                            hw_transfer_get_name (transfer)));
  else if (g_str_equal (id, HW_LOG_ACTION_FOLDER))
    show_in_folder (transfer);
  else if (g_str_equal (id, HW_LOG_ACTION_STOP))
    stop (self, transfer);
}

static void
hw_file_taker_dispose (GObject *object)
{
  HwFileTaker *self = HW_FILE_TAKER (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->saving);
  g_clear_object (&self->transfers);

  G_OBJECT_CLASS (hw_file_taker_parent_class)->dispose (object);
}

static void
hw_file_taker_class_init (HwFileTakerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_file_taker_dispose;
}

static void
hw_file_taker_init (HwFileTaker *self)
{
}

/**
 * hw_file_taker_new:
 * @view: the log view of the page that owns the taker
 * @transfers: (transfer none): the files of the place
 *
 * Returns: (transfer full): a taker, which listens to the view
 */
HwFileTaker *
hw_file_taker_new (HwLogView *view, HwTransfers *transfers)
{
  HwFileTaker *self = g_object_new (HW_TYPE_FILE_TAKER, NULL);

  self->view = view;
  self->transfers = g_object_ref (transfers);
  g_signal_connect_object (view, "entry-action", G_CALLBACK (on_entry_action), self,
                           G_CONNECT_SWAPPED);
  return self;
}
