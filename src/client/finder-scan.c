/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last resort: tries every address of this computer's own networks, by their real masks, for
 * something that listens on the usual port. It needs no broadcast and no announcement, only that
 * connections are let through.
 *
 * Machines that were seen lately come first. An address that stays silent for 300 ms is given up;
 * those of them that turn out to be somebody's after all (the kernel learned of a machine there
 * meanwhile) are tried once more, with more patience: a lost packet is sent again after a second
 * only. Where a machine is that has nothing at the usual port, the next few are tried, too: so are
 * they chosen when the usual one is taken. */

#include "finder-scan.h"

#include "address.h"
#include "host.h"
#include "network.h"

#include "protocol/limits.h"

#include <errno.h>
#include <string.h>

/* Addresses tried at most, on however many networks. */
#define TARGETS_MAX 4096

/* Addresses from which on fewer are tried side by side. The kernel looks for the machine of each
 * for seconds, and has room for a thousand such searches: those beyond it are never begun, and
 * whoever is there is missed. */
#define LARGE          400
#define LARGE_PARALLEL 64

/* Milliseconds in the second round, in which only machines are tried that are there. */
#define SECOND_PATIENCE 1600

/* Milliseconds between two looks at the clock. */
#define TICK 25

typedef struct
{
  guint32 address;
  guint16 port;
  gboolean second;
} Target;

typedef struct
{
  HwFinderScan *scan;
  Target target;
  GSocket *socket;
  GSource *writable;
  gint64 deadline;
} Try;

struct _HwFinderScan
{
  const HwFinderScanHandler *handler;
  gpointer user_data;

  GQueue targets;     /* Target: those not begun */
  GPtrArray *tries;   /* Try: those under way */
  GHashTable *silent; /* addresses that said nothing in time */
  GHashTable *seen;   /* addresses where a machine is */
  guint tick_source;
  guint n_tried;
  guint n_all;
  guint n_addresses;
  gboolean had_second_round;
};

static void
try_free (Try *one)
{
  if (one->writable != NULL)
    g_source_destroy (one->writable);
  g_clear_pointer (&one->writable, g_source_unref);
  if (one->socket != NULL)
    g_socket_close (one->socket, NULL);
  g_clear_object (&one->socket);
  g_free (one);
}

static void
push (HwFinderScan *self, guint32 address, guint16 port, gboolean second)
{
  Target *target = g_new0 (Target, 1);

  target->address = address;
  target->port = port;
  target->second = second;
  g_queue_push_tail (&self->targets, target);
  self->n_all++;
  if (port == HW_DEFAULT_PORT && !second)
    self->n_addresses++;
}

/* A machine is there: if not at the usual port, its place may be at one of the next. */
static void
note_machine (HwFinderScan *self, const Target *target)
{
  if (!g_hash_table_add (self->seen, GUINT_TO_POINTER (target->address)))
    return;
  for (guint16 i = 1; i <= HW_HOST_MORE_PORTS; i++)
    push (self, target->address, HW_DEFAULT_PORT + i, FALSE);
}

/* A try has ended by @code, an errno; 0: something listens. */
static void
take (HwFinderScan *self, const Target *target, int code)
{
  if (code == 0 || code == ECONNREFUSED)
    note_machine (self, target);
  else if (code == ETIMEDOUT && !target->second && target->port == HW_DEFAULT_PORT)
    g_hash_table_add (self->silent, GUINT_TO_POINTER (target->address));
  self->n_tried++;
  if (code == 0)
    {
      g_autofree char *host = hw_network_write_address (target->address);
      g_autofree char *address = hw_address_to_string (
          &(HwAddress){ .host = host, .port = target->port, .room = NULL, .loopback = FALSE });

      self->handler->listening (address, self->user_data);
    }
}

static int
get_code (const GError *error)
{
  switch (error->domain == G_IO_ERROR ? error->code : -1)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return ECONNREFUSED;
    case G_IO_ERROR_TIMED_OUT:
      return ETIMEDOUT;
    default:
      return EHOSTUNREACH;
    }
}

