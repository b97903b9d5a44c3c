/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the parts of files from person to person share. The list and what the server tells are in
 * transfers.c, one file in transfer.c, ours on offer and on their way out in transfer-give.c,
 * theirs on their way in in transfer-take.c, the threads that move bytes in file-stream.c. */

#pragma once

#include "file-record.h"
#include "file-stream.h"
#include "place.h"
#include "transfers.h"

#include "protocol/peer.h"

G_BEGIN_DECLS

struct _HwTransfer
{
  GObject parent_instance;

  HwTransferState state;
  gboolean ours;
  gint64 id;  /* the offer's; 0: not offered yet */
  char *room; /* (nullable): its name */
  char *room_folded;
  char *person; /* folded */
  char *to;     /* (nullable): ours, for one person: the name */
  char *whose;  /* (nullable): the fingerprint by which that person's computer is known */
  char *from;
  char *name;
  char *type; /* (nullable) */
  char *key;  /* (nullable): by which an offer that is made anew is known */
  char sha256[65];
  gint64 size;
  gint64 at;          /* milliseconds since 1970 UTC: when it was offered */
  GFile *file;        /* (nullable) */
  gboolean temporary; /* ours: made for being sent, and removed after */
  char *problem;      /* (nullable) */

  gint64 done;
  double rate;
  gint64 rate_at;   /* monotonic: when "rate" was last taken */
  gint64 rate_done; /* and how far it was then */
  guint n_fetched;
  guint n_tries; /* theirs: since the last byte */
  guint tick;
  gboolean was_gone; /* the offer ended while it ran */
  gint64 lapses_at;  /* monotonic; theirs, while it waits for being offered anew; 0: it does not */
  gint64 again_at;   /* monotonic; ours: not offered anew before */
  gboolean offering; /* ours: the server is being asked */
  gboolean stood;    /* ours: it was on offer once */

  GCancellable *cancellable;
  GPtrArray *streams; /* of HwFileStream */
  HwFileIdentity identity;
};

struct _HwTransfers
{
  GObject parent_instance;

  HwPlace *place; /* weak */
  GListStore *list;
  HwFileRecord *record; /* of files that are here, for the next start */
  GHashTable *put_away; /* marks of offers that the person does not want to see again */
  GHashTable *told;     /* marks of offers that the person was told of */
  guint again_source;   /* while offers wait for being made anew, of ours or of others */
};

/* transfer.c */
HwTransfer *hw_transfer_new (gboolean ours, const char *room, const char *person);
void hw_transfer_set_state (HwTransfer *self, HwTransferState state, const char *problem);
void hw_transfer_changed (HwTransfer *self);
void hw_transfer_watch (HwTransfer *self);
void hw_transfer_stop_streams (HwTransfer *self);
void hw_transfer_forget_file (HwTransfer *self);

/* transfers.c */
HwTransfers *hw_transfers_new (HwPlace *place);
void hw_transfers_close (HwTransfers *self);
void hw_transfers_online (HwTransfers *self, gboolean resumed);
void hw_transfers_leave_room (HwTransfers *self, const char *folded);
void hw_transfers_enter_room (HwTransfers *self, const char *room, gboolean alone);
HwTransfer *hw_transfers_find (HwTransfers *self, gint64 id, gboolean ours);
void hw_transfers_tell (HwTransfers *self, const char *op, gint64 id);
void hw_transfers_wait (HwTransfers *self);
void hw_transfers_put_away (HwTransfers *self, HwTransfer *transfer);
HwFileRecord *hw_transfers_get_record (HwTransfers *self);

/* transfer-give.c */
gboolean hw_transfers_may_fetch (HwTransfers *self, const HwPeerRequest *request, GError **error);
void hw_transfers_serve (HwTransfers *self,
                         const HwPeerRequest *request,
                         GIOStream *stream,
                         GSocketConnection *connection);
void hw_transfer_offer_again (HwTransfers *self, HwTransfer *transfer, gboolean now);
gboolean hw_transfer_waits_to_offer (HwTransfer *self);

G_END_DECLS
