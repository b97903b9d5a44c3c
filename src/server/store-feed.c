/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Feeds the index. A batch is read once, in the order of commits, put into the order of logs, which
 * is the order in which FTS5 takes rows best and in which counters change least often, and written
 * log by log. */

#include "store-feed.h"

#include "log-entry.h"

#include "protocol/error.h"
#include "protocol/name.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of texts at which a batch ends, however few its entries. */
#define TEXTS_MAX (4 * 1024 * 1024)

/* Bytes of texts for which memory is kept from one batch to the next. */
#define TEXTS_KEPT (256 * 1024)

/* Authors that are remembered between batches. */
#define AUTHORS_MAX 4096

/* Entries of which one has a mark, that says how many messages there are up to it. */
#define MARK_INTERVAL 16

#define HOUR (60 * 60 * G_GINT64_CONSTANT (1000))

typedef struct
{
  char *folded;
  char *tags[HW_ENTRY_CLOSED + 1]; /* by kind; NULL: not asked for yet */
} Author;

typedef struct
{
  gint64 log;
  gint64 seq;
  gint64 at;
  int kind;
  gsize text; /* where it is among the texts */
  gsize length;
  Author *author;
} Row;

/* Entries of one kind by one author in the log at hand. */
typedef struct
{
  const char *folded;
  int kind;
  gint64 n;
} Tally;

/* Entries of one kind in the log at hand. */
typedef struct
{
  int kind;
  gint64 n;
  gint64 people;
  gint64 last_at;
} Total;

struct _HwFeed
{
  HwDb *db;
  GHashTable *authors; /* name as it was written → Author */
  GArray *rows;
  GString *texts;
  GArray *tallies;
  GHashTable *tally_of; /* Tally → its index in tallies + 1; the keys are copies */
  GArray *totals;
};

static void
author_free (gpointer data)
{
  Author *self = data;

  g_free (self->folded);
  for (guint i = 0; i < G_N_ELEMENTS (self->tags); i++)
    g_free (self->tags[i]);
  g_free (self);
}

static guint
tally_hash (gconstpointer data)
{
  const Tally *tally = data;

  return g_str_hash (tally->folded) * 33 + tally->kind;
}

static gboolean
tally_equal (gconstpointer a, gconstpointer b)
{
  const Tally *one = a, *other = b;

  return one->kind == other->kind && g_str_equal (one->folded, other->folded);
}

/**
 * hw_feed_new:
 * @db: (transfer none): the index, the database attached as "log"
 *
 * Returns: (transfer full): what feeds it
 */
HwFeed *
hw_feed_new (HwDb *db)
{
  HwFeed *self = g_new0 (HwFeed, 1);

  self->db = db;
  self->authors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, author_free);
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->texts = g_string_new (NULL);
  self->tallies = g_array_new (FALSE, FALSE, sizeof (Tally));
  self->tally_of = g_hash_table_new_full (tally_hash, tally_equal, g_free, NULL);
  self->totals = g_array_new (FALSE, FALSE, sizeof (Total));
  return self;
}

/**
 * hw_feed_free:
 * @self: (transfer full): what feeds an index
 */
void
hw_feed_free (HwFeed *self)
{
  g_hash_table_unref (self->authors);
  g_array_unref (self->rows);
  g_string_free (self->texts, TRUE);
  g_array_unref (self->tallies);
  g_hash_table_unref (self->tally_of);
  g_array_unref (self->totals);
  g_free (self);
}

/**
 * hw_feed_dup_author_tag:
 * @folded: a folded name
 *
 * Returns: (transfer full): the tag of entries by @folded: one word, whatever is in the name
 */
