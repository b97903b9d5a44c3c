/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwLogHeights:
 *
 * How high each row of a list of any length is, in pixels, as far as it was measured. A row that
 * was not measured counts as the mean of those that were. Knows nothing of widgets. Main thread
 * only.
 */
typedef struct _HwLogHeights HwLogHeights;

/* Rows of a block at most; sums are kept by block. */
#define HW_LOG_HEIGHTS_BLOCK 256
/* Blocks whose rows are remembered one by one: 64 KiB. Of the others only the sums stay. */
#define HW_LOG_HEIGHTS_KEPT 64

HwLogHeights *hw_log_heights_new (double mean);
void hw_log_heights_free (HwLogHeights *self);

void hw_log_heights_set_keep_all (HwLogHeights *self, gboolean keep_all);
void hw_log_heights_splice (HwLogHeights *self, guint position, guint removed, guint added);
void hw_log_heights_forget (HwLogHeights *self, double scale);
void hw_log_heights_set (HwLogHeights *self, guint position, int height);
int hw_log_heights_get (HwLogHeights *self, guint position);

guint hw_log_heights_get_n (HwLogHeights *self);
double hw_log_heights_get_mean (HwLogHeights *self);
void hw_log_heights_set_mean (HwLogHeights *self, double mean);
gboolean hw_log_heights_refresh_mean (HwLogHeights *self);

double hw_log_heights_before (HwLogHeights *self, guint position);
double hw_log_heights_total (HwLogHeights *self);
guint hw_log_heights_find (HwLogHeights *self, double y, double *offset, double *height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwLogHeights, hw_log_heights_free)

G_END_DECLS
