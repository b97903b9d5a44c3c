/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session.h"
#include "store-people.h"

G_BEGIN_DECLS

/* Whispers that may wait for one person. */
#define HW_MAILBOX_MAX 100

/* Whispers that went out to one person and may wait for word that they have arrived. It comes
 * within a moment, so this many only gather where a link is dying, or in a flood. */
#define HW_UNCONFIRMED_MAX 500

gboolean hw_mail_is_held (HwSession *to, HwSession *from);
gboolean hw_mail_is_confirmed (HwSession *to);
void hw_mail_send (HwSession *to, const char *from, const char *text, gint64 at);
void hw_mail_give (HwSession *to, const HwWhisper *whisper);
void hw_mail_confirm (HwSession *to, gint64 number);
void hw_mail_tell_held (HwSession *to, const char *from);
void hw_mail_deliver (HwSession *to);

G_END_DECLS
