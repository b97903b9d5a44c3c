/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwDirect: the listener for those who come to us, how many of them there may be, and the server's
 * word on where people are and by which certificate they are known. */

#include "hallway-config.h"

#include "direct-private.h"

#include "place-private.h"

#include "protocol/error.h"
#include "protocol/fingerprint.h"
#include "protocol/message.h"
#include "protocol/name.h"

#include <string.h>

/* Connections that others may hold open with us: in all, of whom we do not know who they are yet
 * (each may hold a thread while TLS begins), and of these from one address. */
#define GUESTS_MAX         64
#define STRANGERS_MAX      6
#define STRANGERS_EACH_MAX 3

/* Microseconds in which an honest stranger has said who it is. */
#define STRANGERS_TIME (500 * G_TIME_SPAN_MILLISECOND)

/* Questions to the server about guests at once, and a second on average: it answers ten a second,
 * and our own are more important. */
#define QUESTIONS_BURST 8
#define QUESTIONS_RATE  2

/* Connections of one person: its whispers take one, each file one more for a moment. */
#define GUESTS_EACH_MAX 8

/* Below are the ports of services; a client's is one that the system chooses. */
#define PORT_MIN 1024

/* People whose whereabouts are remembered. */
#define WHERE_MAX 256

/* Microseconds for which the server's word on where somebody is counts. */
#define WHERE_TIME (30 * G_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE (HwDirect, hw_direct, G_TYPE_OBJECT)

/* What the server said of somebody. */
typedef struct
{
  HwWhere *where;
  gint64 at; /* monotonic microseconds */
} Known;

static void
known_free (Known *known)
{
  hw_where_free (known->where);
  g_free (known);
}

/**
 * hw_where_copy:
 * @self: where somebody is
 *
 * Returns: (transfer full): a copy
 */
HwWhere *
hw_where_copy (const HwWhere *self)
{
  HwWhere *copy = g_new (HwWhere, 1);

  copy->address = g_strdup (self->address);
  copy->port = self->port;
  copy->fingerprint = g_strdup (self->fingerprint);
  return copy;
}

/**
 * hw_where_free:
 * @self: (nullable) (transfer full): where somebody is
 */
void
hw_where_free (HwWhere *self)
{
  if (!self)
    return;
  g_free (self->address);
  g_free (self->fingerprint);
  g_free (self);
}

static void
hw_direct_dispose (GObject *object)
{
  HwDirect *self = HW_DIRECT (object);

  hw_direct_close (self);
  g_clear_weak_pointer (&self->place);

  G_OBJECT_CLASS (hw_direct_parent_class)->dispose (object);
}

static void
hw_direct_finalize (GObject *object)
{
  HwDirect *self = HW_DIRECT (object);

  g_clear_object (&self->certificate);
  g_free (self->fingerprint);
  g_ptr_array_unref (self->guests);
  g_hash_table_unref (self->calls);
  g_hash_table_unref (self->where);
  g_hash_table_unref (self->avoided);

  G_OBJECT_CLASS (hw_direct_parent_class)->finalize (object);
}

static void
hw_direct_class_init (HwDirectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_direct_dispose;
  object_class->finalize = hw_direct_finalize;
}

static void
hw_direct_init (HwDirect *self)
{
  self->guests = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_direct_guest_unref);
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) hw_direct_call_unref);
  self->where
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) known_free);
  self->avoided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->questions = QUESTIONS_BURST;
  self->questions_at = g_get_monotonic_time ();
}

static guint
count_strangers (HwDirect *self, const char *address)
{
  guint n = 0;

  for (guint i = 0; i < self->guests->len; i++)
    n += !hw_direct_guest_is_known (self->guests->pdata[i])
         && (!address
             || g_str_equal (hw_direct_guest_get_address (self->guests->pdata[i]), address));
  return n;
}

/* Whether @one is to go rather than @other: the machine that most of the strangers come from gives
 * way first, and who came first of those. */
static gboolean
goes_first (HwDirect *self, HwDirectGuest *one, HwDirectGuest *other)
{
  guint n_one = count_strangers (self, hw_direct_guest_get_address (one));
  guint n_other = count_strangers (self, hw_direct_guest_get_address (other));

  return n_one != n_other ? n_one > n_other
                          : hw_direct_guest_get_age (one) > hw_direct_guest_get_age (other);
}

/* Shows a stranger out for @guest, so that two or three machines which keep silent cannot keep all
 * others away. Who is alone from its machine is given the time that an honest one needs. */
static gboolean
show_one_out (HwDirect *self, HwDirectGuest *guest)
{
  HwDirectGuest *first = NULL;
  guint n;

  for (guint i = 0; i < self->guests->len; i++)
    if (!hw_direct_guest_is_known (self->guests->pdata[i])
        && (!first || goes_first (self, self->guests->pdata[i], first)))
      first = self->guests->pdata[i];
  if (!first)
    return FALSE;
  n = count_strangers (self, hw_direct_guest_get_address (first));
  if (n <= count_strangers (self, hw_direct_guest_get_address (guest))
      || (n == 1 && hw_direct_guest_get_age (first) < STRANGERS_TIME))
    return FALSE;
  hw_direct_guest_close (first);
  return TRUE;
}

