/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A question that a window asks before it does what cannot be undone. The safe answer is suggested
 * and has the focus. */

#include "hallway-config.h"

#include "alert.h"

#include "dialog.h"

struct _HwAlert
{
  HdyWindow parent_instance;

  GtkLabel *title;
  GtkLabel *text;
  GtkWidget *detail_card;
  GtkLabel *detail;
  GtkButton *other;
  GtkButton *safe;
};

G_DEFINE_FINAL_TYPE (HwAlert, hw_alert, HDY_TYPE_WINDOW)

enum
{
  ACCEPTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_other_clicked (HwAlert *self)
{
  g_autoptr (HwAlert) kept = g_object_ref (self);

  /* Out of the way first: what is done now may close the window under it. Not destroyed yet, for
   * that would take away who is listening. */
  gtk_widget_hide (GTK_WIDGET (self));
  g_signal_emit (self, signals[ACCEPTED], 0);
  gtk_widget_destroy (GTK_WIDGET (kept));
}

static void
hw_alert_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GTK_WIDGET_CLASS (hw_alert_parent_class)->get_preferred_width (widget, minimum, natural);
  hw_dialog_fit_alert (widget, *minimum, natural);
}

static void
hw_alert_class_init (HwAlertClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);

  widget_class->get_preferred_width = hw_alert_get_preferred_width;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/alert.ui");
  gtk_widget_class_bind_template_child (widget_class, HwAlert, title);
  gtk_widget_class_bind_template_child (widget_class, HwAlert, text);
  gtk_widget_class_bind_template_child (widget_class, HwAlert, detail_card);
  gtk_widget_class_bind_template_child (widget_class, HwAlert, detail);
  gtk_widget_class_bind_template_child (widget_class, HwAlert, other);
  gtk_widget_class_bind_template_child (widget_class, HwAlert, safe);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
  gtk_widget_class_bind_template_callback (widget_class, on_other_clicked);

  hw_dialog_class_close_on_escape (widget_class);
}

static void
hw_alert_init (HwAlert *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default (GTK_WINDOW (self), GTK_WIDGET (self->safe));
  gtk_widget_grab_focus (GTK_WIDGET (self->safe));
}

/**
 * hw_alert_new:
 * @parent: the window that asks
 * @title: the question, or what happened
 * @text: what follows from it
 * @safe: the verb of the answer that changes nothing
 * @other: (nullable): the verb of the other one; NULL where there is nothing to choose
 *
 * Returns: (transfer none): an alert; present it by gtk_window_present()
 */
GtkWidget *
hw_alert_new (
    GtkWindow *parent, const char *title, const char *text, const char *safe, const char *other)
{
  HwAlert *self = g_object_new (HW_TYPE_ALERT, "transient-for", parent, "title", title, NULL);

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->text, text);
  gtk_button_set_label (self->safe, safe);
  if (other != NULL)
    gtk_button_set_label (self->other, other);
  gtk_widget_set_visible (GTK_WIDGET (self->other), other != NULL);
  atk_object_set_role (gtk_widget_get_accessible (GTK_WIDGET (self)), ATK_ROLE_ALERT);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)), text);
  return GTK_WIDGET (self);
}

/**
 * hw_alert_set_detail:
 * @self: the alert
 * @detail: what it is about, to the letter: an address
 */
void
hw_alert_set_detail (HwAlert *self, const char *detail)
{
  gtk_label_set_text (self->detail, detail);
  gtk_widget_show (self->detail_card);
}

/**
 * hw_alert_set_harmless:
 * @self: the alert
 *
 * The other answer destroys nothing: it is not drawn in red.
 */
void
hw_alert_set_harmless (HwAlert *self)
{
  gtk_style_context_remove_class (gtk_widget_get_style_context (GTK_WIDGET (self->other)),
                                  "hw-danger");
}
