/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A connection that somebody opened to us. Until the server has said that the certificate shown is
 * that of the person who is claimed, nothing it says has any effect; and all that a stranger can
 * use up, time, lines, questions to the server, is bounded. One request is answered after the
 * other: while one waits, nothing more is read. */

#include "direct-private.h"

#include "link.h"

#include "protocol/error.h"
#include "protocol/name.h"

#include <string.h>

/* Seconds for TLS, and then for the first line. */
#define OPEN_DEADLINE  3
#define FIRST_DEADLINE 5

/* Seconds of silence after which a guest is shown out: longer than callers wait themselves. */
#define IDLE_TIME 90

/* Microseconds for which the server's word on who somebody is counts. */
#define TRUST_TIME (30 * G_USEC_PER_SEC)

/* Lines that make no sense or ask for too much, then it is over. */
#define ERRORS_MAX 3

/* Whispers at once, and a second on average: what a server takes of one client. */
#define BURST 20
#define RATE  10

struct _HwDirectGuest
{
  HwDirect *direct; /* not owned; NULL: closed */
  HwLink *link;
  char *address;
  GCancellable *cancellable;
  guint deadline;
  char *folded; /* (nullable): who it is, as the server says */
  gint64 known_at;
  HwPeerRequest *waiting; /* (nullable): until the server has said who it is */
  gint64 answering; /* the id of a whisper that was taken, and is on its way to the disk; else 0 */
  guint n_errors;
  double allowance;
  gint64 allowance_at;
  gint64 came_at;
};

static HwDirectGuest *
guest_ref (HwDirectGuest *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  HwDirectGuest *self = data;

  g_clear_object (&self->link);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->waiting, hw_peer_request_free);
  g_free (self->address);
  g_free (self->folded);
}

/**
 * hw_direct_guest_unref:
 * @self: (transfer full): a guest
 */
void
hw_direct_guest_unref (HwDirectGuest *self)
{
  g_rc_box_release_full (self, clear);
}

