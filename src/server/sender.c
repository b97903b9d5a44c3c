/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Many sends at once. What an event costs a place with many members is one send for each of them,
 * most of it the way into the kernel and out again; io_uring takes a thousand of them in one go,
 * for about half the price. It is used where the kernel has it and lets us: containers and hardened
 * services often do not, and then everything is as before. */

#include "sender.h"

#include "hallway-config.h"

#include <errno.h>
#include <sys/socket.h>

#ifdef HW_HAVE_LIBURING
#include <liburing.h>
#endif

/* Sends in one system call. */
#define BATCH 1024

/* Sends below which io_uring does not pay. */
#define FEW 4

typedef struct
{
  int fd;
  const void *bytes;
  gsize length;
  gssize *sent;
} Send;

struct _HwSender
{
  Send sends[BATCH];
  guint n_sends;
#ifdef HW_HAVE_LIBURING
  struct io_uring ring;
  gboolean has_ring;
#endif
};

#ifdef HW_HAVE_LIBURING

static gboolean
open_ring (struct io_uring *ring)
{
  /* The cheapest ways first; older kernels do not know them */
  static const guint flags[] = { IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, 0 };
  struct io_uring_probe *probe;
  gboolean knows_send;

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      if (io_uring_queue_init (BATCH, ring, flags[i]) < 0)
        continue;
      probe = io_uring_get_probe_ring (ring);
      knows_send = probe && io_uring_opcode_supported (probe, IORING_OP_SEND);
      io_uring_free_probe (probe);
      if (knows_send)
        return TRUE;
      io_uring_queue_exit (ring);
      return FALSE;
    }
  return FALSE;
}

static guint
take_results (HwSender *self)
{
  struct io_uring_cqe *result;
  unsigned head;
  guint n = 0;

  io_uring_for_each_cqe (&self->ring, head, result)
  {
    const Send *send = io_uring_cqe_get_data (result);

    *send->sent = result->res;
    n++;
  }
  io_uring_cq_advance (&self->ring, n);
  return n;
}

/* All of them, whose results are there when it returns: a send that may not wait does not. */
static void
submit_ring (HwSender *self)
{
  guint n_done = 0;

  for (guint i = 0; i < self->n_sends; i++)
    {
      Send *send = &self->sends[i];
      struct io_uring_sqe *entry = io_uring_get_sqe (&self->ring);

      io_uring_prep_send (entry, send->fd, send->bytes, send->length, MSG_NOSIGNAL | MSG_DONTWAIT);
      io_uring_sqe_set_data (entry, send);
    }
  while (n_done < self->n_sends)
    {
      int result = io_uring_submit_and_wait (&self->ring, self->n_sends - n_done);

      n_done += take_results (self);
      if (result < 0 && result != -EINTR)
        {
          /* What has no result was not sent, and never will be by this ring: it is sent otherwise
           */
          g_warning ("io_uring is used no more: %s", g_strerror (-result));
          io_uring_queue_exit (&self->ring);
          self->has_ring = FALSE;
          return;
        }
    }
}

#endif

/**
 * hw_sender_new:
 *
 * Returns: (transfer full): a sender, which belongs to the calling thread
 */
HwSender *
hw_sender_new (void)
{
  HwSender *self = g_new0 (HwSender, 1);

#ifdef HW_HAVE_LIBURING
  self->has_ring = open_ring (&self->ring);
#endif
  return self;
}

/**
 * hw_sender_free:
 * @self: (transfer full): a sender to which nothing was added since it was submitted
 */
void
hw_sender_free (HwSender *self)
{
#ifdef HW_HAVE_LIBURING
  if (self->has_ring)
    io_uring_queue_exit (&self->ring);
#endif
  g_free (self);
}

/**
 * hw_sender_add:
 * @self: a sender
 * @fd: a nonblocking socket
 * @bytes: (transfer none): what to send; stays until hw_sender_submit()
 * @length: how much
 * @sent: (out): then, how much the socket took, or a negative errno; 0: it was not tried
 */
void
hw_sender_add (HwSender *self, int fd, const void *bytes, gsize length, gssize *sent)
{
  if (self->n_sends == BATCH)
    hw_sender_submit (self);
  *sent = 0;
  self->sends[self->n_sends++] = (Send){ fd, bytes, length, sent };
}

/**
 * hw_sender_submit:
 * @self: a sender
 *
 * Sends what was added.
 */
void
hw_sender_submit (HwSender *self)
{
#ifdef HW_HAVE_LIBURING
  if (self->has_ring && self->n_sends >= FEW)
    {
      submit_ring (self);
      self->n_sends = 0;
      return;
    }
#endif
  for (guint i = 0; i < self->n_sends; i++)
    {
      const Send *one = &self->sends[i];
      gssize sent = send (one->fd, one->bytes, one->length, MSG_NOSIGNAL | MSG_DONTWAIT);

      *one->sent = sent < 0 ? -errno : sent;
    }
  self->n_sends = 0;
}
