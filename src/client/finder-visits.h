/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "found-place.h"

G_BEGIN_DECLS

/**
 * HwFinderVisits:
 *
 * Addresses that may be places' are gone to, a few at a time, to make sure. Main thread only.
 */
typedef struct _HwFinderVisits HwFinderVisits;

/* @sighting: (nullable): what the place at @address says; %NULL: none is there. */
typedef void (*HwVisitFunc) (const char *address, const HwSighting *sighting, gpointer user_data);

HwFinderVisits *hw_finder_visits_new (HwVisitFunc func, gpointer user_data);
void hw_finder_visits_close (HwFinderVisits *self); /* (transfer full) */
void hw_finder_visits_add (HwFinderVisits *self, const char *address, HwFoundBy by);
gboolean hw_finder_visits_are_under_way (HwFinderVisits *self);

G_END_DECLS