static gboolean
may_come_in (HwDirect *self, HwDirectGuest *guest)
{
  if (self->guests->len >= GUESTS_MAX
      || count_strangers (self, hw_direct_guest_get_address (guest)) >= STRANGERS_EACH_MAX)
    return FALSE;
  return count_strangers (self, NULL) < STRANGERS_MAX || show_one_out (self, guest);
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
  HwDirect *self = user_data;
  g_autoptr (HwDirectGuest) guest = hw_direct_guest_new (self, connection);

  if (may_come_in (self, guest))
    g_ptr_array_add (self->guests, g_steal_pointer (&guest));
  else
    hw_direct_guest_close (guest);
  return TRUE;
}

/**
 * hw_direct_remove_guest:
 * @self: who listens
 * @guest: (transfer none): one that has left; forgotten, if it was let in
 */
void
hw_direct_remove_guest (HwDirect *self, HwDirectGuest *guest)
{
  g_ptr_array_remove_fast (self->guests, guest);
}

/**
 * hw_direct_may_stay:
 * @self: who listens
 * @guest: one of whom the server has said who it is
 *
 * Returns: whether that person does not hold too many connections open with us already
 */
gboolean
hw_direct_may_stay (HwDirect *self, HwDirectGuest *guest)
{
  guint n = 0;

  for (guint i = 0; i < self->guests->len; i++)
    n += hw_direct_guest_is_same (self->guests->pdata[i], guest);
  return n <= GUESTS_EACH_MAX;
}

/**
 * hw_direct_may_question:
 * @self: who listens
 *
 * Takes one from what may be asked of the server on behalf of guests.
 *
 * Returns: whether there was one
 */
gboolean
hw_direct_may_question (HwDirect *self)
{
  gint64 now = g_get_monotonic_time ();

  self->questions += (double) (now - self->questions_at) / G_USEC_PER_SEC * QUESTIONS_RATE;
  self->questions = MIN (self->questions, QUESTIONS_BURST);
  self->questions_at = now;
  if (self->questions < 1)
    return FALSE;
  self->questions--;
  return TRUE;
}

typedef struct
{
  HwDirect *direct;
  char *folded;
  HwWhereFunc func;
  gpointer user_data;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->direct);
  g_free (question->folded);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static gboolean
is_loopback (const char *address)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  return inet && g_inet_address_get_is_loopback (inet);
}

/* A place's word may send us anywhere: not to what nobody's client can be, least of all to programs
 * on this computer, or to what listens at the ports of services. */
static gboolean
can_be_a_person (const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };

  return address && !g_inet_address_get_is_any (address)
         && !g_inet_address_get_is_multicast (address)
         && !(g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
              && memcmp (g_inet_address_to_bytes (address), mapped, sizeof mapped) == 0);
}

/* An address of a link alone means something only together with the interface that leads to it:
 * ours may be called otherwise than the server's. (transfer full) (nullable) */
static char *
make_reachable (HwDirect *self, const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  g_autofree char *plain = NULL;
  g_autofree char *interface = NULL;

  if (!address || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6
      || !g_inet_address_get_is_link_local (address))
    return g_strdup (text);
  plain = g_inet_address_to_string (address);
  interface = self->place && self->place->link ? hw_link_get_interface (self->place->link) : NULL;
  return interface ? g_strconcat (plain, "%", interface, NULL) : NULL;
}

static HwWhere *
read_where (HwDirect *self, JsonObject *reply, GError **error)
{
  HwWhere read = { 0 };
  const char *address = NULL;
  const char *fingerprint = NULL;
  g_autofree char *reachable = NULL;
  gint64 port = 0;

  if (!hw_message_get_string (reply, "address", &address, error)
      || !hw_message_get_int (reply, "port", PORT_MIN, 65535, &port, error)
      || !hw_message_get_string (reply, "fingerprint", &fingerprint, error))
    return NULL;
  if (!hw_fingerprint_is_valid (fingerprint) || !can_be_a_person (address))
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, "address", "That is no address.");
      return NULL;
    }
  /* Whoever sits at the server's own machine comes from its loopback: that is where we reach it. */
  if (is_loopback (address) && self->place && !self->place->address->loopback)
    address = self->place->address->host;
  reachable = make_reachable (self, address);
  if (!reachable)
    {
      hw_error_set (error, HW_ERROR_NOT_DIRECT, "address", "They are on another link.");
      return NULL;
    }
  read.address = reachable;
  read.port = port;
  read.fingerprint = (char *) fingerprint;
  return hw_where_copy (&read);
}

static gboolean
is_same_where (const HwWhere *one, const HwWhere *other)
{
  return one->port == other->port && g_str_equal (one->address, other->address)
         && g_str_equal (one->fingerprint, other->fingerprint);
}

