/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds out whether something listens at the addresses of places, without saying anything there: a
 * connection is made and closed. It tells nobody who we are, and costs the other end next to
 * nothing. Where HALLWAY_NO_DISCOVERY is set, nothing is looked at. */

#include "reach.h"

#include "protocol/limits.h"

struct _HwReach
{
  GObject parent_instance;

  GHashTable *known; /* address → Known */
  GQueue waiting;    /* addresses, owned */
  guint n_looking;
  GCancellable *ending;
};

typedef struct
{
  HwReachState state;
  guint milliseconds;
} Known;

typedef struct
{
  HwReach *reach;
  char *address;
  gint64 began;
} Look;

enum
{
  PROP_0,
  PROP_LOOKING,
  N_PROPS,
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwReach, hw_reach, G_TYPE_OBJECT)

static void look_at_next (HwReach *self);

static void
look_free (Look *look)
{
  g_object_unref (look->reach);
  g_free (look->address);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

static void
set_known (HwReach *self, const char *address, HwReachState state, guint milliseconds)
{
  Known *known = g_hash_table_lookup (self->known, address);

  if (known == NULL)
    {
      known = g_new0 (Known, 1);
      g_hash_table_insert (self->known, g_strdup (address), known);
    }
  known->state = state;
  known->milliseconds = milliseconds;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, address);
}

static void
on_connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Look) look = user_data;
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (object), result, NULL);
  HwReach *self = look->reach;
  gint64 took = g_get_monotonic_time () - look->began;

  if (connection != NULL)
    g_socket_close (g_socket_connection_get_socket (connection), NULL);
  if (g_cancellable_is_cancelled (self->ending))
    return;

  self->n_looking--;
  set_known (self, look->address, connection != NULL ? HW_REACH_THERE : HW_REACH_NOBODY,
             (guint) MAX (1, (took + 500) / 1000));
  look_at_next (self);
}

static void
look_at_next (HwReach *self)
{
  while (self->n_looking < HW_REACH_PARALLEL && self->waiting.length > 0)
    {
      g_autoptr (GSocketClient) client = g_socket_client_new ();
      Look *look = g_new0 (Look, 1);

      look->reach = g_object_ref (self);
      look->address = g_queue_pop_head (&self->waiting);
      look->began = g_get_monotonic_time ();
      self->n_looking++;
      g_socket_client_set_timeout (client, HW_REACH_TIMEOUT);
      g_socket_client_set_enable_proxy (client, FALSE);
      g_socket_client_connect_to_host_async (client, look->address, HW_DEFAULT_PORT, self->ending,
                                             on_connected, look);
    }
  if (self->n_looking == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
}

static void
hw_reach_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, hw_reach_is_looking (HW_REACH (object)));
}

static void
hw_reach_dispose (GObject *object)
{
  HwReach *self = HW_REACH (object);

  g_cancellable_cancel (self->ending);
  g_queue_clear_full (&self->waiting, g_free);
  G_OBJECT_CLASS (hw_reach_parent_class)->dispose (object);
}

static void
hw_reach_finalize (GObject *object)
{
  HwReach *self = HW_REACH (object);

  g_hash_table_unref (self->known);
  g_object_unref (self->ending);
  G_OBJECT_CLASS (hw_reach_parent_class)->finalize (object);
}

static void
hw_reach_class_init (HwReachClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hw_reach_get_property;
  object_class->dispose = hw_reach_dispose;
  object_class->finalize = hw_reach_finalize;

  properties[PROP_LOOKING] = g_param_spec_boolean ("looking", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hw_reach_init (HwReach *self)
{
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->ending = g_cancellable_new ();
  g_queue_init (&self->waiting);
}

/**
 * hw_reach_new:
 *
 * Returns: (transfer full): an object that knows nothing yet
 */
HwReach *
hw_reach_new (void)
{
  return g_object_new (HW_TYPE_REACH, NULL);
}

/**
 * hw_reach_look:
 * @self: a reach
 * @address: "host:port"
 *
 * Looks whether something listens at @address. The signal "changed" tells.
 */
void
hw_reach_look (HwReach *self, const char *address)
{
  gboolean was_looking;

  g_return_if_fail (HW_IS_REACH (self));
  g_return_if_fail (address != NULL);

  if (g_getenv ("HALLWAY_NO_DISCOVERY") != NULL
      || hw_reach_get (self, address, NULL) == HW_REACH_LOOKING)
    return;

  was_looking = hw_reach_is_looking (self);
  g_queue_push_tail (&self->waiting, g_strdup (address));
  set_known (self, address, HW_REACH_LOOKING, 0);
  look_at_next (self);
  if (!was_looking)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
}

/**
 * hw_reach_get:
 * @self: a reach
 * @address: "host:port"
 * @milliseconds: (out) (optional): how long the answer took
 *
 * Returns: what is known of @address
 */
HwReachState
hw_reach_get (HwReach *self, const char *address, guint *milliseconds)
{
  const Known *known;

  g_return_val_if_fail (HW_IS_REACH (self), HW_REACH_UNKNOWN);

  known = g_hash_table_lookup (self->known, address);
  if (milliseconds != NULL)
    *milliseconds = known != NULL ? known->milliseconds : 0;
  return known != NULL ? known->state : HW_REACH_UNKNOWN;
}

/**
 * hw_reach_is_looking:
 * @self: a reach
 *
 * Returns: whether an answer is awaited
 */
gboolean
hw_reach_is_looking (HwReach *self)
{
  g_return_val_if_fail (HW_IS_REACH (self), FALSE);

  return self->n_looking > 0;
}
