/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done in a log view, whoever asks for it: pointer, keyboard, menu or a screen reader.
 */

#include "entry-text.h"
#include "log-view-private.h"

#include <string.h>

static void
toggle (HwLogView *self, HwLogRow *row, HwLogPart part)
{
  guint position = hw_log_row_get_position (row);
  const HwLogPlan *plan = hw_log_row_get_plan (row);
  HwLogSlot *slot = hw_log_view_find_slot (self, position);
  guint64 seq = hw_entry_get_seq (hw_log_row_get_entry (row));

  /* What was pressed stays under the pointer; what opens goes downwards. */
  if (slot != NULL)
    hw_log_view_jump (self, position, 0, hw_log_view_slot_y (self, slot));
  if (part == HW_LOG_PART_FOLD)
    hw_log_planner_set_fold_open (self->planner, plan->fold_first, !plan->fold_open);
  else if (seq > 0)
    {
      g_hash_table_add (self->expanded, GSIZE_TO_POINTER (seq));
      hw_log_view_mark_stale (self, position, position);
    }
  hw_log_view_queue_place (self);
}

static void
copy_text (HwLogView *self, const char *text)
{
  GtkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD);

  gtk_clipboard_set_text (clipboard, text, -1);
}

static void
copy_entry (HwLogView *self, HwEntry *entry)
{
  g_autofree char *offer
      = hw_entry_get_transfer (entry) != NULL ? hw_entry_text_plain (entry, FALSE) : NULL;

  copy_text (self, offer != NULL ? offer : hw_entry_get_text (entry));
}

/**
 * hw_log_view_activate:
 * @self: a log view
 * @row: one of its rows
 * @part: what of it was pressed
 * @link: the number of the link, where it was one
 *
 * Does what the press is for.
 */
void
hw_log_view_activate (HwLogView *self, HwLogRow *row, HwLogPart part, guint link)
{
  g_autoptr (HwEntry) entry = hw_log_row_get_entry (row);
  g_autofree char *uri = NULL;

  if (entry == NULL)
    return;
  g_object_ref (entry);
  if (part >= HW_LOG_PART_ACTION)
    {
      guint action = part - HW_LOG_PART_ACTION;

      if (action < self->theme->n_actions)
        g_signal_emit_by_name (self, "entry-action", entry, self->theme->actions[action].id);
      return;
    }
  switch (part)
    {
    case HW_LOG_PART_LINK:
      uri = hw_log_row_get_uri (row, link);
      g_signal_emit_by_name (self, "open-link", uri);
      break;
    case HW_LOG_PART_GAP:
      g_signal_emit_by_name (self, "entry-action", entry, HW_LOG_ACTION_CONTEXT);
      break;
    case HW_LOG_PART_FOLD:
    case HW_LOG_PART_MORE:
      toggle (self, row, part);
      break;
    case HW_LOG_PART_RETRY:
      g_signal_emit_by_name (self, "retry", entry);
      break;
    case HW_LOG_PART_COPY:
      copy_entry (self, entry);
      break;
    case HW_LOG_PART_SAVE:
      g_signal_emit_by_name (self, "entry-action", entry, HW_LOG_ACTION_SAVE);
      break;
    case HW_LOG_PART_RESUME:
      g_signal_emit_by_name (self, "entry-action", entry, HW_LOG_ACTION_RESUME);
      break;
    case HW_LOG_PART_PICTURE:
      g_signal_emit_by_name (self, "entry-action", entry, HW_LOG_ACTION_PICTURE);
      break;
    case HW_LOG_PART_FOLDER:
      g_signal_emit_by_name (self, "entry-action", entry, HW_LOG_ACTION_FOLDER);
      break;
    case HW_LOG_PART_STOP:
      g_signal_emit_by_name (self, "entry-action", entry, HW_LOG_ACTION_STOP);
      break;
    case HW_LOG_PART_DISCARD:
      g_signal_emit_by_name (self, "discard", entry);
      break;
    case HW_LOG_PART_ACTION:
    case HW_LOG_PART_NONE:
    case HW_LOG_PART_TEXT:
    default:
      break;
    }
}

/**
 * hw_log_view_get_selected_text:
 * @self: a log view
 *
 * Returns: (transfer full) (nullable): what is selected, as plain text
 */
char *
hw_log_view_get_selected_text (HwLogView *self)
{
  HwLogPoint first, last;
  HwLogSlot *slot;

  g_return_val_if_fail (HW_IS_LOG_VIEW (self), NULL);

  if (self->history == NULL || !hw_log_selection_get_ends (&self->selection, &first, &last))
    return NULL;
  /* A part of one line is what is seen of it: events have no other words. */
  slot = hw_log_view_find_slot (self, first.position);
  if (first.position == last.position && slot != NULL)
    {
      const char *text = hw_log_row_get_text (slot->row);
      gsize length = strlen (text);
      gsize end = MIN (last.index, length);
      gsize start = MIN (first.index, end);

      if (last.index <= length || !hw_log_row_is_cut (slot->row))
        return hw_log_row_is_message (slot->row)
                   ? g_strndup (text + start, end - start)
                   : hw_entry_text_strip_marks (text + start, (gssize) (end - start));
    }
  return hw_log_selection_get_text (&self->selection, self->history, self->planner);
}

static void
on_copied (const char *text, gpointer data)
{
  HwLogView *self = data;

  self->copy = NULL;
  if (text != NULL)
    copy_text (self, text);
  hw_log_view_update_hover (self);
}

static void
begin_copy (HwLogView *self)
{
  hw_log_view_stop_copy (self);
  self->copy = hw_log_copy_start (&self->selection, self->history, self->planner, on_copied, self);
  hw_log_view_update_hover (self);
}

/**
 * hw_log_view_stop_copy:
 * @self: a log view
 *
 * Gives up a copy that waits for entries, if there is one.
 *
 * Returns: whether there was
 */
gboolean
hw_log_view_stop_copy (HwLogView *self)
{
  if (self->copy == NULL)
    return FALSE;
  g_clear_pointer (&self->copy, hw_log_copy_stop);
  hw_log_view_update_hover (self);
  return TRUE;
}

/**
 * hw_log_view_copy:
 * @self: a log view
 *
 * Puts what is selected on the clipboard, or, without a selection, the focused entry. What is
 * selected and not loaded is fetched first; meanwhile the pointer shows it, and Escape gives it up.
 */
void
hw_log_view_copy (HwLogView *self)
{
  g_autofree char *text = NULL;
  GtkWidget *focus;

  g_return_if_fail (HW_IS_LOG_VIEW (self));

  if (self->history != NULL && hw_log_selection_count_missing (&self->selection, self->history) > 0)
    {
      begin_copy (self);
      return;
    }
  text = hw_log_view_get_selected_text (self);
  focus = gtk_container_get_focus_child (GTK_CONTAINER (self));
  if (text == NULL && focus != NULL && hw_log_row_get_entry (HW_LOG_ROW (focus)) != NULL)
    {
      HwEntry *entry = hw_log_row_get_entry (HW_LOG_ROW (focus));

      text = hw_entry_text_plain (entry, self->style == HW_LOG_VIEW_TIMELINE);
      if (self->style == HW_LOG_VIEW_TIMELINE)
        {
          g_autofree char *words = g_steal_pointer (&text);
          g_autofree char *time = hw_entry_text_iso (hw_entry_get_at (entry));

          text = g_strdup_printf ("%s %s", time, words);
        }
    }
  if (text != NULL)
    copy_text (self, text);
}
