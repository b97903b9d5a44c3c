/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The log window of one place: it puts the list at the side, the reader of one log and the server's
 * figures together. List and figures are asked for anew every few seconds while the window is
 * looked at, and after the link was lost; what is on the screen never moves for that. */

#include "hallway-config.h"

#include "log-window.h"

#include "application.h"
#include "busy.h"
#include "connection-bar.h"
#include "figures-pane.h"
#include "link-alert.h"
#include "log-actions.h"
#include "log-foot.h"
#include "log-list.h"
#include "menus.h"
#include "pane.h"
#include "person-actions.h"
#include "place-ops.h"
#include "settings.h"
#include "stop-dialog.h"
#include "words.h"
#include "zoom.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

/* Seconds between two looks at the list of logs: counts, new rooms. */
#define REFRESH_INTERVAL 5

/* Above so many logs one of them is searched for rather than scrolled to. */
#define MANY_LOGS 10

struct _HwLogWindow
{
  HdyApplicationWindow parent_instance;

  HdyLeaflet *leaflet;
  GtkWidget *sidebar;
  GtkWidget *content;
  HdyHeaderBar *sidebar_header;
  HdyHeaderBar *header;
  GtkLabel *place_title;
  GtkEntry *find_log;
  HwLogList *list;
  GtkWidget *back;
  GtkWidget *search;
  GtkWidget *export;
  GtkMenuButton *server_menu;
  GtkWidget *stop;
  GtkLabel *room_title;
  GtkLabel *room_extent;
  HwConnectionBar *bar;
  HwFindBar *find;
  HwLogFilterBar *filters;
  HwActivityPane *activity;
  HwFiguresPane *figures;
  GtkStack *body;
  GtkWidget *waiting;
  HwBusy *busy;
  GtkWidget *empty;
  HdyStatusPage *problem;
  HdyStatusPage *nothing;
  GtkWidget *scroller;
  HwLogFoot *foot;
  HdyHeaderGroup *header_group;
  HwLogView *view;

  HwPlace *place;
  HwPlaceOps *ops;
  HwLogAction line_actions[3]; /* those that the server answers us */
  HwLogReader *reader;
  guint refresh; /* source */
};

G_DEFINE_FINAL_TYPE (HwLogWindow, hw_log_window, HDY_TYPE_APPLICATION_WINDOW)

static void
update_header (HwLogWindow *self)
{
  const char *place = hw_place_get_title (self->place);
  gboolean folded = hdy_leaflet_get_folded (self->leaflet);
  g_autofree char *title = NULL;
  HwLogListRow *row = hw_log_list_get_chosen (self->list);
  HwLog *log = row != NULL ? hw_log_list_row_get_log (row) : NULL;

  gtk_label_set_text (self->place_title, place);
  hdy_header_bar_set_centering_policy (self->header, folded ? HDY_CENTERING_POLICY_LOOSE
                                                            : HDY_CENTERING_POLICY_STRICT);
  gtk_widget_set_visible (self->back, folded);
  gtk_widget_set_visible (GTK_WIDGET (self->room_extent), log != NULL);
  gtk_widget_set_visible (self->search, log != NULL);
  gtk_widget_set_visible (self->export, !folded); /* the menu has them too */
  gtk_widget_set_visible (self->stop, !folded);
  gtk_widget_set_visible (GTK_WIDGET (self->filters), log != NULL);
  if (log != NULL)
    {
      guint64 n = hw_log_list_row_get_n_entries (row);
      g_autofree char *day = hw_words_day (hw_log_get_created (log) / 1000);
      g_autofree char *count = g_strdup_printf ("%'" G_GUINT64_FORMAT, n);
      g_autofree char *extent
          = folded ? g_strdup_printf (ngettext ("%s entry", "%s entries", (gulong) n), count)
                   : g_strdup_printf (ngettext ("%s entry since %s", "%s entries since %s",
                                                (gulong) n),
                                      count, day);

      gtk_label_set_text (self->room_title, hw_log_get_room (log));
      gtk_label_set_text (self->room_extent, extent);
      title = g_strdup_printf (_ ("Log of %s — %s"), hw_log_get_room (log), place);
    }
  else
    {
      gtk_label_set_text (self->room_title, "");
      title = g_strdup_printf (_ ("Logs — %s"), place);
    }
  gtk_window_set_title (GTK_WINDOW (self), title);
}

