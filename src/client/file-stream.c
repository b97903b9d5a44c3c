/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bytes of files: sent and received, each in a thread, for disks and networks may let one wait.
 * Memory is one buffer a thread, whatever the file's size. What is received is hashed as it comes,
 * on top of what was here before the connection was lost, so that the whole is known to be right
 * without being read twice. */

#include "hallway-config.h"

#include "file-stream.h"

#include "protocol/error.h"
#include "protocol/peer.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* Bytes moved at once: sixteen records of TLS. */
#define BUFFER_SIZE (256 * 1024)

/* Bytes and microseconds: fewer in that time, and the other end is taken for gone. */
#define STALL_BYTES (16 * 1024)
#define STALL_TIME  (30 * G_USEC_PER_SEC)

/* And fewer bytes a second than that, for so long, is slow: whoever is has to make room when others
 * wait. */
#define SLOW_RATE (64 * 1024)
#define SLOW_TIME (3 * G_USEC_PER_SEC)

struct _HwFileStream
{
  gatomicrefcount refs;
  GIOStream *stream;
  GSocketConnection *connection;
  GBytes *first; /* (nullable): received already */
  char *path;    /* (nullable): what is sent */
  HwFileIdentity identity;
  int fd; /* what is received goes there; owned; -1: none */
  gint64 id;
  gint64 offset;
  gint64 size;
  char *sha256;     /* (nullable): what it has to be */
  HwFileHash *hash; /* (nullable): of what is received */
  gint64 done;      /* atomic */
  char *person;     /* (nullable): folded: who gets it */
  gint64 seen_at;   /* monotonic: since when "done" is looked at for stalls */
  gint64 seen_done;
  gint64 slow_at; /* and for slowness */
  gint64 slow_done;
  gboolean slow;
  GCancellable *cancellable;
  GError *error;
  HwFileStreamFunc func; /* (nullable): nobody wants to know any more */
  gpointer user_data;
  GDestroyNotify destroy;
};

static void
set_save_error (GError **error)
{
  hw_error_set (error, HW_ERROR_STORAGE, NULL,
                /* Translators: %s is what the system says */
                _ ("The file cannot be saved: %s."), g_strerror (errno));
}

static gboolean
write_all (int fd, const guint8 *bytes, gsize length, gint64 offset, GError **error)
{
  while (length > 0)
    {
      gssize n = pwrite (fd, bytes, length, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          set_save_error (error);
          return FALSE;
        }
      bytes += n;
      length -= n;
      offset += n;
    }
  return TRUE;
}

static HwFileStream *
stream_ref (HwFileStream *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * hw_file_stream_unref:
 * @self: (transfer full): a file on its way
 */
void
hw_file_stream_unref (HwFileStream *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_object (&self->stream);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->first, g_bytes_unref);
  g_clear_pointer (&self->hash, hw_file_hash_free);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  self->destroy (self->user_data);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->person);
  g_free (self->sha256);
  g_free (self);
}

static gboolean
on_over (gpointer user_data)
{
  HwFileStream *self = user_data;

  if (self->func)
    self->func (self, self->error, self->user_data);
  return G_SOURCE_REMOVE;
}

/* In the thread: what there was to do is done. */
static void
end (HwFileStream *self)
{
  if (self->fd >= 0)
    {
      close (self->fd);
      self->fd = -1;
    }
  /* The last bytes are with the kernel, which sends them on; TLS says goodbye if it can at once. */
  if (!self->error)
    g_io_stream_close (self->stream, self->cancellable, NULL);
  g_socket_close (g_socket_connection_get_socket (self->connection), NULL);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_over, self, (GDestroyNotify) hw_file_stream_unref);
}

static void
move_on (HwFileStream *self, gsize n)
{
  __atomic_add_fetch (&self->done, n, __ATOMIC_RELAXED);
}

static gboolean
send_line (HwFileStream *self, GString *line)
{
  gboolean sent
      = g_output_stream_write_all (g_io_stream_get_output_stream (self->stream), line->str,
                                   line->len, NULL, self->cancellable, &self->error);

  g_string_free (line, TRUE);
  return sent;
}

static gboolean
send_bytes (HwFileStream *self, int fd)
{
  GOutputStream *output = g_io_stream_get_output_stream (self->stream);
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  gint64 at = self->offset;

  while (at < self->size)
    {
      gssize n = hw_file_read (fd, buffer, MIN (BUFFER_SIZE, self->size - at), at, &self->error);

      if (n == 0)
        hw_error_set (&self->error, HW_ERROR_FAILED, NULL,
                      _ ("The file has changed since it was offered."));
      if (n <= 0
          || !g_output_stream_write_all (output, buffer, n, NULL, self->cancellable, &self->error))
        return FALSE;
      at += n;
      move_on (self, n);
    }
  return TRUE;
}

