/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Answers those who look for places: a probe by UDP, to a broadcast address or to us, gets one
 * datagram back, never longer than it was itself. Nobody beyond our own networks gets an answer,
 * and nobody many: a forged sender must not make us a weapon. All else is dropped without a word.
 *
 * Broadcasts reach only a socket that is bound to all addresses, so which of ours a probe came in
 * by is asked of the kernel (IP_PKTINFO): a place that listens on one address is not to be found by
 * another. One that listens within this machine only is bound there, and hears nothing else. */

#include "discovery.h"

#include "protocol/limits.h"

#include <gio/gio.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Answers to one address in this many microseconds. */
#define ANSWERS_MAX  20
#define ANSWERS_TIME G_TIME_SPAN_SECOND

/* Addresses that are remembered; those that asked before are forgotten after ANSWERS_TIME. While a
 * flood fills it, strangers get no answer. */
#define ASKERS_MAX 4096

/* While forged senders fill the socket with answers that wait for machines that do not exist, so
 * many answers for one address, and for all, find another way out, in ANSWERS_TIME. */
#define APART_MAX     4
#define APART_ALL_MAX 512

/* Datagrams taken in one turn of the loop, and bytes of them that may wait for it: honest ones
 * shall not be lost in a flood. */
#define TAKE_MAX  64
#define WAIT_SIZE (1024 * 1024)

typedef struct
{
  gint64 times[ANSWERS_MAX]; /* of the last answers, monotonic microseconds: a ring */
  guint next;
} Asker;

struct _HwDiscovery
{
  HwWatch watch; /* first */
  HwPoller *poller;
  HwSubnets *subnets;
  char **addresses;
  HwDescribeFunc describe;
  gpointer user_data;
  GHashTable *askers; /* IPv4 address → Asker */
  struct sockaddr_in bound;
  gint64 apart_since; /* monotonic microseconds */
  guint n_apart;      /* since then */
};

static gboolean
is_forgettable (gpointer key, gpointer value, gpointer user_data)
{
  Asker *asker = value;
  gint64 newest = asker->times[(asker->next + ANSWERS_MAX - 1) % ANSWERS_MAX];

  return *(gint64 *) user_data - newest >= ANSWERS_TIME;
}

/* Whether that address may have one more answer now; if so, it is counted. */
static gboolean
count_answer (HwDiscovery *self, in_addr_t address)
{
  gpointer key = GUINT_TO_POINTER (address);
  Asker *asker = g_hash_table_lookup (self->askers, key);
  gint64 now = g_get_monotonic_time ();

  if (!asker)
    {
      if (g_hash_table_size (self->askers) >= ASKERS_MAX)
        g_hash_table_foreach_remove (self->askers, is_forgettable, &now);
      if (g_hash_table_size (self->askers) >= ASKERS_MAX)
        return FALSE;
      asker = g_new (Asker, 1);
      for (guint i = 0; i < ANSWERS_MAX; i++)
        asker->times[i] = now - ANSWERS_TIME;
      asker->next = 0;
      g_hash_table_insert (self->askers, key, asker);
    }
  if (now - asker->times[asker->next] < ANSWERS_TIME)
    return FALSE;
  asker->times[asker->next] = now;
  asker->next = (asker->next + 1) % ANSWERS_MAX;
  return TRUE;
}

/* Whether all that comes from there now is in vain: not worth being read. */
static gboolean
is_sated (HwDiscovery *self, in_addr_t address)
{
  Asker *asker = g_hash_table_lookup (self->askers, GUINT_TO_POINTER (address));

  return asker && g_get_monotonic_time () - asker->times[asker->next] < ANSWERS_TIME;
}

static gboolean
is_on_link (HwDiscovery *self, struct in_addr address)
{
  struct in6_addr mapped = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

  memcpy (&mapped.s6_addr[12], &address, sizeof address);
  return hw_subnets_contain (self->subnets, &mapped);
}

/* Whether we can be reached at the address of ours by which the probe came in. */
static gboolean
is_listened_on (HwDiscovery *self, struct in_addr local)
{
  char text[INET_ADDRSTRLEN];

  if (!*self->addresses || g_strv_contains ((const char *const *) self->addresses, "0.0.0.0"))
    return TRUE;
  inet_ntop (AF_INET, &local, text, sizeof text);
  return g_strv_contains ((const char *const *) self->addresses, text);
}

static guint
count_recent (const Asker *asker)
{
  gint64 since = g_get_monotonic_time () - ANSWERS_TIME;
  guint n = 0;

  for (guint i = 0; i < ANSWERS_MAX; i++)
    n += asker->times[i] > since;
  return n;
}

/* An answer waits in its socket until the kernel knows where the other machine is. Somebody who
 * forges the addresses of machines that do not exist fills it that way, and nobody would get an
 * answer for seconds; those who have not asked for much get theirs by a socket of its own. */
static void
send_apart (HwDiscovery *self, const struct sockaddr_in *to, const GString *text)
{
  gint64 now = g_get_monotonic_time ();
  int on = 1;
  int fd;

  if (now - self->apart_since >= ANSWERS_TIME)
    {
      self->apart_since = now;
      self->n_apart = 0;
    }
  if (self->n_apart == APART_ALL_MAX
      || count_recent (g_hash_table_lookup (self->askers, GUINT_TO_POINTER (to->sin_addr.s_addr)))
             > APART_MAX)
    return;
  self->n_apart++;
  fd = socket (AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
      && bind (fd, (struct sockaddr *) &self->bound, sizeof self->bound) == 0)
    sendto (fd, text->str, text->len, 0, (const struct sockaddr *) to, sizeof *to);
  close (fd);
}

