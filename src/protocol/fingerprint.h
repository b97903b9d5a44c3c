/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *hw_fingerprint_of_certificate (GTlsCertificate *certificate);
gboolean hw_fingerprint_is_valid (const char *fingerprint);

G_END_DECLS
