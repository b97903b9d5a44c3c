/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "protocol/json-writer.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Seconds after which a request without an answer has failed. */
#define HW_REQUEST_DEADLINE 30

/**
 * HwRequests:
 *
 * The requests of one connection: their ids, deadlines and answers, and the pace at which they go
 * out. Main thread only.
 */
typedef struct _HwRequests HwRequests;

/**
 * HwRequest:
 * @id: its id; 0: no answer is wanted
 * @fields: for writing the request's fields
 *
 * A request while it is made.
 */
typedef struct
{
  guint64 id;
  HwJsonWriter fields;
  GString *line;
} HwRequest;

typedef enum
{
  HW_REQUEST_NORMAL,
  HW_REQUEST_LOW, /* after all others */
  HW_REQUEST_NOW, /* past the pace: what keeps the link alive */
} HwRequestUrgency;

/* One of @reply and @error is given, both (transfer none). It may send other requests. */
typedef void (*HwReplyFunc) (JsonObject *reply, const GError *error, gpointer user_data);
/* @line is complete; (transfer full), for it may hold a secret. */
typedef void (*HwRequestsWriteFunc) (GString *line, gpointer user_data);

HwRequests *hw_requests_new (HwRequestsWriteFunc write, gpointer user_data);
void hw_requests_set_pace (HwRequests *self, double pace);
void hw_requests_free (HwRequests *self);
HwRequest *hw_requests_begin (HwRequests *self, const char *op);
HwRequest *hw_requests_begin_untold (HwRequests *self, const char *op);
guint64 hw_requests_send (HwRequests *self,
                          HwRequest *request,
                          HwRequestUrgency urgency,
                          HwReplyFunc callback,
                          gpointer user_data);
void hw_requests_tell (HwRequests *self, HwRequest *request, HwRequestUrgency urgency);
void hw_requests_take_reply (HwRequests *self, guint64 id, JsonObject *reply);
void hw_requests_cancel (HwRequests *self, guint64 id, const GError *error);
void hw_requests_fail_all (HwRequests *self, const GError *error);

G_END_DECLS
