/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file that somebody offers, as a row of talk: in a card what it is and how far, what can be done
 * with it, and under that, if it is a picture that is here, the picture. */

#include "hallway-config.h"

#include "file-words.h"
#include "log-row-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Pixels, at scale 1. */
#define CARD_MAX      460
#define PAD           9 /* within the card */
#define ICON          16
#define GAP           9   /* icon to words, words to buttons */
#define WORDS_MIN     160 /* less, and the buttons go under them */
#define BUTTON_SPACE  8
#define BUTTON_HEIGHT 26
#define BUTTON_GAP    6
#define BAR_HEIGHT    4
#define PICTURE_GAP   6
#define HEAD_GAP      4 /* name to card */
#define RADIUS        9

/* Lines that a name, and what is said of the file, may take each. */
#define LINES_MAX 3

/* What can be done now, the most wanted first. */
static guint
list_buttons (HwTransfer *file, HwLogPart *parts, const char **words)
{
  HwTransferState state = hw_transfer_get_state (file);
  guint n = 0;

  if (hw_transfer_is_ours (file))
    {
      if (!hw_transfer_is_over (file))
        words[n] = _ ("Take back"), parts[n++] = HW_LOG_PART_STOP;
      return n;
    }
  switch (state)
    {
    case HW_TRANSFER_OFFERED:
      words[n] = _ ("Save…"), parts[n++] = HW_LOG_PART_SAVE;
      /* In a room nobody waits for an answer. */
      if (hw_transfer_get_room (file) == NULL)
        words[n] = _ ("Decline"), parts[n++] = HW_LOG_PART_STOP;
      break;
    case HW_TRANSFER_PAUSED:
      if (hw_transfer_can_resume (file))
        words[n] = _ ("Go on"), parts[n++] = HW_LOG_PART_RESUME;
      words[n] = _ ("Cancel"), parts[n++] = HW_LOG_PART_STOP;
      break;
    case HW_TRANSFER_WAITING:
    case HW_TRANSFER_RUNNING:
      words[n] = _ ("Cancel"), parts[n++] = HW_LOG_PART_STOP;
      break;
    case HW_TRANSFER_DONE:
      words[n] = _ ("Show in its folder"), parts[n++] = HW_LOG_PART_FOLDER;
      break;
    case HW_TRANSFER_PREPARING:
    case HW_TRANSFER_FAILED:
    case HW_TRANSFER_DECLINED:
    case HW_TRANSFER_GONE:
    case HW_TRANSFER_CANCELLED:
    default:
      break;
    }
  return n;
}

static gboolean
is_bad (HwTransfer *file)
{
  HwTransferState state = hw_transfer_get_state (file);

  return state == HW_TRANSFER_FAILED || state == HW_TRANSFER_PAUSED;
}

static void
insert (PangoAttrList *attributes, PangoAttribute *attribute, guint start)
{
  attribute->start_index = start;
  pango_attr_list_insert (attributes, attribute);
}

static PangoAttribute *
foreground (const GdkRGBA *colour)
{
  return pango_attr_foreground_new ((guint16) (colour->red * 65535),
                                    (guint16) (colour->green * 65535),
                                    (guint16) (colour->blue * 65535));
}

static void
set_words (HwLogRow *self, int width)
{
  const HwLogTheme *theme = self->theme;
  HwLogPiece *body = &self->body;
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
  const char *name = hw_transfer_get_name (self->file);
  g_autofree char *state = hw_file_words_state (self->file);
  g_autofree char *text = g_strdup_printf ("%s\n%s", name, state);
  guint second = (guint) strlen (name) + 1;

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  bold->end_index = second;
  pango_attr_list_insert (attributes, bold);
  insert (attributes, hw_log_theme_small (), second);
  insert (attributes, foreground (is_bad (self->file) ? &theme->error : &theme->dim), second);
  insert (attributes, pango_attr_font_features_new ("tnum"), second);
  if (body->layout == NULL)
    body->layout = hw_log_theme_create_layout (self->theme);
  pango_layout_set_width (body->layout, MAX (1, width) * PANGO_SCALE);
  pango_layout_set_height (body->layout, -LINES_MAX);
  pango_layout_set_ellipsize (body->layout, PANGO_ELLIPSIZE_MIDDLE);
  pango_layout_set_text (body->layout, text, -1);
  pango_layout_set_attributes (body->layout, attributes);
  pango_layout_get_pixel_size (body->layout, NULL, &body->height);
  body->width = MAX (1, width);
  body->shown = TRUE;
  self->text_length = strlen (text);
}

