/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A conversation as the chat window shows it: a joined room, or whispers with one person. It reads
 * and writes that one object; what needs the window or the place (commands, links, going in again)
 * it says by signals. */

#include "hallway-config.h"

#include "conversation-page.h"

#include "busy.h"
#include "file-sender.h"
#include "file-taker.h"
#include "find-bar.h"
#include "log-view.h"
#include "zoom.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

/* Names in "… are typing": more are counted. */
#define TYPING_NAMES_MAX 2

struct _HwConversationPage
{
  GtkBox parent_instance;

  HwFindBar *find;
  GtkScrolledWindow *scroller;
  HwBusy *busy;
  GtkWidget *jump;
  GtkLabel *jump_label;
  HwCommandList *commands;
  GtkWidget *typing_icon;
  GtkLabel *typing_label;
  GtkStack *bottom;
  HwComposer *composer;
  GtkWidget *removed;
  GtkLabel *removed_label;
  HwLogView *view;

  HwFileSender *sender;
  HwFileTaker *taker;
  GObject *conversation; /* HwRoom or HwWhisper */
  HwRoom *room;          /* nullable: the same, if it is one */
  char **ops;            /* nullable: the server does not tell */
  gboolean looked_at;    /* the person has this conversation in front of them */
  guint64 rule;          /* where "New since …" stands, 0: nowhere */
  guint read;            /* source: what is seen is to be told to the room */
};

G_DEFINE_FINAL_TYPE (HwConversationPage, hw_conversation_page, GTK_TYPE_BOX)

enum
{
  COMMAND,
  OPEN_LINK,
  COME_BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_rule (HwConversationPage *self, guint64 after)
{
  if (self->rule == after)
    return;
  self->rule = after;
  hw_log_view_set_unread_after (self->view, after);
}

static gboolean
on_read (gpointer data)
{
  HwConversationPage *self = data;

  self->read = 0;
  if (self->looked_at)
    hw_conversation_set_read (self->conversation, hw_log_view_get_bottom_seq (self->view));
  return G_SOURCE_REMOVE;
}

/* What is on the screen has been read. Asked for at every scroll step, so it is put off until the
 * view has laid itself out. */
static void
queue_read (HwConversationPage *self)
{
  if (self->looked_at && self->read == 0)
    self->read = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, 50, on_read, self, NULL);
}

/* The rule stands before the first message that came while nobody looked, and stays while the
 * person reads on from there. */
static void
on_unread_changed (HwConversationPage *self)
{
  guint64 last_read = hw_conversation_get_last_read (self->conversation);

  if (!self->looked_at && self->rule == 0 && hw_conversation_get_unread (self->conversation) > 0
      && last_read > 0)
    set_rule (self, last_read);
}

static void
update_jump (HwConversationPage *self)
{
  gboolean at_end = hw_log_view_get_at_end (self->view);
  guint n_below = hw_log_view_get_n_below (self->view);
  g_autofree char *words = g_strdup_printf (ngettext ("%u new", "%u new", n_below), n_below);
  const char *spoken = n_below > 0 ? words : _ ("To the newest message");
  AtkObject *accessible = gtk_widget_get_accessible (self->jump);

  gtk_label_set_text (self->jump_label, words);
  gtk_widget_set_visible (GTK_WIDGET (self->jump_label), n_below > 0);
  if (g_strcmp0 (atk_object_get_name (accessible), spoken) != 0)
    atk_object_set_name (accessible, spoken);
  gtk_widget_set_visible (self->jump, !at_end);
}

static void
on_view_moved (HwConversationPage *self)
{
  update_jump (self);
  queue_read (self);
}

/* Our own messages in the history that wait for the link. Failed ones do not wait. */
static guint
count_waiting (HwConversationPage *self)
{
  HwHistory *history = hw_conversation_get_history (self->conversation);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (history));
  guint n_waiting = 0;

  for (guint i = n - MIN (n, hw_history_get_n_unsaved (history)); i < n; i++)
    {
      HwEntry *entry = hw_history_peek (history, i);

      if (entry != NULL && hw_entry_get_state (entry) == HW_ENTRY_UNSAVED)
        n_waiting++;
    }
  return n_waiting;
}

