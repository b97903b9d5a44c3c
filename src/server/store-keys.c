/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys make messages idempotent, over crashes too. Client keys are random, so an index of them is
 * changed all over with every commit, which would cost more than the entries themselves. So the
 * keys of the newest entries are kept in memory only, found again after a crash by reading those
 * entries, and go to their table some thousands at a time, in its order. Old ones are pruned in
 * slices. */

#include "store-keys.h"

#include "protocol/entry-kind.h"
#include "protocol/name.h"

#include <stdlib.h>
#include <string.h>

/* Keys in memory, and entries since the last that is in the table, at which the table is written:
 * the first bounds memory and the pause, the second what is read at the start. */
#define RECENT_MAX  8192
#define ENTRIES_MAX 32768

/* Each write of the table prunes one slice of it. */
#define SLICE_BITS 5

#define EMPTY G_MAXUINT32

typedef struct
{
  gint64 hash;
  gint64 entry;
  gint64 at;
} Key;

struct _HwKeys
{
  guint64 seed;
  GArray *recent;    /* Key: those that are not in the table */
  guint n_committed; /* of recent; what follows belongs to the open transaction */
  guint32 *slots;    /* index into recent, found by linear probing */
  guint n_slots;     /* a power of two */
  gint64 written;    /* id of the last entry whose key is in the table */
  gint64 writing;    /* what it will be if the open transaction is committed, else 0 */
  guint slice;
};

static void
put (HwKeys *self, guint index)
{
  guint64 hash = g_array_index (self->recent, Key, index).hash;
  guint slot = hash & (self->n_slots - 1);

  while (self->slots[slot] != EMPTY
         && g_array_index (self->recent, Key, self->slots[slot]).hash != (gint64) hash)
    slot = (slot + 1) & (self->n_slots - 1);
  self->slots[slot] = index;
}

static void
rebuild (HwKeys *self, guint n_slots)
{
  if (n_slots != self->n_slots)
    {
      self->slots = g_renew (guint32, self->slots, n_slots);
      self->n_slots = n_slots;
    }
  memset (self->slots, 0xff, n_slots * sizeof *self->slots);
  for (guint i = 0; i < self->recent->len; i++)
    put (self, i);
}

/**
 * hw_keys_new:
 * @seed: a secret number of this database, so that nobody can choose hashes
 *
 * Returns: (transfer full): the keys, none yet
 */
HwKeys *
hw_keys_new (guint64 seed)
{
  HwKeys *self = g_new0 (HwKeys, 1);

  self->seed = seed;
  self->recent = g_array_new (FALSE, FALSE, sizeof (Key));
  rebuild (self, 256);
  return self;
}

/**
 * hw_keys_free:
 * @self: (transfer full): the keys
 */
void
hw_keys_free (HwKeys *self)
{
  g_array_unref (self->recent);
  g_free (self->slots);
  g_free (self);
}

/**
 * hw_keys_load:
 * @self: the keys
 * @db: the writer's connection
 * @now: milliseconds since 1970 UTC
 * @error: what failed
 *
 * At the start: finds the keys that were only in memory.
 *
 * Returns: whether nothing failed
 */