static gboolean
on_writable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Try *one = user_data;
  HwFinderScan *self = one->scan;
  g_autoptr (GError) error = NULL;
  gboolean connected = g_socket_check_connect_result (socket, &error);
  Target target = one->target;

  g_ptr_array_remove_fast (self->tries, one);
  take (self, &target, connected ? 0 : get_code (error));
  return G_SOURCE_REMOVE;
}

static void
begin (HwFinderScan *self, const Target *target)
{
  guint32 order = g_htonl (target->address);
  g_autoptr (GInetAddress) host
      = g_inet_address_new_from_bytes ((const guint8 *) &order, G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (host, target->port);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  Try *one;

  if (socket == NULL)
    {
      self->n_tried++;
      return;
    }
  g_socket_set_blocking (socket, FALSE);
  if (g_socket_connect (socket, address, NULL, &error))
    {
      take (self, target, 0);
      return;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING))
    {
      take (self, target, get_code (error));
      return;
    }
  one = g_new0 (Try, 1);
  one->scan = self;
  one->target = *target;
  one->socket = g_steal_pointer (&socket);
  one->deadline
      = g_get_monotonic_time ()
        + (target->second ? SECOND_PATIENCE : HW_FINDER_SCAN_PATIENCE) * G_TIME_SPAN_MILLISECOND;
  one->writable = g_socket_create_source (one->socket, G_IO_OUT, NULL);
  g_source_set_callback (one->writable, G_SOURCE_FUNC (on_writable), one, NULL);
  g_source_attach (one->writable, NULL);
  g_ptr_array_add (self->tries, one);
}

static void
begin_second_round (HwFinderScan *self)
{
  g_autoptr (GArray) neighbours = hw_network_list_neighbours ();

  self->had_second_round = TRUE;
  for (guint i = 0; i < neighbours->len; i++)
    {
      guint32 address = g_array_index (neighbours, guint32, i);

      if (g_hash_table_contains (self->silent, GUINT_TO_POINTER (address)))
        push (self, address, HW_DEFAULT_PORT, TRUE);
    }
}

static gboolean
on_tick (gpointer user_data)
{
  HwFinderScan *self = user_data;
  gint64 now = g_get_monotonic_time ();
  guint before = self->n_tried;
  guint most = self->n_addresses > LARGE ? LARGE_PARALLEL : HW_FINDER_SCAN_PARALLEL;

  for (guint i = self->tries->len; i-- > 0;)
    {
      Try *one = self->tries->pdata[i];
      Target target = one->target;

      if (now < one->deadline)
        continue;
      g_ptr_array_remove_index_fast (self->tries, i);
      take (self, &target, ETIMEDOUT);
    }
  while (self->tries->len < most && self->targets.length > 0)
    {
      g_autofree Target *target = g_queue_pop_head (&self->targets);

      begin (self, target);
    }
  if (self->tries->len == 0 && self->targets.length == 0 && !self->had_second_round)
    begin_second_round (self);
  if (self->tries->len > 0 || self->targets.length > 0)
    {
      if (self->n_tried != before)
        self->handler->progressed (self->user_data);
      return G_SOURCE_CONTINUE;
    }
  self->tick_source = 0;
  self->handler->progressed (self->user_data);
  return G_SOURCE_REMOVE;
}

static void
add_subnet (HwFinderScan *self, const HwSubnet *subnet, GHashTable *added)
{
  guint32 mask = subnet->netmask | (G_MAXUINT32 << (32 - HW_FINDER_SCAN_PREFIX));
  guint32 first = subnet->address & mask;
  guint32 last = first | ~mask;

  /* A network of one or two has nobody to look for by broadcast either: a tunnel */
  if (last - first < 3)
    return;
  for (guint32 address = first + 1; address < last; address++)
    if (self->n_all < TARGETS_MAX && g_hash_table_add (added, GUINT_TO_POINTER (address)))
      push (self, address, HW_DEFAULT_PORT, FALSE);
}

