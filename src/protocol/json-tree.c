/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The strict reader of JSON: what RFC 8259 says and nothing else, for lines of unknown origin.
 *
 * json-glib's own parser accepts what is not JSON (comments, 012, single quotes, a second
 * document), turns integers that overflow into -1, cuts strings at \u0000, recurses without a
 * bound, and its objects are hash tables that an enemy can fill with keys of one hash. So this is
 * the one reader of both ends: depth is bounded by HW_JSON_DEPTH_MAX, so recursion is too, and no
 * text makes it take more than about linear time. A tree is one block of memory as a rule, for a
 * busy server reads a hundred thousand a second. */

#include "json-tree.h"

#include "error.h"
#include "limits.h"
#include "scan.h"

#include <stdlib.h>
#include <string.h>

/* Values in the tree's own block: enough for what is mostly said. */
#define FEW 8

/* Members of an object up to which each is compared with each. */
#define FEW_MEMBERS 12

struct _HwJsonTree
{
  HwJsonValue *values; /* few, or a block of its own */
  guint n_values;
  guint capacity;
  HwJsonValue few[FEW];
  char text[]; /* all strings, unescaped, each with a NUL behind it */
};

typedef struct
{
  HwJsonTree *tree;
  const char *at;
  const char *end;
  char *out; /* in the tree's text, never ahead of what was read */
  guint depth;
  const char *fault;
} Reader;

static gboolean read_value (Reader *self, const char *key);

static gboolean
fail (Reader *self, const char *fault)
{
  if (!self->fault)
    self->fault = fault;
  return FALSE;
}

static inline void
skip_space (Reader *self)
{
  while (self->at < self->end
         && (*self->at == ' ' || *self->at == '\t' || *self->at == '\n' || *self->at == '\r'))
    self->at++;
}

static inline gboolean
take (Reader *self, char c)
{
  if (self->at == self->end || *self->at != c)
    return FALSE;
  self->at++;
  return TRUE;
}

/* Returns its index: the values may move. */
static guint
add_value (Reader *self, HwJsonType type, const char *key)
{
  HwJsonTree *tree = self->tree;

  if (tree->n_values == tree->capacity)
    {
      HwJsonValue *values = tree->values == tree->few ? NULL : tree->values;

      tree->capacity *= 4;
      values = g_renew (HwJsonValue, values, tree->capacity);
      if (tree->values == tree->few)
        memcpy (values, tree->few, sizeof tree->few);
      tree->values = values;
    }
  tree->values[tree->n_values] = (HwJsonValue){ .type = type, .size = 1, .key = key };
  return tree->n_values++;
}

static gboolean
read_hex4 (Reader *self, gunichar *value)
{
  *value = 0;
  if (self->end - self->at < 4)
    return fail (self, "an escape is cut short");
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*self->at++);

      if (digit < 0)
        return fail (self, "an escape needs four hexadecimal digits");
      *value = *value << 4 | digit;
    }
  return TRUE;
}

static gboolean
read_escape (Reader *self)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  gunichar c;
  const char *simple;

  if (self->at == self->end)
    return fail (self, "an escape is cut short");
  if (*self->at != 'u')
    {
      simple = strchr (from, *self->at++);
      if (!simple || !*simple)
        return fail (self, "there is no such escape");
      *self->out++ = to[simple - from];
      return TRUE;
    }

  self->at++;
  if (!read_hex4 (self, &c))
    return FALSE;
  if (c == 0)
    return fail (self, "NUL is not allowed");
  if (c >= 0xd800 && c < 0xe000)
    {
      gunichar low;

      /* A half of a surrogate pair alone is no character and has no UTF-8 */
      if (c >= 0xdc00 || !take (self, '\\') || !take (self, 'u'))
        return fail (self, "half of a surrogate pair stands alone");
      if (!read_hex4 (self, &low))
        return FALSE;
      if (low < 0xdc00 || low >= 0xe000)
        return fail (self, "half of a surrogate pair stands alone");
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  self->out += g_unichar_to_utf8 (c, self->out);
  return TRUE;
}

/* The string, unescaped, in the tree's text: at most as long as it was with its quotes. */
static const char *
read_string (Reader *self)
{
  const char *string = self->out;

  if (!take (self, '"'))
    {
      fail (self, "a string is expected");
      return NULL;
    }
  while (self->at < self->end)
    {
      gsize run = hw_scan_count_unescaped (self->at, self->end - self->at);

      memcpy (self->out, self->at, run);
      self->out += run;
      self->at += run;
      if (self->at == self->end)
        break;
      if (take (self, '"'))
        {
          *self->out++ = 0;
          return string;
        }
      if (!take (self, '\\'))
        {
          fail (self, "a control character stands in a string");
          return NULL;
        }
      if (!read_escape (self))
        return NULL;
    }
  fail (self, "a string does not end");
  return NULL;
}

