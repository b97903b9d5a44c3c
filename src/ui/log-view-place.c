/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which rows the log view has, and where: once a frame, before allocation.
 *
 * The truth is the anchor, the first row in sight, and its top in the vertical adjustment's space,
 * as an integer. From it rows are laid out downwards and upwards with their real heights. All that
 * is not realised is only ever an estimate, and shows only in the adjustment's bounds: "lower"
 * floats, so whatever changes above the anchor moves "lower", whatever changes below moves "upper",
 * and "value", on which a fling, the wheel's animation and a dragged thumb work, is never touched.
 */

#include "log-view-private.h"

#include <math.h>

/* Beyond what is seen, rows are realised for this much of a page, at most so many pixels. */
#define MARGIN_SHARE 0.5
#define MARGIN_MAX   300
/* Microseconds a frame may spend on rows, those in sight apart; the margin's rest comes in the next
 * frame. */
#define MARGIN_BUDGET 3000
/* Rows that may be walked to reach the end; further away the end is the new anchor. */
#define FOLLOW_WALK 64

/* What place() works with while it walks. */
typedef struct
{
  HwLogView *self;
  HwLogRowContent content;
  guint n_items;
  gint64 value;
  int page;
  GArray *down;    /* slots from the start downwards */
  GArray *up;      /* slots from the start upwards */
  guint top;       /* position of the topmost row walked */
  guint end;       /* position after the lowest one */
  gint64 top_y;    /* its top */
  gint64 bottom_y; /* the lowest one's bottom */
  gboolean in_margin;
  gint64 deadline; /* for the margin: what is in sight comes first, and may take all of it */
  gboolean unfinished;
} Walk;

/**
 * hw_log_view_get_value:
 * @self: a log view
 *
 * Returns: where the window's top is, a whole number
 */
double
hw_log_view_get_value (HwLogView *self)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];

  return adjustment != NULL ? floor (gtk_adjustment_get_value (adjustment)) : 0;
}

/**
 * hw_log_view_queue_place:
 * @self: a log view
 *
 * Has rows placed again before the next frame is painted.
 */
