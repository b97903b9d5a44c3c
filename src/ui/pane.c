/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A box whose width goes with the size of the letters, as far as a phone allows. */

#include "hallway-config.h"

#include "pane.h"

/* Pixels that a pane can insist on: a phone is 360 wide. */
#define INSIST_MAX 340

typedef struct
{
  double ems;
} HwPanePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (HwPane, hw_pane, GTK_TYPE_BOX)

enum
{
  PROP_EMS = 1,
};

static void
hw_pane_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  HwPanePrivate *priv = hw_pane_get_instance_private (HW_PANE (widget));
  double em;
  int wish;

  GTK_WIDGET_CLASS (hw_pane_parent_class)->get_preferred_width (widget, minimum, natural);
  gtk_style_context_get (gtk_widget_get_style_context (widget), gtk_widget_get_state_flags (widget),
                         "font-size", &em, NULL);
  wish = (int) (priv->ems * em);
  *minimum = MAX (*minimum, MIN (wish, INSIST_MAX));
  *natural = MAX (*natural, wish);
}

static void
hw_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwPanePrivate *priv = hw_pane_get_instance_private (HW_PANE (object));

  if (id == PROP_EMS)
    g_value_set_double (value, priv->ems);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hw_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HwPanePrivate *priv = hw_pane_get_instance_private (HW_PANE (object));

  if (id == PROP_EMS)
    {
      priv->ems = g_value_get_double (value);
      gtk_widget_queue_resize (GTK_WIDGET (object));
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hw_pane_class_init (HwPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hw_pane_get_property;
  object_class->set_property = hw_pane_set_property;
  GTK_WIDGET_CLASS (klass)->get_preferred_width = hw_pane_get_preferred_width;

  g_object_class_install_property (object_class, PROP_EMS,
                                   g_param_spec_double ("ems", NULL, NULL, 0, 100, 0,
                                                        G_PARAM_READWRITE
                                                            | G_PARAM_STATIC_STRINGS));
}

static void
hw_pane_init (HwPane *self)
{
}
