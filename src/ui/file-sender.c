/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ways by which a person's files get into a conversation. */

#include "hallway-config.h"

#include "file-sender.h"

#include "conversation.h"

#include <glib/gi18n.h>

/* Files in one drop: more is a mistake. */
#define FILES_MAX 10

struct _HwFileSender
{
  GObject parent_instance;

  GtkWidget *page;       /* (unowned): owns this */
  gpointer conversation; /* nullable, ours by a reference */
  HwTransfers *transfers;
  GtkFileChooserNative *chooser; /* nullable: open */
};

G_DEFINE_FINAL_TYPE (HwFileSender, hw_file_sender, G_TYPE_OBJECT)

enum
{
  PROBLEM,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
complain (HwFileSender *self, const char *words)
{
  g_signal_emit (self, signals[PROBLEM], 0, words);
}

static void
send_file (HwFileSender *self, GFile *file, gboolean temporary)
{
  const char *name = hw_conversation_get_name (self->conversation);
  gboolean room = hw_conversation_is_room (self->conversation);

  hw_transfers_offer (self->transfers, file, room ? name : NULL, room ? NULL : name, temporary);
}

static gboolean
can_send (HwFileSender *self)
{
  g_autoptr (GError) error = NULL;

  if (self->conversation == NULL)
    return FALSE;
  if (hw_transfers_can_offer (self->transfers, &error))
    return TRUE;
  complain (self, error->message);
  return FALSE;
}

static void
send_uris (HwFileSender *self, const char *const *uris)
{
  if (uris[0] == NULL || !can_send (self))
    return;
  if (g_strv_length ((char **) uris) > FILES_MAX)
    {
      complain (self, _ ("These are too many files for once."));
      return;
    }
  for (guint i = 0; uris[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (uris[i]);

      send_file (self, file, FALSE);
    }
}

static void
on_drop (HwFileSender *self,
         GdkDragContext *context,
         int x,
         int y,
         GtkSelectionData *data,
         guint info,
         guint time)
{
  g_auto (GStrv) uris = gtk_selection_data_get_uris (data);

  gtk_drag_finish (context, uris != NULL, FALSE, time);
  if (uris != NULL)
    send_uris (self, (const char *const *) uris);
}

/* A pasted picture on its way to becoming a file. */
typedef struct
{
  HwFileSender *sender;
  GFile *file;
} Paste;

static void
on_picture_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  Paste *paste = data;
  g_autoptr (GError) error = NULL;

  if (!gdk_pixbuf_save_to_stream_finish (result, &error))
    {
      g_file_delete (paste->file, NULL, NULL);
      complain (paste->sender, error->message);
    }
  else if (paste->sender->conversation != NULL)
    send_file (paste->sender, paste->file, TRUE);
  g_object_unref (paste->sender);
  g_object_unref (paste->file);
  g_free (paste);
}

/* A picture that is nowhere but on the clipboard becomes a file, for as long as it is on offer. */
static void
keep_picture (HwFileSender *self, GdkPixbuf *pixbuf)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "hallway", "pasted", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  /* Translators: the name of a file that is made of a pasted picture: its date and time. No
     colons, no slashes.
     xgettext:no-c-format */
  g_autofree char *stem = g_date_time_format (now, _ ("Picture %Y-%m-%d %H.%M.%S"));
  g_autofree char *name = g_strconcat (stem, ".png", NULL);
  g_autoptr (GFile) file = g_file_new_build_filename (folder, name, NULL);
  g_autoptr (GFileOutputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  Paste *paste;

  g_mkdir_with_parents (folder, 0700);
  stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, &error);
  if (stream == NULL)
    {
      complain (self, error->message);
      return;
    }
  paste = g_new (Paste, 1);
  paste->sender = g_object_ref (self);
  paste->file = g_steal_pointer (&file);
  gdk_pixbuf_save_to_stream_async (pixbuf, G_OUTPUT_STREAM (stream), "png", NULL, on_picture_kept,
                                   paste, "compression", "3", NULL);
}

static void
on_files_chosen (GtkNativeDialog *dialog, int response, gpointer data)
{
  HwFileSender *self = data;
  GSList *files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  guint n = 0;

  for (GSList *link = files; link != NULL && response == GTK_RESPONSE_ACCEPT; link = link->next)
    if (n++ < FILES_MAX)
      send_file (self, link->data, FALSE);
  g_slist_free_full (files, g_object_unref);
  /* Not now: the key that ended it is still on its way through it. */
  g_idle_add_once ((GSourceOnceFunc) g_object_unref, g_steal_pointer (&self->chooser));
}

