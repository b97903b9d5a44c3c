/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwSecrets: the few things we ask of libsecret. A password is found again by what it is for, the
 * server's id and the folded name. Built without libsecret, and where no keyring runs, there is
 * nothing to ask, and nobody is offered to have a password remembered. */

#include "hallway-config.h"

#include "secrets.h"

#include "clean.h"

#include "protocol/name.h"

#ifdef HW_HAVE_LIBSECRET
#include <libsecret/secret.h>
#endif

struct _HwSecrets
{
  GObject parent_instance;

  gboolean available;
  guint n_questions;     /* to the bus, whether there is a keyring, that are not answered yet */
  GPtrArray *waiting;    /* LookUp, until one is found or all questions are answered */
  GCancellable *leaving; /* cancels the questions */
};

typedef struct
{
  GTask *task;
  HwSecretKind kind;
  char *place;
  char *name; /* (nullable) */
} LookUp;

/* Milliseconds that the bus has for an answer about itself. */
#define ANSWER_TIME 5000

enum
{
  PROP_0,
  PROP_AVAILABLE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HwSecrets, hw_secrets, G_TYPE_OBJECT)

static void
hw_secrets_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_assert (id == PROP_AVAILABLE);
  g_value_set_boolean (value, HW_SECRETS (object)->available);
}

static void
look_up_free (LookUp *self)
{
  g_object_unref (self->task);
  g_free (self->place);
  g_free (self->name);
  g_free (self);
}

static void
hw_secrets_dispose (GObject *object)
{
  HwSecrets *self = HW_SECRETS (object);

  g_cancellable_cancel (self->leaving);
  g_clear_object (&self->leaving);

  G_OBJECT_CLASS (hw_secrets_parent_class)->dispose (object);
}

static void
hw_secrets_finalize (GObject *object)
{
  g_ptr_array_unref (HW_SECRETS (object)->waiting);

  G_OBJECT_CLASS (hw_secrets_parent_class)->finalize (object);
}

static void
hw_secrets_class_init (HwSecretsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_secrets_dispose;
  object_class->finalize = hw_secrets_finalize;
  object_class->get_property = hw_secrets_get_property;

  properties[PROP_AVAILABLE]
      = g_param_spec_boolean ("available", NULL, NULL, FALSE,
                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hw_secrets_init (HwSecrets *self)
{
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) look_up_free);
  self->leaving = g_cancellable_new ();
}

gboolean
hw_secrets_is_available (HwSecrets *self)
{
  g_return_val_if_fail (HW_IS_SECRETS (self), FALSE);

  return self->available;
}

/**
 * hw_secrets_may_be_available:
 * @self: the passwords
 *
 * Returns: whether there is a keyring, or is not known yet not to be one
 */
gboolean
hw_secrets_may_be_available (HwSecrets *self)
{
  g_return_val_if_fail (HW_IS_SECRETS (self), FALSE);

  return self->available || self->n_questions > 0;
}

#ifdef HW_HAVE_LIBSECRET

static const SecretSchema schema = {
  HW_APP_ID ".Password",
  SECRET_SCHEMA_NONE,
  {
      { "kind", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "place", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "name", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
};

static const char *const kinds[] = { "name", "room", "admin" };

static GHashTable *
make_attributes (HwSecretKind kind, const char *place, const char *name)
{
  g_autofree char *folded = name ? hw_name_fold (name) : NULL;

  return secret_attributes_build (&schema, "kind", kinds[kind], "place", place, "name",
                                  folded ? folded : "", NULL);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *password = secret_password_lookup_finish (result, &error);

  if (error)
    {
      g_debug ("The keyring: %s", error->message);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, password, (GDestroyNotify) hw_secret_free);
}

#endif

static void
look_up (HwSecrets *self, LookUp *one)
{
#ifdef HW_HAVE_LIBSECRET
  if (self->available)
    {
      g_autoptr (GHashTable) attributes = make_attributes (one->kind, one->place, one->name);

      secret_password_lookupv (&schema, attributes, g_task_get_cancellable (one->task),
                               on_looked_up, g_object_ref (one->task));
      return;
    }
#endif
  g_task_return_pointer (one->task, NULL, NULL);
}

/* Once it is known whether there is a keyring. */
static void
look_up_waiting (HwSecrets *self)
{
  while (self->waiting->len > 0)
    {
      LookUp *one = g_ptr_array_steal_index (self->waiting, 0);

      look_up (self, one);
      look_up_free (one);
    }
}

#ifdef HW_HAVE_LIBSECRET

static void
set_available (HwSecrets *self)
{
  self->available = TRUE;
  look_up_waiting (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

static void
end_question (HwSecrets *self)
{
  if (--self->n_questions == 0)
    look_up_waiting (self);
}

static gboolean
has_keyring (GVariant *reply)
{
  g_autofree const char **names = NULL;

  g_variant_get (reply, "(^a&s)", &names);
  return g_strv_contains (names, "org.freedesktop.secrets");
}

static void
on_names (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwSecrets) self = user_data;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply && !self->available && has_keyring (reply))
    set_available (self);
  end_question (self);
}

static void
ask_bus (HwSecrets *self, GDBusConnection *bus, const char *question)
{
  self->n_questions++;
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", question, NULL, G_VARIANT_TYPE ("(as)"),
                          G_DBUS_CALL_FLAGS_NONE, ANSWER_TIME, self->leaving, on_names,
                          g_object_ref (self));
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HwSecrets) self = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (bus && self->leaving)
    {
      /* Running, or started when somebody asks for it; asking this starts nothing. */
      ask_bus (self, bus, "ListNames");
      ask_bus (self, bus, "ListActivatableNames");
    }
  end_question (self);
}

