/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

G_BEGIN_DECLS

void hw_drafts_keep (HwPlace *place, const char *conversation, const char *text);
char *hw_drafts_take (HwPlace *place, const char *conversation); /* (transfer full) (nullable) */

G_END_DECLS