static void
update_foot (HwLogWindow *self)
{
  HwLogListRow *row = hw_log_list_get_chosen (self->list);
  GAction *newest = g_action_map_lookup_action (G_ACTION_MAP (self), "newest");

  hw_log_actions_update (self, self->ops);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (newest),
                               row != NULL && !hw_log_view_get_at_end (self->view));
  hw_log_foot_update (self->foot, self->place, row, self->view);
}

static void
set_enabled (HwLogWindow *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (
                                   g_action_map_lookup_action (G_ACTION_MAP (self), name)),
                               enabled);
}

/* Which of the pages is to be seen. */
static void
update_body (HwLogWindow *self)
{
  HwLogListState state = hw_log_list_get_state (self->list);
  const char *problem = hw_log_reader_get_problem (self->reader);

  hw_busy_set (self->busy, state == HW_LOG_LIST_WAITING);
  switch (state)
    {
    case HW_LOG_LIST_WAITING:
      gtk_stack_set_visible_child (self->body, self->waiting);
      break;
    case HW_LOG_LIST_EMPTY:
      gtk_stack_set_visible_child (self->body, self->empty);
      break;
    case HW_LOG_LIST_PROBLEM:
      hdy_status_page_set_description (self->problem, hw_log_list_get_problem (self->list));
      gtk_stack_set_visible_child (self->body, GTK_WIDGET (self->problem));
      break;
    case HW_LOG_LIST_FULL:
    default:
      if (problem == NULL && !hw_log_reader_is_empty (self->reader))
        {
          gtk_stack_set_visible_child (self->body, self->scroller);
          break;
        }
      hdy_status_page_set_description (self->nothing,
                                       problem != NULL
                                           ? problem
                                           : _ ("Every filter that is taken off shows more."));
      gtk_stack_set_visible_child (self->body, GTK_WIDGET (self->nothing));
      break;
    }
}

static void
on_reader_changed (HwLogWindow *self)
{
  update_header (self);
  update_body (self);
  set_enabled (self, "context", hw_log_reader_can_toggle_context (self->reader));
}

static void
on_list_changed (HwLogWindow *self)
{
  HwLogListRow *row = hw_log_list_get_chosen (self->list);

  if (self->place == NULL)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->find_log), hw_log_list_get_n (self->list) > MANY_LOGS);
  if (row != NULL)
    {
      hw_log_reader_set_log (self->reader, self->place, hw_log_list_row_get_log (row));
      /* It may have been closed meanwhile. */
      hw_log_reader_set_live (self->reader, hw_log_list_row_get_closed (row) == 0);
      hw_activity_pane_refresh (self->activity);
    }
  on_reader_changed (self);
  update_foot (self);
}

static void
update_figures (HwLogWindow *self)
{
  if (hw_place_get_state (self->place) == HW_PLACE_ONLINE && hw_place_ops_has (self->ops, "stats"))
    hw_figures_pane_refresh (self->figures, self->place);
}

static gboolean
on_refresh (gpointer data)
{
  HwLogWindow *self = data;

  /* The graphs are of the last hour, whether one looks or not. */
  update_figures (self);
  if (gtk_window_is_active (GTK_WINDOW (self)) && hw_log_list_get_chosen (self->list) != NULL)
    hw_log_list_refresh (self->list);
  return G_SOURCE_CONTINUE;
}

static void
on_place_changed (HwLogWindow *self)
{
  gboolean online = hw_place_get_state (self->place) == HW_PLACE_ONLINE;

  set_enabled (self, "stop", online);
  update_header (self);
  update_foot (self);
  if (online && hw_place_get_admin (self->place))
    hw_log_list_refresh (self->list);
}

static void
on_again_clicked (HwLogWindow *self)
{
  hw_log_list_refresh (self->list);
}

static void
on_find_log_changed (HwLogWindow *self)
{
  hw_log_list_set_words (self->list, gtk_entry_get_text (self->find_log));
}

static void
on_find_log_activate (HwLogWindow *self)
{
  hw_log_list_choose_first (self->list);
}