static void
find_keyring (HwSecrets *self)
{
  /* In a sandbox libsecret keeps them in a file of ours, sealed by the portal. */
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    {
      set_available (self);
      return;
    }
  self->n_questions++;
  g_bus_get (G_BUS_TYPE_SESSION, self->leaving, on_bus, g_object_ref (self));
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!secret_password_store_finish (result, &error))
    g_message ("The keyring keeps no password: %s", error->message);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  secret_password_clear_finish (result, &error);
  if (error)
    g_message ("The keyring forgets no password: %s", error->message);
}

#endif

/**
 * hw_secrets_new:
 *
 * Finds out whether there is a keyring; "available" tells.
 *
 * Returns: (transfer full): the person's passwords
 */
HwSecrets *
hw_secrets_new (void)
{
  HwSecrets *self = g_object_new (HW_TYPE_SECRETS, NULL);

#ifdef HW_HAVE_LIBSECRET
  find_keyring (self);
#endif
  return self;
}

/**
 * hw_secrets_look_up_async:
 * @self: the passwords
 * @kind: what it is for
 * @place: the server's id
 * @name: (nullable): of the person or the room, in any spelling
 * @cancellable: (nullable): to want it no more
 * @callback: called when it is there, or is not
 * @user_data: for @callback
 */
void
hw_secrets_look_up_async (HwSecrets *self,
                          HwSecretKind kind,
                          const char *place,
                          const char *name,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  LookUp *one;

  g_return_if_fail (HW_IS_SECRETS (self));
  g_return_if_fail (place != NULL);

  one = g_new0 (LookUp, 1);
  one->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (one->task, hw_secrets_look_up_async);
  one->kind = kind;
  one->place = g_strdup (place);
  one->name = g_strdup (name);
  g_ptr_array_add (self->waiting, one);
  if (self->available || self->n_questions == 0)
    look_up_waiting (self);
}

/**
 * hw_secrets_look_up_finish:
 * @self: the passwords
 * @result: as the callback had it
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): the password, for hw_secret_free(); %NULL without an error
 *   where none is kept
 */
char *
hw_secrets_look_up_finish (HwSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hw_secrets_store:
 * @self: the passwords
 * @kind: what it is for
 * @place: the server's id
 * @name: (nullable): of the person or the room
 * @label: what the keyring calls it, for the person
 * @password: the password
 *
 * Has it kept, in place of an older one. Failing is said in the program's log.
 */
void
hw_secrets_store (HwSecrets *self,
                  HwSecretKind kind,
                  const char *place,
                  const char *name,
                  const char *label,
                  const char *password)
{
  g_return_if_fail (HW_IS_SECRETS (self));
  g_return_if_fail (place != NULL && label != NULL && password != NULL);

#ifdef HW_HAVE_LIBSECRET
  if (self->available)
    {
      g_autoptr (GHashTable) attributes = make_attributes (kind, place, name);

      secret_password_storev (&schema, attributes, SECRET_COLLECTION_DEFAULT, label, password, NULL,
                              on_stored, NULL);
    }
#endif
}

/**
 * hw_secrets_forget:
 * @self: the passwords
 * @kind: what it was for
 * @place: the server's id
 * @name: (nullable): of the person or the room
 */
void
hw_secrets_forget (HwSecrets *self, HwSecretKind kind, const char *place, const char *name)
{
  g_return_if_fail (HW_IS_SECRETS (self));
  g_return_if_fail (place != NULL);

#ifdef HW_HAVE_LIBSECRET
  if (self->available)
    {
      g_autoptr (GHashTable) attributes = make_attributes (kind, place, name);

      secret_password_clearv (&schema, attributes, NULL, on_forgotten, NULL);
    }
#endif
}

/**
 * hw_secrets_forget_place:
 * @self: the passwords
 * @place: a server's id
 *
 * Forgets every password that was for it.
 */
void
hw_secrets_forget_place (HwSecrets *self, const char *place)
{
  g_return_if_fail (HW_IS_SECRETS (self));
  g_return_if_fail (place != NULL);

#ifdef HW_HAVE_LIBSECRET
  if (self->available)
    secret_password_clear (&schema, NULL, on_forgotten, NULL, "place", place, NULL);
#endif
}
