/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Groups, days, the unread rule and folds: everything about a row that its neighbours decide.
 *
 * Folds and the list: rows stand one to one for entries. Of a run of two or more joined and left
 * entries the first carries the line that tells them all, the others are hidden: they have a height
 * of 0 and no widget. Opened, the first shows that line and its own below it, the others one line
 * each. A run ends at a day, at the unread rule, at an entry that is not loaded, and where a page
 * (HW_HISTORY_PAGE) ends: so it is bounded, it never depends on what is not loaded, and what was
 * placed once does not fold differently because an older page came. */

#include "log-plan.h"

#include <string.h>

/* Milliseconds between two messages of one person that still make one group. */
#define GROUP_SPAN (5 * 60 * 1000)

/* Milliseconds after which a timeline says that nothing was said. */
#define SILENCE (60 * 60 * 1000)
/* The same, where a day's name stands between: that a night is silent needs no words. */
#define SILENCE_OVER_DAYS (24 * SILENCE)

struct _HwLogPlanner
{
  HwLogViewStyle style;
  HwHistory *history; /* (unowned) (nullable): its owner resets it */
  guint64 unread_after;
  GHashTable *open_folds; /* seq of the first entry */
  gint64 day_start;       /* milliseconds since 1970, of the day looked at last */
  gint64 day_end;
  gboolean has_run; /* the run looked at last */
  guint run_first;
  guint run_last;
};

static void
look_at_day (HwLogPlanner *self, gint64 at)
{
  g_autoptr (GDateTime) moment = NULL;
  g_autoptr (GDateTime) start = NULL;
  g_autoptr (GDateTime) end = NULL;

  if (at >= self->day_start && at < self->day_end)
    return;
  self->day_start = at;
  self->day_end = at + 1;
  moment = g_date_time_new_from_unix_local (at / 1000);
  if (moment == NULL)
    return;
  start = g_date_time_new_local (g_date_time_get_year (moment), g_date_time_get_month (moment),
                                 g_date_time_get_day_of_month (moment), 0, 0, 0);
  end = start != NULL ? g_date_time_add_days (start, 1) : NULL;
  if (end == NULL)
    return;
  self->day_start = g_date_time_to_unix (start) * 1000;
  self->day_end = g_date_time_to_unix (end) * 1000;
}

/* A clock that went back (ours, behind the server's) makes no new day. */
static gboolean
is_later_day (HwLogPlanner *self, gint64 before, gint64 at)
{
  look_at_day (self, before);
  return at >= self->day_end;
}

static gboolean
is_come_and_go (HwEntry *entry)
{
  HwEntryKind kind = hw_entry_get_kind (entry);

  return kind == HW_ENTRY_JOINED || kind == HW_ENTRY_LEFT;
}

static HwEntry *
peek (HwLogPlanner *self, guint position)
{
  HwEntry *entry = hw_history_peek (self->history, position);

  return entry != NULL && hw_entry_get_state (entry) != HW_ENTRY_LOADING ? entry : NULL;
}

static gboolean
is_unread_rule (HwLogPlanner *self, guint position)
{
  return self->unread_after > 0 && position > 0
         && hw_history_get_seq (self->history, position - 1) == self->unread_after;
}

/* Where a page of the log begins. What is in no log never begins one. */
static gboolean
begins_page (HwLogPlanner *self, guint position)
{
  return hw_history_is_picked (self->history)
             ? position % HW_HISTORY_PAGE == 0
             : hw_history_get_seq (self->history, position) % HW_HISTORY_PAGE == 1;
}

/* By what an open fold is known, whatever comes above it. */
static gpointer
fold_key (HwLogPlanner *self, guint first)
{
  return GSIZE_TO_POINTER (hw_history_get_seq (self->history, first));
}

/* How many entries a filter left out between two that stand one below the other. */
static guint64
count_others (HwEntry *before, HwEntry *entry)
{
  guint64 first = before != NULL ? hw_entry_get_seq (before) : 0;

  return hw_entry_get_seq (entry) > first + 1 ? hw_entry_get_seq (entry) - first - 1 : 0;
}

