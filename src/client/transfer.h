/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwTransferState:
 *
 * How far a file is. One function changes it.
 */
typedef enum
{
  HW_TRANSFER_PREPARING, /* ours: it is read for its hash, then offered */
  HW_TRANSFER_OFFERED,   /* ours: it can be fetched; theirs: nobody decided yet */
  HW_TRANSFER_WAITING,   /* theirs: the other one is being called */
  HW_TRANSFER_RUNNING,   /* bytes are on their way */
  HW_TRANSFER_PAUSED,    /* theirs: it stopped half-way, see hw_transfer_get_problem(); what is here
                            is kept, and it can go on */
  HW_TRANSFER_DONE,      /* theirs: it is here, whole and checked; ours: the one person has it */
  HW_TRANSFER_FAILED,    /* see hw_transfer_get_problem(); nothing is left of it */
  HW_TRANSFER_DECLINED,  /* by whoever it was for */
  HW_TRANSFER_GONE,      /* theirs: its person left or took it back */
  HW_TRANSFER_CANCELLED, /* by us; nothing is left of it */
} HwTransferState;

#define HW_TYPE_TRANSFER (hw_transfer_get_type ())
/**
 * HwTransfer:
 *
 * One file that we offer, or that somebody offers us. Signal:
 * changed (transfer): something of it, several times a second while it runs
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwTransfer, hw_transfer, HW, TRANSFER, GObject)

HwTransferState hw_transfer_get_state (HwTransfer *self);
gboolean hw_transfer_is_ours (HwTransfer *self);
const char *hw_transfer_get_room (HwTransfer *self); /* (nullable): folded; NULL: between two */
const char *hw_transfer_get_from (HwTransfer *self); /* who offers it */
gint64 hw_transfer_get_at (HwTransfer *self);        /* ms since 1970 UTC: when it was offered */
const char *hw_transfer_get_name (HwTransfer *self); /* safe to be a file's name */
const char *hw_transfer_get_media_type (HwTransfer *self); /* (nullable): as its owner says */
gint64 hw_transfer_get_size (HwTransfer *self);            /* bytes */
gint64 hw_transfer_get_done (HwTransfer *self);            /* bytes that are here, or there */
double hw_transfer_get_rate (HwTransfer *self);            /* bytes a second, while it runs */
guint hw_transfer_get_n_fetching (HwTransfer *self);       /* ours: by how many, now */
guint hw_transfer_get_n_fetched (HwTransfer *self);        /* ours: how many have it */
GFile *hw_transfer_get_file (HwTransfer *self); /* (transfer none) (nullable): ours, or where it is
                                                   saved */
const char *hw_transfer_get_picture (HwTransfer *self); /* (nullable): path of a picture that is
                                                           here */
const char *hw_transfer_get_problem (HwTransfer *self); /* (nullable): for the person */
gboolean hw_transfer_is_over (HwTransfer *self);        /* nothing more comes of it */
gboolean hw_transfer_can_resume (HwTransfer *self);     /* it is paused, and on offer */

G_END_DECLS