gboolean
hw_keys_load (HwKeys *self, HwDb *db, gint64 now, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *statement;

  if (!hw_db_get_int (db, &self->written, error, "SELECT value FROM meta WHERE name = 'keyed'", ""))
    return FALSE;
  statement = hw_db_query (db, error,
                           "SELECT id, log, at, author, key FROM entries"
                           " WHERE id > ? AND key IS NOT NULL AND at > ?",
                           "ii", self->written, now - HW_KEY_LIFETIME);
  if (!statement)
    return FALSE;
  while (hw_db_step (db, statement, &problem))
    {
      g_autofree char *folded = hw_name_fold (hw_db_get_text (statement, 3));
      gint64 hash = hw_keys_hash (self, sqlite3_column_int64 (statement, 1), folded,
                                  hw_db_get_text (statement, 4));

      hw_keys_add (self, hash, sqlite3_column_int64 (statement, 0),
                   sqlite3_column_int64 (statement, 2));
    }
  hw_keys_committed (self);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/* FNV-1a over the bytes, the final NUL included, then mixed. */
static guint64
add_bytes (guint64 hash, const void *bytes, gsize length)
{
  const guint8 *byte = bytes;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ byte[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

/**
 * hw_keys_hash:
 * @self: the keys
 * @log: id of the log
 * @folded: the author's folded name
 * @key: the author's key
 *
 * Returns: what they are found by
 */
gint64
hw_keys_hash (HwKeys *self, gint64 log, const char *folded, const char *key)
{
  guint64 hash = self->seed ^ G_GUINT64_CONSTANT (0xcbf29ce484222325);

  hash = add_bytes (hash, &log, sizeof log);
  hash = add_bytes (hash, folded, strlen (folded) + 1);
  hash = add_bytes (hash, key, strlen (key) + 1);
  hash = (hash ^ (hash >> 33)) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  hash = (hash ^ (hash >> 33)) * G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);
  return (gint64) (hash ^ (hash >> 33));
}

/**
 * hw_keys_find:
 * @self: the keys
 * @db: the writer's connection
 * @hash: of log, author and key
 * @entry: (out): id of the entry that has this hash, 0 if none has
 * @error: what failed
 *
 * Returns: whether nothing failed
 */
gboolean
hw_keys_find (HwKeys *self, HwDb *db, gint64 hash, gint64 *entry, GError **error)
{
  guint slot = (guint64) hash & (self->n_slots - 1);

  *entry = 0;
  for (; self->slots[slot] != EMPTY; slot = (slot + 1) & (self->n_slots - 1))
    {
      Key *key = &g_array_index (self->recent, Key, self->slots[slot]);

      if (key->hash == hash)
        {
          *entry = key->entry;
          return TRUE;
        }
    }
  return hw_db_get_int (db, entry, error, "SELECT entry FROM keys WHERE hash = ?", "i", hash);
}

/**
 * hw_keys_add:
 * @self: the keys
 * @hash: of log, author and key
 * @entry: id of the entry
 * @at: its time
 *
 * Notes a key of the open transaction.
 */
void
hw_keys_add (HwKeys *self, gint64 hash, gint64 entry, gint64 at)
{
  Key key = { hash, entry, at };

  g_array_append_val (self->recent, key);
  if (self->recent->len * 2 > self->n_slots)
    rebuild (self, self->n_slots * 2);
  else
    put (self, self->recent->len - 1);
}

static int
compare_keys (const void *a, const void *b)
{
  gint64 one = ((const Key *) a)->hash, other = ((const Key *) b)->hash;

  return (one > other) - (one < other);
}

static gboolean
write_recent (HwKeys *self, HwDb *db, GError **error)
{
  g_autofree Key *keys = g_memdup2 (self->recent->data, self->recent->len * sizeof *keys);
  sqlite3_stmt *statement;

  qsort (keys, self->recent->len, sizeof *keys, compare_keys);
  statement
      = hw_db_prepare (db, "INSERT OR REPLACE INTO keys (hash, entry, at) VALUES (?, ?, ?)", error);
  if (!statement)
    return FALSE;
  for (guint i = 0; i < self->recent->len; i++)
    {
      sqlite3_bind_int64 (statement, 1, keys[i].hash);
      sqlite3_bind_int64 (statement, 2, keys[i].entry);
      sqlite3_bind_int64 (statement, 3, keys[i].at);
      if (!hw_db_finish (db, statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
prune (HwKeys *self, HwDb *db, gint64 now, GError **error)
{
  guint64 width = G_GUINT64_CONSTANT (1) << (64 - SLICE_BITS);
  guint64 first = (guint64) G_MININT64 + self->slice * width;

  self->slice = (self->slice + 1) % (1 << SLICE_BITS);
  return hw_db_run (db, error, "DELETE FROM keys WHERE hash BETWEEN ? AND ? AND at < ?", "iii",
                    (gint64) first, (gint64) (first + width - 1), now - HW_KEY_LIFETIME);
}

/**
 * hw_keys_before_commit:
 * @self: the keys
 * @db: the writer's connection
 * @last_entry: id of the last entry of the transaction
 * @now: milliseconds since 1970 UTC
 * @error: what failed
 *
 * Writes the table when it is time to.
 *
 * Returns: whether nothing failed
 */
gboolean
hw_keys_before_commit (HwKeys *self, HwDb *db, gint64 last_entry, gint64 now, GError **error)
{
  if (self->recent->len < RECENT_MAX && last_entry - self->written < ENTRIES_MAX)
    return TRUE;
  self->writing = last_entry;
  return write_recent (self, db, error) && prune (self, db, now, error)
         && hw_db_run (db, error, "INSERT OR REPLACE INTO meta (name, value) VALUES ('keyed', ?)",
                       "i", last_entry);
}

/**
 * hw_keys_committed:
 * @self: the keys
 *
 * The open transaction is on disk.
 */
void
hw_keys_committed (HwKeys *self)
{
  if (self->writing > 0)
    {
      self->written = self->writing;
      self->writing = 0;
      g_array_set_size (self->recent, 0);
      rebuild (self, self->n_slots);
    }
  self->n_committed = self->recent->len;
}

/**
 * hw_keys_rolled_back:
 * @self: the keys
 *
 * The open transaction failed: what it added is forgotten.
 */
void
hw_keys_rolled_back (HwKeys *self)
{
  self->writing = 0;
  g_array_set_size (self->recent, self->n_committed);
  rebuild (self, self->n_slots);
}
