/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "found-place.h"

G_BEGIN_DECLS

typedef struct _HwFinderBroadcast HwFinderBroadcast;

HwFinderBroadcast *hw_finder_broadcast_new (HwSightingFunc func, gpointer user_data);
void hw_finder_broadcast_free (HwFinderBroadcast *self);
gboolean hw_finder_broadcast_open (HwFinderBroadcast *self);
void hw_finder_broadcast_close (HwFinderBroadcast *self);
gboolean hw_finder_broadcast_is_open (HwFinderBroadcast *self);
void hw_finder_broadcast_ask (HwFinderBroadcast *self, GListModel *known);
guint hw_finder_broadcast_get_n_asked (HwFinderBroadcast *self);

G_END_DECLS
