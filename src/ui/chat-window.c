/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chat window of one place. It follows the place's joined rooms and whispers: a row and a page
 * for each. The page has the log and the entry; this file has what is around them, and decides
 * which room is being looked at. */

#include "hallway-config.h"

#include "chat-window.h"

#include "alert.h"
#include "application.h"
#include "chat-actions.h"
#include "chat-commands.h"
#include "chat-header.h"
#include "chat-sidebar.h"
#include "connection-bar.h"
#include "conversation-pages.h"
#include "flap-fold.h"
#include "link-alert.h"
#include "member-pane.h"
#include "person-actions.h"
#include "place-ops.h"
#include "settings.h"

#include <glib/gi18n.h>

struct _HwChatWindow
{
  HdyApplicationWindow parent_instance;

  HdyLeaflet *leaflet;
  HwChatSidebar *sidebar;
  GtkWidget *content;
  HwChatHeader *header;
  HwConnectionBar *bar;
  GtkStack *body;
  GtkWidget *empty;
  HdyFlap *flap;
  HwMemberPane *members;
  GtkWidget *members_line;
  HwConversationPages *pages;
  HdyHeaderGroup *header_group;

  HwPlace *place;
  HwPlaceOps *ops;
  HwConversations *conversations;
  GObject *shown;       /* nullable: HwRoom or HwWhisper */
  guint decorate;       /* source: the window's buttons go where they belong */
  gboolean leaving;     /* the person has answered that unsaved messages may be lost */
  gboolean logging_out; /* the place is left with its rooms */
};

G_DEFINE_FINAL_TYPE (HwChatWindow, hw_chat_window, HDY_TYPE_APPLICATION_WINDOW)

static gboolean
is_content_shown (HwChatWindow *self)
{
  return !hdy_leaflet_get_folded (self->leaflet)
         || hdy_leaflet_get_visible_child (self->leaflet) == self->content;
}

static gboolean
is_looked_at (HwChatWindow *self)
{
  return gtk_window_is_active (GTK_WINDOW (self)) && is_content_shown (self);
}

/* What comes in before the person's eyes is not counted: a screen reader would say the title for
 * each message, and once more when it is read. */
static void
update_title (HwChatWindow *self)
{
  const char *place = hw_place_get_title (self->place);
  guint unread = hw_conversations_count_unread (self->conversations);
  g_autoptr (GString) title = g_string_new (NULL);

  if (self->shown != NULL && is_looked_at (self))
    unread -= MIN (unread, hw_conversation_get_unread (self->shown));
  if (unread > 0)
    g_string_append_printf (title, "(%u) ", unread);
  if (self->shown != NULL)
    g_string_append_printf (title, "%s — %s", hw_conversation_get_name (self->shown), place);
  else
    g_string_append (title, place);
  gtk_window_set_title (GTK_WINDOW (self), title->str);
}

/* Only one conversation is looked at: the shown one, while the window has the focus. */
static void
update_looked_at (HwChatWindow *self)
{
  hw_conversation_pages_set_looked_at (self->pages, is_looked_at (self) ? self->shown : NULL);
  if (self->conversations != NULL)
    update_title (self);
}

static void
update_focus (HwChatWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "focus");
  gboolean can_focus = hw_place_ops_has (self->ops, "focus");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), can_focus);
  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_boolean (hw_place_get_focus (self->place)));
  hw_chat_header_set_focus (self->header, can_focus, hw_place_get_n_held (self->place));
}

static void
on_focus_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  HwChatWindow *self = data;

  /* The place says when it is so. */
  hw_place_set_focus (self->place, g_variant_get_boolean (state));
}

static void
on_place_changed (HwChatWindow *self)
{
  hw_member_pane_set_own_name (self->members, hw_place_get_name (self->place));
  hw_member_pane_set_stale (self->members, hw_place_get_state (self->place) != HW_PLACE_ONLINE);
  update_title (self);
}

static void
focus_page (HwChatWindow *self)
{
  HwConversationPage *page = hw_chat_window_get_page (self);

  if (page != NULL && is_content_shown (self))
    gtk_widget_grab_focus (GTK_WIDGET (page));
}

static void
set_enabled (HwChatWindow *self, const char *action, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (
                                   g_action_map_lookup_action (G_ACTION_MAP (self), action)),
                               enabled);
}

