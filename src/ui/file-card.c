/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The card of one file in a conversation. What somebody sent is never opened from here, by itself
 * or by a click: it is saved where the person wants it, and shown there. */

#include "hallway-config.h"

#include "file-card.h"

#include "file-picture.h"
#include "file-words.h"

#include <glib/gi18n.h>

/* Pixels of a small picture, at scale 1. */
#define PICTURE_WIDTH  240
#define PICTURE_HEIGHT 160

struct _HwFileCard
{
  GtkBox parent_instance;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *state;
  GtkWidget *save;
  GtkWidget *resume;
  GtkWidget *show;
  GtkWidget *close;
  GtkProgressBar *progress;
  GtkImage *picture;

  HwTransfers *transfers;
  HwTransfer *transfer;
  GCancellable *cancellable;
  GtkFileChooserNative *chooser; /* nullable: open */
  gboolean pictured;             /* its picture is here, or was tried */
  HwTransferState told;          /* what a screen reader was told last */
};

G_DEFINE_FINAL_TYPE (HwFileCard, hw_file_card, GTK_TYPE_BOX)

static void
on_picture (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = hw_file_picture_load_finish (result, &error);
  HwFileCard *self = data;
  int scale;
  cairo_surface_t *surface;
  g_autofree char *spoken = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (pixbuf == NULL)
    {
      g_debug ("no picture: %s", error->message);
      return;
    }
  scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  surface = gdk_cairo_surface_create_from_pixbuf (pixbuf, scale, NULL);
  gtk_image_set_from_surface (self->picture, surface);
  cairo_surface_destroy (surface);
  /* Translators: a small picture; %s is its file's name */
  spoken = g_strdup_printf (_ ("Picture %s"), hw_transfer_get_name (self->transfer));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->picture)), spoken);
  gtk_widget_show (GTK_WIDGET (self->picture));
}

/* Ours, or one that was accepted and is here, whole. */
static gboolean
may_be_pictured (HwFileCard *self)
{
  const char *type = hw_transfer_get_media_type (self->transfer);
  HwTransferState state = hw_transfer_get_state (self->transfer);

  if (self->pictured || type == NULL || !g_str_has_prefix (type, "image/"))
    return FALSE;
  return state == HW_TRANSFER_DONE
         || (hw_transfer_is_ours (self->transfer) && state == HW_TRANSFER_OFFERED);
}

static void
load_picture (HwFileCard *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  self->pictured = TRUE;
  hw_file_picture_load_async (hw_transfer_get_file (self->transfer), PICTURE_WIDTH * scale,
                              PICTURE_HEIGHT * scale, self->cancellable, on_picture, self);
}

static const char *
get_close_words (HwFileCard *self)
{
  if (hw_transfer_is_over (self->transfer))
    return _ ("Put away");
  if (hw_transfer_is_ours (self->transfer))
    return _ ("Take back");
  if (hw_transfer_get_state (self->transfer) == HW_TRANSFER_OFFERED)
    return hw_transfer_get_room (self->transfer) != NULL ? _ ("Put away") : _ ("Decline");
  return _ ("Cancel");
}

static void
update_progress (HwFileCard *self)
{
  HwTransferState state = hw_transfer_get_state (self->transfer);
  gint64 size = hw_transfer_get_size (self->transfer);
  gboolean runs = state == HW_TRANSFER_RUNNING || state == HW_TRANSFER_PAUSED;

  gtk_widget_set_visible (GTK_WIDGET (self->progress), runs);
  if (runs)
    gtk_progress_bar_set_fraction (self->progress,
                                   size > 0 ? (double) hw_transfer_get_done (self->transfer)
                                                  / (double) size
                                            : 0);
}

static void
update (HwFileCard *self)
{
  HwTransferState state = hw_transfer_get_state (self->transfer);
  gboolean ours = hw_transfer_is_ours (self->transfer);
  gboolean bad = state == HW_TRANSFER_FAILED || state == HW_TRANSFER_PAUSED;
  g_autofree char *words = hw_file_words_state (self->transfer);
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self->state));
  const char *close = get_close_words (self);

  gtk_image_set_from_icon_name (self->icon, hw_file_words_icon (self->transfer),
                                GTK_ICON_SIZE_MENU);
  gtk_label_set_text (self->name, hw_transfer_get_name (self->transfer));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), hw_transfer_get_name (self->transfer));
  gtk_label_set_text (self->state, words);
  if (bad)
    gtk_style_context_add_class (context, "hw-error");
  else
    gtk_style_context_remove_class (context, "hw-error");
  gtk_widget_set_visible (self->save, !ours && state == HW_TRANSFER_OFFERED);
  gtk_widget_set_visible (self->resume, !ours && state == HW_TRANSFER_PAUSED);
  gtk_widget_set_visible (self->show, !ours && state == HW_TRANSFER_DONE);
  gtk_widget_set_tooltip_text (self->close, close);
  atk_object_set_name (gtk_widget_get_accessible (self->close), close);
  update_progress (self);
  if (state != self->told)
    {
      g_autofree char *spoken = hw_file_words_spoken (self->transfer);

      self->told = state;
      atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), spoken);
    }
  if (may_be_pictured (self))
    load_picture (self);
}

