/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "room.h"

G_BEGIN_DECLS

/* Called for each room that is open, in the order of folded names; FALSE stops. */
typedef gboolean (*HwLobbyFunc) (HwRoom *room, gpointer user_data);

HwLobby *hw_lobby_new (HwPoller *poller, HwStore *store, GError **error);
void hw_lobby_free (HwLobby *self);

HwStore *hw_lobby_get_store (HwLobby *self);
HwTimerWheel *hw_lobby_get_wheel (HwLobby *self);
const guint8 *hw_lobby_get_secret (HwLobby *self, gsize *length);
guint hw_lobby_get_n_rooms (HwLobby *self);

HwRoom *hw_lobby_find (HwLobby *self, const char *folded);
HwRoom *hw_lobby_find_log (HwLobby *self, gint64 log);
void hw_lobby_foreach (HwLobby *self, const char *after, HwLobbyFunc func, gpointer user_data);

HwRoom *hw_lobby_reserve (HwLobby *self, const char *name);
void hw_lobby_open (HwLobby *self, HwRoom *room, const HwLogInfo *info);
void hw_lobby_remove (HwLobby *self, HwRoom *room);

void hw_lobby_watch (HwLobby *self, HwClient *client, gboolean watch);
void hw_lobby_catch_up (HwLobby *self, HwClient *client);
void hw_lobby_write_row (HwJsonWriter *writer, HwRoom *room);

void hw_lobby_commit (HwLobby *self);
void hw_lobby_flush (HwLobby *self);

/* For rooms only */
void hw_lobby_room_changed (HwLobby *self, HwRoom *room);
void hw_lobby_room_dirty (HwLobby *self, HwRoom *room);

G_END_DECLS
