/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One entry of a log: a block of memory that holds the fields and, behind them, the strings, so
 * that an entry costs one allocation and can be shared between rooms, connections and the storage
 * thread. */

#include "log-entry.h"

#include <string.h>

static gsize
size_of (const char *string)
{
  return string && *string ? strlen (string) + 1 : 0;
}

/* Puts @string where @end points, and @end behind it. */
static const char *
place (char **end, const char *string, gsize size)
{
  char *start = *end;

  if (size == 0)
    return "";
  memcpy (start, string, size);
  *end += size;
  return start;
}

/**
 * hw_log_entry_new:
 * @log: id of the log
 * @kind: what it tells
 * @reason: why somebody left, else %HW_LEFT_NONE
 * @from: (nullable): who
 * @text: (nullable): what was said, the topic, a kick's reason
 * @to: (nullable): the new name
 * @by: (nullable): who kicked
 * @key: (nullable): the author's key
 *
 * An entry without number and time, which the store gives. %NULL stands for "". Any thread.
 *
 * Returns: (transfer full): a new entry
 */
HwLogEntry *
hw_log_entry_new (gint64 log,
                  HwEntryKind kind,
                  HwLeftReason reason,
                  const char *from,
                  const char *text,
                  const char *to,
                  const char *by,
                  const char *key)
{
  gsize from_size = size_of (from), text_size = size_of (text), to_size = size_of (to);
  gsize by_size = size_of (by), key_size = size_of (key);
  HwLogEntry *self = g_malloc (sizeof *self + from_size + text_size + to_size + by_size + key_size);
  char *end = (char *) (self + 1);

  g_atomic_ref_count_init (&self->refs);
  self->log = log;
  self->seq = 0;
  self->at = 0;
  self->kind = kind;
  self->reason = reason;
  self->from = place (&end, from, from_size);
  self->text = place (&end, text, text_size);
  self->to = place (&end, to, to_size);
  self->by = place (&end, by, by_size);
  self->key = place (&end, key, key_size);
  return self;
}

/**
 * hw_log_entry_ref:
 * @self: an entry
 *
 * Any thread.
 *
 * Returns: (transfer full): @self
 */
HwLogEntry *
hw_log_entry_ref (HwLogEntry *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * hw_log_entry_unref:
 * @self: (transfer full): an entry
 *
 * Any thread.
 */
void
hw_log_entry_unref (HwLogEntry *self)
{
  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}