static char *
describe_typing (const char *const *names)
{
  guint n = names != NULL ? g_strv_length ((char **) names) : 0;
  g_autofree char *first = n > 0 ? hw_isolate (names[0]) : NULL;
  g_autofree char *second = n > 1 ? hw_isolate (names[1]) : NULL;

  if (n == 0)
    return g_strdup ("");
  if (n == 1)
    return g_strdup_printf (_ ("%s is typing…"), first);
  if (n == TYPING_NAMES_MAX)
    return g_strdup_printf (_ ("%s and %s are typing…"), first, second);
  return g_strdup_printf (ngettext ("%s, %s and %u other are typing…",
                                    "%s, %s and %u others are typing…", n - TYPING_NAMES_MAX),
                          first, second, n - TYPING_NAMES_MAX);
}

static void
update_typing (HwConversationPage *self)
{
  gboolean online
      = hw_place_get_state (hw_conversation_get_place (self->conversation)) == HW_PLACE_ONLINE;
  const char *const *names = online && self->room != NULL ? hw_room_get_typing (self->room) : NULL;
  const char *remark
      = self->room == NULL ? hw_whisper_get_remark (HW_WHISPER (self->conversation)) : NULL;
  guint n_waiting = online ? 0 : count_waiting (self);
  gboolean typing = names != NULL && names[0] != NULL;
  g_autofree char *words = NULL;

  if (n_waiting > 0)
    words = g_strdup_printf (ngettext ("%u message waits. It goes out once the connection is back.",
                                       "%u messages wait. They go out once the connection is back.",
                                       n_waiting),
                             n_waiting);
  else if (remark != NULL)
    words = g_strdup (remark);
  else
    words = describe_typing (names);

  gtk_widget_set_opacity (self->typing_icon, typing ? 1 : 0);
  gtk_label_set_text (self->typing_label, words);
}

static void
update_state (HwConversationPage *self)
{
  HwRoomState state = self->room != NULL ? hw_room_get_state (self->room) : HW_ROOM_INSIDE;
  const char *reason = self->room != NULL ? hw_room_get_reason (self->room) : NULL;
  gboolean loading
      = state == HW_ROOM_JOINING
        && hw_history_get_last (hw_conversation_get_history (self->conversation)) == 0
        && hw_place_get_state (hw_conversation_get_place (self->conversation)) == HW_PLACE_ONLINE;

  hw_busy_set (self->busy, loading);
  if (state == HW_ROOM_REMOVED)
    {
      gtk_label_set_text (self->removed_label, reason != NULL && *reason != '\0'
                                                   ? reason
                                                   : _ ("You are no longer in this room."));
      gtk_stack_set_visible_child (self->bottom, self->removed);
    }
  else
    gtk_stack_set_visible_child (self->bottom, GTK_WIDGET (self->composer));
  update_typing (self);
}

static void
update_names (HwConversationPage *self)
{
  g_autofree char *name = hw_isolate (hw_conversation_get_name (self->conversation));
  g_autofree char *placeholder = self->room != NULL
                                     /* Translators: in the empty entry; a room's name follows */
                                     ? g_strdup_printf (_ ("Message %s"), name)
                                     /* Translators: in the empty entry; a person's name follows */
                                     : g_strdup_printf (_ ("Whisper to %s"), name);

  hw_composer_set_placeholder (self->composer, placeholder);
}

static void
on_place_changed (HwConversationPage *self)
{
  HwPlace *place = hw_conversation_get_place (self->conversation);
  gsize text_max = hw_place_get_text_max (place);

  hw_log_view_set_own_name (self->view, hw_place_get_name (place));
  if (text_max > 0)
    hw_composer_set_text_max (self->composer, text_max);
  update_state (self);
}

static void
on_say (HwConversationPage *self, const char *text)
{
  hw_conversation_say (self->conversation, text);
  /* Whoever answers has read what is above. */
  set_rule (self, 0);
  hw_log_view_scroll_to_end (self->view);
}

static gboolean
on_command (HwConversationPage *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *argument = NULL;
  const HwCommand *command
      = hw_commands_parse (text, (const char *const *) self->ops, &argument, &error);
  gboolean done = FALSE;

  if (command == NULL)
    {
      hw_composer_set_note (self->composer, TRUE, error->message);
      return FALSE;
    }

  g_signal_emit (self, signals[COMMAND], 0, command, argument, &done);
  return done;
}

static void
on_file_problem (HwConversationPage *self, const char *words)
{
  hw_composer_set_note (self->composer, TRUE, words);
}

static void
on_attach (HwConversationPage *self)
{
  hw_file_sender_choose (self->sender);
}

static void
on_typing (HwConversationPage *self)
{
  if (self->room != NULL)
    hw_room_notify_typing (self->room);
}

