/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes a log into a file, page by page: into a hidden one beside the target, that takes the
 * target's place when all of it is on the disk. Whatever ends it before that, no file of ours is
 * left, and what was there is as it was. */

#include "hallway-config.h"

#include "log-export.h"

/* Letters that tell our file from others beside it, and how often they are tried. */
#define TRIES 8

typedef struct
{
  HwLogStream *stream;
  HwLogFormat *format;
  GFile *target;
  GFile *part;
  GOutputStream *out;
  GString *text;
  guint64 n;
  gboolean ending; /* what is being written is the end */
  HwLogExportProgress progress;
  gpointer progress_data;
} Export;

static void ask_next (GTask *task);

static void
export_free (gpointer data)
{
  Export *self = data;

  g_object_unref (self->stream);
  hw_log_format_free (self->format);
  g_object_unref (self->target);
  g_clear_object (&self->part);
  g_clear_object (&self->out);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* Ends it without a file. */
static void
give_up (GTask *task, GError *error)
{
  Export *self = g_task_get_task_data (task);

  if (self->out != NULL)
    g_output_stream_close (self->out, NULL, NULL);
  if (self->part != NULL)
    g_file_delete (self->part, NULL, NULL);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, &error)
      || g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error)
      || !g_file_move (self->part, self->target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error))
    {
      give_up (task, error);
      return;
    }
  g_task_return_int (task, (gssize) self->n);
  g_object_unref (task);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      give_up (task, error);
      return;
    }
  g_string_truncate (self->text, 0);
  if (self->progress != NULL)
    self->progress (self->n, self->progress_data);
  if (self->ending)
    g_output_stream_close_async (self->out, G_PRIORITY_DEFAULT, NULL, on_closed, task);
  else
    ask_next (task);
}

static void
on_page (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) entries
      = hw_log_stream_next_finish (HW_LOG_STREAM (source), result, &error);

  if (error != NULL)
    {
      give_up (task, error);
      return;
    }
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    hw_log_format_entry (self->format, entries->pdata[i], self->text);
  if (entries != NULL)
    self->n += entries->len;
  else
    {
      hw_log_format_end (self->format, self->text);
      self->ending = TRUE;
    }
  g_output_stream_write_all_async (self->out, self->text->str, self->text->len, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), on_written, task);
}

static void
ask_next (GTask *task)
{
  Export *self = g_task_get_task_data (task);

  hw_log_stream_next_async (self->stream, g_task_get_cancellable (task), on_page, task);
}

/* A name that nobody else has, hidden, where the target will be: a move from there is a rename. */
static gboolean
open_part (Export *self, GError **error)
{
  g_autoptr (GFile) folder = g_file_get_parent (self->target);
  g_autofree char *name = g_file_get_basename (self->target);

  if (folder == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, "/");
      return FALSE;
    }
  for (guint i = 0; i < TRIES; i++)
    {
      g_autofree char *hidden = g_strdup_printf (".%.200s.%08x.part", name, g_random_int ());
      g_autoptr (GFile) part = g_file_get_child (folder, hidden);
      g_autoptr (GError) problem = NULL;
      GFileOutputStream *out = g_file_create (part, G_FILE_CREATE_PRIVATE, NULL, &problem);

      if (out != NULL)
        {
          self->part = g_steal_pointer (&part);
          self->out = G_OUTPUT_STREAM (out);
          return TRUE;
        }
      if (i + 1 == TRIES || !g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
    }
  return FALSE;
}

/**
 * hw_log_export_async:
 * @stream: (transfer full): the entries
 * @format: (transfer full): the form
 * @target: where they are to stand; what is there is replaced
 * @cancellable: (nullable): to stop it
 * @progress: (nullable): called after each page
 * @progress_data: for @progress
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Writes all of @stream.
 */
void
hw_log_export_async (HwLogStream *stream,
                     HwLogFormat *format,
                     GFile *target,
                     GCancellable *cancellable,
                     HwLogExportProgress progress,
                     gpointer progress_data,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Export *self = g_new0 (Export, 1);
  GError *error = NULL;

  self->stream = stream;
  self->format = format;
  self->target = g_object_ref (target);
  self->text = g_string_new (NULL);
  self->progress = progress;
  self->progress_data = progress_data;
  g_task_set_source_tag (task, hw_log_export_async);
  g_task_set_task_data (task, self, export_free);
  if (!open_part (self, &error))
    {
      give_up (task, error);
      return;
    }
  hw_log_format_begin (format, self->text);
  ask_next (task);
}

/**
 * hw_log_export_finish:
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: how many entries were written; G_MAXUINT64 if it failed, and no file is left
 */
guint64
hw_log_export_finish (GAsyncResult *result, GError **error)
{
  gssize n = g_task_propagate_int (G_TASK (result), error);

  return n < 0 ? G_MAXUINT64 : (guint64) n;
}
