/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Selecting in the log view: by character, word or entry, over rows that come and go, scrolling
 * along while the pointer is dragged out of the window. */

#include "log-view-private.h"

/* While the pointer drags a selection out of the window: pixels a second, per pixel outside. */
#define DRAG_SPEED 12.0

/**
 * hw_log_view_update_selection:
 * @self: a log view
 *
 * Shows on every row what of it is selected.
 */
void
hw_log_view_update_selection (HwLogView *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      HwLogRow *row = g_array_index (self->slots, HwLogSlot, i).row;
      guint start, end;

      hw_log_selection_get_range (&self->selection, hw_log_row_get_position (row), &start, &end);
      hw_log_row_set_selection (row, start, end);
    }
}

static HwLogPoint
point_at (HwLogView *self, double x, double y)
{
  HwLogPoint point = { 0, 0 };
  HwLogSlot *slot = hw_log_view_slot_at (self, y);

  if (slot != NULL)
    {
      point.position = hw_log_row_get_position (slot->row);
      point.index
          = hw_log_row_index_at (slot->row, (int) x, (int) y - hw_log_view_slot_y (self, slot));
    }
  return point;
}

static gboolean
is_before (const HwLogPoint *a, const HwLogPoint *b)
{
  return a->position < b->position || (a->position == b->position && a->index < b->index);
}

/* Double and triple press take words and whole entries, and go on so while dragged. */
static void
widen (HwLogView *self, HwLogPoint point, HwLogPoint *start, HwLogPoint *end)
{
  HwLogSlot *slot = hw_log_view_find_slot (self, point.position);

  *start = *end = point;
  if (slot == NULL || self->press_count < 2)
    return;
  if (self->press_count == 2)
    {
      hw_log_row_get_word_at (slot->row, point.index, &start->index, &end->index);
      return;
    }
  start->index = 0;
  end->index = HW_LOG_INDEX_END;
}

/* Selects from where it was pressed to where the pointer is. */
static void
drag_to_pointer (HwLogView *self)
{
  HwLogPoint start, end;

  widen (self, point_at (self, self->pointer_x, self->pointer_y), &start, &end);
  if (is_before (&start, &self->press_start))
    {
      self->selection.fixed = self->press_end;
      hw_log_selection_extend (&self->selection, start);
    }
  else
    {
      self->selection.fixed = self->press_start;
      hw_log_selection_extend (&self->selection,
                               is_before (&end, &self->press_end) ? self->press_end : end);
    }
  hw_log_view_update_selection (self);
}

static gboolean
on_drag_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double outside = self->pointer_y < 0                   ? self->pointer_y
                   : self->pointer_y > self->placed_page ? self->pointer_y - self->placed_page
                                                         : 0;
  double seconds = MIN (now - self->scroll_time, 100000) / 1e6;

  self->scroll_time = now;
  if (outside == 0)
    {
      self->scroll_tick = 0;
      return G_SOURCE_REMOVE;
    }
  hw_log_view_scroll_by (self, outside * DRAG_SPEED * seconds);
  drag_to_pointer (self);
  return G_SOURCE_CONTINUE;
}

/**
 * hw_log_view_begin_drag:
 * @self: a log view
 * @part: what was pressed; what can be pressed waits for a release, or for a drag
 * @extend: whether to go on with the selection there is
 *
 * The pointer was pressed where it is.
 */
void
hw_log_view_begin_drag (HwLogView *self, HwLogPart part, gboolean extend)
{
  HwLogPoint point = point_at (self, self->pointer_x, self->pointer_y);

  self->press_x = self->pointer_x;
  self->press_y = self->pointer_y;
  self->press_position = point.position;
  if (part >= HW_LOG_PART_LINK)
    {
      self->press_part = self->press_count == 1 ? part : HW_LOG_PART_NONE;
      self->press_start = self->press_end = point;
      return;
    }
  self->press_part = HW_LOG_PART_NONE;
  self->selecting = TRUE;
  if (extend && self->selection.active)
    {
      self->press_start = self->press_end = self->selection.fixed;
      drag_to_pointer (self);
      return;
    }
  widen (self, point, &self->press_start, &self->press_end);
  hw_log_selection_start (&self->selection, self->press_start);
  hw_log_selection_extend (&self->selection, self->press_end);
  hw_log_view_update_selection (self);
}

/**
 * hw_log_view_drag:
 * @self: a log view
 *
 * The pointer was moved while it is pressed.
 */
void
hw_log_view_drag (HwLogView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  if (self->press_part != HW_LOG_PART_NONE
      && gtk_drag_check_threshold (widget, (int) self->press_x, (int) self->press_y,
                                   (int) self->pointer_x, (int) self->pointer_y))
    {
      /* Pressed, then dragged: it was meant to select after all. */
      self->press_part = HW_LOG_PART_NONE;
      self->selecting = TRUE;
    }
  if (!self->selecting)
    return;
  drag_to_pointer (self);
  if (self->scroll_tick == 0 && (self->pointer_y < 0 || self->pointer_y > self->placed_page))
    {
      self->scroll_time = gdk_frame_clock_get_frame_time (self->clock);
      self->scroll_tick = gtk_widget_add_tick_callback (widget, on_drag_tick, NULL, NULL);
    }
}

/**
 * hw_log_view_stop_selecting:
 * @self: a log view
 *
 * Ends a drag, if there is one.
 */
void
hw_log_view_stop_selecting (HwLogView *self)
{
  self->selecting = FALSE;
  if (self->scroll_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->scroll_tick);
  self->scroll_tick = 0;
}

/**
 * hw_log_view_offer_primary:
 * @self: a log view
 *
 * Makes what is selected the primary selection, for the middle button.
 */
void
hw_log_view_offer_primary (HwLogView *self)
{
  g_autofree char *text = hw_log_view_get_selected_text (self);

  if (text != NULL)
    gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_PRIMARY),
                            text, -1);
}

/**
 * hw_log_view_clear_selection:
 * @self: a log view
 */
void
hw_log_view_clear_selection (HwLogView *self)
{
  hw_log_selection_clear (&self->selection);
  hw_log_view_update_selection (self);
}

/**
 * hw_log_view_select_loaded:
 * @self: a log view
 *
 * Selects everything that is loaded around what is seen.
 */
void
hw_log_view_select_loaded (HwLogView *self)
{
  guint n = hw_log_view_get_n_items (self);
  guint first, last;

  if (n == 0 || self->slots->len == 0)
    return;
  first = last = MIN (self->anchor, n - 1);
  while (first > 0 && hw_history_peek (self->history, first - 1) != NULL)
    first--;
  while (last + 1 < n && hw_history_peek (self->history, last + 1) != NULL)
    last++;
  hw_log_selection_start (&self->selection, (HwLogPoint){ first, 0 });
  hw_log_selection_extend (&self->selection, (HwLogPoint){ last, HW_LOG_INDEX_END });
  hw_log_view_update_selection (self);
  hw_log_view_offer_primary (self);
}
