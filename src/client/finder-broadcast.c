/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks everybody on every network "who is a place?", by UDP, and hears the answers.
 *
 * A question goes out on each interface by itself, to 255.255.255.255 and to that network's own
 * broadcast address: the routing table would choose one interface for all, and often the wrong one.
 * It also goes straight to places that are remembered and to machines that were lately seen: what
 * comes back from there passes a firewall that takes answers to broadcasts for intruders. And to
 * this computer, which may be on no network at all.
 *
 * An answer is a stranger's word. It counts only if it repeats what we sent, which nobody can guess
 * who did not hear it, and it is bounded and cleaned before it is shown. */

#include "finder-broadcast.h"

#include "address.h"
#include "known-places.h"
#include "network.h"

#include "protocol/datagram.h"
#include "protocol/limits.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Bytes of a datagram that is looked at, and datagrams taken in one turn of the loop. */
#define DATAGRAM_MAX 2048
#define TAKE_MAX     32

/* Characters of a question that cannot be guessed; its number follows. */
#define SECRET_LENGTH 20

/* Questions that an answer may still come to. */
#define QUESTIONS 16

/* Machines, and remembered places, that are asked one by one. */
#define NEIGHBOURS_MAX 64
#define KNOWN_MAX      32

struct _HwFinderBroadcast
{
  HwSightingFunc func;
  gpointer user_data;

  GSocket *socket; /* (nullable): while it is open */
  GSource *readable;
  char secret[SECRET_LENGTH + 1];
  guint n_asked;
  gint64 asked_at[QUESTIONS]; /* monotonic microseconds; a ring, by the question's number */
};

/* When the question was asked that an answer names; 0 where it is none of ours. */
static gint64
find_question (HwFinderBroadcast *self, const char *probe)
{
  guint64 number;

  if (strlen (probe) <= SECRET_LENGTH || strncmp (probe, self->secret, SECRET_LENGTH) != 0
      || !g_ascii_string_to_unsigned (probe + SECRET_LENGTH, 16, 0, G_MAXUINT32, &number, NULL)
      || number >= self->n_asked || self->n_asked - number > QUESTIONS)
    return 0;
  return self->asked_at[number % QUESTIONS];
}

static void
take (HwFinderBroadcast *self, const char *datagram, gsize length, GSocketAddress *from)
{
  g_auto (HwAnswer) answer = { 0 };
  g_autofree char *host = NULL;
  g_autofree char *address = NULL;
  GInetAddress *sender;
  HwSighting sighting;
  gint64 asked_at;

  if (!G_IS_INET_SOCKET_ADDRESS (from) || !hw_answer_read (&answer, datagram, length))
    return;
  asked_at = find_question (self, answer.probe);
  if (asked_at == 0)
    return;

  /* We go where an answer comes from: only its own network may send us anywhere. */
  sender = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (from));
  if (!hw_network_is_near (sender))
    return;
  host = g_inet_address_to_string (sender);
  address = hw_address_to_string (
      &(HwAddress){ .host = host, .port = answer.port, .room = NULL, .loopback = FALSE });
  sighting = (HwSighting){
    .by = HW_FOUND_BY_ANSWER,
    .id = answer.id,
    .title = answer.name,
    .address = address,
    .fingerprint = answer.fingerprint,
    .users = (int) answer.users,
    .round_trip = (guint) MAX (1, (g_get_monotonic_time () - asked_at + 500) / 1000),
    .compatible = answer.compatible,
  };
  self->func (&sighting, self->user_data);
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  HwFinderBroadcast *self = data;
  char datagram[DATAGRAM_MAX];

  for (guint i = 0; i < TAKE_MAX && self->socket != NULL; i++)
    {
      g_autoptr (GSocketAddress) from = NULL;
      gssize length
          = g_socket_receive_from (self->socket, &from, datagram, sizeof datagram, NULL, NULL);

      if (length < 0)
        break;
      take (self, datagram, (gsize) length, from);
    }
  return G_SOURCE_CONTINUE;
}