static void
on_chosen (GtkNativeDialog *dialog, int response, gpointer data)
{
  HwFileCard *self = data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    hw_transfers_accept (self->transfers, self->transfer, file);
  /* Not now: the key that ended it is still on its way through it. */
  g_idle_add_once ((GSourceOnceFunc) g_object_unref, g_steal_pointer (&self->chooser));
}

static void
on_save_clicked (HwFileCard *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)));
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Save the file"), window,
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser),
                                       folder != NULL ? folder : g_get_home_dir ());
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser),
                                     hw_transfer_get_name (self->transfer));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_resume_clicked (HwFileCard *self)
{
  hw_transfers_resume (self->transfers, self->transfer);
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
on_show_clicked (HwFileCard *self)
{
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus
      = application != NULL ? g_application_get_dbus_connection (application) : NULL;
  GFile *file = hw_transfer_get_file (self->transfer);
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
on_close_clicked (HwFileCard *self)
{
  g_autoptr (HwTransfer) transfer = g_object_ref (self->transfer);
  g_autoptr (HwTransfers) transfers = g_object_ref (self->transfers);

  if (hw_transfer_is_over (transfer))
    hw_transfers_dismiss (transfers, transfer);
  else if (!hw_transfer_is_ours (transfer)
           && hw_transfer_get_state (transfer) == HW_TRANSFER_OFFERED)
    hw_transfers_decline (transfers, transfer);
  else
    hw_transfers_cancel (transfers, transfer);
}

static void
hw_file_card_dispose (GObject *object)
{
  HwFileCard *self = HW_FILE_CARD (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chooser);

  G_OBJECT_CLASS (hw_file_card_parent_class)->dispose (object);
}

static void
hw_file_card_finalize (GObject *object)
{
  HwFileCard *self = HW_FILE_CARD (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->transfer);
  g_clear_object (&self->transfers);

  G_OBJECT_CLASS (hw_file_card_parent_class)->finalize (object);
}

static void
hw_file_card_class_init (HwFileCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hw_file_card_dispose;
  object_class->finalize = hw_file_card_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/file-card.ui");
  gtk_widget_class_bind_template_child (widget_class, HwFileCard, icon);
  gtk_widget_class_bind_template_child (widget_class, HwFileCard, name);
  gtk_widget_class_bind_template_child (widget_class, HwFileCard, state);
  gtk_widget_class_bind_template_child (widget_class, HwFileCard, save);
  gtk_widget_class_bind_template_child (widget_class, HwFileCard, resume);
  gtk_widget_class_bind_template_child (widget_class, HwFileCard, show);
  gtk_widget_class_bind_template_child (widget_class, HwFileCard, close);
  gtk_widget_class_bind_template_child (widget_class, HwFileCard, progress);
  gtk_widget_class_bind_template_child (widget_class, HwFileCard, picture);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_resume_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_show_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_close_clicked);
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_PANEL);
}

static void
hw_file_card_init (HwFileCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->told = (HwTransferState) -1;
}

/**
 * hw_file_card_new:
 * @transfers: the files of the place
 * @transfer: one of them
 *
 * Returns: (transfer floating): its card
 */
GtkWidget *
hw_file_card_new (HwTransfers *transfers, HwTransfer *transfer)
{
  HwFileCard *self = g_object_new (HW_TYPE_FILE_CARD, NULL);

  self->transfers = g_object_ref (transfers);
  self->transfer = g_object_ref (transfer);
  g_signal_connect_object (transfer, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * hw_file_card_get_transfer:
 * @self: a card
 *
 * Returns: (transfer none): the file that it shows
 */
HwTransfer *
hw_file_card_get_transfer (HwFileCard *self)
{
  g_return_val_if_fail (HW_IS_FILE_CARD (self), NULL);

  return self->transfer;
}