static void
on_list_activated (HwLogWindow *self)
{
  hdy_leaflet_set_visible_child (self->leaflet, self->content);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
on_back_clicked (HwLogWindow *self)
{
  hdy_leaflet_set_visible_child (self->leaflet, self->sidebar);
}

static void
on_folded_changed (HwLogWindow *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  if (hdy_leaflet_get_folded (self->leaflet))
    gtk_style_context_add_class (context, "narrow");
  else
    gtk_style_context_remove_class (context, "narrow");
  /* The log paints by colours and margins that it looked up, also those of rows it has not. */
  gtk_widget_reset_style (GTK_WIDGET (self));
  hw_log_filter_bar_set_narrow (self->filters, hdy_leaflet_get_folded (self->leaflet));
  hw_activity_pane_set_narrow (self->activity, hdy_leaflet_get_folded (self->leaflet));
  update_header (self);
}

static void
on_open_link (HwLogWindow *self, const char *uri)
{
  gtk_window_present (GTK_WINDOW (hw_link_alert_new (GTK_WINDOW (self), uri)));
}

static void
on_only_them (GtkMenuItem *item, HwLogWindow *self)
{
  hw_log_reader_show_only (self->reader, g_object_get_data (G_OBJECT (item), "name"));
}

static void
on_in_context (GtkMenuItem *item, HwLogWindow *self)
{
  const char *seq = g_object_get_data (G_OBJECT (item), "name");

  hw_log_reader_show_in_context (self->reader, g_ascii_strtoull (seq, NULL, 10));
}

static void
append (HwLogWindow *self, GtkMenu *menu, const char *label, const char *name, GCallback callback)
{
  GtkWidget *item = gtk_menu_item_new_with_label (label);

  g_object_set_data_full (G_OBJECT (item), "name", g_strdup (name), g_free);
  g_signal_connect_object (item, "activate", callback, self, 0);
  gtk_widget_show (item);
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), item);
}

/* A line's author, beside what the view itself offers for the line. */
static void
on_populate_menu (HwLogWindow *self, HwEntry *entry, GtkMenu *menu)
{
  const char *author = hw_entry_get_from (entry);
  g_autoptr (GMenuModel) model = NULL;
  GtkWidget *item;

  if (*author == '\0')
    return;
  if (hw_history_is_picked (hw_log_view_get_history (self->view)))
    {
      g_autofree char *seq = g_strdup_printf ("%" G_GUINT64_FORMAT, hw_entry_get_seq (entry));

      append (self, menu, _ ("Show among the others"), seq, G_CALLBACK (on_in_context));
    }
  if (g_strcmp0 (hw_log_reader_get_filter (self->reader)->from, author) != 0)
    {
      g_autofree char *isolated = hw_isolate (author);
      /* Translators: a filter: only what this person did is shown */
      g_autofree char *label = g_strdup_printf (_ ("Only %s"), isolated);

      append (self, menu, label, author, G_CALLBACK (on_only_them));
    }
  model = hw_person_actions_create_menu (self->place, self->ops, author, FALSE);
  item = gtk_menu_item_new_with_label (author);
  gtk_menu_item_set_submenu (GTK_MENU_ITEM (item), gtk_menu_new_from_model (model));
  gtk_widget_show (item);
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), item);
}

/* What stands at the end of a line: what an admin does most, where the server has it. */
static void
on_ops_changed (HwLogWindow *self)
{
  static const HwLogAction all[] = {
    { "mute", "hallway-mute-symbolic", N_ ("Mute…") },
    { "kick", "system-log-out-symbolic", N_ ("Kick…") },
    { "ban", "action-unavailable-symbolic", N_ ("Ban…") },
  };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (hw_place_get_admin (self->place) && hw_place_ops_has (self->ops, all[i].id))
      self->line_actions[n++] = all[i];
  hw_log_view_set_actions (self->view, self->line_actions, n);
  hw_log_actions_update (self, self->ops);
  update_figures (self);
}

static void
on_entry_action (HwLogWindow *self, HwEntry *entry, const char *id)
{
  if (g_str_equal (id, HW_LOG_ACTION_CONTEXT))
    {
      hw_log_reader_show_in_context (self->reader, hw_entry_get_seq (entry));
      return;
    }
  g_action_group_activate_action (G_ACTION_GROUP (self), id,
                                  g_variant_new_string (hw_entry_get_from (entry)));
}

static void
show_menu (HwLogWindow *self)
{
  GtkApplication *app = gtk_window_get_application (GTK_WINDOW (self));

  if (HW_IS_APPLICATION (app))
    hw_application_open_menu (HW_APPLICATION (app));
}

