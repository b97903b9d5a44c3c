/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

G_BEGIN_DECLS

void hw_straight_way_follow_setting (HwPlace *place);

G_END_DECLS
