/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client.h"
#include "parting.h"
#include "protocol/entry-kind.h"
#include "protocol/json-writer.h"

G_BEGIN_DECLS

typedef struct _HwMember HwMember;
typedef struct _HwOffer HwOffer;
typedef struct _HwPeople HwPeople;

typedef enum
{
  HW_SESSION_HERE,
  HW_SESSION_WARNED, /* about to be sent away for silence */
  HW_SESSION_GRACE,  /* the link is lost, it may come back */
  HW_SESSION_ENDED,
} HwSessionState;

typedef enum
{
  HW_KICK_IDLE,
  HW_KICK_KICK,
  HW_KICK_BAN,
  HW_KICK_FLOOD,
} HwKick;

/* Where a person's own client listens for direct messages. */
typedef struct
{
  guint16 port;
  char fingerprint[65];
} HwDirect;

/**
 * HwSession:
 *
 * A person who is logged in: a name, its rooms, and for most of the time a connection. Counted, for
 * what waits for the disk outlives it. Belongs to the network thread.
 */
struct _HwSession
{
  guint refs;
  HwSessionState state;
  HwPeople *people;
  HwClient *client;  /* (nullable): none in grace */
  HwMember *members; /* of the rooms it is in */
  char *name;
  char *folded;
  char token[33];
  char *old_token;    /* (nullable): one that was shown at its login, and not known any more */
  HwDirect *direct;   /* (nullable) */
  HwTimer timer;      /* idleness, or grace */
  gint64 active_at;   /* monotonic microseconds */
  gint64 typed_at;    /* when the others were last told of its typing */
  HwOffer *offers;    /* files that it offers */
  GPtrArray *offered; /* (nullable): offers to it alone, not owned */
  GHashTable *held;   /* (nullable): folded name → whispers from there that wait */
  GArray *given;      /* (nullable): whispers that the connection was given, and the disk has yet */
  gint64 nameless_since; /* milliseconds since 1970 UTC: got the name from us then; 0: chose it */
  gint64 n_given;        /* the number of the last of them that is to be confirmed */
  guint guest : 1;
  guint focus : 1;
  guint has_mail : 1;   /* whispers were put into its mailbox, and some may still be there */
  guint mail_asked : 1; /* the mailbox is being read */
  guint mail_again : 1; /* and is to be read once more then */
  guint mail_waits : 1; /* there is more in it than the connection took */
};

HwSession *hw_session_new (HwPeople *people, const char *name, gboolean guest);
HwSession *hw_session_ref (HwSession *self);
void hw_session_unref (HwSession *self);

void hw_session_set_direct (HwSession *self, const HwDirect *direct);
void hw_session_set_folded (HwSession *self, const char *folded);
void hw_session_attach (HwSession *self, HwClient *client);
void hw_session_detach (HwSession *self);
void hw_session_touch (HwSession *self);
void hw_session_catch_up (HwSession *self);
void hw_session_take_over (HwSession *self, HwClient *client);
void
hw_session_kick (HwSession *self, HwKick why, const char *text, const char *by, HwRequest *request);
void hw_session_flush_rooms (HwSession *self);
void hw_session_leave_rooms (HwSession *self, HwParting *parting);
void hw_session_end (HwSession *self, HwLeftReason reason, HwRequest *request);

void hw_session_write_row (HwJsonWriter *writer, HwSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwSession, hw_session_unref)

G_END_DECLS
