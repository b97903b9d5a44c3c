/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log view's pointer and keyboard: hovering, links, selecting by dragging, the menu, and the
 * focus that goes from entry to entry. The rows have no windows, so all events come to the view. */

#include "hallway-config.h"

#include "log-view-private.h"

#include <glib/gi18n.h>
#include <math.h>

/* While the pointer drags a selection out of the window: pixels a second, per pixel outside. */
#define DRAG_SPEED 12.0
#define ZOOM_STEP  1.1

static guint
n_items (HwLogView *self)
{
  return self->history != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->history)) : 0;
}

static GtkWidget *
focus_row (HwLogView *self)
{
  GtkWidget *row = gtk_container_get_focus_child (GTK_CONTAINER (self));

  return row != NULL && gtk_widget_is_focus (row) ? row : NULL;
}

/* Selection */

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

static void
offer_primary (HwLogView *self)
{
  g_autofree char *text = hw_log_view_get_selected_text (self);

  if (text != NULL)
    gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_PRIMARY),
                            text, -1);
}

static void
clear_selection (HwLogView *self)
{
  hw_log_selection_clear (&self->selection);
  hw_log_view_update_selection (self);
}

/* Everything that is loaded around what is seen. */
static void
select_loaded (HwLogView *self)
{
  guint n = n_items (self);
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
  offer_primary (self);
}

/* Pointer */

static void
set_cursor (HwLogView *self, const char *name)
{
  GdkWindow *window = gtk_widget_get_window (GTK_WIDGET (self));
  g_autoptr (GdkCursor) cursor = NULL;

  if (g_object_get_data (G_OBJECT (window), "hw-cursor") == name)
    return;
  g_object_set_data (G_OBJECT (window), "hw-cursor", (gpointer) name);
  if (name != NULL)
    cursor = gdk_cursor_new_from_name (gtk_widget_get_display (GTK_WIDGET (self)), name);
  gdk_window_set_cursor (window, cursor);
}

/**
 * hw_log_view_update_hover:
 * @self: a log view
 *
 * Looks what is under the pointer: it or the rows have moved.
 */
void
hw_log_view_update_hover (HwLogView *self)
{
  static const char *const text_cursor = "text";
  static const char *const hand_cursor = "pointer";
  HwLogSlot *slot = self->pointer_inside ? hw_log_view_slot_at (self, self->pointer_y) : NULL;
  HwLogPart part = HW_LOG_PART_NONE;
  int y;

  if (!gtk_widget_get_realized (GTK_WIDGET (self)))
    return;
  if (slot != NULL)
    {
      y = (int) self->pointer_y - hw_log_view_slot_y (self, slot);
      if (y < hw_log_row_get_content_top (slot->row) || y >= slot->height)
        slot = NULL;
      else
        part = hw_log_row_get_part_at (slot->row, (int) self->pointer_x, y, NULL);
    }
  if (self->hover_row != NULL && (slot == NULL || slot->row != self->hover_row))
    hw_log_row_set_hover (self->hover_row, FALSE, HW_LOG_PART_NONE);
  self->hover_row = slot != NULL ? slot->row : NULL;
  if (slot != NULL)
    hw_log_row_set_hover (slot->row, TRUE, part);
  if (self->selecting || part == HW_LOG_PART_TEXT)
    set_cursor (self, text_cursor);
  else
    set_cursor (self, part == HW_LOG_PART_NONE ? NULL : hand_cursor);
}

