/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a change of the history means for the log view: rows move with their entries, new messages
 * are counted while one is away from the end, and read out by a screen reader while one looks. */

#include "hallway-config.h"

#include "entry-text.h"
#include "log-view-private.h"
#include "speech.h"

#include "client/transfer.h"

#include <glib/gi18n.h>

/* New entries that are read out one by one; of more only the number. */
#define ANNOUNCED_MAX 4

static gboolean
is_file (HwLogView *self, guint position)
{
  HwEntry *entry = hw_history_peek (self->history, position);

  return entry != NULL && hw_entry_get_transfer (entry) != NULL;
}

static gboolean
is_message_of_others (HwLogView *self, HwEntry *entry)
{
  return hw_entry_get_kind (entry) == HW_ENTRY_MESSAGE
         && hw_entry_get_state (entry) == HW_ENTRY_SAVED
         && g_strcmp0 (hw_entry_get_from (entry), self->own_name) != 0;
}

/* Messages of others among the entries from @first up to but not @end. */
static guint
count_messages (HwLogView *self, guint first, guint end)
{
  guint count = 0;

  for (guint i = first; i < end; i++)
    {
      HwEntry *entry = hw_history_peek (self->history, i);

      /* What is not loaded may well be one. */
      if (entry == NULL || hw_entry_get_state (entry) == HW_ENTRY_LOADING)
        count++;
      else if (is_message_of_others (self, entry))
        count++;
    }
  return count;
}

/* The last entry whose end is in sight. */
static gboolean
find_bottom (HwLogView *self, guint *position)
{
  for (guint i = self->slots->len; i > 0; i--)
    {
      const HwLogSlot *slot = &g_array_index (self->slots, HwLogSlot, i - 1);
      const HwLogPlan *plan = hw_log_row_get_plan (slot->row);

      if (hw_log_view_slot_y (self, slot) + slot->height > self->placed_page)
        continue;
      *position = plan->in_fold && !plan->fold_open ? plan->fold_last
                                                    : hw_log_row_get_position (slot->row);
      return TRUE;
    }
  return FALSE;
}

static guint64
find_bottom_seq (HwLogView *self)
{
  guint position;

  if (self->history == NULL || !find_bottom (self, &position))
    return 0;
  return hw_history_get_seq_until (self->history, position);
}

/* What others say while one looks is read out, once a frame; a flood is only counted. */
static void
announce_new (HwLogView *self)
{
  guint n = hw_log_view_get_n_items (self);
  guint messages;

  if (!self->has_news)
    return;
  self->has_news = FALSE;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  messages = count_messages (self, self->news_from, n);
  if (messages > ANNOUNCED_MAX)
    {
      g_autofree char *words
          = g_strdup_printf (ngettext ("%u new message", "%u new messages", messages), messages);

      hw_speech_say (GTK_WIDGET (self), words);
      return;
    }
  for (guint i = self->news_from; i < n && messages > 0; i++)
    {
      HwEntry *entry = hw_history_peek (self->history, i);

      if (entry != NULL && is_message_of_others (self, entry))
        {
          g_autofree char *words = hw_entry_text_accessible (entry);

          hw_speech_say (GTK_WIDGET (self), words);
        }
    }
}

/**
 * hw_log_view_update_state:
 * @self: a log view
 *
 * Looks where we are, and tells who listens what has changed.
 */
void
hw_log_view_update_state (HwLogView *self)
{
  guint n = self->history != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->history)) : 0;
  guint n_below = self->n_below;
  guint64 bottom_seq = find_bottom_seq (self);
  gboolean at_end = self->follow;
  guint bottom;

  if (at_end || n == 0)
    {
      n_below = 0;
      self->below_from = n;
    }
  else if (find_bottom (self, &bottom) && bottom >= self->below_from)
    {
      guint seen = count_messages (self, self->below_from, MIN (bottom + 1, n));

      n_below -= MIN (seen, n_below);
      self->below_from = bottom + 1;
    }
  g_object_freeze_notify (G_OBJECT (self));
  if (self->at_end != at_end)
    {
      self->at_end = at_end;
      g_object_notify (G_OBJECT (self), "at-end");
    }
  if (self->n_below != n_below)
    {
      self->n_below = n_below;
      g_object_notify (G_OBJECT (self), "n-below");
    }
  if (self->bottom_seq != bottom_seq)
    {
      self->bottom_seq = bottom_seq;
      g_object_notify (G_OBJECT (self), "bottom-seq");
    }
  g_object_thaw_notify (G_OBJECT (self));
  announce_new (self);
}

/* What comes at the end, but for files of earlier starts, which are only found again. */
static gboolean
is_news (HwLogView *self, guint position, guint added)
{
  HwEntry *entry = added == 1 ? hw_history_peek (self->history, position) : NULL;
  HwTransfer *transfer = entry != NULL ? hw_entry_get_transfer (entry) : NULL;

  return position + added + hw_history_get_n_unsaved (self->history)
             >= hw_log_view_get_n_items (self)
         && (transfer == NULL || !hw_transfer_is_over (transfer));
}

/**
 * hw_log_view_items_changed:
 * @self: a log view
 * @position: where its history has changed
 * @removed: entries that went
 * @added: entries that came
 *
 * Follows the history. Equal numbers mean that these entries were loaded or are in another state.
 */
void
hw_log_view_items_changed (HwLogView *self, guint position, guint removed, guint added)
{
  guint first, last, unused;
  guint before = hw_log_heights_get_n (self->heights);
  guint n_below = self->n_below;

  hw_log_planner_forget (self->planner);
  if (removed != added)
    {
      hw_log_view_splice_slots (self, position, removed, added);
      hw_log_selection_splice (&self->selection, position, removed, added);
      if (self->below_from >= position + removed)
        self->below_from = self->below_from - removed + added;
    }
  /* What is the same object may be in another state, and its neighbours tell of it. Beside what is
   * only new nothing but the plan of a neighbour can change, and that is compared whenever rows are
   * placed. */
  if (removed == 1 && added == 1 && is_file (self, position))
    /* Its progress, several times a second, is nothing to its neighbours. */
    hw_log_view_mark_stale (self, position, position);
  else if (removed > 0)
    {
      hw_log_planner_get_reach (self->planner, position, &first, &unused);
      hw_log_planner_get_reach (self->planner, position + MAX (added, 1) - 1, &unused, &last);
      hw_log_view_mark_stale (self, first, last);
    }
  if (added > removed && is_news (self, position, added))
    {
      if (!self->follow)
        {
          n_below += count_messages (self, position, position + added);
          self->below_from = MIN (self->below_from, position);
        }
      /* A log that is only just shown is no news. */
      if (before > 0 && !self->has_news)
        {
          self->has_news = TRUE;
          self->news_from = position;
        }
    }
  /* What went may have been counted, and what moved is counted twice by now. */
  if (removed > 0 && removed != added && n_below > 0)
    {
      guint below = count_messages (self, self->below_from, hw_log_view_get_n_items (self));

      n_below = MIN (n_below, below);
    }
  if (self->n_below != n_below)
    {
      self->n_below = n_below;
      g_object_notify (G_OBJECT (self), "n-below");
    }
  hw_log_view_queue_place (self);
}

/**
 * hw_log_view_get_top_seq:
 * @self: a log view
 *
 * Returns: the first entry that is in sight, wholly or not; 0 for none
 */
guint64
hw_log_view_get_top_seq (HwLogView *self)
{
  g_return_val_if_fail (HW_IS_LOG_VIEW (self), 0);

  return self->history != NULL ? hw_history_get_seq_until (self->history, self->anchor) : 0;
}
