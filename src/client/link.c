/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwLink: one connection. It opens (TCP, then TLS where it is wanted; or TLS on one that somebody
 * else opened), cuts what comes into lines, and writes what is sent, without ever waiting. Lines
 * are handed on for some milliseconds at a time, then windows are drawn first: a hundred thousand
 * entries at once must not freeze them.
 *
 * TLS comes without a certificate database: servers' certificates are their own, loading the
 * system's would cost memory and time, and what is trusted is decided above, by fingerprint. */

#include "hallway-config.h"

#include "link.h"

#include "clean.h"
#include "isolate.h"
#include "network.h"

#include "protocol/error.h"
#include "protocol/fingerprint.h"
#include "protocol/limits.h"
#include "protocol/line-buffer.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

/* Seconds for TCP and TLS together. */
#define OPEN_DEADLINE 10

/* Seconds for what is still to be written when we take our leave. */
#define FINISH_DEADLINE 2

/* Bytes read at once. */
#define READ_SIZE 65536

/* Bytes that may wait to be written. The pace of requests keeps it far below. */
#define WRITE_MAX (1024 * 1024)

/* Microseconds of lines in a row, then others have their turn: a quarter of a frame. */
#define LINES_BUDGET 4000

/* Reading comes after GTK's resizing and drawing, or a flood would keep windows from being drawn
 * (GDK_PRIORITY_REDRAW is G_PRIORITY_HIGH_IDLE + 20). */
#define LINES_PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

typedef enum
{
  LINK_NEW,
  LINK_OPENING,
  LINK_OPEN,
  LINK_FINISHING,
  LINK_CLOSED,
} LinkState;

struct _HwLink
{
  GObject parent_instance;

  char *host;
  guint16 port;
  gboolean tls;
  gboolean accepted;            /* the other end opened it, and wants our certificate */
  GTlsCertificate *certificate; /* (nullable): our own */
  guint open_deadline;          /* seconds */
  const HwLinkHandler *handler;
  gpointer user_data;

  LinkState state;
  GCancellable *cancellable;
  GSocketConnection *connection;
  GIOStream *stream; /* the connection, or TLS upon it */
  char *fingerprint;
  guint deadline_source;

  HwLineBuffer lines;
  char *read_buffer; /* while open */
  guint lines_source;
  gboolean paused; /* nothing is read, and no line handed on */
  gint64 received_at;

  GString *queued;  /* to be written next */
  GString *writing; /* (nullable): under way */
};

G_DEFINE_FINAL_TYPE (HwLink, hw_link, G_TYPE_OBJECT)

static gboolean on_more_lines (gpointer user_data);
static void read_more (HwLink *self);
static void write_more (HwLink *self);

static void
hw_link_dispose (GObject *object)
{
  hw_link_close (HW_LINK (object));

  G_OBJECT_CLASS (hw_link_parent_class)->dispose (object);
}

static void
hw_link_finalize (GObject *object)
{
  HwLink *self = HW_LINK (object);

  g_free (self->host);
  g_free (self->fingerprint);
  g_free (self->read_buffer);
  hw_line_buffer_clear (&self->lines);
  hw_secret_free_line (self->queued);
  hw_secret_free_line (self->writing);
  g_clear_object (&self->stream);
  g_clear_object (&self->connection);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->certificate);

  G_OBJECT_CLASS (hw_link_parent_class)->finalize (object);
}

static void
hw_link_class_init (HwLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_link_dispose;
  object_class->finalize = hw_link_finalize;
}

static void
hw_link_init (HwLink *self)
{
  self->cancellable = g_cancellable_new ();
  self->queued = g_string_new (NULL);
  hw_line_buffer_init (&self->lines, HW_SERVER_LINE_MAX);
  self->open_deadline = OPEN_DEADLINE;
}

