/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwLogView: a log of any length in a window. This file is the widget and its words to the outside;
 * log-view-place.c decides which rows there are and where, log-view-state.c follows the history,
 * log-view-input.c and log-view-keys.c listen to pointer and keyboard, log-view-actions.c does what
 * they ask for. The rows are children, each one leaf widget; those in the pool are children too,
 * but not shown. The view owns its window, its rows draw into it. */

#include "log-view-private.h"

/* Pixels a row counts as before any was measured. */
#define FIRST_MEAN 30

enum
{
  PROP_0,
  PROP_HISTORY,
  PROP_VIEW_STYLE,
  PROP_OWN_NAME,
  PROP_UNREAD_AFTER,
  PROP_AT_END,
  PROP_N_BELOW,
  PROP_BOTTOM_SEQ,
  PROP_ZOOM,
  N_PROPS,
  PROP_HADJUSTMENT = N_PROPS,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};
static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_RETRY,
  SIGNAL_DISCARD,
  SIGNAL_OPEN_LINK,
  SIGNAL_ENTRY_ACTION,
  SIGNAL_POPULATE_MENU,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (HwLogView,
                               hw_log_view,
                               GTK_TYPE_CONTAINER,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, HwLogView *self)
{
  hw_log_view_items_changed (self, position, removed, added);
}

static void
on_value_changed (GtkAdjustment *adjustment, HwLogView *self)
{
  hw_log_view_value_changed (self);
}

/* Scrollable */

/* NULL: one of its own. */
static void
set_adjustment (HwLogView *self, GtkOrientation orientation, GtkAdjustment *adjustment)
{
  GtkAdjustment **here = &self->adjustments[orientation];

  if (adjustment != NULL && *here == adjustment)
    return;
  if (*here != NULL)
    g_signal_handlers_disconnect_by_data (*here, self);
  g_clear_object (here);
  if (adjustment == NULL)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  *here = g_object_ref_sink (adjustment);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      self->follow = TRUE;
      g_signal_connect (adjustment, "value-changed", G_CALLBACK (on_value_changed), self);
      hw_log_view_queue_place (self);
    }
}

static void
configure_width (HwLogView *self, int width)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_HORIZONTAL];

  /* Never scrolls sideways: everything is wrapped or shortened. */
  if (adjustment != NULL && gtk_adjustment_get_page_size (adjustment) != width)
    gtk_adjustment_configure (adjustment, 0, 0, width, 0, 0, width);
}

/* Widget */

static void
on_layout (GdkFrameClock *clock, HwLogView *self)
{
  if (self->dirty && gtk_widget_get_mapped (GTK_WIDGET (self)))
    hw_log_view_place (self);
}

static void
hw_log_view_realize (GtkWidget *widget)
{
  HwLogView *self = HW_LOG_VIEW (widget);
  GtkAllocation allocation;
  GdkWindowAttr attributes = { 0 };
  GdkWindow *window;

  gtk_widget_get_allocation (widget, &allocation);
  gtk_widget_set_realized (widget, TRUE);
  attributes.window_type = GDK_WINDOW_CHILD;
  attributes.x = allocation.x;
  attributes.y = allocation.y;
  attributes.width = allocation.width;
  attributes.height = allocation.height;
  attributes.wclass = GDK_INPUT_OUTPUT;
  attributes.visual = gtk_widget_get_visual (widget);
  attributes.event_mask = gtk_widget_get_events (widget) | GDK_BUTTON_PRESS_MASK
                          | GDK_BUTTON_RELEASE_MASK | GDK_POINTER_MOTION_MASK
                          | GDK_ENTER_NOTIFY_MASK | GDK_LEAVE_NOTIFY_MASK | GDK_TOUCH_MASK;
  window = gdk_window_new (gtk_widget_get_parent_window (widget), &attributes,
                           GDK_WA_X | GDK_WA_Y | GDK_WA_VISUAL);
  gtk_widget_set_window (widget, window);
  gtk_widget_register_window (widget, window);
  for (guint i = 0; i < self->slots->len; i++)
    gtk_widget_set_parent_window (GTK_WIDGET (g_array_index (self->slots, HwLogSlot, i).row),
                                  window);
  for (guint i = 0; i < self->pool->len; i++)
    gtk_widget_set_parent_window (g_ptr_array_index (self->pool, i), window);

  self->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  self->layout_handler = g_signal_connect (self->clock, "layout", G_CALLBACK (on_layout), self);
  hw_log_view_queue_place (self);
}

