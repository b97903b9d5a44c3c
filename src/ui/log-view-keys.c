/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log view's keyboard: the focus goes from entry to entry, stays with its entry while that is
 * out of sight, and never traps anybody: for Tab the view is one stop. */

#include "log-view-private.h"

/* How much larger or smaller words get by one press. */
#define ZOOM_STEP 1.1

/**
 * hw_log_view_focus_row:
 * @self: a log view
 *
 * Returns: (transfer none) (nullable): the row that has the keyboard's focus
 */
GtkWidget *
hw_log_view_focus_row (HwLogView *self)
{
  GtkWidget *row = gtk_container_get_focus_child (GTK_CONTAINER (self));

  return row != NULL && gtk_widget_is_focus (row) ? row : NULL;
}

/**
 * hw_log_view_get_focused_seq:
 * @self: a log view
 *
 * Returns: seq of the entry that has the keyboard's focus, 0 for none
 */
guint64
hw_log_view_get_focused_seq (HwLogView *self)
{
  GtkWidget *row = gtk_container_get_focus_child (GTK_CONTAINER (self));
  HwEntry *entry = row != NULL ? hw_log_row_get_entry (HW_LOG_ROW (row)) : NULL;

  return entry != NULL ? hw_entry_get_seq (entry) : 0;
}

static void
focus_position (HwLogView *self, guint position)
{
  HwLogSlot *slot = hw_log_view_find_slot (self, position);
  GtkWidget *before = hw_log_view_focus_row (self);

  if (before != NULL)
    hw_log_row_set_caret (HW_LOG_ROW (before), FALSE, 0);

  self->focus_wanted = slot == NULL;
  self->focus_position = position;
  if (slot != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (slot->row));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

/**
 * hw_log_view_row_is_leaving:
 * @self: a log view
 * @row: a row that goes back to the pool
 *
 * Keeps the focus in the view when its row goes, and remembers where it was.
 *
 * Returns: whether the row had the focus
 */
gboolean
hw_log_view_row_is_leaving (HwLogView *self, HwLogRow *row)
{
  if (self->hover_row == row)
    {
      hw_log_row_set_hover (row, FALSE, HW_LOG_PART_NONE);
      self->hover_row = NULL;
    }
  if (!gtk_widget_is_focus (GTK_WIDGET (row)))
    return FALSE;
  self->focus_wanted = TRUE;
  self->focus_position = hw_log_row_get_position (row);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  return TRUE;
}

/**
 * hw_log_view_restore_focus:
 * @self: a log view
 *
 * Gives the focus back to the row that lost it by going out of sight, once it is there again.
 */
void
hw_log_view_restore_focus (HwLogView *self)
{
  HwLogSlot *slot;

  if (!self->focus_wanted || !gtk_widget_is_focus (GTK_WIDGET (self)))
    return;
  slot = hw_log_view_find_slot (self, self->focus_position);
  if (slot == NULL)
    return;
  self->focus_wanted = FALSE;
  gtk_widget_grab_focus (GTK_WIDGET (slot->row));
}

/* The row to begin with: the lowest that is seen whole. */
static HwLogSlot *
entry_slot (HwLogView *self)
{
  for (guint i = self->slots->len; i > 0; i--)
    {
      HwLogSlot *slot = &g_array_index (self->slots, HwLogSlot, i - 1);

      if (hw_log_view_slot_y (self, slot) + slot->height <= self->placed_page)
        return slot;
    }
  return self->slots->len > 0 ? &g_array_index (self->slots, HwLogSlot, 0) : NULL;
}

static gboolean
hw_log_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  HwLogSlot *slot;

  /* One stop for Tab, however many rows there are: nobody is trapped. */
  if (gtk_container_get_focus_child (GTK_CONTAINER (self)) != NULL || gtk_widget_is_focus (widget))
    return FALSE;
  slot = entry_slot (self);
  if (slot == NULL)
    return FALSE;
  gtk_widget_grab_focus (GTK_WIDGET (slot->row));
  return TRUE;
}

/* The nearest entry that has a row, from @position in direction @step, or @position itself. */
static guint
next_shown (HwLogView *self, guint position, int step)
{
  guint n = hw_log_view_get_n_items (self);
  guint here = position;

  while (step < 0 ? here > 0 : here + 1 < n)
    {
      HwEntry *entry;
      HwLogPlan plan;

      here += (guint) step;
      entry = hw_history_peek (self->history, here);
      hw_log_planner_plan (self->planner, here, entry, &plan);
      if (!plan.hidden)
        return here;
    }
  return position;
}

/* Up and down: to the next entry; through one that is higher than the window, first. */
static void
step (HwLogView *self, int direction, gboolean select)
{
  GtkWidget *row = hw_log_view_focus_row (self);
  HwLogSlot *slot = row != NULL
                        ? hw_log_view_find_slot (self, hw_log_row_get_position (HW_LOG_ROW (row)))
                        : entry_slot (self);
  guint from = self->focus_wanted ? self->focus_position
               : slot != NULL     ? hw_log_row_get_position (slot->row)
                                  : 0;
  guint to;
  int y, bottom;

  if (slot == NULL)
    return;
  y = hw_log_view_slot_y (self, slot);
  bottom = y + slot->height;
  if (row != NULL && !select && direction > 0 && bottom > self->placed_page)
    {
      hw_log_view_scroll_by (self, MIN (bottom - self->placed_page, self->placed_page / 2));
      return;
    }
  if (row != NULL && !select && direction < 0 && y < 0)
    {
      hw_log_view_scroll_by (self, MAX (y, -self->placed_page / 2));
      return;
    }
  to = next_shown (self, from, direction);
  if (select)
    {
      if (!self->selection.active)
        hw_log_selection_start (&self->selection,
                                (HwLogPoint){ from, direction > 0 ? 0 : HW_LOG_INDEX_END });
      hw_log_selection_extend (&self->selection,
                               (HwLogPoint){ to, to >= self->selection.fixed.position
                                                     ? HW_LOG_INDEX_END
                                                     : 0 });
      hw_log_view_update_selection (self);
      hw_log_view_offer_primary (self);
    }
  hw_log_view_show_row (self, to);
  focus_position (self, to);
}

