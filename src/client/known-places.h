/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HW_TYPE_KNOWN_PLACE (hw_known_place_get_type ())
/**
 * HwKnownPlace:
 *
 * A place that was visited before. Read-only.
 */
G_DECLARE_FINAL_TYPE (HwKnownPlace, hw_known_place, HW, KNOWN_PLACE, GObject)

const char *hw_known_place_get_id (HwKnownPlace *self);
const char *hw_known_place_get_title (HwKnownPlace *self);
const char *hw_known_place_get_address (HwKnownPlace *self);
const char *
hw_known_place_get_fingerprint (HwKnownPlace *self);       /* (nullable): never seen over TLS */
gint64 hw_known_place_get_trusted_at (HwKnownPlace *self); /* seconds since 1970, 0: never */
gint64 hw_known_place_get_used_at (HwKnownPlace *self);    /* seconds since 1970 */

/**
 * HwTrust:
 *
 * What is remembered of a certificate.
 */
typedef enum
{
  HW_TRUST_NEW,
  HW_TRUST_KNOWN,
  HW_TRUST_CHANGED,
} HwTrust;

#define HW_TYPE_KNOWN_PLACES (hw_known_places_get_type ())
/**
 * HwKnownPlaces:
 *
 * The places visited before and the certificates trusted there: a GListModel of HwKnownPlace,
 * latest first, kept in a key file of the person's data directory, written as a whole, on a thread,
 * after each change. A file that cannot be read is set aside (renamed), never overwritten. Main
 * thread only.
 *
 * Signals:
 * forgotten (places, const char *id): the person wants nothing kept of that place
 */
G_DECLARE_FINAL_TYPE (HwKnownPlaces, hw_known_places, HW, KNOWN_PLACES, GObject)

HwKnownPlaces *hw_known_places_new (const char *path); /* NULL: the usual file */
HwKnownPlace *hw_known_places_find (HwKnownPlaces *self,
                                    const char *id); /* (transfer none) (nullable) */
HwKnownPlace *hw_known_places_find_address (HwKnownPlaces *self,
                                            const char *address); /* (transfer none) (nullable) */
/* Judges by @id, and by @address too: another id at an address that showed a certificate is
 * CHANGED. */
HwTrust hw_known_places_check (HwKnownPlaces *self,
                               const char *id,
                               const char *address,
                               const char *fingerprint,
                               HwKnownPlace **known);
void hw_known_places_trust (HwKnownPlaces *self,
                            const char *id,
                            const char *title,
                            const char *address,
                            const char *fingerprint);
void
hw_known_places_visit (HwKnownPlaces *self, const char *id, const char *title, const char *address);
void hw_known_places_forget (HwKnownPlaces *self, const char *id);
void hw_known_places_flush (HwKnownPlaces *self);

G_END_DECLS
