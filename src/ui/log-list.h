/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-list-row.h"

#include "client/place.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HwLogListState:
 *
 * What there is to see.
 */
typedef enum
{
  HW_LOG_LIST_WAITING, /* nothing yet; the server is asked */
  HW_LOG_LIST_EMPTY,   /* nobody has made a room */
  HW_LOG_LIST_PROBLEM, /* nothing, and the server did not answer */
  HW_LOG_LIST_FULL,    /* logs, one of which is chosen */
} HwLogListState;

#define HW_TYPE_LOG_LIST (hw_log_list_get_type ())
/**
 * HwLogList:
 *
 * The logs of a place, open and closed rooms', one of them chosen. Rows are only brought up to
 * date: what one looks at never goes.
 *
 * Signals:
 * changed (list): its state, which log is chosen, or what is known of it, has changed
 * activated (list): the person wants to read the chosen one
 */
G_DECLARE_FINAL_TYPE (HwLogList, hw_log_list, HW, LOG_LIST, GtkScrolledWindow)

void hw_log_list_set_place (HwLogList *self, HwPlace *place);
void hw_log_list_refresh (HwLogList *self);
void hw_log_list_set_words (HwLogList *self, const char *words);
void hw_log_list_choose_first (HwLogList *self);
guint hw_log_list_get_n (HwLogList *self);
HwLogListState hw_log_list_get_state (HwLogList *self);
const char *hw_log_list_get_problem (HwLogList *self);  /* (nullable) */
HwLogListRow *hw_log_list_get_chosen (HwLogList *self); /* (transfer none) (nullable) */

G_END_DECLS
