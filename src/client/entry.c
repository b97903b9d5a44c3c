/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwEntry: one entry of a room's log on the client's side. Made from the server's JSON, from what
 * the person typed, or as a placeholder for one whose page was asked for. Thousands of them are
 * alive at once, so they have no properties, and names, which repeat, are shared strings. */

#include "entry-private.h"

#include "clean.h"
#include "transfer.h"

#include "protocol/limits.h"
#include "protocol/message.h"

struct _HwEntry
{
  GObject parent_instance;

  guint64 seq;
  gint64 at;
  HwEntryKind kind;
  HwEntryState state;
  HwLeftReason reason;
  char *from; /* a GRefString; likewise to and by */
  char *to;
  char *by;
  char *text;
  char *key;
  char *problem;
  char *their_key; /* (nullable): of a whisper to us */
  gboolean direct;
  HwTransfer *transfer;
  guint64 acknowledged; /* the seq the server gave to what is shown as unsaved still */
  gint64 acknowledged_at;
};

G_DEFINE_FINAL_TYPE (HwEntry, hw_entry, G_TYPE_OBJECT)

static void
hw_entry_finalize (GObject *object)
{
  HwEntry *self = HW_ENTRY (object);

  g_clear_pointer (&self->from, g_ref_string_release);
  g_clear_pointer (&self->to, g_ref_string_release);
  g_clear_pointer (&self->by, g_ref_string_release);
  g_free (self->text);
  g_free (self->key);
  g_free (self->problem);
  g_clear_object (&self->transfer);
  g_free (self->their_key);

  G_OBJECT_CLASS (hw_entry_parent_class)->finalize (object);
}

static void
hw_entry_class_init (HwEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_entry_finalize;
}

static void
hw_entry_init (HwEntry *self)
{
}

static gboolean
read_name (JsonObject *object, const char *field, char **name, GError **error)
{
  const char *value = NULL;
  g_autofree char *clean = NULL;

  if (!hw_message_get_string_opt (object, field, &value, error))
    return FALSE;
  if (!value)
    return TRUE;
  clean = hw_clean_name (value, HW_USER_NAME_MAX);
  *name = g_ref_string_new_intern (clean);
  return TRUE;
}

/**
 * hw_entry_new_from_json:
 * @object: (transfer none): an entry as the server sends it
 * @error: (nullable): return location
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): a saved entry, or %NULL if @object is not one
 */
HwEntry *
hw_entry_new_from_json (JsonObject *object, GError **error)
{
  g_autoptr (HwEntry) self = g_object_new (HW_TYPE_ENTRY, NULL);
  const char *kind = NULL;
  const char *text = NULL;
  const char *key = NULL;
  const char *reason = NULL;
  gint64 seq = 0;

  g_return_val_if_fail (object != NULL, NULL);

  if (!hw_message_get_int (object, "seq", 1, HW_INT_MAX, &seq, error)
      || !hw_message_get_int (object, "at", 0, HW_INT_MAX, &self->at, error)
      || !hw_message_get_string (object, "kind", &kind, error)
      || !read_name (object, "from", &self->from, error)
      || !read_name (object, "to", &self->to, error) || !read_name (object, "by", &self->by, error)
      || !hw_message_get_string_opt (object, "text", &text, error)
      || !hw_message_get_string_opt (object, "key", &key, error)
      || !hw_message_get_string_opt (object, "reason", &reason, error))
    return NULL;

  self->seq = seq;
  self->state = HW_ENTRY_SAVED;
  self->kind = hw_entry_kind_from_string (kind);
  self->reason = hw_left_reason_from_string (reason);
  if (text)
    self->text = hw_clean_text (text, HW_LINE_MAX);
  if (key && g_utf8_strlen (key, -1) <= HW_KEY_MAX)
    self->key = g_strdup (key);
  return g_steal_pointer (&self);
}

/**
 * hw_entry_new_message:
 * @at: when it was typed, milliseconds since 1970 UTC
 * @from: one's own name
 * @text: what was typed
 * @key: its key, by which the server knows it again
 *
 * Returns: (transfer full): a message that is not saved yet
 */
HwEntry *
hw_entry_new_message (gint64 at, const char *from, const char *text, const char *key)
{
  HwEntry *self = g_object_new (HW_TYPE_ENTRY, NULL);

  self->at = at;
  self->kind = HW_ENTRY_MESSAGE;
  self->state = HW_ENTRY_UNSAVED;
  self->from = g_ref_string_new_intern (from);
  self->text = g_strdup (text);
  self->key = g_strdup (key);
  return self;
}

/**
 * hw_entry_new_loading:
 * @seq: where it stands in the log
 *
 * Returns: (transfer full): a placeholder
 */
HwEntry *
hw_entry_new_loading (guint64 seq)
{
  HwEntry *self = g_object_new (HW_TYPE_ENTRY, NULL);

  self->seq = seq;
  self->state = HW_ENTRY_LOADING;
  return self;
}

/**
 * hw_entry_new_file:
 * @at: when it was offered, milliseconds since 1970 UTC
 * @from: by whom
 * @transfer: (transfer none): the file
 *
 * Returns: (transfer full): an entry that is in no log
 */
