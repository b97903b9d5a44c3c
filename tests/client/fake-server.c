/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fake server. Whatever is wrong on its side fails the test; it writes without waiting, for
 * what a test writes fits into a socket's buffer. */

#include "fake-server.h"

#include "protocol/fingerprint.h"
#include "protocol/json-writer.h"

#include <string.h>
#include <sys/socket.h>

static void
room_free (FakeRoom *room)
{
  g_free (room->name);
  g_free (room->topic);
  g_ptr_array_unref (room->entries);
  g_ptr_array_unref (room->keys);
  g_ptr_array_unref (room->authors);
  g_ptr_array_unref (room->members);
  g_free (room);
}

static void
client_free (FakeClient *client)
{
  if (!client->closed)
    fake_client_close (client);
  g_clear_object (&client->input);
  g_clear_object (&client->stream);
  g_free (client->name);
  g_free (client);
}

static const char *
get_string (JsonObject *message, const char *field)
{
  return json_object_get_string_member_with_default (message, field, NULL);
}

static gint64
get_int (JsonObject *message, const char *field, gint64 otherwise)
{
  return json_object_get_int_member_with_default (message, field, otherwise);
}

void
fake_client_send (FakeClient *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list args;

  if (self->closed)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  line = g_strconcat (text, "\n", NULL);
  g_output_stream_write_all (g_io_stream_get_output_stream (self->stream), line, strlen (line),
                             NULL, NULL, NULL);
}

void
fake_client_refuse (FakeClient *self, gint64 id, const char *code, const char *field)
{
  fake_client_send (
      self,
      "{\"re\":%" G_GINT64_FORMAT
      ",\"ok\":false,\"error\":{\"code\":\"%s\",\"text\":\"No: %s.\",\"field\":\"%s\"}}",
      id, code, code, field ? field : "");
}

void
fake_client_close (FakeClient *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_io_stream_close (self->stream, NULL, NULL);
}

/* (transfer full): an entry as @viewer sees it. */
static char *
format_entry (FakeRoom *room, guint64 seq, const char *viewer)
{
  const char *key = room->keys->pdata[seq - 1];
  gboolean own = *key && g_strcmp0 (room->authors->pdata[seq - 1], viewer) == 0;

  return g_strdup_printf ("%s%s%s%s", (char *) room->entries->pdata[seq - 1],
                          own ? ",\"key\":\"" : "", own ? key : "", own ? "\"" : "");
}

static gboolean
is_member (FakeRoom *room, const char *name)
{
  return name && g_ptr_array_find_with_equal_func (room->members, name, g_str_equal, NULL);
}

/* Adds an entry and tells the members, but for @except. */
static guint64
add_entry (FakeServer *self,
           FakeRoom *room,
           const char *kind,
           const char *from,
           const char *text,
           const char *key,
           FakeClient *except)
{
  g_autoptr (GString) entry = g_string_new (NULL);
  guint64 seq = room->entries->len + 1;

  g_string_printf (entry,
                   "\"seq\":%" G_GUINT64_FORMAT ",\"at\":%" G_GUINT64_FORMAT ",\"kind\":\"%s\"",
                   seq, room->created + seq, kind);
  if (from)
    {
      g_string_append (entry, ",\"from\":");
      hw_json_append_escaped (entry, from);
    }
  if (text)
    {
      g_string_append_printf (entry, ",\"%s\":",
                              g_str_equal (kind, "renamed") ? "to"
                              : g_str_equal (kind, "left")  ? "reason"
                                                            : "text");
      hw_json_append_escaped (entry, text);
    }
  g_ptr_array_add (room->entries, g_strdup (entry->str));
  g_ptr_array_add (room->keys, g_strdup (key ? key : ""));
  g_ptr_array_add (room->authors, g_strdup (from ? from : ""));
  for (guint i = 0; i < self->clients->len; i++)
    {
      FakeClient *client = self->clients->pdata[i];
      g_autofree char *line = NULL;

      if (client == except || !is_member (room, client->name))
        continue;
      line = format_entry (room, seq, client->name);
      fake_client_send (client, "{\"ev\":\"entry\",\"room\":\"%s\",%s}", room->name, line);
    }
  return seq;
}

void
fake_room_add (
    FakeServer *self, FakeRoom *room, const char *kind, const char *from, const char *text)
{
  add_entry (self, room, kind, from, text, NULL, NULL);
}

guint64
fake_room_say (
    FakeServer *self, FakeRoom *room, const char *from, const char *text, const char *key)
{
  for (guint i = 0; key && i < room->keys->len; i++)
    if (g_str_equal (room->keys->pdata[i], key) && g_str_equal (room->authors->pdata[i], from))
      return i + 1;
  return add_entry (self, room, "message", from, text, key, NULL);
}

