/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Places remembered; the one not used for longest goes first. */
#define HW_KNOWN_PLACES_MAX 200

/**
 * HwPlaceRecord:
 * @id: the server's id
 * @title: its name
 * @address: "host:port"
 * @fingerprint: (nullable): of the certificate that is trusted
 * @trusted_at: since when, seconds since 1970; 0: never
 * @used_at: when we were there last, seconds since 1970
 *
 * What the file has of one place.
 */
typedef struct
{
  char *id;
  char *title;
  char *address;
  char *fingerprint;
  gint64 trusted_at;
  gint64 used_at;
} HwPlaceRecord;

void hw_place_record_free (HwPlaceRecord *record);
HwPlaceRecord *hw_place_record_copy (const HwPlaceRecord *record);

GPtrArray *hw_place_records_read (const char *path, GError **error);
gboolean hw_place_records_write (const char *path,
                                 GPtrArray *records,
                                 GHashTable *forgotten,
                                 GError **error);

G_END_DECLS
