/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What `find` means. Its input is anybody's: it is taken apart here, and only quoted strings get
 * into an FTS5 expression, so that nothing in them is an operator, and not too many of them, for
 * FTS5 cannot be stopped between two rows. Entries that the index has not seen yet, or of which it
 * was not asked everything, are compared here, with the same tokenizer, so that both ways find the
 * same. */

#include "store-search.h"

#include "protocol/error.h"

#include <string.h>

/* Parts of a search, and its bytes: more is no search, but work for the machine. */
#define CLAUSES_MAX 32
#define BYTES_MAX   1024

/* Characters of a prefix up to which many words begin with it. */
#define WIDE_PREFIX_MAX 2

/* What the index is asked for at most: of a search, so many parts; of a part, so many words. */
#define ASKED_CLAUSES_MAX 4
#define ASKED_TOKENS_MAX  8

typedef struct
{
  char *text;        /* as it was given */
  GPtrArray *tokens; /* char * */
  gboolean prefix;   /* the last token may go on */
  gsize asked;       /* bytes of the text that the index is asked for */
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

static int
on_query_token (void *data, int flags, const char *token, int length, int start, int end)
{
  Clause *clause = data;

  g_ptr_array_add (clause->tokens, g_strndup (token, length));
  if (clause->tokens->len <= ASKED_TOKENS_MAX)
    clause->asked = end;
  return 0;
}

/* Adds a clause for @text, unless there is no word in it. */
static void
add_clause (HwSearch *self, const char *text, gsize length, gboolean prefix)
{
  Clause *clause = g_new0 (Clause, 1);

  clause->text = g_strndup (text, length);
  clause->tokens = g_ptr_array_new_with_free_func (g_free);
  clause->prefix = prefix;
  hw_tokenizer_split (self->tokenizer, clause->text, length, on_query_token, clause);
  if (clause->tokens->len > 0)
    g_ptr_array_add (self->clauses, clause);
  else
    clause_free (clause);
}

/* Up to a quotation mark or a space of any script. */
static gsize
get_word_length (const char *find)
{
  const char *at = find;

  while (*at && *at != '"' && !g_unichar_isspace (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at - find;
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
      length = get_word_length (find);
      if (length > 0)
        add_clause (self, find, length, find[length - 1] == '*');
      find += length;
      if (*find && *find != '"')
        find = g_utf8_next_char (find);
    }
}

static gboolean
is_wide (const Clause *clause)
{
  return clause->prefix && clause->tokens->len == 1
         && g_utf8_strlen (g_ptr_array_index (clause->tokens, 0), -1) <= WIDE_PREFIX_MAX;
}

/* Those that are in the fewest texts first, as far as one can know: short beginnings last, then by
 * length. */
static int
compare_clauses (gconstpointer a, gconstpointer b)
{
  const Clause *one = *(const Clause *const *) a, *other = *(const Clause *const *) b;

  if (is_wide (one) != is_wide (other))
    return is_wide (one) ? 1 : -1;
  if (one->prefix != other->prefix)
    return one->prefix ? 1 : -1;
  return (one->asked < other->asked) - (one->asked > other->asked);
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
        {
          g_ptr_array_sort (self->clauses, compare_clauses);
          return g_steal_pointer (&self);
        }
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

/* The index puts together all that begins with a prefix before it gives the first: it is asked for
 * a short one only if there is nothing else to ask for. */
static guint
get_n_asked (HwSearch *self)
{
  guint n = 0;

  while (n < MIN (self->clauses->len, ASKED_CLAUSES_MAX)
         && (n == 0 || !is_wide (g_ptr_array_index (self->clauses, n))))
    n++;
  return n;
}

/**
 * hw_search_is_wide:
 * @self: a search
 *
 * The index puts together all that begins with a prefix before it gives the first, which takes a
 * second if it is half of ten million entries; but then reading a few entries finds enough.
 *
 * Returns: whether all there is to look for is prefixes so short that they may be in very many
 *   texts
 */
gboolean
hw_search_is_wide (HwSearch *self)
{
  return self->clauses->len > 0 && is_wide (g_ptr_array_index (self->clauses, 0));
}

/**
 * hw_search_is_exact:
 * @self: a search
 *
 * Returns: whether what the index finds by hw_search_append_expression() is what is looked for;
 *   otherwise each of its texts must be compared
 */
gboolean
hw_search_is_exact (HwSearch *self)
{
  for (guint i = 0; i < self->clauses->len; i++)
    if (((Clause *) g_ptr_array_index (self->clauses, i))->tokens->len > ASKED_TOKENS_MAX)
      return FALSE;
  return get_n_asked (self) == self->clauses->len;
}

/**
 * hw_search_has_prefix:
 * @self: a search
 *
 * Returns: whether the index is asked for beginnings of words, which costs it the same for a few
 *   entries as for all
 */
gboolean
hw_search_has_prefix (HwSearch *self)
{
  for (guint i = 0; i < get_n_asked (self); i++)
    if (((Clause *) g_ptr_array_index (self->clauses, i))->prefix)
      return TRUE;
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
  for (guint i = 0; i < get_n_asked (self); i++)
    {
      Clause *clause = g_ptr_array_index (self->clauses, i);
      gboolean whole = clause->tokens->len <= ASKED_TOKENS_MAX;

      /* There is no quotation mark in a clause: that is where it ended. */
      g_string_append_printf (expression, "%s\"%.*s\"%s", i > 0 ? " AND " : "", (int) clause->asked,
                              clause->text, clause->prefix && whole ? " *" : "");
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
  return 0;
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
  hw_tokenizer_split (self->tokenizer, text, strlen (text), on_text_token, self);
  for (guint i = 0; i < self->clauses->len; i++)
    if (!clause_matches (self, g_ptr_array_index (self->clauses, i)))
      return FALSE;
  return TRUE;
}
