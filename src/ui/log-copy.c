/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A selection may reach over pages that are not in memory any more. They are asked for one after
 * the other, from the first to the last, and what comes is turned into text at once: the history's
 * cache is smaller than what may be selected. */

#include "log-copy.h"

/* Seconds that a page may take before the copy goes on without it. */
#define PATIENCE 20

struct _HwLogCopy
{
  HwLogSelection selection;
  HwHistory *history;
  HwLogPlanner *planner; /* the view's, which stops the copy before it goes */
  HwLogCopyDone done;
  gpointer data;
  GString *text;
  guint next;    /* position of the first entry that is not in the text */
  guint last;    /* of the last one selected */
  guint fetched; /* entries that were waited for */
  guint timeout;
  gulong handler;
};

static void
finish (HwLogCopy *self)
{
  self->done (self->text->len > 0 ? self->text->str : NULL, self->data);
  hw_log_copy_stop (self);
}

static guint
find_missing (HwLogCopy *self, guint from)
{
  while (from <= self->last && hw_history_peek (self->history, from) != NULL)
    from++;
  return from;
}

static gboolean on_out_of_patience (gpointer data);

/* Takes what is there, and waits for what is not. */
static void
go_on (HwLogCopy *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->history));
  guint missing;

  self->last = MIN (self->last, n > 0 ? n - 1 : 0);
  missing = find_missing (self, self->next);
  if (missing > self->next)
    {
      hw_log_selection_append_text (&self->selection, self->history, self->planner, self->next,
                                    missing, self->text);
      self->next = missing;
      g_clear_handle_id (&self->timeout, g_source_remove);
    }
  if (missing > self->last || n == 0)
    {
      finish (self);
      return;
    }
  if (self->fetched >= HW_LOG_COPY_FETCHED_MAX)
    {
      hw_log_selection_append_text (&self->selection, self->history, self->planner, self->next,
                                    self->last + 1, self->text);
      finish (self);
      return;
    }
  if (self->timeout == 0)
    {
      self->fetched += HW_HISTORY_PAGE;
      self->timeout = g_timeout_add_seconds (PATIENCE, on_out_of_patience, self);
    }
  g_object_unref (g_list_model_get_item (G_LIST_MODEL (self->history), missing));
}

static gboolean
on_out_of_patience (gpointer data)
{
  HwLogCopy *self = data;
  guint end = MIN (self->last + 1, self->next - self->next % HW_HISTORY_PAGE + HW_HISTORY_PAGE);

  self->timeout = 0;
  hw_log_selection_append_text (&self->selection, self->history, self->planner, self->next, end,
                                self->text);
  self->next = end;
  go_on (self);
  return G_SOURCE_REMOVE;
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, HwLogCopy *self)
{
  hw_log_planner_forget (self->planner);
  go_on (self);
}

static gboolean
on_begin (gpointer data)
{
  HwLogCopy *self = data;

  self->timeout = 0;
  go_on (self);
  return G_SOURCE_REMOVE;
}

/**
 * hw_log_copy_start:
 * @selection: what to copy
 * @history: what it is in
 * @planner: knows what is folded; has to outlive the copy
 * @done: called once, later, from the main loop; not after hw_log_copy_stop()
 * @data: for @done
 *
 * Returns: (transfer none): the copy, to be stopped with hw_log_copy_stop() until @done was called
 */
HwLogCopy *
hw_log_copy_start (const HwLogSelection *selection,
                   HwHistory *history,
                   HwLogPlanner *planner,
                   HwLogCopyDone done,
                   gpointer data)
{
  HwLogCopy *self = g_new0 (HwLogCopy, 1);
  HwLogPoint first, last;

  hw_log_selection_get_ends (selection, &first, &last);
  self->selection = *selection;
  self->history = g_object_ref (history);
  self->planner = planner;
  self->done = done;
  self->data = data;
  self->text = g_string_new (NULL);
  self->next = first.position;
  self->last = last.position;
  self->handler = g_signal_connect (history, "items-changed", G_CALLBACK (on_items_changed), self);
  self->timeout = g_idle_add (on_begin, self);
  return self;
}

/**
 * hw_log_copy_stop:
 * @self: (transfer full): a copy that is not done
 *
 * Gives it up.
 */
void
hw_log_copy_stop (HwLogCopy *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_signal_handler_disconnect (self->history, self->handler);
  g_object_unref (self->history);
  g_string_free (self->text, TRUE);
  g_free (self);
}
