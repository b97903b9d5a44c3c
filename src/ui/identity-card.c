/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who the person is. The name is remembered from one start to the next, the password only while the
 * program runs, or, where the person wants that, by their keyring. When the place that is looked at
 * refuses them, the card says so under the fields, with what can be done about it. */

#include "hallway-config.h"

#include "field-row.h"
#include "identity-card.h"
#include "settings.h"
#include "words.h"

#include "protocol/name.h"

#include <glib/gi18n.h>
#include <handy.h>

struct _HwIdentityCard
{
  GtkBox parent_instance;

  HwFieldRow *name;
  HdyAvatar *avatar;
  GtkButton *edit;
  GtkButton *use;
  HwFieldRow *password;
  GtkToggleButton *keep;
  GtkImage *proven;
  GtkLabel *problem;
  GtkButton *take_over;

  HwPlace *place;
  HwSecrets *secrets;
  GError *refused;   /* (nullable): why we are not called otherwise where we are */
  gboolean remember; /* what is in the name's field is the person's choice */
  gboolean unproven; /* the password was typed, and nobody has said yet that it is right */
};

enum
{
  SIGNAL_LOG_IN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwIdentityCard, hw_identity_card, GTK_TYPE_BOX)

static HwPlaceState
get_state (HwIdentityCard *self)
{
  return self->place != NULL ? hw_place_get_state (self->place) : HW_PLACE_IDLE;
}

static const GError *
get_error (HwIdentityCard *self)
{
  HwPlaceState state = get_state (self);

  return state == HW_PLACE_REFUSED  ? hw_place_get_error (self->place)
         : state == HW_PLACE_ONLINE ? self->refused
                                    : NULL;
}

/* Whether the password is what is refused, and not the name. */
static gboolean
is_about_password (const GError *error)
{
  return g_error_matches (error, HW_ERROR, HW_ERROR_PASSWORD_NEEDED)
         || g_error_matches (error, HW_ERROR, HW_ERROR_PASSWORD_WRONG)
         || g_error_matches (error, HW_ERROR, HW_ERROR_TOO_MANY_TRIES)
         || (error->domain == HW_ERROR && g_strcmp0 (hw_error_get_field (error), "password") == 0);
}

/* The name that the field holds, as the place would write it; NULL where it is none. */
static char *
get_wanted_name (HwIdentityCard *self)
{
  return hw_name_normalize_user (hw_field_row_get_text (self->name), "name", NULL);
}

static void
update_buttons (HwIdentityCard *self)
{
  HwPlaceState state = get_state (self);
  gboolean other = FALSE;

  if (state == HW_PLACE_REFUSED)
    {
      other = TRUE;
    }
  else if (state == HW_PLACE_ONLINE)
    {
      g_autofree char *wanted = get_wanted_name (self);

      other = wanted != NULL ? g_strcmp0 (wanted, hw_place_get_name (self->place)) != 0
                             : *hw_field_row_get_text (self->name) != '\0'
                                   || !hw_place_get_guest (self->place);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->use), other);
  gtk_widget_set_visible (GTK_WIDGET (self->edit), !other);
}

static void
update_avatar (HwIdentityCard *self)
{
  const char *name = hw_identity_card_get_name (self);

  if (name == NULL && get_state (self) == HW_PLACE_ONLINE)
    name = hw_place_get_name (self->place);
  /* Without a text its colour would be another one every time. */
  hdy_avatar_set_text (self->avatar, name != NULL ? name : "Guest");
  hdy_avatar_set_show_initials (self->avatar, name != NULL);
}

/* Asks whether to remember a password, where there is one and something that remembers. */
static void
update_keep (HwIdentityCard *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->keep),
                          self->secrets != NULL && hw_secrets_is_available (self->secrets)
                              && *hw_field_row_get_text (self->password) != '\0');
}

/* It was right: as the person wishes. One that was remembered and is wrong is replaced so, too. */
static void
keep_password (HwIdentityCard *self)
{
  if (!self->unproven || get_state (self) != HW_PLACE_ONLINE || hw_place_get_guest (self->place)
      || *hw_field_row_get_text (self->password) == '\0')
    return;
  self->unproven = FALSE;
  hw_place_keep_password (self->place, HW_SECRET_NAME, NULL,
                          gtk_toggle_button_get_active (self->keep));
}

