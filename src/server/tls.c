/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's end of TLS on a nonblocking socket, straight on GnuTLS: handshakes are driven by the
 * same epoll as everything else, so that thousands which never finish cost neither a thread nor a
 * place in somebody's queue, only their memory until their deadline. Network thread only. */

#include "tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <string.h>

/* Bytes of one record: what is gathered into one call. */
#define RECORD_MAX 16384

struct _HwTlsContext
{
  gnutls_certificate_credentials_t credentials;
  gnutls_priority_t priority;
};

struct _HwTls
{
  gnutls_session_t session;
  gsize sending; /* bytes of a record that GnuTLS has taken and the socket not yet */
};

static gboolean
check (int result, GError **error)
{
  if (result >= 0)
    return TRUE;
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC, "TLS: %s", gnutls_strerror (result));
  return FALSE;
}

/**
 * hw_tls_context_new:
 * @certificate: the server's, with its private key
 * @error: where to put the reason
 *
 * Returns: (transfer full) (nullable): what all connections share
 */
HwTlsContext *
hw_tls_context_new (GTlsCertificate *certificate, GError **error)
{
  HwTlsContext *self = g_new0 (HwTlsContext, 1);
  g_autofree char *certificate_pem = NULL;
  g_autofree char *key_pem = NULL;
  gnutls_datum_t certificate_datum;
  gnutls_datum_t key_datum;

  g_object_get (certificate, "certificate-pem", &certificate_pem, "private-key-pem", &key_pem,
                NULL);
  if (!certificate_pem || !key_pem)
    {
      g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                   "the certificate has no private key");
      hw_tls_context_free (self);
      return NULL;
    }
  certificate_datum.data = (unsigned char *) certificate_pem;
  certificate_datum.size = strlen (certificate_pem);
  key_datum.data = (unsigned char *) key_pem;
  key_datum.size = strlen (key_pem);

  if (!check (gnutls_priority_init (&self->priority, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
                                    NULL),
              error)
      || !check (gnutls_certificate_allocate_credentials (&self->credentials), error)
      || !check (gnutls_certificate_set_x509_key_mem (self->credentials, &certificate_datum,
                                                      &key_datum, GNUTLS_X509_FMT_PEM),
                 error))
    g_clear_pointer (&self, hw_tls_context_free);

  gnutls_memset (key_pem, 0, key_datum.size);
  return self;
}

/**
 * hw_tls_context_free:
 * @self: (transfer full): a context that no connection uses any more
 */
void
hw_tls_context_free (HwTlsContext *self)
{
  if (self->credentials)
    gnutls_certificate_free_credentials (self->credentials);
  if (self->priority)
    gnutls_priority_deinit (self->priority);
  g_free (self);
}

/**
 * hw_tls_new:
 * @context: what all connections share; outlives this one
 * @fd: (transfer none): a nonblocking socket
 *
 * Returns: (transfer full) (nullable): the server's end; %NULL where memory is short
 */
HwTls *
hw_tls_new (HwTlsContext *context, int fd)
{
  HwTls *self = g_new0 (HwTls, 1);

  if (gnutls_init (&self->session, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0)
    {
      g_free (self);
      return NULL;
    }
  gnutls_priority_set (self->session, context->priority);
  gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, context->credentials);
  gnutls_certificate_server_set_request (self->session, GNUTLS_CERT_IGNORE);
  /* The deadline is the connection's own */
  gnutls_handshake_set_timeout (self->session, GNUTLS_INDEFINITE_TIMEOUT);
  gnutls_transport_set_int (self->session, fd);
  return self;
}

/**
 * hw_tls_free:
 * @self: (transfer full): the server’s end; the socket stays open
 */
void
hw_tls_free (HwTls *self)
{
  gnutls_deinit (self->session);
  g_free (self);
}

static HwTlsResult
what_it_wants (HwTls *self)
{
  return gnutls_record_get_direction (self->session) ? HW_TLS_WANTS_WRITE : HW_TLS_WANTS_READ;
}

