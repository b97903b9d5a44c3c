/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/transfer.h"

G_BEGIN_DECLS

char *hw_file_words_state (HwTransfer *transfer);
char *hw_file_words_plain (HwTransfer *transfer, const char *from);
char *hw_file_words_spoken (HwTransfer *transfer);
const char *hw_file_words_icon (HwTransfer *transfer);

G_END_DECLS
