/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-selection.h"

G_BEGIN_DECLS

/* Entries that a copy may have fetched for it; of what is missing beyond, three dots tell. A server
 * gives a thousand of them in a second. */
#define HW_LOG_COPY_FETCHED_MAX 20000

/**
 * HwLogCopy:
 *
 * A selection on its way to plain text, of which parts have to be fetched first. Main thread only.
 */
typedef struct _HwLogCopy HwLogCopy;

/**
 * HwLogCopyDone:
 * @text: (nullable): the text, %NULL if there was none
 * @data: as it was given
 *
 * It is done; the copy is gone after the call.
 */
typedef void (*HwLogCopyDone) (const char *text, gpointer data);

HwLogCopy *hw_log_copy_start (const HwLogSelection *selection,
                              HwHistory *history,
                              HwLogPlanner *planner,
                              HwLogCopyDone done,
                              gpointer data);
void hw_log_copy_stop (HwLogCopy *self);

G_END_DECLS
