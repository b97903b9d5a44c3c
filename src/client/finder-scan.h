/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Bits of the largest network of which every address is tried: a /22 has 1,022. Of a larger one
 * only the part around this computer's own address is. */
#define HW_FINDER_SCAN_PREFIX 22

/* Connections at a time, and milliseconds for each. */
#define HW_FINDER_SCAN_PARALLEL 128
#define HW_FINDER_SCAN_PATIENCE 300

/**
 * HwFinderScanHandler:
 * @listening: something listens at @address, "host:port"
 * @progressed: more addresses were tried, or all of them
 *
 * What an HwFinderScan tells its owner.
 */
typedef struct
{
  void (*listening) (const char *address, gpointer user_data);
  void (*progressed) (gpointer user_data);
} HwFinderScanHandler;

typedef struct _HwFinderScan HwFinderScan;

HwFinderScan *hw_finder_scan_new (const HwFinderScanHandler *handler, gpointer user_data);
void hw_finder_scan_free (HwFinderScan *self);
void hw_finder_scan_start (HwFinderScan *self);
void hw_finder_scan_stop (HwFinderScan *self);
gboolean hw_finder_scan_is_running (HwFinderScan *self);
void hw_finder_scan_get_progress (HwFinderScan *self, guint *n_tried, guint *n_all);
guint hw_finder_scan_get_n_addresses (HwFinderScan *self);

G_END_DECLS
