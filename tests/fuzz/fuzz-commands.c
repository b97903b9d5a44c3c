/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way of a command through the whole server, with a room, two more people, an admin and the
 * disk behind it.
 *
 * An input is a script of lines. Its first character says what to do with the rest of a line: 0 to
 * 3, that client sends it; c, h, d, l and a digit: that client closes, closes its half, goes deaf,
 * listens again; r: the server runs until it has nothing to do; t and a digit: time goes by, from
 * 10 ms to half an hour. 0 and 1 are people in the room "room", 2 has said hello and is an admin, 3
 * is new. What they send may name the token of somebody's login: TOKEN0. */

#include "fuzz.h"

#include "clock.h"
#include "server-fixture.h"

#include <string.h>
#include <sys/socket.h>

#define N_PEERS 4

/* Milliseconds for the answers to a script. */
#define PATIENCE 200

static void
say (HwServer *server, Peer *peer, const char *text)
{
  peer_write (server, peer, text, strlen (text));
}

static void
greet (HwServer *server, Peer **peers)
{
  say (server, peers[0],
       "{\"op\":\"hello\",\"versions\":[1],\"client\":\"fuzz\",\"features\":[\"offers\"]}\n"
       "{\"op\":\"login\",\"name\":\"Ana\",\"takeover\":true}\n"
       "{\"op\":\"create\",\"room\":\"room\"}\n"
       "{\"op\":\"join\",\"room\":\"room\"}\n");
  server_fixture_run (server, peers, N_PEERS, PATIENCE);
  say (server, peers[1],
       "{\"op\":\"hello\",\"versions\":[1],\"client\":\"fuzz\",\"features\":[\"offers\","
       "\"receipts\"]}\n"
       "{\"op\":\"login\",\"name\":\"Ben\",\"direct\":{\"port\":9,\"fingerprint\":"
       "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}}\n"
       "{\"op\":\"join\",\"room\":\"room\"}\n"
       "{\"op\":\"rooms\",\"watch\":true}\n");
  say (server, peers[2], "{\"op\":\"hello\",\"versions\":[1],\"client\":\"fuzz\"}\n");
  server_fixture_run (server, peers, N_PEERS, PATIENCE);
}

/* The client that speaks through @peer is the one made with it: they are linked newest first. */
static void
make_admin (HwServer *server)
{
  HwClient *client = server->clients;

  for (int i = N_PEERS - 1; client && i > 2; i--)
    client = client->next;
  if (client)
    client->admin = TRUE;
}

static Peer *
pick (Peer **peers, const char *line, gsize length)
{
  return length > 1 && line[1] >= '0' && line[1] < '0' + N_PEERS ? peers[line[1] - '0'] : NULL;
}

/* Sends a line, its token put in. */
static void
speak (HwServer *server, Peer **peers, Peer *peer, const char *line, gsize length)
{
  const char *mark = memmem (line, length, "TOKEN", 5);
  gsize before = mark ? mark - line : 0;
  Peer *named = mark ? pick (peers, mark + 4, length - before - 4) : NULL;

  if (named && named->token)
    {
      peer_write (server, peer, line, before);
      say (server, peer, named->token);
      peer_write (server, peer, mark + 6, length - before - 6);
    }
  else
    {
      peer_write (server, peer, line, length);
    }
}

static void
play (HwServer *server, Peer **peers, const char *line, gsize length)
{
  Peer *peer = pick (peers, line, length);

  switch (length > 0 ? line[0] : 0)
    {
    case '0':
    case '1':
    case '2':
    case '3':
      speak (server, peers, peers[line[0] - '0'], line + 1, length - 1);
      break;
    case 'c':
      if (peer)
        peer_close (peer);
      break;
    case 'h':
      if (peer && peer->fd >= 0)
        shutdown (peer->fd, SHUT_WR);
      break;
    case 'd':
    case 'l':
      if (peer)
        peer->deaf = line[0] == 'd';
      break;
    case 't':
      if (length > 1 && g_ascii_isdigit (line[1]))
        fuzz_clock_skip (10 << 2 * (line[1] - '0'));
      server_fixture_run (server, peers, N_PEERS, PATIENCE);
      break;
    case 'r':
      server_fixture_run (server, peers, N_PEERS, PATIENCE);
      break;
    default:
      break;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  HwServer *server = server_fixture_get ();
  const char *at = (const char *) data;
  const char *end = at + size;
  Peer *peers[N_PEERS];

  for (int i = 0; i < N_PEERS; i++)
    {
      peers[i] = peer_new (server);
      peers[i]->plaintext = TRUE;
    }
  make_admin (server);
  greet (server, peers);

  while (at < end)
    {
      const char *next = memchr (at, '\n', end - at);

      next = next ? next + 1 : end;
      play (server, peers, at, next - at);
      at = next;
    }
  server_fixture_run (server, peers, N_PEERS, PATIENCE);

  for (int i = 0; i < N_PEERS; i++)
    peer_close (peers[i]);
  server_fixture_run (server, NULL, 0, PATIENCE);
  for (int i = 0; i < N_PEERS; i++)
    peer_free (peers[i]);
  server_fixture_rest ();
  return 0;
}
