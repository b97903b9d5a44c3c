/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks whether a place's certificate is to be trusted. Nothing but hello has been sent to the place
 * while this is open, and nothing is when it is closed by any other way than the button that says
 * "trust". A certificate that has changed makes the safe answer the suggested one. */

#include "hallway-config.h"

#include "certificate-dialog.h"
#include "dialog.h"
#include "words.h"

#include "client/isolate.h"

#include <glib/gi18n.h>

struct _HwCertificateDialog
{
  HdyWindow parent_instance;

  GtkImage *icon;
  GtkLabel *headline;
  GtkLabel *body;
  GtkWidget *known_row;
  GtkLabel *known_since;
  GtkLabel *known_fingerprint;
  GtkLabel *shown_title;
  GtkLabel *shown_address;
  GtkLabel *shown_fingerprint;
  GtkLabel *hint;
  GtkButton *trust_new;
  GtkButton *refuse;
  GtkButton *trust;

  HwPlace *place;
};

G_DEFINE_FINAL_TYPE (HwCertificateDialog, hw_certificate_dialog, HDY_TYPE_WINDOW)

static void
add_class (gpointer widget, const char *name)
{
  gtk_style_context_add_class (gtk_widget_get_style_context (widget), name);
}

static void
show_fingerprint (GtkLabel *label, const char *fingerprint)
{
  g_autofree char *words = hw_words_fingerprint (fingerprint);
  g_autoptr (PangoAttrList) whole = pango_attr_list_new ();
  guint start = 0;

  /* Lines end between groups only, whatever the language's own rules are for colons. */
  for (guint i = 0; words[i] != '\0'; i++)
    if (words[i] == ' ')
      start = i + 1;
    else if (words[i + 1] == ' ' || words[i + 1] == '\0')
      {
        PangoAttribute *group = pango_attr_allow_breaks_new (FALSE);

        group->start_index = start;
        group->end_index = i + 1;
        pango_attr_list_insert (whole, group);
      }
  gtk_label_set_attributes (label, whole);
  gtk_label_set_text (label, words);
}

static void
show_first_time (HwCertificateDialog *self)
{
  g_autofree char *name = hw_isolate (hw_place_get_title (self->place));
  /* Translators: %s is a place's name */
  g_autofree char *headline = g_strdup_printf (_ ("First time at “%s”"), name);

  gtk_image_set_from_icon_name (self->icon, "channel-secure-symbolic", GTK_ICON_SIZE_DIALOG);
  add_class (self->icon, "hw-accent");
  gtk_label_set_text (self->headline, headline);
  gtk_label_set_text (self->body,
                      _ ("The connection is encrypted. This fingerprint tells the place from "
                         "another computer that pretends to be it. Hallway remembers it, and tells "
                         "you if it ever changes."));
  gtk_label_set_text (self->shown_title, _ ("Fingerprint"));
  gtk_label_set_text (self->hint,
                      _ ("To be sure, ask whoever runs the place to read theirs to you."));
  gtk_widget_show (GTK_WIDGET (self->trust));
  gtk_widget_grab_focus (GTK_WIDGET (self->trust));
}

static void
show_changed (HwCertificateDialog *self, HwKnownPlaces *places)
{
  HwKnownPlace *known = NULL;
  g_autofree char *name = NULL;
  g_autofree char *headline = NULL;

  if (hw_place_get_id (self->place) != NULL)
    known = hw_known_places_find (places, hw_place_get_id (self->place));
  if (known == NULL)
    known = hw_known_places_find_address (places, hw_place_get_address (self->place));

  /* What it was called when it was trusted: whoever shows another certificate may use any name. */
  name = hw_isolate (known != NULL ? hw_known_place_get_title (known)
                                   : hw_place_get_title (self->place));
  /* Translators: %s is a place's name */
  headline = g_strdup_printf (_ ("“%s” shows another certificate"), name);

  gtk_image_set_from_icon_name (self->icon, "dialog-warning-symbolic", GTK_ICON_SIZE_DIALOG);
  add_class (self->icon, "hw-error");
  gtk_label_set_text (self->headline, headline);
  gtk_label_set_text (
      self->body, _ ("Either it was set up anew, or another computer is pretending to be it and "
                     "would read your password. Hallway has sent nothing yet."));
  if (known != NULL && hw_known_place_get_trusted_at (known) > 0)
    {
      g_autofree char *day = hw_words_day (hw_known_place_get_trusted_at (known));
      /* Translators: %s is "today", "yesterday" or "12 November" */
      g_autofree char *since = g_strdup_printf (_ ("since %s"), day);

      gtk_label_set_text (self->known_since, since);
    }
  show_fingerprint (self->known_fingerprint, hw_place_get_known_fingerprint (self->place));
  gtk_widget_show (self->known_row);
  gtk_label_set_text (self->shown_title, _ ("Shown now"));
  add_class (self->shown_fingerprint, "hw-error");
  gtk_label_set_text (self->hint,
                      _ ("Ask whoever runs it to read its fingerprint out to you. If it "
                         "is the one shown now, it is safe to trust."));
  gtk_widget_show (GTK_WIDGET (self->trust_new));
  add_class (self->refuse, "suggested-action");
  gtk_widget_grab_focus (GTK_WIDGET (self->refuse));
}

