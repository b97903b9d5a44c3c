/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A queue of addresses that were told, by whatever way, to be places'. Each is gone to and hello
 * said; each is in the queue once, however often it is told meanwhile. */

#include "finder-visits.h"

#include "greet.h"

/* Addresses gone to side by side, and waiting for that. */
#define VISITS_MAX  8
#define WAITING_MAX 512

struct _HwFinderVisits
{
  HwVisitFunc func; /* (nullable): nobody wants to know any more */
  gpointer user_data;
  GHashTable *addresses; /* that are being gone to, or wait for it */
  GQueue waiting;        /* Visit */
  guint n_under_way;
  GCancellable *ending;
};

typedef struct
{
  HwFinderVisits *visits; /* owned, while it is under way */
  char *address;
  HwFoundBy by;
} Visit;

static void
clear (gpointer data)
{
  HwFinderVisits *self = data;

  g_hash_table_unref (self->addresses);
  g_object_unref (self->ending);
}

static void
visit_free (Visit *visit)
{
  if (visit->visits != NULL)
    g_rc_box_release_full (visit->visits, clear);
  g_free (visit->address);
  g_free (visit);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Visit, visit_free)

static void begin_next (HwFinderVisits *self);

static void
on_greeted (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HwGreeting) greeting = hw_greet_finish (result, &error);
  HwFinderVisits *self = visit->visits;

  if (self->func == NULL)
    return;
  self->n_under_way--;
  g_hash_table_remove (self->addresses, visit->address);
  begin_next (self);
  if (greeting != NULL)
    {
      HwSighting sighting = {
        .by = visit->by,
        .id = greeting->id,
        .title = greeting->title,
        .address = visit->address,
        .fingerprint = greeting->fingerprint,
        .users = -1,
        .round_trip = greeting->round_trip,
        .compatible = greeting->compatible,
        .proven = TRUE,
      };

      self->func (visit->address, &sighting, self->user_data);
      return;
    }
  g_debug ("%s: %s", visit->address, error->message);
  self->func (visit->address, NULL, self->user_data);
}

static void
begin_next (HwFinderVisits *self)
{
  while (self->n_under_way < VISITS_MAX && self->waiting.length > 0)
    {
      Visit *visit = g_queue_pop_head (&self->waiting);

      visit->visits = g_rc_box_acquire (self);
      self->n_under_way++;
      hw_greet_async (visit->address, self->ending, on_greeted, visit);
    }
}

/**
 * hw_finder_visits_new:
 * @func: told what came of each, later
 * @user_data: for @func; must live until hw_finder_visits_close()
 *
 * Returns: (transfer full): a queue that is empty
 */
HwFinderVisits *
hw_finder_visits_new (HwVisitFunc func, gpointer user_data)
{
  HwFinderVisits *self = g_rc_box_new0 (HwFinderVisits);

  self->func = func;
  self->user_data = user_data;
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->ending = g_cancellable_new ();
  g_queue_init (&self->waiting);
  return self;
}

/**
 * hw_finder_visits_close:
 * @self: (transfer full): a queue
 *
 * Nothing more is told.
 */
void
hw_finder_visits_close (HwFinderVisits *self)
{
  self->func = NULL;
  g_cancellable_cancel (self->ending);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) visit_free);
  g_rc_box_release_full (self, clear);
}

/**
 * hw_finder_visits_add:
 * @self: a queue
 * @address: "host:port"
 * @by: by which way it was told
 *
 * Makes sure of @address, unless that is under way.
 */
void
hw_finder_visits_add (HwFinderVisits *self, const char *address, HwFoundBy by)
{
  Visit *visit;

  if (self->waiting.length >= WAITING_MAX
      || !g_hash_table_add (self->addresses, g_strdup (address)))
    return;
  visit = g_new0 (Visit, 1);
  visit->address = g_strdup (address);
  visit->by = by;
  g_queue_push_tail (&self->waiting, visit);
  begin_next (self);
}

/**
 * hw_finder_visits_are_under_way:
 * @self: a queue
 *
 * Returns: whether some address is being gone to
 */
gboolean
hw_finder_visits_are_under_way (HwFinderVisits *self)
{
  return self->n_under_way > 0;
}