static gpointer
run_send (gpointer data)
{
  HwFileStream *self = data;
  HwFileIdentity identity;
  g_autoptr (GError) error = NULL;
  int fd = hw_file_open (self->path, &identity, &error);

  if (fd >= 0
      && (memcmp (&identity, &self->identity, sizeof identity) != 0
          || self->offset > identity.size))
    hw_error_set (&error, HW_ERROR_FAILED, NULL, _ ("The file has changed since it was offered."));
  if (error)
    {
      g_autoptr (GError) told = hw_error_new (HW_ERROR_BAD_REQUEST, "offer", "%s", error->message);

      send_line (self, hw_peer_refusal_to_line (self->id, told));
      g_clear_error (&self->error);
      self->error = g_steal_pointer (&error);
    }
  else if (send_line (self, hw_peer_answer_to_line (self->id, self->size)))
    send_bytes (self, fd);
  if (fd >= 0)
    close (fd);
  end (self);
  return NULL;
}

static gboolean
take_bytes (HwFileStream *self, const guint8 *bytes, gsize n, gint64 *at)
{
  if (n > (gsize) (self->size - *at))
    {
      hw_error_set (&self->error, HW_ERROR_FAILED, NULL, _ ("More came than was offered."));
      return FALSE;
    }
  if (!write_all (self->fd, bytes, n, *at, &self->error))
    return FALSE;
  hw_file_hash_add (self->hash, bytes, n);
  *at += n;
  move_on (self, n);
  return TRUE;
}

static gboolean
receive_bytes (HwFileStream *self)
{
  GInputStream *input = g_io_stream_get_input_stream (self->stream);
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  gint64 at = self->offset;
  gsize n_first;
  const guint8 *first = g_bytes_get_data (self->first, &n_first);

  if (!take_bytes (self, first, n_first, &at))
    return FALSE;
  while (at < self->size)
    {
      gsize fill = 0;

      /* Records are small: they are gathered, for writing costs by the call. */
      while (fill < BUFFER_SIZE && at + (gint64) fill < self->size)
        {
          gssize n = g_input_stream_read (input, buffer + fill, BUFFER_SIZE - fill,
                                          self->cancellable, &self->error);

          if (n == 0)
            g_set_error_literal (&self->error, G_IO_ERROR, G_IO_ERROR_CLOSED, "closed");
          if (n <= 0)
            {
              /* What came until then is not thrown away. */
              g_autoptr (GError) error = g_steal_pointer (&self->error);

              if (take_bytes (self, buffer, fill, &at))
                self->error = g_steal_pointer (&error);
              return FALSE;
            }
          fill += n;
        }
      if (!take_bytes (self, buffer, fill, &at))
        return FALSE;
    }
  return TRUE;
}

static gpointer
run_receive (gpointer data)
{
  HwFileStream *self = data;
  g_autofree char *digest = NULL;
  gboolean received = receive_bytes (self);

  digest = hw_file_hash_end (g_steal_pointer (&self->hash));
  if (received && fsync (self->fd) != 0)
    set_save_error (&self->error);
  else if (received && !g_str_equal (digest, self->sha256))
    hw_error_set (&self->error, HW_ERROR_BAD_REQUEST, "sha256",
                  _ ("What came is not the file that was offered."));
  end (self);
  return NULL;
}

