/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "client.h"
#include "command.h"
#include "protocol/error.h"
#include "protocol/json-tree.h"
#include "protocol/json-writer.h"

G_BEGIN_DECLS

/**
 * HwRequest:
 *
 * One line from a client on its way through the server, answered exactly once. A handler that
 * cannot answer at once keeps a reference; the client may be gone when the answer is there, it then
 * goes nowhere. Belongs to the network thread.
 */
struct _HwRequest
{
  guint refs;
  HwClient *client; /* a reference */
  const HwCommand *command;
  HwJsonTree *fields;
  gint64 id;        /* 0: a success is not answered */
  HwRequest *next;  /* of the ordered ones that wait */
  HwBuffer *answer; /* there, but those before it are not answered yet */
  gboolean answered;
};

HwRequest *hw_request_new (HwClient *client, HwJsonTree *fields);
HwRequest *hw_request_ref (HwRequest *self);
void hw_request_unref (HwRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HwRequest, hw_request_unref)

const char *hw_request_read_op (HwRequest *self, GError **error);
gboolean hw_request_check (HwRequest *self, GError **error);

gboolean hw_request_has (HwRequest *self, const char *field);
const char *hw_request_get_string (HwRequest *self, const char *field);
gint64 hw_request_get_int (HwRequest *self, const char *field, gint64 otherwise);
gboolean hw_request_get_bool (HwRequest *self, const char *field, gboolean otherwise);
const HwJsonValue *hw_request_get_value (HwRequest *self, const char *field);
void hw_request_forget_fields (HwRequest *self);

/* Answers: begin, write the reply's fields, end; or one of the others. */
HwJsonWriter *hw_request_begin (HwRequest *self);
void hw_request_end (HwRequest *self);
void hw_request_succeed (HwRequest *self);
void hw_request_fail (HwRequest *self, const GError *error);
void
hw_request_refuse (HwRequest *self, HwErrorCode code, const char *field, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
void hw_request_drop (HwRequest *self);

G_END_DECLS
