/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks for places nearby, in every way at once, and keeps one list of what the ways find: by
 * broadcast (finder-broadcast), by announcements (finder-dnssd), and, where neither finds anything,
 * by trying addresses one by one (finder-scan). All begins anew when the network changes and when
 * the computer wakes. Where HALLWAY_NO_DISCOVERY is set, nothing is asked.
 *
 * A broadcast's answer says all that a row needs. What the other ways find is an address only: it
 * is gone to, and hello said, before it is listed; and so it is once in a while for those that do
 * not answer broadcasts, to know that they are still there. */

#include "finder.h"

#include "address.h"
#include "finder-broadcast.h"
#include "finder-dnssd.h"
#include "finder-scan.h"
#include "finder-visits.h"
#include "found-private.h"
#include "network.h"

#include <arpa/inet.h>
#include <string.h>

/* Milliseconds from one question to the next; after the last one, HW_FINDER_STEADY. */
static const guint intervals[] = { 250, 250, 500, 1000, 3000 };

/* Milliseconds more, by chance, from the third question on: all who open Hallway when a lesson
 * begins need not ask at once. */
#define JITTER 60

/* Seconds of silence after which a place is gone to, to see whether it is there. */
#define RECHECK 8

/* Seconds to answer anew for those that were known before. */
#define GRACE 4

/* Seconds from the end of a fruitless scan to the next one. */
#define SCAN_INTERVAL 60

/* Places from which on answers are no longer simply believed: so many come together at a fair, or
 * are forged by somebody who has the addresses of a whole network to say they are from. Who is not
 * known to the kernel as a machine on this network is gone to first, and who cannot be gone to is
 * taken off the list. */
#define CROWD 40

/* Microseconds for which what the kernel knows of machines is believed, and of silence after which
 * one that never was gone to makes room on a full list. */
#define NEIGHBOURS_TIME G_TIME_SPAN_SECOND
#define ROOM_SILENCE    (6 * G_TIME_SPAN_SECOND)

/* How much more of the addresses is tried when that is told. */
#define PROGRESS_STEP 0.02

/* Microseconds of sleep that count as such. */
#define SLEEP_MIN G_TIME_SPAN_SECOND

struct _HwFinder
{
  GObject parent_instance;

  GPtrArray *records; /* HwFoundRecord, in the order of @places */
  GPtrArray *places;  /* HwFoundPlace: what is shown of them */
  GListModel *known;  /* (nullable): HwKnownPlace */

  HwFinderBroadcast *broadcast;
  HwFinderDnssd *dnssd; /* (nullable): while it is active */
  HwFinderScan *scan;
  HwNetworkWatch *watch;  /* (nullable): while it is active */
  HwFinderVisits *visits; /* (nullable): disposed of */
  GArray *neighbours;     /* (nullable): machines that the kernel knows of */
  gint64 neighbours_at;

  guint ask_source;
  guint scan_source;
  gint64 slept;
  gboolean has_scanned;
  double told_progress;
  gboolean was_looking;
  gboolean active;
};

enum
{
  PROP_0,
  PROP_LOOKING,
  PROP_PROGRESS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void hw_finder_list_init (GListModelInterface *iface);
static void start (HwFinder *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (HwFinder,
                               hw_finder,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, hw_finder_list_init))

static void
update_looking (HwFinder *self)
{
  gboolean looking = hw_finder_is_looking (self);

  if (self->was_looking == looking)
    return;
  self->was_looking = looking;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
}

/* Shows the record at @i as it is now, if that is news. */
static void
refresh (HwFinder *self, guint i)
{
  g_autoptr (HwFoundPlace) place
      = hw_found_record_show (self->records->pdata[i], g_get_monotonic_time ());

  if (hw_found_place_says_the_same (self->places->pdata[i], place))
    return;
  g_object_unref (self->places->pdata[i]);
  self->places->pdata[i] = g_steal_pointer (&place);
  g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 1);
}

