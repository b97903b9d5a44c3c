/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading pages of a log. Without a filter a page is a range of numbers. With one, the index
 * answers for the entries that it knows, and the few newest that it does not know yet are looked at
 * one by one. Runs on a reader. */

#include "store-page.h"

#include "store-private.h"

#include "protocol/error.h"

/* Entries between two looks whether the reader is stopped. */
#define CHECK_INTERVAL 1024

/* Entries that are looked at one by one before the index is asked for very much. */
#define WIDE_RANGE 10000

typedef struct
{
  HwJob job;
  HwLogQuery query;
  char *author;
  char *find;
  HwStoreRead callback;
  gpointer user_data;

  /* On the reader */
  HwReader *reader;
  HwDb *db;
  char *folded;     /* of the author, NULL: any */
  HwSearch *search; /* NULL: any text */
  guint64 tail;     /* the first number that the index does not know */
  HwLogPage page;
} ReadJob;

#define COLUMNS "e.seq, e.at, e.kind, e.reason, e.author, e.text, e.other, e.key"

static const char scan_forward[]
    = "SELECT " COLUMNS " FROM main.entries e"
      " WHERE e.log = ? AND e.seq BETWEEN ? AND ? AND (1 << e.kind) & ? ORDER BY e.seq";
static const char scan_backward[]
    = "SELECT " COLUMNS " FROM main.entries e"
      " WHERE e.log = ? AND e.seq BETWEEN ? AND ? AND (1 << e.kind) & ? ORDER BY e.seq DESC";
static const char index_forward[]
    = "SELECT " COLUMNS " FROM search.words w CROSS JOIN main.entries e ON e.id = w.rowid"
      " WHERE w.words MATCH ? AND w.rowid BETWEEN ? AND ? ORDER BY w.rowid";
static const char index_backward[]
    = "SELECT " COLUMNS " FROM search.words w CROSS JOIN main.entries e ON e.id = w.rowid"
      " WHERE w.words MATCH ? AND w.rowid BETWEEN ? AND ? ORDER BY w.rowid DESC";

/* The least number of which @column, by @sql, is at least @value; @last + 1 if there is none. */
static gboolean
halve (
    HwDb *db, const char *sql, gint64 log, guint64 last, gint64 value, guint64 *seq, GError **error)
{
  guint64 low = 1, high = last + 1;
  guint64 middle = last; /* first, for the index mostly knows all */

  for (; low < high; middle = low + (high - low) / 2)
    {
      gint64 found = 0;

      if (!hw_db_get_int (db, &found, error, sql, "ii", log, (gint64) middle))
        return FALSE;
      if (found >= value)
        high = middle;
      else
        low = middle + 1;
    }
  *seq = low;
  return TRUE;
}

/**
 * hw_log_find_last:
 * @reader: a reader
 * @log: id of a log
 * @last: (out): its last number
 * @error: HW_ERROR_NO_SUCH_LOG, or what failed
 *
 * Returns: whether there is such a log
 */
gboolean
hw_log_find_last (HwReader *reader, gint64 log, guint64 *last, GError **error)
{
  HwDb *db = hw_reader_get_db (reader);
  gint64 exists = 0, found = 0;

  if (!hw_db_get_int (db, &exists, error, "SELECT 1 FROM main.logs WHERE id = ?", "i", log)
      || !hw_db_get_int (db, &found, error, "SELECT max (seq) FROM main.entries WHERE log = ?", "i",
                         log))
    return FALSE;
  *last = found;
  if (!exists)
    hw_error_set (error, HW_ERROR_NO_SUCH_LOG, "log", "There is no such log.");
  return exists;
}

/**
 * hw_log_find_time:
 * @reader: a reader
 * @log: id of a log
 * @last: its last number
 * @at: a time
 * @seq: (out): the first entry that is not before @at, @last + 1 if all are
 * @error: what failed
 *
 * Returns: whether nothing failed
 */
gboolean
hw_log_find_time (
    HwReader *reader, gint64 log, guint64 last, gint64 at, guint64 *seq, GError **error)
{
  return halve (hw_reader_get_db (reader), "SELECT at FROM main.entries WHERE log = ? AND seq = ?",
                log, last, at, seq, error);
}

