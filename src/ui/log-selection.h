/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-plan.h"

G_BEGIN_DECLS

/**
 * HwLogPoint:
 * @position: of an entry
 * @index: a byte of its words
 */
typedef struct
{
  guint position;
  guint index;
} HwLogPoint;

/**
 * HwLogSelection:
 *
 * What is selected in a log view: two ends, never widgets, so rows may come and go between them.
 */
typedef struct
{
  gboolean active;
  HwLogPoint fixed;  /* where it was begun */
  HwLogPoint moving; /* where it goes to */
} HwLogSelection;

/* The end of an entry's words, however long they are. */
#define HW_LOG_INDEX_END G_MAXUINT

void hw_log_selection_clear (HwLogSelection *self);
void hw_log_selection_start (HwLogSelection *self, HwLogPoint point);
void hw_log_selection_extend (HwLogSelection *self, HwLogPoint point);
gboolean
hw_log_selection_get_ends (const HwLogSelection *self, HwLogPoint *first, HwLogPoint *last);
void
hw_log_selection_get_range (const HwLogSelection *self, guint position, guint *start, guint *end);
void hw_log_selection_splice (HwLogSelection *self, guint position, guint removed, guint added);
guint hw_log_selection_count_missing (const HwLogSelection *self, HwHistory *history);
void hw_log_selection_append_text (const HwLogSelection *self,
                                   HwHistory *history,
                                   HwLogPlanner *planner,
                                   guint from,
                                   guint end,
                                   GString *text);
char *
hw_log_selection_get_text (const HwLogSelection *self, HwHistory *history, HwLogPlanner *planner);

G_END_DECLS
