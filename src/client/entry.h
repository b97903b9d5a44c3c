/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "protocol/entry-kind.h"

#include <glib-object.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * HwEntryState:
 *
 * How sure we are of an entry.
 */
typedef enum
{
  HW_ENTRY_LOADING, /* a placeholder: only its seq is known; its page was asked for */
  HW_ENTRY_SAVED,   /* the server told it: it is on the server's disk */
  HW_ENTRY_UNSAVED, /* typed here, not yet acknowledged; seq is 0 */
  HW_ENTRY_FAILED,  /* typed here, refused by the server: see hw_entry_get_problem(); seq is 0 */
} HwEntryState;

typedef struct _HwTransfer HwTransfer;

#define HW_TYPE_ENTRY (hw_entry_get_type ())
/**
 * HwEntry:
 *
 * One entry of a room's log, as the client knows it. Immutable but for its state: when an entry's
 * state changes, the HwHistory it is in says so by items-changed (position, 1, 1).
 *
 * A file that somebody offers is in no log, but stands in a history like a message: saved, without
 * a seq, its text the file's name.
 */
G_DECLARE_FINAL_TYPE (HwEntry, hw_entry, HW, ENTRY, GObject)

HwEntry *hw_entry_new_from_json (JsonObject *object, GError **error);
HwEntry *hw_entry_new_message (gint64 at, const char *from, const char *text, const char *key);
HwEntry *hw_entry_new_loading (guint64 seq);
HwEntry *hw_entry_new_file (gint64 at, const char *from, HwTransfer *transfer);

guint64 hw_entry_get_seq (HwEntry *self);      /* 0: not saved */
gint64 hw_entry_get_at (HwEntry *self);        /* milliseconds since 1970 UTC; 0: loading */
HwEntryKind hw_entry_get_kind (HwEntry *self); /* HW_ENTRY_UNKNOWN: loading or newer */
HwEntryState hw_entry_get_state (HwEntry *self);
const char *hw_entry_get_from (HwEntry *self);     /* never NULL, "" where there is nobody */
const char *hw_entry_get_text (HwEntry *self);     /* message, topic, kick's reason; never NULL */
const char *hw_entry_get_to (HwEntry *self);       /* renamed; never NULL */
const char *hw_entry_get_by (HwEntry *self);       /* kicked; never NULL */
const char *hw_entry_get_key (HwEntry *self);      /* (nullable): one's own messages */
HwTransfer *hw_entry_get_transfer (HwEntry *self); /* (transfer none) (nullable): a file that
                                                      somebody offers, in place of words */
gboolean hw_entry_get_direct (HwEntry *self);      /* a whisper that did not go over the server */
HwLeftReason hw_entry_get_reason (HwEntry *self);
const char *hw_entry_get_problem (HwEntry *self); /* (nullable): why it failed, for the person */

G_END_DECLS
