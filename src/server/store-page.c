/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading pages of a log. Without a filter a page is a range of numbers. With one, the index
 * answers for the entries that it knows, and the few newest that it does not know yet are looked at
 * one by one. Runs on a reader. */

#include "store-page.h"

#include "store-feed.h"
#include "store-private.h"

#include "protocol/error.h"

/* Entries between two looks whether the reader is stopped. */
#define CHECK_INTERVAL 1024

/* Entries that are looked at one by one before the index is asked for very much. */
#define WIDE_RANGE 10000

/* Numbers of a log among which is counted at a time. */
#define COUNT_RANGE (512 * 1024)

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
  gboolean late;    /* the time is over: what was found is all */
  HwLogPage page;
} ReadJob;

/* Bits of all kinds that there are. */
#define ALL_KINDS ((2u << HW_ENTRY_CLOSED) - 1)

#define COLUMNS "e.seq, e.at, e.kind, e.reason, e.author, e.text, e.other, e.key"

static const char scan_forward[]
    = "SELECT " COLUMNS " FROM main.entries e"
      " WHERE e.log = ? AND e.seq BETWEEN ? AND ? AND (1 << e.kind) & ? ORDER BY e.seq";
static const char scan_backward[]
    = "SELECT " COLUMNS " FROM main.entries e"
      " WHERE e.log = ? AND e.seq BETWEEN ? AND ? AND (1 << e.kind) & ? ORDER BY e.seq DESC";
#define INDEXED(order)                                                                     \
  "SELECT " COLUMNS " FROM search.words w CROSS JOIN main.entries e"                       \
  " ON e.log = ?2 AND e.seq = w.rowid - (?2 << " G_STRINGIFY (                             \
      HW_WORDS_SEQ_BITS) ")"                                                               \
                         " WHERE w.words MATCH ?1 AND w.rowid BETWEEN ?3 AND ?4 ORDER BY " \
                         "w.rowid" order

static const char index_forward[] = INDEXED ("");
static const char index_backward[] = INDEXED (" DESC");

/* The first number from @low on whose value, by @sql, is at least @value; @high if there is none
 * before. */
static gboolean
halve (HwDb *db,
       const char *sql,
       gint64 log,
       guint64 low,
       guint64 high,
       gint64 value,
       guint64 *seq,
       GError **error)
{
  guint64 middle = high - 1; /* first, for the index mostly knows all */

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
                log, 1, last + 1, id, seq, error);
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
check_late (ReadJob *self)
{
  self->late = self->late || hw_reader_is_late (self->reader);
  return self->late;
}

/* Ends what a statement is at. An error that only says that the time is over is none. */
static gboolean
finish_rows (ReadJob *self, sqlite3_stmt *row, GError *problem, GError **error)
{
  sqlite3_reset (row);
  if (problem && hw_reader_is_late (self->reader))
    {
      self->late = TRUE;
      g_clear_error (&problem);
    }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
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

  if (low > high || self->late)
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
      if (i % CHECK_INTERVAL == 0
          && (!hw_reader_check_stopped (self->reader, &problem) || check_late (self)))
        break;
    }
  return finish_rows (self, row, problem, error);
}

/* Tags of kinds: of those in @kinds, or of all others that there are. */
static void
append_kinds (GString *expression, guint kinds, gboolean others)
{
  const char *separator = "tags : (";

  for (guint kind = 0; kind < 32; kind++)
    if (others ? kind <= HW_ENTRY_CLOSED && !(kinds & 1u << kind) : (kinds & 1u << kind) != 0)
      {
        g_string_append_printf (expression, "%s\"k%u\"", separator, kind);
        separator = " OR ";
      }
  g_string_append_c (expression, ')');
}

/* What asks FTS5 for all that the query wants. Nearly all that has words is a message: with words,
 * it is cheaper to ask for what is not of another kind. */