/* How many places are listed at the machine of @address. */
static guint
count_at (HwFinder *self, const char *address, gint64 now)
{
  const char *colon = strrchr (address, ':');
  gsize length = colon ? (gsize) (colon - address) + 1 : strlen (address);
  guint n = 0;

  for (guint i = 0; i < self->records->len; i++)
    n += strncmp (hw_found_record_get_address (self->records->pdata[i], now), address, length) == 0;
  return n;
}

static void
remove_at (HwFinder *self, guint i)
{
  g_ptr_array_remove_index (self->records, i);
  g_ptr_array_remove_index (self->places, i);
  g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
}

/* Whether a machine of that address is there: this one, or one that the kernel has heard of by
 * other means than the datagram, whose sender can be anything. */
static gboolean
is_vouched_for (HwFinder *self, const char *address)
{
  g_autoptr (HwAddress) parsed = hw_address_parse (address, NULL);
  gint64 now = g_get_monotonic_time ();
  struct in_addr host;

  if (parsed == NULL || parsed->loopback)
    return parsed != NULL;
  if (self->neighbours == NULL || now - self->neighbours_at >= NEIGHBOURS_TIME)
    {
      g_clear_pointer (&self->neighbours, g_array_unref);
      self->neighbours = hw_network_list_neighbours ();
      self->neighbours_at = now;
    }
  if (inet_pton (AF_INET, parsed->host, &host) != 1)
    return FALSE;
  for (guint i = 0; i < self->neighbours->len; i++)
    if (g_array_index (self->neighbours, guint32, i) == ntohl (host.s_addr))
      return TRUE;
  return FALSE;
}

/* Whether one more fits in, maybe in place of one that only was an answer once. */
static gboolean
make_room (HwFinder *self, gint64 now)
{
  gint64 oldest = now - ROOM_SILENCE;
  guint found = self->records->len;

  if (self->records->len < HW_FINDER_PLACES_MAX)
    return TRUE;
  for (guint i = 0; i < self->records->len; i++)
    {
      HwFoundRecord *record = self->records->pdata[i];

      if (hw_found_record_is_proven (record) || hw_found_record_get_seen_at (record) > oldest)
        continue;
      oldest = hw_found_record_get_seen_at (record);
      found = i;
    }
  if (found == self->records->len)
    return FALSE;
  remove_at (self, found);
  return TRUE;
}

static void
take (const HwSighting *sighting, gpointer user_data)
{
  HwFinder *self = user_data;
  gint64 now = g_get_monotonic_time ();
  HwFoundRecord *record;

  for (guint i = 0; i < self->records->len; i++)
    if (hw_found_record_is_of (self->records->pdata[i], sighting))
      {
        hw_found_record_add (self->records->pdata[i], sighting, now);
        refresh (self, i);
        return;
      }

  if (count_at (self, sighting->address, now) >= HW_FINDER_EACH_MAX)
    return;
  if (!sighting->proven && self->records->len >= CROWD && !is_vouched_for (self, sighting->address))
    {
      hw_finder_visits_add (self->visits, sighting->address, sighting->by);
      return;
    }
  if (!make_room (self, now))
    return;
  record = hw_found_record_new (sighting, now);
  if (hw_found_record_get_address (record, now) == NULL)
    {
      hw_found_record_free (record);
      return;
    }
  g_ptr_array_add (self->records, record);
  g_ptr_array_add (self->places, hw_found_record_show (record, now));
  g_list_model_items_changed (G_LIST_MODEL (self), self->places->len - 1, 0, 1);
  update_looking (self);
}

/* Nobody is where a place was said to be. */
static void
disprove (HwFinder *self, const char *address)
{
  for (guint i = self->records->len; i-- > 0 && self->records->len >= CROWD;)
    if (hw_found_record_has_address (self->records->pdata[i], address)
        && !hw_found_record_is_proven (self->records->pdata[i]))
      remove_at (self, i);
}

static void
on_visited (const char *address, const HwSighting *sighting, gpointer user_data)
{
  HwFinder *self = user_data;

  if (sighting != NULL)
    take (sighting, self);
  else
    disprove (self, address);
  update_looking (self);
}

