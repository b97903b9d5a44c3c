/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwStash: where things are kept for the next start, who may write them, and how they are
 * forgotten. What the files say is the business of those who write them. */

#include "hallway-config.h"

#include "stash.h"

#include "clean.h"
#include "journal.h"

#include "protocol/json-reader.h"
#include "protocol/name.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Characters that g_file_set_contents() adds to the name of a file that is not whole yet. */
#define UNFINISHED_LENGTH 6

/* Bytes of what is kept of a session: a token, and the names of rooms. */
#define SESSION_MAX (64 * 1024)

struct _HwStash
{
  GObject parent_instance;

  char *folder;
  HwFileThread *thread;
  gboolean keeps_whispers;
};

enum
{
  PROP_0,
  PROP_KEEPS_WHISPERS,
  N_PROPS,
};

enum
{
  FORGET,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwStash, hw_stash, G_TYPE_OBJECT)

static void
hw_stash_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_assert (id == PROP_KEEPS_WHISPERS);
  g_value_set_boolean (value, HW_STASH (object)->keeps_whispers);
}

static void
hw_stash_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  g_assert (id == PROP_KEEPS_WHISPERS);
  hw_stash_set_keeps_whispers (HW_STASH (object), g_value_get_boolean (value));
}

static void
hw_stash_finalize (GObject *object)
{
  HwStash *self = HW_STASH (object);

  /* Others may hold the thread still; what is to be on the disk must be there when we are gone. */
  hw_file_thread_flush (self->thread);
  hw_file_thread_unref (self->thread);
  g_free (self->folder);

  G_OBJECT_CLASS (hw_stash_parent_class)->finalize (object);
}

static void
hw_stash_class_init (HwStashClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hw_stash_finalize;
  object_class->get_property = hw_stash_get_property;
  object_class->set_property = hw_stash_set_property;

  properties[PROP_KEEPS_WHISPERS]
      = g_param_spec_boolean ("keeps-whispers", NULL, NULL, TRUE,
                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[FORGET] = g_signal_new ("forget", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hw_stash_init (HwStash *self)
{
  self->keeps_whispers = TRUE;
  self->thread = hw_file_thread_new ();
}

/**
 * hw_stash_new:
 * @folder: (nullable): where to keep things; %NULL: in the person's data folder
 *
 * Nothing is read or written by that.
 *
 * Returns: (transfer full): the stash
 */
HwStash *
hw_stash_new (const char *folder)
{
  HwStash *self = g_object_new (HW_TYPE_STASH, NULL);

  self->folder = folder ? g_strdup (folder)
                        : g_build_filename (g_get_user_data_dir (), "hallway", "places", NULL);
  return self;
}

/**
 * hw_stash_get_thread:
 * @self: a stash
 *
 * Returns: (transfer none): where its files are written
 */
HwFileThread *
hw_stash_get_thread (HwStash *self)
{
  g_return_val_if_fail (HW_IS_STASH (self), NULL);

  return self->thread;
}

gboolean
hw_stash_get_keeps_whispers (HwStash *self)
{
  g_return_val_if_fail (HW_IS_STASH (self), FALSE);

  return self->keeps_whispers;
}

/* Ids and names are others' words: in file names stands what cannot mean anything. */
static char *
get_place_folder (HwStash *self, const char *id)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);

  return g_build_filename (self->folder, sum, NULL);
}

static char *
get_name_folder (HwStash *self, const char *id, const char *name)
{
  g_autofree char *place = get_place_folder (self, id);
  g_autofree char *folded = hw_name_fold (name);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, folded, -1);

  return g_build_filename (place, sum, NULL);
}

/* Removes @path with all in it, or, with @only, the files that are called so. */
static void
remove_tree (const char *path, const char *only)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) || !g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *base = g_path_get_basename (path);

      if (!only || g_str_has_prefix (base, only))
        g_unlink (path);
      return;
    }
  dir = g_dir_open (path, 0, NULL);
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child, only);
    }
  if (!only)
    g_rmdir (path);
}

static void
run_forget (gpointer data)
{
  g_autofree char *folder = data;

  remove_tree (folder, NULL);
}

static void
run_forget_whispers (gpointer data)
{
  g_autofree char *folder = data;

  remove_tree (folder, "whispers");
  remove_tree (folder, "files");
}

/**
 * hw_stash_forget:
 * @self: a stash
 * @id: a server's id
 *
 * Nothing of that place is kept any more. Who is there has it in memory until they leave.
 */