static char *
dup_expression (ReadJob *self)
{
  GString *expression = g_string_new ("(");
  const char *separator = "";

  if (self->search)
    {
      hw_search_append_expression (self->search, expression);
      separator = " AND ";
    }
  if (self->folded)
    {
      g_autofree char *tag = hw_feed_dup_author_tag (self->folded);

      g_string_append_printf (expression, "%stags : \"%s\"", separator, tag);
      separator = " AND ";
    }
  if (self->query.kinds && !(self->search && self->query.kinds & 1u << HW_ENTRY_MESSAGE))
    {
      g_string_append (expression, separator);
      append_kinds (expression, self->query.kinds, FALSE);
    }
  g_string_append_c (expression, ')');
  if (self->query.kinds && self->search && self->query.kinds & 1u << HW_ENTRY_MESSAGE
      && (self->query.kinds & ALL_KINDS) != ALL_KINDS)
    {
      g_string_append (expression, " NOT ");
      append_kinds (expression, self->query.kinds, TRUE);
    }
  return g_string_free (expression, FALSE);
}

static gboolean
is_exact (ReadJob *self)
{
  return !self->search || hw_search_is_exact (self->search);
}

static sqlite3_stmt *
ask_index (ReadJob *self, gboolean forward, guint64 low, guint64 high, GError **error)
{
  g_autofree char *expression = dup_expression (self);
  gint64 log = self->query.log;
  sqlite3_stmt *row
      = hw_db_query (self->db, error, forward ? index_forward : index_backward, "siii", NULL, log,
                     HW_WORDS_ROW (log, low), HW_WORDS_ROW (log, high));

  if (row)
    sqlite3_bind_text (row, 1, g_steal_pointer (&expression), -1, g_free);
  return row;
}

/* Takes what the index finds from @low to @high. @count: (nullable): only counts it; else until
 * there is more than the page can hold. */
static gboolean
look_up (ReadJob *self, gboolean forward, guint64 low, guint64 high, guint64 *count, GError **error)
{
  gboolean exact = is_exact (self);
  GError *problem = NULL;
  sqlite3_stmt *row;

  if (low > high || self->late || (!count && self->page.entries->len > self->query.limit))
    return TRUE;
  row = ask_index (self, forward, low, high, error);
  if (!row)
    return FALSE;
  for (guint64 i = 1; (count || self->page.entries->len <= self->query.limit)
                      && hw_db_step (self->db, row, &problem);
       i++)
    {
      if (exact || row_matches (self, row))
        {
          if (count)
            ++*count;
          else
            g_ptr_array_add (self->page.entries, entry_from_row (self->query.log, row));
        }
      if (i % CHECK_INTERVAL == 0 && check_late (self))
        break;
    }
  return finish_rows (self, row, problem, error);
}

/* Takes what is found among the entries that the index knows. */
static gboolean
read_indexed (ReadJob *self, gboolean forward, guint64 low, guint64 high, GError **error)
{
  guint64 split;

  if (low > high || !self->search || !hw_search_is_wide (self->search))
    return look_up (self, forward, low, high, NULL, error);
  if (forward)
    {
      split = MIN (high, low + WIDE_RANGE - 1);
      return scan (self, forward, low, split, NULL, error)
             && look_up (self, forward, split + 1, high, NULL, error);
    }
  split = high - low >= WIDE_RANGE ? high - WIDE_RANGE + 1 : low;
  return scan (self, forward, split, high, NULL, error)
         && look_up (self, forward, low, split - 1, NULL, error);
}

/* What the index finds from @low to @high. */
static gboolean
count_range (ReadJob *self, guint64 low, guint64 high, guint64 *count, GError **error)
{
  g_autofree char *expression = NULL;
  GError *problem = NULL;
  sqlite3_stmt *row;

  if (!is_exact (self))
    return look_up (self, TRUE, low, high, count, error);
  expression = dup_expression (self);
  row = hw_db_query (self->db, error,
                     "SELECT count (*) FROM search.words WHERE words MATCH ?"
                     " AND rowid BETWEEN ? AND ?",
                     "sii", expression, HW_WORDS_ROW (self->query.log, low),
                     HW_WORDS_ROW (self->query.log, high));
  if (!row)
    return FALSE;
  if (hw_db_step (self->db, row, &problem))
    *count += sqlite3_column_int64 (row, 0);
  return finish_rows (self, row, problem, error);
}

