/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver.h"

#include <gnutls/gnutls.h>

G_BEGIN_DECLS

#define NO_ROOM G_MAXUINT

typedef enum
{
  STEP_IDLE,
  STEP_CONNECTING,
  STEP_HANDSHAKE,
  STEP_LOGIN,
  STEP_CREATE,
  STEP_JOIN,
} Step;

/**
 * Client:
 *
 * One connection of a swarm. @tail holds the end of what came, for needles that arrive in two
 * parts.
 */
typedef struct
{
  int fd;
  guint index;
  guint room;
  Step step;
  gnutls_session_t tls;
  GString *out;   /* what the socket did not take yet; NULL as a rule */
  Needle needle;  /* what is waited for in a step */
  char tail[120]; /* what came last */
  gsize tail_length;
  guint64 received; /* marks */
  guint64 number;   /* of the message whose digits are being read, then of the last one */
  guint digits;     /* how many of them are still to come */
} Client;

typedef struct _Swarm Swarm;

/* @now: microseconds on the monotonic clock */
typedef void (*SwarmMarked) (Client *client, guint64 number, gint64 now, gpointer user_data);

struct _Swarm
{
  const Driver *driver;
  guint16 port;
  gboolean tls;
  guint first_index; /* clients are called u0, u1, ... from here on */
  int epoll;
  GPtrArray *clients; /* Client */
  guint busy;         /* clients that are in a step */
  SwarmMarked marked;
  gpointer marked_data;
  gnutls_certificate_credentials_t credentials;
  char *buffer;
};

Swarm *swarm_new (const Driver *driver, guint16 port, gboolean tls);
void swarm_free (Swarm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Swarm, swarm_free)

/* Each waits until all is done. */
void swarm_connect (Swarm *self, guint n_clients, guint in_flight, guint rooms_of);
void swarm_create_rooms (Swarm *self, guint n_rooms);
void swarm_join_all (Swarm *self, guint rooms_of);

void swarm_send (Swarm *self, Client *client, const char *bytes, gsize length);
/* Reads what is there; waits at most @milliseconds for something. Returns whether there was any. */
gboolean swarm_turn (Swarm *self, int milliseconds);
/* Reads until nothing has come for @milliseconds. */
void swarm_settle (Swarm *self, int milliseconds);

G_END_DECLS
