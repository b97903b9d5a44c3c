/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a history shows and its log does not have: items that are in no log at all, and the person's
 * own messages that are not in it yet: typed, shown at the end, and taken out again by
 * hw_history_settle() when the log has them. */

#include "history-private.h"

#include "entry-private.h"

/**
 * hw_history_add_local:
 * @self: a history, not a picked one
 * @entry: (transfer none): something that is in no log
 * @after: seq of the entry after which it stands; one that is not there yet is waited for
 *
 * Shows it there. Of too many the oldest go.
 */
void
hw_history_add_local (HwHistory *self, HwEntry *entry, guint64 after)
{
  guint logged, position;

  g_return_if_fail (HW_IS_HISTORY (self));
  g_return_if_fail (!self->pick);

  if (!self->locals)
    self->locals = hw_history_locals_new ();
  logged = hw_history_get_n_logged (self) - hw_history_locals_get_n (self->locals);
  if (hw_history_locals_get_n (self->locals) >= HW_HISTORY_LOCALS_MAX)
    {
      g_autoptr (HwEntry) first = g_object_ref (hw_history_locals_get (self->locals, 0));

      hw_history_locals_find (self->locals, first, logged, &position);
      hw_history_locals_remove_first (self->locals);
      hw_history_changed (self, position, 1, 0);
    }
  position = hw_history_locals_add (self->locals, entry, after, logged);
  hw_history_changed (self, position, 0, 1);
}

/**
 * hw_history_local_changed:
 * @self: a history
 * @entry: one that is in no log; if it is not here, nothing happens
 *
 * Tells that it looks other than before.
 */
void
hw_history_local_changed (HwHistory *self, HwEntry *entry)
{
  guint logged, position;

  g_return_if_fail (HW_IS_HISTORY (self));

  logged = hw_history_get_n_logged (self) - hw_history_locals_get_n (self->locals);
  if (hw_history_locals_find (self->locals, entry, logged, &position))
    hw_history_changed (self, position, 1, 1);
}

/**
 * hw_history_get_n_local:
 * @self: a history
 *
 * Returns: how many items are in no log and wait for none
 */
guint
hw_history_get_n_local (HwHistory *self)
{
  g_return_val_if_fail (HW_IS_HISTORY (self), 0);

  return hw_history_locals_get_n (self->locals);
}

/**
 * hw_history_get_local:
 * @self: a history
 * @index: which, from 0, in their order
 *
 * Returns: (transfer none): one of these
 */
HwEntry *
hw_history_get_local (HwHistory *self, guint index)
{
  g_return_val_if_fail (index < hw_history_get_n_local (self), NULL);

  return hw_history_locals_get (self->locals, index);
}

/**
 * hw_history_add_unsaved:
 * @self: a history
 * @entry: (transfer none): what was typed
 *
 * Shows it at the end, until an entry with its key comes.
 */
void
hw_history_add_unsaved (HwHistory *self, HwEntry *entry)
{
  g_return_if_fail (HW_IS_HISTORY (self));
  g_return_if_fail (hw_entry_get_state (entry) == HW_ENTRY_UNSAVED);

  g_ptr_array_add (self->unsaved, g_object_ref (entry));
  hw_history_changed (self, hw_history_get_n_logged (self) + self->unsaved->len - 1, 0, 1);
}

/**
 * hw_history_get_n_unsaved:
 * @self: a history
 *
 * Returns: how many typed messages are not in the log, failed ones too
 */
guint
hw_history_get_n_unsaved (HwHistory *self)
{
  g_return_val_if_fail (HW_IS_HISTORY (self), 0);

  return self->unsaved->len;
}

/**
 * hw_history_get_unsaved:
 * @self: a history
 * @index: from 0, in the order they were typed
 *
 * Returns: (transfer none) (nullable): the unsaved entry
 */
HwEntry *
hw_history_get_unsaved (HwHistory *self, guint index)
{
  return index < self->unsaved->len ? self->unsaved->pdata[index] : NULL;
}

/**
 * hw_history_find_unsaved:
 * @self: a history
 * @key: a message's key
 *
 * Returns: (transfer none) (nullable): the unsaved entry with that key
 */
HwEntry *
hw_history_find_unsaved (HwHistory *self, const char *key)
{
  g_return_val_if_fail (HW_IS_HISTORY (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  for (guint i = 0; i < self->unsaved->len; i++)
    if (g_strcmp0 (hw_entry_get_key (self->unsaved->pdata[i]), key) == 0)
      return self->unsaved->pdata[i];
  return NULL;
}

/**
 * hw_history_remove_unsaved:
 * @self: a history
 * @entry: (transfer none): an unsaved entry; one that is not there changes nothing
 */
void
hw_history_remove_unsaved (HwHistory *self, HwEntry *entry)
{
  guint index;

  g_return_if_fail (HW_IS_HISTORY (self));

  if (!g_ptr_array_find (self->unsaved, entry, &index))
    return;
  g_ptr_array_remove_index (self->unsaved, index);
  hw_history_changed (self, hw_history_get_n_logged (self) + index, 1, 0);
}

static void
set_unsaved_state (HwHistory *self, HwEntry *entry, HwEntryState state, const char *problem)
{
  guint index;

  if (!g_ptr_array_find (self->unsaved, entry, &index))
    return;
  hw_entry_set_state (entry, state, problem);
  hw_history_changed (self, hw_history_get_n_logged (self) + index, 1, 1);
}

/**
 * hw_history_set_failed:
 * @self: a history
 * @entry: (transfer none): an unsaved entry
 * @problem: why the server did not take it, for the person
 */
void
hw_history_set_failed (HwHistory *self, HwEntry *entry, const char *problem)
{
  g_return_if_fail (HW_IS_HISTORY (self));

  set_unsaved_state (self, entry, HW_ENTRY_FAILED, problem);
}

/**
 * hw_history_set_unsaved:
 * @self: a history
 * @entry: (transfer none): a failed entry that is tried again
 */
void
hw_history_set_unsaved (HwHistory *self, HwEntry *entry)
{
  g_return_if_fail (HW_IS_HISTORY (self));

  set_unsaved_state (self, entry, HW_ENTRY_UNSAVED, NULL);
}

/**
 * hw_history_acknowledge:
 * @self: a history
 * @entry: (transfer none): an unsaved entry
 * @seq: the seq that the server gave it
 * @at: the time that the server gave it
 *
 * The server has it. It turns into a saved entry as soon as the log has grown so far: what others
 * said before it comes first.
 */
void
hw_history_acknowledge (HwHistory *self, HwEntry *entry, guint64 seq, gint64 at)
{
  g_return_if_fail (HW_IS_HISTORY (self));
  g_return_if_fail (seq > 0);

  hw_entry_set_acknowledged (entry, seq, at);
  hw_history_settle (self, self->last);
}
