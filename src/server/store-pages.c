/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decodes SQLite's pages (https://www.sqlite.org/fileformat2.html). Nothing that is read is
 * trusted: every offset and length is checked against the page and the file. */

#include "store-pages.h"

#define INDEX_INTERIOR 2
#define INDEX_LEAF     10
#define TABLE_LEAF     13

/* Bytes of a row that are believed: a text of the protocol's and some more. */
#define ROW_MAX (1024 * 1024)

typedef struct
{
  const guint8 *file;
  gsize size;
  guint page_size;
  GByteArray *payload; /* of a row that goes on in overflow pages */
  HwRowFunc func;
  gpointer user_data;
} Pages;

static guint32
read_u16 (const guint8 *bytes)
{
  return bytes[0] << 8 | bytes[1];
}

static guint32
read_u32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/* SQLite's variable-length integer. Returns what is behind it, NULL if it does not end before @end.
 */
static const guint8 *
read_varint (const guint8 *at, const guint8 *end, guint64 *value)
{
  *value = 0;
  for (int i = 0; i < 9 && at < end; i++, at++)
    {
      if (i == 8)
        {
          *value = *value << 8 | *at;
          return at + 1;
        }
      *value = *value << 7 | (*at & 0x7f);
      if (!(*at & 0x80))
        return at + 1;
    }
  return NULL;
}

static gint64
read_int (const guint8 *bytes, gsize length)
{
  guint64 value = length > 0 && bytes[0] & 0x80 ? G_MAXUINT64 : 0;

  for (gsize i = 0; i < length; i++)
    value = value << 8 | bytes[i];
  return (gint64) value;
}

/* Takes one value by its serial type. */
static gboolean
read_value (guint64 type, const guint8 **at, const guint8 *end, HwValue *value)
{
  static const guint8 int_sizes[] = { 0, 1, 2, 3, 4, 6, 8 };
  gsize length;

  *value = (HwValue){ HW_VALUE_OTHER, 0, NULL, 0 };
  if (type == 0)
    {
      value->type = HW_VALUE_NULL;
      return TRUE;
    }
  if (type == 8 || type == 9)
    {
      value->type = HW_VALUE_INT;
      value->number = type == 9;
      return TRUE;
    }
  if (type == 10 || type == 11)
    return FALSE;
  if (type < 7)
    length = int_sizes[type];
  else
    length = type == 7 ? 8 : (type - 12) / 2;
  if (length > (gsize) (end - *at))
    return FALSE;
  if (type < 7)
    {
      value->type = HW_VALUE_INT;
      value->number = read_int (*at, length);
    }
  else if (type >= 13 && type % 2 == 1)
    {
      value->type = HW_VALUE_TEXT;
      value->text = (const char *) *at;
      value->length = length;
      if (!g_utf8_validate_len (value->text, length, NULL))
        return FALSE;
    }
  *at += length;
  return TRUE;
}

static void
read_row (Pages *self, gint64 rowid, const guint8 *payload, gsize size)
{
  HwValue values[HW_ROW_VALUES_MAX];
  const guint8 *end = payload + size, *types, *types_end, *at;
  guint64 header_size, type;
  guint n = 0;

  types = read_varint (payload, end, &header_size);
  if (!types || header_size > size || payload + header_size < types)
    return;
  types_end = at = payload + header_size;
  while (types < types_end)
    {
      types = read_varint (types, types_end, &type);
      if (!types || n == HW_ROW_VALUES_MAX || !read_value (type, &at, end, &values[n]))
        return;
      n++;
    }
  if (at == end)
    self->func (rowid, values, n, self->user_data);
}

/* Puts a row together of which @local bytes are in its page. */
static gboolean
read_overflow (Pages *self, const guint8 *local, gsize n_local, gsize size)
{
  guint32 page = read_u32 (local + n_local);

  g_byte_array_set_size (self->payload, 0);
  g_byte_array_append (self->payload, local, n_local);
  while (self->payload->len < size)
    {
      const guint8 *bytes;

      if (page == 0 || page > self->size / self->page_size)
        return FALSE;
      bytes = self->file + (gsize) (page - 1) * self->page_size;
      g_byte_array_append (self->payload, bytes + 4,
                           MIN (size - self->payload->len, self->page_size - 4));
      page = read_u32 (bytes);
    }
  return TRUE;
}

/* A cell: its row's size, its id in a table, and what of it is in this page. */
static void
read_cell (Pages *self, guint8 page_type, const guint8 *at, const guint8 *end)
{
  guint usable = self->page_size, most, least;
  guint64 size, rowid = 0;
  gsize local;

  if (page_type == INDEX_INTERIOR)
    at = end - at > 4 ? at + 4 : NULL;
  if (!at || !(at = read_varint (at, end, &size)) || size == 0 || size > ROW_MAX)
    return;
  if (page_type == TABLE_LEAF && !(at = read_varint (at, end, &rowid)))
    return;

  most = page_type == TABLE_LEAF ? usable - 35 : (usable - 12) * 64 / 255 - 23;
  least = (usable - 12) * 32 / 255 - 23;
  local = size;
  if (size > most)
    {
      local = least + (size - least) % (usable - 4);
      if (local > most)
        local = least;
    }
  if (local + (local < size ? 4 : 0) > (gsize) (end - at))
    return;
  if (local == size)
    read_row (self, (gint64) rowid, at, size);
  else if (read_overflow (self, at, local, size))
    read_row (self, (gint64) rowid, self->payload->data, size);
}

static void
read_page (Pages *self, const guint8 *page, gboolean first)
{
  const guint8 *header = page + (first ? 100 : 0), *end = page + self->page_size;
  guint8 type = header[0];
  const guint8 *cells = header + (type == INDEX_INTERIOR ? 12 : 8);
  guint n_cells = read_u16 (header + 3);

  if (type != TABLE_LEAF && type != INDEX_LEAF && type != INDEX_INTERIOR)
    return;
  for (guint i = 0; i < n_cells && cells + 2 * i + 2 <= end; i++)
    {
      guint offset = read_u16 (cells + 2 * i);

      if (offset >= (gsize) (cells - page) && offset < self->page_size)
        read_cell (self, type, page + offset, end);
    }
}

/**
 * hw_pages_read:
 * @file: all of a database file
 * @size: its bytes
 * @page_size: bytes of a page
 * @func: called for every row that can be read, of whatever table, in no order; rows that were
 *   deleted may be among them
 * @user_data: for @func
 */
void
hw_pages_read (const guint8 *file, gsize size, guint page_size, HwRowFunc func, gpointer user_data)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  Pages self = { file, size, page_size, payload, func, user_data };

  for (gsize i = 0; i < size / page_size; i++)
    read_page (&self, file + i * page_size, i == 0);
}