static HwFileStream *
stream_new (GIOStream *stream,
            GSocketConnection *connection,
            HwFileStreamFunc func,
            gpointer user_data,
            GDestroyNotify destroy)
{
  HwFileStream *self = g_new0 (HwFileStream, 1);

  g_atomic_ref_count_init (&self->refs);
  self->stream = g_object_ref (stream);
  self->connection = g_object_ref (connection);
  self->cancellable = g_cancellable_new ();
  self->fd = -1;
  self->seen_at = self->slow_at = g_get_monotonic_time ();
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

static void
start (HwFileStream *self, const char *name, GThreadFunc run)
{
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_try_new (name, run, stream_ref (self), &error);

  if (thread)
    {
      g_thread_unref (thread);
      return;
    }
  self->error = hw_error_new (HW_ERROR_FAILED, NULL, "%s", error->message);
  end (self);
}

/**
 * hw_file_stream_send:
 * @stream: (transfer none): encrypted, with whoever asked for the file
 * @connection: (transfer none): what carries it
 * @path: the file
 * @identity: which file that has to be
 * @id: of the request, which is answered first
 * @offset: the first byte that is wanted
 * @func: told when it is over
 * @user_data: (transfer full): for @func
 * @destroy: gives @user_data up, also of a file that was cancelled; in the main thread
 *
 * Sends a file. "done" counts from @offset.
 *
 * Returns: (transfer full): the file on its way
 */
HwFileStream *
hw_file_stream_send (GIOStream *stream,
                     GSocketConnection *connection,
                     const char *path,
                     const HwFileIdentity *identity,
                     gint64 id,
                     gint64 offset,
                     HwFileStreamFunc func,
                     gpointer user_data,
                     GDestroyNotify destroy)
{
  HwFileStream *self = stream_new (stream, connection, func, user_data, destroy);

  self->path = g_strdup (path);
  self->identity = *identity;
  self->id = id;
  self->offset = offset;
  self->size = identity->size;
  self->done = self->seen_done = self->slow_done = offset;
  start (self, "hw-file-send", run_send);
  return self;
}

/**
 * hw_file_stream_receive:
 * @stream: (transfer none): encrypted, with whoever has the file
 * @connection: (transfer none): what carries it
 * @first: (transfer none): what came already
 * @fd: (transfer full): where it goes, open for reading and writing
 * @offset: how many bytes are there already
 * @hash: (transfer full): of those
 * @size: how many it has to be
 * @sha256: and their hash
 * @func: told when it is over
 * @user_data: (transfer full): for @func
 * @destroy: gives @user_data up, also of a file that was cancelled; in the main thread
 *
 * Receives a file. %HW_ERROR says that it cannot be had this way, all other errors that the
 * connection was lost.
 *
 * Returns: (transfer full): the file on its way
 */
HwFileStream *
hw_file_stream_receive (GIOStream *stream,
                        GSocketConnection *connection,
                        GBytes *first,
                        int fd,
                        gint64 offset,
                        HwFileHash *hash,
                        gint64 size,
                        const char *sha256,
                        HwFileStreamFunc func,
                        gpointer user_data,
                        GDestroyNotify destroy)
{
  HwFileStream *self = stream_new (stream, connection, func, user_data, destroy);

  self->first = g_bytes_ref (first);
  self->fd = fd;
  self->hash = hash;
  self->offset = offset;
  self->size = size;
  self->sha256 = g_strdup (sha256);
  self->done = self->seen_done = self->slow_done = offset;
  start (self, "hw-file-take", run_receive);
  return self;
}

/**
 * hw_file_stream_cancel:
 * @self: a file on its way
 *
 * Stops it soon, and it tells nobody.
 */
void
hw_file_stream_cancel (HwFileStream *self)
{
  self->func = NULL;
  g_cancellable_cancel (self->cancellable);
}

/**
 * hw_file_stream_get_done:
 * @self: a file on its way
 *
 * Returns: how many bytes of it are here, or with the other one
 */
gint64
hw_file_stream_get_done (HwFileStream *self)
{
  return __atomic_load_n (&self->done, __ATOMIC_RELAXED);
}

/**
 * hw_file_stream_set_person:
 * @self: a file on its way out
 * @folded: who gets it
 */
void
hw_file_stream_set_person (HwFileStream *self, const char *folded)
{
  g_free (self->person);
  self->person = g_strdup (folded);
}

/**
 * hw_file_stream_get_person:
 * @self: a file on its way
 *
 * Returns: (nullable): who gets it
 */
const char *
hw_file_stream_get_person (HwFileStream *self)
{
  return self->person;
}

/**
 * hw_file_stream_is_stalled:
 * @self: a file on its way, looked at several times a second
 * @now: monotonic microseconds
 *
 * Returns: whether next to nothing has moved for a long time
 */
gboolean
hw_file_stream_is_stalled (HwFileStream *self, gint64 now)
{
  gint64 done = hw_file_stream_get_done (self);

  if (now - self->slow_at >= SLOW_TIME)
    {
      self->slow = done - self->slow_done < SLOW_RATE * ((now - self->slow_at) / G_USEC_PER_SEC);
      self->slow_at = now;
      self->slow_done = done;
    }
  if (done - self->seen_done >= STALL_BYTES)
    {
      self->seen_at = now;
      self->seen_done = done;
    }
  return now - self->seen_at > STALL_TIME;
}

/**
 * hw_file_stream_is_slow:
 * @self: a file on its way, looked at by hw_file_stream_is_stalled()
 *
 * Returns: whether it is so slow that it may be interrupted for others
 */
gboolean
hw_file_stream_is_slow (HwFileStream *self)
{
  return self->slow;
}
