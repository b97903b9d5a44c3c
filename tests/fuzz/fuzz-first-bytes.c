/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whatever a stranger begins with: TLS, a line, or neither, in pieces. The first byte of an input
 * seeds the lengths of the pieces. Afterwards the connection must end. */

#include "fuzz.h"

#include "server-fixture.h"

#include <sys/socket.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  HwServer *server = server_fixture_get ();
  guint32 seed = size > 0 ? data[0] : 0;
  gint64 start = g_get_monotonic_time ();
  Peer *peer = peer_new (server);

  peer->plaintext = size > 1 && data[1] != 0x16;
  for (size_t at = 1; at < size;)
    {
      size_t piece = 1 + (seed >> 8) % 300;

      seed = seed * 1103515245 + 12345;
      piece = MIN (piece, size - at);
      peer_write (server, peer, data + at, piece);
      server_fixture_run (server, &peer, 1, 2);
      at += piece;
    }
  shutdown (peer->fd, SHUT_WR);
  server_fixture_run (server, &peer, 1, 20);
  peer_close (peer);
  while (server->clients)
    {
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
    }
  peer_free (peer);
  server_fixture_rest ();
  return 0;
}