static void
on_where (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  HwDirect *self = question->direct;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  g_autoptr (HwWhere) where = reply ? read_where (self, reply, &error) : NULL;

  if (where && self->service)
    {
      Known *before = g_hash_table_lookup (self->where, question->folded);
      Known *known = g_new (Known, 1);

      /* Who could not be reached has moved, and may be reached there. */
      if (before && !is_same_where (before->where, where))
        g_hash_table_remove (self->avoided, question->folded);
      if (g_hash_table_size (self->where) >= WHERE_MAX)
        g_hash_table_remove_all (self->where);
      known->where = hw_where_copy (where);
      known->at = g_get_monotonic_time ();
      g_hash_table_replace (self->where, g_strdup (question->folded), known);
    }
  question->func (where, error, question->user_data);
}

/**
 * hw_direct_look_up:
 * @self: direct connections
 * @name: somebody's
 * @cancellable: (nullable): to stop waiting; @func is told all the same
 * @func: told where that is, once, maybe before this returns
 * @user_data: for @func
 *
 * Asks the server where somebody's client listens, unless it said so just now.
 */
void
hw_direct_look_up (HwDirect *self,
                   const char *name,
                   GCancellable *cancellable,
                   HwWhereFunc func,
                   gpointer user_data)
{
  g_autofree char *folded = hw_name_fold (name);
  Known *known = g_hash_table_lookup (self->where, folded);
  g_autoptr (JsonObject) fields = NULL;
  Question *question;

  if (known && g_get_monotonic_time () - known->at < WHERE_TIME)
    {
      g_autoptr (HwWhere) where = hw_where_copy (known->where);

      func (where, NULL, user_data);
      return;
    }
  if (!self->place)
    {
      g_autoptr (GError) error
          = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The place is gone.");

      func (NULL, error, user_data);
      return;
    }
  question = g_new0 (Question, 1);
  question->direct = g_object_ref (self);
  question->folded = g_steal_pointer (&folded);
  question->func = func;
  question->user_data = user_data;
  fields = json_object_new ();
  json_object_set_string_member (fields, "name", name);
  hw_place_request_async (self->place, "where", fields, cancellable, on_where, question);
}

/**
 * hw_direct_forget_where:
 * @self: direct connections
 * @folded: somebody's name
 *
 * The server is asked again next time.
 */
void
hw_direct_forget_where (HwDirect *self, const char *folded)
{
  Known *known = g_hash_table_lookup (self->where, folded);

  if (known)
    known->at = g_get_monotonic_time () - WHERE_TIME;
}

/**
 * hw_direct_new:
 * @place: (transfer none): whose server says who is who; must be closed before it goes
 * @certificate: (transfer none): our own, with its key
 * @handler: (transfer none): what is told of those who come; static
 * @user_data: for @handler; must live until hw_direct_close()
 * @error: return location
 *
 * Listens on a free port, the same for IPv4 and IPv6.
 *
 * Returns: (transfer full) (nullable): direct connections
 */
HwDirect *
hw_direct_new (HwPlace *place,
               GTlsCertificate *certificate,
               const HwDirectHandler *handler,
               gpointer user_data,
               GError **error)
{
  g_autoptr (HwDirect) self = g_object_new (HW_TYPE_DIRECT, NULL);
  g_autoptr (GSocketService) service = g_socket_service_new ();

  g_set_weak_pointer (&self->place, place);
  self->certificate = g_object_ref (certificate);
  self->fingerprint = hw_fingerprint_of_certificate (certificate);
  self->handler = handler;
  self->user_data = user_data;
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (service), 8);
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, error);
  if (self->port == 0)
    return NULL;
  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), self);
  g_socket_service_start (service);
  self->service = g_steal_pointer (&service);
  return g_steal_pointer (&self);
}

/**
 * hw_direct_hang_up:
 * @self: direct connections
 *
 * Ends all that are open, and forgets who is where; the listener stays.
 */
void
hw_direct_hang_up (HwDirect *self)
{
  GHashTableIter iter;
  HwDirectCall *call;

  g_hash_table_remove_all (self->where);
  g_hash_table_remove_all (self->avoided);
  while (self->guests->len > 0)
    hw_direct_guest_close (self->guests->pdata[self->guests->len - 1]);
  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &call))
    {
      G_GNUC_UNUSED g_autoptr (HwDirectCall) alive = hw_direct_call_ref (call);

      g_hash_table_iter_remove (&iter);
      hw_direct_call_close (alive);
      /* Whoever was waiting may have called anew. */
      g_hash_table_iter_init (&iter, self->calls);
    }
}

/**
 * hw_direct_close:
 * @self: direct connections
 *
 * Ends them all and listens no more. What is under way fails.
 */
void
hw_direct_close (HwDirect *self)
{
  g_return_if_fail (HW_IS_DIRECT (self));

  if (!self->service)
    return;
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  hw_direct_hang_up (self);
}

guint16
hw_direct_get_port (HwDirect *self)
{
  g_return_val_if_fail (HW_IS_DIRECT (self), 0);

  return self->port;
}

const char *
hw_direct_get_fingerprint (HwDirect *self)
{
  g_return_val_if_fail (HW_IS_DIRECT (self), NULL);

  return self->fingerprint;
}
