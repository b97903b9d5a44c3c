/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeping a link alive, noticing that it is dead, and coming back: pings, the silence after which a
 * link counts as lost, the pauses between two tries, and what ends a pause early, which is another
 * network or a machine that woke up. Also the signs that the person is here. */

#include "hallway-config.h"

#include "place-private.h"

#include "protocol/error.h"

#include <glib/gi18n-lib.h>
#include <time.h>

/* Seconds between two looks at the link, at most. */
#define TICK_MAX 5

/* Seconds between two tries: 1, 2, 4 … up to this. */
#define PAUSE_MAX 30

/* Seconds online after which the pauses begin at one second again. */
#define STEADY 10

/* A link that was there, but not for long, counts as so many tries in vain: a bad network must not
 * make the person wait as an absent server does. */
#define SHAKY_ATTEMPTS 2

/* Seconds in which a link must answer after the network changed. */
#define PROBE_DEADLINE 3

/* Seconds by which the clocks must differ before we think that the machine slept. */
#define SLEEP_MIN 3

/* Seconds between two signs that the person is here. */
#define PRESENT_INTERVAL 30

static gint64
get_sleep_offset (void)
{
  struct timespec boot;

  if (clock_gettime (CLOCK_BOOTTIME, &boot) != 0)
    return 0;
  return boot.tv_sec * G_USEC_PER_SEC + boot.tv_nsec / 1000 - g_get_monotonic_time ();
}

/* Whether the machine slept since we last asked. */
static gboolean
has_slept (HwPlace *self)
{
  gint64 offset = get_sleep_offset ();
  gboolean slept = offset - self->sleep_offset > SLEEP_MIN * G_USEC_PER_SEC;

  self->sleep_offset = offset;
  return slept;
}

static void
on_pong (JsonObject *reply, const GError *error, gpointer user_data)
{
  HwPlace *self = user_data;
  gint64 taken;

  if (error || self->ping_sent_at == 0)
    return;
  taken = (g_get_monotonic_time () - self->ping_sent_at) / 1000;
  self->round_trip = CLAMP (taken, 1, G_MAXINT);
  hw_place_notify (self, HW_PLACE_PROP_ROUND_TRIP);
}

static void
send_ping (HwPlace *self)
{
  self->ping_sent_at = g_get_monotonic_time ();
  hw_requests_send (self->requests, hw_requests_begin (self->requests, "ping"), HW_REQUEST_NOW,
                    on_pong, self);
}

static void
lose (HwPlace *self)
{
  g_autoptr (GError) error
      = hw_error_new (HW_ERROR_FAILED, NULL, _ ("Nothing comes from the place any more."));

  hw_place_lose (self, error);
}

static void probe (HwPlace *self);

static gboolean
on_probed (gpointer user_data)
{
  HwPlace *self = user_data;

  self->probe_source = 0;
  if (hw_link_get_received_at (self->link) < self->ping_sent_at)
    lose (self);
  else if (self->probe_again)
    probe (self);
  return G_SOURCE_REMOVE;
}

/* Is the link alive after what happened? It has to show so at once. What happens meanwhile is asked
 * about afterwards, for the answer may have come before it. */
static void
probe (HwPlace *self)
{
  self->probe_again = self->probe_source != 0;
  if (self->probe_again)
    return;
  send_ping (self);
  self->probe_source = g_timeout_add_seconds (PROBE_DEADLINE, on_probed, self);
}

static gboolean
on_tick (gpointer user_data)
{
  HwPlace *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (now - hw_link_get_received_at (self->link) > self->dead * G_USEC_PER_SEC)
    {
      self->tick_source = 0;
      lose (self);
      return G_SOURCE_REMOVE;
    }
  if (has_slept (self))
    probe (self);
  /* Timers of whole seconds are early by a little at times. */
  else if (now - self->ping_sent_at > self->ping * G_USEC_PER_SEC - G_USEC_PER_SEC / 2)
    send_ping (self);
  return G_SOURCE_CONTINUE;
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, gpointer user_data)
{
  HwPlace *self = user_data;

  if (self->state == HW_PLACE_RECONNECTING)
    hw_place_retry_now (self);
  else if (self->tick_source)
    probe (self);
}

/* Whatever was in vain before is no sign for now. */
static void
on_woke (HwPlace *self)
{
  self->sleep_offset = get_sleep_offset ();
  self->attempts = 0;
  if (self->state == HW_PLACE_RECONNECTING)
    hw_place_retry_now (self);
  else if (self->tick_source)
    probe (self);
}

/**
 * hw_place_start_keeping:
 * @self: a place whose link was greeted
 *
 * Looks after the link from now on.
 */
void
hw_place_start_keeping (HwPlace *self)
{
  if (!self->watches_network)
    {
      self->watches_network = TRUE;
      g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                               G_CALLBACK (on_network_changed), self, 0);
      self->wake = hw_wake_new ();
      g_signal_connect_object (self->wake, "woke", G_CALLBACK (on_woke), self, G_CONNECT_SWAPPED);
    }
  if (self->tick_source)
    return;
  self->sleep_offset = get_sleep_offset ();
  self->tick_source = g_timeout_add_seconds (MIN (self->ping, TICK_MAX), on_tick, self);
  send_ping (self);
}

/**
 * hw_place_stop_keeping:
 * @self: a place
 *
 * There is no link any more.
 */
