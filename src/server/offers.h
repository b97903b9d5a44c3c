/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "room.h"
#include "session.h"

G_BEGIN_DECLS

void hw_offers_end (HwSession *session);
void hw_offers_leave (HwSession *session, HwRoom *room);
void hw_offers_forget (HwSession *session);
void hw_offers_tell_again (HwSession *session);

G_END_DECLS