char *
hw_feed_dup_author_tag (const char *folded)
{
  static const char digits[] = "0123456789abcdef";
  gsize length = strlen (folded);
  char *tag = g_malloc (2 * length + 2);

  tag[0] = 'a';
  for (gsize i = 0; i < length; i++)
    {
      tag[2 * i + 1] = digits[(guchar) folded[i] >> 4];
      tag[2 * i + 2] = digits[(guchar) folded[i] & 15];
    }
  tag[2 * length + 1] = '\0';
  return tag;
}

static Author *
get_author (HwFeed *self, const char *name)
{
  Author *author = g_hash_table_lookup (self->authors, name ? name : "");

  if (author)
    return author;
  author = g_new0 (Author, 1);
  name = name ? name : "";
  author->folded = hw_name_fold (g_utf8_validate (name, -1, NULL) ? name : "\357\277\275");
  g_hash_table_insert (self->authors, g_strdup (name), author);
  return author;
}

static void
take_row (HwFeed *self, sqlite3_stmt *statement)
{
  /* What is not UTF-8, on a damaged page, has no words */
  const char *text = (const char *) sqlite3_column_text (statement, 5);
  Row row = { sqlite3_column_int64 (statement, 1),
              sqlite3_column_int64 (statement, 2),
              sqlite3_column_int64 (statement, 3),
              sqlite3_column_int (statement, 4),
              self->texts->len,
              text ? sqlite3_column_bytes (statement, 5) : 0,
              get_author (self, (const char *) sqlite3_column_text (statement, 6)) };

  g_string_append_len (self->texts, text, row.length);
  g_array_append_val (self->rows, row);
}

/* @last: (inout): id of the last entry to read, then of the last that was read. */
static gboolean
read_rows (HwFeed *self, gint64 first, gint64 *last, GError **error)
{
  GError *problem = NULL;
  sqlite3_stmt *statement
      = hw_db_query (self->db, error,
                     "SELECT id, log, seq, at, kind, text, author FROM log.entries NOT INDEXED"
                     " WHERE id BETWEEN ? AND ? ORDER BY id",
                     "ii", first, *last);

  if (!statement)
    return FALSE;
  while (hw_db_step (self->db, statement, &problem))
    {
      take_row (self, statement);
      if (self->texts->len >= TEXTS_MAX)
        {
          *last = sqlite3_column_int64 (statement, 0);
          break;
        }
    }
  sqlite3_reset (statement);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static int
compare_rows (const void *a, const void *b)
{
  const Row *one = a, *other = b;

  if (one->log != other->log)
    return one->log < other->log ? -1 : 1;
  return (one->seq > other->seq) - (one->seq < other->seq);
}

static void
sort_rows (HwFeed *self)
{
  Row *rows = (Row *) self->rows->data;

  /* In a place with one busy room they are in order */
  for (guint i = 1; i < self->rows->len; i++)
    if (compare_rows (&rows[i - 1], &rows[i]) > 0)
      {
        qsort (rows, self->rows->len, sizeof *rows, compare_rows);
        return;
      }
}

/* What an entry is found by beside its words: "k4 a616e61". Kinds that there are not are one. */
static const char *
get_tags (Author *author, int kind)
{
  int known = kind > 0 && kind <= HW_ENTRY_CLOSED ? kind : HW_ENTRY_UNKNOWN;
  g_autofree char *tag = NULL;

  if (!author->tags[known])
    {
      tag = hw_feed_dup_author_tag (author->folded);
      author->tags[known] = g_strdup_printf ("k%d %s", known, tag);
    }
  return author->tags[known];
}

/* One row a statement: before one that makes several FTS5 writes down all that it has in memory. */
static gboolean
add_words (HwFeed *self, const Row *rows, guint n_rows, GError **error)
{
  sqlite3_stmt *insert
      = hw_db_prepare (self->db, "INSERT INTO words (rowid, text, tags) VALUES (?, ?, ?)", error);

  if (!insert)
    return FALSE;
  for (guint i = 0; i < n_rows; i++)
    {
      sqlite3_bind_int64 (insert, 1, HW_WORDS_ROW (rows[i].log, rows[i].seq));
      sqlite3_bind_text (insert, 2, self->texts->str + rows[i].text, rows[i].length, SQLITE_STATIC);
      sqlite3_bind_text (insert, 3, get_tags (rows[i].author, rows[i].kind), -1, SQLITE_STATIC);
      if (!hw_db_finish (self->db, insert, error))
        return FALSE;
    }
  return TRUE;
}

static void
count_row (HwFeed *self, const Row *row)
{
  Tally wanted = { row->author->folded, row->kind, 1 };
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (self->tally_of, &wanted));
  guint i = 0;

  if (at > 0)
    {
      g_array_index (self->tallies, Tally, at - 1).n++;
    }
  else
    {
      g_array_append_val (self->tallies, wanted);
      g_hash_table_insert (self->tally_of, g_memdup2 (&wanted, sizeof wanted),
                           GUINT_TO_POINTER (self->tallies->len));
    }

  while (i < self->totals->len && g_array_index (self->totals, Total, i).kind != row->kind)
    i++;
  if (i == self->totals->len)
    {
      Total total = { row->kind, 0, 0, row->at };

      g_array_append_val (self->totals, total);
    }
  g_array_index (self->totals, Total, i).n++;
  g_array_index (self->totals, Total, i).last_at = row->at;
}

