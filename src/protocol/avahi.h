/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How places are announced by DNS-SD. */
#define HW_DNSSD_TYPE "_hallway._tcp"

/* Avahi's names, and what its methods take for "all of them" and "IPv4 only". */
#define HW_AVAHI_NAME      "org.freedesktop.Avahi"
#define HW_AVAHI_SERVER    "org.freedesktop.Avahi.Server"
#define HW_AVAHI_ANY       (-1)
#define HW_AVAHI_IPV4      0
#define HW_AVAHI_NO_FLAGS  0u
#define HW_AVAHI_RUNNING   2 /* a state of its server */
#define HW_AVAHI_TXT_BYTES 255

typedef struct _HwAvahi HwAvahi;

/**
 * HwAvahiHandler:
 * @appeared: Avahi is there
 * @vanished: it is there no more, and all that it kept for us is gone; calls that it has not
 * answered end, and nothing more is heard from it
 *
 * What an HwAvahi tells its owner.
 */
typedef struct
{
  void (*appeared) (gpointer user_data);
  void (*vanished) (gpointer user_data);
} HwAvahiHandler;

HwAvahi *hw_avahi_new (const HwAvahiHandler *handler, gpointer user_data);
void hw_avahi_free (HwAvahi *self);
gboolean hw_avahi_is_there (HwAvahi *self);
void hw_avahi_call (HwAvahi *self,
                    const char *path,
                    const char *interface,
                    const char *method,
                    GVariant *arguments,
                    const char *reply,
                    GAsyncReadyCallback callback,
                    gpointer user_data);
GVariant *hw_avahi_call_finish (GObject *bus, GAsyncResult *result, GError **error);
void hw_avahi_subscribe (HwAvahi *self,
                         const char *interface,
                         const char *signal,
                         GDBusSignalCallback callback,
                         gpointer user_data);

G_END_DECLS
