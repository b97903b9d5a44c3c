/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Paints a row: bands and rings by the style sheet, signs by hand (they are a few strokes each, and
 * so take the colour and the scale of the moment), words by Pango. */

#include "log-row-private.h"

#include <math.h>
#include <string.h>

/* Above this many lines only those in sight are painted. */
#define LINES_AT_ONCE 60

/* Microseconds that a frame may spend on faces that were not drawn before. */
#define FACE_BUDGET 2000

static void
show_piece (HwLogRow *self, cairo_t *cr, const HwLogPiece *piece, const GdkRGBA *colour)
{
  if (!piece->shown)
    return;
  gdk_cairo_set_source_rgba (cr, colour);
  cairo_move_to (cr, hw_log_row_mirror (self, piece->x, piece->width), piece->y);
  pango_cairo_show_layout (cr, piece->layout);
}

static void
fill (HwLogRow *self, cairo_t *cr, int x, int y, int width, int height, const GdkRGBA *colour)
{
  gdk_cairo_set_source_rgba (cr, colour);
  cairo_rectangle (cr, hw_log_row_mirror (self, x, width), y, width, height);
  cairo_fill (cr);
}

static void
disc (cairo_t *cr, double x, double y, double radius, const GdkRGBA *colour)
{
  gdk_cairo_set_source_rgba (cr, colour);
  cairo_new_path (cr);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
paint_above (HwLogRow *self, cairo_t *cr)
{
  const HwLogTheme *theme = self->theme;

  if (self->gap.shown)
    {
      /* The rail goes on in dots. */
      double x = hw_log_row_mirror (self, self->gutter_middle, 0);
      double middle = self->gap.y + self->gap.height / 2.0;

      for (int i = -1; i <= 1; i++)
        disc (cr, x, middle + 6 * i, 1.25, &theme->faint);
      show_piece (self, cr, &self->gap,
                  self->hover && self->hover_part == HW_LOG_PART_GAP ? &theme->accent
                                                                     : &theme->faint);
    }
  if (self->day.shown)
    {
      int start = theme->rtl ? theme->pad_day.right : theme->pad_day.left;
      int end = self->width - (theme->rtl ? theme->pad_day.left : theme->pad_day.right);
      int y = self->day.y + self->day.height / 2;
      int before = self->day.x - HW_LOG_SPACE;
      int after = self->day.x + self->day.width + HW_LOG_SPACE;

      fill (self, cr, start, y, MAX (0, before - start), 1, &theme->line);
      fill (self, cr, after, y, MAX (0, end - after), 1, &theme->line);
      show_piece (self, cr, &self->day, &theme->dim);
    }
  if (self->rule.shown)
    {
      int start = theme->rtl ? theme->pad_new.right : theme->pad_new.left;

      fill (self, cr, start, self->rule.y + self->rule.height / 2,
            MAX (0, self->rule.x - HW_LOG_SPACE - start), 1, &theme->rule);
      show_piece (self, cr, &self->rule, &theme->accent);
    }
}

static void
paint_selection (HwLogRow *self, cairo_t *cr, int x, int y)
{
  int range[2] = { (int) self->selection_start, (int) self->selection_end };
  cairo_region_t *region;

  if (self->selection_start >= self->selection_end)
    return;
  region = gdk_pango_layout_get_clip_region (self->body.layout, x, y, range, 1);
  gdk_cairo_region (cr, region);
  gdk_cairo_set_source_rgba (cr, &self->theme->selection);
  cairo_fill (cr);
  cairo_region_destroy (region);
}

static void
paint_lines_in_sight (HwLogRow *self, cairo_t *cr, int x, int y)
{
  PangoLayoutIter *iter = pango_layout_get_iter (self->body.layout);
  double clip_top, clip_bottom;

  cairo_clip_extents (cr, NULL, &clip_top, NULL, &clip_bottom);
  do
    {
      PangoRectangle line;
      int top, bottom;

      pango_layout_iter_get_line_yrange (iter, &top, &bottom);
      if (y + PANGO_PIXELS (bottom) < clip_top)
        continue;
      if (y + PANGO_PIXELS (top) > clip_bottom)
        break;
      pango_layout_iter_get_line_extents (iter, NULL, &line);
      cairo_move_to (cr, x + line.x / (double) PANGO_SCALE,
                     y + pango_layout_iter_get_baseline (iter) / (double) PANGO_SCALE);
      pango_cairo_show_layout_line (cr, pango_layout_iter_get_line_readonly (iter));
    }
  while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
}

/**
 * hw_log_row_round:
 * @cr: where the path is made
 * @x: left
 * @y: top
 * @width: pixels
 * @height: pixels
 * @radius: of its corners
 *
 * Makes a path with round corners.
 */
void
hw_log_row_round (cairo_t *cr, double x, double y, double width, double height, double radius)
{
  cairo_new_path (cr);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_arc (cr, x + width - radius, y + radius, radius, 1.5 * G_PI, 2 * G_PI);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, 0.5 * G_PI);
  cairo_arc (cr, x + radius, y + height - radius, radius, 0.5 * G_PI, G_PI);
  cairo_close_path (cr);
}

