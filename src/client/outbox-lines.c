/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the outbox's journal says: how a message becomes a line, and what a journal that was found
 * still has. Whatever it says is checked as if another had written it. */

#include "hallway-config.h"

#include "outbox-lines.h"

#include "protocol/json-writer.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <string.h>

/* Bytes that a line has beside its text, names and key, about. */
#define LINE_OVERHEAD 128

/**
 * hw_outbox_line_new:
 * @whisper: whether it is for a person
 * @name: of the room, or the person
 * @text: what was said
 * @key: (transfer full): by which the server is to know it again
 * @at: when, milliseconds since 1970 UTC
 *
 * Returns: (transfer full): a message that nothing is known of yet
 */
HwOutboxLine *
hw_outbox_line_new (gboolean whisper, const char *name, const char *text, char *key, gint64 at)
{
  HwOutboxLine *item = g_new0 (HwOutboxLine, 1);

  item->item.key = key;
  item->item.whisper = whisper;
  item->item.name = g_strdup (name);
  item->item.room = hw_name_fold (name);
  item->item.text = g_strdup (text);
  item->item.at = at;
  return item;
}

/**
 * hw_outbox_line_get_weight:
 * @self: a message
 *
 * Returns: the bytes of its line, about
 */
gsize
hw_outbox_line_get_weight (const HwOutboxLine *self)
{
  return LINE_OVERHEAD + strlen (self->item.text) + 2 * strlen (self->item.name);
}

/**
 * hw_outbox_line_free:
 * @self: (transfer full): a message
 */
void
hw_outbox_line_free (HwOutboxLine *self)
{
  g_free (self->item.key);
  g_free (self->item.room);
  g_free (self->item.name);
  g_free (self->item.text);
  g_free (self->item.sent_as);
  g_free (self->item.problem);
  g_free (self);
}

/**
 * hw_outbox_line_write:
 * @self: a message
 * @author: (nullable): who we are, folded
 * @line: to which its line is added, without the line's end
 */
void
hw_outbox_line_write (const HwOutboxLine *self, const char *author, GString *line)
{
  const HwOutboxItem *item = &self->item;
  HwJsonWriter json;

  hw_json_writer_init (&json, line);
  hw_json_begin_object (&json, NULL);
  hw_json_string (&json, "out", item->key);
  hw_json_string (&json, item->whisper ? "to" : "room", item->name);
  hw_json_string (&json, "text", item->text);
  hw_json_int (&json, "at", item->at);
  /* Whether it went out is not written down in time, so it may have. */
  if (item->sent_as || author)
    hw_json_string (&json, "as", item->sent_as ? item->sent_as : author);
  if (item->problem)
    hw_json_string (&json, "problem", item->problem);
  hw_json_end_object (&json);
}

/* An "out" line as an item; %NULL if it is none. */
static HwOutboxLine *
read_item (JsonObject *line)
{
  gboolean whisper = hw_message_has (line, "to");
  g_autofree char *normal = NULL;
  const char *key = NULL;
  const char *name = NULL;
  const char *text = NULL;
  const char *problem = NULL;
  const char *as = NULL;
  gint64 at = 0;
  HwOutboxLine *item;

  if (!hw_message_get_string (line, "out", &key, NULL)
      || !hw_message_get_string (line, whisper ? "to" : "room", &name, NULL)
      || !hw_message_get_string (line, "text", &text, NULL)
      || !hw_message_get_int (line, "at", 0, HW_INT_MAX, &at, NULL)
      || !hw_message_get_string_opt (line, "problem", &problem, NULL)
      || !hw_message_get_string_opt (line, "as", &as, NULL) || !*key || strlen (key) > HW_KEY_MAX
      || !*text || !hw_text_check (text, "text", NULL))
    return NULL;
  normal = whisper ? hw_name_normalize_user (name, "to", NULL)
                   : hw_name_normalize_room (name, "room", NULL);
  if (!normal)
    return NULL;
  item = hw_outbox_line_new (whisper, normal, text, g_strdup (key), at);
  item->item.kept = TRUE;
  item->item.sent_as = g_strdup (as);
  item->item.problem = g_strdup (problem);
  return item;
}

/**
 * hw_outbox_lines_read:
 * @lines: (element-type JsonObject): what a journal says
 * @items: (element-type HwOutboxLine): to which is added what it still has, in order
 */
void
hw_outbox_lines_read (GPtrArray *lines, GQueue *items)
{
  g_autoptr (GHashTable) links = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < lines->len; i++)
    {
      JsonObject *line = lines->pdata[i];
      const char *key = NULL;
      const char *why = "";
      GList *link;
      HwOutboxLine *item;

      if (hw_message_has (line, "out"))
        {
          item = read_item (line);
          if (item && g_hash_table_contains (links, item->item.key))
            g_clear_pointer (&item, hw_outbox_line_free);
          if (!item)
            continue;
          g_queue_push_tail (items, item);
          g_hash_table_insert (links, item->item.key, items->tail);
        }
      else if (hw_message_get_string (line, "done", &key, NULL)
               && (link = g_hash_table_lookup (links, key)))
        {
          g_hash_table_remove (links, key);
          hw_outbox_line_free (link->data);
          g_queue_delete_link (items, link);
        }
      else if (hw_message_get_string (line, "problem", &key, NULL)
               && hw_message_get_string_opt (line, "why", &why, NULL)
               && (link = g_hash_table_lookup (links, key)))
        {
          item = link->data;
          g_free (item->item.problem);
          item->item.problem = g_strdup (why);
        }
    }
  while (items->length > HW_OUTBOX_MAX)
    hw_outbox_line_free (g_queue_pop_head (items));
}
