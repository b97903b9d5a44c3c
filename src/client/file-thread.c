/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwFileThread: a queue of jobs and one thread that does them in order. What a job has to say is
 * said on the main loop, never on the thread. */

#include "file-thread.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>

struct _HwFileThread
{
  gatomicrefcount references;
  GThreadPool *pool;
  GMutex lock;
  GCond idle;
  guint n_waiting; /* pushed and not done; under the lock */
};

typedef struct
{
  HwFileJob run;
  HwFileJob done;
  gpointer data;
} Job;

static gboolean
on_done (gpointer user_data)
{
  Job *job = user_data;

  job->done (job->data);
  return G_SOURCE_REMOVE;
}

/* Not g_main_context_invoke(): while nobody runs the main loop that would call @done here. */
static void
tell (Job *job)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_done, job, g_free);
  g_source_attach (source, NULL);
}

static void
work (gpointer data, gpointer user_data)
{
  HwFileThread *self = user_data;
  Job *job = data;

  job->run (job->data);
  if (job->done)
    tell (job);
  else
    g_free (job);
  g_mutex_lock (&self->lock);
  if (--self->n_waiting == 0)
    g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->lock);
}

/**
 * hw_file_thread_new:
 *
 * Returns: (transfer full): a thread with nothing to do
 */
HwFileThread *
hw_file_thread_new (void)
{
  HwFileThread *self = g_new0 (HwFileThread, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  g_cond_init (&self->idle);
  self->pool = g_thread_pool_new (work, self, 1, FALSE, NULL);
  return self;
}

/**
 * hw_file_thread_ref:
 * @self: a thread
 *
 * Any thread.
 *
 * Returns: (transfer full): @self
 */
HwFileThread *
hw_file_thread_ref (HwFileThread *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * hw_file_thread_unref:
 * @self: (nullable) (transfer full): a thread
 *
 * Main thread only. The last one waits for all jobs; what they have to say is still said.
 */
void
hw_file_thread_unref (HwFileThread *self)
{
  if (!self || !g_atomic_ref_count_dec (&self->references))
    return;
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->idle);
  g_free (self);
}

/**
 * hw_file_thread_push:
 * @self: a thread
 * @run: what is to be done there
 * @done: (nullable): called on the main loop afterwards
 * @data: for both; the last of them owns it
 *
 * Main thread only.
 */
void
hw_file_thread_push (HwFileThread *self, HwFileJob run, HwFileJob done, gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->run = run;
  job->done = done;
  job->data = data;
  g_mutex_lock (&self->lock);
  self->n_waiting++;
  g_mutex_unlock (&self->lock);
  g_thread_pool_push (self->pool, job, NULL);
}

/**
 * hw_file_thread_flush:
 * @self: a thread
 *
 * Waits until all that was pushed is done: for a program that ends, and for tests.
 */
void
hw_file_thread_flush (HwFileThread *self)
{
  g_mutex_lock (&self->lock);
  while (self->n_waiting > 0)
    g_cond_wait (&self->idle, &self->lock);
  g_mutex_unlock (&self->lock);
}

/**
 * hw_file_replace:
 * @path: a file, or none yet; its folder is made where it is missing
 * @data: what is to be in it
 * @length: of @data, bytes
 * @error: (nullable): return location
 *
 * Replaces a file as a whole: after a crash it is the old one or the new one, and for the person's
 * eyes only. Blocks: not for the main thread.
 *
 * Returns: whether it is on the disk
 */
gboolean
hw_file_replace (const char *path, const char *data, gsize length, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", folder,
                   g_strerror (code));
      return FALSE;
    }
  return g_file_set_contents_full (path, data, length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/**
 * hw_file_set_aside:
 * @path: a file that is not what it should be
 * @error: (nullable): return location
 *
 * Moves it out of the way, for somebody may still want what is in it. Any thread; blocks.
 *
 * Returns: (transfer full) (nullable): where it is now
 */
char *
hw_file_set_aside (const char *path, GError **error)
{
  g_autofree char *aside
      = g_strdup_printf ("%s.damaged-%" G_GINT64_FORMAT, path, g_get_real_time ());

  if (g_rename (path, aside) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path,
                   g_strerror (code));
      return NULL;
    }
  return g_steal_pointer (&aside);
}
