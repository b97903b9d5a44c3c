/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the person's choices are kept: one GSettings for the whole program. It finds its schema
 * also when the program runs from the directory it was built in, where nothing is installed. */

#include "hallway-config.h"

#include "settings.h"

/* Beside a program that was not installed, BUILD/src/ui/hallway, the schema is in BUILD/data. */
static GSettingsSchema *
look_up_in_build (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *data = NULL;
  g_autoptr (GSettingsSchemaSource) source = NULL;

  if (folder == NULL || !g_str_has_suffix (folder, "/src/ui"))
    return NULL;

  data = g_build_filename (folder, "..", "..", "data", NULL);
  source
      = g_settings_schema_source_new_from_directory (data, g_settings_schema_source_get_default (),
                                                     FALSE, NULL);
  return source != NULL ? g_settings_schema_source_lookup (source, HW_APP_ID, FALSE) : NULL;
}

/**
 * hw_settings_get:
 *
 * The program's settings. Ends the program where its schema is not installed: nothing sensible can
 * be done then. Main thread only.
 *
 * Returns: (transfer none): the same object for ever
 */
GSettings *
hw_settings_get (void)
{
  static GSettings *settings;
  g_autoptr (GSettingsSchema) schema = NULL;
  GSettingsSchemaSource *source;

  if (settings != NULL)
    return settings;

  schema = look_up_in_build ();
  source = g_settings_schema_source_get_default ();
  if (schema == NULL && source != NULL)
    schema = g_settings_schema_source_lookup (source, HW_APP_ID, TRUE);
  if (schema == NULL)
    g_error ("The settings schema %s is not installed", HW_APP_ID);

  settings = g_settings_new_full (schema, NULL, NULL);
  return settings;
}

static gboolean
on_window_closing (GtkWindow *window, GdkEvent *event, gpointer key)
{
  int width;
  int height;

  if (!gtk_window_is_maximized (window))
    {
      gtk_window_get_size (window, &width, &height);
      g_settings_set (hw_settings_get (), key, "(ii)", width, height);
    }
  return GDK_EVENT_PROPAGATE;
}

/**
 * hw_settings_keep_size:
 * @window: a window that is not shown yet
 * @key: (not nullable): one of the HW_SETTINGS_…_SIZE keys, a constant string
 *
 * Gives @window the size that it had when it was last closed, and remembers the one it will have.
 */
void
hw_settings_keep_size (GtkWindow *window, const char *key)
{
  int width;
  int height;

  g_return_if_fail (GTK_IS_WINDOW (window));

  g_settings_get (hw_settings_get (), key, "(ii)", &width, &height);
  gtk_window_set_default_size (window, CLAMP (width, 300, 10000), CLAMP (height, 200, 10000));
  g_signal_connect (window, "delete-event", G_CALLBACK (on_window_closing), (gpointer) key);
}