static void
on_bar_ask (HwLogWindow *self)
{
  show_menu (self);
}

static void
on_find_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwLogWindow *self = data;

  if (hw_log_reader_get_log (self->reader) == NULL)
    return;
  hdy_leaflet_set_visible_child (self->leaflet, self->content);
  hw_find_bar_open (self->find);
}

static void
on_find_older_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_find_bar_step (HW_LOG_WINDOW (data)->find, 1);
}

static void
on_find_newer_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_find_bar_step (HW_LOG_WINDOW (data)->find, -1);
}

static void
on_context_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  hw_log_reader_toggle_context (HW_LOG_WINDOW (data)->reader);
}

static void
on_find_closed (HwLogWindow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
on_newest_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwLogWindow *self = data;

  hw_log_view_scroll_to_end (self->view);
}

static void
on_stop_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwLogWindow *self = data;

  gtk_window_present (GTK_WINDOW (hw_stop_dialog_new (GTK_WINDOW (self), self->place)));
}

static void
on_back_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwLogWindow *self = data;

  if (hdy_leaflet_get_folded (self->leaflet)
      && hdy_leaflet_get_visible_child (self->leaflet) == self->content)
    hdy_leaflet_set_visible_child (self->leaflet, self->sidebar);
  else
    show_menu (self);
}

static void
on_close_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_close (data);
}

static const GActionEntry actions[] = {
  { "find", on_find_action, NULL, NULL, NULL, { 0 } },
  { "find-older", on_find_older_action, NULL, NULL, NULL, { 0 } },
  { "find-newer", on_find_newer_action, NULL, NULL, NULL, { 0 } },
  { "context", on_context_action, NULL, NULL, NULL, { 0 } },
  { "newest", on_newest_action, NULL, NULL, NULL, { 0 } },
  { "stop", on_stop_action, NULL, NULL, NULL, { 0 } },
  { "back", on_back_action, NULL, NULL, NULL, { 0 } },
  { "close", on_close_action, NULL, NULL, NULL, { 0 } },
};

static gboolean
hw_log_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  hw_connection_bar_set_present (HW_LOG_WINDOW (widget)->bar);
  return GTK_WIDGET_CLASS (hw_log_window_parent_class)->key_press_event (widget, event);
}

static void
hw_log_window_destroy (GtkWidget *widget)
{
  HwPlace *place = HW_LOG_WINDOW (widget)->place;
  GtkApplication *app = gtk_window_get_application (GTK_WINDOW (widget));

  /* What happens to the place from now on, by our leaving it too, is not for this window. */
  g_signal_handlers_disconnect_by_data (place, widget);
  if (HW_IS_APPLICATION (app))
    hw_application_release_place (HW_APPLICATION (app), place);

  GTK_WIDGET_CLASS (hw_log_window_parent_class)->destroy (widget);
}

static void
hw_log_window_dispose (GObject *object)
{
  HwLogWindow *self = HW_LOG_WINDOW (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  g_clear_object (&self->reader);
  g_clear_object (&self->ops);

  G_OBJECT_CLASS (hw_log_window_parent_class)->dispose (object);
}

static void
hw_log_window_finalize (GObject *object)
{
  HwLogWindow *self = HW_LOG_WINDOW (object);

  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_log_window_parent_class)->finalize (object);
}

static void
hw_log_window_class_init (HwLogWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hw_log_window_dispose;
  object_class->finalize = hw_log_window_finalize;
  widget_class->destroy = hw_log_window_destroy;
  widget_class->key_press_event = hw_log_window_key_press_event;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/log-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, content);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, sidebar_header);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, header);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, place_title);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, find_log);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, list);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, back);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, search);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, export);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, server_menu);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, stop);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, room_title);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, room_extent);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, find);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, filters);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, activity);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, figures);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, body);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, waiting);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, busy);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, empty);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, nothing);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, foot);
  gtk_widget_class_bind_template_child (widget_class, HwLogWindow, header_group);
  gtk_widget_class_bind_template_callback (widget_class, on_again_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_bar_ask);
  gtk_widget_class_bind_template_callback (widget_class, on_find_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_folded_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_find_log_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_find_log_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_list_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_list_changed);
}