/* The record that was seen at @address, and lately. */
static HwFoundRecord *
find_at (HwFinder *self, const char *address)
{
  gint64 lately = g_get_monotonic_time () - RECHECK * G_USEC_PER_SEC;

  for (guint i = 0; i < self->records->len; i++)
    if (hw_found_record_has_address (self->records->pdata[i], address)
        && hw_found_record_get_seen_at (self->records->pdata[i]) >= lately)
      return self->records->pdata[i];
  return NULL;
}

static void
on_announced (const char *address, const char *id, gpointer user_data)
{
  HwFinder *self = user_data;
  HwFoundRecord *record = find_at (self, address);

  if (record == NULL || !g_str_equal (hw_found_record_get_id (record), id))
    hw_finder_visits_add (self->visits, address, HW_FOUND_BY_DNSSD);
}

/* It may be there all the same: an announcement ends when Avahi does. */
static void
on_withdrawn (const char *address, gpointer user_data)
{
  HwFinder *self = user_data;

  for (guint i = 0; i < self->records->len; i++)
    if (hw_found_record_has_address (self->records->pdata[i], address))
      {
        hw_finder_visits_add (self->visits, address, HW_FOUND_BY_DNSSD);
        return;
      }
}

static void
on_listening (const char *address, gpointer user_data)
{
  HwFinder *self = user_data;

  if (find_at (self, address) == NULL)
    hw_finder_visits_add (self->visits, address, HW_FOUND_BY_SCAN);
}

static gboolean
on_scan_due (gpointer user_data)
{
  HwFinder *self = user_data;

  self->scan_source = 0;
  if (self->records->len == 0)
    hw_finder_scan (self);
  update_looking (self);
  return G_SOURCE_REMOVE;
}

static void
on_progressed (gpointer user_data)
{
  HwFinder *self = user_data;
  double progress = hw_finder_get_progress (self);

  if (progress < 0 || progress - self->told_progress >= PROGRESS_STEP)
    {
      self->told_progress = progress;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
    }
  if (hw_finder_scan_is_running (self->scan))
    return;
  if (self->scan_source == 0 && self->active)
    self->scan_source = g_timeout_add_seconds (SCAN_INTERVAL, on_scan_due, self);
  update_looking (self);
}

static void
forget_silent (HwFinder *self)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = self->records->len; i-- > 0;)
    {
      HwFoundRecord *record = self->records->pdata[i];
      gint64 silence = now - hw_found_record_get_seen_at (record);

      if (silence >= HW_FINDER_MEMORY * G_USEC_PER_SEC)
        {
          remove_at (self, i);
          continue;
        }
      if (silence >= RECHECK * G_USEC_PER_SEC
          || (self->records->len >= CROWD && !hw_found_record_is_proven (record)))
        hw_finder_visits_add (self->visits, hw_found_record_get_address (record, now), 0);
      refresh (self, i);
    }
}

static gboolean
on_ask (gpointer data)
{
  HwFinder *self = data;
  gint64 slept = hw_network_get_time_slept ();
  guint interval;
  guint n;

  self->ask_source = 0;
  if (slept - self->slept >= SLEEP_MIN)
    {
      start (self);
      return G_SOURCE_REMOVE;
    }
  forget_silent (self);
  hw_finder_broadcast_ask (self->broadcast, self->known);
  n = hw_finder_broadcast_get_n_asked (self->broadcast);
  interval = n <= G_N_ELEMENTS (intervals) ? intervals[n - 1] : HW_FINDER_STEADY;
  if (n > 1)
    interval += (guint) g_random_int_range (0, JITTER);
  self->ask_source = g_timeout_add (interval, on_ask, self);
  update_looking (self);
  return G_SOURCE_REMOVE;
}

/* Who was there when we looked away may be there still: time enough to say so. */
static void
spare_known (HwFinder *self)
{
  gint64 grace = g_get_monotonic_time () - (HW_FINDER_FADE - GRACE) * G_USEC_PER_SEC;

  for (guint i = 0; i < self->records->len; i++)
    hw_found_record_spare (self->records->pdata[i], grace);
}

static void
on_network_changed (HwFinder *self)
{
  start (self);
}

