/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "parting.h"
#include "session.h"

G_BEGIN_DECLS

typedef struct _HwOwnEvent HwOwnEvent;
typedef struct _HwRoom HwRoom;

typedef enum
{
  HW_MEMBER_COMING, /* "joined" is on its way to the disk */
  HW_MEMBER_IN,
  HW_MEMBER_LEAVING, /* "left" is on its way to the disk */
  HW_MEMBER_GONE,
} HwMemberState;

/* What an event has for its author alone. */
struct _HwOwnEvent
{
  HwOwnEvent *next;
  guint offset; /* in the room's pending events, where it belongs */
  guint length;
  char text[];
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
  gboolean parted;    /* that is on its way to the disk already, behind "joined" */
  guint64 after;      /* when lagging: seq of the last entry that was not left out */
  gboolean lagging;
  HwOwnEvent *own; /* what this member sees in the pending events that the rest do not */
  HwOwnEvent **own_last;
};

HwMember *hw_member_new (HwRoom *room, HwSession *session);
HwMember *hw_member_ref (HwMember *self);
void hw_member_unref (HwMember *self);
HwMember *hw_member_find (HwRoom *room, HwSession *session);

void hw_member_let_in (HwMember *self);
void hw_member_turn_away (HwMember *self);
void hw_member_part (HwMember *self, HwParting *parting);
void hw_member_expel (HwMember *self);
void hw_member_take_out (HwMember *self);
void hw_member_put_back (HwMember *self);
void hw_member_restart (HwMember *self);
void hw_member_catch_up (HwMember *self);
void hw_member_deliver (HwMember *self, HwBuffer *shared, guint64 after);
void hw_member_add_own (HwMember *self, const char *text, guint length, guint offset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwMember, hw_member_unref)

G_END_DECLS
