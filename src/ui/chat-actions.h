/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "chat-window.h"

G_BEGIN_DECLS

void hw_chat_actions_add (HwChatWindow *window);

G_END_DECLS
