/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "address.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HwLink HwLink;

/**
 * HwLinkHandler:
 * @opened: it is up; a TLS certificate was captured
 * @line: one line came, without its end; valid during the call. It may close the link.
 * @closed: it is down, and nothing more comes; why, in words for the person. Not called for
 *   hw_link_close() and hw_link_finish().
 *
 * What a link tells its owner.
 */
typedef struct
{
  void (*opened) (HwLink *link, gpointer user_data);
  void (*line) (HwLink *link, const char *line, gsize length, gpointer user_data);
  void (*closed) (HwLink *link, const GError *error, gpointer user_data);
} HwLinkHandler;

#define HW_TYPE_LINK (hw_link_get_type ())
/**
 * HwLink:
 *
 * One connection, in plaintext or TLS, to a server or to another person's client. Any certificate
 * is taken: whether it is the right one is its owner's to judge, before anything private is sent.
 * Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwLink, hw_link, HW, LINK, GObject)

HwLink *hw_link_new (const HwAddress *address,
                     gboolean tls,
                     const HwLinkHandler *handler,
                     gpointer user_data);
HwLink *hw_link_new_accepted (GSocketConnection *connection,
                              GTlsCertificate *certificate,
                              const HwLinkHandler *handler,
                              gpointer user_data);
void hw_link_set_peer (HwLink *self, GTlsCertificate *certificate, guint open_deadline);
void hw_link_open (HwLink *self);
void hw_link_send (HwLink *self, GString *line);
void hw_link_finish (HwLink *self);
void hw_link_close (HwLink *self);
void hw_link_pause (HwLink *self);
void hw_link_resume (HwLink *self);
gboolean hw_link_has_unsent (HwLink *self);
GIOStream *hw_link_steal (HwLink *self, GSocketConnection **connection, GBytes **rest);
char *hw_link_get_interface (HwLink *self);
const char *hw_link_get_fingerprint (HwLink *self); /* (nullable): plaintext, or not open */
gint64 hw_link_get_received_at (HwLink *self);

G_END_DECLS
