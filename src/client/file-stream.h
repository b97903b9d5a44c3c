/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "file-hash.h"

G_BEGIN_DECLS

/**
 * HwFileStream:
 *
 * A file on its way over an encrypted connection, in a thread of its own. Counted.
 */
typedef struct _HwFileStream HwFileStream;

/* It is over, one way or the other; in the main thread, once. */
typedef void (*HwFileStreamFunc) (HwFileStream *stream, const GError *error, gpointer user_data);

HwFileStream *hw_file_stream_send (GIOStream *stream,
                                   GSocketConnection *connection,
                                   const char *path,
                                   const HwFileIdentity *identity,
                                   gint64 id,
                                   gint64 offset,
                                   HwFileStreamFunc func,
                                   gpointer user_data,
                                   GDestroyNotify destroy);
HwFileStream *hw_file_stream_receive (GIOStream *stream,
                                      GSocketConnection *connection,
                                      GBytes *first,
                                      int fd,
                                      gint64 offset,
                                      HwFileHash *hash,
                                      gint64 size,
                                      const char *sha256,
                                      HwFileStreamFunc func,
                                      gpointer user_data,
                                      GDestroyNotify destroy);
void hw_file_stream_unref (HwFileStream *self);
void hw_file_stream_cancel (HwFileStream *self);
gint64 hw_file_stream_get_done (HwFileStream *self);
void hw_file_stream_set_person (HwFileStream *self, const char *folded);
const char *hw_file_stream_get_person (HwFileStream *self);
gboolean hw_file_stream_is_stalled (HwFileStream *self, gint64 now);
gboolean hw_file_stream_is_slow (HwFileStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwFileStream, hw_file_stream_unref)

G_END_DECLS
