/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "place.h"

#include "protocol/peer.h"

G_BEGIN_DECLS

/**
 * HwDirectHandler:
 * @may_fetch: whether somebody who is who it says may have the file; else the error says why not
 * @take: somebody who is who it says whispers; %FALSE with an error: it is refused
 * @when_kept: is to call @done, once, when what was taken is as safe as it will be
 * @fetch: is to be given the file; the stream is (transfer none), and whoever
 *   answers keeps a reference to it and to the connection below
 *
 * What a HwDirect tells its owner.
 */
typedef struct
{
  gboolean (*take) (const HwPeerRequest *request, gpointer user_data, GError **error);
  gboolean (*may_fetch) (const HwPeerRequest *request, gpointer user_data, GError **error);
  void (*when_kept) (void (*done) (gpointer done_data), gpointer done_data, gpointer user_data);
  void (*fetch) (const HwPeerRequest *request,
                 GIOStream *stream,
                 GSocketConnection *connection,
                 gpointer user_data);
} HwDirectHandler;

#define HW_TYPE_DIRECT (hw_direct_get_type ())
/**
 * HwDirect:
 *
 * The ways from our client to those of others at one place, without its server: a listener on a
 * free port, and connections to others. Both sides show certificates; who the other one is, the
 * server's word decides. Main thread only.
 */
G_DECLARE_FINAL_TYPE (HwDirect, hw_direct, HW, DIRECT, GObject)

HwDirect *hw_direct_new (HwPlace *place,
                         GTlsCertificate *certificate,
                         const HwDirectHandler *handler,
                         gpointer user_data,
                         GError **error);
void hw_direct_hang_up (HwDirect *self);
void hw_direct_close (HwDirect *self);
guint16 hw_direct_get_port (HwDirect *self);
const char *hw_direct_get_fingerprint (HwDirect *self);

/* Whispers. The result is whether the other side has it; whatever stood against it is no error. */
void hw_direct_send_async (HwDirect *self,
                           const char *name,
                           const char *text,
                           const char *key,
                           const char *after,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean hw_direct_send_finish (HwDirect *self, GAsyncResult *result);

/**
 * HwDirectStream:
 * @stream: encrypted, with the one that was asked for
 * @connection: what carries it
 * @rest: the first bytes of the file
 * @size: of the whole file, as the other side says
 *
 * A file on its way to us, from the offset that was asked for.
 */
typedef struct
{
  GIOStream *stream;
  GSocketConnection *connection;
  GBytes *rest;
  gint64 size;
} HwDirectStream;

void hw_direct_stream_free (HwDirectStream *self);
void hw_direct_fetch_async (HwDirect *self,
                            const char *name,
                            gint64 offer,
                            const char *sha256,
                            gint64 offset,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
HwDirectStream *hw_direct_fetch_finish (HwDirect *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwDirectStream, hw_direct_stream_free)

G_END_DECLS