/**
 * hw_log_row_set_file:
 * @self: a row of a file
 * @width: pixels that there are
 *
 * Sets its words and buttons, not their places.
 *
 * Returns: pixels above the words
 */
int
hw_log_row_set_file (HwLogRow *self, int width)
{
  const char *words[HW_LOG_N_BUTTONS];
  guint n = list_buttons (self->file, self->button_parts, words);
  int text;

  self->card.width = MIN (width, CARD_MAX);
  text = self->card.width - 2 * PAD - ICON - GAP;
  for (guint i = 0; i < n; i++)
    {
      HwLogPiece *button = &self->buttons[i];

      hw_log_row_set_piece (self, button, words[i], TRUE, TRUE,
                            self->card.width - 2 * (PAD + BUTTON_SPACE));
      button->width += 2 * BUTTON_SPACE;
      button->height = BUTTON_HEIGHT;
    }
  self->card.x = 0; /* what buttons take beside the words */
  for (guint i = 0; i < n; i++)
    self->card.x += self->buttons[i].width + (i > 0 ? BUTTON_GAP : GAP);
  if (text - self->card.x < WORDS_MIN)
    self->card.x = 0;
  set_words (self, text - self->card.x);
  return PAD + (self->plan.head ? HEAD_GAP : 0);
}

/* Beside the words, or under them. Gives the y below. */
static int
place_buttons (HwLogRow *self, int beside, int y)
{
  int x = self->body.x + self->body.width + GAP;
  int top = self->body.y + MAX (0, (self->body.height - BUTTON_HEIGHT) / 2);
  int right = self->card.x + self->card.width - PAD;

  if (!self->buttons[0].shown)
    return y;
  if (beside == 0)
    {
      x = self->body.x;
      top = y + 6;
      y = top + BUTTON_HEIGHT;
    }
  for (guint i = 0; i < HW_LOG_N_BUTTONS && self->buttons[i].shown; i++)
    {
      HwLogPiece *button = &self->buttons[i];

      if (beside == 0 && i > 0 && x + button->width > right)
        {
          x = self->body.x;
          top += BUTTON_HEIGHT + BUTTON_GAP;
          y = top;
        }
      button->x = x;
      button->y = top;
      x += button->width + BUTTON_GAP;
    }
  return MAX (y, top + BUTTON_HEIGHT);
}

static gboolean
shows_progress (HwTransfer *file)
{
  HwTransferState state = hw_transfer_get_state (file);

  return state == HW_TRANSFER_RUNNING
         || (state == HW_TRANSFER_PAUSED && hw_transfer_get_done (file) > 0);
}

/**
 * hw_log_row_lay_out_file:
 * @self: a row of a file whose words are in place, hw_log_row_set_file() below the top
 * @x: where the card begins, from the start edge
 * @y: its top
 * @width: pixels that there are
 *
 * Returns: the y below all of it
 */
int
hw_log_row_lay_out_file (HwLogRow *self, int x, int y, int width)
{
  int beside = self->card.x;
  int bottom;

  if (self->plan.head)
    y += HEAD_GAP;
  self->card.x = x;
  self->card.y = y;
  self->body.x = x + PAD + ICON + GAP;
  bottom = place_buttons (self, beside, self->body.y + self->body.height);
  if (shows_progress (self->file))
    {
      self->bar = (GdkRectangle){ x + PAD, bottom + 6, self->card.width - 2 * PAD, BAR_HEIGHT };
      bottom = self->bar.y + BAR_HEIGHT;
    }
  self->card.height = bottom + PAD - y;
  y += self->card.height;
  if (self->theme->pictures != NULL
      && hw_log_pictures_measure (self->theme->pictures, self->file,
                                  gtk_widget_get_scale_factor (GTK_WIDGET (self)),
                                  &self->picture.width, &self->picture.height))
    {
      double shrink = MIN (1, (double) width / self->picture.width);

      self->picture.width = MAX (1, (int) (self->picture.width * shrink));
      self->picture.height = MAX (1, (int) (self->picture.height * shrink));
      self->picture.x = x;
      self->picture.y = y + PICTURE_GAP;
      y = self->picture.y + self->picture.height;
    }
  return y + 3;
}

static void
paint_icon (HwLogRow *self, cairo_t *cr)
{
  cairo_surface_t *icon = hw_log_theme_get_file_icon (self->theme, GTK_WIDGET (self),
                                                      hw_file_words_icon (self->file));

  if (icon == NULL)
    return;
  cairo_set_source_surface (cr, icon, hw_log_row_mirror (self, self->card.x + PAD, ICON),
                            self->body.y + (self->theme->line_height - ICON) / 2);
  cairo_paint (cr);
}