static void
hw_log_view_unrealize (GtkWidget *widget)
{
  HwLogView *self = HW_LOG_VIEW (widget);

  hw_log_view_stop_selecting (self);
  if (self->resume_tick != 0)
    gtk_widget_remove_tick_callback (widget, self->resume_tick);
  self->resume_tick = 0;
  g_clear_signal_handler (&self->layout_handler, self->clock);
  g_clear_object (&self->clock);
  GTK_WIDGET_CLASS (hw_log_view_parent_class)->unrealize (widget);
}

static void
hw_log_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hw_log_view_parent_class)->map (widget);
  gdk_window_show (gtk_widget_get_window (widget));
  hw_log_view_queue_place (HW_LOG_VIEW (widget));
}

static void
hw_log_view_unmap (GtkWidget *widget)
{
  gdk_window_hide (gtk_widget_get_window (widget));
  GTK_WIDGET_CLASS (hw_log_view_parent_class)->unmap (widget);
}

static void
hw_log_view_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  HwLogView *self = HW_LOG_VIEW (widget);

  gtk_widget_set_allocation (widget, allocation);
  if (gtk_widget_get_realized (widget))
    gdk_window_move_resize (gtk_widget_get_window (widget), allocation->x, allocation->y,
                            allocation->width, allocation->height);
  configure_width (self, allocation->width);
  hw_log_view_place (self);
}

static void
hw_log_view_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = 200;
  *natural = 360;
}

static void
hw_log_view_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = 60;
  *natural = 300;
}

static gboolean
hw_log_view_draw (GtkWidget *widget, cairo_t *cr)
{
  if (gtk_cairo_should_draw_window (cr, gtk_widget_get_window (widget)))
    {
      gtk_render_background (gtk_widget_get_style_context (widget), cr, 0, 0,
                             gtk_widget_get_allocated_width (widget),
                             gtk_widget_get_allocated_height (widget));
      GTK_WIDGET_CLASS (hw_log_view_parent_class)->draw (widget, cr);
    }
  return GDK_EVENT_PROPAGATE;
}

/**
 * hw_log_view_invalidate:
 * @self: a log view
 *
 * Has everything laid out again: style, font, direction or scale have changed.
 */
void
hw_log_view_invalidate (HwLogView *self)
{
  self->theme_stale = TRUE;
  hw_log_view_queue_place (self);
}

static void
hw_log_view_style_updated (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hw_log_view_parent_class)->style_updated (widget);
  hw_log_view_invalidate (HW_LOG_VIEW (widget));
}

static void
hw_log_view_direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  hw_log_view_invalidate (HW_LOG_VIEW (widget));
}

/* Container */

static void
hw_log_view_remove (GtkContainer *container, GtkWidget *child)
{
  HwLogView *self = HW_LOG_VIEW (container);

  if (self->hover_row == (HwLogRow *) child)
    self->hover_row = NULL;
  for (guint i = 0; i < self->slots->len; i++)
    if (g_array_index (self->slots, HwLogSlot, i).row == (HwLogRow *) child)
      {
        g_array_remove_index (self->slots, i);
        break;
      }
  g_ptr_array_remove_fast (self->pool, child);
  gtk_widget_unparent (child);
}

static void
hw_log_view_forall (GtkContainer *container,
                    gboolean include_internals,
                    GtkCallback callback,
                    gpointer data)
{
  HwLogView *self = HW_LOG_VIEW (container);

  /* In the order in which they are read. A callback may remove the row it is given. */
  for (guint i = 0; i < self->slots->len;)
    {
      HwLogRow *row = g_array_index (self->slots, HwLogSlot, i).row;

      callback (GTK_WIDGET (row), data);
      if (i < self->slots->len && g_array_index (self->slots, HwLogSlot, i).row == row)
        i++;
    }
  if (!include_internals)
    return;
  for (guint i = self->pool->len; i > 0; i--)
    callback (g_ptr_array_index (self->pool, i - 1), data);
}

