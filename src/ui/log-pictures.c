/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The small pictures under files in a log. Of a file that somebody else sent nothing is decoded
 * before the person has accepted it and it is here, whole and checked; what may be decoded at all,
 * and how large, is decided in file-picture.c. */

#include "log-pictures.h"

#include "file-picture.h"

/* Pixels of a small picture, at scale 1. */
#define WIDTH_MAX  280
#define HEIGHT_MAX 200

/* Bytes of pictures that are kept, times the square of the scale: some 25, which is more than any
 * window shows at once. */
#define BYTES_MAX (6 * 1024 * 1024)

typedef struct
{
  HwLogPictures *owner;
  HwTransfer *transfer;
  cairo_surface_t *surface; /* (nullable) */
  GList *use;               /* its place among those that are kept; (nullable) */
  int scale;
  int width, height; /* pixels at scale 1; 0: not known */
  gboolean failed;   /* there is none */
  gboolean wanted;   /* it waits for its turn */
} Picture;

struct _HwLogPictures
{
  HwLogPicturesReady ready;
  gpointer user_data;
  GHashTable *pictures; /* HwTransfer → Picture */
  GQueue used;          /* of Picture, last used first */
  GQueue wanted;        /* of Picture, last asked for first */
  Picture *loading;     /* (nullable) */
  gsize bytes;
  GCancellable *cancellable;
};

static gsize
size_of (Picture *picture)
{
  return (gsize) cairo_image_surface_get_stride (picture->surface)
         * (gsize) cairo_image_surface_get_height (picture->surface);
}

static void
drop_surface (HwLogPictures *self, Picture *picture)
{
  if (picture->surface == NULL)
    return;
  self->bytes -= size_of (picture);
  g_queue_delete_link (&self->used, picture->use);
  picture->use = NULL;
  g_clear_pointer (&picture->surface, cairo_surface_destroy);
}

static void
picture_free (gpointer data)
{
  Picture *picture = data;

  drop_surface (picture->owner, picture);
  g_object_unref (picture->transfer);
  g_free (picture);
}

static void load_next (HwLogPictures *self);

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = hw_file_picture_load_finish (result, &error);
  HwLogPictures *self = user_data;
  Picture *picture;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  picture = g_steal_pointer (&self->loading);
  picture->failed = pixbuf == NULL;
  if (pixbuf != NULL)
    {
      drop_surface (self, picture);
      picture->surface = gdk_cairo_surface_create_from_pixbuf (pixbuf, picture->scale, NULL);
      picture->width = MAX (1, gdk_pixbuf_get_width (pixbuf) / picture->scale);
      picture->height = MAX (1, gdk_pixbuf_get_height (pixbuf) / picture->scale);
      self->bytes += size_of (picture);
      g_queue_push_head (&self->used, picture);
      picture->use = self->used.head;
    }
  else
    g_debug ("no picture: %s", error->message);
  while (self->bytes > (gsize) BYTES_MAX * (gsize) (picture->scale * picture->scale)
         && self->used.length > 1)
    drop_surface (self, self->used.tail->data);
  self->ready (picture->transfer, self->user_data);
  load_next (self);
}

static void
load_next (HwLogPictures *self)
{
  Picture *picture;

  while (self->loading == NULL && (picture = g_queue_pop_head (&self->wanted)) != NULL)
    {
      GFile *file = hw_transfer_get_file (picture->transfer);

      picture->wanted = FALSE;
      if (file == NULL)
        continue; /* gone meanwhile */
      self->loading = picture;
      hw_file_picture_load_async (file, WIDTH_MAX * picture->scale, HEIGHT_MAX * picture->scale,
                                  self->cancellable, on_loaded, self);
    }
}

static Picture *
find (HwLogPictures *self, HwTransfer *transfer, int scale)
{
  Picture *picture = g_hash_table_lookup (self->pictures, transfer);

  if (picture == NULL)
    {
      /* Ours, or one that was accepted and is here, whole. */
      if (hw_transfer_get_picture (transfer) == NULL)
        return NULL;
      picture = g_new0 (Picture, 1);
      picture->owner = self;
      picture->transfer = g_object_ref (transfer);
      g_hash_table_insert (self->pictures, transfer, picture);
    }
  if (picture->failed || picture->wanted || picture == self->loading)
    return picture;
  if (picture->surface == NULL || picture->scale != scale)
    {
      picture->scale = scale;
      picture->wanted = TRUE;
      g_queue_push_head (&self->wanted, picture);
      load_next (self);
    }
  return picture;
}

/**
 * hw_log_pictures_new:
 * @ready: called for each picture that was loaded
 * @user_data: for @ready
 *
 * Returns: (transfer full): no pictures yet
 */
HwLogPictures *
hw_log_pictures_new (HwLogPicturesReady ready, gpointer user_data)
{
  HwLogPictures *self = g_new0 (HwLogPictures, 1);

  self->ready = ready;
  self->user_data = user_data;
  self->pictures = g_hash_table_new_full (NULL, NULL, NULL, picture_free);
  self->cancellable = g_cancellable_new ();
  return self;
}

/**
 * hw_log_pictures_free:
 * @self: (transfer full): pictures
 *
 * What is being decoded goes on in its thread, for nothing.
 */
void
hw_log_pictures_free (HwLogPictures *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_queue_clear (&self->wanted);
  g_hash_table_unref (self->pictures);
  g_free (self);
}

/**
 * hw_log_pictures_measure:
 * @self: pictures
 * @transfer: (transfer none): a file
 * @scale: the window's scale factor
 * @width: (out): pixels at scale 1
 * @height: (out): likewise
 *
 * Asks for it, if it may be shown and is not here.
 *
 * Returns: whether there is a picture and its size is known
 */
gboolean
hw_log_pictures_measure (
    HwLogPictures *self, HwTransfer *transfer, int scale, int *width, int *height)
{
  Picture *picture = find (self, transfer, scale);

  if (picture == NULL || picture->failed || picture->width == 0)
    return FALSE;
  *width = picture->width;
  *height = picture->height;
  return TRUE;
}

/**
 * hw_log_pictures_get:
 * @self: pictures
 * @transfer: (transfer none): a file
 * @scale: the window's scale factor
 *
 * Returns: (transfer none) (nullable): its picture; %NULL if there is none, or not yet
 */
cairo_surface_t *
hw_log_pictures_get (HwLogPictures *self, HwTransfer *transfer, int scale)
{
  Picture *picture = find (self, transfer, scale);

  if (picture == NULL || picture->surface == NULL)
    return NULL;
  g_queue_unlink (&self->used, picture->use);
  g_queue_push_head_link (&self->used, picture->use);
  return picture->surface;
}

/**
 * hw_log_pictures_get_bytes:
 * @self: pictures
 *
 * Returns: bytes of memory that they take
 */
gsize
hw_log_pictures_get_bytes (HwLogPictures *self)
{
  return self->bytes;
}
