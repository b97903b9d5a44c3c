/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "known-places.h"
#include "log.h"
#include "room.h"
#include "secrets.h"
#include "stash.h"
#include "transfers.h"
#include "whisper.h"

#include "protocol/error.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * HwPlaceState:
 *
 * Where we stand with a place. One function changes it, with a reason.
 */
typedef enum
{
  HW_PLACE_IDLE,       /* nobody asked for it yet, or it was left on purpose */
  HW_PLACE_CONNECTING, /* link, TLS, hello */
  HW_PLACE_ASKING,     /* the certificate is unknown or changed: hw_place_trust() or
                          hw_place_disconnect(); nothing but hello and pings was sent */
  HW_PLACE_LOGGING_IN,
  HW_PLACE_REFUSED, /* login was refused: "error" says why; hw_place_log_in() tries again on the
                       same connection. The connection stays. */
  HW_PLACE_ONLINE,  /* logged in; "rooms" is live */
  HW_PLACE_RECONNECTING, /* the link is lost; the next try is at "retry-at" or under way (0) */
  HW_PLACE_ENDED, /* kicked, closing, version, taken over, or the first try failed: "error" and
                     "kicked-code" say why; hw_place_connect() starts anew */
} HwPlaceState;

#define HW_TYPE_PLACE_STATE (hw_place_state_get_type ())
GType hw_place_state_get_type (void);

#define HW_TYPE_PLACE (hw_place_get_type ())
/**
 * HwPlace:
 *
 * One server and our standing there. Properties (read-only, notified): "state", "error" (GError
 * boxed, nullable), "address" ("host:port"), "id" (nullable until hello), "title" (its name; the
 * address until hello), "name" (ours there; nullable), "guest", "admin", "encrypted" (booleans),
 * "fingerprint" (of the certificate shown; nullable: plaintext), "round-trip" (guint milliseconds,
 * 0: unknown), "retry-at" (gint64 monotonic microseconds), "rooms" (GListModel of HwRoom, sorted by
 * folded name), "joined" (GListModel of HwRoom in the order of joining; a room
 * stays in it, to come back to or to be read, until it is left on purpose).
 *
 * "focus" (boolean: whispers of strangers are held back), "n-held" (guint: how many are).
 *
 * Signals:
 * idle-warning (place, guint seconds): we are kicked unless hw_place_stay() is called
 * announcement (place, const char *text, gint64 at)
 * message (place, HwRoom *room, HwEntry *entry): somebody else's message arrived live
 * offered (place, HwTransfer *transfer): somebody offers a file
 * whispered (place, HwWhisper *whisper, HwEntry *entry): somebody whispered to us
 * drafts-restored (place): what was being written at the last start is known now; before, nothing
 *   is
 * restored (place): something from an earlier start wants to be seen: messages that wait, in rooms
 *   that are being joined for that, or whispers that were not read
 * trouble (place): whether what is said is kept on this computer's disk, hw_place_get_trouble(), is
 *   otherwise now
 *
 * Loopback addresses are tried in plaintext first, and by TLS when the answer is tls-required; all
 * others by TLS only.
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwPlace, hw_place, HW, PLACE, GObject)
typedef struct _HwDirect HwDirect;

HwPlace *hw_place_new (const char *address, HwKnownPlaces *known, GError **error);

/* What waits, whispers and drafts survive this program in @stash (nullable). Before connecting. */
void hw_place_set_stash (HwPlace *self, HwStash *stash);

/* Passwords that are remembered come from @secrets (nullable), where one is asked for and none was
 * typed. Before connecting. */
void hw_place_set_secrets (HwPlace *self, HwSecrets *secrets);
gboolean hw_place_can_keep_passwords (HwPlace *self);
void hw_place_keep_password (HwPlace *self, HwSecretKind kind, HwRoom *room, gboolean keep);
gboolean hw_place_has_kept_password (HwPlace *self, HwSecretKind kind, HwRoom *room);

HwPlaceState hw_place_get_state (HwPlace *self);
/* (nullable) (transfer none); its field is "text" where the words are those of a person there */
const GError *hw_place_get_error (HwPlace *self);
const char *hw_place_get_kicked_code (
    HwPlace *self); /* (nullable): idle, kick, ban, taken-over, flood, closing */
const char *hw_place_get_address (HwPlace *self);
const char *hw_place_get_id (HwPlace *self);
const char *hw_place_get_title (HwPlace *self);
const char *hw_place_get_name (HwPlace *self);
gboolean hw_place_get_guest (HwPlace *self);
gboolean hw_place_get_admin (HwPlace *self);
gboolean hw_place_get_encrypted (HwPlace *self);
const char *hw_place_get_fingerprint (HwPlace *self);
const char *hw_place_get_known_fingerprint (HwPlace *self); /* (nullable): what we had expected; set
                                                               while ASKING because it changed */
