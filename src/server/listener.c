/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The doors: one socket an address, all with the same port, or those that a service manager opened
 * for us. When descriptors run out nobody is let in until one is free again; some are always kept
 * for the database. */

#include "listener.h"

#include "service.h"

#include <gio/gio.h>
#include <glib-unix.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

/* Connections that the system may hold for us until we take them. */
#define BACKLOG 4096

/* Connections taken in one turn of the loop. */
#define ACCEPT_MAX 128

/* Descriptors that connections may not use up: the database's, password files', epoll's. */
#define KEPT_DESCRIPTORS 64

/* Milliseconds after which a pause ends if no descriptor was freed meanwhile. */
#define PAUSE_TIME 1000

/* Microseconds between two warnings that nobody can come in. */
#define WARN_INTERVAL G_TIME_SPAN_MINUTE

/* Tries to find a port that is free on all addresses. */
#define PORT_TRIES 16

typedef struct
{
  HwWatch watch; /* first */
  HwListener *listener;
  char *address;
} Door;

struct _HwListener
{
  HwPoller *poller;
  GPtrArray *doors;
  guint port;
  HwAcceptedFunc func;
  gpointer user_data;
  rlim_t limit; /* a descriptor that high is one too many */
  HwTimer pause;
  gboolean paused;
  gint64 warned_at; /* monotonic microseconds */
};

static void
door_free (gpointer data)
{
  Door *door = data;

  if (door->watch.fd >= 0)
    close (door->watch.fd);
  g_free (door->address);
  g_free (door);
}

static void
set_events (HwListener *self, guint32 events)
{
  for (guint i = 0; i < self->doors->len; i++)
    hw_poller_modify (self->poller, self->doors->pdata[i], events);
}

static void
go_on (HwListener *self)
{
  self->paused = FALSE;
  hw_timer_wheel_clear (hw_poller_get_wheel (self->poller), &self->pause);
  set_events (self, EPOLLIN);
}

static void
on_pause_over (HwTimer *timer)
{
  go_on (HW_OWNER (timer, HwListener, pause));
}

/* @retry: whether it may be over without a descriptor of ours being freed. */
static void
pause_accepting (HwListener *self, const char *reason, gboolean retry)
{
  gint64 now = g_get_monotonic_time ();

  if (now - self->warned_at > WARN_INTERVAL)
    {
      g_warning ("No more connections are taken for now: %s", reason);
      self->warned_at = now;
    }
  self->paused = TRUE;
  set_events (self, 0);
  if (retry)
    hw_timer_wheel_set (hw_poller_get_wheel (self->poller), &self->pause, PAUSE_TIME,
                        on_pause_over);
}

static void
on_knock (HwWatch *watch, guint32 events)
{
  HwListener *self = ((Door *) watch)->listener;

  for (int i = 0; i < ACCEPT_MAX; i++)
    {
      struct sockaddr_storage address;
      socklen_t length = sizeof address;
      int on = 1;
      int fd = accept4 (watch->fd, (struct sockaddr *) &address, &length,
                        SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd < 0 && (errno == ECONNABORTED || errno == EINTR))
        continue;
      if (fd < 0)
        {
          if (errno != EAGAIN && errno != EWOULDBLOCK)
            pause_accepting (self, g_strerror (errno), TRUE);
          return;
        }
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      self->func (fd, (struct sockaddr *) &address, self->user_data);
      if ((rlim_t) fd + KEPT_DESCRIPTORS >= self->limit)
        {
          pause_accepting (self, "descriptors are running out", FALSE);
          return;
        }
    }
}

static gboolean
fail (GError **error, const char *address, guint port, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "cannot listen on %s port %u: %s",
               address, port, g_strerror (code));
  return FALSE;
}

static guint
port_of (const struct sockaddr_storage *address)
{
  return ntohs (address->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *) address)->sin6_port
                                               : ((const struct sockaddr_in *) address)->sin_port);
}

/* @fd: (transfer full) */
static void
add_door (HwListener *self, int fd, const char *address)
{
  Door *door = g_new0 (Door, 1);

  door->watch.fd = fd;
  door->watch.func = on_knock;
  door->watch.events = EPOLLIN;
  door->listener = self;
  door->address = g_strdup (address);
  g_ptr_array_add (self->doors, door);
}

static gboolean
open_door (HwListener *self, const char *text, guint port, GError **error)
{
  g_autoptr (GInetAddress) ip = g_inet_address_new_from_string (text);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (ip, port);
  struct sockaddr_storage native;
  socklen_t length = g_socket_address_get_native_size (address);
  int family = g_socket_address_get_family (address);
  int fd = socket (family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;

  if (fd < 0)
    return fail (error, text, port, errno);
  g_socket_address_to_native (address, &native, sizeof native, NULL);
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind (fd, (struct sockaddr *) &native, length) < 0 || listen (fd, BACKLOG) < 0)
    {
      int code = errno;

      close (fd);
      return fail (error, text, port, code);
    }
  if (self->port == 0)
    {
      length = sizeof native;
      getsockname (fd, (struct sockaddr *) &native, &length);
      self->port = port_of (&native);
    }
  add_door (self, fd, text);
  return TRUE;
}

