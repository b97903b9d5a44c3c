/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-reader.h"
#include "store-writer.h"
#include "store.h"

G_BEGIN_DECLS

/* What the store's own files and its tests may do with it. */

/* What tests open a store with: a clock of their own (NULL: the system's), how many microseconds
 * the index may wait for more entries, and how many a search may take (0: what is usual). */
typedef struct
{
  HwClock clock;
  gpointer clock_data;
  gint64 index_delay;
  gint64 search_time;
} HwStoreSettings;

HwStore *
hw_store_open_full (const char *directory, const HwStoreSettings *settings, GError **error);

/* (transfer full): every job that is pushed is called back, at the latest by hw_store_close(). */
void hw_store_push_write (HwStore *self, HwJob *job);
void hw_store_push_read (HwStore *self, gint64 log, HwJob *job);
/* A job that comes from a thread of its own: announced before, done on that thread. */
void hw_store_expect (HwStore *self);
void hw_store_jobs_done (HwJob *first, HwJob *last, gpointer store);

gboolean hw_store_is_closing (HwStore *self);
gboolean hw_store_set_backing_up (HwStore *self, gboolean backing_up);
const char *hw_store_get_path (HwStore *self);
const char *hw_store_get_directory (HwStore *self);
HwReader *hw_store_open_reader (HwStore *self, GError **error);

/* Takes @directory for this process. -1: another one has it, or it cannot be written. */
int hw_store_lock (const char *directory, GError **error);

G_END_DECLS