/* What happened, in words for the person. */
static GError *
describe (HwLink *self, const GError *cause)
{
  g_autofree char *host = hw_isolate (self->host);

  if (cause->domain == HW_ERROR)
    return g_error_copy (cause);
  if (cause->domain == G_RESOLVER_ERROR)
    return hw_error_new (HW_ERROR_FAILED, NULL, _ ("Nobody knows where “%s” is."), host);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return hw_error_new (HW_ERROR_FAILED, NULL, _ ("Nobody answers at %s, port %u."), host,
                         self->port);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return hw_error_new (HW_ERROR_FAILED, NULL, _ ("%s takes too long to answer."), host);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE)
      || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE))
    return hw_error_new (HW_ERROR_FAILED, NULL, _ ("There is no way to %s from this network."),
                         host);
  if (self->state == LINK_OPEN || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)
      || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED)
      || g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_EOF))
    return hw_error_new (HW_ERROR_FAILED, NULL, _ ("The connection was lost."));
  if (self->connection && self->tls)
    return hw_error_new (HW_ERROR_FAILED, NULL,
                         _ ("%s does not speak in a way that keeps words private."), host);
  return hw_error_new (HW_ERROR_FAILED, NULL, "%s", cause->message);
}

static void
fail (HwLink *self, const GError *cause)
{
  G_GNUC_UNUSED g_autoptr (HwLink) alive = g_object_ref (self);
  g_autoptr (GError) error = NULL;
  const HwLinkHandler *handler = self->handler;

  if (self->state == LINK_CLOSED)
    return;
  g_debug ("%s: %s", self->host, cause->message);
  error = describe (self, cause);
  hw_link_close (self);
  if (handler)
    handler->closed (self, error, self->user_data);
}

static gboolean
on_late (gpointer user_data)
{
  HwLink *self = user_data;
  g_autoptr (GError) error
      = self->state == LINK_OPEN
            ? hw_error_new (HW_ERROR_FAILED, NULL, _ ("The place takes nothing more from us."))
            : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "too late");

  self->deadline_source = 0;
  if (self->state == LINK_FINISHING)
    hw_link_close (self);
  else
    fail (self, error);
  return G_SOURCE_REMOVE;
}

static void
hand_lines_on (HwLink *self)
{
  G_GNUC_UNUSED g_autoptr (HwLink) alive = g_object_ref (self);
  gint64 until = g_get_monotonic_time () + LINES_BUDGET;
  const char *line;
  gsize length;

  while (self->state == LINK_OPEN && !self->paused)
    {
      g_autoptr (GError) error = NULL;

      switch (hw_line_buffer_next (&self->lines, &line, &length))
        {
        case HW_LINE_FOUND:
          self->handler->line (self, line, length, self->user_data);
          break;
        case HW_LINE_TOO_LONG:
          error = hw_error_new (HW_ERROR_FAILED, NULL,
                                _ ("The place sent something too long to be read."));
          fail (self, error);
          return;
        case HW_LINE_NONE:
        default:
          read_more (self);
          return;
        }
      /* Resumed from within: the rest comes from there, for nothing may be read twice at once. */
      if (self->lines_source)
        return;
      if (self->state == LINK_OPEN && g_get_monotonic_time () >= until)
        {
          self->lines_source = g_idle_add_full (LINES_PRIORITY, on_more_lines, self, NULL);
          return;
        }
    }
}

static gboolean
on_more_lines (gpointer user_data)
{
  HwLink *self = user_data;

  self->lines_source = 0;
  hand_lines_on (self);
  return G_SOURCE_REMOVE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwLink) self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (self->state == LINK_FINISHING && n <= 0)
    {
      hw_link_close (self);
      return;
    }
  if (self->state == LINK_FINISHING)
    {
      read_more (self);
      return;
    }
  if (self->state != LINK_OPEN)
    return;
  if (n == 0)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "closed by the other end");
  if (n <= 0)
    {
      fail (self, error);
      return;
    }
  self->received_at = g_get_monotonic_time ();
  hw_line_buffer_append (&self->lines, self->read_buffer, n);
  hand_lines_on (self);
}

static void
read_more (HwLink *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (self->stream), self->read_buffer,
                             READ_SIZE, LINES_PRIORITY, self->cancellable, on_read,
                             g_object_ref (self));
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwLink) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean written
      = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error);

  g_clear_pointer (&self->writing, hw_secret_free_line);
  if (self->state == LINK_CLOSED)
    return;
  if (!written)
    {
      if (self->state == LINK_FINISHING)
        hw_link_close (self);
      else
        fail (self, error);
      return;
    }
  write_more (self);
}

