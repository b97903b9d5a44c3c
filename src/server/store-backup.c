/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A copy of the database while it is in use. The thread holds one state of it for as long as the
 * copy takes: so it is consistent, and writers, who go on, do not make it start anew. The index is
 * left out: it is made again from the copy. */

#include "store-tools.h"

#include "store-private.h"

#include "protocol/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* Pages that are copied between two looks whether the store is closed: 4 MB. */
#define STEP 1024

#define NICENESS 10

/* What a copy is called until it is whole. */
#define PARTIAL_FILE "backup.partial"

typedef struct
{
  HwJob job;
  HwStore *store;
  GThread *thread;
  char *partial;
  char *path;
  HwStoreBackedUp callback;
  gpointer user_data;
} BackupJob;

static gboolean
fail (GError **error, const char *reason)
{
  hw_error_set (error, HW_ERROR_STORAGE, NULL, "The backup failed: %s.", reason);
  return FALSE;
}

static gboolean
copy_pages (BackupJob *self, HwDb *source, sqlite3 *target, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (target, "main", hw_db_get_handle (source), "main");
  int result = SQLITE_OK;

  if (!backup)
    return fail (error, sqlite3_errmsg (target));
  while (result == SQLITE_OK && !hw_store_is_closing (self->store))
    result = sqlite3_backup_step (backup, STEP);
  sqlite3_backup_finish (backup);
  if (result == SQLITE_DONE)
    return TRUE;
  if (result != SQLITE_OK)
    return fail (error, sqlite3_errmsg (target));
  hw_error_set (error, HW_ERROR_CLOSING, NULL, "The server is closing.");
  return FALSE;
}

static gboolean
copy_database (BackupJob *self, GError **error)
{
  g_autoptr (HwDb) source = hw_db_open (hw_store_get_path (self->store), HW_DB_READ_ONLY, error);
  gint64 any = 0;
  sqlite3 *target = NULL;
  gboolean copied;

  if (!source || !hw_db_run (source, error, "BEGIN", "")
      || !hw_db_get_int (source, &any, error, "SELECT max (id) FROM entries", ""))
    return FALSE;
  if (sqlite3_open_v2 (self->partial, &target, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
    copied = fail (error, sqlite3_errmsg (target));
  else
    {
      /* If it breaks off there is no backup, and at its end it is flushed as a whole. */
      sqlite3_exec (target, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;", NULL, NULL,
                    NULL);
      copied = copy_pages (self, source, target, error);
    }
  sqlite3_close (target);
  return copied;
}

static gboolean
flush (const char *path, int flags)
{
  int fd = open (path, flags | O_CLOEXEC);
  gboolean flushed;

  if (fd < 0)
    return FALSE;
  flushed = fsync (fd) == 0;
  close (fd);
  return flushed;
}

/* An empty file that nobody else can read. */
static gboolean
make_partial (BackupJob *self, GError **error)
{
  int fd;

  g_unlink (self->partial);
  fd = open (self->partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (error, g_strerror (errno));
  close (fd);
  return TRUE;
}

static gpointer
run_thread (gpointer data)
{
  BackupJob *self = data;
  HwStore *store = self->store;
  GError *error = NULL;

  setpriority (PRIO_PROCESS, gettid (), NICENESS);
  if (make_partial (self, &error) && copy_database (self, &error)
      && (!flush (self->partial, O_RDWR) || g_rename (self->partial, self->path) != 0
          || !flush (hw_store_get_directory (store), O_RDONLY | O_DIRECTORY)))
    fail (&error, g_strerror (errno));
  if (error)
    g_unlink (self->partial);
  self->job.error = error;
  hw_store_jobs_done (&self->job, &self->job, store);
  return NULL;
}

static void
backup_done (HwJob *job)
{
  BackupJob *self = (BackupJob *) job;

  if (self->thread)
    {
      g_thread_join (self->thread);
      hw_store_set_backing_up (self->store, FALSE);
    }
  if (self->callback)
    self->callback (job->error ? NULL : self->path, job->error, self->user_data);
}

static void
backup_free (HwJob *job)
{
  BackupJob *self = (BackupJob *) job;

  g_free (self->partial);
  g_free (self->path);
  g_free (self);
}

static const HwJobKind backup_kind = { NULL, backup_done, backup_free };

/* (transfer full): a path that does not exist yet. */
static char *
choose_path (HwStore *store)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");

  for (int i = 1;; i++)
    {
      g_autofree char *suffix = i > 1 ? g_strdup_printf ("-%d", i) : g_strdup ("");
      g_autofree char *name = g_strdup_printf ("backup-%s%s.db", stamp, suffix);
      g_autofree char *path = g_build_filename (hw_store_get_directory (store), name, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

/**
 * hw_store_backup:
 * @self: a store
 * @callback: (nullable): called with the copy's path
 * @user_data: for @callback
 *
 * Makes a consistent copy of the database in the data directory, on a thread of its own, while the
 * server runs: put as hallway.db into a directory of its own, it is what the server had when this
 * was called.
 */
void
hw_store_backup (HwStore *self, HwStoreBackedUp callback, gpointer user_data)
{
  BackupJob *job = g_new0 (BackupJob, 1);

  job->job.kind = &backup_kind;
  job->store = self;
  job->callback = callback;
  job->user_data = user_data;
  hw_store_expect (self);
  if (!hw_store_set_backing_up (self, TRUE))
    {
      hw_error_set (&job->job.error, HW_ERROR_SLOW_DOWN, NULL, "A backup is being made already.");
      hw_store_jobs_done (&job->job, &job->job, self);
      return;
    }
  job->partial = g_build_filename (hw_store_get_directory (self), PARTIAL_FILE, NULL);
  job->path = choose_path (self);
  job->thread = g_thread_new ("hw-backup", run_thread, job);
}