/* Goes on with what was counted the last time, if it was the same search. What there is no time for
 * is left for the next time. */
static gboolean
count_found (ReadJob *self, guint64 *count, GError **error)
{
  HwCount *known = hw_reader_get_count (self->reader);
  g_autofree char *expression = dup_expression (self);
  g_autofree char *what = g_strdup_printf ("%" G_GINT64_FORMAT " %s %s", self->query.log,
                                           expression, is_exact (self) ? "" : self->find);
  guint64 range = hw_search_has_prefix (self->search) ? G_MAXINT32 : COUNT_RANGE;

  if (g_strcmp0 (known->what, what) != 0)
    {
      g_free (known->what);
      *known = (HwCount){ g_steal_pointer (&what), 0, 0 };
    }
  while (known->seq + 1 < self->tail && !check_late (self))
    {
      guint64 high = MIN (known->seq + range, self->tail - 1), n = 0;

      if (!count_range (self, known->seq + 1, high, &n, error))
        return FALSE;
      if (self->late)
        break;
      known->seq = high;
      known->n += n;
    }
  *count = known->n;
  return TRUE;
}

/* What matches among the entries that the index knows. */
static gboolean
count_indexed (ReadJob *self, guint64 *count, GError **error)
{
  gint64 kinds = get_kinds (self), n = 0;
  gboolean counted;

  if (self->search)
    return count_found (self, count, error);
  if (self->folded)
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
count_all (ReadJob *self, GError **error)
{
  self->page.total = 0;
  hw_reader_limit_time (self->reader);
  if ((self->tail > 1 && !count_indexed (self, &self->page.total, error))
      || !scan (self, TRUE, self->tail, self->page.last, &self->page.total, error))
    return FALSE;
  self->page.has_total = !self->late;
  return TRUE;
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

  self->page.more = self->late || self->page.entries->len > self->query.limit;
  if (self->late && self->page.entries->len == 0)
    {
      hw_reader_set_late_error (self->reader, self->search ? "find" : NULL, error);
      return FALSE;
    }
  return self->late || !self->query.want_total || count_all (self, error);
}

/* Every number is an entry that matches. */
static gboolean
read_plain (ReadJob *self, gboolean forward, guint64 low, guint64 high, GError **error)
{
  guint limit = self->query.limit;

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

/* The first entry that is not before @at, the one behind the last if all are. In a long log every
 * step of halving is another place on the disk: the index's marks leave a few entries to halve. */
static gboolean
find_time (ReadJob *self, gint64 at, guint64 *seq, GError **error)
{
  gint64 log = self->query.log, before = 0, behind = self->page.last + 1;

  if (hw_reader_get_indexed (self->reader) > 0
      && (!hw_db_get_int (self->db, &before, error,
                          "SELECT seq FROM search.marks WHERE log = ? AND at < ?"
                          " ORDER BY at DESC, seq DESC LIMIT 1",
                          "ii", log, at)
          || !hw_db_get_int (self->db, &behind, error,
                             "SELECT seq FROM search.marks WHERE log = ? AND at >= ?"
                             " ORDER BY at, seq LIMIT 1",
                             "ii", log, at)))
    return FALSE;
  return halve (self->db, "SELECT at FROM main.entries WHERE log = ? AND seq = ?", log, before + 1,
                behind, at, seq, error);
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
      return find_time (self, self->query.position, low, error);
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
  self->page.total = filtered ? 0 : self->page.last;
  self->page.has_total = !filtered;
  if (self->search && hw_search_is_hopeless (self->search))
    {
      self->page.has_total = TRUE;
      return TRUE;
    }
  if (filtered)
    hw_reader_limit_time (self->reader);
  if (filtered)
    done = hw_log_find_id (self->reader, self->query.log, self->page.last,
                           hw_reader_get_indexed (self->reader) + 1, &self->tail, error)
           && read_filtered (self, forward, low, high, error);
  else if (low <= high)
    done = read_plain (self, forward, low, high, error);
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
  self->late = FALSE;
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