static gboolean
hw_log_view_motion_notify (GtkWidget *widget, GdkEventMotion *event)
{
  HwLogView *self = HW_LOG_VIEW (widget);

  self->pointer_x = event->x;
  self->pointer_y = event->y;
  self->pointer_inside = TRUE;
  if (self->press_part != HW_LOG_PART_NONE
      && gtk_drag_check_threshold (widget, (int) self->press_x, (int) self->press_y, (int) event->x,
                                   (int) event->y))
    {
      /* Pressed, then dragged: it was meant to select after all. */
      self->press_part = HW_LOG_PART_NONE;
      self->selecting = TRUE;
    }
  if (self->selecting)
    {
      drag_to_pointer (self);
      if (self->scroll_tick == 0 && (event->y < 0 || event->y > self->placed_page))
        {
          self->scroll_time = gdk_frame_clock_get_frame_time (self->clock);
          self->scroll_tick = gtk_widget_add_tick_callback (widget, on_drag_tick, NULL, NULL);
        }
    }
  hw_log_view_update_hover (self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
hw_log_view_crossing (GtkWidget *widget, GdkEventCrossing *event)
{
  HwLogView *self = HW_LOG_VIEW (widget);

  self->pointer_x = event->x;
  self->pointer_y = event->y;
  self->pointer_inside = event->type == GDK_ENTER_NOTIFY;
  hw_log_view_update_hover (self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
hw_log_view_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  HwLogSlot *slot = keyboard ? NULL : hw_log_view_slot_at (self, y);
  g_autofree char *uri = NULL;
  guint link = 0;

  if (slot == NULL
      || hw_log_row_get_part_at (slot->row, x, y - hw_log_view_slot_y (self, slot), &link)
             != HW_LOG_PART_LINK)
    return FALSE;
  /* Where it really leads, before one follows it. */
  uri = hw_log_row_get_uri (slot->row, link);
  gtk_tooltip_set_text (tooltip, uri);
  return TRUE;
}

/* Menu */

static void
on_menu_part (GtkMenuItem *item, HwLogView *self)
{
  guint position = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "hw-position"));
  HwEntry *entry = g_object_get_data (G_OBJECT (item), "hw-entry");
  HwLogPart part = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "hw-part"));
  guint link = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "hw-link"));
  HwLogSlot *slot = hw_log_view_find_slot (self, position);

  /* Only for what the menu was opened on. */
  if (slot != NULL && hw_log_row_get_entry (slot->row) == entry)
    hw_log_view_activate (self, slot->row, part, link);
}

static void
on_menu_copy (GtkMenuItem *item, HwLogView *self)
{
  g_autofree char *text = hw_log_view_get_selected_text (self);

  if (text != NULL)
    hw_log_view_copy (self);
  else
    on_menu_part (item, self);
}

static void
on_menu_copy_link (GtkMenuItem *item, HwLogView *self)
{
  const char *uri = g_object_get_data (G_OBJECT (item), "hw-uri");

  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD),
                          uri, -1);
}

static void
on_menu_select_all (GtkMenuItem *item, HwLogView *self)
{
  select_loaded (self);
}

static GtkWidget *
add_item (HwLogView *self,
          GtkWidget *menu,
          HwLogRow *row,
          const char *label,
          HwLogPart part,
          guint link,
          GCallback callback)
{
  GtkWidget *item = gtk_menu_item_new_with_mnemonic (label);
  HwEntry *entry = hw_log_row_get_entry (row);

  g_object_set_data (G_OBJECT (item), "hw-position",
                     GUINT_TO_POINTER (hw_log_row_get_position (row)));
  g_object_set_data_full (G_OBJECT (item), "hw-entry", entry != NULL ? g_object_ref (entry) : NULL,
                          g_object_unref);
  g_object_set_data (G_OBJECT (item), "hw-part", GUINT_TO_POINTER (part));
  g_object_set_data (G_OBJECT (item), "hw-link", GUINT_TO_POINTER (link));
  g_signal_connect_object (item, "activate", callback, self, 0);
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), item);
  return item;
}

static void
on_menu_done (GtkWidget *menu)
{
  /* Not at once: an item's "activate" comes after the menu has gone. */
  g_idle_add_once ((GSourceOnceFunc) gtk_widget_destroy, menu);
}

