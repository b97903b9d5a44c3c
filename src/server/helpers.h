/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "request.h"
#include "room.h"

G_BEGIN_DECLS

/* What handlers of several commands need to make of their fields. */

HwRoom *hw_request_find_room (HwRequest *self);
HwMember *hw_request_find_membership (HwRequest *self);
char *hw_request_get_folded (HwRequest *self, const char *field);
char *hw_request_get_start (HwRequest *self);
HwSession *hw_request_find_session (HwRequest *self, const char *field);
gboolean hw_request_read_words (HwRequest *self, const char **words, GError **error);
gboolean hw_room_write_members (HwRoom *self, HwJsonWriter *writer, const char *start, guint limit);

G_END_DECLS
