/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-filter.h"
#include "place.h"

G_BEGIN_DECLS

#define HW_TYPE_LOG_STREAM (hw_log_stream_get_type ())
/**
 * HwLogStream:
 *
 * A log, or what a filter lets through of it, from beginning to end, page by page, however long it
 * is: only a few pages are in memory at a time. A lost link is waited for. Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwLogStream, hw_log_stream, HW, LOG_STREAM, GObject)

HwLogStream *hw_log_stream_new (
    HwPlace *place, gint64 log, const HwLogFilter *filter, guint64 low, guint64 high);
void hw_log_stream_next_async (HwLogStream *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GPtrArray *hw_log_stream_next_finish (HwLogStream *self, GAsyncResult *result, GError **error);

G_END_DECLS
