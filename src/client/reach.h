/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwReachState:
 *
 * Whether something listens at an address.
 */
typedef enum
{
  HW_REACH_UNKNOWN, /* nobody looked */
  HW_REACH_LOOKING,
  HW_REACH_THERE,
  HW_REACH_NOBODY,
} HwReachState;

#define HW_TYPE_REACH (hw_reach_get_type ())
/**
 * HwReach:
 *
 * Which of the places that are remembered answer now. Property "looking" (boolean, read-only,
 * notified).
 *
 * Main thread only.
 *
 * Signals:
 * changed (reach, const char *address): more is known of it
 */
G_DECLARE_FINAL_TYPE (HwReach, hw_reach, HW, REACH, GObject)

/* Addresses looked at side by side. */
#define HW_REACH_PARALLEL 16
/* Seconds after which an address that says nothing is taken for one where nobody is. */
#define HW_REACH_TIMEOUT 3

HwReach *hw_reach_new (void);
void hw_reach_look (HwReach *self, const char *address);
HwReachState hw_reach_get (HwReach *self, const char *address, guint *milliseconds);
gboolean hw_reach_is_looking (HwReach *self);

G_END_DECLS
