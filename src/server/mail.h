/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session.h"
#include "store-people.h"

G_BEGIN_DECLS

/* Whispers that may wait for one person. */
#define HW_MAILBOX_MAX 100

gboolean hw_mail_is_held (HwSession *to, HwSession *from);
void hw_mail_send (
    HwSession *to, const char *from, const char *text, gint64 at, const char *key, gboolean held);
void hw_mail_tell_held (HwSession *to, const char *from);
void hw_mail_deliver (HwSession *to);

G_END_DECLS
