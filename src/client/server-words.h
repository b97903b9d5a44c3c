/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *hw_server_words_look_up (const char *text);
void hw_server_words_translate_error (GError *error);

G_END_DECLS
