/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys make messages idempotent, over crashes too. Client keys are random: an index of all of them
 * would be changed at another place by every message, which costs more than the entries themselves.
 * So they are kept as a log-structured merge tree does it, but without merging, for after a day
 * they are gone. The newest are in memory only, and after a crash are found again by reading the
 * newest entries. Some thousands at a time go to disk as a run, sorted, written at once at the
 * table's end. A filter of each run in memory says, almost always rightly, that a key is not in it.
 */

#include "store-keys.h"

#include "protocol/name.h"

#include <stdlib.h>
#include <string.h>

/* Keys in memory, and entries since the last run, at which a run is written: the first bounds
 * memory and the pause, the second what is read at the start. */
#define RECENT_MAX  8192
#define ENTRIES_MAX 32768

/* A filter is made of blocks of one cache line; a key sets FILTER_BITS bits of one block. 16 bits a
 * key make one lookup in a thousand go to the disk in vain. */
#define FILTER_BLOCKS 256
#define FILTER_BITS   6
#define FILTER_SIZE   (FILTER_BLOCKS * 64)

#define EMPTY G_MAXUINT32

typedef struct
{
  gint64 hash;
  gint64 entry;
} Key;

typedef struct
{
  gint64 run;
  gint64 at; /* when it was written */
  guint64 filter[FILTER_BLOCKS][8];
} Run;

struct _HwKeys
{
  guint64 seed;
  GArray *recent;    /* Key: those that are in no run */
  guint n_committed; /* of recent; what follows belongs to the open transaction */
  guint32 *slots;    /* index into recent, found by linear probing */
  guint n_slots;     /* a power of two */
  GPtrArray *runs;   /* Run, oldest first */
  gint64 written;    /* id of the last entry whose key is in a run */

