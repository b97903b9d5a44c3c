/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files of a conversation: a card for each, and the ways by which new ones come. */

#include "hallway-config.h"

#include "file-shelf.h"

#include "conversation.h"
#include "file-card.h"

#include "protocol/name.h"

#include <glib/gi18n.h>

/* Pixels that the shelf is high before it scrolls. */
#define HEIGHT_MAX 252

/* Files in one drop: more is a mistake. */
#define FILES_MAX 10

struct _HwFileShelf
{
  GtkScrolledWindow parent_instance;

  GtkBox *box;
  gpointer conversation; /* nullable, ours by a reference */
  HwTransfers *transfers;
  GtkFileChooserNative *chooser; /* nullable: open */
  guint scroll;                  /* source */
};

G_DEFINE_FINAL_TYPE (HwFileShelf, hw_file_shelf, GTK_TYPE_SCROLLED_WINDOW)

enum
{
  PROBLEM,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
complain (HwFileShelf *self, const char *words)
{
  g_signal_emit (self, signals[PROBLEM], 0, words);
}

static gboolean
is_ours (HwFileShelf *self, HwTransfer *transfer)
{
  g_autofree char *folded = hw_name_fold (hw_conversation_get_name (self->conversation));

  if (hw_conversation_is_room (self->conversation))
    return g_strcmp0 (hw_transfer_get_room (transfer), folded) == 0;
  return hw_transfer_get_room (transfer) == NULL
         && g_str_equal (hw_transfer_get_person (transfer), folded);
}

static gboolean
on_scroll (gpointer data)
{
  HwFileShelf *self = data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self));

  self->scroll = 0;
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

static GHashTable *
list_cards (HwFileShelf *self)
{
  GHashTable *cards = g_hash_table_new (NULL, NULL);
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (self->box));

  for (GList *link = children; link != NULL; link = link->next)
    g_hash_table_insert (cards, hw_file_card_get_transfer (link->data), link->data);
  return cards;
}

static void
on_files_changed (HwFileShelf *self)
{
  g_autoptr (GHashTable) cards = list_cards (self);
  GHashTableIter iter;
  GtkWidget *card;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->transfers)); i++)
    {
      g_autoptr (HwTransfer) transfer = g_list_model_get_item (G_LIST_MODEL (self->transfers), i);

      if (!is_ours (self, transfer))
        continue;
      n++;
      if (g_hash_table_remove (cards, transfer))
        continue;
      gtk_container_add (GTK_CONTAINER (self->box), hw_file_card_new (self->transfers, transfer));
      if (self->scroll == 0)
        self->scroll = g_timeout_add (50, on_scroll, self);
    }
  g_hash_table_iter_init (&iter, cards);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &card))
    gtk_widget_destroy (card);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

static void
send_file (HwFileShelf *self, GFile *file, gboolean temporary)
{
  const char *name = hw_conversation_get_name (self->conversation);
  gboolean room = hw_conversation_is_room (self->conversation);

  hw_transfers_offer (self->transfers, file, room ? name : NULL, room ? NULL : name, temporary);
}

static gboolean
can_send (HwFileShelf *self)
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
on_drop (HwFileShelf *self,
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
    hw_file_shelf_send_uris (self, (const char *const *) uris);
}

/* A pasted picture on its way to becoming a file. */
typedef struct
{
  HwFileShelf *shelf;
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
      complain (paste->shelf, error->message);
    }
  else if (paste->shelf->conversation != NULL)
    send_file (paste->shelf, paste->file, TRUE);
  g_object_unref (paste->shelf);
  g_object_unref (paste->file);
  g_free (paste);
}

/* A picture that is nowhere but on the clipboard becomes a file, for as long as it is on offer. */
static void
keep_picture (HwFileShelf *self, GdkPixbuf *pixbuf)
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
  paste->shelf = g_object_ref (self);
  paste->file = g_steal_pointer (&file);
  gdk_pixbuf_save_to_stream_async (pixbuf, G_OUTPUT_STREAM (stream), "png", NULL, on_picture_kept,
                                   paste, "compression", "3", NULL);
}

