/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  HW_PEER_DIRECT, /* a whisper */
  HW_PEER_FETCH,  /* wants a file that was offered */
} HwPeerOp;

/**
 * HwPeerRequest:
 * @op: what is asked
 * @id: what the answer is to repeat
 * @from: (not nullable): who asks, as it claims; a name as it is allowed
 * @to: (nullable): of a whisper, whom it is for: whoever is not, has it from somebody who passes
 *   on what was meant for them
 * @text: (nullable): of a whisper, checked
 * @key: (nullable): of a whisper, its key
 * @after: (nullable): of a whisper, the key of the one before
 * @offer: of a file
 * @sha256: (nullable): of a file, its hash, which only those know who were told of the offer
 * @offset: from which byte on the file is wanted
 *
 * A line of one client to another.
 */
typedef struct
{
  HwPeerOp op;
  gint64 id;
  char *from;
  char *to;
  char *text;
  char *key;
  char *after;
  gint64 offer;
  char *sha256;
  gint64 offset;
} HwPeerRequest;

HwPeerRequest *hw_peer_request_parse (const char *line, gsize length, gint64 *id, GError **error);
void hw_peer_request_free (HwPeerRequest *self);
GString *hw_peer_request_to_line (const HwPeerRequest *self);

GString *hw_peer_answer_to_line (gint64 id, gint64 size);
GString *hw_peer_refusal_to_line (gint64 id, const GError *error);
gboolean
hw_peer_answer_parse (const char *line, gsize length, gint64 id, gint64 *size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwPeerRequest, hw_peer_request_free)

G_END_DECLS