static gboolean
take_digits (Reader *self)
{
  const char *start = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return self->at > start;
}

/* FALSE: more than 64 bits have room for. */
static gboolean
parse_integer (const char *at, const char *end, gint64 *value)
{
  gboolean negative = *at == '-';
  gint64 sum = 0;

  for (at += negative; at < end; at++)
    {
      int digit = *at - '0';

      if (__builtin_mul_overflow (sum, 10, &sum)
          || __builtin_add_overflow (sum, negative ? -digit : digit, &sum))
        return FALSE;
    }
  *value = sum;
  return TRUE;
}

static gboolean
read_number (Reader *self, const char *key)
{
  const char *start = self->at;
  gboolean integer = TRUE;
  gint64 exact;
  guint value;

  take (self, '-');
  if (!take (self, '0') && !take_digits (self))
    return fail (self, "a value is expected");
  if (take (self, '.'))
    {
      integer = FALSE;
      if (!take_digits (self))
        return fail (self, "a number is cut short");
    }
  if (take (self, 'e') || take (self, 'E'))
    {
      integer = FALSE;
      if (!take (self, '+'))
        take (self, '-');
      if (!take_digits (self))
        return fail (self, "a number is cut short");
    }

  /* An integer too large for 64 bits is valid JSON: it stays a number, but is none of our integers
   */
  if (integer && parse_integer (start, self->at, &exact))
    {
      value = add_value (self, HW_JSON_INTEGER, key);
      self->tree->values[value].integer = exact;
    }
  else
    {
      g_autofree char *number = g_strndup (start, self->at - start);

      value = add_value (self, HW_JSON_DOUBLE, key);
      self->tree->values[value].number = g_ascii_strtod (number, NULL);
    }
  return TRUE;
}

static gboolean
read_word (Reader *self, const char *key, const char *word, HwJsonType type)
{
  gsize length = strlen (word);
  guint value;

  if ((gsize) (self->end - self->at) < length || memcmp (self->at, word, length) != 0)
    return fail (self, "a value is expected");
  self->at += length;
  value = add_value (self, type, key);
  self->tree->values[value].boolean = *word == 't';
  return TRUE;
}