static void
set_shown (HwChatWindow *self, gpointer conversation)
{
  HwConversationPage *page;
  static const char *const of_rooms[] = { "members", "details", "find" };
  HwRoom *room
      = conversation != NULL && hw_conversation_is_room (conversation) ? conversation : NULL;

  if (self->shown == conversation)
    return;

  g_set_object (&self->shown, conversation);
  page = hw_chat_window_get_page (self);
  if (page != NULL)
    gtk_stack_set_visible_child (GTK_STACK (self->pages), GTK_WIDGET (page));
  gtk_stack_set_visible_child (self->body, page != NULL ? GTK_WIDGET (self->flap) : self->empty);
  hw_member_pane_set_members (self->members, room != NULL ? hw_room_get_members (room) : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->members), room != NULL);
  gtk_widget_set_visible (self->members_line, room != NULL);
  for (guint i = 0; i < G_N_ELEMENTS (of_rooms); i++)
    set_enabled (self, of_rooms[i], room != NULL);
  set_enabled (self, "delete-conversation", conversation != NULL && room == NULL);
  hw_chat_sidebar_select (self->sidebar, conversation);
  hw_chat_header_set_conversation (self->header, conversation);
  update_looked_at (self);
}

static gboolean
on_command (HwChatWindow *self,
            const HwCommand *command,
            const char *argument,
            HwConversationPage *page)
{
  return hw_chat_commands_run (self, page, command, argument);
}

static void
on_open_link (HwChatWindow *self, const char *uri)
{
  gtk_window_present (GTK_WINDOW (hw_link_alert_new (GTK_WINDOW (self), uri)));
}

static void
on_come_back (HwChatWindow *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self), "come-back", NULL);
}

static void
on_page_added (HwChatWindow *self, HwConversationPage *page)
{
  g_signal_connect_object (page, "command", G_CALLBACK (on_command), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "open-link", G_CALLBACK (on_open_link), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "come-back", G_CALLBACK (on_come_back), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hw_conversation_page_get_conversation (page), "notify::unread",
                           G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
}

static void
show_menu (HwChatWindow *self)
{
  GtkApplication *app = gtk_window_get_application (GTK_WINDOW (self));

  if (HW_IS_APPLICATION (app))
    hw_application_open_menu (HW_APPLICATION (app));
}

/* Rows and pages come and go by themselves; here remains which one to show. */
static void
on_conversations_changed (HwChatWindow *self, guint position)
{
  GListModel *model = G_LIST_MODEL (self->conversations);
  guint n = g_list_model_get_n_items (model);
  guint at;

  if (self->shown != NULL && !hw_conversations_find (self->conversations, self->shown, &at))
    {
      g_autoptr (GObject) next
          = n > 0 ? g_list_model_get_item (model, MIN (position, n - 1)) : NULL;

      g_signal_handlers_disconnect_by_func (self->shown, update_title, self);
      set_shown (self, next);
      focus_page (self);
      if (next == NULL && hw_place_get_state (self->place) == HW_PLACE_ONLINE)
        {
          /* The last door closed: back to the hallway. */
          show_menu (self);
          gtk_window_close (GTK_WINDOW (self));
          return;
        }
    }
  else if (self->shown == NULL && n > 0)
    hw_chat_window_show_nth (self, 0);
  else
    update_title (self);
}

static void
on_chosen (HwChatWindow *self, gpointer conversation)
{
  set_shown (self, conversation);
}

static void
on_opened (HwChatWindow *self, gpointer conversation)
{
  hw_chat_window_show (self, conversation);
}

static gboolean
on_decorate (gpointer data)
{
  HwChatWindow *self = data;

  self->decorate = 0;
  hdy_header_group_set_decorate_all (self->header_group, hdy_leaflet_get_folded (self->leaflet));
  return G_SOURCE_REMOVE;
}

static void
on_folded_changed (HwChatWindow *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  if (hdy_leaflet_get_folded (self->leaflet))
    gtk_style_context_add_class (context, "narrow");
  else
    gtk_style_context_remove_class (context, "narrow");
  /* The log paints by colours and margins that it looked up, also those of rows it has not. */
  gtk_widget_reset_style (GTK_WIDGET (self));
  hw_chat_header_set_narrow (self->header, hdy_leaflet_get_folded (self->leaflet));
  update_looked_at (self);
  /* The leaflet folds while it is being laid out: more buttons have no place before it is done. */
  if (self->decorate == 0)
    self->decorate = g_idle_add_full (GTK_PRIORITY_RESIZE, on_decorate, self, NULL);
}

static void
on_reveal_changed (HwChatWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "members");

  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_boolean (hdy_flap_get_reveal_flap (self->flap)));
  if (hdy_flap_get_folded (self->flap) && !hdy_flap_get_reveal_flap (self->flap))
    focus_page (self);
}

