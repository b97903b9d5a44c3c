/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-window.h"
#include "place-ops.h"

G_BEGIN_DECLS

void hw_log_actions_add (HwLogWindow *window);
void hw_log_actions_update (HwLogWindow *window, HwPlaceOps *ops);

G_END_DECLS
