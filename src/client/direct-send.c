/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What we say to others' clients: a whisper, which must be answered at once or goes the server's
 * way, and who may take that long is reported to the server; and a request for a file, of which the
 * answer becomes the file itself. */

#include "hallway-config.h"

#include "direct-private.h"
#include "isolate.h"

#include "protocol/error.h"
#include "protocol/name.h"

#include <glib/gi18n-lib.h>

/* Milliseconds for a whisper's answer, the opening of a connection included. */
#define WHISPER_DEADLINE 500

/* Milliseconds until a file has to begin. */
#define FETCH_DEADLINE 10000

/* Microseconds for which somebody who cannot be reached is not tried again: each try holds a
 * whisper up. */
#define AVOID_UNREACHABLE (60 * G_USEC_PER_SEC)
#define AVOID_NOT_DIRECT  (15 * G_USEC_PER_SEC)

typedef struct
{
  char *name;
  char *folded;
  char *text;
  char *key;
  char *after;
  HwDirectCall *call; /* (nullable) */
  gboolean reused;    /* that connection was open already */
} Send;

static void
send_free (Send *send)
{
  g_free (send->name);
  g_free (send->folded);
  g_free (send->text);
  g_free (send->key);
  g_free (send->after);
  g_clear_pointer (&send->call, hw_direct_call_unref);
  g_free (send);
}

static void call (GTask *task);

static void
avoid (HwDirect *self, const char *folded, gint64 time)
{
  g_hash_table_replace (self->avoided, g_strdup (folded),
                        g_memdup2 (&(gint64){ g_get_monotonic_time () + time }, sizeof (gint64)));
}

static gboolean
is_avoided (HwDirect *self, const char *folded)
{
  gint64 *until = g_hash_table_lookup (self->avoided, folded);

  if (until && *until > g_get_monotonic_time ())
    return TRUE;
  g_hash_table_remove (self->avoided, folded);
  return FALSE;
}

static void
finish (GTask *task, gboolean delivered)
{
  g_task_return_boolean (task, delivered);
  g_object_unref (task);
}

static void
on_unreachable_told (GObject *source, GAsyncResult *result, gpointer user_data)
{
  G_GNUC_UNUSED g_autoptr (JsonObject) reply
      = hw_place_request_finish (HW_PLACE (source), result, NULL);

  /* Whatever it says of them: the whisper goes the server's way, after it knows. */
  finish (user_data, FALSE);
}

static void
tell_unreachable (GTask *task)
{
  HwDirect *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);
  g_autoptr (JsonObject) fields = json_object_new ();

  avoid (self, send->folded, AVOID_UNREACHABLE);
  if (!self->place)
    {
      finish (task, FALSE);
      return;
    }
  json_object_set_string_member (fields, "name", send->name);
  hw_place_request_async (self->place, "unreachable", fields, NULL, on_unreachable_told, task);
}

static void
drop_call (HwDirect *self, Send *send)
{
  if (g_hash_table_lookup (self->calls, send->folded) == send->call)
    g_hash_table_remove (self->calls, send->folded);
  hw_direct_call_close (send->call);
}

static void
on_answer (gint64 size, const GError *error, gpointer user_data)
{
  GTask *task = user_data;
  HwDirect *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);

  if (!error)
    {
      finish (task, TRUE);
      return;
    }
  g_debug ("%s by the direct way: %s", send->name, error->message);
  if (error->domain == HW_ERROR)
    {
      /* An answer: they are there, but want it the other way. */
      finish (task, FALSE);
      return;
    }
  drop_call (self, send);
  hw_direct_forget_where (self, send->folded);
  if (!self->service || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    finish (task, FALSE);
  else if (send->reused && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      /* It was closed while nobody used it. Twice the same whisper is one, by its key. */
      g_clear_pointer (&send->call, hw_direct_call_unref);
      send->reused = FALSE;
      call (task);
    }
  else if (error->domain == G_TLS_ERROR)
    {
      avoid (self, send->folded, AVOID_NOT_DIRECT);
      finish (task, FALSE);
    }
  else
    tell_unreachable (task);
}

