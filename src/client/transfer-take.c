/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that others offer: fetched into a file beside the one they are to become, which has the
 * beginning of the hash in its name, so that what is there can only be the beginning of the same
 * file; renamed when the whole is here and right. A lost connection is taken up again by itself, a
 * few times; what the person cancels leaves nothing behind. */

#include "hallway-config.h"

#include "direct.h"
#include "place-private.h"
#include "transfers-private.h"

#include "protocol/error.h"
#include "protocol/name.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* How often a lost connection is taken up again without a byte in between, and after how many
 * milliseconds. */
#define TRIES_MAX 5
#define TRY_DELAY 2000

/* Digits of the hash in the name of what is not whole yet. */
#define MARK_LENGTH 12

typedef struct
{
  HwTransfers *transfers;
  HwTransfer *transfer;
  GCancellable *cancellable;
  int fd; /* -1: given on */
  gint64 offset;
  HwFileHash *hash; /* (nullable): of what is here; given on */
} Take;

static void fetch (HwTransfers *self, HwTransfer *transfer);

static void
take_free (Take *take)
{
  g_object_unref (take->transfers);
  g_object_unref (take->transfer);
  g_clear_object (&take->cancellable);
  g_clear_pointer (&take->hash, hw_file_hash_free);
  if (take->fd >= 0)
    close (take->fd);
  g_free (take);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Take, take_free)

/* (transfer full) */
static char *
get_part_path (HwTransfer *transfer)
{
  return g_strdup_printf ("%s.%.*s.part", g_file_peek_path (transfer->file), MARK_LENGTH,
                          transfer->sha256);
}

static void
remove_part (HwTransfer *transfer)
{
  g_autofree char *part = transfer->file ? get_part_path (transfer) : NULL;

  if (part)
    g_unlink (part);
}

static void
fail (HwTransfer *transfer, const char *problem)
{
  remove_part (transfer);
  hw_transfer_set_state (transfer, HW_TRANSFER_FAILED, problem);
}

/* Better said at once than when the disk is full; where it is not known, as in a sandbox's window
 * to the files, it is tried. */
static gboolean
has_space (int fd, gint64 size)
{
  struct statvfs info;

  if (fstatvfs (fd, &info) != 0 || info.f_frsize == 0 || info.f_blocks == 0
      || (guint64) size / info.f_frsize <= info.f_bavail)
    return TRUE;
  errno = ENOSPC;
  return FALSE;
}

