/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HW_TYPE_CONVERSATION_ROW (hw_conversation_row_get_type ())
/**
 * HwConversationRow:
 *
 * A joined room in the sidebar: its name, and how much of it was not read yet.
 */
G_DECLARE_FINAL_TYPE (HwConversationRow, hw_conversation_row, HW, CONVERSATION_ROW, GtkListBoxRow)

GtkWidget *hw_conversation_row_new (HwRoom *room);
HwRoom *hw_conversation_row_get_room (HwConversationRow *self); /* (transfer none) */

G_END_DECLS