FakeRoom *
fake_server_add_room (FakeServer *self, const char *name)
{
  static gint64 created = 1000000;
  FakeRoom *room = g_new0 (FakeRoom, 1);

  room->name = g_strdup (name);
  room->topic = g_strdup ("");
  room->entries = g_ptr_array_new_with_free_func (g_free);
  room->keys = g_ptr_array_new_with_free_func (g_free);
  room->authors = g_ptr_array_new_with_free_func (g_free);
  room->members = g_ptr_array_new_with_free_func (g_free);
  room->created = created;
  created += 1000000;
  g_hash_table_replace (self->rooms, room->name, room);
  add_entry (self, room, "created", "Zed", NULL, NULL, NULL);
  return room;
}

static void
append_page (GString *out, FakeRoom *room, guint64 first, guint64 last, const char *viewer)
{
  g_string_append (out, "\"entries\":[");
  for (guint64 seq = first; seq <= last; seq++)
    {
      g_autofree char *entry = format_entry (room, seq, viewer);

      g_string_append_printf (out, "%s{%s}", seq > first ? "," : "", entry);
    }
  g_string_append_printf (out, "],\"last\":%u", room->entries->len);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Some members after @start, by name. Returns whether there are more. */
static gboolean
append_members (GString *out, FakeRoom *room, const char *start, guint limit)
{
  guint n = 0;

  g_ptr_array_sort (room->members, compare_names);
  g_string_append (out, "\"members\":[");
  for (guint i = 0; i < room->members->len; i++)
    {
      const char *name = room->members->pdata[i];

      if (start && strcmp (name, start) <= 0)
        continue;
      if (n == limit)
        {
          g_string_append_c (out, ']');
          return TRUE;
        }
      g_string_append_printf (out, "%s{\"name\":\"%s\",\"guest\":true,\"idle\":3}", n ? "," : "",
                              name);
      n++;
    }
  g_string_append_c (out, ']');
  return FALSE;
}

static void
answer_join (FakeServer *self, FakeClient *client, gint64 id, JsonObject *message, FakeRoom *room)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint64 limit = MIN ((guint64) get_int (message, "history", 50), self->page_max);
  guint64 last;
  guint64 first;

  if (!is_member (room, client->name))
    {
      g_ptr_array_add (room->members, g_strdup (client->name));
      add_entry (self, room, "joined", client->name, NULL, NULL, client);
    }
  last = room->entries->len;
  if (json_object_has_member (message, "after"))
    {
      first = get_int (message, "after", 0) + 1;
      last = MIN (last, first + limit - 1);
    }
  else
    first = last > limit ? last - limit + 1 : 1;
  g_string_printf (out,
                   "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true,\"room\":\"%s\",\"topic\":\"%s\",", id,
                   room->name, room->topic);
  append_members (out, room, NULL, 1000);
  g_string_append_c (out, ',');
  append_page (out, room, first, last, client->name);
  fake_client_send (client, "%s,\"more\":%s}", out->str,
                    last < room->entries->len ? "true" : "false");
}

static void
answer_history (
    FakeServer *self, FakeClient *client, gint64 id, JsonObject *message, FakeRoom *room)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint64 first = get_int (message, "after", 0) + 1;
  guint64 last = MIN (first + get_int (message, "limit", 50) - 1, room->entries->len);

  g_assert_cmpint (get_int (message, "limit", 50), <=, self->page_max);
  append_page (out, room, first, last, client->name);
  fake_client_send (client, "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true,%s,\"more\":%s}", id,
                    out->str, last < room->entries->len ? "true" : "false");
}

static gboolean
is_of (gpointer token, gpointer name, gpointer user_data)
{
  return g_strcmp0 (name, user_data) == 0;
}

static void
answer_login (FakeServer *self, FakeClient *client, gint64 id, JsonObject *message)
{
  const char *token = get_string (message, "token");
  const char *name = get_string (message, "name");
  gboolean resumed = FALSE;
  g_autofree char *new_token = g_uuid_string_random ();

  if (token)
    {
      name = g_hash_table_lookup (self->tokens, token);
      if (!name)
        {
          fake_client_refuse (client, id, "password-wrong", "token");
          return;
        }
      resumed = TRUE;
    }
  client->name = g_strdup (name ? name : "Guest1");
  g_hash_table_insert (self->tokens, g_strdup (new_token), g_strdup (client->name));
  fake_client_send (client,
                    "{\"re\":%" G_GINT64_FORMAT
                    ",\"ok\":true,\"name\":\"%s\",\"guest\":%s,\"token\":\"%s\",\"resumed\":%s}",
                    id, client->name, name ? "false" : "true", new_token,
                    resumed ? "true" : "false");
}

