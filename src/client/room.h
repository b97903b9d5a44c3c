/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "history.h"
#include "member.h"

G_BEGIN_DECLS

typedef struct _HwPlace HwPlace;

/**
 * HwRoomState:
 *
 * Where we stand with a room.
 */
typedef enum
{
  HW_ROOM_OUTSIDE, /* known from the place's list, or left */
  HW_ROOM_JOINING, /* asked for, also when resuming after the link was lost */
  HW_ROOM_INSIDE,
  HW_ROOM_REMOVED, /* kicked out, or the room was closed: see hw_room_get_reason() */
} HwRoomState;

#define HW_TYPE_ROOM_STATE (hw_room_state_get_type ())
GType hw_room_state_get_type (void);

#define HW_TYPE_ROOM (hw_room_get_type ())
/**
 * HwRoom:
 *
 * One room of a place: a row of the lobby's list, and, while we are inside, its history, members
 * and what is unread. One object a room and place, so "rooms" and "joined" hold the same one.
 *
 * Properties (read-only, notified): "name", "topic", "n-members" (guint), "created", "last-at"
 * (gint64 milliseconds since 1970, 0 for none), "locked", "state" (HwRoomState), "reason"
 * (nullable), "unread" (guint: messages of others since the last look), "mentions" (guint: those
 * with our name in them), "typing" (GStrv of names, others only), "last-read" (guint64 seq).
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwRoom, hw_room, HW, ROOM, GObject)

const char *hw_room_get_name (HwRoom *self);
const char *hw_room_get_topic (HwRoom *self);
guint hw_room_get_n_members (HwRoom *self);
gint64 hw_room_get_created (HwRoom *self);
gint64 hw_room_get_last_at (HwRoom *self);
gboolean hw_room_get_locked (HwRoom *self);
HwRoomState hw_room_get_state (HwRoom *self);
const char *hw_room_get_reason (HwRoom *self);
guint hw_room_get_unread (HwRoom *self);
guint hw_room_get_mentions (HwRoom *self);
const char *const *hw_room_get_typing (HwRoom *self);
guint64 hw_room_get_last_read (HwRoom *self);
HwPlace *hw_room_get_place (HwRoom *self); /* (transfer none); NULL once it is gone */

HwHistory *hw_room_get_history (HwRoom *self);  /* (transfer none); the same object for ever */
GListModel *hw_room_get_members (HwRoom *self); /* (transfer none): HwMember by folded name */

/* Says @text: it is in the history, unsaved, as soon as it is kept on this computer, and goes out
 * when the link allows, once. */
HwEntry *hw_room_say (HwRoom *self, const char *text); /* (transfer none) (nullable) */
void hw_room_retry (HwRoom *self, HwEntry *entry);     /* a failed one */
void hw_room_discard (HwRoom *self, HwEntry *entry);   /* a failed or unsaved one */
void hw_room_notify_typing (HwRoom *self);             /* call on every key; it is throttled */
void hw_room_set_read (HwRoom *self, guint64 seq);     /* seen up to here; unread counts fall */

void hw_room_leave_async (HwRoom *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean hw_room_leave_finish (HwRoom *self, GAsyncResult *result, GError **error);

G_END_DECLS