static void
ask (GTask *task, const HwWhere *where)
{
  HwDirect *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);
  HwDirectCall *open = g_hash_table_lookup (self->calls, send->folded);
  HwPeerRequest *request = g_new0 (HwPeerRequest, 1);

  if (open && hw_direct_call_is_free (open) && hw_direct_call_goes_to (open, where))
    {
      send->call = hw_direct_call_ref (open);
      send->reused = TRUE;
    }
  else
    {
      if (open)
        {
          g_autoptr (HwDirectCall) old = hw_direct_call_ref (open);

          /* What it still carries is told, and goes the server's way. */
          g_hash_table_remove (self->calls, send->folded);
          hw_direct_call_close (old);
        }
      send->call = hw_direct_call_new (where, self->certificate);
      g_hash_table_replace (self->calls, g_strdup (send->folded), hw_direct_call_ref (send->call));
    }
  request->op = HW_PEER_DIRECT;
  request->from = g_strdup (hw_place_get_name (self->place));
  request->to = g_strdup (send->name);
  request->text = g_strdup (send->text);
  request->key = g_strdup (send->key);
  request->after = g_strdup (send->after);
  hw_direct_call_ask (send->call, request, WHISPER_DEADLINE, on_answer, task);
}

static void
on_where (const HwWhere *where, const GError *error, gpointer user_data)
{
  GTask *task = user_data;
  HwDirect *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);

  if (where && self->service && self->place && hw_place_get_name (self->place))
    {
      ask (task, where);
      return;
    }
  if (g_error_matches (error, HW_ERROR, HW_ERROR_NOT_DIRECT)
      || g_error_matches (error, HW_ERROR, HW_ERROR_NO_SUCH_USER))
    avoid (self, send->folded, AVOID_NOT_DIRECT);
  finish (task, FALSE);
}

static void
call (GTask *task)
{
  HwDirect *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);

  hw_direct_look_up (self, send->name, NULL, on_where, task);
}

/**
 * hw_direct_send_async:
 * @self: direct connections
 * @name: to whom; only one whisper at a time may be on its way to a person
 * @text: what to whisper
 * @key: by which the other side knows it again
 * @after: (nullable): the key of the one before, if it may still be under way
 * @callback: told whether it was delivered
 * @user_data: for @callback
 *
 * Whispers without the server. If that fails the same text is to go over the server with the same
 * key; if the other one did not answer, the server knows by then.
 */
void
hw_direct_send_async (HwDirect *self,
                      const char *name,
                      const char *text,
                      const char *key,
                      const char *after,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Send *send = g_new0 (Send, 1);

  send->name = g_strdup (name);
  send->folded = hw_name_fold (name);
  send->text = g_strdup (text);
  send->key = g_strdup (key);
  send->after = g_strdup (after);
  g_task_set_source_tag (task, hw_direct_send_async);
  g_task_set_task_data (task, send, (GDestroyNotify) send_free);
  if (is_avoided (self, send->folded))
    finish (task, FALSE);
  else
    call (task);
}

/**
 * hw_direct_send_finish:
 * @self: direct connections
 * @result: as the callback had it
 *
 * Returns: whether the other side has it
 */
gboolean
hw_direct_send_finish (HwDirect *self, GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/**
 * hw_direct_stream_free:
 * @self: (nullable) (transfer full): a file on its way
 */
void
hw_direct_stream_free (HwDirectStream *self)
{
  if (!self)
    return;
  g_clear_object (&self->stream);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->rest, g_bytes_unref);
  g_free (self);
}

typedef struct
{
  char *name;
  gint64 offer;
  char *sha256;
  gint64 offset;
  HwDirectCall *call; /* (nullable) */
  GSource *cancelled; /* (nullable) */
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  if (fetch->cancelled)
    {
      g_source_destroy (fetch->cancelled);
      g_source_unref (fetch->cancelled);
    }
  g_clear_pointer (&fetch->call, hw_direct_call_unref);
  g_free (fetch->name);
  g_free (fetch->sha256);
  g_free (fetch);
}

