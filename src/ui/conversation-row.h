/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_CONVERSATION_ROW (hw_conversation_row_get_type ())
/**
 * HwConversationRow:
 *
 * A joined room, or somebody whom we whisper with, in the sidebar: the name, and how much was not
 * read yet.
 */
G_DECLARE_FINAL_TYPE (HwConversationRow, hw_conversation_row, HW, CONVERSATION_ROW, GtkListBoxRow)

GtkWidget *hw_conversation_row_new (gpointer conversation);
gpointer hw_conversation_row_get_conversation (HwConversationRow *self); /* (transfer none) */

G_END_DECLS
