/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "request.h"

G_BEGIN_DECLS

/* The handlers of the table in command.c, by the file they stand in. */

/* commands-session.c */
void hw_command_hello (HwRequest *request);
void hw_command_logout (HwRequest *request);
void hw_command_echo (HwRequest *request);
void hw_command_ping (HwRequest *request);
void hw_command_commands (HwRequest *request);

/* login.c */
void hw_command_login (HwRequest *request);

/* commands-lobby.c */
void hw_command_rooms (HwRequest *request);
void hw_command_create (HwRequest *request);
void hw_command_leave (HwRequest *request);
void hw_command_members (HwRequest *request);

/* join.c */
void hw_command_join (HwRequest *request);

/* commands-talk.c */
void hw_command_say (HwRequest *request);
void hw_command_topic (HwRequest *request);
void hw_command_history (HwRequest *request);
void hw_command_typing (HwRequest *request);

/* commands-people.c */
void hw_command_who (HwRequest *request);
void hw_command_whisper (HwRequest *request);
void hw_command_received (HwRequest *request);
void hw_command_focus (HwRequest *request);
void hw_command_where (HwRequest *request);
void hw_command_unreachable (HwRequest *request);
void hw_command_active (HwRequest *request);
void hw_command_pong (HwRequest *request);

/* offers.c */
void hw_command_offer (HwRequest *request);
void hw_command_offers (HwRequest *request);
void hw_command_withdraw (HwRequest *request);
void hw_command_decline (HwRequest *request);

/* commands-names.c */
void hw_command_rename (HwRequest *request);
void hw_command_protect (HwRequest *request);
void hw_command_accounts (HwRequest *request);
void hw_command_account_add (HwRequest *request);
void hw_command_account_remove (HwRequest *request);

/* commands-admin.c */
void hw_command_admin (HwRequest *request);
void hw_command_log_list (HwRequest *request);
void hw_command_log_read (HwRequest *request);
void hw_command_shutdown (HwRequest *request);

/* commands-moderation.c */
void hw_command_kick (HwRequest *request);
void hw_command_ban (HwRequest *request);
void hw_command_unban (HwRequest *request);
void hw_command_bans (HwRequest *request);
void hw_command_mute (HwRequest *request);
void hw_command_room_close (HwRequest *request);
void hw_command_announce (HwRequest *request);

/* commands-operator.c */
void hw_command_log_activity (HwRequest *request);
void hw_command_log_watch (HwRequest *request);
void hw_command_stats (HwRequest *request);
void hw_command_backup (HwRequest *request);

G_END_DECLS
