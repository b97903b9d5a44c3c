/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a service manager hands over and wants to be told, in systemd's protocols: sockets that are
 * open already (sd_listen_fds(3)), and a word when we are ready, and that we still are
 * (sd_notify(3), sd_watchdog_enabled(3)). All are a few lines and stable by promise, so libsystemd
 * is not asked for. And the way to the data of a service, for whoever runs it. */

#include "service.h"

#include "protocol/error.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/**
 * hw_service_get_watchdog:
 *
 * Returns: the milliseconds within which the service manager wants to hear "WATCHDOG=1" again and
 * again, or it starts us anew; 0 where it does not care
 */
guint64
hw_service_get_watchdog (void)
{
  const char *pid = g_getenv ("WATCHDOG_PID");
  const char *time = g_getenv ("WATCHDOG_USEC");
  guint64 receiver = 0;
  guint64 microseconds = 0;

  if (!time || !g_ascii_string_to_unsigned (time, 10, 1, G_MAXINT64, &microseconds, NULL))
    return 0;
  if (pid
      && (!g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT, &receiver, NULL)
          || receiver != (guint64) getpid ()))
    return 0;
  return MAX (1, microseconds / 1000);
}

static gboolean
become (uid_t user, gid_t group)
{
  return setgroups (0, NULL) == 0 && setresgid (group, group, group) == 0
         && setresuid (user, user, user) == 0;
}

/**
 * hw_service_enter_data:
 * @directory: a data directory
 * @error: where to put why it cannot be entered
 *
 * Where root works on the data of a service, it goes into the directory and becomes the account
 * that owns it, for good: what is written is that account's then, which may be one that exists only
 * while the service runs, below a directory where nobody but root gets by; and nothing that stands
 * in it leads root astray. Anybody else, or where there is no directory yet, stays. For programs of
 * one thread.
 *
 * Returns: (transfer none) (nullable): the directory to use from now on
 */
const char *
hw_service_enter_data (const char *directory, GError **error)
{
  struct stat info;
  int fd;
  gboolean entered;

  if (geteuid () != 0)
    return directory;
  fd = open (directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    return directory;
  if (fd >= 0 && fstat (fd, &info) == 0 && info.st_uid == 0)
    {
      close (fd);
      return directory;
    }
  entered = fd >= 0 && fchdir (fd) == 0 && become (info.st_uid, info.st_gid);
  if (!entered)
    hw_error_set (error, HW_ERROR_FAILED, NULL, "%s cannot be entered as its owner: %s.", directory,
                  g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return entered ? "." : NULL;
}
