/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A layer over SQLite's default VFS that makes calls fail. Only the log's database is concerned,
 * not its index. */

#include "fault-vfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

typedef struct
{
  sqlite3_file base;
  gboolean concerned;
  sqlite3_int64 size;
  sqlite3_file *real; /* behind this struct */
} FaultFile;

static sqlite3_vfs vfs;
static _Atomic int armed = -1; /* a FaultKind */
static _Atomic int countdown;
static _Atomic int n_faults;
static _Atomic gint64 space = -1;

static gboolean
should_fail (FaultFile *file, FaultKind kind)
{
  if (!file->concerned || armed != (int) kind || atomic_fetch_sub (&countdown, 1) > 0)
    return FALSE;
  n_faults++;
  return TRUE;
}

static FaultFile *
get_file (sqlite3_file *file)
{
  return (FaultFile *) file;
}

static sqlite3_file *
get_real (sqlite3_file *file)
{
  return get_file (file)->real;
}

static int
file_close (sqlite3_file *file)
{
  return get_real (file)->pMethods->xClose (get_real (file));
}

static int
file_read (sqlite3_file *file, void *bytes, int n, sqlite3_int64 offset)
{
  return get_real (file)->pMethods->xRead (get_real (file), bytes, n, offset);
}

static int
file_write (sqlite3_file *file, const void *bytes, int n, sqlite3_int64 offset)
{
  FaultFile *self = get_file (file);
  sqlite3_int64 size = 0;

  if (should_fail (self, FAULT_WRITE))
    return SQLITE_IOERR_WRITE;
  if (should_fail (self, FAULT_FULL))
    return SQLITE_FULL;
  get_real (file)->pMethods->xFileSize (get_real (file), &size);
  if (self->concerned && space >= 0 && offset + n > size)
    {
      if (space < offset + n - size)
        return SQLITE_FULL;
      atomic_fetch_sub (&space, offset + n - size);
    }
  return get_real (file)->pMethods->xWrite (get_real (file), bytes, n, offset);
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return get_real (file)->pMethods->xTruncate (get_real (file), size);
}

static int
file_sync (sqlite3_file *file, int flags)
{
  if (should_fail (get_file (file), FAULT_SYNC))
    return SQLITE_IOERR_FSYNC;
  return get_real (file)->pMethods->xSync (get_real (file), flags);
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return get_real (file)->pMethods->xFileSize (get_real (file), size);
}

static int
file_lock (sqlite3_file *file, int level)
{
  return get_real (file)->pMethods->xLock (get_real (file), level);
}

static int
file_unlock (sqlite3_file *file, int level)
{
  return get_real (file)->pMethods->xUnlock (get_real (file), level);
}

static int
file_check_reserved_lock (sqlite3_file *file, int *result)
{
  return get_real (file)->pMethods->xCheckReservedLock (get_real (file), result);
}

static int
file_control (sqlite3_file *file, int op, void *argument)
{
  return get_real (file)->pMethods->xFileControl (get_real (file), op, argument);
}

static int
file_sector_size (sqlite3_file *file)
{
  return get_real (file)->pMethods->xSectorSize (get_real (file));
}

static int
file_device_characteristics (sqlite3_file *file)
{
  return get_real (file)->pMethods->xDeviceCharacteristics (get_real (file));
}

static int
file_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
  return get_real (file)->pMethods->xShmMap (get_real (file), page, size, extend, memory);
}

static int
file_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return get_real (file)->pMethods->xShmLock (get_real (file), offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  get_real (file)->pMethods->xShmBarrier (get_real (file));
}

static int
file_shm_unmap (sqlite3_file *file, int delete)
{
  return get_real (file)->pMethods->xShmUnmap (get_real (file), delete);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_reserved_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_device_characteristics,
  .xShmMap = file_shm_map,
  .xShmLock = file_shm_lock,
  .xShmBarrier = file_shm_barrier,
  .xShmUnmap = file_shm_unmap,
};

static int
open_file (sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
  sqlite3_vfs *real = self->pAppData;
  FaultFile *fault_file = get_file (file);
  int result;

  fault_file->real = (sqlite3_file *) (fault_file + 1);
  fault_file->concerned = name && strstr (name, "hallway.db") != NULL;
  result = real->xOpen (real, name, fault_file->real, flags, flags_out);
  file->pMethods = fault_file->real->pMethods ? &methods : NULL;
  return result;
}

void
fault_vfs_install (void)
{
  sqlite3_vfs *real = sqlite3_vfs_find (NULL);

  vfs = *real;
  vfs.zName = "fault";
  vfs.pAppData = real;
  vfs.pNext = NULL;
  vfs.szOsFile = sizeof (FaultFile) + real->szOsFile;
  vfs.xOpen = open_file;
  g_assert_cmpint (sqlite3_vfs_register (&vfs, TRUE), ==, SQLITE_OK);
}

void
fault_vfs_arm (FaultKind kind, int calls)
{
  countdown = calls;
  armed = kind;
}

void
fault_vfs_disarm (void)
{
  armed = -1;
}

int
fault_vfs_get_count (void)
{
  return n_faults;
}

void
fault_vfs_set_space (gint64 bytes)
{
  space = bytes;
}