static void
start (HwFinder *self)
{
  static const HwFinderDnssdHandler dnssd_handler = { on_announced, on_withdrawn };

  g_clear_handle_id (&self->ask_source, g_source_remove);
  g_clear_handle_id (&self->scan_source, g_source_remove);
  hw_finder_scan_stop (self->scan);
  self->has_scanned = FALSE;
  if (!hw_finder_broadcast_open (self->broadcast))
    return;
  if (self->dnssd == NULL)
    self->dnssd = hw_finder_dnssd_new (&dnssd_handler, self);
  if (self->watch == NULL)
    {
      self->watch = hw_network_watch_new ();
      g_signal_connect_swapped (self->watch, "changed", G_CALLBACK (on_network_changed), self);
    }
  self->slept = hw_network_get_time_slept ();
  spare_known (self);
  self->scan_source = g_timeout_add (HW_FINDER_SCAN_AFTER, on_scan_due, self);
  on_ask (self);
}

static void
stop (HwFinder *self)
{
  g_clear_handle_id (&self->ask_source, g_source_remove);
  g_clear_handle_id (&self->scan_source, g_source_remove);
  hw_finder_scan_stop (self->scan);
  hw_finder_broadcast_close (self->broadcast);
  g_clear_pointer (&self->dnssd, hw_finder_dnssd_free);
  if (self->watch != NULL)
    g_signal_handlers_disconnect_by_data (self->watch, self);
  g_clear_object (&self->watch);
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
  if (id == PROP_LOOKING)
    g_value_set_boolean (value, hw_finder_is_looking (HW_FINDER (object)));
  else
    g_value_set_double (value, hw_finder_get_progress (HW_FINDER (object)));
}

static void
hw_finder_dispose (GObject *object)
{
  HwFinder *self = HW_FINDER (object);

  self->active = FALSE;
  stop (self);
  g_clear_pointer (&self->visits, hw_finder_visits_close);
  G_OBJECT_CLASS (hw_finder_parent_class)->dispose (object);
}

static void
hw_finder_finalize (GObject *object)
{
  HwFinder *self = HW_FINDER (object);

  hw_finder_broadcast_free (self->broadcast);
  hw_finder_scan_free (self->scan);
  g_clear_object (&self->known);
  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->places);
  g_clear_pointer (&self->neighbours, g_array_unref);
  G_OBJECT_CLASS (hw_finder_parent_class)->finalize (object);
}

