/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-entry.h"

G_BEGIN_DECLS

/* Entries and bytes of text kept of a room that people are in: what a newcomer asks for, and some.
 */
#define HW_RECENT_ENTRIES 64
#define HW_RECENT_BYTES   (64 * 1024)

/**
 * HwRecent:
 *
 * The newest entries of a log, without holes, so that coming into a room needs no disk. A plain
 * struct; all zero is empty.
 */
typedef struct
{
  GPtrArray *entries; /* (nullable): HwLogEntry, oldest first */
  gsize bytes;
} HwRecent;

void hw_recent_clear (HwRecent *self);
void hw_recent_add (HwRecent *self, HwLogEntry *entry);
void hw_recent_fill (HwRecent *self, GPtrArray *page, guint64 last);
guint64 hw_recent_get_first (const HwRecent *self);
guint hw_recent_find_after (const HwRecent *self, guint64 seq);

static inline guint
hw_recent_get_n (const HwRecent *self)
{
  return self->entries ? self->entries->len : 0;
}

G_END_DECLS
