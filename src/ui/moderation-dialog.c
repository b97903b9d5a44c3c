/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dialog in which an admin shows somebody out, or silences them for a while: for how long, why,
 * and, for a ban, from which address. A ban of a name and an address are two for the server: the
 * second is asked for when the first was taken. */

#include "hallway-config.h"

#include "moderation-dialog.h"

#include "ask-dialog.h"

#include "client/isolate.h"

#include <glib/gi18n.h>
#include <stdlib.h>

/* Characters of a reason and of an address. */
#define TEXT_MAX    200
#define ADDRESS_MAX 64

/* Minutes. */
#define HOUR (60)
#define DAY  (24 * HOUR)
#define YEAR (365 * DAY)

typedef struct
{
  HwAskDialog *dialog; /* (unowned): this lives as long as it does */
  HwModeration what;
  char *name;                /* "": to be entered */
  HwFieldRow *who;           /* nullable */
  GtkComboBoxText *minutes;  /* nullable */
  HwFieldRow *address;       /* nullable */
  HwFieldRow *reason;        /* nullable */
  GCancellable *looking;     /* for their address */
  gint64 ban;                /* the first one's id, 0: none yet */
  gboolean asks_for_address; /* the ban that is under way is of the address */
} Moderation;

static const struct
{
  const char *op;
  const char *verb;
  const char *meaning;
} kinds[] = {
  [HW_MODERATION_KICK]
  = { "kick", N_ ("Kick"), N_ ("They are shown out of the place, and may come back at once.") },
  [HW_MODERATION_MUTE]
  = { "mute", N_ ("Mute"),
      N_ ("They stay and may read, but nothing that they say is taken until then.") },
  [HW_MODERATION_BAN]
  = { "ban", N_ ("Ban"), N_ ("They are shown out of the place, and not let in until then.") },
};

static void
moderation_free (gpointer data)
{
  Moderation *self = data;

  g_cancellable_cancel (self->looking);
  g_object_unref (self->looking);
  g_free (self->name);
  g_free (self);
}

static char *
describe (HwModeration what, const char *name)
{
  if (*name == '\0')
    return g_strdup (_ ("Add a ban"));
  switch (what)
    {
    case HW_MODERATION_MUTE:
      return g_strdup_printf (_ ("Mute %s"), name);
    case HW_MODERATION_BAN:
      return g_strdup_printf (_ ("Ban %s"), name);
    case HW_MODERATION_KICK:
    default:
      return g_strdup_printf (_ ("Kick %s"), name);
    }
}

static void
append_time (GtkComboBoxText *choice, int minutes, const char *label)
{
  g_autofree char *id = g_strdup_printf ("%d", minutes);

  gtk_combo_box_text_append (choice, id, label);
}

static void
add_minutes (Moderation *self)
{
  self->minutes = hw_ask_dialog_add_choice (self->dialog, _ ("For how long"));
  append_time (self->minutes, 10, _ ("10 minutes"));
  append_time (self->minutes, HOUR, _ ("an hour"));
  append_time (self->minutes, DAY, _ ("a day"));
  append_time (self->minutes, 7 * DAY, _ ("a week"));
  append_time (self->minutes, 30 * DAY, _ ("30 days"));
  if (self->what == HW_MODERATION_BAN)
    append_time (self->minutes, YEAR, _ ("a year"));
  else
    /* Translators: instead of a length of time: who was muted may speak again */
    append_time (self->minutes, 0, _ ("no longer"));
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (self->minutes),
                               self->what == HW_MODERATION_BAN ? "1440" : "10");
}

static int
get_minutes (Moderation *self)
{
  const char *id
      = self->minutes != NULL ? gtk_combo_box_get_active_id (GTK_COMBO_BOX (self->minutes)) : NULL;

  return id != NULL ? atoi (id) : 0;
}

static char *
get_typed (HwFieldRow *row)
{
  return g_strstrip (g_strdup (row != NULL ? hw_field_row_get_text (row) : ""));
}

/* Whom it is about: the name, or, where none is known, the address. */
static char *
dup_whom (Moderation *self)
{
  g_autofree char *typed = get_typed (self->who);
  g_autofree char *address = get_typed (self->address);

  if (*self->name != '\0')
    return g_strdup (self->name);
  if (*typed != '\0')
    return g_steal_pointer (&typed);
  return g_steal_pointer (&address);
}

static void
send_one (Moderation *self, const char *field, const char *value)
{
  g_autoptr (JsonObject) fields = json_object_new ();
  g_autofree char *reason = get_typed (self->reason);

  json_object_set_string_member (fields, field, value);
  if (self->minutes != NULL)
    json_object_set_int_member (fields, "minutes", get_minutes (self));
  if (*reason != '\0')
    json_object_set_string_member (fields, "text", reason);
  hw_ask_dialog_request (self->dialog, kinds[self->what].op, fields);
}

static gboolean
on_check (HwAskDialog *dialog, Moderation *self)
{
  g_autofree char *whom = dup_whom (self);

  return *whom != '\0';
}

