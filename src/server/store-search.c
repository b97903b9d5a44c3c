/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What `find` means. Its input is anybody's: it is taken apart here, and only quoted strings get
 * into an FTS5 expression, so that nothing in them is an operator. Entries that the index has not
 * seen yet are compared here, with FTS5's own tokenizer, so that both ways find the same. */

#include "store-search.h"

#include "store-fold.h"

#include "protocol/error.h"

#include <string.h>

/* Parts of a search, and its bytes: more is no search, but work for the machine. */
#define CLAUSES_MAX 32
#define BYTES_MAX   1024

/* Characters of a prefix up to which many words begin with it. */
#define WIDE_PREFIX_MAX 2

struct _HwTokenizer
{
  fts5_tokenizer class;
  Fts5Tokenizer *instance;
};

typedef struct
{
  char *text;        /* as it was given */
  GPtrArray *tokens; /* char * */
  gboolean prefix;   /* the last token may go on */
} Clause;

struct _HwSearch
{
  HwTokenizer *tokenizer;
  GPtrArray *clauses;
  GString *words;  /* of the text that is compared, each with its NUL */
  GArray *offsets; /* gsize: where they start */
};

static void
clause_free (Clause *self)
{
  g_free (self->text);
  g_ptr_array_unref (self->tokens);
  g_free (self);
}

/**
 * hw_tokenizer_new:
 * @db: a connection
 * @error: why there is none
 *
 * Returns: (transfer full) (nullable): the tokenizer of the index
 */
HwTokenizer *
hw_tokenizer_new (HwDb *db, GError **error)
{
  const char *options[] = { "remove_diacritics", "2" };
  sqlite3_stmt *statement = hw_db_prepare (db, "SELECT fts5 (?)", error);
  g_autofree HwTokenizer *self = g_new0 (HwTokenizer, 1);
  fts5_api *api = NULL;
  void *context;

  if (!statement)
    return NULL;
  sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
  hw_db_finish (db, statement, NULL);
  if (api && api->xFindTokenizer (api, "unicode61", &context, &self->class) == SQLITE_OK
      && self->class.xCreate (context, options, G_N_ELEMENTS (options), &self->instance)
             == SQLITE_OK)
    return g_steal_pointer (&self);
  hw_error_set (error, HW_ERROR_STORAGE, NULL, "SQLite was built without full-text search (FTS5).");
  return NULL;
}

/**
 * hw_tokenizer_free:
 * @self: (transfer full): a tokenizer
 */
void
hw_tokenizer_free (HwTokenizer *self)
{
  self->class.xDelete (self->instance);
  g_free (self);
}

static int
on_query_token (void *data, int flags, const char *token, int length, int start, int end)
{
  g_ptr_array_add (data, g_strndup (token, length));
  return SQLITE_OK;
}

/* Adds a clause for @text, unless there is no word in it. */
static void
add_clause (HwSearch *self, const char *text, gsize length, gboolean prefix)
{
  Clause *clause = g_new (Clause, 1);

  clause->text = g_strndup (text, length);
  clause->tokens = g_ptr_array_new_with_free_func (g_free);
  clause->prefix = prefix;
  self->tokenizer->class.xTokenize (self->tokenizer->instance, clause->tokens, FTS5_TOKENIZE_QUERY,
                                    clause->text, length, on_query_token);
  if (clause->tokens->len > 0)
    g_ptr_array_add (self->clauses, clause);
  else
    clause_free (clause);
}

static void
parse (HwSearch *self, const char *find)
{
  while (*find)
    {
      gsize length;

      if (*find == '"')
        {
          length = strcspn (find + 1, "\"");
          add_clause (self, find + 1, length, FALSE);
          find += 1 + length + (find[1 + length] == '"');
          continue;
        }
      length = strcspn (find, "\" \t\n");
      if (length > 0)
        add_clause (self, find, length, find[length - 1] == '*');
      find += length + (find[length] != '"' && find[length] != '\0');
    }
}

/**
 * hw_search_new:
 * @tokenizer: the connection's; must outlive the search
 * @find: words, prefix*, "phrase"
 * @error: HW_ERROR_BAD_REQUEST: it is too long
 *
 * Returns: (transfer full) (nullable): the search
 */
HwSearch *
hw_search_new (HwTokenizer *tokenizer, const char *find, GError **error)
{
  g_autoptr (HwSearch) self = g_new0 (HwSearch, 1);

  self->tokenizer = tokenizer;
  self->clauses = g_ptr_array_new_with_free_func ((GDestroyNotify) clause_free);
  self->words = g_string_new (NULL);
  self->offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  if (strlen (find) <= BYTES_MAX)
    {
      parse (self, find);
      if (self->clauses->len <= CLAUSES_MAX)
        return g_steal_pointer (&self);
    }
  hw_error_set (error, HW_ERROR_BAD_REQUEST, "find",
                "Look for at most %d words and %d bytes at a time.", CLAUSES_MAX, BYTES_MAX);
  return NULL;
}

/**
 * hw_search_free:
 * @self: (transfer full): a search
 */
void
hw_search_free (HwSearch *self)
{
  g_ptr_array_unref (self->clauses);
  g_string_free (self->words, TRUE);
  g_array_unref (self->offsets);
  g_free (self);
}

/**
 * hw_search_is_hopeless:
 * @self: a search
 *
 * Returns: whether there is no word in it, so that no text has it
 */
gboolean
hw_search_is_hopeless (HwSearch *self)
{
  return self->clauses->len == 0;
}

