/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "command.h"
#include "connection.h"

#include <netinet/in.h>

G_BEGIN_DECLS

typedef struct _HwClient HwClient;
typedef struct _HwServer HwServer;
typedef struct _HwSession HwSession;

/**
 * HwClient:
 *
 * What the server knows of one connection: what it may do, whose it is, and which of its requests
 * wait. Kept small: there may be ten thousand that do nothing. Counted, for requests outlive their
 * connection. Belongs to the network thread.
 */
struct _HwClient
{
  HwConnection connection; /* first: the one is cast to the other */
  HwServer *server;
  HwSession *session; /* (nullable): the person, once logged in */
  char *old_token;    /* (nullable): one that it gave and that is not known any more */
  HwClient *next;     /* of the server's */
  HwClient **link;
  GPtrArray *watched_logs; /* (nullable): HwRoom */
  HwRequest *ordered;      /* waiting requests whose answers keep their order */
  HwRequest **last;
  HwRequest *postponed;    /* until those before it are answered */
  struct in6_addr address; /* IPv4 ones mapped */
  guint refs;
  guint n_waiting; /* requests without an answer */
  guint n_alone;   /* of them, those that nothing may overtake */
  guint n_bad_lines;
  guint n_slowed;   /* answers slow-down in the minute that began at slowed_at */
  gint64 slowed_at; /* monotonic microseconds */
  gint64 full_at;   /* when the allowance for requests is, or was, full again */
  guint tls : 1;
  guint hello : 1;
  guint counted : 1; /* among those that fill the server */
  guint admin : 1;
  guint watching : 1; /* the lobby */
  guint lagging : 1;  /* something was left out for it */
  guint offers : 1;   /* it knows offers of files */
  guint receipts : 1; /* it confirms whispers that arrived */
  guint leaving : 1;  /* when all is answered it closes */
};

HwClient *hw_client_new (HwServer *server, int fd, const struct sockaddr *address);
HwClient *hw_client_ref (HwClient *self);
void hw_client_unref (HwClient *self);

void hw_client_send (HwClient *self, HwBuffer *buffer);
void hw_client_finish (HwClient *self);
void hw_client_kick (HwClient *self, const char *code, const char *text);
void hw_client_free_now (HwClient *self);
char *hw_client_describe_address (HwClient *self);

const HwConnectionFuncs *hw_client_get_funcs (void);

/* For requests only */
void hw_client_request_answered (HwClient *self, HwRequest *request, HwBuffer *answer);

static inline gboolean
hw_client_is_open (const HwClient *self)
{
  return hw_connection_is_open (&self->connection);
}

G_END_DECLS
