/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows paint themselves, so they ask the style sheet for its numbers: once a view and change of
 * style, not once a row. Paddings come from the very nodes that rows have, asked through contexts
 * that belong to no widget. */

#include "log-row.h"
#include "log-theme.h"

/* Characters of a line that the eye still follows; bands and rules go the full width. */
#define TEXT_MAX_CHARS 84

/* Pixels of an action's icon. */
#define ICON_SIZE 16

/* Size of times, notes, come-and-go lines beside what is said. */
#define SMALL 0.82

static void
look_up (GtkStyleContext *context, const char *name, GdkRGBA *colour)
{
  /* Without Hallway's style sheet everything is still readable. */
  if (!gtk_style_context_lookup_color (context, name, colour))
    gtk_style_context_get_color (context, gtk_style_context_get_state (context), colour);
}

/* As it is now: the path that GTK keeps of a widget has the classes of when it was first asked for.
 */
static void
append_widgets (GtkWidgetPath *path, GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  if (parent != NULL)
    append_widgets (path, parent);
  gtk_widget_path_append_for_widget (path, widget);
}

static GtkStyleContext *
probe_row (GtkWidget *view, const char *class_name, const char *state_class)
{
  GtkStyleContext *above = gtk_widget_get_style_context (view);
  GtkStyleContext *context = gtk_style_context_new ();
  g_autoptr (GtkWidgetPath) path = gtk_widget_path_new ();

  append_widgets (path, view);
  gtk_widget_path_append_type (path, HW_TYPE_LOG_ROW);
  gtk_widget_path_iter_set_object_name (path, -1, HW_LOG_ROW_CSS_NAME);
  gtk_widget_path_iter_add_class (path, -1, class_name);
  if (state_class != NULL)
    gtk_widget_path_iter_add_class (path, -1, state_class);
  gtk_style_context_set_screen (context, gtk_widget_get_screen (view));
  /* No parent context: GTK would give all of its children that are told only by their paths one
   * cached style. The path knows what is above. */
  gtk_style_context_set_path (context, path);
  gtk_style_context_set_state (context, gtk_style_context_get_state (above)
                                            & (GTK_STATE_FLAG_DIR_LTR | GTK_STATE_FLAG_DIR_RTL));
  return context;
}

static void
look_up_padding (GtkWidget *view,
                 const char *class_name,
                 const char *state_class,
                 GtkBorder *padding)
{
  g_autoptr (GtkStyleContext) context = probe_row (view, class_name, state_class);

  gtk_style_context_get_padding (context, gtk_style_context_get_state (context), padding);
}

static int
measure_height (HwLogTheme *self, gboolean small)
{
  g_autoptr (PangoLayout) layout = hw_log_theme_create_layout (self);
  int height;

  if (small)
    {
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, hw_log_theme_small ());
      pango_layout_set_attributes (layout, attributes);
    }
  pango_layout_set_text (layout, "Xg", -1);
  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static void
forget_icons (HwLogTheme *self)
{
  g_hash_table_remove_all (self->file_icons);
  for (guint i = 0; i < self->n_actions; i++)
    g_clear_pointer (&self->action_icons[i], cairo_surface_destroy);
}

static gboolean
is_compact (GtkWidget *view)
{
  GtkWidget *window = gtk_widget_get_toplevel (view);

  return gtk_style_context_has_class (gtk_widget_get_style_context (window), "compact");
}

/**
 * hw_log_theme_new:
 * @style: how entries look
 *
 * Returns: (transfer full): a theme that hw_log_theme_update() has to fill
 */
HwLogTheme *
hw_log_theme_new (HwLogViewStyle style)
{
  HwLogTheme *self = g_new0 (HwLogTheme, 1);

  self->style = style;
  self->zoom = 1;
  self->file_icons = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                            (GDestroyNotify) cairo_surface_destroy);
  self->face = HW_LOG_FACE;
  self->faces = hw_faces_new (style == HW_LOG_VIEW_CHAT ? HW_LOG_FACE : HW_LOG_FACE_TIMELINE);
  return self;
}

