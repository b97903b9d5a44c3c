/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How somebody leaves, shared by all the rooms that are left. */

#include "parting.h"

#include "request.h"

/**
 * hw_parting_new:
 * @kind: %HW_ENTRY_LEFT or %HW_ENTRY_KICKED
 * @reason: of the former
 * @text: of the latter
 * @by: of the latter
 * @request: (nullable) (transfer none): what to answer when all is on disk
 *
 * Returns: (transfer full): a way to leave
 */
HwParting *
hw_parting_new (
    HwEntryKind kind, HwLeftReason reason, const char *text, const char *by, HwRequest *request)
{
  HwParting *self = g_new0 (HwParting, 1);

  self->refs = 1;
  self->kind = kind;
  self->reason = reason;
  self->text = g_strdup (text);
  self->by = g_strdup (by);
  self->request = request ? hw_request_ref (request) : NULL;
  return self;
}

/**
 * hw_parting_ref:
 * @self: a way to leave
 *
 * Returns: (transfer full): @self, with one more reference
 */
HwParting *
hw_parting_ref (HwParting *self)
{
  self->refs++;
  return self;
}

/**
 * hw_parting_unref:
 * @self: (transfer full): a way to leave; gone with its last reference
 */
void
hw_parting_unref (HwParting *self)
{
  if (--self->refs > 0)
    return;
  if (self->done)
    self->done (self->user_data);
  if (self->request)
    hw_request_succeed (self->request);
  g_clear_pointer (&self->request, hw_request_unref);
  g_free (self->text);
  g_free (self->by);
  g_free (self);
}

/**
 * hw_parting_set_done:
 * @self: a way to leave
 * @done: called when all have left by it
 * @user_data: for @done
 */
void
hw_parting_set_done (HwParting *self, GDestroyNotify done, gpointer user_data)
{
  self->done = done;
  self->user_data = user_data;
}

/**
 * hw_parting_fail:
 * @self: a way to leave
 * @error: why one of the rooms could not be left
 *
 * Answers the request, if any, that it could not be done, or not yet.
 */
void
hw_parting_fail (HwParting *self, const GError *error)
{
  g_autoptr (HwRequest) request = g_steal_pointer (&self->request);

  if (request)
    hw_request_fail (request, error);
}
