/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a service manager hands over and wants to be told, in systemd's protocols: sockets that are
 * open already (sd_listen_fds(3)) and a word when we are ready (sd_notify(3)). Both are a few lines
 * and stable by promise, so libsystemd is not asked for. */

#include "service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The first socket handed over; SD_LISTEN_FDS_START. */
#define FIRST_SOCKET 3

/* No service has that many ports; what is beyond is a mistake. */
#define SOCKETS_MAX 64

/**
 * hw_service_find_sockets:
 * @first: (out): descriptor of the first one, the others follow it
 *
 * Finds the sockets that the service manager opened for us; they are the caller's from now on.
 *
 * Returns: how many there are, 0 where nothing was handed over
 */
int
hw_service_find_sockets (int *first)
{
  const char *pid = g_getenv ("LISTEN_PID");
  const char *count = g_getenv ("LISTEN_FDS");
  guint64 receiver = 0;
  guint64 found = 0;

  if (!pid || !count || !g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT, &receiver, NULL)
      || receiver != (guint64) getpid ()
      || !g_ascii_string_to_unsigned (count, 10, 1, SOCKETS_MAX, &found, NULL))
    found = 0;
  *first = FIRST_SOCKET;
  return found;
}

/**
 * hw_service_notify:
 * @state: assignments, one a line, as sd_notify(3) has them: "READY=1"
 *
 * Tells the service manager, where there is one that wants to know. Any thread.
 */
void
hw_service_notify (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gsize length;
  int fd;

  if (!path || (*path != '/' && *path != '@') || strlen (path) >= sizeof address.sun_path)
    return;
  length = strlen (path);
  memcpy (address.sun_path, path, length);
  if (*path == '@')
    address.sun_path[0] = 0; /* a name in the abstract namespace */
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
              G_STRUCT_OFFSET (struct sockaddr_un, sun_path) + length)
      < 0)
    g_warning ("Cannot tell the service manager “%s”: %s", state, g_strerror (errno));
  close (fd);
}