void
hw_stash_forget (HwStash *self, const char *id)
{
  g_return_if_fail (HW_IS_STASH (self));
  g_return_if_fail (id != NULL);

  g_signal_emit (self, signals[FORGET], 0, id);
  hw_file_thread_push (self->thread, run_forget, NULL, get_place_folder (self, id));
}

/**
 * hw_stash_set_keeps_whispers:
 * @self: a stash
 * @keeps: whether whispers are kept; if not, those that are kept are deleted
 */
void
hw_stash_set_keeps_whispers (HwStash *self, gboolean keeps)
{
  g_return_if_fail (HW_IS_STASH (self));

  if (self->keeps_whispers == !!keeps)
    return;
  self->keeps_whispers = !!keeps;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEEPS_WHISPERS]);
  if (!keeps)
    hw_file_thread_push (self->thread, run_forget_whispers, NULL, g_strdup (self->folder));
}

static void
run_unlock (gpointer data)
{
  close (GPOINTER_TO_INT (data));
}

static void
clear_file (HwStashFile *file)
{
  g_free (file->path);
  g_clear_pointer (&file->lines, g_ptr_array_unref);
}

/**
 * hw_stashed_free:
 * @stashed: (nullable) (transfer full): what was opened
 *
 * Lets others open it, once what was given to the thread before is written. Main thread only.
 */
void
hw_stashed_free (HwStashed *stashed)
{
  if (!stashed)
    return;
  clear_file (&stashed->outbox);
  clear_file (&stashed->whispers);
  clear_file (&stashed->drafts);
  clear_file (&stashed->files);
  g_free (stashed->session);
  if (stashed->lock >= 0)
    hw_file_thread_push (stashed->thread, run_unlock, NULL, GINT_TO_POINTER (stashed->lock));
  hw_file_thread_unref (stashed->thread);
  g_free (stashed);
}

/* A job of the thread. */
typedef struct
{
  GTask *task;
  char *folder;
  gboolean whispers;
  HwStashed *stashed;
  GError *error;
} Opening;

static gboolean
fail (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
take_lock (const char *folder, int *lock, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "lock", NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (folder, error);
  *lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (*lock < 0)
    return fail (path, error);
  if (flock (*lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno == EWOULDBLOCK)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "%s: another Hallway writes there", path);
  else
    fail (path, error);
  return FALSE;
}

/* What a crash left of a file that was about to replace another: nobody was told that it is kept,
 * and it says what the person may have had forgotten since. */
static void
remove_unfinished (const char *folder)
{
  static const char *const names[] = { "outbox.", "drafts.", "whispers.", "session.", "files." };
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
      if (g_str_has_prefix (name, names[i])
          && strlen (name) == strlen (names[i]) + UNFINISHED_LENGTH)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          g_unlink (path);
        }
}

static gboolean
read_file (const char *folder, const char *name, HwStashFile *file, GError **error)
{
  g_autofree char *copy = NULL;

  file->path = g_build_filename (folder, name, NULL);
  file->lines = hw_journal_read (file->path, &file->size, &copy, error);
  file->damaged = copy != NULL;
  return file->lines != NULL;
}

static void
run_open (gpointer data)
{
  Opening *opening = data;
  HwStashed *stashed = opening->stashed;

  /* The person may want whispers kept later. */
  if (!opening->whispers)
    {
      stashed->whispers.path = g_build_filename (opening->folder, "whispers", NULL);
      stashed->files.path = g_build_filename (opening->folder, "files", NULL);
    }
  if (!take_lock (opening->folder, &stashed->lock, &opening->error))
    return;
  remove_unfinished (opening->folder);
  stashed->session = g_build_filename (opening->folder, "session", NULL);
  if (read_file (opening->folder, "outbox", &stashed->outbox, &opening->error)
      && read_file (opening->folder, "drafts", &stashed->drafts, &opening->error)
      && opening->whispers
      && read_file (opening->folder, "whispers", &stashed->whispers, &opening->error))
    read_file (opening->folder, "files", &stashed->files, &opening->error);
}

static void
on_open_done (gpointer data)
{
  Opening *opening = data;
  g_autoptr (GTask) task = opening->task;

  if (opening->error)
    {
      hw_stashed_free (opening->stashed);
      g_task_return_error (task, opening->error);
    }
  else
    g_task_return_pointer (task, opening->stashed, (GDestroyNotify) hw_stashed_free);
  g_free (opening->folder);
  g_free (opening);
}

