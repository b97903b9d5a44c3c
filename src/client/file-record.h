/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "file-thread.h"
#include "transfer.h"

G_BEGIN_DECLS

/**
 * HwFileRecord:
 *
 * Which files came from others at one place, and where they were saved, for the next start: offers
 * are in no server's log. Main thread only.
 */
typedef struct _HwFileRecord HwFileRecord;

HwFileRecord *hw_file_record_new (void);
void hw_file_record_free (HwFileRecord *self);
void hw_file_record_open (HwFileRecord *self,
                          HwFileThread *thread,
                          const char *path,
                          GPtrArray *lines,
                          gsize size,
                          gboolean damaged);
void hw_file_record_close (HwFileRecord *self);
void hw_file_record_add (HwFileRecord *self, HwTransfer *transfer);
void hw_file_record_put_off (HwFileRecord *self, HwTransfer *transfer);
void hw_file_record_remove (HwFileRecord *self, HwTransfer *transfer);
gboolean hw_file_record_has (HwFileRecord *self, HwTransfer *offer);
GListModel *hw_file_record_get_list (HwFileRecord *self); /* HwTransfer */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwFileRecord, hw_file_record_free)

G_END_DECLS
