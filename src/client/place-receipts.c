/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Telling the server which whispers have arrived: those that are on this computer's disk, where
 * whispers are kept. Until then it keeps them, and gives them again to our next link. */

#include "hallway-config.h"

#include "place-private.h"

/* Milliseconds between two receipts: one speaks for all before it. */
#define PAUSE 500

/* A whisper that is on its way to the disk. */
typedef struct
{
  HwPlace *place; /* not owned: it owns the log that knows of us */
  guint link_number;
  gint64 number;
} Arrival;

static void
tell (HwPlace *self)
{
  HwRequest *request = hw_requests_begin_untold (self->requests, "received");

  hw_json_int (&request->fields, "n", self->arrived);
  hw_requests_tell (self->requests, request, HW_REQUEST_NOW);
  self->confirmed = self->arrived;
}

static gboolean
on_pause_over (gpointer user_data)
{
  HwPlace *self = user_data;

  if (self->arrived > self->confirmed)
    {
      tell (self);
      return G_SOURCE_CONTINUE;
    }
  self->receipt_source = 0;
  return G_SOURCE_REMOVE;
}

static void
on_written (gpointer user_data)
{
  g_autofree Arrival *arrival = user_data;
  HwPlace *self = arrival->place;

  /* Each link counts anew, and what another one brought it brings again. */
  if (arrival->link_number != self->link_number || self->step != HW_STEP_READY)
    return;
  self->arrived = MAX (self->arrived, arrival->number);
  if (self->receipt_source || self->arrived <= self->confirmed)
    return;
  tell (self);
  self->receipt_source = g_timeout_add (PAUSE, on_pause_over, self);
}

/**
 * hw_place_note_arrival:
 * @self: a place
 * @number: by which the server wants to hear of a whisper that came
 *
 * Confirms it once it is on the disk.
 */
void
hw_place_note_arrival (HwPlace *self, gint64 number)
{
  Arrival *arrival = g_new (Arrival, 1);

  *arrival = (Arrival){ self, self->link_number, number };
  hw_whisper_log_when_written (self->whisper_log, on_written, arrival);
}

/**
 * hw_place_tell_arrivals:
 * @self: a place that is about to say goodbye
 *
 * Does not wait any longer with what can be confirmed.
 */
void
hw_place_tell_arrivals (HwPlace *self)
{
  if (self->arrived > self->confirmed)
    tell (self);
}

/**
 * hw_place_forget_arrivals:
 * @self: a place whose link is gone
 */
void
hw_place_forget_arrivals (HwPlace *self)
{
  g_clear_handle_id (&self->receipt_source, g_source_remove);
  self->link_number++;
  self->arrived = 0;
  self->confirmed = 0;
}
