/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small pictures of files that others sent. What such a file holds is hostile until shown
 * otherwise: only formats of plain pixels are decoded, by what their first bytes are and not what
 * their names say; how large the picture claims to be is checked before any memory is taken for it;
 * and it is done in a thread, one at a time. */

#include "hallway-config.h"

#include "file-picture.h"

#include "protocol/error.h"

#include <glib/gi18n.h>
#include <string.h>

/* Bytes of a file that is looked into. */
#define FILE_MAX (32 * 1024 * 1024)

/* Pixels of a picture, and of one side of it. JPEG is shrunk while it is decoded, all others need
 * four bytes a pixel for a moment. */
#define PIXELS_MAX      (25 * 1000 * 1000)
#define JPEG_PIXELS_MAX (200 * 1000 * 1000)
#define SIDE_MAX        30000

#define CHUNK 65536

typedef struct
{
  GFile *file;
  int width;
  int height;
  gint64 pixels_max;
  gboolean refused;
} Load;

static void
load_free (Load *load)
{
  g_object_unref (load->file);
  g_free (load);
}

static const char *
recognize (const guint8 *bytes, gsize length)
{
  if (length >= 8 && memcmp (bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
    return "png";
  if (length >= 3 && memcmp (bytes, "\xff\xd8\xff", 3) == 0)
    return "jpeg";
  if (length >= 6 && (memcmp (bytes, "GIF87a", 6) == 0 || memcmp (bytes, "GIF89a", 6) == 0))
    return "gif";
  if (length >= 12 && memcmp (bytes, "RIFF", 4) == 0 && memcmp (bytes + 8, "WEBP", 4) == 0)
    return "webp";
  return NULL;
}

static void
on_size_prepared (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  Load *load = user_data;
  double scale = 1;

  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX
      || (gint64) width * height > load->pixels_max)
    {
      load->refused = TRUE;
      /* Nothing: the decoders give up before they take memory. */
      gdk_pixbuf_loader_set_size (loader, 0, 0);
      return;
    }
  scale = MIN (scale, (double) load->width / width);
  scale = MIN (scale, (double) load->height / height);
  gdk_pixbuf_loader_set_size (loader, MAX (1, (int) (width * scale)),
                              MAX (1, (int) (height * scale)));
}

static gboolean
feed (GdkPixbufLoader *loader,
      Load *load,
      GInputStream *stream,
      GBytes *first,
      GCancellable *cancellable,
      GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  gsize total = g_bytes_get_size (first);

  if (!gdk_pixbuf_loader_write_bytes (loader, first, error))
    return FALSE;
  while (!load->refused)
    {
      gssize n = g_input_stream_read (stream, buffer, CHUNK, cancellable, error);

      if (n <= 0)
        return n == 0;
      total += n;
      if (total > FILE_MAX)
        load->refused = TRUE;
      else if (!gdk_pixbuf_loader_write (loader, buffer, n, error))
        return FALSE;
    }
  return TRUE;
}

static GdkPixbuf *
load_picture (Load *load, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (load->file, cancellable, error);
  g_autoptr (GdkPixbufLoader) loader = NULL;
  g_autoptr (GBytes) first = NULL;
  const char *format;
  gboolean fed;
  gboolean closed;
  GdkPixbuf *pixbuf;

  if (stream == NULL)
    return NULL;
  first = g_input_stream_read_bytes (G_INPUT_STREAM (stream), CHUNK, cancellable, error);
  if (first == NULL)
    return NULL;
  format = recognize (g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  if (format == NULL)
    {
      hw_error_set (error, HW_ERROR_FAILED, NULL, _ ("This is no picture that can be shown here."));
      return NULL;
    }
  loader = gdk_pixbuf_loader_new_with_type (format, error);
  if (loader == NULL)
    return NULL;
  load->pixels_max = strcmp (format, "jpeg") == 0 ? JPEG_PIXELS_MAX : PIXELS_MAX;
  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_prepared), load);
  fed = feed (loader, load, G_INPUT_STREAM (stream), first, cancellable, error);
  closed = gdk_pixbuf_loader_close (loader, fed ? error : NULL);
  if (load->refused)
    {
      g_clear_error (error);
      hw_error_set (error, HW_ERROR_FAILED, NULL, _ ("This picture is too large to be shown."));
      return NULL;
    }
  pixbuf = fed && closed ? gdk_pixbuf_loader_get_pixbuf (loader) : NULL;
  if (pixbuf == NULL)
    {
      if (fed && closed)
        hw_error_set (error, HW_ERROR_FAILED, NULL,
                      _ ("This is no picture that can be shown here."));
      return NULL;
    }
  return gdk_pixbuf_apply_embedded_orientation (pixbuf);
}

static void
run_load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  static GMutex one_at_a_time;
  GError *error = NULL;
  GdkPixbuf *pixbuf;

  g_mutex_lock (&one_at_a_time);
  pixbuf = load_picture (data, cancellable, &error);
  g_mutex_unlock (&one_at_a_time);
  if (pixbuf != NULL)
    g_task_return_pointer (task, pixbuf, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hw_file_picture_load_async:
 * @file: a local file, of any origin
 * @width: pixels that it may be wide
 * @height: pixels that it may be high
 * @cancellable: (nullable): to stop it
 * @callback: told when it is there
 * @user_data: for @callback
 *
 * Makes a small picture of a file.
 */
void
hw_file_picture_load_async (GFile *file,
                            int width,
                            int height,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  load->file = g_object_ref (file);
  load->width = width;
  load->height = height;
  g_task_set_source_tag (task, hw_file_picture_load_async);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  g_task_run_in_thread (task, run_load);
}

/**
 * hw_file_picture_load_finish:
 * @result: as the callback had it
 * @error: why there is none
 *
 * Returns: (transfer full) (nullable): the small picture
 */
GdkPixbuf *
hw_file_picture_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