/**
 * hw_log_find_id:
 * @reader: a reader
 * @log: id of a log
 * @last: its last number
 * @id: an id of entries
 * @seq: (out): the first entry whose id is not less, @last + 1 if all are
 * @error: what failed
 *
 * Returns: whether nothing failed
 */
gboolean
hw_log_find_id (HwReader *reader, gint64 log, guint64 last, gint64 id, guint64 *seq, GError **error)
{
  return halve (hw_reader_get_db (reader), "SELECT id FROM main.entries WHERE log = ? AND seq = ?",
                log, last, id, seq, error);
}

static HwLogEntry *
entry_from_row (gint64 log, sqlite3_stmt *row)
{
  HwEntryKind kind = sqlite3_column_int (row, 2);
  const char *other = hw_db_get_text (row, 6);
  HwLogEntry *entry
      = hw_log_entry_new (log, kind, sqlite3_column_int (row, 3), hw_db_get_text (row, 4),
                          hw_db_get_text (row, 5), kind == HW_ENTRY_RENAMED ? other : NULL,
                          kind == HW_ENTRY_RENAMED ? NULL : other, hw_db_get_text (row, 7));

  entry->seq = sqlite3_column_int64 (row, 0);
  entry->at = sqlite3_column_int64 (row, 1);
  return entry;
}

static gboolean
row_matches (ReadJob *self, sqlite3_stmt *row)
{
  return (!self->folded
          || g_str_equal (hw_reader_fold (self->reader, hw_db_get_text (row, 4)), self->folded))
         && (!self->search || hw_search_matches (self->search, hw_db_get_text (row, 5)));
}

static guint
get_kinds (ReadJob *self)
{
  return self->query.kinds ? self->query.kinds : G_MAXUINT32;
}

/* Looks at the entries from @low to @high one by one. @count: (nullable): only counts what matches;
 * else takes it until there are more than the page can hold. */
