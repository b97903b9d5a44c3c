/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between SQLite and its default VFS, for the write-ahead log only. SQLite writes it frame by
 * frame, each in two pieces, and lets it grow with every commit. Here the frames of a commit are
 * put together into one write, and the file grows in larger steps, so that flushing a commit has
 * only its bytes to write and not the file's new size.
 *
 * What is durable when is not changed. Frames are held back until the last of their commit, which
 * says in its head that it is: only after it SQLite flushes, and only then other connections may
 * look at any of them. Everything else that is done with the file comes after what is held back. */

#include "store-vfs.h"

#include <glib.h>
#include <string.h>

/* Bytes of the log's and of a frame's head. */
#define LOG_HEAD   32
#define FRAME_HEAD 24

/* Bytes that are held back at most. */
#define HELD_MAX (512 * 1024)

/* Bytes of one write: SQLite's own layer takes no more than 17 bits of a length. */
#define WRITE_MAX (31 * 4096)

/* Bytes for which memory is kept. */
#define HELD_KEPT (64 * 1024)

/* Steps in which the file grows: by half of what it has, up to so many bytes. */
#define GROWTH_MAX (1024 * 1024)

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real;
  GString *held;        /* bytes that are not written yet … */
  sqlite3_int64 offset; /* … and where */
  sqlite3_int64 size;   /* of the file; -1: not known */
  gboolean ends_commit; /* the frame whose head was written last does */
  gboolean in_frame;    /* its page is to follow */
} LogFile;

static sqlite3_vfs vfs;

static LogFile *
get_log (sqlite3_file *file)
{
  return (LogFile *) file;
}

static sqlite3_file *
get_real (sqlite3_file *file)
{
  return get_log (file)->real;
}

/* Lets the file grow beyond @end. It is no error if it cannot; but then it takes no room that
 * others need. What is behind the last frame means nothing, and zeros are no frame. */
static void
grow (LogFile *self, sqlite3_int64 end)
{
  static const char zeros[64 * 1024];
  sqlite3_int64 at = end, target = end + MIN (end / 2, GROWTH_MAX);

  while (at < target)
    {
      int n = MIN (target - at, (sqlite3_int64) sizeof zeros);

      if (self->real->pMethods->xWrite (self->real, zeros, n, at) != SQLITE_OK)
        {
          self->real->pMethods->xTruncate (self->real, end);
          self->size = end;
          return;
        }
      at += n;
    }
  self->size = at;
}

static int
write_bytes (LogFile *self)
{
  int result = SQLITE_OK;

  for (gsize at = 0; at < self->held->len && result == SQLITE_OK; at += WRITE_MAX)
    result
        = self->real->pMethods->xWrite (self->real, self->held->str + at,
                                        MIN (self->held->len - at, WRITE_MAX), self->offset + at);
  return result;
}

static int
write_held (LogFile *self)
{
  sqlite3_int64 end = self->offset + self->held->len;
  int result;

  if (self->held->len == 0)
    return SQLITE_OK;
  if (self->size < 0 && self->real->pMethods->xFileSize (self->real, &self->size) != SQLITE_OK)
    self->size = -1;
  result = write_bytes (self);
  g_string_truncate (self->held, 0);
  if (self->held->allocated_len > HELD_KEPT)
    {
      g_string_free (self->held, TRUE);
      self->held = g_string_new (NULL);
    }
  if (result == SQLITE_OK && self->size >= 0 && end > self->size)
    grow (self, end);
  return result;
}

static int
log_close (sqlite3_file *file)
{
  LogFile *self = get_log (file);
  int result = write_held (self), closed = self->real->pMethods->xClose (self->real);

  g_string_free (self->held, TRUE);
  g_free (self->real);
  return result != SQLITE_OK ? result : closed;
}

static int
log_read (sqlite3_file *file, void *bytes, int n, sqlite3_int64 offset)
{
  int result = write_held (get_log (file));

  return result != SQLITE_OK ? result
                             : get_real (file)->pMethods->xRead (get_real (file), bytes, n, offset);
}