/* Whether the entry at @position, @entry, goes on with the run of @before, the one above it. */
static gboolean
continues_run (HwLogPlanner *self, HwEntry *before, HwEntry *entry, guint position)
{
  return before != NULL && entry != NULL && is_come_and_go (before) && is_come_and_go (entry)
         && (self->style != HW_LOG_VIEW_TIMELINE
             || hw_entry_get_at (entry) - hw_entry_get_at (before) < SILENCE)
         && !begins_page (self, position) && !is_unread_rule (self, position)
         && (!hw_history_is_picked (self->history) || count_others (before, entry) == 0)
         && !is_later_day (self, hw_entry_get_at (before), hw_entry_get_at (entry));
}

static void
look_at_run (HwLogPlanner *self, guint position, HwEntry *entry)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->history));
  HwEntry *here = entry;

  if (self->has_run && position >= self->run_first && position <= self->run_last)
    return;
  self->has_run = TRUE;
  self->run_first = self->run_last = position;
  while (self->run_first > 0)
    {
      HwEntry *before = peek (self, self->run_first - 1);

      if (!continues_run (self, before, here, self->run_first))
        break;
      here = before;
      self->run_first--;
    }
  here = entry;
  while (self->run_last + 1 < n)
    {
      HwEntry *after = peek (self, self->run_last + 1);

      if (!continues_run (self, here, after, self->run_last + 1))
        break;
      here = after;
      self->run_last++;
    }
}

/**
 * hw_log_planner_new:
 * @style: how entries look
 *
 * Returns: (transfer full): a planner without a history
 */
HwLogPlanner *
hw_log_planner_new (HwLogViewStyle style)
{
  HwLogPlanner *self = g_new0 (HwLogPlanner, 1);

  self->style = style;
  self->open_folds = g_hash_table_new (NULL, NULL);
  return self;
}

/**
 * hw_log_planner_free:
 * @self: (transfer full): the planner
 */
void
hw_log_planner_free (HwLogPlanner *self)
{
  g_hash_table_unref (self->open_folds);
  g_free (self);
}

/**
 * hw_log_planner_get_style:
 * @self: the planner
 *
 * Returns: how entries look
 */
HwLogViewStyle
hw_log_planner_get_style (HwLogPlanner *self)
{
  return self->style;
}

/**
 * hw_log_planner_set_history:
 * @self: the planner
 * @history: (nullable): whose entries are planned; not owned
 */
void
hw_log_planner_set_history (HwLogPlanner *self, HwHistory *history)
{
  self->history = history;
  g_hash_table_remove_all (self->open_folds);
  hw_log_planner_forget (self);
}

/**
 * hw_log_planner_set_unread_after:
 * @self: the planner
 * @seq: the last entry that was read, 0 for no rule
 */
void
hw_log_planner_set_unread_after (HwLogPlanner *self, guint64 seq)
{
  self->unread_after = seq;
  hw_log_planner_forget (self);
}

/**
 * hw_log_planner_set_fold_open:
 * @self: the planner
 * @first: position of a run's first entry
 * @open: whether its lines are shown one by one
 */
void
hw_log_planner_set_fold_open (HwLogPlanner *self, guint first, gboolean open)
{
  if (open)
    g_hash_table_add (self->open_folds, fold_key (self, first));
  else
    g_hash_table_remove (self->open_folds, fold_key (self, first));
}

/**
 * hw_log_planner_forget:
 * @self: the planner
 *
 * To be called whenever the history has changed.
 */
void
hw_log_planner_forget (HwLogPlanner *self)
{
  self->has_run = FALSE;
  self->day_end = self->day_start;
}

/* A whisper's way is told where it changes; files know but one. */
static gboolean
goes_otherwise (HwEntry *before, HwEntry *entry)
{
  return hw_entry_get_direct (before) != hw_entry_get_direct (entry)
         && hw_entry_get_transfer (before) == NULL && hw_entry_get_transfer (entry) == NULL;
}

