/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "request.h"

G_BEGIN_DECLS

/* The handlers of the table in command.c, by the file they stand in. */

/* commands-login.c */
void hw_command_hello (HwRequest *request);
void hw_command_login (HwRequest *request);
void hw_command_logout (HwRequest *request);
void hw_command_echo (HwRequest *request);
void hw_command_ping (HwRequest *request);
void hw_command_pong (HwRequest *request);
void hw_command_commands (HwRequest *request);

/* commands-lobby.c */
void hw_command_rooms (HwRequest *request);
void hw_command_create (HwRequest *request);
void hw_command_join (HwRequest *request);
void hw_command_leave (HwRequest *request);
void hw_command_members (HwRequest *request);

/* commands-talk.c */
void hw_command_say (HwRequest *request);
void hw_command_history (HwRequest *request);
void hw_command_typing (HwRequest *request);

/* commands-admin.c */
void hw_command_admin (HwRequest *request);
void hw_command_log_list (HwRequest *request);
void hw_command_log_read (HwRequest *request);
void hw_command_shutdown (HwRequest *request);

G_END_DECLS
