/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Takes texts apart for the index, in every script alike: a word is a run of letters, digits and
 * their marks, without regard to case, accents and compatibility forms. Where a script sets no
 * spaces between its words every character stands alone, and a word of several is looked for as a
 * phrase: so it is found wherever it is in a sentence. FTS5's own tokenizer knows accents only on
 * Latin letters, takes words apart at the vowels of many scripts, and has whole sentences of
 * Chinese as one word. */

#include "store-tokenizer.h"

#include "protocol/error.h"

#include <string.h>
#include <unicase.h>
#include <uninorm.h>

/* Folded characters that are remembered, by their last bits. */
#define FOLDS 1024

/* Bytes of a folded character that is remembered. */
#define FOLD_MAX 27

typedef struct
{
  gunichar character;
  guint8 length;
  char bytes[FOLD_MAX];
} Fold;

struct _HwTokenizer
{
  GString *token;
  gboolean alone;    /* the token is a character that stands alone, and its marks */
  gboolean has_jamo; /* … or has parts of Hangul, to be put together */
  gsize start;
  Fold folds[FOLDS];
};

typedef enum
{
  BREAK,
  LETTER,
  ALONE,
  MARK,    /* goes on with what is before it */
  NOTHING, /* is not there */
} Class;

typedef struct
{
  gunichar first;
  gunichar last;
} Range;

/* Scripts that set no spaces between words: Thai and Lao, Myanmar, Khmer, Tai, kana and Bopomofo,
 * Han, Yi. By their numbers. */
static const Range unspaced[] = {
  { 0x0e00, 0x0eff }, { 0x1000, 0x109f }, { 0x1780, 0x17ff },   { 0x1950, 0x19df },
  { 0x1a20, 0x1aaf }, { 0x3005, 0x3007 }, { 0x3021, 0x3029 },   { 0x3031, 0x3035 },
  { 0x303b, 0x303c }, { 0x3041, 0x312f }, { 0x31a0, 0x31bf },   { 0x31f0, 0x31ff },
  { 0x3400, 0x4dbf }, { 0x4e00, 0xa48f }, { 0xa9e0, 0xa9ff },   { 0xaa60, 0xaa7f },
  { 0xf900, 0xfaff }, { 0xff66, 0xff9d }, { 0x1aff0, 0x1b16f }, { 0x20000, 0x3ffff },
};

static gboolean
is_unspaced (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (unspaced) && c >= unspaced[i].first; i++)
    if (c <= unspaced[i].last)
      return TRUE;
  return FALSE;
}

/* By the place at which it stands: above, below or on the letter, or as a point of Hebrew or
 * Arabic. Vowels of Indic and Thai, and the marks that make か into が, are of other places. */
static gboolean
is_accent (gunichar c)
{
  int place;

  if (!g_unichar_ismark (c))
    return FALSE;
  place = g_unichar_combining_class (c);
  return place == 1 || (place >= 10 && place <= 36) || place >= 200;
}

static Class
classify (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
    case G_UNICODE_PRIVATE_USE:
      return is_unspaced (c) ? ALONE : LETTER;
    case G_UNICODE_MODIFIER_LETTER:
      if (c == 0x640) /* makes Arabic words longer */
        return NOTHING;
      if (c == 0xff9e || c == 0xff9f) /* makes ｶ into が */
        return MARK;
      return is_unspaced (c) ? ALONE : LETTER;
    case G_UNICODE_NON_SPACING_MARK:
    case G_UNICODE_SPACING_MARK:
      return is_accent (c) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0x34f ? NOTHING : MARK;
    case G_UNICODE_ENCLOSING_MARK:
      return NOTHING;
    case G_UNICODE_FORMAT:
      return c == 0x200c || c == 0x200d || c == 0xad || c == 0x2060 ? NOTHING : BREAK;
    default:
      return BREAK;
    }
}

/* Its case, accents and forms taken away. */
static void
fold (gunichar c, GString *out)
{
  uint32_t from = c;
  size_t length = 0;
  g_autofree uint32_t *folded = NULL;

  if (c >= 0xac00 && c <= 0xd7a3)
    {
      g_string_append_unichar (out, c);
      return;
    }
  folded = u32_casefold (&from, 1, NULL, UNINORM_NFKD, NULL, &length);
  for (size_t i = 0; folded && i < length; i++)
    if (!is_accent (folded[i]))
      g_string_append_unichar (out, folded[i]);
}

static void
append_folded (HwTokenizer *self, gunichar c)
{
  Fold *known = &self->folds[c % FOLDS];
  gsize start = self->token->len, length;

  if (known->character == c)
    {
      g_string_append_len (self->token, known->bytes, known->length);
      return;
    }
  fold (c, self->token);
  length = self->token->len - start;
  if (length <= FOLD_MAX)
    {
      known->character = c;
      known->length = length;
      memcpy (known->bytes, self->token->str + start, length);
    }
}

static int
end_token (HwTokenizer *self, gsize end, HwTokenFunc func, gpointer user_data)
{
  int result = 0;

  if (self->has_jamo)
    {
      size_t length = 0;
      g_autofree uint8_t *composed = u8_normalize (UNINORM_NFC, (const uint8_t *) self->token->str,
                                                   self->token->len, NULL, &length);

      if (composed)
        {
          g_string_truncate (self->token, 0);
          g_string_append_len (self->token, (const char *) composed, length);
        }
    }
  if (self->token->len > 0)
    result = func (user_data, 0, self->token->str, self->token->len, self->start, end);
  g_string_truncate (self->token, 0);
  self->alone = self->has_jamo = FALSE;
  return result;
}

