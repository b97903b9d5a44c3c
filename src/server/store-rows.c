/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Beginning and ending a statement, and finding the end of the table and of its index, costs more
 * than putting a row there: a statement of sixteen rows does it once. */

#include "store-rows.h"

/* Rows of one statement. */
#define ROWS 16

/* Values of a row. */
#define VALUES 10

struct _HwRows
{
  struct
  {
    gint64 id;
    const HwLogEntry *entry;
  } rows[ROWS];
  guint n;
};

/* FAIL, for a conflict fails the whole transaction anyway: SQLite need not be able to take back
 * what a statement did. */
#define INSERT \
  "INSERT OR FAIL INTO entries (id, log, seq, at, kind, reason, author, text, other, key) VALUES "
#define ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

static const char insert_one[] = INSERT ROW;
static const char insert_all[]
    = INSERT ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW
                 "," ROW "," ROW "," ROW "," ROW "," ROW;

/**
 * hw_rows_new:
 *
 * Returns: (transfer full): no rows
 */
HwRows *
hw_rows_new (void)
{
  return g_new0 (HwRows, 1);
}

/**
 * hw_rows_free:
 * @self: (transfer full): rows
 */
void
hw_rows_free (HwRows *self)
{
  g_free (self);
}

static void
bind_text (sqlite3_stmt *statement, int parameter, const char *text)
{
  if (*text)
    sqlite3_bind_text (statement, parameter, text, -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, parameter);
}

static void
bind_row (sqlite3_stmt *statement, int at, gint64 id, const HwLogEntry *entry)
{
  sqlite3_bind_int64 (statement, at, id);
  sqlite3_bind_int64 (statement, at + 1, entry->log);
  sqlite3_bind_int64 (statement, at + 2, entry->seq);
  sqlite3_bind_int64 (statement, at + 3, entry->at);
  sqlite3_bind_int (statement, at + 4, entry->kind);
  if (entry->reason == HW_LEFT_NONE)
    sqlite3_bind_null (statement, at + 5);
  else
    sqlite3_bind_int (statement, at + 5, entry->reason);
  bind_text (statement, at + 6, entry->from);
  bind_text (statement, at + 7, entry->text);
  bind_text (statement, at + 8, entry->kind == HW_ENTRY_RENAMED ? entry->to : entry->by);
  bind_text (statement, at + 9, entry->key);
}

/**
 * hw_rows_flush:
 * @self: rows
 * @db: the writer's connection, in the transaction to which they belong
 * @error: what failed
 *
 * Puts into the table what is not there yet.
 *
 * Returns: whether it is there
 */
gboolean
hw_rows_flush (HwRows *self, HwDb *db, GError **error)
{
  guint n = self->n, step = n == ROWS ? ROWS : 1;

  self->n = 0;
  for (guint i = 0; i < n; i += step)
    {
      sqlite3_stmt *statement = hw_db_prepare (db, step > 1 ? insert_all : insert_one, error);

      if (!statement)
        return FALSE;
      for (guint j = 0; j < step; j++)
        bind_row (statement, j * VALUES + 1, self->rows[i + j].id, self->rows[i + j].entry);
      if (!hw_db_finish (db, statement, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * hw_rows_add:
 * @self: rows
 * @db: the writer's connection, in a transaction
 * @id: of the entry
 * @entry: (transfer none): has its number and time; stays until the rows are flushed or forgotten
 * @error: what failed: maybe with an earlier entry
 *
 * Returns: whether nothing failed
 */
gboolean
hw_rows_add (HwRows *self, HwDb *db, gint64 id, const HwLogEntry *entry, GError **error)
{
  self->rows[self->n].id = id;
  self->rows[self->n].entry = entry;
  return ++self->n < ROWS || hw_rows_flush (self, db, error);
}

/**
 * hw_rows_forget:
 * @self: rows
 *
 * The transaction has failed.
 */
void
hw_rows_forget (HwRows *self)
{
  self->n = 0;
}
