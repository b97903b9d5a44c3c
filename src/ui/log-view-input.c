/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log view's pointer: hovering, links, presses and the menu. The rows have no windows, so all
 * events come to the view. */

#include "hallway-config.h"

#include "entry-text.h"
#include "log-view-private.h"

#include "client/transfer.h"

#include <glib/gi18n.h>
#include <math.h>

/* How much larger or smaller words get by one notch of the wheel. */
#define ZOOM_STEP 1.1

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
  static const char *const busy_cursor = "progress";
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
  if (self->copy != NULL)
    set_cursor (self, busy_cursor);
  else if (self->selecting || part == HW_LOG_PART_TEXT)
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
  if (!self->touching)
    hw_log_view_drag (self);
  else if (gtk_drag_check_threshold (widget, (int) self->press_x, (int) self->press_y,
                                     (int) event->x, (int) event->y))
    self->press_part = HW_LOG_PART_NONE;
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
  HwLogPart part;

  if (slot == NULL)
    return FALSE;
  part = hw_log_row_get_part_at (slot->row, x, y - hw_log_view_slot_y (self, slot), &link);
  if (part >= HW_LOG_PART_ACTION)
    {
      gtk_tooltip_set_text (tooltip, _ (self->theme->actions[part - HW_LOG_PART_ACTION].label));
      return TRUE;
    }
  if (part == HW_LOG_PART_NONE && self->style == HW_LOG_VIEW_TIMELINE
      && hw_log_row_is_in_gutter (slot->row, x) && !hw_log_row_is_placeholder (slot->row))
    {
      g_autofree char *moment
          = hw_entry_text_exact (hw_entry_get_at (hw_log_row_get_entry (slot->row)));

      gtk_tooltip_set_text (tooltip, moment);
      return TRUE;
    }
  if (part == HW_LOG_PART_FOLDER)
    {
      HwTransfer *transfer = hw_entry_get_transfer (hw_log_row_get_entry (slot->row));
      g_autofree char *path = g_file_get_parse_name (hw_transfer_get_file (transfer));

      gtk_tooltip_set_text (tooltip, path);
      return TRUE;
    }
  if (part != HW_LOG_PART_LINK)
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
  HwLogPoint first, last;

  if (hw_log_selection_get_ends (&self->selection, &first, &last))
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
  hw_log_view_select_loaded (self);
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
add_file_items (HwLogView *self, GtkWidget *menu, HwLogRow *row)
{
  HwLogPart part;
  const char *words;

  if (hw_log_row_has_part (row, HW_LOG_PART_PICTURE))
    add_item (self, menu, row, _ ("Show larger"), HW_LOG_PART_PICTURE, 0,
              G_CALLBACK (on_menu_part));
  for (guint i = 0; (words = hw_log_row_get_button (row, i, &part)) != NULL; i++)
    add_item (self, menu, row, words, part, 0, G_CALLBACK (on_menu_part));
}

/* The finger that asked for the menu goes up some time: for a menu that were a press beside it. */
static gboolean
on_menu_touch (GtkWidget *menu, GdkEvent *event, GdkEventSequence *sequence)
{
  return gdk_event_get_event_sequence (event) == sequence ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static void
on_menu_done (GtkWidget *menu)
{
  /* Not at once: an item's "activate" comes after the menu has gone. */
  g_idle_add_once ((GSourceOnceFunc) gtk_widget_destroy, menu);
}

/* Where it was asked for: by a button's @event, by that of a finger at @point, or by the keyboard.
 */
static void
show_menu (
    HwLogView *self, HwLogSlot *slot, const GdkEvent *event, const GdkRectangle *point, guint link)
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
  if (entry != NULL && hw_entry_get_transfer (entry) != NULL)
    add_file_items (self, menu, row);
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
  if (point != NULL)
    {
      g_signal_connect (menu, "touch-event", G_CALLBACK (on_menu_touch),
                        gdk_event_get_event_sequence (event));
      gtk_menu_popup_at_rect (GTK_MENU (menu), gtk_widget_get_window (GTK_WIDGET (self)), point,
                              GDK_GRAVITY_SOUTH_WEST, GDK_GRAVITY_NORTH_WEST, event);
    }
  else if (event != NULL)
    gtk_menu_popup_at_pointer (GTK_MENU (menu), event);
  else
    gtk_menu_popup_at_widget (GTK_MENU (menu), GTK_WIDGET (row), GDK_GRAVITY_SOUTH_WEST,
                              GDK_GRAVITY_NORTH_WEST, NULL);
}

