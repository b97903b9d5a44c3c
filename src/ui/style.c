/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the windows look, and how they write times: loads Hallway's style sheets above the theme's,
 * and follows the theme from light to dark and to high contrast while the program runs. There is
 * one style for the whole screen, so this is a handful of functions and no object. */

#include "hallway-config.h"

#include "style.h"

#include "entry-text.h"
#include "hallway-resources.h"
#include "log-view.h"
#include "settings.h"

#include <handy.h>

/* Seconds after which it is looked again whether it is another day: a computer that slept does not
 * wake at midnight. */
#define DAY_INTERVAL 1800

#define STYLE_PATH "/io/github/hallwaychat/Hallway/style/"

/* The values of the enum in the settings schema. */
enum
{
  APPEARANCE_SYSTEM,
  APPEARANCE_LIGHT,
  APPEARANCE_DARK,
};

enum
{
  DENSITY_COMFORTABLE,
  DENSITY_COMPACT,
};

static struct
{
  GtkStyleContext *probe;   /* asks the theme for its colours */
  GtkCssProvider *dark;     /* (nullable): before it is needed */
  GtkCssProvider *contrast; /* (nullable): the same */
  gboolean is_dark;
  gboolean is_contrast;
  int day; /* of the year, when the windows last looked */
} style;

static GtkCssProvider *
load (const char *name)
{
  g_autofree char *path = g_strconcat (STYLE_PATH, name, NULL);
  GtkCssProvider *provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, path);
  return provider;
}

static void
add_provider (GtkCssProvider *provider, int above)
{
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (),
                                             GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + above);
}

/* A sheet that lies above the base while it is wanted; it is read when that is so first. */
static void
set_provider (GtkCssProvider **provider, const char *name, int above, gboolean on)
{
  if (on && *provider == NULL)
    *provider = load (name);
  if (on)
    add_provider (*provider, above);
  else if (*provider != NULL)
    gtk_style_context_remove_provider_for_screen (gdk_screen_get_default (),
                                                  GTK_STYLE_PROVIDER (*provider));
}

/* A theme that is forced from outside stays whatever the person or the system prefers; then there
 * is nothing to manage, and making the manager would take a tenth of the time to the first window.
 */
static gboolean
theme_is_forced (void)
{
  const char *forced = g_getenv ("GTK_THEME");

  return forced != NULL && *forced != '\0';
}

/* HdyStyleManager does not see a theme forced by GTK_THEME, so the theme's own colour decides. */
static gboolean
theme_is_dark (void)
{
  GdkRGBA colour;

  if (!gtk_style_context_lookup_color (style.probe, "theme_bg_color", &colour))
    return FALSE;
  return 0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue < 0.5;
}

static gboolean
theme_is_contrast (void)
{
  g_autofree char *name = NULL;

  if (theme_is_forced ())
    return g_str_has_prefix (g_getenv ("GTK_THEME"), "HighContrast");
  if (hdy_style_manager_get_high_contrast (hdy_style_manager_get_default ()))
    return TRUE;
  g_object_get (gtk_settings_get_default (), "gtk-theme-name", &name, NULL);
  return name != NULL && g_str_has_prefix (name, "HighContrast");
}

/* Called often: does something only when the answer has changed, which also ends the circle of a
 * provider that updates the style that calls this. */
static void
follow_theme (void)
{
  gboolean is_dark = theme_is_dark ();
  gboolean is_contrast = theme_is_contrast ();

  if (is_dark != style.is_dark)
    {
      style.is_dark = is_dark;
      set_provider (&style.dark, "hallway-dark.css", 1, is_dark);
    }
  if (is_contrast != style.is_contrast)
    {
      style.is_contrast = is_contrast;
      set_provider (&style.contrast, "hallway-contrast.css", 2, is_contrast);
    }
}

static void
on_appearance_changed (GSettings *settings)
{
  HdyColorScheme scheme = HDY_COLOR_SCHEME_PREFER_LIGHT;

  switch (g_settings_get_enum (settings, HW_SETTINGS_APPEARANCE))
    {
    case APPEARANCE_LIGHT:
      scheme = HDY_COLOR_SCHEME_FORCE_LIGHT;
      break;
    case APPEARANCE_DARK:
      scheme = HDY_COLOR_SCHEME_FORCE_DARK;
      break;
    default:
      break;
    }
  hdy_style_manager_set_color_scheme (hdy_style_manager_get_default (), scheme);
}

