/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place in the menu's sidebar: what it is called, how it stands with it, and a padlock that tells
 * a certificate that is known from one that is new and one that has changed. */

#include "hallway-config.h"

#include "list-box.h"
#include "place-row.h"

#include <glib/gi18n.h>

struct _HwPlaceRow
{
  GtkListBoxRow parent_instance;

  GtkImage *tile;
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkLabel *first_time;
  GtkImage *padlock;
  GtkImage *changed;

  char *address;
  HwKnownPlace *known;
  HwFoundPlace *found;
  HwPlace *place;
  HwTrust trust; /* of the certificate that the found place says it has */
  HwReachState reach;
  guint reach_milliseconds;
};

G_DEFINE_FINAL_TYPE (HwPlaceRow, hw_place_row, GTK_TYPE_LIST_BOX_ROW)

static void
set_class (gpointer widget, const char *name, gboolean on)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (on)
    gtk_style_context_add_class (context, name);
  else
    gtk_style_context_remove_class (context, name);
}

static void
forget_place (HwPlaceRow *self)
{
  if (self->place == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->place, self);
  g_signal_handlers_disconnect_by_data (hw_place_get_rooms (self->place), self);
}

static char *
describe_people (int n)
{
  /* Found by a way that does not tell. */
  if (n < 0)
    return g_strdup (C_ ("place", "nearby"));
  if (n == 0)
    return g_strdup (_ ("nobody there yet"));
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d person", "%d people", n), n);
}

/* A place where we are not: what it says of itself, and what is remembered of it. */
static char *
describe_idle (HwPlaceRow *self)
{
  if (self->found == NULL && self->known == NULL)
    return g_strdup (_ ("not open"));
  if (self->found == NULL)
    return g_strdup (self->reach == HW_REACH_NOBODY ? _ ("remembered · not reachable")
                                                    : _ ("remembered"));
  if (!hw_found_place_get_compatible (self->found))
    return g_strdup (_ ("of another version"));
  if (hw_found_place_get_fading (self->found))
    return g_strdup (_ ("silent for a while"));
  if (self->reach == HW_REACH_NOBODY)
    return g_strdup (_ ("answers, but lets nobody in"));
  if (self->trust == HW_TRUST_CHANGED)
    return g_strdup (_ ("certificate changed"));
  return describe_people (hw_found_place_get_users (self->found));
}

/* How it stands with the place, in a few words. */
static char *
describe (HwPlaceRow *self, HwPlaceState state)
{
  switch (state)
    {
    case HW_PLACE_CONNECTING:
    case HW_PLACE_LOGGING_IN:
      return g_strdup (_ ("connecting…"));
    case HW_PLACE_ASKING:
      return hw_place_get_known_fingerprint (self->place) != NULL
                 ? g_strdup (_ ("certificate changed"))
                 : g_strdup (_ ("first visit"));
    case HW_PLACE_REFUSED:
      return g_strdup (_ ("waiting for your name"));
    case HW_PLACE_ONLINE:
      return hw_place_row_describe_rooms (self->place);
    case HW_PLACE_RECONNECTING:
      return g_strdup (_ ("connection lost"));
    case HW_PLACE_ENDED:
      return hw_place_get_kicked_code (self->place) != NULL ? g_strdup (_ ("closed"))
                                                            : g_strdup (_ ("not reachable"));
    case HW_PLACE_IDLE:
    default:
      return describe_idle (self);
    }
}

static const char *
find_title (HwPlaceRow *self, HwPlaceState state)
{
  if (state != HW_PLACE_IDLE && hw_place_get_id (self->place) != NULL)
    return hw_place_get_title (self->place);
  /* A name that is remembered cannot be taken by somebody who shows another certificate. */
  if (self->known != NULL && (self->found == NULL || self->trust == HW_TRUST_CHANGED))
    return hw_known_place_get_title (self->known);
  if (self->found != NULL)
    return hw_found_place_get_title (self->found);
  return self->address;
}