static void
show_menu (HwLogView *self, HwLogSlot *slot, const GdkEvent *event, guint link)
{
  HwLogRow *row = slot->row;
  HwEntry *entry = hw_log_row_get_entry (row);
  GtkWidget *menu = gtk_menu_new ();
  HwLogPoint first, last;
  gboolean selected = hw_log_selection_get_ends (&self->selection, &first, &last);
  guint n_links = hw_log_row_get_n_links (row);

  /* Asked for by the keyboard, a message's only link is the one that is meant. */
  if (link == G_MAXUINT && n_links == 1)
    link = 0;
  if (link < n_links)
    {
      GtkWidget *item;

      add_item (self, menu, row, _ ("_Open link"), HW_LOG_PART_LINK, link,
                G_CALLBACK (on_menu_part));
      item = add_item (self, menu, row, _ ("Copy _link"), HW_LOG_PART_LINK, link,
                       G_CALLBACK (on_menu_copy_link));
      g_object_set_data_full (G_OBJECT (item), "hw-uri", hw_log_row_get_uri (row, link), g_free);
    }
  if (hw_log_row_has_part (row, HW_LOG_PART_RETRY))
    {
      add_item (self, menu, row, _ ("_Try again"), HW_LOG_PART_RETRY, 0, G_CALLBACK (on_menu_part));
      add_item (self, menu, row, _ ("_Discard"), HW_LOG_PART_DISCARD, 0, G_CALLBACK (on_menu_part));
    }
  if (hw_log_row_has_part (row, HW_LOG_PART_MORE))
    add_item (self, menu, row, _ ("_Show all"), HW_LOG_PART_MORE, 0, G_CALLBACK (on_menu_part));
  if (selected || (entry != NULL && hw_log_row_is_message (row)))
    add_item (self, menu, row, selected ? _ ("_Copy") : _ ("_Copy message"), HW_LOG_PART_COPY, 0,
              G_CALLBACK (on_menu_copy));
  add_item (self, menu, row, _ ("Select _all"), HW_LOG_PART_NONE, 0,
            G_CALLBACK (on_menu_select_all));
  if (entry != NULL)
    g_signal_emit_by_name (self, "populate-menu", entry, menu);

  gtk_menu_attach_to_widget (GTK_MENU (menu), GTK_WIDGET (self), NULL);
  g_signal_connect (menu, "selection-done", G_CALLBACK (on_menu_done), NULL);
  gtk_widget_show_all (menu);
  if (event != NULL)
    gtk_menu_popup_at_pointer (GTK_MENU (menu), event);
  else
    gtk_menu_popup_at_widget (GTK_MENU (menu), GTK_WIDGET (row), GDK_GRAVITY_SOUTH_WEST,
                              GDK_GRAVITY_NORTH_WEST, NULL);
}

static gboolean
hw_log_view_popup_menu (GtkWidget *widget)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  GtkWidget *row = focus_row (self);
  HwLogSlot *slot = row != NULL
                        ? hw_log_view_find_slot (self, hw_log_row_get_position (HW_LOG_ROW (row)))
                        : NULL;

  if (slot == NULL)
    return FALSE;
  show_menu (self, slot, NULL, G_MAXUINT);
  return TRUE;
}

/* Presses */

static gboolean
hw_log_view_button_press (GtkWidget *widget, GdkEventButton *event)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  HwLogSlot *slot = hw_log_view_slot_at (self, event->y);
  guint link = G_MAXUINT;
  HwLogPart part;
  HwLogPoint point;

  self->pointer_x = event->x;
  self->pointer_y = event->y;
  if (slot == NULL)
    return GDK_EVENT_PROPAGATE;
  part = hw_log_row_get_part_at (slot->row, (int) event->x,
                                 (int) event->y - hw_log_view_slot_y (self, slot), &link);
  gtk_widget_grab_focus (GTK_WIDGET (slot->row));
  if (gdk_event_triggers_context_menu ((GdkEvent *) event))
    {
      show_menu (self, slot, (GdkEvent *) event, part == HW_LOG_PART_LINK ? link : G_MAXUINT - 1);
      return GDK_EVENT_STOP;
    }
  if (event->button != GDK_BUTTON_PRIMARY)
    return GDK_EVENT_PROPAGATE;

  self->press_count = event->type == GDK_3BUTTON_PRESS   ? 3
                      : event->type == GDK_2BUTTON_PRESS ? 2
                                                         : 1;
  self->press_x = event->x;
  self->press_y = event->y;
  point = point_at (self, event->x, event->y);
  if (part >= HW_LOG_PART_LINK)
    {
      self->press_part = self->press_count == 1 ? part : HW_LOG_PART_NONE;
      self->press_link = link;
      self->press_position = point.position;
      self->press_start = self->press_end = point;
      return GDK_EVENT_STOP;
    }
  self->press_part = HW_LOG_PART_NONE;
  self->selecting = TRUE;
  if ((event->state & GDK_SHIFT_MASK) != 0 && self->selection.active)
    {
      self->press_start = self->press_end = self->selection.fixed;
      drag_to_pointer (self);
      return GDK_EVENT_STOP;
    }
  widen (self, point, &self->press_start, &self->press_end);
  hw_log_selection_start (&self->selection, self->press_start);
  hw_log_selection_extend (&self->selection, self->press_end);
  hw_log_view_update_selection (self);
  return GDK_EVENT_STOP;
}

