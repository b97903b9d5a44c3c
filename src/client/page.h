/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "entry.h"

G_BEGIN_DECLS

/**
 * HwPage:
 * @entries: (element-type HwEntry): consecutive entries, oldest first
 * @more: whether there are more in the direction asked
 * @last: seq of the log's last entry
 *
 * A page of a log as join, history and log-read answer it.
 */
typedef struct
{
  GPtrArray *entries;
  gboolean more;
  guint64 last;
} HwPage;

HwPage *hw_page_parse (JsonObject *reply, GError **error);
HwPage *hw_page_parse_picked (JsonObject *reply, guint64 *total, GError **error);
void hw_page_free (HwPage *self);
guint64 hw_page_get_first (const HwPage *self);
guint64 hw_page_get_end (const HwPage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwPage, hw_page_free)

G_END_DECLS
