/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place that was found, by whatever way and at however many addresses. It is one place if both
 * its id and its certificate's fingerprint are the same: whoever only repeats the id of another
 * place stands beside it, and never takes its row.
 *
 * The address that is shown is the one to go to. This computer's own comes first; then one stays as
 * long as it answers, for a row must not change under the pointer; when it is silent while another
 * one answers, that one takes over. */

#include "found-private.h"

#include "address.h"
#include "clean.h"
#include "finder.h"

#include "protocol/limits.h"

#include <string.h>

/* Addresses kept of one place. */
#define ADDRESSES_MAX 16

/* Microseconds of silence after which an address is left for another one that answers: a little
 * more than the steady pace of asking. */
#define ADDRESS_PATIENCE (7 * G_TIME_SPAN_SECOND)

typedef struct
{
  char *text;
  gint64 seen_at;
  guint round_trip;
  gboolean loopback;
  gboolean ipv6;
} Address;

struct _HwFoundRecord
{
  char *id;
  char *title;
  char *fingerprint;
  int users;
  gboolean compatible;
  gboolean proven;
  HwFoundBy ways;
  gint64 seen_at;       /* monotonic microseconds */
  GPtrArray *addresses; /* Address */
  Address *best;
};

struct _HwFoundPlace
{
  GObject parent_instance;

  char *id;
  char *title;
  char **addresses; /* the best one first */
  char *fingerprint;
  int users;
  guint round_trip;
  gboolean compatible;
  gboolean fading;
  HwFoundBy ways;
};

G_DEFINE_FINAL_TYPE (HwFoundPlace, hw_found_place, G_TYPE_OBJECT)

static void
hw_found_place_finalize (GObject *object)
{
  HwFoundPlace *self = HW_FOUND_PLACE (object);

  g_free (self->id);
  g_free (self->title);
  g_strfreev (self->addresses);
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

static void
address_free (Address *address)
{
  g_free (address->text);
  g_free (address);
}

static gboolean
is_better (const Address *one, const Address *two, gint64 now)
{
  gboolean one_lives = now - one->seen_at < ADDRESS_PATIENCE;
  gboolean two_lives = now - two->seen_at < ADDRESS_PATIENCE;

  if (one_lives != two_lives)
    return one_lives;
  if (one->loopback != two->loopback)
    return one->loopback;
  if (!one_lives && one->seen_at != two->seen_at)
    return one->seen_at > two->seen_at;
  if (one->ipv6 != two->ipv6)
    return !one->ipv6;
  return one->round_trip < two->round_trip;
}

static void
choose_best (HwFoundRecord *self, gint64 now)
{
  for (guint i = 0; i < self->addresses->len; i++)
    {
      Address *one = self->addresses->pdata[i];

      if (self->best == NULL)
        self->best = one;
      else if (one->loopback != self->best->loopback
               || now - self->best->seen_at >= ADDRESS_PATIENCE)
        self->best = is_better (one, self->best, now) ? one : self->best;
    }
}

static Address *
find_address (HwFoundRecord *self, const char *text)
{
  for (guint i = 0; i < self->addresses->len; i++)
    if (g_str_equal (((Address *) self->addresses->pdata[i])->text, text))
      return self->addresses->pdata[i];
  return NULL;
}

static void
add_address (HwFoundRecord *self, const HwSighting *sighting, gint64 now)
{
  Address *address = find_address (self, sighting->address);

  if (address == NULL)
    {
      g_autoptr (HwAddress) parsed = hw_address_parse (sighting->address, NULL);

      if (parsed == NULL || self->addresses->len == ADDRESSES_MAX)
        return;
      address = g_new0 (Address, 1);
      address->text = g_strdup (sighting->address);
      address->loopback = parsed->loopback;
      address->ipv6 = strchr (parsed->host, ':') != NULL;
      g_ptr_array_add (self->addresses, address);
    }
  address->seen_at = now;
  address->round_trip = sighting->round_trip;
}

/**
 * hw_found_record_new:
 * @sighting: the first one of a place
 * @now: monotonic microseconds
 *
 * Returns: (transfer full): a record of it
 */
HwFoundRecord *
hw_found_record_new (const HwSighting *sighting, gint64 now)
{
  HwFoundRecord *self = g_new0 (HwFoundRecord, 1);

  self->id = g_strdup (sighting->id);
  self->fingerprint = g_strdup (sighting->fingerprint);
  self->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) address_free);
  self->users = -1;
  hw_found_record_add (self, sighting, now);
  return self;
}

/**
 * hw_found_record_free:
 * @self: (transfer full): a record
 */
void
hw_found_record_free (HwFoundRecord *self)
{
  g_free (self->id);
  g_free (self->title);
  g_free (self->fingerprint);
  g_ptr_array_unref (self->addresses);
  g_free (self);
}

/**
 * hw_found_record_is_of:
 * @self: a record
 * @sighting: something seen
 *
 * Returns: whether it is the same place
 */
gboolean
hw_found_record_is_of (HwFoundRecord *self, const HwSighting *sighting)
{
  return g_str_equal (self->id, sighting->id)
         && g_str_equal (self->fingerprint, sighting->fingerprint);
}

/**
 * hw_found_record_add:
 * @self: a record
 * @sighting: of its place
 * @now: monotonic microseconds
 */
