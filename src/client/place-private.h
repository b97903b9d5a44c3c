/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the parts of a place share. The object and its state are in place.c, the way from a link to
 * being logged in in place-session.c and place-hello.c, keeping it alive and coming back in
 * place-keep.c, what the server tells in place-events.c, the rooms in place-rooms.c and
 * place-join.c, messages on their way in place-outbox.c, whispers that came in place-receipts.c,
 * what goes past the server in place-direct.c, what is kept for the next start in
 * place-stash.c, coming back after a crash in place-return.c, what admins do in place-admin.c. */

#pragma once

#include "address.h"
#include "drafts.h"
#include "link.h"
#include "outbox.h"
#include "place.h"
#include "requests.h"
#include "seen.h"
#include "wake.h"
#include "whisper-log.h"

G_BEGIN_DECLS

/* How far the link is. Only place-session.c moves it. */
typedef enum
{
  HW_STEP_NONE,
  HW_STEP_OPENING,
  HW_STEP_GREETING,
  HW_STEP_GREETED, /* waits for the person: certificate or name */
  HW_STEP_LOGGING_IN,
  HW_STEP_READY,
} HwPlaceStep;

struct _HwPlace
{
  GObject parent_instance;

  HwAddress *address;
  char *address_text;
  HwKnownPlaces *known;
  HwPlaceState state;
  GError *error;
  char *kicked_code;

  /* The link */
  HwLink *link;
  HwLink *goodbye; /* (nullable): a link that still carries our logout; not owned */
  HwPlaceStep step;
  HwRequests *requests;
  gboolean tls;     /* the next link is to be encrypted */
  GError *parting;  /* (nullable): what the server said before it closed */
  gboolean session; /* we were logged in, and mean to be again */

  /* Who we are there */
  char *wanted_name; /* what was asked for; NULL: any guest's */
  char *password;
  gboolean takeover;
  char *token;
  gboolean token_unknown; /* the server said so on this link */
  char *name;
  gboolean guest;
  gboolean admin;
  gboolean admin_pace; /* the server lets admins ask more often */
  char *admin_password;

  /* What hello told */
  char *id;
  char *title;
  char *fingerprint;
  char *known_fingerprint;
  gsize text_max;
  guint page_max;
  guint ping;
  guint dead;
  guint grace;

  /* Keeping it */
  guint tick_source;
  guint retry_source;
  gint64 retry_at;
  guint attempts;
  gint64 online_since;
  gint64 in_use_since; /* monotonic: since when our own name is refused as in use; 0: it is not */
  gint64 sleep_offset; /* boot clock less monotonic clock: grows while the machine sleeps */
  gint64 ping_sent_at;
  guint probe_source;
  gboolean probe_again; /* something more happened meanwhile */
  gboolean watches_network;
  HwWake *wake; /* (nullable): before the first link */
  guint round_trip;
  gint64 present_at;
  gboolean no_active; /* the server has no such op */

  /* The rooms */
  GListStore *rooms;
  GListStore *joined;
  GHashTable *by_name; /* folded name → HwRoom */
  guint rooms_got;     /* rows of the list that is coming */
  gint64 rooms_round;  /* counts the lists of rooms that came, to know who is in none */
  GHashTable *watched; /* gint64 → HwLog, not owned: each goes out by itself */
  GPtrArray *to_leave; /* names of rooms left while the link was down */

  /* Between two alone */
  GListStore *whispers; /* HwWhisper */
  gboolean focus;
  guint n_held;    /* whispers held back for us */
  gsize whispered; /* bytes that others whispered, about */

  /* What the server is told of those that came; each link counts from 1 */
  guint link_number;
  gint64 arrived;   /* up to this one they are on the disk */
  gint64 confirmed; /* and that was told */
  guint receipt_source;

  /* Straight from person to person */
  char *identities; /* (nullable): the folder with our certificates; without it only the server's
                       way is open */
  GTlsCertificate *certificate; /* (nullable): ours, for the place that shows @certified */
  char *certified;              /* (nullable): its id, and the certificate that it showed */
  GCancellable *certifying;     /* (nullable): ours is being loaded, and we wait to log in */
  HwDirect *direct;             /* (nullable) */
  HwSeen *seen;                 /* whispers that came, by whatever way */
  HwTransfers *transfers;
  guint taken_look;      /* source: for where files of earlier starts belong */
  gboolean knows_offers; /* the server does */

