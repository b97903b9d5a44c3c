/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HwNameCompletion HwNameCompletion;

HwNameCompletion *hw_name_completion_new (GListModel *members, const char *before);
void hw_name_completion_free (HwNameCompletion *self);
gsize hw_name_completion_get_length (HwNameCompletion *self);
char *hw_name_completion_next (HwNameCompletion *self, int step); /* (transfer full) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwNameCompletion, hw_name_completion_free)

G_END_DECLS