void
hw_log_view_queue_place (HwLogView *self)
{
  self->dirty = TRUE;
  if (self->clock != NULL)
    gdk_frame_clock_request_phase (self->clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

/**
 * hw_log_view_jump:
 * @self: a log view
 * @position: of the entry to go to
 * @fraction: how much of it is passed already, 0 to 1
 * @offset: pixels from the view's top to that point of it
 *
 * Goes there with the next frame.
 */
void
hw_log_view_jump (HwLogView *self, guint position, double fraction, int offset)
{
  self->anchor = position;
  self->jump = TRUE;
  self->jump_fraction = fraction;
  self->jump_offset = offset;
  self->follow = FALSE;
  self->has_grip = FALSE;
  hw_log_view_queue_place (self);
}

/**
 * hw_log_view_value_changed:
 * @self: a log view
 *
 * To be called when somebody else has changed the vertical adjustment's value.
 */
void
hw_log_view_value_changed (HwLogView *self)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  double value = gtk_adjustment_get_value (adjustment);
  double lower = gtk_adjustment_get_lower (adjustment);
  double page = gtk_adjustment_get_page_size (adjustment);
  double bottom = gtk_adjustment_get_upper (adjustment) - page;
  double delta = value - self->placed_value;

  if (self->configuring || delta == 0)
    return;
  self->has_grip = FALSE;
  self->direction = fabs (delta) > page ? 0 : delta > 0 ? 1 : -1;
  self->follow = value >= bottom - 1 && delta > 0;
  /* Up to a page is walked row by row from the anchor; more is a jump. */
  if (!self->follow && fabs (delta) > page)
    {
      double offset, height;
      guint position = hw_log_heights_find (self->heights, value - lower, &offset, &height);

      if (value <= lower + 1)
        position = 0, offset = 0;
      hw_log_view_jump (self, position, height > 0 ? offset / height : 0, 0);
    }
  hw_log_view_queue_place (self);
}

/* The text a person reads stays put when what is above it in the same row changes: a name or a day
 * that goes because the entry before it was loaded. And what was estimated becomes real around the
 * point at the top of the window. */
static void
keep_anchor_text (
    Walk *walk, HwLogRow *row, gboolean was_placeholder, int old_height, int old_text_top)
{
  HwLogView *self = walk->self;

  if (was_placeholder && !hw_log_row_is_placeholder (row))
    {
      if (walk->value > self->anchor_top && old_height > 0)
        {
          double passed = (double) (walk->value - self->anchor_top) / old_height;

          self->anchor_top = walk->value - (gint64) (passed * hw_log_row_get_height (row));
        }
    }
  else if (!was_placeholder)
    self->anchor_top += old_text_top - hw_log_row_get_text_top (row);
}

/* Placeholders are made anew each time they are asked for; one is like the other. */
static gboolean
shows (HwLogRow *row, HwEntry *entry)
{
  return hw_log_row_get_entry (row) == entry
         || (hw_log_row_is_placeholder (row)
             && (entry == NULL || hw_entry_get_state (entry) == HW_ENTRY_LOADING));
}

/* What is in sight is asked for before what is only near it. */
static HwEntry *
look_at (Walk *walk, guint position)
{
  HwHistory *history = walk->self->history;
  HwEntry *entry;

  if (!walk->in_margin)
    return g_list_model_get_item (G_LIST_MODEL (history), position);
  entry = hw_history_peek (history, position);
  if (entry == NULL)
    hw_history_prefetch (history, position);
  return entry != NULL ? g_object_ref (entry) : NULL;
}

/* Makes sure that the row at @position is there and right. Gives FALSE for a hidden one. */
static gboolean
realise (Walk *walk, guint position, HwLogSlot *result)
{
  HwLogView *self = walk->self;
  g_autoptr (HwEntry) entry = look_at (walk, position);
  HwLogRowContent *content = &walk->content;
  HwLogSlot *old = hw_log_view_find_slot (self, position);
  HwLogRow *row;

  content->position = position;
  content->entry = entry;
  hw_log_planner_plan (self->planner, position, entry, &content->plan);
  if (content->plan.hidden)
    {
      hw_log_heights_set (self->heights, position, 0);
      return FALSE;
    }
  if (old != NULL && !old->stale && shows (old->row, entry)
      && hw_log_plan_equal (hw_log_row_get_plan (old->row), &content->plan))
    {
      *result = *old;
      return TRUE;
    }
  if (content->plan.unread)
    {
      HwEntry *before = position > 0 ? hw_history_peek (self->history, position - 1) : NULL;

      content->new_since = before != NULL  ? hw_entry_get_at (before)
                           : entry != NULL ? hw_entry_get_at (entry)
                                           : 0;
    }
  content->hit = self->hit_seq > 0 && entry != NULL && hw_entry_get_seq (entry) == self->hit_seq;
  content->expanded
      = entry != NULL && hw_entry_get_seq (entry) > 0
        && g_hash_table_contains (self->expanded, GSIZE_TO_POINTER (hw_entry_get_seq (entry)));
  row = old != NULL ? old->row : hw_log_view_take_row (self);
  if (old != NULL && position == self->anchor && !self->jump && !self->follow && !self->has_grip)
    {
      gboolean was_placeholder = hw_log_row_is_placeholder (row);
      int old_height = hw_log_row_get_height (row);
      int old_text_top = hw_log_row_get_text_top (row);

      hw_log_row_bind (row, content);
      keep_anchor_text (walk, row, was_placeholder, old_height, old_text_top);
    }
  else
    hw_log_row_bind (row, content);
  if (old == NULL)
    gtk_widget_set_child_visible (GTK_WIDGET (row), TRUE);
  result->row = row;
  result->height = hw_log_row_get_height (row);
  result->stale = FALSE;
  if (!hw_log_row_is_placeholder (row))
    hw_log_heights_set (self->heights, position, result->height);
  /* The old slot's copy would be stale now; its row is the same, so the next walk finds it right.
   */
  if (old != NULL)
    {
      old->stale = FALSE;
      old->height = result->height;
    }
  return TRUE;
}

static gboolean
out_of_time (Walk *walk)
{
  if (!walk->in_margin || g_get_monotonic_time () < walk->deadline)
    return FALSE;
  walk->unfinished = TRUE;
  return TRUE;
}

static void
extend_down (Walk *walk, gint64 limit)
{
  while (walk->end < walk->n_items && walk->bottom_y < limit && !out_of_time (walk))
    {
      HwLogSlot here = { 0 };

      if (realise (walk, walk->end, &here))
        {
          here.y = walk->bottom_y;
          walk->bottom_y += here.height;
          g_array_append_val (walk->down, here);
        }
      walk->end++;
    }
}

static void
extend_up (Walk *walk, gint64 limit)
{
  while (walk->top > 0 && walk->top_y > limit && !out_of_time (walk))
    {
      HwLogSlot here = { 0 };

      if (realise (walk, walk->top - 1, &here))
        {
          walk->top_y -= here.height;
          here.y = walk->top_y;
          g_array_append_val (walk->up, here);
        }
      walk->top--;
    }
}

/* Begins the walk at the anchor, or at the end if that is to be followed. */
static void
begin_at_anchor (Walk *walk)
{
  HwLogView *self = walk->self;
  HwLogSlot here = { 0 };

  self->anchor = MIN (self->anchor, walk->n_items - 1);
  if (self->follow)
    {
      /* Where the end comes to lie does not matter, only that what was seen goes on from where it
       * was: then a row that is both before and after is not moved twice. */
      if (self->jump || walk->n_items - self->anchor > FOLLOW_WALK)
        {
          self->anchor = walk->n_items;
          self->anchor_top = walk->value + walk->page;
        }
      self->jump = FALSE;
    }
  else if (self->jump || self->has_grip)
    {
      if (self->has_grip)
        self->anchor = MIN (self->grip_position, walk->n_items - 1);
      /* A hidden entry stands where its fold's line is. */
      while (!realise (walk, self->anchor, &here) && self->anchor > 0)
        self->anchor--;
      if (here.row != NULL && self->has_grip)
        self->anchor_top
            = walk->value - self->grip_dy - hw_log_row_index_to_y (here.row, self->grip_index);
      else
        self->anchor_top
            = walk->value + self->jump_offset - (gint64) (self->jump_fraction * here.height);
      if (here.row != NULL)
        {
          /* It is in no slot yet: hand it to the walk through one. */
          here.y = self->anchor_top;
          if (hw_log_view_find_slot (self, self->anchor) == NULL)
            {
              hw_log_view_release_all (self);
              g_array_append_val (self->slots, here);
            }
        }
      self->jump = FALSE;
    }
  else if (hw_log_view_find_slot (self, self->anchor) != NULL)
    /* First of all, as its text may have to be kept where it is. */
    realise (walk, self->anchor, &here);
  walk->top = walk->end = self->anchor;
  walk->top_y = walk->bottom_y = self->anchor_top;
}

/* What is there is less than a page: talk stands at the window's end, a timeline at its beginning.
 */
static void
settle_short (Walk *walk)
{
  if (walk->self->style == HW_LOG_VIEW_CHAT)
    walk->value = walk->bottom_y - walk->page;
  else
    walk->value = walk->top_y;
}

static void
walk_rows (Walk *walk)
{
  HwLogView *self = walk->self;
  int margin = (int) MIN (walk->page * MARGIN_SHARE, MARGIN_MAX);

  begin_at_anchor (walk);
  if (self->follow)
    {
      extend_down (walk, G_MAXINT64);
      walk->value = walk->bottom_y - walk->page;
    }
  extend_down (walk, walk->value + walk->page);
  if (walk->end == walk->n_items && walk->bottom_y < walk->value + walk->page)
    {
      walk->value = walk->bottom_y - walk->page;
      self->follow = TRUE;
    }
  extend_up (walk, walk->value);
  if (walk->top == 0 && walk->top_y > walk->value)
    {
      walk->value = walk->top_y;
      extend_down (walk, walk->value + walk->page);
      if (walk->end == walk->n_items && walk->bottom_y < walk->value + walk->page)
        settle_short (walk);
    }
  walk->in_margin = TRUE;
  extend_down (walk, walk->value + walk->page + margin);
  extend_up (walk, walk->value - margin);
}

/* Takes the rows walked as the realised ones; those that are not among them, or too far away, go to
 * the pool. */
static void
adopt (Walk *walk)
{
  HwLogView *self = walk->self;
  gint64 first = walk->value - MARGIN_MAX;
  gint64 last = walk->value + walk->page + MARGIN_MAX;
  g_autoptr (GArray) old = self->slots;
  guint next = 0;

  self->slots
      = g_array_sized_new (FALSE, FALSE, sizeof (HwLogSlot), walk->up->len + walk->down->len);
  for (guint i = walk->up->len; i > 0; i--)
    g_array_append_val (self->slots, g_array_index (walk->up, HwLogSlot, i - 1));
  g_array_append_vals (self->slots, walk->down->data, walk->down->len);

  /* Both are in order: what of the old ones is in none of the new ones, is let go. */
  for (guint i = 0; i < old->len; i++)
    {
      HwLogRow *row = g_array_index (old, HwLogSlot, i).row;

      while (next < self->slots->len
             && hw_log_row_get_position (hw_log_view_slot (self, next)->row)
                    < hw_log_row_get_position (row))
        next++;
      if (next >= self->slots->len || hw_log_view_slot (self, next)->row != row)
        hw_log_view_release (self, row);
    }
  /* Walked only on the way to the end. */
  for (guint i = self->slots->len; i > 0; i--)
    {
      HwLogSlot *here = hw_log_view_slot (self, i - 1);

      if (here->y + here->height < first || here->y > last)
        {
          hw_log_view_release (self, here->row);
          g_array_remove_index (self->slots, i - 1);
        }
    }
  hw_log_view_trim_pool (self);
}

/* The first row in sight is the anchor from now on. */
static void
choose_anchor (Walk *walk)
{
  HwLogView *self = walk->self;

  for (guint i = 0; i < self->slots->len; i++)
    {
      const HwLogSlot *here = hw_log_view_slot (self, i);

      if (here->y + here->height > walk->value)
        {
          self->anchor = hw_log_row_get_position (here->row);
          self->anchor_top = here->y;
          return;
        }
    }
}

/* Only where something changes: to configure an adjustment is to tell everyone. */
static void
configure (HwLogView *self, double value, double lower, double upper, int page)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];

  self->placed_value = value;
  if (adjustment == NULL)
    return;
  upper = MAX (upper, lower + page);
  if (gtk_adjustment_get_lower (adjustment) == lower
      && gtk_adjustment_get_upper (adjustment) == upper
      && floor (gtk_adjustment_get_value (adjustment)) == value
      && gtk_adjustment_get_page_size (adjustment) == page)
    {
      self->placed_value = gtk_adjustment_get_value (adjustment);
      return;
    }
  /* A fraction that a dragged thumb left in the value stays in it. */
  if (floor (gtk_adjustment_get_value (adjustment)) == value)
    value = CLAMP (gtk_adjustment_get_value (adjustment), lower, upper - page);
  self->configuring = TRUE;
  gtk_adjustment_configure (adjustment, value, lower, upper, self->theme->line_height * 2,
                            MAX (1, page - self->theme->line_height), page);
  self->configuring = FALSE;
  self->placed_value = gtk_adjustment_get_value (adjustment);
}

