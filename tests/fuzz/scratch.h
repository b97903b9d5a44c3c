/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): a new directory, in memory where there is such a place: durable costs nothing
 * there. */
char *fuzz_scratch_new (void);
void fuzz_scratch_empty (const char *directory);

G_END_DECLS
