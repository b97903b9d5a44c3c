/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "request.h"
#include "room.h"

G_BEGIN_DECLS

void hw_join_answer (HwRequest *request, HwMember *member, GPtrArray *older);

G_END_DECLS
