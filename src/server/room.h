/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "protocol/json-writer.h"
#include "recent.h"
#include "session.h"
#include "store.h"

G_BEGIN_DECLS

typedef struct _HwLobby HwLobby;
typedef struct _HwRoom HwRoom;
typedef struct _HwOwnEvent HwOwnEvent;

typedef enum
{
  HW_ROOM_COMING, /* its name is taken, its log not on disk yet */
  HW_ROOM_OPEN,
  HW_ROOM_CLOSING, /* "closed" is on its way to the disk */
  HW_ROOM_CLOSED,
} HwRoomState;

typedef enum
{
  HW_MEMBER_COMING, /* "joined" is on its way to the disk */
  HW_MEMBER_IN,
  HW_MEMBER_LEAVING, /* "left" is on its way to the disk */
  HW_MEMBER_GONE,
} HwMemberState;

/* How somebody leaves, shared by all the rooms that are left. When the last of them has it on disk
 * the request, if any, is answered. */
struct _HwParting
{
  guint refs;
  HwEntryKind kind;
  HwLeftReason reason;
  char *text;
  char *by;
  GError *error;       /* (nullable): one of them could not be left */
  GDestroyNotify done; /* (nullable) */
  gpointer user_data;
  HwRequest *request;
};

/**
 * HwMember:
 *
 * A person in a room. Owned by the room, but for the time in which an entry about it is on its way
 * to the disk, hence counted.
 */
struct _HwMember
{
  guint refs;
  HwMemberState state;
  HwRoom *room;
  HwSession *session; /* a reference */
  HwMember *next;     /* of the session's */
  HwParting *parting; /* (nullable): how to leave as soon as it has come */
  guint64 after;      /* when lagging: seq of the last entry that was not left out */
  gboolean lagging;
  HwOwnEvent *own; /* pending events that this member sees otherwise than the rest do */
  HwOwnEvent **own_last;
};

/**
 * HwRoom:
 *
 * A room that is open: its members, and the events of this commit on their way to them. Owned by
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
  GString *pending;      /* (nullable): events of this commit, whole lines */
  guint64 pending_after; /* seq before the first of them */
  HwTimer watch_timer;   /* no event "room" before it fires */
  HwTimer count_timer;   /* no event "members" before it fires */
  guint dirty : 1;       /* pending waits for the end of the commit */
  guint changed : 1;     /* since the last event "room" */
  guint count_changed : 1;
};

HwParting *hw_parting_new (
    HwEntryKind kind, HwLeftReason reason, const char *text, const char *by, HwRequest *request);
void hw_parting_set_done (HwParting *self, GDestroyNotify done, gpointer user_data);
void hw_parting_unref (HwParting *self);

HwRoom *hw_room_new (HwLobby *lobby, const char *name);
HwRoom *hw_room_ref (HwRoom *self);
void hw_room_unref (HwRoom *self);
void hw_room_set_info (HwRoom *self, const HwLogInfo *info);

HwMember *hw_member_ref (HwMember *self);
void hw_member_unref (HwMember *self);

HwMember *hw_room_find_member (HwRoom *self, HwSession *session);
HwMember *hw_room_add_member (HwRoom *self, HwSession *session);
void hw_room_let_in (HwMember *member);
void hw_room_turn_away (HwMember *member);
void hw_room_part (HwMember *member, HwParting *parting);
void hw_room_restart_member (HwMember *member);
void hw_room_catch_up (HwMember *member);
gboolean hw_room_is_large (HwRoom *self, guint n_more);

void hw_room_publish (HwRoom *self, HwLogEntry *entry, HwMember *author);
void hw_room_flush (HwRoom *self);
void hw_room_send (HwRoom *self, HwBuffer *event, HwSession *except);
void hw_room_remember_password (HwRoom *self, const char *password);
gboolean hw_room_knows_password (HwRoom *self, const char *password);
gboolean hw_room_has_since (HwRoom *self, guint64 seq);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwRoom, hw_room_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwMember, hw_member_unref)

G_END_DECLS