/* Left and right: through the words of the focused entry, as one reads them. */
static gboolean
move_caret (HwLogView *self, int direction, gboolean by_word, gboolean select)
{
  GtkWidget *widget = hw_log_view_focus_row (self);
  HwLogRow *row;
  guint position, from, to;

  if (widget == NULL)
    return FALSE;
  row = HW_LOG_ROW (widget);
  position = hw_log_row_get_position (row);
  if (hw_log_row_get_caret (row, &from))
    to = hw_log_row_move (row, from, direction, by_word);
  else
    to = from;
  if (select && !self->selection.active)
    hw_log_selection_start (&self->selection, (HwLogPoint){ position, from });
  if (select)
    {
      hw_log_selection_extend (&self->selection, (HwLogPoint){ position, to });
      hw_log_view_update_selection (self);
      hw_log_view_offer_primary (self);
    }
  hw_log_row_set_caret (row, TRUE, to);
  return TRUE;
}

static void
page (HwLogView *self, int direction)
{
  GtkWidget *row = hw_log_view_focus_row (self);
  HwLogSlot *slot;

  hw_log_view_scroll_by (self,
                         direction * MAX (1, self->placed_page - 2 * self->theme->line_height));
  hw_log_view_place (self);
  slot = direction > 0 ? entry_slot (self) : hw_log_view_slot_at (self, 0);
  if (slot != NULL && (row != NULL || gtk_widget_is_focus (GTK_WIDGET (self))))
    focus_position (self, hw_log_row_get_position (slot->row));
}

static void
go_to_end (HwLogView *self, gboolean start)
{
  guint n = hw_log_view_get_n_items (self);

  if (n == 0)
    return;
  if (start)
    hw_log_view_jump (self, 0, 0, 0);
  else
    hw_log_view_scroll_to_end (self);
  hw_log_view_place (self);
  focus_position (self, start ? 0 : next_shown (self, n, -1));
}

static gboolean
activate_focused (HwLogView *self)
{
  static const HwLogPart by_rank[]
      = { HW_LOG_PART_FOLD,    HW_LOG_PART_RETRY,  HW_LOG_PART_SAVE, HW_LOG_PART_RESUME,
          HW_LOG_PART_PICTURE, HW_LOG_PART_FOLDER, HW_LOG_PART_MORE, HW_LOG_PART_LINK };
  GtkWidget *row = hw_log_view_focus_row (self);

  for (guint i = 0; row != NULL && i < G_N_ELEMENTS (by_rank); i++)
    if (hw_log_row_has_part (HW_LOG_ROW (row), by_rank[i]))
      {
        hw_log_view_activate (self, HW_LOG_ROW (row), by_rank[i], 0);
        return TRUE;
      }
  return FALSE;
}

static gboolean
zoom_by_key (HwLogView *self, guint key)
{
  switch (key)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      hw_log_view_set_zoom (self, self->zoom * ZOOM_STEP);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      hw_log_view_set_zoom (self, self->zoom / ZOOM_STEP);
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      hw_log_view_set_zoom (self, 1);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
control_key (HwLogView *self, guint key, gboolean shift)
{
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return move_caret (self, -1, TRUE, shift);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return move_caret (self, 1, TRUE, shift);
    case GDK_KEY_c:
    case GDK_KEY_Insert:
      hw_log_view_copy (self);
      return TRUE;
    case GDK_KEY_a:
      hw_log_view_select_loaded (self);
      return TRUE;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      go_to_end (self, TRUE);
      return TRUE;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      go_to_end (self, FALSE);
      return TRUE;
    default:
      return zoom_by_key (self, key);
    }
}

static gboolean
plain_key (HwLogView *self, guint key, gboolean shift)
{
  switch (key)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      step (self, -1, shift);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      step (self, 1, shift);
      return TRUE;
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return move_caret (self, -1, FALSE, shift);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return move_caret (self, 1, FALSE, shift);
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      page (self, -1);
      return TRUE;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      page (self, 1);
      return TRUE;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      go_to_end (self, TRUE);
      return TRUE;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      go_to_end (self, FALSE);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      return activate_focused (self);
    case GDK_KEY_Escape:
      if (hw_log_view_stop_copy (self))
        return TRUE;
      if (!self->selection.active)
        return FALSE;
      hw_log_view_clear_selection (self);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
hw_log_view_key_press (GtkWidget *widget, GdkEventKey *event)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  guint state = event->state & gtk_accelerator_get_default_mod_mask ();
  gboolean done = FALSE;

  if ((state & ~GDK_SHIFT_MASK) == GDK_CONTROL_MASK)
    done = control_key (self, gdk_keyval_to_lower (event->keyval), (state & GDK_SHIFT_MASK) != 0);
  else if ((state & ~GDK_SHIFT_MASK) == 0)
    done = plain_key (self, event->keyval, (state & GDK_SHIFT_MASK) != 0);
  return done;
}

/**
 * hw_log_view_keys_init_class:
 * @class: the log view's class
 *
 * Puts the handlers of this file in place.
 */
void
hw_log_view_keys_init_class (GtkWidgetClass *class)
{
  class->key_press_event = hw_log_view_key_press;
  class->focus = hw_log_view_focus;
}