static gboolean
add_to_hour (HwFeed *self, gint64 log, gint64 at, gint64 n, GError **error)
{
  return n == 0
         || hw_db_run (self->db, error,
                       "INSERT INTO hours (log, at, n) VALUES (?, ?, ?)"
                       " ON CONFLICT (log, at) DO UPDATE SET n = n + excluded.n",
                       "iii", log, at, n);
}

/* Marks and hours of the log at hand. */
static gboolean
add_times (HwFeed *self, const Row *rows, guint n_rows, GError **error)
{
  gint64 log = rows[0].log, n_messages = 0, hour = 0, n_in_hour = 0;

  if (!hw_db_get_int (self->db, &n_messages, error,
                      "SELECT n FROM totals WHERE log = ? AND kind = 4", "i", log))
    return FALSE;
  for (guint i = 0; i < n_rows; i++)
    {
      const Row *row = &rows[i];

      if (row->kind == HW_ENTRY_MESSAGE)
        {
          gint64 in_hour = row->at - row->at % HOUR;

          if (in_hour != hour && !add_to_hour (self, log, hour, n_in_hour, error))
            return FALSE;
          n_in_hour = in_hour == hour ? n_in_hour + 1 : 1;
          hour = in_hour;
          n_messages++;
        }
      if (row->seq % MARK_INTERVAL == 0
          && !hw_db_run (self->db, error, "INSERT INTO marks (log, at, seq, n) VALUES (?, ?, ?, ?)",
                         "iiii", log, row->at, row->seq, n_messages))
        return FALSE;
    }
  return add_to_hour (self, log, hour, n_in_hour, error);
}

/* Who is new to a kind of entry counts in its total. */
static gboolean
add_tally (HwFeed *self, gint64 log, const Tally *tally, GError **error)
{
  if (!hw_db_run (self->db, error,
                  "UPDATE tallies SET n = n + ? WHERE log = ? AND author = ? AND kind = ?", "iisi",
                  tally->n, log, tally->folded, (gint64) tally->kind))
    return FALSE;
  if (sqlite3_changes (hw_db_get_handle (self->db)) > 0)
    return TRUE;
  for (guint i = 0; i < self->totals->len; i++)
    if (g_array_index (self->totals, Total, i).kind == tally->kind)
      g_array_index (self->totals, Total, i).people++;
  return hw_db_run (self->db, error,
                    "INSERT INTO tallies (log, author, kind, n) VALUES (?, ?, ?, ?)", "isii", log,
                    tally->folded, (gint64) tally->kind, tally->n);
}

