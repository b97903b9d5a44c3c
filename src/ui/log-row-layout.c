/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of an entry stands where: texts, attributes and places of a row's pieces, for talk and for
 * the timeline. All x count from the start edge, the left one, or, written from right to left, the
 * right one; hw_log_row_mirror() turns them into places in the window. */

#include "hallway-config.h"

#include "entry-text.h"
#include "log-row-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Lines of a message that are shown at once; a few more than that are not worth a fold. */
#define LINES_MAX   40
#define LINES_SLACK 4

/* Pixels, at scale 1. */
#define NAME_GAP     9  /* name to time */
#define STATE_GAP    8  /* words to the clock after them */
#define STATE_SIZE   14 /* that clock */
#define NOTE_HEIGHT  24 /* why a message failed, and its buttons */
#define NOTE_ICON    20 /* the red sign before it */
#define BUTTON_SPACE 8  /* within a button, at both sides of its word */
#define BUTTON_GAP   6  /* between buttons */
#define RULE_GAP     12 /* between a rule's line and its word */
#define RAIL_TIMES   42 /* the timeline's columns: times end, rail, names begin, names are wide */
#define RAIL_MIDDLE  60
#define RAIL_NAMES   81
#define RAIL_NAME    84
#define RAIL_GAP     6
#define GAP_SPACE    7  /* above and below what is missing */
#define DAY_INDENT   42 /* a day's name on the timeline */

