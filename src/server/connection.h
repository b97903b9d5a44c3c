/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "buffer.h"
#include "poller.h"
#include "protocol/line-buffer.h"
#include "tls.h"

G_BEGIN_DECLS

/* Bytes that may wait to be sent to one connection before events for it are left out. */
#define HW_QUEUE_MAX (1024 * 1024)

/* Bytes that may wait before we stop reading from the connection that does not take them. */
#define HW_QUEUE_PAUSE (64 * 1024)

typedef struct _HwConnection HwConnection;

typedef enum
{
  HW_CONNECTION_NEW,       /* nothing has come yet */
  HW_CONNECTION_HANDSHAKE, /* TLS is being agreed on */
  HW_CONNECTION_OPEN,
  HW_CONNECTION_HALF,      /* the peer sends nothing more; what it sent is still answered */
  HW_CONNECTION_CLOSING,   /* what waits is still sent; nothing more is read */
  HW_CONNECTION_LINGERING, /* all is sent, we read on for a moment so that it arrives */
  HW_CONNECTION_CLOSED,
} HwConnectionState;

/**
 * HwConnectionFuncs:
 * @started: it is known how the peer speaks. Returns whether the peer may go on; if not, the owner
 *   has sent its answer and finished the connection
 * @line: a line came
 * @too_long: a line was too long; no more will come
 * @late: the peer was to be let in by hw_connection_accept() and was not, in all that time. The
 * owner finishes the connection
 * @ended: the peer has said all it had to say and all lines were handed over, or it is gone
 *   (@reason); called once, and not after hw_connection_finish()
 * @drained: all that waited was sent
 * @closed: the last call: it is closed, and may be freed
 */
typedef struct
{
  gboolean (*started) (HwConnection *self, gboolean tls);
  void (*line) (HwConnection *self, const char *line, gsize length);
  void (*too_long) (HwConnection *self);
  void (*late) (HwConnection *self);
  void (*ended) (HwConnection *self, const char *reason);
  void (*drained) (HwConnection *self);
  void (*closed) (HwConnection *self);
} HwConnectionFuncs;

/* What all connections of a server share. */
typedef struct
{
  HwPoller *poller;
  HwTlsContext *tls;
  const HwConnectionFuncs *funcs;
  gint64 dead; /* milliseconds of silence after which a connection has ended */
  guint64 lines_in;
  guint64 lines_out;
  GQueue handshakes; /* connections whose TLS is being agreed on, oldest first */
} HwConnectionShared;

/**
 * HwConnection:
 *
 * The transport of one client: bytes in, lines out; buffers in, bytes out. Embedded in what speaks
 * through it. All members are private but to connection.c.
 */
struct _HwConnection
{
  HwWatch watch;
  HwTimer timer;
  HwTurn turn;
  HwConnectionShared *shared;
  HwTls *tls;
  GList *handshake; /* (nullable): its place among those of all */
  HwLineBuffer in;
  HwOutQueue out;
  gssize sent_now; /* at the beginning of this turn, of the first piece; see on_prepare() */
  guint64 sent;    /* bytes, ever */
  guint64 taken;   /* of these, those the peer had taken when we last asked */
  gint64 alive_at; /* monotonic microseconds: when we last knew that the peer is there */
  gint64 opened_at;
  HwConnectionState state : 8;
  guint held : 1;  /* no lines are handed over */
  guint stuck : 1; /* the socket takes no more for now */
  guint too_long : 1;
  guint accepted : 1;
  guint ended : 1; /* the owner knows */
};

void hw_connection_open (HwConnection *self, HwConnectionShared *shared, int fd);
void hw_connection_send (HwConnection *self, HwBuffer *buffer);
gboolean hw_connection_make_room (HwConnection *self, gsize bytes);
void hw_connection_accept (HwConnection *self);
void hw_connection_hold (HwConnection *self, gboolean hold);
gboolean hw_connection_was_heard (HwConnection *self, gint64 since);
void hw_connection_finish (HwConnection *self);
void hw_connection_abort (HwConnection *self);

/* Whether what is sent now may still arrive. */
static inline gboolean
hw_connection_is_open (const HwConnection *self)
{
  return self->state <= HW_CONNECTION_HALF;
}

static inline gsize
hw_connection_get_queued (const HwConnection *self)
{
  return self->out.bytes;
}

G_END_DECLS