static void
update (HwIdentityCard *self)
{
  HwPlaceState state = get_state (self);
  const GError *error = get_error (self);
  g_autofree char *problem = error != NULL ? hw_identity_card_describe_problem (error) : NULL;
  gboolean on_password = error != NULL && is_about_password (error);
  gboolean is_guest = state == HW_PLACE_ONLINE && hw_place_get_guest (self->place);
  gboolean was_shown = gtk_widget_get_visible (GTK_WIDGET (self->problem));

  hw_field_row_set_problem (self->name, on_password ? NULL : problem);
  hw_field_row_set_problem (self->password, on_password ? problem : NULL);
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->take_over),
                          g_error_matches (error, HW_ERROR, HW_ERROR_NAME_IN_USE));
  gtk_widget_set_visible (GTK_WIDGET (self->proven),
                          state == HW_PLACE_ONLINE && !is_guest
                              && *hw_field_row_get_text (self->password) != '\0');
  hw_field_row_set_placeholder (self->name, is_guest && hw_place_get_name (self->place) != NULL
                                                ? hw_place_get_name (self->place)
                                                : _ ("come as a guest"));
  update_buttons (self);
  update_avatar (self);
  keep_password (self);
  if (on_password && hw_place_has_kept_password (self->place, HW_SECRET_NAME, NULL))
    gtk_toggle_button_set_active (self->keep, TRUE);

  if (problem != NULL && !was_shown && gtk_widget_get_mapped (GTK_WIDGET (self)))
    hw_identity_card_focus_problem (self);
}

static void
log_in (HwIdentityCard *self, gboolean takeover)
{
  hw_identity_card_remember (self);
  g_signal_emit (self, signals[SIGNAL_LOG_IN], 0, takeover);
}

static void
on_name_changed (HwIdentityCard *self)
{
  self->remember = TRUE;
  if (self->refused != NULL)
    hw_identity_card_refuse (self, NULL);
  update_buttons (self);
  update_avatar (self);
}

static gboolean
on_name_focus_out (HwIdentityCard *self)
{
  hw_identity_card_remember (self);
  return GDK_EVENT_PROPAGATE;
}

static void
on_password_changed (HwIdentityCard *self)
{
  gtk_widget_hide (GTK_WIDGET (self->proven));
  self->unproven = TRUE;
  update_keep (self);
}

static void
on_edit (HwIdentityCard *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (hw_field_row_get_entry (self->name)));
}

static void
on_use (HwIdentityCard *self)
{
  log_in (self, FALSE);
}