static void
take_drops (HwFileSender *self)
{
  gtk_drag_dest_set (self->page, GTK_DEST_DEFAULT_ALL, NULL, 0, GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (self->page);
  g_signal_connect_object (self->page, "drag-data-received", G_CALLBACK (on_drop), self,
                           G_CONNECT_SWAPPED);
}

/* Sends what is on the clipboard, if that is files or a picture and no text; tells whether it was.
 */
static gboolean
paste (HwFileSender *self)
{
  GtkClipboard *clipboard = gtk_widget_get_clipboard (self->page, GDK_SELECTION_CLIPBOARD);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  G_GNUC_UNUSED g_autoptr (HwFileSender) alive = g_object_ref (self);

  if (gtk_clipboard_wait_is_uris_available (clipboard))
    {
      g_auto (GStrv) uris = gtk_clipboard_wait_for_uris (clipboard);

      if (uris == NULL || !g_str_has_prefix (uris[0] != NULL ? uris[0] : "", "file:"))
        return FALSE;
      send_uris (self, (const char *const *) uris);
      return TRUE;
    }
  if (gtk_clipboard_wait_is_text_available (clipboard)
      || !gtk_clipboard_wait_is_image_available (clipboard))
    return FALSE;
  if (!can_send (self))
    return TRUE;
  pixbuf = gtk_clipboard_wait_for_image (clipboard);
  if (pixbuf == NULL)
    return FALSE;
  keep_picture (self, pixbuf);
  return TRUE;
}

static void
on_paste (HwFileSender *self, GtkTextView *view)
{
  if (paste (self))
    g_signal_stop_emission_by_name (view, "paste-clipboard");
}

static void
on_entry_drop (GtkTextView *view,
               GdkDragContext *context,
               int x,
               int y,
               GtkSelectionData *data,
               guint info,
               guint time,
               HwFileSender *self)
{
  if (gtk_selection_data_get_target (data) != gdk_atom_intern_static_string ("text/uri-list"))
    return;
  g_signal_stop_emission_by_name (view, "drag-data-received");
  on_drop (self, context, x, y, data, info, time);
}

/* Files and pictures that are pasted into the entry or dropped on it; text it keeps. */
static void
follow_entry (HwFileSender *self, GtkTextView *view)
{
  gtk_drag_dest_add_uri_targets (GTK_WIDGET (view));
  g_signal_connect_object (view, "paste-clipboard", G_CALLBACK (on_paste), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "drag-data-received", G_CALLBACK (on_entry_drop), self, 0);
}

static void
hw_file_sender_dispose (GObject *object)
{
  HwFileSender *self = HW_FILE_SENDER (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->conversation);
  g_clear_object (&self->transfers);

  G_OBJECT_CLASS (hw_file_sender_parent_class)->dispose (object);
}

static void
hw_file_sender_class_init (HwFileSenderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_file_sender_dispose;

  signals[PROBLEM] = g_signal_new ("problem", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hw_file_sender_init (HwFileSender *self)
{
}

/**
 * hw_file_sender_new:
 * @page: the conversation's page, which owns the sender, and on which files may be dropped
 * @entry: its entry, into which they may be pasted
 * @conversation: the HwRoom or HwWhisper to which they go
 *
 * Returns: (transfer full): a sender
 */
HwFileSender *
hw_file_sender_new (GtkWidget *page, GtkTextView *entry, gpointer conversation)
{
  HwFileSender *self = g_object_new (HW_TYPE_FILE_SENDER, NULL);

  self->page = page;
  self->conversation = g_object_ref (conversation);
  self->transfers
      = g_object_ref (hw_place_get_transfers (hw_conversation_get_place (conversation)));
  take_drops (self);
  follow_entry (self, entry);
  return self;
}

/**
 * hw_file_sender_choose:
 * @self: a sender
 *
 * Lets the person choose files to send.
 */
void
hw_file_sender_choose (HwFileSender *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_toplevel (self->page));

  if (self->chooser != NULL || !can_send (self))
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Send files"), window,
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Send"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_files_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/**
 * hw_file_sender_send_path:
 * @self: a sender
 * @path: as a person writes it: a path, one in the home directory with ~, or a file: address; ""
 *   lets them choose
 *
 * Sends that file.
 */
void
hw_file_sender_send_path (HwFileSender *self, const char *path)
{
  g_autofree char *home = NULL;
  g_autoptr (GFile) file = NULL;

  if (*path == '\0')
    {
      hw_file_sender_choose (self);
      return;
    }
  if (!can_send (self))
    return;
  if (g_str_has_prefix (path, "~/"))
    home = g_build_filename (g_get_home_dir (), path + 2, NULL);
  file = g_file_new_for_commandline_arg (home != NULL ? home : path);
  send_file (self, file, FALSE);
}