static void
write_more (HwLink *self)
{
  if (self->writing)
    return;
  if (self->queued->len == 0)
    {
      /* All is said: the other end reads it and closes; on_read() or the deadline notices. */
      if (self->state == LINK_FINISHING)
        g_socket_shutdown (g_socket_connection_get_socket (self->connection), FALSE, TRUE, NULL);
      return;
    }
  self->writing = g_steal_pointer (&self->queued);
  self->queued = g_string_new (NULL);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream), self->writing->str,
                                   self->writing->len, G_PRIORITY_DEFAULT, self->cancellable,
                                   on_written, g_object_ref (self));
}

static void
go_open (HwLink *self)
{
  G_GNUC_UNUSED g_autoptr (HwLink) alive = g_object_ref (self);

  g_clear_handle_id (&self->deadline_source, g_source_remove);
  self->state = LINK_OPEN;
  self->received_at = g_get_monotonic_time ();
  self->read_buffer = g_malloc (READ_SIZE);
  read_more (self);
  self->handler->opened (self, self->user_data);
}

static gboolean
on_accept_certificate (GTlsConnection *connection,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags flags,
                       gpointer user_data)
{
  /* Taken for now: its fingerprint is judged before anything but hello is said. */
  return TRUE;
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwLink) self = user_data;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;

  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error))
    {
      fail (self, error);
      return;
    }
  if (self->state != LINK_OPENING)
    return;
  certificate = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (source));
  if (!certificate)
    {
      error = g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "no certificate");
      fail (self, error);
      return;
    }
  self->fingerprint = hw_fingerprint_of_certificate (certificate);
  go_open (self);
}

static void
start_tls (HwLink *self)
{
  GTlsBackend *backend = g_tls_backend_get_default ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) remote
      = g_socket_connection_get_remote_address (self->connection, &error);

  /* GIO's TLS asks the same, and does not expect that a reset was faster. */
  if (!remote)
    {
      fail (self, error);
      return;
    }
  if (self->accepted)
    self->stream = g_initable_new (g_tls_backend_get_server_connection_type (backend), NULL, &error,
                                   "base-io-stream", self->connection, "database", NULL,
                                   "require-close-notify", FALSE, "certificate", self->certificate,
                                   "authentication-mode", G_TLS_AUTHENTICATION_REQUIRED, NULL);
  else
    self->stream = g_initable_new (g_tls_backend_get_client_connection_type (backend), NULL, &error,
                                   "base-io-stream", self->connection, "database", NULL,
                                   "require-close-notify", FALSE, NULL);
  if (!self->stream)
    {
      fail (self, error);
      return;
    }
  if (self->certificate && !self->accepted)
    g_tls_connection_set_certificate (G_TLS_CONNECTION (self->stream), self->certificate);
  g_signal_connect (self->stream, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->stream), G_PRIORITY_DEFAULT,
                                    self->cancellable, on_handshake, g_object_ref (self));
}

static void
set_options (HwLink *self)
{
  GSocket *socket = g_socket_connection_get_socket (self->connection);

  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwLink) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (self->state != LINK_OPENING)
    return;
  if (!connection)
    {
      fail (self, error);
      return;
    }
  self->connection = g_steal_pointer (&connection);
  set_options (self);
  if (self->tls)
    {
      start_tls (self);
      return;
    }
  self->stream = g_object_ref (G_IO_STREAM (self->connection));
  go_open (self);
}

/**
 * hw_link_new:
 * @address: (transfer none): where to
 * @tls: whether to encrypt
 * @handler: (transfer none): what is told of it; static
 * @user_data: for @handler; must live until the link is closed
 *
 * Returns: (transfer full): a link that is not open yet
 */
HwLink *
hw_link_new (const HwAddress *address,
             gboolean tls,
             const HwLinkHandler *handler,
             gpointer user_data)
{
  HwLink *self = g_object_new (HW_TYPE_LINK, NULL);

  self->host = g_strdup (address->host);
  self->port = address->port;
  self->tls = tls;
  self->handler = handler;
  self->user_data = user_data;
  return self;
}

