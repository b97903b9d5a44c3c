/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "found-place.h"

G_BEGIN_DECLS

/**
 * HwFoundRecord:
 *
 * All that is known of a place that was found; belongs to the finder, which alone changes it.
 */
typedef struct _HwFoundRecord HwFoundRecord;

HwFoundRecord *hw_found_record_new (const HwSighting *sighting, gint64 now);
void hw_found_record_free (HwFoundRecord *self);
gboolean hw_found_record_is_of (HwFoundRecord *self, const HwSighting *sighting);
void hw_found_record_add (HwFoundRecord *self, const HwSighting *sighting, gint64 now);
gint64 hw_found_record_get_seen_at (HwFoundRecord *self);
const char *hw_found_record_get_id (HwFoundRecord *self);
const char *hw_found_record_get_address (HwFoundRecord *self, gint64 now);
gboolean hw_found_record_has_address (HwFoundRecord *self, const char *address);
gboolean hw_found_record_is_proven (HwFoundRecord *self);
void hw_found_record_spare (HwFoundRecord *self, gint64 seen_at);
HwFoundPlace *hw_found_record_show (HwFoundRecord *self, gint64 now);

gboolean hw_found_place_says_the_same (HwFoundPlace *one, HwFoundPlace *two);

G_END_DECLS
