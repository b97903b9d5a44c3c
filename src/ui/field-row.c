/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A field in a card: a small label above a bare entry. The row is the field: it shows the ring when
 * the entry has the focus, the red one when what was entered is refused, and a click anywhere in it
 * goes to the entry. Why it is refused is said by the owner, right under the card. */

#include "hallway-config.h"

#include "field-row.h"

struct _HwFieldRow
{
  GtkListBoxRow parent_instance;

  GtkBox *start;
  GtkLabel *label;
  GtkEntry *entry;
  GtkBox *end;
  GtkGesture *press;

  char *spoken_name;
};

enum
{
  PROP_0,
  PROP_LABEL,
  PROP_SPOKEN_NAME,
  PROP_PLACEHOLDER,
  PROP_SECRET,
  PROP_MAX_LENGTH,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static GtkBuildableIface *parent_buildable;

static void hw_field_row_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HwFieldRow,
                               hw_field_row,
                               GTK_TYPE_LIST_BOX_ROW,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE,
                                                      hw_field_row_buildable_init))

static void
set_class (HwFieldRow *self, const char *name, gboolean on)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  if (on)
    gtk_style_context_add_class (context, name);
  else
    gtk_style_context_remove_class (context, name);
}

static gboolean
on_focus_in (GtkWidget *entry, GdkEventFocus *event, HwFieldRow *self)
{
  set_class (self, "focused", TRUE);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_focus_out (GtkWidget *entry, GdkEventFocus *event, HwFieldRow *self)
{
  set_class (self, "focused", FALSE);
  return GDK_EVENT_PROPAGATE;
}

static void
on_released (GtkGestureMultiPress *press, int n_press, double x, double y, HwFieldRow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
update_spoken_name (HwFieldRow *self)
{
  const char *name
      = self->spoken_name != NULL ? self->spoken_name : gtk_label_get_text (self->label);

  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->entry)), name);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), name);
}

/* Which way the entry's words go: what is in it, or, where nothing is, what it says meanwhile. */
static gboolean
is_written_from_right (HwFieldRow *self)
{
  GtkWidget *entry = GTK_WIDGET (self->entry);
  const char *text = gtk_entry_get_text (self->entry);
  g_autoptr (PangoLayout) layout = NULL;

  if (*text == '\0')
    text = gtk_entry_get_placeholder_text (self->entry);
  else if (!gtk_entry_get_visibility (self->entry))
    text = NULL;
  if (text == NULL || *text == '\0')
    return FALSE;
  layout = gtk_widget_create_pango_layout (entry, text);
  return pango_layout_get_direction (layout, 0) == PANGO_DIRECTION_RTL;
}

/* Text stands at the window's start edge, whatever its script. GTK puts it where its own direction
 * starts, and loses a hidden one's placeholder when windows are mirrored. */
static void
update_alignment (HwFieldRow *self)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  /* Then the keyboard decides where the cursor stands, and anywhere else it would not be seen. */
  gboolean only_cursor = *gtk_entry_get_text (self->entry) == '\0'
                         && gtk_widget_has_focus (GTK_WIDGET (self->entry));

  if (gtk_entry_get_input_purpose (self->entry) == GTK_INPUT_PURPOSE_PASSWORD)
    gtk_widget_set_direction (GTK_WIDGET (self->entry), GTK_TEXT_DIR_LTR);
  gtk_entry_set_alignment (self->entry,
                           !only_cursor && is_written_from_right (self) != mirrored ? 1 : 0);
}

static void
set_secret (HwFieldRow *self, gboolean secret)
{
  gtk_entry_set_visibility (self->entry, !secret);
  if (secret)
    gtk_entry_set_invisible_char (self->entry, 0x25cf); /* ● */
  gtk_entry_set_input_purpose (self->entry,
                               secret ? GTK_INPUT_PURPOSE_PASSWORD : GTK_INPUT_PURPOSE_FREE_FORM);
  gtk_entry_set_input_hints (self->entry,
                             secret ? GTK_INPUT_HINT_NO_SPELLCHECK : GTK_INPUT_HINT_NONE);
  update_alignment (self);
}

/* The row itself never takes the focus: Tab goes from entry to entry and to what stands beside. */
static gboolean
hw_field_row_focus (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (widget));

  return child != NULL && gtk_widget_child_focus (child, direction);
}

static void
hw_field_row_grab_focus (GtkWidget *widget)
{
  gtk_widget_grab_focus (GTK_WIDGET (HW_FIELD_ROW (widget)->entry));
}

static void
hw_field_row_add_child (GtkBuildable *buildable,
                        GtkBuilder *builder,
                        GObject *child,
                        const char *type)
{
  HwFieldRow *self = HW_FIELD_ROW (buildable);
  GtkBox *slot = NULL;

  if (g_strcmp0 (type, "start") == 0)
    slot = self->start;
  else if (g_strcmp0 (type, "end") == 0)
    slot = self->end;

  if (slot == NULL)
    {
      parent_buildable->add_child (buildable, builder, child, type);
      return;
    }
  gtk_container_add (GTK_CONTAINER (slot), GTK_WIDGET (child));
  gtk_widget_show (GTK_WIDGET (slot));
}

static void
hw_field_row_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = hw_field_row_add_child;
}

