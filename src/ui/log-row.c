/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One entry as a widget. A leaf with no window and no children: to bind it means to lay out a few
 * PangoLayouts, which is tens of times cheaper than labels in boxes. It still is a widget, with a
 * CSS node, the keyboard's focus and an accessible of its own. It knows its entry and how to find
 * what is under the pointer; what happens on a press is the view's affair. */

#include "entry-text.h"
#include "log-row-private.h"

#include <string.h>

enum
{
  SIGNAL_ACTIVATE_PART,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwLogRow, hw_log_row, GTK_TYPE_WIDGET)

static void
clear_layouts (HwLogRow *self)
{
  HwLogPiece *pieces[] = { &self->gap,        &self->day,        &self->rule,      &self->who,
                           &self->time,       &self->body,       &self->note,      &self->more,
                           &self->buttons[0], &self->buttons[1], &self->buttons[2] };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    g_clear_object (&pieces[i]->layout);
}

static void
set_class (HwLogRow *self, const char *class_name, gboolean on)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  if (gtk_style_context_has_class (context, class_name) == on)
    return;
  if (on)
    gtk_style_context_add_class (context, class_name);
  else
    gtk_style_context_remove_class (context, class_name);
}

static gboolean
hw_log_row_draw (GtkWidget *widget, cairo_t *cr)
{
  hw_log_row_paint (HW_LOG_ROW (widget), cr);
  return GDK_EVENT_PROPAGATE;
}

static void
hw_log_row_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = *natural = 1;
}

static void
hw_log_row_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = *natural = MAX (1, HW_LOG_ROW (widget)->height);
}

static void
hw_log_row_finalize (GObject *object)
{
  HwLogRow *self = HW_LOG_ROW (object);

  clear_layouts (self);
  g_clear_object (&self->entry);
  g_clear_pointer (&self->links, g_array_unref);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (hw_log_row_parent_class)->finalize (object);
}