HwEntry *
hw_entry_new_file (gint64 at, const char *from, HwTransfer *transfer)
{
  HwEntry *self = g_object_new (HW_TYPE_ENTRY, NULL);

  self->at = at;
  self->kind = HW_ENTRY_MESSAGE;
  self->state = HW_ENTRY_SAVED;
  self->from = g_ref_string_new_intern (from);
  self->text = g_strdup (hw_transfer_get_name (transfer));
  self->transfer = g_object_ref (transfer);
  return self;
}

/**
 * hw_entry_get_transfer:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): the file that it offers
 */
HwTransfer *
hw_entry_get_transfer (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), NULL);

  return self->transfer;
}

/**
 * hw_entry_set_transfer:
 * @self: an entry with a file
 * @transfer: (transfer none): the same file, offered anew
 */
void
hw_entry_set_transfer (HwEntry *self, HwTransfer *transfer)
{
  g_set_object (&self->transfer, transfer);
}

/**
 * hw_entry_new_saved_copy:
 * @self: an unsaved message
 * @seq: the seq that the server gave it
 * @at: the time that the server gave it
 *
 * Returns: (transfer full): the same message as a saved entry
 */
HwEntry *
hw_entry_new_saved_copy (HwEntry *self, guint64 seq, gint64 at)
{
  HwEntry *copy = hw_entry_new_message (at, self->from, self->text, self->key);

  copy->seq = seq;
  copy->their_key = g_strdup (self->their_key);
  copy->direct = self->direct;
  copy->state = HW_ENTRY_SAVED;
  return copy;
}

/**
 * hw_entry_get_direct:
 * @self: an entry
 *
 * Returns: whether it is a whisper that went from computer to computer
 */
gboolean
hw_entry_get_direct (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), FALSE);

  return self->direct;
}

/**
 * hw_entry_set_direct:
 * @self: a whisper that is not shown yet
 * @direct: whether it went from computer to computer
 */
void
hw_entry_set_direct (HwEntry *self, gboolean direct)
{
  self->direct = direct;
}

/**
 * hw_entry_get_their_key:
 * @self: an entry
 *
 * Returns: (nullable): by which its author knows it, if it is a whisper to us
 */
const char *
hw_entry_get_their_key (HwEntry *self)
{
  return self->their_key;
}

/**
 * hw_entry_set_their_key:
 * @self: a whisper to us that is not shown yet
 * @key: (nullable): by which its author knows it
 */
void
hw_entry_set_their_key (HwEntry *self, const char *key)
{
  g_free (self->their_key);
  self->their_key = g_strdup (key);
}

/**
 * hw_entry_set_state:
 * @self: an entry that was typed here
 * @state: %HW_ENTRY_UNSAVED or %HW_ENTRY_FAILED
 * @problem: (nullable): why it failed, for the person
 *
 * For HwHistory alone, which tells those who show it.
 */
void
hw_entry_set_state (HwEntry *self, HwEntryState state, const char *problem)
{
  self->state = state;
  g_free (self->problem);
  self->problem = g_strdup (problem);
}

/**
 * hw_entry_get_acknowledged:
 * @self: an unsaved entry
 *
 * Returns: the seq under which the server says that it is saved, though its place in the log is not
 *   reached yet; 0: not acknowledged
 */
guint64
hw_entry_get_acknowledged (HwEntry *self)
{
  return self->acknowledged;
}

/**
 * hw_entry_set_acknowledged:
 * @self: an unsaved entry
 * @seq: from the server's reply
 * @at: from the server's reply
 *
 * Remembers both until the log has grown so far.
 */
void
hw_entry_set_acknowledged (HwEntry *self, guint64 seq, gint64 at)
{
  self->acknowledged = seq;
  self->acknowledged_at = at;
}

/**
 * hw_entry_make_acknowledged:
 * @self: an unsaved entry that was acknowledged
 *
 * Returns: (transfer full): it as a saved entry
 */
HwEntry *
hw_entry_make_acknowledged (HwEntry *self)
{
  return hw_entry_new_saved_copy (self, self->acknowledged, self->acknowledged_at);
}

/**
 * hw_entry_is_same:
 * @self: a saved entry
 * @other: a saved entry
 *
 * Returns: whether both are the same entry of the same log
 */
gboolean
hw_entry_is_same (HwEntry *self, HwEntry *other)
{
  return self->seq == other->seq && self->at == other->at && self->kind == other->kind
         && g_strcmp0 (self->from, other->from) == 0 && g_strcmp0 (self->text, other->text) == 0;
}

guint64
hw_entry_get_seq (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), 0);

  return self->seq;
}

gint64
hw_entry_get_at (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), 0);

  return self->at;
}

HwEntryKind
hw_entry_get_kind (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), HW_ENTRY_UNKNOWN);

  return self->kind;
}

HwEntryState
hw_entry_get_state (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), HW_ENTRY_LOADING);

  return self->state;
}

const char *
hw_entry_get_from (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), "");

  return self->from ? self->from : "";
}

const char *
hw_entry_get_text (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), "");

  return self->text ? self->text : "";
}

const char *
hw_entry_get_to (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), "");

  return self->to ? self->to : "";
}

const char *
hw_entry_get_by (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), "");

  return self->by ? self->by : "";
}

const char *
hw_entry_get_key (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), NULL);

  return self->key;
}

HwLeftReason
hw_entry_get_reason (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), HW_LEFT_NONE);

  return self->reason;
}

const char *
hw_entry_get_problem (HwEntry *self)
{
  g_return_val_if_fail (HW_IS_ENTRY (self), NULL);

  return self->problem;
}
