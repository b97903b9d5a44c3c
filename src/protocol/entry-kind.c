/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The names on the wire of an entry's kinds and of the reasons for leaving. */

#include "entry-kind.h"

static const char *const kind_names[] = {
  [HW_ENTRY_UNKNOWN] = NULL,      [HW_ENTRY_CREATED] = "created", [HW_ENTRY_JOINED] = "joined",
  [HW_ENTRY_LEFT] = "left",       [HW_ENTRY_MESSAGE] = "message", [HW_ENTRY_TOPIC] = "topic",
  [HW_ENTRY_RENAMED] = "renamed", [HW_ENTRY_KICKED] = "kicked",   [HW_ENTRY_CLOSED] = "closed",
};

static const char *const reason_names[] = {
  [HW_LEFT_NONE] = NULL,   [HW_LEFT_LEFT] = "left", [HW_LEFT_QUIT] = "quit",
  [HW_LEFT_LOST] = "lost", [HW_LEFT_IDLE] = "idle", [HW_LEFT_CLOSING] = "closing",
};

static guint
index_of (const char *const *names, gsize n_names, const char *name)
{
  for (gsize i = 1; name && i < n_names; i++)
    if (g_str_equal (names[i], name))
      return i;
  return 0;
}

/**
 * hw_entry_kind_to_string:
 * @kind: a kind
 *
 * Returns: (nullable) (transfer none): its name on the wire, %NULL for %HW_ENTRY_UNKNOWN
 */
const char *
hw_entry_kind_to_string (HwEntryKind kind)
{
  return (gsize) kind < G_N_ELEMENTS (kind_names) ? kind_names[kind] : NULL;
}

/**
 * hw_entry_kind_from_string:
 * @name: (nullable): a name on the wire
 *
 * Returns: the kind, %HW_ENTRY_UNKNOWN for a name that this version does not know
 */
HwEntryKind
hw_entry_kind_from_string (const char *name)
{
  return index_of (kind_names, G_N_ELEMENTS (kind_names), name);
}

/**
 * hw_left_reason_to_string:
 * @reason: a reason
 *
 * Returns: (nullable) (transfer none): its name on the wire, %NULL for %HW_LEFT_NONE
 */
const char *
hw_left_reason_to_string (HwLeftReason reason)
{
  return (gsize) reason < G_N_ELEMENTS (reason_names) ? reason_names[reason] : NULL;
}

/**
 * hw_left_reason_from_string:
 * @name: (nullable): a name on the wire
 *
 * Returns: the reason, %HW_LEFT_NONE for a name that this version does not know
 */
HwLeftReason
hw_left_reason_from_string (const char *name)
{
  return index_of (reason_names, G_N_ELEMENTS (reason_names), name);
}