static void
answer_hello (FakeServer *self, FakeClient *client, gint64 id)
{
  g_autofree char *fingerprint
      = self->certificate ? hw_fingerprint_of_certificate (self->certificate) : g_strdup ("");

  fake_client_send (client,
                    "{\"re\":%" G_GINT64_FORMAT
                    ",\"ok\":true,\"version\":1,\"server\":{\"id\":\"%s\",\"name\":\"Fake\","
                    "\"software\":\"fake\"},\"limits\":{\"line\":65536,\"text\":8192,\"name\":32,"
                    "\"room\":48,\"page\":%u},\"timing\":{\"ping\":%u,\"dead\":%u,\"idle\":120,"
                    "\"grace\":15},\"features\":[],\"fingerprint\":\"%s\"}",
                    id, self->id, self->page_max, self->ping, self->dead, fingerprint);
}

static void
answer_rooms (FakeServer *self, FakeClient *client, gint64 id)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GList) rooms = g_hash_table_get_values (self->rooms);

  for (GList *l = rooms; l; l = l->next)
    {
      const FakeRoom *room = l->data;

      g_string_append_printf (
          out,
          "%s{\"room\":\"%s\",\"topic\":\"%s\",\"members\":%u,\"created\":%" G_GINT64_FORMAT
          ",\"last\":%" G_GINT64_FORMAT ",\"locked\":false}",
          out->len ? "," : "", room->name, room->topic, room->members->len, room->created,
          room->created + room->entries->len);
    }
  fake_client_send (client, "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true,\"rooms\":[%s]}", id,
                    out->str);
}

static void
answer_say (FakeServer *self, FakeClient *client, gint64 id, JsonObject *message, FakeRoom *room)
{
  guint64 seq = fake_room_say (self, room, client->name, get_string (message, "text"),
                               get_string (message, "key"));

  fake_client_send (client,
                    "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true,\"seq\":%" G_GUINT64_FORMAT
                    ",\"at\":%" G_GUINT64_FORMAT "}",
                    id, seq, room->created + seq);
}

static void
answer (FakeServer *self, FakeClient *client, const char *op, gint64 id, JsonObject *message)
{
  const char *name = get_string (message, "room");
  FakeRoom *room = name ? g_hash_table_lookup (self->rooms, name) : NULL;

  if (g_str_equal (op, "hello"))
    answer_hello (self, client, id);
  else if (g_str_equal (op, "login"))
    answer_login (self, client, id, message);
  else if (g_str_equal (op, "ping"))
    fake_client_send (client, "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true,\"at\":1}", id);
  else if (g_str_equal (op, "rooms"))
    answer_rooms (self, client, id);
  else if (g_str_equal (op, "logout"))
    {
      g_hash_table_foreach_remove (self->tokens, is_of, client->name);
      fake_client_close (client);
    }
  else if (g_str_equal (op, "pong") || g_str_equal (op, "typing"))
    return;
  else if (g_str_equal (op, "create"))
    {
      room = fake_server_add_room (self, name);
      answer_join (self, client, id, message, room);
    }
  else if (name && !room)
    fake_client_refuse (client, id, "no-such-room", "room");
  else if (g_str_equal (op, "join"))
    answer_join (self, client, id, message, room);
  else if (g_str_equal (op, "members"))
    {
      g_autoptr (GString) out = g_string_new (NULL);
      gboolean more = append_members (out, room, get_string (message, "start"), 700);

      fake_client_send (client, "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true,%s,\"more\":%s}", id,
                        out->str, more ? "true" : "false");
    }
  else if (g_str_equal (op, "history"))
    answer_history (self, client, id, message, room);
  else if (g_str_equal (op, "say"))
    answer_say (self, client, id, message, room);
  else if (g_str_equal (op, "leave"))
    {
      guint index;

      if (g_ptr_array_find_with_equal_func (room->members, client->name, g_str_equal, &index))
        g_ptr_array_remove_index (room->members, index);
      fake_client_send (client, "{\"re\":%" G_GINT64_FORMAT ",\"ok\":true}", id);
    }
  else
    fake_client_refuse (client, id, "unknown-op", "op");
}

static void read_line (FakeClient *client);

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FakeClient *client = user_data;
  g_autofree char *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *message;
  FakeServer *self = client->server;
  const char *op;
  gint64 id;

  if (!line || client->closed || !self)
    {
      client->closed = TRUE;
      if (self)
        g_ptr_array_remove_fast (self->clients, client);
      client_free (client);
      return;
    }
  g_assert_true (json_parser_load_from_data (parser, line, -1, NULL));
  message = json_node_get_object (json_parser_get_root (parser));
  op = get_string (message, "op");
  id = get_int (message, "id", 0);
  g_ptr_array_add (self->log, g_strdup (line));
  if (!self->mute && (!self->hook || !self->hook (self, client, op, id, message, self->hook_data)))
    answer (self, client, op, id, message);
  read_line (client);
}