static gboolean
hw_log_view_button_release (GtkWidget *widget, GdkEventButton *event)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  HwLogPart part = self->press_part;

  if (event->button != GDK_BUTTON_PRIMARY)
    return GDK_EVENT_PROPAGATE;
  self->press_part = HW_LOG_PART_NONE;
  if (part != HW_LOG_PART_NONE)
    {
      HwLogSlot *slot = hw_log_view_find_slot (self, self->press_position);

      if (slot != NULL)
        hw_log_view_activate (self, slot->row, part, self->press_link);
    }
  else if (self->selecting)
    {
      hw_log_view_stop_selecting (self);
      offer_primary (self);
      hw_log_view_update_hover (self);
    }
  return GDK_EVENT_STOP;
}

/* Focus and keys */

static void
focus_position (HwLogView *self, guint position)
{
  HwLogSlot *slot = hw_log_view_find_slot (self, position);

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
  guint n = n_items (self);
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
  GtkWidget *row = focus_row (self);
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
      offer_primary (self);
    }
  hw_log_view_show_row (self, to);
  focus_position (self, to);
}

static void
page (HwLogView *self, int direction)
{
  GtkWidget *row = focus_row (self);
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
  guint n = n_items (self);

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
      = { HW_LOG_PART_FOLD, HW_LOG_PART_RETRY, HW_LOG_PART_MORE, HW_LOG_PART_LINK };
  GtkWidget *row = focus_row (self);

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
control_key (HwLogView *self, guint key)
{
  switch (key)
    {
    case GDK_KEY_c:
    case GDK_KEY_Insert:
      hw_log_view_copy (self);
      return TRUE;
    case GDK_KEY_a:
      select_loaded (self);
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
      if (!self->selection.active)
        return FALSE;
      clear_selection (self);
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
    done = control_key (self, gdk_keyval_to_lower (event->keyval));
  else if ((state & ~GDK_SHIFT_MASK) == 0)
    done = plain_key (self, event->keyval, (state & GDK_SHIFT_MASK) != 0);
  return done;
}

static gboolean
hw_log_view_scroll (GtkWidget *widget, GdkEventScroll *event)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  double dy = 0;

  if ((event->state & gtk_accelerator_get_default_mod_mask ()) != GDK_CONTROL_MASK)
    return GDK_EVENT_PROPAGATE;
  if (event->direction == GDK_SCROLL_UP)
    dy = -1;
  else if (event->direction == GDK_SCROLL_DOWN)
    dy = 1;
  else
    gdk_event_get_scroll_deltas ((GdkEvent *) event, NULL, &dy);
  if (dy != 0)
    hw_log_view_set_zoom (self, self->zoom * pow (ZOOM_STEP, -dy));
  return GDK_EVENT_STOP;
}

/**
 * hw_log_view_input_init_class:
 * @class: the log view's class
 *
 * Puts the handlers of this file in place.
 */
void
hw_log_view_input_init_class (GtkWidgetClass *class)
{
  class->motion_notify_event = hw_log_view_motion_notify;
  class->enter_notify_event = hw_log_view_crossing;
  class->leave_notify_event = hw_log_view_crossing;
  class->button_press_event = hw_log_view_button_press;
  class->button_release_event = hw_log_view_button_release;
  class->scroll_event = hw_log_view_scroll;
  class->key_press_event = hw_log_view_key_press;
  class->focus = hw_log_view_focus;
  class->popup_menu = hw_log_view_popup_menu;
  class->query_tooltip = hw_log_view_query_tooltip;
}