static void
on_take_over (HwIdentityCard *self)
{
  if (*hw_field_row_get_text (self->password) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
  else
    log_in (self, TRUE);
}

static void
hw_identity_card_grab_focus (GtkWidget *widget)
{
  gtk_widget_grab_focus (GTK_WIDGET (HW_IDENTITY_CARD (widget)->name));
}

static void
hw_identity_card_dispose (GObject *object)
{
  HwIdentityCard *self = HW_IDENTITY_CARD (object);

  if (self->name != NULL)
    hw_identity_card_remember (self);
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_clear_object (&self->place);
  g_clear_object (&self->secrets);
  g_clear_error (&self->refused);
  G_OBJECT_CLASS (hw_identity_card_parent_class)->dispose (object);
}

static void
hw_identity_card_class_init (HwIdentityCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_identity_card_dispose;
  widget_class->grab_focus = hw_identity_card_grab_focus;

  signals[SIGNAL_LOG_IN] = g_signal_new ("log-in", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  g_type_ensure (HW_TYPE_FIELD_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/identity-card.ui");
  gtk_widget_class_bind_template_child (widget_class, HwIdentityCard, name);
  gtk_widget_class_bind_template_child (widget_class, HwIdentityCard, avatar);
  gtk_widget_class_bind_template_child (widget_class, HwIdentityCard, edit);
  gtk_widget_class_bind_template_child (widget_class, HwIdentityCard, use);
  gtk_widget_class_bind_template_child (widget_class, HwIdentityCard, password);
  gtk_widget_class_bind_template_child (widget_class, HwIdentityCard, keep);
  gtk_widget_class_bind_template_child (widget_class, HwIdentityCard, proven);
  gtk_widget_class_bind_template_child (widget_class, HwIdentityCard, problem);
  gtk_widget_class_bind_template_child (widget_class, HwIdentityCard, take_over);
  gtk_widget_class_bind_template_callback (widget_class, on_edit);
  gtk_widget_class_bind_template_callback (widget_class, on_use);
  gtk_widget_class_bind_template_callback (widget_class, on_take_over);
}

/* Chosen in the preferences. */
static void
on_setting_changed (HwIdentityCard *self)
{
  g_autofree char *name = g_settings_get_string (hw_settings_get (), HW_SETTINGS_NAME);

  if (g_strcmp0 (name, hw_field_row_get_text (self->name)) != 0)
    hw_field_row_set_text (self->name, name);
}

static void
hw_identity_card_init (HwIdentityCard *self)
{
  GtkEntry *name;
  GtkEntry *password;
  g_autofree char *remembered = g_settings_get_string (hw_settings_get (), HW_SETTINGS_NAME);

  gtk_widget_init_template (GTK_WIDGET (self));

  name = hw_field_row_get_entry (self->name);
  password = hw_field_row_get_entry (self->password);
  hw_field_row_set_text (self->name, remembered);
  g_signal_connect_object (hw_settings_get (), "changed::" HW_SETTINGS_NAME,
                           G_CALLBACK (on_setting_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (name, "changed", G_CALLBACK (on_name_changed), self);
  g_signal_connect_swapped (name, "activate", G_CALLBACK (on_use), self);
  g_signal_connect_swapped (name, "focus-out-event", G_CALLBACK (on_name_focus_out), self);
  g_signal_connect_swapped (password, "changed", G_CALLBACK (on_password_changed), self);
  g_signal_connect_swapped (password, "activate", G_CALLBACK (on_use), self);
  update (self);
}

/**
 * hw_identity_card_get_name:
 * @self: the card
 *
 * Returns: (nullable): the name that is entered; %NULL to come as a guest
 */
const char *
hw_identity_card_get_name (HwIdentityCard *self)
{
  const char *name;

  g_return_val_if_fail (HW_IS_IDENTITY_CARD (self), NULL);

  name = hw_field_row_get_text (self->name);
  return *name != '\0' ? name : NULL;
}

/**
 * hw_identity_card_get_password:
 * @self: the card
 *
 * Returns: (nullable): the password that is entered
 */
const char *
hw_identity_card_get_password (HwIdentityCard *self)
{
  const char *password;

  g_return_val_if_fail (HW_IS_IDENTITY_CARD (self), NULL);

  password = hw_field_row_get_text (self->password);
  return *password != '\0' ? password : NULL;
}

/**
 * hw_identity_card_set_name:
 * @self: the card
 * @name: a name for this time; the one that is remembered stays
 */
void
hw_identity_card_set_name (HwIdentityCard *self, const char *name)
{
  g_return_if_fail (HW_IS_IDENTITY_CARD (self));

  hw_field_row_set_text (self->name, name);
  self->remember = FALSE;
}

/**
 * hw_identity_card_remember:
 * @self: the card
 *
 * Keeps the name for the next start, if the person has entered it.
 */
void
hw_identity_card_remember (HwIdentityCard *self)
{
  g_return_if_fail (HW_IS_IDENTITY_CARD (self));

  if (!self->remember)
    return;
  self->remember = FALSE;
  g_settings_set_string (hw_settings_get (), HW_SETTINGS_NAME, hw_field_row_get_text (self->name));
}

/**
 * hw_identity_card_set_place:
 * @self: the card
 * @place: (nullable): the place that is looked at
 */
void
hw_identity_card_set_place (HwIdentityCard *self, HwPlace *place)
{
  g_return_if_fail (HW_IS_IDENTITY_CARD (self));

  if (self->place == place)
    return;
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  g_set_object (&self->place, place);
  g_clear_error (&self->refused);
  if (place != NULL)
    {
      g_signal_connect_swapped (place, "notify::state", G_CALLBACK (update), self);
      g_signal_connect_swapped (place, "notify::error", G_CALLBACK (update), self);
      g_signal_connect_swapped (place, "notify::name", G_CALLBACK (update), self);
      g_signal_connect_swapped (place, "notify::guest", G_CALLBACK (update), self);
    }
  update (self);
}

/**
 * hw_identity_card_set_secrets:
 * @self: the card
 * @secrets: what can remember a password; may be given once
 */
void
hw_identity_card_set_secrets (HwIdentityCard *self, HwSecrets *secrets)
{
  g_return_if_fail (HW_IS_IDENTITY_CARD (self));
  g_return_if_fail (self->secrets == NULL);

  self->secrets = g_object_ref (secrets);
  g_signal_connect_object (secrets, "notify::available", G_CALLBACK (update_keep), self,
                           G_CONNECT_SWAPPED);
  update_keep (self);
}

/**
 * hw_identity_card_refuse:
 * @self: the card
 * @error: (nullable): why the name that was entered cannot be had at the place, where we stay who
 * we are; %NULL: it is about to be asked for
 */
void
hw_identity_card_refuse (HwIdentityCard *self, const GError *error)
{
  g_return_if_fail (HW_IS_IDENTITY_CARD (self));

  g_clear_error (&self->refused);
  self->refused = error != NULL ? g_error_copy (error) : NULL;
  update (self);
}

/**
 * hw_identity_card_focus_problem:
 * @self: the card
 *
 * Puts the cursor where something must be changed.
 */
void
hw_identity_card_focus_problem (HwIdentityCard *self)
{
  const GError *error;

  g_return_if_fail (HW_IS_IDENTITY_CARD (self));

  error = get_error (self);
  gtk_widget_grab_focus (
      GTK_WIDGET (error != NULL && is_about_password (error) ? self->password : self->name));
}

/**
 * hw_identity_card_describe_problem:
 * @error: why a login was refused
 *
 * Returns: (transfer full): its words, and what can be done
 */
char *
hw_identity_card_describe_problem (const GError *error)
{
  g_autofree char *problem = hw_words_problem (error);
  const char *hint = NULL;

  if (g_error_matches (error, HW_ERROR, HW_ERROR_NAME_IN_USE))
    hint = _ ("Choose another name, or log in here with its password.");
  else if (g_error_matches (error, HW_ERROR, HW_ERROR_PASSWORD_NEEDED))
    hint = _ ("Enter its password, or choose another name.");
  else if (g_error_matches (error, HW_ERROR, HW_ERROR_ACCOUNT_NEEDED))
    hint = _ ("Ask whoever runs it for an account.");

  return hint != NULL ? hw_words_join (problem, hint) : g_steal_pointer (&problem);
}