static void
read_line (FakeClient *client)
{
  g_data_input_stream_read_line_async (client->input, G_PRIORITY_DEFAULT, NULL, on_line, client);
}

static gboolean
on_first_byte (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  g_autoptr (GSocketConnection) connection = user_data;
  FakeServer *self = g_object_get_data (G_OBJECT (connection), "server");
  FakeClient *client;
  char byte = 0;

  if (recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK) != 1)
    return G_SOURCE_REMOVE;
  client = g_new0 (FakeClient, 1);
  client->server = self;
  if (byte == 0x16 && self->certificate)
    client->stream = G_IO_STREAM (
        g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL));
  else
    client->stream = g_object_ref (G_IO_STREAM (connection));
  client->input = g_data_input_stream_new (g_io_stream_get_input_stream (client->stream));
  g_ptr_array_add (self->clients, client);
  if (byte != 0x16 && self->tls_only)
    {
      fake_client_send (client, "{\"re\":null,\"ok\":false,\"error\":{\"code\":\"tls-required\","
                                "\"text\":\"Only by TLS.\"}}");
      /* What it said is still read: a reset would destroy the answer. */
      g_socket_shutdown (socket, FALSE, TRUE, NULL);
      client->closed = TRUE;
    }
  read_line (client);
  return G_SOURCE_REMOVE;
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
  FakeServer *self = user_data;
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (GSource) readable = g_socket_create_source (socket, G_IO_IN, NULL);

  self->n_connected++;
  g_object_set_data (G_OBJECT (connection), "server", self);
  g_source_set_callback (readable, G_SOURCE_FUNC (on_first_byte), g_object_ref (connection), NULL);
  g_source_attach (readable, NULL);
  return TRUE;
}

/* Listens, on the same port as before if it did. */
void
fake_server_start (FakeServer *self)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, self->port);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
}

/* Cuts every link, as a server that is killed does. */
void
fake_server_drop (FakeServer *self)
{
  for (guint i = 0; i < self->clients->len; i++)
    fake_client_close (self->clients->pdata[i]);
}

/* Nobody listens any more, and every link is cut. */
void
fake_server_stop (FakeServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  fake_server_drop (self);
}

FakeServer *
fake_server_new (void)
{
  FakeServer *self = g_new0 (FakeServer, 1);

  self->id = g_strdup ("fake-id");
  self->ping = 10;
  self->dead = 30;
  self->page_max = 200;
  self->clients = g_ptr_array_new ();
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) room_free);
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->log = g_ptr_array_new_with_free_func (g_free);
  fake_server_start (self);
  return self;
}

void
fake_server_free (FakeServer *self)
{
  if (self->service)
    fake_server_stop (self);
  /* Each is freed when its read ends. */
  for (guint i = 0; i < self->clients->len; i++)
    ((FakeClient *) self->clients->pdata[i])->server = NULL;
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_ptr_array_unref (self->clients);
  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->tokens);
  g_ptr_array_unref (self->log);
  g_clear_object (&self->certificate);
  g_free (self->id);
  g_free (self);
}

/* "a" or "b": what the server shows to who begins with TLS. */
void
fake_server_use_certificate (FakeServer *self, const char *name)
{
  g_autofree char *file = g_strdup_printf ("certificate-%s.pem", name);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, file, NULL);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->certificate);
  self->certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
}

char *
fake_server_get_address (FakeServer *self)
{
  return g_strdup_printf ("127.0.0.1:%u", self->port);
}

/* How often @op was asked. */
guint
fake_server_count (FakeServer *self, const char *op)
{
  g_autofree char *needle = g_strdup_printf ("\"op\":\"%s\"", op);
  guint n = 0;

  for (guint i = 0; i < self->log->len; i++)
    n += strstr (self->log->pdata[i], needle) ? 1 : 0;
  return n;
}

/* Whether @text stood in any request. */
gboolean
fake_server_saw (FakeServer *self, const char *text)
{
  for (guint i = 0; i < self->log->len; i++)
    if (strstr (self->log->pdata[i], text))
      return TRUE;
  return FALSE;
}

FakeClient *
fake_server_get_client (FakeServer *self, const char *name)
{
  for (guint i = self->clients->len; i-- > 0;)
    {
      FakeClient *client = self->clients->pdata[i];

      if (!client->closed && g_strcmp0 (client->name, name) == 0)
        return client;
    }
  return NULL;
}