/**
 * hw_log_theme_free:
 * @self: (transfer full): the theme
 */
void
hw_log_theme_free (HwLogTheme *self)
{
  g_clear_pointer (&self->pictures, hw_log_pictures_free);
  g_clear_object (&self->context);
  g_clear_pointer (&self->font, pango_font_description_free);
  hw_faces_free (self->faces);
  forget_icons (self);
  g_free (self->action_icons);
  g_hash_table_unref (self->file_icons);
  g_free (self);
}

/**
 * hw_log_theme_update:
 * @self: the theme
 * @view: the log view whose style counts
 *
 * Reads everything again.
 */
void
hw_log_theme_update (HwLogTheme *self, GtkWidget *view)
{
  GtkStyleContext *context = gtk_widget_get_style_context (view);
  g_autoptr (GtkStyleContext) timeline = probe_row (view, "hw-tl-row", NULL);
  PangoFontMetrics *metrics;

  self->serial++;
  self->rtl = gtk_widget_get_direction (view) == GTK_TEXT_DIR_RTL;
  if (self->style == HW_LOG_VIEW_CHAT)
    {
      self->face = is_compact (view) ? HW_LOG_FACE_COMPACT : HW_LOG_FACE;
      hw_faces_set_size (self->faces, self->face);
    }

  look_up (context, "hw_fg", &self->fg);
  look_up (context, "hw_dim", &self->dim);
  look_up (context, "hw_faint", &self->faint);
  look_up (context, "hw_accent", &self->accent);
  look_up (context, "hw_error", &self->error);
  look_up (context, "hw_line", &self->line);
  look_up (context, "hw_shade", &self->shade);
  look_up (context, "hw_popover", &self->popover);
  look_up (context, "hw_raised", &self->raised);
  look_up (context, "hw_hit", &self->hit);
  look_up (context, "hw_accent_bg", &self->rule);
  self->selection = self->rule;
  self->selection.alpha = 0.3;
  self->rule.alpha = 0.55;

  look_up_padding (view, "hw-line-row", NULL, &self->pad_line);
  look_up_padding (view, "hw-line-row", "head", &self->pad_head);
  look_up_padding (view, "hw-line-row", "mention", &self->pad_band);
  look_up_padding (view, "hw-day-row", NULL, &self->pad_day);
  look_up_padding (view, "hw-new-row", NULL, &self->pad_new);
  gtk_style_context_get_padding (timeline, gtk_style_context_get_state (timeline),
                                 &self->pad_timeline);
  gtk_style_context_get (timeline, gtk_style_context_get_state (timeline), "min-height",
                         &self->min_height, NULL);

  g_clear_object (&self->context);
  self->context = gtk_widget_create_pango_context (view);
  /* A context with a direction swaps the sides of paragraphs that run against it. */
  pango_context_set_base_dir (self->context, PANGO_DIRECTION_NEUTRAL);
  g_clear_pointer (&self->font, pango_font_description_free);
  self->font = pango_font_description_copy (pango_context_get_font_description (self->context));
  if (self->zoom != 1)
    {
      double size = pango_font_description_get_size (self->font) * self->zoom;

      if (pango_font_description_get_size_is_absolute (self->font))
        pango_font_description_set_absolute_size (self->font, size);
      else
        pango_font_description_set_size (self->font, (int) size);
    }
  metrics = pango_context_get_metrics (self->context, self->font, NULL);
  /* As GtkLabel counts characters of a line: the wider of a letter and a figure. */
  self->char_width = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                          pango_font_metrics_get_approximate_digit_width (metrics))
                     / (double) PANGO_SCALE;
  self->char_width = MAX (1, self->char_width);
  pango_font_metrics_unref (metrics);
  self->text_max = (int) (self->char_width * TEXT_MAX_CHARS);
  self->line_height = measure_height (self, FALSE);
  self->small_height = measure_height (self, TRUE);
  hw_faces_forget (self->faces);
  forget_icons (self);
}

/**
 * hw_log_theme_is_stale:
 * @self: the theme
 * @row: a row whose style was updated
 *
 * A class on a window, or another style sheet, may change the rows and not the view.
 *
 * Returns: whether the theme has to be updated
 */
