/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "conversation-page.h"
#include "conversations.h"
#include "place-ops.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_CONVERSATION_PAGES (hw_conversation_pages_get_type ())
/**
 * HwConversationPages:
 *
 * A page for each conversation, one of them shown. Pages come and go with the conversations; what
 * was being written in one that goes is kept as a draft, and is there again when it comes back.
 *
 * Signals:
 * page-added (pages, HwConversationPage *page)
 */
G_DECLARE_FINAL_TYPE (HwConversationPages, hw_conversation_pages, HW, CONVERSATION_PAGES, GtkStack)

void hw_conversation_pages_set_model (HwConversationPages *self,
                                      HwConversations *conversations,
                                      HwPlaceOps *ops);
HwConversationPage *hw_conversation_pages_find (HwConversationPages *self,
                                                gpointer conversation); /* (nullable) */
void hw_conversation_pages_set_looked_at (HwConversationPages *self, gpointer conversation);
void hw_conversation_pages_close (HwConversationPages *self);

G_END_DECLS
