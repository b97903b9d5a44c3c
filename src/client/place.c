/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HwPlace: one server and our standing there. This file holds the object, its properties and the
 * one function that changes its state; place-private.h names the files that do the rest. */

#include "place-private.h"

#include "clean.h"
#include "room-private.h"

#include "protocol/limits.h"
#include "protocol/name.h"

enum
{
  IDLE_WARNING,
  ANNOUNCEMENT,
  MESSAGE,
  OFFERED,
  WHISPERED,
  DRAFTS_RESTORED,
  RESTORED,
  TROUBLE,
  N_SIGNALS,
};

static GParamSpec *properties[HW_PLACE_N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwPlace, hw_place, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (HwPlaceState,
                    hw_place_state,
                    G_DEFINE_ENUM_VALUE (HW_PLACE_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (HW_PLACE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (HW_PLACE_ASKING, "asking"),
                    G_DEFINE_ENUM_VALUE (HW_PLACE_LOGGING_IN, "logging-in"),
                    G_DEFINE_ENUM_VALUE (HW_PLACE_REFUSED, "refused"),
                    G_DEFINE_ENUM_VALUE (HW_PLACE_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (HW_PLACE_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (HW_PLACE_ENDED, "ended"))

static void
hw_place_dispose (GObject *object)
{
  HwPlace *self = HW_PLACE (object);

  hw_place_close_link (self, NULL);
  hw_place_close_stash (self);
  g_clear_weak_pointer (&self->goodbye);
  hw_place_cancel_retry (self);
  hw_place_stop_keeping (self);
  hw_place_dispose_direct (self);

  G_OBJECT_CLASS (hw_place_parent_class)->dispose (object);
}

static void
hw_place_finalize (GObject *object)
{
  HwPlace *self = HW_PLACE (object);

  hw_address_free (self->address);
  g_free (self->address_text);
  g_clear_object (&self->known);
  g_clear_error (&self->error);
  g_clear_error (&self->parting);
  g_clear_error (&self->trouble);
  g_free (self->kicked_code);
  hw_requests_free (self->requests);
  g_free (self->wanted_name);
  hw_secret_free (self->password);
  hw_secret_free (self->token);
  g_free (self->name);
  hw_secret_free (self->admin_password);
  g_free (self->id);
  g_free (self->title);
  g_free (self->fingerprint);
  g_free (self->known_fingerprint);
  g_clear_object (&self->rooms);
  g_clear_object (&self->joined);
  g_clear_object (&self->whispers);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->watched, g_hash_table_unref);
  g_clear_pointer (&self->to_leave, g_ptr_array_unref);
  g_clear_object (&self->outbox);
  hw_place_finalize_direct (self);
  hw_place_clear_stash (self);
  g_clear_object (&self->secrets);
  g_clear_object (&self->wake);

  G_OBJECT_CLASS (hw_place_parent_class)->finalize (object);
}

static void
hw_place_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwPlace *self = HW_PLACE (object);

  switch (id)
    {
    case HW_PLACE_PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case HW_PLACE_PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case HW_PLACE_PROP_ADDRESS:
      g_value_set_string (value, self->address_text);
      break;
    case HW_PLACE_PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case HW_PLACE_PROP_TITLE:
      g_value_set_string (value, hw_place_get_title (self));
      break;
    case HW_PLACE_PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case HW_PLACE_PROP_GUEST:
      g_value_set_boolean (value, self->guest);
      break;
    case HW_PLACE_PROP_ADMIN:
      g_value_set_boolean (value, self->admin);
      break;
    case HW_PLACE_PROP_ENCRYPTED:
      g_value_set_boolean (value, self->fingerprint != NULL);
      break;
    case HW_PLACE_PROP_FINGERPRINT:
      g_value_set_string (value, self->fingerprint);
      break;
    case HW_PLACE_PROP_ROUND_TRIP:
      g_value_set_uint (value, self->round_trip);
      break;
    case HW_PLACE_PROP_RETRY_AT:
      g_value_set_int64 (value, self->retry_at);
      break;
    case HW_PLACE_PROP_ROOMS:
      g_value_set_object (value, self->rooms);
      break;
    case HW_PLACE_PROP_JOINED:
      g_value_set_object (value, self->joined);
      break;
    case HW_PLACE_PROP_FOCUS:
      g_value_set_boolean (value, self->focus);
      break;
    case HW_PLACE_PROP_N_HELD:
      g_value_set_uint (value, self->n_held);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hw_place_class_init (HwPlaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = hw_place_dispose;
  object_class->finalize = hw_place_finalize;
  object_class->get_property = hw_place_get_property;

  properties[HW_PLACE_PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HW_TYPE_PLACE_STATE, HW_PLACE_IDLE, flags);
  properties[HW_PLACE_PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[HW_PLACE_PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  properties[HW_PLACE_PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[HW_PLACE_PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[HW_PLACE_PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[HW_PLACE_PROP_GUEST] = g_param_spec_boolean ("guest", NULL, NULL, FALSE, flags);
  properties[HW_PLACE_PROP_ADMIN] = g_param_spec_boolean ("admin", NULL, NULL, FALSE, flags);
  properties[HW_PLACE_PROP_ENCRYPTED]
      = g_param_spec_boolean ("encrypted", NULL, NULL, FALSE, flags);
  properties[HW_PLACE_PROP_FINGERPRINT]
      = g_param_spec_string ("fingerprint", NULL, NULL, NULL, flags);
  properties[HW_PLACE_PROP_ROUND_TRIP]
      = g_param_spec_uint ("round-trip", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[HW_PLACE_PROP_RETRY_AT]
      = g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[HW_PLACE_PROP_ROOMS]
      = g_param_spec_object ("rooms", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[HW_PLACE_PROP_JOINED]
      = g_param_spec_object ("joined", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[HW_PLACE_PROP_FOCUS] = g_param_spec_boolean ("focus", NULL, NULL, FALSE, flags);
  properties[HW_PLACE_PROP_N_HELD]
      = g_param_spec_uint ("n-held", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, HW_PLACE_N_PROPS, properties);

  signals[IDLE_WARNING]
      = g_signal_new ("idle-warning", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[ANNOUNCEMENT]
      = g_signal_new ("announcement", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT64);
  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, HW_TYPE_ROOM, HW_TYPE_ENTRY);
  signals[OFFERED] = g_signal_new ("offered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, HW_TYPE_TRANSFER);
  signals[WHISPERED]
      = g_signal_new ("whispered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, HW_TYPE_WHISPER, HW_TYPE_ENTRY);
  signals[DRAFTS_RESTORED] = g_signal_new ("drafts-restored", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESTORED] = g_signal_new ("restored", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[TROUBLE] = g_signal_new ("trouble", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
hw_place_init (HwPlace *self)
{
  self->text_max = HW_TEXT_MAX;
  self->page_max = HW_PAGE_MAX;
  self->ping = HW_PING_DEFAULT;
  self->dead = HW_DEAD_DEFAULT;
  self->grace = HW_GRACE_DEFAULT;
  hw_place_init_direct (self);
  self->outbox = hw_outbox_new ();
  self->whispers = g_list_store_new (HW_TYPE_WHISPER);
  hw_place_init_stash (self);
  hw_place_init_rooms (self);
  hw_place_follow_taken (self);
  hw_place_init_session (self);
}

/**
 * hw_place_new:
 * @address: where it is, as hw_address_parse() takes it
 * @known: (transfer none): what certificates are judged by
 * @error: (nullable): return location
 *
 * Returns: (transfer full) (nullable): the place, idle; %NULL if @address is none
 */
HwPlace *
hw_place_new (const char *address, HwKnownPlaces *known, GError **error)
{
  g_autoptr (HwAddress) parsed = NULL;
  HwPlace *self;

  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail (HW_IS_KNOWN_PLACES (known), NULL);

  parsed = hw_address_parse (address, error);
  if (!parsed)
    return NULL;
  self = g_object_new (HW_TYPE_PLACE, NULL);
  self->address_text = hw_address_to_string (parsed);
  self->tls = !parsed->loopback;
  self->address = g_steal_pointer (&parsed);
  self->known = g_object_ref (known);
  return self;
}

/**
 * hw_place_notify:
 * @self: a place
 * @property: which changed
 */
void
hw_place_notify (HwPlace *self, int property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * hw_place_set_state:
 * @self: a place
 * @state: where we stand from now on
 * @reason: (nullable) (transfer none): why; becomes "error"
 *
 * The one place where the state changes. "error" is notified before it, so that who watches the
 * state knows why.
 */
void
hw_place_set_state (HwPlace *self, HwPlaceState state, const GError *reason)
{
  GError *error = reason ? g_error_copy (reason) : NULL;
  gboolean changed = self->state != state;

  g_debug ("%s: %d → %d%s%s", self->address_text, self->state, state, reason ? ": " : "",
           reason ? reason->message : "");
  g_object_freeze_notify (G_OBJECT (self));
  if (self->error || error)
    hw_place_notify (self, HW_PLACE_PROP_ERROR);
  g_clear_error (&self->error);
  self->error = error;
  if (state != HW_PLACE_ENDED)
    g_clear_pointer (&self->kicked_code, g_free);
  self->state = state;
  if (changed)
    hw_place_notify (self, HW_PLACE_PROP_STATE);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * hw_place_set_string:
 * @self: a place
 * @field: (inout): one of its strings
 * @value: (nullable): what it is to be
 * @property: which to notify if it changes
 */
void
hw_place_set_string (HwPlace *self, char **field, const char *value, int property)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
  hw_place_notify (self, property);
}

/**
 * hw_place_emit_offered:
 * @self: a place
 * @transfer: (transfer none): a file that somebody offers
 */
void
hw_place_emit_offered (HwPlace *self, HwTransfer *transfer)
{
  g_signal_emit (self, signals[OFFERED], 0, transfer);
}

/**
 * hw_place_set_boolean:
 * @self: a place
 * @field: (inout): one of its booleans
 * @value: what it is to be
 * @property: which to notify if it changes
 */
void
hw_place_set_boolean (HwPlace *self, gboolean *field, gboolean value, int property)
{
  if (*field == value)
    return;
  *field = value;
  hw_place_notify (self, property);
}

void
hw_place_emit_idle_warning (HwPlace *self, guint seconds)
{
  g_signal_emit (self, signals[IDLE_WARNING], 0, seconds);
}

void
hw_place_emit_announcement (HwPlace *self, const char *text, gint64 at)
{
  g_signal_emit (self, signals[ANNOUNCEMENT], 0, text, at);
}

void
hw_place_emit_message (HwPlace *self, HwRoom *room, HwEntry *entry)
{
  g_signal_emit (self, signals[MESSAGE], 0, room, entry);
}

void
hw_place_emit_drafts_restored (HwPlace *self)
{
  g_signal_emit (self, signals[DRAFTS_RESTORED], 0);
}

void
hw_place_emit_restored (HwPlace *self)
{
  g_signal_emit (self, signals[RESTORED], 0);
}

/**
 * hw_place_set_trouble:
 * @self: a place
 * @error: (nullable) (transfer none): why what is said cannot be kept on this computer
 */
void
hw_place_set_trouble (HwPlace *self, const GError *error)
{
  GError *copy = error ? g_error_copy (error) : NULL;

  if (!self->trouble && !copy)
    return;
  g_clear_error (&self->trouble);
  self->trouble = copy;
  g_signal_emit (self, signals[TROUBLE], 0);
}

/**
 * hw_place_get_trouble:
 * @self: a place
 *
 * Returns: (transfer none) (nullable): why what is said is not kept on this computer, unless the
 *   person knows: an error of %G_IO_ERROR, %G_IO_ERROR_BUSY where another Hallway keeps it
 */
const GError *
hw_place_get_trouble (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->trouble;
}

/**
 * hw_place_dismiss_trouble:
 * @self: a place
 *
 * The person knows that nothing is kept: nobody tells it again before something else is the matter.
 */
void
hw_place_dismiss_trouble (HwPlace *self)
{
  g_return_if_fail (HW_IS_PLACE (self));

  hw_place_set_trouble (self, NULL);
}

void
hw_place_emit_whispered (HwPlace *self, HwWhisper *whisper, HwEntry *entry)
{
  g_signal_emit (self, signals[WHISPERED], 0, whisper, entry);
}

/**
 * hw_place_is_me:
 * @self: a place
 * @name: somebody's name
 *
 * Returns: whether it is ours there, in any spelling
 */
gboolean
hw_place_is_me (HwPlace *self, const char *name)
{
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;

  if (!self->name || !name)
    return FALSE;
  if (g_str_equal (self->name, name))
    return TRUE;
  ours = hw_name_fold (self->name);
  theirs = hw_name_fold (name);
  return g_strcmp0 (ours, theirs) == 0;
}

/**
 * hw_place_take_own_name:
 * @self: a place
 * @name: who we are there from now on
 */
void
hw_place_take_own_name (HwPlace *self, const char *name)
{
  if (!*name)
    return;
  hw_place_set_string (self, &self->name, name, HW_PLACE_PROP_NAME);
  hw_place_open_stash (self);
  /* Coming back after the server's restart we want to be who we are now. */
  if (self->wanted_name)
    {
      g_free (self->wanted_name);
      self->wanted_name = g_strdup (name);
    }
}

HwPlaceState
hw_place_get_state (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), HW_PLACE_IDLE);

  return self->state;
}

const GError *
hw_place_get_error (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->error;
}

const char *
hw_place_get_kicked_code (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->kicked_code;
}

const char *
hw_place_get_address (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->address_text;
}

const char *
hw_place_get_id (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->id;
}

const char *
hw_place_get_title (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->title ? self->title : self->address_text;
}

const char *
hw_place_get_name (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->name;
}

gboolean
hw_place_get_guest (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), FALSE);

  return self->guest;
}

gboolean
hw_place_get_admin (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), FALSE);

  return self->admin;
}

gboolean
hw_place_get_encrypted (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), FALSE);

  return self->fingerprint != NULL;
}

const char *
hw_place_get_fingerprint (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->fingerprint;
}

const char *
hw_place_get_known_fingerprint (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return self->known_fingerprint;
}

guint
hw_place_get_round_trip (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), 0);

  return self->round_trip;
}

gint64
hw_place_get_retry_at (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), 0);

  return self->retry_at;
}

gsize
hw_place_get_text_max (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), HW_TEXT_MAX);

  return self->text_max;
}

GListModel *
hw_place_get_rooms (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return G_LIST_MODEL (self->rooms);
}

GListModel *
hw_place_get_joined (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), NULL);

  return G_LIST_MODEL (self->joined);
}

guint
hw_place_get_n_unsaved (HwPlace *self)
{
  g_return_val_if_fail (HW_IS_PLACE (self), 0);

  return hw_outbox_get_size (self->outbox);
}