/* By the interface of that index; 0: whichever leads there. */
static void
send_to (HwFinderBroadcast *self, const char *question, guint32 where, guint interface)
{
  char control[CMSG_SPACE (sizeof (struct in_pktinfo))] = { 0 };
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons (HW_DEFAULT_PORT),
    .sin_addr = { htonl (where) },
  };
  struct iovec piece = { (char *) question, strlen (question) };
  struct msghdr message = {
    .msg_name = &address,
    .msg_namelen = sizeof address,
    .msg_iov = &piece,
    .msg_iovlen = 1,
  };

  if (interface != 0)
    {
      struct in_pktinfo info = { .ipi_ifindex = (int) interface };
      struct cmsghdr *header;

      message.msg_control = control;
      message.msg_controllen = sizeof control;
      header = CMSG_FIRSTHDR (&message);
      header->cmsg_level = IPPROTO_IP;
      header->cmsg_type = IP_PKTINFO;
      header->cmsg_len = CMSG_LEN (sizeof info);
      memcpy (CMSG_DATA (header), &info, sizeof info);
    }
  /* A network that cannot be reached now may be when it is asked again: nothing to be said. */
  sendmsg (g_socket_get_fd (self->socket), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
ask_known (HwFinderBroadcast *self, const char *question, GListModel *known)
{
  for (guint i = 0; i < MIN (g_list_model_get_n_items (known), KNOWN_MAX); i++)
    {
      g_autoptr (HwKnownPlace) place = g_list_model_get_item (known, i);
      g_autoptr (HwAddress) address = hw_address_parse (hw_known_place_get_address (place), NULL);
      struct in_addr parsed;

      if (address != NULL && !address->loopback && inet_pton (AF_INET, address->host, &parsed) == 1)
        send_to (self, question, ntohl (parsed.s_addr), 0);
    }
}

/**
 * hw_finder_broadcast_new:
 * @func: is told of every place that answers, every time
 * @user_data: for @func
 *
 * Returns: (transfer full): what does nothing yet
 */
HwFinderBroadcast *
hw_finder_broadcast_new (HwSightingFunc func, gpointer user_data)
{
  HwFinderBroadcast *self = g_new0 (HwFinderBroadcast, 1);

  self->func = func;
  self->user_data = user_data;
  return self;
}

/**
 * hw_finder_broadcast_free:
 * @self: (transfer full): what asks no more
 */
void
hw_finder_broadcast_free (HwFinderBroadcast *self)
{
  hw_finder_broadcast_close (self);
  g_free (self);
}

/**
 * hw_finder_broadcast_open:
 * @self: what asks
 *
 * Begins anew: what was asked before needs no answer any more.
 *
 * Returns: whether it can ask
 */
gboolean
hw_finder_broadcast_open (HwFinderBroadcast *self)
{
  g_autofree char *random = g_uuid_string_random ();

  g_strlcpy (self->secret, random, sizeof self->secret);
  self->n_asked = 0;
  if (self->socket != NULL)
    return TRUE;
  self->socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  if (self->socket == NULL)
    return FALSE;
  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_broadcast (self->socket, TRUE);
  self->readable = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->readable, NULL);
  return TRUE;
}

/**
 * hw_finder_broadcast_close:
 * @self: what asks
 *
 * Hears no more answers.
 */
void
hw_finder_broadcast_close (HwFinderBroadcast *self)
{
  if (self->readable != NULL)
    g_source_destroy (self->readable);
  g_clear_pointer (&self->readable, g_source_unref);
  g_clear_object (&self->socket);
}

/**
 * hw_finder_broadcast_is_open:
 * @self: what asks
 *
 * Returns: whether it is open
 */
gboolean
hw_finder_broadcast_is_open (HwFinderBroadcast *self)
{
  return self->socket != NULL;
}

/**
 * hw_finder_broadcast_ask:
 * @self: what asks, open
 * @known: (nullable): HwKnownPlace: places that are asked by themselves, too
 *
 * Asks everybody, once.
 */
void
hw_finder_broadcast_ask (HwFinderBroadcast *self, GListModel *known)
{
  g_autofree char *probe = g_strdup_printf ("%s%x", self->secret, self->n_asked);
  g_autofree char *question = hw_probe_write (probe);
  g_autoptr (GPtrArray) subnets = hw_network_list_subnets ();
  g_autoptr (GArray) neighbours = hw_network_list_neighbours ();

  self->asked_at[self->n_asked++ % QUESTIONS] = g_get_monotonic_time ();
  /* Of several places on this machine one hears the first, and all that listen on every address
   * hear the second. */
  send_to (self, question, INADDR_LOOPBACK, 0);
  send_to (self, question, INADDR_LOOPBACK | 0xffffff, 0);
  for (guint i = 0; i < subnets->len; i++)
    {
      const HwSubnet *subnet = subnets->pdata[i];

      if (subnet->broadcast == 0)
        continue;
      send_to (self, question, INADDR_BROADCAST, subnet->interface);
      if (subnet->broadcast != INADDR_BROADCAST)
        send_to (self, question, subnet->broadcast, subnet->interface);
    }
  for (guint i = 0; i < MIN (neighbours->len, NEIGHBOURS_MAX); i++)
    send_to (self, question, g_array_index (neighbours, guint32, i), 0);
  if (known != NULL)
    ask_known (self, question, known);
}

/**
 * hw_finder_broadcast_get_n_asked:
 * @self: what asks
 *
 * Returns: how often it has asked since it was opened
 */
guint
hw_finder_broadcast_get_n_asked (HwFinderBroadcast *self)
{
  return self->n_asked;
}
