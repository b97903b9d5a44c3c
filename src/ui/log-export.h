/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log-format.h"

#include "client/log-stream.h"

G_BEGIN_DECLS

/* Tells how many entries are written. */
typedef void (*HwLogExportProgress) (guint64 n, gpointer user_data);

void hw_log_export_async (HwLogStream *stream,
                          HwLogFormat *format,
                          GFile *target,
                          GCancellable *cancellable,
                          HwLogExportProgress progress,
                          gpointer progress_data,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
guint64 hw_log_export_finish (GAsyncResult *result, GError **error);

G_END_DECLS
