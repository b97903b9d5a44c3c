/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwFileRecord: a journal with a line for each file that came, and for each of ours that arrived
 * with the one person it was for. Whatever is taken out, or too much, has it written anew. What is
 * read from it is checked like anything else: the journal is a file. */

#include "file-record.h"

#include "clean.h"
#include "journal.h"
#include "transfers-private.h"

#include "protocol/file-name.h"
#include "protocol/fingerprint.h"
#include "protocol/json-writer.h"
#include "protocol/limits.h"
#include "protocol/message.h"

/* Files that are remembered: the oldest are forgotten first. */
#define FILES_MAX 500

struct _HwFileRecord
{
  GPtrArray *all;     /* of HwTransfer, oldest first */
  GListStore *list;   /* those of them that are in no other list */
  HwJournal *journal; /* (nullable): it is in memory only */
};

/**
 * hw_file_record_new:
 *
 * Returns: (transfer full): an empty record, in memory
 */
HwFileRecord *
hw_file_record_new (void)
{
  HwFileRecord *self = g_new0 (HwFileRecord, 1);

  self->all = g_ptr_array_new_with_free_func (g_object_unref);
  self->list = g_list_store_new (HW_TYPE_TRANSFER);
  return self;
}

/**
 * hw_file_record_free:
 * @self: (nullable) (transfer full): a record
 */
void
hw_file_record_free (HwFileRecord *self)
{
  if (!self)
    return;
  hw_journal_free (self->journal);
  g_ptr_array_unref (self->all);
  g_object_unref (self->list);
  g_free (self);
}

static void
write_line (GString *lines, HwTransfer *transfer)
{
  g_autofree char *uri = g_file_get_uri (transfer->file);
  HwJsonWriter writer;

  hw_json_writer_init (&writer, lines);
  hw_json_begin_object (&writer, NULL);
  hw_json_string (&writer, "file", uri);
  hw_json_int (&writer, "at", transfer->at);
  if (transfer->room)
    hw_json_string (&writer, "room", transfer->room);
  hw_json_string (&writer, transfer->ours ? "to" : "from",
                  transfer->ours ? transfer->to : transfer->from);
  hw_json_string (&writer, "name", transfer->name);
  hw_json_int (&writer, "size", transfer->size);
  hw_json_string (&writer, "sha256", transfer->sha256);
  if (transfer->type)
    hw_json_string (&writer, "type", transfer->type);
  if (transfer->key)
    hw_json_string (&writer, "key", transfer->key);
  hw_json_end_object (&writer);
}

static void
write_all (HwFileRecord *self)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  if (!self->journal)
    return;
  for (guint i = 0; i < self->all->len; i++)
    {
      write_line (lines, self->all->pdata[i]);
      g_string_append_c (lines, '\n');
    }
  hw_journal_replace (self->journal, lines, FALSE);
}

/* (transfer full) (nullable) */
static HwTransfer *
read_line (JsonObject *line)
{
  g_autoptr (HwTransfer) transfer = NULL;
  g_autoptr (GFile) file = NULL;
  const char *uri, *name, *sha256;
  const char *room = NULL;
  const char *from = NULL;
  const char *to = NULL;
  const char *type = NULL;
  const char *key = NULL;
  g_autofree char *person = NULL;
  gint64 at, size;

  if (!hw_message_get_string (line, "file", &uri, NULL)
      || !hw_message_get_int (line, "at", 0, HW_INT_MAX, &at, NULL)
      || !hw_message_get_string_opt (line, "room", &room, NULL)
      || !hw_message_get_string_opt (line, "from", &from, NULL)
      || !hw_message_get_string_opt (line, "to", &to, NULL)
      || !hw_message_get_string (line, "name", &name, NULL)
      || !hw_message_get_int (line, "size", 0, HW_INT_MAX, &size, NULL)
      || !hw_message_get_string (line, "sha256", &sha256, NULL)
      || !hw_message_get_string_opt (line, "type", &type, NULL)
      || !hw_message_get_string_opt (line, "key", &key, NULL) || (from == NULL) == (to == NULL))
    return NULL;
  person = hw_clean_name (from ? from : to, HW_USER_NAME_MAX);
  file = g_file_new_for_uri (uri);
  if (*person == '\0' || !hw_fingerprint_is_valid (sha256) || !g_file_peek_path (file))
    return NULL;
  transfer = hw_transfer_new (to != NULL, room, person);
  transfer->state = HW_TRANSFER_DONE;
  transfer->file = g_steal_pointer (&file);
  transfer->at = at;
  transfer->name = hw_file_name_make_safe (name);
  transfer->size = size;
  g_strlcpy (transfer->sha256, sha256, sizeof transfer->sha256);
  transfer->type = type && hw_file_type_is_valid (type) ? g_strdup (type) : NULL;
  transfer->key = g_strdup (key);
  return g_steal_pointer (&transfer);
}

static gboolean
is_same (HwTransfer *one, HwTransfer *other)
{
  return one->at == other->at && one->ours == other->ours
         && g_str_equal (one->person, other->person) && g_str_equal (one->sha256, other->sha256)
         && g_file_equal (one->file, other->file);
}