/**
 * hw_tls_handshake:
 * @self: one whose handshake is not done
 *
 * Goes on with the handshake as far as the socket allows.
 *
 * Returns: whether it is done, or what to wait for
 */
HwTlsResult
hw_tls_handshake (HwTls *self)
{
  int result;

  do
    result = gnutls_handshake (self->session);
  while (result < 0 && result != GNUTLS_E_AGAIN && !gnutls_error_is_fatal (result));

  if (result == GNUTLS_E_SUCCESS)
    return HW_TLS_DONE;
  if (result == GNUTLS_E_AGAIN)
    return what_it_wants (self);
  g_debug ("TLS handshake: %s", gnutls_strerror (result));
  /* The peer is told why, if that does not wait */
  gnutls_alert_send_appropriate (self->session, result);
  return HW_TLS_FAILED;
}

/**
 * hw_tls_read:
 * @self: one whose handshake is done
 * @bytes: where to put them
 * @length: how many at most
 *
 * As read(2); data may wait inside, so that only %EAGAIN tells that there is no more.
 *
 * Returns: how many bytes, 0 at the end, -1 with errno
 */
gssize
hw_tls_read (HwTls *self, void *bytes, gsize length)
{
  /* A peer that sends nothing but warnings is not worth the loop's whole time */
  for (int i = 0; i < 16; i++)
    {
      gssize got = gnutls_record_recv (self->session, bytes, length);

      if (got >= 0)
        return got;
      if (got == GNUTLS_E_AGAIN)
        errno = EAGAIN;
      else if (got == GNUTLS_E_PREMATURE_TERMINATION)
        return 0;
      else if (got == GNUTLS_E_INTERRUPTED || !gnutls_error_is_fatal (got))
        continue; /* a warning, or a wish for a new handshake, which is not granted */
      else
        errno = EPROTO;
      return -1;
    }
  errno = EAGAIN;
  return -1;
}

/**
 * hw_tls_write:
 * @self: one whose handshake is done
 * @pieces: what to send; the same bytes again after %EAGAIN, more may follow them
 * @n_pieces: how many pieces
 *
 * As writev(2), but for one record.
 *
 * Returns: how many bytes are on their way, -1 with errno
 */
gssize
hw_tls_write (HwTls *self, const struct iovec *pieces, int n_pieces)
{
  char record[RECORD_MAX];
  gsize length = 0;
  gssize sent;

  do
    {
      if (self->sending)
        {
          sent = gnutls_record_send (self->session, NULL, 0);
          continue;
        }
      for (int i = 0; i < n_pieces && length < RECORD_MAX; i++)
        {
          gsize part = MIN (pieces[i].iov_len, RECORD_MAX - length);

          memcpy (record + length, pieces[i].iov_base, part);
          length += part;
        }
      sent = gnutls_record_send (self->session, record, length);
      if (sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED)
        self->sending = length;
    }
  while (sent == GNUTLS_E_INTERRUPTED);

  if (sent >= 0)
    {
      self->sending = 0;
      return sent;
    }
  errno = sent == GNUTLS_E_AGAIN ? EAGAIN : EPROTO;
  return -1;
}

/**
 * hw_tls_has_pending:
 * @self: one whose handshake is done
 *
 * Returns: whether bytes wait inside, where the poller does not see them
 */
gboolean
hw_tls_has_pending (HwTls *self)
{
  return gnutls_record_check_pending (self->session) > 0;
}

/**
 * hw_tls_bye:
 * @self: one whose handshake is done
 *
 * Tells the peer that nothing more will come.
 *
 * Returns: whether that is done, or what to wait for
 */
HwTlsResult
hw_tls_bye (HwTls *self)
{
  int result;

  do
    result = gnutls_bye (self->session, GNUTLS_SHUT_WR);
  while (result == GNUTLS_E_INTERRUPTED);

  if (result == GNUTLS_E_SUCCESS)
    return HW_TLS_DONE;
  return result == GNUTLS_E_AGAIN ? HW_TLS_WANTS_WRITE : HW_TLS_FAILED;
}