static void
insert (PangoAttrList *attributes, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

static PangoAttribute *
foreground (const GdkRGBA *colour)
{
  return pango_attr_foreground_new ((guint16) (colour->red * 65535),
                                    (guint16) (colour->green * 65535),
                                    (guint16) (colour->blue * 65535));
}

/**
 * hw_log_row_set_piece:
 * @self: a row
 * @piece: one of its pieces
 * @text: what it says
 * @small: whether it is written small
 * @bold: whether it is bold
 * @width_max: pixels at most; -1: no matter
 *
 * Sets the piece's size, not its place.
 */
void
hw_log_row_set_piece (HwLogRow *self,
                      HwLogPiece *piece,
                      const char *text,
                      gboolean small,
                      gboolean bold,
                      int width_max)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  if (piece->layout == NULL)
    piece->layout = hw_log_theme_create_layout (self->theme);
  if (small)
    pango_attr_list_insert (attributes, hw_log_theme_small ());
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  else if (small)
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_layout_set_width (piece->layout, -1);
  pango_layout_set_ellipsize (piece->layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_single_paragraph_mode (piece->layout, TRUE);
  pango_layout_set_text (piece->layout, text, -1);
  pango_layout_set_attributes (piece->layout, attributes);
  pango_layout_get_pixel_size (piece->layout, &piece->width, &piece->height);
  if (width_max >= 0 && piece->width > width_max)
    {
      pango_layout_set_ellipsize (piece->layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_width (piece->layout, MAX (1, width_max) * PANGO_SCALE);
      piece->width = width_max;
    }
  piece->shown = TRUE;
}

static int
baseline (const HwLogPiece *piece)
{
  return PANGO_PIXELS (pango_layout_get_baseline (piece->layout));
}

/* How many bytes of @text are worth laying out: not more than what surely fills the lines shown, so
 * that 8 KiB cost no more than a screen of them. */
static gsize
cut_before_layout (HwLogRow *self, const char *text, int width)
{
  glong chars = (glong) (LINES_MAX * (width / (self->theme->char_width * 0.4) + 1));
  guint lines = 0;
  const char *p = text;

  for (; *p != '\0' && chars > 0; p = g_utf8_next_char (p), chars--)
    if (*p == '\n' && ++lines == LINES_MAX + LINES_SLACK)
      break;
  return (gsize) (p - text);
}

/* Sets the body's text; where it is too long, as much of it as LINES_MAX lines hold. */
static void
set_body (HwLogRow *self, const char *text, PangoAttrList *attributes, int width)
{
  HwLogPiece *body = &self->body;
  gsize length = strlen (text);
  gsize cut = self->expanded || self->event ? length : cut_before_layout (self, text, width);

  if (body->layout == NULL)
    body->layout = hw_log_theme_create_layout (self->theme);
  /* Where a long word or a link breaks nobody wrote a hyphen. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  /* A file's name was there, perhaps. */
  pango_layout_set_ellipsize (body->layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_height (body->layout, -1);
  pango_layout_set_width (body->layout, MAX (1, width) * PANGO_SCALE);
  pango_layout_set_text (body->layout, text, (int) cut);
  pango_layout_set_attributes (body->layout, attributes);
  self->cut = cut < length;
  if (!self->expanded && !self->event
      && pango_layout_get_line_count (body->layout) > LINES_MAX + (self->cut ? 0 : LINES_SLACK))
    {
      PangoLayoutLine *line = pango_layout_get_line_readonly (body->layout, LINES_MAX);

      cut = (gsize) line->start_index;
      while (cut > 0 && text[cut - 1] == '\n')
        cut--;
      self->cut = TRUE;
      pango_layout_set_text (body->layout, text, (int) cut);
    }
  pango_layout_get_pixel_size (body->layout, NULL, &body->height);
  body->width = width;
  body->shown = TRUE;
  self->text_length = cut;
}

static void
set_message_body (HwLogRow *self, const HwLogRowContent *content, int width)
{
  const char *text = hw_entry_get_text (self->entry);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (HwTextMark));
  const HwLogTheme *theme = self->theme;

  hw_text_marks_find_links (text, self->links);
  for (guint i = 0; i < self->links->len; i++)
    {
      const HwTextMark *mark = &g_array_index (self->links, HwTextMark, i);

      insert (attributes, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), mark->start,
              mark->end);
      insert (attributes, foreground (&theme->accent), mark->start, mark->end);
    }
  if (!self->own && hw_entry_get_state (self->entry) == HW_ENTRY_SAVED)
    hw_text_marks_find_name (text, content->own_name, marks);
  self->mention = marks->len > 0 && theme->style == HW_LOG_VIEW_CHAT;
  for (guint i = 0; self->mention && i < marks->len; i++)
    {
      const HwTextMark *mark = &g_array_index (marks, HwTextMark, i);

      insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), mark->start, mark->end);
    }
  g_array_set_size (marks, 0);
  hw_text_marks_find_words (text, content->words, marks);
  for (guint i = 0; i < marks->len; i++)
    {
      const HwTextMark *mark = &g_array_index (marks, HwTextMark, i);

      insert (attributes,
              pango_attr_background_new ((guint16) (theme->hit.red * 65535),
                                         (guint16) (theme->hit.green * 65535),
                                         (guint16) (theme->hit.blue * 65535)),
              mark->start, mark->end);
    }
  set_body (self, text, attributes, width);
}

/* The line for a run of coming and going, and the times between which it happened. */
static char *
fold_words (HwLogRow *self, const HwLogRowContent *content, char **times)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  HwEntry *last = self->entry;

  for (guint i = self->plan.fold_first; i <= self->plan.fold_last; i++)
    {
      HwEntry *entry = i == self->position ? self->entry : hw_history_peek (content->history, i);

      if (entry == NULL)
        continue;
      g_ptr_array_add (entries, entry);
      last = entry;
    }
  *times = hw_entry_text_time_range (hw_entry_get_at (self->entry), hw_entry_get_at (last));
  return hw_entry_text_fold ((HwEntry *const *) entries->pdata, entries->len, TRUE);
}