static void
paint_buttons (HwLogRow *self, cairo_t *cr)
{
  const HwLogTheme *theme = self->theme;

  for (guint i = 0; i < HW_LOG_N_BUTTONS && self->buttons[i].shown; i++)
    {
      const HwLogPiece *button = &self->buttons[i];
      int left = hw_log_row_mirror (self, button->x, button->width);
      int width, height;
      gboolean hover = self->hover && self->hover_part == self->button_parts[i];

      gdk_cairo_set_source_rgba (cr, hover ? &theme->line : &theme->raised);
      hw_log_row_round (cr, left, button->y, button->width, button->height, 6);
      cairo_fill (cr);
      pango_layout_get_pixel_size (button->layout, &width, &height);
      gdk_cairo_set_source_rgba (cr, self->button_parts[i] == HW_LOG_PART_STOP ? &theme->fg
                                                                               : &theme->accent);
      cairo_move_to (cr, left + (button->width - width) / 2,
                     button->y + (button->height - height) / 2);
      pango_cairo_show_layout (cr, button->layout);
    }
}

static void
paint_bar (HwLogRow *self, cairo_t *cr)
{
  gint64 size = hw_transfer_get_size (self->file);
  double share = size > 0 ? (double) hw_transfer_get_done (self->file) / (double) size : 0;
  int done = (int) (self->bar.width * CLAMP (share, 0, 1));
  int x = hw_log_row_mirror (self, self->bar.x, self->bar.width);

  gdk_cairo_set_source_rgba (cr, &self->theme->line);
  hw_log_row_round (cr, x, self->bar.y, self->bar.width, BAR_HEIGHT, BAR_HEIGHT / 2.0);
  cairo_fill (cr);
  if (done < BAR_HEIGHT)
    return;
  gdk_cairo_set_source_rgba (cr, &self->theme->accent);
  hw_log_row_round (cr, hw_log_row_mirror (self, self->bar.x, done), self->bar.y, done, BAR_HEIGHT,
                    BAR_HEIGHT / 2.0);
  cairo_fill (cr);
}

static void
paint_picture (HwLogRow *self, cairo_t *cr)
{
  cairo_surface_t *surface = hw_log_pictures_get (self->theme->pictures, self->file,
                                                  gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  int x = hw_log_row_mirror (self, self->picture.x, self->picture.width);
  int width = 0;
  int height = 0;

  cairo_save (cr);
  hw_log_row_round (cr, x, self->picture.y, self->picture.width, self->picture.height,
                    MIN (RADIUS, MIN (self->picture.width, self->picture.height) / 2.0));
  cairo_clip (cr);
  /* Behind what can be seen through, and until it is here again. */
  gdk_cairo_set_source_rgba (cr, &self->theme->shade);
  cairo_paint (cr);
  if (surface != NULL
      && hw_log_pictures_measure (self->theme->pictures, self->file,
                                  gtk_widget_get_scale_factor (GTK_WIDGET (self)), &width, &height))
    {
      cairo_translate (cr, x, self->picture.y);
      cairo_scale (cr, (double) self->picture.width / width,
                   (double) self->picture.height / height);
      cairo_set_source_surface (cr, surface, 0, 0);
      cairo_paint (cr);
    }
  cairo_restore (cr);
  if (self->hover && self->hover_part == HW_LOG_PART_PICTURE)
    {
      gdk_cairo_set_source_rgba (cr, &self->theme->accent);
      cairo_set_line_width (cr, 2);
      hw_log_row_round (cr, x + 1, self->picture.y + 1, self->picture.width - 2,
                        self->picture.height - 2, MIN (RADIUS, self->picture.height / 2.0));
      cairo_stroke (cr);
    }
}

/**
 * hw_log_row_paint_file:
 * @self: a bound row of a file
 * @cr: where to paint
 *
 * Paints everything but its words.
 */
void
hw_log_row_paint_file (HwLogRow *self, cairo_t *cr)
{
  gdk_cairo_set_source_rgba (cr, &self->theme->shade);
  hw_log_row_round (cr, hw_log_row_mirror (self, self->card.x, self->card.width), self->card.y,
                    self->card.width, self->card.height, RADIUS);
  cairo_fill (cr);
  paint_icon (self, cr);
  paint_buttons (self, cr);
  if (self->bar.height > 0)
    paint_bar (self, cr);
  if (self->picture.height > 0)
    paint_picture (self, cr);
}
