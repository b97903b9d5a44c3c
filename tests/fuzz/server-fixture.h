/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "protocol/line-buffer.h"
#include "server/server.h"

G_BEGIN_DECLS

/**
 * Peer:
 *
 * The other end of one of the server's connections: a socket pair, no network. What the server says
 * is checked as it comes.
 */
typedef struct
{
  int fd;        /* -1: closed */
  gboolean deaf; /* does not read */
  gboolean plaintext;
  gboolean
      silent; /* it went into a room without an id, so without a reply that says where to go on */
  GString *heard; /* the start of a line */
  HwLineBuffer said;
  char *token;       /* (nullable): of its login */
  GHashTable *rooms; /* name → seq of the last entry */
} Peer;

/* The server, made at the first call and after it was shut down. What one input leaves behind,
 * rooms and logs, is there for the next ones. */
HwServer *server_fixture_get (void);
/* To be called after each input. */
void server_fixture_rest (void);

Peer *peer_new (HwServer *server);
void peer_write (HwServer *server, Peer *self, const void *bytes, gsize length);
void peer_close (Peer *self);
void peer_free (Peer *self);

/* Runs the server until it waits for nothing but time, or has waited for that long; reads what it
 * tells the peers. */
void server_fixture_run (HwServer *server, Peer **peers, guint n_peers, guint milliseconds);

G_END_DECLS