static void
set_event_body (HwLogRow *self, const HwLogRowContent *content, int width)
{
  const HwLogTheme *theme = self->theme;
  gboolean chat = theme->style == HW_LOG_VIEW_CHAT;
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *words = NULL;
  g_autofree char *times = NULL;
  HwEntryKind kind = hw_entry_get_kind (self->entry);
  guint end;

  if (self->plan.fold)
    words = fold_words (self, content, &times);
  else
    {
      words = hw_entry_text_sentence (self->entry, TRUE);
      times = hw_entry_text_time (self->at);
    }
  g_string_append (text, words);
  /* One line of text, whatever a topic holds. */
  for (char *p = text->str; *p != '\0'; p++)
    if (*p == '\n')
      *p = ' ';
  end = (guint) text->len;
  if (chat && (self->plan.fold || !self->plan.in_fold))
    {
      g_string_append_printf (text, HW_LOG_EVENT_TIME_SPACE "%s", times);
      insert (attributes, foreground (&theme->faint), end, (guint) text->len);
      insert (attributes, pango_attr_font_features_new ("tnum"), end, (guint) text->len);
    }
  if (self->plan.fold && self->plan.fold_open)
    {
      g_autofree char *own = hw_entry_text_sentence (self->entry, TRUE);

      g_string_append_c (text, '\n');
      self->own_line = (guint) text->len;
      g_string_append (text, own);
    }
  if (chat)
    pango_attr_list_insert (attributes, hw_log_theme_small ());
  if (kind == HW_ENTRY_KICKED || kind == HW_ENTRY_CLOSED)
    insert (attributes, foreground (&theme->error), 0, end);
  set_body (self, text->str, attributes, width);
}

/* What a filter left out, or how long nothing was said: a line of the timeline of its own. Gives
 * the y below it. */
static int
lay_out_gap (HwLogRow *self)
{
  const HwLogTheme *theme = self->theme;
  int start = theme->rtl ? theme->pad_timeline.right : theme->pad_timeline.left;
  g_autofree char *words = NULL;

  if (self->plan.others == 0 && self->plan.silence == 0)
    return 0;
  words = self->plan.others > 0 ? hw_entry_text_others (self->plan.others)
                                : hw_entry_text_silence (self->plan.silence);
  self->gutter_middle = start + RAIL_MIDDLE;
  hw_log_row_set_piece (self, &self->gap, words, TRUE, FALSE, self->width - start - RAIL_NAMES);
  self->gap.x = start + RAIL_NAMES;
  self->gap.y = GAP_SPACE;
  return self->gap.height + 2 * GAP_SPACE;
}

/* The day's name and the unread rule, above everything else. Gives the y below them. */
static int
lay_out_above (HwLogRow *self, const HwLogRowContent *content)
{
  const HwLogTheme *theme = self->theme;
  int y = lay_out_gap (self);

  if (self->plan.day)
    {
      gboolean timeline = theme->style == HW_LOG_VIEW_TIMELINE;
      int start = theme->rtl ? theme->pad_day.right : theme->pad_day.left;
      g_autofree char *words = hw_entry_text_day (self->at, self->now, timeline);

      hw_log_row_set_piece (self, &self->day, words, TRUE, TRUE,
                            self->width - 2 * (start + 2 * RULE_GAP));
      self->day.x = timeline ? start + DAY_INDENT : (self->width - self->day.width) / 2;
      self->day.y = y + theme->pad_day.top;
      y += theme->pad_day.top + self->day.height + theme->pad_day.bottom;
    }
  if (self->plan.unread)
    {
      int end = theme->rtl ? theme->pad_new.left : theme->pad_new.right;
      g_autofree char *words = hw_entry_text_new_since (content->new_since, self->now);

      hw_log_row_set_piece (self, &self->rule, words, TRUE, TRUE, self->width - 2 * end);
      self->rule.x = self->width - end - self->rule.width;
      self->rule.y = y + theme->pad_new.top;
      y += theme->pad_new.top + self->rule.height + theme->pad_new.bottom;
    }
  return y;
}

