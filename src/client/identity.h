/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GTlsCertificate *hw_identity_load (const char *directory, GError **error);

G_END_DECLS
