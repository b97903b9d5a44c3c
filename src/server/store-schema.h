/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-db.h"

G_BEGIN_DECLS

/* Names in the data directory. */
#define HW_DATABASE_FILE "hallway.db"
#define HW_INDEX_FILE    "index.db"
#define HW_LOCK_FILE     "lock"

HwDb *hw_schema_open (const char *path, GError **error);
HwDb *hw_schema_open_index (const char *path, HwDb *source, GError **error);

/* For --recover: the empty tables alone; for --check: nothing is changed. */
gboolean hw_schema_make (HwDb *db, GError **error);
gboolean hw_schema_check_version (HwDb *db, GError **error);
gboolean hw_schema_is_newer (HwDb *db);

G_END_DECLS