static GType
hw_log_view_child_type (GtkContainer *container)
{
  return G_TYPE_NONE;
}

/* Object */

static void
drop_history (HwLogView *self)
{
  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_clear_object (&self->history);
  hw_log_view_stop_selecting (self);
  hw_log_view_stop_copy (self);
  hw_log_selection_clear (&self->selection);
  hw_log_view_release_all (self);
  hw_log_planner_set_history (self->planner, NULL);
  g_hash_table_remove_all (self->expanded);
  self->focus_wanted = FALSE;
  self->has_grip = FALSE;
  self->has_news = FALSE;
  self->direction = 0;
}

static void
hw_log_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwLogView *self = HW_LOG_VIEW (object);

  switch (id)
    {
    case PROP_HISTORY:
      g_value_set_object (value, self->history);
      break;
    case PROP_VIEW_STYLE:
      g_value_set_int (value, (int) self->style);
      break;
    case PROP_OWN_NAME:
      g_value_set_string (value, self->own_name);
      break;
    case PROP_UNREAD_AFTER:
      g_value_set_uint64 (value, self->unread_after);
      break;
    case PROP_AT_END:
      g_value_set_boolean (value, self->at_end);
      break;
    case PROP_N_BELOW:
      g_value_set_uint (value, self->n_below);
      break;
    case PROP_BOTTOM_SEQ:
      g_value_set_uint64 (value, self->bottom_seq);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, self->zoom);
      break;
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_VERTICAL]);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, (int) self->policies[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, (int) self->policies[GTK_ORIENTATION_VERTICAL]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hw_log_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HwLogView *self = HW_LOG_VIEW (object);

  switch (id)
    {
    case PROP_HISTORY:
      hw_log_view_set_history (self, g_value_get_object (value));
      break;
    case PROP_VIEW_STYLE:
      self->style = (HwLogViewStyle) g_value_get_int (value);
      break;
    case PROP_OWN_NAME:
      hw_log_view_set_own_name (self, g_value_get_string (value));
      break;
    case PROP_UNREAD_AFTER:
      hw_log_view_set_unread_after (self, g_value_get_uint64 (value));
      break;
    case PROP_ZOOM:
      hw_log_view_set_zoom (self, g_value_get_double (value));
      break;
    case PROP_HADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->policies[GTK_ORIENTATION_HORIZONTAL] = (guint) g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->policies[GTK_ORIENTATION_VERTICAL] = (guint) g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
on_picture_ready (HwTransfer *transfer, gpointer data)
{
  HwLogView *self = data;

  for (guint i = 0; i < self->slots->len; i++)
    {
      HwEntry *entry = hw_log_row_get_entry (hw_log_view_slot (self, i)->row);

      if (entry != NULL && hw_entry_get_transfer (entry) == transfer)
        hw_log_view_slot (self, i)->stale = TRUE;
    }
  hw_log_view_queue_place (self);
}

static void
hw_log_view_constructed (GObject *object)
{
  HwLogView *self = HW_LOG_VIEW (object);

  G_OBJECT_CLASS (hw_log_view_parent_class)->constructed (object);
  self->theme = hw_log_theme_new (self->style);
  if (self->style == HW_LOG_VIEW_CHAT)
    self->theme->pictures = hw_log_pictures_new (on_picture_ready, self);
  self->planner = hw_log_planner_new (self->style);
}

static void
hw_log_view_dispose (GObject *object)
{
  HwLogView *self = HW_LOG_VIEW (object);

  g_clear_object (&self->long_press);
  drop_history (self);
  hw_log_view_drop_pool (self);
  for (guint i = 0; i < G_N_ELEMENTS (self->adjustments); i++)
    if (self->adjustments[i] != NULL)
      {
        g_signal_handlers_disconnect_by_data (self->adjustments[i], self);
        g_clear_object (&self->adjustments[i]);
      }

  G_OBJECT_CLASS (hw_log_view_parent_class)->dispose (object);
}

static void
hw_log_view_finalize (GObject *object)
{
  HwLogView *self = HW_LOG_VIEW (object);

  g_clear_pointer (&self->slots, g_array_unref);
  g_clear_pointer (&self->pool, g_ptr_array_unref);
  g_clear_pointer (&self->expanded, g_hash_table_unref);
  g_clear_pointer (&self->planner, hw_log_planner_free);
  g_clear_pointer (&self->theme, hw_log_theme_free);
  g_clear_pointer (&self->heights, hw_log_heights_free);
  g_clear_pointer (&self->own_name, g_free);
  g_clear_pointer (&self->words, g_strfreev);

  G_OBJECT_CLASS (hw_log_view_parent_class)->finalize (object);
}

static void
hw_log_view_class_init (HwLogViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  GtkContainerClass *container_class = GTK_CONTAINER_CLASS (class);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hw_log_view_get_property;
  object_class->set_property = hw_log_view_set_property;
  object_class->constructed = hw_log_view_constructed;
  object_class->dispose = hw_log_view_dispose;
  object_class->finalize = hw_log_view_finalize;

  widget_class->realize = hw_log_view_realize;
  widget_class->unrealize = hw_log_view_unrealize;
  widget_class->map = hw_log_view_map;
  widget_class->unmap = hw_log_view_unmap;
  widget_class->size_allocate = hw_log_view_size_allocate;
  widget_class->get_preferred_width = hw_log_view_get_preferred_width;
  widget_class->get_preferred_height = hw_log_view_get_preferred_height;
  widget_class->draw = hw_log_view_draw;
  widget_class->style_updated = hw_log_view_style_updated;
  widget_class->direction_changed = hw_log_view_direction_changed;
  hw_log_view_input_init_class (widget_class);
  hw_log_view_keys_init_class (widget_class);

  container_class->remove = hw_log_view_remove;
  container_class->forall = hw_log_view_forall;
  container_class->child_type = hw_log_view_child_type;

  props[PROP_HISTORY] = g_param_spec_object ("history", NULL, NULL, HW_TYPE_HISTORY, writable);
  props[PROP_VIEW_STYLE]
      = g_param_spec_int ("view-style", NULL, NULL, HW_LOG_VIEW_CHAT, HW_LOG_VIEW_TIMELINE,
                          HW_LOG_VIEW_CHAT,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_OWN_NAME] = g_param_spec_string ("own-name", NULL, NULL, NULL, writable);
  props[PROP_UNREAD_AFTER]
      = g_param_spec_uint64 ("unread-after", NULL, NULL, 0, G_MAXUINT64, 0, writable);
  props[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, TRUE, readable);
  props[PROP_N_BELOW] = g_param_spec_uint ("n-below", NULL, NULL, 0, G_MAXUINT, 0, readable);
  props[PROP_BOTTOM_SEQ]
      = g_param_spec_uint64 ("bottom-seq", NULL, NULL, 0, G_MAXUINT64, 0, readable);
  props[PROP_ZOOM]
      = g_param_spec_double ("zoom", NULL, NULL, HW_LOG_ZOOM_MIN, HW_LOG_ZOOM_MAX, 1, writable);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[SIGNAL_RETRY] = g_signal_new ("retry", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, HW_TYPE_ENTRY);
  signals[SIGNAL_DISCARD] = g_signal_new ("discard", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, HW_TYPE_ENTRY);
  signals[SIGNAL_OPEN_LINK]
      = g_signal_new ("open-link", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_ENTRY_ACTION]
      = g_signal_new ("entry-action", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, HW_TYPE_ENTRY, G_TYPE_STRING);
  signals[SIGNAL_POPULATE_MENU]
      = g_signal_new ("populate-menu", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, HW_TYPE_ENTRY, GTK_TYPE_MENU);

  gtk_widget_class_set_css_name (widget_class, "logview");
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_LIST);
}

static void
hw_log_view_init (HwLogView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_set_has_window (widget, TRUE);
  gtk_widget_set_can_focus (widget, TRUE);
  gtk_widget_set_has_tooltip (widget, TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (widget), "hw-view");
  self->slots = g_array_new (FALSE, FALSE, sizeof (HwLogSlot));
  self->pool = g_ptr_array_new ();
  self->expanded = g_hash_table_new (NULL, NULL);
  self->heights = hw_log_heights_new (FIRST_MEAN);
  self->zoom = 1;
  self->follow = TRUE;
  self->at_end = TRUE;
  self->theme_stale = TRUE;
  hw_log_view_input_init (self);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (hw_log_view_invalidate), NULL);
}

