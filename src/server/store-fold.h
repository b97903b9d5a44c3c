/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-db.h"

G_BEGIN_DECLS

/**
 * HwFoldCache:
 *
 * Folded names by name: the same few people write most of a log, and folding costs more than the
 * rest of reading an entry. For one thread.
 */
typedef struct _HwFoldCache HwFoldCache;

HwFoldCache *hw_fold_cache_new (void);
void hw_fold_cache_free (HwFoldCache *self);
const char *hw_fold_cache_get (HwFoldCache *self, const char *name);

/* Gives @db the SQL function fold(name). */
gboolean hw_fold_add_function (HwDb *db, GError **error);

G_END_DECLS
