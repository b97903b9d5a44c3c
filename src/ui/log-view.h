/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/history.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HwLogViewStyle:
 *
 * How entries look: bubbles of talk, or lines on a timeline's rail.
 */
typedef enum
{
  HW_LOG_VIEW_CHAT,
  HW_LOG_VIEW_TIMELINE,
} HwLogViewStyle;

#define HW_TYPE_LOG_VIEW (hw_log_view_get_type ())
/**
 * HwLogView:
 *
 * Shows a HwHistory of any length, holding row widgets only for what is visible and a margin. A
 * GtkScrollable: put it in a GtkScrolledWindow. It starts at the end and follows it.
 *
 * Properties: "history" (HwHistory, nullable), "view-style" (HwLogViewStyle, construct-only), "own-name"
 * (string, nullable: whose messages are ours, and what counts as a mention), "unread-after" (guint64
 * seq: the rule "New since …" stands after it; 0: none), "at-end" (boolean, read-only), "n-below"
 * (guint, read-only: messages that arrived below what is visible since the end was left), and GtkScrollable's.
 *
 * Signals:
 * retry (view, HwEntry *entry), discard (view, HwEntry *entry): pressed on a failed message
 * open-link (view, const char *uri): pressed; nothing is opened by the view itself
 *
 * The accessible role is a list; the owner gives it its name.
 */
G_DECLARE_FINAL_TYPE (HwLogView, hw_log_view, HW, LOG_VIEW, GtkContainer)

GtkWidget *hw_log_view_new (HwLogViewStyle style);
void hw_log_view_set_history (HwLogView *self, HwHistory *history);
HwHistory *hw_log_view_get_history (HwLogView *self);
void hw_log_view_set_own_name (HwLogView *self, const char *name);
void hw_log_view_set_unread_after (HwLogView *self, guint64 seq);
gboolean hw_log_view_get_at_end (HwLogView *self);
guint hw_log_view_get_n_below (HwLogView *self);
void hw_log_view_scroll_to_end (HwLogView *self);
void hw_log_view_scroll_to_seq (HwLogView *self, guint64 seq);
guint64 hw_log_view_get_bottom_seq (HwLogView *self); /* the last saved entry wholly visible, 0: none */
char *hw_log_view_get_selected_text (HwLogView *self); /* (transfer full) (nullable) */

G_END_DECLS