static void
on_files_chosen (GtkNativeDialog *dialog, int response, gpointer data)
{
  HwFileShelf *self = data;
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
hw_file_shelf_dispose (GObject *object)
{
  HwFileShelf *self = HW_FILE_SHELF (object);

  g_clear_handle_id (&self->scroll, g_source_remove);
  g_clear_object (&self->chooser);
  g_clear_object (&self->conversation);
  g_clear_object (&self->transfers);

  G_OBJECT_CLASS (hw_file_shelf_parent_class)->dispose (object);
}

static void
hw_file_shelf_class_init (HwFileShelfClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_file_shelf_dispose;

  signals[PROBLEM] = g_signal_new ("problem", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hw_file_shelf_init (HwFileShelf *self)
{
  GtkScrolledWindow *window = GTK_SCROLLED_WINDOW (self);

  gtk_scrolled_window_set_policy (window, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (window, TRUE);
  gtk_scrolled_window_set_max_content_height (window, HEIGHT_MAX);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "hw-shelf");
  gtk_widget_set_no_show_all (GTK_WIDGET (self), TRUE);
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  gtk_widget_show (GTK_WIDGET (self->box));
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (self->box));
}

/**
 * hw_file_shelf_set_conversation:
 * @self: a new shelf
 * @conversation: the HwRoom or HwWhisper whose files it shows
 */
void
hw_file_shelf_set_conversation (HwFileShelf *self, gpointer conversation)
{
  HwPlace *place = hw_conversation_get_place (conversation);

  g_return_if_fail (self->conversation == NULL);

  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), _ ("Files"));
  self->conversation = g_object_ref (conversation);
  self->transfers = g_object_ref (hw_place_get_transfers (place));
  g_signal_connect_object (self->transfers, "items-changed", G_CALLBACK (on_files_changed), self,
                           G_CONNECT_SWAPPED);
  on_files_changed (self);
}

/**
 * hw_file_shelf_send_uris:
 * @self: a shelf
 * @uris: addresses of files on this computer
 *
 * Sends them.
 */
void
hw_file_shelf_send_uris (HwFileShelf *self, const char *const *uris)
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

/**
 * hw_file_shelf_take_drops:
 * @self: a shelf
 * @target: a widget on which files may be dropped
 */
void
hw_file_shelf_take_drops (HwFileShelf *self, GtkWidget *target)
{
  gtk_drag_dest_set (target, GTK_DEST_DEFAULT_ALL, NULL, 0, GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (target);
  g_signal_connect_object (target, "drag-data-received", G_CALLBACK (on_drop), self,
                           G_CONNECT_SWAPPED);
}

/**
 * hw_file_shelf_paste:
 * @self: a shelf
 *
 * Sends what is on the clipboard, if that is files or a picture and no text.
 *
 * Returns: whether it was
 */
gboolean
hw_file_shelf_paste (HwFileShelf *self)
{
  GtkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  G_GNUC_UNUSED g_autoptr (HwFileShelf) alive = g_object_ref (self);

  if (gtk_clipboard_wait_is_uris_available (clipboard))
    {
      g_auto (GStrv) uris = gtk_clipboard_wait_for_uris (clipboard);

      if (uris == NULL || !g_str_has_prefix (uris[0] != NULL ? uris[0] : "", "file:"))
        return FALSE;
      hw_file_shelf_send_uris (self, (const char *const *) uris);
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
on_paste (HwFileShelf *self, GtkTextView *view)
{
  if (hw_file_shelf_paste (self))
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
               HwFileShelf *self)
{
  if (gtk_selection_data_get_target (data) != gdk_atom_intern_static_string ("text/uri-list"))
    return;
  g_signal_stop_emission_by_name (view, "drag-data-received");
  on_drop (self, context, x, y, data, info, time);
}

/**
 * hw_file_shelf_follow_entry:
 * @self: a shelf
 * @view: the entry of the conversation
 *
 * Takes files and pictures that are pasted into it or dropped on it; text it keeps.
 */
void
hw_file_shelf_follow_entry (HwFileShelf *self, GtkTextView *view)
{
  gtk_drag_dest_add_uri_targets (GTK_WIDGET (view));
  g_signal_connect_object (view, "paste-clipboard", G_CALLBACK (on_paste), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "drag-data-received", G_CALLBACK (on_entry_drop), self, 0);
}

/**
 * hw_file_shelf_choose:
 * @self: a shelf
 *
 * Lets the person choose files to send.
 */
void
hw_file_shelf_choose (HwFileShelf *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)));

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
 * hw_file_shelf_send_path:
 * @self: a shelf
 * @path: as a person writes it: a path, one in the home directory with ~, or a file: address; ""
 *   lets them choose
 *
 * Sends that file.
 */
void
hw_file_shelf_send_path (HwFileShelf *self, const char *path)
{
  g_autofree char *home = NULL;
  g_autoptr (GFile) file = NULL;

  if (*path == '\0')
    {
      hw_file_shelf_choose (self);
      return;
    }
  if (!can_send (self))
    return;
  if (g_str_has_prefix (path, "~/"))
    home = g_build_filename (g_get_home_dir (), path + 2, NULL);
  file = g_file_new_for_commandline_arg (home != NULL ? home : path);
  send_file (self, file, FALSE);
}
