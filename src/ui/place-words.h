/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client/place.h"

G_BEGIN_DECLS

char *hw_place_words_end (HwPlace *place);
const char *hw_place_words_return (HwPlace *place);

G_END_DECLS
