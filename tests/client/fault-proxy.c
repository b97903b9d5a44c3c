/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fault-proxy.h"

/* Bytes of a piece, at most, and milliseconds that one in DELAY_ONE_IN is late. */
#define PIECE_MAX    1500
#define DELAY_MAX    15
#define DELAY_ONE_IN 8

struct _FaultProxy
{
  GSocketService *service;
  guint16 port;
  guint16 server_port;
  GPtrArray *pairs;
  guint mean; /* milliseconds between cuts, 0: none */
  guint cut_source;
  guint n_cuts;
};

typedef struct
{
  GSocketConnection *client;
  GSocketConnection *server;
  gboolean cut;
} Pair;

/* One direction of a pair; it holds the pair. */
typedef struct
{
  Pair *pair;
  GIOStream *from;
  GIOStream *to;
  guint8 buffer[PIECE_MAX];
  gsize n;
} Way;

static void
pair_clear (Pair *pair)
{
  g_clear_object (&pair->client);
  g_clear_object (&pair->server);
}

static void
pair_cut (Pair *pair)
{
  pair->cut = TRUE;
  g_socket_close (g_socket_connection_get_socket (pair->client), NULL);
  g_socket_close (g_socket_connection_get_socket (pair->server), NULL);
}

static void
way_free (Way *way)
{
  g_rc_box_release_full (way->pair, (GDestroyNotify) pair_clear);
  g_free (way);
}

static void pass_on (Way *way);

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Way *way = user_data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    {
      pair_cut (way->pair);
      way_free (way);
      return;
    }
  pass_on (way);
}

static gboolean
on_late (gpointer user_data)
{
  Way *way = user_data;

  g_output_stream_write_all_async (g_io_stream_get_output_stream (way->to), way->buffer, way->n,
                                   G_PRIORITY_DEFAULT, NULL, on_written, way);
  return G_SOURCE_REMOVE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Way *way = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n == 0 && !way->pair->cut)
    {
      /* A half-close goes through, too. */
      g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (way->to)), FALSE,
                         TRUE, NULL);
      way_free (way);
      return;
    }
  if (n <= 0)
    {
      pair_cut (way->pair);
      way_free (way);
      return;
    }
  way->n = n;
  if (g_random_int_range (0, DELAY_ONE_IN) == 0)
    g_timeout_add (g_random_int_range (0, DELAY_MAX), on_late, way);
  else
    on_late (way);
}

static void
pass_on (Way *way)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (way->from), way->buffer,
                             g_random_int_range (1, PIECE_MAX + 1), G_PRIORITY_DEFAULT, NULL,
                             on_read, way);
}

static void
start_way (Pair *pair, GSocketConnection *from, GSocketConnection *to)
{
  Way *way = g_new0 (Way, 1);

  way->pair = g_rc_box_acquire (pair);
  way->from = G_IO_STREAM (from);
  way->to = G_IO_STREAM (to);
  pass_on (way);
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
  FaultProxy *self = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *server
      = g_socket_client_connect_to_host (client, "127.0.0.1", self->server_port, NULL, NULL);
  Pair *pair;

  if (!server)
    return TRUE;
  pair = g_rc_box_new0 (Pair);
  pair->client = g_object_ref (connection);
  pair->server = server;
  g_ptr_array_add (self->pairs, pair);
  start_way (pair, pair->client, pair->server);
  start_way (pair, pair->server, pair->client);
  return TRUE;
}

static void
cut_all (FaultProxy *self)
{
  for (guint i = 0; i < self->pairs->len; i++)
    {
      Pair *pair = self->pairs->pdata[i];

      if (!pair->cut)
        self->n_cuts++;
      pair_cut (pair);
      g_rc_box_release_full (pair, (GDestroyNotify) pair_clear);
    }
  g_ptr_array_set_size (self->pairs, 0);
}

static void plan_cut (FaultProxy *self);

static gboolean
on_cut (gpointer user_data)
{
  FaultProxy *self = user_data;

  self->cut_source = 0;
  cut_all (self);
  plan_cut (self);
  return G_SOURCE_REMOVE;
}

static void
plan_cut (FaultProxy *self)
{
  if (self->mean)
    self->cut_source = g_timeout_add (g_random_int_range (0, 2 * self->mean), on_cut, self);
}

FaultProxy *
fault_proxy_new (guint16 server_port)
{
  FaultProxy *self = g_new0 (FaultProxy, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  self->server_port = server_port;
  self->pairs = g_ptr_array_new ();
  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  return self;
}

void
fault_proxy_free (FaultProxy *self)
{
  g_clear_handle_id (&self->cut_source, g_source_remove);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  cut_all (self);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_ptr_array_unref (self->pairs);
  g_free (self);
}

char *
fault_proxy_get_address (FaultProxy *self)
{
  return g_strdup_printf ("127.0.0.1:%u", self->port);
}

/* From now on the connection ends at random, every @mean_milliseconds on average; 0: no more. */
void
fault_proxy_set_cutting (FaultProxy *self, guint mean_milliseconds)
{
  g_clear_handle_id (&self->cut_source, g_source_remove);
  self->mean = mean_milliseconds;
  plan_cut (self);
}

guint
fault_proxy_get_n_cuts (FaultProxy *self)
{
  return self->n_cuts;
}
