/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Entries as the wire has them, one by one and by the page. */

#include "page.h"

#include "protocol/limits.h"
#include "protocol/name.h"

#include <string.h>

/* Bytes of a line that are left for what follows the entries. */
#define RESERVE 512

/**
 * hw_page_write_entry:
 * @writer: inside an object
 * @entry: an entry
 * @with_key: whether the reader is its author
 *
 * Writes an entry's fields.
 */
void
hw_page_write_entry (HwJsonWriter *writer, const HwLogEntry *entry, gboolean with_key)
{
  hw_json_int (writer, "seq", entry->seq);
  hw_json_int (writer, "at", entry->at);
  hw_json_string (writer, "kind", hw_entry_kind_to_string (entry->kind));
  if (*entry->from)
    hw_json_string (writer, "from", entry->from);
  switch (entry->kind)
    {
    case HW_ENTRY_LEFT:
      hw_json_string (writer, "reason", hw_left_reason_to_string (entry->reason));
      break;
    case HW_ENTRY_MESSAGE:
    case HW_ENTRY_TOPIC:
      hw_json_string (writer, "text", entry->text);
      break;
    case HW_ENTRY_RENAMED:
      hw_json_string (writer, "to", entry->to);
      break;
    case HW_ENTRY_KICKED:
      hw_json_string (writer, "by", entry->by);
      hw_json_string (writer, "text", entry->text);
      break;
    case HW_ENTRY_UNKNOWN:
    case HW_ENTRY_CREATED:
    case HW_ENTRY_JOINED:
    case HW_ENTRY_CLOSED:
      break;
    }
  if (with_key && *entry->key)
    hw_json_string (writer, "key", entry->key);
}

static gboolean
is_by (const HwLogEntry *entry, const char *reader)
{
  g_autofree char *folded = NULL;

  if (!reader || !*entry->key)
    return FALSE;
  folded = hw_name_fold (entry->from);
  return g_str_equal (folded, reader);
}

/* What an entry takes at most. In what entries hold no character is escaped to more than two
 * bytes. */
static gsize
get_bound (const HwLogEntry *entry)
{
  return 192
         + 2
               * (strlen (entry->from) + strlen (entry->text) + strlen (entry->to)
                  + strlen (entry->by) + strlen (entry->key));
}

/**
 * hw_page_write:
 * @writer: inside an object
 * @entries: (array length=n_entries): oldest first
 * @n_entries: how many
 * @newest: whether, when not all fit into a line, the newest are to be kept rather than the oldest
 * @reader: (nullable): the folded name of who reads, who sees its own keys
 *
 * Writes the field "entries", cut to fit.
 *
 * Returns: whether any were cut off
 */
gboolean
hw_page_write (HwJsonWriter *writer,
               HwLogEntry *const *entries,
               guint n_entries,
               gboolean newest,
               const char *reader)
{
  gsize room = HW_SERVER_LINE_MAX - MIN (writer->out->len + RESERVE, HW_SERVER_LINE_MAX);
  guint first = newest ? n_entries : 0;
  guint end = first;

  while (newest ? first > 0 : end < n_entries)
    {
      gsize bound = get_bound (entries[newest ? first - 1 : end]);

      if (bound > room)
        break;
      room -= bound;
      if (newest)
        first--;
      else
        end++;
    }
  hw_json_begin_array (writer, "entries");
  for (guint i = first; i < end; i++)
    {
      hw_json_begin_object (writer, NULL);
      hw_page_write_entry (writer, entries[i], is_by (entries[i], reader));
      hw_json_end_object (writer);
    }
  hw_json_end_array (writer);
  return end - first < n_entries;
}
