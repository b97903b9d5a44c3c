/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "request.h"
#include "store.h"

G_BEGIN_DECLS

gboolean hw_log_query_read (
    HwLogQuery *query, HwRequest *request, gint64 log, char **author, GError **error);
void hw_log_query_answer (
    HwRequest *request, HwLogPage *page, gboolean newest, const char *reader, gboolean with_total);

G_END_DECLS
