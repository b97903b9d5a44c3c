/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwPage: entries as they come in a reply, checked: all of them whole, one after the other without
 * a hole, none beyond the log's end. What passes can be put into a history as it is. */

#include "page.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/message.h"

/**
 * hw_page_free:
 * @self: (nullable) (transfer full): a page
 */
void
hw_page_free (HwPage *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_free (self);
}

static HwPage *
parse (JsonObject *reply, gboolean consecutive, GError **error)
{
  g_autoptr (HwPage) self = g_new0 (HwPage, 1);
  JsonArray *rows = NULL;
  gint64 last = 0;
  guint n_rows;

  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  if (!hw_message_get_array (reply, "entries", &rows, error)
      || !hw_message_get_bool_opt (reply, "more", &self->more, error)
      || !hw_message_get_int (reply, "last", 0, HW_INT_MAX, &last, error))
    return NULL;
  self->last = last;
  n_rows = json_array_get_length (rows);
  for (guint i = 0; i < n_rows; i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      HwEntry *entry;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, "entries", "An entry is an object.");
          return NULL;
        }
      entry = hw_entry_new_from_json (json_node_get_object (node), error);
      if (!entry)
        return NULL;
      g_ptr_array_add (self->entries, entry);
      if ((consecutive && hw_entry_get_seq (entry) != hw_page_get_first (self) + i)
          || (i > 0 && hw_entry_get_seq (entry) <= hw_entry_get_seq (self->entries->pdata[i - 1]))
          || hw_entry_get_seq (entry) > self->last)
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, "seq", "The entries are not consecutive.");
          return NULL;
        }
    }
  return g_steal_pointer (&self);
}

/**
 * hw_page_parse:
 * @reply: (transfer none): a reply with "entries", "more" and "last"
 * @error: (nullable): return location
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the page, %NULL if it breaks the protocol
 */
HwPage *
hw_page_parse (JsonObject *reply, GError **error)
{
  return parse (reply, TRUE, error);
}

/**
 * hw_page_parse_picked:
 * @reply: (transfer none): the same, to a question with a filter
 * @total: (out): how many entries match, %G_MAXUINT64 if the server does not tell
 * @error: (nullable): return location
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the page, whose entries may lie apart; %NULL if it breaks
 * the protocol
 */
HwPage *
hw_page_parse_picked (JsonObject *reply, guint64 *total, GError **error)
{
  gint64 n = -1;

  if (!hw_message_get_int_opt (reply, "total", 0, HW_INT_MAX, &n, error))
    return NULL;
  *total = n >= 0 ? (guint64) n : G_MAXUINT64;
  return parse (reply, FALSE, error);
}

/**
 * hw_page_get_first:
 * @self: a page
 *
 * Returns: seq of its first entry, 0: it is empty
 */
guint64
hw_page_get_first (const HwPage *self)
{
  return self->entries->len > 0 ? hw_entry_get_seq (self->entries->pdata[0]) : 0;
}

/**
 * hw_page_get_end:
 * @self: a page
 *
 * Returns: seq of its last entry, 0: it is empty
 */
guint64
hw_page_get_end (const HwPage *self)
{
  return self->entries->len > 0 ? hw_entry_get_seq (self->entries->pdata[self->entries->len - 1])
                                : 0;
}
