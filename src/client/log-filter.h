/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "protocol/entry-kind.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * HwLogFilter:
 * @from: (nullable): only what this person did
 * @kinds: only these kinds of entries, as bits 1 << HwEntryKind; 0: all
 * @find: (nullable): only messages with these words, as the server's search has it
 * @since: only what was not before it, milliseconds since 1970 UTC; 0: from the beginning
 * @until: only what was before it; 0: to the end, also as that goes on
 *
 * Which entries of a log are looked at.
 */
typedef struct
{
  char *from;
  guint kinds;
  char *find;
  gint64 since;
  gint64 until;
} HwLogFilter;

HwLogFilter *hw_log_filter_new (void);
HwLogFilter *hw_log_filter_copy (const HwLogFilter *self);
void hw_log_filter_free (HwLogFilter *self);
gboolean hw_log_filter_is_empty (const HwLogFilter *self);
gboolean hw_log_filter_has_fields (const HwLogFilter *self);
void hw_log_filter_add_fields (const HwLogFilter *self, JsonObject *fields);
GVariant *hw_log_filter_to_variant (const HwLogFilter *self);
HwLogFilter *hw_log_filter_new_from_variant (GVariant *variant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwLogFilter, hw_log_filter_free)

G_END_DECLS
