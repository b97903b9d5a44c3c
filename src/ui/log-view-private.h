/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the log view share: log-view.c (the widget, its history, its words to the
 * outside), log-view-place.c (which rows there are, and where), log-view-input.c (pointer, keys).
 */

#pragma once

#include "log-copy.h"
#include "log-heights.h"
#include "log-row.h"
#include "log-selection.h"
#include "log-view.h"

G_BEGIN_DECLS

/* How large words get, 1 being the person's own font. */
#define HW_LOG_ZOOM_MIN 0.5
#define HW_LOG_ZOOM_MAX 3.0

/* A realised row, and where its top is in the vertical adjustment's space. */
typedef struct
{
  HwLogRow *row;
  gint64 y;
  int height;
  gboolean stale; /* its entry has changed: bind it again */
} HwLogSlot;

struct _HwLogView
{
  GtkContainer parent_instance;

  HwLogViewStyle style;
  HwHistory *history; /* (nullable) */
  HwLogTheme *theme;
  HwLogPlanner *planner;
  HwLogHeights *heights;
  HwLogSelection selection;
  char *own_name;
  guint64 unread_after;
  guint64 hit_seq;
  char **words;
  HwLogCopy *copy;      /* (nullable) while it waits for entries */
  GHashTable *expanded; /* of seq: long messages shown in full */
  double zoom;

  GtkAdjustment *adjustments[2]; /* by GtkOrientation; (nullable) */
  guint policies[2];

  GArray *slots;   /* of HwLogSlot, by position: the rows that are seen, and a margin */
  GPtrArray *pool; /* of HwLogRow: unused ones, children too */

  /* The truth of where we are: the anchor row's top, in the adjustment's space. Value and anchor
   * stay when something changes above or below; the adjustment's bounds follow. */
  guint anchor;
  gint64 anchor_top;
  gboolean jump;        /* the anchor was chosen without knowing its height: */
  double jump_fraction; /* how much of it is above … */
  int jump_offset;      /* … this many pixels below the top of what is seen */
  gboolean follow;      /* stay at the end */
  double placed_value;

  /* Keeps the text in place while the width changes; until the person scrolls. */
  gboolean has_grip;
  guint grip_position;
  guint grip_index;
  int grip_dy;

  gboolean theme_stale;
  gboolean dirty;
  gboolean placing;
  guint resume_tick; /* the margin was not finished in the last frame */
  gboolean configuring;
  int placed_width;
  int placed_page;
  gulong layout_handler;
  GdkFrameClock *clock; /* (nullable) while realized */

  gboolean at_end;
  guint n_below;
  guint below_from; /* the first entry that counts for n_below */
  guint64 bottom_seq;
  gboolean has_news; /* entries came that were not read out yet */
  guint news_from;
  int direction; /* where one scrolls: -1 up, 1 down, 0 not known */

  /* Pointer and keys. */
  HwLogRow *hover_row; /* (unowned) (nullable) */
  double pointer_x, pointer_y;
  gboolean pointer_inside;
  gboolean selecting;
  GtkGesture *long_press; /* by a finger */
  gboolean touching;      /* what comes as a button's press is a finger's */
  guint press_count;
  HwLogPart press_part;
  guint press_link;
  guint press_position;
  double press_x, press_y;
  HwLogPoint press_start, press_end; /* the word or line first taken */
  guint scroll_tick;
  gint64 scroll_time;
  gboolean focus_wanted; /* a row that had the focus went out of sight, or is asked for */
  guint focus_position;
};

static inline HwLogSlot *
hw_log_view_slot (HwLogView *self, guint index)
{
  return &g_array_index (self->slots, HwLogSlot, index);
}

/* log-view.c */
guint hw_log_view_get_n_items (HwLogView *self);
HwLogRow *hw_log_view_new_row (HwLogView *self);

/* log-view-place.c */
void hw_log_view_place (HwLogView *self);
void hw_log_view_queue_place (HwLogView *self);
void hw_log_view_jump (HwLogView *self, guint position, double fraction, int offset);
void hw_log_view_value_changed (HwLogView *self);
double hw_log_view_get_value (HwLogView *self);
void hw_log_view_scroll_by (HwLogView *self, double delta);
void hw_log_view_show_row (HwLogView *self, guint position);

/* log-view-slots.c */
HwLogSlot *hw_log_view_find_slot (HwLogView *self, guint position);
HwLogSlot *hw_log_view_slot_at (HwLogView *self, double y);
int hw_log_view_slot_y (HwLogView *self, const HwLogSlot *slot);
HwLogRow *hw_log_view_take_row (HwLogView *self);
void hw_log_view_release (HwLogView *self, HwLogRow *row);
void hw_log_view_release_all (HwLogView *self);
void hw_log_view_trim_pool (HwLogView *self);
void hw_log_view_drop_pool (HwLogView *self);
void hw_log_view_mark_stale (HwLogView *self, guint first, guint last);
void hw_log_view_splice_slots (HwLogView *self, guint position, guint removed, guint added);

/* log-view-state.c */
void hw_log_view_items_changed (HwLogView *self, guint position, guint removed, guint added);
void hw_log_view_update_state (HwLogView *self);

/* log-view-actions.c */
void hw_log_view_activate (HwLogView *self, HwLogRow *row, HwLogPart part, guint link);
gboolean hw_log_view_stop_copy (HwLogView *self);

/* log-view-select.c */
void hw_log_view_update_selection (HwLogView *self);
void hw_log_view_begin_drag (HwLogView *self, HwLogPart part, gboolean extend);
void hw_log_view_drag (HwLogView *self);
void hw_log_view_stop_selecting (HwLogView *self);
void hw_log_view_offer_primary (HwLogView *self);
void hw_log_view_clear_selection (HwLogView *self);
void hw_log_view_select_loaded (HwLogView *self);

/* log-view-input.c */
void hw_log_view_input_init_class (GtkWidgetClass *class);
void hw_log_view_input_init (HwLogView *self);
void hw_log_view_update_hover (HwLogView *self);

/* log-view-keys.c */
void hw_log_view_keys_init_class (GtkWidgetClass *class);
GtkWidget *hw_log_view_focus_row (HwLogView *self);
void hw_log_view_restore_focus (HwLogView *self);
gboolean hw_log_view_row_is_leaving (HwLogView *self, HwLogRow *row);

G_END_DECLS
