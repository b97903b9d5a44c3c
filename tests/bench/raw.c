/* SPDX-License-Identifier: GPL-3.0-or-later */

/* raw: the least that a server can do. It sends every line it gets to everybody who is connected:
 * all lines of one read in one send to each ("joined"), or each line by itself ("single"). It knows
 * no rooms and keeps nothing; no server that uses plain sockets can need less. */

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENTS_MAX 1100

static int clients[CLIENTS_MAX];
static guint n_clients;

/* A client says "!" once, and hears it back: its login. */
static gboolean
is_login (const char *bytes, gsize length)
{
  return length == 2 && bytes[0] == '!';
}

static void
send_all (int fd, const char *bytes, gsize length)
{
  while (length > 0)
    {
      ssize_t n = send (fd, bytes, length, MSG_NOSIGNAL);

      if (n < 0)
        return; /* gone; its end is read soon */
      bytes += n;
      length -= n;
    }
}

static void
send_to_everybody (const char *bytes, gsize length)
{
  for (guint i = 0; i < n_clients; i++)
    send_all (clients[i], bytes, length);
}

static void
add_client (int epoll, int listener)
{
  struct epoll_event event = { .events = EPOLLIN };
  int fd = accept (listener, NULL, NULL);
  int on = 1;

  if (fd < 0)
    return;
  if (n_clients == CLIENTS_MAX)
    {
      close (fd);
      return;
    }
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  event.data.fd = fd;
  epoll_ctl (epoll, EPOLL_CTL_ADD, fd, &event);
  clients[n_clients++] = fd;
}

static void
remove_client (int fd)
{
  for (guint i = 0; i < n_clients; i++)
    if (clients[i] == fd)
      {
        clients[i] = clients[--n_clients];
        break;
      }
  close (fd);
}

static void
read_client (int fd, gboolean joined)
{
  static char buffer[65536];
  static gsize kept; /* the start of a line: only one client ever says anything */
  ssize_t n = recv (fd, buffer + kept, sizeof buffer - kept, 0);
  const char *start = buffer;
  const char *end;

  if (n <= 0)
    {
      remove_client (fd);
      return;
    }
  if (kept == 0 && is_login (buffer, n))
    {
      send_all (fd, buffer, n);
      return;
    }
  kept += n;
  end = memrchr (buffer, '\n', kept);
  if (!end)
    return;
  end++;
  if (joined)
    send_to_everybody (buffer, end - buffer);
  else
    while (start < end)
      {
        const char *next = (const char *) memchr (start, '\n', end - start) + 1;

        send_to_everybody (start, next - start);
        start = next;
      }
  kept -= end - buffer;
  memmove (buffer, end, kept);
}

int
main (int argc, char **argv)
{
  gboolean joined = argc == 2 && g_str_equal (argv[1], "joined");
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  int epoll = epoll_create1 (0);
  struct epoll_event events[256] = { { .events = EPOLLIN, .data.fd = listener } };

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (listener, (struct sockaddr *) &address, size) != 0 || listen (listener, 4096) != 0)
    {
      perror ("raw");
      return 1;
    }
  getsockname (listener, (struct sockaddr *) &address, &size);
  epoll_ctl (epoll, EPOLL_CTL_ADD, listener, events);
  printf ("%u\n", ntohs (address.sin_port));
  fflush (stdout);

  for (;;)
    {
      int n = epoll_wait (epoll, events, G_N_ELEMENTS (events), -1);

      for (int i = 0; i < n; i++)
        if (events[i].data.fd == listener)
          add_client (epoll, listener);
        else
          read_client (events[i].data.fd, joined);
    }
}
