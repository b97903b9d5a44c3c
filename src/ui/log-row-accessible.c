/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row for screen readers: a list item with a name that says who, when and what, its place among
 * all entries (not only among those that have a widget), its words by character, word and line, and
 * what can be done with it. Focus, place on the screen and parent come from GtkWidgetAccessible. */

#include "hallway-config.h"

#include "entry-text.h"
#include "file-words.h"
#include "log-row-private.h"
#include "speech.h"

#include <glib/gi18n.h>
#include <gtk/gtk-a11y.h>
#include <string.h>

#define HW_TYPE_LOG_ROW_ACCESSIBLE (hw_log_row_accessible_get_type ())
G_DECLARE_FINAL_TYPE (
    HwLogRowAccessible, hw_log_row_accessible, HW, LOG_ROW_ACCESSIBLE, GtkWidgetAccessible)

struct _HwLogRowAccessible
{
  GtkWidgetAccessible parent_instance;
};

static void atk_text_interface_init (AtkTextIface *iface);
static void atk_action_interface_init (AtkActionIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HwLogRowAccessible,
                               hw_log_row_accessible,
                               GTK_TYPE_WIDGET_ACCESSIBLE,
                               G_IMPLEMENT_INTERFACE (ATK_TYPE_TEXT, atk_text_interface_init)
                                   G_IMPLEMENT_INTERFACE (ATK_TYPE_ACTION,
                                                          atk_action_interface_init))

/* The row, or NULL when it is gone or in the pool. */
static HwLogRow *
get_row (gpointer accessible)
{
  GtkWidget *widget = gtk_accessible_get_widget (GTK_ACCESSIBLE (accessible));

  return widget != NULL && HW_LOG_ROW (widget)->body.layout != NULL ? HW_LOG_ROW (widget) : NULL;
}

static void
hw_log_row_accessible_initialize (AtkObject *object, gpointer data)
{
  ATK_OBJECT_CLASS (hw_log_row_accessible_parent_class)->initialize (object, data);
  atk_object_set_role (object, ATK_ROLE_LIST_ITEM);
  HW_LOG_ROW (data)->accessible = object;
}

static const char *
hw_log_row_accessible_get_name (AtkObject *object)
{
  GtkWidget *widget = gtk_accessible_get_widget (GTK_ACCESSIBLE (object));
  HwLogRow *row;

  if (widget == NULL)
    return NULL;
  row = HW_LOG_ROW (widget);
  if (row->name == NULL)
    row->name = hw_log_row_get_accessible_name (row);
  return row->name;
}

static const char *
hw_log_row_accessible_get_description (AtkObject *object)
{
  HwLogRow *row = get_row (object);
  g_autofree char *description = row != NULL ? hw_log_row_get_accessible_description (row) : NULL;

  /* Kept by the object, as whoever asks does not free it. */
  g_object_set_data_full (G_OBJECT (object), "hw-description", g_strdup (description), g_free);
  return g_object_get_data (G_OBJECT (object), "hw-description");
}

static AtkAttributeSet *
add_attribute (AtkAttributeSet *set, const char *name, guint number)
{
  AtkAttribute *attribute = g_new (AtkAttribute, 1);

  attribute->name = g_strdup (name);
  attribute->value = g_strdup_printf ("%u", number);
  return g_slist_prepend (set, attribute);
}

static AtkAttributeSet *
hw_log_row_accessible_get_attributes (AtkObject *object)
{
  AtkObjectClass *parent_class = ATK_OBJECT_CLASS (hw_log_row_accessible_parent_class);
  AtkAttributeSet *set = parent_class->get_attributes (object);
  HwLogRow *row = get_row (object);
  GtkWidget *view = row != NULL ? gtk_widget_get_parent (GTK_WIDGET (row)) : NULL;
  HwHistory *history = HW_IS_LOG_VIEW (view) ? hw_log_view_get_history (HW_LOG_VIEW (view)) : NULL;

  if (history == NULL)
    return set;
  set = add_attribute (set, "posinset", row->position + 1);
  return add_attribute (set, "setsize", g_list_model_get_n_items (G_LIST_MODEL (history)));
}