static void
hw_log_row_class_init (HwLogRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->finalize = hw_log_row_finalize;
  widget_class->draw = hw_log_row_draw;
  widget_class->get_preferred_width = hw_log_row_get_preferred_width;
  widget_class->get_preferred_height = hw_log_row_get_preferred_height;
  signals[SIGNAL_ACTIVATE_PART]
      = g_signal_new ("activate-part", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  gtk_widget_class_set_css_name (widget_class, HW_LOG_ROW_CSS_NAME);
  gtk_widget_class_set_accessible_type (widget_class, hw_log_row_accessible_get_type ());
}

static void
hw_log_row_init (HwLogRow *self)
{
  gtk_widget_set_has_window (GTK_WIDGET (self), FALSE);
  gtk_widget_set_can_focus (GTK_WIDGET (self), TRUE);
  self->links = g_array_new (FALSE, FALSE, sizeof (HwTextMark));
}

/**
 * hw_log_row_new:
 * @theme: the view's theme, which has to outlive the row
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *
hw_log_row_new (HwLogTheme *theme)
{
  HwLogRow *self = g_object_new (HW_TYPE_LOG_ROW, "visible", TRUE, NULL);

  self->theme = theme;
  set_class (self, theme->style == HW_LOG_VIEW_CHAT ? "hw-line-row" : "hw-tl-row", TRUE);
  return GTK_WIDGET (self);
}

/**
 * hw_log_row_bind:
 * @self: a row
 * @content: what to show
 *
 * Lays everything out; hw_log_row_get_height() is known afterwards.
 */
void
hw_log_row_bind (HwLogRow *self, const HwLogRowContent *content)
{
  HwEntryState state
      = content->entry != NULL ? hw_entry_get_state (content->entry) : HW_ENTRY_LOADING;
  gboolean known;

  if (self->serial != self->theme->serial)
    clear_layouts (self);
  self->serial = self->theme->serial;
  if (self->entry != content->entry)
    self->selection_start = self->selection_end = 0;
  g_set_object (&self->entry, content->entry);
  self->position = content->position;
  self->plan = content->plan;
  self->width = content->width;
  self->now = content->now;
  self->hit = content->hit;
  self->expanded = content->expanded;
  known = self->file != NULL && content->entry != NULL
          && hw_entry_get_transfer (content->entry) == self->file;
  self->file = content->entry != NULL ? hw_entry_get_transfer (content->entry) : NULL;
  g_clear_pointer (&self->name, g_free);
  hw_log_row_lay_out (self, content);
  set_class (self, "mention", self->mention);
  set_class (self, self->theme->style == HW_LOG_VIEW_CHAT ? "hit" : "selected", self->hit);
  set_class (self, "unsaved", state == HW_ENTRY_UNSAVED);
  set_class (self, "failed", state == HW_ENTRY_FAILED);
  /* A file's progress is nothing to be told several times a second. */
  if (!known)
    hw_log_row_accessible_changed (self);
  if (self->file != NULL && (!known || hw_transfer_get_state (self->file) != self->told))
    {
      self->told = hw_transfer_get_state (self->file);
      if (known)
        hw_log_row_announce_file (self);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * hw_log_row_unbind:
 * @self: a row that goes back to the pool
 */
void
hw_log_row_unbind (HwLogRow *self)
{
  g_clear_object (&self->entry);
  self->file = NULL;
  g_clear_pointer (&self->name, g_free);
  self->selection_start = self->selection_end = 0;
  self->hover = FALSE;
  self->caret_shown = FALSE;
}

/**
 * hw_log_row_set_position:
 * @self: a row
 * @position: where its entry is now
 */
void
hw_log_row_set_position (HwLogRow *self, guint position)
{
  int delta = (int) (position - self->position);

  self->position = position;
  self->plan.fold_first += (guint) delta;
  self->plan.fold_last += (guint) delta;
}

/**
 * hw_log_row_get_position:
 * @self: a row
 *
 * Returns: its entry's position in the history
 */
guint
hw_log_row_get_position (HwLogRow *self)
{
  return self->position;
}

/**
 * hw_log_row_get_entry:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): its entry
 */
HwEntry *
hw_log_row_get_entry (HwLogRow *self)
{
  return self->entry;
}

/**
 * hw_log_row_get_plan:
 * @self: a row
 *
 * Returns: (transfer none): what it shows beside its entry
 */
const HwLogPlan *
hw_log_row_get_plan (HwLogRow *self)
{
  return &self->plan;
}

/**
 * hw_log_row_is_placeholder:
 * @self: a row
 *
 * Returns: whether its entry is not loaded yet
 */
gboolean
hw_log_row_is_placeholder (HwLogRow *self)
{
  return self->placeholder;
}

/**
 * hw_log_row_is_cut:
 * @self: a row
 *
 * Returns: whether it shows only the beginning of a very long text
 */
gboolean
hw_log_row_is_cut (HwLogRow *self)
{
  return self->cut;
}

/**
 * hw_log_row_is_message:
 * @self: a row
 *
 * Returns: whether it shows what somebody said
 */
gboolean
hw_log_row_is_message (HwLogRow *self)
{
  return !self->placeholder && !self->event;
}

/**
 * hw_log_row_has_part:
 * @self: a bound row
 * @part: something that can be pressed
 *
 * Returns: whether it has that
 */
gboolean
hw_log_row_has_part (HwLogRow *self, HwLogPart part)
{
  switch (part)
    {
    case HW_LOG_PART_LINK:
      return self->links->len > 0;
    case HW_LOG_PART_FOLD:
      return self->plan.fold;
    case HW_LOG_PART_GAP:
      return self->gap.shown && self->plan.others > 0;
    case HW_LOG_PART_MORE:
      return self->more.shown;
    case HW_LOG_PART_RETRY:
    case HW_LOG_PART_COPY:
    case HW_LOG_PART_DISCARD:
    case HW_LOG_PART_SAVE:
    case HW_LOG_PART_RESUME:
    case HW_LOG_PART_FOLDER:
    case HW_LOG_PART_STOP:
      for (guint i = 0; i < HW_LOG_N_BUTTONS; i++)
        if (self->buttons[i].shown && self->button_parts[i] == part)
          return TRUE;
      return FALSE;
    case HW_LOG_PART_PICTURE:
      return self->picture.height > 0;
    case HW_LOG_PART_TEXT:
      return self->body.shown;
    case HW_LOG_PART_ACTION:
    case HW_LOG_PART_NONE:
    default:
      return FALSE;
    }
}

/**
 * hw_log_row_get_button:
 * @self: a bound row
 * @index: from 0
 * @part: (out): what it is for
 *
 * Returns: (transfer none) (nullable): the button's word, %NULL if there are no more
 */
const char *
hw_log_row_get_button (HwLogRow *self, guint index, HwLogPart *part)
{
  if (index >= HW_LOG_N_BUTTONS || !self->buttons[index].shown)
    return NULL;
  *part = self->button_parts[index];
  return pango_layout_get_text (self->buttons[index].layout);
}

/**
 * hw_log_row_get_height:
 * @self: a bound row
 *
 * Returns: pixels
 */
int
hw_log_row_get_height (HwLogRow *self)
{
  return self->height;
}

/**
 * hw_log_row_get_content_top:
 * @self: a bound row
 *
 * Returns: pixels above the entry itself: what is missing, the day's name and the unread rule
 */
int
hw_log_row_get_content_top (HwLogRow *self)
{
  return self->top;
}

/**
 * hw_log_row_get_text_top:
 * @self: a bound row
 *
 * Returns: pixels above the entry's words, which stay in place when what is above them changes
 */
int
hw_log_row_get_text_top (HwLogRow *self)
{
  return self->body.shown ? self->body.y : self->top;
}

/**
 * hw_log_row_get_text:
 * @self: a bound row
 *
 * Returns: (transfer none): the words it shows, which can be selected
 */
const char *
hw_log_row_get_text (HwLogRow *self)
{
  return self->body.shown ? pango_layout_get_text (self->body.layout) : "";
}

/* A point of the row, in the body's layout. */
static void
to_body (HwLogRow *self, int x, int y, int *layout_x, int *layout_y)
{
  *layout_x = (x - hw_log_row_mirror (self, self->body.x, self->body.width)) * PANGO_SCALE;
  *layout_y = (y - self->body.y) * PANGO_SCALE;
}

/**
 * hw_log_row_index_at:
 * @self: a bound row
 * @x: pixels from its left
 * @y: pixels from its top
 *
 * Returns: the byte of the text nearest to that point, a bound between characters
 */
guint
hw_log_row_index_at (HwLogRow *self, int x, int y)
{
  const char *text = hw_log_row_get_text (self);
  int layout_x, layout_y;
  int index = 0;
  int trailing = 0;

  if (!self->body.shown || y < self->body.y)
    return 0;
  if (y >= self->body.y + self->body.height)
    return (guint) strlen (text);
  to_body (self, x, y, &layout_x, &layout_y);
  pango_layout_xy_to_index (self->body.layout, layout_x, layout_y, &index, &trailing);
  for (; trailing > 0 && text[index] != '\0'; trailing--)
    index = (int) (g_utf8_next_char (text + index) - text);
  return (guint) index;
}

/**
 * hw_log_row_index_to_rectangle:
 * @self: a bound row
 * @index: a byte of its text
 * @rectangle: (out): where that character is, in pixels from the row's top left
 */
void
hw_log_row_index_to_rectangle (HwLogRow *self, guint index, GdkRectangle *rectangle)
{
  PangoRectangle place = { 0 };

  if (self->body.shown)
    pango_layout_index_to_pos (self->body.layout, (int) index, &place);
  pango_extents_to_pixels (&place, NULL);
  rectangle->x
      = hw_log_row_mirror (self, self->body.x, self->body.width) + place.x + MIN (0, place.width);
  rectangle->y = self->body.y + place.y;
  rectangle->width = ABS (place.width);
  rectangle->height = place.height;
}

/**
 * hw_log_row_index_to_y:
 * @self: a bound row
 * @index: a byte of its text
 *
 * Returns: pixels from the row's top to that of the line where the character is
 */
int
hw_log_row_index_to_y (HwLogRow *self, guint index)
{
  GdkRectangle rectangle;

  hw_log_row_index_to_rectangle (self, index, &rectangle);
  return rectangle.y;
}

/**
 * hw_log_row_get_line_at:
 * @self: a bound row
 * @index: a byte of its text
 * @start: (out): the first byte of the line it is on
 * @end: (out): the byte after the line's last
 */
void
hw_log_row_get_line_at (HwLogRow *self, guint index, guint *start, guint *end)
{
  int number = 0;
  PangoLayoutLine *line;

  *start = 0;
  *end = (guint) strlen (hw_log_row_get_text (self));
  if (!self->body.shown)
    return;
  pango_layout_index_to_line_x (self->body.layout, (int) index, FALSE, &number, NULL);
  line = pango_layout_get_line_readonly (self->body.layout, number);
  if (line != NULL)
    {
      *start = (guint) line->start_index;
      *end = (guint) (line->start_index + line->length);
    }
}

/**
 * hw_log_row_get_word_at:
 * @self: a bound row
 * @index: a byte of its text
 * @start: (out): the first byte of the word there, or of what stands between words
 * @end: (out): the byte after its last
 */
void
hw_log_row_get_word_at (HwLogRow *self, guint index, guint *start, guint *end)
{
  const char *text = hw_log_row_get_text (self);
  const PangoLogAttr *attributes;
  int n_attributes = 0;
  int first, last;

  *start = *end = index;
  if (!self->body.shown || *text == '\0')
    return;
  attributes = pango_layout_get_log_attrs_readonly (self->body.layout, &n_attributes);
  first = (int) g_utf8_pointer_to_offset (text, text + index);
  first = MIN (first, n_attributes - 2);
  last = first + 1;
  while (first > 0 && !attributes[first].is_word_start && !attributes[first].is_word_end)
    first--;
  while (last < n_attributes - 1 && !attributes[last].is_word_start
         && !attributes[last].is_word_end)
    last++;
  *start = (guint) (g_utf8_offset_to_pointer (text, first) - text);
  *end = (guint) (g_utf8_offset_to_pointer (text, last) - text);
}

static gboolean
piece_contains (HwLogRow *self, const HwLogPiece *piece, int x, int y)
{
  int left;

  if (!piece->shown)
    return FALSE;
  left = hw_log_row_mirror (self, piece->x, piece->width);
  return x >= left && x < left + piece->width && y >= piece->y && y < piece->y + piece->height;
}

/**
 * hw_log_row_get_part_at:
 * @self: a bound row
 * @x: pixels from its left
 * @y: pixels from its top
 * @link: (out) (optional): the number of the link there
 *
 * Returns: what is there
 */
HwLogPart
hw_log_row_get_part_at (HwLogRow *self, int x, int y, guint *link)
{
  int layout_x, layout_y;
  int index, trailing;

  if (self->plan.others > 0 && piece_contains (self, &self->gap, x, y))
    return HW_LOG_PART_GAP;
  if (y < self->top || y >= self->height || self->placeholder)
    return HW_LOG_PART_NONE;
  for (guint i = 0; hw_log_row_shows_actions (self) && i < self->theme->n_actions; i++)
    {
      GdkRectangle place;

      hw_log_row_get_action_place (self, i, &place);
      if (x >= place.x && x < place.x + place.width && y < place.y + place.height)
        return HW_LOG_PART_ACTION + i;
    }
  for (guint i = 0; i < HW_LOG_N_BUTTONS; i++)
    if (piece_contains (self, &self->buttons[i], x, y))
      return self->button_parts[i];
  if (self->picture.height > 0
      && x >= hw_log_row_mirror (self, self->picture.x, self->picture.width)
      && x < hw_log_row_mirror (self, self->picture.x, self->picture.width) + self->picture.width
      && y >= self->picture.y && y < self->picture.y + self->picture.height)
    return HW_LOG_PART_PICTURE;
  if (piece_contains (self, &self->more, x, y))
    return HW_LOG_PART_MORE;
  if (self->plan.fold
      && (!self->plan.fold_open || y < hw_log_row_index_to_y (self, self->own_line)))
    return HW_LOG_PART_FOLD;
  if (!piece_contains (self, &self->body, x, y))
    return HW_LOG_PART_NONE;
  to_body (self, x, y, &layout_x, &layout_y);
  if (!pango_layout_xy_to_index (self->body.layout, layout_x, layout_y, &index, &trailing))
    return HW_LOG_PART_TEXT;
  for (guint i = 0; i < self->links->len; i++)
    {
      const HwTextMark *mark = &g_array_index (self->links, HwTextMark, i);

      if ((guint) index >= mark->start && (guint) index < mark->end)
        {
          if (link != NULL)
            *link = i;
          return HW_LOG_PART_LINK;
        }
    }
  return HW_LOG_PART_TEXT;
}

/**
 * hw_log_row_get_n_links:
 * @self: a bound row
 *
 * Returns: how many links it shows
 */
guint
hw_log_row_get_n_links (HwLogRow *self)
{
  return self->links->len;
}

/**
 * hw_log_row_get_uri:
 * @self: a bound row
 * @link: the number of a link
 *
 * Returns: (transfer full): where it leads
 */
char *
hw_log_row_get_uri (HwLogRow *self, guint link)
{
  g_return_val_if_fail (link < self->links->len, NULL);

  /* From the entry, not from what is shown: a link may go on after a cut. */
  return hw_text_marks_get_uri (hw_entry_get_text (self->entry),
                                &g_array_index (self->links, HwTextMark, link));
}

/**
 * hw_log_row_set_selection:
 * @self: a bound row
 * @start: the first selected byte of its text
 * @end: the byte after the last; @start for none
 */
void
hw_log_row_set_selection (HwLogRow *self, guint start, guint end)
{
  guint length = (guint) strlen (hw_log_row_get_text (self));

  end = MIN (end, length);
  start = MIN (start, end);
  if (start == self->selection_start && end == self->selection_end)
    return;
  self->selection_start = start;
  self->selection_end = end;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * hw_log_row_activate:
 * @self: a bound row
 * @part: what was pressed
 * @link: the number of the link, where it was one
 *
 * Tells the view, as a press of the pointer would.
 */
void
hw_log_row_activate (HwLogRow *self, HwLogPart part, guint link)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVATE_PART], 0, (guint) part, link);
}

/**
 * hw_log_row_set_caret:
 * @self: a bound row
 * @shown: whether the caret is in it
 * @index: the byte of its text before which it stands
 */
void
hw_log_row_set_caret (HwLogRow *self, gboolean shown, guint index)
{
  if (self->caret_shown == shown && self->caret == index)
    return;
  self->caret_shown = shown;
  self->caret = index;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (shown && self->accessible != NULL)
    g_signal_emit_by_name (self->accessible, "text-caret-moved",
                           (int) g_utf8_pointer_to_offset (hw_log_row_get_text (self),
                                                           hw_log_row_get_text (self) + index));
}

/**
 * hw_log_row_get_caret:
 * @self: a bound row
 * @index: (out): the byte of its text before which the caret stands
 *
 * Returns: whether the caret is in it
 */
gboolean
hw_log_row_get_caret (HwLogRow *self, guint *index)
{
  *index = self->caret_shown ? self->caret : 0;
  return self->caret_shown;
}

/* The nearest bound of a word, in the order of the text. */
static guint
move_by_word (HwLogRow *self, guint index, gboolean forward)
{
  const char *text = hw_log_row_get_text (self);
  int n_attributes = 0;
  const PangoLogAttr *attributes
      = pango_layout_get_log_attrs_readonly (self->body.layout, &n_attributes);
  int at = (int) g_utf8_pointer_to_offset (text, text + index);

  do
    at += forward ? 1 : -1;
  while (at > 0 && at < n_attributes - 1
         && !(forward ? attributes[at].is_word_end : attributes[at].is_word_start));
  at = CLAMP (at, 0, n_attributes - 1);
  return (guint) (g_utf8_offset_to_pointer (text, at) - text);
}

/**
 * hw_log_row_move:
 * @self: a bound row
 * @index: a byte of its text
 * @direction: -1 to the left, 1 to the right, as it is seen
 * @by_word: whether to go to the next bound of a word, not only of a character
 *
 * Returns: the byte there, @index itself at the text's ends
 */
guint
hw_log_row_move (HwLogRow *self, guint index, int direction, gboolean by_word)
{
  const char *text = hw_log_row_get_text (self);
  int to = 0;
  int trailing = 0;

  if (!self->body.shown)
    return 0;
  if (by_word)
    return move_by_word (self, index, (direction > 0) != self->theme->rtl);
  pango_layout_move_cursor_visually (self->body.layout, TRUE, (int) index, 0, direction, &to,
                                     &trailing);
  if (to < 0 || to == G_MAXINT)
    return index;
  for (; trailing > 0 && text[to] != '\0'; trailing--)
    to = (int) (g_utf8_next_char (text + to) - text);
  return (guint) to;
}

/**
 * hw_log_row_set_hover:
 * @self: a bound row
 * @hover: whether the pointer is over it
 * @part: what of it is under the pointer
 */
void
hw_log_row_set_hover (HwLogRow *self, gboolean hover, HwLogPart part)
{
  if (self->hover == hover && self->hover_part == part)
    return;
  self->hover = hover;
  self->hover_part = part;
  if (hover)
    gtk_widget_set_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_PRELIGHT, FALSE);
  else
    gtk_widget_unset_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_PRELIGHT);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