/* What lies over the talk is what one wants to see now. */
static void
on_members_mapped (HwChatWindow *self)
{
  if (hdy_flap_get_folded (self->flap))
    gtk_widget_child_focus (GTK_WIDGET (self->members), GTK_DIR_TAB_FORWARD);
}

static void
on_bar_ask (HwChatWindow *self)
{
  show_menu (self);
}

static gboolean
on_menu_over (gpointer popover)
{
  gtk_widget_destroy (popover);
  g_object_unref (popover);
  return G_SOURCE_REMOVE;
}

/* GTK is not done with it yet. */
static void
on_menu_closed (GtkWidget *popover)
{
  g_idle_add (on_menu_over, g_object_ref (popover));
}

static void
on_member_chosen (HwChatWindow *self, HwMember *member, GtkWidget *row)
{
  g_autoptr (GMenuModel) menu
      = hw_person_actions_create_menu (self->place, self->ops, hw_member_get_name (member), TRUE);
  GtkWidget *popover = gtk_popover_new_from_model (row, menu);

  g_signal_connect (popover, "closed", G_CALLBACK (on_menu_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

static void
on_members_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  HwChatWindow *self = data;

  g_simple_action_set_state (action, state);
  hdy_flap_set_reveal_flap (self->flap, g_variant_get_boolean (state));
}

static void
on_back_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwChatWindow *self = data;

  if (hdy_leaflet_get_folded (self->leaflet) && is_content_shown (self))
    {
      hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
      gtk_widget_grab_focus (GTK_WIDGET (self->sidebar));
    }
  else
    show_menu (self);
}

static void
on_menu_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwChatWindow *self = data;

  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  hw_chat_sidebar_open_menu (self->sidebar);
}

static void
leave_all (HwChatWindow *self)
{
  GListModel *joined = hw_place_get_joined (self->place);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func (g_object_unref);

  /* Leaving changes the list. */
  for (guint i = 0; i < g_list_model_get_n_items (joined); i++)
    g_ptr_array_add (rooms, g_list_model_get_item (joined, i));
  g_signal_handlers_disconnect_by_func (self->conversations, on_conversations_changed, self);
  for (guint i = 0; i < rooms->len; i++)
    hw_room_leave_async (rooms->pdata[i], NULL, NULL, NULL);
}

static void
on_leave_place_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HwChatWindow *self = data;

  self->logging_out = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static const GActionEntry actions[] = {
  { .name = "back", .activate = on_back_action },
  { .name = "focus", .state = "false", .change_state = on_focus_changed },
  { .name = "leave-place", .activate = on_leave_place_action },
  { .name = "members", .state = "false", .change_state = on_members_changed },
  { .name = "menu", .activate = on_menu_action },
};

static void
on_loss_accepted (HwChatWindow *self)
{
  self->leaving = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
ask_about_unsaved (HwChatWindow *self, guint n_unsaved)
{
  gboolean kept = hw_place_keeps_unsaved (self->place);
  g_autofree char *title = g_strdup_printf (ngettext ("%u message is not saved yet",
                                                      "%u messages are not saved yet", n_unsaved),
                                            n_unsaved);
  GtkWidget *alert
      = hw_alert_new (GTK_WINDOW (self), title,
                      kept ? _ ("The place has not said that it keeps what you wrote. It is kept "
                                "on this computer, and goes out when you are here again.")
                           : _ ("The place has not said that it keeps what you wrote. If you "
                                "leave now, that may be lost."),
                      _ ("Stay"), kept ? _ ("Leave now") : _ ("Leave all the same"));

  if (kept)
    hw_alert_set_harmless (HW_ALERT (alert));
  g_signal_connect_object (alert, "accepted", G_CALLBACK (on_loss_accepted), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (alert));
}

static gboolean
hw_chat_window_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  HwChatWindow *self = HW_CHAT_WINDOW (widget);
  GtkApplication *app = gtk_window_get_application (GTK_WINDOW (self));
  guint n_unsaved = hw_place_get_n_unsaved (self->place);
  gboolean keeps = !self->logging_out && HW_IS_APPLICATION (app)
                   && hw_application_keeps_place (HW_APPLICATION (app), self->place);

  if (n_unsaved > 0 && !self->leaving && !keeps)
    {
      ask_about_unsaved (self, n_unsaved);
      return GDK_EVENT_STOP;
    }

  if (self->logging_out)
    {
      show_menu (self);
      hw_place_disconnect (self->place);
    }
  else if (self->leaving || !keeps)
    leave_all (self);
  return GDK_EVENT_PROPAGATE;
}

