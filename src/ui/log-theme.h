/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "face.h"
#include "log-pictures.h"
#include "log-view.h"

G_BEGIN_DECLS

/**
 * HwLogTheme:
 *
 * Everything the rows of one log view share: colours, paddings and font sizes as the style sheet
 * and the person's font have them, and the faces. Read again by hw_log_theme_update() when the
 * style has changed; @serial then counts up, and what was laid out before is laid out again.
 */
typedef struct
{
  HwLogViewStyle style;
  guint serial;
  int face; /* pixels of a face in the chat */
  gboolean rtl;
  gboolean narrow; /* the timeline puts names above texts */
  double zoom;

  GdkRGBA fg, dim, faint, accent, error, line, shade, popover, raised, rule, selection, hit;
  GtkBorder pad_line, pad_head, pad_band, pad_day, pad_new, pad_timeline;
  int min_height; /* of a timeline's row */

  PangoContext *context; /* of no direction of its own: text stands where the layout says */
  PangoFontDescription *font;
  int line_height;
  int small_height;
  int text_max; /* pixels of text a line: 84 characters */
  double char_width;
  HwFaces *faces;
  gint64 face_frame; /* the frame in which a face was drawn last, by the frame clock, and … */
  gint64 face_time;  /* … the microseconds that faces have taken in it */
  HwLogPictures *pictures; /* (nullable): of the view, which talks of files */

  const HwLogAction *actions; /* of the view's owner */
  guint n_actions;
  cairo_surface_t **action_icons; /* made when they are drawn first */
  GHashTable *file_icons;         /* name → surface, likewise */
} HwLogTheme;

/* Where things stand in a row, in pixels from its padding: look of the log, see log-row-layout.c.
 */
#define HW_LOG_FACE          36
#define HW_LOG_FACE_COMPACT  24
#define HW_LOG_FACE_TIMELINE 22
#define HW_LOG_SPACE         12

HwLogTheme *hw_log_theme_new (HwLogViewStyle style);
void hw_log_theme_free (HwLogTheme *self);
void hw_log_theme_update (HwLogTheme *self, GtkWidget *view);
gboolean hw_log_theme_is_stale (HwLogTheme *self, GtkWidget *row);
PangoLayout *hw_log_theme_create_layout (HwLogTheme *self);
PangoAttribute *hw_log_theme_small (void);
void hw_log_theme_set_actions (HwLogTheme *self, const HwLogAction *actions, guint n_actions);
cairo_surface_t *
hw_log_theme_get_file_icon (HwLogTheme *self, GtkWidget *row, const char *icon_name);
cairo_surface_t *hw_log_theme_get_action_icon (HwLogTheme *self, GtkWidget *row, guint action);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwLogTheme, hw_log_theme_free)

G_END_DECLS