guint hw_place_get_round_trip (HwPlace *self);
gint64 hw_place_get_retry_at (HwPlace *self);
gsize hw_place_get_text_max (HwPlace *self); /* limits.text, bytes */
GListModel *hw_place_get_rooms (HwPlace *self);
GListModel *hw_place_get_joined (HwPlace *self);
HwRoom *hw_place_find_room (HwPlace *self,
                            const char *name);      /* (transfer none) (nullable): any spelling */
guint hw_place_get_n_unsaved (HwPlace *self);       /* messages typed that are not saved */
gboolean hw_place_keeps_unsaved (HwPlace *self);    /* they are on disk, and go out another time */
const GError *hw_place_get_trouble (HwPlace *self); /* (nullable) */
void hw_place_dismiss_trouble (HwPlace *self);

/* What was being written in a conversation: "" or NULL for nothing. */
void hw_place_set_draft (HwPlace *self, const char *conversation, const char *text);
const char *hw_place_get_draft (HwPlace *self, const char *conversation); /* (nullable) */

/* Connects and logs in as @name (nullable: a guest) with @password (nullable). From IDLE and ENDED.
 */
void hw_place_connect (HwPlace *self, const char *name, const char *password);
/* From REFUSED, and, by way of a new connection, from ONLINE with another name. */
void hw_place_log_in (HwPlace *self, const char *name, const char *password, gboolean takeover);
void hw_place_trust (HwPlace *self);      /* from ASKING: remembers the certificate and goes on */
void hw_place_disconnect (HwPlace *self); /* logs out; to IDLE; rooms are left */
gboolean hw_place_is_saying_goodbye (HwPlace *self);
void hw_place_retry_now (HwPlace *self);
void hw_place_move (HwPlace *self, const char *address); /* from RECONNECTING */
void hw_place_stay (HwPlace *self); /* the person is here: op active, or echo where it is unknown */
void hw_place_set_present (HwPlace *self); /* call on every key and pointer motion; throttled to one
                                              sign of activity in 30 s */

/* Between us and one other. */
GListModel *hw_place_get_whispers (HwPlace *self);                  /* HwWhisper */
HwWhisper *hw_place_open_whisper (HwPlace *self, const char *name); /* (transfer none) */
void hw_place_close_whisper (HwPlace *self, HwWhisper *whisper);
void hw_place_forget_whisper (HwPlace *self, HwWhisper *whisper); /* deletes what was said */
void hw_place_set_focus (HwPlace *self, gboolean focus);
/* Straight from person to person: with a certificate of ours, NULL for not at all. */
void hw_place_set_identities (HwPlace *self, const char *folder);
HwTransfers *hw_place_get_transfers (HwPlace *self); /* (transfer none) */
gboolean hw_place_get_focus (HwPlace *self);
guint hw_place_get_n_held (HwPlace *self);

/* @room may be new or one of "rooms". The room returned is INSIDE. */
void hw_place_join_async (HwPlace *self,
                          const char *room,
                          const char *password,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
HwRoom *
hw_place_join_finish (HwPlace *self, GAsyncResult *result, GError **error); /* (transfer full) */
void hw_place_create_async (HwPlace *self,
                            const char *room,
                            const char *topic,
                            const char *password,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
HwRoom *
hw_place_create_finish (HwPlace *self, GAsyncResult *result, GError **error); /* (transfer full) */

/* Any request. @fields are its fields without op and id (nullable) (transfer none). The reply, or
 * the server's error; also HW_ERROR_FAILED when the link is lost or no answer comes in 30 s. */
void hw_place_request_async (HwPlace *self,
                             const char *op,
                             JsonObject *fields,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
JsonObject *
hw_place_request_finish (HwPlace *self, GAsyncResult *result, GError **error); /* (transfer full) */

void hw_place_rename_async (HwPlace *self,
                            const char *name,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean hw_place_rename_finish (HwPlace *self, GAsyncResult *result, GError **error);

/* Admin. After hw_place_admin_async() the property "admin" is TRUE and, on reconnecting, is asked
 * for again with the password kept in memory. Without @password the one that is remembered is
 * tried. */
void hw_place_admin_async (HwPlace *self,
                           const char *password,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean hw_place_admin_finish (HwPlace *self, GAsyncResult *result, GError **error);
void hw_place_list_logs_async (HwPlace *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GListModel *hw_place_list_logs_finish (HwPlace *self,
                                       GAsyncResult *result,
                                       GError **error); /* (transfer full): HwLog */
void hw_place_shutdown_async (HwPlace *self,
                              const char *password,
                              const char *text,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hw_place_shutdown_finish (HwPlace *self, GAsyncResult *result, GError **error);

G_END_DECLS