static void
on_activate_part (HwLogRow *row, guint part, guint link, HwLogView *self)
{
  hw_log_view_activate (self, row, (HwLogPart) part, link);
}

static void
on_row_style_updated (GtkWidget *row, HwLogView *self)
{
  if (!self->theme_stale && self->theme->serial > 0 && hw_log_theme_is_stale (self->theme, row))
    hw_log_view_invalidate (self);
}

/**
 * hw_log_view_new_row:
 * @self: a log view
 *
 * Returns: (transfer none): one more row, a child that is not shown
 */
HwLogRow *
hw_log_view_new_row (HwLogView *self)
{
  GtkWidget *row = hw_log_row_new (self->theme);

  g_signal_connect_object (row, "activate-part", G_CALLBACK (on_activate_part), self, 0);
  g_signal_connect_object (row, "style-updated", G_CALLBACK (on_row_style_updated), self, 0);
  gtk_widget_set_child_visible (row, FALSE);
  if (gtk_widget_get_realized (GTK_WIDGET (self)))
    gtk_widget_set_parent_window (row, gtk_widget_get_window (GTK_WIDGET (self)));
  gtk_widget_set_parent (row, GTK_WIDGET (self));
  return HW_LOG_ROW (row);
}

/**
 * hw_log_view_new:
 * @style: how entries look
 *
 * Returns: (transfer floating): a log view without a history
 */
