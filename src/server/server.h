/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "accounts.h"
#include "bans.h"
#include "client.h"
#include "discovery-dnssd.h"
#include "discovery.h"
#include "listener.h"
#include "lobby.h"
#include "mutes.h"
#include "options.h"
#include "people.h"
#include "protocol/json-writer.h"
#include "store.h"
#include "subnets.h"
#include "tries.h"

G_BEGIN_DECLS

/* How much went through at a time, to tell how much goes through. */
typedef struct
{
  gint64 at; /* monotonic microseconds */
  guint64 lines_in;
  guint64 lines_out;
} HwSample;

typedef struct
{
  HwSample older;
  HwSample newer;
} HwRates;

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
  HwAccounts *accounts;
  HwBans *bans;
  HwPeople *people;
  HwLobby *lobby;
  HwListener *listener;
  HwSubnets *subnets;
  HwDiscovery *discovery; /* (nullable) */
  HwAnnouncer *announcer; /* (nullable) */
  gboolean was_visited;   /* somebody from another machine has said hello */
  HwTries *tries;
  HwMutes *mutes;
  GHashTable *asked; /* n of an event "ping" → who asked whether somebody is there */
  gint64 n_asked;
  gint64 n_offered; /* offers of files so far: the id of the last */
  HwConnectionShared shared;
  HwWatch store_watch;
  HwTurn store_turn;
  HwClient *clients;
  guint n_greeted; /* clients that have said hello */
  guint n_greeted_most;
  gint64 started; /* milliseconds since 1970 UTC */
  HwRates rates;
  char *fingerprint;
  HwJsonWriter writer; /* of the answer being written */
  char *closing;       /* (nullable): the server is on its way down, with these words */
  HwTimer closing_timer;
  HwTimer watchdog_timer;
  gint64 watchdog; /* milliseconds within which the service manager wants a sign of life; 0: none */
  HwTimer trim_timer; /* memory that was freed is given back then */
};

HwServer *hw_server_new (const HwOptions *options, GError **error);
void hw_server_run (HwServer *self);
void hw_server_free (HwServer *self);

void hw_server_shut_down (HwServer *self, const char *text);
void hw_server_note_freed (HwServer *self);

void hw_server_get_rates (HwServer *self, double *in, double *out);
void hw_server_forget_client (HwServer *self, HwClient *client);
void hw_server_note_visitor (HwServer *self, HwClient *client);
HwBuffer *hw_server_new_error (HwServer *self, gint64 id, const GError *error);

G_END_DECLS
