/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "found-place.h"

G_BEGIN_DECLS

/**
 * HwFinderReason:
 *
 * Why no place was found.
 */
typedef enum
{
  HW_FINDER_LOOKING,    /* it is too early to say */
  HW_FINDER_OFF,        /* nothing may be asked here */
  HW_FINDER_NO_NETWORK, /* this computer is on none */
  HW_FINDER_ALONE,      /* no other machine was seen */
  HW_FINDER_ISOLATED,   /* a Wi-Fi on which nobody but the router was seen */
  HW_FINDER_SILENT,     /* others were seen, none of them answers as a place */
} HwFinderReason;

/**
 * HwFinderReport:
 * @reason: why nothing was found, if nothing was
 * @n_asked: how often everybody was asked
 * @has_dnssd: whether there is an Avahi to ask
 * @n_announced: places announced by DNS-SD
 * @n_scanned: addresses tried one by one; 0: they were not
 * @n_machines: other machines that were seen, the router left out
 * @wireless: whether all networks here are radios'
 *
 * What was done to find places, and what came of it.
 */
typedef struct
{
  HwFinderReason reason;
  guint n_asked;
  gboolean has_dnssd;
  guint n_announced;
  guint n_scanned;
  guint n_machines;
  gboolean wireless;
} HwFinderReport;

#define HW_TYPE_FINDER (hw_finder_get_type ())
/**
 * HwFinder:
 *
 * Looks for places nearby while it is active, in every way at once: a GListModel of HwFoundPlace in
 * the order of their finding, each once. Properties (read-only, notified): "looking" (boolean): it
 * is active, and it is too early to say that nobody is there; "progress" (double): how much of the
 * addresses that are tried one by one is done, -1 while none are.
 *
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwFinder, hw_finder, HW, FINDER, GObject)

/* Milliseconds after which it asks again: five times soon, as datagrams get lost, then steadily. */
#define HW_FINDER_STEADY 5000

/* Seconds after it was last seen that a place fades, and that it is taken to be gone. */
#define HW_FINDER_FADE   11
#define HW_FINDER_MEMORY 20

/* Milliseconds without any place until addresses are tried one by one. */
#define HW_FINDER_SCAN_AFTER 3000

/* Places listed at most: anybody on the network may answer, as often as they like. */
#define HW_FINDER_PLACES_MAX 200

/* And of one machine: nobody alone shall be able to keep others off the list. */
#define HW_FINDER_EACH_MAX 20

HwFinder *hw_finder_new (void);
void hw_finder_set_known (HwFinder *self, GListModel *known);
void hw_finder_set_active (HwFinder *self, gboolean active);
void hw_finder_look_again (HwFinder *self);
void hw_finder_scan (HwFinder *self);
void hw_finder_stop_scan (HwFinder *self);
gboolean hw_finder_is_looking (HwFinder *self);
double hw_finder_get_progress (HwFinder *self);
guint hw_finder_get_n_asked (HwFinder *self); /* times since it became active */
void hw_finder_get_report (HwFinder *self, HwFinderReport *report);

G_END_DECLS