/**
 * hw_search_is_wide:
 * @self: a search
 *
 * The index puts together all that begins with a prefix before it gives the first, which takes a
 * second if it is half of ten million entries; but then reading a few entries finds enough.
 *
 * Returns: whether a prefix is so short that it may be in very many texts
 */
gboolean
hw_search_is_wide (HwSearch *self)
{
  for (guint i = 0; i < self->clauses->len; i++)
    {
      Clause *clause = g_ptr_array_index (self->clauses, i);

      if (clause->prefix && clause->tokens->len == 1
          && g_utf8_strlen (g_ptr_array_index (clause->tokens, 0), -1) <= WIDE_PREFIX_MAX)
        return TRUE;
    }
  return FALSE;
}

/**
 * hw_search_append_expression:
 * @self: a search that is not hopeless
 * @expression: (inout): gets what asks FTS5 for it
 */
void
hw_search_append_expression (HwSearch *self, GString *expression)
{
  g_string_append (expression, "text : (");
  for (guint i = 0; i < self->clauses->len; i++)
    {
      Clause *clause = g_ptr_array_index (self->clauses, i);

      /* There is no quotation mark in a clause: that is where it ended. */
      g_string_append_printf (expression, "%s\"%s\"%s", i > 0 ? " AND " : "", clause->text,
                              clause->prefix ? " *" : "");
    }
  g_string_append_c (expression, ')');
}

static int
on_text_token (void *data, int flags, const char *token, int length, int start, int end)
{
  HwSearch *self = data;
  gsize offset = self->words->len;

  g_array_append_val (self->offsets, offset);
  g_string_append_len (self->words, token, length);
  g_string_append_c (self->words, '\0');
  return SQLITE_OK;
}

static gboolean
clause_matches_at (HwSearch *self, Clause *clause, guint start)
{
  if (start + clause->tokens->len > self->offsets->len)
    return FALSE;
  for (guint i = 0; i < clause->tokens->len; i++)
    {
      const char *token = g_ptr_array_index (clause->tokens, i);
      const char *word = self->words->str + g_array_index (self->offsets, gsize, start + i);

      if (clause->prefix && i == clause->tokens->len - 1)
        return g_str_has_prefix (word, token);
      if (!g_str_equal (word, token))
        return FALSE;
    }
  return TRUE;
}

static gboolean
clause_matches (HwSearch *self, Clause *clause)
{
  for (guint i = 0; i < self->offsets->len; i++)
    if (clause_matches_at (self, clause, i))
      return TRUE;
  return FALSE;
}

/**
 * hw_search_matches:
 * @self: a search
 * @text: a text
 *
 * Returns: whether @text has all that is looked for
 */
gboolean
hw_search_matches (HwSearch *self, const char *text)
{
  if (self->clauses->len == 0)
    return FALSE;
  g_string_truncate (self->words, 0);
  g_array_set_size (self->offsets, 0);
  self->tokenizer->class.xTokenize (self->tokenizer->instance, self, FTS5_TOKENIZE_DOCUMENT, text,
                                    strlen (text), on_text_token);
  for (guint i = 0; i < self->clauses->len; i++)
    if (!clause_matches (self, g_ptr_array_index (self->clauses, i)))
      return FALSE;
  return TRUE;
}

/**
 * hw_search_dup_author_tag:
 * @folded: a folded name
 *
 * Returns: (transfer full): the tag of entries by @folded: one token, whatever is in the name
 */
char *
hw_search_dup_author_tag (const char *folded)
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

static const char *
get_text (sqlite3_value *value)
{
  const char *text = (const char *) sqlite3_value_text (value);

  return text ? text : "";
}

/* fold (name) */
static void
fold (sqlite3_context *context, int n_values, sqlite3_value **values)
{
  HwFoldCache *folds = sqlite3_user_data (context);

  sqlite3_result_text (context, hw_fold_cache_get (folds, get_text (values[0])), -1,
                       SQLITE_TRANSIENT);
}

/* tags (log, kind, author) */
static void
make_tags (sqlite3_context *context, int n_values, sqlite3_value **values)
{
  HwFoldCache *folds = sqlite3_user_data (context);
  g_autofree char *author
      = hw_search_dup_author_tag (hw_fold_cache_get (folds, get_text (values[2])));

  sqlite3_result_text (context,
                       g_strdup_printf ("l%" G_GINT64_FORMAT " k%d %s",
                                        (gint64) sqlite3_value_int64 (values[0]),
                                        sqlite3_value_int (values[1]), author),
                       -1, g_free);
}

/**
 * hw_search_add_functions:
 * @db: a connection
 * @error: what failed
 *
 * Gives @db the SQL functions fold(name) and tags(log, kind, author).
 *
 * Returns: whether it has them
 */
gboolean
hw_search_add_functions (HwDb *db, GError **error)
{
  HwFoldCache *folds = hw_fold_cache_new ();
  sqlite3 *handle = hw_db_get_handle (db);

  /* The cache lives as long as the second function. */
  if (sqlite3_create_function_v2 (handle, "fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, folds,
                                  fold, NULL, NULL, NULL)
          == SQLITE_OK
      && sqlite3_create_function_v2 (handle, "tags", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC, folds,
                                     make_tags, NULL, NULL, (GDestroyNotify) hw_fold_cache_free)
             == SQLITE_OK)
    return TRUE;
  hw_db_set_error (db, error);
  return FALSE;
}
