/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "transfer.h"

G_BEGIN_DECLS

typedef struct _HwPlace HwPlace;

#define HW_TYPE_TRANSFERS (hw_transfers_get_type ())
/**
 * HwTransfers:
 *
 * The files that go from person to person at one place: those on offer, those on their way, and
 * what became of them. A #GListModel of HwTransfer, oldest first. Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwTransfers, hw_transfers, HW, TRANSFERS, GObject)

/* Whether files can be offered there now; if not, why. */
gboolean hw_transfers_can_offer (HwTransfers *self, GError **error);
HwTransfer *hw_transfers_offer (HwTransfers *self,
                                GFile *file,
                                const char *room,
                                const char *to,
                                gboolean temporary); /* (transfer none) */

/* Of what others offer. */
void hw_transfers_accept (HwTransfers *self, HwTransfer *transfer, GFile *destination);
void hw_transfers_resume (HwTransfers *self, HwTransfer *transfer);
void hw_transfers_decline (HwTransfers *self, HwTransfer *transfer);

/* Of either: stops it; what is here of it is removed, what we offer is taken back. */
void hw_transfers_cancel (HwTransfers *self, HwTransfer *transfer);
/* Takes one that is over out of the list, and one that is here out of the record. */
void hw_transfers_dismiss (HwTransfers *self, HwTransfer *transfer);

/* HwTransfer, all of them done, oldest first: what was taken in earlier starts, as it is kept on
 * disk, and what had to make room here. None of them is in the list itself. */
GListModel *hw_transfers_get_taken (HwTransfers *self);

G_END_DECLS