static void
on_jump_clicked (HwConversationPage *self)
{
  hw_log_view_scroll_to_end (self->view);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
on_come_back_clicked (HwConversationPage *self)
{
  g_signal_emit (self, signals[COME_BACK], 0);
}

static void
on_open_link (HwConversationPage *self, const char *uri)
{
  g_signal_emit (self, signals[OPEN_LINK], 0, uri);
}

static void
on_retry (HwConversationPage *self, HwEntry *entry)
{
  hw_conversation_retry (self->conversation, entry);
}

static void
on_discard (HwConversationPage *self, HwEntry *entry)
{
  hw_conversation_discard (self->conversation, entry);
}

static void
hw_conversation_page_grab_focus (GtkWidget *widget)
{
  HwConversationPage *self = HW_CONVERSATION_PAGE (widget);

  gtk_widget_grab_focus (gtk_stack_get_visible_child (self->bottom));
}

static void
hw_conversation_page_dispose (GObject *object)
{
  HwConversationPage *self = HW_CONVERSATION_PAGE (object);

  g_clear_handle_id (&self->read, g_source_remove);
  g_clear_object (&self->sender);
  g_clear_object (&self->taker);

  G_OBJECT_CLASS (hw_conversation_page_parent_class)->dispose (object);
}

static void
hw_conversation_page_finalize (GObject *object)
{
  HwConversationPage *self = HW_CONVERSATION_PAGE (object);

  g_clear_object (&self->conversation);
  g_strfreev (self->ops);

  G_OBJECT_CLASS (hw_conversation_page_parent_class)->finalize (object);
}

static void
hw_conversation_page_class_init (HwConversationPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hw_conversation_page_dispose;
  object_class->finalize = hw_conversation_page_finalize;
  widget_class->grab_focus = hw_conversation_page_grab_focus;

  signals[COMMAND] = g_signal_new ("command", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   g_signal_accumulator_first_wins, NULL, NULL, G_TYPE_BOOLEAN, 2,
                                   G_TYPE_POINTER, G_TYPE_STRING);
  signals[OPEN_LINK] = g_signal_new ("open-link", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[COME_BACK] = g_signal_new ("come-back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/conversation-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, find);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, busy);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, jump);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, jump_label);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, commands);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, typing_icon);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, typing_label);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, bottom);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, composer);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, removed);
  gtk_widget_class_bind_template_child (widget_class, HwConversationPage, removed_label);
  gtk_widget_class_bind_template_callback (widget_class, gtk_widget_grab_focus);
  gtk_widget_class_bind_template_callback (widget_class, on_attach);
  gtk_widget_class_bind_template_callback (widget_class, on_come_back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_command);
  gtk_widget_class_bind_template_callback (widget_class, on_jump_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_say);
  gtk_widget_class_bind_template_callback (widget_class, on_typing);
}

static void
hw_conversation_page_init (HwConversationPage *self)
{
  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_COMMAND_LIST);
  g_type_ensure (HW_TYPE_COMPOSER);
  g_type_ensure (HW_TYPE_FIND_BAR);
  gtk_widget_init_template (GTK_WIDGET (self));

  self->view = HW_LOG_VIEW (hw_log_view_new (HW_LOG_VIEW_CHAT));
  hw_zoom_follow (self->view);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->view)), _ ("Messages"));
  g_signal_connect_object (self->view, "notify::at-end", G_CALLBACK (on_view_moved), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::n-below", G_CALLBACK (on_view_moved), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "open-link", G_CALLBACK (on_open_link), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "retry", G_CALLBACK (on_retry), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "discard", G_CALLBACK (on_discard), self, G_CONNECT_SWAPPED);
  gtk_widget_show (GTK_WIDGET (self->view));
  gtk_container_add (GTK_CONTAINER (self->scroller), GTK_WIDGET (self->view));
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed",
                           G_CALLBACK (queue_read), self, G_CONNECT_SWAPPED);

  hw_composer_set_command_list (self->composer, self->commands);
  hw_find_bar_set_name (self->find, _ ("Find in this room"));
}

