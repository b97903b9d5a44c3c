/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HwFoundBy:
 *
 * By which way a place was found, as bits.
 */
typedef enum
{
  HW_FOUND_BY_ANSWER = 1 << 0, /* to a broadcast */
  HW_FOUND_BY_DNSSD = 1 << 1,
  HW_FOUND_BY_SCAN = 1 << 2,
} HwFoundBy;

/**
 * HwSighting:
 * @by: the way
 * @id: what it says its id is
 * @title: what it says it is called: raw, a stranger's word
 * @address: "host:port"
 * @fingerprint: of its certificate: said (by an answer) or shown (else)
 * @users: people there; -1: it did not say
 * @round_trip: milliseconds
 * @compatible: it speaks our version
 * @proven: it was gone to, and said so itself
 *
 * A place as one of the ways of looking has seen it, once. Strings are the caller's.
 */
typedef struct
{
  HwFoundBy by;
  const char *id;
  const char *title;
  const char *address;
  const char *fingerprint;
  int users;
  guint round_trip;
  gboolean compatible;
  gboolean proven;
} HwSighting;

typedef void (*HwSightingFunc) (const HwSighting *sighting, gpointer user_data);

#define HW_TYPE_FOUND_PLACE (hw_found_place_get_type ())
/**
 * HwFoundPlace:
 *
 * A place that was found. Read-only; when there is news of it, another object takes its place.
 */
G_DECLARE_FINAL_TYPE (HwFoundPlace, hw_found_place, HW, FOUND_PLACE, GObject)

const char *hw_found_place_get_id (HwFoundPlace *self);
const char *hw_found_place_get_title (HwFoundPlace *self);
const char *hw_found_place_get_address (HwFoundPlace *self); /* "host:port": the best one */
gboolean hw_found_place_has_address (HwFoundPlace *self, const char *address);
const char *
hw_found_place_get_fingerprint (HwFoundPlace *self);      /* what it says, not what it proved */
int hw_found_place_get_users (HwFoundPlace *self);        /* -1: unknown */
guint hw_found_place_get_round_trip (HwFoundPlace *self); /* milliseconds, at least 1 */
gboolean hw_found_place_get_compatible (HwFoundPlace *self);
gboolean hw_found_place_get_fading (HwFoundPlace *self);
HwFoundBy hw_found_place_get_ways (HwFoundPlace *self);

G_END_DECLS
