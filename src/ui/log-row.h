/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-plan.h"
#include "log-theme.h"

G_BEGIN_DECLS

#define HW_LOG_ROW_CSS_NAME "entryrow"

/**
 * HwLogPart:
 *
 * What of a row is at a point.
 */
typedef enum
{
  HW_LOG_PART_NONE,
  HW_LOG_PART_TEXT,
  HW_LOG_PART_LINK,
  HW_LOG_PART_GAP, /* how many a filter left out above it */
  HW_LOG_PART_FOLD,
  HW_LOG_PART_MORE,
  HW_LOG_PART_RETRY,
  HW_LOG_PART_COPY,
  HW_LOG_PART_DISCARD,
  HW_LOG_PART_SAVE, /* of a file that somebody offers */
  HW_LOG_PART_RESUME,
  HW_LOG_PART_PICTURE,
  HW_LOG_PART_FOLDER,
  HW_LOG_PART_STOP,
  HW_LOG_PART_ACTION, /* the first action, the others follow */
} HwLogPart;

/* Actions at the end of a row at most. */
#define HW_LOG_ACTIONS_MAX 4

/**
 * HwLogRowContent:
 *
 * What a row is to show, and what it needs to know for that. Everything is borrowed.
 */
typedef struct
{
  HwHistory *history;
  guint position;
  HwEntry *entry; /* nullable or loading: a placeholder is drawn */
  HwLogPlan plan;
  int width;       /* pixels */
  int placeholder; /* height of a placeholder, pixels */
  gint64 now;      /* milliseconds since 1970 UTC */
  gint64 new_since;
  const char *own_name;
  const char *const *words; /* nullable: searched words */
  gboolean hit;
  gboolean expanded;
} HwLogRowContent;

#define HW_TYPE_LOG_ROW (hw_log_row_get_type ())
/**
 * HwLogRow:
 *
 * One entry in a log view: a leaf widget without a window that lays out and paints its own text.
 *
 * Signals:
 * activate-part (row, guint part, guint link): something in it was pressed, not by the pointer
 */
G_DECLARE_FINAL_TYPE (HwLogRow, hw_log_row, HW, LOG_ROW, GtkWidget)

GtkWidget *hw_log_row_new (HwLogTheme *theme);
void hw_log_row_bind (HwLogRow *self, const HwLogRowContent *content);
void hw_log_row_unbind (HwLogRow *self);
void hw_log_row_set_position (HwLogRow *self, guint position);

guint hw_log_row_get_position (HwLogRow *self);
HwEntry *hw_log_row_get_entry (HwLogRow *self);
const HwLogPlan *hw_log_row_get_plan (HwLogRow *self);
gboolean hw_log_row_is_placeholder (HwLogRow *self);
gboolean hw_log_row_is_cut (HwLogRow *self);
gboolean hw_log_row_is_message (HwLogRow *self);
gboolean hw_log_row_has_part (HwLogRow *self, HwLogPart part);
const char *hw_log_row_get_button (HwLogRow *self, guint index, HwLogPart *part);
int hw_log_row_get_height (HwLogRow *self);
int hw_log_row_get_content_top (HwLogRow *self);
int hw_log_row_get_text_top (HwLogRow *self);

const char *hw_log_row_get_text (HwLogRow *self);
guint hw_log_row_index_at (HwLogRow *self, int x, int y);
int hw_log_row_index_to_y (HwLogRow *self, guint index);
void hw_log_row_index_to_rectangle (HwLogRow *self, guint index, GdkRectangle *rectangle);
void hw_log_row_get_line_at (HwLogRow *self, guint index, guint *start, guint *end);
void hw_log_row_get_word_at (HwLogRow *self, guint index, guint *start, guint *end);

HwLogPart hw_log_row_get_part_at (HwLogRow *self, int x, int y, guint *link);
gboolean hw_log_row_is_in_gutter (HwLogRow *self, int x);
char *hw_log_row_get_uri (HwLogRow *self, guint link);
guint hw_log_row_get_n_links (HwLogRow *self);
void hw_log_row_activate (HwLogRow *self, HwLogPart part, guint link);

void hw_log_row_set_selection (HwLogRow *self, guint start, guint end);
void hw_log_row_set_caret (HwLogRow *self, gboolean shown, guint index);
gboolean hw_log_row_get_caret (HwLogRow *self, guint *index);
guint hw_log_row_move (HwLogRow *self, guint index, int direction, gboolean by_word);
void hw_log_row_set_hover (HwLogRow *self, gboolean hover, HwLogPart part);

char *hw_log_row_get_accessible_name (HwLogRow *self);
char *hw_log_row_get_accessible_description (HwLogRow *self);

G_END_DECLS