  HwOutbox *outbox;
  gboolean saying; /* a message of the outbox is under way */

  /* What this computer keeps of it */
  HwStash *stash;           /* (nullable): nothing is kept */
  HwStashed *stashed;       /* (nullable): what is open */
  char *stashed_as;         /* (nullable): whose it is: server's id and folded name */
  GCancellable *unstashing; /* (nullable): it is being opened */
  gboolean opening;         /* likewise: nothing goes out before it is here */
  GPtrArray *rooms_before;  /* (nullable): of names: where that session was, before we are back */
  GError *trouble;          /* (nullable): why nothing is kept now */
  HwWhisperLog *whisper_log;
  HwDrafts *drafts;
  GPtrArray *late_whispers; /* of JsonObject: events that came meanwhile */
  HwSecrets *secrets;       /* (nullable): remembers passwords */
  gboolean kept_password;   /* our name's is remembered */
  gboolean kept_admin_password;
};

enum
{
  HW_PLACE_PROP_0,
  HW_PLACE_PROP_STATE,
  HW_PLACE_PROP_ERROR,
  HW_PLACE_PROP_ADDRESS,
  HW_PLACE_PROP_ID,
  HW_PLACE_PROP_TITLE,
  HW_PLACE_PROP_NAME,
  HW_PLACE_PROP_GUEST,
  HW_PLACE_PROP_ADMIN,
  HW_PLACE_PROP_ENCRYPTED,
  HW_PLACE_PROP_FINGERPRINT,
  HW_PLACE_PROP_ROUND_TRIP,
  HW_PLACE_PROP_RETRY_AT,
  HW_PLACE_PROP_ROOMS,
  HW_PLACE_PROP_JOINED,
  HW_PLACE_PROP_FOCUS,
  HW_PLACE_PROP_N_HELD,
  HW_PLACE_N_PROPS,
};

void hw_place_notify (HwPlace *self, int property);
void hw_place_set_state (HwPlace *self, HwPlaceState state, const GError *reason);
void hw_place_set_string (HwPlace *self, char **field, const char *value, int property);
void hw_place_set_boolean (HwPlace *self, gboolean *field, gboolean value, int property);
void hw_place_take_own_name (HwPlace *self, const char *name);
gboolean hw_place_is_me (HwPlace *self, const char *name);
void hw_place_emit_idle_warning (HwPlace *self, guint seconds);
void hw_place_emit_announcement (HwPlace *self, const char *text, gint64 at);
void hw_place_emit_drafts_restored (HwPlace *self);
void hw_place_emit_restored (HwPlace *self);
void hw_place_set_trouble (HwPlace *self, const GError *error);
void hw_place_emit_message (HwPlace *self, HwRoom *room, HwEntry *entry);
void hw_place_emit_offered (HwPlace *self, HwTransfer *transfer);
void hw_place_emit_whispered (HwPlace *self, HwWhisper *whisper, HwEntry *entry);

/* place-session.c */
void hw_place_init_session (HwPlace *self);
void hw_place_open_link (HwPlace *self);
void hw_place_close_link (HwPlace *self, const GError *reason);
void hw_place_lose (HwPlace *self, const GError *reason);
void hw_place_violated (HwPlace *self, const GError *what);
void hw_place_end (HwPlace *self, const char *code, const GError *reason);
void hw_place_go_in (HwPlace *self);

/* place-hello.c */
void hw_place_say_hello (HwPlace *self);
void hw_place_take_stray_error (HwPlace *self, const GError *error);

/* place-events.c */
void hw_place_take_line (HwPlace *self, const char *line, gsize length);

/* place-keep.c */
void hw_place_start_keeping (HwPlace *self);
void hw_place_stop_keeping (HwPlace *self);
void hw_place_retry_later (HwPlace *self);
void hw_place_cancel_retry (HwPlace *self);

/* place-join.c */
void hw_place_rejoin (HwPlace *self, gboolean resumed);
void hw_place_enter_again (HwPlace *self, HwRoom *room);

