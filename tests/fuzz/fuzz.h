/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What every target defines: it looks at one input and aborts where something is wrong. libFuzzer
 * calls it with inputs that it makes up, replay.c with the kept ones. Returns 0. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

G_END_DECLS