static void
hw_log_window_init (HwLogWindow *self)
{
  g_type_ensure (HW_TYPE_ACTIVITY_PANE);
  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_CONNECTION_BAR);
  g_type_ensure (HW_TYPE_FIGURES_PANE);
  g_type_ensure (HW_TYPE_FIND_BAR);
  g_type_ensure (HW_TYPE_LOG_FILTER_BAR);
  g_type_ensure (HW_TYPE_LOG_FOOT);
  g_type_ensure (HW_TYPE_LOG_LIST);
  g_type_ensure (HW_TYPE_PANE);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->server_menu, hw_menus_get ("server"));
  hdy_header_group_add_header_bar (self->header_group, self->sidebar_header);
  hdy_header_group_add_header_bar (self->header_group, self->header);

  hw_find_bar_set_name (self->find, _ ("Find in the log"));
  self->view = HW_LOG_VIEW (hw_log_view_new (HW_LOG_VIEW_TIMELINE));
  hw_zoom_follow (self->view);
  hw_zoom_add_action (G_ACTION_MAP (self));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->view)), _ ("Timeline"));
  g_signal_connect_object (self->view, "notify::at-end", G_CALLBACK (update_foot), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::n-below", G_CALLBACK (update_foot), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "open-link", G_CALLBACK (on_open_link), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "entry-action", G_CALLBACK (on_entry_action), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "populate-menu", G_CALLBACK (on_populate_menu), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_show (GTK_WIDGET (self->view));
  gtk_container_add (GTK_CONTAINER (self->scroller), GTK_WIDGET (self->view));
  self->reader = hw_log_reader_new (self->view, self->find, self->filters, self->activity);
  g_signal_connect_object (self->reader, "changed", G_CALLBACK (on_reader_changed), self,
                           G_CONNECT_SWAPPED);

  hw_connection_bar_watch (self->bar, GTK_WIDGET (self));
  hw_settings_keep_size (GTK_WINDOW (self), HW_SETTINGS_LOGS_SIZE);
}

/**
 * hw_log_window_new:
 * @app: the application that it belongs to
 * @place: the place whose logs it shows; we are its admin
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWidget *
hw_log_window_new (GtkApplication *app, HwPlace *place)
{
  HwLogWindow *self = g_object_new (HW_TYPE_LOG_WINDOW, "application", app, NULL);
  static const char *const properties[] = { "notify::state", "notify::title", "notify::admin" };

  self->place = g_object_ref (place);
  hw_log_list_set_place (self->list, place);
  self->ops = hw_place_ops_new (place);
  g_signal_connect_object (self->ops, "changed", G_CALLBACK (on_ops_changed), self,
                           G_CONNECT_SWAPPED);
  hw_person_actions_add (GTK_APPLICATION_WINDOW (self), place);
  hw_log_actions_add (self);
  hw_connection_bar_set_place (self->bar, place);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    g_signal_connect_object (place, properties[i], G_CALLBACK (on_place_changed), self,
                             G_CONNECT_SWAPPED);
  self->refresh = g_timeout_add_seconds (REFRESH_INTERVAL, on_refresh, self);
  on_ops_changed (self);
  on_place_changed (self);
  return GTK_WIDGET (self);
}

/**
 * hw_log_window_get_place:
 * @self: the window
 *
 * Returns: (transfer none): the place whose logs it shows
 */
HwPlace *
hw_log_window_get_place (HwLogWindow *self)
{
  return self->place;
}

/**
 * hw_log_window_get_log:
 * @self: the window
 *
 * Returns: (transfer none) (nullable): the log that is shown
 */
HwLog *
hw_log_window_get_log (HwLogWindow *self)
{
  return hw_log_reader_get_log (self->reader);
}

/**
 * hw_log_window_has_open_log:
 * @self: the window
 *
 * Returns: whether the log that is shown is that of a room which is still open
 */
gboolean
hw_log_window_has_open_log (HwLogWindow *self)
{
  HwLogListRow *row = hw_log_list_get_chosen (self->list);

  return row != NULL && hw_log_list_row_get_closed (row) == 0;
}

/**
 * hw_log_window_refresh:
 * @self: the window
 *
 * Asks for the list of logs now, and not only in a few seconds.
 */
void
hw_log_window_refresh (HwLogWindow *self)
{
  hw_log_list_refresh (self->list);
}

/**
 * hw_log_window_get_reader:
 * @self: the window
 *
 * Returns: (transfer none): what reads the log that is shown
 */
HwLogReader *
hw_log_window_get_reader (HwLogWindow *self)
{
  return self->reader;
}