/**
 * hw_link_new_accepted:
 * @connection: (transfer none): one that somebody opened to us
 * @certificate: (transfer none): our own
 * @handler: (transfer none): what is told of it; static
 * @user_data: for @handler; must live until the link is closed
 *
 * The other side has to show a certificate, too.
 *
 * Returns: (transfer full): a link that is not open yet
 */
HwLink *
hw_link_new_accepted (GSocketConnection *connection,
                      GTlsCertificate *certificate,
                      const HwLinkHandler *handler,
                      gpointer user_data)
{
  HwLink *self = g_object_new (HW_TYPE_LINK, NULL);

  self->connection = g_object_ref (connection);
  self->certificate = g_object_ref (certificate);
  self->host = g_strdup ("a peer");
  self->tls = TRUE;
  self->accepted = TRUE;
  self->handler = handler;
  self->user_data = user_data;
  return self;
}

/**
 * hw_link_set_peer:
 * @self: a new link
 * @certificate: (transfer none): our own, to be shown to the other side
 * @open_deadline: seconds for TCP and TLS together
 *
 * The other end is a client like us: its lines are as short as ours.
 */
void
hw_link_set_peer (HwLink *self, GTlsCertificate *certificate, guint open_deadline)
{
  g_return_if_fail (HW_IS_LINK (self));
  g_return_if_fail (self->state == LINK_NEW);

  g_set_object (&self->certificate, certificate);
  self->open_deadline = open_deadline;
  hw_line_buffer_init (&self->lines, HW_LINE_MAX);
}

/**
 * hw_link_open:
 * @self: a new link
 *
 * Begins to connect. The handler is told how it ends, never before this returns.
 */
void
hw_link_open (HwLink *self)
{
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketConnectable) where = NULL;
  g_autofree char *host = NULL;

  g_return_if_fail (HW_IS_LINK (self));
  g_return_if_fail (self->state == LINK_NEW);

  self->state = LINK_OPENING;
  self->deadline_source = g_timeout_add_seconds (self->open_deadline, on_late, self);
  if (self->accepted)
    {
      set_options (self);
      start_tls (self);
      return;
    }
  client = g_socket_client_new ();
  /* Places are near: a proxy for the web does not lead there. */
  g_socket_client_set_enable_proxy (client, FALSE);
  host = hw_network_complete_host (self->host);
  where = g_network_address_new (host, self->port);
  g_socket_client_connect_async (client, where, self->cancellable, on_connected,
                                 g_object_ref (self));
}

/**
 * hw_link_send:
 * @self: a link
 * @line: (transfer full): a line with its end; wiped once it is written
 *
 * Sends it in its turn. What a closed link is given is dropped: its requests have failed.
 */
void
hw_link_send (HwLink *self, GString *line)
{
  g_return_if_fail (HW_IS_LINK (self));

  if (self->state != LINK_OPEN)
    {
      hw_secret_free_line (line);
      return;
    }
  if (self->queued->len + line->len > WRITE_MAX)
    {
      hw_secret_free_line (line);
      /* Not from within: whoever sends is in the middle of something. */
      if (!self->deadline_source)
        self->deadline_source = g_timeout_add (0, on_late, self);
      return;
    }
  /* Grown by hand: realloc would leave copies of secrets behind. */
  if (self->queued->len + line->len >= self->queued->allocated_len)
    {
      GString *larger = g_string_sized_new (2 * (self->queued->len + line->len));

      g_string_append_len (larger, self->queued->str, self->queued->len);
      hw_secret_free_line (self->queued);
      self->queued = larger;
    }
  g_string_append_len (self->queued, line->str, line->len);
  hw_secret_free_line (line);
  write_more (self);
}

/**
 * hw_link_finish:
 * @self: a link
 *
 * Lets what was sent go out, then closes. The handler is told nothing more; the link lives on by
 * itself for as long as that takes, two seconds at most.
 */
void
hw_link_finish (HwLink *self)
{
  g_return_if_fail (HW_IS_LINK (self));

  if (self->state != LINK_OPEN)
    {
      hw_link_close (self);
      return;
    }
  self->state = LINK_FINISHING;
  g_clear_handle_id (&self->lines_source, g_source_remove);
  self->deadline_source = g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, FINISH_DEADLINE, on_late,
                                                      g_object_ref (self), g_object_unref);
  write_more (self);
}