/* Opens what is here of the file already, or nothing; nobody else may write into it. */
static int
open_part (HwTransfer *transfer, gint64 *offset, GError **error)
{
  g_autofree char *part = get_part_path (transfer);
  int fd = open (part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      /* Translators: %s is what the system says */
      hw_error_set (error, HW_ERROR_FAILED, NULL, _ ("The file cannot be saved: %s."),
                    g_strerror (errno));
    }
  else if (!S_ISREG (info.st_mode) || info.st_nlink > 1 || flock (fd, LOCK_EX | LOCK_NB) != 0)
    hw_error_set (error, HW_ERROR_FAILED, NULL, _ ("This file is being fetched already."));
  else if ((info.st_size > transfer->size && ftruncate (fd, 0) != 0)
           || !has_space (fd, transfer->size - MIN (info.st_size, transfer->size)))
    /* Translators: %s is what the system says */
    hw_error_set (error, HW_ERROR_FAILED, NULL, _ ("The file cannot be saved: %s."),
                  g_strerror (errno));
  else
    {
      *offset = info.st_size > transfer->size ? 0 : info.st_size;
      return fd;
    }
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
on_try_again (gpointer user_data)
{
  Take *take = user_data;

  if (!g_cancellable_is_cancelled (take->cancellable) && take->transfer->state == HW_TRANSFER_PAUSED
      && take->transfer->id != 0)
    fetch (take->transfers, take->transfer);
  return G_SOURCE_REMOVE;
}

/* The connection was lost, or there was none to be had. */
static void
suspend (HwTransfers *self, HwTransfer *transfer, const char *problem, gboolean again)
{
  Take *take;

  hw_transfer_set_state (transfer, HW_TRANSFER_PAUSED,
                         transfer->was_gone || transfer->id == 0
                             ? _ ("Whoever has it has left. It goes on when they offer it again.")
                             : problem);
  transfer->was_gone = FALSE;
  if (!again || transfer->id == 0 || ++transfer->n_tries > TRIES_MAX)
    return;
  take = g_new0 (Take, 1);
  take->transfers = g_object_ref (self);
  take->transfer = g_object_ref (transfer);
  take->cancellable = g_object_ref (transfer->cancellable);
  take->fd = -1;
  g_timeout_add_full (G_PRIORITY_DEFAULT, TRY_DELAY, on_try_again, take,
                      (GDestroyNotify) take_free);
}

static void
keep (HwTransfers *self, HwTransfer *transfer)
{
  g_autofree char *part = get_part_path (transfer);

  if (g_rename (part, g_file_peek_path (transfer->file)) == 0)
    {
      hw_transfer_set_state (transfer, HW_TRANSFER_DONE, NULL);
      hw_file_record_add (self->record, transfer);
    }
  else
    {
      /* Translators: %s is what the system says */
      g_autofree char *problem
          = g_strdup_printf (_ ("The file cannot be saved: %s."), g_strerror (errno));

      hw_transfer_set_state (transfer, HW_TRANSFER_PAUSED, problem);
    }
}

static void
on_received (HwFileStream *stream, const GError *error, gpointer user_data)
{
  Take *take = user_data;
  HwTransfer *transfer = take->transfer;

  if (hw_file_stream_get_done (stream) > take->offset)
    transfer->n_tries = 0;
  transfer->done = hw_file_stream_get_done (stream);
  g_ptr_array_remove (transfer->streams, stream);
  if (transfer->state != HW_TRANSFER_RUNNING)
    return;
  if (!error)
    keep (take->transfers, transfer);
  else if (g_error_matches (error, HW_ERROR, HW_ERROR_BAD_REQUEST))
    fail (transfer, error->message);
  else if (error->domain == HW_ERROR)
    suspend (take->transfers, transfer, error->message, FALSE);
  else
    suspend (take->transfers, transfer, _ ("The connection was lost."), TRUE);
}

static void
on_stalled (HwTransfer *transfer, HwTransfers *self)
{
  if (transfer->state != HW_TRANSFER_RUNNING)
    return;
  suspend (self, transfer, _ ("Nothing came any more."), TRUE);
}

static void
on_fetching (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Take) take = user_data;
  HwTransfer *transfer = take->transfer;
  g_autoptr (GError) error = NULL;
  g_autoptr (HwDirectStream) stream = hw_direct_fetch_finish (HW_DIRECT (source), result, &error);
  HwFileStream *receiving;

  if (transfer->state != HW_TRANSFER_WAITING || g_cancellable_is_cancelled (take->cancellable))
    return;
  if (!stream)
    {
      if (g_error_matches (error, HW_ERROR, HW_ERROR_BAD_REQUEST))
        fail (transfer, error->message);
      else if (g_error_matches (error, HW_ERROR, HW_ERROR_SLOW_DOWN))
        {
          /* Others have it at the moment: they will be through. */
          transfer->n_tries = 0;
          suspend (take->transfers, transfer, error->message, TRUE);
        }
      else
        suspend (take->transfers, transfer, error->message, transfer->done > 0);
      return;
    }
  if (stream->size != transfer->size)
    {
      fail (transfer, _ ("What came is not the file that was offered."));
      return;
    }
  transfer->done = take->offset;
  receiving
      = hw_file_stream_receive (stream->stream, stream->connection, stream->rest, take->fd,
                                take->offset, g_steal_pointer (&take->hash), transfer->size,
                                transfer->sha256, on_received, take, (GDestroyNotify) take_free);
  take->fd = -1;
  g_steal_pointer (&take);
  g_ptr_array_add (transfer->streams, receiving);
  hw_transfer_set_state (transfer, HW_TRANSFER_RUNNING, NULL);
  hw_transfer_watch (transfer);
}

/* (transfer none) (nullable): what fetches; if there is nothing, @transfer waits. */
static HwDirect *
get_direct (HwTransfers *self, HwTransfer *transfer)
{
  HwDirect *direct = self->place ? hw_place_get_direct (self->place) : NULL;

  if (!direct)
    suspend (self, transfer,
             _ ("Files go straight from computer to computer. Allow that in the preferences, and "
                "come in again."),
             FALSE);
  return direct;
}

/* What is here already is read: only now is the rest asked for, for whoever gives it does not wait
 * long. */
static void
on_begun (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Take) take = user_data;
  HwTransfer *transfer = take->transfer;
  g_autoptr (GError) error = NULL;
  HwDirect *direct;

  take->hash = hw_file_hash_begin_finish (result, &error);
  if (transfer->state != HW_TRANSFER_WAITING || g_cancellable_is_cancelled (take->cancellable))
    return;
  if (!take->hash)
    {
      hw_transfer_set_state (transfer, HW_TRANSFER_PAUSED, error->message);
      return;
    }
  direct = get_direct (take->transfers, transfer);
  if (!direct)
    return;
  hw_direct_fetch_async (direct, transfer->from, transfer->id, transfer->sha256, take->offset,
                         transfer->cancellable, on_fetching, take);
  g_steal_pointer (&take);
}

