/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-db.h"

G_BEGIN_DECLS

/**
 * HwKeys:
 *
 * Which entry was logged under which author's key. Belongs to the writer; hashes only: who finds an
 * entry compares the key itself.
 */
typedef struct _HwKeys HwKeys;

/* Milliseconds for which a key means the same message. */
#define HW_KEY_LIFETIME (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

HwKeys *hw_keys_new (guint64 seed);
void hw_keys_free (HwKeys *self);
gboolean hw_keys_load (HwKeys *self, HwDb *db, gint64 now, GError **error);

gint64 hw_keys_hash (HwKeys *self, gint64 log, const char *folded, const char *key);
gboolean hw_keys_find (HwKeys *self, HwDb *db, gint64 hash, gint64 *entry, GError **error);
void hw_keys_add (HwKeys *self, gint64 hash, gint64 entry);

gboolean
hw_keys_before_commit (HwKeys *self, HwDb *db, gint64 last_entry, gint64 now, GError **error);
void hw_keys_committed (HwKeys *self);
void hw_keys_rolled_back (HwKeys *self);

G_END_DECLS