/* One character that is not ASCII. */
static int
add_character (HwTokenizer *self, gunichar c, gsize at, HwTokenFunc func, gpointer user_data)
{
  Class class = classify (c);
  int result = 0;

  if (class == NOTHING)
    return 0;
  if (class == MARK)
    {
      if (self->token->len > 0)
        append_folded (self, c);
      return 0;
    }
  if (class == BREAK || class == ALONE || self->alone)
    result = end_token (self, at, func, user_data);
  if (class == BREAK)
    return result;
  if (self->token->len == 0)
    self->start = at;
  self->alone = class == ALONE;
  if (c >= 0x1100 && c <= 0x11ff)
    {
      self->has_jamo = TRUE;
      g_string_append_unichar (self->token, c);
    }
  else
    append_folded (self, c);
  return result;
}

/* What a byte is in a word: an ASCII letter in lower case or a digit, or nothing. */
static const char in_word[256] = {
  ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6',
  ['7'] = '7', ['8'] = '8', ['9'] = '9', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd',
  ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k',
  ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r',
  ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y',
  ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f',
  ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm',
  ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
  ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

/* Makes it twice as long as it could be. */
static void
make_room (GString *token)
{
  gsize length = token->len;

  g_string_set_size (token, 2 * token->allocated_len);
  g_string_truncate (token, length);
}

/* ASCII letters from @at on, in one go: most words are of nothing else. Returns where they end. */
static gsize
add_ascii (HwTokenizer *self, const char *text, gsize length, gsize at)
{
  GString *token = self->token;
  gsize room = token->allocated_len - token->len - 1;
  gsize end = MIN (length, at + room);
  char *to = token->str + token->len, letter;

  if (token->len == 0)
    self->start = at;
  for (; at < end && (letter = in_word[(guchar) text[at]]); at++)
    *to++ = letter;
  *to = '\0';
  token->len = to - token->str;
  if (at == end && at < length)
    make_room (token);
  return at;
}

/**
 * hw_tokenizer_split:
 * @self: a tokenizer
 * @text: a text; bytes that are not UTF-8 are between its words
 * @length: its bytes
 * @func: called for each word
 * @user_data: for @func
 *
 * Returns: 0, or what @func gave that was not 0
 */
int
hw_tokenizer_split (
    HwTokenizer *self, const char *text, gsize length, HwTokenFunc func, gpointer user_data)
{
  gsize at = 0;
  int result = 0;

  while (at < length && result == 0)
    {
      guchar byte = text[at];

      if (in_word[byte])
        {
          if (self->alone)
            result = end_token (self, at, func, user_data);
          at = add_ascii (self, text, length, at);
        }
      else if (byte < 0x80)
        {
          if (self->token->len > 0)
            result = end_token (self, at, func, user_data);
          at++;
        }
      else
        {
          gunichar c = g_utf8_get_char_validated (text + at, length - at);

          if (c >= (gunichar) -2)
            {
              result = end_token (self, at, func, user_data);
              at++;
              continue;
            }
          result = add_character (self, c, at, func, user_data);
          at += g_unichar_to_utf8 (c, NULL);
        }
    }
  if (result == 0)
    return end_token (self, at, func, user_data);
  g_string_truncate (self->token, 0);
  self->alone = self->has_jamo = FALSE;
  return result;
}

/**
 * hw_tokenizer_new:
 *
 * Returns: (transfer full): a tokenizer
 */
HwTokenizer *
hw_tokenizer_new (void)
{
  HwTokenizer *self = g_new0 (HwTokenizer, 1);

  self->token = g_string_sized_new (256);
  return self;
}

/**
 * hw_tokenizer_free:
 * @self: (transfer full): a tokenizer
 */
void
hw_tokenizer_free (HwTokenizer *self)
{
  g_string_free (self->token, TRUE);
  g_free (self);
}

static int
create (void *context, const char **arguments, int n_arguments, Fts5Tokenizer **tokenizer)
{
  *tokenizer = (Fts5Tokenizer *) hw_tokenizer_new ();
  return SQLITE_OK;
}

static void delete (Fts5Tokenizer *tokenizer) { hw_tokenizer_free ((HwTokenizer *) tokenizer); }

static int
tokenize (Fts5Tokenizer *tokenizer,
          void *user_data,
          int flags,
          const char *text,
          int length,
          HwTokenFunc func)
{
  return hw_tokenizer_split ((HwTokenizer *) tokenizer, text, MAX (length, 0), func, user_data);
}

/**
 * hw_tokenizer_register:
 * @db: a connection
 * @error: why it cannot be used
 *
 * To be called before a table that uses it is touched.
 *
 * Returns: whether @db knows it
 */
gboolean
hw_tokenizer_register (HwDb *db, GError **error)
{
  sqlite3_stmt *statement = hw_db_prepare (db, "SELECT fts5 (?)", error);
  fts5_tokenizer class = { create, delete, tokenize };
  fts5_api *api = NULL;

  if (!statement)
    return FALSE;
  sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
  hw_db_finish (db, statement, NULL);
  if (api && api->xCreateTokenizer (api, HW_TOKENIZER_NAME, NULL, &class, NULL) == SQLITE_OK)
    return TRUE;
  hw_error_set (error, HW_ERROR_STORAGE, NULL, "SQLite was built without full-text search (FTS5).");
  return FALSE;
}
