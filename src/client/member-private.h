/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only rooms do with a member. */

#pragma once

#include "member.h"

G_BEGIN_DECLS

HwMember *hw_member_new_renamed (HwMember *old, const char *name);
void hw_member_update (HwMember *self, HwMember *news);
void hw_member_set_typing (HwMember *self, gboolean typing);
void hw_member_touch (HwMember *self);

G_END_DECLS
