/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-view.h"

G_BEGIN_DECLS

void hw_zoom_add_action (GActionMap *window);
void hw_zoom_follow (HwLogView *view);

G_END_DECLS