/* Why a message failed, and what can be done; under its text. Gives the y below. */
static int
lay_out_note (HwLogRow *self, int x, int y, int width)
{
  const char *const words[HW_LOG_N_BUTTONS] = { _ ("Try again"), _ ("Copy"), _ ("Discard") };
  const char *problem = hw_entry_get_problem (self->entry);
  g_autofree char *why = NULL;
  int right = x + width;
  int next;

  if (problem != NULL && *problem != '\0')
    /* Translators: why a message could not be sent, in the server's words */
    why = g_strdup_printf (_ ("Not sent: %s"), problem);
  else
    why = g_strdup (_ ("Not sent"));
  hw_log_row_set_piece (self, &self->note, why, TRUE, FALSE, -1);
  if (self->note.width > width - NOTE_ICON)
    {
      pango_layout_set_single_paragraph_mode (self->note.layout, FALSE);
      pango_layout_set_width (self->note.layout, (width - NOTE_ICON) * PANGO_SCALE);
      self->note.width = width - NOTE_ICON;
      pango_layout_get_pixel_size (self->note.layout, NULL, &self->note.height);
    }
  self->note.x = x + NOTE_ICON;
  self->note.y = y + MAX (0, (NOTE_HEIGHT - self->theme->small_height) / 2);
  next = self->note.x + self->note.width + BUTTON_GAP;
  for (guint i = 0; i < HW_LOG_N_BUTTONS; i++)
    {
      HwLogPiece *button = &self->buttons[i];

      hw_log_row_set_piece (self, button, words[i], TRUE, TRUE, width);
      button->width += 2 * BUTTON_SPACE;
      button->height = NOTE_HEIGHT;
      if (next + button->width > right && next > x)
        {
          next = x;
          y = i == 0 ? MAX (y + NOTE_HEIGHT, self->note.y + self->note.height) : y + NOTE_HEIGHT;
        }
      button->x = next;
      button->y = y;
      self->button_parts[i] = HW_LOG_PART_RETRY + i;
      next += button->width + BUTTON_GAP;
    }
  return y + NOTE_HEIGHT;
}

/* What comes under a message's text: more of it, and why it failed. Gives the y below. */
static int
lay_out_below (HwLogRow *self, int x, int y, int width)
{
  if (self->cut)
    {
      hw_log_row_set_piece (self, &self->more, _ ("Show all"), TRUE, TRUE, width);
      self->more.x = x;
      self->more.y = y + 3;
      y = self->more.y + self->more.height + 3;
    }
  if (hw_entry_get_state (self->entry) == HW_ENTRY_FAILED)
    y = lay_out_note (self, x, y, width);
  return y;
}

static void
set_time (HwLogRow *self)
{
  g_autofree char *time = hw_entry_text_time (self->at);

  if (self->plan.head && hw_entry_get_direct (self->entry))
    {
      g_autofree char *at = g_steal_pointer (&time);

      /* Translators: a whisper's time, and that it went straight from computer to computer */
      time = g_strdup_printf (_ ("%s · direct"), at);
    }
  hw_log_row_set_piece (self, &self->time, time, TRUE, FALSE, -1);
}

