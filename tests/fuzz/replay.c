/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A fuzzer without a fuzzer: shows a target every file of the directories given, in the order of
 * their names, so that what was once found stays found wherever the tests run. */

#include "fuzz.h"

#include <stdio.h>
#include <string.h>

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static guint
replay_directory (const char *directory)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) files = g_dir_open (directory, 0, &error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (!files)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (files)))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (directory, g_ptr_array_index (names, i), NULL);
      g_autofree char *kept = NULL;
      g_autofree uint8_t *data = NULL;
      gsize size;

      if (!g_file_get_contents (path, &kept, &size, &error))
        g_error ("%s", error->message);
      /* In a block of exactly its size, so that a sanitizer sees the first byte read too many */
      data = g_memdup2 (kept, MAX (size, 1)); /* an empty file is not NULL */
      printf ("# %s\n", path);
      fflush (stdout);
      LLVMFuzzerTestOneInput (data, size);
    }
  return names->len;
}

int
main (int argc, char **argv)
{
  printf ("1..%d\n", argc - 1);
  for (int i = 1; i < argc; i++)
    {
      guint n = replay_directory (argv[i]);

      printf ("%s %d - %u inputs of %s\n", n > 0 ? "ok" : "not ok", i, n, argv[i]);
    }
  return 0;
}