static void
on_send (HwAskDialog *dialog, Moderation *self)
{
  g_autofree char *typed = get_typed (self->who);
  g_autofree char *address = get_typed (self->address);
  const char *name = *self->name != '\0' ? self->name : typed;

  /* The name's ban was taken, and the address's refused: only that is left. */
  self->asks_for_address = *name == '\0' || self->ban != 0;
  send_one (self, self->asks_for_address ? "address" : "name",
            self->asks_for_address ? address : name);
}

static char *
describe_end (Moderation *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) end = g_date_time_add_minutes (now, get_minutes (self));

  /* Translators: when a ban ends: "Friday, 20 November 2026, 14:30" */
  return g_date_time_format (end, _ ("%A, %-e %B %Y, %H:%M"));
}

static void
tell (Moderation *self)
{
  g_autofree char *whom = dup_whom (self);
  g_autofree char *name = hw_isolate (whom);
  g_autofree char *end = describe_end (self);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  switch (self->what)
    {
    case HW_MODERATION_BAN:
      title = g_strdup_printf (_ ("%s is banned"), name);
      /* Translators: when the ban ends */
      text = g_strdup_printf (_ ("Until %s. It stands in the list of bans, where it can be ended."),
                              end);
      break;
    case HW_MODERATION_MUTE:
      title
          = g_strdup_printf (get_minutes (self) > 0 ? _ ("%s is muted") : _ ("%s may speak again"),
                             name);
      text = get_minutes (self) > 0 ? g_strdup_printf (_ ("Until %s."), end) : g_strdup ("");
      break;
    case HW_MODERATION_KICK:
    default:
      title = g_strdup_printf (_ ("%s was shown out"), name);
      text = g_strdup (_ ("It stands in the log of every room that they were in."));
      break;
    }
  hw_ask_dialog_tell (self->dialog, title, text, NULL);
}

static void
on_answered (HwAskDialog *dialog, JsonObject *reply, Moderation *self)
{
  g_autofree char *address = get_typed (self->address);

  if (self->what == HW_MODERATION_BAN && !self->asks_for_address && *address != '\0')
    {
      self->ban = MAX (1, json_object_get_int_member_with_default (reply, "ban", 1));
      self->asks_for_address = TRUE;
      send_one (self, "address", address);
      return;
    }
  tell (self);
}

/* Whose client takes direct messages has told the server where. */
static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  Moderation *self = data;
  const char *address;
  g_autofree char *isolated = NULL;
  g_autofree char *hint = NULL;

  if (reply == NULL)
    return;
  address = json_object_get_string_member_with_default (reply, "address", "");
  if (*address == '\0')
    return;
  isolated = hw_isolate (address);
  /* Translators: from where somebody is connected, in an empty field */
  hint = g_strdup_printf (_ ("none; they are at %s"), isolated);
  hw_field_row_set_placeholder (self->address, hint);
}

static void
add_fields (Moderation *self)
{
  if (*self->name == '\0')
    self->who = hw_ask_dialog_add_field (self->dialog, _ ("Name"), TEXT_MAX);
  if (self->what != HW_MODERATION_MUTE)
    self->reason
        = hw_ask_dialog_add_field (self->dialog, _ ("Reason, which they are told"), TEXT_MAX);
  if (self->what == HW_MODERATION_BAN)
    {
      self->address
          = hw_ask_dialog_add_field (self->dialog,
                                     *self->name != '\0' ? _ ("Their address, too") : _ ("Address"),
                                     ADDRESS_MAX);
      /* Translators: in an empty field: no address is banned */
      hw_field_row_set_placeholder (self->address, C_ ("address", "none"));
    }
  if (self->what != HW_MODERATION_KICK)
    add_minutes (self);
}

/**
 * hw_moderation_dialog_new:
 * @parent: the window that asks
 * @place: a place whose admin we are
 * @what: what is to be done
 * @name: to whom; "" for a ban of whoever is entered
 *
 * Returns: (transfer none): a dialog; present it by gtk_window_present()
 */
GtkWidget *
hw_moderation_dialog_new (GtkWindow *parent, HwPlace *place, HwModeration what, const char *name)
{
  Moderation *self = g_new0 (Moderation, 1);
  g_autofree char *isolated = hw_isolate (name);
  g_autofree char *title = describe (what, *name != '\0' ? isolated : "");
  GtkWidget *dialog = hw_ask_dialog_new (parent, place, title, _ (kinds[what].verb));

  self->dialog = HW_ASK_DIALOG (dialog);
  self->what = what;
  self->name = g_strdup (name);
  self->looking = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (dialog), "hw-moderation", self, moderation_free);
  add_fields (self);
  hw_ask_dialog_set_meaning (self->dialog, _ (kinds[what].meaning));
  g_signal_connect (dialog, "check", G_CALLBACK (on_check), self);
  g_signal_connect (dialog, "send", G_CALLBACK (on_send), self);
  g_signal_connect (dialog, "answered", G_CALLBACK (on_answered), self);
  if (what == HW_MODERATION_BAN && *name != '\0')
    {
      g_autoptr (JsonObject) fields = json_object_new ();

      json_object_set_string_member (fields, "name", name);
      hw_place_request_async (place, "where", fields, self->looking, on_found, self);
    }
  hw_ask_dialog_update (self->dialog);
  return dialog;
}
