/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/entry.h"

G_BEGIN_DECLS

/* Words for entries, times and days. Those "for show" keep names apart from the sentence around
 * them with invisible marks, so that no script turns the sentence round;
 * hw_entry_text_strip_marks() takes these out again for the clipboard. Those for screen readers
 * have none. Main thread only. */

char *hw_entry_text_strip_marks (const char *text, gssize length);

char *hw_entry_text_sentence (HwEntry *entry, gboolean for_show);
char *hw_entry_text_fold (HwEntry *const *entries, guint n_entries, gboolean for_show);

/**
 * HwClock:
 *
 * How the time of day is written. The values are those of the setting.
 */
typedef enum
{
  HW_CLOCK_SYSTEM, /* as the locale wants it */
  HW_CLOCK_12_HOURS,
  HW_CLOCK_24_HOURS,
} HwClock;

void hw_entry_text_set_clock (HwClock clock);
gint64 hw_entry_text_until_midnight (gint64 now);
char *hw_entry_text_time (gint64 at);
char *hw_entry_text_time_range (gint64 from, gint64 to);
char *hw_entry_text_day (gint64 at, gint64 now, gboolean in_full);
char *hw_entry_text_new_since (gint64 at, gint64 now);
char *hw_entry_text_exact (gint64 at);
char *hw_entry_text_iso (gint64 at);
char *hw_entry_text_silence (gint64 length);
char *hw_entry_text_others (guint64 n);

char *hw_entry_text_accessible (HwEntry *entry);
char *hw_entry_text_plain (HwEntry *entry, gboolean with_name);

G_END_DECLS