static void
set_bounds (Walk *walk)
{
  HwLogView *self = walk->self;
  double above, below;

  hw_log_heights_refresh_mean (self->heights);
  above = hw_log_heights_before (self->heights, walk->top);
  below = hw_log_heights_total (self->heights) - hw_log_heights_before (self->heights, walk->end);
  /* What is known exactly stays exact; estimates are rounded away from it. */
  configure (self, (double) walk->value,
             MIN ((double) walk->value, (double) walk->top_y - (walk->top > 0 ? ceil (above) : 0)),
             (double) walk->bottom_y + (walk->end < walk->n_items ? ceil (below) : 0), walk->page);
}

static void
allocate (HwLogView *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      const HwLogSlot *here = hw_log_view_slot (self, i);
      GtkAllocation allocation
          = { 0, hw_log_view_slot_y (self, here), self->placed_width, MAX (1, here->height) };

      int asked;

      /* GTK wants to be asked before it is told. */
      gtk_widget_get_preferred_width (GTK_WIDGET (here->row), &asked, NULL);
      gtk_widget_size_allocate (GTK_WIDGET (here->row), &allocation);
    }
}

/* Before the width or the font changes: holds the character at the top of what is seen, until the
 * person scrolls. By it the view comes back to the very pixel when the width does; a share of the
 * row's height would drift. */
