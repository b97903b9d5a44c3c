/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwJournal: a file that only grows, and now and then is replaced by a shorter one that says the
 * same. All lines that gather while the disk is busy are written and made durable together.
 *
 * A line is whole or not there: what a crash left half-written at the end is no line, and what
 * cannot be read in the middle is set aside with the whole file, so that nothing is lost that
 * somebody could still make sense of. */

#include "journal.h"

#include "protocol/json-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of a file that are read at most: several times what its owners let it grow to. */
#define FILE_MAX (32 * 1024 * 1024)

struct _HwJournal
{
  HwFileThread *thread;
  char *path;
  HwJournalFunc written; /* (nullable) once nobody listens */
  gpointer user_data;
  guint64 number; /* of the last line or replacement */
  gsize size;     /* bytes of the file once all is written */
  gboolean freed;
  guint n_jobs; /* not told yet; main thread */

  GMutex lock;        /* for what is below */
  GString *before;    /* to be appended; superseded by @all */
  GString *all;       /* (nullable): what the file is to be replaced by */
  gboolean needs_all; /* what is on the disk does not say what @all says */
  GString *after;     /* to be appended then */
  guint64 gathered;   /* number of the last of them */
  gboolean is_queued; /* a job will take them */

  int fd; /* the thread's; -1: not open */
};

/* What was written together. */
typedef struct
{
  HwJournal *journal;
  guint64 upto;
  GError *error;
} Batch;