static void
follow_room (HwConversationPage *self, HwRoom *room)
{
  g_autoptr (HwLogSearch) search = hw_log_search_new_for_room (room);

  self->room = room;
  hw_find_bar_set_target (self->find, self->view, search);
  hw_composer_set_members (self->composer, hw_room_get_members (room));
  g_signal_connect_object (room, "notify::state", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (room, "notify::typing", G_CALLBACK (update_typing), self,
                           G_CONNECT_SWAPPED);
}

/**
 * hw_conversation_page_new:
 * @conversation: a HwRoom that we are in, or a HwWhisper
 *
 * Returns: (transfer floating): a page that shows the end of what was said
 */
GtkWidget *
hw_conversation_page_new (gpointer conversation)
{
  HwConversationPage *self = g_object_new (HW_TYPE_CONVERSATION_PAGE, NULL);
  HwPlace *place = hw_conversation_get_place (conversation);
  HwHistory *history = hw_conversation_get_history (conversation);

  self->conversation = g_object_ref (conversation);
  hw_log_view_set_own_name (self->view, hw_place_get_name (place));
  hw_log_view_set_history (self->view, history);
  self->sender
      = hw_file_sender_new (GTK_WIDGET (self), hw_composer_get_view (self->composer), conversation);
  g_signal_connect_object (self->sender, "problem", G_CALLBACK (on_file_problem), self,
                           G_CONNECT_SWAPPED);
  self->taker = hw_file_taker_new (self->view, hw_place_get_transfers (place));
  if (hw_conversation_is_room (conversation))
    follow_room (self, conversation);
  else
    g_signal_connect_object (conversation, "notify::remark", G_CALLBACK (update_typing), self,
                             G_CONNECT_SWAPPED);

  g_signal_connect_object (conversation, "notify::name", G_CALLBACK (update_names), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "notify::unread", G_CALLBACK (on_unread_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::state", G_CALLBACK (on_place_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::name", G_CALLBACK (on_place_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (history, "items-changed", G_CALLBACK (update_typing), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (history, "items-changed", G_CALLBACK (queue_read), self,
                           G_CONNECT_SWAPPED);

  update_names (self);
  update_jump (self);
  on_place_changed (self);
  on_unread_changed (self);
  return GTK_WIDGET (self);
}

/**
 * hw_conversation_page_get_conversation:
 * @self: the page
 *
 * Returns: (transfer none): the HwRoom or HwWhisper that it shows
 */
gpointer
hw_conversation_page_get_conversation (HwConversationPage *self)
{
  return self->conversation;
}

/**
 * hw_conversation_page_get_room:
 * @self: the page
 *
 * Returns: (transfer none) (nullable): the room that it shows, if it is one
 */
HwRoom *
hw_conversation_page_get_room (HwConversationPage *self)
{
  return self->room;
}

/**
 * hw_conversation_page_get_composer:
 * @self: the page
 *
 * Returns: (transfer none): its entry
 */
HwComposer *
hw_conversation_page_get_composer (HwConversationPage *self)
{
  return self->composer;
}

/**
 * hw_conversation_page_send_file:
 * @self: the page
 * @path: a file, as a person writes it; "" lets them choose
 */
void
hw_conversation_page_send_file (HwConversationPage *self, const char *path)
{
  hw_file_sender_send_path (self->sender, path);
}

/**
 * hw_conversation_page_set_ops:
 * @self: the page
 * @ops: (nullable): the requests that the server answers us; NULL if it does not tell
 */
void
hw_conversation_page_set_ops (HwConversationPage *self, const char *const *ops)
{
  g_strfreev (self->ops);
  self->ops = g_strdupv ((char **) ops);
  hw_command_list_set_ops (self->commands, ops);
}

/**
 * hw_conversation_page_set_looked_at:
 * @self: the page
 * @looked_at: whether it is shown, and its window has the focus
 *
 * While it is looked at, what is on the screen counts as read.
 */
void
hw_conversation_page_set_looked_at (HwConversationPage *self, gboolean looked_at)
{
  if (self->looked_at == looked_at)
    return;

  if (looked_at)
    {
      on_unread_changed (self);
      self->looked_at = TRUE;
      queue_read (self);
    }
  else
    {
      g_clear_handle_id (&self->read, g_source_remove);
      hw_conversation_set_read (self->conversation, hw_log_view_get_bottom_seq (self->view));
      self->looked_at = FALSE;
      set_rule (self, 0);
    }
}

/**
 * hw_conversation_page_find:
 * @self: the page
 *
 * Opens the field in which one looks for words in the room's log. Whispers are in no log.
 */
void
hw_conversation_page_find (HwConversationPage *self)
{
  if (self->room != NULL)
    hw_find_bar_open (self->find);
}

/**
 * hw_conversation_page_take_key:
 * @self: the page
 * @event: a key that nothing else wanted
 *
 * Lets the person write without clicking into the entry first.
 */
void
hw_conversation_page_take_key (HwConversationPage *self, GdkEventKey *event)
{
  if (gtk_stack_get_visible_child (self->bottom) != GTK_WIDGET (self->composer))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
  gtk_window_propagate_key_event (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))), event);
}