static void
paint_body (HwLogRow *self, cairo_t *cr)
{
  const HwLogTheme *theme = self->theme;
  const GdkRGBA *colour = &theme->fg;
  int x = hw_log_row_mirror (self, self->body.x, self->body.width);

  if (!self->body.shown)
    return;
  if (self->event)
    colour = &theme->dim;
  else if (hw_entry_get_state (self->entry) == HW_ENTRY_UNSAVED)
    colour = &theme->faint;
  paint_selection (self, cr, x, self->body.y);
  gdk_cairo_set_source_rgba (cr, colour);
  if (pango_layout_get_line_count (self->body.layout) > LINES_AT_ONCE)
    paint_lines_in_sight (self, cr, x, self->body.y);
  else
    {
      cairo_move_to (cr, x, self->body.y);
      pango_cairo_show_layout (cr, self->body.layout);
    }
}

static void
paint_caret (HwLogRow *self, cairo_t *cr)
{
  PangoRectangle place;
  int x = hw_log_row_mirror (self, self->body.x, self->body.width);

  if (!self->caret_shown || !self->body.shown || !gtk_widget_is_focus (GTK_WIDGET (self)))
    return;
  pango_layout_get_cursor_pos (self->body.layout, (int) self->caret, &place, NULL);
  pango_extents_to_pixels (&place, NULL);
  gdk_cairo_set_source_rgba (cr, &self->theme->accent);
  cairo_rectangle (cr, x + place.x - 1, self->body.y + place.y, 2, place.height);
  cairo_fill (cr);
}

/* A clock after the last word: not on the server's disk yet. */
static void
paint_clock (HwLogRow *self, cairo_t *cr)
{
  PangoRectangle words;
  PangoLayoutLine *line;
  PangoRectangle last;
  double x, y;

  pango_layout_get_pixel_extents (self->body.layout, NULL, &words);
  line = pango_layout_get_line_readonly (self->body.layout,
                                         pango_layout_get_line_count (self->body.layout) - 1);
  pango_layout_line_get_pixel_extents (line, NULL, &last);
  x = hw_log_row_mirror (self, self->body.x + words.width + 8, 13) + 6.5;
  y = self->body.y + self->body.height - last.height / 2.0;
  gdk_cairo_set_source_rgba (cr, &self->theme->dim);
  cairo_set_line_width (cr, 1.5);
  cairo_new_path (cr); /* words that were shown leave a point behind */
  cairo_arc (cr, x, y, 5.25, 0, 2 * G_PI);
  cairo_stroke (cr);
  cairo_move_to (cr, x, y - 3);
  cairo_line_to (cr, x, y + 0.25);
  cairo_line_to (cr, x + 2.25, y + 1.75);
  cairo_stroke (cr);
}

