/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows that ask something: one of several, or yes and no. They are bound to the settings by a key
 * in the template, so that a window with preferences needs no code for them. */

#include "hallway-config.h"

#include "choice-list.h"

#include "settings.h"

struct _HwChoiceRow
{
  HdyActionRow parent_instance;

  char *value;
  GtkToggleButton *radio;
};

struct _HwChoiceList
{
  GtkListBox parent_instance;

  char *key;          /* nullable */
  char *value;        /* nullable: none is chosen yet */
  GtkRadioButton *of; /* nullable: any of the group */
};

struct _HwSwitchRow
{
  HdyActionRow parent_instance;

  char *key;
  GtkSwitch *button;
};

enum
{
  PROP_0,
  PROP_KEY,
  PROP_VALUE,
};

G_DEFINE_FINAL_TYPE (HwChoiceRow, hw_choice_row, HDY_TYPE_ACTION_ROW)
G_DEFINE_FINAL_TYPE (HwChoiceList, hw_choice_list, GTK_TYPE_LIST_BOX)
G_DEFINE_FINAL_TYPE (HwSwitchRow, hw_switch_row, HDY_TYPE_ACTION_ROW)

/* A control in a row is called as the row is: GTK gives it no name. */
static void
name_control (GObject *row, GParamSpec *pspec, GtkWidget *control)
{
  atk_object_set_name (gtk_widget_get_accessible (control),
                       hdy_preferences_row_get_title (HDY_PREFERENCES_ROW (row)));
}

static void
add_control (HdyActionRow *row, GtkWidget *control, gboolean first)
{
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_widget_show (control);
  if (first)
    hdy_action_row_add_prefix (row, control);
  else
    gtk_container_add (GTK_CONTAINER (row), control);
  hdy_action_row_set_activatable_widget (row, control);
  hdy_action_row_set_title_lines (row, 0);
  hdy_action_row_set_subtitle_lines (row, 0);
  g_signal_connect (row, "notify::title", G_CALLBACK (name_control), control);
  gtk_widget_show (GTK_WIDGET (row));
}

static void
hw_choice_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HwChoiceRow *self = HW_CHOICE_ROW (object);

  if (id == PROP_VALUE)
    self->value = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hw_choice_row_finalize (GObject *object)
{
  g_free (HW_CHOICE_ROW (object)->value);

  G_OBJECT_CLASS (hw_choice_row_parent_class)->finalize (object);
}

static void
hw_choice_row_class_init (HwChoiceRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = hw_choice_row_set_property;
  object_class->finalize = hw_choice_row_finalize;
  g_object_class_install_property (object_class, PROP_VALUE,
                                   g_param_spec_string ("value", NULL, NULL, NULL,
                                                        G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY
                                                            | G_PARAM_STATIC_STRINGS));
}

static void
hw_choice_row_init (HwChoiceRow *self)
{
  self->radio = GTK_TOGGLE_BUTTON (gtk_radio_button_new (NULL));
  add_control (HDY_ACTION_ROW (self), GTK_WIDGET (self->radio), TRUE);
}

static void
on_toggled (HwChoiceList *self, GtkToggleButton *radio)
{
  HwChoiceRow *row
      = HW_CHOICE_ROW (gtk_widget_get_ancestor (GTK_WIDGET (radio), HW_TYPE_CHOICE_ROW));

  if (!gtk_toggle_button_get_active (radio) || g_strcmp0 (self->value, row->value) == 0)
    return;
  g_free (self->value);
  self->value = g_strdup (row->value);
  if (self->key != NULL)
    g_settings_set_string (hw_settings_get (), self->key, self->value);
  g_object_notify (G_OBJECT (self), "value");
}

static void
on_setting_changed (HwChoiceList *self)
{
  g_autofree char *value = g_settings_get_string (hw_settings_get (), self->key);

  hw_choice_list_set_value (self, value);
}

