/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

typedef struct _FakeServer FakeServer;
typedef struct _FakeClient FakeClient;

/* Looks at a request before the server does. TRUE: it was answered, or is not to be. */
typedef gboolean (*FakeHook) (FakeServer *self,
                              FakeClient *client,
                              const char *op,
                              gint64 id,
                              JsonObject *message,
                              gpointer user_data);

/**
 * FakeServer:
 *
 * A small server in the test's own process: enough of the protocol to talk, with hooks for
 * everything that a real one would only do on a bad day.
 */
struct _FakeServer
{
  GSocketService *service;
  guint16 port;
  char *id;
  GTlsCertificate *certificate; /* (nullable): speaks TLS to who begins so */
  gboolean tls_only;            /* answers plaintext with tls-required */
  gboolean mute;                /* takes what comes and says nothing */
  guint ping;
  guint dead;
  guint page_max;
  guint n_connected; /* ever */
  GPtrArray *clients;
  GHashTable *rooms;  /* name → FakeRoom */
  GHashTable *tokens; /* token → name */
  GPtrArray *log;     /* every request that came, as text */
  FakeHook hook;
  gpointer hook_data;
};

typedef struct
{
  char *name;
  char *topic;
  GPtrArray *entries; /* of char *: JSON without the braces' end, so that a key can be added */
  GPtrArray *keys;    /* of char *: "" where there is none */
  GPtrArray *authors; /* of char * */
  GPtrArray *members; /* of char * */
  gint64 created;
} FakeRoom;

struct _FakeClient
{
  FakeServer *server;
  GIOStream *stream;
  GDataInputStream *input;
  char *name; /* (nullable): not logged in */
  gboolean watching;
  gboolean closed;
};

FakeServer *fake_server_new (void);
void fake_server_free (FakeServer *self);
void fake_server_stop (FakeServer *self);
void fake_server_start (FakeServer *self);
void fake_server_drop (FakeServer *self);
void fake_server_use_certificate (FakeServer *self, const char *name);
char *fake_server_get_address (FakeServer *self);
guint fake_server_count (FakeServer *self, const char *op);
gboolean fake_server_saw (FakeServer *self, const char *text);

FakeRoom *fake_server_add_room (FakeServer *self, const char *name);
void fake_room_add (
    FakeServer *self, FakeRoom *room, const char *kind, const char *from, const char *text);
guint64 fake_room_say (
    FakeServer *self, FakeRoom *room, const char *from, const char *text, const char *key);

FakeClient *fake_server_get_client (FakeServer *self, const char *name);
void fake_client_send (FakeClient *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void fake_client_refuse (FakeClient *self, gint64 id, const char *code, const char *field);
void fake_client_close (FakeClient *self);
