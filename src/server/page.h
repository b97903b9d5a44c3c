/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-entry.h"
#include "protocol/json-writer.h"

G_BEGIN_DECLS

void hw_page_write_entry (HwJsonWriter *writer, const HwLogEntry *entry, gboolean with_key);
gboolean hw_page_write (HwJsonWriter *writer,
                        HwLogEntry *const *entries,
                        guint n_entries,
                        gboolean newest,
                        const char *reader);

G_END_DECLS
