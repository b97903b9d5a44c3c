/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/**
 * HwDb:
 *
 * A connection to a database, with its prepared statements. It belongs to one thread at a time, the
 * one that opened it or called hw_db_adopt() last; every use asserts that. All its errors are
 * HW_ERROR_STORAGE with a text for a person.
 */
typedef struct _HwDb HwDb;

typedef enum
{
  HW_DB_READ_ONLY,
  HW_DB_READ_WRITE,
  HW_DB_CREATE, /* made if it is not there, for its owner's eyes only */
} HwDbMode;

HwDb *hw_db_open (const char *path, HwDbMode mode, GError **error);
void hw_db_close (HwDb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwDb, hw_db_close)
void hw_db_adopt (HwDb *self);
sqlite3 *hw_db_get_handle (HwDb *self);
gboolean hw_db_is_damaged (HwDb *self);
void hw_db_set_error (HwDb *self, GError **error);

/* @sql must be a literal: its address is what a prepared statement is found by. @types says what
 * follows, one letter each: "i" gint64, "s" const char *, NULL for SQL's NULL; strings must live
 * until the statement is reset. */
sqlite3_stmt *hw_db_query (HwDb *self, GError **error, const char *sql, const char *types, ...);
gboolean hw_db_run (HwDb *self, GError **error, const char *sql, const char *types, ...);
gboolean
hw_db_get_int (HwDb *self, gint64 *value, GError **error, const char *sql, const char *types, ...);

/* The same for statements whose parameters the caller binds. */
sqlite3_stmt *hw_db_prepare (HwDb *self, const char *sql, GError **error);
gboolean hw_db_step (HwDb *self, sqlite3_stmt *statement, GError **error);
gboolean hw_db_finish (HwDb *self, sqlite3_stmt *statement, GError **error);

/* Several statements that are run once. */
gboolean hw_db_execute (HwDb *self, const char *sql, GError **error);
gboolean hw_db_migrate (HwDb *self, const char *const *steps, int n_steps, GError **error);

char *hw_db_dup_text (sqlite3_stmt *statement, int column);
const char *hw_db_get_text (sqlite3_stmt *statement, int column);

G_END_DECLS