static void
set_density (GtkWidget *window)
{
  GtkStyleContext *context = gtk_widget_get_style_context (window);

  if (g_settings_get_enum (hw_settings_get (), HW_SETTINGS_DENSITY) == DENSITY_COMPACT)
    gtk_style_context_add_class (context, "compact");
  else
    gtk_style_context_remove_class (context, "compact");
}

static void
refresh (GtkWidget *widget, gpointer data)
{
  if (HW_IS_LOG_VIEW (widget))
    hw_log_view_invalidate (HW_LOG_VIEW (widget));
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), refresh, NULL);
}

/* Logs paint by numbers and words that they looked up. */
static void
refresh_windows (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link != NULL; link = link->next)
    {
      set_density (link->data);
      gtk_widget_reset_style (link->data);
      refresh (link->data, NULL);
    }
}

static void
on_clock_changed (GSettings *settings)
{
  hw_entry_text_set_clock ((HwClock) g_settings_get_enum (settings, HW_SETTINGS_CLOCK));
  refresh_windows ();
}

static int
get_day (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_get_day_of_year (now);
}

/* What was today is yesterday now. */
static gboolean
on_day (gpointer data)
{
  gint64 left = hw_entry_text_until_midnight (g_get_real_time () / 1000) / 1000;

  if (get_day () != style.day)
    {
      style.day = get_day ();
      refresh_windows ();
    }
  g_timeout_add_seconds ((guint) MIN (left + 1, DAY_INTERVAL), on_day, NULL);
  return G_SOURCE_REMOVE;
}

/**
 * hw_style_init:
 *
 * Loads the style sheets for the default screen. Once, after hdy_init() and before the first
 * window.
 */
void
hw_style_init (void)
{
  g_autoptr (GtkCssProvider) base = NULL;
  g_autoptr (GtkWidgetPath) path = gtk_widget_path_new ();

  g_return_if_fail (style.probe == NULL);

  /* The linker leaves the resources out of the program unless somebody asks for them. */
  hw_get_resource ();

  base = load ("hallway.css");
  gtk_widget_path_append_type (path, GTK_TYPE_WINDOW);
  style.probe = gtk_style_context_new ();
  gtk_style_context_set_path (style.probe, path);
  gtk_style_context_set_screen (style.probe, gdk_screen_get_default ());

  add_provider (base, 0);
  if (!theme_is_forced ())
    {
      HdyStyleManager *manager = hdy_style_manager_get_default ();
      GSettings *settings = hw_settings_get ();

      on_appearance_changed (settings);
      g_signal_connect (settings, "changed::" HW_SETTINGS_APPEARANCE,
                        G_CALLBACK (on_appearance_changed), NULL);
      g_signal_connect_swapped (manager, "notify::dark", G_CALLBACK (follow_theme), NULL);
      g_signal_connect_swapped (manager, "notify::high-contrast", G_CALLBACK (follow_theme), NULL);
    }
  follow_theme ();

  hw_entry_text_set_clock ((HwClock) g_settings_get_enum (hw_settings_get (), HW_SETTINGS_CLOCK));
  g_signal_connect (hw_settings_get (), "changed::" HW_SETTINGS_CLOCK,
                    G_CALLBACK (on_clock_changed), NULL);
  g_signal_connect (hw_settings_get (), "changed::" HW_SETTINGS_DENSITY,
                    G_CALLBACK (refresh_windows), NULL);
  style.day = get_day ();
  on_day (NULL);
}

/**
 * hw_style_watch:
 * @window: a window of the program
 *
 * Looks at the theme again whenever @window's style changes: the one moment that is sure to come
 * after a change of theme, however it was made.
 */
void
hw_style_watch (GtkWidget *window)
{
  g_return_if_fail (GTK_IS_WINDOW (window));

  set_density (window);
  g_signal_connect (window, "style-updated", G_CALLBACK (follow_theme), NULL);
}
