/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A disk that fails when a test wants it to: the system's own files, with faults, under every
 * connection of the process. */

typedef enum
{
  FAULT_WRITE, /* writing reports an error of the device */
  FAULT_SYNC,  /* flushing does */
  FAULT_FULL,  /* writing finds no space */
} FaultKind;

void fault_vfs_install (void);
/* After @countdown more calls of that kind on the database they all fail. */
void fault_vfs_arm (FaultKind kind, int countdown);
void fault_vfs_disarm (void);
/* Calls that failed since the start. */
int fault_vfs_get_count (void);
/* Bytes by which files may still grow; -1: any. */
void fault_vfs_set_space (gint64 bytes);

G_END_DECLS