static gboolean
add_counts (HwFeed *self, gint64 log, GError **error)
{
  for (guint i = 0; i < self->tallies->len; i++)
    if (!add_tally (self, log, &g_array_index (self->tallies, Tally, i), error))
      return FALSE;
  for (guint i = 0; i < self->totals->len; i++)
    {
      const Total *total = &g_array_index (self->totals, Total, i);

      if (!hw_db_run (self->db, error,
                      "INSERT INTO totals (log, kind, n, people, last_at) VALUES (?, ?, ?, ?, ?)"
                      " ON CONFLICT (log, kind) DO UPDATE SET n = n + excluded.n,"
                      "  people = people + excluded.people,"
                      "  last_at = max (last_at, excluded.last_at)",
                      "iiiii", log, (gint64) total->kind, total->n, total->people, total->last_at))
        return FALSE;
    }
  return TRUE;
}

static gboolean
feed_log (HwFeed *self, const Row *rows, guint n_rows, GError **error)
{
  g_array_set_size (self->tallies, 0);
  g_hash_table_remove_all (self->tally_of);
  g_array_set_size (self->totals, 0);
  for (guint i = 0; i < n_rows; i++)
    count_row (self, &rows[i]);
  return add_words (self, rows, n_rows, error) && add_times (self, rows, n_rows, error)
         && add_counts (self, rows[0].log, error);
}

static gboolean
feed_rows (HwFeed *self, GError **error)
{
  const Row *rows = (const Row *) self->rows->data;
  guint n_rows = self->rows->len, start = 0;

  for (guint i = 1; i <= n_rows; i++)
    if (i == n_rows || rows[i].log != rows[start].log)
      {
        if (!feed_log (self, rows + start, i - start, error))
          return FALSE;
        start = i;
      }
  return TRUE;
}

/* The database is read before the transaction, and not within it: who has read something in a
 * transaction keeps the write-ahead log from beginning anew. And the transaction is not IMMEDIATE,
 * which would be one of the database, too, and keep the storage thread waiting. */
static gboolean
feed_batch (HwFeed *self, gint64 first, gint64 *last, GError **error)
{
  Row newest;

  if (!read_rows (self, first, last, error))
    return FALSE;
  if (self->rows->len == 0)
    {
      hw_error_set (error, HW_ERROR_STORAGE, NULL, "The newest entries cannot be found.");
      return FALSE;
    }
  newest = g_array_index (self->rows, Row, self->rows->len - 1);
  sort_rows (self);
  return hw_db_run (self->db, error, "BEGIN", "") && feed_rows (self, error)
         && hw_db_run (self->db, error, "UPDATE state SET indexed = ?, log = ?, seq = ?, at = ?",
                       "iiii", *last, newest.log, newest.seq, newest.at)
         && hw_db_run (self->db, error, "COMMIT", "");
}

/* The memory of a large batch goes back: most are small. */
static void
forget_batch (HwFeed *self)
{
  g_array_set_size (self->rows, 0);
  g_string_truncate (self->texts, 0);
  if (self->texts->allocated_len > TEXTS_KEPT)
    {
      g_array_unref (self->rows);
      self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
      g_string_free (self->texts, TRUE);
      self->texts = g_string_new (NULL);
    }
  if (g_hash_table_size (self->authors) > AUTHORS_MAX)
    g_hash_table_remove_all (self->authors);
}

/**
 * hw_feed_batch:
 * @self: what feeds an index
 * @first: id of the first entry that it does not know
 * @last: (inout): id of the last one to feed; then of the last one that was
 * @error: what failed: then a transaction may be open
 *
 * Feeds a batch, in one transaction.
 *
 * Returns: whether the index has it
 */
gboolean
hw_feed_batch (HwFeed *self, gint64 first, gint64 *last, GError **error)
{
  gboolean fed = feed_batch (self, first, last, error);

  forget_batch (self);
  return fed;
}
