/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks for places nearby: asks by broadcast, again and again while somebody looks, and keeps who
 * answers. What an answer says is a stranger's word: it is checked, bounded, and believed only as
 * far as a row in a list goes. Where HALLWAY_NO_DISCOVERY is set, nothing is asked. */

#include "finder.h"

#include "address.h"
#include "clean.h"

#include "protocol/datagram.h"
#include "protocol/limits.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Milliseconds from one question to the next; after the last one, HW_FINDER_STEADY. */
static const guint intervals[] = { 250, 250, 500, 1000, 3000 };

/* Bytes of a datagram that is looked at, and datagrams taken in one turn of the loop. */
#define DATAGRAM_MAX 2048
#define TAKE_MAX     32

/* Characters of a question that cannot be guessed; its number follows. */
#define SECRET_LENGTH 20

/* Seconds to answer anew for those that were known before. */
#define GRACE 4

/* Questions that an answer may still come to. */
#define QUESTIONS 16

struct _HwFoundPlace
{
  GObject parent_instance;

  char *id;
  char *title;
  char *address;
  char *fingerprint;
  guint users;
  guint round_trip;
  gboolean compatible;
  gint64 seen_at; /* monotonic microseconds */
};

G_DEFINE_FINAL_TYPE (HwFoundPlace, hw_found_place, G_TYPE_OBJECT)

struct _HwFinder
{
  GObject parent_instance;

  GPtrArray *places; /* HwFoundPlace */
  GSocket *socket;   /* (nullable): while it is active */
  GSource *readable;
  guint ask_source;
  char secret[SECRET_LENGTH + 1];
  guint n_asked;
  gint64 asked_at[QUESTIONS]; /* monotonic microseconds; a ring, by the question's number */
  gboolean active;
};

enum
{
  PROP_0,
  PROP_LOOKING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void hw_finder_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HwFinder,
                               hw_finder,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, hw_finder_list_init))

static void
hw_found_place_finalize (GObject *object)
{
  HwFoundPlace *self = HW_FOUND_PLACE (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->address);
  g_free (self->fingerprint);
  G_OBJECT_CLASS (hw_found_place_parent_class)->finalize (object);
}

static void
hw_found_place_class_init (HwFoundPlaceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hw_found_place_finalize;
}

static void
hw_found_place_init (HwFoundPlace *self)
{
}

/* What a row shows of the two is the same; the time of an answer alone is no news. */
static gboolean
says_the_same (HwFoundPlace *one, HwFoundPlace *two)
{
  return g_str_equal (one->title, two->title) && g_str_equal (one->address, two->address)
         && one->users == two->users && one->compatible == two->compatible;
}

static void
keep (HwFinder *self, HwFoundPlace *place)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      HwFoundPlace *known = self->places->pdata[i];

      if (!g_str_equal (known->id, place->id)
          || !g_str_equal (known->fingerprint, place->fingerprint))
        continue;

      /* A machine with several addresses answers by each of them: the first one stays. */
      if (!g_str_equal (known->address, place->address)
          && place->seen_at - known->seen_at < HW_FINDER_MEMORY * G_USEC_PER_SEC / 2)
        return;
      if (says_the_same (known, place))
        {
          known->seen_at = place->seen_at;
          return;
        }
      g_object_unref (known);
      self->places->pdata[i] = g_object_ref (place);
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 1);
      return;
    }

  if (self->places->len == HW_FINDER_PLACES_MAX)
    return;
  g_ptr_array_add (self->places, g_object_ref (place));
  g_list_model_items_changed (G_LIST_MODEL (self), self->places->len - 1, 0, 1);
}

static void
forget_silent (HwFinder *self)
{
  gint64 oldest = g_get_monotonic_time () - HW_FINDER_MEMORY * G_USEC_PER_SEC;

  for (guint i = self->places->len; i-- > 0;)
    {
      HwFoundPlace *place = self->places->pdata[i];

      if (place->seen_at < oldest)
        {
          g_ptr_array_remove_index (self->places, i);
          g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
        }
    }
}

/* When the question was asked that an answer names; 0 where it is none of ours. */
static gint64
find_question (HwFinder *self, const char *probe)
{
  guint64 number;

  if (strlen (probe) <= SECRET_LENGTH || strncmp (probe, self->secret, SECRET_LENGTH) != 0
      || !g_ascii_string_to_unsigned (probe + SECRET_LENGTH, 16, 0, G_MAXUINT32, &number, NULL)
      || number >= self->n_asked || self->n_asked - number > QUESTIONS)
    return 0;
  return self->asked_at[number % QUESTIONS];
}

