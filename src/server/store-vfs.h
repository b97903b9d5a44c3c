/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sqlite3.h>

/* A layer over SQLite's default VFS that makes commits cheaper, see store-vfs.c. */
#define HW_VFS_NAME "hallway"

/* Any thread, any number of times, before a database is opened with it. */
void hw_vfs_register (void);
