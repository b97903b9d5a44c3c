/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the parts of files from person to person share. The list and what the server tells are in
 * transfers.c, one file in transfer.c, ours on offer and on their way out in transfer-give.c,
 * theirs on their way in in transfer-take.c, the threads that move bytes in file-stream.c. */

#pragma once

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
  char *from;
  char *name;
  char *type; /* (nullable) */
  char sha256[65];
  gint64 size;
  GFile *file;        /* (nullable) */
  gboolean temporary; /* ours: made for being sent, and removed after */
  char *problem;      /* (nullable) */

  gint64 done;
  double rate;
  gint64 rate_at;   /* monotonic: when "rate" was last taken */
  gint64 rate_done; /* and how far it was then */
  gint64 moved_at;  /* monotonic: when "done" last grew */
  guint n_fetched;
  guint n_tries; /* theirs: since the last byte */
  guint tick;
  gboolean was_gone; /* the offer ended while it ran */

  GCancellable *cancellable;
  GPtrArray *streams; /* of HwFileStream */
  HwFileIdentity identity;
};

struct _HwTransfers
{
  GObject parent_instance;

  HwPlace *place; /* weak */
  GListStore *list;
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
void hw_transfers_ask (HwTransfers *self, const char *room);
HwTransfer *hw_transfers_find (HwTransfers *self, gint64 id, gboolean ours);
void hw_transfers_tell (HwTransfers *self, const char *op, gint64 id);

/* transfer-give.c */
gboolean hw_transfers_may_fetch (HwTransfers *self, const HwPeerRequest *request, GError **error);
void hw_transfers_serve (HwTransfers *self,
                         const HwPeerRequest *request,
                         GIOStream *stream,
                         GSocketConnection *connection);
void hw_transfer_offer_again (HwTransfers *self, HwTransfer *transfer);

G_END_DECLS