/* A frame comes as its head, whose second word is not 0 at the end of a commit, and its page. */
static int
log_write (sqlite3_file *file, const void *bytes, int n, sqlite3_int64 offset)
{
  LogFile *self = get_log (file);
  gboolean follows = offset == self->offset + (sqlite3_int64) self->held->len;
  gboolean is_head = n == FRAME_HEAD && offset >= LOG_HEAD;
  gboolean is_page = self->in_frame && follows && self->held->len > 0 && !is_head;
  int result;

  if (!follows && (result = write_held (self)) != SQLITE_OK)
    return result;
  if (self->held->len == 0)
    self->offset = offset;
  g_string_append_len (self->held, bytes, n);
  self->in_frame = is_head;
  if (is_head)
    {
      guint32 pages;

      memcpy (&pages, (const char *) bytes + 4, sizeof pages);
      self->ends_commit = pages != 0;
      return SQLITE_OK;
    }
  if (is_page && !self->ends_commit && self->held->len < HELD_MAX)
    return SQLITE_OK;
  return write_held (self);
}

static int
log_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  LogFile *self = get_log (file);
  int result = write_held (self);

  self->size = -1;
  return result != SQLITE_OK ? result : self->real->pMethods->xTruncate (self->real, size);
}

static int
log_sync (sqlite3_file *file, int flags)
{
  int result = write_held (get_log (file));

  return result != SQLITE_OK ? result : get_real (file)->pMethods->xSync (get_real (file), flags);
}

static int
log_size (sqlite3_file *file, sqlite3_int64 *size)
{
  int result = write_held (get_log (file));

  return result != SQLITE_OK ? result
                             : get_real (file)->pMethods->xFileSize (get_real (file), size);
}

static int
log_lock (sqlite3_file *file, int level)
{
  return get_real (file)->pMethods->xLock (get_real (file), level);
}

static int
log_unlock (sqlite3_file *file, int level)
{
  return get_real (file)->pMethods->xUnlock (get_real (file), level);
}

static int
log_check_reserved_lock (sqlite3_file *file, int *is_locked)
{
  return get_real (file)->pMethods->xCheckReservedLock (get_real (file), is_locked);
}

static int
log_control (sqlite3_file *file, int op, void *argument)
{
  return get_real (file)->pMethods->xFileControl (get_real (file), op, argument);
}

static int
log_sector_size (sqlite3_file *file)
{
  return get_real (file)->pMethods->xSectorSize (get_real (file));
}

static int
log_device_characteristics (sqlite3_file *file)
{
  return get_real (file)->pMethods->xDeviceCharacteristics (get_real (file));
}

static const sqlite3_io_methods log_methods = {
  .iVersion = 1,
  .xClose = log_close,
  .xRead = log_read,
  .xWrite = log_write,
  .xTruncate = log_truncate,
  .xSync = log_sync,
  .xFileSize = log_size,
  .xLock = log_lock,
  .xUnlock = log_unlock,
  .xCheckReservedLock = log_check_reserved_lock,
  .xFileControl = log_control,
  .xSectorSize = log_sector_size,
  .xDeviceCharacteristics = log_device_characteristics,
};

static int
open_file (sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
  sqlite3_vfs *real = self->pAppData;
  LogFile *log = get_log (file);
  int result;

  if (!(flags & SQLITE_OPEN_WAL))
    return real->xOpen (real, name, file, flags, flags_out);

  *log = (LogFile){ .real = g_malloc0 (real->szOsFile), .size = -1 };
  result = real->xOpen (real, name, log->real, flags, flags_out);
  if (!log->real->pMethods)
    {
      g_free (log->real);
      return result;
    }
  log->held = g_string_new (NULL);
  log->base.pMethods = &log_methods;
  return result;
}

/**
 * hw_vfs_register:
 *
 * Makes SQLite know the layer, over what is its default now.
 */
void
hw_vfs_register (void)
{
  static gsize registered = 0;
  sqlite3_vfs *real;

  if (!g_once_init_enter (&registered))
    return;
  real = sqlite3_vfs_find (NULL);
  vfs = *real;
  vfs.zName = HW_VFS_NAME;
  vfs.pAppData = real;
  vfs.pNext = NULL;
  vfs.szOsFile = MAX (real->szOsFile, (int) sizeof (LogFile));
  vfs.xOpen = open_file;
  sqlite3_vfs_register (&vfs, FALSE);
  g_once_init_leave (&registered, 1);
}
