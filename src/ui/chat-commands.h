/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "chat-window.h"

G_BEGIN_DECLS

gboolean hw_chat_commands_run (HwChatWindow *window,
                               HwConversationPage *page,
                               const HwCommand *command,
                               const char *argument);

G_END_DECLS