static void
hw_finder_class_init (HwFinderClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hw_finder_get_property;
  object_class->dispose = hw_finder_dispose;
  object_class->finalize = hw_finder_finalize;

  properties[PROP_LOOKING] = g_param_spec_boolean ("looking", NULL, NULL, FALSE, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hw_finder_init (HwFinder *self)
{
  static const HwFinderScanHandler scan_handler = { on_listening, on_progressed };

  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_found_record_free);
  self->places = g_ptr_array_new_with_free_func (g_object_unref);
  self->visits = hw_finder_visits_new (on_visited, self);
  self->broadcast = hw_finder_broadcast_new (take, self);
  self->scan = hw_finder_scan_new (&scan_handler, self);
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
 * hw_finder_set_known:
 * @self: a finder
 * @known: HwKnownPlace: places that are remembered; they are asked at their addresses, too
 */
void
hw_finder_set_known (HwFinder *self, GListModel *known)
{
  g_return_if_fail (HW_IS_FINDER (self));

  g_set_object (&self->known, known);
}

static gboolean
is_off (void)
{
  return g_getenv ("HALLWAY_NO_DISCOVERY") != NULL;
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

  if (is_off () || self->active == active)
    return;
  self->active = active;
  if (active)
    start (self);
  else
    stop (self);
  update_looking (self);
}

/**
 * hw_finder_look_again:
 * @self: a finder
 *
 * If it is active, asks as often and as fast as at the beginning: the person wants to know.
 */
void
hw_finder_look_again (HwFinder *self)
{
  g_return_if_fail (HW_IS_FINDER (self));

  if (self->active)
    start (self);
}

/**
 * hw_finder_scan:
 * @self: a finder
 *
 * If it is active, tries addresses one by one at once, without waiting for the other ways.
 */
void
hw_finder_scan (HwFinder *self)
{
  g_return_if_fail (HW_IS_FINDER (self));

  if (!self->active || hw_finder_scan_is_running (self->scan))
    return;
  g_clear_handle_id (&self->scan_source, g_source_remove);
  self->has_scanned = TRUE;
  self->told_progress = 0;
  hw_finder_scan_start (self->scan);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
  update_looking (self);
}

/**
 * hw_finder_stop_scan:
 * @self: a finder
 *
 * Tries no more addresses, until the network changes or it is asked to.
 */
void
hw_finder_stop_scan (HwFinder *self)
{
  g_return_if_fail (HW_IS_FINDER (self));

  g_clear_handle_id (&self->scan_source, g_source_remove);
  hw_finder_scan_stop (self->scan);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
  update_looking (self);
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

  if (!self->active || !hw_finder_broadcast_is_open (self->broadcast))
    return FALSE;
  return hw_finder_broadcast_get_n_asked (self->broadcast) <= G_N_ELEMENTS (intervals)
         || hw_finder_scan_is_running (self->scan)
         || (self->visits != NULL && hw_finder_visits_are_under_way (self->visits));
}

/**
 * hw_finder_get_progress:
 * @self: a finder
 *
 * Returns: how much of the addresses that are tried one by one is done, 0 to 1; -1: none are tried
 */
double
hw_finder_get_progress (HwFinder *self)
{
  guint n_tried, n_all;

  g_return_val_if_fail (HW_IS_FINDER (self), -1);

  if (!hw_finder_scan_is_running (self->scan))
    return -1;
  hw_finder_scan_get_progress (self->scan, &n_tried, &n_all);
  return n_all > 0 ? (double) n_tried / n_all : 0;
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

  return hw_finder_broadcast_get_n_asked (self->broadcast);
}

/* Other machines on these networks, the router left out: those the kernel knows of. A scan makes it
 * ask for all of them. */
static guint
count_machines (HwFinder *self)
{
  g_autoptr (GArray) neighbours = hw_network_list_neighbours ();
  guint32 gateway = hw_network_get_gateway ();
  guint n = 0;

  for (guint i = 0; i < neighbours->len; i++)
    n += g_array_index (neighbours, guint32, i) != gateway;
  return n;
}

/**
 * hw_finder_get_report:
 * @self: a finder
 * @report: (out caller-allocates): what was done, and what came of it
 *
 * To be shown while the list is empty.
 */
void
hw_finder_get_report (HwFinder *self, HwFinderReport *report)
{
  g_autoptr (GPtrArray) subnets = NULL;

  g_return_if_fail (HW_IS_FINDER (self));

  memset (report, 0, sizeof *report);
  if (is_off ())
    {
      report->reason = HW_FINDER_OFF;
      return;
    }
  subnets = hw_network_list_subnets ();
  report->n_asked = hw_finder_broadcast_get_n_asked (self->broadcast);
  report->has_dnssd = self->dnssd != NULL && hw_finder_dnssd_is_there (self->dnssd);
  report->n_announced = self->dnssd != NULL ? hw_finder_dnssd_get_n_announced (self->dnssd) : 0;
  report->n_scanned = self->has_scanned ? hw_finder_scan_get_n_addresses (self->scan) : 0;
  report->n_machines = count_machines (self);
  report->wireless = subnets->len > 0;
  for (guint i = 0; i < subnets->len; i++)
    report->wireless &= ((HwSubnet *) subnets->pdata[i])->wireless;

  if (subnets->len == 0 && !hw_network_has_ipv6 ())
    report->reason = HW_FINDER_NO_NETWORK;
  else if (hw_finder_is_looking (self) || !self->active)
    report->reason = HW_FINDER_LOOKING;
  else if (report->n_machines > 0)
    report->reason = HW_FINDER_SILENT;
  else
    report->reason = report->wireless ? HW_FINDER_ISOLATED : HW_FINDER_ALONE;
}
