/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HwEntryKind:
 *
 * What an entry of a room's log tells. The numbers are stored on disk: append only.
 */
typedef enum
{
  HW_ENTRY_UNKNOWN = 0, /* of a newer version; never stored */
  HW_ENTRY_CREATED = 1,
  HW_ENTRY_JOINED = 2,
  HW_ENTRY_LEFT = 3,
  HW_ENTRY_MESSAGE = 4,
  HW_ENTRY_TOPIC = 5,
  HW_ENTRY_RENAMED = 6,
  HW_ENTRY_KICKED = 7,
  HW_ENTRY_CLOSED = 8,
} HwEntryKind;

/**
 * HwLeftReason:
 *
 * Why somebody left. The numbers are stored on disk: append only.
 */
typedef enum
{
  HW_LEFT_NONE = 0, /* not a "left" entry, or a reason of a newer version */
  HW_LEFT_LEFT = 1,
  HW_LEFT_QUIT = 2,
  HW_LEFT_LOST = 3,
  HW_LEFT_IDLE = 4,
  HW_LEFT_CLOSING = 5,
} HwLeftReason;

const char *hw_entry_kind_to_string (HwEntryKind kind);
HwEntryKind hw_entry_kind_from_string (const char *name);
const char *hw_left_reason_to_string (HwLeftReason reason);
HwLeftReason hw_left_reason_from_string (const char *name);

G_END_DECLS
