/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/entry.h"

G_BEGIN_DECLS

/**
 * HwLogFormatKind:
 *
 * What a log can be written as.
 */
typedef enum
{
  HW_LOG_FORMAT_HTML,
  HW_LOG_FORMAT_TEXT,
  HW_LOG_FORMAT_CSV,
  HW_LOG_FORMAT_JSON,
  HW_LOG_FORMAT_N_KINDS
} HwLogFormatKind;

/**
 * HwLogFormat:
 *
 * Writes entries, one after the other, into a string that its owner empties. Times are in the
 * person's zone, as ISO 8601 has them where programs read. Nothing that a person typed is markup,
 * and nothing that a spreadsheet opens is a formula. Main thread only.
 */
typedef struct _HwLogFormat HwLogFormat;

const char *hw_log_format_get_suffix (HwLogFormatKind kind);
HwLogFormat *
hw_log_format_new (HwLogFormatKind kind, const char *room, const char *place, const char *note);
void hw_log_format_free (HwLogFormat *self);
void hw_log_format_begin (HwLogFormat *self, GString *out);
void hw_log_format_entry (HwLogFormat *self, HwEntry *entry, GString *out);
void hw_log_format_end (HwLogFormat *self, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwLogFormat, hw_log_format_free)

G_END_DECLS
