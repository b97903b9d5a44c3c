/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-db.h"
#include "store-fold.h"
#include "store-job.h"
#include "store-search.h"

G_BEGIN_DECLS

/**
 * HwReader:
 *
 * A connection that only reads, the index attached as "search", and maybe a thread that runs jobs
 * on it. A job sees one state of the database, and one of the index that is not newer.
 */
typedef struct _HwReader HwReader;

/* What was counted of a search: entries are never taken away, so it can be gone on with. */
typedef struct
{
  char *what;  /* (nullable): log and expression */
  guint64 seq; /* up to here … */
  guint64 n;   /* … so many match */
} HwCount;

HwReader *hw_reader_new (const char *path, const char *index_path, GError **error);
void hw_reader_free (HwReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwReader, hw_reader_free)

typedef void (*HwReaderDone) (HwJob *first, HwJob *last, gpointer user_data);
void hw_reader_start (HwReader *self, HwReaderDone done, gpointer user_data);
void hw_reader_push (HwReader *self, HwJob *job);
void hw_reader_stop (HwReader *self);

/* For jobs. */
gboolean hw_reader_check_stopped (HwReader *self, GError **error);
void hw_reader_set_search_time (HwReader *self, gint64 microseconds);
void hw_reader_limit_time (HwReader *self);
void hw_reader_take_all_time (HwReader *self);
void hw_reader_set_late_error (HwReader *self, const char *field, GError **error);
gboolean hw_reader_is_late (HwReader *self);
HwCount *hw_reader_get_count (HwReader *self);
HwDb *hw_reader_get_db (HwReader *self);
gint64 hw_reader_get_indexed (HwReader *self);
void hw_reader_drop_index (HwReader *self);
HwTokenizer *hw_reader_get_tokenizer (HwReader *self);
const char *hw_reader_fold (HwReader *self, const char *name);

G_END_DECLS