static gboolean
scan (ReadJob *self, gboolean forward, guint64 low, guint64 high, guint64 *count, GError **error)
{
  sqlite3_stmt *row;
  GError *problem = NULL;

  if (low > high)
    return TRUE;
  row = hw_db_query (self->db, error, forward ? scan_forward : scan_backward, "iiii",
                     self->query.log, (gint64) low, (gint64) high, (gint64) get_kinds (self));
  if (!row)
    return FALSE;
  for (guint64 i = 1; (count || self->page.entries->len <= self->query.limit)
                      && hw_db_step (self->db, row, &problem);
       i++)
    {
      if (row_matches (self, row))
        {
          if (count)
            ++*count;
          else
            g_ptr_array_add (self->page.entries, entry_from_row (self->query.log, row));
        }
      if (i % CHECK_INTERVAL == 0 && !hw_reader_check_stopped (self->reader, &problem))
        break;
    }
  sqlite3_reset (row);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static gboolean
get_id (ReadJob *self, guint64 seq, gint64 *id, GError **error)
{
  *id = 0;
  return hw_db_get_int (self->db, id, error,
                        "SELECT id FROM main.entries WHERE log = ? AND seq = ?", "ii",
                        self->query.log, (gint64) seq);
}

static char *
dup_expression (ReadJob *self)
{
  GString *expression = g_string_new (NULL);

  g_string_append_printf (expression, "tags : (\"l%" G_GINT64_FORMAT "\"", self->query.log);
  if (self->folded)
    {
      g_autofree char *tag = hw_search_dup_author_tag (self->folded);

      g_string_append_printf (expression, " AND \"%s\"", tag);
    }
  if (self->query.kinds)
    {
      const char *separator = " AND (";

      for (guint kind = 0; kind < 32; kind++)
        if (self->query.kinds & 1u << kind)
          {
            g_string_append_printf (expression, "%s\"k%u\"", separator, kind);
            separator = " OR ";
          }
      g_string_append_c (expression, ')');
    }
  g_string_append_c (expression, ')');
  if (self->search)
    {
      g_string_append (expression, " AND ");
      hw_search_append_expression (self->search, expression);
    }
  return g_string_free (expression, FALSE);
}

/* Takes what the index finds from @low to @high until there is more than the page can hold. */
static gboolean
look_up (ReadJob *self, gboolean forward, guint64 low, guint64 high, GError **error)
{
  g_autofree char *expression = NULL;
  GError *problem = NULL;
  sqlite3_stmt *row;
  gint64 first, last;

  if (low > high || self->page.entries->len > self->query.limit)
    return TRUE;
  if (!get_id (self, low, &first, error) || !get_id (self, high, &last, error))
    return FALSE;
  expression = dup_expression (self);
  row = hw_db_query (self->db, error, forward ? index_forward : index_backward, "sii", expression,
                     first, last);
  if (!row)
    return FALSE;
  while (self->page.entries->len <= self->query.limit && hw_db_step (self->db, row, &problem))
    g_ptr_array_add (self->page.entries, entry_from_row (self->query.log, row));
  sqlite3_reset (row);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/* Takes what is found among the entries that the index knows. */
static gboolean
read_indexed (ReadJob *self, gboolean forward, guint64 low, guint64 high, GError **error)
{
  guint64 split;

  if (low > high || !self->search || !hw_search_is_wide (self->search))
    return look_up (self, forward, low, high, error);
  if (forward)
    {
      split = MIN (high, low + WIDE_RANGE - 1);
      return scan (self, forward, low, split, NULL, error)
             && look_up (self, forward, split + 1, high, error);
    }
  split = high - low >= WIDE_RANGE ? high - WIDE_RANGE + 1 : low;
  return scan (self, forward, split, high, NULL, error)
         && look_up (self, forward, low, split - 1, error);
}

/* What matches among the entries that the index knows. */
static gboolean
count_indexed (ReadJob *self, guint64 *count, GError **error)
{
  gint64 kinds = get_kinds (self), n = 0;
  gboolean counted;

  if (self->search)
    {
      g_autofree char *expression = dup_expression (self);

      counted = hw_db_get_int (self->db, &n, error,
                               "SELECT count (*) FROM search.words WHERE words MATCH ?", "s",
                               expression);
    }
  else if (self->folded)
    counted = hw_db_get_int (self->db, &n, error,
                             "SELECT sum (n) FROM search.tallies"
                             " WHERE log = ? AND author = ? AND (1 << kind) & ?",
                             "isi", self->query.log, self->folded, kinds);
  else
    counted = hw_db_get_int (self->db, &n, error,
                             "SELECT sum (n) FROM search.totals WHERE log = ? AND (1 << kind) & ?",
                             "ii", self->query.log, kinds);
  *count = n;
  return counted;
}

static gboolean
read_filtered (ReadJob *self, gboolean forward, guint64 low, guint64 high, GError **error)
{
  guint64 tail = self->tail;

  if (forward)
    {
      if (!read_indexed (self, forward, low, MIN (high, tail - 1), error)
          || !scan (self, forward, MAX (low, tail), high, NULL, error))
        return FALSE;
    }
  else if (!scan (self, forward, MAX (low, tail), high, NULL, error)
           || !read_indexed (self, forward, low, MIN (high, tail - 1), error))
    return FALSE;

  self->page.more = self->page.entries->len > self->query.limit;
  if (!self->query.want_total)
    return TRUE;
  return (tail == 1 || count_indexed (self, &self->page.total, error))
         && scan (self, TRUE, tail, self->page.last, &self->page.total, error);
}

/* Every number is an entry that matches. */
static gboolean
read_plain (ReadJob *self, gboolean forward, guint64 low, guint64 high, GError **error)
{
  guint limit = self->query.limit;

  self->page.total = self->page.last;
  self->page.more = high + 1 - low > limit;
  if (self->page.more && forward)
    high = low + limit - 1;
  else if (self->page.more)
    low = high - limit + 1;
  return scan (self, forward, low, high, NULL, error);
}

static void
reverse (GPtrArray *array)
{
  for (guint i = 0, j = array->len; i + 1 < j; i++)
    {
      gpointer item = array->pdata[i];

      array->pdata[i] = array->pdata[--j];
      array->pdata[j] = item;
    }
}

/* The numbers among which the page is. */
static gboolean
find_range (ReadJob *self, guint64 *low, guint64 *high, GError **error)
{
  guint64 last = self->page.last;
  guint64 position = CLAMP (self->query.position, 0, G_MAXINT64 - 1);

  *low = 1;
  *high = last;
  switch (self->query.from)
    {
    case HW_PAGE_BEFORE:
      *high = position > 0 ? MIN (position - 1, last) : 0;
      return TRUE;
    case HW_PAGE_AFTER:
      *low = MIN (position, last) + 1;
      return TRUE;
    case HW_PAGE_AT:
      return hw_log_find_time (self->reader, self->query.log, last, self->query.position, low,
                               error);
    case HW_PAGE_NEWEST:
    default:
      return TRUE;
    }
}

static gboolean
read_page (ReadJob *self, GError **error)
{
  gboolean forward = self->query.from == HW_PAGE_AFTER || self->query.from == HW_PAGE_AT;
  gboolean filtered = self->folded || self->query.kinds || self->search;
  gboolean done = TRUE;
  guint64 low, high;

  if (!hw_log_find_last (self->reader, self->query.log, &self->page.last, error)
      || !find_range (self, &low, &high, error))
    return FALSE;
  if (self->search && hw_search_is_hopeless (self->search))
    return TRUE;
  if (filtered)
    done = hw_log_find_id (self->reader, self->query.log, self->page.last,
                           hw_reader_get_indexed (self->reader) + 1, &self->tail, error)
           && read_filtered (self, forward, low, high, error);
  else if (low <= high)
    done = read_plain (self, forward, low, high, error);
  else
    self->page.total = self->page.last;
  if (!done)
    return FALSE;

  if (self->page.entries->len > self->query.limit)
    g_ptr_array_set_size (self->page.entries, self->query.limit);
  if (!forward)
    reverse (self->page.entries);
  return TRUE;
}

/* The index is no use: everything is looked at. */
static gboolean
read_without_index (ReadJob *self, GError **error)
{
  g_ptr_array_set_size (self->page.entries, 0);
  self->page.total = 0;
  hw_reader_drop_index (self->reader);
  return read_page (self, error);
}

static gboolean
read_run (HwJob *job, gpointer worker, GError **error)
{
  ReadJob *self = (ReadJob *) job;
  g_autoptr (HwSearch) search = NULL;
  GError *problem = NULL;
  gboolean done;

  self->reader = worker;
  self->db = hw_reader_get_db (worker);
  if (self->author)
    self->folded = g_strdup (hw_reader_fold (worker, self->author));
  if (self->find && *g_strstrip (self->find))
    {
      search = hw_search_new (hw_reader_get_tokenizer (worker), self->find, error);
      if (!search)
        return FALSE;
    }
  self->search = search;
  self->page.entries = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_log_entry_unref);

  done = read_page (self, &problem);
  if (!done && hw_db_is_damaged (self->db) && hw_reader_get_indexed (worker) > 0)
    {
      g_clear_error (&problem);
      done = read_without_index (self, &problem);
    }
  if (problem)
    g_propagate_error (error, problem);
  self->search = NULL;
  return done;
}

static void
read_done (HwJob *job)
{
  ReadJob *self = (ReadJob *) job;

  self->callback (job->error ? NULL : &self->page, job->error, self->user_data);
}

static void
read_free (HwJob *job)
{
  ReadJob *self = (ReadJob *) job;

  g_clear_pointer (&self->page.entries, g_ptr_array_unref);
  g_free (self->folded);
  g_free (self->author);
  g_free (self->find);
  g_free (self);
}

static const HwJobKind read_kind = { read_run, read_done, read_free };

/**
 * hw_store_read:
 * @self: a store
 * @query: what to read; copied
 * @callback: called with the page
 * @user_data: for @callback
 *
 * Reads a page of a log.
 */
void
hw_store_read (HwStore *self, const HwLogQuery *query, HwStoreRead callback, gpointer user_data)
{
  ReadJob *job = g_new0 (ReadJob, 1);

  g_return_if_fail (callback != NULL);

  job->job.kind = &read_kind;
  job->query = *query;
  job->author = g_strdup (query->author);
  job->find = g_strdup (query->find);
  job->callback = callback;
  job->user_data = user_data;
  hw_store_push_read (self, query->log, &job->job);
}