static void
paint_triangle (HwLogRow *self, cairo_t *cr, double x, double y, gboolean down)
{
  double forward = self->theme->rtl ? -1 : 1;

  gdk_cairo_set_source_rgba (cr, &self->theme->dim);
  if (down)
    {
      cairo_move_to (cr, x - 5.5, y - 2.5);
      cairo_line_to (cr, x + 5.5, y - 2.5);
      cairo_line_to (cr, x, y + 3);
    }
  else
    {
      cairo_move_to (cr, x - 2.5 * forward, y - 5.5);
      cairo_line_to (cr, x - 2.5 * forward, y + 5.5);
      cairo_line_to (cr, x + 3 * forward, y);
    }
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
paint_note (HwLogRow *self, cairo_t *cr)
{
  const HwLogTheme *theme = self->theme;
  double x, y;

  if (!self->note.shown)
    return;
  x = hw_log_row_mirror (self, self->note.x - 20, 14) + 7;
  y = self->note.y + theme->small_height / 2.0 + 0.5;
  disc (cr, x, y, 6, &theme->error);
  gdk_cairo_set_source_rgba (cr, &theme->popover);
  cairo_rectangle (cr, x - 3.5, y - 1, 7, 2);
  cairo_fill (cr);
  show_piece (self, cr, &self->note, &theme->error);
  for (guint i = 0; i < HW_LOG_N_BUTTONS; i++)
    {
      const HwLogPiece *button = &self->buttons[i];
      int left = hw_log_row_mirror (self, button->x, button->width);
      int width, height;

      if (self->hover && self->hover_part == HW_LOG_PART_RETRY + i)
        {
          gdk_cairo_set_source_rgba (cr, &theme->shade);
          hw_log_row_round (cr, left, button->y + 1, button->width, button->height - 2, 6);
          cairo_fill (cr);
        }
      pango_layout_get_pixel_size (button->layout, &width, &height);
      gdk_cairo_set_source_rgba (cr, &theme->fg);
      cairo_move_to (cr, left + (button->width - width) / 2,
                     button->y + (button->height - height) / 2);
      pango_cairo_show_layout (cr, button->layout);
    }
}

/* Many new faces at once come one frame after the other: words do not wait for them. */
static gboolean
may_draw_face (HwLogRow *self)
{
  HwLogTheme *theme = self->theme;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  gint64 frame = clock != NULL ? gdk_frame_clock_get_frame_counter (clock) : -1;

  if (frame < 0 || theme->face_frame != frame)
    {
      theme->face_frame = frame;
      theme->face_time = 0;
    }
  return theme->face_time < FACE_BUDGET
         || hw_faces_has (theme->faces, hw_entry_get_from (self->entry),
                          gtk_widget_get_scale_factor (GTK_WIDGET (self)));
}

static void
paint_face (HwLogRow *self, cairo_t *cr)
{
  HwFaces *faces = self->theme->faces;
  int size = hw_faces_get_size (faces);
  gint64 began;
  cairo_surface_t *surface;

  if (!self->shows_face)
    return;
  if (!may_draw_face (self))
    {
      double half = size / 2.0;

      disc (cr, hw_log_row_mirror (self, self->face_x, size) + half, self->face_y + half, half,
            &self->theme->shade);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }
  began = g_get_monotonic_time ();
  surface = hw_faces_get (faces, hw_entry_get_from (self->entry),
                          gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  self->theme->face_time += g_get_monotonic_time () - began;
  cairo_set_source_surface (cr, surface, hw_log_row_mirror (self, self->face_x, size),
                            self->face_y);
  cairo_paint (cr);
}

static void
paint_chat (HwLogRow *self, cairo_t *cr)
{
  const HwLogTheme *theme = self->theme;
  gboolean gutter = self->hover || gtk_widget_has_visible_focus (GTK_WIDGET (self));

  paint_face (self, cr);
  show_piece (self, cr, &self->who, self->own ? &theme->accent : &theme->fg);
  /* In the gutter a time is seen when one looks for it; in an open fold always. */
  if (self->who.shown || gutter || self->event)
    show_piece (self, cr, &self->time, &theme->faint);
  if (self->plan.fold)
    {
      PangoRectangle line;

      pango_layout_index_to_pos (self->body.layout, 0, &line);
      paint_triangle (self, cr, hw_log_row_mirror (self, self->gutter_middle, 0),
                      self->body.y + PANGO_PIXELS (line.height) / 2.0, self->plan.fold_open);
    }
  if (hw_entry_get_state (self->entry) == HW_ENTRY_UNSAVED)
    paint_clock (self, cr);
}

/* Whether nothing comes after it: the rail ends there. */
static gboolean
is_last (HwLogRow *self)
{
  GtkWidget *view = gtk_widget_get_parent (GTK_WIDGET (self));
  HwHistory *history = hw_log_view_get_history (HW_LOG_VIEW (view));
  guint last = MAX (self->position, self->plan.fold_open ? 0 : self->plan.fold_last);

  return history != NULL && last + 1 >= g_list_model_get_n_items (G_LIST_MODEL (history));
}

static void
paint_rail (HwLogRow *self, cairo_t *cr)
{
  const HwLogTheme *theme = self->theme;
  HwEntryKind kind = hw_entry_get_kind (self->entry);
  double x = hw_log_row_mirror (self, self->gutter_middle, 0);
  double y = self->face_y + HW_LOG_FACE_TIMELINE / 2.0;
  double gap = self->shows_face ? HW_LOG_FACE_TIMELINE / 2.0 + 2 : 7;

  gdk_cairo_set_source_rgba (cr, &theme->line);
  if (!self->plan.day && y - gap > self->top)
    cairo_rectangle (cr, x - 1, self->top, 2, y - gap - self->top);
  if (self->height > y + gap && !is_last (self))
    cairo_rectangle (cr, x - 1, y + gap, 2, self->height - y - gap);
  cairo_fill (cr);
  paint_face (self, cr);
  switch (kind)
    {
    case HW_ENTRY_MESSAGE:
      if (!self->shows_face)
        disc (cr, x, y, 2, &theme->faint);
      break;
    case HW_ENTRY_JOINED:
    case HW_ENTRY_LEFT:
      gdk_cairo_set_source_rgba (cr, &theme->faint);
      cairo_set_line_width (cr, 1.5);
      cairo_new_path (cr);
      cairo_arc (cr, x, y, 3.25, 0, 2 * G_PI);
      cairo_stroke (cr);
      break;
    case HW_ENTRY_KICKED:
    case HW_ENTRY_CLOSED:
      disc (cr, x, y, 4, &theme->error);
      break;
    case HW_ENTRY_UNKNOWN:
    case HW_ENTRY_CREATED:
    case HW_ENTRY_TOPIC:
    case HW_ENTRY_RENAMED:
    default:
      disc (cr, x, y, 4, &theme->accent);
      break;
    }
}

static void
paint_timeline (HwLogRow *self, cairo_t *cr)
{
  const HwLogTheme *theme = self->theme;

  paint_rail (self, cr);
  show_piece (self, cr, &self->time, &theme->faint);
  show_piece (self, cr, &self->who, &theme->fg);
  if (self->plan.fold)
    {
      PangoLayoutIter *iter = pango_layout_get_iter (self->body.layout);
      PangoRectangle line;
      int x = hw_log_row_mirror (self, self->body.x, self->body.width);

      /* After its words, as the gutter is the rail's. */
      pango_layout_iter_get_line_extents (iter, NULL, &line);
      pango_layout_iter_free (iter);
      pango_extents_to_pixels (&line, NULL);
      paint_triangle (self, cr, theme->rtl ? x + line.x - 12 : x + line.x + line.width + 12,
                      self->body.y + line.y + line.height / 2.0, self->plan.fold_open);
    }
}

/* At the end, over whatever words reach so far. */
static void
paint_actions (HwLogRow *self, cairo_t *cr)
{
  HwLogTheme *theme = self->theme;
  GtkWidget *widget = GTK_WIDGET (self);
  GtkWidget *view = gtk_widget_get_parent (widget);
  const HwLogPiece *line = self->who.shown ? &self->who : &self->body;
  GdkRectangle place;
  int left, right;

  if (!hw_log_row_shows_actions (self))
    return;
  hw_log_row_get_action_place (self, 0, &place);
  left = place.x;
  right = place.x + place.width;
  hw_log_row_get_action_place (self, theme->n_actions - 1, &place);
  left = MIN (left, place.x);
  right = MAX (right, place.x + place.width);
  cairo_save (cr);
  cairo_rectangle (cr, left, self->top, right - left, place.height);
  cairo_clip (cr);
  gtk_render_background (gtk_widget_get_style_context (view), cr, 0, 0, self->width, self->height);
  gtk_render_background (gtk_widget_get_style_context (widget), cr, 0, self->top, self->width,
                         self->height - self->top);
  cairo_restore (cr);
  for (guint i = 0; i < theme->n_actions; i++)
    {
      cairo_surface_t *icon = hw_log_theme_get_action_icon (theme, widget, i);
      double x, y;

      hw_log_row_get_action_place (self, i, &place);
      x = place.x + place.width / 2;
      y = line->y + MIN (line->height, theme->line_height) / 2;
      if (self->hover && self->hover_part == HW_LOG_PART_ACTION + i)
        disc (cr, x, y, 13, &theme->shade);
      if (icon == NULL)
        continue;
      cairo_set_source_surface (cr, icon, x - 8, y - 8);
      cairo_paint (cr);
    }
}

/* What stands there while the entry is fetched: bars where words will be, by its number. */
static void
paint_placeholder (HwLogRow *self, cairo_t *cr)
{
  const HwLogTheme *theme = self->theme;
  gboolean chat = theme->style == HW_LOG_VIEW_CHAT;
  const GtkBorder *pad = chat ? &theme->pad_line : &theme->pad_timeline;
  int start = (theme->rtl ? pad->right : pad->left) + (chat ? theme->face + HW_LOG_SPACE : 81);
  int room = self->width - start - (theme->rtl ? pad->left : pad->right);
  int width = MIN (room, theme->text_max) * (int) (30 + self->position * 37 % 61) / 100;
  int y = self->top + (self->height - self->top - 9) / 2;

  if (width > 0)
    fill (self, cr, start, y, width, 9, &theme->shade);
}

/**
 * hw_log_row_paint:
 * @self: a bound row
 * @cr: where to paint, the row's top left at 0, 0
 */
void
hw_log_row_paint (HwLogRow *self, cairo_t *cr)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  int height = self->height - self->top;

  if (self->width <= 0 || self->height <= 0)
    return;
  paint_above (self, cr);
  gtk_render_background (context, cr, 0, self->top, self->width, height);
  gtk_render_frame (context, cr, 0, self->top, self->width, height);
  if (self->placeholder)
    {
      paint_placeholder (self, cr);
      return;
    }
  if (self->theme->style == HW_LOG_VIEW_CHAT)
    paint_chat (self, cr);
  else
    paint_timeline (self, cr);
  if (self->card.height > 0)
    hw_log_row_paint_file (self, cr);
  paint_body (self, cr);
  paint_caret (self, cr);
  if (self->more.shown)
    show_piece (self, cr, &self->more, &self->theme->accent);
  paint_note (self, cr);
  paint_actions (self, cr);
  if (gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    gtk_render_focus (context, cr, 2, self->top, self->width - 4, height);
}