static AtkStateSet *
hw_log_row_accessible_ref_state_set (AtkObject *object)
{
  AtkObjectClass *parent_class = ATK_OBJECT_CLASS (hw_log_row_accessible_parent_class);
  AtkStateSet *states = parent_class->ref_state_set (object);
  HwLogRow *row = get_row (object);
  GtkWidget *view = row != NULL ? gtk_widget_get_parent (GTK_WIDGET (row)) : NULL;
  GtkAllocation place;

  if (view == NULL)
    return states;
  /* GTK looks only whether a widget has left its window at the top or the left. */
  gtk_widget_get_allocation (GTK_WIDGET (row), &place);
  if (place.y >= gtk_widget_get_allocated_height (view))
    atk_state_set_remove_state (states, ATK_STATE_SHOWING);
  if (row->plan.fold)
    atk_state_set_add_state (states, ATK_STATE_EXPANDABLE);
  if (row->plan.fold && row->plan.fold_open)
    atk_state_set_add_state (states, ATK_STATE_EXPANDED);
  return states;
}

static void
hw_log_row_accessible_class_init (HwLogRowAccessibleClass *class)
{
  AtkObjectClass *object_class = ATK_OBJECT_CLASS (class);

  object_class->initialize = hw_log_row_accessible_initialize;
  object_class->get_name = hw_log_row_accessible_get_name;
  object_class->get_description = hw_log_row_accessible_get_description;
  object_class->ref_state_set = hw_log_row_accessible_ref_state_set;
  object_class->get_attributes = hw_log_row_accessible_get_attributes;
}

static void
hw_log_row_accessible_init (HwLogRowAccessible *self)
{
}

/* Text. AT counts characters, the row counts bytes. */

static guint
to_byte (const char *text, int offset)
{
  glong length = g_utf8_strlen (text, -1);

  return (guint) (g_utf8_offset_to_pointer (text, offset < 0 ? length : MIN (offset, length))
                  - text);
}

static int
to_offset (const char *text, guint byte)
{
  return (int) g_utf8_pointer_to_offset (text, text + byte);
}

static char *
get_text (AtkText *text, int start, int end)
{
  HwLogRow *row = get_row (text);
  const char *words = row != NULL ? hw_log_row_get_text (row) : "";
  guint first = to_byte (words, MAX (start, 0));
  guint last = to_byte (words, end);

  return g_strndup (words + first, last > first ? last - first : 0);
}

static int
get_character_count (AtkText *text)
{
  HwLogRow *row = get_row (text);

  return row != NULL ? (int) g_utf8_strlen (hw_log_row_get_text (row), -1) : 0;
}

static gunichar
get_character_at_offset (AtkText *text, int offset)
{
  HwLogRow *row = get_row (text);
  const char *words = row != NULL ? hw_log_row_get_text (row) : "";

  return g_utf8_get_char (words + to_byte (words, MAX (offset, 0)));
}

static char *
get_string_at_offset (
    AtkText *text, int offset, AtkTextGranularity granularity, int *start, int *end)
{
  HwLogRow *row = get_row (text);
  const char *words = row != NULL ? hw_log_row_get_text (row) : "";
  guint at = to_byte (words, MAX (offset, 0));
  guint first = 0;
  guint last = (guint) strlen (words);

  if (row != NULL)
    switch (granularity)
      {
      case ATK_TEXT_GRANULARITY_CHAR:
        first = at;
        last = words[at] != '\0' ? (guint) (g_utf8_next_char (words + at) - words) : at;
        break;
      case ATK_TEXT_GRANULARITY_WORD:
        hw_log_row_get_word_at (row, at, &first, &last);
        break;
      case ATK_TEXT_GRANULARITY_LINE:
        hw_log_row_get_line_at (row, at, &first, &last);
        break;
      case ATK_TEXT_GRANULARITY_SENTENCE:
      case ATK_TEXT_GRANULARITY_PARAGRAPH:
      default:
        for (first = at; first > 0 && words[first - 1] != '\n';)
          first--;
        for (last = at; words[last] != '\0' && words[last] != '\n';)
          last++;
        break;
      }
  *start = to_offset (words, first);
  *end = to_offset (words, last);
  return g_strndup (words + first, last - first);
}

static void
get_character_extents (
    AtkText *text, int offset, int *x, int *y, int *width, int *height, AtkCoordType coords)
{
  HwLogRow *row = get_row (text);
  GdkRectangle place = { 0 };
  int row_x = 0;
  int row_y = 0;

  if (row != NULL)
    {
      atk_component_get_extents (ATK_COMPONENT (text), &row_x, &row_y, NULL, NULL, coords);
      hw_log_row_index_to_rectangle (row, to_byte (hw_log_row_get_text (row), MAX (offset, 0)),
                                     &place);
    }
  *x = row_x + place.x;
  *y = row_y + place.y;
  *width = place.width;
  *height = place.height;
}