static void
hw_choice_list_add (GtkContainer *container, GtkWidget *widget)
{
  HwChoiceList *self = HW_CHOICE_LIST (container);
  HwChoiceRow *row = HW_CHOICE_ROW (widget);

  GTK_CONTAINER_CLASS (hw_choice_list_parent_class)->add (container, widget);
  gtk_radio_button_join_group (GTK_RADIO_BUTTON (row->radio), self->of);
  self->of = GTK_RADIO_BUTTON (row->radio);
  gtk_toggle_button_set_active (row->radio, g_strcmp0 (row->value, self->value) == 0);
  g_signal_connect_object (row->radio, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
}

static void
hw_choice_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_VALUE)
    g_value_set_string (value, HW_CHOICE_LIST (object)->value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hw_choice_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HwChoiceList *self = HW_CHOICE_LIST (object);

  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_string (value);
      break;
    case PROP_VALUE:
      hw_choice_list_set_value (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hw_choice_list_constructed (GObject *object)
{
  HwChoiceList *self = HW_CHOICE_LIST (object);
  g_autofree char *changed = g_strconcat ("changed::", self->key, NULL);

  G_OBJECT_CLASS (hw_choice_list_parent_class)->constructed (object);
  if (self->key == NULL)
    return;
  g_signal_connect_object (hw_settings_get (), changed, G_CALLBACK (on_setting_changed), self,
                           G_CONNECT_SWAPPED);
  on_setting_changed (self);
}

static void
hw_choice_list_finalize (GObject *object)
{
  HwChoiceList *self = HW_CHOICE_LIST (object);

  g_free (self->key);
  g_free (self->value);

  G_OBJECT_CLASS (hw_choice_list_parent_class)->finalize (object);
}

static void
hw_choice_list_class_init (HwChoiceListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hw_choice_list_get_property;
  object_class->set_property = hw_choice_list_set_property;
  object_class->constructed = hw_choice_list_constructed;
  object_class->finalize = hw_choice_list_finalize;
  GTK_CONTAINER_CLASS (klass)->add = hw_choice_list_add;
  g_object_class_install_property (object_class, PROP_KEY,
                                   g_param_spec_string ("key", NULL, NULL, NULL,
                                                        G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY
                                                            | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_VALUE,
                                   g_param_spec_string ("value", NULL, NULL, NULL,
                                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                            | G_PARAM_STATIC_STRINGS));
}

static void
hw_choice_list_init (HwChoiceList *self)
{
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self), GTK_SELECTION_NONE);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "content");
  gtk_widget_show (GTK_WIDGET (self));
}

/**
 * hw_choice_list_get_value:
 * @self: the list
 *
 * Returns: (nullable): the value of the row that is chosen
 */
const char *
hw_choice_list_get_value (HwChoiceList *self)
{
  g_return_val_if_fail (HW_IS_CHOICE_LIST (self), NULL);

  return self->value;
}

/**
 * hw_choice_list_set_value:
 * @self: the list
 * @value: the value of one of its rows
 */
void
hw_choice_list_set_value (HwChoiceList *self, const char *value)
{
  g_autoptr (GList) rows = NULL;

  g_return_if_fail (HW_IS_CHOICE_LIST (self));

  if (g_strcmp0 (self->value, value) == 0)
    return;
  g_free (self->value);
  self->value = g_strdup (value);
  rows = gtk_container_get_children (GTK_CONTAINER (self));
  for (GList *link = rows; link != NULL; link = link->next)
    if (g_strcmp0 (HW_CHOICE_ROW (link->data)->value, value) == 0)
      gtk_toggle_button_set_active (HW_CHOICE_ROW (link->data)->radio, TRUE);
  g_object_notify (G_OBJECT (self), "value");
}

static void
hw_switch_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HwSwitchRow *self = HW_SWITCH_ROW (object);

  if (id == PROP_KEY)
    self->key = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hw_switch_row_constructed (GObject *object)
{
  HwSwitchRow *self = HW_SWITCH_ROW (object);

  G_OBJECT_CLASS (hw_switch_row_parent_class)->constructed (object);
  g_settings_bind (hw_settings_get (), self->key, self->button, "active", G_SETTINGS_BIND_DEFAULT);
}

static void
hw_switch_row_finalize (GObject *object)
{
  g_free (HW_SWITCH_ROW (object)->key);

  G_OBJECT_CLASS (hw_switch_row_parent_class)->finalize (object);
}

static void
hw_switch_row_class_init (HwSwitchRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = hw_switch_row_set_property;
  object_class->constructed = hw_switch_row_constructed;
  object_class->finalize = hw_switch_row_finalize;
  g_object_class_install_property (object_class, PROP_KEY,
                                   g_param_spec_string ("key", NULL, NULL, NULL,
                                                        G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY
                                                            | G_PARAM_STATIC_STRINGS));
}

static void
hw_switch_row_init (HwSwitchRow *self)
{
  self->button = GTK_SWITCH (gtk_switch_new ());
  add_control (HDY_ACTION_ROW (self), GTK_WIDGET (self->button), FALSE);
}