static void
take_grip (HwLogView *self)
{
  HwLogSlot *here;
  int dy;

  if (self->has_grip || self->follow || self->jump)
    return;
  here = hw_log_view_find_slot (self, self->anchor);
  if (here == NULL || hw_log_row_is_placeholder (here->row))
    return;
  dy = (int) (self->placed_value - (double) here->y);
  self->grip_position = self->anchor;
  self->grip_index
      = hw_log_row_index_at (here->row,
                             gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL
                                 ? self->placed_width
                                 : 0,
                             dy);
  self->grip_dy = dy - hw_log_row_index_to_y (here->row, self->grip_index);
  self->has_grip = TRUE;
}

/* Heights that were measured for another width or font mean nothing now. */
static void
start_over (HwLogView *self, double scale)
{
  hw_log_heights_forget (self->heights, scale);
  hw_log_view_mark_stale (self, 0, G_MAXUINT);
}

static void
look_at_surroundings (HwLogView *self, int width, int page)
{
  if (self->theme_stale)
    {
      take_grip (self);
      hw_log_theme_update (self->theme, GTK_WIDGET (self));
      self->theme_stale = FALSE;
      start_over (self, 1);
    }
  if (width != self->placed_width)
    {
      double scale = self->placed_width > 0 ? sqrt ((double) self->placed_width / width) : 1;

      take_grip (self);
      self->placed_width = width;
      self->theme->narrow = width < 480;
      start_over (self, CLAMP (scale, 0.5, 2));
    }
  self->placed_page = page;
}

