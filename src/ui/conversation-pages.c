/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pages of the chat window. They follow the conversations by themselves; which one is shown is
 * the window's business. */

#include "hallway-config.h"

#include "conversation-pages.h"

#include "commands.h"

struct _HwConversationPages
{
  GtkStack parent_instance;

  HwConversations *conversations; /* nullable */
  HwPlaceOps *ops;                /* nullable */
};

G_DEFINE_FINAL_TYPE (HwConversationPages, hw_conversation_pages, GTK_TYPE_STACK)

enum
{
  PAGE_ADDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* No room can be called so: names of rooms and people may be the same. */
static char *
get_draft_name (gpointer conversation)
{
  return g_strconcat (hw_conversation_is_room (conversation) ? "" : "/w ",
                      hw_conversation_get_name (conversation), NULL);
}

/* Kept on disk with every key, so not what may be a password: commands. */
static void
keep_draft (HwConversationPage *page)
{
  gpointer conversation = hw_conversation_page_get_conversation (page);
  HwPlace *place = hw_conversation_get_place (conversation);
  g_autofree char *name = get_draft_name (conversation);
  g_autofree char *draft = hw_composer_get_text (hw_conversation_page_get_composer (page));

  if (place != NULL)
    hw_place_set_draft (place, name, hw_commands_is_command (draft) ? "" : draft);
}

/* When the page is made, what was being written may not have been read from the disk yet. What the
 * person has begun meanwhile is theirs. */
static void
show_draft (HwConversationPage *page)
{
  gpointer conversation = hw_conversation_page_get_conversation (page);
  HwComposer *composer = hw_conversation_page_get_composer (page);
  g_autofree char *name = get_draft_name (conversation);
  g_autofree char *text = hw_composer_get_text (composer);
  const char *draft = hw_place_get_draft (hw_conversation_get_place (conversation), name);

  if (draft != NULL && *text == '\0')
    hw_composer_set_text (composer, draft);
}

static void
add_page (HwConversationPages *self, gpointer conversation)
{
  GtkWidget *page = hw_conversation_page_new (conversation);
  HwComposer *composer = hw_conversation_page_get_composer (HW_CONVERSATION_PAGE (page));

  hw_conversation_page_set_ops (HW_CONVERSATION_PAGE (page), hw_place_ops_get (self->ops));
  show_draft (HW_CONVERSATION_PAGE (page));
  g_signal_connect_object (composer, "changed", G_CALLBACK (keep_draft), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (hw_conversation_get_place (conversation), "drafts-restored",
                           G_CALLBACK (show_draft), page, G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (self), page);
  g_signal_emit (self, signals[PAGE_ADDED], 0, page);
}

static void
remove_page (HwConversationPages *self, HwConversationPage *page)
{
  HwComposer *composer = hw_conversation_page_get_composer (page);
  HwPlace *place = hw_conversation_get_place (hw_conversation_page_get_conversation (page));

  /* What goes away with the window was not erased. */
  g_signal_handlers_disconnect_by_data (composer, page);
  if (place != NULL)
    g_signal_handlers_disconnect_by_func (place, show_draft, page);
  gtk_widget_destroy (GTK_WIDGET (page));
}

static void
on_items_changed (HwConversationPages *self)
{
  GListModel *model = G_LIST_MODEL (self->conversations);
  g_autoptr (GList) pages = gtk_container_get_children (GTK_CONTAINER (self));
  guint position;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) conversation = g_list_model_get_item (model, i);

      if (hw_conversation_pages_find (self, conversation) == NULL)
        add_page (self, conversation);
    }
  for (GList *l = pages; l != NULL; l = l->next)
    if (!hw_conversations_find (self->conversations,
                                hw_conversation_page_get_conversation (l->data), &position))
      remove_page (self, l->data);
}

static void
on_ops_changed (HwConversationPages *self)
{
  g_autoptr (GList) pages = gtk_container_get_children (GTK_CONTAINER (self));

  for (GList *l = pages; l != NULL; l = l->next)
    hw_conversation_page_set_ops (l->data, hw_place_ops_get (self->ops));
}

static void
hw_conversation_pages_dispose (GObject *object)
{
  HwConversationPages *self = HW_CONVERSATION_PAGES (object);

  g_clear_object (&self->conversations);
  g_clear_object (&self->ops);

  G_OBJECT_CLASS (hw_conversation_pages_parent_class)->dispose (object);
}

static void
hw_conversation_pages_class_init (HwConversationPagesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hw_conversation_pages_dispose;

  signals[PAGE_ADDED] = g_signal_new ("page-added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, HW_TYPE_CONVERSATION_PAGE);
}

static void
hw_conversation_pages_init (HwConversationPages *self)
{
}

/**
 * hw_conversation_pages_set_model:
 * @self: the pages
 * @conversations: what they are of; may be given once
 * @ops: what the place's server answers us
 */
void
hw_conversation_pages_set_model (HwConversationPages *self,
                                 HwConversations *conversations,
                                 HwPlaceOps *ops)
{
  g_return_if_fail (self->conversations == NULL);

  self->conversations = g_object_ref (conversations);
  self->ops = g_object_ref (ops);
  g_signal_connect_object (conversations, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ops, "changed", G_CALLBACK (on_ops_changed), self, G_CONNECT_SWAPPED);
  on_items_changed (self);
}

/**
 * hw_conversation_pages_find:
 * @self: the pages
 * @conversation: (nullable): a HwRoom or HwWhisper
 *
 * Returns: (transfer none) (nullable): its page
 */
HwConversationPage *
hw_conversation_pages_find (HwConversationPages *self, gpointer conversation)
{
  g_autoptr (GList) pages = gtk_container_get_children (GTK_CONTAINER (self));

  for (GList *l = pages; l != NULL; l = l->next)
    if (hw_conversation_page_get_conversation (l->data) == conversation)
      return l->data;
  return NULL;
}

/**
 * hw_conversation_pages_set_looked_at:
 * @self: the pages
 * @conversation: (nullable): the one that the person has in front of them
 */
void
hw_conversation_pages_set_looked_at (HwConversationPages *self, gpointer conversation)
{
  g_autoptr (GList) pages = gtk_container_get_children (GTK_CONTAINER (self));

  for (GList *l = pages; l != NULL; l = l->next)
    hw_conversation_page_set_looked_at (l->data,
                                        conversation != NULL
                                            && hw_conversation_page_get_conversation (l->data)
                                                   == conversation);
}

/**
 * hw_conversation_pages_close:
 * @self: the pages
 *
 * Takes all pages away, and keeps what was being written in them.
 */
void
hw_conversation_pages_close (HwConversationPages *self)
{
  g_autoptr (GList) pages = gtk_container_get_children (GTK_CONTAINER (self));

  if (self->conversations != NULL)
    g_signal_handlers_disconnect_by_data (self->conversations, self);
  for (GList *l = pages; l != NULL; l = l->next)
    remove_page (self, l->data);
}
