/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only the place and the parts of a room do with it: the object is in room.c, its log in
 * room-log.c, its people in room-people.c, what we say in room-talk.c. */

#pragma once

#include "member-list.h"
#include "outbox.h"
#include "room.h"
#include "unread.h"

#include "protocol/message.h"

G_BEGIN_DECLS

struct _HwRoom
{
  GObject parent_instance;

  HwPlace *place; /* weak */
  char *name;
  char *folded;
  char *topic;
  char *reason;
  HwRoomState state;
  guint n_members;
  gint64 created;
  gint64 last_at;
  gboolean locked;
  gint64 listed; /* in which round the place's list had it last; 0: it is not listed */

  /* The log */
  HwHistory *history; /* made when it is first asked for */
  HwUnread *unread;
  guint64 last_read;
  GArray *missed;    /* stretches that may hold unread messages, oldest first */
  gboolean counting; /* a page of them is under way */
  guint retry_source;
  char *password;         /* what let us in, for coming back */
  gboolean kept_password; /* it is remembered in the person's keyring */

  /* The people */
  HwMemberList *members;
  GPtrArray *typists; /* of Typist */
  char **typing;      /* their names; never NULL */
  guint typing_source;
  gboolean large; /* too many to tell of each who comes and goes */
  gboolean asking_members;
  guint members_source;
  GPtrArray *members_got; /* pages of a list of members, while it comes */
  gint64 typing_told_at;  /* monotonic: when we last told that we type */
};

HwRoom *hw_room_new (HwPlace *place, const char *name);
void hw_room_set_name (HwRoom *self, const char *name);
const char *hw_room_get_folded (HwRoom *self);
void hw_room_set_topic (HwRoom *self, const char *topic);
void hw_room_set_n_members (HwRoom *self, guint n_members);
void hw_room_set_last_at (HwRoom *self, gint64 at);
void hw_room_set_state (HwRoom *self, HwRoomState state, const char *reason);
void hw_room_set_password (HwRoom *self, const char *password);
gboolean hw_room_take_row (HwRoom *self, JsonObject *row, GError **error);
void hw_room_notify_unread (HwRoom *self);
void hw_room_notify_typing_names (HwRoom *self);

/* room-log.c */
void hw_room_init_log (HwRoom *self);
HwHistory *hw_room_make_history (HwRoom *self);
gboolean hw_room_take_join (HwRoom *self, JsonObject *reply, gboolean again, GError **error);
gboolean hw_room_take_entry (HwRoom *self, JsonObject *event, GError **error);
gboolean hw_room_take_gap (HwRoom *self, JsonObject *event, GError **error);
guint64 hw_room_get_resume_after (HwRoom *self, gboolean *has_after);
void hw_room_start_log (HwRoom *self);
void hw_room_stop_log (HwRoom *self);
void hw_room_clear_log (HwRoom *self);

/* room-people.c */
void hw_room_init_people (HwRoom *self);
void hw_room_clear_people (HwRoom *self);
gboolean hw_room_take_members (HwRoom *self, JsonArray *rows, GError **error);
void hw_room_people_after_entry (HwRoom *self, HwEntry *entry);
void hw_room_take_typing (HwRoom *self, const char *name);
void hw_room_take_count (HwRoom *self, guint count);
void hw_room_refresh_members (HwRoom *self);

/* room-talk.c */
HwEntry *hw_room_show_item (HwRoom *self, const HwOutboxItem *item);
void hw_room_take_saved (HwRoom *self, const char *key, guint64 seq, gint64 at);
void hw_room_take_refused (HwRoom *self, const char *key, const char *problem);

G_END_DECLS