static gboolean
on_resume (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  HwLogView *self = HW_LOG_VIEW (widget);

  self->resume_tick = 0;
  hw_log_view_queue_place (self);
  return G_SOURCE_REMOVE;
}

/* Who scrolls on finds the next page there. */
static void
prefetch (Walk *walk)
{
  HwLogView *self = walk->self;
  guint ahead = HW_HISTORY_PAGE / 2;

  if (self->direction < 0 && walk->top > 0)
    hw_history_prefetch (self->history, walk->top - MIN (walk->top, ahead));
  else if (self->direction > 0 && walk->end < walk->n_items)
    hw_history_prefetch (self->history, MIN (walk->end + ahead, walk->n_items - 1));
}

/**
 * hw_log_view_place:
 * @self: a log view
 *
 * Realises the rows in sight and a margin, tells the adjustment, and allocates.
 */
void
hw_log_view_place (HwLogView *self)
{
  int width = gtk_widget_get_allocated_width (GTK_WIDGET (self));
  int page = gtk_widget_get_allocated_height (GTK_WIDGET (self));
  Walk walk = { .self = self, .page = page };

  if (self->placing || width <= 1 || page < 1)
    return;
  self->placing = TRUE;
  self->dirty = FALSE;
  look_at_surroundings (self, width, page);
  walk.n_items
      = self->history != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->history)) : 0;
  if (walk.n_items == 0)
    {
      hw_log_view_release_all (self);
      self->follow = TRUE;
      configure (self, 0, 0, page, page);
    }
  else
    {
      walk.value = (gint64) hw_log_view_get_value (self);
      walk.deadline = g_get_monotonic_time () + MARGIN_BUDGET;
      walk.content.history = self->history;
      walk.content.width = width;
      walk.content.placeholder
          = (int) MAX (self->theme->line_height, hw_log_heights_get_mean (self->heights));
      walk.content.now = g_get_real_time () / 1000;
      walk.content.own_name = self->own_name;
      walk.content.words = (const char *const *) self->words;
      walk.down = g_array_new (FALSE, FALSE, sizeof (HwLogSlot));
      walk.up = g_array_new (FALSE, FALSE, sizeof (HwLogSlot));
      walk_rows (&walk);
      adopt (&walk);
      choose_anchor (&walk);
      set_bounds (&walk);
      prefetch (&walk);
      g_array_unref (walk.down);
      g_array_unref (walk.up);
    }
  hw_log_view_update_selection (self);
  allocate (self);
  self->placing = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  hw_log_view_update_hover (self);
  hw_log_view_restore_focus (self);
  hw_log_view_update_state (self);
  /* In the next frame, not in this one once more. */
  if (walk.unfinished && self->resume_tick == 0)
    self->resume_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_resume, NULL, NULL);
}