/* Whether @event writes something: a letter, a figure, a sign, and no shortcut. */
static gboolean
is_writing (GdkEventKey *event)
{
  guint32 c = gdk_keyval_to_unicode (event->keyval);

  return c > ' ' && c != 0x7f && (event->state & (GDK_CONTROL_MASK | GDK_MOD1_MASK)) == 0;
}

static gboolean
hw_chat_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  HwChatWindow *self = HW_CHAT_WINDOW (widget);
  HwConversationPage *page;

  hw_connection_bar_set_present (self->bar);
  if (GTK_WIDGET_CLASS (hw_chat_window_parent_class)->key_press_event (widget, event))
    return GDK_EVENT_STOP;

  page = hw_chat_window_get_page (self);
  if (page == NULL || !is_content_shown (self) || !is_writing (event)
      || GTK_IS_EDITABLE (gtk_window_get_focus (GTK_WINDOW (self))))
    return GDK_EVENT_PROPAGATE;

  hw_conversation_page_take_key (page, event);
  return GDK_EVENT_STOP;
}

static void
hw_chat_window_destroy (GtkWidget *widget)
{
  HwChatWindow *self = HW_CHAT_WINDOW (widget);
  GtkApplication *app = gtk_window_get_application (GTK_WINDOW (widget));

  /* What happens to the place from now on, by our leaving it too, is not for this window. */
  g_signal_handlers_disconnect_by_data (self->conversations, self);
  g_signal_handlers_disconnect_by_data (self->place, self);

  /* What is being written is there again when the room is. */
  if (self->pages != NULL)
    hw_conversation_pages_close (self->pages);
  if (HW_IS_APPLICATION (app))
    hw_application_release_place (HW_APPLICATION (app), self->place);

  GTK_WIDGET_CLASS (hw_chat_window_parent_class)->destroy (widget);
}

static void
hw_chat_window_dispose (GObject *object)
{
  HwChatWindow *self = HW_CHAT_WINDOW (object);

  g_clear_handle_id (&self->decorate, g_source_remove);
  g_clear_object (&self->ops);
  g_clear_object (&self->shown);

  G_OBJECT_CLASS (hw_chat_window_parent_class)->dispose (object);
}

static void
hw_chat_window_finalize (GObject *object)
{
  HwChatWindow *self = HW_CHAT_WINDOW (object);

  g_clear_object (&self->conversations);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_chat_window_parent_class)->finalize (object);
}

static void
hw_chat_window_class_init (HwChatWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hw_chat_window_dispose;
  object_class->finalize = hw_chat_window_finalize;
  widget_class->destroy = hw_chat_window_destroy;
  widget_class->delete_event = hw_chat_window_delete_event;
  widget_class->key_press_event = hw_chat_window_key_press_event;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/chat-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, content);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, header);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, body);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, empty);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, members);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, members_line);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, HwChatWindow, header_group);
  gtk_widget_class_bind_template_callback (widget_class, on_bar_ask);
  gtk_widget_class_bind_template_callback (widget_class, on_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_folded_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_member_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_page_added);
  gtk_widget_class_bind_template_callback (widget_class, on_reveal_changed);
  gtk_widget_class_bind_template_callback (widget_class, update_looked_at);
}