static gboolean
has_same (HwFileRecord *self, HwTransfer *transfer)
{
  for (guint i = 0; i < self->all->len; i++)
    if (is_same (self->all->pdata[i], transfer))
      return TRUE;
  return FALSE;
}

/**
 * hw_file_record_open:
 * @self: a record in memory
 * @thread: (transfer none): where files are written
 * @path: where it is kept
 * @lines: (transfer none) (element-type JsonObject): what is there
 * @size: bytes of it
 * @damaged: whether it is to be written anew
 *
 * Keeps it on disk from now on.
 */
void
hw_file_record_open (HwFileRecord *self,
                     HwFileThread *thread,
                     const char *path,
                     GPtrArray *lines,
                     gsize size,
                     gboolean damaged)
{
  g_autoptr (GPtrArray) since = g_steal_pointer (&self->all);
  guint first = lines->len > FILES_MAX ? lines->len - FILES_MAX : 0;

  g_return_if_fail (self->journal == NULL);

  self->all = g_ptr_array_new_with_free_func (g_object_unref);
  self->journal = hw_journal_new (thread, path, NULL, NULL);
  hw_journal_set_size (self->journal, size);
  for (guint i = first; i < lines->len; i++)
    {
      g_autoptr (HwTransfer) transfer = read_line (lines->pdata[i]);

      for (guint j = 0; transfer && j < since->len; j++)
        if (is_same (since->pdata[j], transfer))
          g_clear_object (&transfer);
      if (!transfer)
        continue;
      g_list_store_insert (self->list, self->all->len, transfer);
      g_ptr_array_add (self->all, g_steal_pointer (&transfer));
    }
  for (guint i = 0; i < since->len; i++)
    g_ptr_array_add (self->all, g_object_ref (since->pdata[i]));
  if (damaged || first > 0 || since->len > 0)
    write_all (self);
}

/**
 * hw_file_record_close:
 * @self: a record
 *
 * What is kept stays on disk; here is what came in this start, and belongs to another list.
 */
void
hw_file_record_close (HwFileRecord *self)
{
  for (guint i = self->all->len; i-- > 0;)
    if (g_list_store_find (self->list, self->all->pdata[i], NULL))
      g_ptr_array_remove_index (self->all, i);
  g_list_store_remove_all (self->list);
  g_clear_pointer (&self->journal, hw_journal_free);
}

static void
forget (HwFileRecord *self, HwTransfer *transfer)
{
  guint position;

  if (g_list_store_find (self->list, transfer, &position))
    g_list_store_remove (self->list, position);
  g_ptr_array_remove (self->all, transfer);
}

/**
 * hw_file_record_add:
 * @self: a record
 * @transfer: (transfer none): a file that is done, and in a list of its own
 */
void
hw_file_record_add (HwFileRecord *self, HwTransfer *transfer)
{
  g_autoptr (GString) line = NULL;

  if (has_same (self, transfer))
    return;
  g_ptr_array_add (self->all, g_object_ref (transfer));
  if (self->all->len > FILES_MAX)
    {
      forget (self, self->all->pdata[0]);
      write_all (self);
    }
  else if (self->journal)
    {
      line = g_string_new (NULL);
      write_line (line, transfer);
      hw_journal_append (self->journal, line);
    }
}

/**
 * hw_file_record_put_off:
 * @self: a record
 * @transfer: (transfer none): one that leaves its own list
 *
 * If it is recorded, it is in the list of what was recorded from now on.
 */
void
hw_file_record_put_off (HwFileRecord *self, HwTransfer *transfer)
{
  if (g_ptr_array_find (self->all, transfer, NULL)
      && !g_list_store_find (self->list, transfer, NULL))
    g_list_store_append (self->list, transfer);
}

/**
 * hw_file_record_remove:
 * @self: a record
 * @transfer: (transfer none): one that the person does not want to see any more
 */
void
hw_file_record_remove (HwFileRecord *self, HwTransfer *transfer)
{
  G_GNUC_UNUSED g_autoptr (HwTransfer) alive = g_object_ref (transfer);

  if (!g_ptr_array_find (self->all, transfer, NULL))
    return;
  forget (self, transfer);
  write_all (self);
}

/**
 * hw_file_record_has:
 * @self: a record
 * @offer: one of somebody else
 *
 * Returns: whether that very offer was taken, and the file is still where it was saved
 */
gboolean
hw_file_record_has (HwFileRecord *self, HwTransfer *offer)
{
  for (guint i = self->all->len; offer->key && i-- > 0;)
    {
      HwTransfer *transfer = self->all->pdata[i];

      if (!transfer->ours && g_strcmp0 (transfer->key, offer->key) == 0
          && g_str_equal (transfer->person, offer->person)
          && g_str_equal (transfer->sha256, offer->sha256)
          && g_strcmp0 (transfer->room_folded, offer->room_folded) == 0)
        return g_file_query_exists (transfer->file, NULL);
    }
  return FALSE;
}

/**
 * hw_file_record_get_list:
 * @self: a record
 *
 * Returns: (transfer none): what was recorded and is in no other list, oldest first
 */
GListModel *
hw_file_record_get_list (HwFileRecord *self)
{
  return G_LIST_MODEL (self->list);
}