/**
 * hw_link_close:
 * @self: a link
 *
 * Closes at once. The handler is told nothing more.
 */
void
hw_link_close (HwLink *self)
{
  g_return_if_fail (HW_IS_LINK (self));

  if (self->state == LINK_CLOSED)
    return;
  self->state = LINK_CLOSED;
  g_clear_handle_id (&self->deadline_source, g_source_remove);
  g_clear_handle_id (&self->lines_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  /* The socket first: then closing the streams above has nothing to wait for. */
  if (self->connection)
    g_socket_close (g_socket_connection_get_socket (self->connection), NULL);
}

/**
 * hw_link_pause:
 * @self: an open link, within its handler's "line"
 *
 * Reads nothing more, and hands no line on, until hw_link_resume().
 */
void
hw_link_pause (HwLink *self)
{
  g_return_if_fail (HW_IS_LINK (self));

  self->paused = TRUE;
}

/**
 * hw_link_resume:
 * @self: a link
 *
 * Goes on after hw_link_pause().
 */
void
hw_link_resume (HwLink *self)
{
  g_return_if_fail (HW_IS_LINK (self));

  if (!self->paused)
    return;
  self->paused = FALSE;
  if (self->state == LINK_OPEN && !self->lines_source)
    self->lines_source = g_idle_add_full (LINES_PRIORITY, on_more_lines, self, NULL);
}

/**
 * hw_link_has_unsent:
 * @self: a link
 *
 * Returns: whether something that was sent is not with the system yet
 */
gboolean
hw_link_has_unsent (HwLink *self)
{
  g_return_val_if_fail (HW_IS_LINK (self), FALSE);

  return self->writing || self->queued->len > 0;
}

/**
 * hw_link_get_interface:
 * @self: a link
 *
 * Returns: (transfer full) (nullable): the name of the interface that leads to the other end
 */
char *
hw_link_get_interface (HwLink *self)
{
  g_autoptr (GSocketAddress) own = NULL;

  g_return_val_if_fail (HW_IS_LINK (self), NULL);

  if (self->connection)
    own = g_socket_connection_get_local_address (self->connection, NULL);
  return G_IS_INET_SOCKET_ADDRESS (own) ? hw_network_find_interface (G_INET_SOCKET_ADDRESS (own))
                                        : NULL;
}

/**
 * hw_link_steal:
 * @self: an open link, within its handler's "line" or paused, with nothing left to be
 *   written: see hw_link_has_unsent()
 * @connection: (out) (transfer full): what carries the stream
 * @rest: (out) (transfer full): what came behind that line
 *
 * Takes the stream away: from here on it is not lines that go over it. The link is closed, and its
 * handler told nothing more.
 *
 * Returns: (transfer full): the encrypted stream
 */
GIOStream *
hw_link_steal (HwLink *self, GSocketConnection **connection, GBytes **rest)
{
  g_return_val_if_fail (HW_IS_LINK (self), NULL);
  g_return_val_if_fail (self->state == LINK_OPEN, NULL);
  g_return_val_if_fail (!hw_link_has_unsent (self), NULL);

  self->state = LINK_CLOSED;
  g_clear_handle_id (&self->deadline_source, g_source_remove);
  g_clear_handle_id (&self->lines_source, g_source_remove);
  *rest = g_bytes_new (self->lines.data ? self->lines.data + self->lines.start : NULL,
                       hw_line_buffer_get_pending (&self->lines));
  *connection = g_steal_pointer (&self->connection);
  return g_steal_pointer (&self->stream);
}

const char *
hw_link_get_fingerprint (HwLink *self)
{
  g_return_val_if_fail (HW_IS_LINK (self), NULL);

  return self->fingerprint;
}

/**
 * hw_link_get_received_at:
 * @self: a link
 *
 * Returns: when something last came, monotonic microseconds
 */
gint64
hw_link_get_received_at (HwLink *self)
{
  g_return_val_if_fail (HW_IS_LINK (self), 0);

  return self->received_at;
}
