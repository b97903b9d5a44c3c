/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store.h"

G_BEGIN_DECLS

/* What an operator does with the database as a whole. */

/* @path: absolute, in the data directory. HW_ERROR_SLOW_DOWN: another copy is being made. */
typedef void (*HwStoreBackedUp) (const char *path, const GError *error, gpointer user_data);
void hw_store_backup (HwStore *self, HwStoreBackedUp callback, gpointer user_data);

/* One line for a person, without the line's end. */
typedef void (*HwStoreReport) (const char *line, gpointer user_data);

gboolean
hw_store_check (const char *directory, HwStoreReport report, gpointer user_data, GError **error);

gboolean hw_store_recover (const char *directory,
                           const char *into,
                           HwStoreReport report,
                           gpointer user_data,
                           GError **error);

G_END_DECLS
