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

/**
 * HwLogAction:
 * @id: told by #HwLogView::entry-action; a screen reader's name for it, too
 * @icon_name: a symbolic icon
 * @label: for its tooltip, to be translated
 *
 * Something that can be done with another person's message, offered at its end.
 */
typedef struct
{
  const char *id;
  const char *icon_name;
  const char *label;
} HwLogAction;

/* See #HwLogView::entry-action. */
#define HW_LOG_ACTION_CONTEXT "context"
/* The same, of an entry with a file: it is wanted, wanted on, to be seen larger, to be seen where
 * it was saved, or not wanted (any more). */
#define HW_LOG_ACTION_SAVE    "file-save"
#define HW_LOG_ACTION_RESUME  "file-resume"
#define HW_LOG_ACTION_PICTURE "file-picture"
#define HW_LOG_ACTION_FOLDER  "file-folder"
#define HW_LOG_ACTION_STOP    "file-stop"

#define HW_TYPE_LOG_VIEW (hw_log_view_get_type ())
/**
 * HwLogView:
 *
 * Shows a HwHistory of any length, holding row widgets only for what is visible and a margin. A
 * GtkScrollable: put it in a GtkScrolledWindow. It starts at the end and follows it.
 *
 * Properties: "history" (HwHistory, nullable), "view-style" (HwLogViewStyle as int,
 * construct-only), "own-name" (string, nullable: whose messages are ours, and what counts as a
 * mention), "unread-after" (guint64 seq: the rule "New since …" stands after it; 0: none), "at-end"
 * (boolean, read-only), "n-below" (guint, read-only: messages that arrived below what is visible
 * since the end was left), "bottom-seq" (guint64, read-only, see hw_log_view_get_bottom_seq()),
 * "zoom" (double, 0.5 to 3), and GtkScrollable's.
 *
 * Signals:
 * retry (view, HwEntry *entry), discard (view, HwEntry *entry): pressed on a failed message
 * open-link (view, const char *uri): pressed; nothing is opened by the view itself
 * entry-action (view, HwEntry *entry, const char *id): one of hw_log_view_set_actions() was
 * pressed, or what a filter left out above the entry (HW_LOG_ACTION_CONTEXT) populate-menu (view,
 * HwEntry *entry, GtkMenu *menu): a row's menu is about to be shown; more items may be put into it
 *
 * Keys, with the focus in it: arrows, Page Up and Down, Home, End go from entry to entry; Enter
 * opens a fold, a long message, a link; Menu or Shift+F10 shows the entry's menu; Shift+arrows
 * selects entries, Ctrl+C copies, Ctrl+A selects what is loaded; Ctrl +, − and 0 zoom.
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
void hw_log_view_invalidate (HwLogView *self);
void hw_log_view_scroll_to_end (HwLogView *self);
void hw_log_view_scroll_to_seq (HwLogView *self, guint64 seq);
guint64
hw_log_view_get_bottom_seq (HwLogView *self); /* the last saved entry wholly visible, 0: none */
guint64 hw_log_view_get_focused_seq (HwLogView *self); /* of the entry with the focus, 0: none */
guint64 hw_log_view_get_top_seq (HwLogView *self);     /* the first entry in sight, 0: none */
char *hw_log_view_get_selected_text (HwLogView *self); /* (transfer full) (nullable) */
void hw_log_view_copy (HwLogView *self);               /* what is selected, or the focused entry */

/* What stands at the end of others' messages while the pointer or the focus is there; @actions has
 * to stay for as long as the view does. */
void hw_log_view_set_actions (HwLogView *self, const HwLogAction *actions, guint n_actions);

/* Marks the entry with @seq as the hit one looks at (0: none), and @words wherever they stand as
 * the beginning of a word (NULL: none). Does not scroll. */
void hw_log_view_set_hit (HwLogView *self, guint64 seq, const char *const *words);

void hw_log_view_set_zoom (HwLogView *self, double zoom); /* 1: the person's own font size */

G_END_DECLS