/**
 * hw_stash_open_async:
 * @self: a stash
 * @id: a server's id
 * @name: who we are there: what is kept is another's under another name
 * @cancellable: (nullable): to want it no more
 * @callback: called when it is read
 * @user_data: for @callback
 *
 * Reads what is kept, and locks it. Another Hallway may have done so: %G_IO_ERROR_BUSY.
 */
void
hw_stash_open_async (HwStash *self,
                     const char *id,
                     const char *name,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  Opening *opening = g_new0 (Opening, 1);

  g_return_if_fail (HW_IS_STASH (self));

  opening->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (opening->task, hw_stash_open_async);
  opening->folder = get_name_folder (self, id, name);
  opening->whispers = self->keeps_whispers;
  opening->stashed = g_new0 (HwStashed, 1);
  opening->stashed->thread = hw_file_thread_ref (self->thread);
  opening->stashed->lock = -1;
  hw_file_thread_push (self->thread, run_open, on_open_done, opening);
}

/**
 * hw_stash_open_finish:
 * @self: a stash
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): what is kept
 */
HwStashed *
hw_stash_open_finish (HwStash *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What a session's file is to say, or that it is to go. */
typedef struct
{
  char *path;
  GString *session; /* (nullable) */
} Keeping;

static void
run_keep_session (gpointer data)
{
  Keeping *keeping = data;
  g_autoptr (GError) error = NULL;

  if (!keeping->session)
    g_unlink (keeping->path);
  else if (!hw_file_replace (keeping->path, keeping->session->str, keeping->session->len, &error))
    g_message ("%s", error->message);
  if (keeping->session)
    hw_secret_free_line (keeping->session);
  g_free (keeping->path);
  g_free (keeping);
}

/**
 * hw_stashed_keep_session:
 * @stashed: what was opened
 * @session: (nullable) (transfer full): a JSON object; %NULL: there is no session any more
 *
 * Keeps what tells the server, after a crash of this program, that we are who was there. Main
 * thread only.
 */
void
hw_stashed_keep_session (HwStashed *stashed, GString *session)
{
  Keeping *keeping = g_new (Keeping, 1);

  *keeping = (Keeping){ g_strdup (stashed->session), session };
  hw_file_thread_push (stashed->thread, run_keep_session, NULL, keeping);
}

typedef struct
{
  GTask *task;
  char *folder;
  JsonObject *session;
} Finding;

static void
run_find_session (gpointer data)
{
  Finding *finding = data;
  g_autofree char *path = g_build_filename (finding->folder, "session", NULL);
  g_autofree char *text = NULL;
  struct stat info;
  gsize length = 0;
  int lock = -1;

  if (lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return;
  /* Another Hallway that runs is in that session itself. */
  if (take_lock (finding->folder, &lock, NULL) && info.st_size <= SESSION_MAX
      && g_file_get_contents (path, &text, &length, NULL))
    {
      finding->session = hw_json_read_object (text, length, NULL);
      explicit_bzero (text, length);
    }
  if (lock >= 0)
    close (lock);
}

static void
on_find_session_done (gpointer data)
{
  Finding *finding = data;
  g_autoptr (GTask) task = finding->task;

  g_task_return_pointer (task, finding->session, (GDestroyNotify) json_object_unref);
  g_free (finding->folder);
  g_free (finding);
}

/**
 * hw_stash_find_session_async:
 * @self: a stash
 * @id: a server's id
 * @name: who we want to be there
 * @cancellable: (nullable): to want it no more
 * @callback: called when it is read
 * @user_data: for @callback
 *
 * Looks for what hw_stashed_keep_session() kept, and this program, or one that crashed, did not
 * end.
 */
void
hw_stash_find_session_async (HwStash *self,
                             const char *id,
                             const char *name,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Finding *finding = g_new0 (Finding, 1);

  g_return_if_fail (HW_IS_STASH (self));

  finding->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (finding->task, hw_stash_find_session_async);
  finding->folder = get_name_folder (self, id, name);
  hw_file_thread_push (self->thread, run_find_session, on_find_session_done, finding);
}

/**
 * hw_stash_find_session_finish:
 * @self: a stash
 * @result: as the callback had it
 *
 * Returns: (transfer full) (nullable): the JSON object; %NULL: there is none, or it is another
 *   program's
 */
JsonObject *
hw_stash_find_session_finish (HwStash *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}