static guint
find_round_trip (HwPlaceRow *self, HwPlaceState state)
{
  if (state == HW_PLACE_ONLINE)
    return hw_place_get_round_trip (self->place);
  if (state != HW_PLACE_IDLE)
    return 0;
  if (self->found != NULL)
    return self->trust != HW_TRUST_CHANGED && hw_place_row_is_open (self)
               ? hw_found_place_get_round_trip (self->found)
               : 0;
  return self->reach == HW_REACH_THERE ? self->reach_milliseconds : 0;
}

static void
update (HwPlaceRow *self)
{
  HwPlaceState state = self->place != NULL ? hw_place_get_state (self->place) : HW_PLACE_IDLE;
  gboolean asking = state == HW_PLACE_ASKING;
  gboolean idle = state == HW_PLACE_IDLE || state == HW_PLACE_ENDED;
  gboolean changed = asking ? hw_place_get_known_fingerprint (self->place) != NULL
                            : idle && self->found != NULL && self->trust == HW_TRUST_CHANGED;
  gboolean is_new
      = !changed && (asking || (idle && self->found != NULL && self->trust == HW_TRUST_NEW));
  gboolean live = state == HW_PLACE_ONLINE || state == HW_PLACE_REFUSED || asking
                  || (idle && (hw_place_row_is_open (self) || self->reach == HW_REACH_THERE));
  guint round_trip = find_round_trip (self, state);
  const char *title = find_title (self, state);
  gboolean locked = FALSE;
  g_autofree char *words = describe (self, state);
  g_autofree char *subtitle = NULL;
  g_autofree char *spoken = NULL;

  if (state == HW_PLACE_ONLINE)
    locked = hw_place_get_encrypted (self->place);
  else if (!asking && !changed && !is_new && self->known != NULL)
    locked = hw_known_place_get_fingerprint (self->known) != NULL;

  if (round_trip > 0)
    /* Translators: "12 people", then milliseconds to the server and back */
    subtitle = g_strdup_printf (_ ("%s · %u ms"), words, round_trip);
  else
    subtitle = g_strdup (words);

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->subtitle, subtitle);
  gtk_widget_set_visible (GTK_WIDGET (self->first_time), is_new);
  gtk_widget_set_visible (GTK_WIDGET (self->padlock), locked);
  gtk_widget_set_visible (GTK_WIDGET (self->changed), changed);
  set_class (self->tile, "live", live && !changed);
  set_class (self->title, "hw-dim", idle && !live && !changed);
  set_class (self->tile, "warn", changed);
  set_class (self->subtitle, "hw-dim", !changed);
  set_class (self->subtitle, "hw-error", changed);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), self->address);

  /* Translators: a place as it is read out: its name, and how it stands with it */
  spoken = g_strdup_printf (_ ("%s, %s"), title, words);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), spoken);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)),
                              locked   ? _ ("encrypted, certificate known")
                              : is_new ? _ ("new")
                                       : "");
}

static void
hw_place_row_dispose (GObject *object)
{
  HwPlaceRow *self = HW_PLACE_ROW (object);

  forget_place (self);
  g_clear_object (&self->place);
  g_clear_object (&self->known);
  g_clear_object (&self->found);
  G_OBJECT_CLASS (hw_place_row_parent_class)->dispose (object);
}

static void
hw_place_row_finalize (GObject *object)
{
  g_free (HW_PLACE_ROW (object)->address);
  G_OBJECT_CLASS (hw_place_row_parent_class)->finalize (object);
}

static void
hw_place_row_class_init (HwPlaceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_place_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = hw_place_row_finalize;

  hw_list_box_row_class_set_accessible (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/place-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HwPlaceRow, tile);
  gtk_widget_class_bind_template_child (widget_class, HwPlaceRow, title);
  gtk_widget_class_bind_template_child (widget_class, HwPlaceRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, HwPlaceRow, first_time);
  gtk_widget_class_bind_template_child (widget_class, HwPlaceRow, padlock);
  gtk_widget_class_bind_template_child (widget_class, HwPlaceRow, changed);
}

