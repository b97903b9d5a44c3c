/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One file on its way from person to person, or on offer. This holds what is known of it and the
 * one function that changes its state; what makes it move stands in transfer-give.c and
 * transfer-take.c. */

#include "hallway-config.h"

#include "transfers-private.h"

#include "protocol/name.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* Milliseconds between two looks at what moves. */
#define TICK 250

/* Microseconds over which the rate is taken. */
#define RATE_TIME (G_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE (HwTransfer, hw_transfer, G_TYPE_OBJECT)

enum
{
  CHANGED,
  STALLED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
hw_transfer_dispose (GObject *object)
{
  HwTransfer *self = HW_TRANSFER (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  hw_transfer_stop_streams (self);

  G_OBJECT_CLASS (hw_transfer_parent_class)->dispose (object);
}

static void
hw_transfer_finalize (GObject *object)
{
  HwTransfer *self = HW_TRANSFER (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->file);
  g_ptr_array_unref (self->streams);
  g_free (self->room);
  g_free (self->room_folded);
  g_free (self->person);
  g_free (self->to);
  g_free (self->from);
  g_free (self->name);
  g_free (self->type);
  g_free (self->key);
  g_free (self->whose);
  g_free (self->problem);

  G_OBJECT_CLASS (hw_transfer_parent_class)->finalize (object);
}

static void
hw_transfer_class_init (HwTransferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_transfer_dispose;
  object_class->finalize = hw_transfer_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  /* For those who move it: nothing came for a long time, and nothing carries it any more. */
  signals[STALLED] = g_signal_new ("stalled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
hw_transfer_init (HwTransfer *self)
{
  self->streams = g_ptr_array_new_with_free_func ((GDestroyNotify) hw_file_stream_unref);
}

/**
 * hw_transfer_new:
 * @ours: whether we have the file
 * @room: (nullable): the room in which it is offered
 * @person: (nullable): ours, for one person: who; theirs: whose it is
 *
 * Returns: (transfer full): a file
 */
HwTransfer *
hw_transfer_new (gboolean ours, const char *room, const char *person)
{
  HwTransfer *self = g_object_new (HW_TYPE_TRANSFER, NULL);

  self->ours = ours;
  self->state = ours ? HW_TRANSFER_PREPARING : HW_TRANSFER_OFFERED;
  self->room = g_strdup (room);
  self->room_folded = room ? hw_name_fold (room) : NULL;
  self->person = person ? hw_name_fold (person) : g_strdup ("");
  self->from = g_strdup (ours || !person ? "" : person);
  self->to = ours ? g_strdup (person) : NULL;
  self->at = g_get_real_time () / 1000;
  return self;
}

/**
 * hw_transfer_changed:
 * @self: a file
 *
 * Tells those who show it.
 */
void
hw_transfer_changed (HwTransfer *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
is_moving (HwTransfer *self)
{
  return self->streams->len > 0 || self->state == HW_TRANSFER_PREPARING;
}

static void
take_rate (HwTransfer *self, gint64 now)
{
  if (now - self->rate_at < RATE_TIME)
    return;
  self->rate
      = (double) (self->done - self->rate_done) * G_USEC_PER_SEC / (double) (now - self->rate_at);
  self->rate_at = now;
  self->rate_done = self->done;
}

static gboolean
on_tick (gpointer user_data)
{
  HwTransfer *self = user_data;
  G_GNUC_UNUSED g_autoptr (HwTransfer) alive = g_object_ref (self);
  gint64 now = g_get_monotonic_time ();
  gint64 most = 0;
  guint n_stalled = 0;

  if (!is_moving (self))
    {
      self->tick = 0;
      return G_SOURCE_REMOVE;
    }
  for (guint i = self->streams->len; i-- > 0;)
    {
      HwFileStream *stream = self->streams->pdata[i];

      most = MAX (most, hw_file_stream_get_done (stream));
      if (!hw_file_stream_is_stalled (stream, now))
        continue;
      n_stalled++;
      hw_file_stream_cancel (stream);
      g_ptr_array_remove_index (self->streams, i);
    }
  if (most > 0)
    self->done = most;
  take_rate (self, now);
  if (n_stalled > 0 && self->streams->len == 0)
    g_signal_emit (self, signals[STALLED], 0);
  hw_transfer_changed (self);
  return G_SOURCE_CONTINUE;
}

/**
 * hw_transfer_watch:
 * @self: a file that begins to move
 *
 * Follows its progress until it no longer moves.
 */
void
hw_transfer_watch (HwTransfer *self)
{
  self->rate = 0;
  self->rate_at = g_get_monotonic_time ();
  self->rate_done = self->done;
  if (self->tick == 0)
    self->tick = g_timeout_add (TICK, on_tick, self);
}

/**
 * hw_transfer_set_state:
 * @self: a file
 * @state: how far it is
 * @problem: (nullable): why it went wrong, for the person
 *
 * The only place where the state changes.
 */
void
hw_transfer_set_state (HwTransfer *self, HwTransferState state, const char *problem)
{
  g_debug ("%s: %d → %d (%s)", self->name, self->state, state, problem ? problem : "");
  self->state = state;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  hw_transfer_changed (self);
}

/**
 * hw_transfer_stop_streams:
 * @self: a file
 *
 * Cuts whatever carries it.
 */
void
hw_transfer_stop_streams (HwTransfer *self)
{
  for (guint i = 0; i < self->streams->len; i++)
    hw_file_stream_cancel (self->streams->pdata[i]);
  g_ptr_array_set_size (self->streams, 0);
}

/**
 * hw_transfer_forget_file:
 * @self: a file of ours that is offered no longer
 *
 * Removes it if it was made only for this.
 */
void
hw_transfer_forget_file (HwTransfer *self)
{
  if (self->ours && self->temporary && self->file)
    g_unlink (g_file_peek_path (self->file));
  self->temporary = FALSE;
}

HwTransferState
hw_transfer_get_state (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), HW_TRANSFER_FAILED);

  return self->state;
}

gboolean
hw_transfer_is_ours (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), FALSE);

  return self->ours;
}

const char *
hw_transfer_get_room (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), NULL);

  return self->room_folded;
}