static void
take (HwFinder *self, const char *datagram, gsize length, GSocketAddress *from)
{
  g_auto (HwAnswer) answer = { 0 };
  g_autoptr (HwFoundPlace) place = NULL;
  g_autofree char *host = NULL;
  gint64 asked_at;
  gint64 now = g_get_monotonic_time ();

  if (!G_IS_INET_SOCKET_ADDRESS (from) || !hw_answer_read (&answer, datagram, length))
    return;
  asked_at = find_question (self, answer.probe);
  if (asked_at == 0)
    return;

  host
      = g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (from)));
  place = g_object_new (HW_TYPE_FOUND_PLACE, NULL);
  place->id = g_strdup (answer.id);
  place->title = hw_clean_name (answer.name, HW_ROOM_NAME_MAX);
  place->address = hw_address_to_string (
      &(HwAddress){ .host = host, .port = answer.port, .room = NULL, .loopback = FALSE });
  place->fingerprint = g_strdup (answer.fingerprint);
  place->users = answer.users;
  place->round_trip = (guint) MAX (1, (now - asked_at + 500) / 1000);
  place->compatible = answer.compatible;
  place->seen_at = now;
  if (*place->title == '\0')
    {
      g_free (place->title);
      place->title = g_strdup (place->address);
    }
  keep (self, place);
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  HwFinder *self = data;
  char datagram[DATAGRAM_MAX];

  for (guint i = 0; i < TAKE_MAX; i++)
    {
      g_autoptr (GSocketAddress) from = NULL;
      gssize length = g_socket_receive_from (socket, &from, datagram, sizeof datagram, NULL, NULL);

      if (length < 0)
        break;
      take (self, datagram, (gsize) length, from);
    }
  return G_SOURCE_CONTINUE;
}

static void
send_to (HwFinder *self, const char *question, const struct in_addr *where)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons (HW_DEFAULT_PORT),
    .sin_addr = *where,
  };

  /* A network that cannot be reached now may be when it is asked again: nothing to be said. */
  sendto (g_socket_get_fd (self->socket), question, strlen (question), MSG_DONTWAIT,
          (struct sockaddr *) &address, sizeof address);
}

/* Everybody on every network, and this machine, which may be on none. */
static void
ask_everyone (HwFinder *self)
{
  g_autofree char *probe = g_strdup_printf ("%s%x", self->secret, self->n_asked);
  g_autofree char *question = hw_probe_write (probe);
  struct ifaddrs *interfaces = NULL;

  self->asked_at[self->n_asked++ % QUESTIONS] = g_get_monotonic_time ();
  send_to (self, question, &(struct in_addr){ htonl (INADDR_LOOPBACK) });
  send_to (self, question, &(struct in_addr){ htonl (INADDR_BROADCAST) });
  if (getifaddrs (&interfaces) != 0)
    return;
  for (struct ifaddrs *one = interfaces; one != NULL; one = one->ifa_next)
    if (one->ifa_addr != NULL && one->ifa_addr->sa_family == AF_INET
        && (one->ifa_flags & (IFF_UP | IFF_BROADCAST)) == (IFF_UP | IFF_BROADCAST)
        && one->ifa_broadaddr != NULL)
      send_to (self, question, &((struct sockaddr_in *) one->ifa_broadaddr)->sin_addr);
  freeifaddrs (interfaces);
}

static gboolean
on_ask (gpointer data)
{
  HwFinder *self = data;
  gboolean was_looking = hw_finder_is_looking (self);

  forget_silent (self);
  ask_everyone (self);
  self->ask_source
      = g_timeout_add (self->n_asked <= G_N_ELEMENTS (intervals) ? intervals[self->n_asked - 1]
                                                                 : HW_FINDER_STEADY,
                       on_ask, self);
  if (was_looking != hw_finder_is_looking (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
  return G_SOURCE_REMOVE;
}

static gboolean
open_socket (HwFinder *self)
{
  self->socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  if (self->socket == NULL)
    return FALSE;
  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_broadcast (self->socket, TRUE);
  self->readable = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->readable, NULL);
  return TRUE;
}

static void
stop (HwFinder *self)
{
  g_clear_handle_id (&self->ask_source, g_source_remove);
  if (self->readable != NULL)
    g_source_destroy (self->readable);
  g_clear_pointer (&self->readable, g_source_unref);
  g_clear_object (&self->socket);
}

/* Who was there when we looked away may be there still: time enough to say so. */
static void
spare_known (HwFinder *self)
{
  gint64 grace = g_get_monotonic_time () - (HW_FINDER_MEMORY - GRACE) * G_USEC_PER_SEC;

  for (guint i = 0; i < self->places->len; i++)
    {
      HwFoundPlace *place = self->places->pdata[i];

      place->seen_at = MAX (place->seen_at, grace);
    }
}

static void
start (HwFinder *self)
{
  g_autofree char *random = g_uuid_string_random ();

  if (self->socket == NULL && !open_socket (self))
    return;
  g_clear_handle_id (&self->ask_source, g_source_remove);
  g_strlcpy (self->secret, random, sizeof self->secret);
  self->n_asked = 0;
  spare_known (self);
  on_ask (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
}

static GType
hw_finder_get_item_type (GListModel *model)
{
  return HW_TYPE_FOUND_PLACE;
}

static guint
hw_finder_get_n_items (GListModel *model)
{
  return HW_FINDER (model)->places->len;
}

static gpointer
hw_finder_get_item (GListModel *model, guint position)
{
  HwFinder *self = HW_FINDER (model);

  return position < self->places->len ? g_object_ref (self->places->pdata[position]) : NULL;
}

static void
hw_finder_list_init (GListModelInterface *iface)
{
  iface->get_item_type = hw_finder_get_item_type;
  iface->get_n_items = hw_finder_get_n_items;
  iface->get_item = hw_finder_get_item;
}

static void
hw_finder_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, hw_finder_is_looking (HW_FINDER (object)));
}