void
hw_place_stop_keeping (HwPlace *self)
{
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_handle_id (&self->probe_source, g_source_remove);
  self->ping_sent_at = 0;
}

static void
set_retry_at (HwPlace *self, gint64 at)
{
  if (self->retry_at == at)
    return;
  self->retry_at = at;
  hw_place_notify (self, HW_PLACE_PROP_RETRY_AT);
}

static void wait_for_retry (HwPlace *self);

static gboolean
on_retry_tick (gpointer user_data)
{
  HwPlace *self = user_data;

  self->retry_source = 0;
  if (!has_slept (self) && g_get_monotonic_time () < self->retry_at)
    {
      wait_for_retry (self);
      return G_SOURCE_REMOVE;
    }
  set_retry_at (self, 0);
  hw_place_open_link (self);
  return G_SOURCE_REMOVE;
}

/* In one go, but for a look now and then whether the machine slept: timers sleep with it. */
static void
wait_for_retry (HwPlace *self)
{
  gint64 left = (self->retry_at - g_get_monotonic_time ()) / 1000 + 1;

  self->retry_source
      = g_timeout_add ((guint) CLAMP (left, 1, TICK_MAX * 1000), on_retry_tick, self);
}

/**
 * hw_place_retry_later:
 * @self: a place without a link
 *
 * Tries again after a pause, which grows from try to try; with some chance in it, so that not
 * everybody comes back in the same moment.
 */
void
hw_place_retry_later (HwPlace *self)
{
  gint64 now = g_get_monotonic_time ();
  double pause;

  hw_place_cancel_retry (self);
  if (self->online_since)
    self->attempts = now - self->online_since > STEADY * G_USEC_PER_SEC
                         ? 0
                         : MIN (self->attempts, SHAKY_ATTEMPTS);
  self->online_since = 0;
  pause = MIN (1 << MIN (self->attempts, 10), PAUSE_MAX) * g_random_double_range (0.75, 1.25);
  self->attempts++;
  self->sleep_offset = get_sleep_offset ();
  set_retry_at (self, now + (gint64) (pause * G_USEC_PER_SEC));
  wait_for_retry (self);
}

/**
 * hw_place_cancel_retry:
 * @self: a place
 *
 * No try is to come by itself.
 */
void
hw_place_cancel_retry (HwPlace *self)
{
  g_clear_handle_id (&self->retry_source, g_source_remove);
  set_retry_at (self, 0);
}

/**
 * hw_place_retry_now:
 * @self: a place that is reconnecting
 *
 * Tries at once, unless a try is under way.
 */
void
hw_place_retry_now (HwPlace *self)
{
  g_return_if_fail (HW_IS_PLACE (self));

  if (self->state != HW_PLACE_RECONNECTING || self->link)
    return;
  hw_place_cancel_retry (self);
  hw_place_open_link (self);
}

/**
 * hw_place_move:
 * @self: a place
 * @address: "host:port": where it is found now
 *
 * If the connection to the place was lost, goes on there: its computer may have got another
 * address. Who is there has to show the same certificate before anything is said.
 */
void
hw_place_move (HwPlace *self, const char *address)
{
  g_autoptr (HwAddress) parsed = NULL;

  g_return_if_fail (HW_IS_PLACE (self));

  parsed = hw_address_parse (address, NULL);
  if (self->state != HW_PLACE_RECONNECTING || !parsed || g_str_equal (address, self->address_text))
    return;
  hw_place_close_link (self, NULL);
  hw_place_cancel_retry (self);
  g_free (self->address_text);
  self->address_text = hw_address_to_string (parsed);
  hw_address_free (self->address);
  self->tls = !parsed->loopback;
  self->address = g_steal_pointer (&parsed);
  hw_place_notify (self, HW_PLACE_PROP_ADDRESS);
  hw_place_open_link (self);
}

static void
on_active (JsonObject *reply, const GError *error, gpointer user_data)
{
  HwPlace *self = user_data;

  if (!error || !g_error_matches (error, HW_ERROR, HW_ERROR_UNKNOWN_OP) || self->no_active)
    return;
  self->no_active = TRUE;
  hw_place_stay (self);
}

static void
on_echo (JsonObject *reply, const GError *error, gpointer user_data)
{
}

/**
 * hw_place_stay:
 * @self: a place
 *
 * Tells that the person is here, though silent.
 */
void
hw_place_stay (HwPlace *self)
{
  HwRequest *request;

  g_return_if_fail (HW_IS_PLACE (self));

  if (self->step != HW_STEP_READY)
    return;
  self->present_at = g_get_monotonic_time ();
  if (!self->no_active)
    {
      request = hw_requests_begin (self->requests, "active");
      hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_active, self);
      return;
    }
  /* A server without that op takes any other for a sign of life. */
  request = hw_requests_begin (self->requests, "echo");
  hw_json_string (&request->fields, "text", "");
  hw_requests_send (self->requests, request, HW_REQUEST_NORMAL, on_echo, self);
}

/**
 * hw_place_set_present:
 * @self: a place
 *
 * The person moved the pointer or pressed a key. Call it as often as that happens.
 */
void
hw_place_set_present (HwPlace *self)
{
  g_return_if_fail (HW_IS_PLACE (self));

  if (g_get_monotonic_time () - self->present_at >= PRESENT_INTERVAL * G_USEC_PER_SEC)
    hw_place_stay (self);
}