static void
hw_place_row_init (HwPlaceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_place_row_new:
 * @address: "host:port"
 *
 * Returns: (transfer floating): a row for the place there
 */
GtkWidget *
hw_place_row_new (const char *address)
{
  HwPlaceRow *self = g_object_new (HW_TYPE_PLACE_ROW, NULL);

  self->address = g_strdup (address);
  return GTK_WIDGET (self);
}

/**
 * hw_place_row_get_address:
 * @self: a row
 *
 * Returns: the address of its place
 */
const char *
hw_place_row_get_address (HwPlaceRow *self)
{
  g_return_val_if_fail (HW_IS_PLACE_ROW (self), NULL);

  return self->address;
}

/**
 * hw_place_row_get_place:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): its place, where it was opened
 */
HwPlace *
hw_place_row_get_place (HwPlaceRow *self)
{
  g_return_val_if_fail (HW_IS_PLACE_ROW (self), NULL);

  return self->place;
}

/**
 * hw_place_row_get_known:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): what is remembered of its place
 */
HwKnownPlace *
hw_place_row_get_known (HwPlaceRow *self)
{
  g_return_val_if_fail (HW_IS_PLACE_ROW (self), NULL);

  return self->known;
}

/**
 * hw_place_row_get_found:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): what its place answers
 */
HwFoundPlace *
hw_place_row_get_found (HwPlaceRow *self)
{
  g_return_val_if_fail (HW_IS_PLACE_ROW (self), NULL);

  return self->found;
}

/**
 * hw_place_row_is_open:
 * @self: a row
 *
 * Returns: whether its place was found, is still there, and can be entered as far as is known
 */
gboolean
hw_place_row_is_open (HwPlaceRow *self)
{
  g_return_val_if_fail (HW_IS_PLACE_ROW (self), FALSE);

  return self->found != NULL && hw_found_place_get_compatible (self->found)
         && !hw_found_place_get_fading (self->found) && self->reach != HW_REACH_NOBODY;
}

/**
 * hw_place_row_get_reach:
 * @self: a row
 *
 * Returns: whether something listens at its address
 */
HwReachState
hw_place_row_get_reach (HwPlaceRow *self)
{
  g_return_val_if_fail (HW_IS_PLACE_ROW (self), HW_REACH_UNKNOWN);

  return self->reach;
}

/**
 * hw_place_row_set:
 * @self: a row
 * @known: (nullable): what is remembered of its place
 * @found: (nullable): what its place answers
 * @place: (nullable): the place, where it was opened
 */
void
hw_place_row_set (HwPlaceRow *self, HwKnownPlace *known, HwFoundPlace *found, HwPlace *place)
{
  g_return_if_fail (HW_IS_PLACE_ROW (self));

  if (self->place != place)
    {
      forget_place (self);
      g_set_object (&self->place, place);
      if (place != NULL)
        {
          g_signal_connect_swapped (place, "notify", G_CALLBACK (update), self);
          g_signal_connect_swapped (hw_place_get_rooms (place), "items-changed",
                                    G_CALLBACK (update), self);
        }
    }
  g_set_object (&self->known, known);
  g_set_object (&self->found, found);
  update (self);
}

/**
 * hw_place_row_set_reach:
 * @self: a row
 * @reach: whether something listens at its address
 * @milliseconds: how long it took to find out
 */
void
hw_place_row_set_reach (HwPlaceRow *self, HwReachState reach, guint milliseconds)
{
  g_return_if_fail (HW_IS_PLACE_ROW (self));

  self->reach = reach;
  self->reach_milliseconds = milliseconds;
  update (self);
}

/**
 * hw_place_row_set_trust:
 * @self: a row
 * @trust: what is remembered of the certificate that the place says it has
 */
void
hw_place_row_set_trust (HwPlaceRow *self, HwTrust trust)
{
  g_return_if_fail (HW_IS_PLACE_ROW (self));

  self->trust = trust;
  update (self);
}

/**
 * hw_place_row_describe_rooms:
 * @place: a place that is open
 *
 * Returns: (transfer full): how many rooms it has, in words
 */
char *
hw_place_row_describe_rooms (HwPlace *place)
{
  guint n = g_list_model_get_n_items (hw_place_get_rooms (place));

  if (n == 0)
    return g_strdup (_ ("no rooms yet"));
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u room", "%u rooms", n), n);
}
