/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store-people.h"

G_BEGIN_DECLS

typedef struct _HwBans HwBans;

HwBans *hw_bans_new (HwStore *store, GError **error);
void hw_bans_free (HwBans *self);

const HwBan *hw_bans_find_name (HwBans *self, const char *folded);
const HwBan *hw_bans_find_address (HwBans *self, const char *address);
GPtrArray *hw_bans_list (HwBans *self);
void hw_bans_add (HwBans *self,
                  const char *name,
                  const char *address,
                  gint64 until,
                  const char *text,
                  HwStoreBanned callback,
                  gpointer user_data);
void hw_bans_remove (HwBans *self, gint64 id, HwStoreWritten callback, gpointer user_data);

GError *hw_ban_to_error (const HwBan *ban, const char *field);

G_END_DECLS