void
hw_found_record_add (HwFoundRecord *self, const HwSighting *sighting, gint64 now)
{
  g_autofree char *title = hw_clean_name (sighting->title, HW_ROOM_NAME_MAX);

  add_address (self, sighting, now);
  self->seen_at = now;
  self->ways |= sighting->by;
  self->compatible = sighting->compatible;
  self->proven |= sighting->proven;
  if (sighting->users >= 0)
    self->users = sighting->users;
  if (*title != '\0' || self->title == NULL)
    {
      g_free (self->title);
      self->title = g_steal_pointer (&title);
    }
  choose_best (self, now);
}

/**
 * hw_found_record_get_seen_at:
 * @self: a record
 *
 * Returns: when its place was last seen, monotonic microseconds
 */
gint64
hw_found_record_get_seen_at (HwFoundRecord *self)
{
  return self->seen_at;
}

/**
 * hw_found_record_get_id:
 * @self: a record
 *
 * Returns: the id that its place gives itself
 */
const char *
hw_found_record_get_id (HwFoundRecord *self)
{
  return self->id;
}

/**
 * hw_found_record_get_address:
 * @self: a record
 * @now: monotonic microseconds
 *
 * Returns: (nullable): the best address; %NULL: none of those that were said was one
 */
const char *
hw_found_record_get_address (HwFoundRecord *self, gint64 now)
{
  choose_best (self, now);
  return self->best != NULL ? self->best->text : NULL;
}

/**
 * hw_found_record_has_address:
 * @self: a record
 * @address: "host:port"
 *
 * Returns: whether the place was seen there
 */
gboolean
hw_found_record_has_address (HwFoundRecord *self, const char *address)
{
  return find_address (self, address) != NULL;
}

/**
 * hw_found_record_is_proven:
 * @self: a record
 *
 * Returns: whether the place was gone to, and is no mere word of somebody's
 */
gboolean
hw_found_record_is_proven (HwFoundRecord *self)
{
  return self->proven;
}

/**
 * hw_found_record_spare:
 * @self: a record
 * @seen_at: monotonic microseconds
 *
 * Takes the place to have been seen then, if it was not seen since.
 */
void
hw_found_record_spare (HwFoundRecord *self, gint64 seen_at)
{
  self->seen_at = MAX (self->seen_at, seen_at);
}

/**
 * hw_found_record_show:
 * @self: a record that has an address
 * @now: monotonic microseconds
 *
 * Returns: (transfer full): its place as it is to be shown
 */
HwFoundPlace *
hw_found_record_show (HwFoundRecord *self, gint64 now)
{
  HwFoundPlace *place = g_object_new (HW_TYPE_FOUND_PLACE, NULL);
  guint n = 0;

  choose_best (self, now);
  place->id = g_strdup (self->id);
  place->title = g_strdup (*self->title != '\0' ? self->title : self->best->text);
  place->fingerprint = g_strdup (self->fingerprint);
  place->addresses = g_new0 (char *, self->addresses->len + 1);
  place->addresses[n++] = g_strdup (self->best->text);
  for (guint i = 0; i < self->addresses->len; i++)
    if (self->addresses->pdata[i] != self->best)
      place->addresses[n++] = g_strdup (((Address *) self->addresses->pdata[i])->text);
  place->users = self->users;
  place->round_trip = self->best->round_trip;
  place->compatible = self->compatible;
  place->fading = now - self->seen_at >= HW_FINDER_FADE * G_USEC_PER_SEC;
  place->ways = self->ways;
  return place;
}

/**
 * hw_found_place_says_the_same:
 * @one: a place
 * @two: the same one, later
 *
 * Returns: whether a row shows the same of both: the time of an answer alone is no news
 */
gboolean
hw_found_place_says_the_same (HwFoundPlace *one, HwFoundPlace *two)
{
  return g_str_equal (one->title, two->title) && one->users == two->users
         && one->compatible == two->compatible && one->fading == two->fading
         && one->ways == two->ways
         && g_strv_equal ((const char *const *) one->addresses,
                          (const char *const *) two->addresses);
}

/**
 * hw_found_place_get_id:
 * @self: a place that was found
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
 * @self: a place that was found
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
 * @self: a place that was found
 *
 * Returns: "host:port": where to go
 */
const char *
hw_found_place_get_address (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), NULL);

  return self->addresses[0];
}

/**
 * hw_found_place_has_address:
 * @self: a place that was found
 * @address: "host:port"
 *
 * Returns: whether it was seen there, too
 */
gboolean
hw_found_place_has_address (HwFoundPlace *self, const char *address)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), FALSE);

  return g_strv_contains ((const char *const *) self->addresses, address);
}

/**
 * hw_found_place_get_fingerprint:
 * @self: a place that was found
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
 * @self: a place that was found
 *
 * Returns: how many people are there; -1 where it has not said so
 */
int
hw_found_place_get_users (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), -1);

  return self->users;
}

/**
 * hw_found_place_get_round_trip:
 * @self: a place that was found
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
 * @self: a place that was found
 *
 * Returns: whether it speaks a version of the protocol that we speak
 */
gboolean
hw_found_place_get_compatible (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), FALSE);

  return self->compatible;
}

/**
 * hw_found_place_get_fading:
 * @self: a place that was found
 *
 * Returns: whether it has been silent for so long that it is probably gone
 */
gboolean
hw_found_place_get_fading (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), FALSE);

  return self->fading;
}

/**
 * hw_found_place_get_ways:
 * @self: a place that was found
 *
 * Returns: by which ways it has been found so far
 */
HwFoundBy
hw_found_place_get_ways (HwFoundPlace *self)
{
  g_return_val_if_fail (HW_IS_FOUND_PLACE (self), 0);

  return self->ways;
}