static void
hw_chat_window_init (HwChatWindow *self)
{
  g_type_ensure (HW_TYPE_CHAT_HEADER);
  g_type_ensure (HW_TYPE_CHAT_SIDEBAR);
  g_type_ensure (HW_TYPE_CONNECTION_BAR);
  g_type_ensure (HW_TYPE_CONVERSATION_PAGES);
  g_type_ensure (HW_TYPE_MEMBER_PANE);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  hw_chat_actions_add (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hw_flap_fold_follow (self->flap, GTK_WIDGET (self->members));
  g_signal_connect_object (self->members, "map", G_CALLBACK (on_members_mapped), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);

  /* In the order in which they stand: the window's buttons go to the outer ends. */
  hdy_header_group_add_header_bar (self->header_group, hw_chat_sidebar_get_header (self->sidebar));
  hdy_header_group_add_header_bar (self->header_group, HDY_HEADER_BAR (self->header));

  hw_connection_bar_watch (self->bar, GTK_WIDGET (self));
  hw_settings_keep_size (GTK_WINDOW (self), HW_SETTINGS_CHAT_SIZE);
}

/**
 * hw_chat_window_new:
 * @app: the application that it belongs to
 * @place: the place whose joined rooms it shows
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWidget *
hw_chat_window_new (GtkApplication *app, HwPlace *place)
{
  HwChatWindow *self = g_object_new (HW_TYPE_CHAT_WINDOW, "application", app, NULL);

  self->place = g_object_ref (place);
  self->ops = hw_place_ops_new (place);
  g_signal_connect_object (self->ops, "changed", G_CALLBACK (update_focus), self,
                           G_CONNECT_SWAPPED);
  hw_person_actions_add (GTK_APPLICATION_WINDOW (self), place);
  hw_connection_bar_set_place (self->bar, place);
  self->conversations = hw_conversations_new (place);
  hw_chat_sidebar_set_place (self->sidebar, place, self->conversations);
  hw_conversation_pages_set_model (self->pages, self->conversations, self->ops);
  g_signal_connect_object (self->conversations, "items-changed",
                           G_CALLBACK (on_conversations_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::focus", G_CALLBACK (update_focus), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::n-held", G_CALLBACK (update_focus), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::state", G_CALLBACK (on_place_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::name", G_CALLBACK (on_place_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::title", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);

  on_place_changed (self);
  update_focus (self);
  on_conversations_changed (self, 0);
  return GTK_WIDGET (self);
}

/**
 * hw_chat_window_get_place:
 * @self: the window
 *
 * Returns: (transfer none): the place whose rooms it shows
 */
HwPlace *
hw_chat_window_get_place (HwChatWindow *self)
{
  return self->place;
}

/**
 * hw_chat_window_get_ops:
 * @self: the window
 *
 * Returns: (transfer none): what the place's server answers us
 */
HwPlaceOps *
hw_chat_window_get_ops (HwChatWindow *self)
{
  return self->ops;
}

/**
 * hw_chat_window_get_page:
 * @self: the window
 *
 * Returns: (transfer none) (nullable): the page that is shown
 */
HwConversationPage *
hw_chat_window_get_page (HwChatWindow *self)
{
  return hw_conversation_pages_find (self->pages, self->shown);
}

/**
 * hw_chat_window_find_page:
 * @self: the window
 * @conversation: a HwRoom or a HwWhisper
 *
 * Returns: (transfer none) (nullable): its page, shown or not
 */
HwConversationPage *
hw_chat_window_find_page (HwChatWindow *self, gpointer conversation)
{
  return hw_conversation_pages_find (self->pages, conversation);
}

/**
 * hw_chat_window_show_nth:
 * @self: the window
 * @index: a place in the sidebar, from 0
 *
 * Shows what stands there, ready to write. Does nothing where nothing does.
 */
void
hw_chat_window_show_nth (HwChatWindow *self, guint index)
{
  g_autoptr (GObject) conversation
      = g_list_model_get_item (G_LIST_MODEL (self->conversations), index);

  if (conversation != NULL)
    hw_chat_window_show (self, conversation);
}

/**
 * hw_chat_window_step:
 * @self: the window
 * @by: 1 for the next one in the sidebar, -1 for the one before; it goes round
 *
 * Shows another conversation.
 */
void
hw_chat_window_step (HwChatWindow *self, int by)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversations));
  guint at;

  if (hw_conversations_find (self->conversations, self->shown, &at))
    hw_chat_window_show_nth (self, (at + n + (guint) by) % n);
}

/**
 * hw_chat_window_answer:
 * @self: the window
 * @name: somebody in the room that is shown
 *
 * Begins a message to @name, after what is being written.
 */
void
hw_chat_window_answer (HwChatWindow *self, const char *name)
{
  HwConversationPage *page = hw_chat_window_get_page (self);
  g_autofree char *words = g_strdup_printf ("@%s ", name);

  if (page == NULL)
    return;
  hw_composer_insert (hw_conversation_page_get_composer (page), words);
  focus_page (self);
}

/**
 * hw_chat_window_show:
 * @self: the window
 * @conversation: a HwRoom that we are in, or a HwWhisper
 *
 * Shows it, ready to write.
 */
void
hw_chat_window_show (HwChatWindow *self, gpointer conversation)
{
  if (hw_conversation_pages_find (self->pages, conversation) == NULL)
    return;
  set_shown (self, conversation);
  hdy_leaflet_set_visible_child (self->leaflet, self->content);
  focus_page (self);
}

/**
 * hw_chat_window_show_room:
 * @self: the window
 * @room: a room that we are in
 *
 * Shows @room, ready to write in it.
 */
void
hw_chat_window_show_room (HwChatWindow *self, HwRoom *room)
{
  hw_chat_window_show (self, room);
}

/**
 * hw_chat_window_is_looking_at:
 * @self: the window
 * @conversation: a HwRoom or a HwWhisper
 *
 * Returns: whether the person has @conversation in front of them
 */
gboolean
hw_chat_window_is_looking_at (HwChatWindow *self, gpointer conversation)
{
  return self->shown == conversation && gtk_window_is_active (GTK_WINDOW (self))
         && is_content_shown (self);
}