const char *
hw_transfer_get_from (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), NULL);

  return self->from;
}

gint64
hw_transfer_get_at (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), 0);

  return self->at;
}

const char *
hw_transfer_get_name (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), NULL);

  return self->name;
}

const char *
hw_transfer_get_media_type (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), NULL);

  return self->type;
}

gint64
hw_transfer_get_size (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), 0);

  return self->size;
}

gint64
hw_transfer_get_done (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), 0);

  return self->state == HW_TRANSFER_DONE ? self->size : self->done;
}

double
hw_transfer_get_rate (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), 0);

  return self->rate;
}

guint
hw_transfer_get_n_fetching (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), 0);

  return self->ours ? self->streams->len : 0;
}

guint
hw_transfer_get_n_fetched (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), 0);

  return self->n_fetched;
}

GFile *
hw_transfer_get_file (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), NULL);

  return self->file;
}

/**
 * hw_transfer_get_picture:
 * @self: a file
 *
 * By its media type it is a picture, of a kind that anybody can show; what is in the file is to be
 * judged by who reads it.
 *
 * Returns: (transfer none) (nullable): the path of a picture that may be shown: one of ours, or one
 *   of theirs that was accepted and is here, whole
 */
const char *
hw_transfer_get_picture (HwTransfer *self)
{
  static const char *const types[]
      = { "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", NULL };

  g_return_val_if_fail (HW_IS_TRANSFER (self), NULL);

  if (!self->file || !self->type || !g_strv_contains (types, self->type)
      || (self->state != HW_TRANSFER_DONE
          && !(self->ours
               && (self->state == HW_TRANSFER_OFFERED || self->state == HW_TRANSFER_RUNNING))))
    return NULL;
  return g_file_peek_path (self->file);
}

const char *
hw_transfer_get_problem (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), NULL);

  return self->problem;
}

/**
 * hw_transfer_is_over:
 * @self: a file
 *
 * Returns: whether nothing more comes of it, so that it can be dismissed
 */
gboolean
hw_transfer_is_over (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), TRUE);

  switch (self->state)
    {
    case HW_TRANSFER_DONE:
    case HW_TRANSFER_FAILED:
    case HW_TRANSFER_DECLINED:
    case HW_TRANSFER_GONE:
    case HW_TRANSFER_CANCELLED:
      return TRUE;
    case HW_TRANSFER_PREPARING:
    case HW_TRANSFER_OFFERED:
    case HW_TRANSFER_WAITING:
    case HW_TRANSFER_RUNNING:
    case HW_TRANSFER_PAUSED:
    default:
      return FALSE;
    }
}

/**
 * hw_transfer_can_resume:
 * @self: a file
 *
 * Returns: whether it stopped half-way, and its person is there for the rest
 */
gboolean
hw_transfer_can_resume (HwTransfer *self)
{
  g_return_val_if_fail (HW_IS_TRANSFER (self), FALSE);

  return self->state == HW_TRANSFER_PAUSED && self->id != 0;
}
