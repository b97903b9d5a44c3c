/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client.h"
#include "listener.h"
#include "lobby.h"
#include "options.h"
#include "people.h"
#include "protocol/json-writer.h"
#include "store.h"
#include "subnets.h"
#include "tries.h"

G_BEGIN_DECLS

/**
 * HwServer:
 *
 * What one running server consists of. Its parts do not know it; clients, requests and the handlers
 * of commands do, and find the parts through it. Belongs to the network thread.
 */
struct _HwServer
{
  const HwOptions *options;
  GMainLoop *loop;
  HwPoller *poller;
  HwStore *store;
  HwPeople *people;
  HwLobby *lobby;
  HwListener *listener;
  HwSubnets *subnets;
  HwTries *tries;
  HwConnectionShared shared;
  HwWatch store_watch;
  HwClient *clients;
  guint n_greeted; /* clients that have said hello */
  guint n_greeted_most;
  gint64 started; /* milliseconds since 1970 UTC */
  char *fingerprint;
  HwJsonWriter writer; /* of the answer being written */
  char *closing;       /* (nullable): the server is on its way down, with these words */
  HwTimer closing_timer;
};

HwServer *hw_server_new (const HwOptions *options, GError **error);
void hw_server_run (HwServer *self);
void hw_server_free (HwServer *self);

void hw_server_shut_down (HwServer *self, const char *text);

void hw_server_forget_client (HwServer *self, HwClient *client);
HwBuffer *hw_server_new_error (HwServer *self, gint64 id, const GError *error);

G_END_DECLS
