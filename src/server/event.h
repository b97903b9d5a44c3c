/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "buffer.h"
#include "protocol/json-writer.h"

G_BEGIN_DECLS

void hw_event_begin (HwJsonWriter *writer, const char *name);
HwBuffer *hw_event_end (HwJsonWriter *writer);

G_END_DECLS
