/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A connection that we opened to somebody's client. It carries our requests, one after the other;
 * nothing is said before the certificate shown is the one that the server told. A request that is
 * not answered in time ends the connection: nobody knows any more what the next answer is to. */

#include "direct-private.h"

#include "address.h"
#include "link.h"

#include "protocol/error.h"

#include <string.h>

/* Seconds for TCP and TLS; a request's own deadline is shorter where it matters. */
#define OPEN_DEADLINE 10

/* Seconds without a request after which it is closed. */
#define IDLE_TIME 60

typedef enum
{
  CALL_OPENING,
  CALL_OPEN,
  CALL_CLOSED,
} CallState;

struct _HwDirectCall
{
  HwWhere *where;
  HwLink *link;
  CallState state;
  guint idle;
  HwPeerRequest *request; /* (nullable): what waits for an answer, or to be sent */
  HwCallFunc func;
  gpointer user_data;
  guint deadline;
  gint64 last_id;
};

static void
clear (gpointer data)
{
  HwDirectCall *self = data;

  hw_where_free (self->where);
  g_clear_object (&self->link);
  hw_peer_request_free (self->request);
}

/**
 * hw_direct_call_ref:
 * @self: a call
 *
 * Returns: (transfer full): @self, with one more reference
 */
HwDirectCall *
hw_direct_call_ref (HwDirectCall *self)
{
  return g_rc_box_acquire (self);
}

/**
 * hw_direct_call_unref:
 * @self: (transfer full): a call, which must be closed before the last reference goes
 */
void
hw_direct_call_unref (HwDirectCall *self)
{
  g_rc_box_release_full (self, clear);
}

static gboolean
on_idle (gpointer user_data)
{
  HwDirectCall *self = user_data;

  self->idle = 0;
  hw_direct_call_close (self);
  return G_SOURCE_REMOVE;
}

static void
finish (HwDirectCall *self, gint64 size, const GError *error)
{
  HwCallFunc func = self->func;

  g_clear_handle_id (&self->deadline, g_source_remove);
  g_clear_pointer (&self->request, hw_peer_request_free);
  self->func = NULL;
  if (self->state == CALL_OPEN)
    self->idle = g_timeout_add_seconds (IDLE_TIME, on_idle, self);
  if (func)
    func (size, error, self->user_data);
}

/* It is over; what waits gets @error. */
static void
end (HwDirectCall *self, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (HwDirectCall) alive = hw_direct_call_ref (self);

  if (self->state == CALL_CLOSED)
    return;
  self->state = CALL_CLOSED;
  g_clear_handle_id (&self->idle, g_source_remove);
  hw_link_close (self->link);
  if (self->request)
    finish (self, -1, error);
}

/**
 * hw_direct_call_close:
 * @self: a call
 *
 * Hangs up. What waits for an answer is told so.
 */
void
hw_direct_call_close (HwDirectCall *self)
{
  g_autoptr (GError) error
      = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The connection was closed.");

  end (self, error);
}

static gboolean
on_deadline (gpointer user_data)
{
  HwDirectCall *self = user_data;
  g_autoptr (GError) error
      = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "No answer came.");

  self->deadline = 0;
  end (self, error);
  return G_SOURCE_REMOVE;
}

static void
on_opened (HwLink *link, gpointer user_data)
{
  HwDirectCall *self = user_data;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (hw_link_get_fingerprint (link), self->where->fingerprint) != 0)
    {
      error = g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                                   "Somebody else answers there.");
      end (self, error);
      return;
    }
  self->state = CALL_OPEN;
  if (self->request)
    hw_link_send (link, hw_peer_request_to_line (self->request));
}

static void
on_line (HwLink *link, const char *line, gsize length, gpointer user_data)
{
  HwDirectCall *self = user_data;
  G_GNUC_UNUSED g_autoptr (HwDirectCall) alive = hw_direct_call_ref (self);
  g_autoptr (GError) error = NULL;
  gint64 size;
  gboolean ok;

  ok = hw_peer_answer_parse (line, length, self->request ? self->request->id : 0, &size, &error);
  if (!self->request || g_error_matches (error, HW_ERROR, HW_ERROR_BAD_JSON))
    {
      g_autoptr (GError) nonsense
          = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "It makes no sense.");

      end (self, nonsense);
      return;
    }
  finish (self, ok ? size : -1, error);
}

static void
on_closed (HwLink *link, const GError *cause, gpointer user_data)
{
  HwDirectCall *self = user_data;
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, cause->message);

  end (self, error);
}

static const HwLinkHandler link_handler = { on_opened, on_line, on_closed };

/**
 * hw_direct_call_new:
 * @where: (transfer none): who is called
 * @certificate: (transfer none): our own
 *
 * Returns: (transfer full): a connection that is being opened
 */
HwDirectCall *
hw_direct_call_new (const HwWhere *where, GTlsCertificate *certificate)
{
  HwDirectCall *self = g_rc_box_new0 (HwDirectCall);
  HwAddress address = { .host = where->address, .port = where->port };

  self->where = hw_where_copy (where);
  self->link = hw_link_new (&address, TRUE, &link_handler, self);
  hw_link_set_peer (self->link, certificate, OPEN_DEADLINE);
  hw_link_open (self->link);
  return self;
}

/**
 * hw_direct_call_ask:
 * @self: a call that is free
 * @request: (transfer full): what is asked, without an id
 * @deadline: milliseconds for the answer, opening included
 * @func: told what came of it, once, also when the call is closed
 * @user_data: for @func
 */
void
hw_direct_call_ask (
    HwDirectCall *self, HwPeerRequest *request, guint deadline, HwCallFunc func, gpointer user_data)
{
  g_return_if_fail (hw_direct_call_is_free (self));

  g_clear_handle_id (&self->idle, g_source_remove);
  request->id = ++self->last_id;
  self->request = request;
  self->func = func;
  self->user_data = user_data;
  self->deadline = g_timeout_add (deadline, on_deadline, self);
  if (self->state == CALL_OPEN)
    hw_link_send (self->link, hw_peer_request_to_line (request));
}

/**
 * hw_direct_call_is_free:
 * @self: a call
 *
 * Returns: whether something can be asked now
 */
gboolean
hw_direct_call_is_free (HwDirectCall *self)
{
  return self->state != CALL_CLOSED && !self->request;
}

/**
 * hw_direct_call_goes_to:
 * @self: a call
 * @where: where somebody is
 *
 * Returns: whether that is where it goes
 */
gboolean
hw_direct_call_goes_to (HwDirectCall *self, const HwWhere *where)
{
  return self->where->port == where->port && g_str_equal (self->where->address, where->address)
         && g_str_equal (self->where->fingerprint, where->fingerprint);
}

/**
 * hw_direct_call_steal:
 * @self: a call, within the func that got its answer
 * @connection: (out) (transfer full): what carries the stream
 * @rest: (out) (transfer full): what came behind the answer
 *
 * Takes the stream out of the call, which is over with it.
 *
 * Returns: (transfer full): the encrypted stream
 */
GIOStream *
hw_direct_call_steal (HwDirectCall *self, GSocketConnection **connection, GBytes **rest)
{
  g_return_val_if_fail (self->state == CALL_OPEN, NULL);

  self->state = CALL_CLOSED;
  g_clear_handle_id (&self->idle, g_source_remove);
  return hw_link_steal (self->link, connection, rest);
}