static void
close_file (HwJournal *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static void
journal_destroy (HwJournal *self)
{
  close_file (self);
  g_string_free (self->before, TRUE);
  g_string_free (self->after, TRUE);
  if (self->all)
    g_string_free (self->all, TRUE);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  hw_file_thread_unref (self->thread);
  g_free (self);
}

static gboolean
fail (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
open_file (HwJournal *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  if (self->fd >= 0)
    return TRUE;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (folder, error);
  self->fd = open (self->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                   0600);
  return self->fd >= 0 || fail (self->path, error);
}

static gboolean
append (HwJournal *self, const GString *lines, GError **error)
{
  struct stat info;
  gsize done = 0;

  if (lines->len == 0)
    return TRUE;
  if (!open_file (self, error))
    return FALSE;
  if (fstat (self->fd, &info) != 0)
    return fail (self->path, error);
  while (done < lines->len)
    {
      gssize n = write (self->fd, lines->str + done, lines->len - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail (self->path, error);
          /* Half a line would spoil the next one. */
          if (ftruncate (self->fd, info.st_size) != 0)
            close_file (self);
          return FALSE;
        }
      done += n;
    }
  return fdatasync (self->fd) == 0 || fail (self->path, error);
}

static void
run_batch (gpointer data)
{
  Batch *batch = data;
  HwJournal *self = batch->journal;
  g_autoptr (GString) before = NULL;
  g_autoptr (GString) all = NULL;
  g_autoptr (GString) after = NULL;
  g_autoptr (GError) error = NULL;
  gboolean needs_all;

  g_mutex_lock (&self->lock);
  before = g_steal_pointer (&self->before);
  all = g_steal_pointer (&self->all);
  after = g_steal_pointer (&self->after);
  self->before = g_string_new (NULL);
  self->after = g_string_new (NULL);
  needs_all = self->needs_all;
  self->needs_all = FALSE;
  self->is_queued = FALSE;
  batch->upto = self->gathered;
  g_mutex_unlock (&self->lock);

  if (all)
    {
      g_string_append_len (all, after->str, after->len);
      if (hw_file_replace (self->path, all->str, all->len, &error))
        {
          close_file (self);
          return;
        }
      g_message ("%s", error->message);
    }
  g_string_append_len (before, after->str, after->len);
  if (append (self, before, &batch->error) && needs_all)
    batch->error = g_steal_pointer (&error);
}

static void
on_batch_done (gpointer data)
{
  Batch *batch = data;
  HwJournal *self = batch->journal;

  self->n_jobs--;
  if (!self->freed && self->written)
    self->written (batch->upto, batch->error, self->user_data);
  if (self->freed && self->n_jobs == 0)
    journal_destroy (self);
  g_clear_error (&batch->error);
  g_free (batch);
}

/**
 * hw_journal_new:
 * @thread: (transfer none): where files are written
 * @path: the file; it and its folder are made when something is written
 * @written: (nullable): told what is on the disk
 * @user_data: for @written
 *
 * Returns: (transfer full): a journal; nothing is read or written by that
 */
HwJournal *
hw_journal_new (HwFileThread *thread, const char *path, HwJournalFunc written, gpointer user_data)
{
  HwJournal *self = g_new0 (HwJournal, 1);

  self->thread = hw_file_thread_ref (thread);
  self->path = g_strdup (path);
  self->written = written;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  self->before = g_string_new (NULL);
  self->after = g_string_new (NULL);
  self->fd = -1;
  return self;
}

/**
 * hw_journal_free:
 * @self: (nullable) (transfer full): a journal
 *
 * What was given to it is still written; nobody is told.
 */
void
hw_journal_free (HwJournal *self)
{
  if (!self)
    return;
  self->freed = TRUE;
  if (self->n_jobs == 0)
    journal_destroy (self);
}

/**
 * hw_journal_silence:
 * @self: a journal
 *
 * Nobody listens any more to what is written.
 */
void
hw_journal_silence (HwJournal *self)
{
  self->written = NULL;
}

/* Called with the lock; gives it back. */
static guint64
queue (HwJournal *self)
{
  gboolean is_queued = self->is_queued;

  self->gathered = ++self->number;
  self->is_queued = TRUE;
  g_mutex_unlock (&self->lock);
  if (!is_queued)
    {
      Batch *batch = g_new0 (Batch, 1);

      batch->journal = self;
      self->n_jobs++;
      hw_file_thread_push (self->thread, run_batch, on_batch_done, batch);
    }
  return self->number;
}

/**
 * hw_journal_append:
 * @self: a journal
 * @line: (transfer none): a JSON object, without the line's end
 *
 * Returns: the line's number, for "written"
 */
guint64
hw_journal_append (HwJournal *self, const GString *line)
{
  self->size += line->len + 1;
  g_mutex_lock (&self->lock);
  g_string_append_len (self->after, line->str, line->len);
  g_string_append_c (self->after, '\n');
  return queue (self);
}

/**
 * hw_journal_replace:
 * @self: a journal
 * @lines: (transfer none): all that the file is to say from now on, whole lines
 * @same: whether it says that already, only longer: then it may stay as it is where it cannot be
 *   replaced, and nobody hears of that
 *
 * Returns: the number of the replacement, for "written"
 */
guint64
hw_journal_replace (HwJournal *self, const GString *lines, gboolean same)
{
  self->size = lines->len;
  g_mutex_lock (&self->lock);
  g_string_append_len (self->before, self->after->str, self->after->len);
  g_string_truncate (self->after, 0);
  if (self->all)
    g_string_free (self->all, TRUE);
  self->all = g_string_new_len (lines->str, lines->len);
  self->needs_all = self->needs_all || !same;
  return queue (self);
}

/**
 * hw_journal_get_size:
 * @self: a journal
 *
 * Returns: how long the file is once all is written, bytes
 */
gsize
hw_journal_get_size (HwJournal *self)
{
  return self->size;
}

/**
 * hw_journal_set_size:
 * @self: a journal that continues a file
 * @size: of that file, as hw_journal_read() told
 */
void
hw_journal_set_size (HwJournal *self, gsize size)
{
  self->size = size;
}

static gboolean
is_line (const char *line, gsize length, GPtrArray *lines)
{
  JsonObject *object = hw_json_read_object (line, length, NULL);

  if (object)
    g_ptr_array_add (lines, object);
  return object != NULL;
}

/* Keeps a copy for whoever can make sense of it, and says so in the person's log. */
static char *
keep_copy (const char *path, const char *data, gsize length)
{
  g_autofree char *copy
      = g_strdup_printf ("%s.damaged-%" G_GINT64_FORMAT, path, g_get_real_time ());
  g_autoptr (GError) error = NULL;

  if (hw_file_replace (copy, data, length, &error))
    g_message ("%s is damaged; it is kept as %s", path, copy);
  else
    g_message ("%s is damaged: %s", path, error->message);
  return g_steal_pointer (&copy);
}

/**
 * hw_journal_read:
 * @path: a file
 * @size: (out): its length
 * @copy: (out) (nullable): where a copy is, for it was damaged
 * @error: (nullable): return location
 *
 * Reads what can be read. A damaged file is to be written anew from that. Any thread; blocks.
 *
 * Returns: (transfer full) (nullable) (element-type JsonObject): the lines in order, none where
 *   there is no file; %NULL if it is there and cannot be read at all
 */
GPtrArray *
hw_journal_read (const char *path, gsize *size, char **copy, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GError) problem = NULL;
  g_autofree char *data = NULL;
  gboolean damaged = FALSE;
  struct stat info;
  gsize length = 0;
  const char *line;
  const char *end;

  *size = 0;
  *copy = NULL;
  if (lstat (path, &info) != 0)
    {
      if (errno == ENOENT)
        return g_steal_pointer (&lines);
      fail (path, error);
      return NULL;
    }
  if (!S_ISREG (info.st_mode) || info.st_size > FILE_MAX)
    {
      *copy = hw_file_set_aside (path, error);
      if (!*copy)
        return NULL;
      g_message ("%s is not what was written there; it is kept as %s", path, *copy);
      return g_steal_pointer (&lines);
    }
  if (!g_file_get_contents (path, &data, &length, &problem))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  line = data;
  end = data + length;
  while (line < end)
    {
      const char *stop = memchr (line, '\n', end - line);

      /* A crash ended the last one; whoever wrote it was not told that it is on the disk. */
      if (!stop)
        break;
      damaged = !is_line (line, stop - line, lines) || damaged;
      line = stop + 1;
    }
  *size = line - data;
  if (damaged)
    *copy = keep_copy (path, data, length);
  /* Half a line would spoil the next one. */
  if (line < end && truncate (path, *size) != 0)
    {
      fail (path, error);
      return NULL;
    }
  return g_steal_pointer (&lines);
}
