/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The dialog in which an admin shows somebody out, or silences them for a while. */

#include "hallway-config.h"

#include "moderation-dialog.h"

#include "busy.h"
#include "field-row.h"
#include "words.h"

#include <glib/gi18n.h>

/* Minutes that are proposed, and allowed: a year. */
#define MINUTES_DEFAULT "10"
#define MINUTES_MAX     (366 * 24 * 60)

struct _HwModerationDialog
{
  HdyWindow parent_instance;

  HdyHeaderBar *header;
  GtkButton *verb;
  HwBusy *busy;
  GtkWidget *fields;
  HwFieldRow *minutes;
  HwFieldRow *reason;
  GtkLabel *problem;
  GtkLabel *meaning;

  HwPlace *place;
  char *name;
  HwModeration what;
  GCancellable *cancellable; /* nullable: asked, not answered yet */
};

G_DEFINE_FINAL_TYPE (HwModerationDialog, hw_moderation_dialog, HDY_TYPE_WINDOW)

enum
{
  CANCEL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What each of them is called, and means. */
static const struct
{
  const char *op;
  const char *verb;
  const char *meaning;
  gboolean has_minutes;
  gboolean has_reason;
} kinds[] = {
  [HW_MODERATION_KICK]
  = { "kick", N_ ("Kick"), N_ ("They are shown out of the place, and may come back at once."),
      FALSE, TRUE },
  [HW_MODERATION_MUTE]
  = { "mute", N_ ("Mute"),
      N_ ("They stay and may read, but nothing that they say is taken until then. 0 ends it."),
      TRUE, FALSE },
  [HW_MODERATION_BAN]
  = { "ban", N_ ("Ban"), N_ ("They are shown out of the place, and not let in until then."), TRUE,
      TRUE },
};

static char *
describe (HwModeration what, const char *name)
{
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

static gboolean
read_minutes (HwModerationDialog *self, gint64 *minutes)
{
  const char *text = hw_field_row_get_text (self->minutes);
  gint64 least = self->what == HW_MODERATION_MUTE ? 0 : 1;
  guint64 value;

  if (!kinds[self->what].has_minutes)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, (guint64) least, MINUTES_MAX, &value, NULL))
    return FALSE;
  *minutes = (gint64) value;
  return TRUE;
}

static void
set_problem (HwModerationDialog *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
update (HwModerationDialog *self)
{
  gboolean asking = self->cancellable != NULL;
  gint64 minutes = 0;

  gtk_widget_set_sensitive (GTK_WIDGET (self->verb), !asking && read_minutes (self, &minutes));
  gtk_widget_set_sensitive (self->fields, !asking);
  hw_busy_set (self->busy, asking);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  HwModerationDialog *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (source), result, &error);
  g_autofree char *words = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (reply != NULL)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }

  words = hw_words_problem (error);
  set_problem (self, words);
  update (self);
}

static void
on_verb_clicked (HwModerationDialog *self)
{
  g_autoptr (JsonObject) fields = json_object_new ();
  const char *reason = hw_field_row_get_text (self->reason);
  gint64 minutes = 0;

  if (self->cancellable != NULL || !read_minutes (self, &minutes))
    return;

  json_object_set_string_member (fields, "name", self->name);
  if (kinds[self->what].has_minutes)
    json_object_set_int_member (fields, "minutes", minutes);
  if (kinds[self->what].has_reason && *reason != '\0')
    json_object_set_string_member (fields, "text", reason);
  set_problem (self, NULL);
  self->cancellable = g_cancellable_new ();
  hw_place_request_async (self->place, kinds[self->what].op, fields, self->cancellable, on_answered,
                          self);
  update (self);
}

static void
hw_moderation_dialog_dispose (GObject *object)
{
  HwModerationDialog *self = HW_MODERATION_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->place);

  G_OBJECT_CLASS (hw_moderation_dialog_parent_class)->dispose (object);
}

static void
hw_moderation_dialog_finalize (GObject *object)
{
  g_free (HW_MODERATION_DIALOG (object)->name);

  G_OBJECT_CLASS (hw_moderation_dialog_parent_class)->finalize (object);
}

static void
hw_moderation_dialog_class_init (HwModerationDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hw_moderation_dialog_dispose;
  object_class->finalize = hw_moderation_dialog_finalize;

  signals[CANCEL] = g_signal_new_class_handler ("cancel", G_TYPE_FROM_CLASS (klass),
                                                G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
                                                G_CALLBACK (gtk_window_close), NULL, NULL, NULL,
                                                G_TYPE_NONE, 0);
  gtk_binding_entry_add_signal (gtk_binding_set_by_class (klass), GDK_KEY_Escape, 0, "cancel", 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/moderation-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwModerationDialog, header);
  gtk_widget_class_bind_template_child (widget_class, HwModerationDialog, verb);
  gtk_widget_class_bind_template_child (widget_class, HwModerationDialog, busy);
  gtk_widget_class_bind_template_child (widget_class, HwModerationDialog, fields);
  gtk_widget_class_bind_template_child (widget_class, HwModerationDialog, minutes);
  gtk_widget_class_bind_template_child (widget_class, HwModerationDialog, reason);
  gtk_widget_class_bind_template_child (widget_class, HwModerationDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, HwModerationDialog, meaning);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
  gtk_widget_class_bind_template_callback (widget_class, on_verb_clicked);
}

static void
hw_moderation_dialog_init (HwModerationDialog *self)
{
  GtkEntry *entries[2];

  g_type_ensure (HW_TYPE_BUSY);
  g_type_ensure (HW_TYPE_FIELD_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default (GTK_WINDOW (self), GTK_WIDGET (self->verb));

  entries[0] = hw_field_row_get_entry (self->minutes);
  entries[1] = hw_field_row_get_entry (self->reason);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      gtk_entry_set_activates_default (entries[i], TRUE);
      g_signal_connect_object (entries[i], "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
}

/**
 * hw_moderation_dialog_new:
 * @parent: the window that asks
 * @place: a place whose admin we are
 * @what: what is to be done
 * @name: to whom
 *
 * Returns: (transfer none): a dialog; present it by gtk_window_present()
 */
GtkWidget *
hw_moderation_dialog_new (GtkWindow *parent, HwPlace *place, HwModeration what, const char *name)
{
  HwModerationDialog *self
      = g_object_new (HW_TYPE_MODERATION_DIALOG, "transient-for", parent, NULL);
  g_autofree char *isolated = hw_words_isolate (name);
  g_autofree char *title = NULL;
  GtkWidget *first;

  self->place = g_object_ref (place);
  self->name = g_strdup (name);
  self->what = what;
  title = describe (what, isolated);
  gtk_window_set_title (GTK_WINDOW (self), title);
  hdy_header_bar_set_title (self->header, title);
  gtk_button_set_label (self->verb, _ (kinds[what].verb));
  gtk_label_set_text (self->meaning, _ (kinds[what].meaning));
  gtk_widget_set_visible (GTK_WIDGET (self->minutes), kinds[what].has_minutes);
  gtk_widget_set_visible (GTK_WIDGET (self->reason), kinds[what].has_reason);
  hw_field_row_set_text (self->minutes, MINUTES_DEFAULT);
  first = GTK_WIDGET (
      hw_field_row_get_entry (kinds[what].has_minutes ? self->minutes : self->reason));
  gtk_widget_grab_focus (first);
  update (self);
  return GTK_WIDGET (self);
}
