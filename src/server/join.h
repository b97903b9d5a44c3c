/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "request.h"
#include "room.h"

G_BEGIN_DECLS

void hw_join_answer (HwRequest *request, HwMember *member, GPtrArray *older);

/* Helpers of several commands */
HwRoom *hw_request_find_room (HwRequest *self);
HwMember *hw_request_find_membership (HwRequest *self);
gboolean hw_room_write_members (HwRoom *self, HwJsonWriter *writer, const char *start, guint limit);
gboolean hw_password_is_bounded (const char *password, GError **error);

G_END_DECLS