static int
get_offset_at_point (AtkText *text, int x, int y, AtkCoordType coords)
{
  HwLogRow *row = get_row (text);
  int row_x = 0;
  int row_y = 0;

  if (row == NULL)
    return -1;
  atk_component_get_extents (ATK_COMPONENT (text), &row_x, &row_y, NULL, NULL, coords);
  return to_offset (hw_log_row_get_text (row), hw_log_row_index_at (row, x - row_x, y - row_y));
}

static int
get_n_selections (AtkText *text)
{
  HwLogRow *row = get_row (text);

  return row != NULL && row->selection_end > row->selection_start ? 1 : 0;
}

static char *
get_selection (AtkText *text, int number, int *start, int *end)
{
  HwLogRow *row = get_row (text);
  const char *words;

  *start = *end = 0;
  if (number != 0 || get_n_selections (text) == 0)
    return NULL;
  words = hw_log_row_get_text (row);
  *start = to_offset (words, row->selection_start);
  *end = to_offset (words, row->selection_end);
  return g_strndup (words + row->selection_start, row->selection_end - row->selection_start);
}

static int
get_caret_offset (AtkText *text)
{
  HwLogRow *row = get_row (text);

  return row != NULL && row->caret_shown ? to_offset (hw_log_row_get_text (row), row->caret) : -1;
}

static void
atk_text_interface_init (AtkTextIface *iface)
{
  iface->get_text = get_text;
  iface->get_character_count = get_character_count;
  iface->get_character_at_offset = get_character_at_offset;
  iface->get_string_at_offset = get_string_at_offset;
  iface->get_character_extents = get_character_extents;
  iface->get_offset_at_point = get_offset_at_point;
  iface->get_n_selections = get_n_selections;
  iface->get_selection = get_selection;
  iface->get_caret_offset = get_caret_offset;
}

/* Actions: what can be pressed in the row. */

typedef struct
{
  HwLogPart part;
  guint link;
} Deed;

static guint
list_deeds (HwLogRow *row, Deed *deeds, guint max)
{
  guint n = 0;

  if (row->plan.fold)
    deeds[n++] = (Deed){ HW_LOG_PART_FOLD, 0 };
  if (row->more.shown)
    deeds[n++] = (Deed){ HW_LOG_PART_MORE, 0 };
  for (guint i = 0; i < HW_LOG_N_BUTTONS; i++)
    if (row->buttons[i].shown)
      deeds[n++] = (Deed){ row->button_parts[i], 0 };
  if (row->picture.height > 0)
    deeds[n++] = (Deed){ HW_LOG_PART_PICTURE, 0 };
  for (guint i = 0; hw_log_row_is_message (row) && !row->own && i < row->theme->n_actions; i++)
    deeds[n++] = (Deed){ HW_LOG_PART_ACTION + i, 0 };
  for (guint i = 0; i < row->links->len && n < max; i++)
    deeds[n++] = (Deed){ HW_LOG_PART_LINK, i };
  return n;
}

#define DEEDS_MAX 32

static int
get_n_actions (AtkAction *action)
{
  Deed deeds[DEEDS_MAX];
  HwLogRow *row = get_row (action);

  return row != NULL ? (int) list_deeds (row, deeds, DEEDS_MAX) : 0;
}

static const char *
action_get_name (AtkAction *action, int number)
{
  Deed deeds[DEEDS_MAX];
  HwLogRow *row = get_row (action);

  if (row == NULL || number < 0 || number >= (int) list_deeds (row, deeds, DEEDS_MAX))
    return NULL;
  if (deeds[number].part >= HW_LOG_PART_ACTION)
    return row->theme->actions[deeds[number].part - HW_LOG_PART_ACTION].id;
  switch (deeds[number].part)
    {
    case HW_LOG_PART_FOLD:
      return row->plan.fold_open ? "close" : "open";
    case HW_LOG_PART_MORE:
      return "show all";
    case HW_LOG_PART_RETRY:
      return "try again";
    case HW_LOG_PART_COPY:
      return "copy";
    case HW_LOG_PART_DISCARD:
      return "discard";
    case HW_LOG_PART_LINK:
      return "open link";
    case HW_LOG_PART_SAVE:
      return "save";
    case HW_LOG_PART_RESUME:
      return "go on";
    case HW_LOG_PART_PICTURE:
      return "show larger";
    case HW_LOG_PART_FOLDER:
      return "show in its folder";
    case HW_LOG_PART_STOP:
      return hw_transfer_is_ours (row->file)                            ? "take back"
             : hw_transfer_get_state (row->file) == HW_TRANSFER_OFFERED ? "decline"
                                                                        : "cancel";
    case HW_LOG_PART_GAP:
    case HW_LOG_PART_ACTION:
    case HW_LOG_PART_NONE:
    case HW_LOG_PART_TEXT:
    default:
      return NULL;
    }
}