/**
 * hw_log_view_scroll_by:
 * @self: a log view
 * @delta: pixels, down is positive
 *
 * Scrolls as the wheel would; at the ends not further.
 */
void
hw_log_view_scroll_by (HwLogView *self, double delta)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];

  if (adjustment != NULL)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + delta);
}

/**
 * hw_log_view_show_row:
 * @self: a log view
 * @position: of an entry
 *
 * Scrolls as little as needed for its row to be seen; goes there if it is far away.
 */
void
hw_log_view_show_row (HwLogView *self, guint position)
{
  HwLogSlot *here = hw_log_view_find_slot (self, position);
  int page = self->placed_page;
  int y;

  if (here == NULL)
    {
      hw_log_view_jump (self, position, 0, page / 3);
      return;
    }
  y = hw_log_view_slot_y (self, here);
  if (y < 0)
    hw_log_view_scroll_by (self, y);
  else if (y + here->height > page)
    hw_log_view_scroll_by (self, MIN (y, y + here->height - page));
}

/**
 * hw_log_view_scroll_to_end:
 * @self: a log view
 *
 * Goes to the end and follows it.
 */
void
hw_log_view_scroll_to_end (HwLogView *self)
{
  g_return_if_fail (HW_IS_LOG_VIEW (self));

  self->follow = TRUE;
  self->has_grip = FALSE;
  hw_log_view_queue_place (self);
}

/**
 * hw_log_view_scroll_to_seq:
 * @self: a log view
 * @seq: of an entry; one that is not there is the nearest that is
 *
 * Goes to the entry, a third below the top, unless it is in sight already.
 */
void
hw_log_view_scroll_to_seq (HwLogView *self, guint64 seq)
{
  guint n;
  guint position;
  HwLogSlot *slot;

  g_return_if_fail (HW_IS_LOG_VIEW (self));

  n = self->history != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->history)) : 0;
  if (n == 0)
    return;
  position = hw_history_find (self->history, seq);
  slot = hw_log_view_find_slot (self, position);
  if (slot != NULL && !self->jump && hw_log_view_slot_y (self, slot) >= 0
      && hw_log_view_slot_y (self, slot) + slot->height <= self->placed_page)
    return;
  hw_log_view_jump (self, position, 0, self->placed_page / 3);
}