gboolean
hw_log_theme_is_stale (HwLogTheme *self, GtkWidget *row)
{
  GtkStyleContext *context = gtk_widget_get_style_context (row);
  const GtkBorder *known = self->style == HW_LOG_VIEW_CHAT ? &self->pad_line : &self->pad_timeline;
  GtkBorder padding;
  GdkRGBA line, faint;

  gtk_style_context_get_padding (context, gtk_style_context_get_state (context), &padding);
  look_up (context, "hw_line", &line);
  look_up (context, "hw_faint", &faint);
  return padding.left != known->left || padding.right != known->right
         || !gdk_rgba_equal (&line, &self->line) || !gdk_rgba_equal (&faint, &self->faint);
}

/**
 * hw_log_theme_create_layout:
 * @self: the theme
 *
 * Returns: (transfer full): a layout in the view's font
 */
PangoLayout *
hw_log_theme_create_layout (HwLogTheme *self)
{
  PangoLayout *layout = pango_layout_new (self->context);

  pango_layout_set_font_description (layout, self->font);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (layout, self->rtl ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  return layout;
}

/**
 * hw_log_theme_small:
 *
 * Returns: (transfer full): the attribute of small words, over everything unless its range is set
 */
PangoAttribute *
hw_log_theme_small (void)
{
  return pango_attr_scale_new (SMALL);
}

/**
 * hw_log_theme_set_actions:
 * @self: the theme
 * @actions: (array length=n_actions): what can be done with others' messages; not copied
 * @n_actions: how many, at most HW_LOG_ACTIONS_MAX
 */
void
hw_log_theme_set_actions (HwLogTheme *self, const HwLogAction *actions, guint n_actions)
{
  forget_icons (self);
  g_free (self->action_icons);
  self->actions = actions;
  self->n_actions = n_actions;
  self->action_icons = g_new0 (cairo_surface_t *, n_actions);
}

static cairo_surface_t *
load_icon (GtkWidget *row, const char *icon_name, const GdkRGBA *colour)
{
  int scale = gtk_widget_get_scale_factor (row);
  g_autoptr (GtkIconInfo) info = gtk_icon_theme_lookup_icon_for_scale (
      gtk_icon_theme_get_for_screen (gtk_widget_get_screen (row)), icon_name, ICON_SIZE, scale,
      GTK_ICON_LOOKUP_FORCE_SIZE);
  g_autoptr (GdkPixbuf) pixbuf
      = info != NULL ? gtk_icon_info_load_symbolic (info, colour, NULL, NULL, NULL, NULL, NULL)
                     : NULL;

  return pixbuf != NULL ? gdk_cairo_surface_create_from_pixbuf (pixbuf, scale, NULL) : NULL;
}

/**
 * hw_log_theme_get_file_icon:
 * @self: the theme
 * @row: a row it is for
 * @icon_name: (transfer none): a static string
 *
 * Returns: (transfer none) (nullable): the icon, %NULL where the icon theme has none
 */
cairo_surface_t *
hw_log_theme_get_file_icon (HwLogTheme *self, GtkWidget *row, const char *icon_name)
{
  cairo_surface_t *icon = g_hash_table_lookup (self->file_icons, icon_name);

  if (icon == NULL)
    {
      icon = load_icon (row, icon_name, &self->dim);
      if (icon != NULL)
        g_hash_table_insert (self->file_icons, (gpointer) icon_name, icon);
    }
  return icon;
}

/**
 * hw_log_theme_get_action_icon:
 * @self: the theme
 * @row: a row it is for
 * @action: the number of an action
 *
 * Returns: (transfer none) (nullable): its icon, %NULL where the icon theme has none
 */
cairo_surface_t *
hw_log_theme_get_action_icon (HwLogTheme *self, GtkWidget *row, guint action)
{
  cairo_surface_t **icon = &self->action_icons[action];

  if (*icon == NULL)
    *icon = load_icon (row, self->actions[action].icon_name, &self->fg);
  return *icon;
}