static void
lay_out_chat (HwLogRow *self, const HwLogRowContent *content)
{
  const HwLogTheme *theme = self->theme;
  const GtkBorder *pad = self->plan.head ? &theme->pad_head : &theme->pad_line;
  int start = theme->rtl ? pad->right : pad->left;
  int end = theme->rtl ? pad->left : pad->right;
  int x = start + theme->face + HW_LOG_SPACE;
  int width = MAX (self->width - end - x, 1);
  int text_width = MIN (width, theme->text_max);
  int inset = 0;
  int y;

  self->gutter_end = start + theme->face;
  self->gutter_middle = start + theme->face / 2;
  if (self->event)
    set_event_body (self, content, width);
  else if (self->file != NULL)
    inset = hw_log_row_set_file (self, text_width);
  else
    {
      /* One's own leave room for the clock, so that nothing moves when it goes. */
      if (self->own)
        text_width = MIN (text_width, width - STATE_GAP - STATE_SIZE);
      set_message_body (self, content, text_width);
    }
  if (self->mention || self->hit)
    pad = &theme->pad_band;
  y = self->top + pad->top;
  if (self->event && self->plan.in_fold && !self->plan.fold_open)
    self->time.shown = FALSE;
  else if (!self->event || self->plan.in_fold)
    set_time (self);
  if (!self->event && self->plan.head)
    {
      hw_log_row_set_piece (self, &self->who, hw_entry_get_from (self->entry), FALSE, TRUE,
                            width - NAME_GAP - self->time.width);
      self->who.x = x;
      self->who.y = y;
      self->time.x = x + self->who.width + NAME_GAP;
      self->time.y = y + baseline (&self->who) - baseline (&self->time);
      self->shows_face = TRUE;
      self->face_x = start;
      self->face_y = y + 2;
      y += self->who.height;
    }
  self->body.x = x;
  self->body.y = y + inset;
  if (self->time.shown && !self->who.shown)
    {
      PangoRectangle line = { 0 };

      /* In the gutter: at the end of it, on the baseline of the line it belongs to. */
      pango_layout_index_to_pos (self->body.layout, (int) self->own_line, &line);
      self->time.x = self->gutter_end - self->time.width;
      self->time.y = y + PANGO_PIXELS (line.y);
      if (self->own_line == 0)
        self->time.y = self->body.y + baseline (&self->body) - baseline (&self->time);
    }
  if (self->file != NULL)
    y = hw_log_row_lay_out_file (self, x, y, text_width);
  else
    y += self->body.height;
  if (!self->event)
    y = lay_out_below (self, x, y, width);
  if (self->shows_face)
    y = MAX (y, self->face_y + theme->face);
  self->height = y + pad->bottom;
}

/* What words leave free, so that the actions never stand over them. A narrow timeline has no room
 * to give away: there they stand beside the name. */
static int
get_actions_width (HwLogRow *self)
{
  const HwLogTheme *theme = self->theme;

  return theme->narrow ? 0 : (int) theme->n_actions * HW_LOG_ACTION_SIZE;
}

static void
lay_out_timeline (HwLogRow *self, const HwLogRowContent *content)
{
  const HwLogTheme *theme = self->theme;
  const GtkBorder *pad = &theme->pad_timeline;
  int start = theme->rtl ? pad->right : pad->left;
  int end = theme->rtl ? pad->left : pad->right;
  int names = start + RAIL_NAMES;
  int x = self->event || theme->narrow ? names : names + RAIL_NAME + RAIL_GAP;
  int width = MAX (self->width - end - x, 1);
  int space = MAX (0, theme->min_height - theme->line_height);
  int y = self->top + pad->top + space / 2;
  int first_baseline;

  self->gutter_end = start + RAIL_TIMES;
  self->gutter_middle = start + RAIL_MIDDLE;
  if (self->event)
    set_event_body (self, content, MIN (width, theme->text_max));
  else
    set_message_body (self, content, MIN (width - get_actions_width (self), theme->text_max));
  set_time (self);
  first_baseline = y + baseline (&self->body);
  if (!self->event && self->plan.head)
    {
      hw_log_row_set_piece (self, &self->who, hw_entry_get_from (self->entry), FALSE, TRUE,
                            theme->narrow ? width : RAIL_NAME);
      self->who.x = names;
      if (theme->narrow)
        {
          self->who.y = y;
          first_baseline = y + baseline (&self->who);
          y += self->who.height;
        }
      else
        {
          first_baseline = y + MAX (baseline (&self->body), baseline (&self->who));
          self->who.y = first_baseline - baseline (&self->who);
          y = first_baseline - baseline (&self->body);
        }
      self->shows_face = TRUE;
    }
  self->body.x = x;
  self->body.y = y;
  y += self->body.height;
  self->time.x = self->gutter_end - self->time.width;
  self->time.y = first_baseline - baseline (&self->time);
  self->face_x = self->gutter_middle - HW_LOG_FACE_TIMELINE / 2;
  self->face_y
      = self->top + pad->top + space / 2 + (theme->line_height - HW_LOG_FACE_TIMELINE + 1) / 2;
  if (!self->event)
    y = lay_out_below (self, x, y, width);
  self->height = y + space - space / 2 + pad->bottom;
}

