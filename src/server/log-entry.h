/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "protocol/entry-kind.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwLogEntry:
 *
 * One entry of a log on its way to the disk or from it. Reference-counted atomically, immutable
 * once it was given to the store, but for @seq and @at, which the store sets before it hands it
 * back. The strings live in the same block of memory; those that do not apply are "".
 */
typedef struct
{
  gatomicrefcount refs;
  gint64 log;  /* id of the log */
  guint64 seq; /* set by the store */
  gint64 at;   /* milliseconds since 1970 UTC, set by the store; never less than the one before */
  HwEntryKind kind;
  HwLeftReason reason;
  const char *from; /* who */
  const char *text; /* what was said, the topic, a kick's reason */
  const char *to;   /* renamed: the new name */
  const char *by;   /* kicked: by whom */
  const char *key;  /* message: the author's key; "" for none */
} HwLogEntry;

HwLogEntry *hw_log_entry_new (gint64 log,
                              HwEntryKind kind,
                              HwLeftReason reason,
                              const char *from,
                              const char *text,
                              const char *to,
                              const char *by,
                              const char *key);
HwLogEntry *hw_log_entry_ref (HwLogEntry *self);
void hw_log_entry_unref (HwLogEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwLogEntry, hw_log_entry_unref)

G_END_DECLS