/* place-rooms.c */
HwRoom *hw_place_ensure_room (HwPlace *self, const char *name);
gboolean hw_place_is_joined (HwPlace *self, HwRoom *room);
void hw_place_release_room (HwPlace *self, HwRoom *room);
void hw_place_init_rooms (HwPlace *self);
void hw_place_watch_rooms (HwPlace *self);
void hw_place_rooms_offline (HwPlace *self, HwRoomState state);
void hw_place_leave_all (HwPlace *self);
gboolean hw_place_take_room (HwPlace *self, JsonObject *row, GError **error);
void hw_place_take_room_gone (HwPlace *self, const char *name);
void hw_place_room_left (HwPlace *self, HwRoom *room, HwRoomState state, const char *reason);

/* place-requests.c */
gboolean hw_place_can_ask (HwPlace *self, GTask *task);

/* place-whispers.c */
void hw_place_forget_whispers (HwPlace *self);
void hw_place_resume_whispers (HwPlace *self);
void hw_place_show_whisper (
    HwPlace *self, const char *from, const char *text, gint64 at, const char *key, gboolean direct);
gboolean hw_place_take_whisper (HwPlace *self, JsonObject *event, GError **error);
gboolean hw_place_take_held (HwPlace *self, JsonObject *event, GError **error);

/* place-receipts.c */
void hw_place_note_arrival (HwPlace *self, gint64 number);
void hw_place_tell_arrivals (HwPlace *self);
void hw_place_forget_arrivals (HwPlace *self);

/* place-direct.c */
typedef void (*HwPlaceFunc) (HwPlace *self);
void hw_place_init_direct (HwPlace *self);
void hw_place_dispose_direct (HwPlace *self);
void hw_place_finalize_direct (HwPlace *self);
HwDirect *hw_place_get_direct (HwPlace *self);
gboolean hw_place_is_certified (HwPlace *self, HwPlaceFunc certified);
void hw_place_write_direct (HwPlace *self, HwJsonWriter *fields);
void hw_place_hang_up (HwPlace *self);
void hw_place_send_whisper_async (HwPlace *self,
                                  JsonObject *fields,
                                  const char *after,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
JsonObject *hw_place_send_whisper_finish (HwPlace *self, GAsyncResult *result, GError **error);

/* place-files.c */
void hw_place_follow_files (HwPlace *self);
void hw_place_follow_file (HwPlace *self, HwTransfer *transfer);
HwHistory *hw_place_find_file_history (HwPlace *self, HwTransfer *transfer); /* (nullable) */

/* place-taken.c */
void hw_place_follow_taken (HwPlace *self);

/* place-return.c */
void hw_place_keep_session (HwPlace *self);
gboolean hw_place_find_session (HwPlace *self, HwPlaceFunc done);
gboolean hw_place_return (HwPlace *self, gboolean resumed);

/* transfers.c */
gboolean hw_place_take_offer (HwPlace *self, JsonObject *event, GError **error);
gboolean hw_place_take_offer_gone (HwPlace *self, JsonObject *event, GError **error);

/* place-outbox.c */
void hw_place_pump_outbox (HwPlace *self);
gboolean hw_place_check_text (HwPlace *self, const char *text, GError **error);
void hw_place_give_up_outbox (HwPlace *self, HwRoom *room, const char *problem);

/* place-stash.c */
void hw_place_init_stash (HwPlace *self);
void hw_place_clear_stash (HwPlace *self);
void hw_place_open_stash (HwPlace *self);
void hw_place_close_stash (HwPlace *self);
void hw_place_show_waiting (HwPlace *self, HwRoom *room);
void hw_place_restore_whisper (HwPlace *self, HwWhisper *whisper);

/* place-secrets.c */
typedef void (*HwPasswordFunc) (HwPlace *self,
                                const char *password, /* (nullable): none is remembered */
                                gboolean linked,      /* the link is the one that asked */
                                gpointer user_data);
gboolean hw_place_look_up_password (HwPlace *self,
                                    HwSecretKind kind,
                                    const char *name,
                                    HwPasswordFunc callback,
                                    gpointer user_data);

/* place-admin.c */
void hw_place_admin_again (HwPlace *self);

G_END_DECLS