static gboolean
hw_log_view_popup_menu (GtkWidget *widget)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  GtkWidget *row = hw_log_view_focus_row (self);
  HwLogSlot *slot = row != NULL
                        ? hw_log_view_find_slot (self, hw_log_row_get_position (HW_LOG_ROW (row)))
                        : NULL;

  if (slot == NULL)
    return FALSE;
  show_menu (self, slot, NULL, NULL, G_MAXUINT);
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

  self->pointer_x = event->x;
  self->pointer_y = event->y;
  if (slot == NULL)
    return GDK_EVENT_PROPAGATE;
  part = hw_log_row_get_part_at (slot->row, (int) event->x,
                                 (int) event->y - hw_log_view_slot_y (self, slot), &link);
  gtk_widget_grab_focus (GTK_WIDGET (slot->row));
  if (gdk_event_triggers_context_menu ((GdkEvent *) event))
    {
      show_menu (self, slot, (GdkEvent *) event, NULL,
                 part == HW_LOG_PART_LINK ? link : G_MAXUINT - 1);
      return GDK_EVENT_STOP;
    }
  if (event->button != GDK_BUTTON_PRIMARY)
    return GDK_EVENT_PROPAGATE;

  self->press_count = event->type == GDK_3BUTTON_PRESS   ? 3
                      : event->type == GDK_2BUTTON_PRESS ? 2
                                                         : 1;
  self->press_link = link;
  if (self->touching)
    {
      /* A finger scrolls, which is the scrolled window's; it selects nothing. A tap presses. */
      self->press_part = part == HW_LOG_PART_TEXT ? HW_LOG_PART_NONE : part;
      self->press_position = hw_log_row_get_position (slot->row);
      self->press_x = event->x;
      self->press_y = event->y;
      return GDK_EVENT_STOP;
    }
  hw_log_view_begin_drag (self, part, (event->state & GDK_SHIFT_MASK) != 0);
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
      hw_log_view_offer_primary (self);
      hw_log_view_update_hover (self);
    }
  return GDK_EVENT_STOP;
}

/* Fingers. GtkWidget turns what nobody takes into presses of a button. */
static gboolean
hw_log_view_touch (GtkWidget *widget, GdkEventTouch *event)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  gboolean done;

  self->touching = TRUE;
  done = GTK_WIDGET_CLASS (g_type_class_peek_parent (G_OBJECT_GET_CLASS (self)))
             ->touch_event (widget, event);
  self->touching = FALSE;
  /* Nothing hovers where a finger was. */
  self->pointer_inside = FALSE;
  hw_log_view_update_hover (self);
  return done;
}

static void
on_long_press (HwLogView *self, double x, double y)
{
  HwLogSlot *slot = hw_log_view_slot_at (self, y);
  GdkRectangle point = { (int) x, (int) y, 1, 1 };
  guint link = G_MAXUINT;
  HwLogPart part;

  if (slot == NULL)
    return;
  part = hw_log_row_get_part_at (slot->row, (int) x, (int) y - hw_log_view_slot_y (self, slot),
                                 &link);
  /* The finger that goes up again presses nothing. */
  self->press_part = HW_LOG_PART_NONE;
  hw_log_view_stop_selecting (self);
  gtk_gesture_set_state (self->long_press, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (slot->row));
  show_menu (self, slot,
             gtk_gesture_get_last_event (self->long_press,
                                         gtk_gesture_single_get_current_sequence (
                                             GTK_GESTURE_SINGLE (self->long_press))),
             &point, part == HW_LOG_PART_LINK ? link : G_MAXUINT - 1);
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
  class->touch_event = hw_log_view_touch;
  class->popup_menu = hw_log_view_popup_menu;
  class->query_tooltip = hw_log_view_query_tooltip;
}

/**
 * hw_log_view_input_init:
 * @self: a log view in its making
 *
 * Listens to what class handlers do not hear.
 */
void
hw_log_view_input_init (HwLogView *self)
{
  self->long_press = gtk_gesture_long_press_new (GTK_WIDGET (self));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (self->long_press), TRUE);
  /* Before the press that is made of the touch, which nobody else gets. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->long_press),
                                              GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->long_press, "pressed", G_CALLBACK (on_long_press), self);
}