static int
compare_keys (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
has_key_twice (const HwJsonValue *object)
{
  g_autofree const char **keys = NULL;
  guint n = 0;

  if (object->n <= FEW_MEMBERS)
    {
      for (const HwJsonValue *a = hw_json_value_first (object); a;
           a = hw_json_value_next (object, a))
        for (const HwJsonValue *b = hw_json_value_next (object, a); b;
             b = hw_json_value_next (object, b))
          if (strcmp (a->key, b->key) == 0)
            return TRUE;
      return FALSE;
    }
  keys = g_new (const char *, object->n);
  for (const HwJsonValue *member = hw_json_value_first (object); member;
       member = hw_json_value_next (object, member))
    keys[n++] = member->key;
  qsort (keys, n, sizeof *keys, compare_keys);
  for (guint i = 1; i < n; i++)
    if (strcmp (keys[i - 1], keys[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
read_members (Reader *self, guint *n)
{
  skip_space (self);
  if (take (self, '}'))
    return TRUE;
  for (;;)
    {
      const char *key;

      skip_space (self);
      key = read_string (self);
      if (!key)
        return FALSE;
      skip_space (self);
      if (!take (self, ':'))
        return fail (self, "a colon is expected");
      if (!read_value (self, key))
        return FALSE;
      ++*n;
      skip_space (self);
      if (take (self, '}'))
        return TRUE;
      if (!take (self, ','))
        return fail (self, "a comma is expected");
    }
}

static gboolean
read_elements (Reader *self, guint *n)
{
  skip_space (self);
  if (take (self, ']'))
    return TRUE;
  for (;;)
    {
      if (!read_value (self, NULL))
        return FALSE;
      ++*n;
      skip_space (self);
      if (take (self, ']'))
        return TRUE;
      if (!take (self, ','))
        return fail (self, "a comma is expected");
    }
}

static gboolean
read_object (Reader *self, const char *key)
{
  guint object;
  guint n = 0;

  if (++self->depth > HW_JSON_DEPTH_MAX)
    return fail (self, "it is nested too deep");
  if (!take (self, '{'))
    return fail (self, "an object is expected");
  object = add_value (self, HW_JSON_OBJECT, key);
  if (!read_members (self, &n))
    return FALSE;
  self->depth--;
  self->tree->values[object].n = n;
  self->tree->values[object].size = self->tree->n_values - object;
  if (has_key_twice (&self->tree->values[object]))
    return fail (self, "a key stands twice in one object");
  return TRUE;
}

static gboolean
read_array (Reader *self, const char *key)
{
  guint array;
  guint n = 0;

  if (++self->depth > HW_JSON_DEPTH_MAX)
    return fail (self, "it is nested too deep");
  self->at++;
  array = add_value (self, HW_JSON_ARRAY, key);
  if (!read_elements (self, &n))
    return FALSE;
  self->depth--;
  self->tree->values[array].n = n;
  self->tree->values[array].size = self->tree->n_values - array;
  return TRUE;
}

static gboolean
read_string_value (Reader *self, const char *key)
{
  const char *string = read_string (self);
  guint value;

  if (!string)
    return FALSE;
  value = add_value (self, HW_JSON_STRING, key); /* the values may move: not in one expression */
  self->tree->values[value].string = string;
  return TRUE;
}

static gboolean
read_value (Reader *self, const char *key)
{
  skip_space (self);
  switch (self->at < self->end ? *self->at : 0)
    {
    case '{':
      return read_object (self, key);
    case '[':
      return read_array (self, key);
    case '"':
      return read_string_value (self, key);
    case 't':
      return read_word (self, key, "true", HW_JSON_BOOLEAN);
    case 'f':
      return read_word (self, key, "false", HW_JSON_BOOLEAN);
    case 'n':
      return read_word (self, key, "null", HW_JSON_NULL);
    default:
      return read_number (self, key);
    }
}

/* Whether it is all ASCII, without NUL, as most of what is said. */
static gboolean
is_plain (const char *bytes, gsize length)
{
  for (; length >= 8; bytes += 8, length -= 8)
    if (!hw_scan_is_ascii (hw_scan_load (bytes)))
      return FALSE;
  for (; length > 0; bytes++, length--)
    if ((signed char) *bytes <= 0)
      return FALSE;
  return TRUE;
}

/**
 * hw_json_tree_read:
 * @line: bytes from anywhere, not necessarily terminated
 * @length: how many
 * @error: where to put %HW_ERROR_BAD_JSON
 *
 * Reads one JSON object as RFC 8259 has it. Beyond the grammar it refuses nesting deeper than
 * %HW_JSON_DEPTH_MAX, a key twice in one object, invalid UTF-8 and NUL, escaped or raw. Integers
 * beyond 64 bits, and numbers with a fraction or an exponent, become doubles. Any thread.
 *
 * Returns: (transfer full) (nullable): the object
 */
HwJsonTree *
hw_json_tree_read (const char *line, gsize length, GError **error)
{
  Reader self = { .at = line, .end = line + length };

  g_return_val_if_fail (line != NULL || length == 0, NULL);

  if (!is_plain (line, length) && !g_utf8_validate_len (line, length, NULL))
    self.fault = memchr (line, 0, length) ? "NUL is not allowed" : "it is not UTF-8";
  else
    {
      /* The text's strings, their quotes left away, but each with a NUL */
      self.tree = g_malloc (sizeof (HwJsonTree) + length);
      self.tree->values = self.tree->few;
      self.tree->n_values = 0;
      self.tree->capacity = FEW;
      self.out = self.tree->text;
      skip_space (&self);
      if (read_object (&self, NULL))
        {
          skip_space (&self);
          if (self.at < self.end)
            fail (&self, "something follows the object");
        }
    }
  if (!self.fault)
    return self.tree;

  hw_json_tree_free (self.tree);
  hw_error_set (error, HW_ERROR_BAD_JSON, NULL, "This line is not the JSON expected: %s.",
                self.fault);
  return NULL;
}

/**
 * hw_json_tree_free:
 * @self: (nullable) (transfer full): a tree
 */
void
hw_json_tree_free (HwJsonTree *self)
{
  if (self && self->values != self->few)
    g_free (self->values);
  g_free (self);
}

/**
 * hw_json_tree_get_root:
 * @self: a tree
 *
 * Returns: (transfer none): the outermost object
 */
const HwJsonValue *
hw_json_tree_get_root (const HwJsonTree *self)
{
  return self->values;
}

/**
 * hw_json_value_find:
 * @object: an object of a tree
 * @key: a member's name
 *
 * Returns: (transfer none) (nullable): that member
 */
const HwJsonValue *
hw_json_value_find (const HwJsonValue *object, const char *key)
{
  for (const HwJsonValue *member = hw_json_value_first (object); member;
       member = hw_json_value_next (object, member))
    if (strcmp (member->key, key) == 0)
      return member;
  return NULL;
}