/* No way through: said plainly, for there is no other. */
static GError *
describe_failure (Fetch *fetch, const GError *error)
{
  g_autofree char *name = hw_isolate (fetch->name);

  if (error->domain == HW_ERROR && error->code != HW_ERROR_NOT_DIRECT
      && error->code != HW_ERROR_FAILED && error->code != HW_ERROR_NO_SUCH_USER)
    return g_error_copy (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (error->domain == G_TLS_ERROR)
    return hw_error_new (HW_ERROR_FAILED, NULL,
                         _ ("Somebody else answers where %s should be. Nothing was taken."), name);
  return hw_error_new (HW_ERROR_NOT_DIRECT, NULL,
                       _ ("Your computer cannot reach that of %s: a firewall or another network "
                          "stands between."),
                       name);
}

static void
on_file_answer (gint64 size, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (HwDirectStream) stream = NULL;

  if (error || size < 0)
    {
      g_autoptr (GError) none = error ? NULL : hw_error_new (HW_ERROR_FAILED, NULL, "no size");

      hw_direct_call_close (fetch->call);
      g_task_return_error (task, describe_failure (fetch, error ? error : none));
      return;
    }
  stream = g_new0 (HwDirectStream, 1);
  stream->size = size;
  stream->stream = hw_direct_call_steal (fetch->call, &stream->connection, &stream->rest);
  g_task_return_pointer (task, g_steal_pointer (&stream), (GDestroyNotify) hw_direct_stream_free);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Fetch *fetch = user_data;

  if (fetch->call)
    hw_direct_call_close (fetch->call);
  return G_SOURCE_REMOVE;
}

static void
on_file_where (const HwWhere *where, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HwDirect *self = g_task_get_source_object (task);
  Fetch *fetch = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  HwPeerRequest *request;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!where || !self->place || !hw_place_get_name (self->place))
    {
      g_autoptr (GError) gone = hw_error_new (HW_ERROR_NOT_DIRECT, NULL, "gone");

      g_task_return_error (task, describe_failure (fetch, error ? error : gone));
      return;
    }
  fetch->call = hw_direct_call_new (where, self->certificate);
  if (cancellable)
    {
      fetch->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (fetch->cancelled, G_SOURCE_FUNC (on_cancelled), fetch, NULL);
      g_source_attach (fetch->cancelled, NULL);
    }
  request = g_new0 (HwPeerRequest, 1);
  request->op = HW_PEER_FETCH;
  request->from = g_strdup (hw_place_get_name (self->place));
  request->offer = fetch->offer;
  request->sha256 = g_strdup (fetch->sha256);
  request->offset = fetch->offset;
  hw_direct_call_ask (fetch->call, request, FETCH_DEADLINE, on_file_answer,
                      g_steal_pointer (&task));
}

/**
 * hw_direct_fetch_async:
 * @self: direct connections
 * @name: who offers the file
 * @offer: which one
 * @sha256: its hash, as it was offered
 * @offset: how many bytes of it are here already
 * @cancellable: (nullable): to stop waiting
 * @callback: told when it begins, or that it cannot be had
 * @user_data: for @callback
 *
 * Asks for a file, on a connection of its own.
 */
void
hw_direct_fetch_async (HwDirect *self,
                       const char *name,
                       gint64 offer,
                       const char *sha256,
                       gint64 offset,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->name = g_strdup (name);
  fetch->offer = offer;
  fetch->sha256 = g_strdup (sha256);
  fetch->offset = offset;
  g_task_set_source_tag (task, hw_direct_fetch_async);
  g_task_set_task_data (task, fetch, (GDestroyNotify) fetch_free);
  hw_direct_look_up (self, name, cancellable, on_file_where, task);
}

/**
 * hw_direct_fetch_finish:
 * @self: direct connections
 * @result: as the callback had it
 * @error: what stands against it, in words for the person
 *
 * Returns: (transfer full) (nullable): the file on its way
 */
HwDirectStream *
hw_direct_fetch_finish (HwDirect *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