static gboolean
do_action (AtkAction *action, int number)
{
  Deed deeds[DEEDS_MAX];
  HwLogRow *row = get_row (action);

  if (row == NULL || number < 0 || number >= (int) list_deeds (row, deeds, DEEDS_MAX))
    return FALSE;
  hw_log_row_activate (row, deeds[number].part, deeds[number].link);
  return TRUE;
}

static void
atk_action_interface_init (AtkActionIface *iface)
{
  iface->get_n_actions = get_n_actions;
  iface->get_name = action_get_name;
  iface->do_action = do_action;
}

/**
 * hw_log_row_accessible_changed:
 * @self: a row that was bound to something else
 *
 * Tells screen readers, if there are any.
 */
void
hw_log_row_accessible_changed (HwLogRow *self)
{
  if (self->accessible != NULL)
    g_object_notify (G_OBJECT (self->accessible), "accessible-name");
}

/**
 * hw_log_row_announce_file:
 * @self: a row whose file is in another state
 *
 * Has it read out if that matters: it is here, or it is not coming.
 */
void
hw_log_row_announce_file (HwLogRow *self)
{
  GtkWidget *view = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *words = hw_file_words_spoken (self->file);

  hw_log_row_accessible_changed (self);
  switch (hw_transfer_get_state (self->file))
    {
    case HW_TRANSFER_DONE:
    case HW_TRANSFER_PAUSED:
    case HW_TRANSFER_FAILED:
    case HW_TRANSFER_DECLINED:
      hw_speech_say (view, words);
      break;
    case HW_TRANSFER_PREPARING:
    case HW_TRANSFER_OFFERED:
    case HW_TRANSFER_WAITING:
    case HW_TRANSFER_RUNNING:
    case HW_TRANSFER_GONE:
    case HW_TRANSFER_CANCELLED:
    default:
      break;
    }
}

/* The line of a fold, its time apart as a sentence has it. */
static char *
name_fold (HwLogRow *self)
{
  g_autofree char *line
      = hw_entry_text_strip_marks (hw_log_row_get_text (self),
                                   self->own_line > 0 ? (gssize) self->own_line - 1 : -1);
  char *time = strstr (line, HW_LOG_EVENT_TIME_SPACE);

  if (time == NULL)
    return g_steal_pointer (&line);
  *time = '\0';
  return g_strdup_printf (C_ ("screen reader", "%s, %s"), line,
                          time + strlen (HW_LOG_EVENT_TIME_SPACE));
}

/**
 * hw_log_row_get_accessible_name:
 * @self: a row
 *
 * Returns: (transfer full): what a screen reader says for it
 */
char *
hw_log_row_get_accessible_name (HwLogRow *self)
{
  if (self->entry == NULL || self->placeholder)
    return g_strdup (_ ("Loading…"));
  if (self->plan.fold && self->body.shown)
    return name_fold (self);
  return hw_entry_text_accessible (self->entry);
}

/**
 * hw_log_row_get_accessible_description:
 * @self: a row
 *
 * Returns: (transfer full) (nullable): what stands above the entry: what is missing, its
 *   day, the unread rule
 */
char *
hw_log_row_get_accessible_description (HwLogRow *self)
{
  const char *day = self->day.shown ? pango_layout_get_text (self->day.layout) : NULL;
  const char *rule = self->rule.shown ? pango_layout_get_text (self->rule.layout) : NULL;
  const char *gap = self->gap.shown ? pango_layout_get_text (self->gap.layout) : NULL;

  if (gap != NULL && day != NULL)
    /* Translators: what is missing before an entry, and its day */
    return g_strdup_printf (C_ ("screen reader", "%s, %s"), gap, day);
  if (gap != NULL)
    return g_strdup (gap);

  if (day != NULL && rule != NULL)
    /* Translators: a day and "New since …" */
    return g_strdup_printf (C_ ("screen reader", "%s, %s"), day, rule);
  return g_strdup (day != NULL ? day : rule);
}
