/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwDrafts: few and short, so that the file is written as a whole, a moment after the last key. */

#include "drafts.h"

#include "journal.h"

#include "protocol/json-writer.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <string.h>

/* Drafts kept at most, and bytes of one. */
#define DRAFTS_MAX 200
#define TEXT_MAX   (64 * 1024)

/* Milliseconds after the last key until what was written is on the disk. */
#define REST 700

struct _HwDrafts
{
  GHashTable *texts;  /* folded conversation → text; "": erased before the file was read */
  HwJournal *journal; /* (nullable): in memory only */
  guint source;
};

/**
 * hw_drafts_new:
 *
 * Returns: (transfer full): no drafts, in memory
 */
HwDrafts *
hw_drafts_new (void)
{
  HwDrafts *self = g_new0 (HwDrafts, 1);

  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

static void
write_all (HwDrafts *self)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  GHashTableIter iter;
  gpointer key, text;

  g_clear_handle_id (&self->source, g_source_remove);
  g_hash_table_iter_init (&iter, self->texts);
  while (g_hash_table_iter_next (&iter, &key, &text))
    {
      HwJsonWriter json;

      hw_json_writer_init (&json, lines);
      hw_json_begin_object (&json, NULL);
      hw_json_string (&json, "draft", key);
      hw_json_string (&json, "text", text);
      hw_json_end_object (&json);
      g_string_append_c (lines, '\n');
    }
  hw_journal_replace (self->journal, lines, FALSE);
}

static gboolean
on_rested (gpointer user_data)
{
  HwDrafts *self = user_data;

  self->source = 0;
  write_all (self);
  return G_SOURCE_REMOVE;
}

static void
write_later (HwDrafts *self)
{
  if (self->journal && !self->source)
    self->source = g_timeout_add (REST, on_rested, self);
}

/**
 * hw_drafts_free:
 * @self: (nullable) (transfer full): drafts
 *
 * What was not written yet still is.
 */
void
hw_drafts_free (HwDrafts *self)
{
  if (!self)
    return;
  hw_drafts_close (self, FALSE);
  g_hash_table_unref (self->texts);
  g_free (self);
}

static gboolean
is_erased (gpointer key, gpointer text, gpointer user_data)
{
  return *(const char *) text == '\0';
}

/**
 * hw_drafts_open:
 * @self: drafts, in memory
 * @thread: (transfer none): where files are written
 * @path: where they are kept
 * @lines: (transfer none) (element-type JsonObject): what is there
 *
 * Keeps them on disk from now on. What was written since is newer than what is there.
 */
void
hw_drafts_open (HwDrafts *self, HwFileThread *thread, const char *path, GPtrArray *lines)
{
  gboolean newer = g_hash_table_size (self->texts) > 0;

  g_return_if_fail (self->journal == NULL);

  self->journal = hw_journal_new (thread, path, NULL, NULL);
  for (guint i = 0; i < lines->len && i < DRAFTS_MAX; i++)
    {
      const char *key = NULL;
      const char *text = NULL;

      if (hw_message_get_string (lines->pdata[i], "draft", &key, NULL)
          && hw_message_get_string (lines->pdata[i], "text", &text, NULL)
          && strlen (text) <= TEXT_MAX && !g_hash_table_contains (self->texts, key))
        g_hash_table_insert (self->texts, g_strdup (key), g_strdup (text));
    }
  g_hash_table_foreach_remove (self->texts, is_erased, NULL);
  if (newer)
    write_later (self);
}

/**
 * hw_drafts_close:
 * @self: drafts
 * @forget: whether they are to be kept on disk no more; they stay in memory
 *
 * Otherwise they are on the disk, and here no more.
 */
void
hw_drafts_close (HwDrafts *self, gboolean forget)
{
  if (!self->journal)
    return;
  if (self->source && !forget)
    write_all (self);
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->journal, hw_journal_free);
  if (!forget)
    g_hash_table_remove_all (self->texts);
}

/**
 * hw_drafts_set:
 * @self: drafts
 * @conversation: which one, in any spelling
 * @text: what stands in its entry; "" forgets what stood there before
 */
void
hw_drafts_set (HwDrafts *self, const char *conversation, const char *text)
{
  g_autofree char *folded = hw_name_fold (conversation);

  if (!folded || g_strcmp0 (g_hash_table_lookup (self->texts, folded), *text ? text : NULL) == 0)
    return;
  /* What the file says of it, once it is read, is not to come back. */
  if (*text == '\0' && self->journal)
    g_hash_table_remove (self->texts, folded);
  else if (strlen (text) <= TEXT_MAX
           && (g_hash_table_size (self->texts) < DRAFTS_MAX
               || g_hash_table_contains (self->texts, folded)))
    g_hash_table_insert (self->texts, g_steal_pointer (&folded), g_strdup (text));
  write_later (self);
}

/**
 * hw_drafts_get:
 * @self: drafts
 * @conversation: which one, in any spelling
 *
 * Returns: (transfer none) (nullable): what was being written there
 */
const char *
hw_drafts_get (HwDrafts *self, const char *conversation)
{
  g_autofree char *folded = hw_name_fold (conversation);
  const char *text = folded ? g_hash_table_lookup (self->texts, folded) : NULL;

  return text && *text ? text : NULL;
}
