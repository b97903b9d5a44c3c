/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "application.h"

G_BEGIN_DECLS

void hw_notice_actions_add (HwApplication *app);

G_END_DECLS