static void
hw_finder_dispose (GObject *object)
{
  stop (HW_FINDER (object));
  G_OBJECT_CLASS (hw_finder_parent_class)->dispose (object);
}

static void
hw_finder_finalize (GObject *object)
{
  g_ptr_array_unref (HW_FINDER (object)->places);
  G_OBJECT_CLASS (hw_finder_parent_class)->finalize (object);
}

static void
hw_finder_class_init (HwFinderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hw_finder_get_property;
  object_class->dispose = hw_finder_dispose;
  object_class->finalize = hw_finder_finalize;

  properties[PROP_LOOKING] = g_param_spec_boolean ("looking", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hw_finder_init (HwFinder *self)
{
  self->places = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hw_finder_new:
 *
 * Returns: (transfer full): a finder that does nothing yet
 */
HwFinder *
hw_finder_new (void)
{
  return g_object_new (HW_TYPE_FINDER, NULL);
}

/**
 * hw_finder_set_active:
 * @self: a finder
 * @active: whether somebody looks
 *
 * Begins to look, or ends it. What was found stays until it is looked for again without an answer.
 */
void
hw_finder_set_active (HwFinder *self, gboolean active)
{
  g_return_if_fail (HW_IS_FINDER (self));

  if (g_getenv ("HALLWAY_NO_DISCOVERY") != NULL || self->active == active)
    return;
  self->active = active;
  if (active)
    {
      start (self);
    }
  else
    {
      stop (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
    }
}

/**
 * hw_finder_look_again:
 * @self: a finder
 *
 * If it is active, asks as often and as fast as at the beginning: the person wants to know, or the
 * network has changed.
 */
void
hw_finder_look_again (HwFinder *self)
{
  g_return_if_fail (HW_IS_FINDER (self));

  if (self->active)
    start (self);
}

/**
 * hw_finder_is_looking:
 * @self: a finder
 *
 * Returns: whether it is too early to say that nobody is there
 */
gboolean
hw_finder_is_looking (HwFinder *self)
{
  g_return_val_if_fail (HW_IS_FINDER (self), FALSE);

  return self->socket != NULL && self->n_asked <= G_N_ELEMENTS (intervals);
}

/**
 * hw_finder_get_n_asked:
 * @self: a finder
 *
 * Returns: how often it has asked since it began, or began anew
 */
guint
hw_finder_get_n_asked (HwFinder *self)
{
  g_return_val_if_fail (HW_IS_FINDER (self), 0);

  return self->n_asked;
}

/**
 * hw_found_place_get_id:
 * @self: a place that answered
 *
 * Returns: the id it gives itself
 */
const char *
hw_found_place_get_id (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), NULL);

  return self->id;
}

/**
 * hw_found_place_get_title:
 * @self: a place that answered
 *
 * Returns: what it is called; its address, where it says nothing that can be shown
 */
const char *
hw_found_place_get_title (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), NULL);

  return self->title;
}

/**
 * hw_found_place_get_address:
 * @self: a place that answered
 *
 * Returns: "host:port"
 */
const char *
hw_found_place_get_address (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), NULL);

  return self->address;
}

/**
 * hw_found_place_get_fingerprint:
 * @self: a place that answered
 *
 * Returns: the fingerprint that it says its certificate has: a hint, that only connecting proves
 */
const char *
hw_found_place_get_fingerprint (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), NULL);

  return self->fingerprint;
}

/**
 * hw_found_place_get_users:
 * @self: a place that answered
 *
 * Returns: how many people are there
 */
guint
hw_found_place_get_users (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), 0);

  return self->users;
}

/**
 * hw_found_place_get_round_trip:
 * @self: a place that answered
 *
 * Returns: milliseconds from asking to its answer
 */
guint
hw_found_place_get_round_trip (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), 0);

  return self->round_trip;
}

/**
 * hw_found_place_get_compatible:
 * @self: a place that answered
 *
 * Returns: whether it speaks a version of the protocol that we speak
 */
gboolean
hw_found_place_get_compatible (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), FALSE);

  return self->compatible;
}
