/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HW_TYPE_FOUND_PLACE (hw_found_place_get_type ())
/**
 * HwFoundPlace:
 *
 * A place that answered. Read-only; when it answers otherwise, another object takes its place.
 */
G_DECLARE_FINAL_TYPE (HwFoundPlace, hw_found_place, HW, FOUND_PLACE, GObject)

const char *hw_found_place_get_id (HwFoundPlace *self);
const char *hw_found_place_get_title (HwFoundPlace *self);
const char *hw_found_place_get_address (HwFoundPlace *self); /* "host:port" */
const char *
hw_found_place_get_fingerprint (HwFoundPlace *self); /* what it says, not what it proved */
guint hw_found_place_get_users (HwFoundPlace *self);
guint hw_found_place_get_round_trip (HwFoundPlace *self); /* milliseconds, at least 1 */
gboolean hw_found_place_get_compatible (HwFoundPlace *self);

#define HW_TYPE_FINDER (hw_finder_get_type ())
/**
 * HwFinder:
 *
 * Looks for places nearby while it is active: a GListModel of HwFoundPlace in the order of their
 * answering, each once. Property "looking" (boolean, read-only, notified): it is active and has not
 * asked often enough yet to say that nobody is there.
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwFinder, hw_finder, HW, FINDER, GObject)

/* Milliseconds after which it asks again: five times soon, as datagrams get lost, then steadily. */
#define HW_FINDER_STEADY 5000

/* Seconds after its last answer that a place is taken to be there. */
#define HW_FINDER_MEMORY 16

/* Places listed at most: anybody on the network may answer, as often as they like. */
#define HW_FINDER_PLACES_MAX 200

HwFinder *hw_finder_new (void);
void hw_finder_set_active (HwFinder *self, gboolean active);
void hw_finder_look_again (HwFinder *self);
gboolean hw_finder_is_looking (HwFinder *self);
guint hw_finder_get_n_asked (HwFinder *self); /* times since it became active */

G_END_DECLS