/**
 * hw_log_planner_plan:
 * @self: the planner
 * @position: of an entry
 * @entry: (nullable): the entry; %NULL or a placeholder where it is not loaded
 * @plan: (out): what is shown beside it
 */
void
hw_log_planner_plan (HwLogPlanner *self, guint position, HwEntry *entry, HwLogPlan *plan)
{
  HwEntry *before = position > 0 ? peek (self, position - 1) : NULL;
  gboolean message;

  memset (plan, 0, sizeof *plan);
  plan->fold_first = plan->fold_last = position;
  plan->unread = is_unread_rule (self, position);
  if (entry == NULL || hw_entry_get_state (entry) == HW_ENTRY_LOADING)
    {
      plan->head = TRUE;
      return;
    }
  if (is_come_and_go (entry))
    {
      look_at_run (self, position, entry);
      plan->fold_first = self->run_first;
      plan->fold_last = self->run_last;
      plan->in_fold = self->run_last > self->run_first;
      plan->fold = plan->in_fold && position == self->run_first;
      plan->fold_open
          = plan->in_fold
            && g_hash_table_contains (self->open_folds, fold_key (self, self->run_first));
      plan->hidden = plan->in_fold && !plan->fold && !plan->fold_open;
    }
  plan->day = before != NULL
                  ? is_later_day (self, hw_entry_get_at (before), hw_entry_get_at (entry))
                  : position == 0;
  if (self->style == HW_LOG_VIEW_TIMELINE)
    {
      /* What the first ones in sight are preceded by is not known before it is here. */
      if (hw_history_is_picked (self->history))
        plan->others = before != NULL || position == 0 ? count_others (before, entry) : 0;
      else if (before != NULL
               && hw_entry_get_at (entry) - hw_entry_get_at (before)
                      >= (plan->day ? SILENCE_OVER_DAYS : SILENCE))
        plan->silence = hw_entry_get_at (entry) - hw_entry_get_at (before);
    }
  message = hw_entry_get_kind (entry) == HW_ENTRY_MESSAGE;
  plan->head = before == NULL || plan->day || plan->unread || plan->others > 0 || plan->silence > 0
               || message != (hw_entry_get_kind (before) == HW_ENTRY_MESSAGE);
  if (!plan->head && message)
    plan->head = strcmp (hw_entry_get_from (before), hw_entry_get_from (entry)) != 0
                 || goes_otherwise (before, entry)
                 || (self->style == HW_LOG_VIEW_CHAT
                     && hw_entry_get_at (entry) - hw_entry_get_at (before) > GROUP_SPAN);
}

/**
 * hw_log_planner_get_reach:
 * @self: the planner
 * @position: of an entry that has changed
 * @first: (out): the first entry whose plan may have changed by that
 * @last: (out): the last one
 */
void
hw_log_planner_get_reach (HwLogPlanner *self, guint position, guint *first, guint *last)
{
  guint64 seq = hw_history_is_picked (self->history)
                    ? (guint64) position + 1
                    : hw_history_get_seq_until (self->history, position);
  guint local = position + 1 - (guint) MIN (seq, (guint64) position + 1);

  /* Of what stands between entries no more than @local can be in the way. */
  *first = (guint) (seq > 0 ? (seq - 1) / HW_HISTORY_PAGE * HW_HISTORY_PAGE : 0);
  *last = *first + local + HW_HISTORY_PAGE; /* one more: its group and day look back */
}

/**
 * hw_log_plan_equal:
 * @a: a plan
 * @b: another
 *
 * Returns: whether both show the same
 */
gboolean
hw_log_plan_equal (const HwLogPlan *a, const HwLogPlan *b)
{
  return a->hidden == b->hidden && a->head == b->head && a->day == b->day && a->unread == b->unread
         && a->fold == b->fold && a->fold_open == b->fold_open && a->in_fold == b->in_fold
         && a->fold_first == b->fold_first && a->fold_last == b->fold_last && a->others == b->others
         && a->silence == b->silence;
}
