/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The selection of a log view, and the plain text it stands for. */

#include "entry-text.h"
#include "log-selection.h"

#include <string.h>

/* Stands in a copy for entries that are not loaded. */
#define ELLIPSIS "…"

static int
compare (const HwLogPoint *a, const HwLogPoint *b)
{
  if (a->position != b->position)
    return a->position < b->position ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

/**
 * hw_log_selection_clear:
 * @self: a selection
 */
void
hw_log_selection_clear (HwLogSelection *self)
{
  memset (self, 0, sizeof *self);
}

/**
 * hw_log_selection_start:
 * @self: a selection
 * @point: where it begins
 */
void
hw_log_selection_start (HwLogSelection *self, HwLogPoint point)
{
  self->active = TRUE;
  self->fixed = self->moving = point;
}

/**
 * hw_log_selection_extend:
 * @self: a selection
 * @point: where it goes to from where it was begun
 */
void
hw_log_selection_extend (HwLogSelection *self, HwLogPoint point)
{
  if (!self->active)
    self->fixed = point;
  self->active = TRUE;
  self->moving = point;
}

/**
 * hw_log_selection_get_ends:
 * @self: a selection
 * @first: (out): its end that comes first in the log
 * @last: (out): the other one
 *
 * Returns: whether anything is selected
 */
gboolean
hw_log_selection_get_ends (const HwLogSelection *self, HwLogPoint *first, HwLogPoint *last)
{
  int order = compare (&self->fixed, &self->moving);

  *first = order <= 0 ? self->fixed : self->moving;
  *last = order <= 0 ? self->moving : self->fixed;
  return self->active && order != 0;
}

/**
 * hw_log_selection_get_range:
 * @self: a selection
 * @position: of an entry
 * @start: (out): the first selected byte of its words
 * @end: (out): the byte after the last, %HW_LOG_INDEX_END for all; the same as @start for none
 */
void
hw_log_selection_get_range (const HwLogSelection *self, guint position, guint *start, guint *end)
{
  HwLogPoint first, last;

  *start = *end = 0;
  if (!hw_log_selection_get_ends (self, &first, &last) || position < first.position
      || position > last.position)
    return;
  *start = position == first.position ? first.index : 0;
  *end = position == last.position ? last.index : HW_LOG_INDEX_END;
}

static void
splice_point (HwLogPoint *point, guint position, guint removed, guint added)
{
  if (point->position >= position + removed)
    point->position = point->position - removed + added;
  else if (point->position >= position + added)
    {
      point->position = position + added > 0 ? position + added - 1 : 0;
      point->index = HW_LOG_INDEX_END;
    }
}

/**
 * hw_log_selection_splice:
 * @self: a selection
 * @position: where the history has changed
 * @removed: entries that went
 * @added: entries that came
 */
void
hw_log_selection_splice (HwLogSelection *self, guint position, guint removed, guint added)
{
  if (!self->active)
    return;
  splice_point (&self->fixed, position, removed, added);
  splice_point (&self->moving, position, removed, added);
}

static void
append_fold (GString *text, HwHistory *history, const HwLogPlan *plan)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autofree char *words = NULL;

  for (guint i = plan->fold_first; i <= plan->fold_last; i++)
    {
      HwEntry *entry = hw_history_peek (history, i);

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  words = hw_entry_text_fold ((HwEntry *const *) entries->pdata, entries->len, FALSE);
  g_string_append (text, words);
}

/* A part of a message: its own words, with the author in front if it is whole from the start. */
static void
append_message (GString *text, HwEntry *entry, guint start, guint end, gboolean with_name)
{
  const char *words = hw_entry_get_text (entry);
  gsize length = strlen (words);

  if (with_name && start == 0)
    {
      g_autofree char *line = hw_entry_text_plain (entry, TRUE);
      gsize name = strlen (line) - length;

      g_string_append_len (text, line, (gssize) (name + MIN (end, length)));
      return;
    }
  start = (guint) MIN (start, length);
  end = (guint) MIN (end, length);
  g_string_append_len (text, words + start, end - start);
}

static gboolean
is_there (HwEntry *entry)
{
  return entry != NULL && hw_entry_get_state (entry) != HW_ENTRY_LOADING;
}

/**
 * hw_log_selection_count_missing:
 * @self: a selection
 * @history: what it is in
 *
 * Returns: how many of the selected entries are not loaded
 */
guint
hw_log_selection_count_missing (const HwLogSelection *self, HwHistory *history)
{
  HwLogPoint first, last;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (history));
  guint missing = 0;

  if (!hw_log_selection_get_ends (self, &first, &last))
    return 0;
  for (guint i = first.position; i <= last.position && i < n; i++)
    missing += !is_there (hw_history_peek (history, i));
  return missing;
}

/**
 * hw_log_selection_append_text:
 * @self: a selection
 * @history: what it is in
 * @planner: knows what is folded
 * @from: position of the first entry that is wanted
 * @end: position after the last one
 * @text: where their text is added
 *
 * One line an entry, "name: text" where there are several; what is folded is one line, as it is
 * seen. In place of entries that are not loaded stands a line with three dots.
 */
void
hw_log_selection_append_text (const HwLogSelection *self,
                              HwHistory *history,
                              HwLogPlanner *planner,
                              guint from,
                              guint end,
                              GString *text)
{
  HwLogPoint first, last;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (history));
  gboolean in_gap = FALSE;

  if (!hw_log_selection_get_ends (self, &first, &last))
    return;
  end = MIN (end, MIN (n, last.position + 1));
  for (guint i = MAX (from, first.position); i < end; i++)
    {
      HwEntry *entry = hw_history_peek (history, i);
      HwLogPlan plan;
      guint start, stop;

      if (!is_there (entry))
        {
          if (!in_gap)
            g_string_append (text, text->len > 0 ? "\n" ELLIPSIS : ELLIPSIS);
          in_gap = TRUE;
          continue;
        }
      in_gap = FALSE;
      hw_log_planner_plan (planner, i, entry, &plan);
      hw_log_selection_get_range (self, i, &start, &stop);
      if (plan.hidden || start == stop)
        continue;
      if (text->len > 0)
        g_string_append_c (text, '\n');
      /* What an admin takes out of a log is to say when it was, wherever it is read. */
      if (hw_log_planner_get_style (planner) == HW_LOG_VIEW_TIMELINE && start == 0
          && first.position != last.position)
        {
          g_autofree char *time = hw_entry_text_iso (hw_entry_get_at (entry));

          g_string_append_printf (text, "%s ", time);
        }
      if (plan.fold && !plan.fold_open)
        append_fold (text, history, &plan);
      else if (hw_entry_get_kind (entry) == HW_ENTRY_MESSAGE
               && hw_entry_get_transfer (entry) == NULL)
        append_message (text, entry, start, stop, first.position != last.position);
      else
        {
          g_autofree char *words = hw_entry_text_plain (entry, FALSE);

          g_string_append (text, words);
        }
    }
}

/**
 * hw_log_selection_get_text:
 * @self: a selection
 * @history: what it is in
 * @planner: knows what is folded
 *
 * Returns: (transfer full) (nullable): all of it as hw_log_selection_append_text() has it, %NULL if
 *   nothing is selected
 */
char *
hw_log_selection_get_text (const HwLogSelection *self, HwHistory *history, HwLogPlanner *planner)
{
  g_autoptr (GString) text = g_string_new (NULL);

  hw_log_selection_append_text (self, history, planner, 0, G_MAXUINT, text);
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