  /* Of the open transaction */
  gint64 writing; /* what written will be, 0 if it stays */
  Run *new_run;   /* (nullable) */
  guint n_pruned; /* runs at the beginning that were deleted */
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

/* The low bits choose the block, the others, nine at a time, the bits in it. */
static guint64 *
get_block (Run *run, guint64 hash)
{
  return run->filter[hash % FILTER_BLOCKS];
}

static void
filter_add (Run *run, guint64 hash)
{
  guint64 *block = get_block (run, hash);

  hash >>= 8;
  for (int i = 0; i < FILTER_BITS; i++, hash >>= 9)
    block[hash >> 6 & 7] |= G_GUINT64_CONSTANT (1) << (hash & 63);
}

static gboolean
filter_has (Run *run, guint64 hash)
{
  guint64 *block = get_block (run, hash);

  hash >>= 8;
  for (int i = 0; i < FILTER_BITS; i++, hash >>= 9)
    if (!(block[hash >> 6 & 7] & G_GUINT64_CONSTANT (1) << (hash & 63)))
      return FALSE;
  return TRUE;
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
  self->runs = g_ptr_array_new_with_free_func (g_free);
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
  g_ptr_array_unref (self->runs);
  g_free (self->new_run);
  g_free (self->slots);
  g_free (self);
}

static gboolean
load_runs (HwKeys *self, HwDb *db, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row
      = hw_db_query (db, error, "SELECT run, at, filter FROM key_runs ORDER BY run", "");

  if (!row)
    return FALSE;
  while (hw_db_step (db, row, &problem))
    {
      Run *run = g_new (Run, 1);
      gboolean known = sqlite3_column_bytes (row, 2) == FILTER_SIZE;

      run->run = sqlite3_column_int64 (row, 0);
      run->at = sqlite3_column_int64 (row, 1);
      /* A filter that cannot be read lets everything through. */
      if (known)
        memcpy (run->filter, sqlite3_column_blob (row, 2), FILTER_SIZE);
      else
        memset (run->filter, 0xff, FILTER_SIZE);
      g_ptr_array_add (self->runs, run);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/* From the newest entry back to those that are too old, or in a run. */
static gboolean
load_recent (HwKeys *self, HwDb *db, gint64 now, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *row
      = hw_db_query (db, error,
                     "SELECT at, key, id, log, author FROM entries WHERE id > ? ORDER BY id DESC",
                     "i", self->written);

  if (!row)
    return FALSE;
  while (hw_db_step (db, row, &problem) && sqlite3_column_int64 (row, 0) > now - HW_KEY_LIFETIME)
    {
      const char *key = hw_db_get_text (row, 1);

      if (*key)
        {
          g_autofree char *folded = hw_name_fold (hw_db_get_text (row, 4));

          hw_keys_add (self, hw_keys_hash (self, sqlite3_column_int64 (row, 3), folded, key),
                       sqlite3_column_int64 (row, 2));
        }
    }
  sqlite3_reset (row);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/**
 * hw_keys_load:
 * @self: the keys
 * @db: the writer's connection
 * @now: milliseconds since 1970 UTC
 * @error: what failed
 *
 * At the start: gets the runs, and finds the keys that were only in memory.
 *
 * Returns: whether nothing failed
 */
gboolean
hw_keys_load (HwKeys *self, HwDb *db, gint64 now, GError **error)
{
  if (!hw_db_get_int (db, &self->written, error, "SELECT value FROM meta WHERE name = 'keyed'", "")
      || !load_runs (self, db, error) || !load_recent (self, db, now, error))
    return FALSE;
  hw_keys_committed (self);
  return TRUE;
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
 * @entry: (out): id of the newest entry that has this hash, 0 if none has
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
  for (guint i = self->runs->len; i > 0 && *entry == 0; i--)
    {
      Run *run = g_ptr_array_index (self->runs, i - 1);

      if (filter_has (run, hash)
          && !hw_db_get_int (db, entry, error, "SELECT entry FROM keys WHERE run = ? AND hash = ?",
                             "ii", run->run, hash))
        return FALSE;
    }
  return TRUE;
}

/**
 * hw_keys_add:
 * @self: the keys
 * @hash: of log, author and key
 * @entry: id of the entry
 *
 * Notes a key of the open transaction.
 */
void
hw_keys_add (HwKeys *self, gint64 hash, gint64 entry)
{
  Key key = { hash, entry };

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
write_filter (HwDb *db, Run *run, GError **error)
{
  sqlite3_stmt *statement
      = hw_db_prepare (db, "INSERT INTO key_runs (run, at, filter) VALUES (?, ?, ?)", error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run->run);
  sqlite3_bind_int64 (statement, 2, run->at);
  sqlite3_bind_blob (statement, 3, run->filter, FILTER_SIZE, SQLITE_STATIC);
  return hw_db_finish (db, statement, error);
}

/* Beginning and ending a statement costs more than putting a key there: one of so many keys does it
 * once for all of them. */
#define KEYS 16

#define INSERT "INSERT OR REPLACE INTO keys (run, hash, entry) VALUES "
#define KEY    "(?1, ?, ?)"

static const char insert_one[] = INSERT KEY;
static const char insert_many[]
    = INSERT KEY "," KEY "," KEY "," KEY "," KEY "," KEY "," KEY "," KEY "," KEY "," KEY "," KEY
                 "," KEY "," KEY "," KEY "," KEY "," KEY;

static gboolean
write_keys (HwDb *db, gint64 run, const Key *keys, guint n, GError **error)
{
  sqlite3_stmt *statement = hw_db_prepare (db, n == KEYS ? insert_many : insert_one, error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  for (guint i = 0; i < n; i++)
    {
      sqlite3_bind_int64 (statement, 2 * i + 2, keys[i].hash);
      sqlite3_bind_int64 (statement, 2 * i + 3, keys[i].entry);
    }
  return hw_db_finish (db, statement, error);
}

static gboolean
write_run (HwKeys *self, HwDb *db, gint64 now, GError **error)
{
  guint n = self->recent->len;
  g_autofree Key *keys = g_memdup2 (self->recent->data, n * sizeof *keys);
  Run *last = self->runs->len > 0 ? g_ptr_array_index (self->runs, self->runs->len - 1) : NULL;
  Run *run = self->new_run = g_new0 (Run, 1);

  run->run = last ? last->run + 1 : 1;
  run->at = now;
  qsort (keys, n, sizeof *keys, compare_keys);
  for (guint i = 0; i < n; i++)
    filter_add (run, keys[i].hash);
  for (guint i = 0, step; i < n; i += step)
    {
      step = n - i < KEYS ? 1 : KEYS;
      if (!write_keys (db, run->run, keys + i, step, error))
        return FALSE;
    }
  return write_filter (db, run, error);
}

/* Deletes at most two old runs, so that even after a day's rest nobody waits long: they become
 * fewer all the same. */
static gboolean
prune (HwKeys *self, HwDb *db, gint64 now, GError **error)
{
  while (self->n_pruned < MIN (2, self->runs->len))
    {
      Run *run = g_ptr_array_index (self->runs, self->n_pruned);

      if (run->at > now - HW_KEY_LIFETIME)
        break;
      if (!hw_db_run (db, error, "DELETE FROM keys WHERE run = ?", "i", run->run)
          || !hw_db_run (db, error, "DELETE FROM key_runs WHERE run = ?", "i", run->run))
        return FALSE;
      self->n_pruned++;
    }
  return TRUE;
}

/**
 * hw_keys_before_commit:
 * @self: the keys
 * @db: the writer's connection
 * @last_entry: id of the last entry of the transaction
 * @now: milliseconds since 1970 UTC
 * @error: what failed
 *
 * Writes a run when it is time to.
 *
 * Returns: whether nothing failed
 */
gboolean
hw_keys_before_commit (HwKeys *self, HwDb *db, gint64 last_entry, gint64 now, GError **error)
{
  if (self->recent->len < RECENT_MAX && last_entry - self->written < ENTRIES_MAX)
    return TRUE;
  self->writing = last_entry;
  return (self->recent->len == 0 || write_run (self, db, now, error))
         && prune (self, db, now, error)
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
      if (self->n_pruned > 0)
        g_ptr_array_remove_range (self->runs, 0, self->n_pruned);
      if (self->new_run)
        g_ptr_array_add (self->runs, g_steal_pointer (&self->new_run));
      self->written = self->writing;
      self->writing = 0;
      self->n_pruned = 0;
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
  g_clear_pointer (&self->new_run, g_free);
  self->writing = 0;
  self->n_pruned = 0;
  g_array_set_size (self->recent, self->n_committed);
  rebuild (self, self->n_slots);
}
