/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store.h"

G_BEGIN_DECLS

/* What an operator does with the database as a whole. */

/* A consistent copy while the server runs, made on a thread of its own. @path: absolute, in the
 * data directory. One at a time: HW_ERROR_SLOW_DOWN while another is made. */
typedef void (*HwStoreBackedUp) (const char *path, const GError *error, gpointer user_data);
void hw_store_backup (HwStore *self, HwStoreBackedUp callback, gpointer user_data);

/* One line for a person, without the line's end. */
typedef void (*HwStoreReport) (const char *line, gpointer user_data);

/* For --check: reads everything, says what is wrong. FALSE without error: it is damaged; with one:
 * it could not be looked at. No server may run on @directory. Blocks, for minutes if it is large.
 */
gboolean
hw_store_check (const char *directory, HwStoreReport report, gpointer user_data, GError **error);

/* For --recover: reads what can be read, row by row, into a new data directory @into, which must
 * not have a database. Logs come out without holes: entries after a lost one get new numbers.
 * @directory is not changed. FALSE: nothing could be saved. */
gboolean hw_store_recover (const char *directory,
                           const char *into,
                           HwStoreReport report,
                           gpointer user_data,
                           GError **error);

G_END_DECLS