/* It is over, and its place is free; the link may still have something to say. */
static void
leave (HwDirectGuest *self)
{
  HwDirect *direct = g_steal_pointer (&self->direct);

  g_clear_handle_id (&self->deadline, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (direct)
    hw_direct_remove_guest (direct, self);
}

/**
 * hw_direct_guest_close:
 * @self: a guest
 *
 * Shows it out at once.
 */
void
hw_direct_guest_close (HwDirectGuest *self)
{
  G_GNUC_UNUSED g_autoptr (HwDirectGuest) alive = guest_ref (self);

  hw_link_close (self->link);
  leave (self);
}

static gboolean
on_deadline (gpointer user_data)
{
  HwDirectGuest *self = user_data;

  self->deadline = 0;
  hw_direct_guest_close (self);
  return G_SOURCE_REMOVE;
}

static void
set_deadline (HwDirectGuest *self, guint seconds)
{
  g_clear_handle_id (&self->deadline, g_source_remove);
  self->deadline = g_timeout_add_seconds (seconds, on_deadline, self);
}

static void
refuse (HwDirectGuest *self, gint64 id, const GError *error)
{
  hw_link_send (self->link, hw_peer_refusal_to_line (id, error));
  if (++self->n_errors < ERRORS_MAX)
    return;
  hw_link_finish (self->link);
  leave (self);
}

static gboolean
spend (HwDirectGuest *self)
{
  gint64 now = g_get_monotonic_time ();

  self->allowance += (double) (now - self->allowance_at) / G_USEC_PER_SEC * RATE;
  self->allowance = MIN (self->allowance, BURST);
  self->allowance_at = now;
  if (self->allowance < 1)
    return FALSE;
  self->allowance--;
  return TRUE;
}

/* What we say that we have must not be lost with us. */
static void
on_kept (gpointer user_data)
{
  g_autoptr (HwDirectGuest) self = user_data;
  gint64 id = self->answering;

  self->answering = 0;
  if (!self->direct)
    return;
  hw_link_send (self->link, hw_peer_answer_to_line (id, -1));
  hw_link_resume (self->link);
}

/* Does what somebody wants who is who it says. */
static void
serve (HwDirectGuest *self, const HwPeerRequest *request)
{
  HwDirect *direct = self->direct;
  g_autoptr (GError) error = NULL;

  set_deadline (self, IDLE_TIME);
  /* The stream is not ours to give away while an answer is being written into it. */
  if (request->op == HW_PEER_FETCH && hw_link_has_unsent (self->link))
    {
      error = hw_error_new (HW_ERROR_SLOW_DOWN, NULL, "That is too much at once.");
      refuse (self, request->id, error);
      return;
    }
  if (request->op == HW_PEER_FETCH
      && !direct->handler->may_fetch (request, direct->user_data, &error))
    {
      refuse (self, request->id, error);
      return;
    }
  if (request->op == HW_PEER_FETCH)
    {
      g_autoptr (GSocketConnection) connection = NULL;
      g_autoptr (GBytes) rest = NULL;
      g_autoptr (GIOStream) stream = hw_link_steal (self->link, &connection, &rest);

      direct->handler->fetch (request, stream, connection, direct->user_data);
      leave (self);
      return;
    }
  if (!spend (self))
    {
      error = hw_error_new (HW_ERROR_SLOW_DOWN, NULL, "That is too much at once.");
      refuse (self, request->id, error);
      return;
    }
  if (!direct->handler->take (request, direct->user_data, &error))
    {
      hw_link_send (self->link, hw_peer_refusal_to_line (request->id, error));
      return;
    }
  self->answering = request->id;
  direct->handler->when_kept (on_kept, guest_ref (self), direct->user_data);
  if (self->answering != 0)
    hw_link_pause (self->link);
}

static void
on_where (const HwWhere *where, const GError *problem, gpointer user_data)
{
  g_autoptr (HwDirectGuest) self = user_data;
  g_autoptr (HwPeerRequest) request = g_steal_pointer (&self->waiting);
  g_autoptr (GError) error = NULL;

  if (!self->direct)
    return;
  if (where && g_strcmp0 (where->fingerprint, hw_link_get_fingerprint (self->link)) == 0)
    {
      g_free (self->folded);
      self->folded = hw_name_fold (request->from);
      self->known_at = g_get_monotonic_time ();
      if (hw_direct_may_stay (self->direct, self))
        serve (self, request);
      else
        {
          error = hw_error_new (HW_ERROR_SLOW_DOWN, NULL, "Too many want to come in at once.");
          self->n_errors = ERRORS_MAX;
          refuse (self, request->id, error);
        }
    }
  else
    {
      g_debug ("%s is not %s: %s", self->address, request->from,
               problem ? problem->message : "another certificate");
      error = hw_error_new (HW_ERROR_BAD_REQUEST, "from",
                            "The place does not know you by that name and certificate.");
      self->n_errors = ERRORS_MAX;
      refuse (self, request->id, error);
    }
  if (self->direct && self->answering == 0)
    hw_link_resume (self->link);
}

static gboolean
is_still_known (HwDirectGuest *self, const char *name)
{
  g_autofree char *folded = hw_name_fold (name);

  return g_strcmp0 (self->folded, folded) == 0
         && g_get_monotonic_time () - self->known_at < TRUST_TIME;
}

static void
on_opened (HwLink *link, gpointer user_data)
{
  HwDirectGuest *self = user_data;

  set_deadline (self, FIRST_DEADLINE);
}

static void
on_line (HwLink *link, const char *line, gsize length, gpointer user_data)
{
  HwDirectGuest *self = user_data;
  G_GNUC_UNUSED g_autoptr (HwDirectGuest) alive = guest_ref (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (HwPeerRequest) request = NULL;
  gint64 id;

  request = hw_peer_request_parse (line, length, &id, &error);
  if (!request)
    {
      refuse (self, id, error);
      return;
    }
  if (is_still_known (self, request->from))
    {
      serve (self, request);
      return;
    }
  if (!hw_direct_may_question (self->direct))
    {
      error = hw_error_new (HW_ERROR_SLOW_DOWN, NULL, "Too many want to come in at once.");
      refuse (self, id, error);
      return;
    }
  hw_link_pause (link);
  /* The server's word on a stranger must be fresh: it may have come back with another name. */
  if (!self->folded)
    {
      g_autofree char *folded = hw_name_fold (request->from);

      hw_direct_forget_where (self->direct, folded);
    }
  self->waiting = g_steal_pointer (&request);
  hw_direct_look_up (self->direct, self->waiting->from, self->cancellable, on_where,
                     guest_ref (self));
}

static void
on_closed (HwLink *link, const GError *error, gpointer user_data)
{
  HwDirectGuest *self = user_data;

  leave (self);
}

static const HwLinkHandler link_handler = { on_opened, on_line, on_closed };

/* (transfer full) */
static char *
describe_address (GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) address = g_socket_connection_get_remote_address (connection, NULL);

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("");
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

/**
 * hw_direct_guest_new:
 * @direct: (transfer none): who listens; told by hw_direct_remove_guest() when it is over
 * @connection: (transfer none): what somebody opened
 *
 * Returns: (transfer full): a guest, of whom nothing is known yet
 */
HwDirectGuest *
hw_direct_guest_new (HwDirect *direct, GSocketConnection *connection)
{
  HwDirectGuest *self = g_rc_box_new0 (HwDirectGuest);

  self->direct = direct;
  self->cancellable = g_cancellable_new ();
  self->address = describe_address (connection);
  self->allowance = BURST;
  self->allowance_at = self->came_at = g_get_monotonic_time ();
  self->link = hw_link_new_accepted (connection, direct->certificate, &link_handler, self);
  hw_link_set_peer (self->link, direct->certificate, OPEN_DEADLINE);
  hw_link_open (self->link);
  return self;
}

/**
 * hw_direct_guest_is_known:
 * @self: a guest
 *
 * Returns: whether the server has said who it is
 */
gboolean
hw_direct_guest_is_known (HwDirectGuest *self)
{
  return self->folded != NULL;
}

/**
 * hw_direct_guest_is_same:
 * @self: a guest
 * @other: another one, or the same
 *
 * Returns: whether both are one person, as the server says
 */
gboolean
hw_direct_guest_is_same (HwDirectGuest *self, HwDirectGuest *other)
{
  return self->folded && g_strcmp0 (self->folded, other->folded) == 0;
}

/**
 * hw_direct_guest_get_address:
 * @self: a guest
 *
 * Returns: from where it came
 */
const char *
hw_direct_guest_get_address (HwDirectGuest *self)
{
  return self->address;
}

/**
 * hw_direct_guest_get_age:
 * @self: a guest
 *
 * Returns: microseconds since it came
 */
gint64
hw_direct_guest_get_age (HwDirectGuest *self)
{
  return g_get_monotonic_time () - self->came_at;
}