static void
answer (HwDiscovery *self, const struct sockaddr_in *sender, const char *datagram, gsize length)
{
  g_autofree char *probe = NULL;
  HwAnswer said = { 0 };
  GString *text;

  if (is_sated (self, sender->sin_addr.s_addr))
    return;
  probe = hw_probe_read (datagram, length);
  if (!probe || !count_answer (self, sender->sin_addr.s_addr))
    return;
  said.probe = probe;
  self->describe (&said, self->user_data);
  text = hw_answer_write (&said, length);
  if (!text)
    return;
  /* Lost is lost: the other side asks again */
  if (sendto (self->watch.fd, text->str, text->len, MSG_DONTWAIT, (const struct sockaddr *) sender,
              sizeof *sender)
          < 0
      && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS))
    send_apart (self, sender, text);
  g_string_free (text, TRUE);
}

static gboolean
find_local_address (struct msghdr *message, struct in_addr *local)
{
  for (struct cmsghdr *control = CMSG_FIRSTHDR (message); control;
       control = CMSG_NXTHDR (message, control))
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO)
      {
        struct in_pktinfo info;

        memcpy (&info, CMSG_DATA (control), sizeof info);
        *local = info.ipi_spec_dst;
        return TRUE;
      }
  return FALSE;
}

static void
on_datagram (HwWatch *watch, guint32 events)
{
  HwDiscovery *self = (HwDiscovery *) watch;

  for (int i = 0; i < TAKE_MAX; i++)
    {
      char datagram[2048];
      char control[CMSG_SPACE (sizeof (struct in_pktinfo))];
      struct sockaddr_in sender;
      struct in_addr local;
      struct iovec piece = { datagram, sizeof datagram };
      struct msghdr message = { .msg_name = &sender,
                                .msg_namelen = sizeof sender,
                                .msg_iov = &piece,
                                .msg_iovlen = 1,
                                .msg_control = control,
                                .msg_controllen = sizeof control };
      ssize_t length = recvmsg (watch->fd, &message, MSG_DONTWAIT);

      if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return;
      if (length > 0 && !(message.msg_flags & MSG_TRUNC) && sender.sin_family == AF_INET
          && sender.sin_port != 0 && find_local_address (&message, &local)
          && is_listened_on (self, local) && is_on_link (self, sender.sin_addr))
        answer (self, &sender, datagram, length);
    }
}

/* Where to bind: within this machine if we listen there only. FALSE: we have no IPv4 address. */
static gboolean
choose_address (char **addresses, struct sockaddr_in *bound)
{
  gboolean any = *addresses == NULL;

  bound->sin_family = AF_INET;
  bound->sin_port = htons (HW_DEFAULT_PORT);
  for (guint i = 0; addresses[i]; i++)
    {
      struct in_addr address;

      if (inet_pton (AF_INET, addresses[i], &address) != 1)
        {
          any |= g_str_equal (addresses[i], "::");
          continue;
        }
      if (ntohl (address.s_addr) >> 24 != 127)
        any = TRUE;
      else
        bound->sin_addr = address;
    }
  if (any)
    bound->sin_addr.s_addr = htonl (INADDR_ANY);
  return any || bound->sin_addr.s_addr != 0;
}

/**
 * hw_discovery_new:
 * @poller: what waits for datagrams
 * @subnets: (transfer none): the networks whose machines get answers; outlives the object
 * @addresses: (transfer none): where we listen; empty: on all addresses; outlives the object
 * @describe: says what we are, at the moment
 * @user_data: for @describe
 * @error: where to put the words
 *
 * Several places on one machine may all be looked for: they share the port.
 *
 * Returns: (transfer full) (nullable): what answers from now on
 */
HwDiscovery *
hw_discovery_new (HwPoller *poller,
                  HwSubnets *subnets,
                  char **addresses,
                  HwDescribeFunc describe,
                  gpointer user_data,
                  GError **error)
{
  struct sockaddr_in bound = { 0 };
  HwDiscovery *self;
  int on = 1;
  int wait_size = WAIT_SIZE;
  int fd;

  if (!choose_address (addresses, &bound))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "there is no IPv4 address to listen on");
      return NULL;
    }
  fd = socket (AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
      || setsockopt (fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) < 0
      || bind (fd, (struct sockaddr *) &bound, sizeof bound) < 0)
    {
      int code = errno;

      if (fd >= 0)
        close (fd);
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "UDP port %d: %s",
                   HW_DEFAULT_PORT, g_strerror (code));
      return NULL;
    }

  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &wait_size, sizeof wait_size);

  self = g_new0 (HwDiscovery, 1);
  self->bound = bound;
  self->watch.fd = fd;
  self->watch.func = on_datagram;
  self->watch.events = EPOLLIN;
  self->poller = poller;
  self->subnets = subnets;
  self->addresses = addresses;
  self->describe = describe;
  self->user_data = user_data;
  self->askers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  hw_poller_add (poller, &self->watch);
  return self;
}

/**
 * hw_discovery_free:
 * @self: (transfer full): what answers no more
 */
void
hw_discovery_free (HwDiscovery *self)
{
  hw_poller_remove (self->poller, &self->watch);
  close (self->watch.fd);
  g_hash_table_unref (self->askers);
  g_free (self);
}
