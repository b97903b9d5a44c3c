/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks a server what it can do. Servers differ in age, and so do the rights of who is there. */

#include "hallway-config.h"

#include "place-ops.h"

struct _HwPlaceOps
{
  GObject parent_instance;

  HwPlace *place;
  char **ops;           /* nullable: it does not tell */
  GCancellable *asking; /* nullable: asked, not answered yet */
};

G_DEFINE_FINAL_TYPE (HwPlaceOps, hw_place_ops, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char **
read_ops (JsonObject *reply)
{
  JsonNode *node = json_object_get_member (reply, "commands");
  g_autoptr (GStrvBuilder) ops = g_strv_builder_new ();
  JsonArray *commands;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;

  commands = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (commands); i++)
    {
      JsonNode *command = json_array_get_element (commands, i);
      JsonNode *op = JSON_NODE_HOLDS_OBJECT (command)
                         ? json_object_get_member (json_node_get_object (command), "op")
                         : NULL;

      if (op != NULL && JSON_NODE_HOLDS_VALUE (op)
          && json_node_get_value_type (op) == G_TYPE_STRING)
        g_strv_builder_add (ops, json_node_get_string (op));
    }
  return g_strv_builder_end (ops);
}

static void
on_told (GObject *source, GAsyncResult *result, gpointer data)
{
  HwPlaceOps *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  if (reply == NULL)
    return;

  g_strfreev (self->ops);
  self->ops = read_ops (reply);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
ask (HwPlaceOps *self)
{
  if (hw_place_get_state (self->place) != HW_PLACE_ONLINE || self->asking != NULL)
    return;

  self->asking = g_cancellable_new ();
  hw_place_request_async (self->place, "commands", NULL, self->asking, on_told, self);
}

static void
hw_place_ops_dispose (GObject *object)
{
  HwPlaceOps *self = HW_PLACE_OPS (object);

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_place_ops_parent_class)->dispose (object);
}

static void
hw_place_ops_finalize (GObject *object)
{
  g_strfreev (HW_PLACE_OPS (object)->ops);

  G_OBJECT_CLASS (hw_place_ops_parent_class)->finalize (object);
}

static void
hw_place_ops_class_init (HwPlaceOpsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_place_ops_dispose;
  object_class->finalize = hw_place_ops_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
hw_place_ops_init (HwPlaceOps *self)
{
}

/**
 * hw_place_ops_new:
 * @place: the place whose server is asked, now and whenever it is online again
 *
 * Returns: (transfer full): what is known of it, nothing at first
 */
HwPlaceOps *
hw_place_ops_new (HwPlace *place)
{
  HwPlaceOps *self = g_object_new (HW_TYPE_PLACE_OPS, NULL);

  self->place = g_object_ref (place);
  g_signal_connect_object (place, "notify::state", G_CALLBACK (ask), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (place, "notify::admin", G_CALLBACK (ask), self, G_CONNECT_SWAPPED);
  ask (self);
  return self;
}

/**
 * hw_place_ops_get:
 * @self: what is known
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the requests that the server
 * answers us; NULL while it has not told, and if it does not tell
 */
const char *const *
hw_place_ops_get (HwPlaceOps *self)
{
  return (const char *const *) self->ops;
}

/**
 * hw_place_ops_has:
 * @self: what is known
 * @op: a request that not every server has
 *
 * Returns: whether the server said that it answers @op
 */
gboolean
hw_place_ops_has (HwPlaceOps *self, const char *op)
{
  return self->ops != NULL && g_strv_contains ((const char *const *) self->ops, op);
}
