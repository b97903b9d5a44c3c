/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "member.h"
#include "protocol/json-writer.h"
#include "recent.h"
#include "session.h"
#include "store.h"

G_BEGIN_DECLS

typedef struct _HwLobby HwLobby;

typedef enum
{
  HW_ROOM_COMING, /* its name is taken, its log not on disk yet */
  HW_ROOM_OPEN,
  HW_ROOM_CLOSING, /* "closed" is on its way to the disk */
  HW_ROOM_CLOSED,
} HwRoomState;

/**
 * HwRoom:
 *
 * A room that is open: its members, and the events on their way to them. Owned by
 * the lobby; counted, for what waits for the disk. Belongs to the network thread.
 */
struct _HwRoom
{
  guint refs;
  HwRoomState state;
  HwLobby *lobby;
  gint64 log;
  char *name;
  char *folded;
  char *topic;
  char *password;     /* (nullable): hash */
  char *known;        /* (nullable): a password that was right, under this process's secret */
  gint64 created;     /* milliseconds since 1970 UTC */
  gint64 last_at;     /* of the last message, else created */
  guint64 last;       /* seq of the last entry that anyone was shown */
  GPtrArray *members; /* HwMember, by folded name: IN and LEAVING */
  guint n_coming;
  HwRecent recent;
  GString *pending;      /* (nullable): events on their way, whole lines */
  guint64 pending_after; /* seq before the first of them */
  gint64 flushed_at;     /* when a commit's events last left, microseconds of the monotonic clock */
  HwTimer watch_timer;   /* no event "room" before it fires */
  HwTimer count_timer;   /* no event "members" before it fires */
  GPtrArray *watches;    /* (nullable): admins who see the log grow */
  GString *watched;      /* (nullable): the pending events as they see them */
  guint dirty : 1;       /* the lobby sees to it that pending leaves */
  guint changed : 1;     /* since the last event "room" */
  guint count_changed : 1;
};

HwRoom *hw_room_new (HwLobby *lobby, const char *name);
HwRoom *hw_room_ref (HwRoom *self);
void hw_room_unref (HwRoom *self);
void hw_room_set_state (HwRoom *self, HwRoomState state, const char *reason);
void hw_room_set_topic (HwRoom *self, const char *topic);
void hw_room_set_info (HwRoom *self, const HwLogInfo *info);

gboolean hw_room_is_large (HwRoom *self, guint n_more);
void hw_room_count_changed (HwRoom *self);
void hw_room_publish (HwRoom *self, HwLogEntry *entry, HwMember *author);
void hw_room_flush (HwRoom *self);
void hw_room_empty (HwRoom *self, const char *text);
void hw_room_send (HwRoom *self, HwBuffer *event, HwSession *except);
void hw_room_remember_password (HwRoom *self, const char *password);
gboolean hw_room_knows_password (HwRoom *self, const char *password);
gboolean hw_room_has_since (HwRoom *self, guint64 seq);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwRoom, hw_room_unref)

G_END_DECLS
