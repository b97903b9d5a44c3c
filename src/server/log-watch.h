/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "room.h"

G_BEGIN_DECLS

void hw_log_watch_set (HwRoom *room, HwClient *client, gboolean watch);
void hw_log_watch_end_all (HwClient *client);
void hw_log_watch_catch_up (HwClient *client);

/* For rooms only */
void hw_log_watches_flush (HwRoom *room, guint64 after);
void hw_log_watches_clear (HwRoom *room);

G_END_DECLS
