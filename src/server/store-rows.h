/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-entry.h"
#include "store-db.h"

G_BEGIN_DECLS

/**
 * HwRows:
 *
 * Entries of the open transaction on their way into the table, several by one statement. Belongs to
 * the writer. What is not flushed no statement can see.
 */
typedef struct _HwRows HwRows;

HwRows *hw_rows_new (void);
void hw_rows_free (HwRows *self);
gboolean hw_rows_add (HwRows *self, HwDb *db, gint64 id, const HwLogEntry *entry, GError **error);
gboolean hw_rows_flush (HwRows *self, HwDb *db, GError **error);
void hw_rows_forget (HwRows *self);

G_END_DECLS
