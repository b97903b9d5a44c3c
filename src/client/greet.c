/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Makes sure that what listens at an address is a place: connects by TLS, says hello, hears the
 * answer, and goes. Nothing is said of the person. The certificate proves no more than that the
 * same one is there when the place is entered; that is judged then. */

#include "hallway-config.h"

#include "greet.h"

#include "address.h"
#include "clean.h"
#include "link.h"
#include "server-words.h"

#include "protocol/error.h"
#include "protocol/json-reader.h"
#include "protocol/json-writer.h"
#include "protocol/limits.h"
#include "protocol/message.h"

/* Milliseconds for all of it: whoever needs longer is no place to go to. */
#define DEADLINE 4000

/* Characters of a server's id that are kept. */
#define ID_MAX 128

typedef struct
{
  HwLink *link;
  gint64 asked_at; /* monotonic microseconds */
  guint deadline_source;
} Greet;

static void
greet_free (Greet *greet)
{
  g_clear_handle_id (&greet->deadline_source, g_source_remove);
  if (greet->link)
    hw_link_close (greet->link);
  g_clear_object (&greet->link);
  g_free (greet);
}

/* The end of @task, whatever its outcome is; @task is given up. */
static void
end (GTask *task, HwGreeting *greeting, GError *error)
{
  Greet *greet = g_task_get_task_data (task);

  g_clear_handle_id (&greet->deadline_source, g_source_remove);
  hw_link_close (greet->link);
  if (greeting)
    g_task_return_pointer (task, greeting, (GDestroyNotify) hw_greeting_free);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static gboolean
on_deadline (gpointer user_data)
{
  GTask *task = user_data;
  Greet *greet = g_task_get_task_data (task);

  greet->deadline_source = 0;
  end (task, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no answer"));
  return G_SOURCE_REMOVE;
}

static void
on_opened (HwLink *link, gpointer user_data)
{
  Greet *greet = g_task_get_task_data (user_data);
  GString *line = g_string_new (NULL);
  HwJsonWriter writer;

  hw_json_writer_init (&writer, line);
  hw_json_begin_object (&writer, NULL);
  hw_json_string (&writer, "op", "hello");
  hw_json_int (&writer, "id", 1);
  hw_json_begin_array (&writer, "versions");
  hw_json_int (&writer, NULL, HW_PROTOCOL_VERSION);
  hw_json_end_array (&writer);
  hw_json_string (&writer, "client", "hallway " HW_VERSION);
  hw_json_end_object (&writer);
  g_string_append_c (line, '\n');
  greet->asked_at = g_get_monotonic_time ();
  hw_link_send (link, line);
}

static HwGreeting *
read_reply (HwLink *link, JsonObject *reply, GError **error)
{
  HwGreeting *greeting;
  JsonObject *server;
  const char *id, *name;
  gboolean ok = FALSE;

  if (!hw_message_get_bool (reply, "ok", &ok, error))
    return NULL;
  if (!ok)
    {
      g_autoptr (GError) refusal = hw_message_to_error (reply);

      hw_server_words_translate_error (refusal);

      /* Full, closing or shut to us: a place all the same, but which one it does not say. */
      if (!g_error_matches (refusal, HW_ERROR, HW_ERROR_VERSION))
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return NULL;
        }
      greeting = g_new0 (HwGreeting, 1);
      greeting->id = g_strdup (hw_link_get_fingerprint (link));
      greeting->title = g_strdup ("");
    }
  else
    {
      if (!hw_message_get_object (reply, "server", &server, error)
          || !hw_message_get_string (server, "id", &id, error)
          || !hw_message_get_string (server, "name", &name, error))
        return NULL;
      if (!*id || g_utf8_strlen (id, -1) > ID_MAX)
        {
          hw_error_set (error, HW_ERROR_FAILED, "id", "A server's id has 1 to %d characters.",
                        ID_MAX);
          return NULL;
        }
      greeting = g_new0 (HwGreeting, 1);
      greeting->id = g_strdup (id);
      greeting->title = hw_clean_name (name, HW_ROOM_NAME_MAX);
      greeting->compatible = TRUE;
    }
  greeting->fingerprint = g_strdup (hw_link_get_fingerprint (link));
  return greeting;
}

static void
on_line (HwLink *link, const char *line, gsize length, gpointer user_data)
{
  GTask *task = user_data;
  Greet *greet = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (JsonObject) reply = hw_json_read_object (line, length, &error);
  HwGreeting *greeting = NULL;

  if (reply)
    greeting = read_reply (link, reply, &error);
  if (greeting)
    greeting->round_trip
        = (guint) MAX (1, (g_get_monotonic_time () - greet->asked_at + 500) / 1000);
  end (task, greeting, error);
}

static void
on_closed (HwLink *link, const GError *error, gpointer user_data)
{
  end (user_data, NULL, g_error_copy (error));
}

/**
 * hw_greeting_free:
 * @self: (transfer full): a greeting
 */
void
hw_greeting_free (HwGreeting *self)
{
  g_free (self->id);
  g_free (self->title);
  g_free (self->fingerprint);
  g_free (self);
}

/**
 * hw_greet_async:
 * @address: "host:port"
 * @cancellable: (nullable): its result is then no longer wanted; what is under way ends by itself
 * @callback: is told who is there
 * @user_data: for @callback
 *
 * Finds out which place listens at @address. Main thread.
 */
void
hw_greet_async (const char *address,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  static const HwLinkHandler handler = { on_opened, on_line, on_closed };
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Greet *greet = g_new0 (Greet, 1);
  GError *error = NULL;
  g_autoptr (HwAddress) where = hw_address_parse (address, &error);

  g_task_set_task_data (task, greet, (GDestroyNotify) greet_free);
  if (!where)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  greet->link = hw_link_new (where, TRUE, &handler, task);
  greet->deadline_source = g_timeout_add (DEADLINE, on_deadline, task);
  hw_link_open (greet->link);
}

/**
 * hw_greet_finish:
 * @result: as the callback had it
 * @error: (nullable): why there is no place
 *
 * Returns: (transfer full) (nullable): what the place says
 */
HwGreeting *
hw_greet_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
