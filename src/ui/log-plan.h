/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-view.h"

G_BEGIN_DECLS

/**
 * HwLogPlan:
 * @hidden: it is folded away: no row, no height
 * @head: it begins a group: a name and a face, or more space above
 * @day: a new day's name stands above it
 * @unread: the rule "New since …" stands above it
 * @fold: it carries the line of a run of coming and going
 * @fold_open: that run is open
 * @in_fold: it belongs to such a run
 * @fold_first: position of that run's first entry
 * @fold_last: position of that run's last entry
 * @others: entries that a filter left out before it; a timeline counts them above it
 * @silence: milliseconds in which nothing was said before it, 0: not long; a timeline tells
 *
 * What is shown of an entry beside itself, told by its neighbours as far as they are loaded.
 */
typedef struct
{
  guint hidden : 1;
  guint head : 1;
  guint day : 1;
  guint unread : 1;
  guint fold : 1;
  guint fold_open : 1;
  guint in_fold : 1;
  guint fold_first;
  guint fold_last;
  guint64 others;
  gint64 silence;
} HwLogPlan;

/**
 * HwLogPlanner:
 *
 * Makes plans for the entries of one history. Loads nothing. Main thread only.
 */
typedef struct _HwLogPlanner HwLogPlanner;

HwLogPlanner *hw_log_planner_new (HwLogViewStyle style);
void hw_log_planner_free (HwLogPlanner *self);
HwLogViewStyle hw_log_planner_get_style (HwLogPlanner *self);

void hw_log_planner_set_history (HwLogPlanner *self, HwHistory *history);
void hw_log_planner_set_unread_after (HwLogPlanner *self, guint64 seq);
void hw_log_planner_set_fold_open (HwLogPlanner *self, guint first, gboolean open);
void hw_log_planner_forget (HwLogPlanner *self);

void hw_log_planner_plan (HwLogPlanner *self, guint position, HwEntry *entry, HwLogPlan *plan);
void hw_log_planner_get_reach (HwLogPlanner *self, guint position, guint *first, guint *last);

gboolean hw_log_plan_equal (const HwLogPlan *a, const HwLogPlan *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwLogPlanner, hw_log_planner_free)

G_END_DECLS