/**
 * hw_log_row_mirror:
 * @self: a bound row
 * @x: pixels from the start edge
 * @width: of the thing that stands there
 *
 * Returns: pixels from the left edge
 */
int
hw_log_row_mirror (HwLogRow *self, int x, int width)
{
  return self->theme->rtl ? self->width - x - width : x;
}

/**
 * hw_log_row_is_in_gutter:
 * @self: a bound row
 * @x: pixels from the left edge
 *
 * Returns: whether that is where times stand
 */
gboolean
hw_log_row_is_in_gutter (HwLogRow *self, int x)
{
  return hw_log_row_mirror (self, x, 0) < self->gutter_middle;
}

/**
 * hw_log_row_shows_actions:
 * @self: a bound row
 *
 * Returns: whether actions stand at its end now
 */
gboolean
hw_log_row_shows_actions (HwLogRow *self)
{
  return self->theme->n_actions > 0 && !self->placeholder && !self->event && !self->own
         && (self->hover || gtk_widget_has_visible_focus (GTK_WIDGET (self)));
}

/**
 * hw_log_row_get_action_place:
 * @self: a bound row
 * @action: the number of an action
 * @place: (out): where it stands, in pixels from the row's top left
 */
void
hw_log_row_get_action_place (HwLogRow *self, guint action, GdkRectangle *place)
{
  int from_end = (int) (self->theme->n_actions - action) * HW_LOG_ACTION_SIZE;
  const HwLogPiece *first = self->who.shown ? &self->who : &self->body;
  int line = self->who.shown ? self->who.height : self->theme->line_height;

  /* As high as the first line: the ones below stay readable. */
  place->width = HW_LOG_ACTION_SIZE;
  place->height = first->y + line - self->top;
  if (self->height - self->top < place->height + line / 2)
    place->height = self->height - self->top;
  place->x = hw_log_row_mirror (self, self->actions_end - from_end, place->width);
  place->y = self->top;
}

/**
 * hw_log_row_lay_out:
 * @self: a row whose entry, plan and width are set
 * @content: what to show
 *
 * Fills all pieces and the height.
 */
void
hw_log_row_lay_out (HwLogRow *self, const HwLogRowContent *content)
{
  HwLogPiece *pieces[] = { &self->gap,        &self->day,        &self->rule,      &self->who,
                           &self->time,       &self->body,       &self->note,      &self->more,
                           &self->buttons[0], &self->buttons[1], &self->buttons[2] };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    pieces[i]->shown = FALSE;
  g_array_set_size (self->links, 0);
  self->shows_face = FALSE;
  self->own_line = 0;
  self->text_length = 0;
  self->cut = FALSE;
  self->mention = FALSE;
  self->own = FALSE;
  self->card.height = self->bar.height = self->picture.height = 0;
  self->at = self->entry != NULL ? hw_entry_get_at (self->entry) : 0;
  self->placeholder = self->entry == NULL || hw_entry_get_state (self->entry) == HW_ENTRY_LOADING;
  self->top = lay_out_above (self, content);
  if (self->placeholder)
    {
      self->event = FALSE;
      self->height = self->top + MAX (1, content->placeholder);
      return;
    }
  self->event = hw_entry_get_kind (self->entry) != HW_ENTRY_MESSAGE;
  self->own = !self->event && content->own_name != NULL
              && (hw_entry_get_state (self->entry) != HW_ENTRY_SAVED
                  || strcmp (content->own_name, hw_entry_get_from (self->entry)) == 0);
  /* The icons have 8 pixels of air in what they take; without it they end where words do. */
  self->actions_end
      = self->width + 8
        - (self->theme->rtl ? self->theme->pad_line.left : self->theme->pad_line.right);
  if (self->theme->style == HW_LOG_VIEW_CHAT)
    lay_out_chat (self, content);
  else
    lay_out_timeline (self, content);
}
