/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only the place does with a log that is watched. */

#pragma once

#include "log.h"

G_BEGIN_DECLS

gboolean hw_log_take_entry (HwLog *self, JsonObject *event, GError **error);
gboolean hw_log_take_gap (HwLog *self, JsonObject *event, GError **error);

G_END_DECLS