static void
fetch (HwTransfers *self, HwTransfer *transfer)
{
  g_autoptr (GError) error = NULL;
  gint64 offset = 0;
  Take *take;
  int fd;

  if (!get_direct (self, transfer))
    return;
  fd = open_part (transfer, &offset, &error);
  if (fd < 0)
    {
      hw_transfer_set_state (transfer, HW_TRANSFER_PAUSED, error->message);
      return;
    }
  take = g_new0 (Take, 1);
  take->transfers = g_object_ref (self);
  take->transfer = g_object_ref (transfer);
  take->cancellable = g_object_ref (transfer->cancellable);
  take->fd = fd;
  take->offset = offset;
  transfer->done = offset;
  transfer->was_gone = FALSE;
  hw_transfer_set_state (transfer, HW_TRANSFER_WAITING, NULL);
  hw_file_hash_begin_async (fd, offset, take->cancellable, on_begun, take);
}

/**
 * hw_transfers_accept:
 * @self: files
 * @transfer: (transfer none): one that somebody offers
 * @destination: (transfer none): a local file to save it as; what is there is replaced in the end
 *
 * Fetches it.
 */
void
hw_transfers_accept (HwTransfers *self, HwTransfer *transfer, GFile *destination)
{
  g_return_if_fail (HW_IS_TRANSFERS (self));
  g_return_if_fail (HW_IS_TRANSFER (transfer) && !transfer->ours);
  g_return_if_fail (G_IS_FILE (destination));

  if (transfer->state != HW_TRANSFER_OFFERED)
    return;
  if (!g_file_peek_path (destination))
    {
      hw_transfer_set_state (transfer, HW_TRANSFER_OFFERED,
                             _ ("It can only be saved on this computer."));
      return;
    }
  g_set_object (&transfer->file, destination);
  g_clear_object (&transfer->cancellable);
  transfer->cancellable = g_cancellable_new ();
  transfer->n_tries = 0;
  if (!g_signal_handler_find (transfer, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_stalled, NULL))
    g_signal_connect_object (transfer, "stalled", G_CALLBACK (on_stalled), self, 0);
  transfer->lapses_at = 0;
  if (transfer->id != 0)
    fetch (self, transfer);
  else
    suspend (self, transfer, NULL, FALSE);
}

/**
 * hw_transfers_resume:
 * @self: files
 * @transfer: (transfer none): a paused one
 *
 * Goes on where it stopped.
 */
void
hw_transfers_resume (HwTransfers *self, HwTransfer *transfer)
{
  g_return_if_fail (HW_IS_TRANSFERS (self));
  g_return_if_fail (HW_IS_TRANSFER (transfer));

  if (transfer->state != HW_TRANSFER_PAUSED || transfer->id == 0)
    return;
  transfer->n_tries = 0;
  fetch (self, transfer);
}

/**
 * hw_transfers_decline:
 * @self: files
 * @transfer: (transfer none): one that somebody offers
 *
 * Says no. In a room nobody is told.
 */
void
hw_transfers_decline (HwTransfers *self, HwTransfer *transfer)
{
  G_GNUC_UNUSED g_autoptr (HwTransfer) alive = NULL;

  g_return_if_fail (HW_IS_TRANSFERS (self));
  g_return_if_fail (HW_IS_TRANSFER (transfer) && !transfer->ours);

  if (transfer->state != HW_TRANSFER_OFFERED)
    return;
  alive = g_object_ref (transfer);
  if (!transfer->room)
    hw_transfers_tell (self, "decline", transfer->id);
  hw_transfers_put_away (self, transfer);
  hw_transfer_set_state (transfer, HW_TRANSFER_DECLINED, NULL);
  hw_transfers_dismiss (self, transfer);
}

/**
 * hw_transfers_cancel:
 * @self: files
 * @transfer: (transfer none): one that is not over
 *
 * Stops it. Of theirs nothing stays here, and one that is offered to a room can be had another
 * time; of ours the offer is taken back.
 */
void
hw_transfers_cancel (HwTransfers *self, HwTransfer *transfer)
{
  g_return_if_fail (HW_IS_TRANSFERS (self));
  g_return_if_fail (HW_IS_TRANSFER (transfer));

  if (hw_transfer_is_over (transfer))
    return;
  if (transfer->cancellable)
    g_cancellable_cancel (transfer->cancellable);
  hw_transfer_stop_streams (transfer);
  if (transfer->ours)
    {
      hw_transfers_tell (self, "withdraw", transfer->id);
      hw_transfer_forget_file (transfer);
    }
  else
    {
      remove_part (transfer);
      if (!transfer->room)
        hw_transfers_tell (self, "decline", transfer->id);
    }
  transfer->done = 0;
  if (transfer->room && !transfer->ours && transfer->id != 0)
    {
      /* It still stands there, for another time. */
      hw_transfer_set_state (transfer, HW_TRANSFER_OFFERED, NULL);
      return;
    }
  transfer->id = 0;
  hw_transfer_set_state (transfer, HW_TRANSFER_CANCELLED, NULL);
}