GtkWidget *
hw_log_view_new (HwLogViewStyle style)
{
  return g_object_new (HW_TYPE_LOG_VIEW, "view-style", (int) style, NULL);
}

/**
 * hw_log_view_set_history:
 * @self: a log view
 * @history: (nullable): what to show; at its end
 */
void
hw_log_view_set_history (HwLogView *self, HwHistory *history)
{
  g_return_if_fail (HW_IS_LOG_VIEW (self));
  g_return_if_fail (history == NULL || HW_IS_HISTORY (history));

  if (self->history == history)
    return;
  drop_history (self);
  hw_log_heights_splice (self->heights, 0, hw_log_heights_get_n (self->heights), 0);
  hw_log_heights_set_mean (self->heights, FIRST_MEAN);
  self->anchor = 0;
  self->anchor_top = (gint64) hw_log_view_get_value (self);
  self->jump = FALSE;
  self->follow = TRUE;
  self->n_below = 0;
  if (history != NULL)
    {
      guint n = g_list_model_get_n_items (G_LIST_MODEL (history));

      self->history = g_object_ref (history);
      hw_log_planner_set_history (self->planner, history);
      hw_log_heights_splice (self->heights, 0, 0, n);
      self->below_from = n;
      g_signal_connect (history, "items-changed", G_CALLBACK (on_items_changed), self);
    }
  hw_log_view_queue_place (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HISTORY]);
}

/**
 * hw_log_view_get_history:
 * @self: a log view
 *
 * Returns: (transfer none) (nullable): what it shows
 */
HwHistory *
hw_log_view_get_history (HwLogView *self)
{
  g_return_val_if_fail (HW_IS_LOG_VIEW (self), NULL);

  return self->history;
}

/**
 * hw_log_view_get_n_items:
 * @self: a log view
 *
 * Returns: how many entries its history has
 */
guint
hw_log_view_get_n_items (HwLogView *self)
{
  return self->history != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->history)) : 0;
}