/* Lets go of the place: what is decided makes it go on, and that is no change to be heard here. */
static HwPlace *
steal_place (HwCertificateDialog *self)
{
  if (self->place != NULL)
    g_signal_handlers_disconnect_by_data (self->place, self);
  return g_steal_pointer (&self->place);
}

static void
on_trust (HwCertificateDialog *self)
{
  g_autoptr (HwPlace) place = steal_place (self);

  if (place != NULL)
    hw_place_trust (place);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static gboolean
on_delete (GtkWidget *widget, GdkEvent *event, HwCertificateDialog *self)
{
  g_autoptr (HwPlace) place = steal_place (self);

  if (place != NULL)
    hw_place_disconnect (place);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_key (GtkWidget *widget, GdkEventKey *event, HwCertificateDialog *self)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (self));
  return GDK_EVENT_STOP;
}

static void
on_state_changed (HwCertificateDialog *self)
{
  if (hw_place_get_state (self->place) == HW_PLACE_ASKING)
    return;
  g_object_unref (steal_place (self));
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
hw_certificate_dialog_dispose (GObject *object)
{
  g_autoptr (HwPlace) place G_GNUC_UNUSED = steal_place (HW_CERTIFICATE_DIALOG (object));

  G_OBJECT_CLASS (hw_certificate_dialog_parent_class)->dispose (object);
}

static void
hw_certificate_dialog_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GTK_WIDGET_CLASS (hw_certificate_dialog_parent_class)
      ->get_preferred_width (widget, minimum, natural);
  hw_dialog_fit_alert (widget, *minimum, natural);
}

static void
hw_certificate_dialog_class_init (HwCertificateDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hw_certificate_dialog_dispose;

  widget_class->get_preferred_width = hw_certificate_dialog_get_preferred_width;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/hallwaychat/Hallway/ui/certificate-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, icon);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, headline);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, body);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, known_row);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, known_since);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, known_fingerprint);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, shown_title);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, shown_address);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, shown_fingerprint);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, trust_new);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, refuse);
  gtk_widget_class_bind_template_child (widget_class, HwCertificateDialog, trust);
  gtk_widget_class_bind_template_callback (widget_class, on_trust);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, on_delete);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
}

static void
hw_certificate_dialog_init (HwCertificateDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hw_certificate_dialog_new:
 * @parent: (nullable): the window it belongs to
 * @place: a place that asks (%HW_PLACE_ASKING)
 * @known: the places that are remembered
 *
 * Returns: (transfer none): the dialog, not shown yet; it destroys itself
 */
GtkWidget *
hw_certificate_dialog_new (GtkWindow *parent, HwPlace *place, HwKnownPlaces *known)
{
  HwCertificateDialog *self
      = g_object_new (HW_TYPE_CERTIFICATE_DIALOG, "transient-for", parent, NULL);

  g_return_val_if_fail (HW_IS_PLACE (place), NULL);

  self->place = g_object_ref (place);
  g_signal_connect_swapped (place, "notify::state", G_CALLBACK (on_state_changed), self);
  show_fingerprint (self->shown_fingerprint, hw_place_get_fingerprint (place));
  gtk_label_set_text (self->shown_address, hw_place_get_address (place));
  if (hw_place_get_known_fingerprint (place) != NULL)
    show_changed (self, known);
  else
    show_first_time (self);
  gtk_window_set_title (GTK_WINDOW (self), gtk_label_get_text (self->headline));
  return GTK_WIDGET (self);
}