static void
hw_field_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwFieldRow *self = HW_FIELD_ROW (object);

  switch (id)
    {
    case PROP_LABEL:
      g_value_set_string (value, gtk_label_get_text (self->label));
      break;
    case PROP_SPOKEN_NAME:
      g_value_set_string (value, self->spoken_name);
      break;
    case PROP_PLACEHOLDER:
      g_value_set_string (value, gtk_entry_get_placeholder_text (self->entry));
      break;
    case PROP_SECRET:
      g_value_set_boolean (value, !gtk_entry_get_visibility (self->entry));
      break;
    case PROP_MAX_LENGTH:
      g_value_set_int (value, gtk_entry_get_max_length (self->entry));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hw_field_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HwFieldRow *self = HW_FIELD_ROW (object);

  switch (id)
    {
    case PROP_LABEL:
      gtk_label_set_text (self->label, g_value_get_string (value));
      update_spoken_name (self);
      break;
    case PROP_SPOKEN_NAME:
      g_free (self->spoken_name);
      self->spoken_name = g_value_dup_string (value);
      update_spoken_name (self);
      break;
    case PROP_PLACEHOLDER:
      hw_field_row_set_placeholder (self, g_value_get_string (value));
      break;
    case PROP_SECRET:
      set_secret (self, g_value_get_boolean (value));
      break;
    case PROP_MAX_LENGTH:
      gtk_entry_set_max_length (self->entry, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hw_field_row_dispose (GObject *object)
{
  HwFieldRow *self = HW_FIELD_ROW (object);

  g_clear_object (&self->press);
  G_OBJECT_CLASS (hw_field_row_parent_class)->dispose (object);
}

static void
hw_field_row_finalize (GObject *object)
{
  HwFieldRow *self = HW_FIELD_ROW (object);

  g_free (self->spoken_name);
  G_OBJECT_CLASS (hw_field_row_parent_class)->finalize (object);
}

static void
hw_field_row_class_init (HwFieldRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hw_field_row_get_property;
  object_class->set_property = hw_field_row_set_property;
  object_class->dispose = hw_field_row_dispose;
  object_class->finalize = hw_field_row_finalize;
  widget_class->focus = hw_field_row_focus;
  widget_class->grab_focus = hw_field_row_grab_focus;

  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  properties[PROP_SPOKEN_NAME] = g_param_spec_string ("spoken-name", NULL, NULL, NULL, flags);
  properties[PROP_PLACEHOLDER] = g_param_spec_string ("placeholder", NULL, NULL, NULL, flags);
  properties[PROP_SECRET] = g_param_spec_boolean ("secret", NULL, NULL, FALSE, flags);
  properties[PROP_MAX_LENGTH]
      = g_param_spec_int ("max-length", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hallwaychat/Hallway/ui/field-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HwFieldRow, start);
  gtk_widget_class_bind_template_child (widget_class, HwFieldRow, label);
  gtk_widget_class_bind_template_child (widget_class, HwFieldRow, entry);
  gtk_widget_class_bind_template_child (widget_class, HwFieldRow, end);
  gtk_widget_class_bind_template_callback (widget_class, on_focus_in);
  gtk_widget_class_bind_template_callback (widget_class, on_focus_out);
}

static void
hw_field_row_init (HwFieldRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->press = gtk_gesture_multi_press_new (GTK_WIDGET (self));
  g_signal_connect (self->press, "released", G_CALLBACK (on_released), self);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (update_alignment), self);
  g_signal_connect_swapped (self->entry, "notify::has-focus", G_CALLBACK (update_alignment), self);
  update_alignment (self);
}

/**
 * hw_field_row_get_entry:
 * @self: a field
 *
 * Returns: (transfer none): its entry, whose signals tell what is entered
 */
GtkEntry *
hw_field_row_get_entry (HwFieldRow *self)
{
  g_return_val_if_fail (HW_IS_FIELD_ROW (self), NULL);

  return self->entry;
}

/**
 * hw_field_row_get_text:
 * @self: a field
 *
 * Returns: what is entered, never %NULL
 */
const char *
hw_field_row_get_text (HwFieldRow *self)
{
  g_return_val_if_fail (HW_IS_FIELD_ROW (self), "");

  return gtk_entry_get_text (self->entry);
}

/**
 * hw_field_row_set_text:
 * @self: a field
 * @text: what it shall say
 */
void
hw_field_row_set_text (HwFieldRow *self, const char *text)
{
  g_return_if_fail (HW_IS_FIELD_ROW (self));
  g_return_if_fail (text != NULL);

  gtk_entry_set_text (self->entry, text);
}

/**
 * hw_field_row_set_placeholder:
 * @self: a field
 * @placeholder: what it says while it is empty
 */
void
hw_field_row_set_placeholder (HwFieldRow *self, const char *placeholder)
{
  g_return_if_fail (HW_IS_FIELD_ROW (self));

  gtk_entry_set_placeholder_text (self->entry, placeholder);
  update_alignment (self);
}

/**
 * hw_field_row_set_problem:
 * @self: a field
 * @problem: (nullable): why what is entered is refused, in words for the person
 *
 * Marks the field, or takes the mark off. The words are only heard here: whoever owns the field
 * shows them under the card.
 */
void
hw_field_row_set_problem (HwFieldRow *self, const char *problem)
{
  g_return_if_fail (HW_IS_FIELD_ROW (self));

  set_class (self, "error", problem != NULL);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self->entry)),
                              problem != NULL ? problem : "");
}
