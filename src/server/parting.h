/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "command.h"
#include "protocol/entry-kind.h"

G_BEGIN_DECLS

typedef struct _HwParting HwParting;

/* How somebody leaves, shared by all the rooms that are left. When the last of them has it on disk
 * the request, if any, is answered; or as soon as one of them could not be left. */
struct _HwParting
{
  guint refs;
  HwEntryKind kind;
  HwLeftReason reason;
  char *text;
  char *by;
  GDestroyNotify done; /* (nullable) */
  gpointer user_data;
  HwRequest *request;
};

HwParting *hw_parting_new (
    HwEntryKind kind, HwLeftReason reason, const char *text, const char *by, HwRequest *request);
HwParting *hw_parting_ref (HwParting *self);
void hw_parting_unref (HwParting *self);
void hw_parting_fail (HwParting *self, const GError *error);
void hw_parting_set_done (HwParting *self, GDestroyNotify done, gpointer user_data);

G_END_DECLS
