/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the five files of a row share: log-row.c (the widget), log-row-layout.c (what stands where),
 * log-row-file.c (a file on offer), log-row-paint.c and log-row-accessible.c. */

#pragma once

#include "log-row.h"
#include "text-marks.h"

#include "client/transfer.h"

G_BEGIN_DECLS

#define HW_LOG_N_BUTTONS 3
/* Between an event's words and its time. */
#define HW_LOG_EVENT_TIME_SPACE "\342\200\202\342\200\202"
/* Pixels that an action takes at a row's end. */
#define HW_LOG_ACTION_SIZE 32

typedef struct
{
  PangoLayout *layout; /* NULL until it is needed the first time, then kept */
  gboolean shown;
  int x, y; /* from the row's start edge and top, at scale 1 */
  int width, height;
} HwLogPiece;

struct _HwLogRow
{
  GtkWidget parent_instance;

  HwLogTheme *theme; /* the view's, which outlives the row */
  guint serial;      /* the theme's, when it was bound */
  guint position;
  HwEntry *entry; /* (nullable) */
  HwLogPlan plan;
  int width;
  guint own : 1;
  guint mention : 1;
  guint hit : 1;
  guint expanded : 1;
  guint cut : 1;
  guint placeholder : 1;
  guint event : 1; /* not a message */
  guint hover : 1;
  HwLogPart hover_part;
  gint64 at;
  gint64 now;

  GArray *links;     /* of HwTextMark, in the text shown */
  guint own_line;    /* in an open fold's first row: where its own line begins */
  gsize text_length; /* bytes of the entry's own words in what the body shows */
  guint selection_start, selection_end;
  gboolean caret_shown;
  guint caret;
  char *name;            /* accessible, made when it is asked for */
  AtkObject *accessible; /* (unowned) (nullable) */

  int height;
  int top;    /* of what is the entry's own: below day and rule */
  int bottom; /* the text's padding under it included: the height */
  int face_x, face_y;
  gboolean shows_face;
  HwLogPiece gap, day, rule, who, time, body, note, more, buttons[HW_LOG_N_BUTTONS];
  HwLogPart button_parts[HW_LOG_N_BUTTONS]; /* what each of those shown is for */
  HwTransfer *file;                         /* (nullable): the entry's */
  HwTransferState told;                     /* of the file: what a screen reader knows */
  GdkRectangle card;    /* around a file, from the start edge; no height: none */
  GdkRectangle bar;     /* of its progress, likewise */
  GdkRectangle picture; /* likewise */
  int actions_end;      /* where actions end, when they are shown */
  int gutter_end;       /* where times in the gutter end */
  int gutter_middle;    /* where arrows and rail marks stand */
};

void hw_log_row_lay_out (HwLogRow *self, const HwLogRowContent *content);
void hw_log_row_set_piece (HwLogRow *self,
                           HwLogPiece *piece,
                           const char *text,
                           gboolean small,
                           gboolean bold,
                           int width_max);
int hw_log_row_set_file (HwLogRow *self, int width);
int hw_log_row_lay_out_file (HwLogRow *self, int x, int y, int width);
void hw_log_row_paint_file (HwLogRow *self, cairo_t *cr);
void hw_log_row_round (cairo_t *cr, double x, double y, double width, double height, double radius);
void hw_log_row_paint (HwLogRow *self, cairo_t *cr);
gboolean hw_log_row_shows_actions (HwLogRow *self);
void hw_log_row_get_action_place (HwLogRow *self, guint action, GdkRectangle *place);
int hw_log_row_mirror (HwLogRow *self, int x, int width);
GType hw_log_row_accessible_get_type (void);
void hw_log_row_accessible_changed (HwLogRow *self);
void hw_log_row_announce_file (HwLogRow *self);

G_END_DECLS