static gboolean
open_doors (HwListener *self, char **addresses, guint port, GError **error)
{
  self->port = port;
  g_ptr_array_set_size (self->doors, 0);
  for (guint i = 0; addresses[i]; i++)
    if (!open_door (self, addresses[i], self->port, error))
      return FALSE;
  return TRUE;
}

/* All addresses of the machine; without IPv6 only those of IPv4. */
static gboolean
open_all_doors (HwListener *self, guint port, GError **error)
{
  char *both[] = { "0.0.0.0", "::", NULL };
  char *old[] = { "0.0.0.0", NULL };
  g_autoptr (GError) reason = NULL;

  if (open_doors (self, both, port, &reason))
    return TRUE;
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  return open_doors (self, old, port, error);
}

static gboolean
adopt_door (HwListener *self, int fd, GError **error)
{
  struct sockaddr_storage native = { 0 };
  socklen_t length = sizeof native;
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *text = NULL;
  int listening = 0;
  socklen_t size = sizeof listening;

  if (getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0 || !listening
      || getsockname (fd, (struct sockaddr *) &native, &length) < 0
      || (native.ss_family != AF_INET && native.ss_family != AF_INET6))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "descriptor %d of the service manager is not a listening TCP socket", fd);
      return FALSE;
    }
  address = g_socket_address_new_from_native (&native, length);
  text = g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  self->port = port_of (&native);
  add_door (self, fd, text);
  return TRUE;
}

static gboolean
adopt_doors (HwListener *self, int first, int count, GError **error)
{
  for (int i = 0; i < count; i++)
    if (!adopt_door (self, first + i, error))
      return FALSE;
  return TRUE;
}

/* As many connections as the system lets us have. */
static rlim_t
raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return 1024;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) < 0)
    g_warning ("Cannot raise the number of open files: %s", g_strerror (errno));
  getrlimit (RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

/**
 * hw_listener_new:
 * @poller: what waits for connections
 * @addresses: IP addresses; empty: all of the machine
 * @port: 0: one that is free on all of them
 * @func: what to call with every connection
 * @user_data: for @func
 * @error: where to put the words
 *
 * Sockets that a service manager opened for us stand over @addresses and @port.
 *
 * Returns: (transfer full) (nullable): open doors
 */
HwListener *
hw_listener_new (HwPoller *poller,
                 char **addresses,
                 guint port,
                 HwAcceptedFunc func,
                 gpointer user_data,
                 GError **error)
{
  HwListener *self = g_new0 (HwListener, 1);
  gboolean open = FALSE;
  int first;
  int given = hw_service_find_sockets (&first);

  self->poller = poller;
  self->func = func;
  self->user_data = user_data;
  self->doors = g_ptr_array_new_with_free_func (door_free);
  self->limit = raise_limit ();
  self->warned_at = -WARN_INTERVAL;
  if (given > 0)
    open = adopt_doors (self, first, given, error);
  for (int i = 0; given == 0 && !open && i < (port == 0 ? PORT_TRIES : 1); i++)
    {
      g_clear_error (error);
      open = *addresses ? open_doors (self, addresses, port, error)
                        : open_all_doors (self, port, error);
    }
  if (!open)
    {
      g_ptr_array_unref (self->doors);
      g_free (self);
      return NULL;
    }
  for (guint i = 0; i < self->doors->len; i++)
    hw_poller_add (poller, self->doors->pdata[i]);
  return self;
}

/**
 * hw_listener_stop:
 * @self: a listener
 *
 * Closes the doors.
 */
void
hw_listener_stop (HwListener *self)
{
  hw_timer_wheel_clear (hw_poller_get_wheel (self->poller), &self->pause);
  for (guint i = 0; i < self->doors->len; i++)
    hw_poller_remove (self->poller, self->doors->pdata[i]);
  g_ptr_array_set_size (self->doors, 0);
}

/**
 * hw_listener_free:
 * @self: (transfer full): a listener; its doors are closed
 */
void
hw_listener_free (HwListener *self)
{
  hw_listener_stop (self);
  g_ptr_array_unref (self->doors);
  g_free (self);
}

/**
 * hw_listener_get_port:
 * @self: a listener
 *
 * Returns: the port listened on
 */
guint
hw_listener_get_port (HwListener *self)
{
  return self->port;
}

/**
 * hw_listener_list_addresses:
 * @self: a listener
 *
 * Returns: (transfer full): the addresses listened on
 */
char **
hw_listener_list_addresses (HwListener *self)
{
  char **list = g_new0 (char *, self->doors->len + 1);

  for (guint i = 0; i < self->doors->len; i++)
    list[i] = g_strdup (((Door *) self->doors->pdata[i])->address);
  return list;
}

/**
 * hw_listener_descriptor_freed:
 * @self: a listener
 *
 * Somebody else may come in, if nobody could for want of descriptors.
 */
void
hw_listener_descriptor_freed (HwListener *self)
{
  if (self->paused)
    go_on (self);
}