static gboolean
is_on (GPtrArray *subnets, guint32 address)
{
  for (guint i = 0; i < subnets->len; i++)
    {
      const HwSubnet *subnet = subnets->pdata[i];

      if (((address ^ subnet->address) & subnet->netmask) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * hw_finder_scan_new:
 * @handler: what to tell
 * @user_data: for @handler
 *
 * Returns: (transfer full): what does nothing yet
 */
HwFinderScan *
hw_finder_scan_new (const HwFinderScanHandler *handler, gpointer user_data)
{
  HwFinderScan *self = g_new0 (HwFinderScan, 1);

  self->handler = handler;
  self->user_data = user_data;
  g_queue_init (&self->targets);
  self->tries = g_ptr_array_new_with_free_func ((GDestroyNotify) try_free);
  self->silent = g_hash_table_new (NULL, NULL);
  self->seen = g_hash_table_new (NULL, NULL);
  return self;
}

/**
 * hw_finder_scan_free:
 * @self: (transfer full): what tries no more
 */
void
hw_finder_scan_free (HwFinderScan *self)
{
  hw_finder_scan_stop (self);
  g_ptr_array_unref (self->tries);
  g_hash_table_unref (self->silent);
  g_hash_table_unref (self->seen);
  g_free (self);
}

/**
 * hw_finder_scan_start:
 * @self: what tries
 *
 * Tries every address from the beginning.
 */
void
hw_finder_scan_start (HwFinderScan *self)
{
  g_autoptr (GPtrArray) subnets = hw_network_list_subnets ();
  g_autoptr (GArray) neighbours = hw_network_list_neighbours ();
  g_autoptr (GHashTable) added = g_hash_table_new (NULL, NULL);

  hw_finder_scan_stop (self);
  g_hash_table_remove_all (self->silent);
  g_hash_table_remove_all (self->seen);
  self->n_tried = self->n_all = self->n_addresses = 0;
  self->had_second_round = FALSE;
  for (guint i = 0; i < subnets->len; i++)
    g_hash_table_add (added, GUINT_TO_POINTER (((HwSubnet *) subnets->pdata[i])->address));
  for (guint i = 0; i < neighbours->len; i++)
    {
      guint32 address = g_array_index (neighbours, guint32, i);

      if (is_on (subnets, address) && g_hash_table_add (added, GUINT_TO_POINTER (address)))
        push (self, address, HW_DEFAULT_PORT, FALSE);
    }
  for (guint i = 0; i < subnets->len; i++)
    add_subnet (self, subnets->pdata[i], added);
  self->tick_source = g_timeout_add (TICK, on_tick, self);
}

/**
 * hw_finder_scan_stop:
 * @self: what tries
 *
 * Tries no more; how far it came stays.
 */
void
hw_finder_scan_stop (HwFinderScan *self)
{
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_ptr_array_set_size (self->tries, 0);
  g_queue_clear_full (&self->targets, g_free);
}

/**
 * hw_finder_scan_is_running:
 * @self: what tries
 *
 * Returns: whether there are addresses left to try
 */
gboolean
hw_finder_scan_is_running (HwFinderScan *self)
{
  return self->tick_source != 0;
}

/**
 * hw_finder_scan_get_progress:
 * @self: what tries
 * @n_tried: (out): tries that have ended since the last start
 * @n_all: (out): all of them, as far as is known
 */
void
hw_finder_scan_get_progress (HwFinderScan *self, guint *n_tried, guint *n_all)
{
  *n_tried = self->n_tried;
  *n_all = self->n_all;
}

/**
 * hw_finder_scan_get_n_addresses:
 * @self: what tries
 *
 * Returns: how many addresses it has to try since the last start
 */
guint
hw_finder_scan_get_n_addresses (HwFinderScan *self)
{
  return self->n_addresses;
}
